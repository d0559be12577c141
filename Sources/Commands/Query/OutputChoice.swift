import ArgumentParser

/// How results are printed.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case table
    /// One document, members in alphabetical order.
    case json
    /// A line for each item of a list.
    case jsonl
    case yaml
    /// Values between tabs, no heading: for `cut` and `while read`.
    case tsv
}

/// A form, and what of the result is wanted.
struct OutputChoice {
    var form: OutputForm
    var query: Query?

    init(_ form: OutputForm, query: Query? = nil) {
        self.form = form
        self.query = query
    }

    /// For people.
    static let table = OutputChoice(.table)
    /// One JSON document.
    static let json = OutputChoice(.json)

    /// True for whatever a verb prints for people when nothing else was asked for.
    var isPlain: Bool { form == .table && query == nil }
}

/// `-o` and `--query`, for every verb that prints a result.
struct OutputOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "How results are printed: table, json, jsonl, yaml or tsv.")
    var form: OutputForm = .table

    @Option(
        name: .customLong("query"),
        help: "What of the result is printed, in JMESPath: '[?status==`Failed`].name'.")
    var queryText: String?

    /// What the parser takes when nothing is said (`AskingOptions.usual` says why it is no initializer).
    static var usual: OutputOptions {
        var options = OutputOptions()
        options.form = .table
        options.queryText = nil
        return options
    }

    func validate() throws { _ = try choice() }

    /// What was asked for.
    var output: OutputChoice {
        // Parsed once before in `validate`, which has refused what cannot be.
        (try? choice()) ?? OutputChoice(form)
    }

    private func choice() throws -> OutputChoice {
        guard let queryText else { return OutputChoice(form) }
        do throws(QueryError) {
            return OutputChoice(form, query: try Query(queryText))
        } catch {
            throw ValidationError(Self.words(error, queryText))
        }
    }

    /// The query with a mark under the place that is wrong.
    private static func words(_ error: QueryError, _ text: String) -> String {
        let head = "--query: \(error.detail)."
        guard let offset = error.offset, !text.contains("\n") else { return head }
        return "\(head)\n  \(text)\n  \(String(repeating: " ", count: offset))^"
    }
}
