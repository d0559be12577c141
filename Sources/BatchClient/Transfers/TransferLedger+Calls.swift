import BatchModel

// How uploads and downloads pass the ledger. An upload is written down with its first report: a local input that lies in
// the workspace already is not sent, and so is no transfer.

extension TransferLedger {
    typealias SubmitReport = @Sendable (SubmitPhase) -> Void

    /// Submits a draft; the upload of its local inputs is a transfer.
    func submit(
        _ draft: JobDraft, _ report: @escaping SubmitReport,
        _ send: @escaping @Sendable (@escaping SubmitReport) async throws(ServiceFailure) -> Job
    ) async throws(ServiceFailure) -> Job {
        guard !draft.localInputs.isEmpty else { return try await send(report) }
        let current = CurrentTransfer()
        let job = try await carry(current) { [self] () async throws(ServiceFailure) -> Job in
            try await send { [self] phase in
                switch phase {
                case .uploading(let progress):
                    let id = current.begun { begin(.inputs(draft.keptForLater)) }
                    advance(id, to: progress)
                case .sending:
                    if let id = current.id { end(id, .done) }
                case .checking, .lookingForJob: break
                }
                report(phase)
            }
        }
        if let id = current.id { note(id, accepted: job.id) }
        return job
    }

    /// Registers data; the upload of a local path is a transfer.
    func register(
        _ plan: DataPlan, _ report: @escaping ControlCalls.Report,
        _ put:
            @escaping @Sendable (@escaping ControlCalls.Report)
            async throws(ServiceFailure) -> DataVersion
    ) async throws(ServiceFailure) -> DataVersion {
        let current = CurrentTransfer()
        return try await carry(current) { [self] () async throws(ServiceFailure) -> DataVersion in
            try await put { [self] phase in
                if case .uploading(_, let progress) = phase {
                    let id = current.begun { begin(.asset(plan)) }
                    advance(id, to: progress)
                }
                report(phase)
            }
        }
    }

    /// Downloads a job's results.
    func download(
        _ job: Job.ID, _ folder: String, _ report: @escaping @Sendable (TransferProgress) -> Void,
        _ fetch:
            @escaping @Sendable (@escaping @Sendable (TransferProgress) -> Void)
            async throws(ServiceFailure) -> DownloadReport
    ) async throws(ServiceFailure) -> DownloadReport {
        let current = CurrentTransfer()
        let id = current.begun {
            begin(.results(job: job, folder: LocalFiles.absolute(folder)))
        }
        return try await carry(current) {
            [self] () async throws(ServiceFailure) -> DownloadReport in
            try await fetch { [self] progress in
                advance(id, to: progress)
                report(progress)
            }
        }
    }

    var calls: TransferCalls {
        TransferCalls(
            list: { () throws(ServiceFailure) in try self.list() }, watch: { self.watch() },
            giveUp: { id throws(ServiceFailure) in try self.giveUp(id) },
            forget: { id throws(ServiceFailure) in try self.forget(id) })
    }
}

extension JobDraft {
    /// As it may be written down: no secret, and paths that mean the same wherever one goes on from.
    var keptForLater: JobDraft {
        var copy = withoutSecrets
        for index in copy.inputs.indices {
            guard case .data(let type, .local(let path)) = copy.inputs[index].value else {
                continue
            }
            copy.inputs[index].value = .data(
                type: type, reference: .local(path: LocalFiles.absolute(path)))
        }
        return copy
    }
}
