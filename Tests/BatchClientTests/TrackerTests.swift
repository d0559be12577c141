import BatchModel
import Synchronization
import TestSupport
import Testing

@testable import BatchClient

/// A clock that stands still until a test moves it; sleepers wake when their time has come.
final class ManualClock: Sendable {
    private struct Sleeper {
        var id: Int
        var until: Timestamp
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Timestamp(secondsSinceEpoch: 1_800_000_000)
        /// By how much the time of day was set forward.
        var offset: Duration = .zero
        var ids = 0
        var sleepers: [Sleeper] = []
    }

    private let state = Mutex(State())

    /// The time of day.
    var now: Timestamp { state.withLock { $0.now + $0.offset } }

    /// Time gone by, whatever the time of day was set to.
    var elapsed: Duration {
        state.withLock { $0.now - Timestamp(secondsSinceEpoch: 1_800_000_000) }
    }

    /// Sets the time of day; nobody's wait is over sooner or later by it.
    func set(forwardBy offset: Duration) { state.withLock { $0.offset = offset } }

    /// How many sleep.
    var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    var surroundings: ClientSurroundings {
        ClientSurroundings(
            now: { self.now }, elapsed: { self.elapsed }, sleep: { try await self.sleep($0) },
            makeID: { "id-\(self.state.withLock { state in state.ids += 1; return state.ids })" },
            randomUnit: { 1 })
    }

    /// How long the next sleeper still sleeps; nil when nobody does.
    var nextWake: Duration? {
        state.withLock { state in state.sleepers.map(\.until).min().map { $0 - state.now } }
    }

    func advance(_ duration: Duration) {
        let woken = state.withLock { state -> [Sleeper] in
            state.now = state.now + duration
            let due = state.sleepers.filter { $0.until <= state.now }
            state.sleepers.removeAll { $0.until <= state.now }
            return due
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    func sleep(_ duration: Duration) async throws {
        let id = state.withLock { state in
            state.ids += 1
            return state.ids
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || duration <= .zero { return true }
                    state.sleepers.append(
                        Sleeper(id: id, until: state.now + duration, continuation: continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let place = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    return nil
                }
                return state.sleepers.remove(at: place)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct TrackerTests {
    private struct World: Sendable {
        let clock = ManualClock()
        let jobs = Box<[Job.ID: Job]>([:])
        let asked = Box<[String]>([])
        let failing = Box<ServiceFailure?>(nil)

        func set(_ id: Job.ID, _ status: JobStatus) {
            jobs.change { $0[id] = Job(id: id, status: status) }
        }

        func job(_ id: Job.ID) throws(ServiceFailure) -> Job {
            if let failure = failing.current { throw failure }
            guard let job = jobs.current[id] else {
                throw ServiceFailure(kind: .notFound, operation: "x", detail: "gone")
            }
            return job
        }

        func tracker(isLocal: Bool = true) -> Tracker {
            let source = TrackingSource(
                snapshot: { id throws(ServiceFailure) in
                    asked.change { $0.append("focus \(id)") }
                    let job = try job(id)
                    return (job, [JobStep(id: "s", name: "s", status: job.status)])
                },
                job: { id throws(ServiceFailure) in
                    asked.change { $0.append("job \(id)") }
                    return try job(id)
                },
                page: { _, _ throws(ServiceFailure) in
                    asked.change { $0.append("list") }
                    if let failure = failing.current { throw failure }
                    return TrackingPage(jobs: jobs.current.values.sorted { $0.id < $1.id })
                }, isLocal: { isLocal })
            return Tracker(source: source, surroundings: clock.surroundings)
        }

        /// Waits, without sleeping, until somebody sleeps for so long.
        func waitForSleep(_ wanted: Duration) async throws {
            try await Eventually.settled("a sleep of \(wanted)") { clock.nextWake == wanted }
        }
    }

    @Test func aFollowedJobIsAskedAtItsPaceAndEndsWithTheJob() async throws {
        let world = World()
        world.set("j", .running)
        let tracker = world.tracker()
        var stream = tracker.follow("j").makeAsyncIterator()
        #expect(try await stream.next()?.job.status == .running)
        try await world.waitForSleep(.milliseconds(200))
        world.clock.advance(.milliseconds(200))
        try await world.waitForSleep(.milliseconds(200))
        #expect(world.asked.current == ["focus j", "focus j"])
        world.set("j", .completed)
        world.clock.advance(.milliseconds(200))
        let last = try await stream.next()
        #expect(last?.job.status == .completed)
        #expect(last?.steps.first?.status == .completed)
        #expect(try await stream.next() == nil)
        try await Eventually.settled("the end of the polling") { await !tracker.isRunning }
        #expect(world.clock.nextWake == nil)
    }

    @Test func farAwayTheWaitsAreLonger() async throws {
        let world = World()
        world.set("j", .running)
        let tracker = world.tracker(isLocal: false)
        var stream = tracker.follow("j").makeAsyncIterator()
        _ = try await stream.next()
        try await world.waitForSleep(.milliseconds(1500))
    }

    @Test func manyJobsAreAnsweredByOneList() async throws {
        let world = World()
        for name in ["a", "b", "c", "d", "e"] { world.set(Job.ID(name), .running) }
        let tracker = world.tracker()
        var stream = tracker.track(["a", "b", "c", "d", "e"]).makeAsyncIterator()
        guard case .changed(let first, _) = await stream.next() else {
            Issue.record("no change came")
            return
        }
        #expect(first.count == 5)
        try await world.waitForSleep(.milliseconds(800))
        world.set("c", .failed)
        world.clock.advance(.milliseconds(800))
        guard case .changed(let second, _) = await stream.next() else {
            Issue.record("no change came")
            return
        }
        #expect(second.map(\.id) == ["c"])
        #expect(world.asked.current == ["list", "list"])
        for name in ["a", "b", "d", "e"] { world.set(Job.ID(name), .completed) }
        try await world.waitForSleep(.milliseconds(800))
        world.clock.advance(.milliseconds(800))
        _ = await stream.next()
        #expect(await stream.next() == nil)
    }

    @Test func failuresAreToldAndBackedOff() async throws {
        let world = World()
        world.set("a", .running)
        world.failing.change {
            $0 = ServiceFailure(kind: .unreachable, operation: "x", detail: "down")
        }
        let tracker = world.tracker()
        var stream = tracker.track(["a"]).makeAsyncIterator()
        guard case .failed(let failure) = await stream.next() else {
            Issue.record("no failure came")
            return
        }
        #expect(failure.kind == .unreachable)
        try await world.waitForSleep(.milliseconds(1600))
        world.clock.advance(.milliseconds(1600))
        try await world.waitForSleep(.milliseconds(3200))
        world.failing.change { $0 = nil }
        world.clock.advance(.milliseconds(3200))
        try await world.waitForSleep(.milliseconds(800))
    }

    @Test func aJobThatIsGoneEndsItsStreamWithTheFailure() async throws {
        let world = World()
        let tracker = world.tracker()
        var stream = tracker.follow("none").makeAsyncIterator()
        await #expect(throws: ServiceFailure.self) { _ = try await stream.next() }
        try await Eventually.settled("the end of the polling") { await !tracker.isRunning }
    }

    @Test func aReaderThatLeavesStopsThePolling() async throws {
        let world = World()
        world.set("j", .running)
        let tracker = world.tracker()
        let reader = Task {
            for try await _ in tracker.follow("j") { break }
        }
        try await reader.value
        try await Eventually.settled("the end of the polling") { await !tracker.isRunning }
        #expect(world.clock.nextWake == nil)
    }

    @Test func backOffIsBounded() {
        let pace = TrackingPace.remote
        #expect(pace.wait(isFocus: true, failures: 0, random: 0) == .milliseconds(1500))
        #expect(pace.wait(isFocus: false, failures: 100, random: 1) == .seconds(60))
        #expect(pace.wait(isFocus: true, failures: 1, random: 0) == .milliseconds(1500))
    }
}
