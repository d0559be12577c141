import BatchModel
import ConsoleGrid

@testable import ConsoleCore

/// A service with a list of jobs that grows at the front.
struct JobsService {
    static let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
    static let lost = ServiceFailure(
        kind: .unreachable, operation: "list the jobs",
        detail: "nothing answers at 127.0.0.1:8600.",
        advice: "Start the engine: batchdeck engine start.")

    /// How many jobs there are.
    var count: Int
    /// False for a service that hands out links and no count.
    var tellsTotal = true
    var source = "the workspace's job list"
    private static let places: [(Endpoint.Name, Deployment.Name)] = [
        ("digits-batch", "nearest"), ("wine-classifier", "gnb"), ("tumour-pipeline", "with-prep"),
    ]

    /// So many seconds after now.
    static func later(_ seconds: Int) -> Timestamp { now + .seconds(seconds) }

    /// The job that was made as the `number`-th, from 0; the newest two of `count` are under way.
    static func job(_ number: Int, of count: Int) -> Job {
        let age = Double(count - number) * 90
        let place = places[number % places.count]
        let created = Timestamp(secondsSinceEpoch: now.secondsSinceEpoch - age)
        var job = Job(
            id: Job.ID("batchjob-\(number)"),
            displayName: number % 4 == 0 ? "nightly \(number)" : "",
            endpoint: place.0, deployment: place.1, experimentName: place.0.rawValue,
            status: number % 7 == 3 ? .failed : number % 11 == 5 ? .canceled : .completed,
            createdAt: created, startedAt: created + .seconds(2), endedAt: created + .seconds(9.5),
            progress: Progress(processedMiniBatches: 60, totalMiniBatches: 60, failedItems: 0))
        if count - number <= 2 {
            job.status = .running
            job.endedAt = nil
            job.progress = Progress(
                processedMiniBatches: 41, totalMiniBatches: 60,
                failedItems: number % 2 == 0 ? 3 : 0)
        } else if count - number == 3 {
            job.status = .queued
            job.startedAt = nil
            job.endedAt = nil
            job.progress = nil
        }
        return job
    }

    /// The job at a position, newest first.
    func job(at position: Int) -> Job { Self.job(count - 1 - position, of: count) }

    /// The window a question asks for.
    func page(_ query: JobListQuery, at time: Timestamp = now) -> JobPage {
        let end = min(count, query.start + query.count)
        let jobs = query.start < end ? (query.start..<end).map { job(at: $0) } : []
        return JobPage(
            start: query.start, jobs: jobs, total: tellsTotal || end == count ? count : nil,
            hasMore: end < count, asOf: time, source: source)
    }

    /// The first page.
    func first(at time: Timestamp = now) -> JobPage { page(JobListQuery(), at: time) }

    /// A list that has its first page.
    ///
    /// - Parameter searches: whether the service can search; most cannot.
    func state(
        _ size: Size = Size(rows: 24, columns: 80), endpoint: Endpoint.Name? = nil,
        searches: Bool = false
    ) -> Jobs.State {
        var state = Jobs.State(endpoint: endpoint)
        state.resized(to: size)
        answer(Jobs.opened(state), in: &state)
        if !searches {
            state.take(.searchFound(search: JobSearchQuery(filter: "", count: 0), page: nil))
        }
        return state
    }

    /// Answers questions, and those that follow, up to a number.
    func answer(
        _ effects: [Jobs.Effect], in state: inout Jobs.State, at time: Timestamp = now,
        limit: Int = 100
    ) {
        var open = effects
        for _ in 0..<limit where !open.isEmpty {
            guard case .loadJobs(let query) = open.removeFirst() else { continue }
            open += state.take(.jobsLoaded(query: query, page: page(query, at: time)), at: time)
        }
    }
}

extension Jobs.Effect {
    /// A page of all jobs is asked for.
    static func ask(_ start: Int, _ endpoint: Endpoint.Name? = nil) -> Jobs.Effect {
        .loadJobs(JobListQuery(endpoint: endpoint, start: start, count: 100))
    }
}

extension Jobs.State {
    /// Presses keys as in a key script; refusals come back as texts, effects in order.
    @discardableResult
    mutating func press(
        _ script: String, at time: Timestamp = JobsService.now
    ) throws -> (effects: [Jobs.Effect], refusals: [String]) {
        try played(
            script, in: &self, verdict: { Jobs.keys.verdict(for: $0, in: $1) },
            take: { $0.take($1, at: time) })
    }

    /// Lets something happen.
    @discardableResult
    mutating func take(
        _ action: Jobs.Action, at time: Timestamp = JobsService.now
    ) -> [Jobs.Effect] {
        Jobs.reduce(&self, action, now: time)
    }

    /// How many rows are held.
    var heldRows: Int {
        var count = 0
        list.pages.forEach { _, _ in count += 1 }
        return count
    }

    /// Ids of the rows shown, top to bottom; nil for rows that are not held.
    var shownIDs: [Job.ID?] { window.visible.map { job(atRow: $0)?.id } }

    /// The list's picture at its own size.
    func picture(glyphs: Glyphs = .unicode, at time: Timestamp = JobsService.now) -> Screen {
        var screen = Screen(size: size)
        Jobs.draw(
            self, on: &screen, in: screen.bounds, context: ViewContext(glyphs: glyphs, now: time))
        return screen
    }
}
