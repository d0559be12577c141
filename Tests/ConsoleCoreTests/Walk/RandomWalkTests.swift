import BatchModel
import ConsoleGrid
import Foundation
import TestSupport
import Testing

@testable import ConsoleCore

/// The reducer under everything that can happen, in any order.
///
/// `BATCHDECK_WALK_STEPS=10000000 BATCHDECK_WALK_SEED=7 swift test -c release …` is the long walk. A walk that fails is made
/// short and written where `BATCHDECK_WALK_TRACE` says, or to the log; `BATCHDECK_WALK_REPLAY` names such a file to play.
@Suite struct RandomWalkTests {
    private static let settings = ProcessInfo.processInfo.environment
    private static let steps = settings["BATCHDECK_WALK_STEPS"].flatMap { Int($0) } ?? 12_000
    private static let seed =
        settings["BATCHDECK_WALK_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)
    /// A new console after so many: a walk that fails stays short enough to be shrunk.
    private static let episode = 1_500

    @Test func whateverHappensTheConsoleHolds() throws {
        let begun = ContinuousClock.now
        var made = 0
        var episodes: UInt64 = 0
        while made < Self.steps {
            var walk = Walk(seed: Self.seed &+ episodes &* 0x1_0000_0001)
            let (failure, steps) = walk.go(steps: min(Self.episode, Self.steps - made))
            made += max(1, steps)
            episodes += 1
            guard let failure else { continue }
            let short = failure.shrunk()
            Issue.record(
                """
                BATCHDECK_WALK_SEED=\(Self.seed), walk \(episodes), after \(failure.actions.count) \
                actions: \(short.reason)
                \(try Self.keep(short))
                """)
            if Self.settings["BATCHDECK_WALK_ON"] == nil { break }
        }
        print(
            "random walk: BATCHDECK_WALK_SEED=\(Self.seed), \(made) steps, \(episodes) walks,",
            "\(ContinuousClock.now - begun)")
    }

    @Test(arguments: 11...30 as ClosedRange<UInt64>)
    func theSameSeedIsTheSameWalk(seed: UInt64) {
        var one = Walk(seed: seed)
        var other = Walk(seed: seed)
        _ = one.go(steps: 400)
        _ = other.go(steps: 400)
        #expect(one.actions.count > 5)
        guard one.actions != other.actions else {
            #expect(one.run.state == other.run.state)
            return
        }
        // The same actions must bring the same orders, in the same order: otherwise no seed can be walked again.
        let same = zip(one.actions, other.actions).prefix { $0 == $1 }.map(\.0)
        var runs = (WalkRun(one.setup), WalkRun(one.setup))
        for (number, action) in same.enumerated() {
            _ = runs.0.take(action, draws: false)
            _ = runs.1.take(action, draws: false)
            let orders = "\(runs.0.effects) or \(runs.1.effects)"
            guard runs.0.effects != runs.1.effects else { continue }
            Issue.record("action \(number), \(action), brings \(orders)")
            return
        }
        Issue.record("seed \(seed) is two walks after \(same.count) actions")
    }

    @Test func aWalkThatFailsIsMadeShortAndFailsAgain() throws {
        let rule: @Sendable (App.State) -> String? = { state in
            state.place == .help ? "help is open" : nil
        }
        var failure: Walk.Failure?
        for seed in 1...40 where failure == nil {
            var walk = Walk(seed: UInt64(seed), rule: rule)
            failure = walk.go(steps: 1_500).failure
        }
        let found = try #require(failure)
        #expect(found.reason == "help is open")
        let short = found.shrunk(rule: rule)
        #expect((1...2).contains(short.actions.count), "\(short.actions)")
        let read = try JSONDecoder().decode(
            [App.Action].self, from: try JSONEncoder().encode(short.actions))
        var again = short
        again.actions = read
        #expect(again.replayed(rule: rule) == "help is open")
    }

    @Test(.enabled("a walk is named to be played") { settings["BATCHDECK_WALK_REPLAY"] != nil })
    func aWalkThatIsNamedHolds() throws {
        let path = try #require(Self.settings["BATCHDECK_WALK_REPLAY"])
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let kept = try JSONDecoder().decode(Kept.self, from: data)
        let failure = Walk.Failure(setup: kept.setup, actions: kept.actions, reason: kept.reason)
        #expect(failure.replayed() == nil)
    }

    /// A walk in a file.
    private struct Kept: Codable {
        var reason: String
        var setup: WalkRun.Setup
        var actions: [App.Action]
    }

    private static func keep(_ failure: Walk.Failure) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(
            Kept(reason: failure.reason, setup: failure.setup, actions: failure.actions))
        guard let path = settings["BATCHDECK_WALK_TRACE"] else {
            return String(decoding: data, as: UTF8.self)
        }
        try data.write(to: URL(fileURLWithPath: path))
        return "written to \(path)"
    }
}
