public import BatchModel
import ConsoleGrid

extension Endpoints {
    /// Takes in what happened and says what has to be done.
    public static func reduce(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        state.endpoints.stamp(now)
        state.allJobs.stamp(now)
        let before = state.selectedEndpoint
        let effects = change(&state, action, now: now)
        fit(&state)
        let isDue = letsTimePass(action) || state.selectedEndpoint != before
        return effects + settle(&state, isDue: isDue, asksAll: asksAll(action), now: now)
    }

    private static func change(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .paneFocused(let pane): focus(pane, in: &state)
        case .rowMoved(let step): move(&state) { $0.move(step) }
        case .rowChosen(let pane, let row, let opens):
            focus(pane, in: &state)
            move(&state) { $0.select(row) }
            return opens ? open(&state) : []
        case .paneScrolled(let pane, let rows):
            move(&state, in: pane) { $0.scroll(by: rows) }
        case .endpointNamed(let name):
            focus(.endpoints, in: &state)
            if !state.shown.contains(where: { $0.name == name }) { state.filter = Filter() }
            state.chosenEndpoint = name
        case .openPressed: return open(&state)
        case .backPressed: focus(.endpoints, in: &state)
        case .newJobPressed: return newJob(in: state)
        case .copyPressed: return copyable(in: state).map { [.copy(text: $0)] } ?? []
        case .retryPressed:
            guard retryRefusal(in: state) == nil else { return [] }
            return state.job.map { [.retry($0)] } ?? []
        case .cancelPressed:
            guard cancelRefusal(in: state) == nil else { return [] }
            return state.job.map { [.askToCancel($0.id)] } ?? []
        case .refreshPressed: outdate(&state)
        case .defaultPressed, .defaultConfirmed, .defaultDeclined, .defaultChanged,
            .defaultRefused:
            return changeDefault(&state, action)
        case .filterOpened:
            focus(.endpoints, in: &state)
            state.filter.isOpen = true
        case .filterEdited(let key): edit(&state, with: key)
        case .filterKept: state.filter.isOpen = false
        case .filterCleared: state.filter = Filter()
        case .ticked: break
        case .endpointsLoaded, .endpointsRefused, .deploymentsLoaded, .deploymentsRefused,
            .jobsLoaded, .jobsRefused, .jobsChanged:
            answer(&state, action, now: now)
        }
        return []
    }

    /// Whether what has become old is asked for again on this occasion.
    private static func letsTimePass(_ action: Action) -> Bool {
        switch action {
        case .ticked, .endpointsLoaded: true
        case .paneFocused, .rowMoved, .rowChosen, .paneScrolled, .endpointNamed,
            .openPressed, .backPressed,
            .newJobPressed, .copyPressed, .retryPressed, .cancelPressed, .refreshPressed,
            .defaultPressed, .defaultConfirmed, .defaultDeclined, .filterOpened, .filterEdited,
            .filterKept, .filterCleared,
            .endpointsRefused, .deploymentsLoaded, .deploymentsRefused, .jobsLoaded,
            .jobsRefused, .jobsChanged, .defaultChanged, .defaultRefused:
            false
        }
    }

    /// Whether the deployments of all endpoints are asked for, not only of those looked at.
    private static func asksAll(_ action: Action) -> Bool {
        if case .endpointsLoaded = action { return true }
        return false
    }
}

// MARK: - Moving

extension Endpoints {
    /// Gives a pane the focus; a filter being typed is kept as it is.
    private static func focus(_ pane: Pane, in state: inout State) {
        state.filter.isOpen = false
        state.focus = pane
    }

    /// Moves in a list and remembers by name what is selected then.
    private static func move(
        _ state: inout State, in pane: Pane? = nil, _ change: (inout ListWindow) -> Void
    ) {
        switch pane ?? state.focus {
        case .endpoints:
            change(&state.endpointList)
            state.chosenEndpoint = state.selectedEndpoint ?? state.chosenEndpoint
        case .deployments:
            change(&state.deploymentList)
            state.chosenDeployment = state.deployment?.name
        case .jobs:
            change(&state.jobList)
            state.chosenJob = state.job?.id
        }
    }

    /// Wants everything anew; what is looked at is asked for at once, the rest once the endpoints are known.
    private static func outdate(_ state: inout State) {
        state.endpoints.outdate()
        state.allJobs.outdate()
        for name in state.deployments.keys { state.deployments[name]?.outdate() }
        for name in state.jobs.keys { state.jobs[name]?.outdate() }
    }
}

// MARK: - Opening

extension Endpoints {
    /// Does what enter does, nothing where it would be refused.
    private static func open(_ state: inout State) -> [Effect] {
        guard let endpoint = state.selectedEndpoint, openRefusal(in: state) == nil else {
            return []
        }
        switch state.focus {
        case .endpoints:
            focus(.deployments, in: &state)
            return []
        case .deployments:
            return state.deployment.map { [.open(.jobForm(endpoint, $0.name))] } ?? []
        case .jobs: return state.job.map { [.open(.jobDetail($0.id))] } ?? []
        }
    }

    private static func newJob(in state: State) -> [Effect] {
        guard let endpoint = state.selectedEndpoint, newJobRefusal(in: state) == nil else {
            return []
        }
        let deployment = state.focus == .deployments ? state.deployment?.name : nil
        return [.open(.jobForm(endpoint, deployment))]
    }

    /// Why enter does nothing now, as a clause.
    static func openRefusal(in state: State) -> String? {
        guard state.endpoint != nil else { return "no endpoint is selected" }
        switch state.focus {
        case .endpoints: return nil
        case .deployments:
            guard let deployment = state.deployment else { return "no deployment is selected" }
            return deployment.isBroken ? brokenWords(deployment) : nil
        case .jobs: return state.job == nil ? "no job is selected" : nil
        }
    }

    /// Why there can be no new job now, as a clause.
    static func newJobRefusal(in state: State) -> String? {
        guard state.endpoint != nil else { return "no endpoint is selected" }
        guard state.focus == .deployments, let deployment = state.deployment else { return nil }
        return deployment.isBroken ? brokenWords(deployment) : nil
    }

    static func brokenWords(_ deployment: Deployment) -> String {
        "the deployment \(deployment.name) is \(deployment.provisioningState)"
    }

    /// Why no job can be submitted once more now, as a clause.
    static func retryRefusal(in state: State) -> String? {
        guard state.focus == .jobs else {
            return "a job is retried in its list: \(state.key("next-pane")) goes there"
        }
        guard let job = state.job else { return "no job is selected" }
        return Retry.clause(for: job)
    }

    /// Why no job can be cancelled now, as a clause.
    static func cancelRefusal(in state: State) -> String? {
        guard state.focus == .jobs else {
            return "a job is cancelled in its list: \(state.key("next-pane")) goes there"
        }
        guard let job = state.job else { return "no job is selected" }
        return JobDetail.cancelRefusal(of: job.status)
    }

    /// The most useful text of what is selected: an address, a name, an id.
    static func copyable(in state: State) -> String? {
        switch state.focus {
        case .endpoints: state.endpoint?.scoringURI
        case .deployments: state.deployment?.name.rawValue
        case .jobs: state.job?.id.rawValue
        }
    }

    /// Why nothing can be copied now, as a clause.
    static func copyRefusal(in state: State) -> String? {
        guard copyable(in: state) == nil else { return nil }
        if state.focus == .endpoints, let endpoint = state.endpoint {
            return "\(endpoint.name) has no address yet"
        }
        return openRefusal(in: state) ?? "nothing is selected"
    }
}
