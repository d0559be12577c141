import BatchModel
import ConsoleGrid

// Opening and leaving places.

extension Place {
    /// Whether both are the same kind of screen.
    func isSameKind(as other: Place) -> Bool {
        switch (self, other) {
        case (.endpoints, .endpoints), (.jobs, .jobs), (.jobForm, .jobForm),
            (.jobDetail, .jobDetail), (.results, .results), (.compare, .compare),
            (.undecided, .undecided), (.help, .help), (.notices, .notices),
            (.contexts, .contexts), (.transfers, .transfers), (.doctor, .doctor):
            true
        case (.endpoints, _), (.jobs, _), (.jobForm, _), (.jobDetail, _), (.results, _),
            (.compare, _), (.undecided, _), (.help, _), (.notices, _), (.contexts, _),
            (.transfers, _), (.doctor, _):
            false
        }
    }
}

extension App {
    /// Goes to a place: back to it when it is on the path, else forward, in the place of what stands in its slot.
    static func open(_ place: Place, in state: inout State) -> [Effect] {
        var effects: [Effect] = []
        if state.place == .help, place != .help { effects += leave(&state) }
        while state.path.count > 1, state.path.dropLast().contains(where: place.isSameKind) {
            effects += leave(&state)
        }
        if state.place == place { return effects }
        if state.place.isSameKind(as: place) { effects += leave(&state) }
        // The first place is never left.
        if state.place == place { return effects }
        let before = state
        state.path.append(place)
        effects += begin(place, in: &state, from: before)
        return effects
    }

    private static func begin(
        _ place: Place, in state: inout State, from before: State
    ) -> [Effect] {
        switch place {
        case .endpoints: return []
        case .jobs(let endpoint):
            state.jobs = Jobs.State(endpoint: endpoint)
            layOut(&state)
            return state.jobs.map { lift(Jobs.opened($0), in: &state) } ?? []
        case .jobForm(let endpoint, let deployment):
            return beginForm(FormKey(endpoint: endpoint, deployment: deployment), in: &state)
        case .jobDetail(let id):
            state.detail = JobDetail.State(job: id, known: before.knownJob(id))
            layOut(&state)
            return state.detail.map { lift(JobDetail.opened($0), in: &state) } ?? []
        case .results(let id):
            let job = before.knownJob(id)
            state.results = Results.State(
                job: id, endpoint: job?.endpoint, status: job?.status)
            layOut(&state)
            return state.results.map { lift(Results.opened($0), in: &state) } ?? []
        case .compare(let left, let right):
            state.compare = Compare.State(left: left, right: right)
            layOut(&state)
            return state.compare.map { lift(Compare.opened($0), in: &state) } ?? []
        case .undecided:
            state.undecidedList = Undecided.State(
                submissions: state.undecided, busy: state.busySubmissions)
            layOut(&state)
            return []
        case .contexts:
            state.contextList = Contexts.State(current: state.context, known: state.contexts)
            state.contextList?.kept = state.contextForm
            layOut(&state)
            return state.contextList.map { lift(Contexts.opened($0), in: &state) } ?? []
        case .transfers:
            state.transferList = Transfers.State(records: state.transfers)
            layOut(&state)
            return []
        case .doctor:
            let doctor = Doctor.State(context: state.context)
            state.doctor = doctor
            layOut(&state)
            return lift(Doctor.opened(doctor), in: &state)
        case .notices:
            state.noticeList = Notices.State(entries: state.notices)
            layOut(&state)
            return []
        case .help:
            state.help = Help.State(sections: helpSections(for: before))
            layOut(&state)
            return []
        }
    }

    /// A form that was left is taken up again as it was.
    private static func beginForm(_ key: FormKey, in state: inout State) -> [Effect] {
        state.formKey = key
        // Answers that came while the form was away went nowhere: what is still open is asked again.
        state.forms[key]?.lookedBeside = [:]
        if state.forms[key] == nil {
            state.forms[key] = JobForm.State(
                endpoint: key.endpoint, deployment: key.deployment,
                defaultDeployment: Endpoints.defaultDeployment(
                    of: key.endpoint, in: state.endpoints),
                deployments: state.endpoints.knownDeployments, recent: state.recent,
                now: state.now)
        }
        layOut(&state)
        let effects = state.form.map { lift(JobForm.opened($0), in: &state) } ?? []
        return effects + settleForm(&state)
    }

    /// Asks what the form means at its size: beside a wider form stands the request.
    static func settleForm(_ state: inout State) -> [Effect] {
        guard var form = state.form else { return [] }
        let effects = JobForm.settle(&form)
        state.form = form
        return lift(effects, in: &state)
    }

    /// A form that says what a draft said.
    ///
    /// - Parameter replacing: the undecided submission that what it sends takes the place of.
    static func openForm(
        with draft: JobDraft, replacing: Submission.ID? = nil, in state: inout State
    ) -> [Effect] {
        let key = FormKey(endpoint: draft.endpoint, deployment: draft.deployment)
        return openForm(key, in: &state) { form in
            form.fill(from: draft)
            form.replaces = replacing
        }
    }

    /// A form that begins where an earlier job began.
    static func openForm(again job: Job, in state: inout State) -> [Effect] {
        guard let endpoint = job.endpoint else { return [] }
        let key = FormKey(endpoint: endpoint, deployment: job.deployment)
        return openForm(key, in: &state) { $0.repeatInputs(of: job) } + [.form(.loadPast(job.id))]
    }

    /// A new form with values of its own. What a person typed for the same deployment before stays below it, for undo to
    /// bring back; a form whose job is on its way is left as it is.
    private static func openForm(
        _ key: FormKey, in state: inout State, fill: (inout JobForm.State) -> Void
    ) -> [Effect] {
        let older = state.forms[key]
        guard older?.phase == nil, older?.picker?.isSending != true else {
            state.say("not now: a job for \(key.endpoint) is being submitted", .warning)
            return open(.jobForm(key.endpoint, key.deployment), in: &state)
        }
        state.forms[key] = nil
        let place = Place.jobForm(key.endpoint, key.deployment)
        // One that is on the path already would be gone back to, in place of being begun.
        state.path.removeAll { $0 == place }
        let effects = open(place, in: &state)
        if var form = state.forms[key] {
            fill(&form)
            if let older { form.lay(over: older) }
            state.forms[key] = form
        }
        return effects + (state.form.map { lift(JobForm.opened($0), in: &state) } ?? [])
    }

    /// One place back; the first one is never left.
    static func leave(_ state: inout State) -> [Effect] {
        guard state.path.count > 1, let left = state.path.popLast() else { return [] }
        switch left {
        case .endpoints, .jobForm: return []
        case .jobs: state.jobs = nil
        case .jobDetail:
            let effects = state.detail.map { lift(JobDetail.closed($0), in: &state) } ?? []
            state.detail = nil
            return effects
        case .results:
            let effects = state.results.map { lift(Results.closed($0), in: &state) } ?? []
            state.results = nil
            return effects
        case .compare: state.compare = nil
        case .undecided: state.undecidedList = nil
        case .notices: state.noticeList = nil
        case .contexts:
            state.contextForm = state.contextList.flatMap { $0.form ?? $0.kept }
            state.contextList = nil
        case .transfers: state.transferList = nil
        case .doctor:
            let effects = state.doctor.map { lift(Doctor.closed($0), in: &state) } ?? []
            state.doctor = nil
            return effects
        case .help: state.help = nil
        }
        return []
    }

    /// Ends the console; what would be interrupted or forgotten is said first.
    static func quit(_ state: inout State) -> [Effect] {
        guard !state.isQuitArmed, let warning = quitWarning(in: state) else { return [.quit] }
        state.isQuitArmed = true
        state.say(warning, .warning)
        return []
    }

    /// What quitting now would break off or forget; nil when nothing.
    private static func quitWarning(in state: State) -> String? {
        let again = "\(quitKey(in: state)) once more quits and"
        guard let work = openWork(in: state) else {
            return editedForm(in: state).map {
                "What was typed for a job on \($0) is not submitted: \(again) forgets it."
            }
        }
        let what = state.isSending ? "a job is still being submitted" : work
        let kept =
            openTransfers(in: state).isEmpty
            ? "" : " \(keyName("transfers", in: state)) goes on with it later."
        return "\(what.sentence): \(again) breaks that off.\(kept) Running jobs go on."
    }

    /// The key that quits here: where a text is typed a letter would be one of it.
    private static func quitKey(in state: State) -> String {
        keyName(isEditingText(state) ? "quit-anywhere" : "quit", in: state)
    }

    /// The endpoint of a form that a person has filled and not submitted; the one in front before others.
    private static func editedForm(in state: State) -> Endpoint.Name? {
        let edited = state.forms.filter { $0.value.isEdited }
        if let key = state.formKey, edited[key] != nil { return key.endpoint }
        return edited.keys.map(\.endpoint).min()
    }
}

extension App.State {
    /// A job as any screen knows it.
    func knownJob(_ id: Job.ID) -> Job? {
        if let job = detail?.job.value, job.id == id { return job }
        return jobs?.knownJob(id) ?? endpoints.knownJob(id)
    }
}
