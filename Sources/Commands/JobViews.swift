import ArgumentParser
import BatchClient
import BatchModel

// The views of a job that the console has panes for, each as a table of its own.

struct JobSteps: Verb {
    static let configuration = CommandConfiguration(
        commandName: "steps", abstract: "Lists the steps of a job, in the order they were made.")

    @OptionGroup var named: JobName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let steps = try await surroundings.client(common).steps(named.id)
        try show(
            steps.map(Shapes.step),
            columns: [
                TableColumn("name", "name"), TableColumn("status", "status"),
                TableColumn("started", "started_at"), TableColumn("ended", "ended_at"),
                TableColumn("error", "error"),
            ], as: common.output, in: surroundings)
    }
}

struct JobTimeline: Verb {
    static let configuration = CommandConfiguration(
        commandName: "timeline", abstract: "Lists the states a job went through, and when.")

    @OptionGroup var named: JobName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let job = try await surroundings.client(common).job(named.id)
        try show(
            Shapes.timeline(of: job),
            columns: [TableColumn("at", "at"), TableColumn("status", "status")],
            as: common.output, in: surroundings)
    }
}

struct JobErrorShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "error",
        abstract: "Prints the first useful error of a job: the script's own, if it has one.",
        discussion: """
            Also of a job that has completed with failed items. Exit code 5 when there is none.
            """)

    @OptionGroup var named: JobName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let job = try await client.job(named.id)
        guard let error = try await client.usefulError(job.id) ?? Self.own(of: job) else {
            throw ServiceFailure(
                kind: .notFound, operation: "find the error of \(named.name)",
                detail: "the job is \(job.status.rawValue) and says nothing of one",
                advice: "`batchdeck job logs -n \(named.name)` lists its logs.")
        }
        guard common.output.isPlain else {
            return try show(Shapes.error(error), as: common.output, in: surroundings)
        }
        surroundings.streams.outputFile(error.text.hasSuffix("\n") ? error.text : error.text + "\n")
        if let frame = error.userFrame { surroundings.streams.talk("failed at \(frame)\n") }
        if let file = error.file { surroundings.streams.talk("(from \(file))\n") }
        let said = job.errorMessage ?? error.text
        if let cause = UsefulError.explanation(of: said, beneath: error) {
            surroundings.streams.talk(cause + "\n")
        }
    }

    /// What the service itself says of the job.
    private static func own(of job: Job) -> JobError? {
        job.errorMessage.map { text in
            JobError(headline: text.split(separator: "\n").first.map(String.init) ?? "", text: text)
        }
    }
}

extension Shapes {
    static func timeline(of job: Job) -> [JSONValue] {
        job.timeline.map {
            .object(["status": .string($0.status.rawValue), "at": .string($0.at.iso8601)])
        }
    }

    static func error(_ error: JobError) -> JSONValue {
        .object([
            "headline": .string(error.headline), "text": .string(error.text),
            "file": .optional(error.file), "frame": .optional(error.userFrame),
            "step_run_id": .optional(error.step?.rawValue),
        ])
    }
}
