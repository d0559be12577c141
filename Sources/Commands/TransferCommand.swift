import ArgumentParser
import BatchClient
import BatchModel

// What the console's screen of transfers shows of this machine, for those who only use verbs. A verb's own transfer ends
// with the verb, so what is listed here was left unfinished, or another batchdeck is at it.

/// `transfer`: uploads and downloads that are not through.
struct TransferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract:
            "Uploads and downloads left unfinished here: lists, goes on with and forgets them.",
        subcommands: [TransferList.self, TransferResume.self, TransferForget.self],
        defaultSubcommand: TransferList.self)
}

struct TransferList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists unfinished transfers, the newest first.",
        discussion: """
            `transfer resume` goes on with one, and so does the command that began it: what is there already is not \
            transferred again.
            """)

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let open = try await surroundings.client(common).transfers.list()
        try show(
            open.map(Shapes.transfer),
            columns: [
                TableColumn("id", "id"), TableColumn("direction", "direction"),
                TableColumn("transfer", "name"), TableColumn("state", "state"),
                TableColumn("files", "files_done"), TableColumn("of", "files_total"),
                TableColumn("bytes", "bytes_done"), TableColumn("of", "bytes_total"),
                TableColumn("begun", "started_at"),
            ], as: common.output, in: surroundings)
    }
}

struct TransferResume: Verb {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Goes on with an unfinished transfer where it stopped.",
        discussion: """
            A download fetches into its folder what is missing; a data asset is registered once its files are there. The \
            inputs of a job go on with the job itself: `invoke` it again.
            """)

    @Option(
        name: [.customShort("i"), .long], help: "The transfer's id, or the beginning of it.",
        completion: .names(.transfer))
    var id: String

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let operation = "go on with a transfer"
        let client = try surroundings.client(common)
        let record = try TransferCommand.named(
            id, among: try await client.transfers.list(), to: operation)
        guard record.isResumable else {
            throw ServiceFailure(
                kind: .conflict, operation: operation,
                detail: "\(record.id) (\(record.name)) is \(record.state.rawValue)",
                advice: "Only what failed, was given up or was left over can be gone on with.")
        }
        switch record.work {
        case .results(let job, let folder):
            let shape = try await JobDownload.fetch(
                DownloadOrder(job, to: folder), by: client, in: surroundings)
            try show(shape, as: common.output, in: surroundings)
        case .asset(let plan):
            let printer = PublishPrinter(streams: surroundings.streams)
            let made = try await client.control.putData(plan) { printer.print($0) }
            try show(Shapes.version(made), as: common.output, in: surroundings)
        case .inputs(let draft):
            throw ServiceFailure(
                kind: .rejected, operation: operation,
                detail: "they are the inputs of a job, and no job is submitted unasked",
                advice: "Submit it again with `batchdeck invoke -n \(draft.endpoint) …`; what is "
                    + "there already is not sent again.")
        }
    }
}

struct TransferForget: Verb {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Strikes unfinished transfers off the list; whole files stay.",
        discussion: "Unfinished files of a download are taken away with it.")

    @Option(
        name: [.customShort("i"), .long], help: "The transfer's id, or the beginning of it.",
        completion: .names(.transfer))
    var id: String?

    @Flag(help: "All that nobody is at.")
    var all = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (id == nil) == all else {
            throw ValidationError("Name one with --id, or take --all.")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let open = try await client.transfers.list()
        let chosen =
            try id.map { [try TransferCommand.named($0, among: open, to: "forget a transfer")] }
            ?? open.filter(\.isResumable)
        for record in chosen {
            try await client.transfers.forget(record.id)
            surroundings.streams.talk("\(record.id) (\(record.name)) is forgotten\n")
        }
        guard !common.output.isPlain else { return }
        try show(
            .array(chosen.map { .string($0.id) }), as: common.output, in: surroundings)
    }
}

extension TransferCommand {
    /// The one transfer that an id, or the beginning of one, names.
    static func named(
        _ id: String, among open: [TransferRecord], to operation: String
    ) throws(ServiceFailure) -> TransferRecord {
        try NamedByID(items: open, noun: "transfer", lister: "transfer list")
            .one(id, to: operation)
    }
}

extension Shapes {
    static func transfer(_ record: TransferRecord) -> JSONValue {
        let progress = record.progress
        func count(_ number: (some BinaryInteger)?) -> JSONValue {
            number.map { .integer(Int64($0)) } ?? .null
        }
        return .object([
            "id": .string(record.id),
            "direction": .string(record.isUpload ? "upload" : "download"),
            "name": .string(record.name), "state": .string(record.state.rawValue),
            "note": .string(record.note), "paths": .array(record.paths.map { .string($0) }),
            "job": .optional(record.job?.rawValue), "files_done": count(progress?.filesDone),
            "files_total": count(progress?.filesTotal), "bytes_done": count(progress?.bytesDone),
            "bytes_total": count(progress?.bytesTotal),
            "started_at": .string(record.startedAt.iso8601),
            "ended_at": .optional(record.endedAt?.iso8601),
        ])
    }
}
