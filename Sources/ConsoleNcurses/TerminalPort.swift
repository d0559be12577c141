public import ConsoleGrid
import Synchronization

/// The way to an open terminal from any thread.
///
/// Pictures are not queued: only the newest is kept, and the terminal thread takes it when it has
/// read every key. Orders are kept in order.
public final class TerminalPort: Sendable {
    struct Inbox: Sendable {
        var picture: Screen?
        var orders: [TerminalOrder] = []
        var isClosing = false
        var hasRung = false
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

    /// Takes everything that waits.
    func take() -> Inbox {
        inbox.withLock { inbox in
            let taken = inbox
            inbox = Inbox(isClosing: taken.isClosing)
            return taken
        }
    }

    private func change(_ body: (inout Inbox) -> Void) {
        let mustRing = inbox.withLock { inbox in
            body(&inbox)
            defer { inbox.hasRung = true }
            return !inbox.hasRung
        }
        if mustRing { pipe.ring() }
    }
}
