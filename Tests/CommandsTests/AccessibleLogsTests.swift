import BatchClient
import BatchModel
import Foundation
import Synchronization
import Testing

@testable import Commands

/// Logs read out in lines.
@Suite struct AccessibleLogsTests {
    private static let stdout = "logs/user/stdout/0/process000.stdout.txt"
    private static let error = "logs/user/error/0/process000.txt"
    private static let names = [
        "logs/sys/node/0.txt", stdout, "user_logs/std_log.txt", error,
    ]

    /// A service with one job of one step, whose logs can grow.
    private static func client(
        _ status: JobStatus, _ texts: Box<[String: String]>,
        change: (inout BatchClient) -> Void = { _ in }
    ) -> BatchClient {
        var client = BatchClient.unimplemented
        client.job = { _ in Samples.snapshot(status).job }
        client.steps = { _ in [Samples.step] }
        client.logFiles = { run in
            guard run == "run-7" else { return [] }
            return names.sorted().map { LogFile(name: $0, url: "") }
        }
        client.readLog = { _, file, offset, limit in
            let all = Array((texts.current[file] ?? "").utf8)
            let bytes = Array(all.dropFirst(Int(offset)).prefix(limit))
            return FileChunk(offset: offset, bytes: bytes, totalLength: Int64(all.count))
        }
        change(&client)
        return client
    }

    /// What is said to these answers in the logs of the job.
    private static func said(
        _ answers: [String], _ client: BatchClient, _ status: JobStatus = .completed,
        hearing: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> String {
        let said = Box("")
        let left = Box(answers[...])
        let lines = LineSource {
            var line: String?
            left.change { line = $0.popFirst() }
            return line
        }
        let console = LinearConsole(
            client: client, context: "local", environment: [:], lines: lines,
            clock: { Samples.morning }
        ) { text in
            said.change { $0 += text }
            hearing(text)
        }
        await #expect(throws: Leaving.quit) {
            try await console.logs(of: Samples.snapshot(status).job)
        }
        return said.current
    }

    private static func numbered(_ range: ClosedRange<Int>) -> String {
        range.map { "line \($0)\n" }.joined()
    }

    @Test func theLastLinesAreReadAndThenThoseBefore() async throws {
        let client = Self.client(.completed, Box([Self.stdout: Self.numbered(1...50)]))
        let said = try await Self.said(["", "more", "more", "other", ":quit"], client)
        let lines = said.split(separator: "\n").map(String.init)
        #expect(lines.dropFirst().first == "1. \(Self.stdout): what your script printed (worker 0)")
        let read = lines.filter { $0.hasPrefix("line ") }
        #expect(
            read == (Array(31...50) + Array(11...30) + Array(1...10)).map { "line \($0)" })
        #expect(said.contains("That was the beginning."))
        #expect(!said.contains("follow"), "the job has ended")
    }

    @Test func theErrorOfAFailedJobComesFirst() async throws {
        let found = JobError(headline: "ValueError", text: "", file: Self.error, step: "run-7")
        let client = Self.client(.failed, Box([Self.error: "Traceback\nValueError\n"])) {
            $0.usefulError = { _ in found }
        }
        let said = try await Self.said(["", ":quit"], client, .failed)
        #expect(said.contains("1. \(Self.error): "))
        #expect(said.contains("2. \(Self.stdout): "))
        #expect(said.contains("Traceback\nValueError\n"))
    }

    @Test func nothingThatIsReadSteersATerminal() async throws {
        let text = "\u{1B}[31mred\u{1B}[0m and \u{1B}]0;title\u{7}plain\u{9B}2J\r\n"
        let client = Self.client(.completed, Box([Self.stdout: text]))
        let said = try await Self.said(["", ":quit"], client)
        #expect(said.contains("\nred and plain\n"), "\(said)")
        #expect(!said.steers)
    }

    @Test func aLogIsFollowedUntilTheJobEnds() async throws {
        let texts = Box([Self.stdout: "one\ntw"])
        let (snapshots, news) = AsyncThrowingStream<JobSnapshot, any Error>.makeStream()
        let client = Self.client(.running, texts) { $0.follow = { _ in snapshots } }
        let said = try await Self.said(["", "follow", ":quit"], client, .running) { text in
            if text.hasPrefix("Following") {
                texts.change { $0[Self.stdout]? += "o\nthree\nfo" }
                news.yield(Samples.snapshot(.running))
            } else if text.hasPrefix("three") {
                texts.change { $0[Self.stdout]? += "ur" }
                news.finish()
            }
        }
        #expect(said.contains("\none\ntw\n"), "what is there is read, whole or not")
        #expect(said.contains("\no\nthree\nfour\nThe job has ended.\n"), "\(said)")
    }

    @Test func anEmptyLineStopsFollowingAndNothingIsReadTwice() async throws {
        let texts = Box([Self.stdout: "one\n"])
        let (snapshots, news) = AsyncThrowingStream<JobSnapshot, any Error>.makeStream()
        defer { news.finish() }
        let client = Self.client(.running, texts) { $0.follow = { _ in snapshots } }
        let said = try await Self.said(["", "follow", "", "other", ":quit"], client, .running)
        #expect(said.contains("No longer following \(Self.stdout)."))
        #expect(said.components(separatedBy: "one\n").count == 2)
    }

    @Test func linesLongerThanALookAndLogsWithoutAnythingAreRead() async throws {
        let long = String(repeating: "x", count: 100 << 10)
        let texts = Box([Self.stdout: "a\n\(long)\nb\n"])
        let client = Self.client(.completed, texts)
        let said = try await Self.said(["", "more", "more", ":quit"], client)
        #expect(said.split(separator: "\n").contains("b"))
        #expect(said.split(separator: "\n").contains("a"))
        let read = said.split(separator: "\n").filter { $0.allSatisfy { $0 == "x" } }
        #expect(read.joined() == long, "every byte once")
        let empty = try await Self.said(["", ":quit"], Self.client(.completed, Box([:])))
        #expect(empty.contains("Nothing is in \(Self.stdout) so far."))
    }
}
