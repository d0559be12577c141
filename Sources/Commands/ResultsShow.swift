import ArgumentParser
import BatchClient
import BatchModel

struct ResultsShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints the first lines of a file a job wrote, or the last ones.",
        discussion: """
            Only the part that is shown is read, however long the file. `job download` fetches all of it.

              batchdeck job results show -n JOB --lines 5
              batchdeck job results show -n JOB -f x/predictions.csv --tail
            """)

    /// Lines longer than this on average are no table.
    private static let readLimitBytes = 1 << 20

    @OptionGroup var place: ResultFileOptions

    @Option(name: .long, help: "How many lines.")
    var lines = 20

    @Flag(name: .long, help: "The last lines instead of the first.")
    var tail = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...10_000).contains(lines) else {
            throw ValidationError("--lines takes a whole number from 1 to 10000.")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let file = try await place.found(by: client)
        let part = try await part(of: file, by: client)
        if part.isCut {
            surroundings.streams.talk(
                "the lines are long: \(part.lines.count) of \(lines) are within "
                    + "\(SizeText.print(Int64(Self.readLimitBytes)))\n")
        }
        guard common.output.isPlain else {
            let shape: JSONValue = .object([
                "output": .string(file.output), "file": .string(file.path),
                "bytes": part.total.map { .integer($0) } ?? .null,
                "is_whole": .boolean(part.isWhole),
                "lines": .array(part.lines.map { .string($0) }),
            ])
            return try show(shape, as: common.output, in: surroundings)
        }
        surroundings.streams.outputFile(part.lines.map { $0 + "\n" }.joined())
    }

    /// Lines of a file.
    struct Part {
        var lines: [String]
        var total: Int64?
        /// True when these are all there are.
        var isWhole: Bool
        /// True when there would be more lines to show, and they lie beyond what is read.
        var isCut: Bool
    }

    /// Reads the beginning or the end, at most as much as the limit.
    private func part(of file: ResultFile, by client: BatchClient) async throws -> Part {
        var chunk = try await read(file, 0, by: client)
        if tail, let total = chunk.totalLength, total > Int64(Self.readLimitBytes) {
            chunk = try await read(file, total - Int64(Self.readLimitBytes), by: client)
        }
        guard !chunk.bytes.contains(0) else {
            throw ServiceFailure(
                kind: .rejected, operation: "show \(file.path)", detail: "it is no text",
                advice: "Fetch it with: batchdeck job download -n \(place.named.name)")
        }
        return Self.part(of: chunk, lines: lines, isTail: tail)
    }

    private func read(
        _ file: ResultFile, _ offset: Int64, by client: BatchClient
    ) async throws -> FileChunk {
        var all = try await client.readOutput(
            file.job, file.output, file.path, offset, Self.readLimitBytes)
        // A service may give less at once than was asked for.
        while all.bytes.count < Self.readLimitBytes {
            let more = try await client.readOutput(
                file.job, file.output, file.path, all.nextOffset,
                Self.readLimitBytes - all.bytes.count)
            guard !more.bytes.isEmpty else { break }
            all.bytes += more.bytes
            all.totalLength = more.totalLength
        }
        return all
    }

    /// The lines of a piece that are asked for; one that the piece cuts at its edge is none.
    static func part(of chunk: FileChunk, lines: Int, isTail: Bool) -> Part {
        let reachesEnd = chunk.totalLength.map { chunk.nextOffset >= $0 } ?? true
        var all = chunk.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if reachesEnd, all.last?.isEmpty == true { all.removeLast() }
        let isWholePiece = chunk.offset == 0 && reachesEnd
        if !isWholePiece, all.count > 1 {
            if chunk.offset > 0 { all.removeFirst() }
            if !reachesEnd { all.removeLast() }
        }
        let chosen = isTail ? all.suffix(lines) : all.prefix(lines)
        return Part(
            lines: chosen.map { line in
                String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
            }, total: chunk.totalLength, isWhole: isWholePiece && chosen.count == all.count,
            isCut: !isWholePiece && chosen.count < lines)
    }
}
