/// Just enough JSON to show it: the members of an object, and a layout with one value a line.
public enum JSONText {
    /// One member of an object.
    public struct Member: Sendable, Equatable {
        /// Its name.
        public var key: String
        /// A string's text; any other value as written.
        public var value: String
    }

    /// The members of an object; nil when the row is none.
    public static func members(of row: ArraySlice<UInt8>) -> [Member]? {
        var scanner = Scanner(rest: row)
        guard scanner.take("{") else { return nil }
        var members: [Member] = []
        if scanner.take("}") { return scanner.isAtEnd ? members : nil }
        while true {
            guard let key = scanner.string(), scanner.take(":"), let value = scanner.value()
            else { return nil }
            members.append(Member(key: key, value: value))
            if scanner.take(",") { continue }
            return scanner.take("}") && scanner.isAtEnd ? members : nil
        }
    }

    /// The text with one member or element a line; empty brackets stay together.
    public static func pretty(_ bytes: [UInt8]) -> [String] {
        var layout = Layout()
        for byte in bytes { layout.take(byte) }
        return layout.finish()
    }
}

extension JSONText {
    private struct Scanner {
        var rest: ArraySlice<UInt8>

        var isAtEnd: Bool { rest.allSatisfy(isSpace) }

        private func isSpace(_ byte: UInt8) -> Bool {
            byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
        }

        mutating func take(_ mark: Unicode.Scalar) -> Bool {
            rest = rest.drop(while: isSpace)
            guard rest.first == UInt8(ascii: mark) else { return false }
            rest.removeFirst()
            return true
        }

        /// A string without its quotes, escapes resolved.
        mutating func string() -> String? {
            guard take("\"") else { return nil }
            var isEscaped = false
            for index in rest.indices {
                if isEscaped {
                    isEscaped = false
                } else if rest[index] == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if rest[index] == UInt8(ascii: "\"") {
                    let inner = rest[rest.startIndex..<index]
                    rest = rest[(index + 1)...]
                    return unescaped(inner)
                }
            }
            return nil
        }

        mutating func value() -> String? {
            rest = rest.drop(while: isSpace)
            if rest.first == UInt8(ascii: "\"") { return string() }
            var depth = 0
            var isQuoted = false
            var isEscaped = false
            for index in rest.indices {
                let byte = rest[index]
                if isEscaped {
                    isEscaped = false
                } else if isQuoted {
                    isEscaped = byte == UInt8(ascii: "\\")
                    if byte == UInt8(ascii: "\"") { isQuoted = false }
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = true
                } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                    depth += 1
                } else if depth > 0, byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                    depth -= 1
                } else if depth == 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") {
                    let inner = rest[rest.startIndex..<index]
                    rest = rest[index...]
                    return inner.isEmpty ? nil : trimmed(inner)
                }
            }
            return nil
        }

        private func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
            var bytes = bytes
            while let last = bytes.last, isSpace(last) { bytes.removeLast() }
            return String(decoding: bytes, as: UTF8.self)
        }

        private func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
            guard bytes.contains(UInt8(ascii: "\\")) else {
                return String(decoding: bytes, as: UTF8.self)
            }
            var units: [UInt16] = []
            var rest = Substring(decoding: bytes, as: UTF8.self)
            while let character = rest.unicodeScalars.popFirst() {
                guard character == "\\", let mark = rest.unicodeScalars.popFirst() else {
                    units += Array(String(character).utf16)
                    continue
                }
                let digits = rest.prefix(4)
                if mark == "u", digits.utf8.count == 4, let unit = UInt16(digits, radix: 16) {
                    units.append(unit)
                    rest = rest.dropFirst(4)
                } else {
                    let plain: [Unicode.Scalar: String] = [
                        "n": "\n", "t": "\t", "r": "\r", "b": "", "f": "",
                    ]
                    units += Array((plain[mark] ?? String(mark)).utf16)
                }
            }
            return String(decoding: units, as: UTF16.self)
        }
    }

    /// Lays text out anew by its brackets and commas; what is no JSON stays readable.
    private struct Layout {
        private var lines: [String] = []
        private var line: [UInt8] = []
        private var depth = 0
        private var isQuoted = false
        private var isEscaped = false

        init() {}

        mutating func take(_ byte: UInt8) {
            if isQuoted {
                line.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                }
                return
            }
            switch byte {
            case 0x09, 0x0A, 0x0D, 0x20: break
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                line.append(byte)
                depth += 1
                breakLine()
            case UInt8(ascii: "}"), UInt8(ascii: "]"): close(byte)
            case UInt8(ascii: ","):
                line.append(byte)
                breakLine()
            case UInt8(ascii: ":"): line += [byte, 0x20]
            default:
                isQuoted = byte == UInt8(ascii: "\"")
                line.append(byte)
            }
        }

        mutating func finish() -> [String] {
            flush()
            return lines
        }

        private mutating func close(_ byte: UInt8) {
            depth = max(0, depth - 1)
            if line.allSatisfy({ $0 == 0x20 }), let last = lines.last,
                let open = last.utf8.last, open == UInt8(ascii: "{") || open == UInt8(ascii: "[")
            {
                line = Array(lines.removeLast().utf8) + [byte]
                return
            }
            breakLine()
            line.append(byte)
        }

        private mutating func breakLine() {
            flush()
            line = Array(repeating: 0x20, count: 2 * min(depth, 40))
        }

        private mutating func flush() {
            guard line.contains(where: { $0 != 0x20 }) else { return }
            lines.append(String(decoding: line, as: UTF8.self))
            line = []
        }
    }
}
