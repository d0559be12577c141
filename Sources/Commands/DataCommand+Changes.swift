import ArgumentParser
import BatchClient
import BatchModel
import DraftFile

struct DataCreate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Registers a version of a data asset.",
        discussion: """
            A path on this machine is uploaded first; what is there already is not sent again. Without a version the next \
            one is taken.
            """)

    @Option(
        name: .shortAndLong, help: "The asset's YAML; - for standard input.",
        completion: .file())
    var file: String?

    @Option(
        name: .shortAndLong, help: "The asset's name, in place of the file's.",
        completion: .names(.data))
    var name: String?

    @Option(name: .shortAndLong, help: "The version (default: the next one).")
    var version: String?

    @Option(
        name: .shortAndLong, help: "A path on this machine, a datastore path or a URL.",
        completion: .file())
    var path: String?

    @Option(name: .shortAndLong, help: "uri_folder, uri_file or mltable.")
    var type: String?

    @Option(name: .shortAndLong, help: "What it is, in a sentence.")
    var description: String?

    @Option(
        name: .long,
        help:
            "The datastore that a path on this machine is uploaded to (default: the workspace's).",
        completion: .names(.datastore))
    var datastore: String?

    @Option(
        name: .customLong("set"), parsing: .upToNextOption,
        help: "Sets one value, as description=…, tags.NAME=… or properties.NAME=…; may be repeated."
    )
    var settings: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if file == nil, name == nil || path == nil {
            throw ValidationError("Give --file, or --name and --path.")
        }
        if let type, !["uri_folder", "uri_file", "mltable"].contains(type) {
            throw ValidationError("--type takes uri_folder, uri_file or mltable, not \(type).")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let plan = try plan(in: surroundings)
        let printer = PublishPrinter(streams: surroundings.streams)
        let made = try await client.control.putData(plan) { printer.print($0) }
        try show(Shapes.version(made), as: common.output, in: surroundings)
    }

    /// What file and flags come to; flags win.
    func plan(in here: Surroundings) throws -> DataPlan {
        let operation = "register the data asset"
        let files = PlanFiles.local(here.environment)
        let order = DataOrder(
            name: name, version: version, type: type.map { DataType(rawValue: $0) }, path: path,
            summary: description)
        let given = try file.map { try GivenFile($0, for: operation, in: here) }
        var plan = try order.plan(given?.text, of: given?.name, files)
            .checked(for: operation, in: here)
        plan.datastore = datastore.map { Datastore.Name($0) }
        return try applying(
            operation,
            { (value: inout DataPlan) throws(SettingError) in
                try DataSetting.apply(settings, to: &value)
            }, to: plan)
    }
}

/// What archiving and restoring have in common.
struct DataArchiveOptions: ParsableArguments, Sendable {
    @Option(name: .shortAndLong, help: "The asset's name.", completion: .names(.data))
    var name: String

    @OptionGroup var wanted: VersionOptions

    /// Archives or restores what is meant: a version, or without one the asset as a whole.
    ///
    /// - Returns: what was done, as it is shown.
    func set(
        _ isArchived: Bool, client: BatchClient, in here: Surroundings
    ) async throws -> JSONValue {
        let asset = DataAsset.Name(name)
        var version = wanted.version
        if wanted.label != nil { version = try await client.dataVersion(asset, .latest).version }
        try await client.control.archiveData(asset, version, isArchived)
        let words = version.map { "version \($0) of \(name)" } ?? name
        here.streams.talk("\(isArchived ? "archived" : "restored") \(words)\n")
        return .object([
            "name": .string(name), "version": .optional(version),
            "is_archived": .boolean(isArchived),
        ])
    }
}

struct DataArchive: Verb {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Hides a data asset from lists; jobs can still use it.",
        discussion: "Without a version the asset as a whole.")

    @OptionGroup var options: DataArchiveOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let done = try await options.set(
            true, client: surroundings.client(common), in: surroundings)
        guard !common.output.isPlain else { return }
        try show(done, as: common.output, in: surroundings)
    }
}

struct DataRestore: Verb {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Takes an archived data asset back into lists.",
        discussion: "Without a version the asset as a whole.")

    @OptionGroup var options: DataArchiveOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let done = try await options.set(
            false, client: surroundings.client(common), in: surroundings)
        guard !common.output.isPlain else { return }
        try show(done, as: common.output, in: surroundings)
    }
}

// MARK: - Datastores

struct DatastoreCreate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a datastore, or replaces one of that name.")

    @Option(
        name: .shortAndLong, help: "The datastore's YAML; - for standard input.",
        completion: .file())
    var file: String

    @Option(
        name: .shortAndLong, help: "The datastore's name, in place of the file's.",
        completion: .names(.datastore))
    var name: String?

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let operation = "create the datastore"
        let client = try surroundings.client(common)
        let given = try GivenFile(file, for: operation, in: surroundings)
        let parsed = DatastorePlan.parse(
            yaml: given.text, file: given.name, said: name.map { ["name": $0] } ?? [:])
        let plan = try parsed.checked(for: operation, in: surroundings)
        let made = try await client.control.putDatastore(plan)
        let scope = try await client.connect().scope
        try show(Shapes.datastore(made, in: scope), as: common.output, in: surroundings)
    }
}

struct DatastoreDelete: Verb {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Forgets a datastore; what is stored there stays.")

    @OptionGroup var named: DatastoreName

    @OptionGroup var deletion: DeletionOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let what = "the datastore \(named.name)"
        try deletion.confirm(what, common.asking, in: surroundings)
        try await client.control.deleteDatastore(named.id)
        try deletion.tell(
            what, ["name": .string(named.name)], as: common.output, in: surroundings)
    }
}
