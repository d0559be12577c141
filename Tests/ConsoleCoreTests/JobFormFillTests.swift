import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Filling the form: what is prefilled, typed, taken back, and what draft it comes to.
@Suite struct JobFormFillTests {
    @Test func openingAsksForDeploymentsAndLooksAtTheSuggestion() {
        let state = FormFixture.digits()
        #expect(
            JobForm.opened(state) == [
                .loadDeployments("digits-batch"), .loadRecent,
                .look(FormFixture.latest, for: .input(name: "input")),
            ])
        #expect(state.focus == .input(name: "input"))
    }

    @Test func openingWithoutKnowledgeAsksForEverything() {
        let state = JobForm.State(endpoint: "digits-batch", defaultDeployment: "nearest")
        #expect(
            JobForm.opened(state) == [
                .loadDeployments("digits-batch"), .loadRecent,
                .complete(kind: .dataAsset, text: ""),
            ])
        #expect(JobForm.problems(in: state).map(\.field) == [.deployment])
    }

    @Test func defaultsAreSubmittedWithOneKey() throws {
        var state = FormFixture.digits()
        let effects = try state.press("<ctrl-s>").effects
        let draft = JobDraft(
            endpoint: "digits-batch", deployment: "nearest",
            inputs: [
                JobDraft.Input(
                    name: "input", value: .data(type: nil, reference: FormFixture.latest))
            ])
        #expect(effects == [.submit(draft)])
        #expect(state.phase == .checking)
    }

    @Test func aModeThatNoRowAsksForIsSentAllTheSame() throws {
        var state = FormFixture.pipeline()
        let model = JobDraft.Input(
            name: "input_data", value: .data(type: nil, reference: .url("https://h/m/")),
            mode: "download")
        state.fill(
            from: JobDraft(
                endpoint: "tumour-pipeline", deployment: "score-with-prep", inputs: [model]))
        #expect(JobForm.draft(of: state).inputs.first?.mode == "download")
        #expect(JobForm.draft(of: state).inputs.dropFirst().allSatisfy { $0.mode == nil })
    }

    @Test func lateAnswersFillAnEmptyFormAndTakeTheFocusToTheInput() {
        var state = JobForm.State(endpoint: "digits-batch", defaultDeployment: "nearest")
        state.take(
            .completionsFound(for: "", candidates: ["azureml:wine-data", "azureml:digits-data"]))
        let effects = state.take(
            .deploymentsLoaded(
                endpoint: "digits-batch", deployments: [FormFixture.nearest, FormFixture.summary]))
        #expect(effects == [.look(FormFixture.latest, for: .input(name: "input"))])
        #expect(state.text(of: .input(name: "input")) == "azureml:digits-data@latest")
        #expect(state.focus == .input(name: "input"))
    }

    @Test func whatWasTypedIsNeverOverwritten() throws {
        var state = JobForm.State(
            endpoint: "digits-batch", defaultDeployment: "nearest",
            deployments: [FormFixture.nearest])
        try state.press("./mine")
        state.take(.completionsFound(for: "", candidates: ["azureml:digits-data@latest"]))
        #expect(state.text(of: .input(name: "input")) == "./mine")
        try state.press("<ctrl-u>")
        state.take(.completionsFound(for: "", candidates: ["azureml:digits-data@latest"]))
        #expect(state.text(of: .input(name: "input")).isEmpty)
    }

    @Test func aLiteralThatWasTakenOverSaysWhereItCameFrom() {
        let recent = JobDraft(
            endpoint: "tumour-pipeline", deployment: "score-with-prep",
            inputs: [
                JobDraft.Input(name: "threshold", value: .literal(text: "0.1"))
            ])
        var state = JobForm.State(
            endpoint: "tumour-pipeline", defaultDeployment: "score-with-prep",
            deployments: [FormFixture.tumour], recent: [recent])
        state.resized(to: Size(rows: 30, columns: 100))
        #expect(state.text(of: .input(name: "threshold")) == "0.1")
        let lines = state.picture().plainText.split(separator: "\n")
        let row = lines.firstIndex { $0.contains("threshold") }
        #expect(row.map { lines[$0 + 1].contains("last used") } == true, "\(lines)")
        #expect(FormFixture.pipeline().picture().plainText.contains("last used") == false)
    }

    @Test func theValueLastUsedGoesBeforeASuggestion() {
        let reference = DataReference.url("https://example.org/digits/")
        let recent = JobDraft(
            endpoint: "digits-batch", deployment: "nearest",
            inputs: [
                JobDraft.Input(name: "UriFolder", value: .data(type: nil, reference: reference))
            ])
        let state = JobForm.State(
            endpoint: "digits-batch", defaultDeployment: "nearest",
            deployments: [FormFixture.nearest], assets: ["digits-data"], recent: [recent])
        #expect(state.text(of: .input(name: "input")) == reference.text)
        #expect(state.origins == [.input(name: "input"): .lastUsed])
    }

    @Test(arguments: [
        (["digits-data", "wine-data"], ["digits-batch", "nearest", "input"], "digits-data"),
        (["wine-data", "digits-data"], ["wine-classifier", "gnb", "input"], "wine-data"),
        (["digits-labels", "digits-data"], ["digits-batch", "nearest", "input"], "digits-data"),
        (["digits-a", "digits-b"], ["digits-batch", "nearest", "input"], nil),
        (["batch-data", "input"], ["digits-batch", "nearest", "input"], nil),
        ([], ["digits-batch"], nil),
    ])
    func anAssetIsSuggestedOnlyWhenItAloneFitsBest(
        names: [String], subject: [String], best: String?
    ) {
        #expect(AssetSuggestion.best(of: names, for: subject) == best)
    }

    @Test func typingReplacesASuggestionAsAWholeAndUndoBringsItBack() throws {
        var state = FormFixture.digits()
        let effects = try state.press("./d").effects
        #expect(state.text(of: .input(name: "input")) == "./d")
        #expect(
            effects == [
                .look(.local(path: "."), for: .input(name: "input")),
                .look(.local(path: "./"), for: .input(name: "input")),
                .look(.local(path: "./d"), for: .input(name: "input")),
            ])
        try state.press("<ctrl-z>")
        #expect(state.text(of: .input(name: "input")) == "azureml:digits-data@latest")
        try state.press("<ctrl-y>")
        #expect(state.text(of: .input(name: "input")) == "./d")
    }

    @Test func typingInOneRowIsOneStepAndClearingIsAnother() throws {
        var state = FormFixture.digits()
        try state.press("<down><down>12<down>3<ctrl-u>")
        let size = JobForm.Field.setting(.miniBatchSize)
        let nodes = JobForm.Field.setting(.instanceCount)
        try state.press("<ctrl-z>")
        #expect(state.text(of: nodes) == "3")
        try state.press("<ctrl-z>")
        #expect(state.text(of: nodes).isEmpty)
        try state.press("<ctrl-z>")
        #expect(state.text(of: size).isEmpty)
        #expect(try state.press("<ctrl-z>").refusals == ["nothing has been changed"])
    }

    @Test func everyRowReachesTheDraft() throws {
        var state = FormFixture.digits()
        try state.press("<down><paste:azureml://datastores/store/paths/out/rows.csv>")
        try state.press("<down>5<down>2<down>0<down>2m<down>-1<down>rows.csv")
        try state.press("<down><down>nightly")
        let expected = JobDraft(
            endpoint: "digits-batch", deployment: "nearest",
            inputs: [
                JobDraft.Input(
                    name: "input", value: .data(type: nil, reference: FormFixture.latest))
            ],
            outputs: [
                JobDraft.Output(
                    name: "score",
                    reference: .datastorePath(datastore: "store", path: "out/rows.csv"))
            ],
            overrides: JobDraft.Overrides(
                miniBatchSize: 5, instanceCount: 2, maxRetries: 0, timeout: .seconds(120),
                errorThreshold: -1, outputFileName: "rows.csv"), jobName: "nightly")
        #expect(JobForm.draft(of: state) == expected)
        #expect(JobForm.problems(in: state).isEmpty)
    }

    @Test func declaredInputsGetTheirWidgetsAndTypes() throws {
        var state = FormFixture.pipeline()
        try state.press("./in<down><right><right><down>0.25<down>7<down><space>")
        try state.press("<down><down><down>trial")
        let expected = JobDraft(
            endpoint: "tumour-pipeline", deployment: "score-with-prep",
            inputs: [
                JobDraft.Input(
                    name: "input_data",
                    value: .data(type: .uriFolder, reference: .local(path: "./in"))),
                JobDraft.Input(name: "score_mode", value: .literal(text: "prediction_only")),
                JobDraft.Input(name: "threshold", value: .literal(text: "0.25")),
                JobDraft.Input(name: "max_rows", value: .literal(text: "7")),
                JobDraft.Input(name: "normalize", value: .literal(text: "true")),
            ], experimentName: "trial")
        #expect(JobForm.draft(of: state) == expected)
        #expect(JobForm.problems(in: state).isEmpty)
    }

    @Test func anotherDeploymentShowsItsOwnValuesAndKeepsTheTexts() throws {
        var state = FormFixture.digits()
        try state.press("<down><down>5<up><up><up><right>")
        #expect(state.deploymentName == "nearest-summary")
        let rows = JobForm.rows(in: state)
        let size = rows.first { $0.field == .setting(.miniBatchSize) }
        let name = rows.first { $0.field == .setting(.outputFileName) }
        #expect(size?.notes == ["deployment: 20"])
        #expect(name?.refusal == "this deployment's script writes its own files (summary_only)")
        #expect(JobForm.draft(of: state).deployment == "nearest-summary")
        #expect(JobForm.draft(of: state).overrides.miniBatchSize == 5)
        try state.press("<ctrl-z>")
        #expect(state.deploymentName == "nearest")
    }

    @Test func aLoneDeploymentIsNamedWhereNoDefaultIsSet() {
        let state = JobForm.State(
            endpoint: "tumour-pipeline", deployments: [FormFixture.tumour], assets: [])
        #expect(JobForm.draft(of: state).deployment == "score-with-prep")
    }

    @Test func severalDeploymentsWithoutADefaultHaveToBeChosen() throws {
        var state = JobForm.State(
            endpoint: "digits-batch", deployments: [FormFixture.nearest, FormFixture.summary],
            assets: [])
        #expect(
            JobForm.problems(in: state) == [
                DraftProblem(
                    field: .deployment, detail: "digits-batch has no default deployment.",
                    advice: "Choose one of: nearest, nearest-summary.")
            ])
        try state.press("<right>")
        #expect(state.deploymentName == "nearest")
    }

    @Test(arguments: [
        ("30", 30), ("30s", 30), ("30 sec", 30), ("5m", 300), ("5 min", 300), ("1h", 3600),
        ("", nil), ("x", nil), ("-1", nil), ("1.5", nil), ("5d", nil),
        ("99999999999999999999", nil), ("9223372036854775807h", nil), ("3155760001", nil),
    ])
    func lengthsOfTimeAreReadWithTheirUnits(text: String, seconds: Int?) {
        #expect(JobForm.duration(text) == seconds.map { .seconds($0) })
    }

    @Test func pastedTextLosesWhatSurroundsItAndStaysWhole() throws {
        var state = FormFixture.digits()
        let long = String(repeating: "d/", count: 8_000)
        state.take(.textEdited(key: .paste("  https://example.org/\(long)\n")))
        #expect(state.text(of: .input(name: "input")) == "https://example.org/\(long)")
        let tooLong = KeyPress.paste(String(repeating: "x", count: 20_000))
        guard case .refuse(let reason)? = JobForm.front(of: state).verdict(for: tooLong) else {
            Issue.record("a paste beyond the limit was taken")
            return
        }
        #expect(reason == "a field holds at most 16,384 characters")
    }
}
