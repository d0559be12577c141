import BatchClient
import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

/// The device code: a person, a browser, and a clock that does not wait for them.
@Suite(.timeLimit(.minutes(5))) struct PersonSignInTests {
    private func errors(_ bench: SignInBench, _ errors: String...) {
        bench.server.state.withLock { $0.deviceErrors = errors }
    }

    @Test func aPersonSignsInOnceForAllAudiences() async throws {
        let bench = try SignInBench()
        errors(bench, "authorization_pending", "slow_down", "authorization_pending")
        let tokens = bench.tokens(CredentialChoice(.deviceCode))
        #expect(try await asked(tokens).hasSuffix("number 1"))
        let said = bench.said.withLock { $0 }
        #expect(
            said == "To sign in, open https://login.test/device and enter the code ABCD-EFGH.\n")
        #expect(
            bench.clock.sleeps == [.seconds(5), .seconds(5), .seconds(10), .seconds(10)],
            "slow_down adds five seconds")
        #expect(
            try await asked(tokens, .machineLearning) == "for https://ml.azure.com number 2")
        #expect(bench.said.withLock { $0 } == said, "nobody is asked twice")
        #expect(
            bench.server.seen.first
                == "devicecode https://management.azure.com/.default offline_access")
        await bench.finish()
    }

    @Test func aScreenIsGivenTheCodeByItselfAndTheQuestionWaitsForThePerson() async throws {
        let bench = try SignInBench()
        errors(bench, "authorization_pending")
        let questions = Mutex<[SignInQuestion]>([])
        let ends = Mutex<[Bool]>([])
        let begin = bench.clock.now
        let tokens = bench.tokens(
            bench.context(CredentialChoice(.deviceCode)), hasTalk: false,
            ask: { question, _ in
                questions.withLock { $0.append(question) }
                return { isDone in ends.withLock { $0.append(isDone) } }
            })
        #expect(try await asked(tokens).hasSuffix("number 1"))
        #expect(
            questions.withLock { $0 } == [
                SignInQuestion(
                    page: "https://login.test/device", code: "ABCD-EFGH",
                    expiresAt: begin + .seconds(900))
            ])
        #expect(bench.said.withLock { $0 }.isEmpty)
        #expect(ends.withLock { $0 } == [true], "whoever asked the person hears of the end")
        await bench.finish()
    }

    @Test func aScreenHearsOfASignInThatWasDeclined() async throws {
        let bench = try SignInBench()
        errors(bench, "authorization_pending", "authorization_declined")
        let ends = Mutex<[Bool]>([])
        let tokens = bench.tokens(
            bench.context(CredentialChoice(.deviceCode)), hasTalk: false,
            ask: { _, _ in { isDone in ends.withLock { $0.append(isDone) } } })
        #expect(await refusal(tokens)?.kind == .unauthorized)
        #expect(ends.withLock { $0 } == [false])
        await bench.finish()
    }

    @Test func audiencesAskedTogetherAskThePersonOnce() async throws {
        let bench = try SignInBench()
        errors(bench, "authorization_pending", "authorization_pending")
        let tokens = bench.tokens(CredentialChoice(.deviceCode, tenantID: "home"))
        async let one = asked(tokens, .management)
        async let two = asked(tokens, .machineLearning)
        async let three = asked(tokens, .storage)
        #expect(try await Set([one, two, three]).count == 3)
        #expect(bench.server.seen.count { $0.hasPrefix("devicecode") } == 1)
        #expect(bench.server.seen.contains { $0.contains(" home ") })
        await bench.finish()
    }

    @Test(arguments: [
        ("authorization_declined", "declined"), ("expired_token", "expired"),
        ("invalid_client", "AADSTS70016"),
    ])
    func aSignInThatIsNotDoneSaysWhy(error: String, part: String) async throws {
        let bench = try SignInBench()
        errors(bench, "authorization_pending", error)
        let failure = await refusal(bench.tokens(CredentialChoice(.deviceCode)))
        #expect(failure?.kind == .unauthorized)
        #expect(failure?.detail.contains(part) == true, "\(failure as Any)")
        await bench.finish()
    }

    @Test func aCodeThatNobodyEntersExpires() async throws {
        let bench = try SignInBench()
        bench.server.state.withLock {
            $0.deviceErrors = Array(repeating: "authorization_pending", count: 1000)
        }
        let begin = bench.clock.now
        let failure = await refusal(bench.tokens(CredentialChoice(.deviceCode)))
        #expect(failure?.detail.contains("expired") == true)
        #expect(bench.clock.now - begin == .seconds(900))
        await bench.finish()
    }

    @Test func aSignInIsKeptWhereOnlyItsOwnerReadsItAndOnlyIfWanted() async throws {
        let bench = try SignInBench()
        _ = try await asked(bench.tokens(CredentialChoice(.deviceCode)))
        let path = bench.folder.path + "/state/sign-in.json"
        #expect(!FileManager.default.fileExists(atPath: path))
        _ = try await asked(bench.tokens(CredentialChoice(.deviceCode, isCached: true)))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let before = bench.server.seen.count { $0.hasPrefix("devicecode") }
        let later = bench.tokens(CredentialChoice(.deviceCode, isCached: true))
        #expect(try await asked(later, .storage).hasPrefix("for https://storage.azure.com"))
        #expect(bench.server.seen.count { $0.hasPrefix("devicecode") } == before)
        try bench.folder.write(
            "{\"client_id\":\"04b07795-8ddb-461a-bbee-02f9e1bf7b46\",\"refresh_token\":\"old\"}",
            to: "state/sign-in.json")
        let ended = bench.tokens(CredentialChoice(.deviceCode, isCached: true))
        _ = try await asked(ended)
        #expect(bench.server.seen.count { $0.hasPrefix("devicecode") } == before + 1)
        await bench.finish()
    }

    @Test func whereNobodyMayBeAskedOnlyAKeptSignInServes() async throws {
        let bench = try SignInBench()
        let context = bench.context(CredentialChoice(.deviceCode, isCached: true))
        let failure = try #require(
            await refusal(bench.tokens(context, isAskingAllowed: false)))
        #expect(failure.kind == .unauthorized)
        #expect(failure.advice.contains("context login prod"), "\(failure.message)")
        #expect(bench.server.seen.isEmpty, "no code is fetched that nobody will enter")
        let passing = try #require(
            await refusal(
                bench.tokens(
                    bench.context(CredentialChoice(.deviceCode)), isAskingAllowed: false)))
        #expect(passing.advice.contains("--no-input"), "\(passing.message)")

        let calls = SignInCalls.live(
            context, bench.tokens(context), stateFolder: bench.folder.path + "/state")
        let who = try #require(try await calls.signIn())
        #expect(who.credential == "device-code" && who.isKept && who.expiresAt != nil)
        #expect(
            try await asked(bench.tokens(context, isAskingAllowed: false)).hasPrefix("for "))
        #expect(try await calls.signOut())
        #expect(try await calls.signOut() == false)
        #expect(await refusal(bench.tokens(context, isAskingAllowed: false)) != nil)
        await bench.finish()
    }

    @Test func belowAConsoleTheCodeIsTheFailuresText() async throws {
        let bench = try SignInBench()
        bench.server.state.withLock {
            $0.deviceErrors = Array(repeating: "authorization_pending", count: 20)
        }
        let tokens = bench.tokens(CredentialChoice(.deviceCode), hasTalk: false)
        let failure = try #require(await refusal(tokens))
        #expect(failure.kind == .unauthorized)
        #expect(failure.detail.contains("https://login.test/device"))
        #expect(failure.detail.contains("ABCD-EFGH"))
        let token = try await Eventually.awaited("the sign-in behind it") {
            try? await asked(tokens, .storage)
        }
        #expect(token.hasPrefix("for https://storage.azure.com"))
        await bench.finish()
    }
}
