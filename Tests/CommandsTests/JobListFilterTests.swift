import BatchClient
import BatchModel
import Testing

@testable import Commands

/// `job list --filter`.
@Suite struct JobListFilterTests {
    private func job(_ number: Int, _ status: JobStatus = .completed) -> Job {
        var job = Samples.job
        job.id = Job.ID("batchjob-\(number)")
        job.displayName = number % 3 == 0 ? "nightly" : "n_i_g_h_t_l_y"
        job.status = status
        return job
    }

    @Test func aServiceThatSearchesIsAskedUntilItHasLookedAtAll() async throws {
        let asked = Box<[JobSearchQuery]>([])
        let job = job(1)
        let desk = Desk { client in
            client.searchJobs = { query in
                asked.change { $0.append(query) }
                return JobSearchPage(
                    jobs: [job], matches: 7, searched: 9, isWhole: asked.current.count > 2,
                    asOf: Samples.morning)
            }
        }
        let said = await desk.run(
            "job", "list", "--filter", "status:failed age:<2d", "-e", "e", "-d", "d", "-m", "1",
            "--archived-only", "-o", "json")
        #expect(said.code == 0)
        let query = JobSearchQuery(
            filter: "status:failed age:<2d", endpoint: "e", deployment: "d", view: .archived,
            count: 1)
        #expect(asked.current == [query, query, query])
        #expect(
            said.talk == "7 pass the filter; the best 1 are listed, -m lists more\n")
        guard case .array(let rows) = try said.json() else { return #expect(Bool(false)) }
        #expect(rows.first?["source"] == .string("the endpoint's job list"))
    }

    /// A service that cannot search, with so many jobs.
    private func desk(_ count: Int, _ asked: Box<[Int]>) -> Desk {
        Desk { client in
            client.searchJobs = { _ in nil }
            client.jobs = { query in
                asked.change { $0.append(query.start) }
                let end = min(count, query.start + query.count)
                let jobs = (query.start..<max(query.start, end)).map {
                    job($0, $0 % 10 == 0 ? .failed : .completed)
                }
                return JobPage(
                    start: query.start, jobs: jobs, total: nil, hasMore: end < count,
                    asOf: Samples.morning, source: "test")
            }
        }
    }

    @Test func elsewhereTheListIsReadAndTheBestComeFirst() async {
        let asked = Box<[Int]>([])
        let said = await desk(700, asked).run(
            "job", "list", "--filter", "nightly status:failed", "-m", "2", "-o", "tsv", "--query",
            "[].name")
        #expect(said.lines == ["batchjob-0", "batchjob-30"])
        #expect(asked.current == [0, 500])
        #expect(said.talk == "70 pass the filter; the best 2 are listed, -m lists more\n")
    }

    @Test func aFilterWithoutWordsIsDoneWithWhenEnoughPass() async {
        let asked = Box<[Int]>([])
        let said = await desk(700, asked).run("job", "list", "--filter", "status:failed", "-m", "9")
        #expect(said.lines.count == 10)
        #expect(asked.current == [0])
    }

    @Test func aListLongerThanIsReadIsSaidToBe() async {
        let asked = Box<[Int]>([])
        let said = await desk(20_000, asked).run("job", "list", "--filter", "name:absent")
        #expect(asked.current.count == 20)
        #expect(
            said.talk
                == "0 of the newest 10000 jobs, and no others, pass the filter\n")
    }

    @Test(arguments: [
        ("cost:3", "there is no such column"), ("age:<soon", "soon is no length of time"),
        ("!status:fialed", "no status is called fialed"), ("age:2d", "it needs < or >"),
    ])
    func aFilterThatCannotBeReadIsAMistakeOfTheCommandLine(line: String, words: String) async {
        let said = await Desk().run("job", "list", "--filter", line)
        #expect(said.code == 2)
        #expect(said.talk.contains(words), "\(said.talk)")
    }
}
