// What a keymap file may name: keys that a hand can press. The pattern is made of the tables that read spellings, so that a
// schema never accepts what the reader refuses.

extension KeyPress {
    /// False for a paste and for the mouse, which nobody binds.
    public var isBindable: Bool {
        switch self {
        case .paste, .mouse: false
        case .character, .control, .alt, .enter, .escape, .tab, .backTab, .backspace, .delete, .up,
            .down, .left, .right, .home, .end, .pageUp, .pageDown, .insert, .function:
            true
        }
    }

    /// A regular expression (ECMA-262, as JSON Schema has it) for the spellings of keys that can be bound.
    public static var bindablePattern: String {
        let words = (spelledNames + ["ctrl-space"]).map { word in
            // Names are read whatever their case.
            word.map { $0.isLetter ? "[\($0)\($0.uppercased())]" : "\($0)" }.joined()
        }
        let control = "[cC][tT][rR][lL]-[a-zA-Z@\\[\\\\\\]^_]"
        let alt = "alt-(ctrl-)?[^<>\\s]|alt-(space|lt|gt)"
        let function = "[fF]([1-9]|1[0-9]|2[0-4])"
        return "^([^\\s]|<(\(words.joined(separator: "|"))|\(control)|\(alt)|\(function))>)$"
    }
}
