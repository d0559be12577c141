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
            if let number = Double(text), let whole = Int64(exactly: number) {
                return .integer(whole)
            }
        case .number:
            if let number = Double(text), number.isFinite { return .number(number) }
        case .uriFolder, .uriFile, .mltable, .customModel, .mlflowModel, .tritonModel, .unknown:
            break
        }
        throw LiteralError(
            description: "Unexpected data type for parameter '\(spec.name)': "
                + "\(spec.type) expected, got \(text).")
    }
}
