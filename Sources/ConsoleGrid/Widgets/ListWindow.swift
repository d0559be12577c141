/// A step through a list.
public enum ListMove: String, Sendable, Hashable, Codable, CaseIterable {
    /// To the row above.
    case up
    /// To the row below.
    case down
    /// Half the visible rows up.
    case halfPageUp
    /// Half the visible rows down.
    case halfPageDown
    /// As many rows up as are visible.
    case pageUp
    /// As many rows down as are visible.
    case pageDown
    /// To the first row.
    case first
    /// To the last row.
    case last
}

/// Which rows of a long list are visible and which one is selected.
///
/// It knows only numbers, so the rows themselves may live elsewhere: a screen asks its store for
/// `visible` and draws that. After every change `selection` is a row of the list and is visible.
public struct ListWindow: Sendable, Hashable, Codable {
    /// All rows of the list.
    public private(set) var count: Int
    /// The rows that fit on the screen, at least 1.
    public private(set) var height: Int
    /// The selected row, from 0; 0 while the list is empty.
    public private(set) var selection: Int
    /// The first visible row, from 0.
    public private(set) var offset: Int

    /// A list with its first row selected.
    public init(count: Int = 0, height: Int = 1) {
        self.count = max(0, count)
        self.height = max(1, height)
        selection = 0
        offset = 0
    }

    /// The selected row, nil while the list is empty.
    public var selected: Int? { count == 0 ? nil : selection }
    /// The rows to draw.
    public var visible: Range<Int> { offset..<min(count, offset + height) }
    /// True without rows.
    public var isEmpty: Bool { count == 0 }

    /// The list has grown or shrunk; the selection stays at its number where it can.
    public mutating func setCount(_ count: Int) {
        self.count = max(0, count)
        settle()
    }

    /// The screen has become higher or lower.
    public mutating func setHeight(_ rows: Int) {
        height = max(1, rows)
        settle()
    }

    /// Selects a row, clamped to the list.
    public mutating func select(_ row: Int) {
        selection = row
        settle()
    }

    /// Moves the selection by so many rows, stopping at both ends.
    public mutating func move(by rows: Int) {
        let (sum, didOverflow) = selection.addingReportingOverflow(rows)
        select(didOverflow ? (rows > 0 ? Int.max : 0) : sum)
    }

    /// Moves the selection by a step.
    public mutating func move(_ step: ListMove) {
        switch step {
        case .up: move(by: -1)
        case .down: move(by: 1)
        case .halfPageUp: page(by: -max(1, height / 2))
        case .halfPageDown: page(by: max(1, height / 2))
        case .pageUp: page(by: -height)
        case .pageDown: page(by: height)
        case .first: select(0)
        case .last: select(count - 1)
        }
    }

    /// Moves what is visible without moving the selection, unless it would leave the screen.
    public mutating func scroll(by rows: Int) {
        offset = min(max(0, offset + rows), max(0, count - height))
        selection = min(max(selection, offset), max(offset, min(count, offset + height) - 1))
    }

    /// The selection keeps its place on the screen while the list moves below it.
    private mutating func page(by rows: Int) {
        offset = min(max(0, offset + rows), max(0, count - height))
        move(by: rows)
    }

    private mutating func settle() {
        selection = min(max(0, selection), max(0, count - 1))
        let lowest = max(0, selection - height + 1)
        offset = min(max(offset, lowest), selection)
        offset = min(offset, max(0, count - height))
    }
}
