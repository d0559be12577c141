import BatchModel

// One submission is one job, from the person's view (DESIGN §5, USER-PAINS 6). The draft is in the journal before the first
// byte goes out; the request goes out once; and when no clear answer comes back the job list is looked at, by the tag the
// request carried, else by time and equal inputs. Only a request that certainly was not sent may be sent again.

/// Submits drafts.
struct Submitter: Sendable {
    /// Waits before each look at the job list after a lost answer: a job shows up within seconds.
    static let lookWaits: [Duration] = [
        .zero, .milliseconds(500), .seconds(1), .seconds(2), .seconds(4),
    ]

    /// The longest wait for the answer to a request for a job: making one takes seconds on the server, more when it is
    /// busy (CONTRACT §4.2).
    static let answerLimit: Duration = .seconds(120)

    let caller: ServiceCaller
    let catalogue: Catalogue
    let storages: Storages
    let looker: Looker
    let journal: SubmissionJournal
    let search: JobSearch
    let stateFolder: String
    let working = WorkingSet()

    /// Ids of submissions this process is working on.
    actor WorkingSet {
        private(set) var ids: Set<String> = []
        func begin(_ id: String) { ids.insert(id) }
        func end(_ id: String) { ids.remove(id) }
    }

    /// Everything a request is made of.
    struct Prepared: Sendable {
        var endpoint: Endpoint
        var deployment: Deployment
        var scoringURI: String
        var builder: InvokeBuilder
        var store: BlobStore?
    }

    /// Submits a draft once.
    ///
    /// - Parameter old: an undecided submission that this one is in place of.
    func submit(
        _ draft: JobDraft, replacing old: String? = nil,
        _ phase: @escaping @Sendable (SubmitPhase) -> Void
    ) async throws(ServiceFailure) -> Job {
        phase(.checking)
        let prepared = try await checked(draft)
        let id = caller.surroundings.makeID()
        await working.begin(id)
        let result: Result<Job, ServiceFailure>
        do throws(ServiceFailure) {
            // What is sent again, or once more, from another folder must be the same data.
            try await journal.prepare(
                id: id, draft: draft.keptForLater, at: caller.surroundings.now(), replacing: old)
            try await upload(prepared, id, phase)
            result = .success(try await send(draft, prepared, id, phase))
        } catch {
            result = .failure(error)
        }
        await working.end(id)
        return try result.get()
    }

    /// The exact request a draft comes to, secrets masked, nothing sent.
    func preview(_ draft: JobDraft) async throws(ServiceFailure) -> RequestPreview {
        let findings = await looker.findings(draft)
        let prepared = try await prepared(draft, findings)
        let wire = prepared.builder.request(for: draft, submission: "SUBMISSION-ID")
        let body: [UInt8]
        do {
            body = try WireJSON.encode(wire.json, pretty: true)
        } catch {
            throw ServiceFailure(
                kind: .rejected, operation: "show the request", detail: "\(error)")
        }
        let uploads = draft.localInputs.compactMap { local -> String? in
            guard let plan = prepared.builder.uploads[local.reference] else { return nil }
            let count = plan.files.count == 1 ? "1 file" : "\(plan.files.count) files"
            let place = DatastoreLocation(
                datastore: prepared.builder.uploadDatastore, path: plan.path)
            let path = DraftSecrets.masked(local.path)
            return "\(path) (\(count), \(plan.totalBytes) bytes) to \(place.shortURI)"
        }
        var headers = headers(draft, id: "SUBMISSION-ID", at: nil)
        headers.insert(("Authorization", "Bearer ***"), at: 0)
        return RequestPreview(
            method: "POST", url: prepared.scoringURI,
            headers: headers.map { "\($0.name): \($0.value)" },
            body: DraftSecrets.masked(String(decoding: body, as: UTF8.self)), uploads: uploads)
    }

    private func checked(_ draft: JobDraft) async throws(ServiceFailure) -> Prepared {
        let findings = await looker.findings(draft)
        let (_, deployment) = try await target(draft)
        let problems = DraftRules.problems(draft, deployment: deployment, findings: findings)
        guard problems.isEmpty else {
            throw ServiceFailure(
                kind: .rejected, operation: "submit to \(draft.endpoint)",
                detail: problems.map(\.message).joined(separator: "\n"),
                advice: "Nothing was sent.")
        }
        return try await prepared(draft, findings)
    }

    private func target(
        _ draft: JobDraft
    ) async throws(ServiceFailure) -> (Endpoint, Deployment) {
        let endpoint = try await catalogue.endpoint(draft.endpoint)
        guard let name = draft.deployment ?? endpoint.defaultDeployment else {
            let names = try await catalogue.deployments(draft.endpoint).map(\.name.rawValue)
            throw ServiceFailure(
                kind: .rejected, operation: "submit to \(draft.endpoint)",
                detail:
                    "the endpoint has no default deployment and none was named; "
                    + "\(NameAdvice.existing(names))",
                advice: "Name a deployment.")
        }
        return (endpoint, try await catalogue.deployment(draft.endpoint, name))
    }

    private func prepared(
        _ draft: JobDraft, _ findings: [DataReference: ReferenceFinding]
    ) async throws(ServiceFailure) -> Prepared {
        let (endpoint, deployment) = try await target(draft)
        guard let address = endpoint.scoringURI, !address.isEmpty else {
            throw ServiceFailure(
                kind: .conflict, operation: "submit to \(draft.endpoint)",
                detail: "the endpoint has no address yet (\(endpoint.provisioningState))",
                advice: "Wait until it has been created.")
        }
        var plans: [DataReference: UploadPlan] = [:]
        var store: BlobStore?
        for local in draft.localInputs {
            plans[local.reference] = try await UploadPlan.made(localPath: local.path)
            if store == nil { store = try await storages.uploadStore() }
        }
        let builder = InvokeBuilder(
            scope: try await catalogue.scope, deployment: deployment, findings: findings,
            uploads: plans, uploadDatastore: store?.datastore.name ?? Storages.uploadDatastore)
        return Prepared(
            endpoint: endpoint, deployment: deployment, scoringURI: address, builder: builder,
            store: store)
    }

    private func upload(
        _ prepared: Prepared, _ id: String, _ phase: @escaping @Sendable (SubmitPhase) -> Void
    ) async throws(ServiceFailure) {
        guard let store = prepared.store else { return }
        try await journal.note(id, .uploading)
        let uploader = Uploader(
            store: store, surroundings: caller.surroundings, logFolder: stateFolder + "/transfers")
        do throws(ServiceFailure) {
            let plans = prepared.builder.uploads.values.sorted { $0.path < $1.path }
            for plan in plans {
                try await uploader.upload(plan) { phase(.uploading($0)) }
            }
        } catch {
            try await journal.note(id, .refused, note: "not sent: \(error.detail)")
            throw error
        }
    }

    /// The headers of the request beyond those every request has.
    func headers(
        _ draft: JobDraft, id: String, at: Timestamp?
    ) -> [(name: String, value: String)] {
        var headers = [(name: "Content-Type", value: "application/json")]
        if let deployment = draft.deployment {
            headers.append(("azureml-model-deployment", deployment.rawValue))
        }
        headers.append(("repeatability_request-id", id))
        headers.append(("Repeatability-Request-ID", id))
        headers.append(
            ("Repeatability-First-Sent", at.map(HTTPDate.text) ?? "WHEN-SENT"))
        return headers
    }
}
