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
        let named = prepared.builder.request(for: draft, submission: id).inputTexts
        try await journal.noteSending(id, inputs: named, at: since)
        switch try await outcome(draft, prepared, id, since) {
        case .accepted(let job):
            await noteAccepted(id, job)
            return job
        case .refused(let failure):
            await noteRefused(id, failure)
            throw failure
        case .unclear(let failure):
            phase(.lookingForJob)
            let wanted = JobSearch.Wanted(
                submission: id, endpoint: draft.endpoint, deployment: draft.deployment,
                inputs: named.mapValues(DraftSecrets.masked), sentAt: since)
            return try await settle(wanted, failure)
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

    /// Nor must it hide why there is no job: the entry then says less than is known, and looking again finds nothing.
    private func noteRefused(_ id: String, _ failure: ServiceFailure) async {
        do throws(ServiceFailure) {
            try await journal.note(id, .refused, note: failure.detail)
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
        request.timeout = Self.answerLimit
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
            return Self.isUnclear(answer.status) ? .unclear(failure) : .refused(failure)
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

    /// True for a status that does not say whether the job was made.
    ///
    /// A server error may come after it was (ES §7.2: 500, yet jobs had started); only "no room to store it" (507) comes
    /// before. Whatever stands before the service may give up or lose patience when the request is through already (408,
    /// 429), and what the service depends on may fail (424) once the job is there.
    static func isUnclear(_ status: Int) -> Bool {
        switch status {
        case 408, 424, 429: true
        case 507: false
        default: status >= 500
        }
    }

    /// Looks for the job a few times; what stays open is in the journal and said.
    private func settle(
        _ wanted: JobSearch.Wanted, _ failure: ServiceFailure
    ) async throws(ServiceFailure) -> Job {
        await noteUnknown(wanted.submission, failure)
        var newest = JobSearch.Found.nothing
        for wait in Self.lookWaits {
            if Task.isCancelled { break }
            do throws(ServiceFailure) {
                if wait > .zero { try await caller.pause(wait, operation: failure.operation) }
                newest = try await search.find(wanted)
            } catch {
                continue
            }
            if case .one(let job) = newest {
                await noteAccepted(wanted.submission, job)
                return job
            }
        }
        // Only now: an equal job that is shown earlier may be another's, and ours still to come.
        if case .likely(let job) = newest {
            await noteAccepted(wanted.submission, job)
            return job
        }
        throw unknown(failure, newest, wanted.submission)
    }

    private func unknown(
        _ failure: ServiceFailure, _ found: JobSearch.Found, _ id: String
    ) -> ServiceFailure {
        let seen: String
        switch found {
        case .nothing, .one, .likely: seen = "the job list does not show it"
        case .candidates(let jobs): seen = Self.named(jobs)
        }
        return ServiceFailure(
            kind: .outcomeUnknown, operation: failure.operation, httpStatus: failure.httpStatus,
            serviceCode: failure.serviceCode,
            detail: "\(failure.detail). It may have been started; \(seen)",
            advice: "Look again before sending again: U in the console, else "
                + "`batchdeck job undecided look --id \(id)`.",
            requestID: failure.requestID)
    }
}
