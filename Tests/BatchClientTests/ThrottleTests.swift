import BatchModel
import TestSupport
import Testing

@testable import BatchClient

/// What a host says of itself holds for everybody who asks it: how long to wait, and what time it is there.
@Suite(.timeLimit(.minutes(5))) struct ThrottleTests {
    private static let empty = FakeService.Reply.json("{\"value\":[]}")

    private func client(_ bench: Bench, _ surroundings: ClientSurroundings) -> BatchClient {
        let connection = bench.connection()
        return BatchClient.live(
            connection: { () throws(ServiceFailure) in connection },
            transport: bench.service.transport,
            folders: ClientFolders(cache: bench.folder.path, state: bench.folder.path),
            surroundings: surroundings)
    }

    @Test func oneRefusedCallHoldsAllOthersToThatHostBackAndNoOther() async throws {
        let bench = try Bench()
        let clock = ManualClock()
        bench.service.on(.get, "/data?") { _ in .empty(429, [("Retry-After", "7")]) }
        for list in ["/batchEndpoints?", "/children"] {
            bench.service.on(.get, list) { _ in Self.empty }
        }
        let client = client(bench, clock.surroundings)
        let refused = Task { try await client.dataAssets() }
        try await Eventually.settled("the hold") { clock.nextWake == .seconds(7) }
        bench.service.on(.get, "/data?") { _ in Self.empty }
        // Another host is asked at once.
        _ = try await client.steps("j")
        let held = Task { try await client.endpoints() }
        try await Eventually.settled("two held calls") { clock.sleeperCount >= 2 }
        #expect(bench.service.calls(.get, "/batchEndpoints").isEmpty)
        clock.advance(.seconds(7))
        _ = try await refused.value
        #expect(bench.service.calls(.get, "/batchEndpoints").isEmpty)
        // Those who were held come a moment later, spread.
        clock.advance(.seconds(1))
        _ = try await held.value
        #expect(bench.service.calls(.get, "/batchEndpoints").count == 1)
        _ = try await client.endpoints()
    }

    @Test func aLongHoldIsToldWithoutAskingAndHasAnEnd() async throws {
        let bench = try Bench()
        let clock = ManualClock()
        bench.service.on(.get, "/data?") { _ in .empty(429, [("Retry-After", "86400")]) }
        bench.service.on(.get, "/batchEndpoints?") { _ in Self.empty }
        let client = client(bench, clock.surroundings)
        let first = await failure { () throws(ServiceFailure) in _ = try await client.dataAssets() }
        #expect(first?.httpStatus == 429 && first?.advice.contains("86400") == true)
        let second = await failure { () throws(ServiceFailure) in _ = try await client.endpoints() }
        #expect(second?.httpStatus == 429 && second?.detail.contains("arm.test") == true)
        #expect(second?.detail.contains("nothing was sent") == true)
        #expect(bench.service.calls.count == 1)
        clock.advance(HostNotes.longestHold)
        _ = try await client.endpoints()
        #expect(bench.service.calls.count == 2)
    }

    @Test(arguments: [Duration.seconds(7200), .seconds(-7200), .zero])
    func aDateToWaitForIsMeasuredByTheServicesClock(ours: Duration) async throws {
        let bench = try Bench()
        let there = bench.clock.now + ours
        bench.service.on(
            .get, "/batchEndpoints?",
            inTurn: [
                .empty(
                    503,
                    [
                        ("Date", HTTPDate.text(there)),
                        ("Retry-After", HTTPDate.text(there + .seconds(20))),
                    ]), Self.empty,
            ])
        _ = try await bench.client.endpoints()
        #expect(bench.clock.sleeps == [.seconds(20)])
    }

    @Test(arguments: ["soon", "-5", "", "1e9"])
    func aWaitThatCannotBeReadIsOurOwn(text: String) async throws {
        let bench = try Bench()
        bench.service.on(
            .get, "/batchEndpoints?", inTurn: [.empty(503, [("Retry-After", text)]), Self.empty])
        _ = try await bench.client.endpoints()
        #expect(bench.clock.sleeps == [.milliseconds(200)])
    }

    @Test func signaturesAreMadeByTheServicesClock() async throws {
        let bench = try Bench()
        let there = bench.clock.now + .seconds(-3600)
        let date = [("Date", HTTPDate.text(there))]
        bench.service.on(.get, "/datastores/old?") { _ in
            .answer(
                200, date,
                Array(Bench.datastore.replacing("workspaceblobstore", with: "old").utf8))
        }
        bench.service.on(.post, "/datastores/old/listSecrets") { _ in
            .answer(200, date, Array(#"{"secretsType":"AccountKey","key":"a2V5"}"#.utf8))
        }
        bench.service.on(.get, "acct.blob.core.test") { _ in
            .text("<EnumerationResults><Blobs/></EnumerationResults>", status: 200)
        }
        _ = try await bench.client.browse("old", "")
        let call = try #require(bench.service.calls(.get, "acct.blob").first)
        #expect(call.header("x-ms-date") == HTTPDate.text(there))
        func written(_ time: Timestamp) -> String {
            time.iso8601.prefix(19).replacing(":", with: "%3A") + "Z"
        }
        let begin = written(there + .seconds(-300))
        #expect(call.url.contains("st=\(begin)&"), "\(call.url)")
        let end = written(there + .seconds(3600))
        #expect(call.url.contains("se=\(end)&"), "\(call.url)")
    }

    @Test(arguments: [Duration.seconds(36_000), .seconds(-36_000)])
    func aTokensEndIsMeasuredByTheClockThatToldIt(ahead: Duration) throws {
        let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
        let there = now + ahead
        let end = Int64((there + .seconds(3000)).secondsSinceEpoch)
        let answer = ServiceAnswer(
            status: 200, headers: [("Date", HTTPDate.text(there))],
            bytes: Array("{\"access_token\":\"t\",\"expires_on\":\(end)}".utf8))
        let token = try #require(TokenAnswer(answer, now: now)).token
        #expect(token.expiresAt == now + .seconds(3000))
    }

    @Test func aTokenThatSeemsOverWhenItComesIsNotFetchedForEveryCall() async throws {
        let clock = ManualClock()
        let fetched = Counter()
        let credential = Credential(name: "test") { _ throws(CredentialFailure) in
            _ = fetched.next()
            return AccessToken(text: "t", expiresAt: clock.now + .seconds(-3600))
        }
        let context = AzureContext(name: "prod", scope: Bench.scope)
        let source = TokenSource(context, [credential], now: { clock.now })
        for _ in 0..<5 { _ = try await source.token(.management) }
        #expect(fetched.next() == 2)
        clock.advance(TokenSource.shortestUse)
        _ = try await source.token(.management)
        #expect(fetched.next() == 4)
    }
}
