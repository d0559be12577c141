/// What a cell's text reads as.
public enum CellText {
    /// Whether a text is a number: digits, a point, an exponent.
    public static func isNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 40 else { return false }
        let isPlain = (0x30...0x39).contains(first) || "+-.".utf8.contains(first)
        return isPlain && Double(text) != nil
    }

    /// Whether a first row reads as names: no number, none empty, none twice, above a column of numbers.
    public static func areNames(_ first: [String], above rows: [[String]]) -> Bool {
        let isNaming =
            first.allSatisfy { !$0.isEmpty && !isNumber($0) } && Set(first).count == first.count
        return isNaming && !rows.isEmpty
            && first.indices.contains { index in
                rows.allSatisfy { index < $0.count && isNumber($0[index]) }
            }
    }
}
