import BatchModel
import GRDB

/// What a search reads of the database.
enum SearchTable {
    /// The least and the greatest number of a job; nil without jobs.
    static func range(_ db: Database) throws -> ClosedRange<Int>? {
        guard let first = try Int.fetchOne(db, sql: "SELECT min(seq) FROM job"),
            let last = try Int.fetchOne(db, sql: "SELECT max(seq) FROM job")
        else { return nil }
        return first...last
    }

    private static let columns =
        "seq, id, display, status, endpoint, deployment, experiment, created, is_archived"

    /// Jobs by a range of numbers, ascending.
    static func entries(_ db: Database, _ range: Range<Int>) throws -> [JobIndex.Entry] {
        let statement = try db.cachedStatement(
            sql: "SELECT \(columns) FROM job WHERE seq >= ? AND seq < ? ORDER BY seq")
        let rows = try Row.fetchCursor(
            statement, arguments: [range.lowerBound, range.upperBound])
        var entries: [JobIndex.Entry] = []
        while let row = try rows.next() { entries.append(entry(row)) }
        return entries
    }

    /// One job by its number; nil when it is gone.
    static func entry(_ db: Database, _ seq: Int) throws -> JobIndex.Entry? {
        let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM job WHERE seq = ?")
        return try Row.fetchOne(statement, arguments: [seq]).map(entry)
    }

    /// Columns by number: by name each of a million rows would look them up.
    private static func entry(_ row: Row) -> JobIndex.Entry {
        let id: String = row[1]
        let display: String = row[2]
        return JobIndex.Entry(
            seq: row[0], id: id, name: display.isEmpty ? id : display,
            kind: JobIndex.Kind(
                status: JobStatus(rawValue: row[3]).rawValue, endpoint: row[4], deployment: row[5]),
            experiment: row[6], createdAt: Timestamp(microsecondsSinceEpoch: row[7]),
            isArchived: row[8])
    }
}
