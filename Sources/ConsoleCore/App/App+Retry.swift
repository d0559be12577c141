import BatchModel
import ConsoleGrid

// Submitting jobs once more, from whichever screen. The box asks; what it has sent is an errand like any other, so that
// leaving a screen loses nothing of it. One job's successor is gone to, several are only told of.

extension App {
    /// A single job that is being submitted once more, and from where: its successor is shown there.
    struct RetryWait: Sendable, Equatable {
        var of: Job.ID
        var place: Place
    }

    /// Opens the box about jobs, or says why there is none to ask about.
    static func askRetry(_ jobs: [Job], in state: inout State) -> [Effect] {
        let plan = JobPlan(of: jobs) { job in
            state.errands.contains(.retry(job.id))
                ? "being submitted once more already" : Retry.refusal(of: job)
        }
        guard !plan.jobs.isEmpty else {
            state.say("not now: nothing can be retried: \(plan.reasons)", .warning)
            return []
        }
        var box = Retry.State(plan, at: state.place)
        guard let job = box.single, !box.failedPlan.jobs.isEmpty else {
            state.retry = box
            return []
        }
        box.failedFiles.begin()
        state.retry = box
        return [.retry(.countFailedFiles(job.id))]
    }

    /// Takes in what has to do with retrying.
    static func retry(_ state: inout State, _ action: Retry.Action) -> [Effect] {
        switch action {
        case .allPressed: return sendRetry(onlyFailed: false, in: &state)
        case .failedPressed: return sendRetry(onlyFailed: true, in: &state)
        case .dismissed: state.retry = nil
        case .failedFilesCounted(let job, let count):
            guard state.retry?.single?.id == job else { return [] }
            state.retry?.failedFiles.succeed(count, asOf: state.now)
        case .failedFilesUnknown(let job, let failure):
            guard state.retry?.single?.id == job else { return [] }
            state.retry?.failedFiles.fail(failure)
        case .accepted(let old, let answer): return retried(old, answer, in: &state)
        case .refused(let old, let failure):
            if state.retryWait?.of == old { state.retryWait = nil }
            // What it was asked in place of may be said by the time it is answered.
            if let notice = state.notice { note(notice, in: &state) }
            let key = Jobs.keys.keyName("retry", by: state.keymap)
            let advice = failure.kind == .outcomeUnknown ? "" : " \(key) asks again."
            state.say("The retry of \(old): \(failure.message)\(advice)", .danger)
        }
        return []
    }

    private static func sendRetry(onlyFailed: Bool, in state: inout State) -> [Effect] {
        guard let box = state.retry else { return [] }
        state.retry = nil
        let jobs = onlyFailed ? box.failedPlan.jobs : box.plan.jobs
        guard !jobs.isEmpty else { return [] }
        state.retryWait = box.single.map { RetryWait(of: $0.id, place: box.place) }
        let what = onlyFailed ? "what failed of " : ""
        state.say("submitting \(what)\(JobLine.names(of: jobs)) once more", .info)
        return [.retry(.submit(jobs.map(\.id), onlyFailed: onlyFailed))]
    }

    private static func retried(
        _ old: Job.ID, _ answer: Retry.Answer, in state: inout State
    ) -> [Effect] {
        state.isQuitArmed = false
        let wait = state.retryWait?.of == old ? state.retryWait : nil
        if wait != nil { state.retryWait = nil }
        watch(answer.job, in: &state)
        var effects = spread([answer.job], at: state.now, in: &state)
        effects += pass(.jobs(.retryAccepted(job: old)), to: &state)
        // Not under somebody's fingers: what is being typed would mean something else on another screen.
        let isFree = state.retry == nil && !isEditingText(state) && state.jobs?.question == nil
        if let wait, wait.place == state.place, isFree {
            effects += open(.jobDetail(answer.job.id), in: &state)
        }
        let files = answer.failedFiles.map { " with the \(Words.count($0, "file")) that failed" }
        let notes = answer.notes.map { " \($0)" }.joined()
        state.say("\(answer.job.id) is the retry of \(old)\(files ?? "").\(notes)", .info)
        return effects
    }
}
