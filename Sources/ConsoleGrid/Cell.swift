// A cell is two numbers without references, so that a screen is one flat array: building it allocates
// once and comparing two of them is a walk over memory. The price is that a cluster has room for
// three scalars of 21 bits. That holds every letter with up to two marks, flags, emoji with skin tone
// and pairs joined by ZWJ. Longer clusters keep what fits: a letter its first two marks, a longer
// joined emoji its first picture. A table of long clusters was rejected: it would have to be shared
// by all screens and bounded against hostile text, for glyphs that hardly any terminal joins.

/// One cell of a screen: a grapheme cluster, its style and its width.
public struct Cell: Sendable, Hashable {
    /// Up to three scalars, 21 bits each, the first in the lowest bits; 0 in a continuation.
    let packed: UInt64
    /// Style and width as one number: the style's in the lower three bytes, the width in the highest.
    private var look: UInt32

    /// What it means and how it is stressed.
    public var style: Style {
        get { Style(code: look) }
        set { look = Cell.look(newValue, width: width) }
    }

    /// The columns it takes: 1, 2 for a wide glyph, 0 for the cell after a wide glyph.
    public var width: UInt8 { UInt8(truncatingIfNeeded: look >> 24) }

    /// A blank cell.
    public static let blank = Cell(ascii: 0x20, style: .plain)

    /// A cell with one grapheme cluster; its width is measured, and nothing wider than 2 exists.
    public init(_ grapheme: Character, style: Style = .plain) {
        let width = TextWidth.columns(of: grapheme)
        self.init(
            packed: width == 0 ? 0x20 : Cell.pack(grapheme), style: style,
            width: UInt8(max(1, width)))
    }

    init(ascii: UInt8, style: Style) {
        self.init(packed: UInt64(ascii), style: style, width: 1)
    }

    init(packed: UInt64, style: Style, width: UInt8) {
        self.packed = packed
        look = Cell.look(style, width: width)
    }

    private static func look(_ style: Style, width: UInt8) -> UInt32 {
        style.code | UInt32(width) << 24
    }

    /// Whether another cell has the same style.
    public func isStyled(like other: Cell) -> Bool { (look ^ other.look) & 0xFF_FFFF == 0 }

    /// The same cell, on the ground of another one unless it has its own.
    func onGround(of other: Cell) -> Cell {
        var cell = self
        if look & 0xFF00 == 0 { cell.look |= other.look & 0xFF00 }
        return cell
    }

    /// The cell behind a wide glyph: nothing is drawn there.
    public static func continuation(style: Style) -> Cell {
        Cell(packed: 0, style: style, width: 0)
    }

    /// True for the cell behind a wide glyph.
    public var isContinuation: Bool { width == 0 }

    /// True for a space.
    public var isBlank: Bool { packed == 0x20 }

    /// The cell's cluster as text; empty for a continuation.
    public var grapheme: String {
        var text = ""
        let (first, second, third) = scalars
        for value in [first, second, third] where value != 0 {
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    /// The cluster's scalar values, 0 where there is none.
    public var scalars: (UInt32, UInt32, UInt32) {
        (
            UInt32(truncatingIfNeeded: packed & 0x1F_FFFF),
            UInt32(truncatingIfNeeded: (packed >> 21) & 0x1F_FFFF),
            UInt32(truncatingIfNeeded: (packed >> 42) & 0x1F_FFFF)
        )
    }

    static func pack(_ grapheme: Character) -> UInt64 {
        let scalars = grapheme.unicodeScalars
        let isJoined = scalars.contains { $0.value == 0x200D }
        if isJoined, scalars.count > 3, let first = scalars.first { return UInt64(first.value) }
        var packed: UInt64 = 0
        var shift: UInt64 = 0
        for scalar in scalars.prefix(3) {
            packed |= UInt64(scalar.value) << shift
            shift += 21
        }
        return packed
    }
}
