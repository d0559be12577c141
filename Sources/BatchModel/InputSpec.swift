/// A type that an input or output can declare, spelled as in YAML (`uri_folder`).
public enum DataType: Sendable, Hashable {
    case uriFolder, uriFile
    case string, boolean, integer, number
    case mltable, customModel, mlflowModel, tritonModel
    /// A word the service used that we do not know; shown as it is, never fatal.
    case unknown(String)
}

extension DataType: RawRepresentable, Codable, CustomStringConvertible {
    private static let known: [DataType] = [
        .uriFolder, .uriFile, .string, .boolean, .integer, .number, .mltable, .customModel,
        .mlflowModel, .tritonModel,
    ]

    /// Both spellings without underscores, and the seed's `float` and `bool`.
    private static let byWord: [String: DataType] = {
        var words = Dictionary(
            uniqueKeysWithValues: known.map { ($0.rawValue.filter { $0 != "_" }, $0) })
        words["float"] = .number
        words["bool"] = .boolean
        return words
    }()

    /// Reads either spelling (`uri_folder`, `UriFolder`) in any case; the seed's `float` is `number`.
    public init(rawValue: String) {
        let plain = rawValue.lowercased().filter { $0 != "_" }
        self = Self.byWord[plain] ?? .unknown(rawValue)
    }

    /// The YAML spelling.
    public var rawValue: String {
        switch self {
        case .uriFolder: "uri_folder"
        case .uriFile: "uri_file"
        case .string: "string"
        case .boolean: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .mltable: "mltable"
        case .customModel: "custom_model"
        case .mlflowModel: "mlflow_model"
        case .tritonModel: "triton_model"
        case .unknown(let word): word
        }
    }

    /// The spelling on the scoring wire (CONTRACT §4): `UriFolder`, `Literal`, …
    public var wireName: String {
        switch self {
        case .uriFolder: "UriFolder"
        case .uriFile: "UriFile"
        case .string, .boolean, .integer, .number: "Literal"
        case .mltable: "MLTable"
        case .customModel: "CustomModel"
        case .mlflowModel: "MLFlowModel"
        case .tritonModel: "TritonModel"
        case .unknown(let word): word
        }
    }

    /// The YAML spelling.
    public var description: String { rawValue }

    /// The YAML spelling with its article, for a sentence: `an integer`, `a uri_folder`.
    public var withArticle: String { self == .integer ? "an \(self)" : "a \(self)" }

    /// True for string, boolean, integer and number.
    public var isLiteral: Bool {
        switch self {
        case .string, .boolean, .integer, .number: true
        case .uriFolder, .uriFile, .mltable, .customModel, .mlflowModel, .tritonModel, .unknown:
            false
        }
    }
}

/// What a deployment declares about one of its inputs (ES §4.1).
public struct InputSpec: Sendable, Hashable, Codable {
    /// The exact key a request uses.
    public var name: String
    /// Its declared type.
    public var type: DataType
    /// True when a job may leave it out.
    public var isOptional: Bool
    /// What is used when a job leaves it out.
    public var defaultValue: Literal?
    /// The only texts allowed, for `string`; empty when all are.
    public var allowedValues: [String]
    /// The least value allowed, for `integer` and `number`.
    public var minimum: Literal?
    /// The greatest value allowed, for `integer` and `number`.
    public var maximum: Literal?
    /// What its author wrote about it.
    public var summary: String?

    /// Declares an input.
    public init(
        name: String, type: DataType, isOptional: Bool = false, defaultValue: Literal? = nil,
        allowedValues: [String] = [], minimum: Literal? = nil, maximum: Literal? = nil,
        summary: String? = nil
    ) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
        self.defaultValue = defaultValue
        self.allowedValues = allowedValues
        self.minimum = minimum
        self.maximum = maximum
        self.summary = summary
    }
}

/// What a deployment declares about one of its outputs.
public struct OutputSpec: Sendable, Hashable, Codable {
    /// The exact key a request uses.
    public var name: String
    /// `uri_folder` or `uri_file`.
    public var type: DataType
    /// What its author wrote about it.
    public var summary: String?

    /// Declares an output.
    public init(name: String, type: DataType, summary: String? = nil) {
        self.name = name
        self.type = type
        self.summary = summary
    }
}
