import BatchModel
import ConsoleGrid

@testable import ConsoleCore

/// A console that takes actions and is watched: after each of them everything that must always hold is looked at.
struct WalkRun {
    /// How a walk begins.
    struct Setup: Sendable, Codable, Equatable {
        var size = Size(rows: 30, columns: 100)
        var isReadOnly = false
        var isASCII = false
    }

    private(set) var state: App.State
    /// Orders that change something and are not answered.
    private var open: Set<String> = []
    /// Something that must hold besides: for tests of the walk itself.
    private let rule: (@Sendable (App.State) -> String?)?
    /// Orders of the newest action.
    private(set) var effects: [App.Effect] = []

    init(_ setup: Setup, rule: (@Sendable (App.State) -> String?)? = nil) {
        state = App.initial(
            size: setup.size, glyphs: setup.isASCII ? .ascii : .unicode,
            isReadOnly: setup.isReadOnly)
        self.rule = rule
    }

    /// True once it asked to be let go.
    var hasQuit: Bool { effects.contains(.quit) }

    /// Takes an action; what is wrong afterwards, nil when all holds.
    ///
    /// - Parameter draws: whether the picture is drawn and looked at too.
    mutating func take(_ action: App.Action, draws: Bool) -> String? {
        let before = state
        effects = App.reduce(&state, action)
        close(action)
        return Self.lostForm(from: before, to: state, by: action, effects)
            ?? twice() ?? readOnlyBreach() ?? Self.misplaced(state) ?? Self.miscounted(state)
            ?? (draws ? Self.misdrawn(state) : nil) ?? rule?(state)
    }

    // MARK: - Orders

    /// What orders are called that must not be given again while they are not answered.
    private static func names(of effect: App.Effect) -> [String] {
        switch effect {
        case .form(.submit), .form(.submitSwept): ["submit"]
        case .form(.picker(.makeAsset)): ["asset"]
        case .jobs(.cancel(let jobs)): jobs.map { "cancel \($0)" }
        case .detail(.cancel(let job)): ["cancel \(job)"]
        case .jobs(.archive(let jobs)): jobs.map { "archive \($0)" }
        case .jobs(.restore(let jobs)): jobs.map { "restore \($0)" }
        case .retry(.submit(let jobs, _)): jobs.map { "retry \($0)" }
        case .results(.download(let job, _, _)): ["download \(job)"]
        case .results(.export(let file, _, _, _)): ["export \(file.job)"]
        case .endpoints(.setDefault): ["default"]
        case .undecided(.forget(let id)), .undecided(.lookAgain(let id)): ["submission \(id)"]
        default: []
        }
    }

    private mutating func twice() -> String? {
        for effect in effects {
            // Both end whatever was under way.
            if case .useContext = effect { open = [] }
            if case .stopAsking = effect { open = [] }
            for name in Self.names(of: effect) where !open.insert(name).inserted {
                return "\(name) was ordered twice"
            }
        }
        return nil
    }

    private mutating func close(_ action: App.Action) {
        switch action {
        case .form(.jobAccepted), .form(.jobRefused), .form(.sweptAccepted), .form(.sweptRefused):
            open.remove("submit")
        case .form(.picker(.assetMade)), .form(.picker(.assetRefused)): open.remove("asset")
        case .jobs(.cancelAccepted(let job)), .jobs(.cancelRefused(let job, _)),
            .detailAnswered(let job, .cancelAccepted),
            .detailAnswered(let job, .cancelRefused):
            open.remove("cancel \(job)")
        case .jobs(.archiveAccepted(let job)), .jobs(.archiveRefused(let job, _)):
            open.remove("archive \(job)")
        case .jobs(.restoreAccepted(let job)), .jobs(.restoreRefused(let job, _)):
            open.remove("restore \(job)")
        case .retry(.accepted(let job, _)), .retry(.refused(let job, _)):
            open.remove("retry \(job)")
        case .resultsAnswered(let job, .downloadFinished),
            .resultsAnswered(let job, .downloadRefused):
            open.remove("download \(job)")
        case .resultsAnswered(let job, .export(.finished)),
            .resultsAnswered(let job, .export(.refused)),
            .resultsAnswered(let job, .export(.brokenOff)):
            open.remove("export \(job)")
        case .endpoints(.defaultChanged), .endpoints(.defaultRefused): open.remove("default")
        case .undecided(.forgotten(let id)), .undecided(.forgetRefused(let id, _)),
            .undecided(.looked(let id, _)), .undecided(.lookRefused(let id, _)):
            open.remove("submission \(id)")
        default: break
        }
    }

    private func readOnlyBreach() -> String? {
        guard state.isReadOnly else { return nil }
        let harmless = ["download", "export", "submission"]
        let orders = effects.flatMap(Self.names)
        if let order = orders.first(where: { name in !harmless.contains { name.hasPrefix($0) } }) {
            return "\(order) was ordered by a read-only console"
        }
        return nil
    }

    // MARK: - Forms

    /// What a person typed into a form is there still, unless its job was accepted or it stays with its context.
    private static func lostForm(
        from before: App.State, to after: App.State, by action: App.Action, _ effects: [App.Effect]
    ) -> String? {
        guard before.context == after.context else {
            let kept = after.parked[before.context]?.forms
            return kept == before.forms ? nil : "forms were lost on the way to another context"
        }
        if case .form(.jobAccepted) = action { return nil }
        for (key, form) in before.forms where !form.touched.isEmpty || form.phase != nil {
            guard let now = after.forms[key] else {
                return "the form of \(key.endpoint) is gone, by \(action)"
            }
            // Undo leads back to what was typed before; rows that nobody touched may be filled in anew.
            let entries = [now.entry] + now.past + now.future
            let isKept = entries.contains { entry in
                form.touched.allSatisfy { entry.texts[$0]?.value == form.entry.texts[$0]?.value }
            }
            if !isKept, !isTyping(action) {
                return "what was typed for \(key.endpoint) is gone, by \(action)"
            }
        }
        return nil
    }

    /// Whether it is a person who changes a form: letters of one row are undone together, so not each is kept.
    private static func isTyping(_ action: App.Action) -> Bool {
        switch action {
        case .keyPressed: true
        default: false
        }
    }

    // MARK: - Places and lists

    private static func misplaced(_ state: App.State) -> String? {
        guard state.path.first == .endpoints else {
            return "the way does not begin at the endpoints"
        }
        guard Set(state.path).count == state.path.count else { return "a place is open twice" }
        let isThere =
            switch state.place {
            case .endpoints: true
            case .jobs: state.jobs != nil
            case .jobForm: state.form != nil
            case .jobDetail: state.detail != nil
            case .results: state.results != nil
            case .undecided: state.undecidedList != nil
            case .help: state.help != nil
            case .notices: state.noticeList != nil
            case .contexts: state.contextList != nil
            case .transfers: state.transferList != nil
            case .doctor: state.doctor != nil
            case .compare: state.compare != nil
            }
        return isThere ? nil : "\(state.place) is in front and is not there"
    }

    private static func miscounted(_ state: App.State) -> String? {
        var lists: [(String, ListWindow, Int)] = []
        let endpoints = state.endpoints
        lists.append(("endpoints", endpoints.endpointList, endpoints.shown.count))
        if let jobs = state.jobs, jobs.arrangement == nil {
            lists.append(("jobs", jobs.window, jobs.list.count))
        }
        if let results = state.results {
            lists.append(("results", results.tree.list, results.tree.rows.count))
        }
        if let level = state.form?.picker?.level {
            lists.append(("picker", level.window, level.shown.count))
            if level.shown.contains(where: { $0 >= level.rows.count }) {
                return "the picker shows a row that is not there"
            }
        }
        if let presets = state.form?.presets {
            lists.append(("presets", presets.window, presets.presets.value?.count ?? 0))
        }
        if let list = state.undecidedList {
            lists.append(("undecided", list.window, list.submissions.count))
        }
        if let list = state.noticeList {
            lists.append(("notices", list.window, list.entries.count))
        }
        if let list = state.contextList {
            lists.append(("contexts", list.window, list.entries.value?.count ?? 0))
        }
        if let list = state.transferList {
            lists.append(("transfers", list.window, list.records.count))
        }
        if let doctor = state.doctor {
            lists.append(("findings", doctor.window, doctor.checks.count))
        }
        if let palette = state.palette {
            lists.append(("commands", palette.window, palette.found.count))
        }
        if let detail = state.detail {
            lists.append(("steps", detail.tree, 1 + (detail.steps?.count ?? 0)))
        }
        for (name, window, count) in lists {
            guard window.count == count else {
                return "\(name): the list counts \(window.count) rows and has \(count)"
            }
            guard count == 0 || (0..<count).contains(window.selection) else {
                return "\(name): row \(window.selection) of \(count) is selected"
            }
            guard count == 0 || window.visible.contains(window.selection) else {
                return "\(name): the selected row is not visible"
            }
        }
        return nil
    }

    // MARK: - Pictures

    private static func misdrawn(_ state: App.State) -> String? {
        let screen = App.view(state)
        guard screen.size == state.size else {
            return "the picture is \(screen.size), the terminal \(state.size)"
        }
        for row in 0..<screen.size.rows {
            for column in 0..<screen.size.columns {
                let cell = screen[Point(row: row, column: column)]
                if cell.isBlank || cell.isContinuation { continue }
                let text = cell.grapheme
                if let scalar = text.unicodeScalars.first(where: { isControl($0) }) {
                    return "cell \(row):\(column) holds U+\(String(scalar.value, radix: 16))"
                }
            }
        }
        return nil
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    /// From wherever it is, escape leads to the first screen and the key that quits out of it.
    func trap() -> String? {
        var copy = self
        for _ in 0..<60 where !copy.isAtRest { _ = App.reduce(&copy.state, .keyPressed(.escape)) }
        guard copy.isAtRest else { return "escape does not lead back from \(state.path)" }
        // A keymap may have taken every key off `quit`; ctrl-c stays.
        let quit = App.keys.key(for: "quit", by: copy.state.keymap) ?? .control("c")
        for _ in 0..<3 {
            if App.reduce(&copy.state, .keyPressed(quit)).contains(.quit) { return nil }
        }
        return "\(quit) does not lead out"
    }

    /// True at the endpoints with nothing open over them.
    private var isAtRest: Bool {
        state.place == .endpoints && state.palette == nil && !state.endpoints.filter.isOpen
            && state.endpoints.filter.field.isEmpty && state.endpoints.question == nil
            && state.signIn.map { $0.isHidden } ?? true && state.endpoints.focus == .endpoints
    }
}
