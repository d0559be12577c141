import TestSupport
import Testing

// One test case is one file of journeys, so that a failure says where it is. What the cases share is made once for the
// suite and ended with it: the engine of the sample worlds, and what each file came to, which the test of the keys wants
// to know too, in whatever order they run.

/// The journeys of a suite, each walked once.
actor JourneyWalks {
    /// What the journeys of one file came to.
    struct Report: Sendable {
        /// The rows of key tables that their keys came to.
        var rows: Set<String> = []
        /// Those that did not go as they say.
        var failures: [String] = []
    }

    /// Those of the suite that runs.
    @TaskLocal static var current: JourneyWalks?

    /// How many are walked at once: they wait more than they work.
    private static let width = 4

    private var worlds: Task<JourneyWorlds, any Error>?
    private var reports: [String: Task<Report, any Error>] = [:]
    private var last: Task<Report, any Error>?

    /// Walks a file's journeys, unless that has been done. One file at a time, whoever asks.
    func report(on file: String, _ journeys: [Journey]) async throws -> Report {
        if let report = reports[file] { return try await report.value }
        let worlds = self.worlds ?? Task { try await JourneyWorlds() }
        self.worlds = worlds
        let before = last
        let report = Task {
            _ = await before?.result
            return await Self.walk(journeys, in: try await worlds.value)
        }
        reports[file] = report
        last = report
        return try await report.value
    }

    /// Ends what the journeys shared.
    func stop() async {
        for report in reports.values { _ = await report.result }
        if let worlds = try? await worlds?.value { await worlds.stop() }
    }

    private static func walk(_ journeys: [Journey], in worlds: JourneyWorlds) async -> Report {
        var report = Report()
        var rest = journeys[...]
        await withTaskGroup(of: Result<Set<String>, any Error>.self) { group in
            @Sendable func walk(_ journey: Journey) async -> Result<Set<String>, any Error> {
                do { return .success(try await JourneyRun.walk(journey, in: worlds)) } catch {
                    return .failure(error)
                }
            }
            for journey in rest.prefix(Self.width) { group.addTask { await walk(journey) } }
            rest = rest.dropFirst(Self.width)
            for await result in group {
                switch result {
                case .success(let rows): report.rows.formUnion(rows)
                case .failure(let error): report.failures.append("\(error)")
                }
                if let journey = rest.popFirst() { group.addTask { await walk(journey) } }
            }
        }
        return report
    }
}

/// Gives a suite its walks, and ends them after its last test.
struct WalksJourneys: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let walks = JourneyWalks()
        do {
            try await JourneyWalks.$current.withValue(walks) { try await function() }
        } catch {
            await walks.stop()
            throw error
        }
        await walks.stop()
    }
}

extension Trait where Self == WalksJourneys {
    static var walksJourneys: Self { WalksJourneys() }
}
