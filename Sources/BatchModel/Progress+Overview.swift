// The parallel runner's overview file, both ways.
//
// The runner tells its progress in words (ES §5.4); the real service writes such a file and so does the engine, so one
// parser serves both. It is fed bytes as they are read, keeps half a line for the next time, and never looks back.

/// Reads the overview file of a step, piece by piece.
public struct ProgressParser: Sendable, Hashable {
    /// What the lines so far came to.
    public private(set) var progress = Progress()
    private var half: [UInt8] = []
    /// A line is a sentence; what is longer is not one and is dropped.
    private static let lineLimitBytes = 4096

    /// Starts before the first line.
    public init() {}

    /// Takes the next bytes of the file.
    public mutating func consume(_ bytes: some Collection<UInt8>) {
        half += bytes
        var start = half.startIndex
        while let end = half[start...].firstIndex(of: UInt8(ascii: "\n")) {
            consumeLine(String(decoding: half[start..<end], as: UTF8.self))
            start = end + 1
        }
        half.removeFirst(start)
        if half.count > Self.lineLimitBytes { half = [] }
    }

    /// Takes the newest values of the runner's counters (ES §5.5).
    public mutating func apply(counters: [String: Int]) {
        func count(_ name: String) -> Int? {
            counters[name].flatMap { Progress.counts.contains($0) ? $0 : nil }
        }
        if let total = count("Total MiniBatches") { progress.totalMiniBatches = total }
        if let items = count("Total Items") { progress.totalItems = items }
        if let failed = count("Failed Items") { progress.failedItems = failed }
        if let total = progress.totalMiniBatches, let left = count("Remaining Mini Batches") {
            progress.processedMiniBatches = max(progress.processedMiniBatches, total - left)
        }
    }

    private mutating func consumeLine(_ line: String) {
        guard let space = line.firstIndex(of: " "),
            let at = Timestamp(iso8601: String(line[..<space]))
        else { return }
        progress.asOf = at
        read(String(line[line.index(after: space)...].drop(while: \.isWhitespace)))
    }

    private mutating func read(_ text: String) {
        let words = text.split(separator: " ").map { String($0) }
        if text.hasPrefix("Processed "), let done = words.dropFirst().first.flatMap(Self.count) {
            progress.processedMiniBatches = done
            progress.note = nil
            readCount(words)
        } else if text.hasPrefix("All "), text.contains("have been processed") {
            guard let total = words.dropFirst().first.flatMap(Self.count) else { return }
            progress.totalMiniBatches = total
            progress.processedMiniBatches = total
            progress.estimatedRemaining = .zero
        } else if text.hasPrefix("Scheduling finished.") {
            readScheduled(words)
        } else {
            progress.note = text.last == "." ? String(text.dropLast()) : text
        }
    }

    /// `Processed 4117 of 20000 mini batches in 5:02:14. Estimated remaining time 19:25:59.`
    private mutating func readCount(_ words: [String]) {
        guard words.count > 3, words[2] == "of", let total = Self.count(words[3]) else { return }
        progress.totalMiniBatches = total
        if let at = words.firstIndex(of: "in"), at + 1 < words.count {
            progress.elapsed = Self.clock(words[at + 1])
        }
        let hasEstimate = words.contains { $0.hasPrefix("Estimate") }
        progress.estimatedRemaining = hasEstimate ? words.last.flatMap(Self.clock) : nil
    }

    /// `… Scheduled 276 mini batches in 22 seconds. There are 276 tasks with 551 items.`
    private mutating func readScheduled(_ words: [String]) {
        if let at = words.firstIndex(of: "Scheduled"), at + 1 < words.count {
            progress.totalMiniBatches = Self.count(words[at + 1]) ?? progress.totalMiniBatches
        }
        if let at = words.firstIndex(of: "with"), at + 1 < words.count {
            progress.totalItems = Self.count(words[at + 1]) ?? progress.totalItems
        }
        progress.note = nil
    }

    /// `5:02:14`, `1 day, 2:03:04` has its days lost to the comma and is not read; a trailing point is dropped.
    static func clock(_ text: String) -> Duration? {
        let parts = text.filter { $0 != "," }.split(separator: ":").map { part in
            Double(part.last == "." ? part.dropLast() : part)
        }
        guard parts.count == 3, let hours = parts[0], let minutes = parts[1],
            let seconds = parts[2]
        else { return nil }
        let whole = hours * 3600 + minutes * 60 + seconds
        // What is longer than a century, or no number at all, is no time that a step took.
        guard whole >= 0, whole < 100 * 365 * 86_400 else { return nil }
        return .milliseconds(Int64(whole * 1000))
    }

    private static func count(_ word: String) -> Int? {
        Int(word).flatMap { Progress.counts.contains($0) ? $0 : nil }
    }
}

/// A line of the overview file, for whoever writes one.
public enum ProgressLine: Sendable, Hashable {
    case overviewerStarted(node: String)
    case startScheduling
    case schedulingFinished(miniBatches: Int, seconds: Int, items: Int)
    case nothingProcessedYet
    case processed(Int, of: Int, elapsed: Duration)
    case allProcessed(Int)
    case updateStopped(reasons: [String])
    case concatenating(files: Int, megabytes: Double)
    case concatenated(files: Int, seconds: Double)
    case overviewerStopped(node: String)

    /// The line without a newline: ISO time with microseconds, a space, the words.
    public func text(at time: Timestamp) -> String {
        "\(time.iso8601.dropLast()) \(words)"
    }

    private var words: String {
        switch self {
        case .overviewerStarted(let node): "The overviewer on \(node) started."
        case .startScheduling: "Start scheduling."
        case .schedulingFinished(let miniBatches, let seconds, let items):
            "Scheduling finished. Scheduled \(miniBatches) mini batches in \(seconds) seconds. "
                + "There are \(miniBatches) tasks with \(items) items."
        case .nothingProcessedYet: "No task has been processed yet."
        case .processed(let done, let total, let elapsed):
            "Processed \(done) of \(total) mini batches in \(Self.clock(elapsed)). "
                + "Estimated remaining time \(Self.clock(Self.estimate(done, total, elapsed)))."
        case .allProcessed(let total): "All \(total) mini batches have been processed."
        case .updateStopped(let reasons):
            "Progress update stopped for reasons: [\(reasons.joined(separator: ", "))]"
        case .concatenating(let files, let megabytes):
            "There are \(files) temp files to concatenate. Total size is \(megabytes) MB."
        case .concatenated(let files, let seconds):
            "Finished concatenating \(files) files in \(seconds) seconds."
        case .overviewerStopped(let node): "The overviewer on \(node) stopped."
        }
    }

    /// (total − processed) × elapsed / processed (ES §5.4).
    private static func estimate(_ done: Int, _ total: Int, _ elapsed: Duration) -> Duration {
        guard done > 0 else { return .zero }
        return .milliseconds(Int64(elapsed.inSeconds * 1000 * Double(total - done) / Double(done)))
    }

    /// Hours, minutes, seconds with tenths of a second kept below a minute: `0:00:04.200000`.
    private static func clock(_ duration: Duration) -> String {
        let whole = max(0, duration.components.seconds)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }
        let micros = max(0, duration.wholeMicroseconds) % 1_000_000
        let digits = String(micros + 1_000_000).dropFirst()
        let fraction = micros == 0 ? "" : ".\(digits)"
        return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))\(fraction)"
    }
}
