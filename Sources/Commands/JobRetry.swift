import ArgumentParser
import BatchClient
import BatchModel
import DraftFile

struct JobRetry: Verb {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract:
            "Submits a job once more: all of it, or only the files whose mini-batches failed.",
        discussion: """
            The new job's name goes to standard output. A job that was submitted from here is submitted with all its \
            settings; of any other the service tells the inputs alone. Outputs go to a new place.
            """)

    @OptionGroup var named: JobName

    @Flag(name: .long, help: "Only the files whose mini-batches failed.")
    var failedOnly = false

    @Flag(name: .long, help: "Follows the new job to its end.")
    var watch = false

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let streams = surroundings.streams
        let printer = PhasePrinter(streams: streams)
        let job: Job
        do {
            job = try await client.retry(named.id, onlyFailed: failedOnly) { news in
                switch news {
                case .drafted(let past): Self.tell(past, streams)
                case .phase(let phase): printer.print(phase)
                }
            }.job
        } catch {
            await tellUndecided(client, in: surroundings)
            throw error
        }
        if common.output.isPlain {
            streams.output(PlainText.line(job.id.rawValue) + "\n")
        } else {
            try show(Shapes.job(job), as: common.output, in: surroundings)
        }
        await tellUndecided(client, in: surroundings)
        guard watch else { return }
        try await Watching.toTheEnd(of: job.id, client: client, streams: streams)
    }

    private static func tell(_ past: PastDraft, _ streams: Streams) {
        for note in past.notes { streams.talk(note + "\n") }
        if let files = past.failedFiles {
            streams.talk("retrying \(files.count) \(files.count == 1 ? "file" : "files")\n")
        }
    }
}

struct JobClone: Verb {
    static let configuration = CommandConfiguration(
        commandName: "clone",
        abstract: "Prints what a job was given, as YAML for `invoke --file`; submits nothing.",
        discussion: """
              batchdeck job clone -n JOB > again.yml
              batchdeck invoke -n ENDPOINT --file again.yml
            """)

    @OptionGroup var named: JobName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let past = try await surroundings.client(common).pastDraft(named.id, false)
        for note in past.notes { surroundings.streams.talk(note + "\n") }
        let text = DraftExport.yaml(past.draft).file
        if common.output.isPlain {
            surroundings.streams.outputFile(text)
        } else {
            try show(.object(["text": .string(text)]), as: common.output, in: surroundings)
        }
    }
}
