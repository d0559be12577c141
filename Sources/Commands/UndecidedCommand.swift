import ArgumentParser
import BatchClient
import BatchModel

// What the console's screen of undecided submissions shows and does, for those who only use verbs.

/// `job undecided`: submissions whose outcome is not known, and what may be done about them.
struct UndecidedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undecided",
        abstract: "Submissions whose outcome is not known: lists them, looks again, settles them.",
        subcommands: [
            UndecidedList.self, UndecidedLook.self, UndecidedSendAgain.self, UndecidedForget.self,
        ], defaultSubcommand: UndecidedList.self)
}

/// The submission a verb is about.
struct SubmissionOption: ParsableArguments {
    @Option(
        name: [.customShort("i"), .long], help: "The submission's id, or the beginning of it.",
        completion: .names(.submission))
    var id: String

    /// The one undecided submission that it names.
    func found(by client: BatchClient, for operation: String) async throws -> Submission {
        let open = try await client.undecided()
        return try NamedByID(items: open, noun: "undecided submission", lister: "job undecided")
            .one(id, to: operation)
    }
}

struct UndecidedList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists submissions whose outcome is not known, oldest first."
    )

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let open = try await surroundings.client(common).undecided()
        try show(
            open.map(Shapes.submission),
            columns: [
                TableColumn("id", "id"), TableColumn("submitted", "submitted_at"),
                TableColumn("endpoint", "endpoint_name"),
                TableColumn("deployment", "deployment_name"), TableColumn("known", "note"),
            ], as: common.output, in: surroundings)
    }
}

struct UndecidedLook: Verb {
    static let configuration = CommandConfiguration(
        commandName: "look", abstract: "Looks for a submission's job once more.",
        discussion: """
            The job's name goes to standard output once it is found. Exit code 7: the outcome is \
            still not known.
            """)

    @OptionGroup var submission: SubmissionOption
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let found = try await submission.found(by: client, for: "look for a submission's job")
        guard let job = try await client.lookAgain(found.id) else {
            surroundings.streams.talk("no job of it is to be found so far (\(found.note))\n")
            if !common.output.isPlain {
                try show(
                    Shapes.outcome(of: found, job: nil), as: common.output, in: surroundings)
            }
            throw Finished(code: ExitCodes.conflict)
        }
        try announce(job, of: found, common, in: surroundings)
    }
}

struct UndecidedSendAgain: Verb {
    static let configuration = CommandConfiguration(
        commandName: "send-again",
        abstract: "Looks for a submission's job once more, and submits it again if there is none.",
        discussion: """
            A second job comes of it if the first one was made and cannot be seen yet. The old \
            submission is struck off the list.
            """)

    @OptionGroup var submission: SubmissionOption
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let found = try await submission.found(by: client, for: "send a submission again")
        let printer = PhasePrinter(streams: surroundings.streams)
        let job = try await client.sendAgain(found.id) { printer.print($0) }
        try announce(job, of: found, common, in: surroundings)
    }
}

struct UndecidedForget: Verb {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Strikes a submission off the list; a job that it made goes on.")

    @OptionGroup var submission: SubmissionOption
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let found = try await submission.found(by: client, for: "forget a submission")
        try await client.forget(found.id)
        surroundings.streams.talk("the submission \(found.id) is forgotten\n")
        guard !common.output.isPlain else { return }
        let shape: JSONValue = .object([
            "id": .string(found.id), "outcome": .string("forgotten"),
        ])
        try show(shape, as: common.output, in: surroundings)
    }
}

extension Verb {
    fileprivate func announce(
        _ job: Job, of submission: Submission, _ common: CommonOptions, in here: Surroundings
    ) throws {
        if common.output.isPlain {
            here.streams.output(PlainText.line(job.id.rawValue) + "\n")
        } else {
            try show(Shapes.outcome(of: submission, job: job), as: common.output, in: here)
        }
    }

    /// Says in one line that earlier submissions have no known outcome.
    ///
    /// - Parameter told: the submission that the verb itself has just spoken of.
    func tellUndecided(_ client: BatchClient, in here: Surroundings) async {
        let words: String
        do throws(ServiceFailure) {
            let count = try await client.undecided().count
            guard count > 0 else { return }
            let (what, them) =
                count == 1 ? ("1 submission has", "it") : ("\(count) submissions have", "them")
            words = "\(what) no known outcome; `batchdeck job undecided` shows \(them)"
        } catch {
            words = "whether submissions have no known outcome cannot be said: \(error.detail)"
        }
        here.streams.talk("warning: \(words)\n")
    }
}

extension Shapes {
    static func submission(_ submission: Submission) -> JSONValue {
        let draft = submission.draft
        return .object([
            "id": .string(submission.id), "submitted_at": .string(submission.at.iso8601),
            "endpoint_name": .string(draft.endpoint.rawValue),
            "deployment_name": .optional(draft.deployment?.rawValue),
            "inputs": inputs(of: draft),
            "note": .string(submission.note),
        ])
    }

    /// What looking for a submission's job, or sending it again, came to.
    static func outcome(of submission: Submission, job: Job?) -> JSONValue {
        .object([
            "id": .string(submission.id),
            "outcome": .string(job == nil ? "unknown" : "accepted"),
            "job": job.map(Shapes.job) ?? .null,
        ])
    }
}
