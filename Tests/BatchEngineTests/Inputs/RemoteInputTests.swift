import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import BatchEngine

/// Jobs whose inputs lie on other hosts.
@Suite(.serialized) struct RemoteInputTests {
    /// An engine on a network of the test's.
    final class Bench: Sendable {
        let fixture: EngineFixture
        let network: FakeNetwork
        let limits: InputLimits
        let engine: Engine

        init(
            limits: InputLimits = FakeNetwork.limits, files: [String: String] = [:],
            _ answer: @escaping FakeNetwork.Answer
        ) throws {
            fixture = try EngineFixture(files: files)
            network = FakeNetwork(answer)
            self.limits = limits
            engine = try Self.engine(fixture, network, limits)
        }

        static func engine(
            _ fixture: EngineFixture, _ network: FakeNetwork, _ limits: InputLimits
        ) throws -> Engine {
            try Engine(
                Engine.Options(
                    workspace: fixture.workspace, state: fixture.folder + "/remote",
                    token: EngineFixture.token,
                    inputs: InputFetching(fetcher: network.fetcher, limits: limits)))
        }

        func ask(_ route: Route, json: String? = nil) async -> EngineResponse {
            let request = route.request
            return await engine.respond(
                to: EngineRequest(
                    request.method, request.target,
                    headers: EngineHeaders([("content-type", "application/json")]),
                    isStorageHost: false, address: EngineFixture.address,
                    body: EngineBody(Array((json ?? "").utf8))))
        }

        /// Posts a job with one input and gives its name.
        func invoke(
            _ uri: String, type: String = "UriFolder", endpoint: Endpoint.Name = "toys"
        ) async throws -> Job.ID {
            let json =
                #"{"properties":{"inputData":{"a":{"jobInputType":"\#(type)","uri":"\#(uri)"}}}}"#
            let response = await ask(.scoring(endpoint, .invoke), json: json)
            #expect(response.status == 201, "\(response.text)")
            return try WireJSON.decode(
                WireResource<WireEndpointJob>.self, from: response.bytes
            ).name.map { Job.ID($0) } ?? ""
        }

        func ended(_ id: Job.ID) async throws -> Job {
            await engine.jobs.ended(id)
            return try #require(try await engine.jobs.job(id))
        }

        func rows(_ id: Job.ID) async throws -> [String] {
            let order = try #require(try await engine.jobs.order(of: id))
            let text = try String(
                contentsOfFile: order.outputFolder + "/predictions.csv", encoding: .utf8)
            return text.split(separator: "\n").map {
                String($0.split(separator: "/").last ?? "")
            }.sorted()
        }

        var state: String { fixture.folder + "/remote" }

        /// Files of the whole state folder that hold a text.
        func files(holding text: String) -> [String] {
            let walk = FileManager.default.enumerator(atPath: state)
            return (walk?.compactMap { $0 as? String } ?? []).filter { name in
                FileManager.default.contents(atPath: state + "/" + name)?
                    .range(of: Data(text.utf8)) != nil
            }
        }
    }

    static let container = "https://account.blob.core.windows.net/container"

    @Test func aFileIsFetchedUnderItsNameAndItsSignatureKeptSecret() async throws {
        let bench = try Bench { url in
            #expect(url == "https://example.org/data/b%20%C3%A4.csv?sig=verysecret")
            return .plain(200, "1,2\n")
        }
        let id = try await bench.invoke(
            "https://example.org/data/b%20%C3%A4.csv?sig=verysecret", type: "UriFile")
        let job = try await bench.ended(id)
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        #expect(try await bench.rows(id) == ["b ä.csv"])
        #expect(job.inputs == ["a": "https://example.org/data/b%20%C3%A4.csv"])
        for route in [
            Route.management(bench.engine.scope, .job(id)), .scoring("toys", .job(id)),
            .history(bench.engine.scope, .run(id.rawValue)),
            .history(bench.engine.scope, .details(id.rawValue)),
        ] {
            let text = await bench.ask(route).text
            #expect(!text.contains("verysecret") && text.contains(id.rawValue), "\(route)")
        }
        await bench.engine.shutdown()
        #expect(bench.files(holding: "verysecret").isEmpty)
        #expect(!bench.files(holding: "https://example.org/data/").isEmpty)
        #expect(bench.network.openLines == 0)
    }

    @Test func aFolderOfAnotherStorageHostIsListedPageByPageOneLevelDeep() async throws {
        let blobs = [
            "in/a.txt": "1", "in/b & <c>.txt": "2", "in/é.txt": "3", "in/d.txt": "4",
            "in/deep/e.txt": "5", "other/f.txt": "6", "inner.txt": "7",
        ]
        let bench = try Bench { url in
            #expect(url.hasSuffix("sig=s%2B1"))
            return FakeBlobs.answer(url, base: Self.container, blobs: blobs, pageSize: 2)
                ?? .plain(404)
        }
        let id = try await bench.invoke(Self.container + "/in?sv=1&sig=s%2B1")
        let job = try await bench.ended(id)
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        #expect(try await bench.rows(id) == ["a.txt", "b & <c>.txt", "d.txt", "é.txt"].sorted())
        #expect(bench.network.lookups == ["account.blob.core.windows.net"])
        await bench.engine.shutdown()
    }

    @Test func aFolderElsewhereIsOneFile() async throws {
        let bench = try Bench { _ in .plain(200, "x") }
        let id = try await bench.invoke("https://example.org/some/heart.csv")
        #expect(try await bench.ended(id).status == .completed)
        #expect(try await bench.rows(id) == ["heart.csv"])
        let nameless = try await bench.invoke("https://example.org/..%2f%2e%2e")
        #expect(try await bench.ended(nameless).status == .completed)
        #expect(try await bench.rows(nameless) == ["data"])
        await bench.engine.shutdown()
    }

    @Test func anAddressOfOneBlobGivenAsAFolderIsThatBlob() async throws {
        let bench = try Bench { url in
            FakeBlobs.answer(url, base: Self.container, blobs: ["x/one.csv": "1"]) ?? .plain(404)
        }
        let id = try await bench.invoke(Self.container + "/x/one.csv")
        #expect(try await bench.ended(id).status == .completed)
        #expect(try await bench.rows(id) == ["one.csv"])
        await bench.engine.shutdown()
    }

    @Test func driversAddressesAreThoseOfTheBlobHost() async throws {
        let bench = try Bench { url in
            FakeBlobs.answer(url, base: Self.container, blobs: ["p/a.txt": "1"]) ?? .plain(404)
        }
        for uri in [
            "wasbs://container@account.blob.core.windows.net/p",
            "abfss://container@account.dfs.core.windows.net/p/",
        ] {
            let id = try await bench.invoke(uri)
            let job = try await bench.ended(id)
            #expect(job.status == .completed, "\(job.errorMessage ?? "")")
            #expect(try await bench.rows(id) == ["a.txt"])
        }
        await bench.engine.shutdown()
    }

    // MARK: - Refusals

    @Test(
        arguments: [
            ("https://127.0.0.1/a?sig=topsecret", "a loopback address"),
            ("https://169.254.169.254/latest/meta-data", "the cloud's metadata address"),
            ("https://localhost/a", "a name of this machine"),
            ("http://example.org/a", "is plain http"),
            ("https://me:topsecret@example.org/a", "a user name or password"),
            ("adl://lake.azuredatalakestore.net/x", "was retired"),
            ("https://ex%41mple.org/a", "an escape in its host"),
        ])
    func whatItsTextTellsIsRefusedAtOnce(uri: String, words: String) async throws {
        let bench = try Bench { _ in .plain() }
        let json = #"{"properties":{"inputData":{"a":{"jobInputType":"UriFile","uri":"\#(uri)"}}}}"#
        let response = await bench.ask(.scoring("toys", .invoke), json: json)
        #expect(response.status == 400)
        #expect(response.refusal.contains(words), "\(response.refusal)")
        #expect(!response.text.contains("topsecret"))
        #expect(bench.network.lookups.isEmpty)
        await bench.engine.shutdown()
    }

    /// What a host answers, and words of the job's error.
    static let failures: [(@Sendable () -> InputAnswer, String)] = [
        ({ .plain(403, headers: ["x-ms-error-code": "Auth\u{1B}[31mFailed"]) }, "signature (SAS)"),
        ({ .plain(401) }, "answered 401"), ({ .plain(404) }, "doesn't contain any data"),
        ({ .plain(400) }, "answered 400"), ({ .plain(206, "x") }, "answered 206"),
        ({ .plain(503) }, "try again later"),
        ({ .redirect("https://10.0.0.1/") }, "a private address"),
        ({ .redirect("ftp://example.org/") }, "the scheme ftp"),
        ({ .pieces(length: 10) { throw InputFetchFailure("reset", isPassing: true) } }, "reset"),
    ]

    @Test(arguments: failures.indices)
    func aJobWhoseInputCannotBeHadFailsAndSaysWhich(number: Int) async throws {
        let (answer, words) = Self.failures[number]
        let bench = try Bench { _ in answer() }
        let id = try await bench.invoke("https://example.org/a.csv?sig=topsecret", type: "UriFile")
        let job = try await bench.ended(id)
        let message = job.errorMessage ?? ""
        #expect(job.status == .failed)
        #expect(message.contains("Dataset initialization failed"), "\(message)")
        #expect(message.contains("https://example.org/a.csv"), "\(message)")
        #expect(message.contains(words), "\(message)")
        #expect(!message.contains("topsecret") && !message.contains("\u{1B}"))
        try await Eventually.awaited("the job's folder to go", limit: .seconds(5)) {
            bench.files(holding: "topsecret").isEmpty ? true : nil
        }
        await bench.engine.shutdown()
        #expect(bench.network.openLines == 0)
    }

    @Test func aNameThatLeadsInsideFailsTheJob() async throws {
        let fixture = try EngineFixture()
        let network = FakeNetwork(names: { _ in ["10.0.0.5"] }) { _ in .plain() }
        let engine = try Bench.engine(fixture, network, FakeNetwork.limits)
        let route = Route.scoring("toys", .invoke).request
        let response = await engine.respond(
            to: EngineRequest(
                route.method, route.target,
                headers: EngineHeaders([("content-type", "application/json")]),
                isStorageHost: false, address: EngineFixture.address,
                body: EngineBody(
                    Array(
                        #"{"properties":{"inputData":{"a":{"uri":"https://inside.example.org/a"}}}}"#
                            .utf8))))
        #expect(response.status == 201)
        let id = Job.ID(
            try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes).name ?? ""
        )
        await engine.jobs.ended(id)
        let job = try #require(try await engine.jobs.job(id))
        #expect(job.status == .failed)
        #expect(job.errorMessage?.contains("leads to 10.0.0.5, a private address") == true)
        #expect(job.errorMessage?.contains("--allow-input-host inside.example.org") == true)
        #expect(network.asked.isEmpty)
        await engine.shutdown()
    }

    static let hostileNames = [
        "in/../../../canary", "in/..", "in/.", "in//etc/passwd", "in/a\\b", "in/a\u{0}b",
        "in/a\u{1B}[2Jb", "in/\u{7F}", "in/" + String(repeating: "x", count: 256),
        "in/a/../../b", "outside.txt", "../in/x",
    ]

    @Test(arguments: hostileNames)
    func aListThatNamesWhatNoFileMayBeCalledFailsTheJob(name: String) async throws {
        let bench = try Bench { url in
            url.contains("comp=list") ? .plain(200, FakeBlobs.xml([(name, 1)])) : .plain(200, "x")
        }
        let id = try await bench.invoke(Self.container + "/in")
        let job = try await bench.ended(id)
        #expect(job.status == .failed)
        #expect(job.errorMessage?.contains("cannot be stored under that name") == true)
        #expect(job.errorMessage?.contains("\u{1B}") == false)
        #expect(bench.network.asked.allSatisfy { $0.url.contains("comp=list") })
        await bench.engine.shutdown()
    }

    // MARK: - Bounds

    @Test func everyBoundIsNamedWhenItIsHit() async throws {
        var few = FakeNetwork.limits
        (few.files, few.bytes, few.listPages, few.listPageBytes) = (3, 10, 2, 4000)
        let cases: [(String, @Sendable (String) -> InputAnswer)] = [
            (
                "more than 3 files",
                { _ in
                    .plain(200, FakeBlobs.xml((0..<4).map { ("in/\($0)", 1) }))
                }
            ),
            ("more than 2 pages", { _ in .plain(200, FakeBlobs.xml([], next: "again")) }),
            (
                "larger than",
                { url in
                    url.contains("comp=list")
                        ? .plain(200, FakeBlobs.xml([("in/a", 6), ("in/b", 6)]))
                        : .plain(200, "123456")
                }
            ),
            (
                "larger than",
                { url in
                    url.contains("comp=list")
                        ? .plain(200, FakeBlobs.xml([("in/a", 1)]))
                        : .pieces(length: nil) { Array(repeating: 65, count: 7) }
                }
            ),
        ]
        for (words, answer) in cases {
            let bench = try Bench(limits: few) { answer($0) }
            let job = try await bench.ended(try await bench.invoke(Self.container + "/in"))
            #expect(job.status == .failed)
            #expect(job.errorMessage?.contains(words) == true, "\(job.errorMessage ?? "")")
            await bench.engine.shutdown()
        }
    }

    @Test func anAnswerThatBreaksOffIsAskedForAgain() async throws {
        let tries = Mutex(0)
        let bench = try Bench { _ in
            let number = tries.withLock { count in
                count += 1
                return count
            }
            switch number {
            case 1: return .plain(503)
            case 2:
                // Ends early, without an error.
                let left = Mutex(1)
                return .pieces(length: 6) {
                    left.withLock { left in
                        defer { left -= 1 }
                        return left > 0 ? [65, 66] : nil
                    }
                }
            default: return .plain(200, "123456")
            }
        }
        let id = try await bench.invoke("https://example.org/a.csv", type: "UriFile")
        #expect(try await bench.ended(id).status == .completed)
        #expect(tries.withLock { $0 } == 3)
        await bench.engine.shutdown()
    }

    // MARK: - Interruptions

    /// A body that begins and then waits for ever.
    private static func endless() -> InputAnswer {
        let isFirst = Mutex(true)
        return .pieces(length: 100) {
            if isFirst.withLock({ first in
                defer { first = false }
                return first
            }) {
                return [65]
            }
            try await Task.sleep(for: .seconds(600))
            return nil
        }
    }

    @Test func aJobThatFetchesIsPreparingAndCanceledAtOnce() async throws {
        let bench = try Bench { _ in Self.endless() }
        let id = try await bench.invoke("https://example.org/a.csv", type: "UriFile")
        try await Eventually.awaited("the question") { bench.network.asked.isEmpty ? nil : true }
        #expect(try await bench.engine.jobs.job(id)?.status == .preparing)
        let began = ContinuousClock.now
        try await bench.engine.jobs.cancel(id)
        #expect(try await bench.ended(id).status == .canceled)
        #expect(ContinuousClock.now - began < .seconds(5))
        try await Eventually.awaited("nothing left") {
            FileCalls.exists(bench.engine.folders.job(id)) ? nil : true
        }
        #expect(bench.network.openLines == 0)
        await bench.engine.shutdown()
    }

    @Test func aFetchIsContinuedByTheNextEngineAndNoHalfFileIsAnItem() async throws {
        let blobs = Dictionary(
            uniqueKeysWithValues: (0..<6).map { ("in/f\($0)", "content \($0)") })
        let bench = try Bench { url in
            // The later ones stand still in their middle.
            if url.contains("/f4?") || url.contains("/f5?") { return Self.endless() }
            return FakeBlobs.answer(url, base: Self.container, blobs: blobs) ?? .plain(404)
        }
        let id = try await bench.invoke(Self.container + "/in?sig=x")
        let folder = bench.engine.folders.job(id) + "/inputs/0"
        try await Eventually.awaited("four files") {
            (try? FileCalls.names(in: folder))?.count == 4 ? true : nil
        }
        try await Eventually.awaited("two on their way") {
            (try? FileCalls.names(in: bench.engine.folders.job(id) + "/partial"))?.count == 2
                ? true : nil
        }
        #expect(try FileCalls.names(in: folder) == ["f0", "f1", "f2", "f3"])
        await bench.engine.jobs.stop(isAbandoning: true)

        let network = FakeNetwork { url in
            FakeBlobs.answer(url, base: Self.container, blobs: blobs) ?? .plain(404)
        }
        let second = try Bench.engine(bench.fixture, network, FakeNetwork.limits)
        try await second.resume()
        await second.jobs.ended(id)
        #expect(try await second.jobs.job(id)?.status == .completed)
        let fetched = network.asked.map(\.url).filter { !$0.contains("comp=list") }.sorted()
        #expect(fetched == ["f4", "f5"].map { Self.container + "/in/\($0)?sig=x" })
        let order = try #require(try await second.jobs.order(of: id))
        let rows = try String(
            contentsOfFile: order.outputFolder + "/predictions.csv", encoding: .utf8)
        #expect(rows.split(separator: "\n").count == 6)
        await second.shutdown()
    }

    @Test func addressesAreKeptForTheOwnerAloneWhileTheyAreNeeded() async throws {
        let bench = try Bench { _ in Self.endless() }
        let id = try await bench.invoke("https://example.org/a.csv?sig=k", type: "UriFile")
        var status = stat()
        #expect(stat(bench.engine.folders.job(id) + "/inputs.json", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(bench.files(holding: "sig=k") == ["jobs/\(id)/inputs.json"])
        try await bench.engine.jobs.cancel(id)
        _ = try await bench.ended(id)
        await bench.engine.shutdown()
    }

    // MARK: - Pipelines

    static let pipeline: [String: String] = [
        "endpoints/pipes/endpoint.yml": "name: pipes\ndefaults: {deployment_name: look}\n",
        "endpoints/pipes/look/deployment.yml":
            "name: look\nendpoint_name: pipes\ntype: pipeline\ncomponent: pipeline.yml\n",
        "endpoints/pipes/look/pipeline.yml": """
        type: pipeline
        inputs:
          a: {type: uri_folder}
        outputs:
          found: {type: uri_folder}
        jobs:
          look:
            command: cd ${{inputs.a}} && find . -type f | sort > ${{outputs.found}}/names.txt
            environment: {image: i}
            inputs: {a: "${{parent.inputs.a}}"}
            outputs: {found: "${{parent.outputs.found}}"}
        """,
    ]

    @Test func aPipelinesFolderIsFetchedWithAllBelowIt() async throws {
        let bench = try Bench(files: Self.pipeline) { url in
            FakeBlobs.answer(
                url, base: Self.container, blobs: ["in/a.txt": "1", "in/deep/er/b.txt": "2"])
                ?? .plain(404)
        }
        let id = try await bench.invoke(Self.container + "/in", endpoint: "pipes")
        let job = try await bench.ended(id)
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        let order = try #require(try await bench.engine.jobs.pipelineOrder(of: id))
        let names = try String(
            contentsOfFile: order.results[0].path + "/names.txt", encoding: .utf8)
        #expect(names == "./a.txt\n./deep/er/b.txt\n")
        await bench.engine.shutdown()
    }

    @Test func aPipelineWhoseInputCannotBeHadFailsAndOneThatIsCanceledEnds() async throws {
        let bench = try Bench(files: Self.pipeline) { url in
            url.contains("missing") ? .plain(404) : Self.endless()
        }
        let missing = try await bench.invoke("https://example.org/missing", endpoint: "pipes")
        let failed = try await bench.ended(missing)
        #expect(failed.status == .failed)
        #expect(failed.errorMessage?.contains("https://example.org/missing") == true)
        let slow = try await bench.invoke("https://example.org/slow", endpoint: "pipes")
        try await bench.engine.jobs.cancel(slow)
        #expect(try await bench.ended(slow).status == .canceled)
        await bench.engine.shutdown()
        #expect(bench.network.openLines == 0)
    }

    @Test func aRefusedPlaceLeavesNothingBehind() async throws {
        let bench = try Bench { _ in .plain() }
        let json =
            #"{"properties":{"inputData":{"a":{"uri":"https://example.org/a?sig=k"}},"#
            + #""outputData":{"o":{"jobOutputType":"UriFile","uri":"azureml://datastores/none/paths/a/b"}}}}"#
        #expect(await bench.ask(.scoring("toys", .invoke), json: json).status == 400)
        #expect(bench.files(holding: "sig=k").isEmpty)
        await bench.engine.shutdown()
    }
}
