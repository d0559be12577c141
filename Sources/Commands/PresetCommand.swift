import ArgumentParser
import BatchModel

// What the console's box of presets shows and does, for those who only use verbs. They are files of this machine: nobody is
// asked for anything.

/// `preset`: jobs that were kept under a name, for `invoke --preset`.
struct PresetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preset",
        abstract: "Jobs kept under a name: lists, shows, saves and deletes them.",
        subcommands: [PresetList.self, PresetShow.self, PresetSave.self, PresetDelete.self])
}

/// The preset a verb is about.
struct PresetOptions: ParsableArguments, Sendable {
    @OptionGroup var named: EndpointName

    @Option(name: .long, help: "The preset's name.", completion: .presets)
    var preset: String

    var endpoint: Endpoint.Name { named.id }
}

struct PresetList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the presets of an endpoint.")

    @OptionGroup var named: EndpointName

    @OptionGroup var printing: OutputOptions

    func run(in surroundings: Surroundings) async throws {
        let presets = try PresetFiles(environment: surroundings.environment)
            .all(of: named.id)
        try show(
            presets.map(Shapes.preset),
            columns: [
                TableColumn("name", "name"), TableColumn("deployment", "deployment_name"),
                TableColumn("inputs", "inputs"), TableColumn("problem", "problem"),
            ], as: printing.output, in: surroundings)
    }
}

struct PresetShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Prints a preset, as YAML for `invoke --file`.")

    @OptionGroup var options: PresetOptions
    @OptionGroup var printing: OutputOptions

    func run(in surroundings: Surroundings) async throws {
        let found = try PresetFiles(environment: surroundings.environment)
            .one(options.preset, of: options.endpoint)
        guard !printing.output.isPlain else { return surroundings.streams.outputFile(found.text) }
        try show(Shapes.preset(found), as: printing.output, in: surroundings)
    }
}

struct PresetSave: Verb {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract: "Keeps a job under a name, in place of one of that name; submits nothing.",
        discussion: """
            The flags are those of `invoke`. Secrets are left out of what is kept.

              batchdeck preset save -n wine-classifier --as weekly --input azureml:wine-data@latest
              batchdeck invoke -n wine-classifier --preset weekly
            """)

    @Option(name: .customLong("as"), help: "What it is called.")
    var preset: String

    @OptionGroup var job: JobOptions
    @OptionGroup var printing: OutputOptions

    func run(in surroundings: Surroundings) async throws {
        let draft = try job.draft(in: surroundings)
        let files = PresetFiles(environment: surroundings.environment)
        try files.save(draft, as: preset)
        surroundings.streams.talk("saved \(preset) of \(draft.endpoint)\n")
        if draft.withoutSecrets != draft {
            surroundings.streams.talk("secrets are left out: put them in where *** stands\n")
        }
        guard !printing.output.isPlain else { return }
        try show(
            Shapes.preset(try files.one(preset, of: draft.endpoint)), as: printing.output,
            in: surroundings)
    }
}

struct PresetDelete: Verb {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Takes a preset away.")

    @OptionGroup var options: PresetOptions
    @OptionGroup var deletion: DeletionOptions
    @OptionGroup var asking: AskingOptions
    @OptionGroup var printing: OutputOptions

    func run(in surroundings: Surroundings) async throws {
        let what = "the preset \(options.preset) of \(options.named.name)"
        let files = PresetFiles(environment: surroundings.environment)
        try deletion.confirm(what, asking, in: surroundings)
        try files.delete(options.preset, of: options.endpoint)
        try deletion.tell(
            what,
            ["name": .string(options.preset), "endpoint_name": .string(options.named.name)],
            as: printing.output, in: surroundings)
    }
}

extension Shapes {
    static func preset(_ preset: Preset) -> JSONValue {
        let draft = preset.draft
        return .object([
            "name": .string(preset.name), "endpoint_name": .string(draft.endpoint.rawValue),
            "deployment_name": .optional(draft.deployment?.rawValue), "inputs": inputs(of: draft),
            "text": .string(preset.text), "problem": .string(preset.problem),
        ])
    }

    /// What the inputs of a draft are, by name.
    static func inputs(of draft: JobDraft) -> JSONValue {
        let inputs = draft.inputs.map { input -> (String, String) in
            switch input.value {
            case .data(_, let reference): (input.name, reference.text)
            case .literal(let text): (input.name, text)
            }
        }
        return .texts(Dictionary(inputs, uniquingKeysWith: { first, _ in first }))
    }
}
