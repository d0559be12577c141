import BatchClient
import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

/// Managed identities, the Azure CLI, given tokens and the chain of them all.
@Suite(.timeLimit(.minutes(5))) struct MachineSignInTests {
    private func machine(_ bench: SignInBench) -> [String: String] {
        ["AZURE_POD_IDENTITY_AUTHORITY_HOST": bench.server.base]
    }

    @Test func aVirtualMachineIsProbedOnceThenAskedThroughItsTroubles() async throws {
        let bench = try SignInBench()
        let tokens = bench.tokens(
            CredentialChoice(.managedIdentity, clientID: "id-7"), machine(bench))
        _ = try await asked(tokens)
        let before = bench.server.requests.count
        #expect(before == 2, "a probe and a question")
        #expect(bench.server.requests.first?.header("Metadata") == nil)
        bench.server.state.withLock { $0.troubles = [410, 429, 404] }
        #expect(
            try await asked(tokens, .machineLearning) == "for https://ml.azure.com number 2")
        #expect(bench.server.seen == ["imds 2018-02-01 id-7", "imds 2018-02-01 id-7"])
        #expect(bench.server.requests.count == before + 4, "no second probe")
        await bench.finish()
    }

    @Test func aVirtualMachineBeingRenewedIsAskedForMoreThanAMinute() async throws {
        let bench = try SignInBench()
        let tokens = bench.tokens(CredentialChoice(.managedIdentity), machine(bench))
        _ = try await asked(tokens)
        bench.server.state.withLock { $0.troubles = Array(repeating: 410, count: 100) }
        let begin = bench.clock.now
        let failure = await refusal(tokens, .storage)
        #expect(failure?.httpStatus == 410)
        let waited = bench.clock.now - begin
        #expect(waited > .seconds(70) && waited < .seconds(90), "\(waited)")
        await bench.finish()
    }

    @Test func aMachineWithoutThatIdentitySaysSo() async throws {
        let bench = try SignInBench()
        let unknown = CredentialChoice(.managedIdentity, clientID: "unknown")
        let failure = await refusal(bench.tokens(unknown, machine(bench)))
        #expect(failure?.kind == .unauthorized)
        #expect(failure?.detail.contains("Identity not found") == true)
        let nowhere = ["AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1"]
        let none = await refusal(bench.tokens(CredentialChoice(.managedIdentity), nowhere))
        #expect(none?.detail.contains("no identity service answers") == true)
        await bench.finish()
    }

    @Test func anAppServiceIsAskedWithItsHeader() async throws {
        let bench = try SignInBench()
        var environment = [
            "IDENTITY_ENDPOINT": bench.server.base + "/appservice",
            "IDENTITY_HEADER": TokenServer.endpointSecret,
        ]
        let choice = CredentialChoice(.managedIdentity, resourceID: "/subscriptions/s/id/x")
        #expect(try await asked(bench.tokens(choice, environment)).hasSuffix("number 1"))
        #expect(bench.server.seen == ["appservice /subscriptions/s/id/x"])
        environment["IDENTITY_HEADER"] = "canary-other-header"
        let failure = await refusal(bench.tokens(choice, environment))
        #expect(failure?.kind == .unauthorized)
        #expect("\(failure as Any)".contains("canary-other") == false)
        await bench.finish()
    }

    @Test func azureMLComputeIsAskedInItsOwnSpelling() async throws {
        let bench = try SignInBench()
        let environment = [
            "MSI_ENDPOINT": bench.server.base + "/MSI/auth",
            "MSI_SECRET": TokenServer.endpointSecret,
        ]
        let named = CredentialChoice(.managedIdentity, clientID: "id-8")
        #expect(try await asked(bench.tokens(named, environment)).hasSuffix("number 1"))
        let byDefault = environment.merging(["DEFAULT_IDENTITY_CLIENT_ID": "id-9"]) { $1 }
        let tokens = bench.tokens(CredentialChoice(.managedIdentity), byDefault)
        #expect(try await asked(tokens).hasSuffix("number 2"))
        #expect(bench.server.seen == ["azureml id-8", "azureml id-9"])
        await bench.finish()
    }

    @Test func aCloudShellIsAskedByForm() async throws {
        let bench = try SignInBench()
        let tokens = bench.tokens(
            CredentialChoice(.managedIdentity),
            ["MSI_ENDPOINT": bench.server.base + "/cloudshell"])
        #expect(try await asked(tokens, .storage) == "for https://storage.azure.com number 1")
        await bench.finish()
    }

    // MARK: - The Azure CLI

    private func azure(_ output: String) -> ProgramResult {
        .ended(status: 0, output: output, errors: "WARNING: old\n")
    }

    @Test func theCommandLinesTokenIsTakenWithItsEnd() async throws {
        let bench = try SignInBench()
        let end = Int(bench.clock.now.secondsSinceEpoch) + 3600
        let tokens = bench.tokens(
            CredentialChoice(.azureCLI),
            program: azure(
                """
                {"accessToken": "cli-token", "expiresOn": "2001-01-01 00:00:00.000000",
                 "expires_on": \(end), "subscription": "sub", "tenant": "t", "tokenType": "Bearer"}
                """))
        #expect(try await tokens.token(.machineLearning) == "cli-token")
        let order = try #require(bench.orders.withLock { $0.first })
        #expect(order.name == "az")
        #expect(order.limit == .seconds(10))
        #expect(
            order.arguments == [
                "account", "get-access-token", "--output", "json", "--resource",
                "https://ml.azure.com", "--subscription", "sub",
            ])
        bench.clock.advance(.seconds(3000))
        _ = try await tokens.token(.machineLearning)
        #expect(bench.orders.withLock { $0.count } == 1)
        let tenant = CredentialChoice(.azureCLI, tenantID: "t-1")
        _ = await refusal(bench.tokens(tenant, program: .missing))
        #expect(bench.orders.withLock { $0.last?.arguments.suffix(2) } == ["--tenant", "t-1"])
        await bench.finish()
    }

    @Test func anOlderCommandLineSaysLocalTime() async throws {
        let bench = try SignInBench()
        var local = time_t(bench.clock.now.secondsSinceEpoch) + 3600
        var fields = tm()
        localtime_r(&local, &fields)
        var buffer = [CChar](repeating: 0, count: 64)
        strftime(&buffer, 64, "%Y-%m-%d %H:%M:%S.000000", &fields)
        let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        let tokens = bench.tokens(
            CredentialChoice(.azureCLI),
            program: azure("{\"accessToken\": \"t\", \"expiresOn\": \"\(text)\"}"))
        _ = try await tokens.token(.management)
        bench.clock.advance(.seconds(3298))
        _ = try await tokens.token(.management)
        #expect(bench.orders.withLock { $0.count } == 1)
        bench.clock.advance(.seconds(3))
        _ = await refusal(tokens)
        #expect(bench.orders.withLock { $0.count } == 2)
        await bench.finish()
    }

    @Test func aCommandLineWithoutATokenIsExplained() async throws {
        let bench = try SignInBench()
        func failure(_ result: ProgramResult) async -> ServiceFailure? {
            await refusal(bench.tokens(CredentialChoice(.azureCLI), program: result))
        }
        let login = await failure(
            .ended(
                status: 1, output: "", errors: "ERROR: Please run 'az login' to setup account.\n"))
        #expect(login?.kind == .unauthorized)
        #expect(login?.advice.contains("az login") == true)
        #expect(await failure(.missing)?.detail.contains("no az on the path") == true)
        #expect(await failure(.tookTooLong)?.detail.contains("within 10 s") == true)
        let expired = await failure(
            .ended(
                status: 1, output: "",
                errors: "ERROR: AADSTS70043: The refresh token has expired. Trace ID: x"))
        #expect(expired?.serviceCode == "AADSTS70043")
        let odd = await failure(.ended(status: 0, output: "hello", errors: ""))
        #expect(odd?.detail.contains("something else than a token") == true)
        let leak = await failure(
            .ended(
                status: 2, output: "",
                errors: "broken: eyJ\(String(repeating: "canary", count: 10)) at the end"))
        #expect(leak?.detail.contains("canary") == false)
        #expect(leak?.detail.contains("at the end") == true)
        await bench.finish()
    }

    // MARK: - Given tokens

    private func jwt(_ end: Timestamp, _ name: String) -> String {
        func part(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacing("=", with: "")
                .replacing("+", with: "-").replacing("/", with: "_")
        }
        let claims = "{\"exp\":\(Int(end.secondsSinceEpoch)),\"name\":\"\(name)\"}"
        return "\(part("{}")).\(part(claims)).c2ln"
    }

    @Test func aFileHoldsOneTokenOrOneForEachAudienceAndIsReadAnew() async throws {
        let bench = try SignInBench()
        let file = try bench.folder.write("plain-token\n", to: "token")
        let tokens = bench.tokens(CredentialChoice(.token, tokenFile: file))
        #expect(try await tokens.token(.management) == "plain-token")
        let end = bench.clock.now + .seconds(3600)
        let (one, two) = (jwt(end, "one"), jwt(end, "two"))
        try bench.folder.write("{\"management\":\"\(one)\",\"ml\":\"\(two)\"}", to: "token")
        await tokens.discard(.management, "plain-token")
        #expect(try await tokens.token(.management) == one)
        #expect(try await tokens.token(.machineLearning) == two)
        #expect(await refusal(tokens, .storage)?.detail.contains("named storage") == true)
        bench.clock.advance(.seconds(3700))
        #expect(await refusal(tokens)?.detail.contains("ended at") == true)
        try bench.folder.write("two words", to: "token")
        #expect(await refusal(tokens)?.detail.contains("is no token") == true)
        await bench.finish()
    }

    @Test func aDescriptorIsReadOnceAndVariablesServeToo() async throws {
        let bench = try SignInBench()
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let text = Array("from-descriptor\n".utf8)
        #expect(write(ends[1], text, text.count) == text.count)
        close(ends[1])
        let tokens = bench.tokens(CredentialChoice(.token, tokenDescriptor: Int(ends[0])))
        #expect(try await tokens.token(.management) == "from-descriptor")
        #expect(try await tokens.token(.storage) == "from-descriptor")
        close(ends[0])
        let variables = ["BATCHDECK_TOKEN": "all", "BATCHDECK_TOKEN_ML": "own"]
        let others = bench.tokens(CredentialChoice(.token), variables)
        #expect(try await others.token(.management) == "all")
        #expect(try await others.token(.machineLearning) == "own")
        await bench.finish()
    }

    // MARK: - The chain

    @Test func theChainGoesOnUntilOneAnswersAndStaysWithIt() async throws {
        let bench = try SignInBench()
        let end = Int(bench.clock.now.secondsSinceEpoch) + 3600
        let tokens = bench.tokens(
            CredentialChoice(), ["AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1"],
            program: azure("{\"accessToken\": \"cli\", \"expires_on\": \"\(end)\"}"))
        #expect(try await tokens.token(.management) == "cli")
        #expect(try await tokens.token(.storage) == "cli")
        await bench.finish()
    }

    @Test func whatIsSetUpAndRefusedEndsTheChain() async throws {
        let bench = try SignInBench()
        let environment = [
            "AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "canary-no",
        ]
        let failure = await refusal(
            bench.tokens(CredentialChoice(), environment, program: azure("{}")))
        #expect(failure?.serviceCode == "AADSTS7000215")
        #expect(bench.orders.withLock { $0.isEmpty })
        await bench.finish()
    }

    @Test func whenNobodyAnswersEachReasonIsTold() async throws {
        let bench = try SignInBench()
        let failure = try #require(
            await refusal(
                bench.tokens(
                    CredentialChoice(),
                    ["AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1"])))
        #expect(failure.kind == .unauthorized)
        #expect(failure.operation == "sign in for the context prod")
        for part in [
            "environment: ", "workload-identity: ", "managed-identity: ", "azure-cli: ", "token: ",
        ] {
            #expect(failure.detail.contains(part), "\(failure.detail)")
        }
        #expect(failure.advice.contains("az login"))
        #expect(!failure.detail.contains("device-code"), "nobody is there to be asked")
        await bench.finish()
    }
}
