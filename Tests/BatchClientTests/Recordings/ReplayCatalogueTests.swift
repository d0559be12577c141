import BatchModel
import Testing

@testable import BatchClient

/// Endpoints, data and datastores as the real service answered them, and jobs that are stopped.
@Suite(.enabled(if: RecordedExchange.folder != nil, RecordedExchange.absence))
struct ReplayCatalogueTests {
    @Test func latestIsTheVersionMadeLastWhateverItIsCalled() async throws {
        let replay = try Replay("data-latest-label")
        for name in ["foo", "bar", "baz", "foobar"] {
            let version = try await replay.client.dataVersion("test_371783499292", .latest)
            #expect(version.version == name && version.type == .uriFile)
            #expect(version.summary == "this is a test dataset")
            #expect(version.armID.hasSuffix("/data/test_371783499292/versions/\(name)"))
            #expect(version.uri.hasSuffix("/simple_train.py"))
        }
        #expect(replay.strays == [] && replay.misdirected.isEmpty)
    }

    @Test func versionsAreListedNewestFirst() async throws {
        let replay = try Replay("data-list", "data-create-uri-folder")
        let versions = try await replay.client.dataVersions("list_data_v2_test")
        #expect(versions.map(\.version) == ["2", "1"])
        #expect(versions.map(\.uri) == ["http://bla/", "https://bla/"])
        let one = try await replay.client.dataVersion("list_data_v2_test", .named("1"))
        #expect(one == versions[1])
        let folder = try await replay.client.dataVersion("test_89988238986", .named("1"))
        #expect(folder.type == .uriFolder && folder.uri.hasSuffix("/tmp_folder/"))
        #expect(replay.strays == [] && replay.misdirected.isEmpty)
    }

    @Test func datastoresOfEveryKindAreListedTheDefaultOneFirst() async throws {
        let replay = try Replay("datastore-blob")
        let client = replay.client
        let stores = try await client.datastores()
        #expect(stores.first?.name == "workspaceblobstore" && stores.first?.isDefault == true)
        #expect(stores.count == 6 && stores.filter(\.isDefault).count == 1)
        #expect(
            stores.filter { $0.kind == .file }.map(\.name.rawValue)
                == ["workspacefilestore", "workspaceworkingdirectory"])

        let name: Datastore.Name = "test_671910247082"
        let store = try await client.datastore(name)
        #expect(store.accountName == "teststorageaccount" && store.containerName == "testblob")
        #expect(store.credentialsType == "AccountKey" && store.endpointSuffix == "core.windows.net")
        // The secret is an account's key: a signature for the one container is made from it, the key goes nowhere.
        let grant = try await StorageGrants(caller: replay.caller)
            .grant(for: store, in: Replay.scope)
        guard case .sas(let query) = grant else {
            Issue.record("\(grant)")
            return
        }
        #expect(query.contains("sr=c") && query.contains("sig="))
        #expect(!query.contains("dGhpcyBpcyBmYWtlIGtleQ"))

        _ = try await client.datastore(name)
        let gone = await failure { () throws(ServiceFailure) in
            _ = try await client.datastore(name)
        }
        #expect(gone?.kind == .notFound)
        #expect(gone?.detail.contains("workspaceblobstore") == true)
        #expect(replay.strays == [] && replay.misdirected.isEmpty)
    }

    @Test func anEndpointThatWasDeletedIsNotFoundInTheServicesWords() async throws {
        let replay = try Replay("batch-endpoint-create-delete")
        let name: Endpoint.Name = "be-e2e-142927526e2548d8a2d1344a1"
        let endpoint = try await replay.client.endpoint(name)
        #expect(endpoint.tags == ["t1": "v1"] && endpoint.summary == "funny")
        _ = try await replay.client.endpoint(name)
        let gone = await failure { () throws(ServiceFailure) in
            _ = try await replay.client.endpoint(name)
        }
        #expect(gone?.kind == .notFound && gone?.operation == "read the endpoint \(name)")
        // The list of what exists was not recorded; then the service's own words stand.
        #expect(gone?.detail.contains("There is no endpoint with name: \(name) in 00000") == true)
        #expect(replay.strays == ["GET /batchEndpoints"] && replay.misdirected.isEmpty)
    }

    @Test func aStopIsFollowedAtItsLocationUntilItIsThrough() async throws {
        let replay = try Replay("pipeline-cancel")
        let caller = replay.caller
        let route = Route.management(Replay.scope, .cancelJob("000000000000000000000"))
        let taken = try await caller.fetch(ServiceRequest(route, operation: "stop"))
        #expect(taken.status == 202 && taken.header("Azure-AsyncOperation") == nil)
        let reports = Box<[String]>([])
        let follower = OperationFollower(caller: caller)
        try await follower.follow(taken, "stop", resource: nil) { report in
            reports.change { $0.append("\(report)") }
        }
        // 202 with `Location` again, then 200 with an empty body; the service names no wait.
        let polls = replay.calls.filter { $0.url.contains("/mfeOperationResults/jc:") }
        #expect(polls.map(\.method) == [.get, .get])
        #expect(replay.calls.count == 3)
        #expect(replay.clock.sleeps == [.seconds(1), .seconds(2)])
        #expect(reports.current.isEmpty)
        #expect(replay.strays == [] && replay.misdirected.isEmpty)
    }

    @Test func stoppingIsTakenAndStoppingAnEndedJobIsAConflict() async throws {
        let taken = try Replay("pipeline-cancel")
        try await taken.client.cancel("000000000000000000000")
        #expect(taken.strays == [] && taken.misdirected.isEmpty)

        let ended = try Replay("pipeline-cancel-terminal")
        let refusal = await failure { () throws(ServiceFailure) in
            try await ended.client.cancel("test_998473718587")
        }
        #expect(refusal?.kind == .conflict)
        #expect(refusal?.serviceCode == "CancelPipelineRunInTerminalStatus")
        #expect(refusal?.detail.contains("is in terminal status, it can't be canceled.") == true)
        #expect(ended.strays == [] && ended.misdirected.isEmpty)
    }
}
