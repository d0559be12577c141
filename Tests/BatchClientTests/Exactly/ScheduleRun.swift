import BatchModel

@testable import BatchClient

// One schedule, played and judged.
//
//   earlier jobs ─▶ the client "a" submits (faults, perhaps killed) ─▶ what was the person told?
//     ─▶ the next clients "b…" look again (faults, perhaps killed) ─▶ a client without trouble looks, the person chooses
//
// What must hold at every point: a submission has made at most one job; "accepted" names that job; "refused" means that
// there is none; and whatever is neither is among the undecided of the next process, until a person strikes it off.

/// Plays a schedule.
struct ScheduleRun {
    /// What a client's work came to.
    enum Ending: Sendable {
        case done(Job.ID?)
        case failed(ServiceFailure)
        case killed
    }

    /// What a schedule came to.
    struct Verdict: Sendable {
        /// What is wrong, with all that is needed to see it again; nil when nothing is.
        var complaint: String?
        /// How the first client ended.
        var ending: String
        /// True when another's job with equal inputs was taken for ours, by a service that keeps no tags.
        var isMistaken = false
    }

    let schedule: Schedule
    let folder: TestFolder
    let service: ModelService
    private let draft: JobDraft
    private let inputs: JSONValue
    private var complaints: [String] = []
    private var lines: [Line] = []
    private var tasks: [Task<Void, Never>] = []
    private var isMistaken = false
    private var seen: Ending?

    private init(_ schedule: Schedule) async throws {
        self.schedule = schedule
        folder = try TestFolder()
        service = ModelService(schedule.habits, clock: FakeClock())
        try folder.write("in/a.csv", "1\n")
        let reference: DataReference =
            switch schedule.data {
            case .url: .url("https://x.test/data")
            case .signedURL: .url("https://x.test/data?sv=1&sig=SECRET&b=1")
            case .newestAsset: .asset(name: "grapes", version: .latest)
            case .folder: .local(path: folder.path + "/in")
            }
        draft = Self.draft(reference)
        inputs = try await Self.inputs(reference)
    }

    /// Plays one schedule to its end; leaves no task behind.
    static func play(_ schedule: Schedule) async throws -> Verdict {
        var run = try await ScheduleRun(schedule)
        await run.play()
        for line in run.lines { line.release() }
        for task in run.tasks {
            task.cancel()
            await task.value
        }
        let log = run.lines.map { "\($0.name): \($0.log.joined(separator: ", "))" }
        let all = [schedule.description] + run.complaints + log
        return Verdict(
            complaint: run.complaints.isEmpty ? nil : all.joined(separator: "\n  "),
            ending: run.seen.map(Self.word) ?? "-", isMistaken: run.isMistaken)
    }

    private mutating func play() async {
        await submitEarlier()
        for other in schedule.others where other.isBefore { add(other) }
        let first = await submit("a", schedule.rates, schedule.kill)
        seen = first
        judge(first)
        await expectTold(after: first, "the submitting process")
        if schedule.hasNewVersion { service.addAssetVersion() }
        await lookAgain()
        await decide()
    }

    // MARK: - What happens

    private mutating func submitEarlier() async {
        for (index, isEqual) in schedule.earlier.enumerated() {
            let one = isEqual ? draft : Self.draft(.url("https://x.test/earlier"))
            let ending = await run("earlier\(index)", (post: 0, other: 0), nil) {
                client throws(ServiceFailure) in try await client.submit(one) { _ in }
            }
            guard case .done = ending else { return complain("an earlier job: \(ending)") }
            service.catchUp()
        }
    }

    private func add(_ other: Schedule.Other) {
        service.addOther(inputs, submission: other.hasTag ? "somebody-elses" : nil)
    }

    private mutating func submit(
        _ name: String, _ rates: (post: Int, other: Int), _ kill: Line.Kill?
    ) async -> Ending {
        let draft = self.draft
        let during = schedule.others.filter { !$0.isBefore && name == "a" }
        let (service, inputs) = (self.service, self.inputs)
        return await self.run(
            name, rates, kill,
            meanwhile: { kind, number in
                guard kind == .post, number == 0 else { return }
                for other in during {
                    service.addOther(inputs, submission: other.hasTag ? "somebody-elses" : nil)
                }
            }
        ) { client throws(ServiceFailure) in try await client.submit(draft) { _ in } }
    }

    /// Later processes look for what is open, some under faults, one perhaps killed.
    private mutating func lookAgain() async {
        for look in 0..<schedule.looks {
            guard let open = await undecided().first else { return }
            let ending = await run(
                "b\(look)", schedule.laterRates, look == 0 ? schedule.laterKill : nil
            ) {
                client throws(ServiceFailure) in try await client.lookAgain(open.id)
            }
            if case .done(let job?) = ending { judge(claim: job) }
            await expectTold(after: ending, "look \(look)")
        }
    }

    /// A process without trouble, a service that has caught up, and a person who decides.
    private mutating func decide() async {
        service.catchUp()
        guard let open = await undecided().first else { return }
        let isSafe = open.note.contains("safe to submit again")
        if isSafe, !made.isEmpty { complain("said to be safe to submit again: \(made)") }
        let ending = await run("c", (post: 0, other: 0), nil) {
            client throws(ServiceFailure) in try await client.lookAgain(open.id)
        }
        switch ending {
        case .done(let job?): return judge(claim: job)
        case .done(nil):
            if schedule.habits.keepsTags, !made.isEmpty { complain("never found: \(made)") }
        case .failed(let failure) where failure.kind == .outcomeUnknown:
            if schedule.habits.keepsTags, !made.isEmpty { complain("never found: \(made)") }
        case .failed(let failure): return complain("looking without trouble: \(failure.message)")
        case .killed: return
        }
        await settle(open.id)
    }

    private mutating func settle(_ id: String) async {
        switch schedule.choice {
        case .leave: return
        case .forget, .sendAgain:
            let ending = await run("d", (post: 0, other: 0), nil) {
                client throws(ServiceFailure) in
                try await client.forget(id)
                return nil
            }
            if case .failed(let failure) = ending { complain("forget: \(failure.message)") }
            if !(await undecided().isEmpty) { complain("forgotten, and still undecided") }
        }
        guard schedule.choice == .sendAgain else { return }
        guard case .done(.some) = await submit("again", (post: 0, other: 0), nil) else {
            return complain("sending again without trouble did not work")
        }
        if jobs(of: "again").count != 1 { complain("sent again: \(jobs(of: "again"))") }
    }

    /// One client's work, in a task of its own, until it ends or the client is killed.
    private mutating func run(
        _ name: String, _ rates: (post: Int, other: Int), _ kill: Line.Kill?,
        meanwhile: @escaping @Sendable (ModelService.Kind, Int) -> Void = { _, _ in },
        _ work: @escaping @Sendable (BatchClient) async throws(ServiceFailure) -> Job?
    ) async -> Ending {
        let (endings, report) = AsyncStream<Ending>.makeStream()
        let line = Line(
            service, name: name, seed: schedule.faultSeed, rates: rates, kill: kill,
            meanwhile: meanwhile, died: { report.yield(.killed) })
        let client = line.client(folder: folder.path)
        lines.append(line)
        tasks.append(
            Task {
                do throws(ServiceFailure) {
                    report.yield(.done(try await work(client)?.id))
                } catch {
                    report.yield(.failed(error))
                }
            })
        var iterator = endings.makeAsyncIterator()
        return await iterator.next() ?? .killed
    }

    // MARK: - What must hold

    private mutating func complain(_ text: String) { complaints.append(text) }

    /// The jobs that the submission under test has made.
    private var made: [String] { jobs(of: "a") }

    private func jobs(of client: String) -> [String] {
        service.jobs.filter { $0.submission?.hasPrefix(client + "-") ?? false }.map(\.id)
    }

    private mutating func judge(_ ending: Ending) {
        if made.count > 1 { complain("one submission made \(made)") }
        switch ending {
        case .done(let job?): judge(claim: job)
        case .done(nil): complain("submit brought nothing")
        case .failed(let failure) where failure.kind == .outcomeUnknown: break
        case .failed(let failure):
            if !made.isEmpty {
                complain("said to be refused, and made \(made): \(failure.message)")
            }
        case .killed: break
        }
    }

    /// A job that is said to be ours is: without tags, equal inputs are all there is to go by.
    private mutating func judge(claim job: Job.ID) {
        guard !made.contains(job.rawValue) else { return }
        if schedule.habits.keepsTags {
            complain("\(job) is said to be ours, which made \(made)")
        } else {
            isMistaken = true
        }
    }

    /// Whatever has no known outcome is shown by the next process.
    private mutating func expectTold(after ending: Ending, _ when: String) async {
        if made.count > 1 { complain("\(when): one submission made \(made)") }
        let open = await undecided()
        if case .failed(let failure) = ending, failure.kind == .outcomeUnknown, open.isEmpty {
            complain("\(when): unknown, and not among the undecided")
        }
        guard !made.isEmpty, open.isEmpty else { return }
        let known = await acceptedJobs()
        if known.isDisjoint(with: made), !isMistaken {
            complain("\(when): \(made) was made, and nobody is told; known \(known)")
        }
    }

    /// What a new process finds undecided of the submission under test.
    private func undecided() async -> [Submission] {
        let line = Line(service, name: "next", seed: 0, rates: (post: 0, other: 0))
        let open = try? await line.client(folder: folder.path).undecided()
        return (open ?? []).filter { $0.id.hasPrefix("a-") }
    }

    private func acceptedJobs() async -> Set<String> {
        let journal = SubmissionJournal(folder: folder.path + "/state")
        return Set(((try? await journal.acceptedJobs()) ?? []).map(\.rawValue))
    }

    private static func word(_ ending: Ending) -> String {
        switch ending {
        case .done: "accepted"
        case .failed(let failure):
            failure.kind == .outcomeUnknown ? "unknown" : "not sent or refused"
        case .killed: "killed"
        }
    }

    private static func draft(_ reference: DataReference) -> JobDraft {
        JobDraft(
            endpoint: "wine", deployment: "red",
            inputs: [
                JobDraft.Input(name: "input", value: .data(type: nil, reference: reference))
            ])
    }

    /// The inputs as they go over the wire, for others who have the same.
    private static func inputs(_ reference: DataReference) async throws -> JSONValue {
        let (type, uri): (String, String) =
            switch reference {
            case .local(let path):
                (
                    "UriFolder",
                    "azureml://datastores/workspaceblobstore/paths/"
                        + (try await UploadPlan.made(localPath: path).path)
                )
            case .asset: ("UriFile", "/ws/data/grapes/versions/7")
            default: ("UriFolder", reference.text)
            }
        return .object([
            "input": .object(["jobInputType": .string(type), "uri": .string(uri)])
        ])
    }
}
