public import BatchModel

extension BatchClient {
    /// All that is known of a job, to be laid beside another.
    ///
    /// What it was given and why it failed are read beside the job itself; where they cannot be had they are left out.
    /// - Throws: `.notFound` for a job that is not there, `.unreachable` after the last try.
    public func comparisonSide(
        of id: Job.ID
    ) async throws(ServiceFailure) -> JobComparison.Side {
        var side = JobComparison.Side(job: try await job(id))
        if side.job.progress == nil {
            side.job.progress = await known { () async throws(ServiceFailure) in
                try await steps(id).last { $0.progress != nil }?.progress
            }
        }
        side.draft = await known { () async throws(ServiceFailure) in
            let past = try await pastDraft(id, false)
            return past.hasSettings ? past.draft.withoutSecrets : nil
        }
        guard side.job.status == .failed else { return side }
        side.error = await known { () async throws(ServiceFailure) in
            try await usefulError(id)
        }
        return side
    }

    /// What a question brings, nil when it is refused: the comparison says then that it is not known.
    private func known<Value>(
        _ question: () async throws(ServiceFailure) -> Value?
    ) async -> Value? {
        do throws(ServiceFailure) {
            return try await question()
        } catch {
            return nil
        }
    }
}
