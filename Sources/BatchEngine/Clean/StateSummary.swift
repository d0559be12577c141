public import BatchModel
import GRDB

/// What a state folder holds, read beside a running engine or without one; nothing is written.
public struct StateSummary: Sendable, Hashable {
    /// Files of the state folder, in bytes.
    public var bytes: Int64 = 0
    /// False when there were too many files to look at all of them: then there are more bytes.
    public var isWhole = true
    /// Jobs that are kept, archived ones too; nil when there is no state yet.
    public var jobs: Int?
    /// When the oldest of them was accepted.
    public var oldest: Timestamp?

    /// From here on a person is told how to free space: 10 GiB.
    public static let largeBytes: Int64 = 10 << 30
    /// Entries looked at: a second or so.
    private static let entryLimit = 200_000

    /// Reads it.
    ///
    /// - Throws: `.rejected` for a newer program's state, `.unexpected` when it cannot be read.
    public static func read(state: String) throws(ServiceFailure) -> StateSummary {
        try Engine.checkLayout(state)
        let size = FolderSize.of(state, limit: entryLimit)
        var summary = StateSummary(bytes: size.bytes, isWhole: size.isWhole)
        let path = state + "/engine.sqlite"
        guard FileCalls.existsFollowing(path) else { return summary }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            try DatabaseQueue(path: path, configuration: configuration).read { db in
                let total = "SELECT total FROM tally WHERE endpoint = '' AND deployment = ''"
                summary.jobs = try Int.fetchOne(db, sql: total) ?? 0
                let first = "SELECT created FROM job ORDER BY seq LIMIT 1"
                summary.oldest = try Int64.fetchOne(db, sql: first)
                    .map(Timestamp.init(microsecondsSinceEpoch:))
            }
        } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: "read the state \(state)", detail: "\(error)",
                advice: "Make the folder readable or choose another with --state.")
        }
        return summary
    }
}
