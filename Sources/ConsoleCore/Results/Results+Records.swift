import BatchModel

extension Results {
    /// How bytes fall into rows.
    enum Records {
        static let newline = UInt8(ascii: "\n")
        static let quote = UInt8(ascii: "\"")

        /// The rows of a piece of a file, without their line ends.
        ///
        /// A row that is cut by the end of the piece is left out until the rest is there. A piece without any whole row is
        /// one row, so that a line longer than all that is ever loaded still shows its part.
        /// - Parameters:
        ///   - startsOnRow: false when the piece may begin within a row, which is then left out.
        ///   - endsFile: true when nothing comes after the piece.
        ///   - isMultiline: whether quotes keep line breaks.
        static func ranges(
            in bytes: [UInt8], startsOnRow: Bool, endsFile: Bool, isMultiline: Bool
        ) -> [Range<Int>] {
            var ranges: [Range<Int>] = []
            var start = 0
            if !startsOnRow, let first = bytes.firstIndex(of: newline) { start = first + 1 }
            bytes.withUnsafeBufferPointer { bytes in
                var isQuoted = false
                for index in start..<bytes.count {
                    if bytes[index] == newline, !isQuoted {
                        let hasReturn = index > start && bytes[index - 1] == UInt8(ascii: "\r")
                        ranges.append(start..<(hasReturn ? index - 1 : index))
                        start = index + 1
                    } else if isMultiline, bytes[index] == quote {
                        isQuoted.toggle()
                    }
                }
            }
            if start < bytes.count, endsFile { ranges.append(start..<bytes.count) }
            if ranges.isEmpty, !bytes.isEmpty { ranges.append(0..<bytes.count) }
            return ranges
        }

        /// A row of the start of a file, without the byte order mark before the first.
        static func row(_ range: Range<Int>, of bytes: [UInt8]) -> ArraySlice<UInt8> {
            guard range.lowerBound == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
                return bytes[range]
            }
            return bytes[min(3, range.upperBound)..<range.upperBound]
        }
    }

    /// Counts the rows of a file from its start on, a page at a time.
    struct Counter: Sendable, Equatable {
        /// Bytes counted so far: where the next page must begin.
        private(set) var offset: Int64 = 0
        private var breaks = 0
        private var isQuoted = false
        private var endsInBreak = true

        /// The rows of a file that ends where the counter stands.
        var rows: Int { breaks + (endsInBreak ? 0 : 1) }

        /// Counts a page, unless it is not the next one.
        mutating func take(_ chunk: FileChunk, isMultiline: Bool) {
            guard chunk.offset == offset, let last = chunk.bytes.last else { return }
            offset = chunk.nextOffset
            chunk.bytes.withUnsafeBufferPointer { bytes in
                for byte in bytes {
                    if byte == Records.newline, !isQuoted {
                        breaks += 1
                    } else if isMultiline, byte == Records.quote {
                        isQuoted.toggle()
                    }
                }
            }
            endsInBreak = last == Records.newline && !isQuoted
        }
    }

    /// The part of a file that is loaded, and its rows.
    struct Pages: Sendable, Equatable {
        /// Where it begins in the file.
        var start: Int64 = 0
        var bytes: [UInt8] = []
        /// False when it may begin within a row.
        var startsOnRow = true
        /// Its whole rows as ranges of `bytes`.
        var rows: [Range<Int>] = []
        /// The number of its first row in the file, from 0, a header counted; nil while nobody knows.
        var firstRow: Int? = 0

        /// Where it ends in the file.
        var end: Int64 { start + Int64(bytes.count) }

        /// The mean length of a row with its line end, in bytes.
        var meanRowLength: Double? {
            guard let first = rows.first, let last = rows.last else { return nil }
            return Double(last.upperBound + 1 - first.lowerBound) / Double(rows.count)
        }

        /// The first row that begins at or after a place in the file.
        func row(at offset: Int64) -> Int {
            var low = 0
            var high = rows.count
            while low < high {
                let middle = (low + high) / 2
                if start + Int64(rows[middle].lowerBound) < offset {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low
        }

        /// Gives bytes back before a row.
        mutating func drop(before row: Int) {
            guard rows.indices.contains(row) else { return }
            let count = rows[row].lowerBound
            bytes.removeFirst(count)
            start += Int64(count)
            startsOnRow = true
        }

        /// Gives bytes back behind a row.
        mutating func drop(after row: Int) {
            guard rows.indices.contains(row) else { return }
            bytes.removeLast(bytes.count - min(bytes.count, rows[row].upperBound + 1))
        }
    }
}
