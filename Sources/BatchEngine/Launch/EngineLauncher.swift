// Finding the engine of a state folder, or starting one.
//
// The lock file is the truth: it is held exactly as long as an engine lives. The connection file only says how to reach it,
// and is believed when the engine behind it answers an authenticated request. Two starters may both spawn; both engines try
// the lock, one gets it, the other leaves at once, and both starters end up reading the winner's connection file.
//
// How long a start takes is not ours to say: an engine with thousands of endpoints on a busy machine reads for minutes. So a
// starter waits as long as the process lives and its note (`StartNote`) changes, and gives up on one that stands still.

public import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Starts, finds and stops the engine of a state folder.
public struct EngineLauncher: Sendable {
    /// Whether the engine behind a connection file answers an authenticated request.
    public typealias Probe = @Sendable (ConnectionFile) async -> Bool

    /// How an engine stands.
    public enum Status: Sendable, Hashable {
        /// No engine.
        case stopped
        /// One holds the lock but does not answer: it is starting, stopping or stuck.
        case unreachable
        /// One answers.
        case running(ConnectionFile)
    }

    /// The longest we wait for a starting engine that says nothing new, and for one that is to stop.
    public var patience: Duration = .seconds(60)
    private let probe: Probe

    /// Makes a launcher; the room that may open sockets gives the probe.
    public init(probe: @escaping Probe) { self.probe = probe }

    /// How the engine of a state folder stands.
    public func status(state: String) async -> Status {
        guard EngineLock.isHeld(state: state) else { return .stopped }
        guard let connection = ConnectionFile.read(ConnectionFile.path(state: state)),
            await probe(connection)
        else { return .unreachable }
        return .running(connection)
    }

    /// The running engine's connection, after starting one if there is none.
    ///
    /// - Parameters:
    ///   - state: the state folder, absolute; made when missing.
    ///   - workspace: the workspace folder, absolute.
    ///   - executable: the program to run with `engine serve`, absolute.
    ///   - extra: further arguments of a new engine; one that runs keeps its own.
    /// - Throws: `.conflict` when an engine serves another workspace from this state folder; `.unexpected` with the end
    ///   of the engine's log when it ended, or when the caller was cancelled; `.timedOut` when it stands still.
    public func ensureRunning(
        state: String, workspace: String, executable: String, extra: [String] = []
    ) async throws(ServiceFailure) -> ConnectionFile {
        DetachedProcess.forgetEnded()
        if let connection = try await usable(state, workspace) { return connection }
        try PrivateFile.makeFolders(state)
        let log = state + "/engine.log"
        EngineLog.keepShort(log)
        var stillness = Stillness(StartNote(state: state), patience: patience)
        var backOff = BackOff()
        var child: Int32?
        repeat {
            if Task.isCancelled { throw Self.cancelled("start the local engine") }
            if let connection = try await usable(state, workspace) { return connection }
            if let pid = child {
                let code = DetachedProcess.exitCode(of: pid)
                if let code, !EngineLock.isHeld(state: state) {
                    throw notStarted(.unexpected, "it ended with code \(code)", log)
                }
            } else if !EngineLock.isHeld(state: state) {
                // Said here: an engine on a full disk may not even be able to write it into its log.
                try Shortage.checkRoom(state)
                let arguments =
                    ["engine", "serve", "--workspace", workspace, "--state", state] + extra
                child = try DetachedProcess.start(executable, arguments, log: log)
            }
            await backOff.wait()
        } while !stillness.isTooLong()
        throw notStarted(.timedOut, stillness.words, log)
    }

    /// Ends the engine of a state folder and waits until it is gone.
    ///
    /// - Returns: false when there was none.
    /// - Throws: `.timedOut` when it does not end.
    public func stop(state: String) async throws(ServiceFailure) -> Bool {
        guard EngineLock.isHeld(state: state) else { return false }
        let deadline = ContinuousClock.now + patience
        var backOff = BackOff()
        var signalled: Int32?
        while EngineLock.isHeld(state: state) {
            let pid = ConnectionFile.read(ConnectionFile.path(state: state))?.pid
            if let pid, pid > 1, pid != signalled {
                kill(pid, SIGTERM)
                signalled = pid
            }
            guard !Task.isCancelled else { throw Self.cancelled("stop the local engine") }
            guard ContinuousClock.now < deadline else {
                throw ServiceFailure(
                    kind: .timedOut, operation: "stop the local engine",
                    detail: "it still holds \(state)/engine.lock",
                    advice: signalled.map { "End process \($0) by hand." } ?? "Try again.")
            }
            await backOff.wait()
        }
        if let signalled { _ = DetachedProcess.exitCode(of: signalled) }
        return true
    }

    // MARK: - Steps

    private func usable(
        _ state: String, _ workspace: String
    ) async throws(ServiceFailure) -> ConnectionFile? {
        guard case .running(let connection) = await status(state: state) else { return nil }
        guard connection.version == BatchdeckVersion.current else {
            // The version handshake: jobs of the old engine go on in the new one.
            _ = try await stop(state: state)
            return nil
        }
        guard connection.workspaceFolder == workspace else {
            throw ServiceFailure(
                kind: .conflict, operation: "use the local engine",
                detail:
                    "the engine of \(state) serves the workspace \(connection.workspaceFolder), "
                    + "not \(workspace)",
                advice: "Stop it with `batchdeck engine stop`, or choose another --state folder.")
        }
        return connection
    }

    /// Nobody waits any more; the engine goes on with its start or its end.
    private static func cancelled(_ operation: String) -> ServiceFailure {
        ServiceFailure(
            kind: .unexpected, operation: operation, serviceCode: "Cancelled",
            detail: "it was cancelled")
    }

    private func notStarted(
        _ kind: ServiceFailure.Kind, _ why: String, _ log: String
    ) -> ServiceFailure {
        let tail = PrivateFile.tail(log, limitBytes: 2048)
        let last = tail.split(separator: "\n").suffix(8).joined(separator: "\n")
        return ServiceFailure(
            kind: kind, operation: "start the local engine",
            detail: why + (last.isEmpty ? "" : "; the end of its log:\n" + last),
            advice: "The whole log is \(log).")
    }
}

/// How long a starting engine has said nothing new.
private struct Stillness {
    private let note: StartNote
    private let patience: Duration
    private var last: String?
    private var deadline: ContinuousClock.Instant

    init(_ note: StartNote, patience: Duration) {
        self.note = note
        self.patience = patience
        last = note.words
        deadline = .now + patience
    }

    /// Looks at the note; true once it has been the same for longer than one is patient.
    mutating func isTooLong() -> Bool {
        let words = note.words
        if words != last {
            last = words
            deadline = .now + patience
        }
        return ContinuousClock.now >= deadline
    }

    /// Why it is given up.
    var words: String {
        let span = "for \(patience.components.seconds) s"
        return last.map { "it did not get on \(span) with \($0)" } ?? "it did not answer \(span)"
    }
}

/// Waits that begin short, because an engine starts within a tenth of a second, and grow to 50 ms.
private struct BackOff {
    private var next = Duration.milliseconds(2)

    mutating func wait() async {
        try? await Task.sleep(for: next)
        next = min(next * 3 / 2, .milliseconds(50))
    }
}
