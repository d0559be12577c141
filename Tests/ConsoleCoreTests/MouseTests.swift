import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The mouse on every screen with a list: a click on a visible row selects it, one on the selected row opens it.
@Suite struct MouseTests {
    /// A screen with a list of several rows.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// What to find the rows by in the picture, top to bottom.
        let rows: [String]
        let state: @Sendable () throws -> App.State
        let selection: @Sendable (App.State) -> Int?
        /// Whether clicking the selected row has opened it; nil for a list whose rows cannot be opened.
        var isOpened: (@Sendable (App.State, [App.Effect]) -> Bool)?

        var testDescription: String { name }
    }

    /// The console with some place in front.
    private static func opened(_ place: Place, _ actions: [App.Action] = []) -> App.State {
        var state = AppTests.begun()
        _ = App.open(place, in: &state)
        for action in actions { _ = App.reduce(&state, action) }
        state.notice = nil
        return state
    }

    private static func formed(_ script: String, _ answer: JobForm.Action) throws -> App.State {
        var state = opened(.jobForm("digits-batch", "nearest"))
        let deployments = [FormFixture.nearest, FormFixture.summary]
        _ = App.reduce(
            &state,
            .form(.deploymentsLoaded(endpoint: "digits-batch", deployments: deployments)))
        try state.press(script)
        _ = App.reduce(&state, .form(answer))
        return state
    }

    private static func submission(_ number: Int) -> Submission {
        Submission(
            id: Submission.ID("s-\(number)"),
            draft: JobDraft(endpoint: "digits-batch", deployment: "nearest"), at: AppTests.now,
            note: "line \(number) broke")
    }

    private static func preset(_ name: String) -> Preset {
        let draft = JobDraft(endpoint: "digits-batch", deployment: "nearest")
        return Preset(name: name, draft: draft, text: "# a draft\n")
    }

    private static let lists: [Case] = [
        Case(
            name: "endpoints", rows: ["digits-batch", "wine-classifier"],
            state: { AppTests.begun() }, selection: { $0.endpoints.endpointList.selected },
            isOpened: { state, _ in state.endpoints.focus == .deployments }),
        Case(
            name: "jobs", rows: ["batchjob-10", "batchjob-9"],
            state: {
                let page = JobsService(count: 12).first()
                return opened(
                    .jobs(nil), [.jobs(.jobsLoaded(query: JobListQuery(), page: page))])
            }, selection: { $0.jobs?.window.selected.map { $0 - 1 } },
            isOpened: { state, _ in state.place == .jobDetail("batchjob-10") }),
        Case(
            name: "steps", rows: ["prep", "score"],
            state: {
                let answer = JobDetail.Action.snapshotArrived(
                    snapshot: JobDetailFixture.pipeline())
                return opened(
                    .jobDetail("batchjob-7f3a"),
                    [
                        .detailAnswered(job: "batchjob-7f3a", answer: answer),
                        .detail(.paneSwitched),
                    ])
            }, selection: { $0.detail?.tree.selected.map { $0 - 1 } },
            isOpened: { state, _ in state.detail?.pane == .content }),
        Case(
            name: "results", rows: ["a.txt", "b.txt"],
            state: {
                let files = ["a.txt", "b.txt"].map { BlobEntry(path: $0, size: 4) }
                return opened(
                    .results(ResultsFixture.job),
                    [
                        .resultsAnswered(
                            job: ResultsFixture.job,
                            answer: .outputsLoaded(outputs: [ResultsFixture.score])),
                        .resultsAnswered(
                            job: ResultsFixture.job,
                            answer: .filesLoaded(output: "score", files: files)),
                    ])
            }, selection: { $0.results?.tree.list.selected.map { $0 - 1 } },
            isOpened: { state, _ in state.results?.pane == .preview }),
        Case(
            name: "undecided", rows: ["line 1", "line 2", "line 3"],
            state: {
                var state = AppTests.begun()
                let all = (1...3).map(submission)
                _ = App.reduce(&state, .undecidedFound(submissions: all))
                _ = App.open(.undecided, in: &state)
                state.notice = nil
                return state
            }, selection: { $0.undecidedList?.window.selected },
            isOpened: { _, effects in effects == [.undecided(.lookAgain("s-1"))] }),
        Case(
            name: "notices", rows: ["notice three", "notice two"],
            state: {
                var state = AppTests.begun()
                for word in ["one", "two", "three"] {
                    App.note(App.Notice(text: "notice \(word)", weight: .info), in: &state)
                }
                _ = App.open(.notices, in: &state)
                return state
            }, selection: { $0.noticeList?.window.selected }),
        Case(
            name: "contexts", rows: ["the local engine's", "wine-prod", "wine-dev"],
            state: {
                opened(.contexts, [.contexts(.listed(entries: ContextsFixture.all))])
            }, selection: { $0.contextList?.window.selected },
            isOpened: { state, _ in state.notice?.text.contains("in local already") == true }),
        Case(
            name: "transfers", rows: ["batchjob-1", "batchjob-2", "batchjob-3"],
            state: {
                let all = (1...3).map { number in
                    TransfersTests.record(
                        "t\(number)", .left,
                        .results(job: Job.ID("batchjob-\(number)"), folder: "/tmp/out"))
                }
                var state = AppTests.begun()
                _ = App.reduce(&state, .transfers(.listed(records: all)))
                _ = App.open(.transfers, in: &state)
                return state
            }, selection: { $0.transferList?.window.selected },
            isOpened: { state, _ in state.transferList?.isDetailed == true }),
        Case(
            name: "doctor", rows: ["check one", "check two", "check three"],
            state: {
                let all = ["one", "two", "three"].map { DoctorCheck("check \($0)", .ok, "good") }
                return opened(.doctor, all.map { .doctor(.found(check: $0)) })
            }, selection: { $0.doctor?.window.selected },
            isOpened: { state, _ in state.doctor?.opened == ["check one"] }),
        Case(
            name: "picker", rows: ["digits-data", "heart", "wine-data"],
            state: {
                try formed(
                    "<ctrl-o>",
                    .picker(
                        .listed(
                            spot: .assets, start: 0, listing: .assets(PickerFixture.assets))))
            }, selection: { $0.form?.picker?.level?.window.selected },
            isOpened: { state, _ in
                state.form?.picker?.level?.spot == .versions("digits-data")
            }),
        Case(
            name: "presets", rows: ["nightly", "weekly"],
            state: {
                let all = [preset("nightly"), preset("weekly")]
                return try formed("<alt-p>", .presets(.listed(presets: all, at: AppTests.now)))
            }, selection: { $0.form?.presets?.window.selected },
            isOpened: { state, _ in state.form != nil && state.form?.presets == nil }),
    ]

    /// Clicks where a text stands; gives the effects.
    private func click(
        _ text: String, _ kind: MouseEvent.Kind = .left, in state: inout App.State
    ) throws -> [App.Effect] {
        let picture = App.view(state)
        let rows = 1..<state.size.rows - 1
        let found = rows.compactMap { row -> Point? in
            let line = picture.plainText(row: row)
            guard let range = line.firstRange(of: text) else { return nil }
            let column = line.distance(from: line.startIndex, to: range.lowerBound)
            return Point(row: row, column: column)
        }
        let place = try #require(found.first, "\(text) in\n\(picture.plainText)")
        let event = MouseEvent(kind: kind, position: place)
        return App.reduce(&state, .keyPressed(.mouse(event)))
    }

    @Test(arguments: lists) func aClickSelectsAndASecondOneOpens(list: Case) throws {
        var state = try list.state()
        for (index, text) in list.rows.enumerated().reversed() {
            _ = try click(text, in: &state)
            #expect(list.selection(state) == index, "\(text)\n\(App.view(state).plainText)")
        }
        let first = try #require(list.rows.first)
        let before = state
        let effects = try click(first, in: &state)
        if let isOpened = list.isOpened {
            let hasOpened = isOpened(state, effects)
            #expect(hasOpened, "\(App.view(state).plainText)")
        } else {
            let isSame = state == before
            #expect(isSame && effects.isEmpty)
        }
    }

    @Test(arguments: lists) func theWheelMovesAndNothingElseThanTheRowsIsClicked(list: Case) throws
    {
        var state = try list.state()
        let text = try #require(list.rows.last)
        _ = try click(text, .wheelDown, in: &state)
        let selected = list.selection(state)
        // The corner of the frame is no row.
        let corner = MouseEvent(
            kind: .left, position: Point(row: state.size.rows - 2, column: 0))
        #expect(App.reduce(&state, .keyPressed(.mouse(corner))).isEmpty)
        #expect(list.selection(state) == selected)
    }

    @Test func aNoticeAboveTheRowsOfThePickerMovesWhatIsClicked() {
        var state = PickerFixture.opened()
        state.notice = "something was said"
        let rows = DataPicker.listBody(of: state, in: DataPicker.layout(of: state.size).list).rows
        #expect(rows.row == DataPicker.layout(of: state.size).list.row + 1)
        let event = MouseEvent(
            kind: .left, position: Point(row: rows.row + 2, column: rows.column))
        guard case .send(let action) = DataPicker.keys.verdict(for: .mouse(event), in: state) else {
            Issue.record("the click came to nothing")
            return
        }
        #expect(action == .rowClicked(row: 2))
    }
}
