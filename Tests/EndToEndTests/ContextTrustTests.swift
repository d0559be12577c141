import Foundation
import TestSupport
import Testing

/// A context whose service has a certificate that no system knows: `ca_file` decides, for verbs and for `doctor`.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ContextTrustTests {
    @Test func aServiceIsTrustedByTheContextsOwnCertificatesAlone() throws {
        let secure = try SecureDeck()
        let data = try Data(contentsOf: URL(fileURLWithPath: secure.connectionFile))
        let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        func text(_ name: String) throws -> String { try #require(file[name] as? String) }
        let token = try secure.deck.folder.write(try text("token"), to: "token")
        let place = [
            "--subscription", try text("subscription_id"), "-g", try text("resource_group"), "-w",
            try text("workspace_name"), "--arm-url", try text("url"), "--credential", "token",
            "--token-file", token,
        ]
        var environment = secure.deck.environment
        environment["BATCHDECK_HOME"] = secure.deck.folder.path + "/cloud-home"
        environment["BATCHDECK_WORKSPACE"] = nil
        func run(_ words: [String]) throws -> RunResult {
            try Run.program(secure.deck.executable, words, environment: environment)
        }
        let trusting = ["--ca-file", secure.certificate.chain]
        #expect(try run(["context", "add", "-n", "known"] + place + trusting).status == 0)
        #expect(try run(["context", "add", "-n", "unknown"] + place).status == 0)

        let list = try run(["endpoint", "list", "--context", "known"])
        #expect(list.status == 0 && list.output.contains("wine-classifier"), "\(list.errors)")
        let refused = try run(["endpoint", "list", "--context", "unknown"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("certificate is not one that is trusted"))
        let doctor = try run(["doctor", "--context", "unknown"])
        #expect(doctor.status == 1, "\(doctor.output)")
        #expect(doctor.output.contains("certificate is not one that is trusted"))
        for said in [list, refused, doctor] {
            #expect(!(said.output + said.errors).contains(try text("token")))
        }
    }
}
