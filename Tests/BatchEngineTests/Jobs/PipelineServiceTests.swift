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

/// Pipeline jobs with real programs.
@Suite struct PipelineServiceTests {
    @Test func aStepReadsWhatTheStepBeforeItWrote() async throws {
        let harness = try JobHarness()
        let (job, steps) = try await harness.run(
            harness.pipeline([
                TestStep(name: "first", command: "echo one > \"$OUT\"/n.txt; echo said"),
                TestStep(
                    name: "second", command: "cat \"$IN_0\"/n.txt > \"$OUT\"/n.txt", needs: [0]),
            ]))
        #expect(job.status == .completed)
        #expect(steps.map(\.status) == [.completed, .completed])
        #expect(steps.map(\.name) == ["first", "second"])
        #expect(try harness.folder.read("results-1/1/out/n.txt") == "one\n")
        #expect(harness.printed(0) == "said\n")
        #expect(
            job.timeline.map(\.status) == [
                .preparing, .provisioning, .queued, .running, .finalizing, .completed,
            ])
        for step in steps {
            #expect(try #require(step.startedAt) < #require(step.endedAt))
        }
        #expect(try #require(steps[0].endedAt) < #require(steps[1].startedAt))
        let log = harness.executionLog()
        #expect(log.contains("Submitting 1 runs, first five are: first:step-1-0"))
        #expect(log.contains("Completing processing run id step-1-1."))
        #expect(!harness.service.isBusy)
        // A chore of its own removes it, once the end can be seen.
        try await Eventually.awaited("the job's folder to be gone") {
            FileCalls.exists(harness.folders.job(job.id)) ? nil : true
        }
        await harness.service.shutdown()
    }

    @Test func stepsThatDoNotNeedEachOtherRunAtTheSameTime() async throws {
        let harness = try JobHarness(workerLimit: 2)
        // Each waits for the other's file: one after the other they would wait for ever.
        func meet(_ own: String, _ other: String) -> String {
            "touch '\(harness.folder.path)/\(own)'; "
                + "while [ ! -e '\(harness.folder.path)/\(other)' ]; do sleep 0.01; done"
        }
        let (job, steps) = try await harness.run(
            harness.pipeline([
                TestStep(name: "left", command: meet("l", "r")),
                TestStep(name: "right", command: meet("r", "l")),
                TestStep(name: "both", command: "ls \"$IN_0\" \"$IN_1\"", needs: [0, 1]),
            ]))
        #expect(job.status == .completed)
        #expect(steps.map(\.status) == [.completed, .completed, .completed])
        await harness.service.shutdown()
    }

    @Test func aJobTakesNoMoreThanTheMachinesSlots() async throws {
        let harness = try JobHarness(workerLimit: 1)
        let command =
            "mkdir '\(harness.folder.path)/alone' || exit 9; sleep 0.05; rmdir '\(harness.folder.path)/alone'"
        let (job, _) = try await harness.run(
            harness.pipeline((0..<4).map { TestStep(name: "s\($0)", command: command) }))
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        await harness.service.shutdown()
    }

    @Test func aFailedStepIsNamedAndOthersGoOn() async throws {
        let harness = try JobHarness()
        let script = "def main():\n    raise ValueError('no such tumour')\n\nmain()\n"
        _ = try harness.folder.write(script, to: "code/bad.py")
        let (job, steps) = try await harness.run(
            harness.pipeline([
                TestStep(
                    name: "bad", command: "python bad.py", code: harness.folder.path + "/code"),
                TestStep(name: "needs_bad", command: "true", needs: [0]),
                TestStep(name: "last", command: "true", needs: [1]),
                TestStep(name: "beside", command: "sleep 0.3; echo there > \"$OUT\"/f"),
                TestStep(name: "after_beside", command: "cat \"$IN_3\"/f", needs: [3]),
            ]))
        #expect(job.status == .failed)
        #expect(
            steps.map(\.status) == [.failed, .canceled, .canceled, .completed, .completed])
        let message = try #require(job.errorMessage)
        #expect(message.contains("Failed nodes: /bad."))
        #expect(message.contains("exited with status code 1"))
        #expect(message.hasSuffix("Error: ValueError: no such tumour"))
        #expect(steps[1].errorMessage?.contains("it needs the step bad") == true)
        #expect(steps[2].errorMessage?.contains("it needs the step needs_bad") == true)
        #expect(harness.printed(0).contains("Traceback"))
        #expect(harness.printed(4) == "there\n")
        await harness.service.shutdown()
    }

    @Test func aFailedStepStopsTheOthersWhenItsJobDoesNotContinue() async throws {
        let harness = try JobHarness()
        let (job, steps) = try await harness.run(
            harness.pipeline(
                [
                    TestStep(
                        name: "bad",
                        command:
                            "while [ ! -e '\(harness.folder.path)/r' ]; do sleep 0.01; done; exit 3"
                    ),
                    TestStep(
                        name: "endless", command: "touch '\(harness.folder.path)/r'; sleep 1000"),
                    TestStep(name: "later", command: "true", needs: [1]),
                ], continuesOnStepFailure: false))
        #expect(job.status == .failed)
        #expect(steps.map(\.status) == [.failed, .canceled, .canceled])
        #expect(steps[1].errorMessage?.contains("continue_on_step_failure is false") == true)
        #expect(job.errorMessage?.contains("status code 3") == true)
        await harness.service.shutdown()
    }

    @Test func aCancelKillsWholeGroups() async throws {
        let harness = try JobHarness()
        let order = harness.pipeline([
            TestStep(
                name: "endless",
                command: "sleep 1000 & echo $! > \"$OUT\"/pid; echo up > \"$OUT\"/up; wait"),
            TestStep(name: "later", command: "true", needs: [0]),
        ])
        _ = try await harness.service.accept(order)
        let pid = try Eventually.get("the program of the step") {
            FileCalls.exists(harness.folder.path + "/results-1/0/out/up")
                ? try? harness.folder.read("results-1/0/out/pid") : nil
        }
        try await harness.service.cancel(order.id)
        await harness.service.ended(order.id)
        let job = try #require(try await harness.service.job(order.id))
        #expect(job.status == .canceled)
        #expect(job.timeline.map(\.status).suffix(2) == [.cancelRequested, .canceled])
        let steps = try await harness.service.steps(of: order.id)
        #expect(steps.map(\.status) == [.canceled, .canceled])
        let child = try #require(Int32(pid.filter(\.isNumber)))
        _ = try Eventually.get("the end of the program's own child") {
            kill(child, 0) == 0 ? nil : true
        }
        let again = await #expect(throws: ServiceFailure.self) {
            try await harness.service.cancel(order.id)
        }
        #expect(again?.serviceCode == "CancelPipelineRunInTerminalStatus")
        await harness.service.shutdown()
    }

    @Test func aProgramFindsItsSurroundingsAndNothingOfTheEngines() async throws {
        setenv("BATCHDECK_SECRET", "engine", 1)
        let harness = try JobHarness()
        _ = try harness.folder.write("beside\n", to: "code/lib/data.txt")
        let (job, _) = try await harness.run(
            harness.pipeline(
                [
                    TestStep(
                        name: "look",
                        command: """
                            env > "$OUT"/env; ls /proc/self/fd | sort -n | tr '\\n' ' ' > "$OUT"/fd
                            cat lib/data.txt > "$OUT"/code; touch lib/new
                            [[ a == a ]] && echo bash > "$OUT"/shell
                            python -c 'import sys; print(sys.executable)' > "$OUT"/python
                            read line; echo "in:$line" > "$OUT"/stdin
                            """, environment: ["OWN": "mine"], code: harness.folder.path + "/code")
                ]))
        #expect(job.status == .completed, "\(job.errorMessage ?? "") \(harness.printed(0))")
        func read(_ name: String) throws -> String {
            try harness.folder.read("results-1/0/out/" + name)
        }
        let variables = try read("env").split(separator: "\n")
        #expect(variables.contains("OWN=mine"))
        #expect(variables.contains("AZUREML_RUN_ID=step-1-0"))
        #expect(variables.contains { $0.hasPrefix("AZURE_ML_OUTPUT_out=") })
        #expect(!variables.contains { $0.hasPrefix("BATCHDECK") })
        // 0, 1, 2 and the one that `ls` reads the folder with.
        #expect(try read("fd") == "0 1 2 3 ")
        #expect(try read("code") == "beside\n")
        #expect(!FileCalls.exists(harness.folder.path + "/code/lib/new"))
        #expect(try read("shell") == "bash\n")
        #expect(try read("python").contains("python"))
        #expect(try read("stdin") == "in:\n")
        await harness.service.shutdown()
        unsetenv("BATCHDECK_SECRET")
    }

    @Test func aDeploymentsInterpreterIsWhatPythonMeans() async throws {
        let harness = try JobHarness()
        let mine = try harness.folder.write(
            "#!/bin/sh\necho \"mine $*\"\n", to: "my env/bin/python3")
        #expect(chmod(mine, 0o755) == 0)
        let (job, _) = try await harness.run(
            harness.pipeline(
                [TestStep(name: "ask", command: "python one; python3 two three")],
                interpreter: mine))
        #expect(job.status == .completed)
        #expect(harness.printed(0) == "mine one\nmine two three\n")
        await harness.service.shutdown()
    }

    @Test func missingDataFailsTheStepBeforeItsProgram() async throws {
        let harness = try JobHarness()
        var order = harness.pipeline([TestStep(name: "reads", command: "echo ran")])
        order.steps[0].inputs = [
            .init(name: "data", type: .uriFolder, path: harness.folder.path + "/nowhere")
        ]
        let (job, steps) = try await harness.run(order)
        #expect(job.status == .failed)
        #expect(steps[0].errorMessage?.contains("Dataset initialization failed") == true)
        #expect(!harness.printed(0).contains("ran"))
        await harness.service.shutdown()
    }

    @Test func anOccupiedOutputIsRefusedAndLeftAsItIs() async throws {
        let harness = try JobHarness()
        _ = try harness.folder.write("mine", to: "results-1/0/out/mine.txt")
        let order = harness.pipeline([TestStep(name: "writes", command: "true")])
        let failure = await #expect(throws: ServiceFailure.self) {
            try await harness.service.accept(order)
        }
        #expect(failure?.kind == .conflict)
        #expect(failure?.detail.contains("the path already exists") == true)
        #expect(try harness.folder.read("results-1/0/out/mine.txt") == "mine")
        await harness.service.shutdown()
    }

    @Test func theSameRepeatabilityIDGivesTheSameJob() async throws {
        let harness = try JobHarness()
        var order = harness.pipeline([TestStep(name: "only", command: "true")])
        order.repeatabilityID = "r"
        let first = try await harness.service.accept(order)
        order.id = "pipelinejob-2"
        #expect(try await harness.service.accept(order).id == first.id)
        await harness.service.ended(first.id)
        #expect(try await harness.service.jobs(start: 0, count: 5).total == 1)
        await harness.service.shutdown()
    }

    @Test func aModelJobAndAPipelineJobShareTheMachine() async throws {
        let harness = try JobHarness(workerLimit: 2)
        let model = try harness.order(script: Script.echo, files: 6)
        let pipeline = harness.pipeline([
            TestStep(name: "a", command: "sleep 0.1"), TestStep(name: "b", command: "sleep 0.1"),
        ])
        _ = try await harness.service.accept(pipeline)
        let ended = try await harness.run(model)
        await harness.service.ended(pipeline.id)
        #expect(ended.status == .completed)
        #expect(try await harness.service.job(pipeline.id)?.status == .completed)
        let listed = try await harness.service.jobs(start: 0, count: 5).jobs
        #expect(listed.map(\.id) == [model.id, pipeline.id])
        #expect(try await harness.service.steps(of: model.id).map(\.name) == ["batchscoring"])
        let step = try #require(try await harness.service.step("step-1-1"))
        #expect(step.job == pipeline.id && step.step.name == "b")
        await harness.service.shutdown()
    }

    @Test func aStateOfTheFirstLayoutIsCarriedOver() async throws {
        let harness = try JobHarness()
        let order = try harness.order(script: Script.echo, files: 2)
        _ = try await harness.run(order)
        try await harness.service.database.writer.write { db in
            try db.execute(
                sql: """
                    DROP TABLE step; ALTER TABLE job DROP COLUMN is_pipeline;
                    DROP TABLE removal; DROP TABLE origin; DROP INDEX job_of_plan;
                    ALTER TABLE job DROP COLUMN description;
                    ALTER TABLE tally DROP COLUMN last; ALTER TABLE tally DROP COLUMN gap;
                    PRAGMA user_version = 1;
                    """)
        }
        await harness.service.shutdown()
        let second = try JobHarness.service(harness.folders)
        #expect(try await second.job(order.id)?.status == .completed)
        let pipeline = harness.pipeline([TestStep(name: "only", command: "true")])
        _ = try await second.accept(pipeline)
        await second.ended(pipeline.id)
        #expect(try await second.job(pipeline.id)?.status == .completed)
        await second.shutdown()
    }
}
