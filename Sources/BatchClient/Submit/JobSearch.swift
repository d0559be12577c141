import BatchModel

// Which job did a request become, when its answer was lost? The tag it carried tells for certain, where the service keeps
// tags. Whether it does is not written down anywhere, so it is found out: a job on the list that carries a tag of ours, or
// the newest job that we know to be ours, tells. Where tags are kept, a job without our tag is not ours, however alike.
// Where they are not, a single job of the same time and with equal inputs is taken for ours, once the list has had the time
// to show all there are. Where nobody can tell, such a job is a candidate, no more.

/// Finds the job a request became, when the answer was lost.
struct JobSearch: Sendable {
    /// What is known of the request.
    struct Wanted: Sendable {
        var submission: String
        var endpoint: Endpoint.Name
        /// The deployment it named.
        var deployment: Deployment.Name?
        /// Addresses and values it named, by input, secrets masked; nil when that was not written down.
        var inputs: [String: String]?
        /// When it was about to be sent.
        var sentAt: Timestamp
    }

    /// What the job list shows.
    enum Found: Sendable, Equatable {
        case nothing
        /// It carries our tag.
        case one(Job)
        /// Tags are not kept there, and this is the only one of its time with equal inputs.
        case likely(Job)
        /// These could be it.
        case candidates([Job])
    }

    private enum TagHabit { case keeps, drops, unknown }

    /// Jobs looked through, newest first.
    static let depth = 200
    /// Jobs whose inputs are asked for.
    static let nearLimit = 20
    /// Clocks differ: jobs made so long before or after the request's time count too.
    static let slack: Duration = .seconds(120)

    let caller: ServiceCaller
    let catalogue: Catalogue
    let lists: JobLists
    let reader: JobReader
    let journal: SubmissionJournal

    /// Looks by the request's tag; where the service keeps no tags, by time and equal inputs.
    func find(_ wanted: Wanted) async throws(ServiceFailure) -> Found {
        let tagged = await byTag(wanted.submission)
        if let tagged, let job = tagged.first {
            return tagged.count == 1 ? .one(job) : .candidates(tagged)
        }
        let page = try await lists.jobs(
            JobListQuery(endpoint: wanted.endpoint, count: Self.depth))
        let listed = page.jobs.filter { $0.tags[WireJob.submissionTag] == wanted.submission }
        if let job = listed.first { return listed.count == 1 ? .one(job) : .candidates(listed) }
        guard let inputs = wanted.inputs else { return .nothing }
        let ours = try await journal.acceptedJobs()
        let habit = await habit(page.jobs, ours)
        // Whether the list was read as far back as the request's time.
        let earliest = wanted.sentAt - Self.slack
        let isDeep = !page.hasMore || (page.jobs.last?.createdAt).map { $0 < earliest } == true
        guard habit != .keeps else {
            guard isDeep || tagged != nil else { throw Self.tooLong(wanted) }
            return .nothing
        }
        let near = near(page.jobs, wanted, besides: Set(ours))
        var equal: [Job] = []
        for job in near.prefix(Self.nearLimit)
        where try await self.inputs(of: job, wanted) == inputs {
            equal.append(job)
        }
        guard let job = equal.first else { return .nothing }
        let isWhole = near.count <= Self.nearLimit && isDeep
        return habit == .drops && isWhole && equal.count == 1 ? .likely(job) : .candidates(equal)
    }

    private static func tooLong(_ wanted: Wanted) -> ServiceFailure {
        ServiceFailure(
            kind: .outcomeUnknown, operation: "look for the submission \(wanted.submission)",
            detail:
                "more than \(depth) jobs were made on \(wanted.endpoint) since, too many to "
                + "look through",
            advice: "Look at the jobs of \(wanted.sentAt.readable) UTC yourself.")
    }

    /// Jobs that carry the tag, however many came after them; nil where the list cannot be asked by tag.
    private func byTag(_ id: String) async -> [Job]? {
        let tag = WireJob.submissionTag
        do throws(ServiceFailure) {
            let scope = try await catalogue.scope
            let page = try await caller.page(
                of: WireResource<WireJob>.self,
                at: .first(.management(scope, .jobs(PageQuery(), tag: "\(tag)=\(id)"))),
                operation: "look for the job")
            return page.items.compactMap { Job($0) }.filter { $0.tags[tag] == id }
        } catch {
            // The newest jobs are looked through instead.
            return nil
        }
    }

    /// Whether the service keeps the tags of requests.
    private func habit(_ jobs: [Job], _ ours: [Job.ID]) async -> TagHabit {
        let tag = WireJob.submissionTag
        if jobs.contains(where: { $0.tags[tag] != nil }) { return .keeps }
        guard let newest = ours.last else { return .unknown }
        do throws(ServiceFailure) {
            return try await reader.job(newest).tags[tag] == nil ? .drops : .keeps
        } catch {
            return .unknown
        }
    }

    /// Jobs that were made about the time of the request, by the same deployment as far as is known.
    private func near(_ jobs: [Job], _ wanted: Wanted, besides taken: Set<Job.ID>) -> [Job] {
        let earliest = wanted.sentAt - Self.slack
        let latest = wanted.sentAt + Submitter.answerLimit + Self.slack
        return jobs.filter { job in
            guard let made = job.createdAt, made >= earliest, made <= latest else { return false }
            if let asked = wanted.deployment, let ran = job.deployment, asked != ran {
                return false
            }
            return !taken.contains(job.id)
        }
    }

    /// The data plane tells a job's inputs as taken (CONTRACT §4.2).
    private func inputs(
        of job: Job, _ wanted: Wanted
    ) async throws(ServiceFailure) -> [String: String]? {
        guard let address = try await catalogue.endpoint(wanted.endpoint).scoringURI else {
            return nil
        }
        let resource = try await caller.fetch(
            WireResource<WireEndpointJob>.self,
            ServiceRequest(
                .get, "\(address)/\(PercentEncoding.encode(job.id.rawValue))",
                audience: .machineLearning, operation: "look for the job"))
        return (resource.properties?.inputData?.members ?? [:]).mapValues { input in
            DraftSecrets.masked(input["uri"]?.string ?? input["value"]?.text ?? "")
        }
    }
}

extension WireInvoke {
    /// Addresses and values by input: what a job is known by.
    var inputTexts: [String: String] {
        inputs.mapValues { $0.isLiteral ? $0.value?.text ?? "" : $0.uri ?? "" }
    }
}
