import BatchModel
import TestSupport
import Testing

@testable import BatchClient

/// What becomes of submissions whose answer was lost: by habit of the service, and by choice of the person.
@Suite struct SubmitChoiceTests {
    private static let draft = JobDraft(
        endpoint: "wine", deployment: "red",
        inputs: [
            JobDraft.Input(
                name: "input", value: .data(type: .uriFolder, reference: .url("https://x.test/a")))
        ])

    private struct World {
        let service: ModelService
        let folder: TestFolder

        init(_ habits: ModelService.Habits = .init()) throws {
            service = ModelService(habits, clock: FakeClock())
            folder = try TestFolder()
        }

        /// A client; `answers` says what becomes of requests for a job, in turn, the right answer after them.
        func client(_ name: String, _ answers: [Fault] = []) -> BatchClient {
            Line(service, name: name, seed: 0, rates: (post: 0, other: 0), posts: answers)
                .client(folder: folder.path)
        }

        func addOther() {
            let input: JSONValue = .object([
                "jobInputType": .string("UriFolder"), "uri": .string("https://x.test/a"),
            ])
            service.addOther(.object(["input": input]), submission: nil)
        }
    }

    private func submit(_ client: BatchClient) async -> Result<Job, ServiceFailure> {
        do throws(ServiceFailure) {
            return .success(try await client.submit(Self.draft) { _ in })
        } catch {
            return .failure(error)
        }
    }

    private func kind(_ result: Result<Job, ServiceFailure>) -> ServiceFailure.Kind? {
        if case .failure(let failure) = result { failure.kind } else { nil }
    }

    @Test func anEqualJobOfSomebodyElseIsOnlyACandidateWhileNobodyKnowsWhetherTagsAreKept()
        async throws
    {
        let world = try World()
        world.addOther()
        let result = await submit(world.client("a", [.cut(acted: false)]))
        #expect(kind(result) == .outcomeUnknown)
        guard case .failure(let failure) = result else { return }
        #expect(failure.detail.contains("job-1 could be it"))
        #expect(try await world.client("b").undecided().count == 1)
    }

    @Test func anEqualJobWithoutOurTagIsNotOursWhereTagsAreKept() async throws {
        let world = try World()
        #expect(kind(await submit(world.client("a"))) == nil)
        world.addOther()
        let result = await submit(world.client("b", [.cut(acted: false)]))
        #expect(kind(result) == .outcomeUnknown)
        guard case .failure(let failure) = result else { return }
        #expect(failure.detail.contains("does not show it"))
    }

    @Test func whereTagsAreNotKeptTheOnlyEqualJobOfItsTimeIsTaken() async throws {
        var habits = ModelService.Habits()
        habits.keepsTags = false
        let world = try World(habits)
        #expect(kind(await submit(world.client("a"))) == nil)
        let job = try await submit(world.client("b", [.cut(acted: true)])).get()
        #expect(job.id == "job-2")
    }

    @Test(arguments: [408, 424, 429, 500, 502, 503, 504])
    func aStatusThatDoesNotSayWhetherTheJobWasMadeMakesTheClientLook(status: Int) async throws {
        let world = try World()
        let fault = Fault.status(status, acted: true, retryAfter: 5, dress: .text)
        #expect(try await submit(world.client("a", [fault])).get().id == "job-1")
        #expect(world.service.jobs.count == 1)
    }

    @Test func aCancelledSubmissionIsAnUnknownOutcomeNotAFailure() async throws {
        let world = try World()
        let gate = Box<Task<ServiceFailure.Kind?, any Error>?>(nil)
        let line = Line(
            world.service, name: "a", seed: 0, rates: (post: 0, other: 0),
            posts: [.cut(acted: false)],
            meanwhile: { kind, _ in if kind == .list { gate.current?.cancel() } })
        let client = line.client(folder: world.folder.path)
        let ready = Box(false)
        let task = Task {
            try await Eventually.settled("the gate") { ready.current }
            return kind(await submit(client))
        }
        gate.change { $0 = task }
        ready.change { $0 = true }
        #expect(try await task.value == .outcomeUnknown)
        #expect(try await world.client("b").undecided().count == 1)
    }

    @Test func sendingAgainLooksFirstAndSendsOnlyWhatIsNotThere() async throws {
        let world = try World()
        for (fault, jobs) in [(Fault.cut(acted: true), 1), (.cut(acted: false), 2)] {
            let name = "a\(jobs)"
            let line = Line(
                world.service, name: name, seed: 0, rates: (post: 0, other: 0), posts: [fault],
                kill: Line.Kill(kind: .tag, number: 0, isAfter: false))
            let task = Task { await submit(line.client(folder: world.folder.path)) }
            let next = world.client("next")
            // It stands in the journal before it is sent: until then the next one would rightly send it, too.
            try await Eventually.settled("the death after the request") { line.isDead }
            let id = try #require(try await next.undecided().first?.id)
            let job = try await next.sendAgain(id) { _ in }
            #expect(world.service.jobs.map(\.id).last == job.id.rawValue)
            #expect(world.service.jobs.count == jobs)
            #expect(try await next.undecided().isEmpty)
            let failed = await failure { () throws(ServiceFailure) in
                _ = try await next.sendAgain(id) { _ in }
            }
            #expect(failed?.kind == .conflict)
            line.release()
            _ = await task.value
        }
    }

    @Test func aDraftWhoseSecretWasNotKeptIsNotSentAgain() async throws {
        let world = try World()
        var draft = Self.draft
        draft.inputs[0].value = .data(
            type: .uriFolder, reference: .url("https://x.test/a?sig=canary-secret"))
        let signed = draft
        let first = await failure { () throws(ServiceFailure) in
            _ = try await world.client("a", [.cut(acted: false)]).submit(signed) { _ in }
        }
        #expect(first?.kind == .outcomeUnknown)
        let next = world.client("b")
        let open = try await next.undecided()
        #expect(open.map(\.draft) == [signed.withoutSecrets])
        let again = await failure { () throws(ServiceFailure) in
            _ = try await next.sendAgain(open[0].id) { _ in }
        }
        #expect(again?.kind == .rejected)
        #expect(again?.detail.contains("secret") == true)
        // Nor as a draft of its own: the form opens with it, and says what is missing.
        let plain = await failure { () throws(ServiceFailure) in
            _ = try await next.submit(open[0].draft) { _ in }
        }
        #expect(plain?.kind == .rejected)
        #expect(plain?.detail.contains("Put it in where *** stands") == true)
        #expect(world.service.jobs.isEmpty)
    }
}
