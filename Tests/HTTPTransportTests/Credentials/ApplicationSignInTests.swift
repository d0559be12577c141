import BatchClient
import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

/// Secret, certificate and federated token of an application, against a token server.
@Suite(.timeLimit(.minutes(5))) struct ApplicationSignInTests {
    private let environment = [
        "AZURE_TENANT_ID": "tenant-1", "AZURE_CLIENT_ID": "app-1",
        "AZURE_CLIENT_SECRET": TokenServer.secret,
    ]

    @Test func aSecretBuysATokenForEachAudienceOnce() async throws {
        let bench = try SignInBench()
        let tokens = bench.tokens(CredentialChoice(.environment), environment)
        #expect(try await asked(tokens) == "for https://management.azure.com number 1")
        #expect(try await asked(tokens, .machineLearning) == "for https://ml.azure.com number 2")
        #expect(try await asked(tokens, .storage) == "for https://storage.azure.com number 3")
        #expect(try await asked(tokens) == "for https://management.azure.com number 1")
        #expect(
            bench.server.seen.first
                == "client_credentials tenant-1 https://management.azure.com/.default")
        await bench.finish()
    }

    @Test(arguments: [
        (Cloud.usGovernment, "https://management.usgovcloudapi.net", "https://ml.azure.us"),
        (Cloud.china, "https://management.chinacloudapi.cn", "https://ml.azure.cn"),
    ])
    func otherCloudsHaveTheirOwnAudiences(
        cloud: Cloud, management: String, learning: String
    ) async throws {
        let bench = try SignInBench()
        var context = bench.context(CredentialChoice(.environment), cloud: cloud)
        let tokens = bench.tokens(context, environment)
        #expect(try await asked(tokens) == "for \(management) number 1")
        #expect(try await asked(tokens, .machineLearning) == "for \(learning) number 2")
        context.machineLearningAudience = "https://ml.example"
        let others = bench.tokens(context, environment)
        #expect(try await asked(others, .machineLearning) == "for https://ml.example number 3")
        await bench.finish()
    }

    @Test func aTokenIsRenewedFiveMinutesBeforeItEnds() async throws {
        let bench = try SignInBench()
        let tokens = bench.tokens(CredentialChoice(.environment), environment)
        #expect(try await asked(tokens).hasSuffix("number 1"))
        bench.clock.advance(.seconds(3299))
        #expect(try await asked(tokens).hasSuffix("number 1"))
        bench.clock.advance(.seconds(2))
        #expect(try await asked(tokens).hasSuffix("number 2"))
        await bench.finish()
    }

    @Test func aRenewalThatFailsLeavesTheOldTokenWhileItIsGood() async throws {
        let bench = try SignInBench()
        let tokens = bench.tokens(CredentialChoice(.environment), environment)
        _ = try await asked(tokens)
        bench.server.state.withLock { $0.troubles = Array(repeating: 503, count: 4) }
        bench.clock.advance(.seconds(3400))
        #expect(try await asked(tokens).hasSuffix("number 1"))
        let count = bench.server.requests.count
        #expect(try await asked(tokens).hasSuffix("number 1"))
        #expect(bench.server.requests.count == count, "not asked again at once")
        bench.clock.advance(.seconds(60))
        #expect(try await asked(tokens).hasSuffix("number 2"))
        bench.server.state.withLock { $0.troubles = Array(repeating: 503, count: 4) }
        bench.clock.advance(.seconds(3595))
        #expect(await refusal(tokens)?.httpStatus == 503, "a token that has ended is no help")
        await bench.finish()
    }

    @Test func manyWhoAskTogetherShareOneQuestion() async throws {
        let bench = try SignInBench()
        let tokens = bench.tokens(CredentialChoice(.environment), environment)
        let all = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await tokens.token(.management) } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(all.count == 1)
        #expect(bench.server.requests.count == 1)
        await bench.finish()
    }

    @Test func aWrongSecretIsExplainedAndNeverShown() async throws {
        let bench = try SignInBench()
        var environment = self.environment
        environment["AZURE_CLIENT_SECRET"] = "canary-wrong-secret"
        let failure = try #require(
            await refusal(bench.tokens(CredentialChoice(.environment), environment)))
        #expect(failure.kind == .unauthorized)
        #expect(failure.serviceCode == "AADSTS7000215")
        #expect(failure.advice.contains("client secret is wrong"))
        var dumped = ""
        dump(failure, to: &dumped)
        #expect(!"\(failure)\(dumped)".contains("canary"))
        #expect(!failure.detail.contains("Trace ID"))
        #expect(bench.server.requests.count == 1, "a refusal is not repeated")
        await bench.finish()
    }

    @Test func passingTroubleIsWaitedOut() async throws {
        let bench = try SignInBench()
        bench.server.state.withLock { $0.troubles = [503, 429] }
        let tokens = bench.tokens(CredentialChoice(.environment), environment)
        #expect(try await asked(tokens).hasSuffix("number 1"))
        #expect(bench.clock.sleeps.count == 2)
        await bench.finish()
    }

    @Test func aDirectoryByPlainHTTPElsewhereIsNeverAsked() async throws {
        let bench = try SignInBench()
        var context = bench.context(CredentialChoice(.environment))
        context.loginURL = nil
        var environment = self.environment
        environment["AZURE_AUTHORITY_HOST"] = "http://login.example"
        let failure = await refusal(bench.tokens(context, environment))
        #expect(failure?.kind == .rejected)
        #expect(failure?.detail.contains("http://login.example") == true)
        await bench.finish()
    }

    // MARK: - Certificates

    private func openssl(_ bench: SignInBench, _ words: String) throws -> RunResult {
        try Run.program(
            try Tool.find("openssl"), words.split(separator: " ").map(String.init),
            environment: ["PATH": "/usr/bin:/bin"], folder: bench.folder.path)
    }

    private func makeCertificate(_ bench: SignInBench) throws {
        let made = try openssl(
            bench,
            "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=t -days 2")
        #expect(made.status == 0, "\(made.errors)")
        let both = try bench.folder.read("key.pem") + bench.folder.read("cert.pem")
        try bench.folder.write(both, to: "app.pem")
    }

    private func decoded(_ part: Substring) throws -> Data {
        var text = part.replacing("-", with: "+").replacing("_", with: "/")
        while text.count % 4 != 0 { text += "=" }
        return try #require(Data(base64Encoded: String(text)))
    }

    @Test func aCertificateSignsWhoWeAreAndOthersCanProveIt() async throws {
        let bench = try SignInBench()
        try makeCertificate(bench)
        let environment = [
            "AZURE_TENANT_ID": "tenant-1", "AZURE_CLIENT_ID": "app-1",
            "AZURE_CLIENT_CERTIFICATE_PATH": bench.folder.path + "/app.pem",
        ]
        let tokens = bench.tokens(CredentialChoice(.environment), environment)
        #expect(try await asked(tokens).hasSuffix("number 1"))
        let assertion = try #require(bench.server.state.withLock { $0.assertions.first })
        let parts = assertion.split(separator: ".")
        let header = try WireJSON.decode(JSONValue.self, from: decoded(parts[0]))
        let claims = try WireJSON.decode(JSONValue.self, from: decoded(parts[1]))
        #expect(header["alg"]?.string == "PS256")
        let mark = try openssl(bench, "x509 -in cert.pem -noout -fingerprint -sha256")
        let hex = try decoded(Substring(header["x5t#S256"]?.string ?? ""))
            .map { String(format: "%02X", $0) }.joined(separator: ":")
        #expect(mark.output.contains(hex), "\(mark.output)")
        #expect(claims["iss"]?.string == "app-1" && claims["sub"]?.string == "app-1")
        #expect(claims["aud"]?.string == bench.server.base + "/tenant-1/oauth2/v2.0/token")
        let life = (claims["exp"]?.wholeNumber ?? 0) - (claims["iat"]?.wholeNumber ?? 0)
        #expect(life == 600)
        try bench.folder.write("\(parts[0]).\(parts[1])", to: "signed")
        try decoded(parts[2]).write(to: URL(fileURLWithPath: bench.folder.path + "/signature"))
        #expect(try openssl(bench, "x509 -in cert.pem -pubkey -noout -out pub.pem").status == 0)
        let proof = try openssl(
            bench,
            "dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 "
                + "-verify pub.pem -signature signature signed")
        #expect(proof.output.contains("Verified OK"), "\(proof.output)\(proof.errors)")
        await bench.finish()
    }

    @Test func aLockedKeyNeedsItsPasswordAndAFileWithoutEitherIsRefused() async throws {
        let bench = try SignInBench()
        try makeCertificate(bench)
        let locked = try openssl(
            bench, "pkcs8 -topk8 -in key.pem -out locked.pem -passout pass:canary-pass")
        #expect(locked.status == 0, "\(locked.errors)")
        let certificate = try bench.folder.read("cert.pem")
        try bench.folder.write(bench.folder.read("locked.pem") + certificate, to: "locked.pem")
        func tokens(_ file: String, _ password: String?) -> TokenSource {
            let choice = CredentialChoice(
                .environment, tenantID: "t", clientID: "c",
                certificateFile: bench.folder.path + "/" + file)
            return bench.tokens(
                choice, password.map { ["AZURE_CLIENT_CERTIFICATE_PASSWORD": $0] } ?? [:])
        }
        #expect(try await asked(tokens("locked.pem", "canary-pass")).hasSuffix("number 1"))
        let wrong = await refusal(tokens("locked.pem", "canary-wrong"))
        #expect(wrong?.advice.contains("CERTIFICATE_PASSWORD") == true)
        #expect("\(wrong as Any)".contains("canary") == false)
        #expect(await refusal(tokens("key.pem", nil))?.detail.contains("no certificate") == true)
        #expect(await refusal(tokens("cert.pem", nil))?.detail.contains("no private key") == true)
        #expect(await refusal(tokens("none.pem", nil))?.detail.contains("no file") == true)
        await bench.finish()
    }

    // MARK: - Workload identity

    @Test func aFederatedTokenIsReadAnewForEachQuestion() async throws {
        let bench = try SignInBench()
        let file = try bench.folder.write("canary-federated-1\n", to: "token")
        let tokens = bench.tokens(
            CredentialChoice(.workloadIdentity),
            [
                "AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_FEDERATED_TOKEN_FILE": file,
            ])
        _ = try await asked(tokens)
        try bench.folder.write("canary-federated-2", to: "token")
        _ = try await asked(tokens, .storage)
        let sent = bench.server.state.withLock { $0.assertions }
        #expect(sent == ["canary-federated-1", "canary-federated-2"])
        try bench.folder.write("", to: "token")
        #expect(await refusal(tokens, .machineLearning)?.detail.contains("is empty") == true)
        await bench.finish()
    }
}
