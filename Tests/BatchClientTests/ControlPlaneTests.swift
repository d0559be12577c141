import BatchModel
import Testing

@testable import BatchClient

/// What goes over the wire when an endpoint is made or changed, held against the service's own client's requests.
@Suite struct EndpointKeeperTests {
    private static let endpoint = """
        {"name":"wine","location":"eastus","tags":{"a":"b"},"properties":{"authMode":"AADToken",
        "description":"d","properties":{"p":"q"},"defaults":{"deploymentName":"one"},
        "provisioningState":"Succeeded"}}
        """

    private func bench() throws -> Bench {
        let bench = try Bench()
        bench.service.on(.get, "/workspaces/ws?") { _ in
            .json(#"{"name":"ws","location":"eastus"}"#)
        }
        bench.service.on(.get, "/batchEndpoints/wine?") { _ in .json(Self.endpoint) }
        return bench
    }

    @Test func anEndpointIsMadeByTheOfficialClientsBody() async throws {
        let bench = try bench()
        bench.service.on(.put, "/batchEndpoints/wine?") { _ in .json(Self.endpoint, status: 201) }
        let endpoint = Endpoint(
            name: "wine", summary: "d", defaultDeployment: "one", tags: ["a": "b"])
        _ = try await bench.client.control.putEndpoint(endpoint)
        let body = try #require(bench.service.calls(.put).first?.json)
        let wanted = #"""
            {"location":"eastus","tags":{"a":"b"},"properties":{"description":"d",
            "authMode":"aadToken","properties":{},"defaults":{"deploymentName":"one"}}}
            """#
        #expect(try body == WireJSON.decode(JSONValue.self, from: Array(wanted.utf8)))
    }

    @Test func aChangeIsAWholePutThatKeepsFreeProperties() async throws {
        let bench = try bench()
        bench.service.on(.put, "/batchEndpoints/wine?") { _ in .json(Self.endpoint) }
        _ = try await bench.client.control.updateEndpoint(
            Endpoint(name: "wine", summary: "d", defaultDeployment: "two", tags: ["a": "b"]))
        #expect(bench.service.calls(.patch).isEmpty)
        let body = bench.service.calls(.put).first?.json?["properties"]
        #expect(body?["properties"] == .object(["p": .string("q")]))
        #expect(body?["defaults"]?["deploymentName"]?.string == "two")
    }

    @Test func anOperationIsFollowedAtTheServicesPace() async throws {
        let bench = try bench()
        let address = Bench.arm + "/operations/1"
        let creating = #"{"properties":{"provisioningState":"Creating"}}"#
        bench.service.on(.put, "/batchEndpoints/wine?") { _ in
            .answer(
                201, [("Azure-AsyncOperation", address), ("Retry-After", "7")], Array(creating.utf8)
            )
        }
        bench.service.on(
            .get, "/operations/1",
            inTurn: [.json(#"{"status":"Updating"}"#), .json(#"{"status":"Succeeded"}"#)])
        _ = try await bench.client.control.putEndpoint(Endpoint(name: "wine"))
        #expect(bench.clock.sleeps == [.seconds(7), .seconds(2)])
    }

    @Test func whatIsAcceptedIsNotWaitedForWhereNobodyWantsTo() async throws {
        let bench = try bench()
        let headers = [("Azure-AsyncOperation", Bench.arm + "/operations/1")]
        let creating = #"{"name":"wine","properties":{"provisioningState":"Creating"}}"#
        bench.service.on(.put, "/batchEndpoints/wine?") { _ in
            .answer(201, headers, Array(creating.utf8))
        }
        bench.service.on(.delete, "/batchEndpoints/wine?") { _ in .empty(202, headers) }
        let control = bench.client.control.withoutWaiting()
        let begun = try await control.putEndpoint(Endpoint(name: "wine"))
        #expect(begun.provisioningState == "Creating")
        try await control.deleteEndpoint("wine")
        #expect(bench.service.calls(.delete).count == 1)
        #expect(bench.service.calls(.get, "/operations/").isEmpty)
        #expect(bench.clock.sleeps.isEmpty)
    }

    @Test func anAnswerWithoutABodyIsFollowedByALook() async throws {
        let bench = try bench()
        bench.service.on(.put, "/batchEndpoints/wine?") { _ in
            .empty(202, [("Location", Bench.arm + "/operations/1")])
        }
        let control = bench.client.control.withoutWaiting()
        let begun = try await control.putEndpoint(Endpoint(name: "wine"))
        #expect(begun.provisioningState == "Succeeded", "as the service says when it is asked")
        #expect(bench.service.calls(.get, "/operations/").isEmpty)
    }

    @Test func progressOnAnotherHostIsNotAsked() async throws {
        let bench = try bench()
        bench.service.on(.put, "/batchEndpoints/wine?") { _ in
            .empty(202, [("Location", "https://elsewhere.test/operations/1")])
        }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.control.putEndpoint(Endpoint(name: "wine"))
        }
        #expect(failed?.detail.contains("elsewhere.test") == true)
        #expect(bench.service.calls(.get, "elsewhere").isEmpty)
    }
}
