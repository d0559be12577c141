import BatchClient
import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

/// A client of a workspace in the cloud, and the program itself, against one server that is the cloud.
@Suite(.timeLimit(.minutes(5))) struct AzureWorkspaceTests {
    private let environment = [
        "AZURE_TENANT_ID": "tenant-1", "AZURE_CLIENT_ID": "app-1",
        "AZURE_CLIENT_SECRET": TokenServer.secret,
    ]

    private func names(_ client: BatchClient) async throws -> [String] {
        try await client.endpoints().map(\.name.rawValue)
    }

    @Test func aTokenRefusedInTheMiddleIsRenewedOnceAndWorkGoesOn() async throws {
        let bench = try SignInBench()
        let client = bench.client(bench.context(CredentialChoice(.environment)), environment)
        #expect(try await names(client) == ["wine"])
        let old = try #require(bench.server.requests.last?.header("Authorization"))
        bench.server.state.withLock {
            _ = $0.refused.insert(String(old.dropFirst("Bearer ".count)))
        }
        #expect(try await names(client) == ["wine"])
        #expect(bench.server.state.withLock { $0.issued } == 2)
        #expect(try await names(client) == ["wine"])
        #expect(bench.server.state.withLock { $0.issued } == 2)
        bench.server.state.withLock { $0.refusesAll = true }
        let before = bench.server.requests.count
        let failure = await #expect(throws: ServiceFailure.self) { _ = try await names(client) }
        #expect(failure?.kind == .unauthorized)
        #expect(failure?.serviceCode == "ExpiredAuthenticationToken")
        #expect(bench.server.requests.count == before + 3, "asked, renewed, asked, no more")
        await bench.finish()
    }

    @Test func discoveryIsAskedOnceWithoutATokenAndOtherPlanesWithTheirOwn() async throws {
        let bench = try SignInBench()
        let client = bench.client(bench.context(CredentialChoice(.environment)), environment)
        for _ in 0..<2 {
            // This server has no job list: what comes of the question is of no interest, whom it goes to is.
            _ = try? await client.jobs(JobListQuery(endpoint: "wine"))
        }
        let discoveries = bench.server.requests.filter { $0.head.hasPrefix("GET /discovery") }
        #expect(discoveries.count == 1)
        #expect(discoveries.first?.header("Authorization") == nil)
        let lists = bench.server.requests.filter { $0.head.hasPrefix("GET /api/mferp/") }
        let bearer = try #require(lists.first?.header("Authorization"))
        #expect(
            TokenServer.reads(String(bearer.dropFirst("Bearer ".count)))
                .hasPrefix("for https://ml.azure.com "))
        await bench.finish()
    }

    @Test func aMissingRightIsExplained() async throws {
        let bench = try SignInBench()
        bench.server.state.withLock { $0.forbidden = true }
        let client = bench.client(bench.context(CredentialChoice(.environment)), environment)
        let failure = await #expect(throws: ServiceFailure.self) { _ = try await names(client) }
        #expect(failure?.httpStatus == 403)
        #expect(failure?.advice.contains("workspaces/batchEndpoints/read") == true)
        #expect(failure?.advice.contains("list and show endpoints") == true)
        #expect(failure?.advice.contains("AzureML Data Scientist") == true)
        await bench.finish()
    }

    @Test func aReadOnlyContextReadsAndSendsNoChange() async throws {
        let bench = try SignInBench()
        var context = bench.context(CredentialChoice(.environment))
        context.isReadOnly = true
        let client = bench.client(context, environment)
        #expect(try await names(client) == ["wine"])
        let before = bench.server.requests.count
        let failure = await #expect(throws: ServiceFailure.self) {
            try await client.cancel("job-1")
        }
        #expect(failure?.kind == .rejected)
        #expect(failure?.detail.contains("prod is read-only") == true)
        #expect(bench.server.requests.count == before)
        await bench.finish()
    }

    // MARK: - The program

    /// The program with a home of its own and a context that leads to the server.
    private struct Program {
        let server: TokenServer
        let folder: TemporaryFolder
        var environment: [String: String]

        init(_ more: [String: String], settings: String = "") throws {
            server = try TokenServer()
            folder = try TemporaryFolder("azure")
            environment = [
                "BATCHDECK_HOME": folder.path + "/home", "HOME": folder.path + "/user",
                "PATH": folder.path + "/bin:/usr/bin:/bin",
                "AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1",
            ].merging(more) { $1 }
            try folder.write(
                """
                current_context: prod
                contexts:
                - name: prod
                  subscription_id: sub
                  resource_group: rg
                  workspace_name: ws
                  arm_url: \(server.base)
                  login_url: \(server.base)
                \(settings)
                """, to: "home/config/config.yml")
        }

        func run(_ arguments: String...) throws -> RunResult {
            try Run.program(
                try Checkout.executable(), arguments, environment: environment,
                limit: .seconds(40))
        }

        /// All that the program wrote below its home, as text.
        func written() throws -> String {
            let home = folder.path + "/home"
            let files = FileManager.default.enumerator(atPath: home)?.compactMap { $0 as? String }
            return (files ?? []).compactMap { name -> String? in
                FileManager.default.contents(atPath: home + "/" + name)
                    .map { String(decoding: $0, as: UTF8.self) }
            }.joined(separator: "\n")
        }
    }

    @Test func theProgramListsAWorkspacesEndpointsAndKeepsItsSecrets() throws {
        let program = try Program(environment)
        let said = try program.run("endpoint", "list")
        #expect(said.status == 0, "\(said.errors)")
        #expect(said.output.contains("wine"))
        let wrong = try Program(
            environment.merging(["AZURE_CLIENT_SECRET": "canary-wrong"]) { $1 })
        let refused = try wrong.run("endpoint", "list")
        #expect(refused.status == 4)
        #expect(refused.errors.contains("AADSTS7000215"), "\(refused.errors)")
        let token = Data("for https://management.azure.com number 1".utf8).base64EncodedString()
        for text in [
            said.output, said.errors, refused.output, refused.errors, try program.written(),
            try wrong.written(),
        ] {
            #expect(!text.contains("canary") && !text.contains(token))
        }
    }

    @Test func signInNeededIsExitCodeFourWithAllReasons() throws {
        let program = try Program([:])
        let said = try program.run("endpoint", "list")
        #expect(said.status == 4)
        #expect(said.errors.contains("sign-in is needed"), "\(said.errors)")
        #expect(said.errors.contains("az login"))
    }

    @Test func theCommandLineIsRunApartAndWithoutOurSecrets() throws {
        let program = try Program(["BATCHDECK_TOKEN_STORAGE": "canary-env"])
        let token = Data("for https://management.azure.com number 9".utf8).base64EncodedString()
        let script = try program.folder.write(
            """
            #!/bin/sh
            { pwd; env; echo "$@"; } > "\(program.folder.path)/seen"
            echo '{"accessToken": "\(token)", "expires_on": 1900000000}'
            """, to: "bin/az")
        chmod(script, 0o755)
        let said = try program.run("endpoint", "list")
        #expect(said.status == 0, "\(said.errors)")
        let seen = try program.folder.read("seen")
        #expect(seen.hasPrefix("/\n"))
        #expect(!seen.contains("canary"))
        #expect(seen.contains("--resource https://management.azure.com --subscription sub"))
        try program.folder.write(
            "#!/bin/sh\necho \"ERROR: Please run 'az login' to setup account.\" >&2\nexit 1\n",
            to: "bin/az")
        let login = try program.run("endpoint", "list")
        #expect(login.status == 4)
        #expect(login.errors.contains("az is not signed in"), "\(login.errors)")
    }

    @Test func doctorEndsWithFourForASignInOneForARoleAndZeroWhenWell() throws {
        let program = try Program(environment)
        program.server.state.withLock { state in
            state.areReadable = true
            state.permissions = "{\"value\":[{\"actions\":[\"*\"],\"notActions\":[]}]}"
        }
        let well = try program.run("doctor")
        #expect(well.status == 0, "\(well.output)\(well.errors)")
        #expect(well.output.contains("ok      sign-in"), "\(well.output)")
        program.server.state.withLock { $0.permissions = "{\"value\":[]}" }
        let role = try program.run("doctor", "-o", "json")
        #expect(role.status == 1)
        #expect(role.output.contains("\"is_well\" : false"), "\(role.output)")
        #expect(role.output.contains("AzureML Data Scientist"))
        let nobody = try Program([:]).run("doctor")
        #expect(nobody.status == 4, "\(nobody.output)")
        #expect(nobody.output.contains("az login"))
        for text in [well.output, role.output, nobody.output, try program.written()] {
            #expect(!text.contains("canary"))
        }
    }

    @Test func aReadOnlyContextRefusesToSubmit() throws {
        let program = try Program(environment, settings: "  read_only: true")
        let said = try program.run(
            "invoke", "-n", "wine", "--input", "https://example.test/x", "--input-type", "uri_file")
        #expect(said.status == 2, "\(said.errors)")
        #expect(said.errors.contains("read-only"), "\(said.errors)")
        #expect(!program.server.requests.contains { $0.head.hasPrefix("POST /sub") })
    }

    @Test func aDeviceCodeIsToldOnStandardError() throws {
        let program = try Program([:], settings: "  credential: device-code")
        program.server.state.withLock { $0.intervalSeconds = 1 }
        let said = try program.run("endpoint", "list", "-o", "json")
        #expect(said.status == 0, "\(said.errors)")
        #expect(said.errors.contains("enter the code ABCD-EFGH"))
        #expect(!said.output.contains("ABCD"))
        #expect(!(said.output + said.errors).contains("canary"))
        let login = try program.run("context", "login", "-o", "json")
        #expect(login.status == 0 && login.output.contains("\"device-code\""), "\(login.errors)")
        #expect(login.errors.contains("this sign-in ends with the command"))
        #expect(!(login.output + login.errors).contains("canary"))
        let silent = try program.run("endpoint", "list", "--no-input")
        #expect(silent.status == 4 && silent.errors.contains("nobody may be asked"))
        #expect(!silent.errors.contains("ABCD"))
    }
}
