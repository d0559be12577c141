import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

/// The workspace that is shipped: every file of it is read, and `flaky-batch` ends in every way of
/// ES §3.8.
@Suite(.serialized) struct SampleWorkspaceTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../assets/workspace").standardized.path
    private let catalog = WorkspaceReader(folder: Self.folder).read()

    @Test func everyFileIsReadWithoutAProblem() {
        #expect(catalog.problems.map(\.description) == [])
        #expect(
            catalog.deployments.map(\.deployment.id) == [
                "digits-batch/nearest-summary", "digits-batch/nearest", "flaky-batch/strict",
                "flaky-batch/tolerant", "hello-batch/hello", "tumour-pipeline/score-with-prep",
                "wine-classifier/gnb-probs", "wine-classifier/gnb",
            ])
        #expect(
            catalog.endpoints.map { $0.defaultDeployment?.rawValue } == [
                "nearest", "tolerant", "hello", "score-with-prep", "gnb",
            ])
        #expect(Set(catalog.data.map(\.version.asset.rawValue)).count == 10)
    }

    /// How a job over a flaky asset ends.
    struct Ending: Sendable, CustomTestStringConvertible {
        var deployment: Deployment.Name
        var asset: String
        var status = JobStatus.completed
        var rows = 0
        var failed: Int?
        var message: String?

        var testDescription: String { "\(deployment) over \(asset)" }
    }

    static let endings = [
        Ending(deployment: "tolerant", asset: "ok", rows: 8, failed: 0),
        Ending(deployment: "strict", asset: "ok", rows: 8, failed: 0),
        Ending(deployment: "tolerant", asset: "some", rows: 6, failed: 2),
        Ending(deployment: "strict", asset: "some", rows: 6, failed: 2),
        Ending(deployment: "tolerant", asset: "mixed", rows: 8, failed: 4),
        Ending(
            deployment: "strict", asset: "mixed", status: .failed,
            message: "Exceeded error threshold: 3 items failed, error_threshold is 2."),
        Ending(
            deployment: "tolerant", asset: "bad", status: .failed, failed: 4,
            message: "No succeeded mini batch item returned from run()"),
        Ending(
            deployment: "strict", asset: "bad", status: .failed,
            message: "Exceeded error threshold: 3 items failed"),
        Ending(
            deployment: "tolerant", asset: "wreck", status: .failed,
            message: "The init() in the entry script had raised exception for 6 times"),
        // 3 × (2 s + no overhead); with the service's overhead of 30 s it is 96.
        Ending(
            deployment: "tolerant", asset: "freeze", status: .failed,
            message: "No progress update in 6 seconds."),
    ]

    @Test(arguments: endings)
    func aFlakyJobEndsAsItsInputSays(_ ending: Ending) async throws {
        let harness = try JobHarness(limits: JobLimits(overhead: .zero))
        let job = try await harness.run(order(ending.deployment, ending.asset, harness))
        #expect(job.status == ending.status, "\(job.errorMessage ?? "")")
        if let failed = ending.failed { #expect(job.progress?.failedItems == failed) }
        if ending.status == .completed {
            let rows = try harness.rows()
            #expect(rows.count == ending.rows)
            let folder = try #require(FolderWalk.root(harness.folder.path + "/output-1"))
            #expect(FolderWalk.entries(of: folder).map(\.name) == ["predictions.csv"])
        }
        if let message = ending.message {
            #expect(job.errorMessage?.contains(message) == true, "\(job.errorMessage ?? "")")
        }
        await harness.service.shutdown()
    }

    @Test func aSlowJobCanBeCancelled() async throws {
        let harness = try JobHarness()
        let order = try order("tolerant", "slow", harness)
        let events = harness.service.events()
        _ = try await harness.service.accept(order)
        for await event in events where event == .status(order.id, .running) { break }
        try await harness.service.cancel(order.id)
        await harness.service.ended(order.id)
        let job = try #require(try await harness.service.job(order.id))
        #expect(job.status == .canceled)
        await harness.service.shutdown()
    }

    /// A job of a sample deployment, as the invoke route would settle it.
    private func order(
        _ name: Deployment.Name, _ asset: String, _ harness: JobHarness
    ) throws -> JobOrder {
        let found = try #require(catalog.deployment("flaky-batch", name))
        let settings = try #require(found.deployment.modelSettings)
        var order = JobHarness.order("1", root: harness.folder.path, settings: settings)
        order.codeFolder = try #require(found.codeFolder)
        order.scoringScript = try #require(found.scoringScript)
        order.modelFolder = try #require(found.modelFolder)
        order.modelEntry = found.modelEntry
        order.inputPath = Self.folder + "/data/flaky/" + asset
        return order
    }
}
