import BatchClient
import BatchModel

extension LinearConsole {
    /// A log of a job, or of one of its steps.
    private struct Log {
        var run: String
        var step: String
        var file: String
    }

    /// Reads logs of a job out, until somebody leaves them.
    func logs(of job: Job) async throws {
        let logs = try await logs(of: job, first: try await errorPlace(in: job))
        guard !logs.isEmpty else { return talk.say("It has no log yet.") }
        let steps = Set(logs.map(\.step)).count
        let choices = logs.map { log in
            let what = LogLabel.text(for: log.file)
            return Choice(log.file, steps > 1 ? "\(what), \(log.step)" : what)
        }
        while true {
            let index = try await talk.choose("Which log?", choices, standard: 0)
            try await attempt { () async throws in try await read(logs[index], of: job) }
        }
    }

    /// Where a failed job says why.
    private func errorPlace(in job: Job) async throws -> JobError? {
        job.status == .failed ? try await client.usefulError(job.id) : nil
    }

    /// The logs of all steps and of the job: the error first, then what is of most use.
    private func logs(of job: Job, first error: JobError?) async throws -> [Log] {
        let steps = try await client.steps(job.id)
        let runs =
            steps.map { (id: $0.id.rawValue, name: $0.name) } + [
                (id: job.id.rawValue, name: "job")
            ]
        var first: [Log] = []
        var useful: [Log] = []
        var rest: [Log] = []
        for run in runs {
            let names = try await client.logFiles(run.id).map(\.name)
            let best = UsefulLogs(names).best
            for name in names {
                let log = Log(run: run.id, step: run.name, file: name)
                let isErrors = error?.step.map { $0.rawValue == run.id } ?? true
                if isErrors, error?.file == name {
                    first.append(log)
                } else if name == best {
                    useful.append(log)
                } else {
                    rest.append(log)
                }
            }
        }
        return first + useful + rest
    }

    /// What can be done with a log.
    private enum Reading: String {
        case more, follow, other

        var words: String {
            switch self {
            case .more: "the lines before"
            case .follow: "new lines as they come"
            case .other: "another log"
            }
        }
    }

    private func read(_ log: Log, of job: Job) async throws {
        var tail = try await LogTail(log.file, of: log.run, client: client)
        let lines = try await tail.earlier(client)
        talk.say(lines.isEmpty ? "Nothing is in \(log.file) so far." : "The end of \(log.file):")
        for line in lines { talk.say(line) }
        while true {
            let status = try await client.job(job.id).status
            let more: [Reading] = tail.isAtStart ? [] : [.more]
            let deeds = more + (status.isTerminal ? [] : [.follow]) + [.other]
            let index = try await talk.choose(
                "More of \(log.file)?", deeds.map { Choice($0.rawValue, $0.words) })
            switch deeds[index] {
            case .more:
                for line in try await tail.earlier(client) { talk.say(line) }
                if tail.isAtStart { talk.say("That was the beginning.") }
            case .follow: tail = try await follow(tail, of: job.id)
            case .other: return
            }
        }
    }

    /// Says new lines until the job ends or an empty line is said; gives how far it came.
    private func follow(_ tail: LogTail, of id: Job.ID) async throws -> LogTail {
        talk.say("Following \(tail.file). An empty line stops that; the job goes on.")
        let (read, isStopped) = try await untilEmptyLine { [self] in
            try await toTheEnd(of: tail, id)
        }
        if isStopped { talk.say("No longer following \(tail.file).") }
        return read ?? tail
    }

    private func toTheEnd(of log: LogTail, _ id: Job.ID) async throws -> LogTail {
        var tail = log
        func say() async throws {
            for line in try await tail.news(client) { talk.say(line) }
        }
        let news = LogNews(client.follow(id))
        defer { news.end() }
        for await _ in news.looks where !Task.isCancelled { try await say() }
        guard !Task.isCancelled else { return tail }
        try await news.outcome()
        try await say()
        for line in tail.rest() { talk.say(line) }
        talk.say("The job has ended.")
        return tail
    }
}
