import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import BatchClient
@testable import HTTPTransport

/// What `doctor` finds of a workspace, each thing broken in its turn.
@Suite(.timeLimit(.minutes(5))) struct DoctorTests {
    private let environment = [
        "AZURE_TENANT_ID": "tenant-1", "AZURE_CLIENT_ID": "app-1",
        "AZURE_CLIENT_SECRET": TokenServer.secret,
    ]
    /// AzureML Data Scientist, as its definition is published.
    private let scientist = """
        {"value":[{"actions":["Microsoft.MachineLearningServices/workspaces/*/read",
        "Microsoft.MachineLearningServices/workspaces/*/action",
        "Microsoft.MachineLearningServices/workspaces/*/delete",
        "Microsoft.MachineLearningServices/workspaces/*/write"],
        "notActions":["Microsoft.MachineLearningServices/workspaces/delete",
        "Microsoft.MachineLearningServices/workspaces/write",
        "Microsoft.MachineLearningServices/workspaces/computes/*/write",
        "Microsoft.MachineLearningServices/workspaces/computes/*/delete",
        "Microsoft.MachineLearningServices/workspaces/computes/listKeys/action",
        "Microsoft.MachineLearningServices/workspaces/listKeys/action"]}]}
        """

    private func bench() throws -> SignInBench {
        let bench = try SignInBench()
        bench.server.state.withLock { state in
            state.areReadable = true
            state.permissions = scientist
            state.date = HTTPDate.text(bench.clock.now)
        }
        return bench
    }

    private func checks(
        _ bench: SignInBench, _ context: AzureContext? = nil,
        environment: [String: String]? = nil, transport: Transport? = nil,
        _ change: (inout AzureDoctor.Outside) -> Void = { _ in }
    ) async -> [String: DoctorCheck] {
        let context = context ?? bench.context(CredentialChoice(.environment))
        var outside = AzureDoctor.Outside(
            transport: transport ?? bench.transport, client: bench.clock.surroundings)
        change(&outside)
        let doctor = AzureDoctor(
            context, tokens: bench.tokens(context, environment ?? self.environment), outside)
        var found: [String: DoctorCheck] = [:]
        for await check in doctor.examine() {
            #expect(found[check.name] == nil, "\(check.name) is told twice")
            found[check.name] = check
            #expect(!"\(check)".contains("canary"), "\(check)")
        }
        return found
    }

    private func states(_ checks: [String: DoctorCheck]) -> [String: DoctorCheck.State] {
        checks.filter { $0.value.state != .ok }.mapValues(\.state)
    }

    @Test func aWorkspaceThatWorksIsWellInEveryLine() async throws {
        let bench = try bench()
        let found = await checks(bench)
        #expect(states(found) == [:], "\(found.values.filter { $0.state != .ok })")
        #expect(
            Set(found.keys) == [
                "context", "sign-in", "token for management", "token for batch endpoints",
                "token for storage", "workspace", "data plane", "scoring", "roles", "datastore",
                "storage", "clock", "proxy", "submissions",
            ])
        let signIn = try #require(found["sign-in"]?.detail)
        for part in ["environment", "application app-1", "object object-1", "tenant tenant-1"] {
            #expect(signIn.contains(part), "\(signIn)")
        }
        #expect(found["token for batch endpoints"]?.detail.contains("https://ml.azure.com") == true)
        #expect(found["storage"]?.detail.contains("as whoever is signed in") == true)
        #expect(found["storage"]?.detail.contains("writing was not tried") == true)
        #expect(found["scoring"]?.detail.contains("which takes jobs, answers") == true)
        await bench.finish()
    }

    @Test func withoutASignInThereIsOneProblemAndTheRestIsPassedOver() async throws {
        let bench = try bench()
        var wrong = environment
        wrong["AZURE_CLIENT_SECRET"] = "canary-wrong-secret"
        let found = await checks(bench, environment: wrong)
        let problems = found.values.filter { $0.state == .problem }
        #expect(problems.filter { $0.name != "token for management" }.map(\.name) == ["sign-in"])
        #expect(problems.allSatisfy { $0.isSignIn })
        #expect(found["sign-in"]?.advice.contains("client secret is wrong") == true)
        for name in ["workspace", "data plane", "scoring", "roles", "datastore", "storage"] {
            #expect(found[name]?.state == .skipped, "\(name)")
        }
        #expect(found["clock"]?.state == .ok)
        await bench.finish()
    }

    @Test func anEndedTokenIsASignInProblemThatSaysSince() async throws {
        let bench = try bench()
        bench.server.state.withLock { $0.lifeSeconds = -60 }
        let file = try bench.folder.write(
            bench.server.tokenText("https://management.azure.com", 1), to: "token")
        let choice = CredentialChoice(.token, tokenFile: file)
        let found = await checks(bench, bench.context(choice), environment: [:])
        #expect(found["sign-in"]?.state == .problem && found["sign-in"]?.isSignIn == true)
        #expect(found["sign-in"]?.detail.contains("ended at") == true)
        #expect(found["sign-in"]?.advice.contains("fresh one") == true)
        await bench.finish()
    }

    @Test func aTokenForAnotherAudienceIsNamedWithTheOneThatIsWanted() async throws {
        let bench = try bench()
        let file = try bench.folder.write(
            bench.server.tokenText("https://management.azure.com", 1), to: "token")
        let choice = CredentialChoice(.token, tokenFile: file)
        let found = await checks(bench, bench.context(choice), environment: [:])
        #expect(found["token for management"]?.state == .ok)
        let wrong = try #require(found["token for batch endpoints"])
        #expect(wrong.state == .problem && wrong.isSignIn)
        #expect(wrong.detail.contains("for https://management.azure.com"))
        #expect(wrong.detail.contains("https://ml.azure.com is wanted"))
        #expect(wrong.advice.contains("\"ml\""))
        #expect(found["data plane"]?.state == .problem)
        #expect(found["data plane"]?.advice.contains("https://ml.azure.com") == true)
        #expect(found["workspace"]?.state == .ok)
        await bench.finish()
    }

    @Test func aMissingRoleIsSaidWithItsActionAndTheRolesThatHoldIt() async throws {
        let bench = try bench()
        bench.server.state.withLock {
            $0.permissions = "{\"value\":[{\"actions\":[\"*/read\"],\"notActions\":[]}]}"
        }
        let reader = try #require(await checks(bench)["roles"])
        #expect(reader.state == .problem)
        #expect(reader.detail.contains("may not submit jobs"), "\(reader.detail)")
        #expect(reader.detail.contains("batchEndpoints/jobs/write".lowercased()))
        #expect(!reader.detail.contains("list and show endpoints"))
        #expect(reader.advice.contains("AzureML Data Scientist, Contributor or Owner"))
        bench.server.state.withLock { $0.permissions = nil }
        #expect(await checks(bench)["roles"]?.state == .skipped)
        bench.server.state.withLock { $0.forbidden = true }
        let workspace = try #require(await checks(bench)["workspace"])
        #expect(workspace.state == .problem && !workspace.isSignIn)
        #expect(workspace.advice.contains("Missing right: "), "\(workspace.advice)")
        await bench.finish()
    }

    @Test func endpointsThatMayNotBeListedAreNoGoodDataPlane() async throws {
        let bench = try bench()
        bench.server.state.withLock { $0.areEndpointsForbidden = true }
        let found = await checks(bench)
        let plane = try #require(found["data plane"])
        #expect(plane.state == .warning && plane.detail.contains("may not be listed"))
        #expect(plane.advice.contains("workspaces/batchEndpoints/read"), "\(plane.advice)")
        #expect(found["scoring"]?.state == .problem)
        #expect(found["workspace"]?.state == .ok)
        await bench.finish()
    }

    @Test func aHostThatTakesJobsAndDoesNotAnswerIsAProblem() async throws {
        let bench = try bench()
        let gone = try LoopbackServer { _, _ in .close }
        bench.server.state.withLock { $0.scoringBase = "http://127.0.0.1:\(gone.port)" }
        gone.close()
        let scoring = try #require(await checks(bench)["scoring"])
        #expect(scoring.state == .problem && !scoring.isSignIn)
        #expect(scoring.detail.hasPrefix("127.0.0.1, which takes jobs, does not answer"))
        #expect(scoring.advice.contains("private network"))
        await bench.finish()
    }

    @Test func theStoreOfUploadsIsLookedAtBesideTheDefaultOne() async throws {
        let bench = try bench()
        bench.server.state.withLock { $0.datastores = ["mine", "workspaceblobstore"] }
        let both = try #require(await checks(bench)["storage"])
        #expect(both.state == .ok, "\(both)")
        #expect(both.detail.contains("mine lists"))
        #expect(both.detail.contains("workspaceblobstore lists"))
        bench.server.state.withLock { $0.datastores = ["mine"] }
        let one = try #require(await checks(bench)["storage"])
        #expect(one.state == .ok && !one.detail.contains("workspaceblobstore"), "\(one)")
        await bench.finish()
    }

    @Test(arguments: [(600, "problem"), (-600, "problem"), (120, "warning"), (3, "ok")])
    func aClockThatIsOffIsMeasuredAgainstTheServices(seconds: Int, state: String) async throws {
        let bench = try bench()
        let time = bench.clock.now + .seconds(-seconds)
        bench.server.state.withLock { $0.date = HTTPDate.text(time) }
        let clock = try #require(await checks(bench)["clock"])
        #expect(clock.state.rawValue == state, "\(clock)")
        guard state != "ok" else { return await bench.finish() }
        #expect(clock.detail.contains("\(abs(seconds)) s"))
        #expect(clock.detail.contains(seconds > 0 ? "ahead" : "behind"))
        #expect(clock.advice.contains("timedatectl"))
        await bench.finish()
    }

    @Test func aRefusedStorageNamesTheRole() async throws {
        let bench = try bench()
        bench.server.state.withLock { $0.storageStatus = 403 }
        let storage = try #require(await checks(bench)["storage"])
        #expect(storage.state == .problem && !storage.isSignIn)
        #expect(storage.detail.contains("403") && storage.detail.contains("whoever is signed in"))
        #expect(storage.advice.contains("Storage Blob Data Contributor"))
        await bench.finish()
    }

    @Test func aProxyThatRefusesIsNamedWithItsVariable() async throws {
        let bench = try bench()
        let proxy = try LoopbackServer { _, connection in
            connection.answer("403 Forbidden")
            return .close
        }
        let settings = ["HTTPS_PROXY": "http://user:canary-proxy@127.0.0.1:\(proxy.port)"]
        let rules = try ProxyRules(environment: settings)
        let network = HTTPTransport(proxies: rules)
        var context = bench.context(CredentialChoice(.environment))
        context.armURL = "https://arm.example.test"
        let found = await checks(bench, context, transport: network.transport) {
            $0.way = { rules.way(to: $0, environment: settings) }
        }
        let check = try #require(found["proxy"])
        #expect(check.state == .problem)
        #expect(check.detail.contains("arm.example.test is asked through 127.0.0.1:\(proxy.port)"))
        #expect(check.detail.contains("HTTPS_PROXY"))
        #expect(check.advice.contains("NO_PROXY"))
        #expect(found["workspace"]?.state == .problem)
        await network.shutdown()
        await bench.finish()
        proxy.close()
    }

    @Test func whatNeverAnswersIsLeftBehindInTime() async throws {
        let bench = try bench()
        let gate = Gate()
        let silent = Transport { call throws(TransportFailure) in
            guard call.url.contains("/oauth2/") else {
                // Deaf to being cancelled, as a resolver that hangs is: a doctor that waited for it would never end.
                await gate.pass()
                throw .timedOut("at last")
            }
            return try await bench.transport.send(call)
        }
        let found = await checks(bench, transport: silent) { $0.limit = .milliseconds(200) }
        gate.open()
        for name in ["workspace", "roles", "datastore", "storage", "clock"] {
            #expect(found[name]?.detail.contains("no answer within") == true, "\(name)")
        }
        await bench.finish()
    }

    @Test func submissionsWithoutAnOutcomeAreAWarning() async throws {
        let bench = try bench()
        let now = bench.clock.now
        let found = await checks(bench) {
            $0.undecided = {
                [Submission(id: "1", draft: JobDraft(endpoint: "wine"), at: now, note: "")]
            }
        }
        #expect(found["submissions"]?.state == .warning)
        #expect(found["submissions"]?.detail.contains("wine") == true)
        await bench.finish()
    }
}
