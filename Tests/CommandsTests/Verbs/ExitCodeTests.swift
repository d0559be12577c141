import BatchClient
import BatchModel
import Foundation
import TestSupport
import Testing

@testable import Commands

/// What every exit code is given for: a line for each verb and way it can end.
@Suite struct ExitCodeTests {
    /// A command line and how it ends.
    struct Ending: Sendable, CustomTestStringConvertible {
        let code: Int32
        let words: [String]
        let change: @Sendable (inout BatchClient) -> Void

        init(
            _ code: Int32, _ line: String,
            _ change: @escaping @Sendable (inout BatchClient) -> Void = { _ in }
        ) {
            self.code = code
            words = line.split(separator: " ").map(String.init)
            self.change = change
        }

        var testDescription: String { "\(code): \(words.joined(separator: " "))" }
    }

    private static func refuse(_ kind: ServiceFailure.Kind) -> ServiceFailure {
        ServiceFailure(kind: kind, operation: "do it", detail: "no", advice: "Try again.")
    }

    private static let invoke = "invoke -n wine-classifier --input azureml:wine-data:2"

    static let endings: [Ending] = [
        Ending(0, "endpoint list"), Ending(0, "job watch -n batchjob-1"),
        Ending(0, "\(invoke) --watch"), Ending(0, "job results repeats -n batchjob-1"),
        Ending(0, "context login prod"), Ending(0, "doctor"),

        Ending(1, "job results repeats -n batchjob-1 --check"),
        Ending(1, "doctor") { client in
            client.doctor = { DoctorRound.told([DoctorCheck("disk", .problem, "it is full")]) }
        },
        Ending(1, "endpoint list") { client in
            client.endpoints = { () throws(ServiceFailure) in throw refuse(.unreachable) }
        },
        Ending(1, "job cancel -n batchjob-1") { client in
            client.cancel = { _ throws(ServiceFailure) in throw refuse(.unexpected) }
        },
        Ending(1, "job watch -n batchjob-1") { $0.follow(through: Samples.snapshot(.running)) },

        Ending(2, "job frobnicate"), Ending(2, "endpoint show"),
        Ending(2, "endpoint list -o xml"), Ending(2, "endpoint list --query [?"),
        Ending(2, "endpoint delete -n wine-classifier --no-input"),
        Ending(2, "invoke -n nowhere --input azureml:wine-data:2"),
        Ending(2, "invoke -n tumour --set inputs.depth.default=99"),
        Ending(2, "\(invoke) --preset none"),
        Ending(2, "context use nobody"), Ending(2, "deployment create -f nowhere.yml"),
        Ending(2, "deployment create -f x.yml --set-default --no-wait"),
        Ending(2, "transfer resume -i a1") { client in
            let inputs = TransferRecord(
                id: "a1", work: .inputs(VerbWorld.draft), state: .left, startedAt: Samples.morning)
            client.transfers.list = { () throws(ServiceFailure) in [inputs] }
        },
        Ending(2, "job logs -n batchjob-1 -f logs/user/error.txt -o json"),

        Ending(3, "job watch -n batchjob-1") { client in
            client.follow(through: Samples.snapshot(.failed, error: "it broke"))
        },
        Ending(3, "\(invoke) --watch") { $0.follow(through: Samples.snapshot(.canceled)) },
        Ending(3, "job retry -n batchjob-1 --watch") { client in
            client.follow(through: Samples.snapshot(.failed))
        },

        Ending(4, "context login prod") { client in
            client.signIn.signIn = { () throws(ServiceFailure) in throw refuse(.unauthorized) }
        },
        Ending(4, "job list") { client in
            client.jobs = { _ throws(ServiceFailure) in throw refuse(.unauthorized) }
        },
        Ending(4, "doctor") { client in
            client.doctor = {
                DoctorRound.told([DoctorCheck("sign-in", .problem, "no", isSignIn: true)])
            }
        },

        Ending(5, "endpoint show -n nowhere"), Ending(5, "deployment show -e tumour -n none"),
        Ending(5, "job undecided look -i zzz"), Ending(5, "transfer resume -i zzz"),
        Ending(5, "preset show -n wine-classifier --preset none"),
        Ending(5, "preset delete -n wine-classifier --preset none -y"),
        Ending(5, "job results show -n batchjob-1 -f none.csv"),
        Ending(5, "job logs -n batchjob-1 -f none.txt"), Ending(5, "context remove nobody"),
        Ending(5, "job error -n batchjob-2") { client in
            client.usefulError = { _ in nil }
        },

        Ending(6, "endpoint create -n wine-classifier") { client in
            client.control.putEndpoint = { _ throws(ServiceFailure) in throw refuse(.timedOut) }
        },
        Ending(6, "data list") { client in
            client.dataAssets = { () throws(ServiceFailure) in throw refuse(.timedOut) }
        },

        Ending(7, invoke) { client in
            client.submit = { _, _ throws(ServiceFailure) in throw refuse(.outcomeUnknown) }
        },
        Ending(7, "job cancel -n batchjob-1") { client in
            client.cancel = { _ throws(ServiceFailure) in throw refuse(.conflict) }
        },
        Ending(7, "job undecided look -i abc") { client in
            client.lookAgain = { _ throws(ServiceFailure) in nil }
        },
        Ending(7, "context add -n prod --subscription 1 -g g -w w"),
        Ending(7, "transfer resume -i a1") { client in
            let elsewhere = TransferRecord(
                id: "a1", work: .results(job: "j", folder: "/f"), state: .elsewhere,
                startedAt: Samples.morning)
            client.transfers.list = { () throws(ServiceFailure) in [elsewhere] }
        },
    ]

    @Test(arguments: endings)
    func aVerbEndsWithTheCodeOfWhatHappened(ending: Ending) async throws {
        let world = try VerbWorld()
        var desk = world.desk
        ending.change(&desk.client)
        let said = await desk.run(ending.words)
        #expect(said.code == ending.code, "\(said.talk)")
        #expect(ending.code == 0 || !said.talk.isEmpty, "a failure says why")
        withExtendedLifetime(world) {}
    }

    @Test func everyCodeOfTheTableIsGivenForSomething() {
        let given = Set(Self.endings.map(\.code)).union([ExitCodes.interrupted])
        #expect(given == Set(ExitCodes.table.map(\.code)))
    }

    /// Verbs that ask no client: nothing of a service can go wrong with them.
    private static let machines = AskingTests.silent.union([
        "engine clean", "engine logs", "engine serve", "engine start", "engine status",
        "engine stop", "export", "preset delete",
    ])

    /// Which code a kind of failure has is in `ToolTests`; that a verb swallows none is each verb's own.
    @Test func whateverVerbAsksAServiceEndsWithTheCodeOfItsFailure() async throws {
        for verb in VerbTree.paths.subtracting(Self.machines).sorted() {
            let example = try #require(VerbCase.all[verb])
            let said = try await example.run(verb) { desk in
                desk.makeClient = { _ throws(ServiceFailure) in throw Self.refuse(.unauthorized) }
            }
            // The doctor finds it and tells it like any other finding.
            let code = verb == "doctor" ? ExitCodes.failed : ExitCodes.unauthorized
            #expect(said.code == code, "\(verb): \(said.talk)")
            #expect(said.output.isEmpty || verb == "doctor", "\(verb)")
        }
    }

    // MARK: - Interrupted

    @Test func aTaskThatIsCancelledIsAnInterrupt() async throws {
        let (stream, end) = AsyncThrowingStream<JobSnapshot, any Error>.makeStream()
        let (begun, note) = AsyncStream<Void>.makeStream()
        let desk = Desk { client in
            client.follow = { _ in
                note.yield()
                return stream
            }
        }
        let watching = Task { await desk.run("job", "watch", "-n", "batchjob-1") }
        for await _ in begun { break }
        watching.cancel()
        #expect(await watching.value.code == ExitCodes.interrupted)
        withExtendedLifetime(end) {}
    }

    @Test func ctrlCEndsTheProgramAsItEndsAnyOther() throws {
        let folder = try TemporaryFolder("interrupt")
        // It waits for the file that standard input is.
        let child = try Child(
            try Checkout.executable(), ["invoke", "-n", "wine-classifier", "-f", "-"],
            environment: ["BATCHDECK_HOME": folder.path])
        kill(child.pid, SIGINT)
        #expect(child.wait(until: .now + .seconds(30)) == ExitCodes.interrupted)
    }
}
