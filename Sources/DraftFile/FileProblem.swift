public import BatchModel

/// Something wrong in a file, at a place a person can go to.
public struct FileProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file, as it was named; empty for what was given beside a file.
    public var file: String
    /// The line, counted from 1; nil when it is about the file as a whole.
    public var line: Int?
    /// The column in that line, counted from 1; nil when it is about the line as a whole.
    public var column: Int?
    /// What is wrong, a sentence.
    public var detail: String
    /// What to do, a sentence.
    public var advice: String
    /// True when the file can be used all the same.
    public var isWarning: Bool

    /// Describes a problem. What a file says of itself comes back in its problems, so both sentences are made one plain,
    /// short line here.
    public init(
        file: String, line: Int?, column: Int? = nil, detail: String, advice: String,
        isWarning: Bool = false
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.detail = detail.plainLine(clippedTo: 1000)
        self.advice = advice.plainLine(clippedTo: 1000)
        self.isWarning = isWarning
    }

    /// A finding in a file.
    public init(_ finding: FileFinding, in file: String) {
        self.init(
            file: file, line: finding.place.line, column: finding.place.column,
            detail: finding.detail, advice: finding.advice, isWarning: finding.isWarning)
    }

    /// `deployment.yml:12: detail advice`, with the column where it is known.
    public var message: String {
        (file.isEmpty ? "" : "\(place): ") + "\(detail) \(advice)"
    }

    /// `deployment.yml:12:3`: where to go.
    public var place: String {
        [file.plainLine, line.map(String.init), column.map(String.init)].compactMap(\.self)
            .joined(separator: ":")
    }

    /// The message.
    public var description: String { message }
}

/// What came of reading a file: a value, unless something is wrong, and all that was noticed.
public struct Parsed<Value: Sendable>: Sendable {
    /// The value; nil when there is an error among the problems.
    public var value: Value?
    /// Errors and warnings, in the order of the file.
    public var problems: [FileProblem]

    /// Collects what came of reading.
    public init(value: Value?, problems: [FileProblem]) {
        self.problems = problems.sorted {
            ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0)
        }
        self.value = problems.contains { !$0.isWarning } ? nil : value
    }

    /// The errors alone.
    public var errors: [FileProblem] { problems.filter { !$0.isWarning } }
}
