public import ArgumentParser
import BatchClient
import BatchModel

/// A command: parsing fills the struct, running takes its surroundings.
///
/// The parser wants commands to be asynchronous whose options complete names by waiting for an answer.
protocol Verb: AsyncParsableCommand {
    /// Does it.
    ///
    /// - Throws: `ServiceFailure`, or `Finished` with an exit code after all has been said.
    func run(in surroundings: Surroundings) async throws
}

/// Whether anybody may be asked anything.
struct AskingOptions: ParsableArguments, Sendable {
    @Flag(
        name: .long,
        help: "Asks nothing: what would be asked is an error that names the option to give.")
    var noInput = false

    /// What the parser takes when nothing is said. Assigned in an initializer the value would only become the default of a
    /// definition, which cannot be read.
    static var usual: AskingOptions {
        var options = AskingOptions()
        options.noInput = false
        return options
    }
}

/// Options that every verb has which asks a service.
public struct CommonOptions: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: "Where jobs go: a context's name (default: local, or BATCHDECK_CONTEXT).",
        completion: .names(.context))
    var context: String?

    @Option(
        name: .long,
        help: "The workspace folder the local engine serves (or BATCHDECK_WORKSPACE).",
        completion: .directory)
    var workspace: String?

    @OptionGroup(title: "Another workspace") var workspaceNames: WorkspaceOptions

    @OptionGroup var asking: AskingOptions
    @OptionGroup var printing: OutputOptions

    /// How results are printed.
    var output: OutputChoice { printing.output }

    /// What the parser fills.
    public init() {}

    /// The defaults, on a workspace folder. What the parser has not filled must be set whole before it is read.
    public init(workspace: String?, context: String?) {
        self.init()
        self.workspace = workspace
        self.context = context
        workspaceNames = .none
        asking = .usual
        printing = .usual
    }
}

extension Verb {
    /// Prints a list: a table, or a document.
    func show(
        _ rows: [JSONValue], columns: [TableColumn], as choice: OutputChoice,
        in here: Surroundings
    ) throws {
        here.streams.output(try ResultText(choice: choice).list(rows, columns: columns))
    }

    /// Prints one thing: `name: value` lines, or a document.
    func show(_ value: JSONValue, as choice: OutputChoice, in here: Surroundings) throws {
        here.streams.output(try ResultText(choice: choice).one(value))
    }
}
