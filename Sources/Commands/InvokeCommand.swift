import ArgumentParser
import BatchClient
import BatchModel
import DraftFile

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `invoke`, with the flags of `az ml batch-endpoint invoke` as they are (DESIGN §8).
struct InvokeCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "invoke", abstract: "Submits a batch job.",
        discussion: """
            The job's name goes to standard output; with --watch, progress goes to standard error and the exit code is the \
            job's: 0 completed, 3 failed or cancelled. Bad input ends with exit code 2 before anything is sent.
            """)

    @Option(name: .shortAndLong, help: "The endpoint's name.")
    var name: String

    @Option(name: .shortAndLong, help: "The deployment (default: the endpoint's default).")
    var deploymentName: String?

    @Option(
        name: .long,
        help: """
            The data: azureml:NAME:VERSION, azureml:NAME@latest, a datastore path, a URL or a \
            local path.
            """)
    var input: [String] = []

    @Option(name: .long, help: "uri_folder or uri_file (default: taken from the data).")
    var inputType: String?

    @Option(name: .shortAndLong, help: "A YAML file with inputs and outputs; - for standard input.")
    var file: String?

    @Option(
        name: .customLong("set"), parsing: .upToNextOption,
        help: "Sets one value, as inputs.NAME.path=… or mini_batch_size=…; may be repeated.")
    var settings: [String] = []

    @Option(name: .long, help: "The experiment; pipeline component deployments only.")
    var experimentName: String?

    @Option(name: .long, help: "The job's display name.")
    var jobName: String?

    @Option(name: .long, help: "Where the output goes: a path on a Blob datastore.")
    var outputPath: String?

    @Option(
        name: [.customShort("m"), .long],
        help: "Files per mini-batch, for this job.")
    var miniBatchSize: String?

    @Option(name: [.customShort("c"), .long], help: "Nodes, for this job.")
    var instanceCount: String?

    @Flag(name: .long, help: "Follows the job to its end.")
    var watch = false

    @Flag(name: .long, help: "Prints the exact request and sends nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Never asks. (No verb asks anything today; scripts may say so.)")
    var noInput = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard let inputType else { return }
        if input.isEmpty { throw ValidationError("--input-type needs --input.") }
        if DataType(rawValue: inputType).isLiteral {
            throw ValidationError(
                "--input-type takes uri_folder or uri_file, not \(inputType). "
                    + "A literal is given as --set inputs.NAME.default=VALUE.")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let draft = try self.draft(in: surroundings)
        if dryRun {
            return try await refusingTheUnknown {
                try await preview(draft, client: client, in: surroundings)
            }
        }
        let streams = surroundings.streams
        let printer = PhasePrinter(streams: streams)
        let job = try await refusingTheUnknown {
            try await client.submit(draft) { printer.print($0) }
        }
        try announce(job, in: surroundings)
        guard watch else { return }
        try await Watching.toTheEnd(of: job.id, client: client, streams: streams)
    }

    /// What the command line names and does not exist is a mistake in it: exit code 2, and nothing was sent.
    private func refusingTheUnknown<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let failure as ServiceFailure where failure.kind == .notFound {
            var refused = failure
            refused.kind = .rejected
            throw refused
        }
    }

    /// The draft that the flags, the file and the settings come to; flags win over the file, `--set` over both.
    ///
    /// Inputs add up: a second one is for the rules to refuse.
    func draft(in here: Surroundings) throws -> JobDraft {
        var draft = JobDraft(
            endpoint: Endpoint.Name(name), deployment: deploymentName.map { Deployment.Name($0) },
            jobName: jobName)
        if let file { try apply(file: file, in: here, to: &draft) }
        if let experimentName { draft.experimentName = experimentName }
        // The official client's key for a single, unnamed input is its type (CONTRACT §5.1).
        let isOnly = input.count == 1 && draft.inputs.isEmpty
        let key = isOnly ? DataType(rawValue: inputType ?? "uri_folder").wireName : "input"
        for text in input { draft.inputs.append(.init(name: key, value: try dataInput(text))) }
        if let outputPath {
            draft.setOutput(.init(name: "score", reference: try reference(outputPath)))
        }
        let flags = [("mini_batch_size", miniBatchSize), ("compute.instance_count", instanceCount)]
        for case (let key, let value?) in flags { try set(["\(key)=\(value)"], in: &draft) }
        try set(settings, in: &draft)
        return draft
    }

    private func dataInput(_ text: String) throws -> InputValue {
        .data(type: inputType.map { DataType(rawValue: $0) }, reference: try reference(text))
    }

    private func reference(_ text: String) throws -> DataReference {
        do {
            return try DataReference(parsing: text)
        } catch {
            throw refusal(error.message)
        }
    }

    private func set(_ settings: [String], in draft: inout JobDraft) throws {
        do {
            try DraftSetting.apply(settings, to: &draft)
        } catch {
            throw refusal(error.message)
        }
    }

    private func apply(file: String, in here: Surroundings, to draft: inout JobDraft) throws {
        let text: String
        if file == "-" {
            text = here.streams.readInput()
        } else {
            let path = Home.absolute(file, environment: here.environment)
            guard let data = FileManager.default.contents(atPath: path) else {
                throw refusal("the file \(file) cannot be read")
            }
            text = String(decoding: data, as: UTF8.self)
        }
        let problems = InputsFile.apply(yaml: text, file: file, to: &draft)
        guard problems.isEmpty else {
            throw refusal(problems.map(\.message).joined(separator: " "))
        }
    }

    private func refusal(_ detail: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: "put the job for \(name) together", detail: detail)
    }

    private func preview(
        _ draft: JobDraft, client: BatchClient, in here: Surroundings
    ) async throws {
        try await check(draft, client: client)
        let request = try await client.preview(draft)
        switch common.output {
        case .json:
            let body = try WireJSON.decode(JSONValue.self, from: Array(request.body.utf8))
            let shape: JSONValue = .object([
                "method": .string(request.method), "url": .string(request.url),
                "headers": .array(request.headers.map { .string($0) }), "body": body,
                "uploads": .array(request.uploads.map { .string($0) }),
            ])
            try show(shape, as: .json, in: here)
        case .table:
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
        switch common.output {
        case .json: try show(Shapes.job(job), as: .json, in: here)
        case .table: here.streams.output(PlainText.line(job.id.rawValue) + "\n")
        }
    }
}

/// Says what a submission does beside checking and sending: an upload once it is whole, a lost answer.
private struct PhasePrinter: Sendable {
    let streams: Streams

    func print(_ phase: SubmitPhase) {
        switch phase {
        case .checking, .sending: break
        case .uploading(let progress):
            let count = progress.filesTotal
            guard count > 0, progress.filesDone == count else { return }
            streams.talk("uploaded \(count) \(count == 1 ? "file" : "files")\n")
        case .lookingForJob: streams.talk("no clear answer came; looking for the job\n")
        }
    }
}
