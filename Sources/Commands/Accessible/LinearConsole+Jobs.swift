import BatchClient
import BatchModel
import ConsoleCore

extension LinearConsole {
    /// Jobs asked for at once.
    private static let listLength = 50
    /// Files of an output that are read out.
    private static let fileLimit = 20

    /// Lists jobs, and opens the one that is chosen.
    func jobs() async throws {
        while true {
            let page = try await client.jobs(JobListQuery(count: Self.listLength))
            guard !page.jobs.isEmpty else { return talk.say("There is no job here yet.") }
            if page.hasMore { talk.say("The newest \(page.jobs.count) jobs; there are more.") }
            let index = try await talk.choose(
                "Which job?",
                page.jobs.map { Choice($0.id.rawValue, Self.words(of: $0)) })
            try await attempt { () async throws in try await open(page.jobs[index]) }
        }
    }

    /// `calm_sail, Running, 3 of 60 mini-batches, digits-batch, nearest`.
    static func words(of job: Job) -> String {
        let place = [job.endpoint?.rawValue, job.deployment?.rawValue].compactMap(\.self)
        let name = job.displayName == job.id.rawValue ? "" : job.displayName
        let parts = [name, job.status.rawValue, StatusLines.words(of: job.progress) ?? ""] + place
        return parts.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// What can be done with a job.
    private enum Deed: String {
        case follow, error, logs, results, download, again, retry, cancel, archive, back

        var words: String {
            switch self {
            case .follow: "hear of changes until it ends"
            case .error: "why it failed"
            case .logs: "read what it logged"
            case .results: "list what it wrote"
            case .download: "fetch what it wrote into a folder"
            case .again: "submit it once more, as it was"
            case .retry: "submit only the files that failed"
            case .cancel: "stop it"
            case .archive: "take it off the lists; its results stay"
            case .back: "leave this job"
            }
        }
    }

    private static func deeds(for status: JobStatus) -> [Deed] {
        guard status.isTerminal else {
            return [.follow, .logs, .cancel, .results, .download, .back]
        }
        let failed: [Deed] = status == .failed ? [.error] : []
        return failed + [.logs, .results, .download, .again, .retry, .archive, .back]
    }

    /// One job, until somebody leaves it.
    func open(_ job: Job) async throws {
        while true {
            let job = try await client.job(job.id)
            let deeds = Self.deeds(for: job.status)
            let index = try await talk.choose(
                "Job \(job.id): \(Self.words(of: job)).",
                deeds.map { Choice($0.rawValue, $0.words) }, standard: 0)
            if deeds[index] == .back { return }
            try await attempt { () async throws in try await carryOut(deeds[index], on: job) }
        }
    }

    private func carryOut(_ deed: Deed, on job: Job) async throws {
        switch deed {
        case .follow: try await follow(job.id)
        case .error: await Watching.explain(job, client: client, streams: streams)
        case .logs: try await logs(of: job)
        case .results: try await sayResults(of: job.id)
        case .download: try await download(job)
        case .again: try await again(job.id, onlyFailed: false)
        case .retry: try await again(job.id, onlyFailed: true)
        case .cancel:
            guard try await talk.isAgreed("Cancel \(job.id)?") else {
                return talk.say("It goes on.")
            }
            try await client.cancel(job.id)
            talk.say("Cancelling was accepted; following says when it has stopped.")
        case .archive:
            try await client.setArchived(job.id, true)
            talk.say("Archived: batchdeck job restore -n \(job.id) brings it back.")
        case .back: return
        }
    }

    // MARK: - Following

    private func follow(_ id: Job.ID) async throws {
        talk.say("Following \(id). An empty line stops that; the job goes on.")
        let (_, isStopped) = try await untilEmptyLine { [self] in
            try await toTheEnd(of: id)
            return true
        }
        if isStopped { talk.say("No longer following \(id).") }
    }

    /// Does something until it ends or an empty line is said; what it came to by then is given where it came to anything.
    func untilEmptyLine<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> (value: Value?, isStopped: Bool) {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask { [lines = talk.lines] in
                await lines.emptyLine()
                return nil
            }
            let ended = try await group.next() ?? nil
            group.cancelAll()
            if let ended { return (ended, false) }
            do {
                return (try await group.next() ?? nil, true)
            } catch {
                // It was broken off: that it could not go on is no news.
                return (nil, true)
            }
        }
    }

    private func toTheEnd(of id: Job.ID) async throws {
        var printer = StatusLines()
        var last: Job?
        for try await snapshot in client.follow(id) {
            if let line = printer.line(for: snapshot.job, at: .now) { talk.say(line) }
            last = snapshot.job
        }
        guard let last, last.status.isTerminal, !Task.isCancelled else { return }
        if let start = last.startedAt, let end = last.endedAt {
            let seconds = max(0, (end - start) / .seconds(1))
            talk.say("It took \(Int(seconds.rounded())) seconds.")
        }
        await Watching.explain(last, client: client, streams: streams)
    }

    // MARK: - Results

    private func sayResults(of id: Job.ID) async throws {
        let outputs = try await client.outputs(id)
        guard !outputs.isEmpty else { return talk.say("It has written nothing that is known.") }
        for output in outputs {
            talk.say("Output \(output.name), \(output.type): \(DraftSecrets.masked(output.uri))")
            let files = try await client.outputFiles(id, output.name).filter { !$0.isFolder }
            for file in files.prefix(Self.fileLimit) {
                let size = file.size.map { ", \(SizeText.print($0))" } ?? ""
                talk.say(file.path + size)
            }
            if files.isEmpty { talk.say("No file is in it.") }
            let rest = files.count - Self.fileLimit
            if rest > 0 { talk.say("And \(Words.count(rest, "more file")).") }
        }
    }

    private func download(_ job: Job) async throws {
        let standard = job.id.rawValue
        let answer = try await talk.ask("Into which folder? Empty takes \(standard).")
        let folder = Home.absolute(answer.isEmpty ? standard : answer, environment: environment)
        talk.say("Downloading.")
        let report = try await client.download(DownloadOrder(job.id, to: folder)) { _ in }
        for sentence in JobDownload.sentences(report) { talk.say(sentence) }
        let files = report.files.count
        talk.say(
            "\(files) \(files == 1 ? "file" : "files"), \(SizeText.print(report.bytes)), in "
                + "\(report.folder).")
    }

    // MARK: - Once more

    private func again(_ id: Job.ID, onlyFailed: Bool) async throws {
        let past = try await client.pastDraft(id, onlyFailed)
        for note in past.notes { talk.say(note) }
        if let files = past.failedFiles { talk.say("Files that failed: \(files.count).") }
        guard try await talk.isAgreed("Submit it to \(past.draft.endpoint)?", byDefault: true)
        else { return talk.say("Nothing was sent.") }
        if let job = try await submit(past.draft) { try await open(job) }
    }
}

/// Turns snapshots into lines: each status once, and counts only as often as can be listened to.
struct StatusLines {
    /// Between two counts: a screen reader needs about this long for one.
    static let pause: Duration = .seconds(5)

    private var status: JobStatus?
    private var counted: String?
    private var said: ContinuousClock.Instant?

    /// The line that a snapshot is worth; nil for none.
    mutating func line(for job: Job, at now: ContinuousClock.Instant) -> String? {
        let count = Self.words(of: job.progress)
        let isNewStatus = job.status != status
        let isDue = said.map { now - $0 >= Self.pause } ?? true
        guard isNewStatus || (count != counted && isDue) else { return nil }
        status = job.status
        counted = count
        said = now
        return ([job.status.rawValue] + [count].compactMap(\.self)).joined(separator: ", ") + "."
    }

    /// `3 of 60 mini-batches, 2 items failed`.
    static func words(of progress: Progress?) -> String? {
        guard let progress, let total = progress.totalMiniBatches else { return nil }
        let failed = progress.failedItems ?? 0
        return "\(progress.processedMiniBatches) of \(total) mini-batches"
            + (failed > 0 ? ", \(failed) \(failed == 1 ? "item" : "items") failed" : "")
    }
}
