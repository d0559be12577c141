import BatchModel
import ConsoleGrid

extension JobDetail {
    /// Takes an answer.
    static func answer(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .snapshotArrived(let snapshot): arrived(snapshot, in: &state)
        case .followFailed(let failure): followFailed(failure, in: &state, now: now)
        case .logFilesLoaded(let run, let files):
            return filesLoaded(files, of: run, in: &state, now: now)
        case .logFilesRefused(let run, let failure):
            state.files[run, default: RunFiles()].names.fail(failure)
        case .logRead(let run, let file, let chunk):
            return logRead(chunk, of: file, run: run, in: &state)
        case .logRefused(let run, let file, let failure):
            return logRefused(failure, of: file, run: run, in: &state, now: now)
        case .errorFound(let error):
            // Only what was asked for: another job's answer may come late.
            if state.error.isLoading {
                state.error.succeed(FoundError(error: error), asOf: now)
            }
        case .errorRefused(let failure):
            if state.error.isLoading { state.error.fail(failure) }
        case .paneSwitched, .viewChosen, .stepMoved, .stepClicked, .stepOpened, .scrolled,
            .wheelTurned, .sidewaysScrolled, .wrapToggled, .fileListToggled, .fileListMoved,
            .fileClicked,
            .fileTaken, .fileStepped, .searchOpened, .searchEdited, .searchEntered,
            .searchClosed, .matchMoved, .save, .cancelPressed, .cancelConfirmed, .cancelDeclined,
            .cancelAccepted, .cancelRefused, .resultsPressed, .newJobPressed, .againPressed,
            .retryPressed,
            .idCopied,
            .textCopied, .refreshPressed, .ticked:
            break
        }
        return []
    }

    private static func arrived(_ snapshot: JobSnapshot, in state: inout State) {
        guard snapshot.job.id == state.id else { return }
        state.job.succeed(snapshot.job, asOf: snapshot.asOf)
        state.steps = snapshot.steps
        state.lost = nil
        if snapshot.job.status.isTerminal { state.cancel = nil }
        openOnError(&state)
    }

    private static func followFailed(
        _ failure: ServiceFailure, in state: inout State, now: Timestamp
    ) {
        state.job.fail(failure)
        state.lost = Lost(
            failure: failure, since: state.lost?.since ?? now,
            // A job that is not there does not come by waiting: only a person asks again.
            nextTry: failure.kind == .notFound ? nil : now + State.refreshWait)
    }

    /// Shows the logs of the step that is chosen now.
    static func followRun(_ state: inout State) -> [Effect] {
        let run =
            switch state.chosenRow {
            case .job: state.id.rawValue
            case .step(let id): id.rawValue
            case nil: String?.none
            }
        guard run != state.run else { return [] }
        state.run = run
        state.isOwnFile = false
        state.probe = nil
        state.fileList = nil
        state.log = state.log.opening(nil)
        findMatches(&state)
        return chooseFile(&state)
    }

    /// Asks for the error of a job that is seen to have failed, or to have ended with failed items, once.
    static func askError(_ state: inout State) -> [Effect] {
        let error = state.error
        let isUnknown = error.value == nil && error.failure == nil && !error.isLoading
        guard state.mayHaveError, state.steps != nil, isUnknown else { return [] }
        state.error.begin()
        return [.loadError(state.id)]
    }

    /// What is worth asking as time passes.
    static func tick(_ state: inout State, now: Timestamp) -> [Effect] {
        var effects: [Effect] = []
        if let next = state.lost?.nextTry, next <= now {
            state.lost?.nextTry = nil
            state.job.begin()
            effects.append(.follow(state.id))
        }
        effects += askFiles(&state, now: now, isTick: true)
        return effects + read(&state, now: now, isTick: true)
    }

    /// Asks for everything anew, what is in flight included: after a connection was lost nobody may ever answer it.
    static func askAgain(_ state: inout State, now: Timestamp) -> [Effect] {
        var effects: [Effect] = [.follow(state.id)]
        state.lost?.nextTry = nil
        state.job.begin()
        if state.cancel == .sending { state.cancel = nil }
        state.probe = nil
        if let run = state.run {
            var files = state.files[run] ?? RunFiles()
            files.names.begin()
            files.askedAt = now
            state.files[run] = files
            effects.append(.loadLogFiles(run: run))
        }
        state.log.asked = nil
        state.log.failedAt = nil
        state.log.failure = nil
        effects += read(&state, now: now, isTick: true)
        if state.mayHaveError {
            state.error.failure = nil
            state.error.begin()
            effects.append(.loadError(state.id))
        }
        return effects
    }

    /// A failure's words as a sentence.
    static func said(_ failure: ServiceFailure) -> String {
        var text = failure.message
        if let first = text.first { text = first.uppercased() + text.dropFirst() }
        if let request = failure.requestID { text += " Request id: \(request)." }
        return text
    }
}
