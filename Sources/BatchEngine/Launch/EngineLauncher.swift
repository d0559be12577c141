// Finding the engine of a state folder, or starting one.
//
// The lock file is the truth: it is held exactly as long as an engine lives. The connection file only says how to reach it,
// and is believed when the engine behind it answers an authenticated request. Two starters may both spawn; both engines try
// the lock, one gets it, the other leaves at once, and both starters end up reading the winner's connection file.

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

    /// The longest we wait for an engine to start or stop.
    public var patience: Duration = .seconds(10)
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
    /// - Throws: `.conflict` when an engine serves another workspace from this state folder; `.timedOut` or
    ///   `.unexpected` with the end of the engine's log when it does not come up.
    public func ensureRunning(
        state: String, workspace: String, executable: String, extra: [String] = []
    ) async throws(ServiceFailure) -> ConnectionFile {
        DetachedProcess.forgetEnded()
        if let connection = try await usable(state, workspace) { return connection }
        try PrivateFile.makeFolders(state)
        let log = state + "/engine.log"
        EngineLog.keepShort(log)
        let deadline = ContinuousClock.now + patience
        var backOff = BackOff()
        var child: Int32?
        while ContinuousClock.now < deadline {
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
        }
        throw notStarted(
            .timedOut, "it did not answer within \(patience.components.seconds) s", log)
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

/// Waits that begin short, because an engine starts within a tenth of a second, and grow to 50 ms.
private struct BackOff {
    private var next = Duration.milliseconds(2)

    mutating func wait() async {
        try? await Task.sleep(for: next)
        next = min(next * 3 / 2, .milliseconds(50))
    }
}
