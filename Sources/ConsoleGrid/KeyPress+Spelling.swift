// A key script is keys apart by blanks: "j j <enter> 42 <ctrl-s>". A word without brackets is typed
// letter by letter. The same spelling is the JSON form, so that a recorded session reads as one.
// Pasted text is spelled with blanks, brackets, percent signs and control characters as %XX.

extension KeyPress {
    private static let named: [(KeyPress, String)] = [
        (.enter, "enter"), (.escape, "esc"), (.tab, "tab"), (.backTab, "backtab"),
        (.backspace, "backspace"), (.delete, "del"), (.up, "up"), (.down, "down"),
        (.left, "left"), (.right, "right"), (.home, "home"), (.end, "end"), (.pageUp, "pgup"),
        (.pageDown, "pgdn"), (.insert, "ins"), (.character(" "), "space"), (.character("<"), "lt"),
        (.character(">"), "gt"),
    ]

    /// Other words a hand may write for the same keys.
    private static let synonyms: [String: KeyPress] = [
        "return": .enter, "cr": .enter, "escape": .escape, "shift-tab": .backTab, "bs": .backspace,
        "delete": .delete, "pageup": .pageUp, "pagedown": .pageDown, "insert": .insert,
    ]

    /// Every word that stands for a key by itself.
    static var spelledNames: [String] { named.map(\.1) + synonyms.keys.sorted() }

    /// The key of a spelling such as `j`, `<enter>`, `<ctrl-s>`, `<alt-f>`, `<f1>`; nil if unknown.
    public init?(spelling: String) {
        if spelling.count == 1 {
            self = spelling == " " ? .character(" ") : .character(spelling)
            return
        }
        guard spelling.count > 2, spelling.hasPrefix("<"), spelling.hasSuffix(">") else {
            return nil
        }
        let inner = String(spelling.dropFirst().dropLast())
        guard let key = KeyPress.bracketed(inner) else { return nil }
        self = key
    }

    private static func bracketed(_ inner: String) -> KeyPress? {
        let word = inner.lowercased()
        if let row = named.first(where: { $0.1 == word }) { return row.0 }
        if let key = synonyms[word] { return key }
        if word.hasPrefix("ctrl-") { return control(spelled: String(word.dropFirst(5))) }
        if inner.hasPrefix("alt-ctrl-") { return alt(spelled: "^" + inner.dropFirst(9)) }
        if inner.hasPrefix("alt-") { return alt(spelled: String(inner.dropFirst(4))) }
        if word.hasPrefix("paste:") { return KeyPress.unescaped(inner.dropFirst(6)).map(paste) }
        if word.hasPrefix("f"), let number = Int(word.dropFirst()) {
            return (1...24).contains(number) ? .function(number) : nil
        }
        return MouseEvent(spelling: inner).map(KeyPress.mouse)
    }

    private static func control(spelled rest: String) -> KeyPress? {
        if rest == "space" { return .control("@") }
        guard rest.count == 1, let value = rest.unicodeScalars.first?.value else { return nil }
        let isLetter = (0x61...0x7A).contains(value)
        return isLetter || "@[\\]^_".contains(rest) ? .control(rest) : nil
    }

    private static func alt(spelled rest: String) -> KeyPress? {
        if let row = named.first(where: { $0.1 == rest }), case .character(let text) = row.0 {
            return .alt(text)
        }
        return rest.count == 1 || (rest.count == 2 && rest.hasPrefix("^")) ? .alt(rest) : nil
    }

    /// The key as a key script has it; `KeyPress(spelling:)` reads it back.
    public var spelling: String {
        if let row = KeyPress.named.first(where: { $0.0 == self }) { return "<\(row.1)>" }
        switch self {
        case .character(let text): return text
        case .paste(let text): return "<paste:\(KeyPress.escaped(text))>"
        case .mouse(let event): return "<\(event.spelling)>"
        case .control, .alt, .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down,
            .left, .right, .home, .end, .pageUp, .pageDown, .insert, .function:
            return "<\(label(arrows: false))>"
        }
    }

    /// The key as hints and the help page write it: `enter`, `ctrl-s`, `↑`.
    public var label: String { label(arrows: true) }

    /// The key for a hint, with arrows as symbols or as words.
    public func label(arrows: Bool) -> String {
        switch self {
        case .up where arrows: return "↑"
        case .down where arrows: return "↓"
        case .left where arrows: return "←"
        case .right where arrows: return "→"
        case .character(let text): return text == " " ? "space" : text
        case .control(let letter): return letter == "@" ? "ctrl-space" : "ctrl-\(letter)"
        case .alt(let text): return KeyPress.altLabel(text)
        case .function(let number): return "f\(number)"
        case .paste: return "paste"
        case .mouse(let event): return event.kind.spelling
        case .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right,
            .home, .end, .pageUp, .pageDown, .insert:
            return KeyPress.named.first { $0.0 == self }?.1 ?? ""
        }
    }

    private static func altLabel(_ text: String) -> String {
        if text.count == 2, text.hasPrefix("^") { return "alt-ctrl-\(text.dropFirst())" }
        let name = named.first { $0.0 == .character(text) }?.1
        return "alt-\(name ?? text)"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isPlain =
                scalar.value > 0x20 && scalar.value != 0x7F && !"%<>".contains(Character(scalar))
            if isPlain {
                result.unicodeScalars.append(scalar)
            } else {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }

    private static func unescaped(_ text: Substring) -> String? {
        var result = ""
        var rest = text.unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let digits = String(String.UnicodeScalarView(rest.prefix(2)))
            guard digits.count == 2, let value = UInt8(digits, radix: 16), value < 0x80 else {
                return nil
            }
            rest = rest.dropFirst(2)
            result.unicodeScalars.append(Unicode.Scalar(value))
        }
        return result
    }
}

extension MouseEvent {
    /// `left@3,14`: kind, row, column.
    var spelling: String { "\(kind.spelling)@\(position.row),\(position.column)" }

    init?(spelling: String) {
        let parts = spelling.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(spelling: String(parts[0])) else { return nil }
        let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false)
        guard numbers.count == 2, let row = Int(numbers[0]), let column = Int(numbers[1]) else {
            return nil
        }
        self.init(kind: kind, position: Point(row: row, column: column))
    }
}

extension MouseEvent.Kind {
    /// The word of hints and key scripts: `click-left`, `wheel-up`.
    public var spelling: String {
        switch self {
        case .left: "click-left"
        case .middle: "click-middle"
        case .right: "click-right"
        case .release: "release"
        case .double: "double-click"
        case .wheelUp: "wheel-up"
        case .wheelDown: "wheel-down"
        }
    }

    init?(spelling: String) {
        guard let kind = Self.allCases.first(where: { $0.spelling == spelling }) else { return nil }
        self = kind
    }
}
