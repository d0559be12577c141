import BatchClient
import BatchModel
import ConsoleCore
import Synchronization
import TestSupport
import Testing

@testable import ConsoleRuntime

/// Where no client can be made, as after a sign-in that was given up.
@Suite struct NoClientTests {
    private static let failure = ServiceFailure(
        kind: .unauthorized, operation: "sign in to prod", detail: "the sign-in was given up")

    /// Lets the answers of an effect arrive.
    private func answers(to effect: App.Effect) async throws -> [App.Action] {
        let arrived = Mutex<[App.Action]>([])
        let failure = Self.failure
        let runner = EffectRunner(
            makeClient: { () throws(ServiceFailure) in throw failure }, files: .none,
            clock: ClientSurroundings.system.now
        ) { action in arrived.withLock { $0.append(action) } }
        runner.perform(effect)
        let all = try await Eventually.awaited("both answers") {
            let all = arrived.withLock { $0 }
            return all.count == 2 ? all : nil
        }
        await runner.stop()
        return all
    }

    @Test func aQuestionIsAnsweredSoThatNoFormWaitsForEver() async throws {
        let sent = try await answers(to: .form(.submit(JobDraft(endpoint: "digits-batch"))))
        #expect(sent.last == .form(.jobRefused(failure: Self.failure)))
        let swept = try await answers(
            to: .form(.submitSwept(JobDraft(endpoint: "digits-batch"), index: 3)))
        #expect(swept.last == .form(.sweptRefused(index: 3, failure: Self.failure)))
        guard case .connectionLost(Self.failure, _) = swept.first else {
            Issue.record("the loss is not said: \(swept)")
            return
        }
    }

    @Test func aConsoleWithoutContextsRefusesEverythingInTheSameWords() {
        let contexts = ConsoleContexts.none(because: "a replay asks nobody", advice: "Do not.")
        for name in ["make", "keep"] {
            #expect {
                name == "make" ? try contexts.makeDefault("prod") : try contexts.keep("prod")
            } throws: { error in
                (error as? ServiceFailure)?.detail == "a replay asks nobody"
            }
        }
        #expect(contexts.lastSeen("prod") == nil)
    }
}
