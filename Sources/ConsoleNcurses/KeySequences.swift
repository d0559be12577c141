import ConsoleGrid

/// What the bytes at the start of a slice mean: the sequences of xterm and those that differ from it
/// in rxvt, the Linux console and screen.
enum KeySequences {
    typealias Step = KeyDecoder.Step

    static func step(_ bytes: ArraySlice<UInt8>) -> Step {
        guard let first = bytes.first else { return .incomplete }
        if first == 0x1B { return afterEscape(bytes) }
        return plain(bytes)
    }

    // MARK: - One character

    private static func plain(_ bytes: ArraySlice<UInt8>) -> Step {
        guard let first = bytes.first else { return .incomplete }
        switch first {
        case 0x09: return .key(.tab, length: 1)
        case 0x0A, 0x0D: return .key(.enter, length: 1)
        case 0x08, 0x7F: return .key(.backspace, length: 1)
        case 0x00..<0x20:
            let letter = first == 0 || first > 0x1A ? first | 0x40 : first | 0x60
            return .key(.control(String(Unicode.Scalar(letter))), length: 1)
        case 0x20..<0x7F: return .key(.character(String(Unicode.Scalar(first))), length: 1)
        default: return utf8(bytes, first)
        }
    }

    private static func utf8(_ bytes: ArraySlice<UInt8>, _ first: UInt8) -> Step {
        let length: Int
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF: length = 3
        case 0xF0...0xF4: length = 4
        default: return .skip(length: 1)
        }
        let part = bytes.prefix(length)
        for byte in part.dropFirst() where byte & 0xC0 != 0x80 { return .skip(length: 1) }
        guard part.count == length else { return .incomplete }
        guard let text = String(validating: part, as: UTF8.self) else {
            return .skip(length: length)
        }
        return .key(.character(text), length: length)
    }

    // MARK: - After ESC

    private static func afterEscape(_ bytes: ArraySlice<UInt8>) -> Step {
        guard let second = bytes.dropFirst().first else { return .incomplete }
        switch second {
        case 0x5B: return controlSequence(bytes)
        case 0x4F: return shiftThree(bytes)
        case 0x1B: return .key(.escape, length: 1)
        default: return alt(bytes.dropFirst())
        }
    }

    private static func alt(_ rest: ArraySlice<UInt8>) -> Step {
        switch plain(rest) {
        case .key(.character(let text), let length): .key(.alt(text), length: length + 1)
        case .key(.control(let letter), let length): .key(.alt("^" + letter), length: length + 1)
        case .key(.enter, let length): .key(.alt("^m"), length: length + 1)
        case .key(.tab, let length): .key(.alt("^i"), length: length + 1)
        case .key(.backspace, let length): .key(.control("w"), length: length + 1)
        case .key(let key, let length): .key(key, length: length + 1)
        case .skip(let length): .skip(length: length + 1)
        case .pasteStart, .incomplete: .incomplete
        }
    }

    /// ESC O and a letter: arrows and keypad in application mode, F1 to F4.
    private static func shiftThree(_ bytes: ArraySlice<UInt8>) -> Step {
        guard let final = bytes.dropFirst(2).first else { return .incomplete }
        if let key = letterKey(final) { return .key(key, length: 3) }
        switch final {
        case 0x4D: return .key(.enter, length: 3)
        case 0x49: return .key(.tab, length: 3)
        case 0x58: return .key(.character("="), length: 3)
        // The keypad's * + , - . / 0...9 are sent as j...y, 0x40 above themselves.
        case 0x6A...0x79:
            return .key(.character(String(Unicode.Scalar(final - 0x40))), length: 3)
        default: return .skip(length: 3)
        }
    }

    // MARK: - ESC [ parameters letter

    private static func controlSequence(_ bytes: ArraySlice<UInt8>) -> Step {
        let body = bytes.dropFirst(2)
        guard let first = body.first else { return .incomplete }
        if first == 0x5B { return linuxFunction(body.dropFirst()) }
        if first == 0x4D { return oldMouse(body.dropFirst()) }
        let parameters = body.prefix { (0x20...0x3F).contains($0) }
        guard parameters.count < KeyDecoder.sequenceLimitBytes else { return .skip(length: 2) }
        guard let final = body.dropFirst(parameters.count).first else { return .incomplete }
        let length = 3 + parameters.count
        guard (0x40...0x7E).contains(final) else { return .skip(length: length - 1) }
        if parameters.first == 0x3C {
            return mouse(numbers(parameters.dropFirst()), final, length: length)
        }
        let values = numbers(parameters)
        if final == 0x7E, values.first == 200 { return .pasteStart(length: length) }
        guard let key = key(final, values) else { return .skip(length: length) }
        return .key(key, length: length)
    }

    /// ESC [ [ A ... E: F1 to F5 on the Linux console.
    private static func linuxFunction(_ rest: ArraySlice<UInt8>) -> Step {
        guard let final = rest.first else { return .incomplete }
        guard (0x41...0x45).contains(final) else { return .skip(length: 4) }
        return .key(.function(Int(final) - 0x40), length: 4)
    }

    private static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int] {
        bytes.split(separator: 0x3B, omittingEmptySubsequences: false).map { part in
            let digits = part.prefix { (0x30...0x39).contains($0) }.prefix(7)
            return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }
    }

    private static func key(_ final: UInt8, _ values: [Int]) -> KeyPress? {
        let modifiers = Modifiers(parameter: values.count > 1 ? values[1] : 1)
        switch final {
        case 0x5A: return .backTab
        case 0x75: return modified(code: values.first ?? 0, modifiers)
        case 0x7E:
            if values.first == 27, values.count > 2 { return modified(code: values[2], modifiers) }
            return numberedKey(values.first ?? 0)
        default:
            guard let key = letterKey(final) else { return nil }
            return modifiers.applied(to: key)
        }
    }

    private static func letterKey(_ final: UInt8) -> KeyPress? {
        switch final {
        case 0x41: .up
        case 0x42: .down
        case 0x43: .right
        case 0x44: .left
        case 0x46: .end
        case 0x48: .home
        case 0x50...0x53: .function(Int(final) - 0x4F)
        default: nil
        }
    }

    private static func numberedKey(_ number: Int) -> KeyPress? {
        switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        // The numbers have gaps where DEC's keyboard had them.
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23...26: .function(number - 12)
        case 28...29: .function(number - 13)
        case 31...34: .function(number - 14)
        default: nil
        }
    }

    /// A key spelled by its code point and modifiers, as newer terminals may send.
    private static func modified(code: Int, _ modifiers: Modifiers) -> KeyPress? {
        switch code {
        case 9: return modifiers.hasShift ? .backTab : .tab
        case 13: return .enter
        case 27: return .escape
        case 8, 127: return .backspace
        default: break
        }
        guard code >= 0x20, let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value)
        else { return nil }
        let text = String(scalar)
        if modifiers.hasControl, scalar.isASCII {
            let letter = text == " " ? "@" : text.lowercased()
            return modifiers.hasAlt ? .alt("^" + letter) : .control(letter)
        }
        return modifiers.hasAlt ? .alt(text) : .character(text)
    }

    // MARK: - Mouse

    /// ESC [ < button ; column ; row and M or m, columns and rows from 1.
    private static func mouse(_ values: [Int], _ final: UInt8, length: Int) -> Step {
        guard values.count == 3 else { return .skip(length: length) }
        let isRelease = final == 0x6D
        guard let kind = mouseKind(values[0], isRelease: isRelease) else {
            return .skip(length: length)
        }
        let point = Point(row: max(0, values[2] - 1), column: max(0, values[1] - 1))
        return .key(.mouse(MouseEvent(kind: kind, position: point)), length: length)
    }

    /// ESC [ M and three bytes, each 32 above its value: terminals without the newer report.
    private static func oldMouse(_ rest: ArraySlice<UInt8>) -> Step {
        guard rest.count >= 3 else { return .incomplete }
        let values = rest.prefix(3).map { Int($0) - 32 }
        guard let kind = mouseKind(values[0], isRelease: values[0] & 3 == 3) else {
            return .skip(length: 6)
        }
        let point = Point(row: max(0, values[2] - 1), column: max(0, values[1] - 1))
        return .key(.mouse(MouseEvent(kind: kind, position: point)), length: 6)
    }

    /// Bits 0 and 1 are the button, 4, 8 and 16 the modifiers, 32 a movement, 64 the wheel.
    private static func mouseKind(_ code: Int, isRelease: Bool) -> MouseEvent.Kind? {
        if code & 32 != 0 { return nil }
        if code & 64 != 0 {
            switch code & 3 {
            case 0: return .wheelUp
            case 1: return .wheelDown
            default: return nil
            }
        }
        if isRelease { return .release }
        switch code & 3 {
        case 0: return .left
        case 1: return .middle
        case 2: return .right
        default: return nil
        }
    }
}

/// The modifiers of a sequence: one more than shift 1, alt 2, ctrl 4 added up.
struct Modifiers {
    private let bits: Int

    init(parameter: Int) { bits = max(0, parameter - 1) }

    var hasShift: Bool { bits & 1 != 0 }
    var hasAlt: Bool { bits & 2 != 0 }
    var hasControl: Bool { bits & 4 != 0 }

    /// Ctrl or alt with an arrow moves by words, as alt-b and alt-f do; other keys stay themselves.
    func applied(to key: KeyPress) -> KeyPress {
        guard hasAlt || hasControl else { return key }
        if key == .left { return .alt("b") }
        if key == .right { return .alt("f") }
        return key
    }
}
