import BatchModel
import ConsoleGrid

// Opening and leaving places.

extension Place {
    /// Whether both are the same kind of screen.
    func isSameKind(as other: Place) -> Bool {
        switch (self, other) {
        case (.endpoints, .endpoints), (.jobs, .jobs), (.jobForm, .jobForm),
            (.jobDetail, .jobDetail), (.results, .results), (.undecided, .undecided),
            (.help, .help):
            true
        case (.endpoints, _), (.jobs, _), (.jobForm, _), (.jobDetail, _), (.results, _),
            (.undecided, _), (.help, _):
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
        case .undecided:
            state.undecidedList = Undecided.State(submissions: state.undecided)
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
        if state.forms[key] == nil {
            state.forms[key] = JobForm.State(
                endpoint: key.endpoint, deployment: key.deployment,
                defaultDeployment: Endpoints.defaultDeployment(
                    of: key.endpoint, in: state.endpoints),
                deployments: state.endpoints.knownDeployments, recent: state.recent,
                now: state.now)
        }
        layOut(&state)
        return state.form.map { lift(JobForm.opened($0), in: &state) } ?? []
    }

    /// A form that says what a draft said, whatever was typed for the same deployment before.
    static func openForm(with draft: JobDraft, in state: inout State) -> [Effect] {
        let key = FormKey(endpoint: draft.endpoint, deployment: draft.deployment)
        state.forms[key] = nil
        let effects = open(.jobForm(key.endpoint, key.deployment), in: &state)
        state.forms[key]?.fill(from: draft)
        return effects + (state.form.map { lift(JobForm.opened($0), in: &state) } ?? [])
    }

    /// A form that begins where an earlier job began.
    static func openForm(again job: Job, in state: inout State) -> [Effect] {
        guard let endpoint = job.endpoint else { return [] }
        let key = FormKey(endpoint: endpoint, deployment: job.deployment)
        state.forms[key] = nil
        let effects = open(.jobForm(key.endpoint, key.deployment), in: &state)
        state.forms[key]?.repeatInputs(of: job)
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
        case .results: state.results = nil
        case .undecided: state.undecidedList = nil
        case .help: state.help = nil
        }
        return []
    }

    /// Ends the console; what would be interrupted is said first.
    static func quit(_ state: inout State) -> [Effect] {
        if state.isSending, !state.isQuitArmed {
            state.isQuitArmed = true
            state.say(
                "A job is still being submitted: q once more quits and breaks that off. "
                    + "Running jobs go on.", .warning)
            return []
        }
        return [.quit]
    }
}

extension App.State {
    /// A job as any screen knows it.
    func knownJob(_ id: Job.ID) -> Job? {
        if let job = detail?.job.value, job.id == id { return job }
        return jobs?.knownJob(id) ?? endpoints.knownJob(id)
    }
}
