import BatchModel

extension JobLists {
    /// At most so many jobs of a window are read one by one.
    static let journalWindow = 50

    /// A window of the jobs that were submitted from here, where no list answers.
    ///
    /// - Parameter refusal: what is thrown where there are none.
    func journalled(
        _ query: JobListQuery, instead refusal: ServiceFailure
    ) async throws(ServiceFailure) -> JobPage {
        let entries = try await journal?.accepted() ?? []
        let own = entries.filter { entry in
            (query.endpoint ?? entry.draft.endpoint) == entry.draft.endpoint
                && (query.deployment == nil || query.deployment == entry.draft.deployment)
        }
        guard !own.isEmpty else { throw refusal }
        let count = min(query.count, Self.journalWindow)
        let shown = Array(own.dropFirst(query.start).prefix(count))
        let reader = JobReader(caller: caller)
        let jobs = await Parallel.map(shown, width: 4) { await Self.job(of: $0, reader) }
        let end = query.start + shown.count
        return JobPage(
            start: query.start, jobs: jobs, total: own.count, hasMore: end < own.count,
            asOf: caller.surroundings.now(),
            source: query.endpoint == nil
                ? "this machine's own submissions, because the workspace's job list refused"
                : "this machine's own submissions, because both job lists refused")
    }

    /// The job of a submission as the service has it, else as it was submitted.
    private static func job(of entry: SubmissionJournal.Entry, _ reader: JobReader) async -> Job {
        let id = entry.job ?? Job.ID(entry.id)
        var job = Job(
            id: id, displayName: id.rawValue, status: .unknown("Unknown"), createdAt: entry.at)
        do throws(ServiceFailure) {
            job = try await reader.job(id)
        } catch {
            // It is in the list all the same: that it cannot be read now is what its status says.
        }
        job.endpoint = job.endpoint ?? entry.draft.endpoint
        job.deployment = job.deployment ?? entry.draft.deployment
        return job
    }
}
