import ArgumentParser
import BatchClient
import BatchModel

struct JobLogs: Verb {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Prints a log of a job, or lists its logs.",
        discussion: "Without --file all logs of all steps are listed, and --follow takes the log "
            + "that tells most: what the scoring script prints, once it prints something.")

    @OptionGroup var named: JobName

    @Option(
        name: .shortAndLong, help: "The log file, as the list names it.",
        completion: .names(.log))
    var file: String?

    @Option(name: .long, help: "The step whose log it is (default: the first that has the file).")
    var step: String?

    @Flag(name: .long, help: "Goes on printing what is new until the job ends.")
    var follow = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if file != nil || follow, !common.output.isPlain {
            throw ValidationError(
                "A log is printed as it is: --output and --query are for the list of logs.")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        if file == nil, follow { return try await followBest(client, surroundings.streams) }
        let runs = try await runs(of: named.id, client: client)
        guard let file else { return try await list(runs, client: client, in: surroundings) }
        for run in runs {
            let files = try await client.logFiles(run.id)
            guard files.contains(where: { $0.name == file }) else { continue }
            let printer = LogPrinter(run: run.id, file: file)
            return try await print(printer, client: client, surroundings.streams)
        }
        throw ServiceFailure(
            kind: .notFound, operation: "read the log \(file) of \(named.name)",
            detail: "no step has a log of that name",
            advice: "List them with: batchdeck job logs -n \(named.name)")
    }

    private struct Run {
        let id: String
        let name: String
    }

    private func runs(of job: Job.ID, client: BatchClient) async throws -> [Run] {
        let steps = try await client.steps(job)
        let all =
            steps.map { Run(id: $0.id.rawValue, name: $0.name) } + [
                Run(id: job.rawValue, name: "job")
            ]
        guard let step else { return all }
        let chosen = all.filter { $0.name == step || $0.id == step }
        guard !chosen.isEmpty else {
            throw ServiceFailure(
                kind: .notFound, operation: "find the step \(step) of \(named.name)",
                detail: "its steps are: \(all.map(\.name).joined(separator: ", "))")
        }
        return chosen
    }

    private func list(_ runs: [Run], client: BatchClient, in here: Surroundings) async throws {
        var rows: [JSONValue] = []
        for run in runs {
            for file in try await client.logFiles(run.id) {
                rows.append(
                    .object([
                        "step": .string(run.name), "file": .string(file.name),
                        "what": .string(LogLabel.text(for: file.name)),
                    ]))
            }
        }
        try show(
            rows,
            columns: [
                TableColumn("step", "step"), TableColumn("file", "file"),
                TableColumn("what", "what"),
            ], as: common.output, in: here)
    }

    private func print(
        _ printer: LogPrinter, client: BatchClient, _ streams: Streams
    ) async throws {
        var printer = printer
        try await printer.drain(client, streams)
        if follow {
            let news = LogNews(client.follow(named.id))
            defer { news.end() }
            for await _ in news.looks { try await printer.drain(client, streams) }
            try await news.outcome()
            try await printer.drain(client, streams)
        }
        printer.end(streams)
    }

    // MARK: - The log that tells most

    /// Follows the best log there is, and goes over to what the script prints once it prints something.
    private func followBest(_ client: BatchClient, _ streams: Streams) async throws {
        var printer: LogPrinter?
        func look() async throws {
            let isFinal = printer.map { UsefulLogs.isPrinted($0.file) } ?? false
            if !isFinal, let best = try await best(client), best != printer?.place {
                try await printer?.drain(client, streams)
                printer?.end(streams)
                streams.talk("log: \(best.file)\n")
                printer = LogPrinter(run: best.run, file: best.file)
            }
            try await printer?.drain(client, streams)
        }
        let news = LogNews(client.follow(named.id))
        defer { news.end() }
        try await look()
        for await _ in news.looks { try await look() }
        try await news.outcome()
        try await look()
        guard let printer else {
            throw ServiceFailure(
                kind: .notFound, operation: "follow a log of \(named.name)",
                detail: "the job ended without a log")
        }
        printer.end(streams)
    }

    /// The log worth reading of all steps by now; nil while there is none.
    private func best(_ client: BatchClient) async throws -> LogPrinter.Place? {
        var fallback: LogPrinter.Place?
        for run in try await runs(of: named.id, client: client) {
            let useful = UsefulLogs(try await client.logFiles(run.id).map(\.name))
            for file in useful.printed {
                let start = try await client.readLog(run.id, file, 0, 1)
                if !start.bytes.isEmpty { return LogPrinter.Place(run: run.id, file: file) }
            }
            fallback =
                fallback ?? useful.fallback.map { LogPrinter.Place(run: run.id, file: $0) }
        }
        return fallback
    }
}

/// A log that is printed as far as it goes, again and again.
private struct LogPrinter {
    /// Which log it is.
    struct Place: Equatable {
        var run: String
        var file: String
    }

    /// Bytes of one question: few questions for a long log, and no memory to speak of.
    private static let pieceLimitBytes = 2 << 20

    let place: Place
    private var offset: Int64 = 0
    private var pieces = TextPieces()

    init(run: String, file: String) { place = Place(run: run, file: file) }

    var file: String { place.file }

    /// Prints what is new.
    mutating func drain(_ client: BatchClient, _ streams: Streams) async throws {
        while true {
            let chunk = try await client.readLog(
                place.run, place.file, offset, Self.pieceLimitBytes)
            guard !chunk.bytes.isEmpty else { return }
            streams.outputFile(pieces.text(adding: chunk.bytes))
            offset = chunk.nextOffset
        }
    }

    /// Prints what never became a whole character.
    func end(_ streams: Streams) {
        var pieces = pieces
        streams.outputFile(pieces.rest())
    }
}

/// Makes text of bytes that come in pieces: a character that a piece cuts waits for its other half.
struct TextPieces {
    private var half: [UInt8] = []

    /// The whole characters so far.
    mutating func text(adding bytes: [UInt8]) -> String {
        let all = half + bytes
        let end = all.count - Self.cutLength(of: all)
        half = Array(all[end...])
        return String(decoding: all[..<end], as: UTF8.self)
    }

    /// What never became whole.
    mutating func rest() -> String {
        defer { half = [] }
        return String(decoding: half, as: UTF8.self)
    }

    /// Bytes at the end that begin a character of UTF-8 and do not end it: 0 to 3.
    private static func cutLength(of bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > length ? length : 0
        }
        return 0
    }
}

/// Says when to look into a log of a running job: whenever the job changes, and every so often.
struct LogNews: Sendable {
    /// How often a followed log is looked at: a script may print for hours while its job's state stays as it is.
    private static let interval: Duration = .seconds(1)

    /// Ends with the job.
    let looks: AsyncStream<Void>
    private let following: Task<Void, any Error>
    private let ticking: Task<Void, Never>

    init(_ job: AsyncThrowingStream<JobSnapshot, any Error>) {
        // Looks that come while one is being made are one look.
        let (looks, news) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.looks = looks
        following = Task {
            defer { news.finish() }
            for try await _ in job { news.yield() }
        }
        ticking = Task {
            while !Task.isCancelled {
                // A wait that is cut short is the last one.
                try? await Task.sleep(for: Self.interval)
                news.yield()
            }
        }
    }

    /// Throws what following the job came to, when that was a failure.
    func outcome() async throws { try await following.value }

    func end() {
        following.cancel()
        ticking.cancel()
    }
}
