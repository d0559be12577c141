import ConsoleGrid

extension JobDetail {
    /// The part of a log that is held: its newest lines, whole and clean, within fixed bounds.
    ///
    /// Bytes come as they were cut by a range. What stands behind the last line break waits for the rest of its line, but
    /// is shown already, without the beginning of a letter that is not complete.
    struct LogText: Sendable, Equatable {
        /// Whole lines, sanitised.
        private var lines: [String] = []
        /// How many bytes of the file each line is.
        private var lengths: [Int] = []
        /// The bytes behind the last line break.
        private var half: [UInt8] = []
        private var lastLine: String?
        private var skipsToLine: Bool
        /// Where in the file the held part begins.
        private(set) var start: Int64
        /// Where in the file it ends: the next byte to read.
        private(set) var next: Int64

        /// More than anybody reads by scrolling, and little enough to be copied and searched at every key.
        static let byteLimit = 512 << 10
        static let lineLimit = 5_000
        /// A longer line is cut into several, so that no line is a burden to draw.
        static let lineLimitBytes = 8 << 10

        /// Nothing yet of the part from an offset on, which may lie within a line.
        init(from offset: Int64 = 0) {
            start = offset
            next = offset
            skipsToLine = offset > 0
        }

        /// Lines, the last of them perhaps unfinished.
        var count: Int { lines.count + (lastLine == nil ? 0 : 1) }
        /// Bytes held.
        var byteCount: Int { Int(next - start) }

        /// A line, counted from 0.
        subscript(line: Int) -> String { line < lines.count ? lines[line] : lastLine ?? "" }

        /// How many bytes to ask for next: about half the store of lines like those so far, so that reading on never
        /// pushes everything out at once.
        var readLength: Int {
            guard count > 100 else { return Log.readLimit }
            let length = byteCount / count * Self.lineLimit / 2
            return min(Log.readLimit, max(4 << 10, length))
        }

        /// Whether so much can be read without anything going from the beginning.
        var hasRoom: Bool {
            let length = readLength
            let isFewBytes = byteCount + length <= Self.byteLimit
            return isFewBytes && count + length * count / max(1, byteCount) <= Self.lineLimit
        }

        /// Takes the next bytes of the file.
        ///
        /// - Parameter keepingStart: what is too much goes from the end instead, to be read again later.
        /// - Returns: how many lines at the beginning had to go.
        mutating func consume(_ chunk: [UInt8], keepingStart: Bool = false) -> Int {
            guard !chunk.isEmpty else { return 0 }
            next += Int64(chunk.count)
            half += skipped(chunk)
            var from = half.startIndex
            while let cut = cut(from: from) {
                lines.append(Self.line(half[from..<cut.end]))
                lengths.append(cut.next - from)
                from = cut.next
            }
            half.removeFirst(from)
            lastLine = half.isEmpty ? nil : Self.line(half[..<Self.wholeEnd(of: half)])
            if keepingStart { giveBack() }
            return trim()
        }

        private mutating func giveBack() {
            let surplus = lines.count - Self.lineLimit
            guard surplus > 0 else { return }
            next -= Int64(half.count + lengths.suffix(surplus).reduce(0, +))
            lines.removeLast(surplus)
            lengths.removeLast(surplus)
            half = []
            lastLine = nil
        }

        /// Leaves out the rest of the line that a jump landed in.
        private mutating func skipped(_ chunk: [UInt8]) -> ArraySlice<UInt8> {
            guard skipsToLine else { return chunk[...] }
            skipsToLine = false
            let rest: ArraySlice<UInt8>
            if let end = chunk.firstIndex(of: newline) {
                rest = chunk[(end + 1)...]
            } else {
                rest = chunk.drop { $0 & 0xC0 == 0x80 }
            }
            start += Int64(chunk.count - rest.count)
            return rest
        }

        /// Where a line ends and the next one begins; nil while it is not whole.
        private func cut(from: Int) -> (end: Int, next: Int)? {
            let limit = from + Self.lineLimitBytes
            let searched = half[from..<min(half.endIndex, limit + 1)]
            if let end = searched.firstIndex(of: newline) { return (end, end + 1) }
            guard half.endIndex > limit else { return nil }
            var end = limit
            while end > from + 1, half[end] & 0xC0 == 0x80 { end -= 1 }
            return (end, end)
        }

        private mutating func trim() -> Int {
            var dropped = 0
            var bytes = byteCount
            while dropped < lines.count,
                bytes > Self.byteLimit || lines.count - dropped > Self.lineLimit
            {
                bytes -= lengths[dropped]
                dropped += 1
            }
            guard dropped > 0 else { return 0 }
            lines.removeFirst(dropped)
            lengths.removeFirst(dropped)
            start = next - Int64(bytes)
            return dropped
        }

        /// A line as a terminal would leave it: what stands behind its last carriage return.
        private static func line(_ bytes: ArraySlice<UInt8>) -> String {
            var bytes = bytes
            if bytes.last == carriageReturn { bytes.removeLast() }
            if let last = bytes.lastIndex(of: carriageReturn) { bytes = bytes[(last + 1)...] }
            return sanitised(String(decoding: bytes, as: UTF8.self))
        }

        /// The end of the last letter that is complete.
        private static func wholeEnd(of bytes: [UInt8]) -> Int {
            var lead = bytes.endIndex - 1
            while lead > bytes.startIndex, bytes.endIndex - lead < 4, bytes[lead] & 0xC0 == 0x80 {
                lead -= 1
            }
            let length =
                switch bytes[lead] {
                case 0xF0...: 4
                case 0xE0...: 3
                case 0xC0...: 2
                default: 1
                }
            return length > bytes.endIndex - lead ? lead : bytes.endIndex
        }
    }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
