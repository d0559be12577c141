import BatchModel

extension Results {
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
                    if byte == RowRecords.newline, !isQuoted {
                        breaks += 1
                    } else if isMultiline, byte == RowRecords.quote {
                        isQuoted.toggle()
                    }
                }
            }
            endsInBreak = last == RowRecords.newline && !isQuoted
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
