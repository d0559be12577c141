import BatchModel
import Testing

@testable import BatchClient

/// Uploads that another run goes on with: the first file goes in blocks, blocks are gone, or the engine has moved.
@Suite struct UploadResumeTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        bench.service.on(.head, "") { _ in .empty(404) }
        bench.service.on(.put, "") { _ in .empty(201) }
    }

    private func uploader() async throws -> Uploader {
        let caller = bench.caller
        let storages = Storages(
            catalogue: Catalogue(caller: caller), grants: StorageGrants(caller: caller))
        return Uploader(
            store: try await storages.store("workspaceblobstore"),
            surroundings: caller.surroundings, logFolder: bench.folder.path + "/state")
    }

    /// A file of 17 blocks, all of it a hole, and a small one behind it.
    private func plan() throws -> UploadPlan {
        let large = try OpenFile(writing: bench.folder.path + "/large.bin", truncating: true)
        try large.truncate(to: Uploader.singleLimit + 1)
        try bench.folder.write("small.csv", "1")
        let files = try ["large.bin", "small.csv"].map { name in
            let path = "\(bench.folder.path)/\(name)"
            let info = try #require(try LocalFiles.info(path))
            return UploadPlan.File(
                localPath: path, blob: "LocalUpload/h/upload/\(name)", size: info.size,
                modifiedAt: info.modifiedAt, md5: [])
        }
        return UploadPlan(hash: "h", baseName: "upload", isFolder: true, files: files)
    }

    /// A first run, which has sent every piece when it ends; no blob has been made of the blocks.
    private func cutOff(_ plan: UploadPlan) async throws {
        bench.service.on(.put, "comp=blocklist") { _ in .text("cut", status: 409) }
        let uploader = try await uploader()
        let failed = await failure { () throws(ServiceFailure) in
            try await uploader.upload(plan) { _ in }
        }
        #expect(failed?.httpStatus == 409)
        #expect(bench.service.calls(.put, "comp=block&").count == 17)
        #expect(bench.service.calls(.put, "/small.csv").count == 1)
        bench.service.on(.put, "comp=blocklist") { _ in .empty(201) }
    }

    /// What the next run sends, one word for each request.
    private func sentNext(_ plan: UploadPlan) async throws -> [String] {
        let before = bench.service.calls(.put).count
        try await uploader().upload(plan) { _ in }
        return bench.service.calls(.put).dropFirst(before).map { call in
            let kinds = ["comp=block&", "comp=blocklist", "comp=metadata"]
            return kinds.first { call.url.contains($0) } ?? "whole"
        }
    }

    @Test func aKilledUploadWhoseFirstFileGoesInBlocksGoesOnWhereItWas() async throws {
        let plan = try plan()
        try await cutOff(plan)
        bench.service.on(.head, "/small.csv") { _ in .empty(200) }
        #expect(try await sentNext(plan) == ["comp=blocklist", "comp=metadata"])
        #expect(try bench.folder.files(in: "state").isEmpty)
    }

    @Test func aFileThatWasSentAndIsNotThereMeansThatNothingIs() async throws {
        let plan = try plan()
        try await cutOff(plan)
        let sent = try await sentNext(plan)
        #expect(sent.count { $0 == "comp=block&" } == 17)
        #expect(sent.count { $0 == "whole" } == 1)
        #expect(sent.suffix(2) == ["comp=blocklist", "comp=metadata"])
    }

    @Test func blocksThatTheServiceHasDroppedAreSentOnceMoreInTheSameRun() async throws {
        let plan = try plan()
        try await cutOff(plan)
        bench.service.on(.head, "/small.csv") { _ in .empty(200) }
        bench.service.on(
            .put, "comp=blocklist",
            inTurn: [.empty(400, [("x-ms-error-code", "InvalidBlockList")]), .empty(201)])
        let sent = try await sentNext(plan)
        #expect(sent.first == "comp=blocklist", "the blocks are thought to be there")
        #expect(sent.count { $0 == "comp=block&" } == 17)
        #expect(sent.suffix(2) == ["comp=blocklist", "comp=metadata"])
        #expect(try bench.folder.files(in: "state").isEmpty)
    }

    @Test func aRefusedListOfBlocksThatWereJustSentIsAnErrorAndTheNextRunBeginsAnew() async throws {
        let plan = try plan()
        bench.service.on(.put, "comp=blocklist") { _ in
            .empty(400, [("x-ms-error-code", "InvalidBlockList")])
        }
        let uploader = try await uploader()
        let failed = await failure { () throws(ServiceFailure) in
            try await uploader.upload(plan) { _ in }
        }
        #expect(failed?.serviceCode == "InvalidBlockList")
        #expect(bench.service.calls(.put, "comp=block&").count == 17)
        #expect(bench.service.calls(.put, "comp=metadata").isEmpty)
        bench.service.on(.put, "comp=blocklist") { _ in .empty(201) }
        let sent = try await sentNext(plan)
        #expect(sent.count { $0 == "comp=block&" } == 17)
    }

    /// Has the datastore lie with an engine at a port.
    private func serve(atPort port: Int) {
        bench.service.on(.get, "/datastores/workspaceblobstore?") { _ in
            .json(
                Bench.datastore.replacing("core.test", with: "core.localhost:\(port)")
                    .replacing("\"https\"", with: "\"http\""))
        }
    }

    @Test func anEngineThatComesBackAtAnotherPortIsGoneOnWith() async throws {
        let plan = try plan()
        serve(atPort: 8001)
        try await cutOff(plan)
        serve(atPort: 8002)
        bench.service.on(.head, "/small.csv") { _ in .empty(200) }
        #expect(try await sentNext(plan) == ["comp=blocklist", "comp=metadata"])
        #expect(bench.service.calls(.put).last?.url.contains(".localhost:8002/") == true)
    }

    private func name(
        _ endpoint: String, context: String = "local", workspace: String = "ws",
        container: String = "c1"
    ) async throws -> String {
        let connection = Connection(
            context: context, isLocal: true, scope: Bench.scope, managementURL: Bench.arm,
            apiURL: Bench.api, token: { _ throws(ServiceFailure) in "t" })
        let caller = ServiceCaller(
            transport: bench.service.transport,
            keeper: ConnectionKeeper { () throws(ServiceFailure) in connection },
            surroundings: bench.clock.surroundings)
        let datastore = Datastore(
            name: "d", kind: .blob, accountName: "acct", containerName: container,
            endpointSuffix: endpoint)
        let scope = WorkspaceScope(
            subscriptionID: "sub", resourceGroup: "rg", workspace: workspace)
        let store = try BlobStore(
            datastore, scope: scope, caller: caller, grants: StorageGrants(caller: caller))
        return try await store.lastingName()
    }

    @Test func onlyThePortOfAnEngineHereIsNoPartOfAContainersName() async throws {
        let local = try await name("core.localhost:8001")
        let moved = try await name("core.localhost:8002")
        #expect(moved == local)
        let others = [
            try await name("core.localhost:8001", context: "other"),
            try await name("core.localhost:8001", workspace: "other"),
            try await name("core.localhost:8001", container: "other"),
            try await name("core.test:8001"), try await name("core.test:8002"),
            try await name("core.test"),
        ]
        #expect(Set(others + [local]).count == others.count + 1)
        #expect(others.last == "https://acct.blob.core.test/c1")
    }
}
