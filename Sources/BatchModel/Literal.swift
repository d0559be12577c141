/// A typed literal input: string, boolean, integer or number (the seed calls number `float`).
public enum Literal: Sendable, Hashable, Codable {
    case string(String)
    case boolean(Bool)
    /// Exact beyond 2^53: kept as the integer it is.
    case integer(Int64)
    case number(Double)

    /// The declared type this literal satisfies.
    public var type: DataType {
        switch self {
        case .string: .string
        case .boolean: .boolean
        case .integer: .integer
        case .number: .number
        }
    }

    /// The text a person types and a request carries: `true`, `7`, `0.001`, `append` (CONTRACT §5.2).
    public var text: String {
        switch self {
        case .string(let value): value
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): String(value)
        }
    }
}
