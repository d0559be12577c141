// A table gets whatever width the pane has. Columns that matter less give way first: as long as the
// smallest widths do not fit, the column with the highest priority number goes, the rightmost among
// equals. What is left over then goes to the flexible columns, one at a time round and round by their
// weights, so that the widths always add up to the pane's.

/// One column of a table.
public struct TableColumn: Sendable, Hashable {
    /// How wide a column is.
    public enum Width: Sendable, Hashable {
        /// Always so many columns.
        case fixed(Int)
        /// At least and at most so many; spare room is shared by weight.
        case flexible(min: Int, max: Int = .max, weight: Int = 1)
    }

    /// The heading.
    public var title: String
    /// How wide it is.
    public var width: Width
    /// Where text stands in it.
    public var alignment: Alignment
    /// 0 is never dropped; the highest number goes first when room runs out.
    public var priority: Int
    /// What is left out of a text that is too long.
    public var cut: TextCut

    /// A column.
    public init(
        _ title: String, width: Width, alignment: Alignment = .left, priority: Int = 0,
        cut: TextCut = .end
    ) {
        self.title = title
        self.width = width
        self.alignment = alignment
        self.priority = priority
        self.cut = cut
    }

    var minimum: Int {
        switch width {
        case .fixed(let columns): max(0, columns)
        case .flexible(let least, _, _): max(0, least)
        }
    }
}

/// Where the columns of a table go at one width.
public struct TableLayout: Sendable, Hashable {
    /// One column's place.
    public struct Slot: Sendable, Hashable {
        /// The column's number in the table, from 0.
        public let index: Int
        /// Its first screen column, from 0 at the table's left edge.
        public let start: Int
        /// Its width.
        public let columns: Int
    }

    /// The columns that fit, from left to right.
    public let slots: [Slot]
    /// The columns of the table, dropped ones included.
    public let columns: [TableColumn]

    /// Lays out a table.
    ///
    /// - Parameters:
    ///   - columns: all columns, from left to right.
    ///   - width: the screen columns there are.
    ///   - gap: blanks between two columns.
    public init(_ columns: [TableColumn], width: Int, gap: Int = 2) {
        self.columns = columns
        var kept = Array(columns.indices)
        func least() -> Int {
            kept.reduce(0) { $0 + columns[$1].minimum } + gap * max(0, kept.count - 1)
        }
        while least() > width, let victim = TableLayout.victim(of: kept, in: columns) {
            kept.remove(at: victim)
        }
        var widths = kept.map { columns[$0].minimum }
        TableLayout.share(width - least(), among: kept.map { columns[$0] }, into: &widths)
        var slots: [Slot] = []
        var start = 0
        for (index, columns) in zip(kept, widths) where start < width {
            let room = min(columns, width - start)
            slots.append(Slot(index: index, start: start, columns: room))
            start += room + gap
        }
        self.slots = slots
    }

    /// The place of a column, nil when it was dropped.
    public func slot(of index: Int) -> Slot? { slots.first { $0.index == index } }

    private static func victim(of kept: [Int], in columns: [TableColumn]) -> Int? {
        var found: Int?
        for (place, index) in kept.enumerated() where columns[index].priority > 0 {
            if let old = found, columns[kept[old]].priority > columns[index].priority { continue }
            found = place
        }
        return found
    }

    private static func share(_ spare: Int, among columns: [TableColumn], into widths: inout [Int])
    {
        var spare = spare
        while spare > 0 {
            let before = spare
            for (place, column) in columns.enumerated() {
                guard case .flexible(_, let most, let weight) = column.width else { continue }
                let gift = min(spare, max(1, weight), max(0, most - widths[place]))
                widths[place] += gift
                spare -= gift
            }
            if spare == before { return }
        }
    }
}

extension TableLayout {
    /// Draws the headings in one row.
    public func drawHeadings(
        on screen: inout Screen, at point: Point, style: Style = .heading,
        glyphs: Glyphs = .unicode
    ) {
        drawRow(columns.map { Span($0.title, style) }, on: &screen, at: point, glyphs: glyphs)
    }

    /// Draws one row, one piece of text for every column of the table, dropped ones included.
    public func drawRow(
        _ texts: [Span], on screen: inout Screen, at point: Point, glyphs: Glyphs = .unicode
    ) {
        for slot in slots where slot.index < texts.count {
            let column = columns[slot.index]
            let place = Point(row: point.row, column: point.column + slot.start)
            let span = texts[slot.index]
            screen.writeField(
                span.text, at: place, columns: slot.columns, alignment: column.alignment,
                cut: column.cut, style: span.style, glyphs: glyphs)
        }
    }
}
