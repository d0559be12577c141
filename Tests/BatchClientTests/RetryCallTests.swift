import BatchModel
import Synchronization
import Testing

@testable import BatchClient

/// Submitting once more, and laying two jobs side by side, over a client that answers what the test says.
@Suite struct RetryCallTests {
    private static let past = PastDraft(
        draft: JobDraft(endpoint: "wine"), notes: ["Outputs go to a new place."],
        failedFiles: ["a.csv"])
    private static let refused = ServiceFailure(
        kind: .rejected, operation: "do it", detail: "no such thing")

    @Test func whatTheJobWasGivenIsToldBeforeAnythingIsSent() async throws {
        let told = Mutex<[RetryNews]>([])
        var client = BatchClient.unimplemented
        client.pastDraft = { id, onlyFailed in
            #expect(id == "batchjob-1" && onlyFailed)
            return Self.past
        }
        client.submit = { draft, tell in
            #expect(draft == Self.past.draft)
            tell(.sending)
            return Job(id: "batchjob-2", status: .queued)
        }
        let retried = try await client.retry("batchjob-1", onlyFailed: true) { news in
            told.withLock { $0.append(news) }
        }
        #expect(retried.job.id == "batchjob-2" && retried.past == Self.past)
        #expect(told.withLock { $0 } == [.drafted(Self.past), .phase(.sending)])
    }

    @Test func aReadOnlyClientSubmitsNothing() async {
        var client = BatchClient.unimplemented
        client.pastDraft = { _, _ in Self.past }
        let reader = client.readOnly(context: "prod")
        let thrown = await failure { () throws(ServiceFailure) in
            _ = try await reader.retry("batchjob-1", onlyFailed: false) { _ in }
        }
        let fetched = await failure { () throws(ServiceFailure) in
            _ = try await reader.retry("batchjob-1", onlyFailed: true) { _ in }
        }
        #expect(fetched?.operation == "retry what failed of batchjob-1")
        #expect(thrown?.message.contains("prod") == true, "\(String(describing: thrown))")
    }

    @Test func whatCannotBeHadBesideTheJobIsLeftOut() async throws {
        var client = BatchClient.unimplemented
        client.job = { id in Job(id: id, status: .failed) }
        client.steps = { _ throws(ServiceFailure) in throw Self.refused }
        client.pastDraft = { _, _ throws(ServiceFailure) in throw Self.refused }
        client.usefulError = { _ throws(ServiceFailure) in throw Self.refused }
        let bare = try await client.comparisonSide(of: "batchjob-1")
        #expect(bare == JobComparison.Side(job: Job(id: "batchjob-1", status: .failed)))

        let progress = Progress(processedMiniBatches: 4, totalMiniBatches: 4)
        let error = JobError(headline: "it broke", text: "")
        client.steps = { _ in
            [
                JobStep(id: "s1", name: "prepare", status: .completed),
                JobStep(id: "s2", name: "score", status: .failed, progress: progress),
            ]
        }
        client.usefulError = { _ in error }
        client.pastDraft = { _, _ in Self.past }
        let whole = try await client.comparisonSide(of: "batchjob-1")
        #expect(whole.job.progress == progress && whole.error == error)
        #expect(whole.draft == Self.past.draft)
        client.pastDraft = { _, _ in PastDraft(draft: Self.past.draft, hasSettings: false) }
        #expect(try await client.comparisonSide(of: "batchjob-1").draft == nil)
    }

    @Test func aJobThatIsNotThereIsNoSide() async {
        var client = BatchClient.unimplemented
        client.job = { _ throws(ServiceFailure) in throw Self.refused }
        let failed = client
        let thrown = await failure { () throws(ServiceFailure) in
            _ = try await failed.comparisonSide(of: "batchjob-1")
        }
        #expect(thrown == Self.refused)
    }
}
