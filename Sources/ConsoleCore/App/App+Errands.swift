import BatchModel
import ConsoleGrid

// What the service, or a file here, was told to do and has not answered yet. A screen that is left forgets what it asked
// for; the console must not, or moving to another context would break it off in silence. So errands are kept beside the
// screens: the effect begins one, its answer ends it, and whoever would end the console or move it asks here first.

extension App {
    /// Something that was ordered and is not answered.
    enum Errand: Sendable, Hashable {
        case cancel(Job.ID)
        case archive(Job.ID)
        case restore(Job.ID)
        case retry(Job.ID)
        case save(Job.ID)
        case download(Job.ID)
        case export(Job.ID)
        /// Looking for a submission, or striking it off.
        case decide(Submission.ID)

        /// As a clause for "not now: …".
        var words: String {
            switch self {
            case .cancel(let job): "the service is being asked to cancel \(job)"
            case .archive(let job): "\(job) is being archived"
            case .restore(let job): "\(job) is being restored"
            case .retry(let job): "\(job) is being submitted once more"
            case .save(let job): "a log of \(job) is being written to a file here"
            case .download(let job): "results of \(job) are being downloaded from here"
            case .export(let job): "results of \(job) are being written to a file here"
            case .decide: "a submission is being looked for or struck off"
            }
        }
    }

    /// What leaving would break off, as a clause; nil when nothing would be.
    static func openWork(in state: State) -> String? {
        if state.isSending { return "a job is being submitted here" }
        if let name = state.endpoints.changing?.endpoint {
            return "the default deployment of \(name) is being changed"
        }
        if state.forms.values.contains(where: { $0.picker?.isSending == true }) {
            return "a data asset is being made here"
        }
        if let round = state.rounds.first { return round.words }
        if let errand = state.errands.map(\.words).min() { return errand }
        return openTransfers(in: state).first.map { transfer in
            let what = transfer.isUpload ? "an upload" : "a download"
            return "\(what) is under way (\(transfer.name))"
        }
    }

    /// Uploads and downloads that this console is at.
    static func openTransfers(in state: State) -> [TransferRecord] {
        state.transfers.filter(\.isActive)
    }

    /// Notes which errand an answer has ended.
    static func endErrand(_ state: inout State, _ action: Action) {
        guard let (errand, failure) = ended(by: action) else { return }
        state.errands.remove(errand)
        if let failure, !isShown(errand, in: state) { state.say(failure.message, .danger) }
        keepRounds(&state, without: errand, hasFailed: failure != nil)
    }

    /// Notes which errands have begun.
    static func beginErrands(_ state: inout State, _ effects: [Effect]) {
        for effect in effects {
            let begun = errands(of: effect)
            state.errands.formUnion(begun)
            if begun.count > 1 { state.rounds.append(Round(of: begun)) }
        }
    }

    /// What is under way is not ordered once more: the answer that comes serves whoever asks for the same.
    static func withoutRepeats(_ effects: [Effect], in state: inout State) -> [Effect] {
        guard !state.errands.isEmpty else { return effects }
        let open = state.errands
        return effects.compactMap { effect in
            guard let repeated = errands(of: effect).first(where: open.contains) else {
                return effect
            }
            state.say("already under way: \(repeated.words)", .warning)
            return rest(of: effect, without: open)
        }
    }

    /// What is left of an order about several jobs without those that are under way; nil when that is nothing.
    private static func rest(of effect: Effect, without open: Set<Errand>) -> Effect? {
        func left(_ jobs: [Job.ID], _ errand: (Job.ID) -> Errand) -> [Job.ID]? {
            let rest = jobs.filter { !open.contains(errand($0)) }
            return rest.isEmpty ? nil : rest
        }
        if case .jobs(.cancel(let jobs)) = effect {
            return left(jobs, Errand.cancel).map { .jobs(.cancel($0)) }
        }
        if case .jobs(.archive(let jobs)) = effect {
            return left(jobs, Errand.archive).map { .jobs(.archive($0)) }
        }
        if case .jobs(.restore(let jobs)) = effect {
            return left(jobs, Errand.restore).map { .jobs(.restore($0)) }
        }
        if case .retry(.submit(let jobs, let onlyFailed)) = effect {
            return left(jobs, Errand.retry).map { .retry(.submit($0, onlyFailed: onlyFailed)) }
        }
        return nil
    }

    private static func errands(of effect: Effect) -> [Errand] {
        if case .jobs(.cancel(let jobs)) = effect { return jobs.map(Errand.cancel) }
        if case .jobs(.archive(let jobs)) = effect { return jobs.map(Errand.archive) }
        if case .jobs(.restore(let jobs)) = effect { return jobs.map(Errand.restore) }
        if case .retry(.submit(let jobs, _)) = effect { return jobs.map(Errand.retry) }
        if case .detail(.cancel(let job)) = effect { return [.cancel(job)] }
        if case .detail(.saveLog(let job, _, _, _, _)) = effect { return [.save(job)] }
        if case .results(.download(let job, _, _)) = effect { return [.download(job)] }
        if case .results(.export(let file, _, _, _)) = effect { return [.export(file.job)] }
        if case .undecided(.lookAgain(let id)) = effect { return [.decide(id)] }
        if case .undecided(.forget(let id)) = effect { return [.decide(id)] }
        return []
    }

    private static func ended(by action: Action) -> (errand: Errand, failure: ServiceFailure?)? {
        if case .jobs(let answer) = action { return ended(by: answer) }
        if case .undecided(let answer) = action { return ended(by: answer) }
        if case .retry(.accepted(let job, _)) = action { return (.retry(job), nil) }
        if case .retry(.refused(let job, let failure)) = action { return (.retry(job), failure) }
        if case .detailAnswered(let job, .cancelAccepted) = action { return (.cancel(job), nil) }
        if case .detailAnswered(let job, .cancelRefused(let failure)) = action {
            return (.cancel(job), failure)
        }
        if case .detailAnswered(let job, .save(.finished)) = action { return (.save(job), nil) }
        if case .detailAnswered(let job, .save(.refused(let failure))) = action {
            return (.save(job), failure)
        }
        if case .resultsAnswered(let job, .downloadFinished) = action {
            return (.download(job), nil)
        }
        if case .resultsAnswered(let job, .export(let answer)) = action, answer.isLast {
            return (.export(job), nil)
        }
        // Its failure is said by whoever takes the answer of a screen that was left.
        if case .resultsAnswered(let job, .downloadRefused) = action {
            return (.download(job), nil)
        }
        return nil
    }

    private static func ended(
        by answer: Jobs.Action
    ) -> (errand: Errand, failure: ServiceFailure?)? {
        if case .cancelAccepted(let job) = answer { return (.cancel(job), nil) }
        if case .cancelRefused(let job, let failure) = answer { return (.cancel(job), failure) }
        if case .archiveAccepted(let job) = answer { return (.archive(job), nil) }
        if case .archiveRefused(let job, let failure) = answer { return (.archive(job), failure) }
        if case .restoreAccepted(let job) = answer { return (.restore(job), nil) }
        if case .restoreRefused(let job, let failure) = answer { return (.restore(job), failure) }
        return nil
    }

    private static func ended(
        by answer: Undecided.Action
    ) -> (errand: Errand, failure: ServiceFailure?)? {
        if case .looked(let id, _) = answer { return (.decide(id), nil) }
        if case .lookRefused(let id, let failure) = answer { return (.decide(id), failure) }
        if case .forgotten(let id) = answer { return (.decide(id), nil) }
        if case .forgetRefused(let id, let failure) = answer { return (.decide(id), failure) }
        return nil
    }

    /// Whether a screen is open that says what became of an errand.
    private static func isShown(_ errand: Errand, in state: State) -> Bool {
        switch errand {
        case .cancel(let job): state.jobs != nil || state.detail?.id == job
        case .save(let job): state.detail?.id == job
        case .archive, .restore: state.jobs != nil
        // Whatever becomes of these is said wherever one is.
        case .download, .export, .retry: true
        case .decide: state.undecidedList != nil
        }
    }
}

extension App.State {
    /// Submissions that are being looked for or struck off.
    var busySubmissions: Set<Submission.ID> {
        Set(errands.compactMap { if case .decide(let id) = $0 { id } else { nil } })
    }
}

// MARK: - Breaking off

extension App {
    /// Answers all that is under way: who would have answered is gone.
    ///
    /// What may have been done already is not said to be refused: a job must not be sent twice because of it.
    static func breakOff(_ state: inout State, because failure: ServiceFailure) -> [Effect] {
        state.notice = nil
        var effects = breakOffForms(&state, because: failure)
        writeDownNotice(&state)
        if let change = state.endpoints.changing {
            let answer = Endpoints.Action.defaultRefused(
                endpoint: change.endpoint,
                failure: unknown(
                    "make \(change.to) the default of \(change.endpoint)", failure,
                    advice: "See which it is once you are signed in."))
            effects += pass(.endpoints(answer), to: &state)
            writeDownNotice(&state)
        }
        for errand in state.errands.sorted(by: { $0.words < $1.words }) {
            for answer in refusals(of: errand, because: failure, in: state) {
                effects += change(&state, answer)
                writeDownNotice(&state)
            }
        }
        state.errands = []
        state.rounds = []
        state.retry = nil
        return effects + breakOffTransfers(&state)
    }

    /// Who was at them is gone; what has been transferred stays.
    private static func breakOffTransfers(_ state: inout State) -> [Effect] {
        guard state.transfers.contains(where: \.isActive) else { return [] }
        let records = state.transfers.map { record in
            var copy = record
            if copy.isActive { copy.state = .left }
            return copy
        }
        return pass(.transfers(.listed(records: records)), to: &state)
    }

    /// One line is shown; what the next sentence takes the place of is still among the notices.
    private static func writeDownNotice(_ state: inout State) {
        guard let notice = state.notice else { return }
        note(notice, in: &state)
        state.notice = nil
    }

    private static func breakOffForms(
        _ state: inout State, because failure: ServiceFailure
    ) -> [Effect] {
        var effects: [Effect] = []
        if let key = state.sendingKey, let form = state.forms[key], let phase = form.phase {
            let end = outcome(of: phase, at: key.endpoint, failure)
            if let index = form.sweepRun?.current {
                // The rest would fare no better.
                state.forms[key]?.sweepRun?.isStopping = true
                effects += pass(.form(.sweptRefused(index: index, failure: end)), to: &state)
            } else {
                effects += pass(.form(.jobRefused(failure: end)), to: &state)
            }
        }
        let unmade = unknown(
            "register the data asset", failure, advice: "Look among the assets first.")
        if state.forms.values.contains(where: { $0.picker?.isSending == true }) {
            effects += pass(.form(.picker(.assetRefused(failure: unmade))), to: &state)
        }
        return effects
    }

    /// What is known of a submission that is cut off in a phase.
    private static func outcome(
        of phase: SubmitPhase, at endpoint: Endpoint.Name, _ failure: ServiceFailure
    ) -> ServiceFailure {
        switch phase {
        case .checking, .uploading: failure
        case .sending, .lookingForJob:
            unknown(
                "submit to \(endpoint)", failure,
                advice: "Look for it among the jobs before you send it again.")
        }
    }

    private static func unknown(
        _ operation: String, _ failure: ServiceFailure, advice: String
    ) -> ServiceFailure {
        ServiceFailure(
            kind: .outcomeUnknown, operation: operation,
            detail: "\(failure.detail) before the service answered, so it may have been done",
            advice: advice)
    }

    private static func refusals(
        of errand: Errand, because failure: ServiceFailure, in state: State
    ) -> [Action] {
        switch errand {
        case .cancel(let job):
            [
                .jobs(.cancelRefused(job: job, failure: failure)),
                .detailAnswered(job: job, answer: .cancelRefused(failure: failure)),
            ]
        case .archive(let job): [.jobs(.archiveRefused(job: job, failure: failure))]
        case .restore(let job): [.jobs(.restoreRefused(job: job, failure: failure))]
        case .retry(let job):
            [
                .retry(
                    .refused(
                        of: job,
                        failure: unknown(
                            "submit \(job) once more", failure,
                            advice: "Look for it among the jobs before you send it again.")))
            ]
        case .save(let job): [.detailAnswered(job: job, answer: .save(.refused(failure: failure)))]
        case .download(let job):
            [.resultsAnswered(job: job, answer: .downloadRefused(failure: failure))]
        case .export(let job):
            [.resultsAnswered(job: job, answer: .export(.refused(failure: failure)))]
        case .decide(let id): [.undecided(.lookRefused(submission: id, failure: failure))]
        }
    }
}
