/// What one call of `run()` took, as the worker measured it.
struct RunTimes: Sendable, Equatable {
    /// From call to return.
    var run: Duration
    /// Processor time of the whole process, user and system; more than `run` when several cores were used.
    var process: Duration?
}

/// What a worker says: one frame each, a length of four bytes (little-endian) and that many bytes.
enum WorkerFrame: Equatable {
    /// `init()` has returned.
    case ready(initTime: Duration)
    /// The script could not be imported, or `init()` raised.
    case initFailed(line: String, trace: String)
    /// `run()` returned; `count` is the length of what it returned, `rows` the lines to append.
    case ran(spent: RunTimes, count: Int, rows: [UInt8])
    /// `run()` raised or returned the wrong type.
    case runFailed(spent: RunTimes, line: String, trace: String)
    /// `shutdown()` raised.
    case shutdownFailed(line: String, trace: String)
    /// Bytes that are no frame of ours.
    case damaged

    /// Reads the bytes of one frame, without its length.
    init(_ body: ArraySlice<UInt8>) {
        let rest = body.dropFirst()
        switch body.first {
        case UInt8(ascii: "I") where rest.count == 8: self = .ready(initTime: Self.time(rest))
        case UInt8(ascii: "D") where rest.count >= 20:
            let count = Self.number(rest.dropFirst(16).prefix(4))
            self = .ran(spent: Self.times(rest), count: count, rows: Array(rest.dropFirst(20)))
        case UInt8(ascii: "F") where rest.count >= 16:
            let (line, trace) = Self.texts(rest.dropFirst(16))
            self = .runFailed(spent: Self.times(rest), line: line, trace: trace)
        case UInt8(ascii: "X"):
            let (line, trace) = Self.texts(rest)
            self = .initFailed(line: line, trace: trace)
        case UInt8(ascii: "S"):
            let (line, trace) = Self.texts(rest)
            self = .shutdownFailed(line: line, trace: trace)
        case .some, .none: self = .damaged
        }
    }

    /// A frame to a worker, with its length.
    static func command(_ parts: [ArraySlice<UInt8>]) -> [UInt8] {
        let length = parts.reduce(0) { $0 + $1.count }
        var frame: [UInt8] = []
        frame.reserveCapacity(length + 4)
        for shift in [0, 8, 16, 24] { frame.append(UInt8(truncatingIfNeeded: length >> shift)) }
        for part in parts { frame.append(contentsOf: part) }
        return frame
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func time(_ bytes: ArraySlice<UInt8>) -> Duration {
        .nanoseconds(number(bytes.prefix(8)))
    }

    private static func times(_ bytes: ArraySlice<UInt8>) -> RunTimes {
        RunTimes(run: time(bytes), process: time(bytes.dropFirst(8)))
    }

    private static func texts(_ bytes: ArraySlice<UInt8>) -> (line: String, trace: String) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        func text(_ index: Int) -> String {
            index < parts.count ? String(decoding: parts[index], as: UTF8.self) : ""
        }
        return (text(0), text(1))
    }
}

/// Cuts a stream of bytes into frames.
struct FrameReader {
    private var buffer: [UInt8] = []
    private var position = 0

    /// Adds what was read.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        if position > 0 && position == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            position = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame, nil until its last byte is there.
    mutating func next() -> WorkerFrame? {
        guard buffer.count - position >= 4 else { return nil }
        let length = buffer[position..<(position + 4)].reversed().reduce(0) { $0 << 8 | Int($1) }
        let start = position + 4
        guard buffer.count - start >= length else { return nil }
        position = start + length
        return WorkerFrame(buffer[start..<position])
    }
}
