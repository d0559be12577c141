import Foundation
import TestSupport

/// A deck whose engine serves in the foreground over TLS, on a copy of the sample workspace that tests may change.
///
/// The workspace has one endpoint more, `headless`, without any deployment.
final class SecureDeck {
    let deck: Deck
    let certificate: Certificate
    let scratch: String
    private let folder: TemporaryFolder
    private let engine: Child

    var workspace: String { deck.workspace }
    var connectionFile: String { deck.home + "/state/connection.json" }

    init() throws {
        folder = try TemporaryFolder("secure")
        certificate = try Certificate(in: folder.path + "/certificate")
        scratch = folder.path + "/scratch"
        try FileManager.default.createDirectory(
            atPath: scratch, withIntermediateDirectories: true)
        let workspace = folder.path + "/workspace"
        try FileManager.default.copyItem(
            atPath: Checkout.root + "/assets/workspace", toPath: workspace)
        try folder.write("name: headless\n", to: "workspace/endpoints/headless/endpoint.yml")
        deck = try Deck(workspace: workspace)
        engine = try Child(
            deck.executable,
            ["engine", "serve", "--tls-cert", certificate.chain, "--tls-key", certificate.key],
            environment: deck.environment)
        let file = deck.home + "/state/connection.json"
        try Eventually.get("the engine to serve over TLS") {
            FileManager.default.fileExists(atPath: file) ? true : nil
        }
    }

    deinit {
        kill(engine.pid, SIGTERM)
        if engine.wait(until: .now + .seconds(10)) == nil { engine.kill() }
    }

    /// Everything the engine has written to its log, after it has been stopped.
    func stopAndReadLog() -> String {
        kill(engine.pid, SIGTERM)
        return engine.readToEnd(until: .now + .seconds(10)).errors
    }
}

/// A virtual environment with the official Python client, made once and kept between runs.
enum OfficialClient {
    /// The version the contract was captured with.
    static let version = "1.35.2"

    /// Its interpreter; nil after saying why there is none.
    static let python: String? = {
        do { return try prepare() } catch {
            print("skipped: azure-ai-ml \(version) could not be installed: \(error)")
            return nil
        }
    }()

    private static var cache: String {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["BATCHDECK_TEST_CACHE"] { return named }
        let base = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/tmp") + "/.cache"
        return base + "/batchdeck-tests"
    }

    private static func prepare() throws -> String {
        let place = "\(cache)/azure-ai-ml-\(version)"
        let python = place + "/bin/python"
        let mark = place + "/complete"
        // The mark comes last: an installation that was cut short is made anew.
        if FileManager.default.fileExists(atPath: mark),
            try Run.program(python, ["-c", "import azure.ai.ml"]).status == 0
        {
            return python
        }
        try? FileManager.default.removeItem(atPath: place)
        try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
        try run(try Tool.find("python3"), ["-m", "venv", place])
        try run(
            python,
            [
                "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "azure-ai-ml==\(version)",
            ])
        try Data("azure-ai-ml \(version)\n".utf8).write(to: URL(fileURLWithPath: mark))
        return python
    }

    /// With the whole environment: where an index is and how to reach it stands there.
    private static func run(_ program: String, _ words: [String]) throws {
        let done = try Run.program(
            program, words, environment: ProcessInfo.processInfo.environment,
            limit: .seconds(400))
        guard done.status == 0 else { throw Unavailable(reason: done.errors) }
    }

    struct Unavailable: Error, CustomStringConvertible {
        let reason: String
        var description: String { String(reason.suffix(400)) }
    }
}
