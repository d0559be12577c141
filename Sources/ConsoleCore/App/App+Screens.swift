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
            jobs.clockAhead = state.connection.value?.clockAhead ?? .zero
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
        case .compare(let action):
            guard var compare = state.compare else { return [] }
            let effects = Compare.reduce(&compare, action, now: now)
            state.compare = compare
            return lift(effects, in: &state)
        case .undecided(let action): return passUndecided(action, in: &state)
        case .contexts(let action): return passContexts(action, in: &state)
        case .transfers(let action): return passTransfers(action, in: &state)
        case .doctor(let action):
            guard var doctor = state.doctor else { return [] }
            let effects = Doctor.reduce(&doctor, action)
            state.doctor = doctor
            return lift(effects, in: &state)
        case .notices(let action):
            guard var list = state.noticeList else { return [] }
            let effects = Notices.reduce(&list, action)
            state.noticeList = list
            return effects.flatMap { effect in
                switch effect {
                case .copy(let text): copy(text, in: &state)
                }
            }
        case .help(let action):
            guard var help = state.help else { return [] }
            Help.reduce(&help, action)
            state.help = help
            return []
        case .started, .keyPressed, .resized, .ticked, .connected, .connectionLost,
            .startAdvanced, .undecidedFound, .trackingChanged, .recordingFailed, .placePressed,
            .helpPressed,
            .leavePressed, .quitPressed, .redrawPressed, .mousePressed, .palettePressed,
            .commandsRemembered, .palette, .signIn, .retry, .signInAsked, .signInEnded,
            .detailAnswered,
            .resultsAnswered, .tourPressed, .tourLeft, .settingsRead:
            return []
        }
    }

    /// What was struck off the list is not undecided any more, whether the list is still open or not.
    private static func passUndecided(
        _ action: Undecided.Action, in state: inout State
    ) -> [Effect] {
        switch action {
        case .forgotten(let id), .looked(let id, .some): state.undecided.removeAll { $0.id == id }
        case .rowMoved, .rowClicked, .lookPressed, .sendPressed, .forgetPressed, .forgetConfirmed,
            .forgetDropped, .looked, .lookRefused, .forgetRefused:
            break
        }
        guard var list = state.undecidedList else { return [] }
        let effects = Undecided.reduce(&list, action)
        state.undecidedList = list
        return effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .fillForm(let draft, let id): openForm(with: draft, replacing: id, in: &state)
            case .say(let text): say(text, false, in: &state)
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
            watch(snapshot.job, in: &state)
            all += spread([snapshot.job], at: snapshot.asOf, in: &state)
        }
        return all
    }

    /// The form an action is for: answers to a submission or about a new asset go to the form that sent it, all others
    /// to the one in front.
    private static func key(for action: JobForm.Action, in state: State) -> FormKey? {
        if JobForm.isAnswerToSubmission(action) { return state.sendingKey }
        if case .picker(let answer) = action, DataPicker.isAnswerToAsset(answer) {
            return state.forms.first { $0.value.picker?.isSending == true }?.key
        }
        return state.formKey
    }

    /// What became of a data asset whose form is gone.
    private static func sayAsset(_ answer: DataPicker.Action, in state: inout State) {
        if case .assetMade(let version) = answer {
            state.say("registered \(version.asset):\(version.version)", .info)
        }
        if case .assetRefused(let failure) = answer { state.say(failure.message, .danger) }
    }

    private static func passForm(
        _ action: JobForm.Action, in state: inout State
    ) -> [Effect] {
        guard let key = key(for: action, in: state), var form = state.forms[key] else {
            if case .picker(let answer) = action { sayAsset(answer, in: &state) }
            return []
        }
        if case .submitPressed = action, state.sendingKey != nil, form.phase == nil {
            state.say("not now: another job is being submitted", .warning)
            return []
        }
        let effects = JobForm.reduce(&form, action, now: state.now)
        state.forms[key] = form
        state.sendingKey = state.forms.first { $0.value.phase != nil }?.key
        if case .jobAccepted(let job) = action {
            return accepted(job, by: key, effects, in: &state)
        }
        let isInFront = state.place == .jobForm(key.endpoint, key.deployment)
        var all: [Effect] = []
        if case .sweptAccepted(_, let job) = action {
            watch(job, in: &state)
            all += spread([job], at: state.now, in: &state)
        }
        if JobForm.isAnswerToSubmission(action), !isInFront, form.phase == nil,
            let words = form.sweepSummary
        {
            state.say("The sweep on \(key.endpoint): \(words)", .info)
        }
        if case .jobRefused(let failure) = action, !isInFront {
            state.say("The job for \(key.endpoint): \(failure.message)", .danger)
        }
        return all + lift(effects, in: &state)
    }

    /// The form has done its work: its job takes its place, unless the user has gone elsewhere meanwhile.
    private static func accepted(
        _ job: Job, by key: FormKey, _ effects: [JobForm.Effect], in state: inout State
    ) -> [Effect] {
        state.isQuitArmed = false
        let form = state.forms.removeValue(forKey: key)
        if let form {
            state.recent.insert(JobForm.draft(of: form), at: 0)
            state.recent = Array(state.recent.prefix(State.recentLimit))
        }
        if state.formKey == key { state.formKey = nil }
        watch(job, in: &state)
        let isInFront = state.place == .jobForm(key.endpoint, key.deployment)
        state.path.removeAll { $0 == .jobForm(key.endpoint, key.deployment) }
        var all = spread([job], at: state.now, in: &state)
        if isInFront {
            all += lift(effects, in: &state)
        } else {
            state.say("\(job.id) was accepted by \(key.endpoint)", .info)
        }
        // What this one was sent in the place of needs nobody's decision any more.
        return all + (form?.replaces.map { [.undecided(.forget($0))] } ?? [])
    }

    private static func copy(_ text: String, in state: inout State) -> [Effect] {
        guard text.utf8.count <= Clipboard.limitBytes else {
            state.say(
                "not copied: \(Words.bytes(Int64(text.utf8.count))) is more than a terminal's "
                    + "clipboard takes (\(Words.bytes(Int64(Clipboard.limitBytes))))", .warning)
            return []
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        state.say(lines > 1 ? "copied \(Words.count(lines, "line"))" : "copied \(text)", .info)
        return [.copy(text: text)]
    }
}

// MARK: - Lifting

extension App {
    private static func say(
        _ text: String, _ isFailure: Bool, in state: inout State
    ) -> [Effect] {
        state.say(text, isFailure ? .danger : .info)
        return []
    }

    static func lift(_ effects: [Endpoints.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .say(let text, let isFailure): say(text, isFailure, in: &state)
            case .retry(let job): askRetry([job], in: &state)
            case .askToCancel(let job):
                open(.jobDetail(job), in: &state) + pass(.detail(.cancelPressed), to: &state)
            case .loadEndpoints, .loadDeployments, .loadJobs, .setDefault: [.endpoints(effect)]
            }
        }
    }

    static func lift(_ effects: [Contexts.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .use(let name): chooseContext(name, in: &state)
            case .examine(let name): openDoctor(of: name, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .say(let text, let isFailure): say(text, isFailure, in: &state)
            case .load, .add, .keep, .makeDefault, .remove: [.contexts(effect)]
            }
        }
    }

    static func lift(_ effects: [Doctor.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .copy(let text): copy(text, in: &state)
            case .examine, .examineOther, .stopExamining: [.doctor(effect)]
            }
        }
    }

    /// The list is the app's: the head line counts what is under way, whether the screen is open or not.
    private static func passTransfers(
        _ action: Transfers.Action, in state: inout State
    ) -> [Effect] {
        if case .listed(let records) = action { state.transfers = records }
        var list = state.transferList ?? Transfers.State(records: state.transfers)
        let effects = Transfers.reduce(&list, action)
        if state.transferList != nil { state.transferList = list }
        return effects.flatMap { effect -> [Effect] in
            switch effect {
            case .download(let job, let folder):
                [.results(.download(job, folder: folder, overwrites: false))]
            case .fillForm(let draft): openForm(with: draft, in: &state)
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .say(let text, let isFailure): say(text, isFailure, in: &state)
            case .giveUp, .forget, .register: [.transfers(effect)]
            }
        }
    }

    static func lift(_ effects: [Jobs.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .repeatJob(let job): openForm(again: job, in: &state)
            case .retry(let jobs): askRetry(jobs, in: &state)
            case .loadJobs, .searchJobs, .cancel, .archive, .restore: [.jobs(effect)]
            }
        }
    }

    static func lift(_ effects: [JobForm.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .loadDeployments, .look, .lookBeside, .complete, .preview, .submit, .submitSwept,
                .picker, .presets, .loadRecent, .loadPast, .readJob:
                [.form(effect)]
            }
        }
    }

    static func lift(_ effects: [JobDetail.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .repeatJob(let job): openForm(again: job, in: &state)
            case .retry(let job): askRetry([job], in: &state)
            case .follow, .stopFollowing, .loadLogFiles, .readLog, .saveLog, .loadError, .cancel:
                [.detail(effect)]
            }
        }
    }

    static func lift(_ effects: [Results.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .loadOutputs, .loadFiles, .read, .download, .openFolder, .count, .compare,
                .stopLook, .export, .stopExport:
                [.results(effect)]
            }
        }
    }

    static func lift(_ effects: [Compare.Effect], in state: inout State) -> [Effect] {
        effects.flatMap { effect -> [Effect] in
            switch effect {
            case .open(let place): open(place, in: &state)
            case .copy(let text): copy(text, in: &state)
            case .load: [.compare(effect)]
            }
        }
    }
}
