import BatchClient
import BatchModel
import ConsoleGrid

/// A log that is read from its end: its last lines first, then those before them, or what is new behind them.
struct LogTail: Sendable {
    /// Lines read out at once.
    static let lineCount = 20
    /// How far back one look goes: enough for so many lines of any log that can be listened to.
    private static let windowBytes: Int64 = 64 << 10
    /// Bytes of one question.
    private static let pieceBytes = 1 << 20

    let run: String
    let file: String
    /// Where what was read begins and ends, in bytes from the start of the file.
    private(set) var start: Int64 = 0
    private(set) var end: Int64 = 0
    private var pieces = TextPieces()
    private var half = ""

    /// Finds the end of a file.
    init(_ file: String, of run: String, client: BatchClient) async throws(ServiceFailure) {
        self.run = run
        self.file = file
        let first = try await client.readLog(run, file, 0, 1)
        end = try await Self.length(after: first, run, file, client)
        start = end
    }

    /// True when nothing stands before what was read.
    var isAtStart: Bool { start == 0 }

    /// The lines before those read so far, oldest first; none at the start of the file.
    mutating func earlier(_ client: BatchClient) async throws(ServiceFailure) -> [String] {
        let from = max(0, start - Self.windowBytes)
        let bytes = try await read(from: from, to: start, client)
        let first = Self.firstByte(of: bytes, isWhole: from == 0)
        start = from + Int64(first)
        return Self.lines(String(decoding: bytes[first...], as: UTF8.self))
    }

    /// The lines that have come whole since the last look, oldest first.
    mutating func news(_ client: BatchClient) async throws(ServiceFailure) -> [String] {
        var text = half
        while true {
            let chunk = try await client.readLog(run, file, end, Self.pieceBytes)
            guard !chunk.bytes.isEmpty else { break }
            text += pieces.text(adding: chunk.bytes)
            end = chunk.nextOffset
        }
        guard let last = text.unicodeScalars.lastIndex(of: "\n") else {
            half = text
            return []
        }
        half = String(text.unicodeScalars[text.unicodeScalars.index(after: last)...])
        return Self.lines(String(text.unicodeScalars[..<last]))
    }

    /// What never became a whole line.
    mutating func rest() -> [String] {
        defer { half = "" }
        return Self.lines(half + pieces.rest())
    }

    // MARK: - Bytes

    /// The length a service tells; one that does not is read to its end.
    private static func length(
        after first: FileChunk, _ run: String, _ file: String, _ client: BatchClient
    ) async throws(ServiceFailure) -> Int64 {
        if let total = first.totalLength { return total }
        var chunk = first
        while !chunk.bytes.isEmpty {
            chunk = try await client.readLog(run, file, chunk.nextOffset, pieceBytes)
        }
        return chunk.offset
    }

    private func read(
        from: Int64, to end: Int64, _ client: BatchClient
    ) async throws(ServiceFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var offset = from
        while offset < end {
            let chunk = try await client.readLog(run, file, offset, Int(end - offset))
            guard !chunk.bytes.isEmpty else { break }
            bytes += chunk.bytes.prefix(Int(end - offset))
            offset = chunk.nextOffset
        }
        return bytes
    }

    /// Where the last lines begin. Of a piece from the middle of a file the first line may be cut: it is left for later,
    /// unless it is all there is.
    private static func firstByte(of bytes: [UInt8], isWhole: Bool) -> Int {
        let newline = UInt8(ascii: "\n")
        let body = bytes.last == newline ? bytes.dropLast() : bytes[...]
        let ends = body.indices.filter { body[$0] == newline }
        if ends.count >= lineCount { return ends[ends.count - lineCount] + 1 }
        return isWhole ? 0 : ends.first.map { $0 + 1 } ?? 0
    }

    /// Lines as they can be said: without what would steer a terminal.
    private static func lines(_ text: String) -> [String] {
        var lines = sanitised(text, keepingLines: true)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
