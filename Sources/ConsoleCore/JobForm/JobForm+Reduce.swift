public import BatchModel
import ConsoleGrid

extension JobForm {
    /// What has to be asked when the form opens.
    public static func opened(_ state: State) -> [Effect] {
        var effects: [Effect] = [.loadDeployments(state.endpoint), .loadRecent]
        if state.assetNames == nil { effects.append(.complete(kind: .dataAsset, text: "")) }
        effects += rows(in: state).compactMap { row in
            state.lookedFor[row.field].map { .look($0, for: row.field) }
        }
        if let draft = state.request.asked { effects.append(.preview(draft)) }
        return effects
    }

    /// Takes in what happened and says what has to be done.
    public static func reduce(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        let effects = change(&state, action, now: now)
        return effects + settle(&state)
    }

    /// Asks about everything that the form means now and has not asked about.
    static func settle(_ state: inout State) -> [Effect] {
        prefill(&state)
        return looks(&state) + preview(&state)
    }

    private static func change(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .rowMoved(let step): move(&state, step)
        case .rowClicked(let field): click(field, in: &state)
        case .optionClicked(let option): choose(option, in: &state)
        case .textEdited(let key): return edit(&state, with: key)
        case .fieldCleared: return clear(&state)
        case .choiceMoved(let isForward): choose(&state, isForward: isForward)
        case .undoPressed: undo(&state)
        case .redoPressed: redo(&state)
        case .completionOpened: return openCompletion(&state)
        case .completionMoved(let step): state.completion?.move(step)
        case .completionTaken: return takeCompletion(&state)
        case .candidateClicked(let index): state.completion?.highlight(index)
        case .completionClosed: state.completion = nil
        case .requestToggled:
            state.request.isWanted = !state.showsRequest(columns: state.size.columns)
            state.completion = nil
        case .requestScrolled(let step): state.request.scroll.move(step)
        case .requestCopied: return copyRequest(&state)
        case .lookAgainPressed: return lookAgain(&state)
        case .jobsPressed: return [.open(.jobs(state.endpoint))]
        case .submitPressed: return submit(&state)
        case .sweepToggled, .sweepConfirmed, .sweepDropped, .sweepStopped, .sweepRetried,
            .sweepMoved, .sweptClicked, .sweepOpened, .sweepClosed:
            return changeSweep(&state, action, now: now)
        case .pickPressed: return openPicker(&state)
        case .presetsPressed: return openPresets(&state)
        case .presets(let action): return changePresets(&state, action)
        case .recentPressed: openRecent(&state)
        case .jobPasted(let text):
            state.notice = "Reading the job from the text."
            return [.readJob(text: text, state.endpoint)]
        case .picker(let action): return changePicker(&state, action)
        case .deploymentsLoaded, .deploymentsRefused, .looked, .completionsFound, .previewReady,
            .previewRefused, .submitPhaseChanged, .jobAccepted, .jobRefused, .sweptAccepted,
            .sweptRefused, .recentFound, .jobRead, .readRefused, .pastFound, .pastRefused:
            return answer(&state, action, now: now)
        }
        return []
    }

    private static func answer(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .deploymentsLoaded(let endpoint, let deployments):
            if endpoint == state.endpoint { loaded(deployments, in: &state, now: now) }
        case .deploymentsRefused(let endpoint, let failure):
            if endpoint == state.endpoint { state.deployments.fail(failure) }
        case .looked(let reference, let finding):
            // An answer for a text that has changed meanwhile says nothing about the form.
            if state.lookedFor.values.contains(reference)
                || state.referencesBeside.contains(reference)
            {
                state.findings[reference] = finding
            }
        case .completionsFound(let text, let candidates):
            found(candidates, for: text, in: &state)
        case .previewReady(let draft, let preview):
            if draft == state.request.asked { show(preview, of: draft, in: &state) }
        case .previewRefused(let failure):
            state.request.failure = failure
            state.request.fit(size: state.requestSize)
        case .submitPhaseChanged(let phase):
            if state.phase != nil { state.phase = phase }
        case .jobAccepted(let job): return accepted(job, in: &state)
        case .jobRefused(let failure): refused(failure, in: &state)
        case .recentFound(let drafts): foundRecent(drafts, in: &state)
        case .jobRead(let read):
            take(read.draft, from: "the pasted text", in: &state)
            if !read.leftOut.isEmpty {
                let words = read.leftOut.joined(separator: ", ")
                state.notice? += " Not part of a job, left out: \(words)."
            }
        case .readRefused(let failure): state.notice = failure.message
        case .pastFound(let job, let past): pastFound(past, of: job, in: &state)
        case .pastRefused(let job, let failure):
            if state.earlier?.id == job { state.notice = failure.message }
        case .sweptAccepted(let index, let job):
            return sweptAnswer(index, .accepted(job.id), in: &state)
        case .sweptRefused(let index, let failure):
            return sweptAnswer(index, .refused(failure), in: &state)
        case .rowMoved, .rowClicked, .optionClicked, .candidateClicked, .textEdited, .fieldCleared,
            .choiceMoved, .undoPressed, .redoPressed,
            .completionOpened, .completionMoved, .completionTaken, .completionClosed,
            .requestToggled, .requestScrolled, .requestCopied, .lookAgainPressed, .jobsPressed,
            .submitPressed, .pickPressed, .picker, .sweepToggled, .sweepConfirmed, .sweepDropped,
            .sweepStopped, .sweepRetried, .sweepMoved, .sweptClicked, .sweepOpened, .sweepClosed,
            .presetsPressed, .presets, .recentPressed, .jobPasted:
            break
        }
        return []
    }

    private static func loaded(
        _ deployments: [Deployment], in state: inout State, now: Timestamp
    ) {
        let hadRows = state.deployment != nil
        let own = deployments.filter { $0.endpoint == state.endpoint }
        state.deployments.succeed(own, asOf: now)
        if hadRows { keepFocus(&state) } else { focusFirstInput(&state) }
    }
}

// MARK: - Asking

extension JobForm {
    private static func looks(_ state: inout State) -> [Effect] {
        var meant: [Field: DataReference] = [:]
        var effects: [Effect] = []
        var beside: [Field: [DataReference]] = [:]
        for row in rows(in: state) {
            if state.entry.swept.contains(row.field), row.isReference {
                let all = references(of: row, in: state)
                beside[row.field] = all
                let open = all.filter { state.findings[$0] == nil }
                if all != state.lookedBeside[row.field], !open.isEmpty {
                    effects.append(.lookBeside(open, for: row.field))
                }
            }
            guard let reference = reference(of: row, in: state) else { continue }
            meant[row.field] = reference
            let isNew = state.lookedFor[row.field] != reference
            if isNew, state.findings[reference] == nil {
                effects.append(.look(reference, for: row.field))
            }
        }
        state.lookedFor = meant
        state.lookedBeside = beside
        let kept = state.referencesBeside.union(meant.values)
        state.findings = state.findings.filter { kept.contains($0.key) }
        return effects
    }

    private static func preview(_ state: inout State) -> [Effect] {
        guard state.showsRequest(columns: state.size.columns), state.phase == nil else { return [] }
        let draft = draft(of: state)
        guard draft != state.request.asked, problemsOfShape(in: state).isEmpty else { return [] }
        state.request.asked = draft
        state.request.failure = nil
        return [.preview(draft)]
    }

    private static func show(
        _ preview: RequestPreview, of draft: JobDraft, in state: inout State
    ) {
        state.request.answer = preview
        state.request.answeredDraft = draft
        state.request.failure = nil
        state.request.fit(size: state.requestSize)
    }

    private static func copyRequest(_ state: inout State) -> [Effect] {
        guard let answer = state.request.answer else {
            state.notice = "There is no request to copy yet: \(state.key("request")) shows it."
            return []
        }
        return [.copy(text: answer.text)]
    }

    /// Forgets what was found, so that everything is asked again.
    private static func lookAgain(_ state: inout State) -> [Effect] {
        guard state.phase == nil else { return [] }
        state.findings = [:]
        state.lookedFor = [:]
        state.lookedBeside = [:]
        state.request.asked = nil
        state.deployments.begin()
        return [.loadDeployments(state.endpoint)]
    }
}

// MARK: - Sending

extension JobForm {
    private static func submit(_ state: inout State) -> [Effect] {
        guard state.phase == nil else { return [] }
        state.completion = nil
        // Whatever comes of it is said in the form.
        if state.isFormCovered { state.request.isWanted = false }
        let problems = problems(in: state)
        if let first = problems.first { return refuse(first, of: problems.count, in: &state) }
        if state.failure?.kind == .outcomeUnknown, !state.isResendArmed {
            state.isResendArmed = true
            state.notice =
                "The job may be there already: \(state.key("jobs")) lists the jobs. "
                + "\(state.key("submit")) once more sends it a second time."
            return []
        }
        guard state.entry.swept.isEmpty else {
            state.isSweepAsked = true
            return []
        }
        state.phase = .checking
        state.failure = nil
        state.notice = nil
        state.isResendArmed = false
        return [.submit(draft(of: state))]
    }

    /// Says why nothing is sent, goes there, and looks again at what was missing: it may be there by now.
    private static func refuse(
        _ first: DraftProblem, of count: Int, in state: inout State
    ) -> [Effect] {
        let rows = rows(in: state)
        state.focus = field(of: first, among: rows)
        let label = focusedRow(in: state).label
        // Nobody's mistake: whoever is quicker than the service presses once more.
        let isEarly = state.deployments.value == nil && state.deployments.isLoading
        state.notice =
            if isEarly {
                "Not sent yet: the deployments of \(state.endpoint) are still being read."
            } else if count == 1 {
                "Not sent: there is a problem at \(label)."
            } else {
                "Not sent: there are \(count) problems, the first at \(label)."
            }
        return rows.compactMap { row in
            guard let reference = reference(of: row, in: state) else { return nil }
            guard case .missing? = state.findings[reference] else { return nil }
            return .look(reference, for: row.field)
        }
    }

    private static func accepted(_ job: Job, in state: inout State) -> [Effect] {
        guard state.phase != nil else { return [] }
        state.phase = nil
        state.failure = nil
        state.recent.insert(draft(of: state), at: 0)
        return [.open(.jobDetail(job.id))]
    }

    private static func refused(_ failure: ServiceFailure, in state: inout State) {
        guard state.phase != nil else { return }
        state.phase = nil
        state.failure = failure
    }
}
