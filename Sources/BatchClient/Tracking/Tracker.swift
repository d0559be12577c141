import BatchModel

// One scheduler watches all jobs that anybody follows. There are two kinds of question: a followed job is asked for with
// its steps and progress, often; all other watched jobs are answered together by one list call, seldom. A question is never
// in flight twice, a slow one holds no other up, and while nothing is watched there is no task and no timer.
//
//     follow(j) ─┐                         ┌▶ focus(j): job, steps, progress   every 0.25 s / 1.5 s
//     follow(k) ─┼▶ schedule ─ earliest ─▶ ┤
//     track(…)  ─┘     ▲                   └▶ others:   newest jobs            every 0.8 s / 8 s
//                      └──── next due, backed off after failures ◀── answers ──┘

/// What a tracker asks.
struct TrackingSource: Sendable {
    /// One job with its steps and progress.
    var snapshot: @Sendable (Job.ID) async throws(ServiceFailure) -> (job: Job, steps: [JobStep])
    /// One job.
    var job: @Sendable (Job.ID) async throws(ServiceFailure) -> Job
    /// The newest jobs of the workspace, at most so many.
    var newest: @Sendable (Int) async throws(ServiceFailure) -> [Job]
    /// True when a local engine answers.
    var isLocal: @Sendable () async -> Bool
}

/// How often is asked.
struct TrackingPace: Sendable, Equatable {
    /// A followed job.
    var focus: Duration
    /// All others together.
    var others: Duration
    /// The longest wait after failures.
    static let longestWait: Duration = .seconds(60)

    /// A local engine: a look costs next to nothing.
    static let local = TrackingPace(focus: .milliseconds(250), others: .milliseconds(800))
    /// A service far away: below the 2 s and 10 s that a view may be stale, the call's own time included.
    static let remote = TrackingPace(focus: .milliseconds(1500), others: .seconds(8))

    /// The wait until the next question.
    func wait(isFocus: Bool, failures: Int, random: Double) -> Duration {
        let pace = isFocus ? focus : others
        guard failures > 0 else { return pace }
        let doubled = pace * (1 << min(failures, 12))
        return max(pace, min(doubled, Self.longestWait) * (0.5 + random / 2))
    }
}

/// Watches jobs for everybody.
actor Tracker {
    /// A followed job's stream bears failures of the line for so long.
    static let patience: Duration = .seconds(120)
    /// Up to so many jobs are asked for one by one; more are looked for in the list.
    static let singlesLimit = 3
    /// Jobs asked for in one list call.
    static let listLength = 200
    /// Jobs that the list did not have, asked for one by one per round.
    static let strayLimit = 10

    /// A kind of question.
    enum Item: Hashable, Sendable {
        case focus(Job.ID)
        case others
    }

    private struct Due {
        var at: Timestamp
        var failures = 0
        var failingSince: Timestamp?
        var isInFlight = false
    }

    private struct Follow {
        var job: Job.ID
        var last: JobSnapshot?
        var continuation: AsyncThrowingStream<JobSnapshot, any Error>.Continuation
    }

    private struct Track {
        var open: Set<Job.ID>
        var last: [Job.ID: Job] = [:]
        var continuation: AsyncStream<TrackingEvent>.Continuation
    }

    private let source: TrackingSource
    private let surroundings: ClientSurroundings
    private var follows: [String: Follow] = [:]
    private var tracks: [String: Track] = [:]
    private var schedule: [Item: Due] = [:]
    /// Streams that began and whose reader is still there.
    private var begun: Set<String> = []
    /// Streams whose reader left before they began.
    private var endedEarly: Set<String> = []
    private var loop: Task<Void, Never>?
    private var nap: Task<Void, Never>?

    init(source: TrackingSource, surroundings: ClientSurroundings) {
        self.source = source
        self.surroundings = surroundings
    }

    /// A job's snapshots, a new one whenever something changed; ends with the job.
    nonisolated func follow(_ job: Job.ID) -> AsyncThrowingStream<JobSnapshot, any Error> {
        let id = surroundings.makeID()
        return AsyncThrowingStream(bufferingPolicy: .bufferingNewest(16)) { continuation in
            continuation.onTermination = { _ in Task { await self.end(id) } }
            Task {
                await self.begin(id, Follow(job: job, continuation: continuation))
            }
        }
    }

    /// Changes of many jobs; ends when all have ended.
    nonisolated func track(_ jobs: Set<Job.ID>) -> AsyncStream<TrackingEvent> {
        let id = surroundings.makeID()
        return AsyncStream(bufferingPolicy: .bufferingNewest(256)) { continuation in
            continuation.onTermination = { _ in Task { await self.end(id) } }
            Task { await self.begin(id, Track(open: jobs, continuation: continuation)) }
        }
    }

    /// True while there is a task: for tests.
    var isRunning: Bool { loop != nil }

    private func begin(_ id: String, _ follow: Follow) {
        guard endedEarly.remove(id) == nil else { return }
        begun.insert(id)
        follows[id] = follow
        want(.focus(follow.job))
    }

    private func begin(_ id: String, _ track: Track) {
        guard endedEarly.remove(id) == nil else { return }
        begun.insert(id)
        guard !track.open.isEmpty else { return track.continuation.finish() }
        tracks[id] = track
        want(.others)
    }

    private func end(_ id: String) {
        follows[id] = nil
        tracks[id] = nil
        if begun.remove(id) == nil { endedEarly.insert(id) }
        dropUnwanted()
    }

    /// Puts a question on the schedule, due now, and sees that somebody runs it.
    private func want(_ item: Item) {
        if schedule[item] == nil { schedule[item] = Due(at: surroundings.now()) }
        if loop == nil { loop = Task { await self.run() } }
        nap?.cancel()
    }

    private func dropUnwanted() {
        let followed = Set(follows.values.map(\.job))
        for item in schedule.keys {
            switch item {
            case .focus(let job): if !followed.contains(job) { schedule[item] = nil }
            case .others: if tracks.isEmpty { schedule[item] = nil }
            }
        }
        nap?.cancel()
    }

    private func run() async {
        while !schedule.isEmpty {
            let now = surroundings.now()
            for (item, due) in schedule where !due.isInFlight && due.at <= now {
                schedule[item]?.isInFlight = true
                Task { await self.ask(item) }
            }
            // While all questions are in flight an answer ends the nap; the hour is never slept.
            let next = schedule.values.filter { !$0.isInFlight }.map(\.at).min()
            let wait = next.map { $0 - now } ?? .seconds(3600)
            let sleep = surroundings.sleep
            let nap = Task {
                // A nap that is cut short has done its work.
                _ = try? await sleep(wait)
            }
            self.nap = nap
            await nap.value
        }
        nap = nil
        loop = nil
    }

    private func ask(_ item: Item) async {
        let begin = surroundings.now()
        let failure: ServiceFailure?
        switch item {
        case .focus(let job): failure = await askFocus(job)
        case .others: failure = await askOthers()
        }
        let pace: TrackingPace = await source.isLocal() ? .local : .remote
        settle(item, begin, failure, pace)
    }

    private func settle(
        _ item: Item, _ begin: Timestamp, _ failure: ServiceFailure?, _ pace: TrackingPace
    ) {
        defer { dropUnwanted() }
        guard var due = schedule[item] else { return }
        due.isInFlight = false
        due.failures = failure == nil ? 0 : due.failures + 1
        due.failingSince = failure == nil ? nil : due.failingSince ?? begin
        let isFocus = item != .others
        let wait = pace.wait(
            isFocus: isFocus, failures: due.failures, random: surroundings.randomUnit())
        due.at = begin + wait
        schedule[item] = due
        if let failure { report(failure, item, due) }
    }

    private func report(_ failure: ServiceFailure, _ item: Item, _ due: Due) {
        switch item {
        case .focus(let job):
            let lasted = surroundings.now() - (due.failingSince ?? surroundings.now())
            guard Self.isFinal(failure) || lasted >= Self.patience else { return }
            for (id, follow) in follows where follow.job == job {
                follows[id] = nil
                follow.continuation.finish(throwing: failure)
            }
        case .others:
            for track in tracks.values { track.continuation.yield(.failed(failure)) }
        }
    }

    /// Asking again would bring the same.
    private static func isFinal(_ failure: ServiceFailure) -> Bool {
        switch failure.kind {
        case .notFound, .unauthorized, .rejected, .conflict: true
        case .unreachable, .outcomeUnknown, .timedOut, .unexpected: false
        }
    }

    private func askFocus(_ job: Job.ID) async -> ServiceFailure? {
        do throws(ServiceFailure) {
            let answer = try await source.snapshot(job)
            let asOf = surroundings.now()
            let snapshot = JobSnapshot(job: answer.job, steps: answer.steps, asOf: asOf)
            for (id, follow) in follows where follow.job == job { show(snapshot, to: id, follow) }
            take([answer.job], asOf)
            return nil
        } catch {
            return error
        }
    }

    private func show(_ snapshot: JobSnapshot, to id: String, _ follow: Follow) {
        if follow.last?.job != snapshot.job || follow.last?.steps != snapshot.steps {
            follow.continuation.yield(snapshot)
            follows[id]?.last = snapshot
        }
        if snapshot.job.status.isTerminal {
            follows[id] = nil
            follow.continuation.finish()
        }
    }

    private func askOthers() async -> ServiceFailure? {
        let followed = Set(follows.values.map(\.job))
        let wanted = tracks.values.reduce(into: Set<Job.ID>()) { $0.formUnion($1.open) }
            .subtracting(followed)
        guard !wanted.isEmpty else { return nil }
        var found: [Job] = []
        var strays = wanted
        if wanted.count > Self.singlesLimit {
            do throws(ServiceFailure) {
                found = try await source.newest(Self.listLength).filter { wanted.contains($0.id) }
            } catch {
                return error
            }
            strays.subtract(found.map(\.id))
        }
        let (singles, failure) = await singles(strays)
        take(found + singles, surroundings.now())
        return failure
    }

    /// Jobs one by one; those that are gone are dropped, saying so.
    private func singles(_ ids: Set<Job.ID>) async -> (jobs: [Job], failure: ServiceFailure?) {
        let source = self.source
        let chosen = Array(ids.shuffled().prefix(Self.strayLimit))
        let answers = await Parallel.map(chosen, width: 4) { id -> Result<Job, ServiceFailure> in
            do throws(ServiceFailure) {
                return .success(try await source.job(id))
            } catch {
                return .failure(error)
            }
        }
        var jobs: [Job] = []
        var failure: ServiceFailure?
        for (id, answer) in zip(chosen, answers) {
            switch answer {
            case .success(let job): jobs.append(job)
            case .failure(let lost) where lost.kind == .notFound: forget(id, lost)
            case .failure(let lost): failure = lost
            }
        }
        return (jobs, failure)
    }

    private func forget(_ job: Job.ID, _ failure: ServiceFailure) {
        for (id, track) in tracks where track.open.contains(job) {
            tracks[id]?.open.remove(job)
            track.continuation.yield(.failed(failure))
            finishIfDone(id)
        }
    }

    private func take(_ jobs: [Job], _ asOf: Timestamp) {
        for (id, track) in tracks {
            let changed = jobs.filter { track.open.contains($0.id) && track.last[$0.id] != $0 }
            guard !changed.isEmpty else { continue }
            for job in changed {
                tracks[id]?.last[job.id] = job
                if job.status.isTerminal { tracks[id]?.open.remove(job.id) }
            }
            track.continuation.yield(.changed(changed, asOf: asOf))
            finishIfDone(id)
        }
    }

    private func finishIfDone(_ id: String) {
        guard let track = tracks[id], track.open.isEmpty else { return }
        tracks[id] = nil
        track.continuation.finish()
    }
}
