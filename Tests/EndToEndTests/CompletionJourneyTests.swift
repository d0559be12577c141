import Foundation
import TestSupport
import Testing

/// Names behind the tab key: real shells, a real engine.
@Suite struct CompletionJourneyTests {
    /// The environment of a shell that finds this batchdeck.
    private func environment(_ deck: Deck) -> [String: String] {
        var all = deck.environment
        let folder = (deck.executable as NSString).deletingLastPathComponent
        all["PATH"] = folder + ":" + (all["PATH"] ?? "")
        return all
    }

    private func script(_ shell: String, _ deck: Deck, as name: String) throws -> String {
        try deck.folder.write(try deck.run("completion", shell).output, to: name)
    }

    /// What bash puts behind each line, by the script that it would load.
    private func bash(_ deck: Deck, _ lines: [String]...) throws -> [[String]] {
        let script = try script("bash", deck, as: "batchdeck.bash")
        let asked = lines.map { words in
            "complete_words " + words.map { "'\($0)'" }.joined(separator: " ")
        }
        let program = """
            source \(script)
            complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; \
            COMP_POINT=${#COMP_LINE}; COMPREPLY=(); \
            _batchdeck_whole_words "$1" "${@: -1}" "${COMP_WORDS[$((COMP_CWORD - 1))]}"; \
            echo "<${COMPREPLY[*]}>"; }
            \(asked.joined(separator: "\n"))
            """
        let run = try Run.program(
            try Tool.find("bash"), ["-c", program], environment: environment(deck))
        let answers = run.output.split(separator: "\n").map {
            $0.dropFirst().dropLast().split(separator: " ").map(String.init)
        }
        try #require(answers.count == lines.count, "\(run)")
        return answers
    }

    @Test func bashCompletesNamesAndStartsNoEngine() throws {
        let deck = try Deck()
        let show = ["batchdeck", "endpoint", "show", "-n", ""]
        #expect(try bash(deck, show) == [[]], "nothing was ever seen")
        #expect(!FileManager.default.fileExists(atPath: deck.home + "/state/connection.json"))

        _ = try deck.json("endpoint", "list")
        let names = [
            "digits-batch", "flaky-batch", "hello-batch", "tumour-pipeline", "wine-classifier",
        ]
        #expect(try bash(deck, show)[0].sorted() == names)
        #expect(try bash(deck, ["batchdeck", "job", "list", "--context", "l"]) == [["local"]])

        #expect(try deck.run("engine", "stop").status == 0)
        #expect(try bash(deck, show)[0].sorted() == names, "what was last seen")
        let status = try #require(try deck.json("engine", "status") as? [String: Any])
        #expect(status["status"] as? String == "stopped", "\(status)")
    }

    /// A line as it is typed, and what the tab key makes of it.
    private static let lines = [
        ("batchdeck endpoint show -n tum", "show -n tumour-pipeline"),
        ("batchdeck invoke -n wine-classifier -d gnb-", "-d gnb-probs"),
        ("batchdeck data show --name win", "--name wine-data"),
        ("batchdeck datastore browse -n workspaceb", "-n workspaceblobstore"),
        ("batchdeck invoke --input azureml:win", "--input azureml:wine-data@latest"),
        ("batchdeck invoke --input azureml:wine-data@l", "--input azureml:wine-data@latest"),
    ]

    /// Types each line into a shell in a real terminal.
    private func complete(in shell: [String], prepare: String, _ deck: Deck) throws {
        let terminal = try Tmux(
            rows: 20, columns: 100, command: shell, environment: environment(deck),
            folder: deck.folder)
        defer { terminal.end() }
        try terminal.type("\(prepare); clear; echo rea''dy")
        try terminal.keys("Enter")
        try terminal.wait(for: "ready")
        for (typed, whole) in Self.lines {
            try terminal.type(typed)
            // On a machine that is busy the engine is not waited for: a person presses the key again.
            try Eventually.get("\(whole) in \(shell[0])") { () -> Bool? in
                try terminal.keys("Tab")
                let screen = try? terminal.wait(for: whole, limit: .seconds(2))
                return screen.map { _ in true }
            }
            // A shell that is busy with another tab key takes the first ctrl-c for that.
            try Eventually.get("a fresh line in \(shell[0])") { () -> Bool? in
                try terminal.keys("C-c")
                let lines = try terminal.screen().split(separator: "\n")
                let last = lines.last { !$0.allSatisfy(\.isWhitespace) }
                return last?.contains("batchdeck ") == false ? true : nil
            }
        }
    }

    @Test func bashCompletesAtTheTabKey() throws {
        let deck = try Deck()
        _ = try deck.json("endpoint", "list")
        let script = try script("bash", deck, as: "batchdeck.bash")
        try complete(
            in: [try Tool.find("bash"), "--norc"], prepare: "source \(script)", deck)
    }

    @Test(.enabled(if: (try? Tool.find("zsh")) != nil, "zsh is not installed"))
    func zshCompletesAtTheTabKey() throws {
        let deck = try Deck()
        _ = try deck.json("endpoint", "list")
        _ = try script("zsh", deck, as: "functions/_batchdeck")
        let folder = deck.folder.path + "/functions"
        try complete(
            in: [try Tool.find("zsh"), "-f"],
            prepare: "fpath=(\(folder) $fpath); autoload -U compinit; compinit -u -D", deck)
    }

    @Test(.enabled(if: (try? Tool.find("fish")) != nil, "fish is not installed"))
    func fishCompletesAtTheTabKey() throws {
        let deck = try Deck()
        _ = try deck.json("endpoint", "list")
        let script = try script("fish", deck, as: "batchdeck.fish")
        try complete(
            in: [try Tool.find("fish"), "--no-config"], prepare: "source \(script)", deck)
    }
}
