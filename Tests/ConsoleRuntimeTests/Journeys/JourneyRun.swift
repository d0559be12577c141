import BatchClient
import ConsoleCore
import ConsoleGrid
import Foundation
import TestSupport

@testable import ConsoleRuntime

/// Walks journeys, and keeps what their keys came to.
enum JourneyRun {
    /// After how long a stage counts as lost. Nothing takes this long: a machine that does much else at once may be slow.
    private static let limit = Duration.seconds(60)

    /// Walks one journey to its end, and gives every row of a key table that decided about one of its keys.
    static func walk(_ journey: Journey, in worlds: JourneyWorlds) async throws -> Set<String> {
        let folder = try TemporaryFolder("journey")
        let recording = folder.path + "/session.jsonl"
        let place = try await worlds.place(for: journey, in: folder)
        let start = ScriptedConsole.start(journey.size, journey.glyphs)
        let console = ScriptedConsole(
            client: .unimplemented, state: start, contexts: place.contexts,
            recorder: try Recorder(path: recording))
        do {
            try await walk(journey, on: console, ready: place.ready)
            try await end(console)
        } catch {
            _ = try? await end(console)
            await place.end()
            throw error
        }
        await place.end()
        return PressedKeys.rows(of: try Replayer.actions(at: recording), from: start)
    }

    private static func walk(
        _ journey: Journey, on console: ScriptedConsole, ready: [String]
    ) async throws {
        try await console.wait(until: Journey.Stage(shown: ready), limit: limit)
        for (index, stage) in journey.stages.enumerated() {
            let copies = console.copied.count
            if let size = stage.size { console.resize(size) }
            try console.press(stage.keys)
            do {
                try await console.wait(until: stage, after: copies, limit: limit)
            } catch {
                throw Lost(journey: journey.look, stage: index + 1, keys: stage.keys, error)
            }
        }
    }

    /// Quits, whatever is open: what is over the screen takes the first presses.
    private static func end(_ console: ScriptedConsole) async throws {
        for _ in 0..<4 where !console.hasQuit {
            try console.press("<ctrl-c>")
            try await console.settle(limit: limit)
        }
        guard console.hasQuit else {
            throw NotShown(texts: ["the end after ctrl-c"], picture: console.text)
        }
        try await console.quit()
    }

    /// A stage that did not come to what it should.
    struct Lost: Error, CustomStringConvertible {
        let journey: String
        let stage: Int
        let keys: String
        let error: any Error

        init(journey: String, stage: Int, keys: String, _ error: any Error) {
            self.journey = journey
            self.stage = stage
            self.keys = keys
            self.error = error
        }

        var description: String { "\(journey), stage \(stage), \(keys): \(error)" }
    }
}

extension ScriptedConsole {
    /// Waits until a stage's keys have been taken and its texts are there, and those that must go are gone.
    ///
    /// - Parameter copies: how often something had been copied before its keys.
    func wait(until stage: Journey.Stage, after copies: Int = 0, limit: Duration) async throws {
        func missing() -> [String] {
            let now = text
            var missing = stage.shown.filter { !now.contains($0) }
            missing += stage.gone.filter(now.contains).map { "no \($0)" }
            let news = copied.dropFirst(copies)
            if let wanted = stage.copied, !news.contains(where: { $0.contains(wanted) }) {
                missing.append("\(wanted) on the clipboard")
            }
            if stage.ends, !hasQuit { missing.append("the end") }
            return missing
        }
        do {
            try await settle(limit: limit)
            try await Eventually.awaited("the stage", limit: limit) {
                missing().isEmpty ? true : nil
            }
        } catch {
            throw NotShown(texts: missing(), picture: text)
        }
    }
}
