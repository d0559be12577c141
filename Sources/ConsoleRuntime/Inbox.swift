import Synchronization

// One inbox for everything that can happen: keys, sizes, answers, snapshots. Arrival order is the only order there is.
//
// An `AsyncStream` would give one element at a time, and the loop could not know whether more are waiting; it would draw
// a picture per key when ten thousand are pasted. This inbox hands over all that has arrived, so that the loop reduces
// every one of them and draws once. Keys are never coalesced, pictures are.

/// A queue with many writers and one reader, who takes everything at once.
final class Inbox<Element: Sendable>: Sendable {
    private struct Contents {
        var waiting: [Element] = []
        var reader: CheckedContinuation<Void, Never>?
        var isClosed = false
    }

    private let contents = Mutex(Contents())

    /// Adds an element; never blocks. After `close` it is dropped.
    func send(_ element: Element) {
        let reader = contents.withLock { contents -> CheckedContinuation<Void, Never>? in
            guard !contents.isClosed else { return nil }
            contents.waiting.append(element)
            return contents.reader.take()
        }
        reader?.resume()
    }

    /// Ends the queue: what is waiting is still handed over, then `next` gives nothing.
    func close() {
        let reader = contents.withLock { contents in
            contents.isClosed = true
            return contents.reader.take()
        }
        reader?.resume()
    }

    /// Everything that has arrived, in order; waits for the first when there is none. Empty once closed.
    ///
    /// What arrives between the first and the moment when the reader runs is handed over with it. Nothing is done on another
    /// executor than the reader's own.
    nonisolated(nonsending) func next() async -> [Element] {
        await withCheckedContinuation { continuation in
            let isReady = contents.withLock { contents in
                precondition(contents.reader == nil, "an inbox has one reader")
                if !contents.waiting.isEmpty || contents.isClosed { return true }
                contents.reader = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        return contents.withLock { contents in
            defer { contents.waiting = [] }
            return contents.waiting
        }
    }
}
