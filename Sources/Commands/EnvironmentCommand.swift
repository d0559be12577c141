import ArgumentParser
import BatchClient
import BatchModel

struct EnvironmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environment", abstract: "Lists and shows environments.",
        subcommands: [EnvironmentList.self, EnvironmentShow.self])
}

struct EnvironmentList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists all environments.")

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        try show(
            try await surroundings.client(common).control.environments().map(Shapes.environment),
            columns: [
                TableColumn("name", "name"), TableColumn("latest", "version"),
                TableColumn("description", "description"),
            ], as: common.output, in: surroundings)
    }
}

struct EnvironmentShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one version of an environment.")

    @Option(
        name: .shortAndLong, help: "The environment's name.", completion: .names(.environment))
    var name: String

    @OptionGroup var wanted: VersionOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let found = try await surroundings.client(common).control.environment(
            name, wanted.version)
        try show(Shapes.environment(found), as: common.output, in: surroundings)
    }
}

struct ComputeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compute", abstract: "Lists computes.", subcommands: [ComputeList.self])
}

struct ComputeList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists all computes.")

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        try show(
            try await surroundings.client(common).control.computes().map(Shapes.compute),
            columns: [
                TableColumn("name", "name"), TableColumn("type", "type"),
                TableColumn("state", "provisioning_state"),
                TableColumn("description", "description"),
            ], as: common.output, in: surroundings)
    }
}

extension Shapes {
    static func environment(_ found: AssetVersion) -> JSONValue {
        .object([
            "name": .string(found.name), "version": .optional(found.version),
            "id": .optional(found.armID), "description": .optional(found.details["description"]),
            "image": .optional(found.details["image"]),
            "conda_file": .optional(found.details["conda_file"]),
            "os_type": .optional(found.details["os_type"]),
        ])
    }

    static func compute(_ found: AssetVersion) -> JSONValue {
        .object([
            "name": .string(found.name), "id": .optional(found.armID),
            "type": .optional(found.details["type"]),
            "provisioning_state": .optional(found.details["state"]),
            "description": .optional(found.details["description"]),
        ])
    }
}
