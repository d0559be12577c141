import BatchModel
import Testing

@testable import BatchClient

/// What a connection to the cloud refuses to send, and how a refused sign-in reads.
@Suite struct CloudCallTests {
    private func caller(
        _ bench: Bench, _ url: String = Bench.arm, isReadOnly: Bool = false
    ) -> ServiceCaller {
        let connection = Connection(
            context: "prod", isLocal: false, scope: Bench.scope, managementURL: url, apiURL: nil,
            isReadOnly: isReadOnly, token: { _ throws(ServiceFailure) in "t" })
        return ServiceCaller(
            transport: bench.service.transport,
            keeper: ConnectionKeeper { () throws(ServiceFailure) in connection },
            surroundings: bench.clock.surroundings)
    }

    private func failed(
        _ caller: ServiceCaller, _ request: ServiceRequest
    ) async -> ServiceFailure? {
        await failure { () throws(ServiceFailure) in _ = try await caller.fetch(request) }
    }

    @Test func noTokenTravelsByPlainHTTPToAnotherMachine() async throws {
        let bench = try Bench()
        let route = Route.management(Bench.scope, .workspace)
        let refused = await failed(
            caller(bench, "http://arm.test"), ServiceRequest(route, operation: "look"))
        #expect(refused?.detail.contains("http://arm.test is no address") == true)
        #expect(bench.service.calls.isEmpty)
        bench.service.on(.get, "signed") { _ in .empty(200) }
        let open = ServiceRequest(
            .get, "http://arm.test/signed", audience: nil, operation: "look")
        #expect(await failed(caller(bench), open) == nil, "without a token there is no risk")
    }

    @Test func aReadOnlyConnectionSendsNoChangeByAnyRoad() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/") { _ in .empty(200) }
        let reader = caller(bench, isReadOnly: true)
        let changes = [
            ServiceRequest(.put, "https://b.test/x", audience: nil, operation: "upload"),
            ServiceRequest(.delete, "https://b.test/x", audience: nil, operation: "delete"),
            ServiceRequest(
                .post, "https://e.test/jobs", audience: .machineLearning, operation: "submit"),
            ServiceRequest(.management(Bench.scope, .cancelJob("j")), operation: "cancel"),
        ]
        for change in changes {
            #expect(await failed(reader, change)?.serviceCode == "ReadOnly", "\(change.operation)")
        }
        #expect(bench.service.calls.isEmpty)
        let secrets = ServiceRequest(
            .management(Bench.scope, .datastoreSecrets("d")), operation: "read")
        #expect(await failed(reader, secrets) == nil, "a posted question changes nothing")
        let look = ServiceRequest(.management(Bench.scope, .workspace), operation: "look")
        #expect(await failed(reader, look) == nil)
    }

    @Test func aChallengeForAPersonIsExplained() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/workspaces/") { _ in
            .empty(401, [("WWW-Authenticate", "Bearer error=\"x\", claims=\"eyJh\"")])
        }
        let look = ServiceRequest(.management(Bench.scope, .workspace), operation: "look")
        let refused = await failed(caller(bench), look)
        #expect(refused?.kind == .unauthorized)
        #expect(refused?.advice.contains("az login") == true)
    }
}
