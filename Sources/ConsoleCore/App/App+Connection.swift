import BatchModel

// Whether anybody answers. The question that opens a connection says so, and so does every list: one that nobody answers is
// a lost connection, found out long before somebody would ask to connect again. While it is lost the header says when the
// last word was heard, which is how old everything on the screens is, and the question is repeated until it is answered.
//
// The lists need not be asked of the host that a connection is opened at. Where that host answers and the list's does not,
// the list shows its failure by itself; for a while it is no witness any more, or the two would contradict each other by turns.

extension App {
    /// A lost connection is asked for again after so long.
    private static let reconnectInterval: Duration = .seconds(5)
    /// How long lists say nothing of a connection that was found to be there after one of them had failed.
    private static let listsAreNoWitness: Duration = .seconds(60)

    static func connected(
        _ info: ConnectionInfo, at time: Timestamp, in state: inout State
    ) -> [Effect] {
        let wasLost = state.connection.failure != nil
        if state.signIn != nil {
            state.say("signed in to \(state.context)", .info)
        } else if wasLost {
            state.say("\(state.context) answers again", .info)
        }
        state.signIn = nil
        state.startWords = nil
        state.connection.succeed(info, asOf: time)
        state.now = time
        if state.isLostByList { state.trustedSince = time }
        state.isLostByList = false
        return wasLost ? refreshAll(&state) : []
    }

    static func lost(_ failure: ServiceFailure, at time: Timestamp, in state: inout State) {
        // Whoever was told by a list that nobody answers need not be told the same once more.
        let isSaid = state.isLostByList && state.connection.failure?.kind == failure.kind
        if state.connection.failure != failure, !isSaid { state.say(failure.message, .danger) }
        state.connection.fail(failure)
        state.startWords = nil
        state.isLostByList = false
        state.signIn = nil
        state.now = time
    }

    /// Asks for a lost connection again when it is time to.
    static func reconnect(_ state: inout State, at time: Timestamp) -> [Effect] {
        guard state.connection.failure != nil, !state.connection.isLoading else { return [] }
        let waited = state.lastConnect.map { time - $0 } ?? reconnectInterval
        guard waited >= reconnectInterval else { return [] }
        state.lastConnect = time
        state.connection.begin()
        return [.connect]
    }

    /// Takes in what an answer says about the connection, beside what it says on its screen.
    static func heed(_ action: Action, in state: inout State) -> [Effect] {
        if let time = heard(by: action), let known = state.connection.asOf, known < time {
            state.connection.asOf = time
        }
        guard let failure = unanswered(by: action), state.connection.failure == nil,
            state.connection.value != nil, !state.connection.isLoading
        else { return [] }
        if let since = state.trustedSince, state.now - since < listsAreNoWitness { return [] }
        state.connection.fail(failure)
        state.isLostByList = true
        state.lastConnect = state.now
        state.connection.begin()
        return [.connect]
    }

    /// When the service said something; nil for what is no word of the service.
    private static func heard(by action: Action) -> Timestamp? {
        if case .endpoints(.endpointsLoaded(_, let time)) = action { return time }
        if case .endpoints(.jobsLoaded(_, let page)) = action { return page.asOf }
        if case .jobs(.jobsLoaded(_, let page)) = action { return page.asOf }
        if case .trackingChanged(_, let time) = action { return time }
        if case .detailAnswered(_, .snapshotArrived(let snapshot)) = action {
            return snapshot.asOf
        }
        return nil
    }

    /// Why nobody answered a question about the workspace itself; nil for every other action.
    private static func unanswered(by action: Action) -> ServiceFailure? {
        let failure: ServiceFailure? =
            if case .endpoints(.endpointsRefused(let failure)) = action {
                failure
            } else if case .endpoints(.deploymentsRefused(_, let failure)) = action {
                failure
            } else if case .endpoints(.jobsRefused(_, let failure)) = action {
                failure
            } else if case .jobs(.jobsRefused(_, let failure)) = action {
                failure
            } else if case .detailAnswered(_, .followFailed(let failure)) = action {
                failure
            } else {
                nil
            }
        return failure?.kind == .unreachable ? failure : nil
    }

    /// Whether something in front could not be had because nobody answers: then why is what is wanted to be known.
    static func isUnanswered(_ state: State) -> Bool {
        let failures = [
            state.connection.failure, state.endpoints.endpoints.fetched.failure,
            state.endpoints.ownDeployments.fetched.failure,
            state.endpoints.ownJobs.fetched.failure, state.jobs?.asks.failure,
            state.detail?.lost?.failure,
        ]
        return state.connection.failure != nil || failures.contains { $0?.kind == .unreachable }
    }

    /// What was asked while there was no connection has been answered by nobody.
    private static func refreshAll(_ state: inout State) -> [Effect] {
        var effects = pass(.endpoints(.refreshPressed), to: &state)
        effects += pass(.jobs(.refreshPressed), to: &state)
        effects += pass(.compare(.refreshPressed), to: &state)
        return effects + pass(.detail(.refreshPressed), to: &state)
    }
}
