import Foundation
import TestSupport

/// batchdeck on a home of its own: the real program, a real engine, the sample workspace.
///
/// The engine is stopped and the folder removed when the value goes, so that a test leaves nothing behind.
final class Deck {
    let folder: TemporaryFolder
    let executable: String
    let workspace: String
    private var consoles: [Tmux] = []

    /// - Parameters:
    ///   - workspace: a workspace folder; the sample one unless given.
    ///   - isFirstStart: true for a home in which the tour was not seen yet.
    init(workspace: String? = nil, isFirstStart: Bool = false) throws {
        folder = try TemporaryFolder("e2e")
        executable = try Checkout.executable()
        self.workspace = workspace ?? Checkout.root + "/assets/workspace"
        _ = try Tool.find("python3")
        if !isFirstStart { try folder.write("", to: "home/state/tour-seen") }
    }

    deinit {
        // A console that still runs would start the engine again.
        for console in consoles { console.end() }
        _ = try? run("engine", "stop")
    }

    var home: String { folder.path + "/home" }

    var environment: [String: String] {
        [
            "BATCHDECK_HOME": home, "BATCHDECK_WORKSPACE": workspace, "HOME": folder.path,
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color",
        ]
    }

    /// Runs a verb to its end.
    func run(_ arguments: String..., input: String = "") throws -> RunResult {
        try Run.program(
            executable, arguments, environment: environment, folder: folder.path, input: input)
    }

    /// Runs a verb that must succeed, and reads its JSON.
    func json(_ arguments: String...) throws -> Any {
        let result = try Run.program(
            executable, arguments + ["-o", "json"], environment: environment, folder: folder.path)
        guard result.status == 0 else { throw Refused(result: result) }
        return try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    }

    /// The console in a terminal.
    func console(rows: Int = 30, columns: Int = 100, _ arguments: String...) throws -> Tmux {
        let console = try Tmux(
            rows: rows, columns: columns, command: [executable] + arguments,
            environment: environment, folder: folder)
        consoles.append(console)
        return console
    }

    /// True once a process has ended, whether or not somebody has taken it off the process table.
    func isGone(_ pid: Int32) -> Bool {
        guard kill(pid, 0) == 0 else { return true }
        let stat = FileManager.default.contents(atPath: "/proc/\(pid)/stat") ?? Data()
        return String(decoding: stat, as: UTF8.self).contains(") Z ")
    }

    /// The engine's process, from its connection file.
    func enginePID() throws -> Int32 {
        let data = try Data(
            contentsOf: URL(fileURLWithPath: home + "/state/connection.json"))
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return Int32(object?["pid"] as? Int ?? 0)
    }

    struct Refused: Error, CustomStringConvertible {
        let result: RunResult
        var description: String { "exit \(result.status): \(result.errors)" }
    }
}

/// A workspace with one endpoint and one deployment whose scoring script the test gives.
enum TinyWorkspace {
    /// One whose script fails for one of its four files, and only there; its jobs are completed all the same.
    static func writeBroken(in folder: TemporaryFolder) throws -> String {
        let script = """
            def init():
                pass

            def run(batch):
                for path in batch:
                    if "item-102" in path:
                        raise ValueError("this one is broken")
                return list(batch)
            """
        return try write(
            script: script,
            settings: "  error_threshold: -1\n  retry_settings:\n    max_retries: 1", in: folder)
    }

    static func write(
        script: String, settings: String = "", files: Int = 4, in folder: TemporaryFolder
    ) throws -> String {
        let deployment = "ws/endpoints/tiny/only"
        try folder.write(
            "name: tiny\ndefaults:\n  deployment_name: only\n", to: "ws/endpoints/tiny/endpoint.yml"
        )
        try folder.write(
            """
            name: only
            endpoint_name: tiny
            type: model
            model:
              name: nothing
              path: model
            code_configuration:
              code: code
              scoring_script: score.py
            environment:
              name: plain
              image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
            compute: azureml:local
            settings:
              mini_batch_size: 1
            \(settings)
            """, to: deployment + "/deployment.yml")
        try folder.write("nothing\n", to: deployment + "/model/nothing.txt")
        try folder.write(script, to: deployment + "/code/score.py")
        for index in 0..<files {
            try folder.write("\(index)\n", to: "ws/data/items/item-\(index + 100).txt")
        }
        try folder.write(
            "name: items\nversion: \"1\"\ntype: uri_folder\npath: items\n", to: "ws/data/items.yml")
        return folder.path + "/ws"
    }
}
