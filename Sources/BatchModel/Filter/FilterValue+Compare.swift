extension FilterValue {
    /// Whether the value holds a text, without case; numbers, durations and sizes must be equal.
    func holds(_ wanted: String) -> Bool {
        switch self {
        case .text(let content): content.lowercased().contains(wanted.lowercased())
        case .number, .duration, .bytes: compares(.equal, wanted)
        }
    }

    /// Whether the value stands so to an operand, which is read in the value's own kind.
    func compares(_ comparison: FilterQuery.Comparison, _ operand: String) -> Bool {
        switch self {
        case .text(let content):
            comparison.holds(content.lowercased(), operand.lowercased())
        case .number(let number): Double(operand).map { comparison.holds(number, $0) } ?? false
        case .duration(let duration):
            FilterOperand.duration(operand).map { comparison.holds(duration, $0) } ?? false
        case .bytes(let count):
            FilterOperand.bytes(operand).map { comparison.holds(Double(count), $0) } ?? false
        }
    }
}

extension FilterQuery.Comparison {
    /// Whether two values stand so to each other.
    public func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .atMost: left <= right
        case .atLeast: left >= right
        case .less: left < right
        case .more: left > right
        case .equal: left == right
        }
    }
}

/// Numbers with units, as filters write them.
public enum FilterOperand {
    private static let secondsPerUnit: [String: Double] = [
        "": 1, "ms": 0.001, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400,
        "w": 604_800,
    ]

    private static let bytesPerUnit: [String: Double] = [
        "": 1, "b": 1, "k": 1_024, "kb": 1_000, "kib": 1_024, "m": 1_048_576, "mb": 1_000_000,
        "mib": 1_048_576, "g": 1_073_741_824, "gb": 1_000_000_000, "gib": 1_073_741_824,
        "t": 1_099_511_627_776, "tb": 1_000_000_000_000, "tib": 1_099_511_627_776,
    ]

    /// A duration such as `90s`, `1.5h`, `2d` or `1h30m`; a bare number is seconds.
    public static func duration(_ text: String) -> Duration? {
        var rest = Substring(text.lowercased())
        guard !rest.isEmpty else { return nil }
        var seconds = 0.0
        while !rest.isEmpty {
            guard let (number, unit) = part(&rest), let factor = secondsPerUnit[unit] else {
                return nil
            }
            seconds += number * factor
        }
        // Duration holds about 292 billion years; this is 31 million of them.
        guard seconds.isFinite, abs(seconds) < 1e15 else { return nil }
        return .seconds(seconds)
    }

    /// A size such as `500`, `10k`, `1.5M`, `2GB`, in bytes.
    public static func bytes(_ text: String) -> Double? {
        var rest = Substring(text.lowercased())
        guard let (number, unit) = part(&rest), rest.isEmpty else { return nil }
        return bytesPerUnit[unit].map { number * $0 }
    }

    private static func part(_ rest: inout Substring) -> (Double, String)? {
        let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
        guard let number = Double(digits) else { return nil }
        rest = rest.dropFirst(digits.count)
        let unit = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest.dropFirst(unit.count)
        return (number, String(unit))
    }
}
