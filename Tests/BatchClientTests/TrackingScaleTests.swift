import BatchModel
import Synchronization
import TestSupport
import Testing

@testable import BatchClient

/// A workspace full of running jobs behind a wire that takes its time, on a clock that a test moves.
///
/// Whoever asks or waits sleeps on that clock, so that the test knows when nobody has anything left to do.
private final class ModelWorkspace: Sendable {
    struct Settings: Sendable {
        var jobs = 1000
        /// Jobs of others, newer than all of ours.
        var others = 0
        var isLocal = false
        /// How long an answer takes.
        var latency: Duration = .milliseconds(250)
        /// Jobs to a page where the service chooses.
        var pageLength = 100
        /// Every so many-th call is refused with 429 and a wait of 2 s; 0 for none.
        var refusesEvery = 0
        /// A job ends every so often.
        var endsEvery: Duration = .milliseconds(700)
    }

    private struct State {
        var calls: [(at: Duration, path: Substring)] = []
        var refused = 0
        /// When each job was last in an answer.
        var answered: [Int: Duration] = [:]
        var stalest: Duration = .zero
        var focusStalest: Duration = .zero
    }

    static let focus = 500
    let settings: Settings
    let clock = ManualClock()
    private let state = Mutex(State())

    init(_ settings: Settings) { self.settings = settings }

    /// Asked over the whole time: a list page, or anything.
    func callsPerMinute(_ part: String = "") -> Double {
        let count = state.withLock { $0.calls.count { $0.path.contains(part) } }
        return Double(count) / max(1, clock.elapsed.inSeconds) * 60
    }
    var refused: Int { state.withLock { $0.refused } }
    /// The longest that any watched job went without an answer.
    var stalest: Duration { state.withLock { $0.stalest } }
    /// The same of the followed job.
    var focusStalest: Duration { state.withLock { $0.focusStalest } }

    /// Jobs end in turn, oldest first; the followed one never.
    func isRunning(_ job: Int) -> Bool {
        job == Self.focus || clock.elapsed < settings.endsEvery * (settings.jobs - job + 1)
    }

    var transport: Transport {
        Transport { call throws(TransportFailure) in
            do {
                try await self.clock.sleep(self.settings.latency)
            } catch {
                throw TransportFailure.cancelled
            }
            return self.answer(call)
        }
    }

    private func answer(_ call: HTTPCall) -> HTTPAnswer {
        let now = clock.elapsed
        let path = call.url.dropFirst(Bench.arm.count).prefix { $0 != "?" }
        let isRefused = state.withLock { state in
            state.calls.append((now, path))
            guard settings.refusesEvery > 0, state.calls.count % settings.refusesEvery == 0 else {
                return false
            }
            state.refused += 1
            return true
        }
        if isRefused { return Self.answer(429, [("Retry-After", "2")], "{}") }
        if path.hasSuffix("/children") { return Self.answer(200, [], "{\"value\":[]}") }
        if path.hasSuffix("/jobs") { return page(call, now) }
        note([Self.focus], now)
        return Self.answer(200, [], item(Self.focus))
    }

    /// Jobs by age, newest first: those of others, then ours from 0 on.
    private func page(_ call: HTTPCall, _ now: Duration) -> HTTPAnswer {
        let line = RouteRequest(
            method: .get, target: String(call.url.dropFirst(Bench.arm.count)))
        let start = line?.value(of: "$skip").flatMap { Int($0) } ?? 0
        let wish = settings.isLocal ? line?.value(of: "$top").flatMap { Int($0) } : nil
        let end = min(start + (wish ?? settings.pageLength), settings.others + settings.jobs)
        let ours = (start..<end).map { $0 - settings.others }
        note(ours.filter { $0 >= 0 && $0 != Self.focus }, now)
        let more =
            end == settings.others + settings.jobs
            ? ""
            : ",\"nextLink\":\"\(call.url.prefix { $0 != "?" })?$skip=\(end)&$top=\(wish ?? 0)\""
        let items = ours.map(item).joined(separator: ",")
        return Self.answer(200, [], "{\"value\":[\(items)]\(more)}")
    }

    private func note(_ jobs: [Int], _ now: Duration) {
        state.withLock { state in
            for job in jobs {
                let gap = now - (state.answered[job] ?? .zero)
                state.answered[job] = now
                if job == Self.focus {
                    state.focusStalest = max(state.focusStalest, gap)
                } else if isRunning(job) {
                    state.stalest = max(state.stalest, gap)
                }
            }
        }
    }

    /// At the end: jobs that were not heard of again count too.
    func close() {
        let running = (0..<settings.jobs).filter { isRunning($0) }
        note(running, clock.elapsed)
    }

    private func item(_ job: Int) -> String {
        let born = Timestamp(secondsSinceEpoch: 1_799_000_000 - Double(job))
        let status = job < 0 || !isRunning(job) ? "Completed" : "Running"
        return """
            {"name":"\(job < 0 ? "other" : "job")\(job)","properties":{"status":"\(status)"},
            "systemData":{"createdAt":"\(born.iso8601)"}}
            """
    }

    private static func answer(
        _ status: Int, _ headers: [(name: String, value: String)], _ text: String
    ) -> HTTPAnswer {
        let body = AsyncThrowingStream<[UInt8], any Error> { continuation in
            continuation.yield(Array(text.utf8))
            continuation.finish()
        }
        return HTTPAnswer(status: status, headers: headers, body: body)
    }

    func tracker() -> Tracker {
        let isLocal = settings.isLocal
        let connection = Connection(
            context: "model", isLocal: isLocal, scope: Bench.scope, managementURL: Bench.arm,
            apiURL: Bench.arm, token: { _ throws(ServiceFailure) in "t" })
        let caller = ServiceCaller(
            transport: transport,
            keeper: ConnectionKeeper { () throws(ServiceFailure) in connection },
            surroundings: clock.surroundings)
        let reader = JobReader(caller: caller)
        let lists = JobLists(caller: caller, catalogue: Catalogue(caller: caller))
        let source = TrackingSource(
            snapshot: { id throws(ServiceFailure) in
                (try await reader.job(id), try await reader.steps(id))
            }, job: { id throws(ServiceFailure) in try await reader.job(id) },
            page: { place, count throws(ServiceFailure) in
                try await lists.trackingPage(place, count)
            }, isLocal: { isLocal })
        return Tracker(source: source, surroundings: clock.surroundings)
    }

    /// Lets time go by, from one alarm to the next, each time after everybody has come to rest: the tracker's nap and one
    /// sleep of every question in flight.
    func run(_ tracker: Tracker, for duration: Duration) async throws {
        try await Eventually.settled("\(duration) to go by") {
            let flying = await tracker.flying
            if clock.sleeperCount == flying + 1, let next = clock.nextWake { clock.advance(next) }
            return clock.elapsed >= duration
        }
    }
}

/// DESIGN §5: a followed job at most 2 s stale (0.3 s at the engine), all others at most 10 s.
@Suite(.timeLimit(.minutes(5))) struct TrackingScaleTests {
    private struct Figures {
        var ended = 0
        var focusChanges = 0
    }

    private func watch(
        _ settings: ModelWorkspace.Settings, for duration: Duration
    ) async throws -> (ModelWorkspace, Figures) {
        let model = ModelWorkspace(settings)
        let tracker = model.tracker()
        let ids = Set((0..<settings.jobs).map { Job.ID("job\($0)") })
        let others = tracker.track(ids)
        let focus = tracker.follow(Job.ID("job\(ModelWorkspace.focus)"))
        let figures = Box(Figures())
        let readers = [
            Task {
                for await event in others {
                    guard case .changed(let jobs, _) = event else { continue }
                    let ended = jobs.count { $0.status.isTerminal }
                    figures.change { $0.ended += ended }
                }
            },
            Task {
                do {
                    for try await _ in focus { figures.change { $0.focusChanges += 1 } }
                } catch {
                    Issue.record(error)
                }
            },
        ]
        try await Eventually.settled("2 questions in flight") { await tracker.flying >= 2 }
        try await model.run(tracker, for: duration)
        model.close()
        for reader in readers { reader.cancel() }
        return (model, figures.current)
    }

    private func say(_ what: String, _ model: ModelWorkspace) {
        let pages = model.callsPerMinute("/jobs").rounded()
        print(
            "\(what): \(Int(model.callsPerMinute())) requests a minute,",
            "\(Int(pages)) of them below /jobs, \(model.refused) refused;",
            "stalest job \(model.stalest), the followed one \(model.focusStalest)")
    }

    @Test func aThousandJobsFarAwayAreFreshForAHundredPagesAMinute() async throws {
        let (model, figures) = try await watch(.init(), for: .seconds(90))
        say("1,000 jobs far away", model)
        #expect(model.stalest <= .seconds(10))
        #expect(model.focusStalest <= .seconds(2))
        // Ten pages each 6 s, a followed job's two questions each 1.5 s, nothing twice.
        #expect(model.callsPerMinute() <= 200)
        #expect(figures.ended > 90 && figures.focusChanges >= 1)
    }

    @Test func refusalsDelayALittleAndStopNothing() async throws {
        let settings = ModelWorkspace.Settings(refusesEvery: 40)
        let (model, figures) = try await watch(settings, for: .seconds(90))
        say("1,000 jobs far away, every 40th call refused", model)
        #expect(model.refused > 2)
        #expect(model.stalest <= .seconds(10))
        // Nobody may ask while a hold of 2 s and the spread after it last.
        #expect(model.focusStalest <= .seconds(2 + 2 + 1 + 2))
        #expect(figures.ended > 80)
    }

    @Test func aThousandJobsOfAnEngineAreFreshForAFewPagesARound() async throws {
        let settings = ModelWorkspace.Settings(isLocal: true, latency: .milliseconds(20))
        let (model, figures) = try await watch(settings, for: .seconds(30))
        say("1,000 jobs at an engine", model)
        #expect(model.stalest <= .seconds(10))
        #expect(model.focusStalest <= .milliseconds(300))
        #expect(figures.ended > 30)
    }

    @Test func jobsDeepInTheListAreReachedAndNothingBelowThemIsRead() async throws {
        let settings = ModelWorkspace.Settings(jobs: 600, others: 1500, pageLength: 500)
        let (model, _) = try await watch(settings, for: .seconds(40))
        say("600 jobs below 1,500 others", model)
        #expect(model.stalest <= .seconds(10))
        #expect(model.focusStalest <= .seconds(2))
    }

    @Test func theScheduleRunsOnWhenTheMachinesClockIsSetBack() async throws {
        let model = ModelWorkspace(.init(jobs: 10))
        let tracker = model.tracker()
        let stream = tracker.follow(Job.ID("job\(ModelWorkspace.focus)"))
        let reader = Task { for try await _ in stream {} }
        try await Eventually.settled("1 questions in flight") { await tracker.flying >= 1 }
        try await model.run(tracker, for: .seconds(10))
        model.clock.set(forwardBy: .seconds(-86_400))
        try await model.run(tracker, for: .seconds(20))
        model.clock.set(forwardBy: .seconds(86_400))
        try await model.run(tracker, for: .seconds(30))
        #expect(model.focusStalest <= .seconds(2))
        reader.cancel()
    }
}

/// What a round asks, by itself.
@Suite struct TrackingRoundTests {
    private func job(_ number: Int) -> Job {
        Job(
            id: Job.ID("j\(number)"), status: .running,
            createdAt: Timestamp(secondsSinceEpoch: 1_800_000_000 - Double(number) * 600))
    }

    private let more = ServiceCaller.PagePlace.next(link: "https://a.test/p", audience: nil)

    @Test func fewJobsBelowManyAreAskedForOneByOne() {
        var round = TrackingRound()
        let jobs = (0..<5).map { job(1000 + $0) }
        let wanted = Set(jobs.map(\.id))
        round.begin(with: wanted)
        #expect(round.isListCheaper(for: 5))
        var walk = TrackingRound.Walk()
        for page in 0..<12 {
            let own = page == 11 ? jobs : []
            walk.take(
                TrackingPage(jobs: (0..<95).map { job(page * 90 + $0) } + own, next: more),
                lastWanted: page == 11 ? 99 : nil)
        }
        round.note(jobs, at: .seconds(1))
        round.end(walk)
        round.begin(with: wanted)
        #expect(!round.isListCheaper(for: 5))
        #expect(round.isListCheaper(for: 12))
        // A job that nobody knows may lie at the top.
        round.begin(with: wanted.union(["new"]))
        #expect(round.isListCheaper(for: 6))
    }

    @Test func aWalkEndsWhereTheOldestWatchedJobMustHaveBeen() {
        var round = TrackingRound()
        round.begin(with: ["j3", "j9"])
        round.note([job(3), job(9)], at: .zero)
        var walk = TrackingRound.Walk()
        walk.take(TrackingPage(jobs: [job(1), job(2)], next: more), lastWanted: nil)
        #expect(round.goesOn(walk, ["j3", "j9"]))
        walk.take(TrackingPage(jobs: [job(4), job(5)], next: more), lastWanted: nil)
        #expect(!round.goesOn(walk, ["j3"]))
        #expect(round.goesOn(walk, ["j9"]))
        #expect(round.goesOn(walk, ["never-seen"]))
        #expect(!round.goesOn(walk, []))
    }

    @Test func aRoundIsBoundedAndWhoWaitedLongestComesFirst() {
        var round = TrackingRound()
        let jobs = (0..<200).map(job)
        let ids = Set(jobs.map(\.id))
        round.begin(with: ids)
        for (place, job) in jobs.enumerated() { round.note([job], at: .seconds(1000 - place)) }
        let first = round.stalest(of: ids)
        #expect(first.count == TrackingRound.questionLimit)
        #expect(first.prefix(3) == ["j199", "j198", "j197"])
        round.note(jobs.filter { first.contains($0.id) }, at: .seconds(2000))
        #expect(Set(round.stalest(of: ids)).isDisjoint(with: first))
    }

    @Test func anEngineIsAskedForAsManyAsWereNeeded() {
        var round = TrackingRound()
        #expect(round.reach == TrackingRound.firstReach)
        var walk = TrackingRound.Walk()
        walk.take(TrackingPage(jobs: (0..<200).map(job), next: more), lastWanted: 3)
        round.end(walk)
        #expect(round.reach == 50)
        walk = TrackingRound.Walk()
        walk.take(TrackingPage(jobs: (0..<1000).map(job), next: more), lastWanted: 999)
        walk.take(TrackingPage(jobs: (0..<1000).map(job), next: nil), lastWanted: 10)
        round.end(walk)
        #expect(round.reach == TrackingRound.pageLimit)
    }
}
