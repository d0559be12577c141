import BatchModel

extension Submitter {
    /// What sending once came to.
    private enum Outcome {
        case accepted(Job)
        case refused(ServiceFailure)
        case unclear(ServiceFailure)
    }

    /// Sends the request once and settles what became of it.
    func send(
        _ draft: JobDraft, _ prepared: Prepared, _ id: String,
        _ phase: @escaping @Sendable (SubmitPhase) -> Void
    ) async throws(ServiceFailure) -> Job {
        phase(.sending)
        let since = caller.surroundings.now()
        try await journal.note(id, .sending)
        switch try await outcome(draft, prepared, id, since) {
        case .accepted(let job):
            await noteAccepted(id, job)
            return job
        case .refused(let failure):
            try await journal.note(id, .refused, note: failure.detail)
            throw failure
        case .unclear(let failure):
            phase(.lookingForJob)
            return try await settle(draft, prepared, id, since, failure)
        }
    }

    /// The job is there: a journal that cannot be written must not make a failure of it. The entry stays as it was, and
    /// looking for it again finds the job.
    func noteAccepted(_ id: String, _ job: Job) async {
        do throws(ServiceFailure) {
            try await journal.note(id, .accepted, job: job.id)
        } catch {
            return
        }
    }

    /// A journal that cannot be written must not hide that the outcome is unknown: the entry stays "sending", which says
    /// the same.
    private func noteUnknown(_ id: String, _ failure: ServiceFailure) async {
        do throws(ServiceFailure) {
            try await journal.note(id, .unknown, note: failure.detail)
        } catch {
            return
        }
    }

    private func outcome(
        _ draft: JobDraft, _ prepared: Prepared, _ id: String, _ since: Timestamp
    ) async throws(ServiceFailure) -> Outcome {
        let first = try await post(draft, prepared, id, since)
        guard case .refused(let failure) = first,
            failure.serviceCode == FailureTranslation.notSentCode
        else { return first }
        // Nothing went out. A local engine that was restarted has another address: ask for it once.
        let address: String?
        do throws(ServiceFailure) {
            address = try await catalogue.endpoint(draft.endpoint).scoringURI
        } catch {
            return first
        }
        guard let address, address != prepared.scoringURI else { return first }
        var moved = prepared
        moved.scoringURI = address
        return try await post(draft, moved, id, since)
    }

    private func post(
        _ draft: JobDraft, _ prepared: Prepared, _ id: String, _ since: Timestamp
    ) async throws(ServiceFailure) -> Outcome {
        let operation = "submit to \(draft.endpoint)"
        let wire = prepared.builder.request(for: draft, submission: id)
        var request = ServiceRequest(
            .post, prepared.scoringURI, audience: .machineLearning, operation: operation)
        do {
            request.body = .bytes(try WireJSON.encode(wire.json))
        } catch {
            return .refused(
                ServiceFailure(kind: .rejected, operation: operation, detail: "\(error)"))
        }
        request.headers = headers(draft, id: id, at: since)
        request.isRepeatable = false
        // Creating a job takes seconds on the server, more when it is busy (CONTRACT §4.2).
        request.timeout = .seconds(120)
        do throws(ServiceFailure) {
            return read(try await caller.exchange(request), draft, operation)
        } catch {
            let isMaybeSent =
                error.serviceCode == FailureTranslation.noAnswerCode
                || error.serviceCode == FailureTranslation.cancelledCode
            return isMaybeSent ? .unclear(error) : .refused(error)
        }
    }

    private func read(
        _ answer: ServiceAnswer, _ draft: JobDraft, _ operation: String
    ) -> Outcome {
        guard answer.isSuccess else {
            let failure = FailureTranslation.failure(answer, operation: operation)
            // A server error may come after the job was made (ES §7.2: 500, yet jobs had started);
            // only "no room to store it" (507) comes before.
            let isUnclear = answer.status >= 500 && answer.status != 507
            return isUnclear || answer.status == 408
                ? .unclear(failure) : .refused(failure)
        }
        do throws(ServiceFailure) {
            let resource = try caller.decode(
                WireResource<WireEndpointJob>.self, answer, operation: operation)
            guard var job = Job(resource, endpoint: draft.endpoint) else {
                return .unclear(
                    ServiceFailure(
                        kind: .unexpected, operation: operation, httpStatus: answer.status,
                        detail: "the answer names no job", requestID: answer.requestID))
            }
            // Which deployment really ran (CONTRACT §4.2).
            let ran = answer.header("azureml-model-deployment").map { Deployment.Name($0) }
            job.deployment = job.deployment ?? ran ?? draft.deployment
            return .accepted(job)
        } catch {
            return .unclear(error)
        }
    }

    /// Looks for the job a few times; what stays open is in the journal and said.
    private func settle(
        _ draft: JobDraft, _ prepared: Prepared, _ id: String, _ since: Timestamp,
        _ failure: ServiceFailure
    ) async throws(ServiceFailure) -> Job {
        await noteUnknown(id, failure)
        var newest = JobSearch.Found.nothing
        let body = prepared.builder.request(for: draft, submission: id)
        for wait in Self.lookWaits {
            if Task.isCancelled { break }
            if wait > .zero {
                try await caller.pause(wait, operation: failure.operation)
            }
            do throws(ServiceFailure) {
                newest = try await search.find(id, body, draft.endpoint, since: since)
            } catch {
                continue
            }
            if case .one(let job) = newest {
                await noteAccepted(id, job)
                return job
            }
        }
        throw unknown(failure, newest, id)
    }

    private func unknown(
        _ failure: ServiceFailure, _ found: JobSearch.Found, _ id: String
    ) -> ServiceFailure {
        let seen: String
        switch found {
        case .nothing, .one: seen = "the job list does not show it"
        case .several(let jobs):
            seen = "these jobs could be it: \(jobs.map(\.id.rawValue).joined(separator: ", "))"
        }
        return ServiceFailure(
            kind: .outcomeUnknown, operation: failure.operation, httpStatus: failure.httpStatus,
            serviceCode: failure.serviceCode,
            detail: "\(failure.detail). It may have been started; \(seen)",
            advice: "Look at the job list before sending again (submission \(id)).",
            requestID: failure.requestID)
    }

    /// Submissions whose outcome is not known, oldest first; empty when the journal cannot be read.
    func undecided() async -> [Submission] {
        let entries: [SubmissionJournal.Entry]
        do throws(ServiceFailure) {
            entries = try await journal.undecided(besides: await working.ids)
        } catch {
            return []
        }
        return entries.map { entry in
            Submission(
                id: entry.id, draft: entry.draft, at: entry.at, note: Self.note(on: entry))
        }
    }

    private static func note(on entry: SubmissionJournal.Entry) -> String {
        switch entry.state {
        case .prepared, .uploading: "interrupted before anything was sent: safe to submit again"
        case .sending: "interrupted while it was sent: it may have been started"
        case .unknown: "no clear answer: \(entry.note)"
        case .accepted, .refused, .forgotten: entry.note
        }
    }

    /// Looks for an undecided submission's job again; nil while it is not to be found.
    func lookAgain(_ id: String) async throws(ServiceFailure) -> Job? {
        guard let entry = try await journal.entry(id) else {
            throw ServiceFailure(
                kind: .notFound, operation: "look for the submission \(id)",
                detail: "the journal has no such submission")
        }
        switch entry.state {
        case .prepared, .uploading, .refused: return nil
        case .accepted, .sending, .unknown, .forgotten:
            if let job = entry.job { return try await search.reader.job(job) }
        }
        let findings = await looker.findings(entry.draft)
        let deployment = entry.draft.deployment ?? "default"
        let builder = InvokeBuilder(
            scope: try await catalogue.scope,
            deployment: Deployment(
                name: deployment, endpoint: entry.draft.endpoint, kind: .model(ModelSettings())),
            findings: findings, uploads: [:], uploadDatastore: Self.uploadDatastore)
        let body = builder.request(for: entry.draft, submission: id)
        let found = try await search.find(id, body, entry.draft.endpoint, since: entry.at)
        guard case .one(let job) = found else { return nil }
        await noteAccepted(id, job)
        return job
    }

    /// Strikes an undecided submission off: the person has decided.
    func forget(_ id: String) async throws(ServiceFailure) {
        try await journal.note(id, .forgotten, note: "forgotten by hand")
    }
}

/// Finds the job a request became, when the answer was lost.
struct JobSearch: Sendable {
    /// What the job list shows.
    enum Found: Sendable, Equatable {
        case nothing
        case one(Job)
        /// More than one job could be it.
        case several([Job])
    }

    /// Jobs looked through, newest first.
    static let depth = 200
    /// Clocks differ: jobs made up to so long before the request count too.
    static let slack: Duration = .seconds(120)

    let caller: ServiceCaller
    let catalogue: Catalogue
    let lists: JobLists
    let reader: JobReader
    let journal: SubmissionJournal

    /// Looks by the request's tag; where the service keeps no tags, by time and equal inputs.
    func find(
        _ id: String, _ body: WireInvoke, _ endpoint: Endpoint.Name, since: Timestamp
    ) async throws(ServiceFailure) -> Found {
        if let job = await byTag(id) { return .one(job) }
        let page = try await lists.jobs(JobListQuery(endpoint: endpoint, count: Self.depth))
        let tag = WireJob.submissionTag
        let tagged = page.jobs.filter { $0.tags[tag] == id }
        if let job = tagged.first { return tagged.count == 1 ? .one(job) : .several(tagged) }
        // Tags are kept here, and none is ours.
        guard !page.jobs.contains(where: { $0.tags[tag] != nil }) else { return .nothing }
        let taken = try await journal.acceptedJobs()
        let earliest = since - Self.slack
        let near = page.jobs.filter { job in
            !taken.contains(job.id) && job.createdAt.map { $0 >= earliest } ?? false
        }
        var equal: [Job] = []
        for job in near.prefix(10) where try await hasInputs(job, body, endpoint) {
            equal.append(job)
        }
        guard let job = equal.first else { return .nothing }
        return equal.count == 1 ? .one(job) : .several(equal)
    }

    /// The job that carries the tag, however many came after it; nil where the list cannot be asked by tag.
    private func byTag(_ id: String) async -> Job? {
        let tag = WireJob.submissionTag
        do throws(ServiceFailure) {
            let scope = try await catalogue.scope
            let page = try await caller.page(
                of: WireResource<WireJob>.self,
                at: .first(.management(scope, .jobs(PageQuery(), tag: "\(tag)=\(id)"))),
                operation: "look for the job")
            let jobs = page.items.compactMap { Job($0) }.filter { $0.tags[tag] == id }
            return jobs.count == 1 ? jobs[0] : nil
        } catch {
            // The newest jobs are looked through instead.
            return nil
        }
    }

    /// The data plane tells a job's inputs as taken (CONTRACT §4.2).
    private func hasInputs(
        _ job: Job, _ body: WireInvoke, _ endpoint: Endpoint.Name
    ) async throws(ServiceFailure) -> Bool {
        guard let address = try await catalogue.endpoint(endpoint).scoringURI else { return false }
        let resource = try await caller.fetch(
            WireResource<WireEndpointJob>.self,
            ServiceRequest(
                .get, "\(address)/\(PercentEncoding.encode(job.id.rawValue))",
                audience: .machineLearning, operation: "look for the job"))
        let taken = resource.properties?.inputData?.members ?? [:]
        let values = taken.mapValues { $0["uri"]?.string ?? $0["value"]?.text ?? "" }
        let wanted = body.inputs.mapValues { $0.isLiteral ? $0.value?.text ?? "" : $0.uri ?? "" }
        return values == wanted
    }
}

extension Timestamp {
    static func - (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(
            microsecondsSinceEpoch: time.microsecondsSinceEpoch - duration.wholeMicroseconds)
    }
}
