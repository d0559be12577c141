import BatchModel
import GRDB
import TestSupport
import Testing

@testable import BatchEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Pipeline jobs that outlive their engine.
@Suite struct PipelineResumeTests {
    /// One step that ends, one that stands still until there is a gate, one that needs both. Each notes that it began.
    static func order(root: String) -> PipelineOrder {
        JobHarness.pipeline(
            root: root,
            [
                TestStep(
                    name: "done", command: "echo done >> '\(root)/began'; echo 1 > \"$OUT\"/n"),
                TestStep(
                    name: "held",
                    command: """
                        echo held >> '\(root)/began'; echo $$ >> '\(root)/pids'
                        ls "$OUT" > '\(root)/found'; touch "$OUT"/half-$(date +%N)
                        sleep 1000 & echo $! >> '\(root)/pids'
                        while [ ! -e '\(root)/gate' ]; do sleep 0.01; done
                        kill $!; echo 2 > "$OUT"/n
                        """, needs: [0]),
                TestStep(
                    name: "last",
                    command: "echo last >> '\(root)/began'; cat \"$IN_1\"/n > \"$OUT\"/n",
                    needs: [1]),
            ])
    }

    /// The lines that the running step of a job has written so far; nil before all are there.
    static func pids(_ folder: TemporaryFolder) -> [Int32]? {
        let lines = (try? folder.read("pids"))?.split(separator: "\n").compactMap { Int32($0) }
        return lines.flatMap { $0.count >= 2 ? $0 : nil }
    }

    @Test func anEngineKilledAtOnceRunsNoFinishedStepAgain() async throws {
        let harness = try JobHarness()
        await harness.service.shutdown()
        let root = harness.folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String] in
            let folders = EngineFolders(state: root + "/state", workspaceID: "w")
            let service = try JobHarness.service(folders)
            _ = try await service.accept(Self.order(root: root))
            try Eventually.get("both steps' processes") {
                let lines = FileCalls.contents(of: root + "/pids")?.count { $0 == 10 } ?? 0
                return lines < 2 ? nil : true
            }
            kill(getpid(), SIGKILL)
        }
        let old = try #require(Self.pids(harness.folder))
        // The lifeline alone: no engine has started since.
        for pid in old {
            _ = try Eventually.get("the end of process \(pid)") { kill(pid, 0) == 0 ? nil : true }
        }
        let second = try JobHarness.service(harness.folders)
        let before = try await second.steps(of: "pipelinejob-1")
        #expect(before.map(\.status) == [.completed, .running, .notStarted])
        _ = try harness.folder.write("", to: "gate")
        try await second.resume()
        await second.ended("pipelinejob-1")
        let job = try #require(try await second.job("pipelinejob-1"))
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        #expect(job.timeline.map(\.status).filter { $0 == .running }.count == 1)
        #expect(
            try await second.steps(of: job.id).map(\.status)
                == [.completed, .completed, .completed])
        #expect(try harness.folder.read("began") == "done\nheld\nheld\nlast\n")
        // The second try began with an empty folder.
        #expect(try harness.folder.read("found").isEmpty)
        #expect(try harness.folder.read("results-1/2/out/n") == "2\n")
        #expect(harness.printed(1).contains("it runs again from its beginning"))
        #expect(harness.executionLog().contains("The engine continues the job."))
        let left = try await second.database.reader.read { try WorkTable.workers($0) }
        #expect(left.isEmpty)
        await second.shutdown()
    }

    @Test func anAbandonedJobIsContinued() async throws {
        let first = try JobHarness()
        _ = try await first.service.accept(Self.order(root: first.folder.path))
        _ = try Eventually.get("the held step") { Self.pids(first.folder) }
        await first.service.stop(isAbandoning: true)
        let second = try JobHarness.service(first.folders)
        _ = try first.folder.write("", to: "gate")
        try await second.resume()
        await second.ended("pipelinejob-1")
        #expect(try await second.job("pipelinejob-1")?.status == .completed)
        #expect(try first.folder.read("began") == "done\nheld\nheld\nlast\n")
        await second.shutdown()
    }

    @Test func aShutdownLeavesTheJobToBeContinued() async throws {
        let first = try JobHarness()
        _ = try await first.service.accept(Self.order(root: first.folder.path))
        _ = try Eventually.get("the held step") { Self.pids(first.folder) }
        await first.service.shutdown()
        let second = try JobHarness.service(first.folders)
        #expect(
            try await second.steps(of: "pipelinejob-1").map(\.status)
                == [.completed, .running, .notStarted])
        #expect(try await second.job("pipelinejob-1")?.status == .running)
        _ = try first.folder.write("", to: "gate")
        try await second.resume()
        #expect(second.isBusy)
        await second.ended("pipelinejob-1")
        #expect(try await second.job("pipelinejob-1")?.status == .completed)
        await second.shutdown()
    }

    @Test func aCancelThatTheEngineDidNotSurviveIsCarriedOut() async throws {
        let first = try JobHarness()
        _ = try await first.service.accept(Self.order(root: first.folder.path))
        _ = try Eventually.get("the held step") { Self.pids(first.folder) }
        await first.service.stop(isAbandoning: true)
        let again = try JobHarness.service(first.folders)
        try await again.database.writer.write { db in
            try db.execute(sql: "UPDATE job SET status = 'CancelRequested'")
        }
        try await again.resume()
        await again.ended("pipelinejob-1")
        #expect(try await again.job("pipelinejob-1")?.status == .canceled)
        #expect(
            try await again.steps(of: "pipelinejob-1").map(\.status)
                == [.completed, .canceled, .canceled])
        await again.shutdown()
    }
}
