/// What has to be sent to turn one picture into another.
///
/// Runs lie in reading order and never overlap. Two changed places with at most `gapLimit`
/// unchanged cells between them make one run: moving the cursor costs more bytes than repeating
/// those cells. A run never starts or ends inside a wide glyph.
public struct ScreenDiff: Sendable, Equatable {
    /// Changed neighbouring cells of one row.
    public struct Run: Sendable, Equatable {
        /// Where the first changed cell is.
        public let start: Point
        /// The new cells, continuations included.
        public let cells: ArraySlice<Cell>
    }

    /// The changed cells.
    public let runs: [Run]
    /// Whether the size differs, so that everything has to be drawn; `runs` then holds every row.
    public let isWhole: Bool
    /// Where the cursor has to be, nil to hide it.
    public let cursor: Point?
    /// Whether the cursor has to be moved, shown or hidden.
    public let isCursorChanged: Bool

    /// A cursor move takes about 6 bytes (`ESC [ r ; c H`): repeating fewer cells is cheaper.
    static let gapLimit = 5

    /// The difference between what is shown and what shall be shown.
    ///
    /// - Parameters:
    ///   - old: the picture the terminal shows, nil when that is unknown.
    ///   - new: the picture it shall show.
    public init(from old: Screen?, to new: Screen) {
        cursor = new.cursor
        isCursorChanged = old.map { $0.cursor != new.cursor } ?? true
        guard let old, old.size == new.size else {
            isWhole = true
            runs = (0..<new.size.rows).map {
                Run(start: Point(row: $0, column: 0), cells: new.row($0))
            }
            return
        }
        isWhole = false
        var found: [Run] = []
        for row in ScreenDiff.changedRows(old, new) {
            ScreenDiff.compare(row, old, new, into: &found)
        }
        runs = found
    }

    /// True when nothing has to be sent.
    public var isEmpty: Bool { runs.isEmpty && !isCursorChanged }

    /// How many cells are sent.
    public var cellCount: Int { runs.reduce(0) { $0 + $1.cells.count } }

    /// The rows that differ: looked for in the bare memory of two pictures of one size, since hardly any does.
    private static func changedRows(_ old: Screen, _ new: Screen) -> [Int] {
        let size = new.size
        return old.cells.withUnsafeBufferPointer { old in
            new.cells.withUnsafeBufferPointer { new in
                (0..<size.rows).filter { row in
                    let cells = row * size.columns..<(row + 1) * size.columns
                    return cells.contains { old[$0] != new[$0] }
                }
            }
        }
    }

    private static func compare(_ row: Int, _ old: Screen, _ new: Screen, into runs: inout [Run]) {
        let base = row * new.size.columns
        let end = base + new.size.columns
        var index = base
        while index < end {
            guard old.cells[index] != new.cells[index] else {
                index += 1
                continue
            }
            let last = lastChange(from: index, end: end, old, new)
            let range = widened(index..<last + 1, base: base, end: end, old, new)
            runs.append(
                Run(
                    start: Point(row: row, column: range.lowerBound - base), cells: new.cells[range]
                ))
            index = range.upperBound
        }
    }

    private static func lastChange(
        from start: Int, end: Int, _ old: Screen, _ new: Screen
    ) -> Int {
        var last = start
        var index = start + 1
        while index < end, index - last <= gapLimit + 1 {
            if old.cells[index] != new.cells[index] { last = index }
            index += 1
        }
        return last
    }

    /// Takes in the other half of wide glyphs, old or new, at both ends.
    private static func widened(
        _ range: Range<Int>, base: Int, end: Int, _ old: Screen, _ new: Screen
    ) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower > base, new.cells[lower].isContinuation || old.cells[lower].isContinuation {
            lower -= 1
        }
        while upper < end, new.cells[upper].isContinuation || old.cells[upper].isContinuation {
            upper += 1
        }
        return lower..<upper
    }
}

extension Screen {
    /// This picture after the difference was drawn on it.
    public func applying(_ diff: ScreenDiff, size newSize: Size) -> Screen {
        var result = diff.isWhole ? Screen(size: newSize) : self
        for run in diff.runs {
            let start = run.start.row * result.size.columns + run.start.column
            result.cells.replaceSubrange(start..<start + run.cells.count, with: run.cells)
        }
        result.cursor = diff.cursor
        return result
    }
}
