import BatchModel
import ConsoleGrid

extension Endpoints {
    /// What has to be asked when the screen opens.
    public static func opened(_ state: State) -> [Effect] {
        [.loadEndpoints, .loadJobs(allJobsQuery)]
    }

    private static let allJobsQuery = JobListQuery(count: Limits.jobsInAll)

    /// Asks for everything that is looked at and not known well enough.
    ///
    /// - Parameters:
    ///   - isDue: whether what is known but old counts, or only what is unknown or wanted anew.
    ///   - asksAll: whether endpoints out of sight count as well.
    static func settle(
        _ state: inout State, isDue: Bool, asksAll: Bool, now: Timestamp
    ) -> [Effect] {
        var effects: [Effect] = []
        func isTime(_ age: Duration) -> Duration? { isDue ? age : nil }
        if begin(&state.endpoints, isTime(Limits.endpointsAge), now) {
            effects.append(.loadEndpoints)
        }
        if begin(&state.allJobs, isTime(Limits.endpointsAge), now) {
            effects.append(.loadJobs(allJobsQuery))
        }
        guard state.hasAnswer else { return effects }
        if let selected = state.selectedEndpoint {
            effects += askDeployments([selected], isTime(Limits.endpointsAge), &state, now)
            effects += askJobs(selected, isTime(Limits.jobsAge), &state, now)
        }
        effects += askDeployments(visible(in: state), nil, &state, now)
        if asksAll {
            let all = state.knownEndpoints.map(\.name)
            effects += askDeployments(all, Limits.quietAge, &state, now)
        }
        return effects
    }

    private static func visible(in state: State) -> [Endpoint.Name] {
        guard state.isListShown else { return [] }
        return state.endpointList.visible.filter { $0 < state.shown.count }
            .map { state.shown[$0].name }
    }

    private static func askDeployments(
        _ names: [Endpoint.Name], _ age: Duration?, _ state: inout State, _ now: Timestamp
    ) -> [Effect] {
        var room = Limits.deploymentQuestions
        room -= state.deployments.values.count { $0.isOpen(at: now) }
        var effects: [Effect] = []
        for name in names where effects.count < room {
            guard begin(&state.deployments[name, default: Watched()], age, now) else { continue }
            effects.append(.loadDeployments(name))
        }
        return effects
    }

    private static func askJobs(
        _ name: Endpoint.Name, _ age: Duration?, _ state: inout State, _ now: Timestamp
    ) -> [Effect] {
        let open = state.jobs.values.count { $0.isOpen(at: now) }
        guard open < Limits.jobQuestions,
            begin(&state.jobs[name, default: Watched()], age, now)
        else { return [] }
        return [.loadJobs(JobListQuery(endpoint: name, count: Limits.jobsPerEndpoint))]
    }

    /// Opens a question where it is wanted and may be asked.
    private static func begin<Value>(
        _ watched: inout Watched<Value>, _ age: Duration?, _ now: Timestamp
    ) -> Bool {
        guard watched.isWanted(olderThan: age, at: now), watched.mayBeAsked(at: now) else {
            return false
        }
        watched.begin(at: now)
        return true
    }
}

extension Endpoints.Watched {
    /// Gives a question that was asked before any time was known the time of now.
    mutating func stamp(_ now: Timestamp) {
        if fetched.isLoading, askedAt == nil { askedAt = now }
    }
}
