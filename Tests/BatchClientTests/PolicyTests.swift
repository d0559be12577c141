import BatchModel
import Testing

@testable import BatchClient

@Suite struct PolicyTests {
    private func endpoints(_ names: String..., next: String? = nil) -> FakeService.Reply {
        let items = names.map { "{\"name\":\"\($0)\",\"properties\":{}}" }.joined(separator: ",")
        let link = next.map { ",\"nextLink\":\"\($0)\"" } ?? ""
        return .json("{\"value\":[\(items)]\(link)}")
    }

    @Test func pagesAreFollowedOnTheSameHost() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints?") { _ in
            endpoints("b", next: "https://ARM.test/more?$skipToken=x%2By")
        }
        bench.service.on(.get, "/more?") { _ in endpoints("a") }
        let found = try await bench.client.endpoints()
        #expect(found.map(\.name) == ["a", "b"])
        #expect(bench.service.calls.last?.url == "https://ARM.test/more?$skipToken=x%2By")
        #expect(bench.service.calls.last?.header("Authorization") == "Bearer t-management")
    }

    @Test(arguments: [
        "https://evil.test/more", "http://arm.test/more", "https://arm.test:8443/more",
        "https://arm.test@evil.test/more", "https://arm.test:443@evil.test/more",
        "https://arm.test\\@evil.test/more", "https:\\/\\/evil.test", "//evil.test/more",
        "https://arm.test%2eevil.test/more", "https://arm.test.evil.test/more",
        "https://arm.test evil.test/more", "ftp://arm.test/more", "javascript:alert(1)",
        "https:///more", "arm.test:443/more",
    ])
    func aNextPageElsewhereIsRefusedAndNeverAsked(link: String) async throws {
        let bench = try Bench()
        let text = link.replacing("\\", with: "\\\\")
        bench.service.on(.get, "/batchEndpoints?") { _ in endpoints("a", next: text) }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.endpoints()
        }
        #expect(failed?.kind == .unexpected)
        #expect(failed?.detail.contains("another host") == true)
        #expect(failed?.advice.contains("not followed") == true)
        #expect(bench.service.calls.count == 1)
    }

    @Test func aListWithoutEndIsAnErrorThatSaysSo() async throws {
        let bench = try Bench()
        let page = Counter()
        bench.service.on(.get, "arm.test") { _ in
            endpoints("a", next: "https://arm.test/x?$skipToken=\(page.next())")
        }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.endpoints()
        }
        #expect(failed?.detail.contains("10000 pages") == true)
        #expect(bench.service.calls.count == ServiceCaller.pageLimit)
    }

    @Test(arguments: [408, 429, 500, 502, 503, 504])
    func passingStatusesAreRepeatedWithGrowingWaits(status: Int) async throws {
        let bench = try Bench()
        bench.service.on(
            .get, "/batchEndpoints?", inTurn: [.empty(status), .empty(status), endpoints("a")])
        #expect(try await bench.client.endpoints().count == 1)
        #expect(bench.clock.sleeps == [.milliseconds(200), .milliseconds(400)])
    }

    @Test func retryAfterWinsInAllItsForms() async throws {
        let bench = try Bench()
        let date = HTTPDate.text(bench.clock.now + .seconds(3) + .milliseconds(1500) + .seconds(9))
        bench.service.on(
            .get, "/batchEndpoints?",
            inTurn: [
                .empty(429, [("Retry-After", "3")]),
                .empty(503, [("x-ms-retry-after-ms", "1500"), ("Retry-After", "9")]),
                .empty(503, [("Retry-After", date)]), endpoints("a"),
            ])
        _ = try await bench.client.endpoints()
        #expect(bench.clock.sleeps.prefix(2) == [.seconds(3), .milliseconds(1500)])
        #expect(bench.clock.sleeps.count == 3)
        #expect(bench.clock.sleeps[2] > .seconds(8) && bench.clock.sleeps[2] <= .seconds(9))
    }

    @Test func aWaitLongerThanAMinuteIsNotWaitedButTold() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints?") { _ in
            .empty(429, [("Retry-After", "3600")])
        }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.endpoints()
        }
        #expect(failed?.httpStatus == 429)
        #expect(failed?.advice.contains("3600") == true)
        #expect(bench.clock.sleeps.isEmpty)
    }

    @Test func triesAreBounded() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints?") { _ in .lost(.noAnswer("cut")) }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.endpoints()
        }
        #expect(failed?.kind == .unreachable)
        #expect(bench.service.calls.count == RetryPolicy().tries)
    }

    @Test(arguments: [400, 403, 404, 409])
    func refusalsAreNotRepeated(status: Int) async throws {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints?") { _ in .empty(status) }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.endpoints()
        }
        #expect(failed?.httpStatus == status)
        #expect(bench.service.calls.count == 1)
    }

    @Test func aRefusedTokenIsRenewedOnce() async throws {
        let bench = try Bench()
        let opened = Counter()
        let client = BatchClient.live(
            connection: { () throws(ServiceFailure) in
                bench.connection(token: "t\(opened.next())")
            }, transport: bench.service.transport,
            folders: ClientFolders(cache: bench.folder.path, state: bench.folder.path),
            surroundings: bench.clock.surroundings)
        bench.service.on(.get, "/batchEndpoints?") { call in
            call.header("Authorization") == "Bearer t2-management"
                ? endpoints("a") : .text("Jwt is expired", status: 401)
        }
        #expect(try await client.endpoints().count == 1)
        #expect(bench.service.calls.count == 2)
    }

    @Test func aRestartedLocalEngineIsFoundAgain() async throws {
        let bench = try Bench(isLocal: true)
        let opened = Counter()
        let client = BatchClient.live(
            connection: { () throws(ServiceFailure) in
                var connection = bench.connection()
                connection.managementURL = "http://127.0.0.1:\(opened.next())"
                return connection
            }, transport: bench.service.transport,
            folders: ClientFolders(cache: bench.folder.path, state: bench.folder.path),
            surroundings: bench.clock.surroundings)
        bench.service.on(.get, "127.0.0.1:1/") { _ in .lost(.notSent("refused")) }
        bench.service.on(.get, "127.0.0.1:2/") { _ in endpoints("a") }
        #expect(try await client.endpoints().count == 1)
        #expect(bench.clock.sleeps.isEmpty)
    }

    @Test func everyRequestSaysWhoSendsItAndHasAnID() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints?") { _ in endpoints("a") }
        _ = try await bench.client.endpoints()
        let call = try #require(bench.service.calls.first)
        #expect(call.header("User-Agent")?.hasPrefix("batchdeck/") == true)
        #expect(call.header("x-ms-client-request-id") == "id-1")
        #expect(call.header("Accept") == "application/json")
        #expect(call.url.contains("api-version=2024-04-01"))
    }

    @Test func theApiBaseIsDiscoveredOnceAndWithoutAToken() async throws {
        let bench = try Bench()
        let client = BatchClient.live(
            connection: { () throws(ServiceFailure) in
                var connection = bench.connection()
                connection.apiURL = nil
                return connection
            }, transport: bench.service.transport,
            folders: ClientFolders(cache: bench.folder.path, state: bench.folder.path),
            surroundings: bench.clock.surroundings)
        bench.service.on(.get, "/workspaces/ws?") { _ in
            .json("{\"properties\":{\"discoveryUrl\":\"https://region.test/discovery\"}}")
        }
        bench.service.on(.get, "region.test/discovery") { _ in
            .json("{\"api\":\"https://found.test/\",\"studio\":\"x\"}")
        }
        bench.service.on(.get, "/children") { _ in .json("{\"value\":[{\"runId\":\"r1\"}]}") }
        #expect(try await client.steps("j1").map(\.id) == ["r1"])
        _ = try await client.steps("j1")
        let asked = bench.service.calls(.get, "region.test/discovery")
        #expect(asked.count == 1)
        #expect(asked.first?.header("Authorization") == nil)
        #expect(
            bench.service.calls.last?.url.hasPrefix("https://found.test/history/v1.0/") == true)
    }

    @Test func anUnknownEndpointIsAnsweredWithThoseThatExist() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints?") { _ in
            endpoints("digits-batch", "wine-classifier")
        }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.endpoint("digit-batch")
        }
        #expect(failed?.kind == .notFound)
        #expect(
            failed?.detail
                == "no endpoint 'digit-batch'; there are: digits-batch, wine-classifier")
        #expect(failed?.advice == "Did you mean 'digits-batch'?")
    }

    @Test func aPipelineDeploymentGetsItsComponentsInputs() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/deployments?") { _ in
            .json(
                """
                {"value":[{"name":"p","properties":{"deploymentConfiguration":{
                "deploymentConfigurationType":"PipelineComponent","componentId":{
                "assetId":"/x/components/train/versions/3"}}}}]}
                """)
        }
        bench.service.on(.get, "/components/train/versions/3") { _ in
            .json(
                """
                {"properties":{"componentSpec":{"inputs":{"rate":{"type":"number","default":"0.5",
                "min":"0","optional":true},"data":{"type":"uri_folder"}},
                "outputs":{"model":{"type":"uri_folder"}}}}}
                """)
        }
        let found = try await bench.client.deployments("e")
        #expect(found.first?.inputs.map(\.name) == ["data", "rate"])
        #expect(found.first?.inputs.last?.defaultValue == .number(0.5))
        #expect(found.first?.outputs.map(\.name) == ["model"])
        _ = try await bench.client.deployments("e")
    }

    @Test func anUnswappedFieldNamesItself() async {
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await BatchClient.unimplemented.jobs(JobListQuery())
        }
        #expect(failed?.detail.contains("'jobs'") == true)
    }
}

/// Counts from one.
final class Counter: Sendable {
    private let value = Box(0)
    func next() -> Int {
        value.change {
            $0 += 1; return $0
        }
    }
}
