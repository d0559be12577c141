import Foundation
import TestSupport
import Testing

/// Everything that is said of the console, walked by keys.
///
/// `BATCHDECK_JOURNEY=word` walks only the journeys with that word in their name.
@Suite(.walksJourneys) struct JourneyTests {
    private static let word = ProcessInfo.processInfo.environment["BATCHDECK_JOURNEY"]

    private static func report(on file: String) async throws -> JourneyWalks.Report {
        let journeys = try Journey.all(in: file).filter { word.map($0.name.contains) ?? true }
        return try await #require(JourneyWalks.current).report(on: file, journeys)
    }

    @Test(arguments: try Journey.files())
    func everyJourneyGoesAsItSays(file: String) async throws {
        for failure in try await Self.report(on: file).failures { Issue.record("\(failure)") }
    }

    @Test(.enabled("all journeys are walked") { word == nil })
    func everyKeyOfEveryTableIsPressed() async throws {
        var pressed: Set<String> = []
        for file in try Journey.files() {
            pressed.formUnion(try await Self.report(on: file).rows)
        }
        let never = PressedKeys.all.subtracting(pressed).subtracting(PressedKeys.elsewhere).sorted()
        #expect(never.isEmpty, "no journey presses:\n\(never.joined(separator: "\n"))")
        #expect(PressedKeys.elsewhere.isSubset(of: PressedKeys.all))
        #expect(PressedKeys.elsewhere.isDisjoint(with: pressed), "these are walked by now")
    }

    @Test func thereAreAtLeast150KeyScripts() throws {
        let journeys = try Journey.all()
        let names = Set(journeys.map(\.name))
        #expect(names.count >= 150, "there are \(names.count)")
        let looks = Set(journeys.map(\.look))
        #expect(looks.count == journeys.count, "two have the same name")
        let mute = journeys.filter { $0.stages.isEmpty || $0.stages.contains(where: \.isMute) }
        #expect(mute.isEmpty, "nothing is looked at in \(mute.map(\.name))")
    }
}

extension Journey.Stage {
    /// True when nothing is looked at after its keys: such a stage could not fail.
    fileprivate var isMute: Bool { shown.isEmpty && gone.isEmpty && copied == nil && !ends }
}
