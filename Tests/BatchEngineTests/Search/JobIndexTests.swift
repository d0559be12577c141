import BatchModel
import TestSupport
import Testing

@testable import BatchEngine

/// The index is quick; what is right, `FilterMatcher` says.
@Suite struct JobIndexTests {
    private static let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)

    /// Jobs with names in many scripts, few of them alike.
    private struct World {
        var dice: SplitMix
        var jobs: [JobIndex.Entry] = []

        mutating func word() -> String {
            let letters = ["a", "b", "ab", "B", "1", "7f", "-", "_", " ", "é", "日", "amber", "Q"]
            return (0..<Int.random(in: 1...4, using: &dice)).map { _ in
                letters.randomElement(using: &dice) ?? "a"
            }.joined()
        }

        mutating func job(_ seq: Int) -> JobIndex.Entry {
            let id = "batchjob-\(seq)-" + word()
            let kind = JobIndex.Kind(
                status: ["Completed", "Failed", "CancelRequested", "Läuft"]
                    .randomElement(using: &dice) ?? "",
                endpoint: ["digits-batch", "wine", "größe"].randomElement(using: &dice) ?? "",
                deployment: ["nearest", "gnb"].randomElement(using: &dice) ?? "")
            return JobIndex.Entry(
                seq: seq, id: id, name: Bool.random(using: &dice) ? id : word(), kind: kind,
                experiment: Bool.random(using: &dice) ? kind.endpoint : word(),
                createdAt: now - .seconds(Int.random(in: 0...200_000, using: &dice)),
                isArchived: Int.random(in: 0..<5, using: &dice) == 0)
        }

        mutating func line() -> String {
            (0..<Int.random(in: 0...3, using: &dice)).map { _ in piece() }.joined(separator: " ")
        }

        private mutating func piece() -> String {
            let word = word().filter { $0 != " " }
            switch Int.random(in: 0..<12, using: &dice) {
            case 0: return "!" + word
            case 1:
                return "status:"
                    + (["fail", "=failed", "CAN", "/^c/", "/ä/"].randomElement(using: &dice) ?? "")
            case 2: return "!endpoint:wine"
            case 3: return "deployment:" + (Bool.random(using: &dice) ? "gnb" : "=nearest")
            case 4:
                return "age:"
                    + (["<1d", ">=20h", "<2h30m", "<=3000"].randomElement(using: &dice) ?? "")
            case 5: return "name:\"" + word + "\""
            case 6: return "!id:" + word
            case 7: return "/b.*[17]/"
            case 8: return "experiment:" + word
            case 9: return "name:>b"
            default: return word
            }
        }
    }

    private static func expected(
        _ jobs: [JobIndex.Entry], _ query: FilterQuery, _ search: JobSearchQuery
    ) -> (best: [Int], matches: Int, searched: Int) {
        let matcher = FilterMatcher(query)
        var found: [(score: Int, seq: Int)] = []
        var searched = 0
        for job in jobs.reversed() {
            guard search.view == .all || (search.view == .archived) == job.isArchived,
                search.endpoint.map({ $0.rawValue == job.kind.endpoint }) ?? true,
                search.deployment.map({ $0.rawValue == job.kind.deployment }) ?? true
            else { continue }
            searched += 1
            let seen = FilteredJob(
                id: job.id, name: job.name, status: job.kind.status, endpoint: job.kind.endpoint,
                deployment: job.kind.deployment, experiment: job.experiment,
                createdAt: job.createdAt)
            let score = matcher.score(seen, showsEndpoint: search.endpoint == nil, at: now)
            if let score { found.append((score, job.seq)) }
        }
        let best = found.sorted { ($0.score, $0.seq) > ($1.score, $1.seq) }
        return (best.prefix(search.count).map(\.seq), found.count, searched)
    }

    private static func check(
        _ index: JobIndex, _ jobs: [JobIndex.Entry], _ world: inout World
    ) throws {
        let line = world.line()
        guard let query = try? FilterQuery(line, columns: FilteredJob.columns) else { return }
        var search = JobSearchQuery(filter: line)
        search.endpoint = [nil, nil, "wine", "größe"].randomElement(using: &world.dice) ?? nil
        search.deployment =
            search.endpoint == nil ? nil : [nil, "gnb"].randomElement(using: &world.dice) ?? nil
        search.view = ListView.allCases.randomElement(using: &world.dice) ?? .all
        search.count = [1, 3, 1_000].randomElement(using: &world.dice) ?? 3
        let found = try #require(JobScan.run(query, search, of: index, at: now))
        let expected = expected(jobs, query, search)
        #expect(found.best.rows.map(\.seq) == expected.best, "\(line)")
        #expect(found.matches == expected.matches, "\(line)")
        #expect(found.searched == expected.searched, "\(line)")
        // A longer line within what was found comes to the same as a line of its own.
        let longer = line + (["", "a", " b", " status:f"].randomElement(using: &world.dice) ?? "")
        guard let next = try? FilterQuery(longer, columns: FilteredJob.columns),
            next.narrows(query, changing: FilteredJob.changingColumns)
        else { return }
        let within = JobScan.run(next, search, of: index, at: now, within: found)
        #expect(within?.best.rows.map(\.seq) == Self.expected(jobs, next, search).best, "\(longer)")
        #expect(within?.searched == expected.searched)
    }

    @Test func theIndexAndTheMatcherAgree() throws {
        var world = World(dice: SplitMix(seed: 11))
        let jobs = (1...240).map { world.job($0 * 3) }
        var index = JobIndex(end: 1_000)
        // Read as the keeper reads: the newest part first.
        for start in stride(from: 180, through: 0, by: -60) {
            index.prepend(Array(jobs[start..<start + 60]), from: jobs[start].seq)
        }
        #expect(index.count == 240 && index.segments.count == 4)
        for _ in 0..<400 { try Self.check(index, jobs, &world) }
    }

    @Test func changesAreSeenAsIfTheyHadBeenReadAtFirst() throws {
        var world = World(dice: SplitMix(seed: 12))
        var jobs = (1...50).map { world.job($0) }
        var index = JobIndex(end: 51)
        index.prepend(Array(jobs[25...]), from: 26)
        index.prepend(Array(jobs[..<25]), from: 1)
        for round in 0..<150 {
            switch Int.random(in: 0..<4, using: &world.dice) {
            case 0:
                let new = world.job((jobs.last?.seq ?? 0) + 1 + round % 3)
                jobs.append(new)
                index.put(new)
            case 1 where !jobs.isEmpty:
                let gone = jobs.remove(at: Int.random(in: 0..<jobs.count, using: &world.dice))
                index.remove(gone.seq)
                index.remove(gone.seq + 100_000)
            case _ where !jobs.isEmpty:
                let place = Int.random(in: 0..<jobs.count, using: &world.dice)
                var changed = world.job(jobs[place].seq)
                if Bool.random(using: &world.dice) {
                    (changed.id, changed.name) = (jobs[place].id, jobs[place].name)
                }
                jobs[place] = changed
                index.put(changed)
            case _: break
            }
            for _ in 0..<3 { try Self.check(index, jobs, &world) }
        }
    }

    @Test func whatHasNotBeenReadYetIsLeftToWhoReadsIt() {
        var world = World(dice: SplitMix(seed: 13))
        var index = JobIndex(end: 100)
        index.put(world.job(99))
        #expect(index.count == 0)
        index.put(world.job(100))
        index.put(world.job(103))
        #expect(index.count == 2 && index.segments.map(\.firstSeq) == [100])
        index.prepend([], from: 50)
        index.put(world.job(60))
        #expect(index.segments.map(\.firstSeq) == [60, 100])
    }

    @Test func aFullSegmentIsFollowedByAnother() {
        var world = World(dice: SplitMix(seed: 14))
        var index = JobIndex(end: 1)
        let job = world.job(1)
        for seq in 1...JobSegment.capacity + 2 {
            var next = job
            next.seq = seq
            index.put(next)
        }
        #expect(index.segments.map(\.rows.count) == [JobSegment.capacity, 2])
    }

    @Test func aNewerSearchEndsAPass() throws {
        var world = World(dice: SplitMix(seed: 15))
        var index = JobIndex(end: 10)
        index.prepend([world.job(1)], from: 1)
        let search = JobSearchQuery(filter: "a")
        #expect(JobScan.run(try search.parsed(), search, of: index, at: Self.now) { true } == nil)
    }
}
