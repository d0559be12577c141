import BatchClient
import BatchModel
import ConsoleCore
import ConsoleGrid
import TestSupport
import Testing

@testable import ConsoleRuntime

/// The loop: order, speed of answering, recordings.
@Suite struct SessionTests {
    /// A service that never answers anything.
    private static var silent: BatchClient {
        var client = BatchClient.unimplemented
        client.connect = { () async throws(ServiceFailure) in throw await never() }
        client.endpoints = { () async throws(ServiceFailure) in throw await never() }
        client.jobs = { _ async throws(ServiceFailure) in throw await never() }
        client.undecided = { [] }
        return client
    }

    /// Waits until the waiting task is cancelled.
    private static func never() async -> ServiceFailure {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        for await _ in stream {}
        continuation.finish()
        return ServiceFailure(kind: .unreachable, operation: "wait", detail: "it was cancelled")
    }

    @Test func everyKeyAnswersWhileAllRequestsHang() async throws {
        let console = ScriptedConsole(client: Self.silent)
        try await console.wait(for: "connecting")
        try console.press("J")
        try await console.wait(for: "Jobs", limit: .seconds(20))
        try console.press("?")
        try await console.wait(for: "Everywhere", limit: .seconds(20))
        try console.press("<esc><esc>")
        try await console.wait(for: "Endpoints", limit: .seconds(20))
        try await console.quit()
        #expect(console.hasQuit)
    }

    @Test func anEngineThatStartsSaysWhatItIsAt() async throws {
        var client = Self.silent
        client.waitingFor = { "reading the workspace: 50 of 5000 endpoints" }
        let console = ScriptedConsole(client: client)
        try await console.wait(for: "connecting")
        try await console.wait(for: "reading the workspace: 50 of 5000 endpoints")
        try await console.quit()
    }

    @Test func aReplayShowsWhatTheRecordingShowed() async throws {
        let folder = try TemporaryFolder("recording")
        let path = folder.path + "/session.jsonl"
        let engine = try InProcessEngine()
        let size = Size(rows: 24, columns: 80)
        let console = ScriptedConsole(
            client: engine.client, state: ScriptedConsole.start(size),
            recorder: try Recorder(path: path))
        try await console.wait(for: "digits-batch", "wine-classifier")
        try console.press("G<enter>n")
        try await console.wait(for: "New job on wine-classifier", "4 files")
        try await console.quit()
        await engine.stop()
        let replayed = Replayer.state(
            after: try Replayer.actions(at: path), from: ScriptedConsole.start(size))
        #expect(replayed == (await console.session.currentState))
        #expect(App.view(replayed).plainText == console.text)
        let text = try folder.read("session.jsonl")
        #expect(!text.contains("0123456789abcdef"), "no token is in a recording")
    }

    @Test func aRecordingThatIsNoneIsRefusedWithItsLine() throws {
        let folder = try TemporaryFolder("recording")
        let path = try folder.write("{\"what\":1}\n", to: "broken.jsonl")
        #expect {
            try Replayer.actions(at: path)
        } throws: { "\($0)".contains("line 1") }
        #expect {
            try Replayer.actions(at: folder.path + "/none")
        } throws: { "\($0)".contains("cannot be read") }
    }

    @Test func tenThousandKeysAreAllTakenAndDrawnFarFewerTimes() async throws {
        let console = ScriptedConsole(client: Self.silent)
        try await console.wait(for: "connecting")
        let before = console.pictures
        try console.press("/")
        for _ in 0..<10_000 { console.session.send(.keyPressed(.character("x"))) }
        for _ in 0..<9_997 { console.session.send(.keyPressed(.backspace)) }
        console.session.send(.keyPressed(.character("Z")))
        try await console.wait(for: "/xxxZ", limit: .seconds(120))
        #expect(console.pictures - before < 10_000)
        try await console.quit()
    }
}

/// The queue in front of the loop.
@Suite struct InboxTests {
    @Test func everySenderKeepsItsOrder() async {
        let inbox = Inbox<(sender: Int, number: Int)>()
        let senders = 8
        let each = 2_000
        await withTaskGroup(of: Void.self) { group in
            for sender in 0..<senders {
                group.addTask {
                    for number in 0..<each { inbox.send((sender, number)) }
                }
            }
            group.addTask {
                var next = [Int](repeating: 0, count: senders)
                while next.reduce(0, +) < senders * each {
                    for element in await inbox.next() {
                        #expect(next[element.sender] == element.number)
                        next[element.sender] += 1
                    }
                }
            }
        }
    }

    @Test func aClosedInboxHandsOverWhatWaitsAndThenNothing() async {
        let inbox = Inbox<Int>()
        inbox.send(1)
        inbox.close()
        inbox.send(2)
        #expect(await inbox.next() == [1])
        #expect(await inbox.next().isEmpty)
    }
}
