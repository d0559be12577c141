import BatchModel
import Synchronization

/// Shows how far a transfer is on one line of a terminal, drawn anew; where nobody looks it says nothing.
final class TransferLine: Sendable {
    /// Between two pictures: faster than this nobody reads.
    private static let pause: Duration = .milliseconds(100)

    private struct Memory {
        var begun: ContinuousClock.Instant?
        /// What was there at the beginning: it says nothing about the line's speed.
        var bytesBefore: Int64 = 0
        var drawn: ContinuousClock.Instant?
    }

    private let verb: String
    private let streams: Streams
    private let memory = Mutex(Memory())

    /// - Parameter verb: what the line begins with, as `uploading`.
    init(_ verb: String, streams: Streams) {
        self.verb = verb
        self.streams = streams
    }

    /// Draws the line if it is time.
    func show(_ progress: TransferProgress, now: ContinuousClock.Instant = .now) {
        guard streams.isTalkTerminal else { return }
        memory.withLock { memory in
            let begun = memory.begun ?? now
            if memory.begun == nil {
                memory.begun = now
                memory.bytesBefore = progress.bytesDone
            }
            if let drawn = memory.drawn, now - drawn < Self.pause { return }
            memory.drawn = now
            let moved = progress.bytesDone - memory.bytesBefore
            streams.redraw(Self.text(verb, progress, moved: moved, in: now - begun))
        }
    }

    /// Takes the line away, before something else is said.
    func end() {
        memory.withLock { memory in
            if memory.drawn != nil { streams.redraw("") }
            memory = Memory()
        }
    }

    /// `uploading 12/40 files  3.0 MiB of 10.0 MiB  1.5 MiB/s  0:05 left`.
    static func text(
        _ verb: String, _ progress: TransferProgress, moved: Int64, in time: Duration
    ) -> String {
        let size = SizeText.print(progress.bytesTotal)
        var parts = [
            "\(verb) \(progress.filesDone)/\(progress.filesTotal) files",
            "\(SizeText.print(progress.bytesDone)) of \(size)",
        ]
        if let pace = progress.pace(moved: moved, in: time) {
            parts.append("\(SizeText.print(pace.bytesPerSecond))/s")
            parts.append("\(clock(pace.left.components.seconds)) left")
        }
        return parts.joined(separator: "  ")
    }

    /// `1:02:03`, `0:05`.
    private static func clock(_ seconds: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        return hours > 0
            ? "\(hours):\(two(minutes)):\(two(seconds % 60))"
            : "\(minutes):\(two(seconds % 60))"
    }
}
