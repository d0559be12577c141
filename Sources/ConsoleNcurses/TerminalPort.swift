public import ConsoleGrid
import Synchronization

/// The way to an open terminal from any thread.
///
/// Pictures are not queued: only the newest is kept, and the terminal thread takes it when it has
/// read every key. Orders are kept in order.
///
/// It is an executor too: a task that prefers it runs on the terminal's thread, between keys and
/// picture. A key then becomes a picture without waking another thread. While a picture is being
/// written, which takes as long as the terminal likes, such tasks go on elsewhere.
public final class TerminalPort: Sendable {
    struct Inbox: Sendable {
        var picture: Screen?
        var orders: [TerminalOrder] = []
        var jobs: [UnownedJob] = []
        var isClosing = false
        /// True while the thread writes to the terminal, which may take nothing for a long time.
        var isWriting = false
        /// False while the terminal's thread sleeps, or is about to, and nobody has rung for it.
        var isAwake = true

        var isEmpty: Bool {
            picture == nil && orders.isEmpty && jobs.isEmpty && !isClosing
        }
    }

    /// More orders than this at once come from a loop gone wild; the newest are dropped.
    public static let orderLimit = 256

    private let inbox = Mutex(Inbox())
    private let pipe: WakePipe

    init(pipe: WakePipe) { self.pipe = pipe }

    /// Shows a picture as soon as every waiting key has been read; replaces one not yet shown.
    public func show(_ screen: Screen) {
        change { $0.picture = screen }
    }

    /// Carries out an order, after those given before and before the next picture.
    public func send(_ order: TerminalOrder) {
        change { inbox in
            if inbox.orders.count < TerminalPort.orderLimit { inbox.orders.append(order) }
        }
    }

    /// Gives the terminal back and ends `Terminal.run`, after showing nothing more.
    public func close() {
        change { $0.isClosing = true }
    }

    private func change(_ body: (inout Inbox) -> Void) {
        let mustRing = inbox.withLock { inbox in
            body(&inbox)
            defer { inbox.isAwake = true }
            return !inbox.isAwake
        }
        if mustRing { pipe.ring() }
    }
}

// MARK: - The terminal's thread

extension TerminalPort {
    /// Whether nothing waits, so that the thread may sleep; from then on whoever brings something rings.
    func maySleep() -> Bool {
        inbox.withLock { inbox in
            inbox.isAwake = !inbox.isEmpty
            return inbox.isEmpty
        }
    }

    /// The thread is awake and will look again before it sleeps: nobody need ring for it.
    func wake() {
        inbox.withLock { $0.isAwake = true }
    }

    /// Steps of tasks before keys are looked at again: a task that goes round in circles must not
    /// keep one waiting. From one wait to the next a task that enters an actor takes two or three.
    private static let jobLimit = 64

    /// Runs the tasks that prefer this thread as far as they go.
    func runJobs() {
        for _ in 0..<TerminalPort.jobLimit {
            let next = inbox.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
            guard let job = next else { return }
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Writes to the terminal; tasks do not wait for it.
    func writing(_ write: () -> Void) {
        let waiting = inbox.withLock { inbox in
            inbox.isWriting = true
            defer { inbox.jobs = [] }
            return inbox.jobs
        }
        for job in waiting { globalConcurrentExecutor.enqueue(job) }
        write()
        inbox.withLock { $0.isWriting = false }
    }

    /// Takes the orders and the picture that wait.
    func take() -> Inbox {
        inbox.withLock { inbox in
            let taken = inbox
            inbox.picture = nil
            inbox.orders = []
            return taken
        }
    }
}

extension TerminalPort: TaskExecutor {
    /// Lets a task go on on the terminal's thread, or elsewhere while that writes; not any more once
    /// `Terminal.run` has returned.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        var isHere = true
        change { inbox in
            isHere = !inbox.isWriting
            if isHere { inbox.jobs.append(job) }
        }
        if !isHere { globalConcurrentExecutor.enqueue(job) }
    }
}
