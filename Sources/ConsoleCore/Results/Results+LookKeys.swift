import BatchModel
import ConsoleGrid

// Keys of what stands in the place of a file's rows, and of the way into a CSV file.

extension Results {
    static let exportRows: [Binding] = [
        Binding("export-write: <enter>", hint: "write", help: "At the path: writes the CSV file.") {
            state in
            guard let prompt = state.export.prompt else { return .pass }
            return prompt.value.allSatisfy(\.isWhitespace)
                ? .refuse(because: "a path is needed to write to") : .send(.export(.confirmed))
        },
        typingRow(
            "export-close: <esc>", hint: "close", help: "At the path: closes it.", .export(.closed)
        ) { $0.export.prompt != nil },
        typingRow(
            "export-delimiter: <tab>", hint: "delimiter",
            help: "At the path: comma, semicolon or tab between fields.",
            .export(.separatorSwitched)
        ) { $0.export.prompt != nil },
        typingRow(
            "export-header: <alt-h>", hint: "header",
            help: "At the path: a first row of names, or none.",
            .export(.headerSwitched)
        ) { $0.export.prompt != nil },
    ]

    static let lookRows: [Binding] = [
        lookRow(
            "look-stop: <esc>", hint: "stop", help: "While a table is counted: stops there.",
            .look(.stopped)
        ) { $0.isReading },
        lookRow(
            "look-close: <esc>", hint: "rows",
            help: "In statistics and repeats: back to the rows.",
            .look(.closed)
        ) { _ in true },
        lookRow(
            "repeats-next-column: l <right>", hint: "compare by",
            help: "In repeats: compares by the next column, or by all of the row.",
            .look(.keyMoved(isForward: true))
        ) { $0.subject == .repeats },
        lookRow(
            "repeats-previous-column: h <left>",
            help: "In repeats: compares by the column before.",
            .look(.keyMoved(isForward: false))
        ) { $0.subject == .repeats },
        lookRow(
            "statistics-next-column: l <right>", help: "In statistics: the next column.",
            .rowMoved(step: .down)
        ) { $0.subject == .statistics },
        lookRow(
            "statistics-previous-column: h <left>", help: "In statistics: the column before.",
            .rowMoved(step: .up)
        ) { $0.subject == .statistics },
    ]

    static let tableRows: [Binding] = [
        subjectRow(
            "statistics: s", hint: "statistics",
            help: "Statistics of the columns, and a histogram of one.",
            .statistics),
        subjectRow(
            "repeats: R", hint: "repeats", help: "Looks for rows that are there twice.", .repeats),
        Binding("export: x", hint: "export", help: "Writes the table as a proper CSV file.") {
            state in
            if state.isTyping { return .pass }
            if state.export.path != nil { return .send(.export(.stopped)) }
            return lookRefusal(in: state).map { .refuse(because: $0) } ?? .send(.export(.opened))
        },
    ]

    private static func lookRow(
        _ keys: String, hint: String = "", help: String, _ action: Action,
        where isMeant: @escaping @Sendable (Look) -> Bool
    ) -> Binding {
        row(keys, hint: hint, help: help, action) { state in
            state.pane == .preview && state.look.map(isMeant) ?? false
        }
    }

    /// Opens a look, or shuts the same one.
    private static func subjectRow(
        _ keys: String, hint: String, help: String, _ subject: Look.Subject
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            if state.isTyping { return .pass }
            if state.look?.subject == subject { return .send(.look(.closed)) }
            return lookRefusal(in: state).map { .refuse(because: $0) }
                ?? .send(.look(.opened(subject: subject)))
        }
    }
}
