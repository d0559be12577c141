import BatchModel
import Foundation
import Testing

@testable import BatchEngine

/// One job through all doors: endpoint, workspace and run history.
@Suite struct RouteJobTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    private var scope: WorkspaceScope { fixture.engine.scope }

    private func start(tags: String = "{}") async throws -> Job.ID {
        let json =
            #"{"properties":{"inputData":{"a":{"jobInputType":"UriFolder","uri":"azureml:toys:2"}},"tags":\#(tags)}}"#
        let wire = try await fixture.get(
            WireResource<WireEndpointJob>.self, .scoring("toys", .invoke), json: json)
        return Job.ID(try #require(wire.name))
    }

    @Test func aFinishedJobIsSeenThroughEveryDoor() async throws {
        let id = try await start()
        await fixture.engine.jobs.ended(id)
        let managed = try await fixture.get(WireResource<WireJob>.self, .job(id))
        let job = try #require(Job(managed))
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        #expect(job.timeline.first?.status == .preparing)
        #expect(job.endpoint == "toys")
        #expect(job.deployment == "good")
        #expect(job.startedAt != nil && job.endedAt != nil)
        #expect(managed.properties?.services == .object([:]))
        #expect(managed.properties?.properties?.values["azureml.pipelines.stages"] != nil)
        let posted = try await fixture.get(
            WireResource<WireEndpointJob>.self, .scoring("toys", .job(id)))
        #expect(posted.properties?.status == "Completed")
        let list = try await fixture.get(
            WirePage<WireResource<WireEndpointJob>>.self,
            .frontEnd(scope, .jobs("toys", "good", PageQuery())))
        #expect(list.value.map(\.name) == [id.rawValue])
        #expect(list.total == 1)
        await fixture.engine.shutdown()
    }

    @Test func theScoreIsFoundByTheStepsOutput() async throws {
        let id = try await start()
        await fixture.engine.jobs.ended(id)
        let children = try await fixture.get(
            WirePage<WireRun>.self, .history(scope, .children(id.rawValue, PageQuery())))
        let child = try #require(children.value.first)
        #expect(child.name == "batchscoring")
        #expect(child.rootRunId == id.rawValue)
        let data = try await fixture.get(
            WireRunData.Answer.self, .history(scope, .runData),
            json: #"{"runId":"\#(child.runId)","selectRunMetadata":true}"#)
        let asset = try #require(data.runMetadata?.outputs?["score"]?.assetId)
        let resolved = try await fixture.get(
            WireResolvedURIs.Answer.self, .resolveURIs(scope), json: #"{"values":["\#(asset)"]}"#)
        let uri = try #require(resolved.values?[asset]?.uri)
        let place = try #require(DatastorePlace(uri, in: scope))
        let file = await fixture.ask(
            .storage(
                container: fixture.engine.folders.defaultContainer,
                .read(blob: place.path + "predictions.csv")))
        #expect(file.status == 200)
        #expect(file.text.split(separator: "\n").count == 2)
        let step = try await fixture.get(WireResource<WireJob>.self, .job(Job.ID(child.runId)))
        #expect(step.properties == nil)
        await fixture.engine.shutdown()
    }

    @Test func logFilesComeWithSignedAddresses() async throws {
        let id = try await start()
        await fixture.engine.jobs.ended(id)
        let children = try await fixture.get(
            WirePage<WireRun>.self, .history(scope, .children(id.rawValue, PageQuery())))
        let run = try #require(children.value.first).runId
        let details = try await fixture.get(
            WireRunDetails.self, .history(scope, .details(run)))
        let files = try #require(details.logFiles)
        let name = try #require(files.keys.first { $0.contains("job_progress_overview") })
        let url = try #require(files[name])
        let base = EngineFixture.address.storageBase
        #expect(url.hasPrefix("\(base)/azureml/ExperimentRun/dcid.\(run)/\(name)?"))
        let target = String(url.dropFirst(base.count))
        #expect(fixture.engine.access.allows(.get, target, now: EngineClock.now))
        let read = await fixture.send(.get, target, isStorageHost: true)
        #expect(read.status == 200)
        let counters = try await fixture.get(
            WireCounters.self, .history(scope, .counters(run)))
        #expect(counters.values["Total Items"] == 2)
        await fixture.engine.shutdown()
    }

    @Test func aJobIsFoundByItsTag() async throws {
        let first = try await start(tags: #"{"batchdeck.submission":"one"}"#)
        _ = try await start()
        func jobs(_ tag: String) async throws -> [String?] {
            try await fixture.get(
                WirePage<WireResource<WireJob>>.self, .jobs(PageQuery(), tag: tag)
            ).value.map(\.name)
        }
        #expect(try await jobs("batchdeck.submission") == [first.rawValue])
        #expect(try await jobs("batchdeck.submission=one") == [first.rawValue])
        #expect(try await jobs("batchdeck.submission=two") == [])
        await fixture.engine.shutdown()
    }

    @Test func aTagWithoutANameAndAPageBeyondEveryListAreRefused() async throws {
        _ = try await start(tags: #"{"a":"1"}"#)
        for tag in ["=", "=1", "=="] {
            #expect(await fixture.ask(.jobs(PageQuery(), tag: tag)).status == 400, "\(tag)")
        }
        for place in ["9223372036854775807", "-1", "x"] {
            let page = PageQuery(skip: place)
            #expect(await fixture.ask(.jobs(page, tag: nil)).status == 400, "\(place)")
            #expect(await fixture.ask(.jobs(page, tag: "a")).status == 400, "\(place)")
        }
        await fixture.engine.shutdown()
    }

    @Test func jobsComeNewestFirstInPages() async throws {
        var ids: [String] = []
        for _ in 0..<3 { ids.append(try await start().rawValue) }
        let first = try await fixture.get(
            WirePage<WireResource<WireJob>>.self, .jobs(PageQuery(count: 2), tag: nil))
        #expect(first.value.compactMap(\.name) == [ids[2], ids[1]])
        #expect(first.total == 3)
        #expect(first.nextLink?.contains("$skip=2") == true)
        let second = try await fixture.get(
            WirePage<WireResource<WireJob>>.self, .jobs(PageQuery(skip: "2", count: 2), tag: nil))
        #expect(second.value.compactMap(\.name) == [ids[0]])
        #expect(second.nextLink == nil)
        await fixture.engine.shutdown()
    }

    @Test func cancellingLeadsThroughTheOperationToTheEnd() async throws {
        try fixture.write(
            EngineFixture.script.replacingOccurrences(
                of: "return", with: "__import__('time').sleep(600)\n    return"),
            to: "endpoints/toys/good/code/score.py")
        let id = try await start()
        let cancel = await fixture.ask(.cancelJob(id))
        #expect(cancel.status == 202, "\(cancel.text)")
        #expect(cancel.text == "null")
        #expect(cancel.headers["retry-after"] == "1")
        let location = try #require(cancel.headers["location"])
        #expect(location.contains("/mfeOperationResults/jc%3A"))
        await fixture.engine.jobs.ended(id)
        let target = String(location.dropFirst(EngineFixture.address.base.count))
        let done = await fixture.send(.get, target)
        #expect(done.status == 200)
        #expect(done.bytes.isEmpty)
        let again = await fixture.ask(.cancelJob(id))
        #expect(again.status == 400)
        let error = try WireJSON.decode(WireError.self, from: again.bytes)
        #expect(error.error.code == "UserError")
        #expect(error.finestCode == "CancelPipelineRunInTerminalStatus")
        await fixture.engine.shutdown()
    }
}
