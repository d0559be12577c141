import BatchModel
import ConsoleGrid

@testable import ConsoleCore

// The places that are reached from everywhere.

extension Scene {
    static let places = contexts + transfers + others

    private static let contexts = [
        Scene("contexts", "the contexts; the console is in the local one", keys: "C"),
        Scene("contexts-form", "a new context, its first row missing", keys: "Cn<ctrl-s>"),
        Scene("contexts-question", "whether a context shall be forgotten", keys: "Cjd"),
        Scene(
            "contexts-refused", "settings that cannot be read",
            in: .answering { effect in
                guard case .contexts(.load) = effect else { return nil }
                return [.contexts(.listRefused(failure: ContextsFixture.refused))]
            }, keys: "C"),
    ]

    private static let listed = App.Action.transfers(
        .listed(records: [
            TransfersTests.record("u", .running, .inputs(TransfersTests.draft)),
            TransfersTests.record("d", .done), TransfersTests.record("f", .failed),
            TransfersTests.record("l", .left),
        ]))

    private static let transfers = [
        Scene("transfers", "an upload under way, and downloads in each state", keys: "T") {
            $0.take(listed)
        },
        Scene("transfers-detail", "the whole of a failed download", keys: "Tjj<enter>") {
            $0.take(listed)
        },
        Scene("transfers-question", "whether an upload shall be given up", keys: "Tc") {
            $0.take(listed)
        },
        Scene("transfers-empty", "nothing was sent or fetched", keys: "T"),
    ]

    private static let checks = [
        DoctorCheck("engine", .ok, "it runs, version 0.9, answering in 3 ms"),
        DoctorCheck(
            "open files", .warning, "only 64 files may be open at once",
            advice: "Raise it with `ulimit -n 1024` in the shell that starts the engine."),
        DoctorCheck(
            "python", .problem, "there is no python3 on the path",
            advice: "Install Python 3.9 or newer, then r."),
        DoctorCheck("proxy", .skipped, "no proxy is set"),
    ]

    private static let submissions = [
        Submission(
            id: "s-1",
            draft: JobDraft(
                endpoint: "digits-batch", deployment: "nearest",
                inputs: [
                    JobDraft.Input(
                        name: "input",
                        value: .data(type: nil, reference: FormFixture.latest))
                ]), at: EndpointsFixture.ago(300), note: "no clear answer: the line broke"),
        Submission(
            id: "s-2", draft: JobDraft(endpoint: "wine-classifier", deployment: "gnb"),
            at: EndpointsFixture.ago(90), note: "batchdeck was ended while it was sent"),
    ]

    private static let others = [
        Scene("doctor", "all that was found, and how to mend the worst") {
            try $0.press("D")
            for check in checks { $0.take(.doctor(.found(check: check))) }
            $0.take(.doctor(.ended))
        },
        Scene("doctor-looking", "the first findings, while it looks on") {
            try $0.press("D")
            for check in checks.prefix(1) { $0.take(.doctor(.found(check: check))) }
        },
        Scene("undecided", "submissions whose outcome nobody knows") {
            $0.take(.undecidedFound(submissions: submissions))
            try $0.press("U")
        },
        Scene("undecided-question", "whether a submission shall be forgotten") {
            $0.take(.undecidedFound(submissions: submissions))
            try $0.press("Uf")
        },
        Scene("palette", "all commands of the first screen", keys: ":"),
        Scene("palette-letters", "commands found by letters", keys: ":the"),
        Scene("palette-none", "letters that no command goes with", keys: ":zzzz"),
        Scene("help", "the keys of the first screen", keys: "?"),
        Scene("help-filter", "keys found by a word", keys: "?/cancel"),
        Scene("notices", "what was said, the newest first") {
            try $0.press("<esc>")
            $0.take(.endpoints(.endpointsRefused(failure: EndpointsFixture.unreachable)))
            try $0.press("N")
        },
        Scene("notices-empty", "nothing was said yet", keys: "N"),
    ]
}
