import BatchModel
import ConsoleGrid

@testable import ConsoleCore

/// The workspace that the tests of the first screen are about: five endpoints, two of them with jobs.
enum EndpointsFixture {
    static let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)

    static let digits = Endpoint(
        name: "digits-batch", summary: "Handwritten digits to numbers.",
        defaultDeployment: "nearest", scoringURI: "https://digits-batch.example.org/jobs")
    static let flaky = Endpoint(name: "flaky-batch", defaultDeployment: "flaky")
    static let hello = Endpoint(name: "hello-batch", defaultDeployment: "hello")
    static let tumour = Endpoint(name: "tumour-pipeline", defaultDeployment: "score-with-prep")
    static let wine = Endpoint(name: "wine-classifier", defaultDeployment: "gnb")
    static let endpoints = [wine, flaky, digits, hello, tumour]

    static let nearest = Deployment(
        name: "nearest", endpoint: "digits-batch",
        kind: .model(ModelSettings(maxConcurrencyPerInstance: 2)),
        summary: "One nearest neighbour.")
    static let summary = Deployment(
        name: "nearest-summary", endpoint: "digits-batch",
        kind: .model(
            ModelSettings(
                miniBatchSize: 20, maxConcurrencyPerInstance: 2, outputAction: .summaryOnly)))
    static let broken = Deployment(
        name: "quadratic", endpoint: "digits-batch", kind: .model(ModelSettings()),
        summary: "endpoints/digits-batch/quadratic/deployment.yml:7: mini_batch_size is "
            + "\"ten\". Give a whole number such as 10.",
        provisioningState: "Failed")
    static let pipeline = Deployment(
        name: "score-with-prep", endpoint: "tumour-pipeline",
        kind: .pipelineComponent(
            PipelineSettings(
                inputs: [
                    InputSpec(name: "input_data", type: .uriFolder),
                    InputSpec(name: "threshold", type: .number),
                ], outputs: [OutputSpec(name: "scores", type: .uriFolder)])))
    static let greeting = Deployment(
        name: "hello", endpoint: "hello-batch", kind: .pipelineComponent(PipelineSettings()))
    static let gnb = Deployment(
        name: "gnb", endpoint: "wine-classifier", kind: .model(ModelSettings()))
    static let unsteady = Deployment(
        name: "flaky", endpoint: "flaky-batch", kind: .model(ModelSettings()))
    static let deployments = [
        nearest, summary, pipeline, greeting, gnb, unsteady,
    ]

    static let running = Job(
        id: "batchjob-7f3a", endpoint: "digits-batch", deployment: "nearest", status: .running,
        createdAt: ago(8), startedAt: ago(6),
        progress: Progress(processedMiniBatches: 41, totalMiniBatches: 60))
    static let done = Job(
        id: "batchjob-1c0e", displayName: "monday digits", endpoint: "digits-batch",
        deployment: "nearest", status: .completed, createdAt: ago(130), startedAt: ago(124),
        endedAt: ago(120), progress: Progress(processedMiniBatches: 60, totalMiniBatches: 60))
    static let failed = Job(
        id: "batchjob-0b77", endpoint: "digits-batch", deployment: "nearest-summary",
        status: .failed, createdAt: ago(7300), startedAt: ago(7290), endedAt: ago(7200),
        progress: Progress(processedMiniBatches: 12, totalMiniBatches: 60, failedItems: 3))
    static let queued = Job(
        id: "batchjob-9d11", endpoint: "wine-classifier", deployment: "gnb", status: .queued,
        createdAt: ago(3))
    static let jobs = [queued, running, done, failed]

    static let allQuery = JobListQuery(endpoint: nil, count: 100)
    static let unreachable = ServiceFailure(
        kind: .unreachable, operation: "list the endpoints",
        detail: "nothing answers at 127.0.0.1:8600.",
        advice: "Start the engine: batchdeck engine start.")

    static func ago(_ seconds: Int) -> Timestamp { now + .seconds(-seconds) }

    /// Jobs that no rule tells apart but their ids and ages: `job-0` is the newest.
    static func jobs(_ count: Int, of endpoint: Endpoint.Name, status: JobStatus) -> [Job] {
        (0..<count).map {
            Job(id: Job.ID("job-\($0)"), endpoint: endpoint, status: status, createdAt: ago($0))
        }
    }

    static func page(
        _ jobs: [Job], hasMore: Bool = false, asOf: Timestamp = now
    ) -> JobPage {
        JobPage(
            start: 0, jobs: jobs, total: hasMore ? nil : jobs.count, hasMore: hasMore, asOf: asOf,
            source: "test")
    }

    /// The question about one endpoint's jobs.
    static func query(_ endpoint: Endpoint.Name) -> JobListQuery {
        JobListQuery(endpoint: endpoint, count: 20)
    }

    static func lastSeen(_ age: Int) -> LastSeen {
        LastSeen(
            asOf: ago(age), connection: nil, endpoints: endpoints, deployments: deployments,
            jobs: page(jobs, asOf: ago(age)))
    }

    /// Everything known and fresh; `digits-batch` is selected.
    static func known(_ size: Size = Size(rows: 28, columns: 100)) -> Endpoints.State {
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: size)
        state.take(.endpointsLoaded(endpoints: endpoints, at: now))
        for endpoint in endpoints {
            let own = deployments.filter { $0.endpoint == endpoint.name }
            state.take(.deploymentsLoaded(endpoint: endpoint.name, deployments: own))
        }
        state.take(.jobsLoaded(query: query("digits-batch"), page: page([running, done, failed])))
        state.take(.jobsLoaded(query: allQuery, page: page(jobs)))
        return state
    }

    /// As above with a broken deployment in `digits-batch`.
    static func withBroken(_ size: Size = Size(rows: 28, columns: 100)) -> Endpoints.State {
        var state = known(size)
        state.take(
            .deploymentsLoaded(
                endpoint: "digits-batch", deployments: [nearest, summary, broken]))
        return state
    }
}

extension Endpoints.State {
    /// Presses keys as in a key script; refusals come back as texts, effects in order.
    @discardableResult
    mutating func press(
        _ script: String, at now: Timestamp = EndpointsFixture.now
    ) throws -> (effects: [Endpoints.Effect], refusals: [String]) {
        try played(
            script, in: &self, verdict: { Endpoints.keys.verdict(for: $0, in: $1) },
            take: { $0.take($1, at: now) })
    }

    /// Lets something happen.
    @discardableResult
    mutating func take(
        _ action: Endpoints.Action, at now: Timestamp = EndpointsFixture.now
    ) -> [Endpoints.Effect] {
        Endpoints.reduce(&self, action, now: now)
    }

    /// The screen's picture at its own size.
    func picture(
        glyphs: Glyphs = .unicode, at now: Timestamp = EndpointsFixture.now
    ) -> Screen {
        var screen = Screen(size: size)
        Endpoints.draw(
            self, on: &screen, in: screen.bounds, context: ViewContext(glyphs: glyphs, now: now))
        return screen
    }
}
