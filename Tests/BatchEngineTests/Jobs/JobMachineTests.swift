import BatchModel
import Testing

@testable import BatchEngine

@Suite struct JobMachineTests {
    private static func running(
        items: Int, settings: ModelSettings = ModelSettings(miniBatchSize: 1)
    ) -> JobMachine {
        var machine = JobMachine(settings: settings)
        _ = machine.prepared(itemCount: items)
        _ = machine.workerGranted(at: .zero)
        return machine
    }

    @Test func aJobGoesThroughItsLifeInOrder() throws {
        var machine = JobMachine(settings: ModelSettings(miniBatchSize: 2))
        #expect(machine.accepted() == [.prepare])
        #expect(
            machine.prepared(itemCount: 3) == [.enter([.provisioning, .queued]), .requestWorkers])
        #expect(machine.workerGranted(at: .zero) == [.enter([.running])])
        #expect(machine.take(worker: 1)?.items == 0..<2)
        #expect(machine.take(worker: 1)?.items == 2..<3)
        #expect(machine.take(worker: 1) == nil)
        let first = machine.ran(0, worker: 1, returnedCount: 2, at: .zero)
        #expect(first.orders == [])
        let last = machine.ran(1, worker: 1, returnedCount: 1, at: .zero)
        #expect(last.orders == [.dismissWorkers])
        #expect(machine.phase == .draining)
        let outcomes = [try #require(first.outcome), try #require(last.outcome)]
        #expect(machine.committed(outcomes) == [])
        #expect(machine.workerGone(at: .zero) == [.enter([.finalizing]), .publish])
        #expect(machine.published() == [.end(.completed, message: nil)])
        #expect(machine.phase == .ended)
    }

    @Test func theLastCommitMayComeAfterTheLastWorkerLeft() throws {
        var machine = Self.running(items: 1)
        _ = machine.take(worker: 1)
        let outcome = try #require(machine.ran(0, worker: 1, returnedCount: 1, at: .zero).outcome)
        #expect(machine.workerGone(at: .zero) == [])
        #expect(machine.committed([outcome]) == [.enter([.finalizing]), .publish])
    }

    @Test func lateEventsGiveNoOrders() throws {
        var machine = Self.running(items: 2)
        _ = machine.take(worker: 1)
        #expect(
            machine.cancelRequested() == .accepted([.enter([.cancelRequested]), .killWorkers]))
        #expect(machine.cancelRequested() == .accepted([]))
        let late = machine.ran(0, worker: 1, returnedCount: 1, at: .zero)
        #expect(late.outcome == nil && late.orders == [])
        #expect(machine.runFailed(0, worker: 1, at: .zero).verdict == .stale)
        #expect(machine.take(worker: 1) == nil)
        #expect(machine.prepared(itemCount: 9) == [])
        #expect(machine.refused("late") == [])
        #expect(machine.published() == [])
        #expect(machine.publishFailed("late") == [])
        #expect(machine.broke("late") == [])
        #expect(machine.looked(at: .seconds(10_000)) == [])
        #expect(machine.workerGone(at: .zero) == [.end(.canceled, message: nil)])
        #expect(machine.cancelRequested() == .tooLate)
        #expect(machine.broke("later") == [])
    }

    @Test func aResultOfAMiniBatchTheWorkerDoesNotHoldDoesNotCount() {
        var machine = Self.running(items: 2)
        _ = machine.take(worker: 1)
        #expect(machine.ran(0, worker: 2, returnedCount: 1, at: .zero).outcome == nil)
        #expect(machine.ran(1, worker: 1, returnedCount: 1, at: .zero).outcome == nil)
    }

    @Test func theThresholdStopsOnlyWhenItIsExceeded() {
        let settings = ModelSettings(miniBatchSize: 1, maxRetries: 1, errorThreshold: 1)
        var machine = Self.running(items: 5, settings: settings)
        _ = machine.take(worker: 1)
        #expect(machine.runFailed(0, worker: 1, at: .zero).orders == [])
        _ = machine.take(worker: 1)
        #expect(machine.runFailed(1, worker: 1, at: .zero).orders == [.killWorkers])
        #expect(
            machine.workerGone(at: .zero) == [
                .end(
                    .failed,
                    message: "Exceeded error threshold: 2 items failed, error_threshold is 1.")
            ])
    }

    @Test func withoutAThresholdFailedItemsDoNotStopTheJobButZeroRowsDo() throws {
        let settings = ModelSettings(miniBatchSize: 1, maxRetries: 1)
        var machine = Self.running(items: 1, settings: settings)
        _ = machine.take(worker: 1)
        let answer = machine.runFailed(0, worker: 1, at: .zero)
        guard case .givenUp(let outcome) = answer.verdict else {
            Issue.record("the only try is used up")
            return
        }
        #expect(answer.orders == [.dismissWorkers])
        _ = machine.committed([outcome])
        let orders = machine.workerGone(at: .zero)
        guard case .end(.failed, let message) = orders.first else {
            Issue.record("no row is a failure of append_row")
            return
        }
        #expect(message?.hasPrefix("No succeeded mini batch item returned from run().") == true)
    }

    @Test func aFailureOfTheInputEndsTheJobAtOnce() {
        var machine = JobMachine(settings: ModelSettings())
        #expect(machine.refused("empty") == [.end(.failed, message: "empty")])
    }

    @Test func initMayFailThreeTimesPerWorker() {
        let settings = ModelSettings(maxConcurrencyPerInstance: 2)
        var machine = Self.running(items: 9, settings: settings)
        for _ in 1...5 { #expect(machine.initFailed(at: .zero) == []) }
        #expect(machine.initFailed(at: .zero) == [.killWorkers])
    }

    @Test func afterTwoMinutesTwoFailuresPerWorkerAreEnough() {
        let settings = ModelSettings(maxConcurrencyPerInstance: 2)
        var machine = Self.running(items: 9, settings: settings)
        for _ in 1...4 { #expect(machine.initFailed(at: .seconds(1)) == []) }
        #expect(machine.looked(at: .seconds(120)) == [])
        #expect(machine.looked(at: .seconds(121)) == [.killWorkers])
    }

    @Test func anInitThatReturnsNowhereIsNotWaitedForLongerThanThreeTimeouts() {
        let settings = ModelSettings(timeout: .seconds(10))
        var stuck = Self.running(items: 9, settings: settings)
        var ready = stuck
        ready.workerReady()
        #expect(stuck.looked(at: .seconds(60)) == [])
        #expect(stuck.looked(at: .seconds(61)) == [.killWorkers])
        #expect(ready.looked(at: .seconds(61)) == [])
        #expect(ready.looked(at: .seconds(601)) == [.killWorkers])
    }

    @Test func aJobWithoutProgressIsStoppedAndTimeWithoutWorkersDoesNotCount() {
        let settings = ModelSettings(miniBatchSize: 1, timeout: .seconds(30))
        var machine = Self.running(items: 9, settings: settings)
        machine.workerReady()
        #expect(machine.noProgressLimit == .seconds(600))
        _ = machine.take(worker: 1)
        _ = machine.ran(0, worker: 1, returnedCount: 1, at: .seconds(10))
        #expect(machine.noProgressLimit == .seconds(180))
        #expect(machine.looked(at: .seconds(190)) == [])
        _ = machine.workerGone(at: .seconds(110))
        #expect(machine.looked(at: .seconds(5_000)) == [])
        // 100 seconds with a worker were spent before.
        _ = machine.workerGranted(at: .seconds(5_000))
        #expect(machine.looked(at: .seconds(5_080)) == [])
        #expect(machine.looked(at: .seconds(5_081)) == [.killWorkers])
        #expect(
            machine.workerGone(at: .zero) == [
                .end(.failed, message: "No progress update in 180 seconds.")
            ])
    }

    @Test func aStoredJobIsContinuedWhereItStood() {
        let settings = ModelSettings(miniBatchSize: 1)
        var finished = BitList()
        finished.insert(0)
        let totals = MiniBatchLedger.Totals(processed: 1, succeededItems: 1)
        let half = MiniBatchLedger(
            itemCount: 2, miniBatchSize: 1, tries: 3, finished: finished, totals: totals)
        var running = JobMachine(settings: settings)
        #expect(running.resumed(as: .running, ledger: half) == [.requestWorkers])
        _ = running.workerGranted(at: .zero)
        #expect(running.take(worker: 1)?.index == 1)
        #expect(running.take(worker: 1) == nil)

        var preparing = JobMachine(settings: settings)
        #expect(preparing.resumed(as: .preparing, ledger: nil) == [.prepare])
        var finalizing = JobMachine(settings: settings)
        #expect(finalizing.resumed(as: .finalizing, ledger: half) == [.publish])
        var cancelled = JobMachine(settings: settings)
        #expect(
            cancelled.resumed(as: .cancelRequested, ledger: half) == [
                .end(.canceled, message: nil)
            ])
        let whole = MiniBatchLedger(
            itemCount: 1, miniBatchSize: 1, tries: 3, finished: finished, totals: totals)
        var done = JobMachine(settings: settings)
        #expect(
            done.resumed(as: .running, ledger: whole) == [.enter([.finalizing]), .publish])
    }

    /// The engine was killed between the commit of the last mini-batch and the end that it brings about.
    @Test func aJobThatExceededItsThresholdBeforeAKillIsNotCompletedAfterIt() {
        var finished = BitList()
        for index in 0..<3 { finished.insert(index) }
        let ledger = MiniBatchLedger(
            itemCount: 3, miniBatchSize: 1, tries: 1, finished: finished,
            totals: .init(processed: 3, succeededItems: 1, failedItems: 2))
        for (threshold, isOver) in [(1, true), (2, false), (-1, false)] {
            var machine = JobMachine(
                settings: ModelSettings(
                    miniBatchSize: 1, maxRetries: 1, errorThreshold: threshold))
            let orders = machine.resumed(as: .running, ledger: ledger)
            let failed = JobMachine.Order.end(
                .failed,
                message:
                    "Exceeded error threshold: 2 items failed, error_threshold is \(threshold).")
            #expect(orders == (isOver ? [failed] : [.enter([.finalizing]), .publish]))
        }
    }

    @Test func aStatusEnteredBeforeACancelComesTooLateAfterIt() {
        let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
        var job = Job(id: "j", status: .queued)
        job.enter(.cancelRequested, at: now)
        job.enter(.running, at: now)
        #expect(job.status == .cancelRequested && job.startedAt == nil)
        job.enter(.canceled, at: now)
        #expect(
            job.status == .canceled && job.timeline.map(\.status) == [.cancelRequested, .canceled])
    }
}

@Suite struct MiniBatchLedgerTests {
    @Test func allInOneIsOneMiniBatchHoweverTheSizeIsWritten() {
        for size in [5, 6, Int.max - 1, .max] {
            var ledger = MiniBatchLedger(itemCount: 5, miniBatchSize: size, tries: 1)
            #expect(ledger.count == 1 && ledger.take(worker: 1)?.items == 0..<5)
        }
        #expect(MiniBatchLedger(itemCount: 0, miniBatchSize: .max, tries: 1).count == 0)
        #expect(MiniBatchLedger(itemCount: 5, miniBatchSize: 2, tries: 1).count == 3)
        #expect(
            ModelSettings(maxConcurrencyPerInstance: .max, instanceCount: .max).workers
                == ModelSettings.instanceLimit * ModelSettings.instanceLimit)
    }

    @Test func aFailedTryComesBackUntilItsTriesAreUsedUp() {
        var ledger = MiniBatchLedger(itemCount: 1, miniBatchSize: 1, tries: 2)
        #expect(ledger.take(worker: 1)?.attempt == 1)
        #expect(ledger.failed(0, worker: 1) == .retry)
        #expect(ledger.take(worker: 2)?.attempt == 2)
        #expect(ledger.failed(0, worker: 1) == .stale)
        #expect(
            ledger.failed(0, worker: 2) == .givenUp(.init(index: 0, succeeded: 0, failed: 1)))
        #expect(ledger.take(worker: 2) == nil)
        #expect(ledger.isAllReported && !ledger.isAllCommitted)
    }

    @Test func aMiniBatchHandedBackCostsNoTryAndComesFirst() {
        var ledger = MiniBatchLedger(itemCount: 9, miniBatchSize: 3, tries: 3)
        _ = ledger.take(worker: 1)
        _ = ledger.take(worker: 1)
        ledger.handBack(1, worker: 1)
        let next = ledger.take(worker: 2)
        #expect(next?.index == 1 && next?.attempt == 1)
    }

    @Test func moreRowsThanItemsAreCappedAndFewerLeaveFailedItems() {
        var ledger = MiniBatchLedger(itemCount: 6, miniBatchSize: 3, tries: 1)
        _ = ledger.take(worker: 1)
        _ = ledger.take(worker: 1)
        #expect(ledger.ran(0, worker: 1, returnedCount: 100)?.succeeded == 3)
        let short = ledger.ran(1, worker: 1, returnedCount: 1)
        #expect(short?.succeeded == 1 && short?.failed == 2)
        #expect(ledger.knownFailedItems == 2)
        #expect(ledger.totals.failedItems == 0)
    }

    @Test func anOutcomeIsCountedOnce() {
        var ledger = MiniBatchLedger(itemCount: 2, miniBatchSize: 1, tries: 1)
        _ = ledger.take(worker: 1)
        guard let outcome = ledger.ran(0, worker: 1, returnedCount: 1) else {
            Issue.record("the worker holds it")
            return
        }
        ledger.committed([outcome])
        ledger.committed([outcome])
        #expect(ledger.totals.processed == 1)
    }
}

@Suite struct WorkerSlotsTests {
    @Test func aNewJobGetsTheNextFreeSlotBeforeAJobThatHoldsSome() {
        var slots = WorkerSlots(total: 3)
        slots.update(1, limit: 8, hasWork: true)
        #expect([slots.grant(), slots.grant(), slots.grant(), slots.grant()] == [1, 1, 1, nil])
        slots.update(2, limit: 8, hasWork: true)
        #expect(slots.shouldYield(1, heldFor: .zero, initTime: .zero))
        slots.release(1)
        #expect(slots.grant() == 2)
        #expect(!slots.shouldYield(1, heldFor: .zero, initTime: .zero))
    }

    @Test func moreJobsThanSlotsTakeTurnsWhenASliceIsOver() {
        var slots = WorkerSlots(total: 1)
        slots.update(1, limit: 1, hasWork: true)
        slots.update(2, limit: 1, hasWork: true)
        slots.update(3, limit: 1, hasWork: true)
        #expect(slots.grant() == 1)
        #expect(!slots.shouldYield(1, heldFor: .seconds(1), initTime: .zero))
        #expect(slots.shouldYield(1, heldFor: .seconds(2), initTime: .zero))
        #expect(!slots.shouldYield(1, heldFor: .seconds(2), initTime: .seconds(1)))
        slots.release(1)
        #expect(slots.grant() == 2)
        slots.release(2)
        #expect(slots.grant() == 3)
        slots.release(3)
        #expect(slots.grant() == 1)
    }

    @Test func aJobNeverHoldsMoreThanItsLimitNorWithoutWork() {
        var slots = WorkerSlots(total: 8)
        slots.update(1, limit: 2, hasWork: true)
        #expect([slots.grant(), slots.grant(), slots.grant()] == [1, 1, nil])
        slots.update(2, limit: 2, hasWork: false)
        #expect(slots.grant() == nil)
        #expect(!slots.isContended)
        slots.remove(1)
        slots.update(2, limit: 2, hasWork: true)
        #expect(slots.grant() == 2)
    }
}
