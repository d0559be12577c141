import BatchModel

// Watching many jobs costs either pages of the workspace's list, newest first, or one question per job. Neither service
// lists by status, so a page is read as far down as the oldest watched job lies, and no farther. What has ended is not
// watched any more, so that what is read shrinks with the work.
//
// Arithmetic, for N watched jobs among the newest M of a list with P jobs to a page, a round of ceil(M / P) questions:
//
//     engine: P = 250, as we ask for                            N = M = 1,000:   4 a round, a round each 3.8 s:  63 a minute
//     Azure:  P is the service's choice; 100 in our tests       N = M = 1,000:  10 a round, a round each 6 s:  100 a minute
//     Azure:  N = 5 jobs below 5,000 others                     50 pages or 5 single questions: single ones,    50 a minute
//
// Beside that a followed job costs three to five questions each 1.5 s (0.2 s at the engine). Azure Resource Manager lets a
// person read some 12,000 times an hour, 200 a minute; the front end answers 429 with a time to wait, which holds everybody
// back (HostNotes). A round is at most `questionLimit` questions: what is not reached has the oldest answer and comes first in
// the next round, and its age is on the screen.

/// What rounds of questions for many jobs remember, and what the next question is.
struct TrackingRound: Sendable {
    /// Up to so many jobs are asked for one by one whatever the list costs.
    static let singlesLimit = 3
    /// Questions of one round at most.
    static let questionLimit = 50
    /// Jobs in one page, where we choose. An engine takes 1,000, but a followed job's question waits behind such a page.
    static let pageLimit = 250
    /// What the first look at a list reads.
    static let firstReach = 200
    /// Clocks of a service's parts differ: a list is read so far beyond the creation of the oldest job.
    static let slack: Duration = .seconds(120)

    /// When each watched job was last answered for, by time gone by.
    private(set) var answered: [Job.ID: Duration] = [:]
    /// When each watched job was made, by the service's clock.
    private var births: [Job.ID: Timestamp] = [:]
    /// Pages the last walk read; nil before the first.
    private var pages: Int?
    /// How far down the list the last walk met a watched job.
    private var depth: Int?
    /// Questions left in this round.
    private var left = Self.questionLimit

    /// A way down the list.
    struct Walk: Sendable {
        /// The page to read next; nil for the first before one was read, and after the last.
        private(set) var place: ServiceCaller.PagePlace?
        fileprivate var pages = 0
        fileprivate var jobs = 0
        fileprivate var depth = 0
        fileprivate var oldest: Timestamp?

        /// Takes a page.
        ///
        /// - Parameter lastWanted: where in it the last watched job is.
        mutating func take(_ page: TrackingPage, lastWanted: Int?) {
            place = page.next
            pages += 1
            if let lastWanted { depth = jobs + lastWanted + 1 }
            jobs += page.jobs.count
            oldest = page.jobs.last?.createdAt ?? oldest
        }
    }

    /// Begins a round; what is not wanted any more is forgotten.
    mutating func begin(with wanted: Set<Job.ID>) {
        left = Self.questionLimit
        // Jobs that were not known yet may lie anywhere.
        if wanted.contains(where: { answered[$0] == nil }) { pages = nil }
        answered = answered.filter { wanted.contains($0.key) }
        births = births.filter { wanted.contains($0.key) }
    }

    /// True when pages answer for so many jobs with fewer questions than jobs, as far as is known.
    func isListCheaper(for jobs: Int) -> Bool {
        jobs > max(Self.singlesLimit, min(pages ?? 1, Self.questionLimit) - 1)
    }

    /// How many jobs to ask for in a page, where that is ours to choose: a little more than the last walk needed.
    var reach: Int {
        depth.map { min(max($0 + $0 / 8 + 20, 50), Self.pageLimit) } ?? Self.firstReach
    }

    /// Notes for whom there was an answer.
    mutating func note(_ jobs: [Job], at now: Duration) {
        for job in jobs {
            answered[job.id] = now
            births[job.id] = job.createdAt
        }
    }

    /// Whether the next page can have any of the jobs that are still missing.
    func goesOn(_ walk: Walk, _ missing: Set<Job.ID>) -> Bool {
        guard walk.place != nil, !missing.isEmpty, walk.pages < Self.questionLimit else {
            return false
        }
        guard let reached = walk.oldest else { return true }
        // One whose birth is not known may lie anywhere.
        return missing.contains { births[$0].map { $0 <= reached + Self.slack } ?? true }
    }

    /// Ends a walk.
    mutating func end(_ walk: Walk) {
        pages = walk.pages
        depth = walk.depth
        left -= walk.pages
    }

    /// The jobs to ask for one by one in what is left of the round: those first that were not heard of for longest.
    func stalest(of ids: Set<Job.ID>) -> [Job.ID] {
        let sorted = ids.sorted {
            (answered[$0] ?? .zero, $0) < (answered[$1] ?? .zero, $1)
        }
        return Array(sorted.prefix(max(1, left)))
    }
}
