/// Reads numbers out of bytes: as exact as the standard library, and for most numbers without making a text of them.
enum CellNumber {
    /// More bytes than this are no number anybody wrote.
    private static let byteLimit = 40
    /// Powers of ten that are whole in binary: multiplying or dividing a whole number below 2⁵³ by one rounds once, and
    /// once is what a correct reading rounds (Clinger 1990).
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// The number bytes spell: a sign, digits, a point, an exponent; nil for anything else, infinities too.
    ///
    /// Blanks around it are let pass, as people write them behind commas.
    static func read(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
        var bytes = cell
        while bytes.first == 0x20 { bytes = UnsafeBufferPointer(rebasing: bytes.dropFirst()) }
        while bytes.last == 0x20 { bytes = UnsafeBufferPointer(rebasing: bytes.dropLast()) }
        guard !bytes.isEmpty, bytes.count <= byteLimit else { return nil }
        var scan = Scan()
        for byte in bytes { guard scan.take(byte) else { return nil } }
        guard scan.isNumber else { return nil }
        if let quick = scan.quick { return quick }
        guard let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else {
            return nil
        }
        return number
    }

    private struct Scan {
        private var mantissa: UInt64 = 0
        private var digits = 0
        private var decimals = 0
        private var exponent = 0
        private var exponentDigits = 0
        private var count = 0
        private var isNegative = false
        private var hasPoint = false
        private var hasExponent = false
        private var isExponentNegative = false
        private var mayHaveSign = true

        var isNumber: Bool { count > 0 && (!hasExponent || exponentDigits > 0) }

        /// The number where one rounding is enough; nil where the long way is needed.
        var quick: Double? {
            let power = (isExponentNegative ? -exponent : exponent) - decimals
            guard digits <= 18, exponentDigits <= 3, mantissa < 1 << 53, abs(power) <= 22 else {
                return nil
            }
            let value =
                power < 0
                ? Double(mantissa) / powers[-power] : Double(mantissa) * powers[power]
            return isNegative ? -value : value
        }

        mutating func take(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit(Int(byte) - 0x30)
            case UInt8(ascii: "."):
                guard !hasPoint, !hasExponent else { return false }
                hasPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard !hasExponent, count > 0 else { return false }
                hasExponent = true
                mayHaveSign = true
                return true
            case UInt8(ascii: "-"), UInt8(ascii: "+"):
                guard mayHaveSign else { return false }
                let isMinus = byte == UInt8(ascii: "-")
                if hasExponent { isExponentNegative = isMinus } else { isNegative = isMinus }
            default: return false
            }
            mayHaveSign = false
            return true
        }

        private mutating func digit(_ digit: Int) {
            if hasExponent {
                exponentDigits += 1
                if exponentDigits <= 3 { exponent = exponent * 10 + digit }
                return
            }
            count += 1
            if hasPoint { decimals += 1 }
            if mantissa > 0 || digit > 0 { digits += 1 }
            if digits <= 18 { mantissa = mantissa * 10 + UInt64(digit) }
        }
    }
}
