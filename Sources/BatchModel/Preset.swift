/// A draft that was saved under a name, for one endpoint.
public struct Preset: Sendable, Hashable, Codable, Identifiable {
    /// What it was called: letters, digits, `-`, `_`, `.` and blanks.
    public var name: String
    /// What it fills a form with; secrets are masked.
    public var draft: JobDraft
    /// The file's text: the `inputs.yml` that exports write.
    public var text: String
    /// What stood in the file that could not be taken; empty when all was.
    public var problem: String

    /// The name.
    public var id: String { name }

    /// Names a draft.
    public init(name: String, draft: JobDraft, text: String, problem: String = "") {
        self.name = name
        self.draft = draft
        self.text = text
        self.problem = problem
    }
}

/// A job that was read from a text: a command, or YAML.
public struct ReadJob: Sendable, Hashable, Codable {
    /// What it says.
    public var draft: JobDraft
    /// Flags of the command that are no part of a job, with their values.
    public var leftOut: [String]

    /// Takes what was read.
    public init(draft: JobDraft, leftOut: [String] = []) {
        self.draft = draft
        self.leftOut = leftOut
    }
}
