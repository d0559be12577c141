// The service tells jobs newest first and in no other order (CONTRACT §4.3), so any other order is ours and is of the jobs
// that are held: whoever shows one says how far those go. The console and `job list --sort` have the same orders.

/// An order of jobs.
public enum JobSort: String, Sendable, Hashable, Codable, CaseIterable {
    /// As the service tells them.
    case newest
    /// Failed ones, then those under way, then the rest.
    case failedFirst
    /// Those that took the longest, or have been taking it.
    case longest
    /// By what people call them.
    case name

    /// What it is called on screens: `failed first`.
    public var words: String {
        switch self {
        case .newest: "newest first"
        case .failedFirst: "failed first"
        case .longest: "longest first"
        case .name: "by name"
        }
    }

    /// The one after it, from the last back to the first.
    public var next: JobSort {
        let all = JobSort.allCases
        let index = all.firstIndex(of: self) ?? 0
        return all[(index + 1) % all.count]
    }

    /// Jobs in this order; as they come among equals.
    ///
    /// - Parameter now: by the service's clock, for jobs that still run.
    public func ordered(_ jobs: [Job], at now: Timestamp) -> [Job] {
        positions(Array(jobs.indices), { jobs[$0] }, at: now).map { jobs[$0] }
    }

    /// Positions of jobs in this order; as they come among equals.
    public func positions(
        _ positions: [Int], _ job: (Int) -> Job?, at now: Timestamp
    ) -> [Int] {
        switch self {
        case .newest: positions
        case .failedFirst: sorted(positions, job, by: { Self.rank(of: $0.status) }, before: <)
        case .longest: sorted(positions, job, by: { Self.took($0, now) }, before: >)
        case .name: sorted(positions, job, by: { $0.shownName.lowercased() }, before: <)
        }
    }

    private func sorted<Key: Equatable>(
        _ positions: [Int], _ job: (Int) -> Job?, by key: (Job) -> Key, before: (Key, Key) -> Bool
    ) -> [Int] {
        let keyed = positions.enumerated().compactMap { place, position in
            job(position).map { (place: place, position: position, key: key($0)) }
        }
        return keyed.sorted { one, other in
            one.key == other.key ? one.place < other.place : before(one.key, other.key)
        }.map(\.position)
    }

    /// What never began comes last.
    private static func took(_ job: Job, _ now: Timestamp) -> Duration {
        guard let start = job.startedAt else { return .zero - .seconds(1) }
        // A machine that is behind the service would have it not begun yet.
        return max(.zero, (job.endedAt ?? now) - start)
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
