import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

/// Logs stop growing and say so; what writes into them never notices.
@Suite struct CappedLogTests {
    private static let limit: Int64 = 16 << 10

    @Test func aLogEndsAtItsLimitWithALineThatNamesTheSetting() throws {
        let folder = try TemporaryFolder("capped")
        let path = folder.path + "/log.txt"
        // Two bytes each, and an odd room for them.
        let line = Array(String(repeating: "é", count: 3_001).utf8)
        for _ in 0..<9 { try CappedLog.append(line, to: path, limit: Self.limit) }
        let text = try folder.read("log.txt")
        #expect(text.utf8.count == Int(Self.limit))
        #expect(String(validating: text.utf8, as: UTF8.self) != nil)
        let last = try #require(text.split(separator: "\n").last)
        #expect(last.contains("reached its limit of 16384 bytes"))
        #expect(last.contains("BATCHDECK_LOG_LIMIT") && last.contains("--log-limit"))
        #expect(text.components(separatedBy: "[batchdeck]").count == 2)
    }

    @Test func everyLogOfAScriptThatSaysTooMuchIsCapped() async throws {
        var limits = JobLimits()
        limits.logLimitBytes = Self.limit
        let harness = try JobHarness(limits: limits)
        let script = """
            import sys
            from azureml_user.parallel_run import EntryScript

            def init():
                pass

            def run(mini_batch):
                for _ in range(2000):
                    print("o" * 100)
                    sys.stderr.write("e" * 100 + "\\n")
                    EntryScript().logger.info("l" * 100)
                return mini_batch

            """
        let settings = ModelSettings(miniBatchSize: 1, maxConcurrencyPerInstance: 1)
        let job = try await harness.run(
            try harness.order(script: script, files: 2, settings: settings))
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        #expect(try harness.rows().count == 2)
        for log in [
            "stdout/0/process001.stdout.txt", "stderr/0/process001.stderr.txt",
            "entry_script_log/0/process001.log.txt",
        ] {
            let text = harness.stepLog("logs/user/" + log)
            #expect(text.utf8.count <= Int(Self.limit) && text.utf8.count > 12 << 10, "\(log)")
            #expect(text.contains("reached its limit"), "\(log)")
        }
        await harness.service.shutdown()
    }

    @Test func whatWasPrintedLastIsInTheLogWhenTheJobHasEnded() async throws {
        let harness = try JobHarness()
        let body = """
            print("x" * 60000, flush=True)
            print("the last words", flush=True)
            os._exit(3)
            """
        let settings = ModelSettings(
            miniBatchSize: 1, maxConcurrencyPerInstance: 1, maxRetries: 1)
        _ = try await harness.run(
            try harness.order(script: Script.run(body), files: 1, settings: settings))
        let text = harness.stepLog("logs/user/stdout/0/process001.stdout.txt")
        #expect(text.hasSuffix("the last words\n"))
        await harness.service.shutdown()
    }

    /// A process that leaves its group keeps the pipe open; nobody waits for it.
    @Test func aStrangerThatKeepsThePipeDoesNotHoldTheJob() async throws {
        let harness = try JobHarness()
        let body = """
            import subprocess
            stranger = subprocess.Popen(["sleep", "20"], start_new_session=True)
            with open(os.environ["AZUREML_BI_OUTPUT_PATH"] + "/pid", "w") as file:
                file.write(str(stranger.pid))
            return mini_batch
            """
        let settings = ModelSettings(miniBatchSize: 1, maxConcurrencyPerInstance: 1)
        let began = ContinuousClock.now
        let job = try await harness.run(
            try harness.order(script: Script.run(body), files: 1, settings: settings))
        #expect(job.status == .completed)
        #expect(ContinuousClock.now - began < .seconds(15))
        await harness.service.shutdown()
        if let stranger = Int32(try harness.folder.read("output-1/pid")) {
            kill(stranger, SIGKILL)
        }
    }

    @Test func theEnginesOwnLogIsMovedAsideAndTheOldestGoes() throws {
        let folder = try TemporaryFolder("engine-log")
        let path = folder.path + "/engine.log"
        for round in 1...4 {
            try folder.write(String(repeating: "\(round)", count: 100), to: "engine.log")
            EngineLog.keepShort(path, limit: 100)
            #expect(FileCalls.exists(path), "not over the limit yet")
            EngineLog.keepShort(path, limit: 99)
            #expect(!FileCalls.exists(path))
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["engine.log.1", "engine.log.2"])
        #expect(try folder.read("engine.log.1").hasPrefix("4"))
        #expect(try folder.read("engine.log.2").hasPrefix("3"))
    }
}
