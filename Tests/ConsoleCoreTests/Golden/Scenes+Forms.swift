import BatchModel
import ConsoleGrid

@testable import ConsoleCore

// The form of a new job, and what opens over it.

extension Scene {
    static let forms = form + sweeps + pickers

    private static let pipeline = "/tumour<enter>n"
    private static let refused = ServiceFailure(
        kind: .rejected, operation: "submit to digits-batch", httpStatus: 507,
        detail: "the disk has less than 100 MB left", advice: "Make room, then ctrl-s again.",
        requestID: "7d1f")

    private static let form = [
        Scene("form", "the form of a model deployment, ready to be sent", keys: "n"),
        Scene("form-pipeline", "the form of a pipeline: a choice, bounds, a switch") {
            try $0.press(pipeline)
        },
        Scene("form-problem", "a number over its bound, beside its row") {
            try $0.press(pipeline + "./in<down><down><ctrl-u>7<down>0")
        },
        Scene(
            "form-missing", "data that is not there",
            in: .answering { effect in
                guard case .form(.look(let reference, _)) = effect else { return nil }
                return [
                    .form(
                        .looked(
                            reference: reference,
                            finding: .missing(
                                detail: "There is no data asset digits-data.",
                                advice: "ctrl-o shows what there is.")))
                ]
            }, keys: "n<ctrl-s>"),
        Scene(
            "form-completion", "candidates for the row", keys: "n<ctrl-u>azureml:<ctrl-space><down>"
        ),
        Scene("form-request", "the exact request", keys: "n<ctrl-r>"),
        Scene("form-sending", "files are on their way") {
            try $0.press("n<ctrl-s>")
            $0.take(
                .form(
                    .submitPhaseChanged(
                        phase: .uploading(
                            TransferProgress(
                                filesDone: 12, filesTotal: 40, bytesDone: 4 << 20,
                                bytesTotal: 10 << 20)))))
        },
        Scene("form-refused", "the service refused the job: the form stays") {
            try $0.press("n<ctrl-s>")
            $0.take(.form(.jobRefused(failure: refused)))
        },
        Scene("presets", "what was saved for the endpoint", keys: "n<alt-p>"),
        Scene("presets-broken", "a preset that cannot be read", keys: "n<alt-p>j"),
        Scene("presets-question", "whether a preset shall be deleted", keys: "n<alt-p>d"),
        Scene(
            "presets-empty", "nothing was saved for the endpoint",
            in: .answering { effect in
                guard case .form(.presets(.list)) = effect else { return nil }
                return [.form(.presets(.listed(presets: [], at: EndpointsFixture.now)))]
            }, keys: "n<alt-p>"),
    ]

    private static let swept =
        pipeline + "./in<down><alt-s><down><alt-s><ctrl-u>0.1..0.9<space>step<space>0.4"

    private static let sweeps = [
        Scene("sweep", "two rows that are swept over") { try $0.press(swept) },
        Scene("sweep-question", "whether six jobs shall be submitted") {
            try $0.press(swept + "<ctrl-s>")
        },
        Scene("sweep-run", "two jobs are accepted, one is refused, one is on its way") {
            try $0.press(swept + "<ctrl-s>y")
            for index in 0...1 {
                let job = Job(
                    id: Job.ID("batchjob-\(index)"), endpoint: "tumour-pipeline",
                    status: .queued)
                $0.take(.form(.sweptAccepted(index: index, job: job)))
            }
            $0.take(.form(.sweptRefused(index: 2, failure: refused)))
        },
    ]

    private static let used = [
        DataReference.asset(name: "digits-data", version: .named("2")),
        .datastorePath(datastore: "workspaceblobstore", path: "in/"),
    ].map { reference in
        JobDraft(
            endpoint: "digits-batch",
            inputs: [
                JobDraft.Input(
                    name: "input", value: .data(type: .uriFolder, reference: reference))
            ])
    }

    private static let pickers = [
        Scene("picker", "the data assets, and what the selected one holds", keys: "n<ctrl-o>"),
        Scene("picker-versions", "the versions of a data asset", keys: "n<ctrl-o><enter>"),
        Scene("picker-folder", "a folder of a datastore", keys: "n<ctrl-o><tab><enter>"),
        Scene(
            "picker-local", "a folder of this machine", keys: "n<ctrl-o><tab><tab>"),
        Scene("picker-jobs", "earlier jobs", keys: "n<ctrl-o><tab><tab><tab>"),
        Scene(
            "picker-outputs", "the outputs of an earlier job",
            keys: "n<ctrl-o><tab><tab><tab><enter>"),
        Scene(
            "picker-recent", "data that was used before",
            in: .answering { effect in
                guard case .form(.picker(.list(.recent, _))) = effect else { return nil }
                let listing = DataPicker.Listing.recent(used)
                return [.form(.picker(.listed(spot: .recent, start: 0, listing: listing)))]
            }, keys: "n<ctrl-o><tab><tab><tab><tab>"),
        Scene(
            "picker-recent-empty", "no data was used before",
            keys: "n<ctrl-o><backtab><backtab>"),
        Scene(
            "picker-url", "an address that is typed",
            keys: "n<ctrl-o><backtab>https://account.blob.core.windows.net/box/in"),
        Scene("picker-filter", "a filter that no data asset passes", keys: "n<ctrl-o>zzz"),
        Scene(
            "picker-refused", "a list that could not be had",
            in: .answering { effect in
                guard case .form(.picker(.list(let spot, _))) = effect else { return nil }
                return [
                    .form(
                        .picker(
                            .listRefused(spot: spot, failure: EndpointsFixture.unreachable)))
                ]
            }, keys: "n<ctrl-o>"),
        Scene(
            "picker-asset", "a new data asset, half filled in",
            keys: "n<ctrl-o><ctrl-n>wine<ctrl-s>"),
    ]
}
