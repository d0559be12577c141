import BatchModel
import Foundation
import Testing

@testable import BatchEngine

/// Endpoints made, changed and deleted over the API: the files say it afterwards.
@Suite struct EndpointChangeTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    @Test func anEndpointIsMadeAsAzuresOwnFile() async throws {
        let answer = await fixture.change(
            .putEndpoint("fresh"),
            """
            {"location":"nowhere","tags":{"t1":"1"},
            "properties":{"authMode":"aadToken","description":"funny","properties":{"p":"v"}}}
            """)
        #expect(answer.status == 201, "\(answer.text)")
        let wire = try WireJSON.decode(WireResource<WireEndpoint>.self, from: answer.bytes)
        #expect(wire.properties?.authMode == "AADToken")
        #expect(wire.properties?.description == "funny")
        #expect(wire.properties?.scoringUri?.hasSuffix("/endpoints/fresh/jobs") == true)
        #expect(wire.tags?.values == ["t1": "1"])
        let text = try #require(fixture.read("endpoints/fresh/endpoint.yml"))
        #expect(
            text == """
                $schema: https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json
                name: fresh
                description: funny
                auth_mode: aad_token
                tags:
                  t1: "1"

                """)
        #expect(fixture.catalog.endpoint("fresh") == Endpoint(wire).map(Self.withoutAddress))
        #expect(await fixture.ask(.endpoint("fresh")).status == 200)
    }

    private static func withoutAddress(_ endpoint: Endpoint) -> Endpoint {
        var endpoint = endpoint
        endpoint.scoringURI = nil
        return endpoint
    }

    @Test func aClientCanWaitForAChange() async throws {
        let made = await fixture.change(.putEndpoint("fresh"), #"{"properties":{}}"#)
        #expect(made.headers["retry-after"] == "1")
        let address = try #require(made.headers["azure-asyncoperation"])
        let target = String(address.dropFirst(EngineFixture.address.base.count))
        let answer = await fixture.send(.get, target)
        let status = try WireJSON.decode(WireOperation.self, from: answer.bytes)
        #expect(status.status == "Succeeded")
        #expect(status.endTime != nil)

        let deleted = await fixture.change(.deleteEndpoint("fresh"))
        #expect(deleted.status == 202)
        #expect(deleted.text == "null")
        let location = try #require(deleted.headers["location"])
        let result = await fixture.send(
            .get, String(location.dropFirst(EngineFixture.address.base.count)))
        #expect(result.status == 200)
    }

    @Test func theDefaultDeploymentChangesItsLineAlone() async throws {
        try fixture.write(
            "# mine\nname: toys\ndefaults:\n  deployment_name: good # first\n",
            to: "endpoints/toys/endpoint.yml")
        let answer = await fixture.change(
            .putEndpoint("toys"), #"{"properties":{"defaults":{"deploymentName":"quiet"}}}"#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(
            fixture.read("endpoints/toys/endpoint.yml")
                == "# mine\nname: toys\ndefaults:\n  deployment_name: quiet # first\n")
        let wire = try await fixture.get(WireResource<WireEndpoint>.self, .endpoint("toys"))
        #expect(wire.properties?.defaults?.deploymentName == "quiet")
    }

    @Test func aPatchLeavesWhatItDoesNotName() async throws {
        let answer = await fixture.change(.patchEndpoint("toys"), #"{"tags":{"team":"a"}}"#)
        #expect(answer.status == 200, "\(answer.text)")
        let endpoint = try #require(fixture.catalog.endpoint("toys"))
        #expect(endpoint.tags == ["team": "a"])
        #expect(endpoint.summary == "Counts toys.")
        #expect(endpoint.defaultDeployment == "good")
        #expect(await fixture.change(.patchEndpoint("none"), "{}").status == 404)
    }

    @Test func anEndpointGoesToTheTrashAndItsJobsAndUsersStay() async throws {
        // lonely/only uses the code of toys/good: those files stay where they are.
        let answer = await fixture.change(.deleteEndpoint("toys"))
        #expect(answer.status == 202, "\(answer.text)")
        #expect(await fixture.ask(.endpoint("toys")).status == 404)
        #expect(fixture.read("endpoints/toys/good/code/score.py") != nil)
        #expect(fixture.trash.contains { $0.hasSuffix("endpoints/toys/endpoint.yml") })
        #expect(fixture.trash.contains { $0.hasSuffix("endpoints/toys/good/deployment.yml") })
        #expect(fixture.catalog.deployment("lonely", "only") != nil)

        #expect(await fixture.change(.deleteEndpoint("lonely")).status == 202)
        #expect(!FileManager.default.fileExists(atPath: fixture.workspace + "/endpoints/lonely"))
        #expect(fixture.trash.contains { $0.hasSuffix("-endpoint-lonely/endpoints/lonely/only") })
        #expect(await fixture.change(.deleteEndpoint("lonely")).status == 204)
    }

    /// A name, a body, the status, and words of the refusal.
    static let refusals: [(Endpoint.Name, String, Int, String)] = [
        ("no", "{}", 400, "3 to 32 letters"), ("..", "{}", 400, "3 to 32 letters"),
        ("a/../../b", "{}", 400, "3 to 32 letters"), ("under_score", "{}", 400, "is not a name"),
        ("toys", #"{"properties":{"authMode":"Key"}}"#, 400, "AuthMode must be 'AADToken'"),
        (
            "toys", #"{"properties":{"defaults":{"deployment_name":"good"}}}"#, 400,
            "Could not find member 'deployment_name' on object of type 'BatchEndpointDefaults'"
        ),
        (
            "toys", #"{"properties":{"defaults":{"deploymentName":"none"}}}"#, 400,
            "There is no deployment none"
        ),
        ("toys", #"{"tags":{"a":null}}"#, 400, "Tag values must not be null or empty."),
        ("toys", #"{"tags":{"a":""}}"#, 400, "Tag values must not be null or empty."),
        ("toys", "[", 400, "not the JSON"),
    ]

    @Test(arguments: refusals) func aBadEndpointIsRefusedAndChangesNothing(
        _ name: Endpoint.Name, _ body: String, _ status: Int, _ words: String
    ) async {
        let before = fixture.catalog
        let answer = await fixture.change(.putEndpoint(name), body)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.refusal.contains(words), "\(answer.refusal)")
        #expect(fixture.catalog == before)
    }

    @Test func thereIsALimit() async throws {
        for number in fixture.catalog.endpoints.count..<ControlRules.endpointLimit {
            try fixture.write(
                "name: more-\(number)\n", to: "endpoints/more-\(number)/endpoint.yml")
        }
        let answer = await fixture.change(.putEndpoint("one-more"), "{}")
        #expect(answer.status == 400)
        #expect(answer.refusal.contains("100 endpoints already"), "\(answer.refusal)")
        #expect(await fixture.change(.putEndpoint("more-50"), "{}").status == 200)
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() async throws {
        try FileManager.default.removeItem(atPath: fixture.workspace + "/endpoints")
        try fixture.write("in the way", to: "endpoints")
        let answer = await fixture.change(.putEndpoint("fresh"), "{}")
        #expect((400..<500).contains(answer.status), "\(answer.status)")
        #expect(answer.refusal.contains(fixture.workspace), "\(answer.refusal)")
    }

    @Test func aLinkLeadsNoChangeOutOfTheWorkspace() async throws {
        let outside = fixture.folder + "/outside"
        try FileManager.default.createDirectory(
            atPath: outside, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: fixture.workspace + "/endpoints/fresh", withDestinationPath: outside)
        let answer = await fixture.change(.putEndpoint("fresh"), "{}")
        #expect(answer.status == 409, "\(answer.text)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
    }

    @Test func ofTwoChangesAtOnceOneIsWhole() async throws {
        let names = (0..<8).map { "tag\($0)" }
        await withTaskGroup(of: Int.self) { group in
            for name in names {
                group.addTask {
                    await fixture.change(
                        .putEndpoint("fresh"),
                        #"{"tags":{"\#(name)":"x"},"properties":{"description":"\#(name)"}}"#
                    ).status
                }
            }
            for await status in group { #expect(status == 200 || status == 201) }
        }
        let endpoint = try #require(fixture.catalog.endpoint("fresh"))
        #expect(endpoint.summary.map { endpoint.tags == [$0: "x"] } == true)
        #expect(!FileManager.default.fileExists(atPath: fixture.workspace + "/.batchdeck-staging"))
    }
}
