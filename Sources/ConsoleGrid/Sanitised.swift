// Job names, log lines and error texts come from outside. An escape sequence in one could recolour
// the screen, set the clipboard or answer questions for the user; a bidi override could show another
// path than the one meant. So every text is cleaned before it becomes cells, here and nowhere else:
// sequences are removed as a whole, not only their first byte, since "[31m" helps nobody.

/// The text without anything that could steer a terminal or disguise itself.
///
/// - Escape sequences (CSI, OSC, DCS and the rest, 7 and 8 bit) are taken out whole; one that never
///   ends is taken out up to the end of its line.
/// - Line breaks become a blank each, or stay when `keepingLines` is set (as `\n`).
/// - Tabs become blanks up to the next multiple of 8 columns.
/// - Other control characters, bidi marks, overrides and isolates, tags and invisible spaces go.
public func sanitised(_ text: String, keepingLines: Bool = false) -> String {
    if !Sanitiser.isNeeded(text) { return text }
    var sanitiser = Sanitiser(keepingLines: keepingLines)
    for scalar in text.unicodeScalars { sanitiser.take(scalar) }
    return String(sanitiser.output)
}

struct Sanitiser {
    private enum State {
        case text, carriageReturn, escape, escapeIntermediate, csi, string, stringEscape
    }

    private let keepingLines: Bool
    private var state = State.text
    private var column = 0
    private(set) var output = String.UnicodeScalarView()

    init(keepingLines: Bool) { self.keepingLines = keepingLines }

    static func isNeeded(_ text: String) -> Bool {
        if TextWidth.plainASCIICount(text) != nil { return false }
        return text.unicodeScalars.contains { isUnwanted($0.value) }
    }

    private static func isUnwanted(_ value: UInt32) -> Bool {
        switch value {
        case 0x20...0x7E: false
        case 0...0x9F, 0xAD, 0x61C, 0x180E, 0x200B, 0x200C, 0x200E, 0x200F: true
        case 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: false
        }
    }

    mutating func take(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        switch state {
        case .text, .carriageReturn: takeText(scalar)
        case .escape: takeEscape(scalar)
        case .escapeIntermediate:
            if !(0x20...0x2F).contains(value) { leave(on: scalar, isFinal: value >= 0x30) }
        case .csi:
            if !(0x20...0x3F).contains(value) { leave(on: scalar, isFinal: value >= 0x40) }
        case .string: takeString(value)
        case .stringEscape:
            // ESC \ ends the string; any other sequence ends it too and starts its own.
            state = .escape
            takeEscape(scalar)
        }
    }

    private mutating func takeString(_ value: UInt32) {
        switch value {
        case 0x07, 0x9C, 0x18, 0x1A: state = .text
        case 0x1B: state = .stringEscape
        case 0x0A, 0x0D:
            state = .text
            if value == 0x0A { lineBreak() }
        default: break
        }
    }

    private mutating func takeEscape(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x5B: state = .csi
        case 0x5D, 0x50, 0x58, 0x5E, 0x5F: state = .string
        case 0x20...0x2F: state = .escapeIntermediate
        default: leave(on: scalar, isFinal: scalar.value >= 0x30)
        }
    }

    /// Ends a sequence; a scalar that does not belong to it is ordinary text again.
    private mutating func leave(on scalar: Unicode.Scalar, isFinal: Bool) {
        state = .text
        if !isFinal || scalar.value > 0x7E { takeText(scalar) }
    }

    private mutating func takeText(_ scalar: Unicode.Scalar) {
        let wasReturn = state == .carriageReturn
        state = .text
        switch scalar.value {
        case 0x0A:
            if !wasReturn { lineBreak() }
        case 0x0D:
            state = .carriageReturn
            lineBreak()
        case 0x2028, 0x2029: lineBreak()
        case 0x09:
            repeat { append(" ", columns: 1) } while column % 8 != 0
        case 0x1B: state = .escape
        case 0x9B: state = .csi
        case 0x90, 0x98, 0x9D, 0x9E, 0x9F: state = .string
        default:
            guard !Sanitiser.isUnwanted(scalar.value) else { return }
            append(scalar, columns: TextWidth.columns(of: scalar))
        }
    }

    private mutating func lineBreak() {
        if keepingLines {
            output.append("\n")
            column = 0
        } else {
            append(" ", columns: 1)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar, columns: Int) {
        output.append(scalar)
        column += columns
    }
}
