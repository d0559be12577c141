import BatchModel

/// A page of the workspace's job list, newest first.
struct TrackingPage: Sendable {
    /// All jobs of the page, whatever made them.
    var jobs: [Job]
    /// Where the next page is; nil on the last.
    var next: ServiceCaller.PagePlace?
}

/// What a tracker asks.
struct TrackingSource: Sendable {
    /// One job with its steps and progress.
    var snapshot: @Sendable (Job.ID) async throws(ServiceFailure) -> (job: Job, steps: [JobStep])
    /// One job.
    var job: @Sendable (Job.ID) async throws(ServiceFailure) -> Job
    /// A page of the workspace's jobs, the first one for nil. The length is a wish that only a local engine grants.
    var page:
        @Sendable (ServiceCaller.PagePlace?, _ count: Int) async throws(ServiceFailure) ->
            TrackingPage
    /// True when a local engine answers.
    var isLocal: @Sendable () async -> Bool
}

/// How often is asked.
struct TrackingPace: Sendable, Equatable {
    /// A followed job.
    var focus: Duration
    /// All others together.
    var others: Duration
    /// Added to `others` for every watched job, up to `longestOthers`: a round costs what it reads.
    var othersEach: Duration
    /// The longest wait after failures.
    static let longestWait: Duration = .seconds(60)
    /// The longest wait of our own choosing between rounds.
    static let longestOthers: Duration = .seconds(6)

    /// A local engine: a look costs next to nothing, a thousand jobs a tenth of a second of a core (4 s, TrackingRound).
    static let local = TrackingPace(
        focus: .milliseconds(200), others: .milliseconds(800), othersEach: .milliseconds(3))
    /// A service far away: below the 2 s and 10 s that a view may be stale, the call's own time and one refusal included.
    static let remote = TrackingPace(
        focus: .milliseconds(1500), others: .seconds(6), othersEach: .zero)

    /// Takes into account how many jobs a round reads. A few more or less change nothing.
    mutating func stretch(for jobs: Int) {
        guard jobs > 50 else { return }
        others = max(others, min(others + othersEach * jobs, Self.longestOthers))
    }

    /// The wait until the next question.
    func wait(isFocus: Bool, failures: Int, random: Double) -> Duration {
        let pace = isFocus ? focus : others
        guard failures > 0 else { return pace }
        let doubled = pace * (1 << min(failures, 12))
        return max(pace, min(doubled, Self.longestWait) * (0.5 + random / 2))
    }
}
