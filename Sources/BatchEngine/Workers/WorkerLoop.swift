// The thread that owns one worker process, from its start to its end.
//
// It sleeps in `poll` and does whatever comes first: results to read, commands to write, a call to wake up, a deadline. Both pipes
// are non-blocking, so a script that stops reading or writes endlessly cannot hold the thread.
//
// Mini-batches that take less than a few milliseconds are sent ahead, up to eight: the worker then finds its next one in the
// pipe instead of waiting for two changes of thread. A mini-batch sent ahead has not begun: when the process dies or is killed, only
// the first in line is charged with a try, the others are handed back as they were. Slow mini-batches are never sent
// ahead, so that an idle worker always gets the next one.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a worker is told when it asks for work.
enum WorkAnswer {
    /// Run these.
    case run([MiniBatchLedger.Assignment])
    /// Nothing now; you will be woken.
    case wait
    /// Run `shutdown()` and leave.
    case leave
}

/// How a worker's process ended.
enum WorkerEnd: Sendable, Equatable {
    /// As it was told to.
    case left
    /// It could not be started; the shortage that kept it from it, if that was why.
    case notStarted(String, Shortage?)
    /// Before `init()` had returned.
    case initFailed(line: String, trace: String)
    /// During a `run()` that took too long.
    case timedOut(MiniBatchLedger.Assignment)
    /// Killed by somebody else than the engine; the mini-batch it was running, if any.
    case killed(during: MiniBatchLedger.Assignment?, wasReady: Bool)
    /// By itself; the mini-batch it was running, if any.
    case died(status: Int32, during: MiniBatchLedger.Assignment?)
}

/// What a worker tells of one finished `run()`.
struct RunReport: Sendable {
    var assignment: MiniBatchLedger.Assignment
    /// When it began and how long it took, seen from outside and from inside.
    var startedAfter: MonotonicTime
    var elapsed: Duration
    var spent: RunTimes
    var result: RunResult
}

/// What came of a `run()`.
enum RunResult: Sendable {
    case ran(count: Int, rows: [UInt8])
    case raised(line: String, trace: String)
}

/// What a worker's thread asks of, and tells to, the job it works for.
struct WorkerEmployer: Sendable {
    /// A process runs; its code is held back until this returns.
    var started: @Sendable (ProcessIdentity) throws -> Void
    /// `init()` has returned.
    var ready: @Sendable (_ initTime: Duration) -> Void
    /// A worker wants up to `count` mini-batches.
    var nextWork: @Sendable (_ count: Int, _ isIdle: Bool) -> WorkAnswer
    /// Calls of `run()` have ended, in this order.
    var report: @Sendable ([RunReport]) -> Void
    /// `shutdown()` raised.
    var complained: @Sendable (_ line: String, _ trace: String) -> Void
    /// The process is gone; the mini-batches sent ahead come back. Nothing is said after this.
    var ended: @Sendable (WorkerEnd, [MiniBatchLedger.Assignment], _ pid: Int32?) -> Void
}

/// The means others have to reach a worker's thread.
final class WorkerHandle: Sendable {
    let wakePipe = WakePipe()
    private struct State {
        var process: WorkerProcess?
        var isKilled = false
    }
    private let state = Guarded(State())

    /// True once somebody asked for the process to be killed.
    var isKilled: Bool { state.withLock { $0.isKilled } }

    /// Kills the process now, or as soon as it is started.
    func kill() {
        state.withLock {
            $0.isKilled = true
            $0.process?.kill()
        }
        wakePipe.wake()
    }

    /// Lets the thread look again for work.
    func wake() { wakePipe.wake() }

    /// Puts the process within reach.
    func hold(_ process: WorkerProcess) {
        state.withLock {
            $0.process = process
            if $0.isKilled { process.kill() }
        }
    }
}

/// The body of a worker's thread.
struct WorkerLoop: ~Copyable {
    /// Mini-batches in a worker at once, counting the running one.
    static let sendAheadLimit = 8
    /// A `run()` slower than this has nothing sent ahead.
    static let quickRun = Duration.milliseconds(5)
    /// Bytes of commands that may wait in the pipe: half of what the system holds.
    static let sendAheadBytes = 32_768
    /// How long `shutdown()` may take.
    static let leaveLimit = Duration.seconds(30)

    private struct Running {
        var assignment: MiniBatchLedger.Assignment
        var started: MonotonicTime
        var bytes: Int
    }

    private let employer: WorkerEmployer
    private let handle: WorkerHandle
    private let items: ItemList
    private let timeout: Duration
    private let process: WorkerProcess

    private var outgoing: [UInt8] = []
    private var reader = FrameReader()
    private var running: [Running] = []
    private var isReady = false
    private var isLeaving = false
    private var isAtEnd = false
    private var isTimedOut = false
    private var isDamaged = false
    private var lastRun = Duration.seconds(1)
    private var initFailure: (line: String, trace: String)?
    private var leaveDeadline: MonotonicTime?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

    deinit { buffer.deallocate() }

    /// Starts a process, works with it until its end, and tells the employer all of it.
    static func run(
        launch: WorkerLaunch, greeting: [UInt8], items: ItemList, timeout: Duration,
        handle: WorkerHandle, employer: WorkerEmployer
    ) {
        let process: WorkerProcess
        do {
            guard handle.wakePipe.isOpen else { throw FileFailure("make a pipe", code: EMFILE) }
            process = try WorkerProcess(launch)
        } catch {
            employer.ended(.notStarted("\(error)", Shortage.of(error)), [], nil)
            return
        }
        handle.hold(process)
        do {
            try employer.started(ProcessSweep.identity(of: process.pid))
        } catch {
            _ = process.killAndReap()
            employer.ended(.notStarted("\(error)", Shortage.of(error)), [], process.pid)
            return
        }
        var loop = WorkerLoop(
            process: process, items: items, timeout: timeout, handle: handle, employer: employer)
        loop.outgoing = greeting
        loop.work()
    }

    private init(
        process: WorkerProcess, items: ItemList, timeout: Duration, handle: WorkerHandle,
        employer: WorkerEmployer
    ) {
        self.process = process
        self.items = items
        self.timeout = timeout
        self.handle = handle
        self.employer = employer
    }

    private mutating func work() {
        while !isAtEnd {
            askForWork()
            flush()
            sleep()
            guard !isAtEnd else { break }
            report()
            checkDeadline()
        }
        finish()
    }

    private mutating func askForWork() {
        guard isReady, !isLeaving else { return }
        let isQuick = lastRun < Self.quickRun
        let bytes = running.reduce(0) { $0 + $1.bytes }
        let room = isQuick && bytes < Self.sendAheadBytes ? Self.sendAheadLimit : 1
        // Refilled in halves: asking for every single one would cost a lock each.
        guard running.isEmpty || running.count <= room / 2 else { return }
        guard room > running.count else { return }
        switch employer.nextWork(room - running.count, running.isEmpty) {
        case .wait: break
        case .leave:
            isLeaving = true
            leaveDeadline = running.isEmpty ? .now + Self.leaveLimit : nil
            outgoing += WorkerFrame.command([[UInt8(ascii: "Q")]])
        case .run(let assignments):
            let now = MonotonicTime.now
            for assignment in assignments {
                let frame = WorkerFrame.command([
                    [UInt8(ascii: "R")], items.names(assignment.items),
                ])
                running.append(Running(assignment: assignment, started: now, bytes: frame.count))
                outgoing += frame
            }
        }
    }

    private mutating func flush() {
        while !outgoing.isEmpty {
            let count = outgoing.withUnsafeBytes { FileCalls.writeOnce(process.commands, $0) }
            if count < 0 && errno == EINTR { continue }
            // A full pipe waits for `poll`; a broken one shows as the end of the results.
            guard count > 0 else { return }
            outgoing.removeFirst(count)
        }
    }

    private mutating func sleep() {
        var files = [
            pollfd(fd: process.results, events: Int16(POLLIN), revents: 0),
            pollfd(fd: handle.wakePipe.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        if !outgoing.isEmpty {
            files.append(pollfd(fd: process.commands, events: Int16(POLLOUT), revents: 0))
        }
        let count = poll(&files, nfds_t(files.count), pollLimit)
        guard count > 0 else { return }
        if files[1].revents != 0 { handle.wakePipe.clear() }
        if files[0].revents != 0 { receive() }
    }

    /// Milliseconds until the next deadline, rounded up; -1 without one.
    private var pollLimit: Int32 {
        guard let deadline else { return -1 }
        let left = (deadline.nanoseconds - MonotonicTime.now.nanoseconds + 999_999) / 1_000_000
        return Int32(clamping: max(0, left))
    }

    private var deadline: MonotonicTime? {
        running.first.map { $0.started + timeout } ?? leaveDeadline
    }

    private mutating func receive() {
        let count = read(process.results, buffer.baseAddress, buffer.count)
        if count > 0 {
            reader.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
            isAtEnd = true
            report()
        }
    }

    private mutating func report() {
        var reports: [RunReport] = []
        while let frame = reader.next() {
            switch frame {
            case .ready(let initTime):
                isReady = true
                employer.ready(initTime)
            case .initFailed(let line, let trace): initFailure = (line, trace)
            case .shutdownFailed(let line, let trace):
                employer.complained(line, trace)
            case .ran(let spent, let rowCount, let rows):
                append(.ran(count: rowCount, rows: rows), spent, to: &reports)
            case .runFailed(let spent, let line, let trace):
                append(.raised(line: line, trace: trace), spent, to: &reports)
            case .damaged:
                isDamaged = true
                process.kill()
            }
        }
        if !reports.isEmpty { employer.report(reports) }
    }

    private mutating func append(
        _ result: RunResult, _ spent: RunTimes, to reports: inout [RunReport]
    ) {
        guard !running.isEmpty else { return }
        let now = MonotonicTime.now
        let done = running.removeFirst()
        lastRun = spent.run
        reports.append(
            RunReport(
                assignment: done.assignment, startedAfter: done.started,
                elapsed: now - done.started, spent: spent, result: result))
        // The next one in the pipe begins when this one ends.
        if !running.isEmpty { running[0].started = now }
        if isLeaving && running.isEmpty { leaveDeadline = now + Self.leaveLimit }
    }

    private mutating func checkDeadline() {
        guard let deadline, MonotonicTime.now >= deadline else { return }
        isTimedOut = !running.isEmpty
        isAtEnd = true
    }

    /// The end of the results is the end of the process: its descriptors survive into no child.
    private func finish() {
        let status = process.killAndReap()
        let unbegun = running.dropFirst().map(\.assignment)
        employer.ended(end(status), unbegun, process.pid)
    }

    private func end(_ status: Int32) -> WorkerEnd {
        let first = running.first?.assignment
        if let initFailure {
            return .initFailed(line: initFailure.line, trace: initFailure.trace)
        }
        if isTimedOut, let first { return .timedOut(first) }
        if isLeaving && first == nil { return .left }
        if status == 128 + SIGKILL, !handle.isKilled, !isDamaged {
            return .killed(during: first, wasReady: isReady)
        }
        if !isReady && !handle.isKilled {
            let line = "The worker process ended during init(): \(ExitText.words(status))."
            return .initFailed(line: line, trace: line)
        }
        return .died(status: status, during: first)
    }
}

/// How a process ended, in words.
enum ExitText {
    /// - Parameter status: an exit code, or 128 + a signal.
    static func words(_ status: Int32) -> String {
        guard status > 128 else { return "exit code \(status)" }
        let name = strsignal(status - 128).map { String(cString: $0) } ?? "unknown"
        return "signal \(status - 128) (\(name))"
    }
}
