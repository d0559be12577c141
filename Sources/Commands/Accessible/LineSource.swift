import Dispatch
import Synchronization

/// Lines that a person types, or a script pipes in, one read ahead.
///
/// A read may wait for ever, so it has a thread of its own; and it goes on only when a line was taken, so that what is piped
/// in is never held here as a whole.
public final class LineSource: Sendable {
    /// How often a line that may be empty is looked for: sooner than a person wonders.
    private static let glance: Duration = .milliseconds(100)

    private struct Memory {
        var line: String?
        var isOver = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let memory = Mutex(Memory())
    private let isTaken = DispatchSemaphore(value: 0)

    /// Begins to read.
    ///
    /// - Parameter read: waits for a line and gives it without its end; nil when there are no more.
    public init(read: @escaping @Sendable () -> String?) {
        DispatchQueue(label: "batchdeck.lines").async { [self] in
            while let line = read() {
                put(line)
                isTaken.wait()
            }
            put(nil)
        }
    }

    /// The next line; nil when there are no more.
    func next() async -> String? {
        while true {
            if let line = take({ _ in true }) { return line }
            if memory.withLock(\.isOver) { return nil }
            await withCheckedContinuation { continuation in
                let isThere = memory.withLock { memory in
                    guard memory.line == nil, !memory.isOver else { return true }
                    memory.waiting = continuation
                    return false
                }
                if isThere { continuation.resume() }
            }
        }
    }

    /// Waits until the next line is an empty one and takes it; any other is left for `next`. Ends when it is cancelled.
    func emptyLine() async {
        while !Task.isCancelled {
            if take({ $0.allSatisfy(\.isWhitespace) }) != nil { return }
            // Cancelled is as good as slept: the loop looks.
            try? await Task.sleep(for: Self.glance)
        }
    }

    private func take(_ isMeant: (String) -> Bool) -> String? {
        let line = memory.withLock { memory -> String? in
            guard let line = memory.line, isMeant(line) else { return nil }
            memory.line = nil
            return line
        }
        if line != nil { isTaken.signal() }
        return line
    }

    private func put(_ line: String?) {
        let waiting = memory.withLock { memory in
            memory.line = line
            memory.isOver = line == nil
            defer { memory.waiting = nil }
            return memory.waiting
        }
        waiting?.resume()
    }
}
