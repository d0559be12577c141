public import BatchModel

/// What becomes known while a job is submitted once more.
public enum RetryNews: Sendable, Hashable {
    /// What the job was given, before any of it is sent.
    case drafted(PastDraft)
    case phase(SubmitPhase)
}

/// A job that was submitted once more.
public struct Retried: Sendable, Hashable {
    /// The new job.
    public var job: Job
    /// What it was given.
    public var past: PastDraft
}

extension BatchClient {
    /// Submits a job once more: all of it, or only the files whose mini-batches failed.
    ///
    /// Throws as `pastDraft` and `submit` do: `.conflict` when nothing failed, `.outcomeUnknown` when it may have started.
    public func retry(
        _ id: Job.ID, onlyFailed: Bool, _ tell: @escaping @Sendable (RetryNews) -> Void
    ) async throws(ServiceFailure) -> Retried {
        let past = try await pastDraft(id, onlyFailed)
        tell(.drafted(past))
        let job = try await submit(past.draft) { tell(.phase($0)) }
        return Retried(job: job, past: past)
    }
}
