import ConsoleGrid
import Synchronization

@testable import ConsoleNcurses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pair of descriptors: what is written to one end is typed at the other.
final class PseudoTerminal: Sendable {
    struct Failure: Error { let operation: String }

    let master: Int32
    let slave: Int32

    init(size: Size) throws {
        var ends: (master: Int32, slave: Int32) = (-1, -1)
        guard openpty(&ends.master, &ends.slave, nil, nil, nil) == 0 else {
            throw Failure(operation: "opening a pseudo terminal")
        }
        (master, slave) = ends
        resize(size)
    }

    func resize(_ size: Size) {
        var window = winsize()
        window.ws_row = UInt16(size.rows)
        window.ws_col = UInt16(size.columns)
        _ = ioctl(master, UInt(TIOCSWINSZ), &window)
    }

    func type(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    /// Whether typed letters are echoed, as a shell needs it.
    var isCooked: Bool {
        var modes = termios()
        guard tcgetattr(slave, &modes) == 0 else { return false }
        return modes.c_lflag & tcflag_t(ECHO) != 0 && modes.c_lflag & tcflag_t(ICANON) != 0
    }
}

/// What a terminal under test tells.
enum Report: Sendable {
    case opened(TerminalPort, Size, ColourDepth)
    case refused(TerminalFailure)
    case key(KeyPress)
    case resized(Size)
    case terminated(signal: Int32, isRestored: Bool)
    case ended(Terminal.End)
}

/// A terminal on its own thread, with everything it tells as a stream.
struct Session: ~Copyable {
    let reports: AsyncStream<Report>
    let output: AsyncStream<[UInt8]>

    init(on terminal: PseudoTerminal, environment: [String: String], first: Screen? = nil) {
        setenv("LC_ALL", "C.UTF-8", 1)
        let (reports, sender) = AsyncStream.makeStream(of: Report.self)
        let (output, bytes) = AsyncStream.makeStream(of: [UInt8].self)
        self.reports = reports
        self.output = output
        onNewThread {
            Session.copyOutput(of: terminal.master, to: bytes)
        }
        onNewThread {
            Session.serve(terminal, environment, first, sender)
        }
    }

    private static func serve(
        _ pseudo: PseudoTerminal, _ environment: [String: String], _ first: Screen?,
        _ sender: AsyncStream<Report>.Continuation
    ) {
        defer { sender.finish() }
        do throws(TerminalFailure) {
            let terminal = try Terminal.open(
                .init(environment: environment, input: pseudo.slave, output: pseudo.slave))
            if let first { terminal.draw(first) }
            sender.yield(.opened(terminal.port, terminal.size, terminal.depth))
            let end = terminal.run(
                .init(
                    onKey: { sender.yield(.key($0)) }, onResize: { sender.yield(.resized($0)) },
                    onTerminate: {
                        sender.yield(.terminated(signal: $0, isRestored: pseudo.isCooked))
                    }))
            sender.yield(.ended(end))
        } catch {
            sender.yield(.refused(error))
        }
    }

    private static func copyOutput(
        of descriptor: Int32, to bytes: AsyncStream<[UInt8]>.Continuation
    ) {
        var buffer: [UInt8] = Array(repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes.yield(Array(buffer[..<count]))
        }
        bytes.finish()
    }
}

/// Runs the body on a thread of its own, as blocking calls need one.
func onNewThread(_ body: @escaping @Sendable () -> Void) {
    final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let code = pthread_create(
        &thread, nil,
        { raw in
            if let raw { Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body() }
            return nil
        }, work.toOpaque())
    if code == 0 { pthread_detach(thread) } else { work.release() }
}
