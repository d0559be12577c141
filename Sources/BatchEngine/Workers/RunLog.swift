// All log files of one job (ES §5.4): what a person reads to see how it goes and why it failed.
//
// Nothing here is on the way of a mini-batch: events become lines in memory, and the housekeeping thread writes them out
// four times a second, each file opened, appended to and closed. The last flush comes before the job's last status is
// stored, so whoever sees a job ended finds its logs whole. Logs are not synced: after a power cut lines may be missing,
// never rows.

import BatchModel

/// Writes the log files of one job and its step.
final class RunLog: Sendable {
    private struct State {
        /// True once the first lines were written, in this engine or an earlier one.
        var hasBegun = false
        var pending: [String: [UInt8]] = [:]
        var madeFolders: Set<String> = []
        var errorCount = 0
        var firstErrors: [String] = []
        var processes: [Int: ProcessCounts] = [:]
        var stamp: String?
        var stampDay: Int64 = 0
        var loggedProcessed = -1
    }

    private struct ProcessCounts {
        var miniBatches = 0
        var succeeded = 0
        var failed = 0
        var seconds = 0.0
    }

    /// Failures written out in full; a job of a million failing files must not fill the disk with the same trace.
    static let errorLimit = 1_000
    /// Bytes of one trace.
    static let traceLimit = 65_536
    /// Bytes of one file that wait for room.
    static let keptLimitBytes = 1 << 20
    /// Errors repeated in `job_error`.
    static let firstErrorLimit = 5

    private let stepFolder: String
    private let jobFolder: String
    private let order: JobOrder
    private let acceptedAt: Timestamp
    private let limitBytes: Int64
    private let clock: @Sendable () -> Timestamp
    private let state = Guarded(State())

    init(
        folders: EngineFolders, order: JobOrder, acceptedAt: Timestamp,
        limitBytes: Int64 = CappedLog.limitBytes, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.acceptedAt = acceptedAt
        self.limitBytes = limitBytes
        stepFolder = folders.logFolder(of: order.step.rawValue)
        jobFolder = folders.logFolder(of: order.id.rawValue)
        self.order = order
        self.clock = clock
    }

    /// The folders and names that workers write to themselves.
    func workerFiles(_ agent: String) -> (output: String, errors: String, entryScriptFolder: String)
    {
        let logs = stepFolder + "/logs/user"
        return (
            "\(logs)/stdout/0/\(agent).stdout.txt", "\(logs)/stderr/0/\(agent).stderr.txt",
            "\(logs)/entry_script_log/0"
        )
    }

    /// Makes the folders that workers' files lie in.
    func makeWorkerFolders() throws {
        try FileCalls.makeFolders(stepFolder + "/logs/user/stdout/0")
        try FileCalls.makeFolders(stepFolder + "/logs/user/stderr/0")
    }

    /// The job is continued. One that had no logs yet has nothing to continue there.
    func continued() {
        guard FileCalls.exists("\(stepFolder)/\(LogTarget.readme.path(stamp: ""))") else { return }
        state.withLock { state in
            state.hasBegun = true
            line(&state, .master, "The engine continues the job.")
        }
    }

    /// The first lines, written with whatever there is to say first: a job that waits its turn has no logs.
    private func begin(_ state: inout State) {
        state.hasBegun = true
        add(&state, .master, "\(acceptedAt.iso8601) Job accepted.\n", acceptedAt)
        add(&state, .readme, ReadmeText.text, nil)
        add(
            &state, .execution,
            "[\(acceptedAt.readable)Z] Submitting 1 runs, first five are: batchscoring:"
                + "\(order.step)\n", acceptedAt)
    }

    /// The input was listed.
    func prepared(_ listing: ItemList.Listing, miniBatches: Int, in duration: Duration) {
        state.withLock { state in
            overview(&state, .startScheduling)
            overview(
                &state,
                .schedulingFinished(
                    miniBatches: miniBatches, seconds: Int(duration.components.seconds),
                    items: listing.items.count))
            guard listing.skippedCount > 0 else { return }
            let names = listing.skipped.joined(separator: ", ")
            let more = listing.skippedCount - listing.skipped.count
            let text =
                "WARNING: nested folders are not explored; \(listing.skippedCount) names that are "
                + "not files were skipped: \(names)" + (more > 0 ? " and \(more) more." : ".")
            line(&state, .master, text)
            add(&state, .step("user_logs/std_log_0.txt"), text + "\n", nil)
        }
    }

    /// Something worth a line in the scheduler's log.
    func note(_ text: String) {
        state.withLock { line(&$0, .master, text) }
    }

    /// Calls of `run()` that have ended, with what became of each.
    func ran(_ entries: [RunLogEntry]) {
        let now = clock()
        state.withLock { state in
            for entry in entries {
                count(entry, &state)
                add(&state, .process(entry.worker), processLine(entry, now), nil)
                add(&state, .batches, batchLine(entry, now), nil)
            }
        }
    }

    /// The script raised, took too long or took its process down.
    ///
    /// - Parameter what: where: `mini-batch 3 try 1 of 3`, `init()`.
    func failed(worker: Int, what: String, line text: String, trace: String) {
        let time = clock()
        state.withLock { state in
            state.errorCount += 1
            let head = "\(time.iso8601) \(Agent.name(worker)) \(what): \(text)\n"
            if state.firstErrors.count < Self.firstErrorLimit { state.firstErrors.append(head) }
            guard state.errorCount <= Self.errorLimit else {
                if state.errorCount == Self.errorLimit + 1 {
                    add(&state, .userError, "Further errors are only counted.\n", nil)
                }
                return
            }
            add(&state, .userError, head, nil)
            let full = String(decoding: trace.utf8.prefix(Self.traceLimit), as: UTF8.self)
            add(&state, .userErrors(worker), head + full + (full.hasSuffix("\n") ? "" : "\n"), nil)
        }
    }

    /// Writes what has gathered, and a line of progress when there is some.
    func flush(_ totals: MiniBatchLedger.Totals, of count: Int, elapsed: Duration?) {
        let pending = state.withLock { state in
            if let elapsed, state.loggedProcessed != totals.processed, totals.processed < count {
                state.loggedProcessed = totals.processed
                overview(
                    &state,
                    totals.processed == 0
                        ? .nothingProcessedYet
                        : .processed(totals.processed, of: count, elapsed: elapsed))
            }
            defer { state.pending = [:] }
            return state.pending
        }
        write(pending)
    }

    /// Writes the last lines of a job that ends.
    func ended(
        _ status: JobStatus, message: String?, totals: MiniBatchLedger.Totals, of count: Int,
        elapsed: Duration?
    ) {
        let time = clock()
        state.withLock { state in
            if count > 0 && totals.processed == count {
                if let elapsed {
                    overview(&state, .processed(count, of: count, elapsed: elapsed))
                }
                overview(&state, .allProcessed(count))
            }
            let reason = message ?? "the job is \(status.rawValue)"
            if status != .completed { overview(&state, .updateStopped(reasons: [reason])) }
            line(&state, .master, "The job has ended: \(status.rawValue).")
            let why = message.map { " \($0)" } ?? ""
            line(
                &state, .result,
                "\(status.rawValue): \(totals.processed) of \(count) mini batches processed, "
                    + "\(totals.succeededItems) items succeeded, "
                    + "\(totals.failedItems) items failed.\(why)")
            addVerdict(&state, status, message, time)
            addSummaries(&state)
        }
        flush(totals, of: 0, elapsed: nil)
    }

    /// The text a job of this kind shows first when it fails (ES §3.8).
    func outerMessage(_ verdict: String) -> String {
        "Execution failed. User process '\(order.interpreter)' exited with status code 42. "
            + "Please check log file 'user_logs/std_log_0.txt' for error details. Error: \(verdict)"
    }

    private func addVerdict(
        _ state: inout State, _ status: JobStatus, _ message: String?, _ time: Timestamp
    ) {
        let moment = "[\(time.readable)Z]"
        guard status == .failed, let message else {
            add(&state, .execution, "\(moment) Completing processing run id \(order.step).\n", nil)
            return
        }
        line(&state, .error, message)
        for error in state.firstErrors { add(&state, .error, error, nil) }
        let text =
            "User program failed with Exception: Run failed. Please check logs for details. "
            + "You can check logs/readme.txt for the layout of logs.\n\(message)\n"
        add(&state, .step("user_logs/std_log_0.txt"), text, nil)
        add(&state, .parent("user_logs/std_log_0.txt"), outerMessage(message) + "\n", nil)
        add(
            &state, .execution,
            "\(moment) Execution of experiment failed, update experiment status and cancel "
                + "running nodes.\n", nil)
    }

    private func addSummaries(_ state: inout State) {
        guard !state.processes.isEmpty else { return }
        var total = ProcessCounts()
        for (worker, counts) in state.processes.sorted(by: { $0.key < $1.key }) {
            add(
                &state, .processSummary,
                "\(Agent.name(worker)),\(counts.miniBatches),\(counts.succeeded),\(counts.failed),"
                    + "\(Decimal.text(counts.seconds))\n", nil)
            total.miniBatches += counts.miniBatches
            total.succeeded += counts.succeeded
            total.failed += counts.failed
            total.seconds += counts.seconds
        }
        add(
            &state, .nodeSummary,
            "0,\(state.processes.count),\(total.miniBatches),\(total.succeeded),\(total.failed),"
                + "\(Decimal.text(total.seconds))\n", nil)
    }

    private func count(_ entry: RunLogEntry, _ state: inout State) {
        var counts = state.processes[entry.worker] ?? ProcessCounts()
        counts.miniBatches += 1
        counts.succeeded += entry.succeeded
        counts.failed += entry.failed
        counts.seconds += entry.spent.run.inSeconds
        state.processes[entry.worker] = counts
    }

    private func processLine(_ entry: RunLogEntry, _ now: Timestamp) -> String {
        let started = now + (.zero - entry.elapsed)
        return
            "\(now.iso8601) 127.0.0.1 \(entry.pid) mini-batch \(entry.index) total \(entry.total)"
            + " succeeded \(entry.succeeded) failed \(entry.failed) start \(started.iso8601)"
            + " duration \(Decimal.text(entry.elapsed.inSeconds))"
            + " process \(entry.processSeconds) run \(Decimal.text(entry.spent.run.inSeconds))"
            + " \(entry.status.rawValue)\n"
    }

    private func batchLine(_ entry: RunLogEntry, _ now: Timestamp) -> String {
        let started = now + (.zero - entry.elapsed)
        let message = entry.message.map { "\"\($0.replacingQuotes)\"" } ?? ""
        return "\(entry.index),\(entry.attempt),\(Agent.name(entry.worker)),\(started.iso8601),"
            + "\(entry.total),\(entry.succeeded),\(entry.failed),"
            + "\(Decimal.text(entry.elapsed.inSeconds)),\(entry.processSeconds),"
            + "\(Decimal.text(entry.spent.run.inSeconds)),\(entry.status.rawValue),"
            + "\(entry.status.category),\(message),\"\(entry.detail.replacingQuotes)\"\n"
    }

    private func line(_ state: inout State, _ file: LogTarget, _ text: String) {
        add(&state, file, "\(clock().iso8601) \(text)\n", nil)
    }

    private func overview(_ state: inout State, _ line: ProgressLine) {
        add(&state, .overview, line.text(at: clock()) + "\n", nil)
    }

    private func add(
        _ state: inout State, _ file: LogTarget, _ text: String, _ now: Timestamp?
    ) {
        if !state.hasBegun { begin(&state) }
        let name = file.path(stamp: stamp(&state, now))
        let folder = file.isOfParent ? jobFolder : stepFolder
        state.pending["\(folder)/\(name)", default: Array((file.heading ?? "").utf8)] +=
            Array(text.utf8)
    }

    /// `yyyymmddhh` of the hour the log began; a new one every day (ES §5.4).
    private func stamp(_ state: inout State, _ now: Timestamp?) -> String {
        let time = now ?? (state.stamp == nil ? clock() : nil)
        guard let time else { return state.stamp ?? "" }
        let day = time.microsecondsSinceEpoch / 86_400_000_000
        if let stamp = state.stamp, day == state.stampDay { return stamp }
        let stamp = String(time.iso8601.prefix(13).filter(\.isNumber))
        state.stamp = stamp
        state.stampDay = day
        return stamp
    }

    private func write(_ pending: [String: [UInt8]]) {
        for (path, bytes) in pending {
            do {
                try makeFolder(FileCalls.folder(of: path))
                try CappedLog.append(
                    withoutRepeatedHeading(bytes, path), to: path, limit: limitBytes)
            } catch {
                // A log that cannot be written must not stop the job; the rows do not depend on it.
                if Shortage.of(error) != nil { keep(bytes, for: path) }
            }
        }
    }

    /// Keeps lines that found no room, ahead of those that came since; of very many the newest are dropped.
    private func keep(_ bytes: [UInt8], for path: String) {
        state.withLock { state in
            let heading = LogTarget.heading(ofFile: path).map { $0.utf8.count } ?? 0
            let all = bytes + (state.pending[path]?.dropFirst(heading) ?? [])
            state.pending[path] = Array(all.prefix(Self.keptLimitBytes))
        }
    }

    /// Writes what was kept for want of room.
    func flushRest() {
        let pending = state.withLock { state in
            defer { state.pending = [:] }
            return state.pending
        }
        write(pending)
    }

    private func makeFolder(_ folder: String) throws {
        guard !state.withLock({ $0.madeFolders.contains(folder) }) else { return }
        try FileCalls.makeFolders(folder)
        state.withLock { _ = $0.madeFolders.insert(folder) }
    }

    /// A table's heading belongs at its top alone; every flush brings it, because only the file knows its length.
    private func withoutRepeatedHeading(_ bytes: [UInt8], _ path: String) -> [UInt8] {
        guard FileCalls.exists(path), let heading = LogTarget.heading(ofFile: path) else {
            return bytes
        }
        return Array(bytes.dropFirst(heading.utf8.count))
    }
}

/// One call of `run()`, for the reports.
struct RunLogEntry: Sendable {
    /// The words of the runner's reports (ES §5.4).
    enum Status: String, Sendable {
        case done = "RUN_DONE"
        case timeout = "RUN_TIMEOUT"
        case exception = "RUN_EXCEPTION"

        var category: String {
            switch self {
            case .done: ""
            case .timeout: "Timeout"
            case .exception: "UserError"
            }
        }
    }

    var worker: Int
    var pid: Int32
    var index: Int
    var attempt: Int
    var total: Int
    /// Its files' names, a NUL between two.
    var names: ArraySlice<UInt8>
    var succeeded: Int
    var failed: Int
    var elapsed: Duration
    var spent: RunTimes
    var status: Status
    var message: String?

    /// Names written out in a report; a mini-batch may have thousands.
    static let nameLimit = 10

    /// Processor time, empty when the process did not live to tell.
    var processSeconds: String { spent.process.map { Decimal.text($0.inSeconds) } ?? "" }

    /// The mini-batch as JSON text: `["a.csv","b.csv"]`, with the number of names left out as the last element.
    var detail: String {
        let all = names.split(separator: 0, omittingEmptySubsequences: false)
        var parts = all.prefix(Self.nameLimit).map { name -> String in
            let text = String(decoding: name, as: UTF8.self)
            let json = (try? WireJSON.encode(text)) ?? Array("\"\"".utf8)
            return String(decoding: json, as: UTF8.self)
        }
        if all.count > Self.nameLimit { parts.append("\(all.count - Self.nameLimit)") }
        return "[" + parts.joined(separator: ",") + "]"
    }
}

/// `process001`: what a worker process is called in logs and by scripts.
enum Agent {
    static func name(_ number: Int) -> String {
        let digits = String(number)
        return "process" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }
}

/// Numbers with three decimals, without Foundation.
enum Decimal {
    static func text(_ seconds: Double) -> String {
        let thousandths = Int((seconds * 1000).rounded())
        let rest = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}

extension String {
    /// Quotes doubled and lines joined, for a field of a CSV file.
    fileprivate var replacingQuotes: String {
        var text = ""
        for character in self {
            if character == "\"" {
                text += "\"\""
            } else if character.isNewline {
                text += " "
            } else {
                text.append(character)
            }
        }
        return text
    }
}
