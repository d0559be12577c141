import Foundation
import TestSupport
import Testing

/// The same program on a context of `config.yml`: the engine is reached as a workspace in the cloud would be, by address,
/// discovery and a token that somebody else fetched, from a home that does not know it is local.
@Suite(.timeLimit(.minutes(5))) struct ContextJourneyTests {
    private let deck: Deck
    private let token: String
    private let tokenFile: String
    private let place: [String]

    init() throws {
        let folder = try TemporaryFolder("cloud")
        let script = "def init():\n    pass\n\ndef run(batch):\n    return [len(batch)]\n"
        let workspace = try TinyWorkspace.write(script: script, files: 2, in: folder)
        deck = try Deck(workspace: workspace)
        try FileManager.default.copyItem(atPath: workspace, toPath: deck.folder.path + "/ws")
        let started = try Run.program(
            deck.executable, ["engine", "start", "--workspace", deck.folder.path + "/ws"],
            environment: deck.environment, folder: deck.folder.path)
        #expect(started.status == 0, "\(started.errors)")
        let data = try Data(
            contentsOf: URL(fileURLWithPath: deck.home + "/state/connection.json"))
        let file = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        token = try #require(file["token"] as? String)
        tokenFile = try deck.folder.write(token + "\n", to: "token")
        place = [
            "--subscription", try #require(file["subscription_id"] as? String), "-g",
            try #require(file["resource_group"] as? String), "-w",
            try #require(file["workspace_name"] as? String), "--arm-url",
            try #require(file["url"] as? String), "--credential", "token", "--token-file",
            tokenFile,
        ]
    }

    private var home: String { deck.folder.path + "/cloud-home" }

    private func run(_ arguments: [String]) throws -> RunResult {
        var environment = deck.environment
        environment["BATCHDECK_HOME"] = home
        environment["BATCHDECK_WORKSPACE"] = nil
        return try Run.program(
            deck.executable, arguments, environment: environment, folder: deck.folder.path)
    }

    @Test func jobsGoWhereTheContextSaysAndTheTokenStaysOutOfFiles() throws {
        let added = try run(["context", "add", "-n", "cloud", "--use"] + place)
        #expect(added.status == 0, "\(added.errors)")
        let list = try run(["endpoint", "list"])
        #expect(list.status == 0 && list.output.contains("tiny"), "\(list.errors)")
        let items = deck.folder.path + "/ws/data/items"
        let invoked = try run(
            ["invoke", "-n", "tiny", "--input", items, "--input-type", "uri_folder", "--watch"])
        #expect(invoked.status == 0, "\(invoked.output)\(invoked.errors)")
        #expect(FileManager.default.fileExists(atPath: home + "/state/contexts/cloud"))
        #expect(!FileManager.default.fileExists(atPath: home + "/state/connection.json"))
        let written = FileManager.default.enumerator(atPath: home)?.compactMap { $0 as? String }
        for name in written ?? [] {
            let bytes = FileManager.default.contents(atPath: home + "/" + name) ?? Data()
            #expect(bytes.range(of: Data(token.utf8)) == nil, "the token is in \(name)")
        }

        try deck.folder.write("stale", to: "token")
        let stale = try run(["endpoint", "list"])
        #expect(stale.status == 4, "\(stale.errors)")
        try deck.folder.write(token, to: "token")

        let reading = ["context", "add", "-n", "reader", "--read-only"] + place
        #expect(try run(reading).status == 0)
        let kept = try run(["endpoint", "list", "--context", "reader"])
        #expect(kept.status == 0, "\(kept.errors)")
        let refused = try run(
            [
                "invoke", "-n", "tiny", "--input", items, "--input-type", "uri_folder",
                "--context", "reader",
            ])
        #expect(refused.status == 2)
        #expect(refused.errors.contains("reader is read-only"), "\(refused.errors)")
    }

    /// The same home, with a workspace folder of its own for its local engine.
    private var consoleEnvironment: [String: String] {
        var environment = deck.environment
        environment["BATCHDECK_HOME"] = home
        environment["BATCHDECK_WORKSPACE"] = Checkout.root + "/assets/workspace"
        return environment
    }

    @Test func theConsoleMovesFromTheLocalEngineToAWorkspaceAndBack() throws {
        #expect(try run(["context", "add", "-n", "cloud", "--read-only"] + place).status == 0)
        let console = try Tmux(
            rows: 30, columns: 100, command: [deck.executable, "--no-tour"],
            environment: consoleEnvironment,
            folder: deck.folder)
        defer {
            console.end()
            _ = try? Run.program(
                deck.executable, ["engine", "stop"], environment: consoleEnvironment,
                folder: deck.folder.path)
        }
        try console.wait(for: "local ▸ endpoints", "digits-batch", "wine-classifier")
        try console.keys("C")
        try console.wait(for: "Contexts 2", "cloud", "read-only", "running")
        try console.keys("j", "Enter")
        try console.wait(for: "cloud ▸ endpoints", "tiny", "read-only")
        #expect(!(try console.screen()).contains("digits-batch"))
        try console.keys("n")
        try console.wait(for: "New job on tiny")
        try console.keys("C-s")
        try console.wait(for: "the context cloud is read-only")
        try console.keys("Escape")
        try console.wait(for: "┌ Endpoints")
        try console.keys("C-p")
        try console.wait(for: "Commands")
        try console.type("context local")
        try console.keys("Enter")
        try console.wait(for: "local ▸ endpoints", "digits-batch")
        #expect(!(try console.screen()).contains("tiny "))
        try console.keys("q")
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }
    }
}
