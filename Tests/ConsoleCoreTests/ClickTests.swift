import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// What a click comes to where there is more than a list: rows of forms, candidates, tabs, questions.
@Suite struct ClickTests {
    private static let input = JobForm.Field.input(name: "input")
    private static let score = JobForm.Field.output(name: "score")

    /// A click at a text of a picture, in its line that holds another too.
    private static func click(
        _ text: String, beside other: String = "", _ kind: MouseEvent.Kind = .left,
        on picture: Screen, from line: Int = 0
    ) throws -> KeyPress {
        let found = (line..<picture.size.rows).compactMap { row -> Point? in
            let line = picture.plainText(row: row)
            guard other.isEmpty || line.contains(other),
                let range = line.firstRange(of: text)
            else { return nil }
            return Point(
                row: row, column: line.distance(from: line.startIndex, to: range.lowerBound))
        }
        let place = try #require(found.first, "\(text) in\n\(picture.plainText)")
        return .mouse(MouseEvent(kind: kind, position: place))
    }

    private static func action(
        of key: KeyPress, in state: JobForm.State
    ) -> JobForm.Action? {
        if case .send(let action)? = JobForm.front(of: state).verdict(for: key) {
            action
        } else {
            nil
        }
    }

    // MARK: - The form

    @Test func aClickGivesARowTheFocusAndChangesNothingElse() throws {
        var state = FormFixture.digits()
        var expected = state
        let key = try Self.click("score", on: state.picture())
        #expect(Self.action(of: key, in: state) == .rowClicked(field: Self.score))
        expected.focus = Self.score
        expected.clickedTop = 0
        #expect(state.take(.rowClicked(field: Self.score)) == [])
        expectWhole(state, is: expected)
        #expect(state.take(.rowClicked(field: .input(name: "nobody"))) == [])
        expectWhole(state, is: expected)
    }

    @Test(arguments: [Size(rows: 14, columns: 60), Size(rows: 22, columns: 100)])
    func theRowThatIsClickedStaysUnderThePointer(size: Size) throws {
        var state = FormFixture.pipeline(size)
        for step in 0..<40 {
            let layout = JobForm.layout(of: state, in: Rect(size: size), .unicode)
            let row = layout.rows.row + step % layout.rows.rows
            let point = Point(row: row, column: layout.rows.column + 3)
            guard let field = layout.field(at: point), field != state.focus else { continue }
            let start = layout.lines.firstIndex { $0.field == field }
            let place = try #require(start) - layout.offset
            state.take(.rowClicked(field: field))
            let after = JobForm.layout(of: state, in: Rect(size: size), .unicode)
            let now = try #require(after.lines.firstIndex { $0.field == field }) - after.offset
            // Only at the ends of the form can a line not stay where it was.
            let last = max(0, after.lines.count - after.rows.rows)
            #expect(
                now == place || after.offset == 0 || after.offset == last,
                "\(field): \(place), then \(now)")
        }
    }

    @Test func theSecondClickOnARowOfDataOpensItsList() throws {
        var state = FormFixture.digits()
        let key = try Self.click("azureml:digits-data", on: state.picture())
        #expect(state.focus == Self.input)
        #expect(Self.action(of: key, in: state) == .completionOpened)
        state.take(.completionOpened)
        state.take(
            .completionsFound(
                for: "", candidates: ["azureml:digits-data@latest", "azureml:wine-data@latest"]))
        let wine = try Self.click("azureml:wine-data", on: state.picture())
        #expect(Self.action(of: wine, in: state) == .candidateClicked(index: 1))
        var expected = state
        expected.completion?.window.select(1)
        expected.completion?.isHighlighted = true
        expected.completion?.hasMoved = true
        #expect(state.take(.candidateClicked(index: 1)) == [])
        expectWhole(state, is: expected)
        #expect(Self.action(of: wine, in: state) == .completionTaken)
        state.take(.completionTaken)
        #expect(state.text(of: Self.input) == "azureml:wine-data@latest")
    }

    @Test func choicesAreTakenByAClickInTheRowThatHasTheFocus() throws {
        var state = FormFixture.digits()
        let key = try Self.click("nearest-summary", on: state.picture())
        #expect(Self.action(of: key, in: state) == .rowClicked(field: .deployment))
        state.take(.rowClicked(field: .deployment))
        #expect(Self.action(of: key, in: state) == .optionClicked(option: "nearest-summary"))
        state.take(.optionClicked(option: "nearest-summary"))
        #expect(state.deploymentName == "nearest-summary" && state.past.count == 1)
        let before = state
        #expect(state.take(.optionClicked(option: "nearest-summary")) == [])
        expectWhole(state, is: before)
        #expect(state.take(.optionClicked(option: "nobody")) == [])
        expectWhole(state, is: before)
    }

    @Test func choicesThatDoNotFitAreWalkedByTheirArrows() throws {
        var state = FormFixture.digits(Size(rows: 22, columns: 44))
        state.take(.rowClicked(field: .deployment))
        let picture = state.picture()
        let forward = try Self.click("→", beside: "1 of", on: picture)
        #expect(Self.action(of: forward, in: state) == .choiceMoved(isForward: true))
        let back = try Self.click("←", beside: "1 of", on: picture)
        #expect(Self.action(of: back, in: state) == .choiceMoved(isForward: false))
    }

    @Test func theSecondClickOnSubmitSubmitsAndAThirdIsRefused() throws {
        var state = FormFixture.digits()
        state.take(.looked(reference: FormFixture.latest, finding: FormFixture.found))
        let key = try Self.click("Submit", on: state.picture())
        #expect(Self.action(of: key, in: state) == .rowClicked(field: .submit))
        state.take(.rowClicked(field: .submit))
        #expect(Self.action(of: key, in: state) == .submitPressed)
        state.take(.submitPressed)
        guard case .refuse? = JobForm.front(of: state).verdict(for: key) else {
            Issue.record("a job that is being sent is sent again")
            return
        }
    }

    @Test func theWheelMovesWhatLiesBelowIt() throws {
        var state = FormFixture.digits(Size(rows: 30, columns: 150))
        state.take(.rowMoved(step: .first))
        let form = KeyPress.mouse(.init(kind: .wheelDown, position: Point(row: 9, column: 9)))
        let request = KeyPress.mouse(.init(kind: .wheelDown, position: Point(row: 9, column: 120)))
        #expect(Self.action(of: form, in: state) == .rowMoved(step: .down))
        #expect(Self.action(of: request, in: state) == .requestScrolled(step: .down))
    }

    @Test func theBoardOfASweepIsClickedLikeAnyList() throws {
        var state = FormFixture.pipeline()
        try state.press("./in<down><alt-s><ctrl-s>")
        state.take(.looked(reference: .local(path: "./in"), finding: FormFixture.found))
        try state.press("<ctrl-s>")
        #expect(state.isSweepAsked)
        let no = try Self.click("back to the form", on: state.picture())
        #expect(Self.action(of: no, in: state) == .sweepDropped)
        let yes = try Self.click("submit them", on: state.picture())
        #expect(Self.action(of: yes, in: state) == .sweepConfirmed)
        state.take(.sweepConfirmed)
        let second = try Self.click("prediction_only", on: state.picture())
        #expect(Self.action(of: second, in: state) == .sweptClicked(index: 1))
        var expected = state
        expected.sweepRun?.window.select(1)
        #expect(state.take(.sweptClicked(index: 1)) == [])
        expectWhole(state, is: expected)
        guard case .refuse? = JobForm.front(of: state).verdict(for: second) else {
            Issue.record("a job that is none yet is opened")
            return
        }
    }

    // MARK: - The picker

    @Test(arguments: [Size(rows: 30, columns: 100), Size(rows: 14, columns: 60)])
    func aTabOfThePickerIsGoneTo(size: Size) throws {
        var state = PickerFixture.opened(size)
        var screen = Screen(size: size)
        DataPicker.draw(
            state, on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: .unicode, now: FormFixture.now))
        let key = try Self.click("datastores", beside: "recent", on: screen)
        guard case .send(let action)? = DataPicker.keys.verdict(for: key, in: state) else {
            Issue.record("the tab is not clicked")
            return
        }
        #expect(action == .sourceClicked(source: .datastores))
        var expected = state
        expected.source = .datastores
        expected.levels[.datastores] = [
            DataPicker.Level(spot: .datastores, height: state.listRows)
        ]
        #expect(state.take(.sourceClicked(source: .datastores)) == [.list(.datastores, start: 0)])
        expectWhole(state, is: expected)
        #expect(DataPicker.keys.verdict(for: key, in: state) == nil)
        state.take(.sourceClicked(source: .assets))
        #expect(state.source == .assets && state.labels.count == 3)
    }

    @Test func aNewAssetIsFilledInByClicks() throws {
        var state = PickerFixture.opened()
        try state.press("<ctrl-n>")
        func verdict(_ text: String) throws -> Verdict<DataPicker.Action>? {
            var screen = Screen(size: state.size)
            DataPicker.draw(
                state, on: &screen, in: screen.bounds,
                context: ViewContext(glyphs: .unicode, now: FormFixture.now))
            return DataPicker.keys.verdict(for: try Self.click(text, on: screen), in: state)
        }
        func sent(_ text: String) throws -> DataPicker.Action? {
            if case .send(let action)? = try verdict(text) { action } else { nil }
        }
        #expect(try sent("type") == .assetClicked(row: 2))
        var expected = state
        expected.asset?.focus = .type
        #expect(state.take(.assetClicked(row: 2)) == [])
        expectWhole(state, is: expected)
        #expect(try sent("type") == .assetTypeMoved(isForward: true))
        #expect(try sent("Create") == .assetClicked(row: 6))
        state.take(.assetClicked(row: 6))
        guard case .refuse? = try verdict("Create") else {
            Issue.record("an asset without a name is made")
            return
        }
        state.take(.assetClicked(row: 0))
        try state.press("wine<down><down><down>./wine")
        state.take(.assetClicked(row: 6))
        #expect(try sent("Create") == .assetSent)
    }

    // MARK: - Boxes

    @Test func aContextIsFilledInByClicks() throws {
        var state = AppTests.begun()
        try state.press("C")
        _ = App.reduce(&state, .contexts(.listed(entries: ContextsFixture.all)))
        try state.press("n")
        _ = App.reduce(&state, .keyPressed(try Self.click("cloud", on: App.view(state), from: 3)))
        #expect(state.contextList?.form?.field == .cloud)
        let before = state.contextList?.form?.cloud
        _ = App.reduce(&state, .keyPressed(try Self.click("cloud", on: App.view(state), from: 3)))
        #expect(state.contextList?.form?.cloud != before)
        let wheel = try Self.click("cloud", .wheelDown, on: App.view(state), from: 3)
        _ = App.reduce(&state, .keyPressed(wheel))
        #expect(state.contextList?.form?.field == .credential)
    }

    @Test func aCommandIsSelectedByAClickAndRunByTheNext() throws {
        var state = AppTests.begun()
        try state.press(":do")
        let palette = try #require(state.palette)
        let index = try #require(palette.found.firstIndex { $0.command.text == "doctor" })
        try state.press(index == 0 ? "<down>" : "<up>")
        try #require(state.palette?.window.selected != index)
        let rows = CommandPalette.layout(in: Rect(size: palette.size)).rows
        let place = Point(row: state.body.row + rows.row + index, column: rows.column)
        let key = KeyPress.mouse(MouseEvent(kind: .left, position: place))
        _ = App.reduce(&state, .keyPressed(key))
        #expect(state.palette?.selected?.text == "doctor" && state.place == .endpoints)
        _ = App.reduce(&state, .keyPressed(key))
        #expect(state.palette == nil && state.place == .doctor)
        try state.press(":")
        let corner = MouseEvent(kind: .left, position: Point(row: 1, column: 0))
        _ = App.reduce(&state, .keyPressed(.mouse(corner)))
        #expect(state.palette == nil)
    }

    @Test func theChoicesOfARetryAreClicked() throws {
        var state = AppTests.begun()
        try state.press("J")
        let job = Job(
            id: "batchjob-7", displayName: "calm_sail", endpoint: "digits-batch",
            deployment: "nearest", status: .failed, createdAt: AppTests.now,
            inputs: ["UriFolder": "azureml:digits-data:1"])
        _ = App.reduce(
            &state,
            .jobs(
                .jobsLoaded(
                    query: JobListQuery(start: 0, count: 100), page: AppTests.page([job]))))
        try state.press("R")
        let all = try Self.click("all of it", on: App.view(state))
        let nothing = try Self.click("nothing", on: App.view(state))
        var other = state
        _ = App.reduce(&other, .keyPressed(nothing))
        #expect(other.retry == nil && other.errands.isEmpty)
        #expect(
            App.reduce(&state, .keyPressed(all))
                == [.retry(.submit(["batchjob-7"], onlyFailed: false))])
    }

    @Test func aQuestionIsAnsweredByAClickOnItsAnswer() throws {
        var state = AppTests.begun()
        try state.press("C")
        _ = App.reduce(&state, .contexts(.listed(entries: ContextsFixture.all)))
        try state.press("jd")
        #expect(state.contextList?.question == "prod")
        let picture = App.view(state)
        let beside = MouseEvent(kind: .left, position: Point(row: 3, column: 4))
        #expect(App.reduce(&state, .keyPressed(.mouse(beside))).isEmpty)
        #expect(state.contextList?.question == "prod", "a click beside it answers nothing")
        var other = state
        _ = App.reduce(
            &other, .keyPressed(try Self.click("keep it", beside: "forget it", on: picture)))
        #expect(other.contextList?.question == nil)
        let effects = App.reduce(
            &state, .keyPressed(try Self.click("forget it", beside: "keep it", on: picture)))
        #expect(effects == [.contexts(.remove("prod"))])
    }

    @Test func aQuestionNamesTheKeysThatAnswerIt() throws {
        var state = ContextsFixture.state()
        state.keymap.bind("confirm", on: "contexts", to: [.function(9)])
        state.keymap.bind("decline", on: "contexts", to: [.character("x")])
        state.question = "prod"
        let box = try #require(Contexts.box(of: state))
        #expect(box.confirmKey == "f9" && box.dropKey == "x")
        var screen = Screen(size: state.size)
        box.draw(
            on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: .unicode, now: ContextsFixture.now))
        #expect(screen.plainText.contains("f9 forget it    x keep it"), "\(screen.plainText)")
    }

    @Test(arguments: [30, 64]) func longAnswersStandBelowEachOther(columns: Int) {
        let box = ConfirmBox(
            question: "Sure?", detail: "It goes.", confirmHint: "cancel all of them for good",
            dropHint: "leave them as they are")
        let rect = Rect(size: Size(rows: 12, columns: columns))
        let layout = box.layout(in: rect)
        #expect((layout.confirm.row == layout.drop.row) == (columns == 64))
        #expect(layout.confirm.intersection(layout.drop).isEmpty)
        for place in [layout.confirm, layout.drop] {
            #expect(place.intersection(layout.box) == place && !place.isEmpty)
        }
    }

    @Test(arguments: [Size(rows: 30, columns: 100), Size(rows: 16, columns: 60)])
    func theNamesOfTwoJobsOpenThem(size: Size) throws {
        var state = Compare.State(left: "batchjob-1", right: "batchjob-2")
        state.resized(to: size)
        var screen = Screen(size: size)
        Compare.draw(
            state, on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: .unicode, now: AppTests.now))
        for job in ["batchjob-1", "batchjob-2"] {
            let key = try Self.click(job, on: screen)
            guard case .send(let action)? = Compare.keys.verdict(for: key, in: state) else {
                Issue.record("\(job) is not clicked")
                continue
            }
            #expect(action == .jobOpened(job: Job.ID(job)))
        }
    }
}
