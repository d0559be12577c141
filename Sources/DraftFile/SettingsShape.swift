public import BatchModel

// What a settings file may hold, as a value: the reader goes by it, and so does the JSON Schema that editors check with. What
// one of them takes the other takes too, because there is nothing else for either to go by.

/// The shape of a value in a settings file.
public indirect enum SettingsShape: Sendable {
    /// Text; numbers and truth values are taken as they are written.
    case text(FileText)
    /// One of some words, compared without case.
    case word([String])
    /// True or false.
    case flag
    /// A whole number.
    case whole(ClosedRange<Int>)
    /// A list of values of one shape.
    case list(SettingsShape)
    /// Keys and values.
    case map(FileMap)
    /// A value of either shape; told apart by being a text, a list or a mapping.
    case either(SettingsShape, SettingsShape)
    /// No value at all.
    case nothing
    /// A shape with a name: a schema says once what it is, however often it is used.
    case named(String, SettingsShape)
}

/// What a text has to be.
public struct FileText: Sendable {
    /// What it is, as it follows on "it must be": `a colour, …`.
    public var words: String
    /// A regular expression for it (ECMA-262, as JSON Schema has it); nil takes any text.
    public var pattern: String?
    /// Whole numbers that are such a text without quotes; nil where any scalar is.
    public var numbers: ClosedRange<Int>?
    /// Whether a text is one.
    public var accepts: @Sendable (String) -> Bool

    /// Any text.
    public static let any = FileText("a text") { _ in true }

    /// Describes a text.
    public init(
        _ words: String, pattern: String? = nil, numbers: ClosedRange<Int>? = nil,
        accepts: @escaping @Sendable (String) -> Bool
    ) {
        self.words = words
        self.pattern = pattern
        self.numbers = numbers
        self.accepts = accepts
    }
}

/// The keys of a mapping.
public struct FileMap: Sendable {
    /// Those that are known, in the order people read them.
    public var keys: [FileKey]

    /// Collects keys.
    public init(_ keys: [FileKey]) { self.keys = keys }

    func key(_ name: String) -> FileKey? { keys.first { $0.name == name } }
}

/// A key of a mapping.
public struct FileKey: Sendable {
    /// As the file spells it.
    public var name: String
    /// What it says, a sentence.
    public var help: String
    /// True when the mapping cannot do without.
    public var isRequired: Bool
    /// What its value is.
    public var shape: SettingsShape

    /// Describes a key.
    public init(_ name: String, _ shape: SettingsShape, isRequired: Bool = false, help: String) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
        self.help = help
    }
}

/// A value of a file, with its place.
public struct FileValue: Sendable, Hashable {
    /// What it is.
    public indirect enum Content: Sendable, Hashable {
        case nothing
        case text(String)
        case list([FileValue])
        case map([FileEntry])
    }

    /// Where it begins.
    public var place: FilePlace
    /// What it is.
    public var content: Content

    /// The entries of a mapping, in the order of the file.
    public var entries: [FileEntry] {
        if case .map(let entries) = content { entries } else { [] }
    }

    /// The values of a list; a single value is a list of one.
    public var items: [FileValue] {
        switch content {
        case .list(let items): items
        case .text: [self]
        case .nothing, .map: []
        }
    }

    /// The text of a scalar.
    public var text: String? {
        if case .text(let text) = content { text } else { nil }
    }

    /// The value of a key.
    public subscript(key: String) -> FileValue? { entries.first { $0.key == key }?.value }
}

/// A key and its value.
public struct FileEntry: Sendable, Hashable {
    /// The key.
    public var key: String
    /// Where the key stands.
    public var place: FilePlace
    /// The value.
    public var value: FileValue
}
