import Synchronization

/// A gate that questions wait at until it is opened.
public final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var hasLeft = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Makes a closed gate.
    public init() {}

    /// Waits whatever becomes of the task: an answer that is late, not one that was called off.
    public func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// Lets everybody through, from now on too.
    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Says that somebody who was let through has given their answer.
    public func noteLeft() { state.withLock { $0.hasLeft = true } }

    /// True once somebody waits, or could pass.
    public var isAsked: Bool { state.withLock { !$0.waiting.isEmpty || $0.isOpen } }

    /// True once somebody has given their answer.
    public var hasLeft: Bool { state.withLock { $0.hasLeft } }
}
