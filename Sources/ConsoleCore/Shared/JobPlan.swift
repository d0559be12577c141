import BatchModel

/// Which of several jobs an act is for, and why the others are left out: what a question before the act has to say.
struct JobPlan: Sendable, Equatable {
    /// Jobs that are left out for one reason.
    struct LeftOut: Sendable, Equatable {
        /// `ended already`: what they are, or are not.
        var reason: String
        var count: Int
    }

    /// Those the act is for, in the order they were given.
    private(set) var jobs: [Job] = []
    /// The reasons in the order they were met.
    private(set) var leftOut: [LeftOut] = []

    /// Sorts jobs into those the act is for and the others.
    ///
    /// - Parameter refusal: why a job is left out, as `ended already`; nil when it is not.
    init(of jobs: [Job], refusal: (Job) -> String?) {
        for job in jobs {
            guard let reason = refusal(job) else {
                self.jobs.append(job)
                continue
            }
            if let index = leftOut.firstIndex(where: { $0.reason == reason }) {
                leftOut[index].count += 1
            } else {
                leftOut.append(LeftOut(reason: reason, count: 1))
            }
        }
    }

    var ids: [Job.ID] { jobs.map(\.id) }

    /// `2 ended already, 1 not ended yet`.
    var reasons: String {
        leftOut.map { "\(Words.grouped($0.count)) \($0.reason)" }.joined(separator: ", ")
    }

    /// `3 are left out: 2 ended already, 1 not ended yet.`; nil when none is.
    var leftOutWords: String? {
        guard !leftOut.isEmpty else { return nil }
        let count = leftOut.reduce(0) { $0 + $1.count }
        return "\(Words.grouped(count)) \(count == 1 ? "is" : "are") left out: \(reasons)."
    }

    /// `calm_sail, brave_wind and 3 more`: so many names at most.
    func names(limit: Int = 3) -> String { JobLine.names(of: jobs, limit: limit) }
}
