import Foundation
import TestSupport
import Testing

/// Secrets of every kind the local engine meets, planted, and then looked for in everything that a day's work leaves behind:
/// files of the home, recordings, screens, what was printed, and command lines while it ran.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CanaryTests {
    /// Serves one file to whoever brings the signature.
    private static let handler = """
        import urllib.parse

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                given = urllib.parse.parse_qs(url.query).get("sig")
                is_right = given == ["canary-sas-4c1e"] and url.path.endswith("one.txt")
                body = b"a row\\n" if is_right else b"no"
                self.send_response(200 if is_right else 403)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
        """

    private static let script = """
        import os, sys

        def init():
            print(" ".join(sys.argv), dict(os.environ))

        def run(mini_batch):
            return [open(path).read().strip() for path in mini_batch]
        """

    private static let signature = "canary-sas-4c1e"

    private let deck: Deck
    private let fixtures: TemporaryFolder
    private let said = Said()

    /// What was printed and drawn, by where.
    private final class Said {
        var texts: [(place: String, text: String)] = []
    }

    init() throws {
        fixtures = try TemporaryFolder("planted")
        deck = try Deck(workspace: TinyWorkspace.write(script: Self.script, in: fixtures))
    }

    // MARK: - The day's work

    /// An input file as a person would write it; a command line is no place for a signature.
    private func inputs(_ name: String, _ url: String) throws -> String {
        try fixtures.write(
            "inputs:\n  data:\n    type: uri_file\n    path: \"\(url)\"\n", to: name)
    }

    @discardableResult
    private func run(_ words: String...) throws -> RunResult {
        let result = try Run.program(
            deck.executable, words, environment: environment, folder: deck.folder.path)
        said.texts.append((words.joined(separator: " "), result.output + result.errors))
        return result
    }

    private var environment: [String: String] {
        // Sign-in of a context that is not even used: it must not reach the engine's children either.
        deck.environment.merging(
            [
                "AZURE_CLIENT_SECRET": "canary-client-secret",
                "AZURE_CLIENT_CERTIFICATE_PASSWORD": "canary-passphrase",
                "BATCHDECK_TOKEN": "canary-given-token",
                "HTTPS_PROXY": "http://user:canary-proxy@127.0.0.1:9",
            ]) { $1 }
    }

    private func headless(_ good: String, _ bad: String, _ canaries: Canaries) throws {
        let done = try run("invoke", "-n", "tiny", "-f", good, "--watch")
        #expect(done.status == 0, "\(done.errors)")
        let job = try #require(
            done.output.split(whereSeparator: \.isNewline).first.map(String.init))
        #expect(try run("invoke", "-n", "tiny", "-f", bad, "--watch").status == 3)
        #expect(try run("invoke", "-n", "tiny", "-d", "nowhere", "-f", good).status != 0)
        try run("invoke", "-n", "tiny", "-f", good, "--set", "inputs.data.type=nonsense")
        #expect(try run("invoke", "-n", "tiny", "-f", good, "--dry-run").status == 0)
        try run("invoke", "-n", "tiny", "-f", good, "--dry-run", "-o", "json")
        for form in ["az", "curl", "python", "yaml"] {
            #expect(try run("export", "-n", "tiny", "-f", good, "--as", form).status == 0)
        }
        for form in ["table", "json"] {
            try run("job", "show", "-n", job, "-o", form)
            try run("job", "list", "-o", form)
            try run("doctor", "-o", form)
            try run("engine", "status", "-o", form)
            try run("context", "list", "-o", form)
        }
        let logs = try run("job", "logs", "-n", job, "-o", "json").output
        let list = try #require(
            try JSONSerialization.jsonObject(with: Data(logs.utf8)) as? [[String: Any]])
        let files = list.compactMap { $0["file"] as? String }
        #expect(!files.isEmpty, "\(logs)")
        for file in files {
            #expect(try run("job", "logs", "-n", job, "--file", file).status == 0, "\(file)")
        }
        try run("engine", "logs")
        #expect(canaries.leaksOnCommandLines() == [])
    }

    /// Sends while the engine is deaf, and is killed: what is left is an outcome that nobody knows.
    private func killed(_ good: String, _ canaries: Canaries) throws {
        let engine = try deck.enginePID()
        let child = try Child(
            deck.executable, ["invoke", "-n", "tiny", "-f", good], environment: environment)
        let journal = deck.home + "/state/submissions.sqlite-wal"
        func size() -> Int { FileManager.default.contents(atPath: journal)?.count ?? 0 }
        let before = size()
        try Eventually.get("the submission in the journal") { size() == before ? nil : true }
        kill(engine, SIGSTOP)
        defer { kill(engine, SIGCONT) }
        #expect(canaries.leaksOnCommandLines() == [])
        child.kill()
        _ = child.wait(until: .now + .seconds(10))
    }

    private func console(_ url: String) throws {
        let recording = deck.folder.path + "/session"
        let console = try deck.console("--record", recording)
        func look(_ place: String) throws {
            said.texts.append(("the screen of \(place)", try console.screen()))
        }
        try console.wait(for: "tiny", "only")
        try look("endpoints")
        try console.keys("n")
        try console.wait(for: "azureml:items")
        try console.keys("C-u")
        try console.paste(url)
        try console.wait(for: "one.txt")
        try look("the form")
        try console.keys("C-r")
        try console.wait(for: "POST")
        try look("the request")
        try console.keys("C-r", "C-s")
        try console.wait(for: "Completed")
        for key in ["1", "2", "3", "4"] {
            try console.keys(key)
            try look("the job, \(key)")
        }
        try console.wait(for: "one.txt")
        try look("what went in")
        try console.keys("J")
        try console.wait(for: "┌ Jobs")
        try look("jobs")
        try console.keys("a")
        try console.wait(for: "one.txt")
        try look("the job again")
        try console.keys("C-c")
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }
        #expect(FileManager.default.fileExists(atPath: recording))
    }

    // MARK: - The look

    /// Files that hold a secret on purpose, each with the reason; all of them are of mode 0600.
    private static let allowed: [(file: String, secrets: Set<String>, reason: String)] = [
        (
            "home/state/connection.json", ["engine token", "storage key"],
            "it is how clients reach the engine"
        )
    ]

    @Test func noSecretIsLeftInAnyFileOnAnyScreenOrCommandLine() throws {
        let server = try PythonServer(Self.handler, in: fixtures)
        defer { server.stop() }
        let host = server.host
        let query = "sv=2023-11-03&sp=r&sig=\(Self.signature)"
        let url = "http://\(host)/box/one.txt?\(query)"
        let good = try inputs("good.yml", url)
        let bad = try inputs("bad.yml", "http://\(host)/box/two.txt?\(query)")
        #expect(try run("engine", "start", "--allow-input-host", host).status == 0)
        let canaries = try self.canaries()

        try headless(good, bad, canaries)
        try console(url)
        try killed(good, canaries)
        try run("invoke", "-n", "tiny", "-f", good)
        try run("doctor")
        #expect(try run("engine", "stop").status == 0)

        for (place, text) in said.texts {
            #expect(canaries.leaks(in: text, called: place) == [], "\(text)")
        }
        let leaks = canaries.leaks(below: [deck.folder.path]) { file, secret in
            Self.allowed.contains { $0.file == file && $0.secrets.contains(secret) }
        }
        #expect(leaks == [])
    }

    private func canaries() throws -> Canaries {
        let path = deck.home + "/state/connection.json"
        let file = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
                as? [String: Any])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        return Canaries([
            "engine token": try #require(file["token"] as? String),
            "storage key": try #require(file["storage_key"] as? String),
            "signature": Self.signature, "client secret": "canary-client-secret",
            "passphrase": "canary-passphrase", "given token": "canary-given-token",
            "proxy password": "canary-proxy",
        ])
    }

    @Test func aSecretThatIsThereIsFound() throws {
        let folder = try TemporaryFolder("leak")
        try folder.write("a=canary%2Dx%2F1 b", to: "below/file")
        let canaries = Canaries(["one": "canary-x/1", "other": "canary-y"])
        #expect(canaries.leaks(below: [folder.path]) { _, _ in false } == ["one in below/file"])
        #expect(canaries.leaks(below: [folder.path]) { file, _ in file == "below/file" } == [])
        #expect(canaries.leaks(in: "x canary-y", called: "a text") == ["other in a text"])
        let sleeper = try Child(
            Tool.find("sh"), ["-c", "sleep 20; : canary-y"], environment: ["PATH": "/usr/bin:/bin"])
        defer {
            sleeper.kill()
            _ = sleeper.wait(until: .now + .seconds(10))
        }
        // The command line is the program's own only once it has taken the place of the one that started it.
        try Eventually.get("the secret on a command line") {
            canaries.leaksOnCommandLines().first { $0.hasSuffix("of \(sleeper.pid)") }
        }
    }
}
