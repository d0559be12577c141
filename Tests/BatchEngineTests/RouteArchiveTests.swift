import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

/// Changing a job afterwards, by the three requests that clients send for it.
@Suite struct RouteArchiveTests {
    private let fixture: EngineFixture
    private let id: Job.ID

    init() async throws {
        fixture = try EngineFixture()
        let json =
            #"{"properties":{"inputData":{"a":{"jobInputType":"UriFolder","uri":"azureml:toys:2"}},"tags":{"team":"toys"}}}"#
        let wire = try await fixture.get(
            WireResource<WireEndpointJob>.self, .scoring("toys", .invoke), json: json)
        id = Job.ID(try #require(wire.name))
        await fixture.engine.jobs.ended(id)
    }

    private var scope: WorkspaceScope { fixture.engine.scope }

    private func names(_ view: ListView) async throws -> [[String?]] {
        let page = PageQuery(view: view)
        let workspace = try await fixture.get(
            WirePage<WireResource<WireJob>>.self, .jobs(page, tag: nil))
        let tagged = try await fixture.get(
            WirePage<WireResource<WireJob>>.self, .jobs(page, tag: "team=toys"))
        let endpoint = try await fixture.get(
            WirePage<WireResource<WireEndpointJob>>.self,
            .frontEnd(scope, .jobs("toys", nil, page)))
        return [workspace.value.map(\.name), tagged.value.map(\.name), endpoint.value.map(\.name)]
    }

    private func expectLists(archived: Bool) async throws {
        let there = [[String?]](repeating: [id.rawValue], count: 3)
        let empty = [[String?]](repeating: [], count: 3)
        #expect(try await names(.active) == (archived ? empty : there))
        #expect(try await names(.archived) == (archived ? there : empty))
        #expect(try await names(.all) == there)
    }

    /// What a client that has read a job sends back with one member changed.
    private func whole(_ changes: [String: JSONValue]) async throws -> String {
        let job = try await fixture.get(JSONValue.self, .job(id))
        var properties = try #require(job["properties"]?.members)
        for (name, value) in changes { properties[name] = value }
        let body = JSONValue.object(["properties": .object(properties), "id": .string("x")])
        return String(decoding: try WireJSON.encode(body), as: UTF8.self)
    }

    /// The job without the one property whose text is put together anew for every answer.
    private func settled() async throws -> Job? {
        var job = Job(try await fixture.get(WireResource<WireJob>.self, .job(id)))
        #expect(job?.properties.removeValue(forKey: Engine.stagesKey) != nil)
        return job
    }

    @Test func aPutOfTheWholeJobArchivesAndRestores() async throws {
        let before = try await settled()
        for isArchived in [true, false] {
            let body = try await whole(["isArchived": .boolean(isArchived)])
            let answer = await fixture.ask(.putJob(id), json: body)
            #expect(answer.status == 200, "\(answer.text)")
            let job = try WireJSON.decode(WireResource<WireJob>.self, from: answer.bytes)
            #expect(job.properties?.isArchived == isArchived)
            try await expectLists(archived: isArchived)
        }
        #expect(try await settled() == before)
        await fixture.engine.shutdown()
    }

    @Test func theOfficialClientsPatchOfRunHistoryArchivesAndRenames() async throws {
        let route = Route.history(scope, .modify(experiment: "toys", run: id.rawValue))
        let run = try await fixture.get(WireRun.self, route, json: #"{"hidden":true}"#)
        #expect(run.hidden == true)
        try await expectLists(archived: true)
        _ = try await fixture.get(WireRun.self, route, json: #"{"hidden":false}"#)
        try await expectLists(archived: false)
        _ = try await fixture.get(
            WireRun.self, route,
            json:
                #"{"displayName":"bears","description":"d","tags":{"a":"b"},"properties":{"p":"q"}}"#
        )
        let job = try #require(try await fixture.engine.jobs.job(id))
        #expect(job.displayName == "bears" && job.summary == "d")
        #expect(job.tags["a"] == "b" && job.tags["team"] == "toys", "tags are added to")
        #expect(job.properties["p"] == "q")
        #expect(job.properties["azureml.endpointname"] == "toys")
        let refused = await fixture.ask(route, json: #"{"status":"Failed"}"#)
        #expect(refused.status == 400 && refused.refusal.contains("status"))
        await fixture.engine.shutdown()
    }

    @Test func aPatchChangesWhatItNamesAlone() async throws {
        let answer = await fixture.ask(
            .patchJob(id), json: #"{"properties":{"description":"for the fair","tags":{"x":"y"}}}"#)
        #expect(answer.status == 200, "\(answer.text)")
        let job = try WireJSON.decode(WireResource<WireJob>.self, from: answer.bytes)
        #expect(job.properties?.description == "for the fair")
        #expect(job.properties?.tags?.values["x"] == "y")
        #expect(job.properties?.tags?.values["team"] == nil, "tags are replaced")
        #expect(job.properties?.tags?.values["azureml.deploymentname"] == "good")
        #expect(job.properties?.isArchived == false)
        await fixture.engine.shutdown()
    }

    @Test func anythingElseIsRefusedInTheServicesWords() async throws {
        for changes: [String: JSONValue] in [
            ["experimentName": .string("other")], ["jobType": .string("Command")],
            ["settings": .object(["a": .string("b")])],
        ] {
            let answer = await fixture.ask(.putJob(id), json: try await whole(changes))
            #expect(answer.status == 400)
            let name = try #require(changes.keys.first)
            let word = name.prefix(1).uppercased() + name.dropFirst()
            #expect(answer.refusal.contains("the existing job's \(word) cannot be changed"))
            #expect(answer.refusal.contains("isArchived can be updated"))
        }
        for body in [
            #"{"properties":{"isArchived":"yes"}}"#, #"{"properties":{"tags":"x"}}"#, "{}",
        ] {
            #expect(await fixture.ask(.putJob(id), json: body).status == 400, "\(body)")
        }
        let nobody = #"{"properties":{"isArchived":true}}"#
        #expect(await fixture.ask(.putJob("nobody"), json: nobody).status == 400)
        #expect(await fixture.ask(.patchJob("nobody"), json: nobody).status == 404)
        let route = Route.history(scope, .modify(experiment: "toys", run: "nobody"))
        #expect(await fixture.ask(route, json: #"{"hidden":true}"#).status == 404)
        try await expectLists(archived: false)
        await fixture.engine.shutdown()
    }
}
