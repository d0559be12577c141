import BatchClient
import BatchModel
import Testing

@testable import Commands

/// `job list --sort`.
@Suite struct JobListSortTests {
    /// Of twelve jobs, the newest first: every fifth failed, every fourth runs, and the older the longer they took.
    private static func job(_ number: Int) -> Job {
        var job = Samples.job
        job.id = Job.ID("batchjob-\(number)")
        job.displayName = ["pear", "Apple", "fig"][number % 3] + "-\(number)"
        job.status = number % 5 == 0 ? .failed : number % 4 == 0 ? .running : .completed
        job.startedAt = Samples.morning
        job.endedAt = job.status == .running ? nil : Samples.morning + .seconds(number)
        return job
    }

    private static func desk(_ count: Int, _ asked: Box<[JobListQuery]> = Box([])) -> Desk {
        Desk { client in
            client.searchJobs = { _ in nil }
            client.jobs = { query in
                asked.change { $0.append(query) }
                let end = min(count, query.start + query.count)
                return JobPage(
                    start: query.start,
                    jobs: (query.start..<max(query.start, end)).map(Self.job), total: nil,
                    hasMore: end < count, asOf: Samples.morning, source: "test")
            }
        }
    }

    private static func names(_ desk: Desk, _ words: String...) async -> [String] {
        await desk.run(["job", "list"] + words + ["-o", "tsv", "--query", "[].name"]).lines
            .map { $0.replacing("batchjob-", with: "") }
    }

    @Test func theOrdersAreThoseOfTheConsole() async {
        let desk = Self.desk(12)
        #expect(await Self.names(desk, "-m", "3") == ["0", "1", "2"])
        #expect(await Self.names(desk, "--sort", "newest", "-m", "3") == ["0", "1", "2"])
        #expect(
            await Self.names(desk, "--sort", "failed-first", "-m", "6") == [
                "0", "5", "10", "4", "8", "1",
            ])
        #expect(await Self.names(desk, "--sort", "name", "-m", "5") == ["1", "10", "4", "7", "11"])
        // It is the fixture's morning still: those that run have taken no time yet.
        #expect(
            await Self.names(desk, "--sort", "longest")
                == ["11", "10", "9", "7", "6", "5", "3", "2", "1", "0", "4", "8"])
    }

    @Test func asMuchIsReadAsIsSaid() async {
        let asked = Box<[JobListQuery]>([])
        let said = await Self.desk(30_000, asked).run(
            "job", "list", "--sort", "failed-first", "-m", "2", "-e", "e", "-d", "d",
            "--archived-only")
        #expect(said.code == 0)
        #expect(asked.current.map(\.start) == Array(stride(from: 0, to: 10_000, by: 500)))
        #expect(
            asked.current.allSatisfy {
                $0.endpoint == "e" && $0.deployment == "d" && $0.view == .archived
                    && $0.count == 500
            })
        #expect(
            said.talk == "the newest 10000 jobs, and no others, were put in this order\n")
    }

    @Test func matchesAreOrderedToo() async {
        let asked = Box<[JobSearchQuery]>([])
        let desk = Desk { client in
            client.searchJobs = { query in
                asked.change { $0.append(query) }
                return JobSearchPage(
                    jobs: (0..<12).map(Self.job), matches: 40, searched: 99, isWhole: true,
                    asOf: Samples.morning)
            }
        }
        let said = await desk.run(
            "job", "list", "--filter", "fig", "--sort", "name", "-m", "2", "-o", "tsv", "--query",
            "[].name")
        #expect(said.lines == ["batchjob-1", "batchjob-10"])
        #expect(asked.current.map(\.count) == [JobSearchQuery.countLimit])
        #expect(
            said.talk
                == "40 pass the filter; the first 2 are listed, of the best 12, -m lists more\n")
    }

    @Test func anotherWordIsAMistakeThatNamesThem() async {
        let said = await Desk().run("job", "list", "--sort", "oldest")
        #expect(said.code == 2)
        #expect(
            said.talk.contains("one of 'newest', 'failed-first', 'longest' or 'name'."),
            "\(said.talk)")
    }
}
