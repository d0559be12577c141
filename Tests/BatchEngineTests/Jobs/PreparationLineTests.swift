import BatchModel
import GRDB
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct PreparationLineTests {
    private static let limit = PreparationLine.aheadLimit

    @Test func jobsArePreparedInOrderAsFarAsTheLimit() {
        var line = PreparationLine()
        for job in 1...(Self.limit + 2) { line.join(job) }
        for job in 1...Self.limit { #expect(line.next() == job) }
        #expect(line.next() == nil)
        #expect(!line.isWaiting(1) && line.isWaiting(Self.limit + 1))
        line.leave(7)
        #expect(line.next() == Self.limit + 1)
        #expect(line.next() == nil)
    }

    @Test func aJobThatEndedWhileItWaitedIsPassedOver() {
        var line = PreparationLine()
        for job in 1...(Self.limit + 3) { line.join(job) }
        while line.next() != nil {}
        line.leave(Self.limit + 1)
        line.leave(1)
        #expect(line.next() == Self.limit + 2)
        line.leave(2)
        #expect(line.next() == Self.limit + 3)
        line.leave(3)
        #expect(line.next() == nil)
        line.join(900)
        #expect(line.next() == 900)
    }

    /// Jobs that are accepted: the first keeps the only worker.
    private static func accepted(_ count: Int, by harness: JobHarness) async throws -> [JobOrder] {
        let settings = ModelSettings(miniBatchSize: 1, maxConcurrencyPerInstance: 1)
        let waiting = "import threading\n\ndef init():\n    threading.Event().wait()\n"
        let order = try harness.order("0", script: waiting, files: 1, settings: settings)
        let orders = (0..<count).map { number in
            var next = order
            next.id = Job.ID("batchjob-\(number)")
            next.step = JobStep.ID("step-\(number)")
            next.outputFolder += "-\(number)"
            return next
        }
        _ = try await harness.service.accept(orders[0])
        // Of several that are ready at once any may be given the worker.
        try await Eventually.settled("the first runs") {
            try await harness.service.job(orders[0].id)?.status == .running
        }
        for order in orders.dropFirst() { _ = try await harness.service.accept(order) }
        return orders
    }

    /// A job that leaves the line lets the next in, which may have been canceled itself and be about to end.
    @Test func whatIsCanceledWhileItWaitsIsNotPreparedAfterItsEnd() async throws {
        let harness = try JobHarness(workerLimit: 1)
        let orders = try await Self.accepted(2 * Self.limit, by: harness)
        for order in orders { try await harness.service.cancel(order.id) }
        for order in orders { await harness.service.ended(order.id) }
        let rows = try await harness.service.runner.committer.write { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM work") ?? 0
        }
        #expect(rows == 0)
        await harness.service.shutdown()
        for order in orders { #expect(!FileCalls.exists(harness.folders.job(order.id))) }
    }

    @Test func jobsFarBehindCostNoFolderUntilTheirTurnComes() async throws {
        let harness = try JobHarness(workerLimit: 1)
        // One has the worker, as many as may be are ahead, three wait.
        let orders = try await Self.accepted(Self.limit + 4, by: harness)
        func status(_ number: Int) async throws -> JobStatus? {
            try await harness.service.job(orders[number].id)?.status
        }
        try await Eventually.settled("the last one ahead is queued") {
            try await status(Self.limit) == .queued
        }
        #expect(try await status(0) == .running)
        for number in (Self.limit + 1)..<orders.count {
            #expect(try await status(number) == .preparing)
            #expect(!FileCalls.exists(harness.folders.job(orders[number].id)))
            #expect(!FileCalls.exists(harness.folders.logFolder(of: "step-\(number)")))
        }
        // One that waits is canceled, and leaves its place to the next.
        try await harness.service.cancel(orders[Self.limit + 1].id)
        await harness.service.ended(orders[Self.limit + 1].id)
        #expect(harness.stepLog("logs/readme.txt", "\(Self.limit + 1)").contains("response: run()"))
        try await harness.service.cancel(orders[1].id)
        try await Eventually.settled("the next is queued") {
            try await status(Self.limit + 2) == .queued
        }
        #expect(try await status(Self.limit + 3) == .preparing)
        await harness.service.shutdown()
        // Another engine goes on with all of them, the waiting one too.
        let second = try JobHarness.service(harness.folders, workerLimit: 1)
        try await second.resume()
        let last = orders[Self.limit + 3].id
        try await Eventually.settled("the last is queued") {
            try await second.job(last)?.status == .queued
        }
        await second.shutdown()
    }
}
