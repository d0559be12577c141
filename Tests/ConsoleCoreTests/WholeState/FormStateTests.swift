import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Whole states of the form.
@Suite struct JobFormStateTests {
    private static let input = JobForm.Field.input(name: "input")
    private static let refused = ServiceFailure(
        kind: .rejected, operation: "submit to digits-batch", detail: "the disk is full.")

    /// The form on `digits-batch` with its data found.
    private static func ready() -> JobForm.State {
        var state = FormFixture.digits()
        state.take(.looked(reference: FormFixture.latest, finding: FormFixture.found))
        return state
    }

    @Test func aLetterReplacesWhatWasSuggestedAndIsUndone() {
        var state = Self.ready()
        let x = DataReference.local(path: "x")
        var expected = state
        expected.entry.texts[Self.input] = TextField("x")
        expected.past = [state.entry]
        expected.lastEdit = .typing(Self.input)
        expected.touched = [Self.input]
        expected.origins[Self.input] = nil
        expected.lookedFor[Self.input] = x
        expected.findings = [:]
        #expect(state.take(.textEdited(key: .character("x"))) == [.look(x, for: Self.input)])
        expectWhole(state, is: expected)

        expected.future = [expected.entry]
        expected.entry = expected.past[0]
        expected.past = []
        expected.lastEdit = nil
        expected.lookedFor[Self.input] = FormFixture.latest
        #expect(state.take(.undoPressed) == [.look(FormFixture.latest, for: Self.input)])
        expectWhole(state, is: expected)
    }

    @Test func aJobThatIsRefusedLeavesTheFormWithTheReason() {
        var state = Self.ready()
        var expected = state
        expected.phase = .checking
        #expect(state.take(.submitPressed) == [.submit(JobForm.draft(of: state))])
        expectWhole(state, is: expected)

        expected.phase = .sending
        #expect(state.take(.submitPhaseChanged(phase: .sending)) == [])
        expectWhole(state, is: expected)

        expected.phase = nil
        expected.failure = Self.refused
        #expect(state.take(.jobRefused(failure: Self.refused)) == [])
        expectWhole(state, is: expected)
    }
}

/// Whole states of the picker of data.
@Suite struct DataPickerStateTests {
    private static let refused = ServiceFailure(
        kind: .rejected, operation: "register wine", detail: "there is no ./wine.")

    @Test func lettersNarrowTheListAndWhatIsSelectedIsLookedAt() {
        var state = PickerFixture.opened()
        let wine = DataReference.asset(name: "wine-data", version: .latest)
        var expected = state
        expected.levels[.assets]?[0].filter = TextField("w")
        expected.levels[.assets]?[0].shown = [2]
        expected.levels[.assets]?[0].window.setCount(1)
        expected.looked = wine
        #expect(state.take(.textEdited(key: .character("w"))) == [.look(wine)])
        expectWhole(state, is: expected)

        expected.findings = [wine: PickerFixture.found]
        #expect(state.take(.looked(reference: wine, finding: PickerFixture.found)) == [])
        expectWhole(state, is: expected)
    }

    @Test func aListThatIsRefusedKeepsTheOthersAndThePlace() {
        var state = PickerFixture.opened()
        state.take(.refreshPressed)
        var expected = state
        expected.levels[.assets]?[0].isLoading = false
        expected.levels[.assets]?[0].failure = EndpointsFixture.unreachable
        let effects = state.take(
            .listRefused(spot: .assets, failure: EndpointsFixture.unreachable))
        #expect(effects == [])
        expectWhole(state, is: expected)
    }

    @Test func anAssetThatIsRefusedStaysAsItWasFilledIn() throws {
        var state = PickerFixture.opened()
        var expected = state
        expected.asset = DataPicker.NewAsset()
        #expect(state.take(.assetOpened) == [])
        expectWhole(state, is: expected)

        try state.press("wine<down><down><down>./wine")
        expected.asset?.texts = [.name: TextField("wine"), .path: TextField("./wine")]
        expected.asset?.focus = .path
        expectWhole(state, is: expected)

        expected.asset?.isSending = true
        let order = DataOrder(name: "wine", path: "./wine")
        #expect(state.take(.assetSent) == [.makeAsset(order)])
        expectWhole(state, is: expected)

        expected.asset?.isSending = false
        expected.asset?.failure = Self.refused
        #expect(state.take(.assetRefused(failure: Self.refused)) == [])
        expectWhole(state, is: expected)
    }
}

/// Whole states of the presets.
@Suite struct PresetsStateTests {
    private static let draft = JobDraft(endpoint: "digits-batch", deployment: "nearest")
    private static let presets = ["nightly", "weekly"].map {
        Preset(name: $0, draft: draft, text: "inputs: {}\n")
    }
    private static let refused = ServiceFailure(
        kind: .rejected, operation: "save the preset", detail: "the disk is full.")

    private static func listed() -> Presets.State {
        var state = Presets.State(endpoint: "digits-batch", draft: draft)
        state.resized(to: Size(rows: 20, columns: 80))
        _ = Presets.reduce(&state, .listed(presets: presets, at: FormFixture.now))
        return state
    }

    @Test func anAnswerIsTheListAndNothingElse() {
        var state = Presets.State(endpoint: "digits-batch", draft: Self.draft)
        state.resized(to: Size(rows: 20, columns: 80))
        var expected = state
        expected.presets = Fetched(Self.presets, asOf: FormFixture.now)
        expected.window.setCount(2)
        #expect(
            Presets.reduce(&state, .listed(presets: Self.presets, at: FormFixture.now)) == [])
        expectWhole(state, is: expected)
    }

    @Test func aNameThatIsTakenIsSaidBeforeItIsReplaced() {
        var state = Self.listed()
        let before = state
        var expected = state
        expected.naming = TextField("nightly")
        #expect(Presets.reduce(&state, .savePressed) == [])
        expectWhole(state, is: expected)
        expected.isReplacing = true
        #expect(Presets.reduce(&state, .nameKept) == [])
        expectWhole(state, is: expected)
        #expect(Presets.reduce(&state, .nameKept) == [.save(Self.draft, name: "nightly")])
        expected = before
        expected.saved = "nightly"
        expectWhole(state, is: expected)
    }

    @Test func aRefusalIsSaidAndTheListStays() {
        var state = Self.listed()
        var expected = state
        expected.notice = "could not save the preset: the disk is full."
        #expect(Presets.reduce(&state, .changeRefused(failure: Self.refused)) == [])
        expectWhole(state, is: expected)
        expected.presets.failure = Self.refused
        #expect(Presets.reduce(&state, .listRefused(failure: Self.refused)) == [])
        expectWhole(state, is: expected)
    }
}
