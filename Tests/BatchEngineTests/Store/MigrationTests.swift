import BatchModel
import Foundation
import GRDB
import TestSupport
import Testing

@testable import BatchEngine

/// States of older programs are taken over, those of newer ones are left alone.
@Suite struct MigrationTests {
    private let folder: TemporaryFolder
    private let state: String

    init() throws {
        folder = try TemporaryFolder("layouts")
        state = folder.path + "/state"
    }

    private var folders: EngineFolders { EngineFolders(state: state, workspaceID: "w") }

    @Test(arguments: [1, 2])
    func everyJobOfAnOlderLayoutIsFoundWithItsValues(layout: Int) async throws {
        try OldLayouts.write(layout: layout, to: state)
        let service = try JobHarness.service(folders)
        try await service.resume()
        let all = try await service.jobs(start: 0, count: 9, view: .all)
        let models: [Job.ID] = ["batchjob-9f0c", "batchjob-145bc3d7"]
        #expect(all.jobs.map(\.id) == (layout > 1 ? ["pipelinejob-162e6d74"] : []) + models)
        let wine = try #require(all.jobs.last)
        #expect(wine.displayName == "mango_feather_qfhvfn15" && wine.deployment == "gnb")
        #expect(wine.status == .completed && wine.isArchived && wine.summary == nil)
        #expect(wine.timeline.map(\.status) == [.preparing, .running, .completed])
        #expect(wine.createdAt == Timestamp(microsecondsSinceEpoch: 1_795_636_397_642_342))
        #expect(wine.progress?.processedMiniBatches == 4 && wine.progress?.totalItems == 4)
        #expect(wine.tags["batchdeck.submission"] == "e0fbd81b")
        #expect(wine.properties["runType"] == "HTTP")
        #expect(wine.inputs == ["UriFolder": "azureml:wine-data:2"])
        let failed = try #require(all.jobs.first { $0.id == "batchjob-9f0c" })
        #expect(failed.status == .failed && failed.progress?.failedItems == 2)
        #expect(failed.errorMessage?.contains("Exceeded error threshold") == true)
        #expect(failed.tags == ["team": "cellar"], "tags of the order, as before")
        let order = try #require(try await service.order(of: "batchjob-145bc3d7"))
        #expect(order.settings.timeout > .zero && order.repeatabilityID == "e0fbd81b")
        if layout > 1 {
            let steps = try await service.steps(of: "pipelinejob-162e6d74")
            #expect(steps.map(\.name) == ["main_job"] && steps[0].status == .completed)
        }
        #expect(try await service.jobs(start: 0, count: 9).total == (layout > 1 ? 2 : 1))
        await service.shutdown()
        let assets = RegisteredData(state + "/data-assets").all
        #expect(assets.map(\.uri) == ["azureml://x/y.csv"])
        _ = try BlobRecordStore(path: state + "/blobs.sqlite")
        #expect(try number("blobs.sqlite") == BlobRecordStore.layout)
        #expect(try number("engine.sqlite") == EngineDatabase.version)
    }

    @Test(arguments: [1, 2])
    func aJobAcceptedAfterwardsFollowsTheOldOnes(layout: Int) async throws {
        try OldLayouts.write(layout: layout, to: state)
        let harness = try JobHarness(folder: folder)
        let job = try await harness.run(try harness.order(script: Script.echo, files: 1))
        let list = try await harness.service.jobs(start: 0, count: 1, view: .all)
        #expect(list.jobs.map(\.id) == [job.id])
        #expect(list.total == layout + 2)
        await harness.service.shutdown()
    }

    @Test func aMigrationThatBreaksOffLeavesTheOldLayoutWhole() async throws {
        try OldLayouts.write(layout: 1, to: state)
        var broken = EngineDatabase.migrations
        broken[broken.count - 1] += "INSERT INTO nowhere VALUES (1);"
        #expect(throws: DatabaseError.self) {
            try EngineDatabase(path: folders.database, migrations: broken)
        }
        #expect(try number("engine.sqlite") == 1)
        let service = try JobHarness.service(folders)
        #expect(try await service.jobs(start: 0, count: 9, view: .all).total == 2)
        await service.shutdown()
    }

    @Test(arguments: ["engine.sqlite", "blobs.sqlite"])
    func aNewerStateIsRefusedAndNotTouched(file: String) throws {
        try OldLayouts.write(layout: 2, to: state)
        try OldLayouts.execute(
            [
                "CREATE TABLE origin (version TEXT NOT NULL)",
                "INSERT INTO origin VALUES ('7.2.1')", "PRAGMA user_version = 99",
            ], in: state + "/" + file)
        try Data("half an upload".utf8).write(
            to: URL(fileURLWithPath: try staging() + "/tmp-x"))
        let before = try contents()
        let workspace = folder.path + "/workspace"
        try FileManager.default.createDirectory(
            atPath: workspace + "/endpoints", withIntermediateDirectories: true)
        let failure = #expect(throws: ServiceFailure.self) {
            try Engine(Engine.Options(workspace: workspace, state: state, token: "t"))
        }
        #expect(failure?.kind == .rejected)
        #expect(failure?.detail.contains("newer batchdeck (7.2.1, layout 99)") == true)
        #expect(failure?.detail.contains(BatchdeckVersion.current) == true)
        #expect(failure?.advice.contains("7.2.1") == true)
        #expect(throws: ServiceFailure.self) { try StateSummary.read(state: state) }
        #expect(try contents() == before)
    }

    @Test func aStateSaysWhoWroteIt() async throws {
        let service = try JobHarness.service(folders)
        let version = try await service.database.reader.read {
            try String.fetchAll($0, sql: "SELECT version FROM origin")
        }
        #expect(version == [BatchdeckVersion.current])
        await service.shutdown()
    }

    private func staging() throws -> String {
        let path = state + "/staging"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func number(_ file: String) throws -> Int? {
        try DatabaseQueue(path: state + "/" + file).read {
            try Int.fetchOne($0, sql: "PRAGMA user_version")
        }
    }

    /// Every file of the state but SQLite's own shared-memory index, which readers make.
    private func contents() throws -> [String: Data] {
        var found: [String: Data] = [:]
        let names = FileManager.default.enumerator(atPath: state)
        while let name = names?.nextObject() as? String {
            if name.hasSuffix("-shm") || name.hasSuffix("-wal") { continue }
            found[name] = FileManager.default.contents(atPath: state + "/" + name) ?? Data()
        }
        return found
    }
}
