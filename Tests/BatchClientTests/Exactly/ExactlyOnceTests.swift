import Foundation
import Testing

@testable import BatchClient

/// Submitting under every fault there is, and under kills, by schedules that come from a seed.
///
/// `BATCHDECK_SCHEDULES=10000 BATCHDECK_SEED=7 swift test --filter ExactlyOnceTests` plays ten thousand;
/// `BATCHDECK_SEED=7 BATCHDECK_SCHEDULE=123` plays the one of that number again.
@Suite(.serialized) struct ExactlyOnceTests {
    private static let settings = ProcessInfo.processInfo.environment
    private static let count = settings["BATCHDECK_SCHEDULES"].flatMap { Int($0) } ?? 200
    private static let seed =
        settings["BATCHDECK_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)
    private static let only = settings["BATCHDECK_SCHEDULE"].flatMap { Int($0) }
    /// Schedules played at once; each has a service, a clock and a folder of its own.
    private static let width = 4
    /// Complaints that are printed in full.
    private static let shown = 10

    @Test func aSubmissionIsOneJobOrThePersonIsTold() async throws {
        print("schedules: BATCHDECK_SCHEDULES=\(Self.count) BATCHDECK_SEED=\(Self.seed)")
        let numbers = Self.only.map { $0..<($0 + 1) } ?? 0..<Self.count
        let begun = ContinuousClock.now
        let verdicts = try await Self.verdicts(numbers)
        let complaints = verdicts.compactMap(\.complaint)
        var endings = Dictionary(grouping: verdicts, by: \.ending).mapValues(\.count)
        endings["taken for an equal job"] = verdicts.count { $0.isMistaken }
        print(
            "schedules: seed \(Self.seed), \(numbers.count) played, "
                + "\(endings.sorted { $0.key < $1.key }), \(complaints.count) wrong, "
                + "\(ContinuousClock.now - begun)")
        let text = complaints.prefix(Self.shown).joined(separator: "\n")
        #expect(complaints.isEmpty, "seed \(Self.seed), \(complaints.count) wrong:\n\(text)")
    }

    private static func verdicts(
        _ numbers: Range<Int>
    ) async throws -> [ScheduleRun.Verdict] {
        let results = await Parallel.map(Array(numbers), width: width) {
            number -> Result<ScheduleRun.Verdict, any Error> in
            do {
                return .success(
                    try await ScheduleRun.play(Schedule(seed: seed, number: number)))
            } catch {
                return .failure(error)
            }
        }
        return try results.map { try $0.get() }
    }
}
