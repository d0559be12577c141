import BatchModel
import GRDB
import TestSupport
import Testing

@testable import BatchEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Jobs that outlive their engine.
@Suite struct JobResumeTests {
    /// Files of a job that is interrupted.
    static let files = 120
    static let settings = ModelSettings(miniBatchSize: 1, maxConcurrencyPerInstance: 2)

    /// A job that stands still in its middle until there is a gate beside its input, so that it is always interrupted.
    static func gated(_ harness: JobHarness) throws -> JobOrder {
        let script = Script.run(
            """
            import time
            rows = [open(path).read().strip() for path in mini_batch]
            while int(rows[-1]) >= 60 and not os.path.exists('\(harness.folder.path)/gate'):
                time.sleep(0.005)
            return rows
            """)
        return try harness.order(script: script, files: files, settings: settings)
    }

    static func openGate(_ harness: JobHarness) throws {
        _ = try harness.folder.write("", to: "gate")
    }

    private static var wanted: [String] {
        (0..<files).map { String(String(1000 + $0).dropFirst()) }
    }

    @Test func anAbandonedJobIsContinuedWithEveryRowOnce() async throws {
        let first = try JobHarness()
        let order = try Self.gated(first)
        let events = first.service.events()
        _ = try await first.service.accept(order)
        for await event in events {
            if case .progress(_, let processed) = event, processed >= 20 { break }
        }
        await first.service.stop(isAbandoning: true)
        // What a crash between the rows and the transaction leaves behind.
        try FileCalls.append(Array("torn".utf8), to: first.folders.job(order.id) + "/rows")

        let second = try JobHarness.service(first.folders)
        try Self.openGate(first)
        try await second.resume()
        await second.ended(order.id)
        let job = try #require(try await second.job(order.id))
        #expect(job.status == .completed)
        #expect(try first.rows().sorted() == Self.wanted)
        await second.shutdown()
    }

    @Test func aShutdownLeavesTheJobToBeContinued() async throws {
        let first = try JobHarness()
        let order = try Self.gated(first)
        let events = first.service.events()
        _ = try await first.service.accept(order)
        for await event in events {
            if case .progress = event { break }
        }
        await first.service.shutdown()
        let second = try JobHarness.service(first.folders)
        #expect(try await second.job(order.id)?.status == .running)
        try Self.openGate(first)
        try await second.resume()
        #expect(second.isBusy)
        await second.ended(order.id)
        #expect(!second.isBusy)
        #expect(try first.rows().sorted() == Self.wanted)
        await second.shutdown()
    }

    @Test func filesAddedInBetweenDoNotChangeTheItemsOfAContinuedJob() async throws {
        let first = try JobHarness()
        let order = try Self.gated(first)
        let events = first.service.events()
        _ = try await first.service.accept(order)
        for await event in events {
            if case .progress = event { break }
        }
        await first.service.stop(isAbandoning: true)
        _ = try first.folder.write("intruder", to: "input-1/a-new-first-file")
        let second = try JobHarness.service(first.folders)
        try Self.openGate(first)
        try await second.resume()
        await second.ended(order.id)
        #expect(try first.rows().sorted() == Self.wanted)
        await second.shutdown()
    }

    @Test func aSecondPublicationOfTheSameRowsChangesNothing() throws {
        let folder = try TemporaryFolder("publish")
        let spool = try folder.write("a\nb\n", to: "spool")
        let target = folder.path + "/out/predictions.csv"
        try FileCalls.makeFolders(folder.path + "/out")
        // A crash after the link and before the removal.
        #expect(link(spool, target) == 0)
        try Publication.publish(spool: spool, as: target)
        #expect(!FileCalls.exists(spool))
        // A crash after the removal.
        try Publication.publish(spool: spool, as: target)
        #expect(try folder.read("out/predictions.csv") == "a\nb\n")
        let other = try folder.write("c\n", to: "other")
        #expect(throws: Publication.TargetExists.self) {
            try Publication.publish(spool: other, as: target)
        }
        #expect(try folder.read("out/predictions.csv") == "a\nb\n")
    }
}
