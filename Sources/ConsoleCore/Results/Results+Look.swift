public import BatchModel
import ConsoleGrid

// What can be known of a table only by reading all of it: statistics with a histogram of the selected column, and repeated
// rows. It stands in the place of the rows and fills while the file is read; esc stops the reading, esc again goes back to
// the rows. One reading at a time: the next one takes its place.

extension Results {
    /// What is looked at in the place of a file's rows.
    public struct Look: Sendable, Equatable {
        /// What is to be known.
        public enum Subject: String, Sendable, Equatable, Codable {
            /// What each column holds.
            case statistics
            /// Which rows are there more than once.
            case repeats
        }

        /// What can happen to it.
        public enum Action: Sendable, Equatable, Codable {
            case opened(subject: Subject)
            /// Its reading ends; what is known stays.
            case stopped
            case closed
            /// The next column, or all of the row, is what repeats are looked for by.
            case keyMoved(isForward: Bool)
            case counted(file: ResultFile, report: TableReport)
            case compared(file: ResultFile, key: Int?, report: RepeatReport)
            case refused(file: ResultFile, failure: ServiceFailure)
        }

        let subject: Subject
        let file: ResultFile
        let form: TableForm
        /// True while the file is being read.
        var isReading = true
        var statistics: TableReport?
        var repeats: RepeatReport?
        /// The column that makes two rows the same; nil for all of the row.
        var key: Int?
        var failure: ServiceFailure?
        /// Columns of the statistics, examples of repeats.
        var list = ListWindow()
        /// True once a person chose a row of it.
        var isChosen = false
        /// The keys in force.
        var keymap = Keymap.standard
    }

    static func look(_ state: inout State, _ action: Look.Action) -> [Effect] {
        switch action {
        case .opened(let subject): return open(subject, in: &state)
        case .stopped:
            guard state.look?.isReading ?? false else { return [] }
            state.look?.isReading = false
            return [.stopLook]
        case .closed: return closeLook(&state)
        case .keyMoved(let isForward): return moveKey(&state, isForward: isForward)
        case .counted(let file, let report): take(report, of: file, in: &state)
        case .compared(let file, let key, let report): take(report, of: file, key, in: &state)
        case .refused(let file, let failure):
            guard let look = state.look, look.isReading, look.file == file else { return [] }
            state.look?.isReading = false
            state.look?.failure = failure
        }
        return []
    }

    /// Why there is nothing to look at; nil when there is.
    static func lookRefusal(in state: State) -> String? {
        guard let preview = state.preview else { return "no file is selected" }
        guard preview.isRead else { return "the file is still being read" }
        return preview.form == nil ? "this file is no table" : nil
    }

    private static func open(_ subject: Look.Subject, in state: inout State) -> [Effect] {
        guard let preview = state.preview, let form = preview.form else { return [] }
        let file = ResultFile(
            job: state.job, output: preview.file.output, path: preview.file.path)
        state.look = Look(
            subject: subject, file: file, form: form, keymap: state.keymap)
        state.chosenPane = .preview
        return begin(&state)
    }

    private static func begin(_ state: inout State) -> [Effect] {
        guard let look = state.look else { return [] }
        state.look?.isReading = true
        state.look?.failure = nil
        return switch look.subject {
        case .statistics: [.count(look.file, form: look.form)]
        case .repeats: [.compare(look.file, form: look.form, key: look.key)]
        }
    }

    private static func closeLook(_ state: inout State) -> [Effect] {
        let effects = closed(state)
        state.look = nil
        return effects
    }

    /// Nothing is said of a file that is no longer the one shown.
    static func leaveOtherFile(_ state: inout State) -> [Effect] {
        guard let look = state.look else { return [] }
        let shown = FileID(output: look.file.output, path: look.file.path)
        return state.preview?.file == shown ? [] : closeLook(&state)
    }

    /// The file may have grown.
    static func readAgain(_ state: inout State) -> [Effect] {
        state.look == nil ? [] : begin(&state)
    }

    /// All of the row, then one column after the other, round and round.
    private static func moveKey(_ state: inout State, isForward: Bool) -> [Effect] {
        guard let look = state.look, look.subject == .repeats else { return [] }
        let count = max(look.form.names.count, state.preview?.columns.count ?? 0)
        let places = count + 1
        let place = ((look.key.map { $0 + 1 } ?? 0) + (isForward ? 1 : places - 1)) % places
        state.look?.key = place == 0 ? nil : place - 1
        state.look?.repeats = nil
        state.look?.list = ListWindow(height: look.list.height)
        return begin(&state)
    }

    private static func take(
        _ report: TableReport, of file: ResultFile, in state: inout State
    ) {
        guard let look = state.look, look.isReading, look.file == file,
            look.subject == .statistics
        else { return }
        state.look?.statistics = report
        state.look?.list.setCount(report.columns.count)
        if !look.isChosen { state.look?.list.select(telling(report)) }
        if report.isWhole { state.look?.isReading = false }
    }

    private static func take(
        _ report: RepeatReport, of file: ResultFile, _ key: Int?, in state: inout State
    ) {
        guard let look = state.look, look.isReading, look.file == file, look.subject == .repeats,
            look.key == key
        else { return }
        state.look?.repeats = report
        state.look?.list.setCount(report.examples.count)
        if report.isWhole { state.look?.isReading = false }
    }

    /// The first column with classes or numbers to show: a table often begins with the names of files, all different.
    private static func telling(_ report: TableReport) -> Int {
        report.columns.firstIndex { column in
            switch ColumnHistogram(of: column).kind {
            case .classes, .ranges: true
            case .allDifferent, .nothing, .tooMany: false
            }
        } ?? 0
    }

    // MARK: - Moving

    static func move(_ look: inout Look?, _ step: ListMove) {
        look?.isChosen = true
        look?.list.move(step)
    }

    static func scroll(_ look: inout Look?, by rows: Int) {
        look?.isChosen = true
        look?.list.scroll(by: rows)
    }

    static func select(_ look: inout Look?, row: Int) {
        guard let list = look?.list, list.visible.contains(list.offset + row) else { return }
        look?.isChosen = true
        look?.list.select(list.offset + row)
    }

    /// Gives the list the height of its part of the place.
    static func fit(_ look: inout Look?, in place: Rect) {
        guard let current = look else { return }
        look?.list.setHeight(lookParts(of: current, in: place.inset(rows: 1, columns: 2)).list.rows)
    }
}

extension Results.Look {
    /// Whether a line of names stands above the list.
    var hasHeadings: Bool { subject == .statistics }

    /// How much of the file was read, in 0...1.
    var fraction: Double {
        switch subject {
        case .statistics: statistics?.fraction ?? 0
        case .repeats:
            repeats.map { report in
                report.isWhole || report.bytesTotal <= 0
                    ? 1 : Double(report.bytesRead) / Double(report.bytesTotal)
            } ?? 0
        }
    }

    /// What the title says beside the file's name.
    var placeWords: String? {
        let name = subject == .statistics ? "statistics" : "repeated rows"
        let isWhole = statistics?.isWhole ?? repeats?.isWhole ?? false
        if isWhole, !isReading {
            return "\(name) of \(Words.count(statistics?.rows ?? repeats?.rows ?? 0, "row"))"
        }
        let part = "\(Int(fraction * 100)) %"
        return isReading ? "\(name) after \(part)" : "\(name), stopped after \(part)"
    }

    /// Rows of its own that a key table needs: what is compared.
    var keyName: String { key.map { "column \(form.name(of: $0))" } ?? "all of the row" }
}
