import ArgumentParser
import BatchClient
import BatchModel

struct JobCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Lists, watches, cancels and collects jobs.",
        subcommands: [
            JobList.self, JobShow.self, JobSteps.self, JobTimeline.self, JobErrorShow.self,
            JobWatch.self, JobLogs.self, JobCancel.self,
            JobRetry.self, JobClone.self, JobCompare.self, JobDownload.self, JobResults.self,
            JobArchive.self, JobRestore.self, UndecidedCommand.self,
        ])
}

struct JobList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists jobs, newest first.")

    @Option(
        name: .shortAndLong, help: "Only this endpoint's jobs.", completion: .names(.endpoint))
    var endpointName: String?

    @Option(
        name: .shortAndLong, help: "Only this deployment's jobs.",
        completion: .deployments)
    var deploymentName: String?

    @Option(
        name: [.customShort("m"), .long, .customShort("r"), .customLong("max-results")],
        help: "How many jobs at most.")
    var max = 50

    @Option(
        help: ArgumentHelp(
            "Only jobs that pass, the best first: words, !not, /re/, status:failed, age:<2d.",
            valueName: "filter"))
    var filter: String?

    @Option(
        help: ArgumentHelp(
            "Their order: newest (with --filter the best), failed-first, longest or name.",
            valueName: "order"))
    var sort = JobSortWord.newest

    @OptionGroup var archive: ArchiveOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...1000).contains(max) else {
            throw ValidationError("--max takes a whole number from 1 to 1000.")
        }
        if deploymentName != nil, endpointName == nil {
            throw ValidationError("--deployment-name needs --endpoint-name.")
        }
        do throws(FilterQuery.Failure) {
            _ = try filter.map { line throws(FilterQuery.Failure) in
                try FilterQuery(line, columns: FilteredJob.columns)
            }
        } catch {
            throw ValidationError(error.description)
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let view = archive.view
        let client = try surroundings.client(common)
        let (jobs, source) = try await listed(client, in: surroundings)
        let rows = jobs.map { job -> JSONValue in
            var shape = Shapes.job(job).members ?? [:]
            // Which of the service's lists has it: they do not always agree (CONTRACT §4.3).
            shape["source"] = .string(source)
            return archive.marked(.object(shape), job.isArchived)
        }
        if source.contains("because") { surroundings.streams.talk("from \(source)\n") }
        let archived = view == .active ? [] : [TableColumn("archived", "is_archived")]
        try show(
            rows,
            columns: [
                TableColumn("name", "name"), TableColumn("display name", "display_name"),
                TableColumn("status", "status"), TableColumn("endpoint", "endpoint_name"),
                TableColumn("deployment", "deployment_name"),
                TableColumn("created", "created_at"),
            ] + archived, as: common.output, in: surroundings)
        await tellUndecided(client, in: surroundings)
    }

    private func listed(
        _ client: BatchClient, in surroundings: Surroundings
    ) async throws -> (jobs: [Job], source: String) {
        let endpoint = endpointName.map { Endpoint.Name($0) }
        let deployment = deploymentName.map { Deployment.Name($0) }
        let order = JobListOrder(client: client, order: sort.sort, clock: surroundings.clock)
        guard let filter else {
            let query = JobListQuery(
                endpoint: endpoint, deployment: deployment, start: 0, count: max,
                view: archive.view)
            guard sort != .newest else {
                let page = try await client.jobs(query)
                return (page.jobs, page.source)
            }
            let found = try await order.run(query)
            if let words = JobListOrder.words(found) { surroundings.streams.talk(words + "\n") }
            return (found.jobs, found.source)
        }
        // In another order the best matches are not the first, so that all that are ever handed over are asked for.
        let search = JobSearchQuery(
            filter: filter, endpoint: endpoint, deployment: deployment, view: archive.view,
            count: sort == .newest ? max : JobSearchQuery.countLimit)
        let found = try await JobListFilter(
            client: client, search: search, clock: surroundings.clock
        ).run()
        let jobs = sort == .newest ? found.page.jobs : order.first(max, of: found.page.jobs)
        if let words = JobListFilter.words(found.page, listed: jobs.count, by: sort.sort) {
            surroundings.streams.talk(words + "\n")
        }
        return (jobs, found.source)
    }
}

struct JobShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one job with its steps.")

    @OptionGroup var named: JobName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let job = try await client.job(named.id)
        var shape = Shapes.job(job).members ?? [:]
        // What the engine keeps there for other members of this answer is not said twice.
        shape["properties"] = .texts(job.properties.filter { !$0.key.hasPrefix("batchdeck.") })
        shape["steps"] = .array(try await client.steps(job.id).map(Shapes.step))
        try show(.object(shape), as: common.output, in: surroundings)
    }
}

struct JobCancel: Verb {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Asks a job to stop.")

    @OptionGroup var named: JobName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        try await surroundings.client(common).cancel(named.id)
        surroundings.streams.talk("cancel of \(named.name) accepted\n")
        guard !common.output.isPlain else { return }
        try show(
            .object(["name": .string(named.name), "cancel": .string("accepted")]),
            as: common.output,
            in: surroundings)
    }
}

struct JobDownload: Verb {
    static let configuration = CommandConfiguration(
        commandName: "download", abstract: "Downloads the results of a job.",
        discussion: """
            What is there already, unchanged, is not fetched again; what was interrupted goes on where it was. \
            Of a job that still runs it fetches what there is. A file in the way that no download of this job wrote ends it \
            with exit code 7 before anything is written.
            """)

    @OptionGroup var named: JobName

    @Option(
        name: [.customShort("p"), .customLong("download-path")],
        help: "The folder to write into; made when missing (default: ./ and the job's name).",
        completion: .directory)
    var folder: String?

    @Option(help: "Only this output; `transfer resume` fetches the others too.")
    var outputName: String?

    @Flag(help: "All outputs, which is what is fetched anyway; taken as az ml has it.")
    var all = false

    @Flag(help: "Replaces files in the way that no download of this job wrote.")
    var overwrite = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard outputName == nil || !all else {
            throw ValidationError("Take --all or --output-name, not both.")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let folder = Home.absolute(
            folder ?? "./\(named.name)", environment: surroundings.environment)
        let shape = try await Self.fetch(
            DownloadOrder(
                named.id, to: folder, output: outputName, overwrites: overwrite),
            by: surroundings.client(common), in: surroundings)
        try show(shape, as: common.output, in: surroundings)
    }

    /// Downloads what a job wrote; gives what came of it, as it is shown.
    static func fetch(
        _ order: DownloadOrder, by client: BatchClient, in here: Surroundings
    ) async throws -> JSONValue {
        let line = TransferLine("downloading", streams: here.streams)
        defer { line.end() }
        let report = try await client.download(order) { line.show($0) }
        line.end()
        for sentence in sentences(report) { here.streams.talk(sentence + "\n") }
        var shape: [String: JSONValue] = [
            "folder": .string(report.folder), "files": .array(report.files.map { .string($0) }),
            "bytes": .integer(report.bytes),
        ]
        if let kept = report.filesKept { shape["files_kept"] = .integer(Int64(kept)) }
        if let kept = report.bytesKept { shape["bytes_kept"] = .integer(kept) }
        if let status = report.openStatus { shape["job_status"] = .string(status.rawValue) }
        return .object(shape)
    }

    /// What was there already, and whether there may be more later.
    static func sentences(_ report: DownloadReport) -> [String] {
        var sentences: [String] = []
        if let files = report.filesKept, let bytes = report.bytesKept, bytes > 0 || files > 0 {
            sentences.append(
                "\(files) of \(report.files.count) files were there already, with them "
                    + "\(SizeText.print(bytes)) of \(SizeText.print(report.bytes))")
        }
        if let status = report.openStatus {
            sentences.append(
                "the job is \(status.rawValue): this is what there is now; "
                    + "the same command fetches what comes later")
        }
        return sentences
    }
}
