import BatchModel

// What a person may do about submissions whose outcome is not known: look again, send again, forget.

extension Submitter {
    /// Submissions whose outcome is not known, oldest first.
    ///
    /// - Throws: when there is a journal and it cannot be read.
    func undecided() async throws(ServiceFailure) -> [Submission] {
        // One that began or ended while the rows were read is being worked on, too.
        let before = await working.ids
        let entries = try await journal.undecided(besides: before)
        let after = await working.ids
        return entries.filter { !after.contains($0.id) }.map { entry in
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
    ///
    /// - Throws: `.outcomeUnknown` naming the jobs that could be it.
    func lookAgain(_ id: String) async throws(ServiceFailure) -> Job? {
        let entry = try await entry(id, "look for the submission \(id)")
        switch entry.state {
        case .prepared, .uploading, .refused: return nil
        case .accepted, .sending, .unknown, .forgotten:
            if let job = entry.job { return try await search.reader.job(job) }
        }
        let wanted = JobSearch.Wanted(
            submission: id, endpoint: entry.draft.endpoint, deployment: entry.draft.deployment,
            inputs: entry.inputs, sentAt: entry.sentAt ?? entry.at)
        switch try await search.find(wanted) {
        case .one(let job):
            await noteAccepted(id, job)
            return job
        case .likely(let job):
            // An equal job that is shown this early may be another's, and ours still to come.
            let age = caller.surroundings.now() - wanted.sentAt
            guard age > Self.lookWaits.reduce(.zero, +) else { throw Self.couldBe([job], id) }
            await noteAccepted(id, job)
            return job
        case .candidates(let jobs): throw Self.couldBe(jobs, id)
        case .nothing: return nil
        }
    }

    private static func couldBe(_ jobs: [Job], _ id: String) -> ServiceFailure {
        ServiceFailure(
            kind: .outcomeUnknown, operation: "look for the submission \(id)",
            detail: named(jobs) + "; nothing tells for certain",
            advice: "Look at it. If it is not yours, forget the submission and submit anew.")
    }

    /// The jobs that a submission may have become, in words.
    static func named(_ jobs: [Job]) -> String {
        let names = jobs.map(\.id.rawValue).joined(separator: ", ")
        return jobs.count == 1 ? "\(names) could be it" : "these jobs could be it: \(names)"
    }

    /// Sends an undecided submission once more, unless its job is found; the old one is struck off as the new one is
    /// written down.
    ///
    /// - Throws: `.conflict` when its outcome is known by now, `.rejected` when a secret is missing from its draft.
    func sendAgain(
        _ id: String, _ phase: @escaping @Sendable (SubmitPhase) -> Void
    ) async throws(ServiceFailure) -> Job {
        let operation = "send the submission \(id) again"
        let entry = try await entry(id, operation)
        guard try await undecided().contains(where: { $0.id == id }) else {
            let outcome = entry.job.map { "it became the job \($0)" } ?? entry.state.rawValue
            throw ServiceFailure(
                kind: .conflict, operation: operation, detail: "it is not undecided: \(outcome)")
        }
        let lost = entry.draft.lostSecrets.map(\.label).joined(separator: ", ")
        guard lost.isEmpty else {
            throw ServiceFailure(
                kind: .rejected, operation: operation,
                detail: "\(lost): the secret in the address is not kept on disk",
                advice: "Submit it anew with the whole address, then forget this one. "
                    + "Nothing was sent.")
        }
        if let job = try await lookAgain(id) { return job }
        return try await submit(entry.draft, replacing: id, phase)
    }

    /// Strikes an undecided submission off: the person has decided.
    func forget(_ id: String) async throws(ServiceFailure) {
        _ = try await entry(id, "forget the submission \(id)")
        try await journal.forget(id)
    }

    private func entry(
        _ id: String, _ operation: String
    ) async throws(ServiceFailure) -> SubmissionJournal.Entry {
        guard let entry = try await journal.entry(id) else {
            throw ServiceFailure(
                kind: .notFound, operation: operation,
                detail: "the journal has no such submission")
        }
        return entry
    }
}
