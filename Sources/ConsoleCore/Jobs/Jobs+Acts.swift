import BatchModel
import ConsoleGrid

// Cancelling, archiving and restoring: one job, or all that are marked. Over marks one question says how many are meant and
// how many are left out and why; what has changed while it was open is left out then. Each job is asked for and answered
// by itself: those that are done with lose their mark, those that are refused keep it.

extension Jobs {
    /// What is done to jobs after a question.
    public enum Act: String, Sendable, Hashable, Codable {
        case cancel, archive, restore

        /// What a job is while the service is being asked.
        fileprivate var isAsked: String {
            switch self {
            case .cancel: "being asked to cancel"
            case .archive: "being archived"
            case .restore: "being restored"
            }
        }

        /// What a job is then.
        fileprivate var done: String {
            switch self {
            case .cancel: "cancelled"
            case .archive: "archived"
            case .restore: "restored"
            }
        }
    }

    /// A question that is open.
    struct Question: Sendable, Equatable {
        var act: Act
        var plan: JobPlan

        /// The job, when it is about one alone.
        var job: Job? { plan.jobs.count == 1 && plan.leftOut.isEmpty ? plan.jobs.first : nil }
    }

    /// The jobs an act is for among some, and why it is not for the others.
    private static func plan(of act: Act, for jobs: [Job], in state: State) -> JobPlan {
        let asked = act == .cancel ? Set(state.cancelling.map(\.id)) : state.moving
        return JobPlan(of: jobs) { job in
            if asked.contains(job.id) { return act.isAsked }
            switch act {
            case .cancel:
                if job.status.isTerminal { return "ended already" }
                return job.status == .cancelRequested ? "being cancelled already" : nil
            case .archive:
                if state.isArchived { return "archived already" }
                return job.status.isTerminal ? nil : "not ended yet"
            case .restore: return state.isArchived ? nil : "not archived"
            }
        }
    }

    /// Why an act can be done to none of the jobs it is meant for, as a clause; nil when it can.
    static func refusal(of act: Act, in state: State) -> String? {
        let jobs = state.meantJobs
        let plan = plan(of: act, for: jobs, in: state)
        guard plan.jobs.isEmpty, let first = jobs.first else { return nil }
        guard state.marks.isEmpty else { return "none of the marked jobs: \(plan.reasons)" }
        return clause(of: act, for: first, in: state)
    }

    private static func clause(of act: Act, for job: Job, in state: State) -> String? {
        switch act {
        case .cancel:
            if job.status.isTerminal { return "the job has ended: it is \(job.status)" }
            return job.status == .cancelRequested
                ? "it has been asked to cancel, and the job is ending"
                : "the service is being asked to cancel it"
        case .archive:
            return job.status.isTerminal ? "it is being archived" : "the job has not ended"
        case .restore: return state.isArchived ? "it is being restored" : "it is not archived"
        }
    }

    /// Asks, where it is about several jobs or cannot be taken back; else does it.
    static func begin(_ act: Act, in state: inout State) -> [Effect] {
        let plan = plan(of: act, for: state.meantJobs, in: state)
        guard !plan.jobs.isEmpty else { return [] }
        guard act == .cancel || !state.marks.isEmpty else {
            return order(act, plan.jobs, in: &state)
        }
        state.question = Question(act: act, plan: plan)
        return []
    }

    /// Orders it for those that it is still for: some may have ended while the question was open.
    static func confirm(_ state: inout State) -> [Effect] {
        guard let question = state.question else { return [] }
        state.question = nil
        let now = newest(of: question.plan.jobs, in: state)
        let plan = plan(of: question.act, for: now, in: state)
        state.notice = nil
        if let job = question.job, plan.jobs.isEmpty {
            let reason = clause(of: question.act, for: now.first ?? job, in: state) ?? ""
            state.notice = "\(JobLine.name(of: job)) was not \(question.act.done): \(reason)."
        } else if let words = plan.leftOutWords {
            state.notice = words.sentence
        }
        guard !plan.jobs.isEmpty else { return [] }
        return order(question.act, plan.jobs, in: &state)
    }

    private static func order(_ act: Act, _ jobs: [Job], in state: inout State) -> [Effect] {
        let ids = jobs.map(\.id)
        switch act {
        case .cancel:
            state.cancelling += jobs
            return [.cancel(ids)]
        case .archive:
            state.moving.formUnion(ids)
            return [.archive(ids)]
        case .restore:
            state.moving.formUnion(ids)
            return [.restore(ids)]
        }
    }

    // MARK: - Answers

    static func cancelAccepted(_ id: Job.ID, in state: inout State, now: Timestamp) {
        state.cancelling.removeAll { $0.id == id }
        state.marks.strike(id)
        state.holds[id] = now + cancelHold
        let current = state
        update(&state) { job in
            job.id == id ? held(job, in: current, now: now) : nil
        }
        if state.arrangement != nil { arrange(&state, now: now) }
    }

    static func cancelRefused(
        _ id: Job.ID, _ failure: ServiceFailure, in state: inout State
    ) {
        state.cancelling.removeAll { $0.id == id }
        state.notice = failure.message.sentence
    }

    /// It is gone from the list that is shown, and stands in the other.
    static func moved(
        _ id: Job.ID, isArchived: Bool, in state: inout State, now: Timestamp
    ) -> [Effect] {
        state.marks.strike(id)
        state.isListBehind = true
        let effects = endMove(of: id, in: &state, now: now)
        let archived = state.key("archived")
        state.notice =
            isArchived
            ? "\(id) is archived: \(archived) shows the archived jobs, and \(state.key("restore")) "
                + "there restores it."
            : "\(id) is restored: \(archived) shows the jobs that are not archived."
        return effects
    }

    static func moveRefused(
        _ id: Job.ID, _ failure: ServiceFailure, in state: inout State, now: Timestamp
    ) -> [Effect] {
        let effects = endMove(of: id, in: &state, now: now)
        state.notice = failure.message.sentence
        return effects
    }

    /// The list is asked for when the last of several has been answered, not after each.
    private static func endMove(
        of id: Job.ID, in state: inout State, now: Timestamp
    ) -> [Effect] {
        state.moving.remove(id)
        guard state.moving.isEmpty, state.isListBehind else { return [] }
        state.isListBehind = false
        return outdate(&state, now: now)
    }

    /// The list has changed on the service: its first page is asked for, once more if an answer is on its way already, which
    /// may not know of it.
    static func outdate(_ state: inout State, now: Timestamp) -> [Effect] {
        state.isOutdated = state.asks.open[0] != nil
        state.search.isOutdated = true
        return refresh(&state, now: now)
    }

    /// A job as it is to be shown: an answer that was under way while the cancellation was accepted is behind it.
    static func held(_ job: Job, in state: State, now: Timestamp) -> Job {
        guard let end = state.holds[job.id], now < end, job.status.isActive else { return job }
        var job = job
        job.status = .cancelRequested
        return job
    }

    /// The jobs as they were last heard of.
    private static func newest(of jobs: [Job], in state: State) -> [Job] {
        let known = Dictionary(
            (state.heldJobs + state.marks.sorted).map { ($0.id, $0) },
            uniquingKeysWith: { held, _ in held })
        return jobs.map { known[$0.id] ?? $0 }
    }
}

extension String {
    /// The text with a capital at its front.
    var sentence: String { first.map { $0.uppercased() + dropFirst() } ?? self }
}
