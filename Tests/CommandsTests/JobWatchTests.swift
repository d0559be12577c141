import BatchClient
import BatchModel
import Testing

@testable import Commands

/// `job watch`: what is said while a job runs, and what its end is worth.
@Suite struct JobWatchTests {
    private func watch(
        _ moments: JobSnapshot..., error: (any Error)? = nil,
        change: (inout BatchClient) -> Void = { _ in }
    ) async -> Said {
        let desk = Desk { client in
            client.follow = { _ in
                AsyncThrowingStream { continuation in
                    for moment in moments { continuation.yield(moment) }
                    continuation.finish(throwing: error)
                }
            }
            change(&client)
        }
        return await desk.run("job", "watch", "-n", "batchjob-1")
    }

    @Test func aCompletedJobIsExitCodeZeroAndNothingOnStandardOutput() async {
        let said = await watch(Samples.snapshot(.completed, done: 4))
        #expect(said.code == 0)
        #expect(said.output.isEmpty)
        #expect(said.talk == "batchjob-1  4/4 mini-batches\nbatchjob-1  Completed\n")
    }

    @Test func aFailedJobEndsWithThePersonsOwnTraceback() async {
        let said = await watch(Samples.snapshot(.failed, error: "status code 42")) { client in
            client.usefulError = { _ in
                JobError(
                    headline: "ValueError: sour", text: "Traceback:\n\tscore\nValueError: sour",
                    file: "logs/user/error.txt", userFrame: "score.py:31 in run")
            }
        }
        #expect(said.code == 3)
        #expect(said.output.isEmpty)
        #expect(
            said.talk == """
                batchjob-1  Failed
                failed at score.py:31 in run
                Traceback:
                \tscore
                ValueError: sour
                (from logs/user/error.txt)

                """)
    }

    @Test func streamIsAnotherWordForIt() async {
        let desk = Desk { client in client.follow(through: Samples.snapshot(.completed, done: 4)) }
        let watched = await desk.run("job", "watch", "-n", "j")
        let streamed = await desk.run("job", "stream", "-n", "j")
        #expect(streamed.code == watched.code && streamed.talk == watched.talk)
    }

    @Test func withoutATracebackTheServicesOwnTextIsSaid() async {
        let said = await watch(Samples.snapshot(.failed, error: "status code 42")) {
            $0.usefulError = { _ in nil }
        }
        #expect(said.code == 3)
        #expect(said.talk == "batchjob-1  Failed\nstatus code 42\n")
    }

    @Test func aTracebackThatCannotBeReadIsAWarning() async {
        let said = await watch(Samples.snapshot(.failed, error: "status code 42")) { client in
            client.usefulError = { _ throws(ServiceFailure) in
                throw ServiceFailure(kind: .unreachable, operation: "read logs", detail: "reset")
            }
        }
        #expect(said.code == 3)
        #expect(said.talk.contains("warning: could not read logs: reset."))
        #expect(said.talk.hasSuffix("status code 42\n"))
    }

    @Test func aCancelledJobIsExitCodeThreeWithoutALookForErrors() async {
        let said = await watch(
            Samples.snapshot(.cancelRequested), Samples.snapshot(.canceled))
        #expect(said.code == 3)
        #expect(said.talk == "batchjob-1  CancelRequested\nbatchjob-1  Canceled\n")
    }

    @Test func aServiceThatStopsAnsweringIsAFailureThatSaysHowToGoOn() async {
        let said = await watch(Samples.snapshot(.running))
        #expect(said.code == 1)
        #expect(said.talk.contains("while it was Running"))
        #expect(said.talk.contains("batchdeck job watch -n batchjob-1"))
        #expect(await watch().talk.contains("while it was unseen"))
    }

    @Test func aFailureOfTheLineKeepsItsKind() async {
        let said = await watch(
            Samples.snapshot(.running), error: BatchClient.missing("find the job"))
        #expect(said.code == 5)
    }

    @Test func anInterruptedWatchIsExitCode130() async {
        let said = await watch(Samples.snapshot(.running), error: CancellationError())
        #expect(said.code == 130)
        #expect(!said.talk.contains("error"))
    }

    @Test func aStatusNobodyKnowsIsSaidAsItIsAndNeverSteers() async {
        let said = await watch(
            Samples.snapshot(JobStatus(rawValue: "Fer\u{1B}[2Jmenting")),
            Samples.snapshot(.completed))
        #expect(said.talk.hasPrefix("batchjob-1  Fer [2Jmenting\n"))
        #expect(!said.talk.steers)
    }
}
