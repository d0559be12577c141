/// What to remove from a local engine's state; nothing but leftovers unless a limit is given.
///
/// Unfinished jobs, results that were given a place of their own and what is registered as data are never removed.
public struct CleanOrder: Sendable, Hashable, Codable {
    /// Removes jobs that ended longer ago than this, and uploads, deleted endpoints and engine logs of that age.
    public var olderThanSeconds: Int64?
    /// Keeps this many of the newest jobs whatever the other limits say; given alone, removes all finished jobs but these.
    public var keepNewest: Int?
    /// Removes the oldest finished jobs until the state folder is not larger than this.
    public var maxBytes: Int64?
    /// Says what would be removed and removes nothing.
    public var isDryRun: Bool

    /// Describes what to remove.
    public init(
        olderThanSeconds: Int64? = nil, keepNewest: Int? = nil, maxBytes: Int64? = nil,
        isDryRun: Bool = false
    ) {
        self.olderThanSeconds = olderThanSeconds
        self.keepNewest = keepNewest
        self.maxBytes = maxBytes
        self.isDryRun = isDryRun
    }
}

/// What was removed from a local engine's state, or would be.
public struct CleanReport: Sendable, Hashable, Codable {
    /// Kinds of things, in the order they are shown.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case jobs = "finished jobs"
        case logs = "their logs"
        case results = "their results"
        case working = "working folders"
        case leftLogs = "logs of no job"
        case blocks = "uncommitted blocks"
        case uploads = "unused uploads"
        case trash = "deleted endpoints"
        case engineLogs = "old engine logs"
    }

    /// How many of a kind, and how large they were.
    public struct Amount: Sendable, Hashable, Codable {
        /// How many.
        public var count = 0
        /// Bytes of files.
        public var bytes: Int64 = 0

        /// Nothing.
        public init() {}

        /// Adds things.
        public mutating func add(_ count: Int, bytes: Int64) {
            self.count += count
            self.bytes += bytes
        }
    }

    /// Amounts by the kind's word.
    public var removed: [String: Amount] = [:]
    /// Finished jobs that the limits meant and that stay, because a running job or registered data reads their results.
    public var keptInUse = 0
    /// The state folder before.
    public var bytesBefore: Int64 = 0
    /// The state folder after; with a dry run what it would be.
    public var bytesAfter: Int64 = 0
    /// True when time was up before all was done: the same order goes on.
    public var hasMore = false

    /// An empty report.
    public init() {}

    /// The amount of a kind.
    public subscript(kind: Kind) -> Amount {
        get { removed[kind.rawValue] ?? Amount() }
        set { removed[kind.rawValue] = newValue }
    }

    /// All that was removed, in bytes.
    public var bytes: Int64 { removed.values.reduce(0) { $0 + $1.bytes } }

    /// Takes over what a continuation reports.
    public mutating func continued(by next: CleanReport) {
        for (word, amount) in next.removed {
            removed[word, default: Amount()].add(amount.count, bytes: amount.bytes)
        }
        keptInUse = next.keptInUse
        bytesAfter = next.bytesAfter
        hasMore = next.hasMore
    }
}
