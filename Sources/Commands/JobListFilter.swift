import BatchClient
import BatchModel

// `job list --filter`: a local engine searches all its jobs; Azure ML cannot, so its list is read from the newest on and looked
// through here, so far and no further. Either way the best matches come first, the newest first among equals.

/// Jobs of a list that pass a filter.
struct JobListFilter {
    /// Jobs of a service that cannot search which are looked at: twenty requests.
    static let rowsLimit = 10_000
    /// Jobs in one of them.
    static let windowRows = 500
    /// How often an engine is asked that has not looked at all its jobs yet: each time it waits for itself.
    static let asksLimit = 200

    /// What was found, and in which list.
    struct Found {
        var page: JobSearchPage
        var source: String
    }

    let client: BatchClient
    let search: JobSearchQuery
    let clock: @Sendable () -> Timestamp

    /// Finds them.
    func run() async throws -> Found {
        guard var page = try await client.searchJobs(search) else { return try await looked() }
        for _ in 0..<Self.asksLimit where !page.isWhole {
            page = try await client.searchJobs(search) ?? page
        }
        let list = search.endpoint == nil ? "workspace" : "endpoint"
        return Found(page: page, source: "the \(list)'s job list")
    }

    /// Reads the list window by window; a filter without words has no best match, and enough of any will do.
    private func looked() async throws -> Found {
        let query = try search.parsed()
        let matcher = FilterMatcher(query)
        var matches: [(score: Int, job: Job)] = []
        var window = JobListQuery(
            endpoint: search.endpoint, deployment: search.deployment, count: Self.windowRows,
            view: search.view)
        var hasMore = true
        var source = ""
        while hasMore, window.start < Self.rowsLimit {
            let page = try await client.jobs(window)
            let now = clock()
            for job in page.jobs {
                let score = matcher.score(
                    FilteredJob(job, owner: search.endpoint), showsEndpoint: search.endpoint == nil,
                    at: now)
                if let score { matches.append((score, job)) }
            }
            (source, hasMore) = (page.source, page.hasMore && !page.jobs.isEmpty)
            window.start += page.jobs.count
            if !query.hasWords, matches.count >= search.count { break }
        }
        // Sorting keeps equals in their order, which is the list's.
        let best = matches.sorted { $0.score > $1.score }.prefix(search.count).map(\.job)
        return Found(
            page: JobSearchPage(
                jobs: best, matches: matches.count, searched: window.start, isWhole: !hasMore,
                asOf: clock()), source: source)
    }

    /// What a person must know of the rows that are not printed; nil when all are.
    static func words(
        _ page: JobSearchPage, listed shown: Int, by order: JobSort = .newest
    ) -> String? {
        let searched = page.isWhole ? "" : " of the newest \(page.searched) jobs, and no others,"
        guard page.matches > shown || !page.isWhole else { return nil }
        let verb = page.matches == 1 ? "passes" : "pass"
        var best = page.matches > shown ? "; the best \(shown) are listed, -m lists more" : ""
        if order != .newest, page.matches > shown {
            let known = page.matches > page.jobs.count ? ", of the best \(page.jobs.count)" : ""
            best = "; the first \(shown) are listed\(known), -m lists more"
        }
        return "\(page.matches)\(searched) \(verb) the filter\(best)"
    }
}

extension FilterQuery {
    /// Whether some matches are better than others.
    fileprivate var hasWords: Bool {
        terms.contains { if case .fuzzy = $0.test { !$0.isNegated } else { false } }
    }
}
