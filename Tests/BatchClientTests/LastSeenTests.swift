import BatchModel
import Testing

@testable import BatchClient

@Suite struct LastSeenTests {
    private static let time = Timestamp(secondsSinceEpoch: 1_800_000_000)

    static func seen(jobs count: Int) -> LastSeen {
        let jobs = (0..<count).map { index in
            Job(
                id: Job.ID("batchjob-\(index)"), displayName: "calm\tsail\n\\\(index)",
                endpoint: "wine", deployment: "red", experimentName: "wine",
                status: index == 0 ? .unknown("Odd") : .running, createdAt: time,
                startedAt: time + .seconds(1), endedAt: nil,
                progress: Progress(
                    processedMiniBatches: index, totalMiniBatches: 100, failedItems: nil,
                    totalItems: 7),
                errorMessage: index == 1 ? "it broke" : nil)
        }
        let pipeline = PipelineSettings(
            componentID: "/c/1",
            inputs: [
                InputSpec(name: "data", type: .uriFolder, summary: "the data"),
                InputSpec(
                    name: "mode", type: .string, isOptional: true, defaultValue: .string("a"),
                    allowedValues: ["a", "b"]),
                InputSpec(
                    name: "rate", type: .number, minimum: .number(0.5), maximum: .number(1)),
            ], outputs: [OutputSpec(name: "out", type: .uriFile)])
        return LastSeen(
            asOf: time,
            connection: ConnectionInfo(
                context: "local", scope: Bench.scope, latency: nil, isLocal: true),
            endpoints: [
                Endpoint(
                    name: "wine", summary: "", defaultDeployment: "red",
                    scoringURI: "http://x/jobs")
            ],
            deployments: [
                Deployment(
                    name: "red", endpoint: "wine",
                    kind: .model(ModelSettings(miniBatchSize: 3, outputAction: .summaryOnly)),
                    compute: "cpu"),
                Deployment(name: "train", endpoint: "wine", kind: .pipelineComponent(pipeline)),
            ],
            jobs: JobPage(
                start: 0, jobs: jobs, total: 10_000, hasMore: true, asOf: time, source: "list"))
    }

    @Test func namesAreKeptAndNobodyNeedsThem() throws {
        let folder = try TestFolder()
        var seen = Self.seen(jobs: 1)
        seen.endpoints[0].summary = nil
        for names: [DataAsset.Name]? in [nil, [], ["wine\tdata", "b"]] {
            seen.dataAssets = names
            seen.datastores = names.map { $0.map { Datastore.Name($0.rawValue) } }
            try LastSeenFile.save(seen, cacheFolder: folder.path, context: "local")
            #expect(LastSeenFile.load(cacheFolder: folder.path, context: "local") == seen)
        }
        seen.dataAssets = (0..<600).map { DataAsset.Name("data-\($0)") }
        try LastSeenFile.save(seen, cacheFolder: folder.path, context: "local")
        let back = LastSeenFile.load(cacheFolder: folder.path, context: "local")
        #expect(back?.dataAssets?.count == LastSeenFile.nameLimit)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let folder = try TestFolder()
        var seen = Self.seen(jobs: 3)
        try LastSeenFile.save(seen, cacheFolder: folder.path, context: "my/context")
        let back = LastSeenFile.load(cacheFolder: folder.path, context: "my/context")
        seen.endpoints[0].summary = nil
        #expect(back == seen)
        #expect(LastSeenFile.load(cacheFolder: folder.path, context: "other") == nil)
        #expect(try folder.files().count == 1)
    }

    @Test func anErrorIsWrittenWithoutTheSecretInIt() {
        var seen = Self.seen(jobs: 2)
        seen.jobs.jobs[1].errorMessage = "no data at https://a.test/c?sv=1&sig=S3CR3T"
        let bytes = LastSeenFile.write(seen)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("S3CR3T"))
        let message = LastSeenFile.read(bytes)?.jobs.jobs[1].errorMessage
        #expect(message == "no data at https://a.test/c?sv=1&sig=***")
    }

    @Test func aFileThatWasCutOrIsNotOursIsNoCrash() {
        let bytes = LastSeenFile.write(Self.seen(jobs: 2))
        for length in 0..<bytes.count { _ = LastSeenFile.read(Array(bytes.prefix(length))) }
        #expect(LastSeenFile.read(Array("{\"a\":1}\n".utf8)) == nil)
        #expect(LastSeenFile.read([]) == nil)
    }

    @Test func listsThatWereReadAreThereForTheNextStart() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints?") { _ in
            .json("{\"value\":[{\"name\":\"wine\",\"properties\":{}}]}")
        }
        bench.service.on(.get, "/jobs?") { call in
            let name = call.url.contains("ArchivedOnly") ? "old" : "j"
            return .json(
                """
                {"value":[{"name":"\(name)","properties":{"status":"Running",
                "tags":{"azureml.deploymentname":"red"}}}]}
                """)
        }
        let client = bench.client
        #expect(await client.lastSeen() == nil)
        _ = try await client.endpoints()
        _ = try await client.jobs(JobListQuery())
        let archived = try await client.jobs(JobListQuery(view: .archived))
        #expect(archived.jobs.map(\.id) == ["old"])
        let seen = LastSeenFile.load(
            cacheFolder: bench.folder.path + "/cache", context: "azure")
        #expect(seen?.endpoints.map(\.name) == ["wine"])
        #expect(seen?.jobs.jobs.map(\.id) == ["j"])
        #expect(seen?.connection?.scope == Bench.scope)
        #expect(await bench.client.lastSeen() == seen)
    }

    @Test func namesAreWrittenWhenTheyAreNew() async throws {
        let bench = try Bench()
        bench.service.on(
            .get, "/data?",
            inTurn: ["a", "a", "b"].map { name in
                .json("{\"value\":[{\"name\":\"\(name)\",\"properties\":{}}]}")
            })
        var times: [Timestamp?] = []
        for _ in 0..<3 {
            // A program of its own each time, as at a tab key.
            _ = try await bench.client.dataAssets()
            times.append(
                LastSeenFile.load(cacheFolder: bench.folder.path + "/cache", context: "azure")?
                    .asOf)
            bench.clock.advance(.seconds(1))
        }
        #expect(times[0] != nil && times[0] == times[1] && times[1] != times[2])
        let seen = await bench.client.lastSeen()
        #expect(seen?.dataAssets == ["b"] && seen?.datastores == nil)
    }
}
