import ArgumentParser
import BatchClient
import BatchModel

struct JobArchive: Verb {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Takes a job out of the lists; its results and logs stay.")

    @OptionGroup var named: JobName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        try await surroundings.client(common).setArchived(named.id, true)
        surroundings.streams.talk(
            "\(named.name) is archived; `job list --include-archived` shows it, `job restore` "
                + "brings it back\n")
        try showArchived(named.name, true, common, in: surroundings)
    }
}

struct JobRestore: Verb {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Brings an archived job back into the lists.")

    @OptionGroup var named: JobName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        try await surroundings.client(common).setArchived(named.id, false)
        surroundings.streams.talk("\(named.name) is restored\n")
        try showArchived(named.name, false, common, in: surroundings)
    }
}

extension Verb {
    fileprivate func showArchived(
        _ name: String, _ isArchived: Bool, _ common: CommonOptions, in here: Surroundings
    ) throws {
        guard !common.output.isPlain else { return }
        let shape: JSONValue = .object([
            "name": .string(name), "is_archived": .boolean(isArchived),
        ])
        try show(shape, as: common.output, in: here)
    }
}
