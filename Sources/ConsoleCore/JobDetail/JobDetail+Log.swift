import BatchModel
import ConsoleGrid

extension JobDetail {
    /// The log that is shown and how it is seen.
    struct Log: Sendable, Equatable {
        /// The file's name relative to its run.
        var file: String?
        private(set) var text = LogText()
        /// How long the file was when it was last read.
        private(set) var total: Int64?
        /// The read in flight.
        var asked: Ask?
        /// Whether it was read to its end after the job had ended.
        private(set) var isComplete = false
        /// Whether anything came of it yet, were it nothing.
        private(set) var isRead = false
        /// Whether a person asked to read it from its beginning.
        private(set) var isFromStart = false
        var failure: ServiceFailure?
        var failedAt: Timestamp?
        var scroll = Scroll()
        private(set) var isWrapping = false
        private var width = 0
        /// Rows of all lines and the first row of each, while long lines are broken.
        private var rows: [String] = []
        private var starts: [Int] = []

        /// A read in flight.
        struct Ask: Sendable, Equatable {
            var offset: Int64
            /// Whether it was asked after the job had ended.
            var isAfterEnd: Bool
        }

        /// Bytes of one read.
        static let readLimit = 64 << 10
        /// A log that goes on for longer is joined at its end.
        static let jumpLimit: Int64 = 256 << 10

        /// Another file, seen in the same way.
        func opening(_ name: String?) -> Log {
            var log = Log()
            log.file = name
            log.isWrapping = isWrapping
            log.width = width
            log.scroll.setHeight(scroll.height)
            return log
        }

        /// Whether the file is known to go on behind what is held.
        var isBehind: Bool { total.map { text.next < $0 } ?? false }
        /// Whether all that is known of the file is held.
        var isWhole: Bool { text.start == 0 && !isBehind }

        /// Whether more can be read without pushing out what a person looks at.
        var hasRoom: Bool {
            let isNearEnd = scroll.offset + 2 * scroll.height >= scroll.count
            return isNearEnd || text.hasRoom
        }

        /// Takes the answer to the read in flight.
        ///
        /// - Returns: how many lines at the beginning had to go; nil when the answer is not the awaited one.
        mutating func take(_ chunk: FileChunk) -> Int? {
            guard let ask = asked, ask.offset == chunk.offset else { return nil }
            asked = nil
            failure = nil
            isRead = true
            if let length = chunk.totalLength {
                total = length
                // A file that became shorter is another file of the same name.
                if length < chunk.offset { return restart(at: 0) }
                let follows = scroll.isAtEnd && !isFromStart
                if follows, length - chunk.offset > Self.jumpLimit {
                    return restart(at: length - Int64(Self.readLimit))
                }
            }
            let isFirst = isFromStart && text.next == 0
            let dropped = text.consume(chunk.bytes, keepingStart: isFirst)
            recount(dropping: dropped)
            let isAtEnd = total.map { text.next >= $0 } ?? chunk.bytes.isEmpty
            isComplete = ask.isAfterEnd && isAtEnd
            return dropped
        }

        /// Reads from the file's beginning and stays there.
        mutating func readFromStart() {
            _ = restart(at: 0)
            isFromStart = true
        }

        /// Goes to the file's end, wherever that is by now.
        mutating func followEnd() {
            isFromStart = false
            if let total, total - text.next > Self.jumpLimit {
                _ = restart(at: total - Int64(Self.readLimit))
            }
            scroll.move(.last)
        }

        private mutating func restart(at offset: Int64) -> Int {
            let dropped = text.count
            text = LogText(from: offset)
            asked = nil
            isComplete = false
            scroll = Scroll(height: scroll.height)
            recount(dropping: 0)
            return dropped
        }
    }
}

// MARK: - Rows

extension JobDetail.Log {
    /// The longest row, for scrolling sideways.
    var widestVisible: Int {
        scroll.visible.reduce(0) { max($0, TextWidth.columns(of: row($1))) }
    }

    /// One row of the picture.
    func row(_ index: Int) -> String {
        guard isWrapping else { return text[index] }
        return index < rows.count ? rows[index] : ""
    }

    /// The line that a row is of.
    func line(ofRow row: Int) -> Int {
        guard isWrapping else { return row }
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }

    /// The first row of a line.
    func firstRow(ofLine line: Int) -> Int {
        guard isWrapping else { return line }
        return line < starts.count ? starts[line] : rows.count
    }

    /// Takes the size of the place it is drawn in.
    mutating func fit(size: Size) {
        scroll.setHeight(size.rows)
        guard size.columns != width else { return }
        width = size.columns
        if isWrapping { keepingPlace { $0.rebuild() } }
    }

    /// Breaks long lines, or no longer.
    mutating func toggleWrap() {
        keepingPlace { log in
            log.isWrapping.toggle()
            log.rebuild()
        }
        scroll.showFirstColumn()
    }

    /// Brings a place of a line into view, in the middle when it was not visible.
    ///
    /// - Parameter cluster: the place as a number of clusters before it.
    mutating func reveal(line: Int, cluster: Int) {
        let row = firstRow(ofLine: line)
        if !scroll.visible.contains(row) { scroll.show(line: row - scroll.height / 2) }
        guard !isWrapping else { return }
        let column = TextWidth.columns(of: String(text[line].prefix(cluster)))
        guard !(scroll.column..<scroll.column + width).contains(column) else { return }
        scroll.showFirstColumn()
        if column >= width { scroll.moveColumn(by: column - width / 2) }
    }

    private mutating func keepingPlace(_ change: (inout Self) -> Void) {
        let follows = scroll.isAtEnd
        let line = line(ofRow: scroll.offset)
        change(&self)
        scroll.setCount(rowCount)
        if follows { scroll.move(.last) } else { scroll.show(line: firstRow(ofLine: line)) }
    }

    private var rowCount: Int { isWrapping ? rows.count : text.count }

    /// Follows a change of the text. Who looks at the end goes on doing so, anybody else stays where he is.
    private mutating func recount(dropping lines: Int) {
        let wasEmpty = scroll.count == 0
        if !scroll.isAtEnd { scroll.move(by: -firstRow(ofLine: lines)) }
        rebuild()
        scroll.setCount(rowCount)
        if wasEmpty { scroll.move(isFromStart ? .first : .last) }
    }

    private mutating func rebuild() {
        rows = []
        starts = []
        guard isWrapping else { return }
        for line in 0..<text.count {
            starts.append(rows.count)
            let broken = Paragraph.wrap(text[line], columns: width)
            rows += broken.isEmpty ? [""] : broken
        }
    }
}
