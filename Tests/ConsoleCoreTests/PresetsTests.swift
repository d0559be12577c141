import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Presets over the form, whole jobs pasted into it, and values given before.
@Suite struct PresetsTests {
    private static let input = JobForm.Field.input(name: "input")
    private static let text =
        "# az ml batch-endpoint invoke --name digits-batch --file nightly.yml\n"
        + "inputs:\n  \"input\":\n    path: \"./new\"\n"

    private func draft(_ path: String = "./new", size: Int? = nil) -> JobDraft {
        JobDraft(
            endpoint: "digits-batch", deployment: "nearest",
            inputs: [.init(name: "input", value: .data(type: nil, reference: .local(path: path)))],
            overrides: JobDraft.Overrides(miniBatchSize: size))
    }

    private func listed(_ size: Size = Size(rows: 10, columns: 100)) throws -> JobForm.State {
        var state = FormFixture.digits(size)
        try state.press("<alt-p>")
        let presets = [
            Preset(name: "nightly", draft: draft(), text: Self.text),
            Preset(name: "weekly", draft: draft(), text: Self.text, problem: "weekly.yml:3: no"),
        ]
        state.take(.presets(.listed(presets: presets, at: FormFixture.now)))
        return state
    }

    @Test func openingAsksForTheEndpointsPresets() throws {
        var state = FormFixture.digits()
        #expect(try state.press("<alt-p>").effects == [.presets(.list("digits-batch"))])
        #expect(state.picture().plainText.contains("looking for presets"))
        #expect(try state.press("<enter>").refusals == ["the presets are still being read"])
        state.take(.presets(.listed(presets: [], at: FormFixture.now)))
        #expect(state.picture().plainText.contains("Nothing is saved for this endpoint yet"))
        #expect(try state.press("<enter>").refusals.first?.contains("no preset here") == true)
    }

    @Test func aPresetFillsTheFormMarksWhatDiffersAndUndoTakesItBack() throws {
        var state = try listed()
        let before = FormFixture.digits().entry
        let effects = try state.press("<enter>").effects
        #expect(effects == [.look(.local(path: "./new"), for: Self.input)])
        #expect(state.presets == nil)
        #expect(state.text(of: Self.input) == "./new")
        #expect(JobForm.changeCount(in: state) == 1)
        try state.press("<ctrl-z>")
        #expect(state.entry == before)
        #expect(JobForm.changeCount(in: state) == 0)
    }

    @Test func aPresetThatCannotBeReadIsNotTaken() throws {
        var state = try listed()
        let refusals = try state.press("<down><enter>").refusals
        #expect(refusals == ["the file cannot be read; the right side says why"])
        #expect(state.picture().plainText.contains("weekly.yml:3: no"))
    }

    @Test func savingAsksForANameAndOnceMoreWhereItIsTaken() throws {
        var state = try listed()
        let saved = JobForm.draft(of: FormFixture.digits())
        #expect(try state.press("s<enter>").effects.isEmpty)
        #expect(
            try state.press("<enter>").effects == [.presets(.save(saved, name: "nightly"))])
        let effects = try state.press("s<ctrl-u>other<enter>").effects
        #expect(effects == [.presets(.save(saved, name: "other"))])
        #expect(
            state.take(.presets(.changed(notice: "saved as other")))
                == [.presets(.list("digits-batch"))])
        #expect(state.picture().plainText.contains("saved as other"))
    }

    @Test func theSelectionAndTheQuestionStayWithTheirPreset() throws {
        func presets(_ names: [String]) -> [Preset] {
            names.map { Preset(name: $0, draft: draft(), text: Self.text) }
        }
        var state = try listed()
        try state.press("<down>")
        let grown = presets(["a-first", "nightly", "weekly"])
        state.take(.presets(.listed(presets: grown, at: FormFixture.now)))
        #expect(state.presets?.selected?.name == "weekly")
        try state.press("s<ctrl-u>monthly<enter>")
        let saved = presets(["a-first", "monthly", "nightly", "weekly"])
        state.take(.presets(.listed(presets: saved, at: FormFixture.now)))
        #expect(state.presets?.selected?.name == "monthly", "what was saved is at hand")
        try state.press("d")
        let fewer = presets(["monthly", "weekly"])
        state.take(.presets(.listed(presets: fewer, at: FormFixture.now)))
        let effects = try state.press("y").effects
        #expect(effects == [.presets(.delete("digits-batch", name: "monthly"))])
    }

    @Test func deletingTakesASecondKey() throws {
        var state = try listed()
        #expect(try state.press("dn").effects.isEmpty)
        #expect(
            try state.press("dy").effects
                == [.presets(.delete("digits-batch", name: "nightly"))])
    }

    @Test func escapeLeavesTheFormAsItWas() throws {
        var state = try listed(Size(rows: 30, columns: 100))
        try state.press("<esc>")
        #expect(state == FormFixture.digits())
    }

    // MARK: - Pasting

    @Test(arguments: [
        ("az ml batch-endpoint invoke --name x", true), ("$ batchdeck invoke -n x", true),
        ("inputs:\n  a: ./b\n", true), ("# az ml\ninputs:\n  a: ./b\n", true), ("./data", false),
        ("inputs: of mine", false), ("azureml:a@latest\n", false),
    ])
    func onlyAWholeJobIsTakenForOne(text: String, isJob: Bool) {
        #expect(JobForm.isWholeJob(text) == isJob)
    }

    @Test func aPastedJobFillsTheFormWhereverTheFocusIs() throws {
        var state = FormFixture.digits()
        let text = "az ml batch-endpoint invoke --name digits-batch --input ./new -m 5"
        try state.press("<down><down>")
        guard case .send(let action)? = JobForm.front(of: state).verdict(for: .paste(text)) else {
            Issue.record("the paste is not taken")
            return
        }
        #expect(state.take(action) == [.readJob(text: text, "digits-batch")])
        state.take(.jobRead(read: ReadJob(draft: draft(size: 5), leftOut: ["--debug"])))
        #expect(state.text(of: Self.input) == "./new")
        #expect(state.text(of: .setting(.miniBatchSize)) == "5")
        #expect(
            state.notice
                == "Filled from the pasted text; ctrl-z takes it back. "
                + "Not part of a job, left out: --debug.")
    }

    @Test func whatCannotBeReadLeavesTheForm() throws {
        var state = FormFixture.digits()
        let before = state.entry
        state.take(
            .readRefused(
                failure: ServiceFailure(
                    kind: .rejected, operation: "take the job from the text",
                    detail: "--foo is not a flag of invoke.")))
        #expect(state.entry == before)
        #expect(state.picture().plainText.contains("--foo is not a flag of invoke"))
    }

    @Test func theOneUnnamedInputOfACommandIsThePipelinesOneDataInput() throws {
        var state = FormFixture.pipeline()
        var draft = draft()
        draft.endpoint = "other"
        draft.deployment = nil
        draft.inputs[0].name = "UriFolder"
        state.take(.jobRead(read: ReadJob(draft: draft)))
        #expect(state.text(of: .input(name: "input_data")) == "./new")
        #expect(state.notice?.contains("It names the endpoint other") == true)
    }

    @Test func aSecretThatWasLeftOutIsAProblemOfItsRow() throws {
        var state = FormFixture.digits()
        var draft = draft()
        draft.inputs[0].value = .data(type: nil, reference: .url("https://h/c?sig=***"))
        state.take(.jobRead(read: ReadJob(draft: draft)))
        #expect(
            JobForm.problems(in: state).map(\.detail) == [
                "The secret in it was left out when the draft was kept."
            ])
    }

    // MARK: - Recent values

    @Test func whatWasUsedInEarlierSessionsGoesBeforeASuggestionAndNeverOverATypedText() throws {
        var state = FormFixture.digits()
        let effects = state.take(.recentFound(drafts: [draft("./old")]))
        #expect(effects == [.look(.local(path: "./old"), for: Self.input)])
        #expect(state.text(of: Self.input) == "./old")
        #expect(state.origins == [Self.input: .lastUsed])
        var typed = FormFixture.digits()
        try typed.press("./mine")
        typed.take(.recentFound(drafts: [draft("./old")]))
        #expect(typed.text(of: Self.input) == "./mine")
    }

    @Test func valuesGivenBeforeAreListedNewestFirstWithoutTheOneThatStands() throws {
        var state = FormFixture.digits()
        state.take(.recentFound(drafts: [draft("./a"), draft("./b", size: 7), draft("./c")]))
        try state.press("<alt-r>")
        #expect(state.completion?.shown == ["./b", "./c"])
        try state.press("<down><enter>")
        #expect(state.text(of: Self.input) == "./c")
        try state.press("<down><down><alt-r><enter>")
        #expect(state.text(of: .setting(.miniBatchSize)) == "7")
        let refusals = try state.press("<down><alt-r>").refusals
        #expect(refusals == ["nothing else was given to this row before"])
    }

    // MARK: - Pictures

    @Test func theListWithTheFileBesideItAtHundredColumns() throws {
        #expect(
            try listed().picture().plainText == """
                ┌ Presets of digits-batch ─────────────────────────────────────────────────────────────────────────┐
                │ ▸ nightly                         # az ml batch-endpoint invoke --name digits-batch --file       │
                │   weekly                          nightly.yml                                                    │
                │                                   inputs:                                                        │
                │                                     "input":                                                     │
                │                                       path: "./new"                                              │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aNameThatIsTakenAtSixtyColumns() throws {
        var state = try listed()
        try state.press("s<enter>")
        state.resized(to: Size(rows: 12, columns: 60))
        #expect(
            state.picture().plainText == """
                ┌ Presets of digits-batch ─────────────────────────────────┐
                │ ▸ nightly                                                │
                │   weekly                                                 │
                │                                                          │
                │                                                          │
                │ # az ml batch-endpoint invoke --name digits-batch --file │
                │ nightly.yml                                              │
                │ inputs:                                                  │
                │   "input":                                               │
                │ Save the form as nightly                                 │
                │ This name is taken: enter once more replaces the preset. │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func theFormFilledFromAPreset() throws {
        var state = try listed(Size(rows: 14, columns: 100))
        try state.press("<enter>")
        #expect(
            state.picture().plainText == """
                ┌ New job on digits-batch ─────────────────────────────────────────────────────────────────────────┐
                │   deployment        ● nearest (default)  ○ nearest-summary                                       █
                │                     model · 2 workers · append_row · the endpoint's default                      █
                │ ▸ input             ./new                                                                        █
                │                     local path · looking                                                         █
                │                     was azureml:digits-data@latest                                               █
                │   score             a new place: azureml/<job>/score/ on the default datastore                   │
                │   mini_batch_size                             deployment: 10                                     │
                │   instance_count                              deployment: 1                                      │
                │   max_retries                                 deployment: 3                                      │
                ├──────────────────────────────────────────────────────────────────────────────────────────────────┤
                │ Filled from the preset nightly; ctrl-z takes it back.                                            │
                │   [ Submit ]  ○ ready, the data is being looked at · the preset nightly: 1 value changed         │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }
}
