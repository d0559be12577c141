import ArgumentParser
import BatchClient
import BatchModel
import DraftFile

/// `invoke`, with the flags of `az ml batch-endpoint invoke` as they are (DESIGN §8).
struct InvokeCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "invoke", abstract: "Submits a batch job.",
        discussion: """
            The job's name goes to standard output; with --watch, progress goes to standard error and the exit code is the \
            job's: 0 completed, 3 failed or cancelled. Bad input ends with exit code 2 before anything is sent.
            """)

    @OptionGroup var job: JobOptions

    @OptionGroup var sweep: SweepOptions

    @Flag(name: .long, help: "Follows the job to its end.")
    var watch = false

    @Flag(name: .long, help: "Prints the exact request and sends nothing.")
    var dryRun = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !sweep.sweep.isEmpty, watch {
            throw ValidationError("--watch follows one job; a sweep makes many.")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let draft = try self.draft(in: surroundings)
        guard sweep.sweep.isEmpty else {
            return try await refusingTheUnknown {
                try await runSweep(over: draft, client: client, in: surroundings)
            }
        }
        if dryRun {
            return try await refusingTheUnknown {
                try await preview(draft, client: client, in: surroundings)
            }
        }
        let streams = surroundings.streams
        let printer = PhasePrinter(streams: streams)
        let job: Job
        do {
            job = try await refusingTheUnknown {
                try await client.submit(draft) { printer.print($0) }
            }
        } catch {
            await tellUndecided(client, in: surroundings)
            throw error
        }
        try announce(job, in: surroundings)
        await tellUndecided(client, in: surroundings)
        guard watch else { return }
        try await Watching.toTheEnd(of: job.id, client: client, streams: streams)
    }

    /// The draft of the command line, as long as it holds all that the job needs.
    private func draft(in here: Surroundings) throws -> JobDraft {
        let draft = try job.draft(in: here)
        guard draft.lostSecrets.isEmpty else {
            let fields = draft.lostSecrets.map(\.label).joined(separator: ", ")
            throw job.refusal(
                "\(fields): the secret in it was left out when it was exported. "
                    + "Put it in where \(DraftSecrets.mask) stands.")
        }
        return draft
    }

    private func preview(
        _ draft: JobDraft, client: BatchClient, in here: Surroundings
    ) async throws {
        try await check(draft, client: client)
        let request = try await client.preview(draft)
        if !common.output.isPlain {
            let body = try WireJSON.decode(JSONValue.self, from: Array(request.body.utf8))
            let shape: JSONValue = .object([
                "method": .string(request.method), "url": .string(request.url),
                "headers": .array(request.headers.map { .string($0) }), "body": body,
                "uploads": .array(request.uploads.map { .string($0) }),
            ])
            try show(shape, as: common.output, in: here)
        } else {
            for upload in request.uploads { here.streams.talk("would upload \(upload)\n") }
            let head = ["\(request.method) \(request.url)"] + request.headers + [""]
            let lines = head.map(PlainText.line) + [PlainText.json(request.body)]
            here.streams.output(lines.joined(separator: "\n") + "\n")
        }
    }

    /// A dry run refuses what a real one would, in the same words.
    private func check(_ draft: JobDraft, client: BatchClient) async throws {
        let endpoint = try await client.endpoint(draft.endpoint)
        // Without a deployment the preview itself says what is missing.
        guard let name = draft.deployment ?? endpoint.defaultDeployment else { return }
        let deployment = try await client.deployment(draft.endpoint, name)
        let problems = DraftRules.problems(
            draft, deployment: deployment, findings: await client.findings(draft))
        guard problems.isEmpty else {
            throw ServiceFailure(
                kind: .rejected, operation: "submit to \(draft.endpoint)",
                detail: problems.map(\.message).joined(separator: "\n"),
                advice: "Nothing was sent.")
        }
    }

    private func announce(_ job: Job, in here: Surroundings) throws {
        if common.output.isPlain {
            here.streams.output(PlainText.line(job.id.rawValue) + "\n")
        } else {
            try show(Shapes.job(job), as: common.output, in: here)
        }
    }
}

/// Says what a submission does beside checking and sending: how an upload goes and that it is whole, a lost answer.
struct PhasePrinter: Sendable {
    let streams: Streams
    private let line: TransferLine

    init(streams: Streams) {
        self.streams = streams
        line = TransferLine("uploading", streams: streams)
    }

    func print(_ phase: SubmitPhase) {
        switch phase {
        case .checking, .sending: break
        case .uploading(let progress):
            let count = progress.filesTotal
            guard count > 0, progress.filesDone == count else { return line.show(progress) }
            line.end()
            streams.talk("uploaded \(count) \(count == 1 ? "file" : "files")\n")
        case .lookingForJob: streams.talk("no clear answer came; looking for the job\n")
        }
    }
}
