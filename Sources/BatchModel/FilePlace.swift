/// Where something stands in a text file.
public struct FilePlace: Sendable, Hashable, Comparable {
    /// The line, counted from 1.
    public var line: Int
    /// The column in characters, counted from 1.
    public var column: Int

    /// Names a place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// In the order of reading.
    public static func < (left: FilePlace, right: FilePlace) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// Something a reader has to say about a place of a file, before it is known which file that is.
public struct FileFinding: Sendable, Hashable {
    /// Where.
    public var place: FilePlace
    /// What is wrong, a sentence.
    public var detail: String
    /// What to do, a sentence.
    public var advice: String
    /// True when the file can be used all the same.
    public var isWarning: Bool

    /// Describes a finding.
    public init(place: FilePlace, detail: String, advice: String, isWarning: Bool = false) {
        self.place = place
        self.detail = detail
        self.advice = advice
        self.isWarning = isWarning
    }
}
