import BatchModel
import Synchronization

@testable import BatchClient

// A service as far as submitting touches it: an endpoint with a deployment, a data asset, a container for uploads, jobs
// in three lists. What it keeps of a request, how late its lists are and what its clock says are its habits. It makes a job
// for every request for one that reaches it, and remembers which submission asked for it whether or not it lets that be
// seen: that is what a run is judged by.

/// The service that schedules are played against.
final class ModelService: Sendable {
    /// What kind of service it is.
    struct Habits: Sendable, Equatable {
        /// What the list by tag does.
        enum TagQuery: CaseIterable, Sendable { case answers, ignores, refuses }

        var keepsTags = true
        /// A request with the id of an earlier one is answered with the earlier one's job.
        var honoursIDs = false
        var tagQuery = TagQuery.answers
        /// The endpoint's own list is refused (ES §7.2).
        var isListBroken = false
        /// How far its clock is ahead.
        var skew: Duration = .zero
        /// How often the lists are looked at before they show a new job.
        var lag = 0
    }

    /// A job.
    struct Made: Sendable {
        var id: String
        /// Which of our submissions asked for it; nil for other people's.
        var submission: String?
        var inputs: JSONValue
        var tags: [String: String]
        var createdAt: Timestamp
        /// Looks at a list until it is shown.
        var hiddenFor: Int
    }

    private struct State {
        var jobs: [Made] = []
        var blobs: [String: Bool] = [:]
        var assetVersion = 7
    }

    let habits: Habits
    let clock: FakeClock
    private let state = Mutex(State())

    init(_ habits: Habits, clock: FakeClock) {
        self.habits = habits
        self.clock = clock
    }

    /// All jobs, oldest first.
    var jobs: [Made] { state.withLock { $0.jobs } }

    /// The jobs that a submission has become.
    func jobs(of submission: String) -> [String] {
        jobs.filter { $0.submission == submission }.map(\.id)
    }

    /// Every job is shown from now on.
    func catchUp() {
        state.withLock { state in
            for index in state.jobs.indices { state.jobs[index].hiddenFor = 0 }
        }
    }

    /// Somebody registers a newer version of the data asset.
    func addAssetVersion() { state.withLock { $0.assetVersion += 1 } }

    /// Somebody else submits a job with these inputs.
    ///
    /// - Parameter submission: their own batchdeck's id, when that is what they use.
    func addOther(_ inputs: JSONValue, submission: String?) {
        make(inputs, submission.map { [WireJob.submissionTag: $0] } ?? [:], by: nil)
    }

    /// The right answer to a call, done.
    func answer(_ call: HTTPCall) -> (status: Int, text: String, headers: [(String, String)]) {
        switch Kind(call) {
        case .post: (201, invoked(call), [("azureml-model-deployment", "red")])
        case .taken: taken(call)
        case .list:
            habits.isListBroken
                ? (400, "{\"error\":{\"message\":\"invalid request\"}}", []) : (200, list(), [])
        case .tag: byTag(call)
        case .all: (200, list(), [])
        case .job: oneJob(call)
        case .endpoint: (200, Self.endpoint, [])
        case .deployment: (200, Self.deployment, [])
        case .asset: (200, asset(), [])
        case .version: (200, version(call), [])
        case .datastore: (200, Bench.datastore, [])
        case .secrets: (200, "{\"secretsType\":\"Sas\",\"sasToken\":\"sv=1&sig=S%2B\"}", [])
        case .head: head(call)
        case .put: put(call)
        case .confirm: confirm(call)
        case .other: (404, "{\"error\":{\"code\":\"NoRoute\"}}", [])
        }
    }

    private static let endpoint = """
        {"name":"wine","properties":{"scoringUri":"https://score.test/jobs",
        "defaults":{"deploymentName":"red"}}}
        """
    private static let deployment = """
        {"name":"red","properties":{"model":{"assetId":"m"},
        "deploymentConfiguration":{"deploymentConfigurationType":"Model"}}}
        """
}

extension ModelService {
    /// What a call asks for: the steps at which a run can be disturbed.
    enum Kind: String, CaseIterable, Sendable {
        case endpoint, deployment, asset, version, datastore, secrets, head, put, confirm, post
        case tag, list, all, taken, job, other

        init(_ call: HTTPCall) {
            func has(_ part: String) -> Bool { call.url.contains(part) }
            self =
                switch call.method {
                case .post: has("score.test") ? .post : has("/listSecrets") ? .secrets : .other
                case .head: .head
                case .put: has("comp=metadata") ? .confirm : .put
                case .get: Self.read(has)
                case .patch, .delete: .other
                }
        }

        private static func read(_ has: (String) -> Bool) -> Kind {
            if has("score.test/jobs/") { return .taken }
            if has("/managementfrontend/") { return .list }
            if has("/deployments/red?") { return .deployment }
            if has("/batchEndpoints/wine?") { return .endpoint }
            if has("/datastores") { return .datastore }
            if has("/data/grapes/versions/") { return .version }
            if has("/data/grapes?") { return .asset }
            if has("/jobs?") { return has("tag=") ? .tag : .all }
            return has("/jobs/") ? .job : .other
        }
    }

    // MARK: - Jobs

    private func make(_ inputs: JSONValue, _ tags: [String: String], by submission: String?) {
        let at = clock.now + habits.skew
        state.withLock { state in
            var kept = ["azureml.deploymentname": "red"]
            if habits.keepsTags { kept.merge(tags) { _, new in new } }
            state.jobs.append(
                Made(
                    id: "job-\(state.jobs.count + 1)", submission: submission, inputs: inputs,
                    tags: kept, createdAt: at, hiddenFor: submission == nil ? 0 : habits.lag))
        }
    }

    private func invoked(_ call: HTTPCall) -> String {
        let submission = call.header("Repeatability-Request-ID") ?? ""
        let properties = call.json?["properties"]
        if !(habits.honoursIDs && jobs.contains { $0.submission == submission }) {
            let tags = (properties?["tags"]?.members ?? [:]).compactMapValues(\.string)
            make(properties?["inputData"] ?? .null, tags, by: submission)
        }
        guard let job = jobs.last(where: { $0.submission == submission }) else { return "{}" }
        return text(resource(job))
    }

    /// What all lists show, newest first; one more look is counted.
    private func shown() -> [Made] {
        state.withLock { state in
            let shown = state.jobs.filter { $0.hiddenFor == 0 }
            for index in state.jobs.indices where state.jobs[index].hiddenFor > 0 {
                state.jobs[index].hiddenFor -= 1
            }
            return shown.reversed()
        }
    }

    private func list() -> String { page(shown()) }

    private func page(_ jobs: [Made]) -> String {
        text(.object(["value": .array(jobs.map(resource))]))
    }

    private func byTag(_ call: HTTPCall) -> (Int, String, [(String, String)]) {
        switch habits.tagQuery {
        case .answers:
            let found = shown().filter { job in
                job.tags[WireJob.submissionTag].map { call.url.contains($0) } ?? false
            }
            return (200, page(found), [])
        case .ignores: return (200, list(), [])
        case .refuses: return (400, "{\"error\":{\"message\":\"no such filter\"}}", [])
        }
    }

    private func job(_ call: HTTPCall) -> Made? {
        let path = call.url.prefix { $0 != "?" }
        return jobs.first { path.hasSuffix("/\($0.id)") }
    }

    private func oneJob(_ call: HTTPCall) -> (Int, String, [(String, String)]) {
        job(call).map { (200, text(resource($0)), []) }
            ?? (404, "{\"error\":{\"code\":\"UserError\"}}", [])
    }

    /// The data plane's answer for a job: with its inputs, as taken.
    private func taken(_ call: HTTPCall) -> (Int, String, [(String, String)]) {
        guard let job = job(call) else { return (404, "not found", []) }
        let properties = JSONValue.object(["inputData": job.inputs, "status": .string("Running")])
        return (200, text(.object(["name": .string(job.id), "properties": properties])), [])
    }

    /// One shape that is a job to all lists.
    private func resource(_ job: Made) -> JSONValue {
        .object([
            "name": .string(job.id),
            "properties": .object([
                "status": .string("Running"), "experimentName": .string("wine"),
                "tags": .object(job.tags.mapValues { .string($0) }),
                "properties": .object([WireJob.endpointKey: .string("wine")]),
            ]), "systemData": .object(["createdAt": .string(job.createdAt.iso8601)]),
        ])
    }

    private func text(_ value: JSONValue) -> String {
        String(decoding: (try? WireJSON.encode(value)) ?? [], as: UTF8.self)
    }

    // MARK: - Data

    private func asset() -> String {
        let version = state.withLock { $0.assetVersion }
        return "{\"name\":\"grapes\",\"properties\":{\"latestVersion\":\"\(version)\"}}"
    }

    private func version(_ call: HTTPCall) -> String {
        let name = call.url.prefix { $0 != "?" }.split(separator: "/").last ?? ""
        return """
            {"id":"/ws/data/grapes/versions/\(name)","name":"\(name)",
            "properties":{"dataType":"uri_file","dataUri":"https://x.test/a.csv"}}
            """
    }

    private func blob(_ call: HTTPCall) -> String { String(call.url.prefix { $0 != "?" }) }

    private func head(_ call: HTTPCall) -> (Int, String, [(String, String)]) {
        guard let isConfirmed = state.withLock({ $0.blobs[blob(call)] }) else {
            return (404, "", [])
        }
        return (200, "", isConfirmed ? [("x-ms-meta-upload_status", "completed")] : [])
    }

    private func put(_ call: HTTPCall) -> (Int, String, [(String, String)]) {
        state.withLock { state in
            let isNew = call.header("If-None-Match") != nil
            guard !isNew || state.blobs[blob(call)] == nil else { return (409, "", []) }
            state.blobs[blob(call)] = false
            return (201, "", [])
        }
    }

    private func confirm(_ call: HTTPCall) -> (Int, String, [(String, String)]) {
        state.withLock { state in
            guard state.blobs[blob(call)] != nil else { return (404, "", []) }
            state.blobs[blob(call)] = true
            return (200, "", [])
        }
    }
}
