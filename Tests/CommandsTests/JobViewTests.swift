import BatchClient
import BatchModel
import Testing

@testable import Commands

/// `job steps|timeline|error` and `job results show`: the panes of the console as tables.
@Suite struct JobViewTests {
    private static func desk(_ text: String, piece: Int = 1 << 20) -> Desk {
        let bytes = Array(text.utf8)
        return Desk { client in
            client.outputs = { _ in [JobOutput(name: "score", type: .uriFolder, uri: "azureml://x")]
            }
            client.outputFiles = { _, _ in [BlobEntry(path: "a.csv", size: Int64(bytes.count))] }
            client.readOutput = { _, _, _, offset, limit in
                FileChunk(
                    offset: offset,
                    bytes: Array(bytes.dropFirst(Int(offset)).prefix(min(limit, piece))),
                    totalLength: Int64(bytes.count))
            }
        }
    }

    private func show(_ desk: Desk, _ more: String...) async -> Said {
        await desk.run(["job", "results", "show", "-n", "j"] + more)
    }

    @Test func theFirstAndTheLastLinesArePrinted() async throws {
        let desk = Self.desk("1\n2\r\n3\n4\n5")
        #expect(await show(desk, "--lines", "2").output == "1\n2\n")
        #expect(await show(desk, "--lines", "2", "--tail").output == "4\n5\n")
        #expect(await show(desk).output == "1\n2\n3\n4\n5\n")
        let part = try await show(desk, "--lines", "2", "-o", "json").json()
        #expect(part["is_whole"] == .boolean(false))
        #expect(part["lines"] == .array([.string("1"), .string("2")]))
        #expect(part["bytes"]?.wholeNumber == 10)
        #expect(try await show(desk, "-o", "json").json()["is_whole"] == .boolean(true))
        #expect(await show(Self.desk("")).output.isEmpty)
        #expect(await show(desk, "--lines", "0").code == ExitCodes.usage)
    }

    @Test func aServiceThatGivesLessAtOnceIsAskedAgain() async {
        let said = await show(Self.desk("one\ntwo\nthree\n", piece: 5), "--lines", "3")
        #expect(said.output == "one\ntwo\nthree\n")
    }

    @Test func ofALongFileOnlyThePartThatIsShownIsRead() async {
        let line = String(repeating: "x", count: 99)
        let text = (0..<20_000).map { "\($0) \(line)\n" }.joined()
        let first = await show(Self.desk(text), "--lines", "1")
        #expect(first.output == "0 \(line)\n" && first.talk.isEmpty)
        let last = await show(Self.desk(text), "--lines", "2", "--tail")
        #expect(last.output == "19998 \(line)\n19999 \(line)\n")
        let cut = await show(Self.desk(text), "--lines", "10000", "--tail")
        #expect(cut.lines.last == "19999 \(line)" && cut.lines.count > 9_800)
        #expect(cut.lines.first?.hasSuffix(" " + line) == true, "no half line")
    }

    @Test func whatIsNoTextIsRefused() async {
        let said = await show(Self.desk("a\u{0}b"))
        #expect(said.code == ExitCodes.usage)
        #expect(said.talk.contains("it is no text"))
    }

    @Test func theErrorIsTheScriptsOwnOrTheServices() async throws {
        var desk = Desk { client in
            client.job = { _ in Samples.snapshot(.failed, error: "no room\nleft").job }
            client.usefulError = { _ in
                JobError(headline: "E: x", text: "T\nE: x", userFrame: "score.py:3 in run")
            }
        }
        let own = await desk.run("job", "error", "-n", "j")
        #expect(own.output == "T\nE: x\n" && own.talk == "failed at score.py:3 in run\n")
        desk.client.usefulError = { _ in nil }
        let service = try await desk.run("job", "error", "-n", "j", "-o", "json").json()
        #expect(service["headline"]?.string == "no room")
        desk.client.job = { _ in Samples.job }
        let none = await desk.run("job", "error", "-n", "j")
        #expect(none.code == ExitCodes.notFound && none.talk.contains("is Running"))
    }

    @Test func whatTheServiceSaysOfItIsExplainedBeneath() async {
        let desk = Desk { client in
            client.job = { _ in
                Samples.snapshot(
                    .failed, error: "No succeeded mini batch item returned from run()."
                ).job
            }
            client.usefulError = { _ in
                JobError(headline: "E: x", text: "T\nE: x", userFrame: "score.py:3 in run")
            }
        }
        let said = await desk.run("job", "error", "-n", "j")
        #expect(said.talk.hasSuffix("\nrun() raised for every file; the first is above.\n"))
    }

    @Test func stepsAndStatesAreTables() async {
        let desk = Desk { client in
            client.steps = { _ in [Samples.step] }
            client.job = { _ in Samples.job }
        }
        #expect(
            await desk.run("job", "steps", "-n", "j").lines.last?.hasPrefix("batchscoring  Running")
                == true)
        #expect(
            await desk.run("job", "timeline", "-n", "j").lines.last
                == "2026-11-23T08:00:00.000000Z  Preparing")
    }

    @Test func aWatchedJobIsPrintedAsItEndedWhenADocumentIsAskedFor() async throws {
        let desk = Desk { client in
            client.follow(through: Samples.snapshot(.running), Samples.snapshot(.failed))
            client.usefulError = { _ in nil }
        }
        #expect(await desk.run("job", "watch", "-n", "j").output.isEmpty)
        let said = await desk.run("job", "watch", "-n", "j", "-o", "json")
        #expect(said.code == ExitCodes.jobFailed)
        #expect(try said.json()["status"]?.string == "Failed")
    }
}
