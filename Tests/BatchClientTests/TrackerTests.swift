import BatchModel
import Synchronization
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
        var ids = 0
        var sleepers: [Sleeper] = []
    }

    private let state = Mutex(State())

    var now: Timestamp { state.withLock { $0.now } }

    var surroundings: ClientSurroundings {
        ClientSurroundings(
            now: { self.now }, sleep: { try await self.sleep($0) },
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

    private func sleep(_ duration: Duration) async throws {
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

@Suite(.timeLimit(.minutes(1))) struct TrackerTests {
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
                newest: { count throws(ServiceFailure) in
                    asked.change { $0.append("list") }
                    if let failure = failing.current { throw failure }
                    return jobs.current.values.sorted { $0.id < $1.id }
                }, isLocal: { isLocal })
            return Tracker(source: source, surroundings: clock.surroundings)
        }

        /// Waits, without sleeping, until somebody sleeps for so long.
        func waitForSleep(_ wanted: Duration) async {
            while clock.nextWake != wanted { await Task.yield() }
        }
    }

    @Test func aFollowedJobIsAskedAtItsPaceAndEndsWithTheJob() async throws {
        let world = World()
        world.set("j", .running)
        let tracker = world.tracker()
        var stream = tracker.follow("j").makeAsyncIterator()
        #expect(try await stream.next()?.job.status == .running)
        await world.waitForSleep(.milliseconds(250))
        world.clock.advance(.milliseconds(250))
        await world.waitForSleep(.milliseconds(250))
        #expect(world.asked.current == ["focus j", "focus j"])
        world.set("j", .completed)
        world.clock.advance(.milliseconds(250))
        let last = try await stream.next()
        #expect(last?.job.status == .completed)
        #expect(last?.steps.first?.status == .completed)
        #expect(try await stream.next() == nil)
        while await tracker.isRunning { await Task.yield() }
        #expect(world.clock.nextWake == nil)
    }

    @Test func farAwayTheWaitsAreLonger() async throws {
        let world = World()
        world.set("j", .running)
        let tracker = world.tracker(isLocal: false)
        var stream = tracker.follow("j").makeAsyncIterator()
        _ = try await stream.next()
        await world.waitForSleep(.milliseconds(1500))
    }

    @Test func manyJobsAreAnsweredByOneList() async {
        let world = World()
        for name in ["a", "b", "c", "d", "e"] { world.set(Job.ID(name), .running) }
        let tracker = world.tracker()
        var stream = tracker.track(["a", "b", "c", "d", "e"]).makeAsyncIterator()
        guard case .changed(let first, _) = await stream.next() else {
            Issue.record("no change came")
            return
        }
        #expect(first.count == 5)
        await world.waitForSleep(.milliseconds(800))
        world.set("c", .failed)
        world.clock.advance(.milliseconds(800))
        guard case .changed(let second, _) = await stream.next() else {
            Issue.record("no change came")
            return
        }
        #expect(second.map(\.id) == ["c"])
        #expect(world.asked.current == ["list", "list"])
        for name in ["a", "b", "d", "e"] { world.set(Job.ID(name), .completed) }
        await world.waitForSleep(.milliseconds(800))
        world.clock.advance(.milliseconds(800))
        _ = await stream.next()
        #expect(await stream.next() == nil)
    }

    @Test func failuresAreToldAndBackedOff() async {
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
        await world.waitForSleep(.milliseconds(1600))
        world.clock.advance(.milliseconds(1600))
        await world.waitForSleep(.milliseconds(3200))
        world.failing.change { $0 = nil }
        world.clock.advance(.milliseconds(3200))
        await world.waitForSleep(.milliseconds(800))
    }

    @Test func aJobThatIsGoneEndsItsStreamWithTheFailure() async {
        let world = World()
        let tracker = world.tracker()
        var stream = tracker.follow("none").makeAsyncIterator()
        await #expect(throws: ServiceFailure.self) { _ = try await stream.next() }
        while await tracker.isRunning { await Task.yield() }
    }

    @Test func aReaderThatLeavesStopsThePolling() async throws {
        let world = World()
        world.set("j", .running)
        let tracker = world.tracker()
        let reader = Task {
            for try await _ in tracker.follow("j") { break }
        }
        try await reader.value
        while await tracker.isRunning { await Task.yield() }
        #expect(world.clock.nextWake == nil)
    }

    @Test func backOffIsBounded() {
        let pace = TrackingPace.remote
        #expect(pace.wait(isFocus: true, failures: 0, random: 0) == .milliseconds(1500))
        #expect(pace.wait(isFocus: false, failures: 100, random: 1) == .seconds(60))
        #expect(pace.wait(isFocus: true, failures: 1, random: 0) == .milliseconds(1500))
    }
}
