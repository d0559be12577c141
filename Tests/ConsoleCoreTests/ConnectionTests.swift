import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// A workspace that was there and then answers nobody, and one that answers again.
@Suite struct ConnectionTests {
    private static let silence = ServiceFailure(
        kind: .unreachable, operation: "list the jobs", detail: "nobody answers at ml.example.")
    private static let info = ConnectionInfo(
        context: "team",
        scope: WorkspaceScope(subscriptionID: "s", resourceGroup: "r", workspace: "w"),
        latency: .milliseconds(80), isLocal: false)

    private static func at(_ seconds: Int) -> Timestamp { AppTests.now + .seconds(seconds) }

    /// A console that is connected.
    private static func connected(
        _ size: Size = Size(rows: 30, columns: 100)
    ) -> App.State {
        var state = App.initial(context: "team", size: size, glyphs: .unicode)
        _ = App.reduce(&state, .started(lastSeen: AppTests.lastSeen, at: at(0)))
        _ = App.reduce(&state, .connected(info: info, at: at(0)))
        return state
    }

    private static func header(_ state: App.State) -> String { App.view(state).plainText(row: 0) }

    private static func footer(_ state: App.State) -> String {
        App.view(state).plainText(row: state.size.rows - 1)
    }

    private static let refusals: [App.Action] = [
        .endpoints(.endpointsRefused(failure: silence)),
        .endpoints(.deploymentsRefused(endpoint: "digits-batch", failure: silence)),
        .endpoints(.jobsRefused(query: JobListQuery(), failure: silence)),
        .jobs(.jobsRefused(query: JobListQuery(), failure: silence)),
    ]

    @Test(arguments: refusals)
    func aListThatNobodyAnswersIsALostConnection(refusal: App.Action) throws {
        var state = Self.connected()
        try state.press("J<esc>")
        #expect(!Self.header(state).contains("lost"))
        #expect(App.reduce(&state, refusal).contains(.connect), "whether it is there is asked")
        #expect(Self.header(state).contains("workspace ✗ lost"))
        #expect(Self.footer(state).contains("D doctor"), "\(Self.footer(state))")
        #expect(App.tickInterval(state) == .seconds(1))
    }

    @Test func theHeaderSaysSinceWhenNothingWasHeard() {
        var state = Self.connected()
        let page = JobPage(
            start: 0, jobs: [], total: 0, hasMore: false, asOf: Self.at(600), source: "ARM jobs")
        _ = App.reduce(&state, .endpoints(.jobsLoaded(query: JobListQuery(), page: page)))
        _ = App.reduce(&state, .ticked(at: Self.at(660)))
        _ = App.reduce(&state, .endpoints(.endpointsRefused(failure: Self.silence)))
        #expect(Self.header(state).contains("lost 1 min ago"), "\(Self.header(state))")
    }

    @Test func itIsAskedForUntilItIsThereAndEverythingIsAskedForAgain() throws {
        var state = Self.connected()
        _ = App.reduce(&state, .ticked(at: Self.at(10)))
        _ = App.reduce(&state, .endpoints(.endpointsRefused(failure: Self.silence)))
        let failure = ServiceFailure(
            kind: .unreachable, operation: "open the workspace w", detail: "nobody answers.")
        _ = App.reduce(&state, .connectionLost(failure: failure, at: Self.at(11)))
        #expect(state.notice == nil, "the list has said it already")
        #expect(!App.reduce(&state, .ticked(at: Self.at(12))).contains(.connect))
        #expect(App.reduce(&state, .ticked(at: Self.at(16))).contains(.connect))
        let effects = App.reduce(&state, .connected(info: Self.info, at: Self.at(17)))
        #expect(effects.contains(.endpoints(.loadEndpoints)))
        #expect(!Self.header(state).contains("lost"))
        #expect(App.view(state).plainText.contains("team answers again"))
        try state.press("<ctrl-l>")
        _ = App.reduce(&state, .endpoints(.endpointsLoaded(endpoints: [], at: Self.at(18))))
        _ = App.reduce(
            &state, .endpoints(.jobsLoaded(query: JobListQuery(), page: AppTests.page([]))))
        #expect(!Self.footer(state).contains("D doctor"), "\(Self.footer(state))")
    }

    /// The host of a list may be silent by itself.
    @Test func aListAloneDoesNotLoseTheConnectionTwice() throws {
        var state = Self.connected()
        let refusal = App.Action.endpoints(.endpointsRefused(failure: Self.silence))
        _ = App.reduce(&state, refusal)
        _ = App.reduce(&state, .connected(info: Self.info, at: Self.at(1)))
        _ = App.reduce(&state, .ticked(at: Self.at(30)))
        #expect(!App.reduce(&state, refusal).contains(.connect))
        try state.press("<ctrl-l>")
        #expect(!Self.header(state).contains("lost"))
        #expect(Self.footer(state).contains("D doctor"), "why is of use all the same")
        _ = App.reduce(&state, .ticked(at: Self.at(90)))
        #expect(App.reduce(&state, refusal).contains(.connect))
    }

    @Test func whatIsRefusedOrWasNeverConnectedIsNoLostConnection() {
        var state = Self.connected()
        let refused = ServiceFailure(
            kind: .unauthorized, operation: "list the jobs", detail: "403")
        _ = App.reduce(&state, .endpoints(.endpointsRefused(failure: refused)))
        #expect(state.connection.failure == nil)
        state = AppTests.begun()
        _ = App.reduce(&state, .endpoints(.endpointsRefused(failure: Self.silence)))
        #expect(state.connection.failure == nil, "the question that is open will tell")
    }

    @Test(arguments: [("local", "engine ✗ no connection"), ("prod", "workspace ✗ no connection")])
    func aConnectionThatNeverWasIsNotLost(context: String, words: String) {
        var state = App.State(
            context: context, size: Size(rows: 24, columns: 80), glyphs: .unicode,
            isReadOnly: false)
        _ = App.reduce(&state, .connectionLost(failure: Self.silence, at: Self.at(600)))
        #expect(Self.header(state).contains(words), "\(Self.header(state))")
    }
}
