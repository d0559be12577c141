import Foundation
import TestSupport
import Testing

/// What goes wrong around a console, in a real terminal: engines that die, lines that break, sizes that change.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TroubleJourneyTests {
    @Test func anEngineThatIsKilledIsStartedAgainAndKnowsItsJobs() throws {
        let deck = try Deck()
        let done = try deck.run("invoke", "-n", "hello-batch", "--watch")
        #expect(done.status == 0, "\(done.errors)")
        let console = try deck.console()
        try console.wait(for: "digits-batch", "nearest")
        let engine = try deck.enginePID()
        #expect(kill(engine, SIGKILL) == 0)
        try Eventually.get("the engine's end") { deck.isGone(engine) ? true : nil }
        try console.keys("J")
        try console.wait(for: "Jobs 1", "Completed")
        try console.keys("r")
        try console.wait(for: "Jobs 1", "Completed", "engine ●")
        #expect(try deck.enginePID() != engine)
    }

    @Test func aNetworkThatGoesAndComesBackIsSaidAndTheConsoleGoesOn() throws {
        let deck = try Deck()
        #expect(try deck.run("engine", "start").status == 0)
        let data = try Data(contentsOf: URL(fileURLWithPath: deck.home + "/state/connection.json"))
        let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let address = try #require((file["url"] as? String).flatMap(URL.init(string:)))
        let proxy = try FaultProxy(engine: try #require(address.port))
        defer { proxy.stop() }
        let token = try deck.folder.write("\(file["token"] ?? "")\n", to: "token")
        var environment = deck.environment
        environment["BATCHDECK_HOME"] = deck.folder.path + "/cloud-home"
        let added = try Run.program(
            deck.executable,
            [
                "context", "add", "-n", "cloud", "--use", "--subscription",
                "\(file["subscription_id"] ?? "")", "-g", "\(file["resource_group"] ?? "")", "-w",
                "\(file["workspace_name"] ?? "")", "--arm-url", "http://127.0.0.1:\(proxy.port)",
                "--credential", "token", "--token-file", token,
            ], environment: environment, folder: deck.folder.path)
        #expect(added.status == 0, "\(added.errors)")
        let console = try Tmux(
            rows: 30, columns: 100, command: [deck.executable, "--no-tour"],
            environment: environment, folder: deck.folder)
        defer { console.end() }
        try console.wait(for: "cloud ▸ endpoints", "digits-batch", "nearest")
        proxy.cut(true)
        try console.keys("r")
        try console.wait(for: "✗", "Could not list the endpoints")
        try console.wait(for: "digits-batch")
        try console.keys("?")
        try console.wait(for: "Everywhere", limit: .seconds(20))
        try console.keys("Escape")
        try console.wait(for: "┌ Endpoints", limit: .seconds(20))
        proxy.cut(false)
        try console.keys("r")
        try Eventually.get("an answer") {
            try console.screen().contains("Could not list") ? nil : true
        }
        try console.keys("G")
        try console.wait(for: "gnb-probs")
    }

    @Test func aHundredSizesInARowLeaveAWholePicture() throws {
        let deck = try Deck()
        let console = try deck.console()
        try console.wait(for: "digits-batch", "nearest")
        try console.keys("n")
        try console.wait(for: "azureml:digits-data@latest", "597 files")
        for step in 0..<100 {
            try console.resize(rows: 5 + step * 7 % 46, columns: 20 + step * 13 % 141)
        }
        try console.resize(rows: 30, columns: 100)
        let picture = try console.wait(
            for: "New job on digits-batch", "597 files", "[ Submit ]", "ctrl-s submit")
        let lines = picture.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { $0.contains("New job on digits-batch ─") }.count == 1)
        try console.keys("Escape")
        try console.wait(for: "┌ Endpoints", "Recent jobs")
    }

    @Test func aHundredKilobytesPastedIntoTheFormAreRefusedAtOnce() throws {
        let deck = try Deck()
        let console = try deck.console()
        try console.wait(for: "digits-batch", "nearest")
        try console.keys("n")
        try console.wait(for: "azureml:digits-data@latest", "597 files")
        try console.paste(String(repeating: "x", count: 100_000))
        try console.wait(for: "a field holds at most")
        try console.wait(for: "azureml:digits-data@latest", "✓ ready")
        try console.keys("Tab")
        try console.wait(for: "▸ score", limit: .seconds(20))
    }

    @Test func aTerminalOfOneKilobyteASecondIsNotLeftBehind() throws {
        let deck = try Deck()
        #expect(try deck.run("engine", "start").status == 0)
        let result = try Run.program(
            try Tool.find("python3"),
            [
                Checkout.root + "/Tests/EndToEndTests/Clients/slow_terminal.py", deck.executable,
            ], environment: deck.environment, folder: deck.folder.path, limit: .seconds(200))
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        let words = result.output.split(separator: " ")
        let seconds = try #require(words.last.flatMap { Double($0.dropLast()) }, "\(result.output)")
        #expect(seconds < 40, "\(result.output)")
    }

    @Test func aConsoleKilledInTheMiddleOfAFormLosesOnlyTheForm() throws {
        let deck = try Deck()
        let console = try deck.console()
        try console.wait(for: "digits-batch", "nearest")
        try console.keys("n")
        try console.wait(for: "azureml:digits-data@latest", "597 files")
        try console.keys("M-p", "s")
        try console.type("kept")
        try console.keys("Enter")
        try console.wait(for: "saved as kept")
        try console.keys("Escape")
        try console.wait(for: "┌ New job on digits-batch")
        try console.keys("C-u")
        try console.type("./half-typ")
        try console.wait(for: "./half-typ")
        #expect(kill(try console.processID(), SIGKILL) == 0)
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }
        let jobs = try #require(try deck.json("job", "list") as? [Any])
        #expect(jobs.isEmpty, "nothing was sent")
        let next = try deck.console()
        try next.wait(for: "digits-batch", "nearest")
        try next.keys("n")
        try next.wait(for: "azureml:digits-data@latest", "597 files")
        try next.keys("M-p")
        try next.wait(for: "Presets of digits-batch", "kept")
    }

    @Test func twoConsolesOnOneEngineSeeEachOthersJobs() throws {
        let deck = try Deck()
        let one = try deck.console()
        let other = try deck.console()
        try one.wait(for: "digits-batch", "nearest")
        try other.wait(for: "digits-batch", "nearest")
        try other.keys("J")
        try other.wait(for: "No jobs")
        try one.keys("G", "n")
        try one.wait(for: "New job on wine-classifier", "4 files")
        try one.keys("C-s")
        try one.wait(for: "Completed", "4/4")
        try other.keys("r")
        try other.wait(for: "Jobs 1", "Completed")
        try other.keys("A")
        try other.wait(for: "is archived", "No jobs")
        try one.keys("J", "r")
        try one.wait(for: "No jobs")
    }

    @Test func withoutColoursAndWithoutUTF8EverythingIsStillSaid() throws {
        let deck = try Deck()
        let failed = try deck.run(
            "invoke", "-n", "flaky-batch", "--input", "azureml:flaky-bad:1", "--watch")
        #expect(failed.status == 3, "\(failed.errors)")
        var environment = deck.environment
        environment["NO_COLOR"] = "1"
        environment["LANG"] = "C"
        environment["LC_ALL"] = "C"
        let console = try Tmux(
            rows: 30, columns: 100, command: [deck.executable, "--theme", "light"],
            environment: environment, folder: deck.folder)
        defer { console.end() }
        try console.wait(for: "digits-batch", "wine-classifier")
        try console.keys("J")
        let picture = try console.wait(for: "Failed", "4 failed")
        let isPlain = picture.allSatisfy { $0.isASCII }
        #expect(isPlain, "\(picture)")
        let colours = ["3", "4"].flatMap { ground in (0...8).map { "[\(ground)\($0)m" } }
        let styled = try console.styledScreen()
        #expect(!colours.contains(where: styled.contains), "\(styled)")
    }
}
