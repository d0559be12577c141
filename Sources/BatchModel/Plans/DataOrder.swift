/// A version of a data asset as a person asks for it: a YAML file, or its members, or both (the members then win).
public struct DataOrder: Sendable, Hashable, Codable {
    /// A path to a data asset's YAML.
    public var file: String?
    /// The asset's name.
    public var name: String?
    /// The version; nil for the next one.
    public var version: String?
    /// `uri_folder`, `uri_file` or `mltable`; nil for the file's own, else `uri_folder`.
    public var type: DataType?
    /// A path on this machine, or an address.
    public var path: String?
    /// Free text.
    public var summary: String?

    /// Asks for a version; empty texts count as not given.
    public init(
        file: String? = nil, name: String? = nil, version: String? = nil, type: DataType? = nil,
        path: String? = nil, summary: String? = nil
    ) {
        func given(_ text: String?) -> String? { text?.isEmpty == false ? text : nil }
        self.file = given(file)
        self.name = given(name)
        self.version = given(version)
        self.type = type
        self.path = given(path)
        self.summary = given(summary)
    }
}
