public import ConsoleGrid

/// Something to do with the terminal besides showing a picture.
public enum TerminalOrder: Sendable, Hashable {
    /// Reports clicks and the wheel, or leaves the mouse to the terminal's own selection.
    case mouse(isOn: Bool)
    /// Draws with another theme from now on.
    case theme(Theme)
    /// Puts text on the user's clipboard through the terminal (OSC 52), which also works over SSH.
    case copy(text: String)
    /// Shows a notice of the terminal (OSC 9).
    case notify(text: String)
    /// Rings the bell.
    case bell
    /// Clears the terminal and draws everything again.
    case redraw
    /// Stops the process as ctrl-z does elsewhere; drawing goes on after `fg`.
    case suspend
}

/// Byte sequences that terminfo has no name for.
enum Sequences {
    static let pasteOn = "\u{1B}[?2004h"
    static let pasteOff = "\u{1B}[?2004l"
    /// Button presses (1000) in the report without a limit on columns (1006).
    static let mouseOn = "\u{1B}[?1000h\u{1B}[?1006h"
    static let mouseOff = "\u{1B}[?1006l\u{1B}[?1000l"
    static let bell = "\u{07}"

    /// Sets the clipboard; nil when the text is too long.
    static func copy(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count <= Clipboard.limitBytes else { return nil }
        return "\u{1B}]52;c;\(base64(bytes))\u{07}"
    }

    /// Shows a notice; the text is cleaned, so that it cannot end the sequence early.
    static func notify(_ text: String) -> String {
        "\u{1B}]9;\(TextWidth.prefix(sanitised(text), columns: 200))\u{07}"
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let word =
                part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - part.count))
            for place in 0..<4 {
                let index = Int(word >> UInt32(18 - 6 * place)) & 63
                output.append(place <= part.count ? alphabet[index] : 0x3D)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
