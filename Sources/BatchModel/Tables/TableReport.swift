/// What a table holds, column by column, as far as it was read.
public struct TableReport: Sendable, Hashable, Codable {
    /// Rows so far, the header's and empty ones left out.
    public var rows: Int
    /// Rows that have another number of cells than the first one.
    public var unevenRows: Int
    /// Bytes read, and how many there are.
    public var bytesRead: Int64
    /// Bytes of the file when reading began.
    public var bytesTotal: Int64
    /// True once all of it was read.
    public var isWhole: Bool
    /// The columns, no more than `TableCount.columnLimit`.
    public var columns: [ColumnReport]
    /// How many columns there are.
    public var columnTotal: Int

    /// The part that was read in 0...1.
    public var fraction: Double {
        isWhole ? 1 : bytesTotal > 0 ? min(1, Double(bytesRead) / Double(bytesTotal)) : 0
    }
}

/// What a column holds.
public struct ColumnReport: Sendable, Hashable, Codable {
    /// What reads in it.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nothing.
        case empty
        /// Numbers alone.
        case number
        /// No number.
        case text
        /// Some numbers, some texts.
        case mixed
    }

    /// Its name, or `col1`, `col2`, ….
    public var name: String
    /// What reads in it.
    public var kind: Kind
    /// Cells that hold something.
    public var filled: Int
    /// Cells that hold nothing, those that are missing too.
    public var empty: Int
    /// Cells that read as numbers.
    public var numbers: Int
    /// How many different values; nil when there are more than `distinctLimit`.
    public var distinct: Int?
    /// Up to how many values are told apart.
    public var distinctLimit: Int
    /// Facts of the numbers; nil while there are none.
    public var numeric: NumberReport?
    /// The first and the last of the texts in the order of their bytes, clipped; nil while there are none.
    public var texts: TextBounds?
    /// The values by how often they occur, the most frequent first, no more than `classLimit`; empty when not all are known.
    public var classes: [ClassCount]

    /// Classes that are listed.
    public static let classLimit = 50
}

/// Facts of a column's numbers.
public struct NumberReport: Sendable, Hashable, Codable {
    /// The least.
    public var least: Double
    /// The greatest.
    public var greatest: Double
    /// Their mean.
    public var mean: Double
    /// Their sample standard deviation; 0 for a single one.
    public var deviation: Double
    /// The values below which a quarter, a half and three quarters of them lie.
    public var quartiles: [Double]
    /// By how much the rank of a quartile and the counts of places may be off, as a share of the numbers; 0 when exact.
    public var rankError: Double
    /// The edges of places of equal width over all of them, ascending; one more than `counts`. Empty when all are equal.
    public var edges: [Double]
    /// How many lie in each place; an upper edge belongs to the next one, except the last.
    public var counts: [Int]
}

/// The first and the last of some texts.
public struct TextBounds: Sendable, Hashable, Codable {
    /// The first in the order of bytes.
    public var first: String
    /// The last in the order of bytes.
    public var last: String
}

/// A value and how often it occurs.
public struct ClassCount: Sendable, Hashable, Codable {
    /// The value, clipped.
    public var value: String
    /// How often it occurs.
    public var count: Int
}
