import CNcurses
import ConsoleGrid

/// Turns pictures into calls of ncurses, remembering what the terminal shows.
///
/// Colour pairs are made when a look is first drawn; there are about forty in practice.
final class Painter {
    private struct Ink {
        let attributes: UInt16
        let pair: Int32
    }

    private struct Pair: Hashable {
        let foreground: Int32
        let background: Int32
    }

    /// More looks than this come from nowhere in the program; they are drawn without colours.
    private static let pairLimit = 4_096

    /// The colours in use.
    let depth: ColourDepth
    /// The terminal's size; pictures are cut to it.
    var size: Size
    private var theme: Theme
    private let colours: Int
    private var shown: Screen?
    private var mustClear = false
    private var inks: [Style: Ink] = [:]
    private var pairs: [Pair: Int32] = [:]

    init(size: Size, theme: Theme, depth: ColourDepth, colours: Int) {
        self.size = size
        self.theme = theme
        self.depth = depth
        self.colours = colours
    }

    func setTheme(_ theme: Theme) {
        self.theme = theme
        inks.removeAll()
        guard let shown else { return }
        self.shown = nil
        draw(shown)
    }

    /// Forgets what the terminal shows: the next picture is sent whole, after clearing.
    func forget() {
        mustClear = true
    }

    func resize(to newSize: Size) {
        size = newSize
        shown = nil
        bdResize(Int32(newSize.rows), Int32(newSize.columns))
        forget()
    }

    /// Sends the picture last shown once more, whole.
    func redraw() {
        forget()
        if let shown { draw(shown) }
    }

    func draw(_ screen: Screen) {
        let diff = ScreenDiff(from: shown, to: screen)
        guard !diff.isEmpty || mustClear else { return }
        if diff.isWhole, shown != nil { bdErase() }
        for run in diff.runs where run.start.row < size.rows { put(run) }
        if let cursor = screen.cursor {
            bdCursor(Int32(cursor.row), Int32(cursor.column))
        } else {
            bdCursor(-1, -1)
        }
        bdFlush(mustClear)
        mustClear = false
        shown = screen
    }

    private func put(_ run: ScreenDiff.Run) {
        guard var last = run.cells.first else { return }
        var ink = ink(for: last.style)
        withUnsafeTemporaryAllocation(of: BDCell.self, capacity: run.cells.count) { line in
            var count = 0
            for cell in run.cells where !cell.isContinuation {
                if !cell.isStyled(like: last) {
                    last = cell
                    ink = self.ink(for: cell.style)
                }
                line.initializeElement(
                    at: count,
                    to: BDCell(
                        scalars: cell.scalars, attributes: ink.attributes, width: cell.width,
                        pair: ink.pair))
                count += 1
            }
            bdPut(
                Int32(run.start.row), Int32(run.start.column), line.baseAddress, Int32(count))
        }
    }

    private func ink(for style: Style) -> Ink {
        if let known = inks[style] { return known }
        let look = theme.resolve(style, depth: depth)
        var attributes = look.attributes
        if isBrightByBold(look.foreground) { attributes.insert(.bold) }
        let wanted = Pair(
            foreground: number(look.foreground), background: number(look.background))
        let ink = Ink(attributes: UInt16(attributes.rawValue), pair: pair(wanted))
        inks[style] = ink
        return ink
    }

    private func pair(_ wanted: Pair) -> Int32 {
        if wanted.foreground < 0, wanted.background < 0 { return 0 }
        if let known = pairs[wanted] { return known }
        let next = Int32(pairs.count + 1)
        guard pairs.count < Painter.pairLimit, next < bdPairLimit(),
            bdDefinePair(next, wanted.foreground, wanted.background)
        else { return 0 }
        pairs[wanted] = next
        return next
    }

    /// A terminal of 8 colours shows the bright half as the dark one in bold.
    private func isBrightByBold(_ colour: TerminalColour) -> Bool {
        guard case .indexed(let index) = colour else { return false }
        return index >= 8 && colours < 16
    }

    /// The colour's number for ncurses, -1 for the terminal's own.
    private func number(_ colour: TerminalColour) -> Int32 {
        switch colour {
        case .standard: -1
        case .indexed(let index): colours < 16 ? Int32(index & 7) : Int32(index)
        case .direct(let rgb):
            // ncurses reads the lowest eight values as the named colours; these are all near black.
            max(8, Int32(rgb.red) << 16 | Int32(rgb.green) << 8 | Int32(rgb.blue))
        }
    }
}
