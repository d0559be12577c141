public import ArgumentParser
import BatchClient
import BatchModel

/// A command: parsing fills the struct, running takes its surroundings.
protocol Verb: ParsableCommand {
    /// Does it.
    ///
    /// - Throws: `ServiceFailure`, or `Finished` with an exit code after all has been said.
    func run(in surroundings: Surroundings) async throws
}

/// How results are printed.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
    case table, json
}

/// Options that every verb has.
public struct CommonOptions: ParsableArguments, Sendable {
    @Option(
        name: .long, help: "Where jobs go: a context's name (default: local, or BATCHDECK_CONTEXT)."
    )
    var context: String?

    @Option(
        name: .long,
        help: "The workspace folder the local engine serves (or BATCHDECK_WORKSPACE).")
    var workspace: String?

    @Option(name: .shortAndLong, help: "How results are printed: table or json.")
    var output: OutputForm = .table

    /// The defaults.
    public init() {}

    /// The defaults, on a workspace folder.
    public init(workspace: String?, context: String?) {
        self.init()
        self.workspace = workspace
        self.context = context
    }
}

extension Verb {
    /// Prints a list: a table, or a JSON array.
    func show(
        _ rows: [JSONValue], columns: [TableColumn], as form: OutputForm, in here: Surroundings
    ) throws {
        switch form {
        case .json: try here.streams.output(jsonText(.array(rows)))
        case .table: here.streams.output(TableText.lines(rows, columns: columns))
        }
    }

    /// Prints one thing: `name: value` lines, or a JSON object.
    func show(_ value: JSONValue, as form: OutputForm, in here: Surroundings) throws {
        switch form {
        case .json: try here.streams.output(jsonText(value))
        case .table: here.streams.output(TableText.members(of: value))
        }
    }

    private func jsonText(_ value: JSONValue) throws -> String {
        let bytes = try WireJSON.encode(value, pretty: true)
        return PlainText.json(String(decoding: bytes, as: UTF8.self)) + "\n"
    }
}
