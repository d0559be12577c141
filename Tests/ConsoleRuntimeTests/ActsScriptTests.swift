import BatchClient
import BatchModel
import ConsoleCore
import Synchronization
import TestSupport
import Testing

@testable import ConsoleRuntime

/// Several jobs acted on at once, over a client that answers what the test says.
@Suite struct ActsScriptTests {
    /// Who was asked, and how many at once.
    private final class Asked: Sendable {
        private struct Count {
            var ids: [Job.ID] = []
            var open = 0
            var most = 0
        }

        private let count = Mutex(Count())

        func begin(_ id: Job.ID) {
            count.withLock {
                $0.ids.append(id)
                $0.open += 1
                $0.most = max($0.most, $0.open)
            }
        }

        func end() { count.withLock { $0.open -= 1 } }
        var ids: [Job.ID] { count.withLock { $0.ids } }
        var open: Int { count.withLock { $0.open } }
        var most: Int { count.withLock { $0.most } }
    }

    private static let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
    private static let jobs = (0..<9).map { number in
        Job(
            id: Job.ID("batchjob-\(number)"), endpoint: "digits-batch",
            status: number == 0 ? .completed : .running, createdAt: now + .seconds(number))
    }

    private static func client(_ change: (inout BatchClient) -> Void) -> BatchClient {
        var client = BatchClient.unimplemented
        client.connect = {
            ConnectionInfo(
                context: "local",
                scope: WorkspaceScope(subscriptionID: "s", resourceGroup: "r", workspace: "w"),
                latency: nil, isLocal: true)
        }
        client.endpoints = { [] }
        client.undecided = { [] }
        client.track = { _ in AsyncStream { $0.finish() } }
        client.jobs = { query in
            JobPage(
                start: query.start, jobs: query.view == .archived ? [] : jobs.reversed(),
                total: query.view == .archived ? 0 : jobs.count, hasMore: false, asOf: now,
                source: "the workspace's job list")
        }
        change(&client)
        return client
    }

    @Test func oneRefusalKeepsNoneOfTheRestAndFewAreAskedAtOnce() async throws {
        let asked = Asked()
        let gate = Gate()
        let client = Self.client { client in
            client.cancel = { id async throws(ServiceFailure) in
                asked.begin(id)
                await gate.pass()
                asked.end()
                guard id == "batchjob-5" else { return }
                throw ServiceFailure(
                    kind: .conflict, operation: "cancel \(id)", detail: "it is being finalized",
                    advice: "Wait for its end.")
            }
        }
        let console = ScriptedConsole(client: client)
        try console.press("J")
        try await console.wait(for: "batchjob-8")
        try console.press("*c")
        try await console.wait(for: "Cancel 8 jobs?", "1 is left out: 1 ended already.")
        try console.press("y")
        try await console.wait(for: "cancelling 0/8")
        try await Eventually.awaited("four questions") { asked.open == 4 ? true : nil }
        #expect(asked.ids.count == 4)
        gate.open()
        try await console.wait(for: "7 of 8 jobs were asked to cancel, 1 refused")
        #expect(asked.most <= 4 && Set(asked.ids).count == 8)
        try console.press("N")
        try await console.wait(for: "cancel batchjob-5: it is being finalized")
        try await console.quit()
    }

    @Test func severalRetriesAreSubmittedAndEachRefusalIsSaid() async throws {
        let client = Self.client { client in
            client.jobs = { query in
                let ended = Self.jobs.prefix(3).map { job in
                    var job = job
                    job.status = .failed
                    return job
                }
                return JobPage(
                    start: query.start, jobs: ended, total: 3, hasMore: false, asOf: Self.now,
                    source: "")
            }
            client.pastDraft = { id, _ throws(ServiceFailure) in
                guard id != "batchjob-1" else {
                    throw ServiceFailure(
                        kind: .conflict, operation: "retry what failed of \(id)",
                        detail: "no mini-batch that was tried has failed",
                        advice: "Retry all of it.")
                }
                return PastDraft(
                    draft: JobDraft(endpoint: "digits-batch", jobName: id.rawValue),
                    failedFiles: ["a"])
            }
            client.submit = { draft, _ in
                Job(id: Job.ID("again-\(draft.jobName ?? "")"), status: .queued)
            }
        }
        let console = ScriptedConsole(client: client)
        try console.press("J")
        try await console.wait(for: "batchjob-2")
        try console.press("*R")
        try await console.wait(for: "Retry 3 jobs?")
        try console.press("f")
        try await console.wait(for: "2 of 3 jobs were submitted once more, 1 refused")
        try console.press("N")
        try await console.wait(
            for: "The retry of batchjob-1", "again-batchjob-0 is the retry of batchjob-0")
        try await console.quit()
    }

    @Test func theArchiveIsLookedInto() async throws {
        let console = ScriptedConsole(client: Self.client { _ in })
        try console.press("J")
        try await console.wait(for: "batchjob-8")
        try console.press("V")
        try await console.wait(for: "Archived jobs 0", "No archived jobs")
        try console.press("V")
        try await console.wait(for: "batchjob-8")
        try await console.quit()
    }

    @Test func twoJobsOfARealEngineAreComparedAndOneIsRetried() async throws {
        _ = try Tool.find("python3")
        let engine = try InProcessEngine()
        let draft = JobDraft(
            endpoint: "wine-classifier",
            inputs: [
                JobDraft.Input(
                    name: "data",
                    value: .data(
                        type: .uriFolder,
                        reference: try DataReference(parsing: "azureml:wine-data:1")))
            ])
        var other = draft
        other.overrides.miniBatchSize = 1
        for one in [draft, other] {
            let job = try await engine.client.submit(one) { _ in }
            try await Eventually.awaited("the job's end", limit: .seconds(60)) {
                try await engine.client.job(job.id).status == .completed ? true : nil
            }
        }
        let console = ScriptedConsole(client: engine.client)
        try console.press("J")
        try await console.wait(for: "Jobs 2")
        try console.press("<space><space>=")
        try await console.wait(for: "differ", "mini_batch_size", "azureml:wine-data:1")
        try console.press("d")
        try await console.wait(for: "only those")
        #expect(console.text.contains("≠ mini_batch_size"), "\(console.text)")
        try console.press("<esc><esc>R")
        try await console.wait(for: "Retry ")
        try console.press("a")
        try await console.wait(for: "is the retry of", "Completed", limit: .seconds(60))
        try await console.quit()
        await engine.stop()
    }
}
