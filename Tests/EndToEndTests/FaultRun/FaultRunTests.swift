import Foundation
import TestSupport
import Testing

/// Exactly-once submission with real sockets, a real engine, and `kill -9` of batchdeck itself.
///
/// `BATCHDECK_SCHEDULES=500 BATCHDECK_SEED=7 swift test --no-parallel --filter FaultRunTests` plays five hundred
/// submissions; without the two it is a short run. The seed is always printed.
@Suite(.serialized) struct FaultRunTests {
    private static let settings = ProcessInfo.processInfo.environment
    private static let count = settings["BATCHDECK_SCHEDULES"].flatMap { Int($0) } ?? 6
    private static let seed =
        settings["BATCHDECK_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)

    @Test func anInvokeThatIsDisturbedOrKilledIsOneJobOrThePersonIsTold() throws {
        print("fault run: BATCHDECK_SCHEDULES=\(Self.count) BATCHDECK_SEED=\(Self.seed)")
        let folder = try TemporaryFolder("faults")
        let run = try FaultRun(seed: Self.seed, in: folder)
        defer { run.end() }
        let begun = ContinuousClock.now
        var complaints: [String] = []
        for number in 0..<Self.count {
            let course = run.course()
            complaints += try run.play(course).map { "\(number) \(course): \($0)" }
        }
        print(
            "fault run: seed \(Self.seed), \(Self.count) submissions, "
                + "\(run.endings.sorted { $0.key < $1.key }), \(ContinuousClock.now - begun)")
        #expect((run.endings["struck"] ?? 0) > 0, "seed \(Self.seed): nothing was disturbed")
        #expect(complaints.isEmpty, "seed \(Self.seed): \(complaints.joined(separator: "\n"))")
    }

    /// Every step of the submit path is a call to the system: the journal's writes and syncs, the request, what is removed.
    ///
    /// `BATCHDECK_KILL_POINTS` is how many of them are tried, spread over all; `all` tries each.
    @Test(.enabled("strace is installed and may trace") { SystemCall.canTrace })
    func anInvokeThatIsKilledBeforeAnyOfItsSystemCallsIsOneJobOrThePersonIsTold() throws {
        let wish = Self.settings["BATCHDECK_KILL_POINTS"] ?? "16"
        let folder = try TemporaryFolder("calls")
        let run = try FaultRun(seed: Self.seed, in: folder)
        defer { run.end() }
        var complaints: [String] = []
        var tried = 0
        for kind in FaultRun.InputKind.allCases {
            let courses = try run.courses(killedAtEveryCallWith: kind)
            #expect(courses.contains { $0.killAt?.name == "fdatasync" }, "no journal was written")
            let stride = max(1, courses.count / max(1, (Int(wish) ?? courses.count) / 2))
            let first = Int(Self.seed % UInt64(stride))
            for course in courses.dropFirst(first).striding(by: stride) {
                complaints += try run.play(course).map { "\(course): \($0)" }
                tried += 1
            }
        }
        print(
            "kill points: BATCHDECK_SEED=\(Self.seed), \(tried) tried,",
            "\(run.endings.sorted { $0.key < $1.key })")
        #expect((run.endings["exit 137"] ?? 0) > tried / 2, "\(run.endings)")
        #expect(complaints.isEmpty, "seed \(Self.seed): \(complaints.joined(separator: "\n"))")
    }
}

extension Collection {
    /// Every n-th element, the first among them.
    fileprivate func striding(by step: Int) -> [Element] {
        enumerated().filter { $0.offset % step == 0 }.map(\.element)
    }
}
