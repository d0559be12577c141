import CNcurses
public import ConsoleGrid
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

// One thread owns the terminal: it makes every call of ncurses, reads every key and sleeps in poll
// between the two. Nothing else wakes it but its pipe:
//
//     keyboard ───────────────▶┐
//     port.show(picture) ─byte─▶│ poll ─▶ signals ─▶ read all keys ─▶ jobs ─▶ orders ─▶ newest picture ─▶ poll
//     signal handler ──────byte─▶┘
//
// With nothing to do it sleeps without a timeout: no wake-ups, no bytes. Keys are always read to the
// end before a picture is drawn, so that a fast typist outruns the drawing and never the keys. Jobs
// are steps of the task that makes pictures of keys: it may run here, because to wake another thread
// and be woken by it takes longer than the work in between. It must not block this one.
//
// The terminal is given back on every way out: `close`, leaving scope, an error thrown on the way,
// exit, SIGTERM and kin, and fatal signals (CNcurses/guard.c).

/// The terminal, opened for drawing; belongs to the thread that opened it.
///
/// Reach it from other threads through its `port`. There is one per process at a time.
public final class Terminal {
    /// How to open a terminal.
    public struct Options: Sendable {
        /// Where keys come from.
        public var input: Int32
        /// Where pictures go.
        public var output: Int32
        /// The terminal's terminfo names and the user's wishes about colour.
        public var profile: TerminalProfile
        /// The colours.
        public var theme: Theme
        /// At most so many colours, nil for what the profile and the terminal allow.
        public var depth: ColourDepth?
        /// Whether clicks and the wheel are reported from the start.
        public var hasMouse: Bool

        /// Standard input and output, described by the environment.
        public init(
            environment: [String: String], input: Int32 = 0, output: Int32 = 1,
            theme: Theme = .dark, depth: ColourDepth? = nil, hasMouse: Bool = true
        ) {
            self.input = input
            self.output = output
            self.theme = theme
            self.depth = depth
            self.hasMouse = hasMouse
            profile = TerminalProfile(environment: environment)
        }
    }

    /// Whom to tell; called on the terminal's thread, one at a time, in order.
    public struct Events: Sendable {
        /// A key was pressed.
        public var onKey: @Sendable (KeyPress) -> Void
        /// The terminal has another size; it stays blank until a picture is shown.
        public var onResize: @Sendable (Size) -> Void
        /// The process was asked to end; the terminal is restored already.
        public var onTerminate: @Sendable (_ signal: Int32) -> Void

        /// The three listeners.
        public init(
            onKey: @escaping @Sendable (KeyPress) -> Void,
            onResize: @escaping @Sendable (Size) -> Void,
            onTerminate: @escaping @Sendable (_ signal: Int32) -> Void
        ) {
            self.onKey = onKey
            self.onResize = onResize
            self.onTerminate = onTerminate
        }
    }

    /// Why `run` returned.
    public enum End: Sendable, Hashable {
        /// Someone closed the port.
        case closed
        /// A signal asked the process to end: exit with 128 + signal.
        case terminated(signal: Int32)
        /// The terminal is gone: its window was closed or the line was cut.
        case gone
    }

    private static let isOpen = Atomic(false)

    /// The way to this terminal from other threads.
    public let port: TerminalPort
    /// Whether characters beyond ASCII can be shown; use `Glyphs.ascii` where not.
    public let isUTF8: Bool
    let pipe: WakePipe
    let painter: Painter
    let input: Int32
    let output: Int32
    var decoder = KeyDecoder()
    /// When bytes came last: what they began is waited for from then on, however often the picture changes meanwhile.
    var lastInput = ContinuousClock.now
    var lastClick: (place: Point, instant: ContinuousClock.Instant)?
    private var hasMouse = false
    private var isRestored = false

    /// The terminal's size when it was last asked.
    public var size: Size { painter.size }
    /// The colours in use.
    public var depth: ColourDepth { painter.depth }

    /// Opens a terminal: alternate screen, no echo, no line editing, cursor hidden.
    ///
    /// 24-bit colours need a terminfo entry made for them, such as `xterm-direct`; where it is
    /// missing the nearest of 256 are used.
    ///
    /// - Throws: `.notATerminal`, `.unknownTerminal`, `.alreadyOpen`, `.refused`; the terminal is then
    ///   as it was.
    public static func open(_ options: Options) throws(TerminalFailure) -> Terminal {
        guard isatty(options.input) == 1, isatty(options.output) == 1 else { throw .notATerminal }
        guard !isOpen.exchange(true, ordering: .sequentiallyConsistent) else { throw .alreadyOpen }
        do throws(TerminalFailure) {
            return try Terminal(options)
        } catch {
            isOpen.store(false, ordering: .sequentiallyConsistent)
            throw error
        }
    }

    private init(_ options: Options) throws(TerminalFailure) {
        input = options.input
        output = options.output
        pipe = try WakePipe()
        port = TerminalPort(pipe: pipe)
        guard bdGuardArm(input, output) else {
            throw .refused(operation: "reading the terminal's modes", code: errno)
        }
        guard options.profile.names.contains(where: { bdOpen($0, options.input, options.output) })
        else {
            bdGuardDisarm()
            throw .unknownTerminal(name: options.profile.names.last ?? "")
        }
        let limit = min(options.depth ?? .trueColour, options.profile.depthLimit)
        let colours = limit == .mono ? 0 : Int(bdStartColours())
        let depth = min(limit, TerminalProfile.depth(colours: colours))
        isUTF8 = bdIsUTF8()
        painter = Painter(
            size: Terminal.currentSize(of: options.output), theme: options.theme, depth: depth,
            colours: colours)
        bdGuardSetBytes(Sequences.mouseOff + Sequences.pasteOff)
        guard bdSignalsInstall(pipe.writeEnd) else {
            let code = errno
            close()
            throw .refused(operation: "handling signals", code: code)
        }
        send(Sequences.pasteOn)
        setMouse(options.hasMouse)
    }

    deinit { close() }

    /// Gives the terminal back as it was; further calls do nothing.
    public func close() {
        guard !isRestored else { return }
        isRestored = true
        bdSignalsRemove()
        bdClose()
        send(Sequences.mouseOff + Sequences.pasteOff)
        bdGuardDisarm()
        Terminal.isOpen.store(false, ordering: .sequentiallyConsistent)
    }

    /// Draws a picture now; for the first one, before `run`.
    public func draw(_ screen: Screen) {
        guard !isRestored else { return }
        painter.draw(screen)
    }

    func setMouse(_ isOn: Bool) {
        guard isOn != hasMouse else { return }
        hasMouse = isOn
        send(isOn ? Sequences.mouseOn : Sequences.mouseOff)
    }

    /// Gives the terminal to the shell until the process is continued.
    func suspend() {
        send(Sequences.mouseOff + Sequences.pasteOff)
        bdSuspend()
        bdStopProcess()
        resume()
    }

    func resume() {
        bdResume()
        send(Sequences.pasteOn + (hasMouse ? Sequences.mouseOn : ""))
        painter.redraw()
    }

    /// Writes bytes past ncurses, which has flushed its own after every picture.
    func send(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            // A terminal that takes no bytes is gone; reading will say so.
            if written <= 0 { return }
            rest = rest.dropFirst(written)
        }
    }

    static func currentSize(of descriptor: Int32) -> Size {
        var rows: Int32 = 0
        var columns: Int32 = 0
        guard bdScreenSize(descriptor, &rows, &columns) else { return standardSize }
        return Size(rows: Int(rows), columns: Int(columns))
    }

    /// What terminals had when they were made of glass; for lines that do not know their size.
    private static let standardSize = Size(rows: 24, columns: 80)
}
