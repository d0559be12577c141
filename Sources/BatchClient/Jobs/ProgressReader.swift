import BatchModel

/// Reads the progress of running steps from the runner's overview file and counters (ES §5.4, §5.5): the same path for the
/// local engine and Azure.
///
/// The newest `logs/job_progress_overview.*` of a step is read from where it was last read; a parser per step remembers
/// what the lines came to. Counters are a bonus that only some services have.
actor ProgressReader {
    /// The most bytes of an overview that are read at once: it is a few lines a minute.
    private static let readLimit = 256 << 10
    /// How long the list of a step's log files is good for: a new overview begins once a day.
    private static let listLifetime: Duration = .seconds(30)
    /// Steps whose progress is read per look.
    private static let stepLimit = 8
    /// Steps that are remembered.
    private static let memoryLimit = 256
    static let filePrefix = "logs/job_progress_overview."

    private struct Reading {
        var parser = ProgressParser()
        var file: String?
        var offset: Int64 = 0
    }

    private let caller: ServiceCaller
    private let logs: LogReader
    private var readings: [String: Reading] = [:]
    /// Services that have no counters are not asked again.
    private var withoutCounters: Set<Int> = []

    init(caller: ServiceCaller, logs: LogReader) {
        self.caller = caller
        self.logs = logs
    }

    /// The job and its steps with what the runner says of those that run.
    func completed(_ job: Job, _ steps: [JobStep]) async -> (job: Job, steps: [JobStep]) {
        var job = job
        var steps = steps
        let working = steps.indices.filter {
            steps[$0].status == .running || steps[$0].status == .finalizing
        }
        for index in working.prefix(Self.stepLimit) {
            steps[index].progress = await progress(of: steps[index].id.rawValue)
        }
        if let newest = working.compactMap({ steps[$0].progress }).last {
            job.progress = Self.merged(newest, job.progress)
        }
        return (job, steps)
    }

    /// What the file says, with counts from the job's own properties where they are ahead of it.
    private static func merged(_ read: Progress, _ known: Progress?) -> Progress {
        guard let known else { return read }
        var merged = read
        merged.processedMiniBatches = max(read.processedMiniBatches, known.processedMiniBatches)
        merged.totalMiniBatches = read.totalMiniBatches ?? known.totalMiniBatches
        merged.failedItems = known.failedItems ?? read.failedItems
        merged.totalItems = read.totalItems ?? known.totalItems
        return merged
    }

    /// A step's progress; nil while there is no overview. What cannot be read now is read next time.
    private func progress(of run: String) async -> Progress? {
        if readings.count >= Self.memoryLimit, readings[run] == nil { readings = [:] }
        var reading = readings[run] ?? Reading()
        do throws(ServiceFailure) {
            let age: Duration = reading.file == nil ? .zero : Self.listLifetime
            let names = try await logs.recentFiles(run, within: age)
            guard let newest = names.filter({ $0.hasPrefix(Self.filePrefix) }).max() else {
                return nil
            }
            if reading.file != newest {
                reading.file = newest
                reading.offset = 0
            }
            let chunk = try await logs.read(
                run, newest, offset: reading.offset, limit: Self.readLimit)
            reading.parser.consume(chunk.bytes)
            reading.offset += Int64(chunk.bytes.count)
        } catch {
            return readings[run]?.parser.progress
        }
        if let counters = await counters(of: run) { reading.parser.apply(counters: counters) }
        readings[run] = reading
        return reading.parser.progress
    }

    private func counters(of run: String) async -> [String: Int]? {
        do throws(ServiceFailure) {
            let opened = try await caller.keeper.current()
            guard !withoutCounters.contains(opened.generation) else { return nil }
            let answer = try await caller.exchange(
                ServiceRequest(
                    .history(opened.connection.scope, .counters(run)),
                    operation: "read the counters of \(run)"))
            guard answer.isSuccess else {
                if (400..<500).contains(answer.status) {
                    withoutCounters.insert(opened.generation)
                }
                return nil
            }
            return try caller.decode(
                WireCounters.self, answer, operation: "read the counters of \(run)"
            ).values
        } catch {
            return nil
        }
    }
}
