import Foundation
import TestSupport
import Testing

/// Stock clients, unmodified, and our own, against an engine that speaks TLS.
///
/// Each program below prints one line per flow. What it skips it names, and so does this suite: without pip's index there is
/// no official client, and without rclone no rclone.
@Suite(.serialized) struct ClientsTests {
    private static let programs = Checkout.root + "/Tests/EndToEndTests/Clients/"

    /// Runs a client's program and judges its lines.
    private func judge(_ result: RunResult, of client: String) {
        for line in result.output.split(separator: "\n") {
            if line.hasPrefix("failed ") { Issue.record("\(client): \(line)") }
            if line.hasPrefix("skipped ") || line.hasPrefix("flows: ") {
                print("\(client): \(line)")
            }
        }
        #expect(result.output.contains("\nflows: "), "\(client): \(result.errors.suffix(2000))")
        #expect(result.status == 0, "\(client): \(result.errors.suffix(2000))")
    }

    @Test(
        .enabled("pip could install the official client") { OfficialClient.python != nil }
    )
    func theOfficialPythonClientDoesEveryFlow() throws {
        let secure = try SecureDeck()
        let python = try #require(OfficialClient.python)
        let result = try Run.program(
            python,
            [
                Self.programs + "official_client.py", "--connection", secure.connectionFile,
                "--ca", secure.certificate.authority, "--workspace", secure.workspace,
                "--scratch", secure.scratch,
            ], environment: secure.deck.environment, folder: secure.scratch, limit: .seconds(240))
        judge(result, of: "azure-ai-ml \(OfficialClient.version)")
    }

    @Test(.enabled("rclone is installed") { (try? Tool.find("rclone")) != nil })
    func rcloneListsCopiesAndDeletes() throws {
        let secure = try SecureDeck()
        let result = try Run.program(
            try Tool.find("python3"),
            [
                Self.programs + "rclone_client.py", "--connection", secure.connectionFile,
                "--ca", secure.certificate.authority, "--scratch", secure.scratch,
                "--rclone", try Tool.find("rclone"),
            ], environment: secure.deck.environment, folder: secure.scratch, limit: .seconds(240))
        judge(result, of: "rclone")
    }

    @Test func ourOwnVerbsTrustTheEnginesCertificate() throws {
        let secure = try SecureDeck()
        let deck = secure.deck
        let status = try #require(try deck.json("engine", "status") as? [String: Any])
        #expect((status["url"] as? String)?.hasPrefix("https://") == true)
        let done = try deck.run(
            "invoke", "-n", "wine-classifier", "--input", secure.workspace + "/data/wine/v2",
            "--watch")
        #expect(done.status == 0, "\(done.errors)")
        let job = done.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let down = try deck.run("job", "download", "-n", job, "-p", secure.scratch + "/own")
        #expect(down.status == 0, "\(down.errors)")
        let text = try String(
            contentsOfFile: secure.scratch + "/own/predictions.csv", encoding: .utf8)
        #expect(text.split(separator: "\n").count == 178)
        #expect(try deck.run("job", "list").output.contains(job))
        #expect(!secure.stopAndReadLog().contains(" error "))
    }
}
