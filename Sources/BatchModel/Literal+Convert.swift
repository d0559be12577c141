/// A text that cannot become a literal of the declared type.
public struct LiteralError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, a sentence in the official client's words (ES §4.1).
    public let description: String
}

extension Literal {
    /// Reads a typed text as what an input declares, and holds it against the input's bounds.
    ///
    /// - Throws: `LiteralError` in the words of ES §4.1.
    public static func converting(
        _ text: String, for spec: InputSpec
    ) throws(LiteralError) -> Literal {
        let value = try reading(text, for: spec)
        if let minimum = spec.minimum?.number, let number = value.number, number < minimum {
            throw LiteralError(
                description:
                    "Parameter '\(spec.name)' should not be less than \(spec.minimum?.text ?? "").")
        }
        if let maximum = spec.maximum?.number, let number = value.number, number > maximum {
            throw LiteralError(
                description:
                    "Parameter '\(spec.name)' should not be greater than "
                    + "\(spec.maximum?.text ?? "").")
        }
        return value
    }

    /// The text that a request carries for a typed one: the value's own, `true` for `TRUE` and `1000` for `1e3`
    /// (CONTRACT §5.2). A number stays as it was typed where that is a number in JSON too; what is no such value stays.
    public static func wireText(_ text: String, for spec: InputSpec) -> String {
        guard let value = try? converting(text, for: spec) else { return text }
        if case .number = value, isJSONNumber(text) { return text }
        return value.text
    }

    /// The value of an integer or a number.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .string, .boolean: nil
        }
    }

    private static func reading(
        _ text: String, for spec: InputSpec
    ) throws(LiteralError) -> Literal {
        switch spec.type {
        case .string:
            guard spec.allowedValues.isEmpty || spec.allowedValues.contains(text) else {
                throw LiteralError(
                    description: "Parameter '\(spec.name)' should be one of "
                        + "\(spec.allowedValues.joined(separator: ", ")), not \(text).")
            }
            return .string(text)
        case .boolean:
            switch text.lowercased() {
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            default:
                throw LiteralError(
                    description:
                        "Boolean parameter '\(spec.name)' only accept True/False, got \(text).")
            }
        case .integer:
            if let whole = Int64(text) { return .integer(whole) }
            // A fraction or an exponent is read as a Double, which tells every integer below 2^53.
            if let number = decimal(text), number.magnitude < 9_007_199_254_740_992,
                let whole = Int64(exactly: number)
            {
                return .integer(whole)
            }
        case .number:
            if let number = decimal(text) { return .number(number) }
        case .uriFolder, .uriFile, .mltable, .customModel, .mlflowModel, .tritonModel, .unknown:
            break
        }
        throw LiteralError(
            description: "Unexpected data type for parameter '\(spec.name)': "
                + "\(spec.type) expected, got \(text).")
    }

    /// A finite number. Swift reads hexadecimal ones as well, which neither JSON nor the official client knows.
    private static func decimal(_ text: String) -> Double? {
        guard !text.contains(where: { "xX".contains($0) }), let number = Double(text),
            number.isFinite
        else { return nil }
        return number
    }

    /// Whether JSON has a number of this spelling: no `+1`, `.5`, `5.` or `007`.
    private static func isJSONNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func skip(_ marks: String) -> Bool {
            guard let next = rest.first, marks.utf8.contains(next) else { return false }
            rest = rest.dropFirst()
            return true
        }
        func skipDigits() -> Int {
            let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        _ = skip("-")
        let isZero = skip("0")
        let whole = skipDigits()
        guard isZero ? whole == 0 : whole > 0 else { return false }
        if skip("."), skipDigits() == 0 { return false }
        if skip("eE") {
            _ = skip("+-")
            guard skipDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
