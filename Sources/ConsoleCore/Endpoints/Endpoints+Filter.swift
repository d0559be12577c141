import BatchModel
import ConsoleGrid

extension Endpoints {
    /// Does what a key asks of the filter's text; the best match is selected.
    static func edit(_ state: inout State, with key: KeyPress) {
        let before = state.filter.field.value
        guard state.filter.field.handle(key), state.filter.field.value != before else { return }
        do throws(FilterQuery.Failure) {
            state.filter.query = try FilterQuery(
                state.filter.field.value, columns: filterColumns)
            state.filter.failure = nil
        } catch {
            // What the line before let through stays until this one can be read.
            state.filter.failure = error
            return
        }
        guard !state.filter.query.isEmpty else { return }
        let matches = matching(state)
        state.chosenEndpoint = matches.first?.name ?? state.chosenEndpoint
    }

    /// Columns that a filter may name.
    private static let filterColumns = [
        FilterColumn("name"), FilterColumn("kind", .words(["model", "pipeline", "mixed", "none"])),
        FilterColumn("state"), FilterColumn("running", .number),
    ]

    /// The endpoints that pass the filter, the best first.
    private static func matching(_ state: State) -> [Endpoint] {
        guard !state.filter.query.isEmpty else { return state.knownEndpoints }
        let matcher = FilterMatcher(state.filter.query)
        let scored = state.knownEndpoints.enumerated().compactMap { index, endpoint in
            let score = matcher.score(text: endpoint.name.rawValue) { column in
                value(of: column, endpoint, state)
            }
            return score.map { (score: $0, index: index, endpoint: endpoint) }
        }
        return scored.sorted { ($1.score, $0.index) < ($0.score, $1.index) }.map(\.endpoint)
    }

    private static func value(
        of column: String, _ endpoint: Endpoint, _ state: State
    ) -> FilterValue? {
        switch column {
        case "name": .text(endpoint.name.rawValue)
        case "kind": .text(kindWord(of: endpoint.name, in: state))
        case "state": .text(endpoint.provisioningState)
        case "running": .number(Double(runningCount(of: endpoint.name, in: state)))
        default: nil
        }
    }

    /// `model`, `pipeline`, `mixed`, `none`; empty while unknown.
    static func kindWord(of endpoint: Endpoint.Name, in state: State) -> String {
        guard let all = state.deployments[endpoint]?.fetched.value else { return "" }
        let whole = all.filter { !$0.isBroken }
        let words = Set((whole.isEmpty ? all : whole).map(\.kindWord))
        guard let first = words.first else { return "none" }
        return words.count == 1 ? first : "mixed"
    }

    /// Known jobs of an endpoint that have not ended.
    static func runningCount(of endpoint: Endpoint.Name, in state: State) -> Int {
        state.knownJobs(of: endpoint).count { $0.status.isActive }
    }
}

extension Deployment {
    /// Its kind in one word.
    var kindWord: String {
        switch kind {
        case .model: "model"
        case .pipelineComponent: "pipeline"
        }
    }
}

// MARK: - Windows

extension Endpoints {
    /// Makes the windows agree with what is known, what is chosen, and the size.
    static func fit(_ state: inout State) {
        state.shown = matching(state)
        state.endpointList.setCount(state.shown.count)
        if let row = state.shown.firstIndex(where: { $0.name == state.chosenEndpoint }) {
            state.endpointList.select(row)
        }
        state.chosenEndpoint = state.selectedEndpoint ?? state.chosenEndpoint
        fitPage(&state)
        let layout = layout(of: state, in: Rect(size: state.size))
        state.endpointList.setHeight(layout.endpoints.rows.rows)
        state.deploymentList.setHeight(layout.deployments.rows.rows)
        state.jobList.setHeight(layout.jobs.rows.rows)
    }

    private static func fitPage(_ state: inout State) {
        if state.pageEndpoint != state.selectedEndpoint {
            state.pageEndpoint = state.selectedEndpoint
            state.chosenDeployment = nil
            state.chosenJob = nil
            state.deploymentList = ListWindow()
            state.jobList = ListWindow()
        }
        let deployments = state.ownDeployments.fetched.value ?? []
        state.deploymentList.setCount(deployments.count)
        let name = state.chosenDeployment ?? state.endpoint?.defaultDeployment
        if let row = deployments.firstIndex(where: { $0.name == name }) {
            state.deploymentList.select(row)
        }
        let jobs = state.ownJobs.fetched.value ?? []
        state.jobList.setCount(jobs.count)
        if let row = jobs.firstIndex(where: { $0.id == state.chosenJob }) {
            state.jobList.select(row)
        } else if state.chosenJob == nil {
            state.jobList.select(0)
        }
    }
}
