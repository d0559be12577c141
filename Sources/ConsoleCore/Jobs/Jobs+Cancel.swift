import BatchModel

extension Jobs {
    /// Why a job cannot be cancelled; nil when it can.
    static func cancelRefusal(of job: Job, in state: State) -> String? {
        if job.status.isTerminal { return "the job has ended: it is \(job.status)" }
        return state.cancelling.contains { $0.id == job.id }
            ? "the service is being asked to cancel it" : nil
    }

    /// Asks the service, unless the job has ended while the question was open.
    static func confirmCancel(_ state: inout State) -> [Effect] {
        guard let asked = state.question else { return [] }
        state.question = nil
        let job = newest(of: asked, in: state)
        if let refusal = cancelRefusal(of: job, in: state) {
            state.notice = "\(JobLine.name(of: job)) was not cancelled: \(refusal)."
            return []
        }
        state.notice = nil
        state.cancelling.append(job)
        return [.cancel(job.id)]
    }

    static func cancelAccepted(_ id: Job.ID, in state: inout State, now: Timestamp) {
        state.cancelling.removeAll { $0.id == id }
        state.holds[id] = now + cancelHold
        changed([id], in: &state, now: now)
    }

    static func cancelRefused(
        _ id: Job.ID, _ failure: ServiceFailure, in state: inout State
    ) {
        state.cancelling.removeAll { $0.id == id }
        state.notice = failure.message.sentence
    }

    /// A job as it is to be shown: an answer that was under way while the cancellation was accepted is behind it.
    static func held(_ job: Job, in state: State, now: Timestamp) -> Job {
        guard let end = state.holds[job.id], now < end, job.status.isActive else { return job }
        var job = job
        job.status = .cancelRequested
        return job
    }

    private static func changed(_ ids: [Job.ID], in state: inout State, now: Timestamp) {
        let current = state
        state.list.pages.update { job in
            ids.contains(job.id) ? held(job, in: current, now: now) : nil
        }
        if state.arrangement != nil { arrange(&state, now: now) }
    }

    /// The job as the list has it now, where it still has it.
    private static func newest(of job: Job, in state: State) -> Job {
        var found = job
        state.list.pages.forEach { if $1.id == job.id { found = $1 } }
        return found
    }
}

extension String {
    /// The text with a capital at its front.
    var sentence: String { first.map { $0.uppercased() + dropFirst() } ?? self }
}
