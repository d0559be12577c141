import ConsoleGrid

@testable import ConsoleCore

// Which rows of the key tables a session came to is found by playing its recording: before each key the state says which
// table is in front, and the table which of its rows has something to say.

/// The rows of key tables that keys came to.
enum PressedKeys {
    /// The rows that decided in a session.
    static func rows(of actions: [App.Action], from start: App.State) -> Set<String> {
        var state = start
        var rows: Set<String> = []
        for action in actions {
            if case .keyPressed(let key) = action, let row = row(for: key, in: state) {
                rows.insert(row)
            }
            _ = App.reduce(&state, action)
        }
        return rows
    }

    /// Every row of every table, once for each of its keys.
    static let all: Set<String> = Set(
        names("everywhere", App.keys) + names("palette", CommandPalette.keys)
            + names("sign-in", SignIn.keys) + names("retry", Retry.keys)
            + names("endpoints", Endpoints.keys) + names("jobs", Jobs.keys)
            + names("form", JobForm.keys) + names("sweep", JobForm.sweepKeys)
            + names("picker", DataPicker.keys) + names("presets", Presets.keys)
            + names("job", JobDetail.keys) + names("results", Results.keys)
            + names("compare", Compare.keys) + names("undecided", Undecided.keys)
            + names("contexts", Contexts.keys) + names("notices", Notices.keys)
            + names("transfers", Transfers.keys) + names("doctor", Doctor.keys)
            + names("help", Help.keys))

    private static func names<State, Action>(
        _ table: String, _ keys: KeyTable<State, Action>
    ) -> [String] {
        keys.rows.flatMap { row in row.keys.map { name(table, $0, row.help) } }
    }

    private static func name(_ table: String, _ key: KeyPress, _ help: String) -> String {
        "\(table): \(key.spelling) \(help)"
    }

    private static func decider<State, Action>(
        _ table: String, _ keys: KeyTable<State, Action>, _ key: KeyPress, _ state: State?
    ) -> String? {
        guard let state else { return nil }
        let row = keys.rows.first { row in
            guard row.keys.contains(key) else { return false }
            if case .pass = row.decide(state) { return false }
            return true
        }
        return row.map { name(table, key, $0.help) }
    }

    private static func row(for key: KeyPress, in state: App.State) -> String? {
        if let palette = state.palette {
            return decider("palette", CommandPalette.keys, key, palette)
        }
        if let signIn = App.openSignIn(state) {
            return decider("sign-in", SignIn.keys, key, signIn)
                ?? decider("everywhere", App.keys, key, state)
        }
        if let box = state.retry {
            return decider("retry", Retry.keys, key, box)
                ?? decider("everywhere", App.keys, key, state)
        }
        if let row = screenRow(for: key, in: state) { return row }
        if App.isEditingText(state), key.typed != nil { return nil }
        return decider("everywhere", App.keys, key, state)
    }

    private static func screenRow(for key: KeyPress, in state: App.State) -> String? {
        switch state.place {
        case .endpoints: decider("endpoints", Endpoints.keys, key, state.endpoints)
        case .jobs: decider("jobs", Jobs.keys, key, state.jobs)
        case .jobForm: formRow(for: key, in: state.form)
        case .jobDetail: decider("job", JobDetail.keys, key, state.detail)
        case .results: decider("results", Results.keys, key, state.results)
        case .compare: decider("compare", Compare.keys, key, state.compare)
        case .undecided: decider("undecided", Undecided.keys, key, state.undecidedList)
        case .contexts: decider("contexts", Contexts.keys, key, state.contextList)
        case .notices: decider("notices", Notices.keys, key, state.noticeList)
        case .transfers: decider("transfers", Transfers.keys, key, state.transferList)
        case .doctor: decider("doctor", Doctor.keys, key, state.doctor)
        case .help: decider("help", Help.keys, key, state.help)
        }
    }

    private static func formRow(for key: KeyPress, in form: JobForm.State?) -> String? {
        if let picker = form?.picker { return decider("picker", DataPicker.keys, key, picker) }
        if let presets = form?.presets { return decider("presets", Presets.keys, key, presets) }
        if form?.isBoarded == true { return decider("sweep", JobForm.sweepKeys, key, form) }
        return decider("form", JobForm.keys, key, form)
    }
}

extension PressedKeys {
    /// Rows that need an answer which hangs: tests of their own hold them.
    static let elsewhere: Set<String> = [
        // TableScriptTests, with a read that waits.
        "results: <esc> While a table is counted: stops there."
    ]
}
