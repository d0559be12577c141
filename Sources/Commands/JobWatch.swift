import ArgumentParser
import BatchClient
import BatchModel

struct JobWatch: Verb {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follows a job to its end; exit code 3 when it fails or is cancelled.",
        discussion: "Prints each status and each new count of progress. `job stream`, az ml's "
            + "name for following a job, is the same; `job logs --follow` follows what the script "
            + "prints.",
        aliases: ["stream"])

    @OptionGroup var named: JobName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        try await Watching.toTheEnd(
            of: named.id, client: client, streams: surroundings.streams
        ) { job in
            guard !common.output.isPlain else { return }
            try show(Shapes.job(job), as: common.output, in: surroundings)
        }
    }
}

/// Follows a job in lines on standard error: one for each status, and one for each new count of progress.
enum Watching {
    /// Returns when the job completed.
    ///
    /// - Parameter ended: takes the job as it ended, however that was.
    /// - Throws: `Finished` with exit code 3 when it failed or was cancelled, after the user's own traceback was printed.
    static func toTheEnd(
        of job: Job.ID, client: BatchClient, streams: Streams,
        _ ended: (Job) throws -> Void = { _ in }
    ) async throws {
        var printer = ProgressPrinter()
        var last: Job?
        for try await snapshot in client.follow(job) {
            for line in printer.lines(for: snapshot) { streams.talk(line + "\n") }
            last = snapshot.job
        }
        try Task.checkCancellation()
        guard let last, last.status.isTerminal else {
            throw ServiceFailure(
                kind: .unreachable, operation: "follow \(job) to its end",
                detail:
                    "the service stopped answering while it was "
                    + "\(last?.status.rawValue ?? "unseen")",
                advice: "The job goes on; watch it again with: batchdeck job watch -n \(job)")
        }
        try ended(last)
        guard last.status != .completed else { return }
        await explain(last, client: client, streams: streams)
        throw Finished(code: ExitCodes.jobFailed)
    }

    /// The first useful error: the user's own traceback before the runner's wrapping.
    static func explain(_ job: Job, client: BatchClient, streams: Streams) async {
        guard job.status == .failed else { return }
        do {
            if let error = try await client.usefulError(job.id) {
                if let frame = error.userFrame { streams.talk("failed at \(frame)\n") }
                streams.talk(error.text.hasSuffix("\n") ? error.text : error.text + "\n")
                if let file = error.file { streams.talk("(from \(file))\n") }
                return
            }
        } catch {
            streams.talk("warning: \(error.message)\n")
        }
        if let text = job.errorMessage { streams.talk(text + "\n") }
    }
}

/// Turns snapshots into lines, saying each thing once.
struct ProgressPrinter {
    private var status: JobStatus?
    private var counted: String?

    /// The new lines that a snapshot is worth.
    mutating func lines(for snapshot: JobSnapshot) -> [String] {
        var lines: [String] = []
        let job = snapshot.job
        if let text = job.progress.flatMap(Self.text), text != counted {
            counted = text
            lines.append("\(job.id)  \(text)")
        }
        if job.status != status {
            status = job.status
            lines.append("\(job.id)  \(job.status)")
        }
        return lines
    }

    private static func text(_ progress: Progress) -> String? {
        guard let total = progress.totalMiniBatches else { return nil }
        let failed = progress.failedItems.map { ", \($0) failed" } ?? ""
        return "\(progress.processedMiniBatches)/\(total) mini-batches\(failed)"
    }
}
