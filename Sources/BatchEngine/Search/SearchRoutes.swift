import BatchModel

extension JobService {
    /// The best jobs that pass a filter, and how many pass it (see `JobSearchQuery`).
    ///
    /// - Parameters:
    ///   - asker: a newer search of the same asker ends this one; nobody's when empty.
    ///   - turn: counts the asker's searches.
    /// - Throws: `.rejected` for a filter that cannot be read, `.conflict` when a newer search took its place.
    func search(
        _ search: JobSearchQuery, asker: String, turn: Int
    ) async throws(ServiceFailure) -> JobSearchPage {
        let operation = "search the jobs"
        let query: FilterQuery
        do throws(FilterQuery.Failure) { query = try search.parsed() } catch {
            throw ServiceFailure(
                kind: .rejected, operation: operation, httpStatus: 400, detail: error.description)
        }
        let result = await withCheckedContinuation { continuation in
            let isStarted = BlockingThread.start { [self] in
                continuation.resume(
                    returning: Result {
                        try searcher.search(
                            query, search, asker: asker, turn: turn, at: runner.clock())
                    })
            }
            if !isStarted {
                continuation.resume(returning: .failure(FileFailure("start a thread")))
            }
        }
        let found: JobSearcher.Answer
        do { found = try result.get() } catch is JobSearcher.Overtaken {
            throw ServiceFailure(
                kind: .conflict, operation: operation, httpStatus: 409,
                detail: "a newer search took its place")
        } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: operation, httpStatus: 500, detail: "\(error)",
                advice: "See the engine's log.")
        }
        return JobSearchPage(
            jobs: try await jobs(found.best), matches: found.matches, searched: found.searched,
            isWhole: found.isWhole, asOf: runner.clock())
    }
}

extension Engine {
    /// Answers `POST /engine/jobs/search`.
    func searchJobs(_ context: RouteContext) async throws(RouteRefusal) -> EngineResponse {
        var question = try await context.body(WireJobSearch.Question.self)
        question.query.count = min(max(0, question.query.count), JobSearchQuery.countLimit)
        let found: JobSearchPage
        do {
            found = try await jobs.search(
                question.query, asker: question.asker, turn: question.turn)
        } catch { throw .from(error) }
        return try .json(
            200,
            WireJobSearch.Answer(
                value: found.jobs.map { resource(of: $0, context) }, matches: found.matches,
                searched: found.searched, isWhole: found.isWhole))
    }
}
