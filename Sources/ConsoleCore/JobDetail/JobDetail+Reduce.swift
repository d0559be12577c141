public import BatchModel
import ConsoleGrid

extension JobDetail {
    /// What has to be asked when the screen opens, and again when it is shown anew.
    public static func opened(_ state: State) -> [Effect] { [.follow(state.id)] }

    /// What has to be stopped when the screen closes.
    public static func closed(_ state: State) -> [Effect] { [.stopFollowing] }

    /// Whether it has to be told every second that time passes: while the job may change, or a question waits for its time.
    public static func isMoving(_ state: State) -> Bool { state.isActive || state.isWaiting }

    /// Takes in what happened and says what has to be done.
    public static func reduce(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        if action.isPersons { state.notice = nil }
        let effects = change(&state, action, now: now)
        return effects + settle(&state, now: now)
    }

    /// Asks about everything that is shown now and has not been asked about.
    static func settle(_ state: inout State, now: Timestamp) -> [Effect] {
        var effects = followRun(&state)
        effects += askFiles(&state, now: now, isTick: false)
        effects += read(&state, now: now, isTick: false)
        effects += askError(&state)
        fit(&state)
        return effects
    }

    private static func change(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .paneSwitched:
            state.pane = state.pane == .steps ? .content : .steps
            state.fileList = nil
        case .viewChosen(let view): choose(view, in: &state)
        case .stepMoved(let step): moveStep(&state) { $0.move(step) }
        case .stepClicked(let row):
            state.pane = .steps
            moveStep(&state) { $0.select(row) }
        case .stepOpened:
            choose(.logs, in: &state)
            state.pane = .content
        case .resultsPressed: return [.open(.results(state.id))]
        case .newJobPressed:
            guard let job = state.job.value, let endpoint = job.endpoint else { return [] }
            return [.open(.jobForm(endpoint, job.deployment))]
        case .retryPressed: return state.job.value.map { [.retry($0)] } ?? []
        case .againPressed: return state.job.value.map { [.repeatJob($0)] } ?? []
        case .idCopied:
            state.notice = Notice(text: "Copied the job's id, \(state.id).")
            return [.copy(text: state.id.rawValue)]
        case .textCopied: return copyText(&state, now: now)
        case .refreshPressed: return askAgain(&state, now: now)
        case .ticked: return tick(&state, now: now)
        case .scrolled, .wheelTurned, .sidewaysScrolled, .wrapToggled, .fileListToggled,
            .fileListMoved, .fileClicked, .fileTaken, .fileStepped, .searchOpened, .searchEdited,
            .searchEntered, .searchClosed, .matchMoved:
            look(&state, action)
            holdStep(&state)
        case .save(let action): return save(&state, action)
        case .cancelPressed, .cancelConfirmed, .cancelDeclined, .cancelAccepted, .cancelRefused:
            return cancel(&state, action)
        case .snapshotArrived, .followFailed, .logFilesLoaded, .logFilesRefused, .logRead,
            .logRefused, .errorFound, .errorRefused:
            return answer(&state, action, now: now)
        }
        return []
    }

    /// What changes the picture alone.
    private static func look(_ state: inout State, _ action: Action) {
        switch action {
        case .scrolled(let step): scroll(&state, step)
        case .wheelTurned(let lines):
            if state.view == .logs {
                state.log.scroll.move(by: lines)
            } else {
                state.text.move(by: lines)
            }
        case .sidewaysScrolled(let columns): scrollSideways(&state, by: columns)
        case .wrapToggled: state.log.toggleWrap()
        case .fileListToggled: toggleFileList(&state)
        case .fileListMoved(let step): state.fileList?.move(step)
        case .fileClicked(let row): state.fileList?.select(row)
        case .fileTaken: takeFromList(&state)
        case .fileStepped(let isForward): stepFile(&state, isForward: isForward)
        case .searchOpened: openSearch(&state)
        case .searchEdited(let key): editSearch(&state, with: key)
        case .searchEntered:
            state.search?.isEditing = false
            if state.search?.field.isEmpty == true { state.search = nil }
        case .searchClosed: state.search = nil
        case .matchMoved(let isForward): moveMatch(&state, isForward: isForward)
        case .paneSwitched, .viewChosen, .stepMoved, .stepClicked, .stepOpened,
            .resultsPressed, .newJobPressed, .againPressed, .retryPressed, .idCopied, .textCopied,
            .refreshPressed, .ticked, .save,
            .cancelPressed, .cancelConfirmed, .cancelDeclined, .cancelAccepted, .cancelRefused,
            .snapshotArrived, .followFailed, .logFilesLoaded, .logFilesRefused, .logRead,
            .logRefused, .errorFound, .errorRefused:
            break
        }
    }

    private static func cancel(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .cancelPressed:
            if cancelRefusal(in: state) == nil { state.cancel = .asking }
        case .cancelConfirmed:
            guard state.isAsking else { return [] }
            state.cancel = .sending
            return [.cancel(state.id)]
        case .cancelDeclined:
            if state.isAsking { state.cancel = nil }
        case .cancelAccepted:
            if state.cancel == .sending { state.cancel = .accepted }
        case .cancelRefused(let failure):
            state.cancel = nil
            state.notice = Notice(text: said(failure), isFailure: true)
        case .paneSwitched, .viewChosen, .stepMoved, .stepClicked, .stepOpened, .scrolled,
            .wheelTurned, .sidewaysScrolled, .wrapToggled, .fileListToggled, .fileListMoved,
            .fileClicked,
            .fileTaken, .fileStepped, .searchOpened, .searchEdited, .searchEntered,
            .searchClosed, .matchMoved, .save, .resultsPressed, .newJobPressed, .againPressed,
            .retryPressed, .idCopied,
            .textCopied, .refreshPressed, .ticked, .snapshotArrived, .followFailed,
            .logFilesLoaded, .logFilesRefused, .logRead, .logRefused, .errorFound,
            .errorRefused:
            break
        }
        return []
    }

    /// Why the job cannot be cancelled now; nil when it can.
    static func cancelRefusal(in state: State) -> String? {
        guard let status = state.status else { return "nothing is known of the job yet" }
        let isEnding = state.cancel == .accepted && !status.isTerminal
        if let refusal = cancelRefusal(of: isEnding ? .cancelRequested : status) { return refusal }
        return state.cancel == .sending ? "it is being asked to cancel" : nil
    }

    /// The same of a job of which nothing but its status counts.
    static func cancelRefusal(of status: JobStatus) -> String? {
        if status.isTerminal { return "the job has ended: \(status)" }
        return status == .cancelRequested
            ? "it has been asked to cancel, and the job is ending" : nil
    }
}

extension JobDetail.Action {
    /// Whether a person did it: such an action takes the place of whatever the one before came to.
    fileprivate var isPersons: Bool {
        switch self {
        case .ticked, .snapshotArrived, .followFailed, .logFilesLoaded, .logFilesRefused,
            .logRead, .logRefused, .errorFound, .errorRefused, .cancelAccepted, .cancelRefused,
            .save(.finished), .save(.refused):
            false
        case .paneSwitched, .viewChosen, .stepMoved, .stepClicked, .stepOpened, .scrolled,
            .wheelTurned, .sidewaysScrolled, .wrapToggled, .fileListToggled, .fileListMoved,
            .fileClicked,
            .fileTaken, .fileStepped, .searchOpened, .searchEdited, .searchEntered,
            .searchClosed, .matchMoved, .save(.opened), .save(.edited), .save(.confirmed),
            .save(.closed), .cancelPressed, .cancelConfirmed, .cancelDeclined,
            .resultsPressed, .newJobPressed, .againPressed, .retryPressed, .idCopied, .textCopied,
            .refreshPressed:
            true
        }
    }
}
