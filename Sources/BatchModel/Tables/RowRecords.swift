/// How bytes fall into rows.
public enum RowRecords {
    /// What ends a row.
    public static let newline = UInt8(ascii: "\n")
    /// What keeps a field together.
    public static let quote = UInt8(ascii: "\"")

    /// The rows of a piece of a file, without their line ends.
    ///
    /// A row that is cut by the end of the piece is left out until the rest is there. A piece without any whole row is
    /// one row, so that a line longer than all that is ever loaded still shows its part.
    /// - Parameters:
    ///   - startsOnRow: false when the piece may begin within a row, which is then left out.
    ///   - endsFile: true when nothing comes after the piece.
    ///   - isMultiline: whether quotes keep line breaks.
    public static func ranges(
        in bytes: [UInt8], startsOnRow: Bool, endsFile: Bool, isMultiline: Bool
    ) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        if !startsOnRow, let first = bytes.firstIndex(of: newline) { start = first + 1 }
        bytes.withUnsafeBufferPointer { bytes in
            var isQuoted = false
            for index in start..<bytes.count {
                if bytes[index] == newline, !isQuoted {
                    let hasReturn = index > start && bytes[index - 1] == UInt8(ascii: "\r")
                    ranges.append(start..<(hasReturn ? index - 1 : index))
                    start = index + 1
                } else if isMultiline, bytes[index] == quote {
                    isQuoted.toggle()
                }
            }
        }
        if start < bytes.count, endsFile { ranges.append(start..<bytes.count) }
        if ranges.isEmpty, !bytes.isEmpty { ranges.append(0..<bytes.count) }
        return ranges
    }

    /// A row of the start of a file, without the byte order mark before the first.
    public static func row(_ range: Range<Int>, of bytes: [UInt8]) -> ArraySlice<UInt8> {
        guard range.lowerBound == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            return bytes[range]
        }
        return bytes[min(3, range.upperBound)..<range.upperBound]
    }
}
