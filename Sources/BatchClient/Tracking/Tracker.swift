import BatchModel

// One scheduler watches all jobs that anybody follows. There are two kinds of question: a followed job is asked for with
// its steps and progress, often; all other watched jobs are answered together by list pages, seldom. A question is never
// in flight twice, a slow one holds no other up, and while nothing is watched there is no task and no timer. The schedule
// runs on time gone by: setting the machine's clock makes no question early or late.
//
//     follow(j) ─┐                         ┌▶ focus(j): job, steps, progress   every 0.2 s / 1.5 s
//     follow(k) ─┼▶ schedule ─ earliest ─▶ ┤
//     track(…)  ─┘     ▲                   └▶ others:   a round (TrackingRound) every 0.8 s / 6 s
//                      └──── next due, backed off after failures ◀── answers ──┘

/// Watches jobs for everybody.
actor Tracker {
    /// A followed job's stream bears failures of the line for so long.
    static let patience: Duration = .seconds(120)

    /// A kind of question.
    enum Item: Hashable, Sendable {
        case focus(Job.ID)
        case others
    }

    private struct Due {
        /// When, by time gone by.
        var at: Duration
        var failures = 0
        var failingSince: Duration?
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
    private var round = TrackingRound()
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
    /// Questions that wait for their answers: for tests.
    var flying: Int { schedule.values.count { $0.isInFlight } }

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
        if schedule[item] == nil { schedule[item] = Due(at: surroundings.elapsed()) }
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
            let now = surroundings.elapsed()
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
        let begin = surroundings.elapsed()
        let failure: ServiceFailure?
        switch item {
        case .focus(let job): failure = await askFocus(job)
        case .others: failure = await askOthers()
        }
        var pace: TrackingPace = await source.isLocal() ? .local : .remote
        pace.stretch(for: tracks.values.reduce(0) { $0 + $1.open.count })
        settle(item, begin, failure, pace)
    }

    private func settle(
        _ item: Item, _ begin: Duration, _ failure: ServiceFailure?, _ pace: TrackingPace
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
            let now = surroundings.elapsed()
            let lasted = now - (due.failingSince ?? now)
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
            take([answer.job])
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

    /// Asks for all watched jobs but the followed ones, once; what came before a failure is taken all the same.
    private func askOthers() async -> ServiceFailure? {
        let followed = Set(follows.values.map(\.job))
        let wanted = tracks.values.reduce(into: Set<Job.ID>()) { $0.formUnion($1.open) }
            .subtracting(followed)
        var missing = wanted
        round.begin(with: wanted)
        if round.isListCheaper(for: wanted.count) {
            do throws(ServiceFailure) {
                missing = try await walk(wanted)
            } catch {
                return error
            }
        }
        return await askOneByOne(missing)
    }

    /// Reads list pages until nothing more is to be found there.
    ///
    /// - Returns: the jobs that the list does not have.
    private func walk(_ wanted: Set<Job.ID>) async throws(ServiceFailure) -> Set<Job.ID> {
        var missing = wanted
        var walk = TrackingRound.Walk()
        let count = round.reach
        repeat {
            let page = try await source.page(walk.place, count)
            let found = page.jobs.filter { wanted.contains($0.id) }
            walk.take(page, lastWanted: page.jobs.lastIndex { wanted.contains($0.id) })
            missing.subtract(found.map(\.id))
            round.note(found, at: surroundings.elapsed())
            take(found)
        } while round.goesOn(walk, missing)
        round.end(walk)
        return missing
    }

    /// Jobs one by one, those first that were not heard of for longest; those that are gone are dropped, saying so.
    private func askOneByOne(_ ids: Set<Job.ID>) async -> ServiceFailure? {
        let source = self.source
        let chosen = round.stalest(of: ids)
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
        round.note(jobs, at: surroundings.elapsed())
        take(jobs)
        return failure
    }

    private func forget(_ job: Job.ID, _ failure: ServiceFailure) {
        for (id, track) in tracks where track.open.contains(job) {
            tracks[id]?.open.remove(job)
            track.continuation.yield(.failed(failure))
            finishIfDone(id)
        }
    }

    private func take(_ jobs: [Job]) {
        let asOf = surroundings.now()
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
