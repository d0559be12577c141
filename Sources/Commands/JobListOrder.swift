import ArgumentParser
import BatchClient
import BatchModel

// `job list --sort`: no service tells jobs in another order than newest first, so as many of the newest are read as a filter
// looks through on a service that cannot search, put in order here, and said to be so many. The option is `--sort` as in
// `gh search`, where `--order` is asc or desc; `az ml` has none.

/// Jobs of a list in another order than the service's.
struct JobListOrder {
    /// What was found, and in which list.
    struct Found {
        var jobs: [Job]
        var source: String
        /// How many were put in order, when there are others; nil when those are all.
        var partOf: Int?
    }

    let client: BatchClient
    let order: JobSort
    let clock: @Sendable () -> Timestamp

    /// The first jobs of a list in this order.
    func run(_ query: JobListQuery) async throws -> Found {
        var window = query
        window.count = JobListFilter.windowRows
        var jobs: [Job] = []
        var seen: Set<Job.ID> = []
        var source = ""
        var hasMore = true
        while hasMore, window.start < JobListFilter.rowsLimit {
            let page = try await client.jobs(window)
            // Jobs move down while pages are read.
            jobs += page.jobs.filter { seen.insert($0.id).inserted }
            (source, hasMore) = (page.source, page.hasMore && !page.jobs.isEmpty)
            window.start += page.jobs.count
        }
        return Found(
            jobs: first(query.count, of: jobs), source: source,
            partOf: hasMore ? jobs.count : nil)
    }

    /// The first of some jobs in this order.
    func first(_ count: Int, of jobs: [Job]) -> [Job] {
        Array(order.ordered(jobs, at: clock()).prefix(count))
    }

    /// What a person must know of the jobs that were not put in order; nil when all were.
    static func words(_ found: Found) -> String? {
        found.partOf.map { "the newest \($0) jobs, and no others, were put in this order" }
    }
}

/// What `--sort` takes.
enum JobSortWord: String, ExpressibleByArgument, CaseIterable {
    case newest
    case failedFirst = "failed-first"
    case longest
    case name

    /// The order it names.
    var sort: JobSort {
        switch self {
        case .newest: .newest
        case .failedFirst: .failedFirst
        case .longest: .longest
        case .name: .name
        }
    }
}
