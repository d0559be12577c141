import BatchModel

/// Searches the jobs of a local engine; no other service can do that (CONTRACT §4.3).
actor ListSearch {
    private let caller: ServiceCaller
    /// Tells our searches from those of other clients: a newer one ends only ours. Made for the first search.
    private lazy var asker = caller.surroundings.makeID()
    private var turn = 0
    private static let operation = "search the jobs"

    init(caller: ServiceCaller) { self.caller = caller }

    /// The best jobs that pass a filter; nil when the service cannot search.
    func jobs(_ query: JobSearchQuery) async throws(ServiceFailure) -> JobSearchPage? {
        // Who was ended before this began must not take a turn behind the one that ended it.
        guard !Task.isCancelled else {
            throw ServiceFailure(
                kind: .conflict, operation: Self.operation, detail: "a newer search took its place")
        }
        turn += 1
        let turn = turn
        let connection = try await caller.keeper.current().connection
        guard connection.isLocal else { return nil }
        let request = try ServiceRequest(.searchJobs, operation: Self.operation)
            .carrying(WireJobSearch.Question(query: query, asker: asker, turn: turn))
        let answer: WireJobSearch.Answer
        do throws(ServiceFailure) {
            answer = try await caller.fetch(WireJobSearch.Answer.self, request)
        } catch  where error.httpStatus == 404 {
            // An engine of an earlier version, started by an earlier program.
            return nil
        }
        return JobSearchPage(
            jobs: answer.value.compactMap { Job($0)?.shortened(in: connection.scope) },
            matches: answer.matches, searched: answer.searched, isWhole: answer.isWhole,
            asOf: caller.surroundings.now())
    }
}
