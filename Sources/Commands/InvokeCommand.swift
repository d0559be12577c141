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
        help:
            "The data: azureml:NAME:VERSION, azureml:NAME@latest, a datastore path, a URL or a local path."
    )
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

    @Option(name: .long, help: "Files per mini-batch, for this job.")
    var miniBatchSize: String?

    @Option(name: .long, help: "Nodes, for this job.")
    var instanceCount: String?

    @Flag(name: .long, help: "Follows the job to its end.")
    var watch = false

    @Flag(name: .long, help: "Prints the exact request and sends nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Never asks. (No verb asks anything today; scripts may say so.)")
    var noInput = false

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let draft = try self.draft(readInput: surroundings.streams.readInput)
        do {
            if dryRun { return try await preview(draft, client: client, in: surroundings) }
            let streams = surroundings.streams
            let printer = PhasePrinter(streams: streams)
            let job = try await client.submit(draft) { printer.print($0) }
            try announce(job, in: surroundings)
            guard watch else { return }
            try await Watching.toTheEnd(of: job.id, client: client, streams: streams)
        } catch let failure as ServiceFailure where failure.kind == .notFound {
            // What the command line names does not exist: a mistake in it, so exit code 2.
            var refused = failure
            refused.kind = .rejected
            throw refused
        }
    }

    /// The draft that the flags, the file and the settings come to; flags win over the file, `--set` over both.
    func draft(readInput: () -> String) throws -> JobDraft {
        var draft = JobDraft(
            endpoint: Endpoint.Name(name), deployment: deploymentName.map { Deployment.Name($0) },
            experimentName: experimentName, jobName: jobName)
        if let file { try apply(file: file, readInput: readInput, to: &draft) }
        for text in input {
            draft.inputs.append(
                .init(name: input.count == 1 ? "" : "input", value: try dataInput(text)))
        }
        if draft.inputs.count == 1, draft.inputs[0].name.isEmpty {
            // The official client's key for a single, unnamed input is its type (CONTRACT §5.1).
            draft.inputs[0].name = DataType(rawValue: inputType ?? "uri_folder").wireName
        }
        if let outputPath {
            draft.outputs.append(.init(name: "score", reference: try reference(outputPath)))
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

    private func apply(file: String, readInput: () -> String, to draft: inout JobDraft) throws {
        let text: String
        if file == "-" {
            text = readInput()
        } else {
            guard let data = FileManager.default.contents(atPath: Home.absolute(file)) else {
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
            let lines = ["\(request.method) \(request.url)"] + request.headers + ["", request.body]
            here.streams.output(lines.joined(separator: "\n") + "\n")
        }
    }

    private func announce(_ job: Job, in here: Surroundings) throws {
        switch common.output {
        case .json: try show(Shapes.job(job), as: .json, in: here)
        case .table: here.streams.output("\(job.id)\n")
        }
    }
}

/// Says each phase of a submission once, uploads by whole tenths.
private struct PhasePrinter: Sendable {
    let streams: Streams

    func print(_ phase: SubmitPhase) {
        switch phase {
        case .checking, .sending: break
        case .uploading(let progress):
            guard progress.filesDone == progress.filesTotal else { return }
            streams.talk("uploaded \(progress.filesTotal) files\n")
        case .lookingForJob: streams.talk("no clear answer came; looking for the job\n")
        }
    }
}
