import BatchModel
import ConsoleGrid

// Handing actions to the screens, and carrying out what concerns the whole console of what they want.

extension App {
    /// Hands an action to the screen it is for; one that is not open any more has no use for it.
    static func pass(_ action: Action, to state: inout State) -> [Effect] {
        let now = state.now
        switch action {
        case .endpoints(let action):
            return lift(Endpoints.reduce(&state.endpoints, action, now: now), in: &state)
        case .jobs(let action):
            guard var jobs = state.jobs else { return [] }
            let effects = Jobs.reduce(&jobs, action, now: now)
            state.jobs = jobs
            return lift(effects, in: &state)
        case .form(let action): return passForm(action, in: &state)
        case .detail(let action): return passDetail(action, in: &state)
        case .results(let action):
            guard var results = state.results else { return [] }
            let effects = Results.reduce(&results, action, now: now)
            state.results = results
            return lift(effects, in: &state)
        case .undecided(let action): return passUndecided(action, in: &state)
        case .help(let action):
            guard var help = state.help else { return [] }
            Help.reduce(&help, action)
            state.help = help
            return []
        case .started, .keyPressed, .resized, .ticked, .connected, .connectionLost,
            .undecidedFound, .trackingChanged, .recordingFailed, .placePressed, .helpPressed,
            .leavePressed, .quitPressed, .redrawPressed, .detailAnswered, .resultsAnswered:
            return []
        }
    }

    /// What was struck off the list is not undecided any more, whether the list is still open or not.
    private static func passUndecided(
        _ action: Undecided.Action, in state: inout State
    ) -> [Effect] {
        switch action {
        case .forgotten(let id), .looked(let id, .some): state.undecided.removeAll { $0.id == id }
        case .rowMoved, .lookPressed, .sendPressed, .forgetPressed, .forgetConfirmed,
            .forgetDropped, .looked, .lookRefused, .forgetRefused:
            break
        }
        guard var list = state.undecidedList else { return [] }
        let effects = Undecided.reduce(&list, action)
        state.undecidedList = list
        return effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .fillForm(let draft): openForm(with: draft, in: &state)
            case .lookAgain, .forget: [.undecided(effect)]
            }
        }
    }

    /// A snapshot of the job in front is news for the lists too.
    private static func passDetail(
        _ action: JobDetail.Action, in state: inout State
    ) -> [Effect] {
        guard var detail = state.detail else { return [] }
        let effects = JobDetail.reduce(&detail, action, now: state.now)
        state.detail = detail
        var all = lift(effects, in: &state)
        if case .snapshotArrived(let snapshot) = action {
            all += spread([snapshot.job], at: snapshot.asOf, in: &state)
        }
        return all
    }

    /// Answers to a submission go to the form that is being sent, all others to the one in front.
    private static func passForm(
        _ action: JobForm.Action, in state: inout State
    ) -> [Effect] {
        let key: FormKey?
        switch action {
        case .submitPhaseChanged, .jobAccepted, .jobRefused: key = state.sendingKey
        case .rowMoved, .textEdited, .fieldCleared, .choiceMoved, .undoPressed, .redoPressed,
            .completionOpened, .completionMoved, .completionTaken, .completionClosed,
            .requestToggled, .requestScrolled, .requestCopied, .lookAgainPressed, .jobsPressed,
            .submitPressed, .deploymentsLoaded, .deploymentsRefused, .looked, .completionsFound,
            .previewReady, .previewRefused:
            key = state.formKey
        }
        guard let key, var form = state.forms[key] else { return [] }
        if case .submitPressed = action, state.sendingKey != nil, form.phase == nil {
            state.say("not now: another job is being submitted", .warning)
            return []
        }
        let effects = JobForm.reduce(&form, action, now: state.now)
        state.forms[key] = form
        state.sendingKey = state.forms.first { $0.value.phase != nil }?.key
        switch action {
        case .jobAccepted(let job): return accepted(job, by: key, effects, in: &state)
        case .jobRefused(let failure):
            if state.place != .jobForm(key.endpoint, key.deployment) {
                state.say("The job for \(key.endpoint): \(failure.message)", .danger)
            }
            return lift(effects, in: &state)
        case .rowMoved, .textEdited, .fieldCleared, .choiceMoved, .undoPressed, .redoPressed,
            .completionOpened, .completionMoved, .completionTaken, .completionClosed,
            .requestToggled, .requestScrolled, .requestCopied, .lookAgainPressed, .jobsPressed,
            .submitPressed, .deploymentsLoaded, .deploymentsRefused, .looked, .completionsFound,
            .previewReady, .previewRefused, .submitPhaseChanged:
            return lift(effects, in: &state)
        }
    }

    /// The form has done its work: its job takes its place, unless the user has gone elsewhere meanwhile.
    private static func accepted(
        _ job: Job, by key: FormKey, _ effects: [JobForm.Effect], in state: inout State
    ) -> [Effect] {
        state.isQuitArmed = false
        if let form = state.forms.removeValue(forKey: key) {
            state.recent.insert(JobForm.draft(of: form), at: 0)
            state.recent = Array(state.recent.prefix(State.recentLimit))
        }
        if state.formKey == key { state.formKey = nil }
        let isInFront = state.place == .jobForm(key.endpoint, key.deployment)
        state.path.removeAll { $0 == .jobForm(key.endpoint, key.deployment) }
        var all = spread([job], at: state.now, in: &state)
        if isInFront {
            all += lift(effects, in: &state)
        } else {
            state.say("\(job.id) was accepted by \(key.endpoint)", .info)
        }
        return all
    }

    private static func copy(_ text: String, in state: inout State) -> [Effect] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        state.say(lines > 1 ? "copied \(Words.count(lines, "line"))" : "copied \(text)", .info)
        return [.copy(text: text)]
    }
}

// MARK: - Lifting

extension App {
    static func lift(_ effects: [Endpoints.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .loadEndpoints, .loadDeployments, .loadJobs: [.endpoints(effect)]
            }
        }
    }

    static func lift(_ effects: [Jobs.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .repeatJob(let job): openForm(again: job, in: &state)
            case .loadJobs, .cancel: [.jobs(effect)]
            }
        }
    }

    static func lift(_ effects: [JobForm.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .loadDeployments, .look, .complete, .preview, .submit: [.form(effect)]
            }
        }
    }

    static func lift(_ effects: [JobDetail.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .repeatJob(let job): openForm(again: job, in: &state)
            case .follow, .stopFollowing, .loadLogFiles, .readLog, .loadError, .cancel:
                [.detail(effect)]
            }
        }
    }

    static func lift(_ effects: [Results.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .loadOutputs, .loadFiles, .read, .download: [.results(effect)]
            }
        }
    }
}
