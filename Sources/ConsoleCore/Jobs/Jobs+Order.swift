import BatchModel

// The service tells jobs newest first and in no other order (CONTRACT §4.3), so any other order is ours and is of the rows
// that are held: the lower edge says how far those go.

extension Jobs {
    /// The order of the rows.
    public enum Order: String, Sendable, Hashable, Codable, CaseIterable {
        /// As the service tells them.
        case newest
        /// Failed ones, then those under way, then the rest.
        case failedFirst
        /// Those that took the longest, or have been taking it.
        case longest
        /// By what people call them.
        case name

        /// For the title; nil for the usual one.
        var title: String? {
            switch self {
            case .newest: nil
            case .failedFirst: "failed first"
            case .longest: "longest first"
            case .name: "by name"
            }
        }

        /// The one after it, from the last back to the first.
        var next: Order {
            let all = Order.allCases
            let index = all.firstIndex(of: self) ?? 0
            return all[(index + 1) % all.count]
        }
    }

    /// Positions in another order; as they come among equals.
    static func ordered(
        _ positions: [Int], by order: Order, _ job: (Int) -> Job?, now: Timestamp
    ) -> [Int] {
        switch order {
        case .newest: positions
        case .failedFirst: failedFirst(positions, job)
        case .longest:
            sorted(positions, job) { job in
                took(job, now)
            } before: {
                $0 > $1
            }
        case .name:
            sorted(positions, job) {
                JobLine.name(of: $0).lowercased()
            } before: {
                $0 < $1
            }
        }
    }

    private static func sorted<Key: Equatable>(
        _ positions: [Int], _ job: (Int) -> Job?, by key: (Job) -> Key, before: (Key, Key) -> Bool
    ) -> [Int] {
        let keyed = positions.compactMap { position in
            job(position).map { (position: position, key: key($0)) }
        }
        return keyed.sorted { one, other in
            one.key == other.key
                ? one.position < other.position : before(one.key, other.key)
        }.map(\.position)
    }

    /// What never began comes last.
    private static func took(_ job: Job, _ now: Timestamp) -> Duration {
        guard let start = job.startedAt else { return .zero - .seconds(1) }
        return (job.endedAt ?? now) - start
    }

    private static func failedFirst(_ positions: [Int], _ job: (Int) -> Job?) -> [Int] {
        var ranks: [[Int]] = [[], [], []]
        for position in positions {
            guard let status = job(position)?.status else { continue }
            ranks[rank(of: status)].append(position)
        }
        return ranks.flatMap(\.self)
    }

    private static func rank(of status: JobStatus) -> Int {
        switch status {
        case .failed: 0
        case .notStarted, .starting, .provisioning, .preparing, .queued, .running, .finalizing,
            .cancelRequested, .notResponding, .paused, .unknown:
            1
        case .completed, .canceled: 2
        }
    }
}
