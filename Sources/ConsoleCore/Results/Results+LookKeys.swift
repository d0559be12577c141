import BatchModel
import ConsoleGrid

// Keys of what stands in the place of a file's rows, and of the way into a CSV file.

extension Results {
    static let exportRows: [Binding] = [
        Binding(
            "export-write: <enter>", hint: "write", help: "At the path: writes the CSV file.",
            sends: .export(.confirmed),
            unless: { isBlank($0.export.prompt) ? "a path is needed to write to" : nil }),
        Binding(
            "export-close: <esc>", hint: "close", help: "At the path: closes it.",
            sends: .export(.closed)),
        Binding(
            "export-delimiter: <tab>", hint: "delimiter",
            help: "At the path: comma, semicolon or tab between fields.",
            sends: .export(.separatorSwitched)),
        Binding(
            "export-header: <alt-h>", hint: "header",
            help: "At the path: a first row of names, or none.", sends: .export(.headerSwitched)),
    ].when { $0.export.prompt != nil }.inText()

    static let lookRows: [Binding] = [
        lookRow(
            "look-stop: <esc>", hint: "stop", help: "While a table is counted: stops there.",
            .look(.stopped)
        ) { $0.isReading },
        lookRow(
            "look-close: <esc>", hint: "rows",
            help: "In statistics and repeats: back to the rows.", .look(.closed)),
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
    ].when(isFree)

    private static func lookRow(
        _ keys: String, hint: String = "", help: String, _ action: Action,
        when isMeant: @escaping @Sendable (Look) -> Bool = { _ in true }
    ) -> Binding {
        Binding(
            keys, hint: hint, help: help, sends: action,
            when: { $0.pane == .preview && $0.look.map(isMeant) ?? false })
    }

    static let tableRows: [Binding] = [
        subjectRow(
            "statistics: s", hint: "statistics",
            help: "Statistics of the columns, and a histogram of one.", .statistics),
        subjectRow(
            "repeats: R", hint: "repeats", help: "Looks for rows that are there twice.", .repeats),
        Binding("export: x", hint: "export", help: "Writes the table as a proper CSV file.") {
            state in
            if state.export.path != nil { return .send(.export(.stopped)) }
            return .send(.export(.opened), unless: lookRefusal(in: state))
        },
    ].when(isFree)

    /// Opens a look, or shuts the same one.
    private static func subjectRow(
        _ keys: String, hint: String, help: String, _ subject: Look.Subject
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            if state.look?.subject == subject { return .send(.look(.closed)) }
            return .send(.look(.opened(subject: subject)), unless: lookRefusal(in: state))
        }
    }
}
