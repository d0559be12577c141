import ArgumentParser
import BatchModel
import DraftFile

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The flags of `az ml batch-endpoint invoke` as they are (DESIGN §8): what job it is.
struct JobOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: "The endpoint's name.", completion: .names(.endpoint))
    var name: String?

    @Option(
        name: .shortAndLong, help: "The deployment (default: the endpoint's default).",
        completion: .deploymentsByName)
    var deploymentName: String?

    @Option(
        name: .long,
        help: """
            The data: azureml:NAME:VERSION, azureml:NAME@latest, a datastore path, a URL or a \
            local path.
            """, completion: .names(.input))
    var input: [String] = []

    @Option(name: .long, help: "uri_folder or uri_file (default: taken from the data).")
    var inputType: String?

    @Option(
        name: .shortAndLong, help: "A YAML file with inputs and outputs; - for standard input.",
        completion: .file())
    var file: String?

    @Option(
        name: [.customLong("set"), .customLong("params-override")], parsing: .upToNextOption,
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

    @Option(
        name: .long,
        help: """
            A file with an az ml batch-endpoint invoke command to take the job from, - for \
            standard input; flags given here win over it.
            """, completion: .file())
    var fromCommand: String?

    @Option(
        name: .long, help: "A preset of the endpoint to begin with; flags given here win over it.",
        completion: .presets)
    var preset: String?

    func validate() throws {
        if name == nil, fromCommand == nil {
            throw ValidationError("Missing expected argument '--name <name>'")
        }
        guard let inputType else { return }
        if input.isEmpty, fromCommand == nil {
            throw ValidationError("--input-type needs --input.")
        }
        if DataType(rawValue: inputType).isLiteral {
            throw ValidationError(
                "--input-type takes uri_folder or uri_file, not \(inputType). "
                    + "A literal is given as --set inputs.NAME.default=VALUE.")
        }
    }

    /// The draft that the flags, the command, the file and the settings come to (`InvokeFlags`).
    func draft(in here: Surroundings) throws -> JobDraft {
        do {
            let flags = try flags(in: here)
            if let preset { return try presetDraft(preset, flags, in: here) }
            return try flags.draft { file throws(SettingError) in
                try Self.text(of: file, in: here)
            }
        } catch let problem as SettingError {
            throw refusal(problem.message)
        }
    }

    /// What cannot be done with this job, as a mistake in the command line.
    func refusal(_ detail: String) -> ServiceFailure {
        let job = name.map { "the job for \($0)" } ?? "the job"
        return ServiceFailure(
            kind: .rejected, operation: "put \(job) together", detail: detail)
    }

    private func flags(in here: Surroundings) throws -> InvokeFlags {
        var own = InvokeFlags()
        own.name = name
        own.deploymentName = deploymentName
        own.inputs = input
        own.inputType = inputType
        own.file = file
        own.settings = settings
        own.experimentName = experimentName
        own.jobName = jobName
        own.outputPath = outputPath
        own.miniBatchSize = miniBatchSize
        own.instanceCount = instanceCount
        guard let fromCommand else { return own }
        let command = try DraftImport.flags(command: try Self.text(of: fromCommand, in: here))
        if !command.leftOut.isEmpty {
            let words = command.leftOut.joined(separator: ", ")
            here.streams.talk("not part of the job, left out: \(words)\n")
        }
        return own.over(command.flags)
    }

    static func text(
        of file: String, in here: Surroundings
    ) throws(SettingError) -> String {
        if file == "-" { return here.streams.readInput() }
        let path = Home.absolute(file, environment: here.environment)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingError(message: "the file \(file) cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

/// Ends with a failure of a mistake in the command line when something that was named does not exist: nothing was sent.
func refusingTheUnknown<Value: Sendable>(
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
