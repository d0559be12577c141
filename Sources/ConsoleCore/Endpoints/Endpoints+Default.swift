import BatchModel
import ConsoleGrid

// The default deployment runs every job that names none, other people's too: so it is asked about first. The list shows
// the new one only when the service has said so.

extension Endpoints {
    /// Another deployment as an endpoint's default.
    struct DefaultChange: Sendable, Equatable {
        var endpoint: Endpoint.Name
        /// The default now, nil while there is none.
        var from: Deployment.Name?
        var to: Deployment.Name
    }

    /// Why the default cannot be changed now, as a clause.
    static func defaultRefusal(in state: State) -> String? {
        guard let endpoint = state.endpoint else { return "no endpoint is selected" }
        if let changing = state.changing {
            return "\(changing.to) is being made the default of \(changing.endpoint)"
        }
        guard state.focus == .deployments else {
            return "it is set on a deployment: \(state.key("open")) goes to the deployments"
        }
        guard let deployment = state.deployment else { return "no deployment is selected" }
        if deployment.isBroken { return brokenWords(deployment) }
        return endpoint.defaultDeployment == deployment.name
            ? "\(deployment.name) is the default already" : nil
    }

    static func changeDefault(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .defaultPressed: ask(&state)
        case .defaultConfirmed:
            guard let change = state.question else { return [] }
            state.question = nil
            state.changing = change
            return [.setDefault(change.endpoint, change.to)]
        case .defaultDeclined: state.question = nil
        case .defaultChanged(let endpoint): return changed(endpoint, in: &state)
        case .defaultRefused(let endpoint, let failure):
            if state.changing?.endpoint == endpoint { state.changing = nil }
            return [.say(text: failure.message.sentence, isFailure: true)]
        case .paneFocused, .rowMoved, .rowChosen, .paneScrolled, .endpointNamed,
            .openPressed, .backPressed,
            .newJobPressed, .copyPressed, .retryPressed, .cancelPressed, .refreshPressed,
            .filterOpened, .filterEdited, .filterKept, .filterCleared, .ticked, .endpointsLoaded,
            .endpointsRefused,
            .deploymentsLoaded, .deploymentsRefused, .jobsLoaded, .jobsRefused, .jobsChanged:
            break
        }
        return []
    }

    private static func ask(_ state: inout State) {
        guard defaultRefusal(in: state) == nil, let endpoint = state.endpoint,
            let deployment = state.deployment
        else { return }
        state.question = DefaultChange(
            endpoint: endpoint.name, from: endpoint.defaultDeployment, to: deployment.name)
    }

    /// The selection stays on the deployment it was on: the person chose it.
    private static func changed(_ endpoint: Endpoint, in state: inout State) -> [Effect] {
        if state.changing?.endpoint == endpoint.name { state.changing = nil }
        guard let row = state.knownEndpoints.firstIndex(where: { $0.name == endpoint.name }) else {
            return []
        }
        state.endpoints.fetched.value?[row] = endpoint
        let name = endpoint.defaultDeployment.map { "\($0)" } ?? "none"
        return [
            .say(
                text: "the default deployment of \(endpoint.name) is now \(name)", isFailure: false)
        ]
    }
}
