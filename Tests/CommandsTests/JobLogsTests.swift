import BatchClient
import BatchModel
import Synchronization
import Testing

@testable import Commands

/// `job logs`: the list, one file, and a file that grows.
@Suite struct JobLogsTests {
    private static let score = JobStep(id: "run-8", name: "score", status: .running)

    /// A job of two steps; both have an `error.txt`, the job itself a `std_log.txt`.
    private func desk(
        _ contents: [String: [UInt8]] = [:], pieceLimit: Int = 1 << 20,
        change: (inout BatchClient) -> Void = { _ in }
    ) -> Desk {
        Desk { client in
            client.steps = { _ in [Samples.step, Self.score] }
            client.logFiles = { run in
                let name = run == "batchjob-1" ? "user_logs/std_log.txt" : "logs/user/error.txt"
                return [LogFile(name: name, url: "")]
            }
            client.readLog = { run, _, offset, limit in
                let rest = (contents[run] ?? []).dropFirst(Int(offset))
                let bytes = Array(rest.prefix(min(limit, pieceLimit)))
                return FileChunk(offset: offset, bytes: bytes, totalLength: nil)
            }
            change(&client)
        }
    }

    private let error = ["job", "logs", "-n", "batchjob-1", "-f", "logs/user/error.txt"]

    @Test func logsOfAllStepsAreListedInPlainWords() async throws {
        let said = await desk().run("job", "logs", "-n", "batchjob-1")
        #expect(said.code == 0)
        #expect(
            said.output == """
                STEP          FILE                   WHAT
                batchscoring  logs/user/error.txt    errors from your script
                score         logs/user/error.txt    errors from your script
                job           user_logs/std_log.txt  output of the run

                """)
        let json = try await desk().run("job", "logs", "-n", "batchjob-1", "-o", "json").json()
        guard case .array(let rows) = json else { return #expect(Bool(false), "no array") }
        #expect(rows.first?.members?.keys.sorted() == ["file", "step", "what"])
    }

    @Test func aFileIsTheFirstStepsUnlessAStepIsNamed() async {
        let desk = desk(["run-7": Array("seven\n".utf8), "run-8": Array("eight\n".utf8)])
        #expect(await desk.run(error).output == "seven\n")
        #expect(await desk.run(error + ["--step", "score"]).output == "eight\n")
        #expect(await desk.run(error + ["--step", "run-8"]).output == "eight\n")
    }

    @Test func aStepOrFileThatIsNotThereIsExitCodeFiveAndSaysWhatIs() async {
        let step = await desk().run(error + ["--step", "nope"])
        #expect(step.code == 5)
        #expect(step.talk.contains("batchscoring, score, job"))
        let file = await desk().run("job", "logs", "-n", "batchjob-1", "-f", "nope.txt")
        #expect(file.code == 5)
        #expect(file.talk.contains("batchdeck job logs -n batchjob-1"))
    }

    @Test func aCharacterCutByAPieceStaysWhole() async {
        let text = "a é € 🍷 z\n"
        for limit in 1...5 {
            let desk = desk(["run-7": Array(text.utf8)], pieceLimit: limit)
            #expect(await desk.run(error).output == text, "pieces of \(limit) bytes")
        }
    }

    @Test(.timeLimit(.minutes(5))) func aLogIsFollowedWhileTheJobsStateStaysAsItIs() async {
        let (states, state) = AsyncThrowingStream<JobSnapshot, any Error>.makeStream()
        let desk = desk { client in
            client.follow = { _ in states }
            let reads = Mutex(0)
            client.readLog = { _, _, offset, _ in
                let read = reads.withLock { count in
                    count += 1
                    return count
                }
                // What is there, its end; then, with no word of the job, more of it.
                let texts = ["first\n", "", "second\n"]
                if read == 3 { state.finish() }
                let text = read <= texts.count ? texts[read - 1] : ""
                return FileChunk(offset: offset, bytes: Array(text.utf8), totalLength: nil)
            }
        }
        let said = await desk.run(error + ["--follow"])
        #expect(said.code == 0 && said.output == "first\nsecond\n")
    }

    @Test func bytesThatAreNoTextAreMarkedAndNotLost() async {
        let desk = desk(["run-7": [0x61, 0xFF, 0x62, 0xE2, 0x82]], pieceLimit: 2)
        #expect(await desk.run(error).output == "a\u{FFFD}b\u{FFFD}")
    }

    @Test func aLogIsAsItIsInAPipeAndCannotSteerATerminal() async {
        let text = "\u{1B}[31mred\u{9B}2J\r\n\tindented\n"
        var desk = desk(["run-7": Array(text.utf8)])
        #expect(await desk.run(error).output == text)
        desk.isTerminal = true
        #expect(await desk.run(error).output == " [31mred 2J \n\tindented\n")
    }

    @Test func followingPrintsWhatIsNewUntilTheJobEnds() async {
        let written = Box("one\n")
        let desk = desk { client in
            client.readLog = { _, _, offset, _ in
                let bytes = Array(written.current.utf8.dropFirst(Int(offset)))
                return FileChunk(offset: offset, bytes: bytes, totalLength: nil)
            }
            client.follow = { _ in
                AsyncThrowingStream {
                    written.change { $0 += "two\n" }
                    return written.current.contains("two\ntwo") ? nil : Samples.snapshot(.running)
                }
            }
        }
        let said = await desk.run(error + ["--follow"])
        #expect(said.code == 0)
        #expect(said.output == "one\ntwo\ntwo\n")
    }

    @Test func withoutAFileTheLogThatTellsMostIsFollowed() async {
        let overview = "logs/job_progress_overview.2026112207.txt"
        let printed = "logs/user/stdout/0/process000.stdout.txt"
        let hasPrinted = Box(false)
        let desk = desk { client in
            client.steps = { _ in [Self.score] }
            client.logFiles = { run in
                guard run == "run-8" else { return [] }
                return [overview, printed].map { LogFile(name: $0, url: "") }
            }
            client.readLog = { _, file, offset, _ in
                let text = file == overview ? "1 of 2\n" : hasPrinted.current ? "hello\n" : ""
                let bytes = Array(text.utf8.dropFirst(Int(offset)))
                // The script prints once the other log was read to its end.
                if file == overview, bytes.isEmpty { hasPrinted.change { $0 = true } }
                return FileChunk(offset: offset, bytes: bytes, totalLength: nil)
            }
            client.follow = { _ in
                AsyncThrowingStream {
                    await Task.yield()
                    return hasPrinted.current ? nil : Samples.snapshot(.running)
                }
            }
        }
        let said = await desk.run("job", "logs", "-n", "batchjob-1", "--follow")
        #expect(said.code == 0)
        #expect(said.output == "1 of 2\nhello\n")
        #expect(said.talk == "log: \(overview)\nlog: \(printed)\n")
    }

    @Test func aJobThatEndsWithoutALogSaysSo() async {
        let desk = desk { client in
            client.logFiles = { _ in [] }
            client.follow = { _ in AsyncThrowingStream { nil } }
        }
        let said = await desk.run("job", "logs", "-n", "batchjob-1", "--follow")
        #expect(said.code == 5)
        #expect(said.talk.contains("the job ended without a log"))
    }
}
