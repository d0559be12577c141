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
        var reader: CheckedContinuation<[Element], Never>?
        var isClosed = false
    }

    private let contents = Mutex(Contents())

    /// Adds an element; never blocks. After `close` it is dropped.
    func send(_ element: Element) {
        let resumption = contents.withLock { contents -> (() -> Void)? in
            guard !contents.isClosed else { return nil }
            guard let reader = contents.reader else {
                contents.waiting.append(element)
                return nil
            }
            contents.reader = nil
            return { reader.resume(returning: [element]) }
        }
        resumption?()
    }

    /// Ends the queue: what is waiting is still handed over, then `next` gives nothing.
    func close() {
        let reader = contents.withLock { contents in
            contents.isClosed = true
            defer { contents.reader = nil }
            return contents.reader
        }
        reader?.resume(returning: [])
    }

    /// Everything that has arrived, in order; waits for the first when there is none. Empty once closed.
    func next() async -> [Element] {
        await withCheckedContinuation { continuation in
            let ready = contents.withLock { contents -> [Element]? in
                precondition(contents.reader == nil, "an inbox has one reader")
                if contents.waiting.isEmpty, !contents.isClosed {
                    contents.reader = continuation
                    return nil
                }
                defer { contents.waiting = [] }
                return contents.waiting
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
