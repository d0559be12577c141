import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The walk leaves nothing out that a console can be told, nor a key that does something.
@Suite struct WalkAnswerTests {
    @Test func theWalkSendsWhateverComesFromOutside() {
        var seen: Set<WalkAnswer> = []
        func see(_ action: App.Action?) {
            if let answer = action.flatMap(WalkAnswer.init) { seen.insert(answer) }
        }
        var world = WalkWorld(seed: 3)
        var walk = Walk(seed: 3)
        for _ in 0..<300 {
            for order in Self.orders { see(world.answer(to: order)?.action) }
            see(walk.news())
            see(walk.next())
        }
        let missing = WalkAnswer.allCases.filter { !seen.contains($0) }
        #expect(missing == [], "an order is missing below, or the walk never sends them")
    }

    @Test func theWalkPressesEveryKeyOfEveryTable() {
        let pressed = Set(Walk.keys + Walk.leaving)
        for sheet in App.keySheets {
            for action in sheet.actions {
                let unknown = action.keys.filter { !pressed.contains($0) }
                #expect(unknown == [], "\(sheet.screen), \(action.name)")
            }
        }
    }

    private static let job: Job.ID = "batchjob-7"
    private static let draft = JobDraft(endpoint: "wine", deployment: "gnb")
    private static let form = TableForm(
        rows: .fields(.comma, isMultiline: true), hasHeader: true, names: ["a", "b"])

    /// One of each order that is answered.
    private static let orders: [App.Effect] =
        [
            .connect, .track([job]), .useContext(name: "prod"), .doctor(.examine),
            .compare(.load(job)), .retry(.countFailedFiles(job)),
            .retry(.submit([job], onlyFailed: true)),
            .undecided(.lookAgain("s-1")), .undecided(.forget("s-1")),
            .contexts(.load), .contexts(.remove("prod")),
            .transfers(.forget(["t-1"])),
            .transfers(.register(DataPlan(name: "wine", type: .uriFolder, path: "./wine"))),
            .endpoints(.loadEndpoints), .endpoints(.loadDeployments("wine")),
            .endpoints(.loadJobs(JobListQuery())), .endpoints(.setDefault("wine", "gnb")),
            .jobs(.loadJobs(JobListQuery())), .jobs(.cancel([job])), .jobs(.archive([job])),
            .jobs(.restore([job])), .jobs(.searchJobs(JobSearchQuery(filter: "wine"))),
        ] + formOrders + jobOrders

    private static let formOrders: [App.Effect] = [
        .form(.loadDeployments("wine")), .form(.look(FormFixture.latest, for: .deployment)),
        .form(.complete(kind: .localPath, text: "./")), .form(.preview(draft)),
        .form(.submit(draft)), .form(.submitSwept(draft, index: 0)), .form(.loadRecent),
        .form(.readJob(text: "az ml", "wine")), .form(.loadPast("batchjob-1")),
        .form(.picker(.list(.assets, start: 0))),
        .form(.picker(.look(FormFixture.latest))), .form(.picker(.makeAsset(DataOrder()))),
        .form(.presets(.list("wine"))), .form(.presets(.save(draft, name: "nightly"))),
    ]

    private static let jobOrders: [App.Effect] = {
        let file = ResultFile(job: job, output: "score", path: "predictions.csv")
        let order = ExportOrder()
        return [
            .detail(.follow(job)), .detail(.loadLogFiles(run: "run-1")),
            .detail(.readLog(run: "run-1", file: "a.txt", offset: 0, limit: 10)),
            .detail(.loadError(job)), .detail(.cancel(job)),
            .results(.loadOutputs(job)), .results(.loadFiles(job, output: "score")),
            .results(.read(job, output: "score", path: "a.csv", offset: 0, limit: 10)),
            .detail(.saveLog(job, run: "run-1", file: "a.txt", path: "a.txt", replaces: false)),
            .results(.download(job, folder: "/tmp/out", overwrites: false)),
            .results(.openFolder(job, path: "/tmp/out")), .results(.count(file, form: form)),
            .results(.compare(file, form: form, key: nil)),
            .results(.export(file, form: form, path: "/tmp/a.csv", order: order)),
        ]
    }()
}
