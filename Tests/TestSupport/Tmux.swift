import Foundation

/// A program in a real terminal: a tmux server of its own, driven by keys, read by its screen.
public final class Tmux {
    private let tmux: String
    private let socket: String
    private let environment: [String: String]
    private let folder: TemporaryFolder

    /// Starts a program in a fresh terminal.
    ///
    /// - Throws: `MissingTool` naming tmux.
    public init(
        rows: Int, columns: Int, command: [String], environment: [String: String],
        folder: TemporaryFolder
    ) throws {
        tmux = try Tool.find("tmux")
        self.folder = folder
        socket = folder.path + "/tmux-\(UUID().uuidString.prefix(6))"
        self.environment = environment.merging(
            ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm-256color"]
        ) { given, _ in given }
        let line = command.map(Self.quote).joined(separator: " ")
        let started = try run(
            "-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", String(columns), "-y",
            String(rows), line)
        guard started.status == 0 else {
            throw NeverTrue(what: "a tmux session: \(started.errors)")
        }
        _ = try run("set-option", "-g", "remain-on-exit", "on")
        _ = try run("set-option", "-g", "escape-time", "0")
    }

    deinit { end() }

    /// Ends the program with its terminal.
    public func end() { _ = try? run("kill-server") }

    /// Types keys, as tmux names them (`Enter`, `C-s`, `Escape`, `j`).
    public func keys(_ keys: String...) throws {
        for key in keys { _ = try run("send-keys", "-t", "t", key) }
    }

    /// Types text as it is.
    public func type(_ text: String) throws {
        _ = try run("send-keys", "-t", "t", "-l", text)
    }

    /// Pastes text as a terminal does: in one piece, marked as pasted. It goes through a file: tmux takes no more than 16 KiB
    /// on its command line.
    public func paste(_ text: String) throws {
        let file = try folder.write(text, to: "pasted-\(UUID().uuidString.prefix(6))")
        // What is pasted may be a secret, and files that a run leaves are searched for those.
        defer { try? FileManager.default.removeItem(atPath: file) }
        for order in [["load-buffer", file], ["paste-buffer", "-p", "-t", "t"]] {
            let done = try run(order)
            guard done.status == 0 else { throw NeverTrue(what: "\(order): \(done.errors)") }
        }
    }

    /// Changes the terminal's size.
    public func resize(rows: Int, columns: Int) throws {
        _ = try run(
            "resize-window", "-t", "t", "-x", String(columns), "-y", String(rows))
    }

    /// The screen's text.
    public func screen() throws -> String {
        try run("capture-pane", "-t", "t", "-p").output
    }

    /// The screen with the sequences that colour it.
    public func styledScreen() throws -> String {
        try run("capture-pane", "-t", "t", "-p", "-e").output
    }

    /// The process that runs in the terminal.
    public func processID() throws -> Int32 {
        let text = try run("display-message", "-t", "t", "-p", "#{pane_pid}").output
        return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    /// True once the program has ended.
    public func hasEnded() throws -> Bool {
        try run("display-message", "-t", "t", "-p", "#{pane_dead}").output.hasPrefix("1")
    }

    /// Waits until every text stands on the screen; gives the screen.
    @discardableResult
    public func wait(for texts: String..., limit: Duration = .seconds(120)) throws -> String {
        var last = ""
        do {
            return try Eventually.get(texts.joined(separator: " and "), limit: limit) {
                last = try screen()
                return texts.allSatisfy(last.contains) ? last : nil
            }
        } catch let failure as NeverTrue {
            throw NeverTrue(what: "\(failure.what) on the screen, which was:\n\(last)")
        }
    }

    private func run(_ arguments: String...) throws -> RunResult { try run(arguments) }

    private func run(_ arguments: [String]) throws -> RunResult {
        try Run.program(
            tmux, ["-S", socket] + arguments, environment: environment, folder: folder.path)
    }

    private static func quote(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
