import ConsoleGrid
import TestSupport
import Testing

@testable import ConsoleNcurses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A server of tmux for one test, with one pane whose program leaves the tty to the test.
final class TmuxServer {
    struct Failure: Error { let message: String }

    private let folder: TemporaryFolder
    let socket: String
    let tty: Int32

    init(size: Size) throws {
        folder = try TemporaryFolder("pane")
        socket = folder.path + "/tmux"
        _ = try TmuxServer.run(
            "tmux -S \(socket) -f /dev/null new-session -d -x \(size.columns) -y \(size.rows) "
                + "'stty raw -echo; exec sleep 600'")
        let path = try TmuxServer.run("tmux -S \(socket) display-message -p '#{pane_tty}'")
        tty = open(String(path.prefix { $0 != "\n" }), O_RDWR | O_NOCTTY)
        guard tty >= 0 else { throw Failure(message: "cannot open the pane of tmux") }
    }

    deinit {
        close(tty)
        _ = try? TmuxServer.run("tmux -S \(socket) kill-server")
    }

    /// What the pane shows, once it shows this text; the last state seen if it never does.
    func picture(showing text: String) throws -> String {
        var seen = ""
        // Every look starts a process, which takes milliseconds: this is several seconds.
        for _ in 0..<1_000 {
            seen = try TmuxServer.run("tmux -S \(socket) capture-pane -p")
            if seen.contains(text) { return seen }
        }
        return seen
    }

    func press(_ keys: String) throws {
        _ = try TmuxServer.run("tmux -S \(socket) send-keys \(keys)")
    }

    private static func run(_ command: String) throws -> String {
        guard let stream = popen("LC_ALL=C.UTF-8 \(command) 2>&1", "r") else {
            throw Failure(message: "cannot start a shell for tmux")
        }
        var bytes: [UInt8] = []
        var buffer: [UInt8] = Array(repeating: 0, count: 4_096)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard pclose(stream) == 0 else {
            throw Failure(message: "these tests need tmux: `\(command)` failed: \(text)")
        }
        return text
    }
}

extension TerminalTests {
    @Test func aPictureIsShownAsDrawnAndChangesWithTheNext() async throws {
        let size = Size(rows: 12, columns: 50)
        let server = try TmuxServer(size: size)
        setenv("LC_ALL", "C.UTF-8", 1)
        let terminal = try Terminal.open(
            .init(
                environment: ["TERM": "tmux-256color"], input: server.tty, output: server.tty))
        #expect(terminal.size == size)
        #expect(terminal.isUTF8)
        var first = Screen(size: size)
        first.drawBox(first.bounds, title: "Endpoints 5", style: .focusBorder)
        first.write("日本語 e\u{301} ✓", at: Point(row: 2, column: 3), style: .success)
        ProgressBar(done: 41, total: 60).draw(
            on: &first, at: Point(row: 3, column: 3), columns: 20)
        terminal.draw(first)
        #expect(try server.picture(showing: "✓").hasPrefix(first.plainText))
        var second = first
        second.fill(Rect(row: 2, column: 4, rows: 1, columns: 20), with: "x")
        second.write("日", at: Point(row: 5, column: 46))
        second.write("done", at: Point(row: 4, column: 3), style: .danger.on(.selection))
        terminal.draw(second)
        #expect(try server.picture(showing: "done").hasPrefix(second.plainText))
        terminal.close()
        #expect(try !server.picture(showing: "\n\n\n").contains("done"))
    }

    @Test func keysOfARealTerminalArrive() async throws {
        let server = try TmuxServer(size: Size(rows: 10, columns: 40))
        let (keys, sender) = AsyncStream.makeStream(of: KeyPress.self)
        let tty = server.tty
        onNewThread {
            defer { sender.finish() }
            guard
                let terminal = try? Terminal.open(
                    .init(environment: ["TERM": "tmux-256color"], input: tty, output: tty))
            else { return }
            let port = terminal.port
            var ready = Screen(size: terminal.size)
            ready.write("ready", at: .zero)
            terminal.draw(ready)
            _ = terminal.run(
                .init(
                    onKey: { key in
                        sender.yield(key)
                        if key == .control("q") { port.close() }
                    }, onResize: { _ in }, onTerminate: { _ in }))
        }
        #expect(try server.picture(showing: "ready").contains("ready"))
        let script = "j Up PgDn F5 BTab Enter C-s é C-q"
        try server.press(script)
        var found: [KeyPress] = []
        for await key in keys { found.append(key) }
        #expect(
            found == [
                .character("j"), .up, .pageDown, .function(5), .backTab, .enter, .control("s"),
                .character("é"), .control("q"),
            ])
    }
}
