import ArgumentParser
import BatchClient
import BatchModel

struct JobCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Lists, watches, cancels and collects jobs.",
        subcommands: [
            JobList.self, JobShow.self, JobWatch.self, JobLogs.self, JobCancel.self,
            JobDownload.self, JobArchive.self, JobRestore.self,
        ])
}

struct JobList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists jobs, newest first.")

    @Option(name: .shortAndLong, help: "Only this endpoint's jobs.")
    var endpointName: String?

    @Option(name: .shortAndLong, help: "Only this deployment's jobs.")
    var deploymentName: String?

    @Option(name: .shortAndLong, help: "How many jobs at most.")
    var max = 50

    @Flag(name: .long, help: "Archived jobs too.")
    var includeArchived = false

    @Flag(name: .long, help: "Archived jobs alone.")
    var archivedOnly = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if includeArchived, archivedOnly {
            throw ValidationError("--include-archived and --archived-only exclude each other.")
        }
        guard (1...1000).contains(max) else {
            throw ValidationError("--max takes a whole number from 1 to 1000.")
        }
        if deploymentName != nil, endpointName == nil {
            throw ValidationError("--deployment-name needs --endpoint-name.")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let view: ListView = archivedOnly ? .archived : includeArchived ? .all : .active
        let page = try await surroundings.client(common).jobs(
            JobListQuery(
                endpoint: endpointName.map { Endpoint.Name($0) },
                deployment: deploymentName.map { Deployment.Name($0) }, start: 0, count: max,
                view: view))
        let rows = page.jobs.map { job -> JSONValue in
            // Said where it can differ: the list without archived jobs keeps the shape it always had.
            guard view != .active, var shape = Shapes.job(job).members else {
                return Shapes.job(job)
            }
            shape["is_archived"] = .boolean(job.isArchived)
            return .object(shape)
        }
        let archived = view == .active ? [] : [TableColumn("archived", "is_archived")]
        try show(
            rows,
            columns: [
                TableColumn("name", "name"), TableColumn("display name", "display_name"),
                TableColumn("status", "status"), TableColumn("endpoint", "endpoint_name"),
                TableColumn("deployment", "deployment_name"),
                TableColumn("created", "created_at"),
            ] + archived, as: common.output, in: surroundings)
    }
}

struct JobShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one job with its steps.")

    @Option(name: .shortAndLong, help: "The job's name.")
    var name: String

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let job = try await client.job(Job.ID(name))
        var shape = Shapes.job(job).members ?? [:]
        shape["steps"] = .array(try await client.steps(job.id).map(Shapes.step))
        try show(.object(shape), as: common.output, in: surroundings)
    }
}

struct JobCancel: Verb {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Asks a job to stop.")

    @Option(name: .shortAndLong, help: "The job's name.")
    var name: String

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        try await surroundings.client(common).cancel(Job.ID(name))
        surroundings.streams.talk("cancel of \(name) accepted\n")
        guard common.output != .table else { return }
        try show(
            .object(["name": .string(name), "cancel": .string("accepted")]), as: common.output,
            in: surroundings)
    }
}

struct JobDownload: Verb {
    static let configuration = CommandConfiguration(
        commandName: "download", abstract: "Downloads the results of a job.")

    @Option(name: .shortAndLong, help: "The job's name.")
    var name: String

    @Option(
        name: [.customShort("p"), .customLong("download-path")],
        help: "The folder to write into; made when missing.")
    var folder = "."

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let report = try await surroundings.client(common).download(
            Job.ID(name), Home.absolute(folder, environment: surroundings.environment)
        ) { _ in }
        let shape: JSONValue = .object([
            "folder": .string(report.folder), "files": .array(report.files.map { .string($0) }),
            "bytes": .integer(report.bytes),
        ])
        try show(shape, as: common.output, in: surroundings)
    }
}
