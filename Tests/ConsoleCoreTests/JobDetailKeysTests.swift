import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

private typealias Fixture = JobDetailFixture

/// Which key does what where.
@Suite struct JobDetailKeysTests {
    @Test func numbersChooseTheViews() throws {
        var state = Fixture.running()
        var seen: [JobDetail.View] = []
        for key in ["2", "3", "4", "1"] {
            try state.press(key)
            seen.append(state.view)
        }
        #expect(seen == [.error, .timeline, .request, .logs])
    }

    @Test func otherPlacesAreOneKeyAway() throws {
        var state = Fixture.running()
        #expect(try state.press("o").effects == [.open(.results("batchjob-7f3a"))])
        #expect(try state.press("n").effects == [.open(.jobForm("digits-batch", "nearest"))])
        var unknown = Fixture.state()
        #expect(try unknown.press("n").refusals == ["the job's endpoint is not known"])
        #expect(try unknown.press("c").refusals == ["nothing is known of the job yet"])
        #expect(try unknown.press("f").refusals == ["no log files are known yet"])
        #expect(try unknown.press("Y").refusals == ["there is no text to copy yet"])
    }

    @Test func copyingTakesTheIdTheErrorOrWhatIsVisible() throws {
        var state = Fixture.failed()
        #expect(try state.press("y").effects == [.copy(text: "batchjob-7f3a")])
        #expect(try state.press("Y").effects == [.copy(text: Fixture.error.text)])
        var running = Fixture.running(printed: "one\ntwo\n")
        #expect(try running.press("Y").effects == [.copy(text: "one\ntwo")])
        #expect(running.notice?.text == "Copied the visible lines of the log.")
        try running.press("k")
        #expect(running.notice == nil)
    }

    @Test func escapeTakesBackOneThingAtATime() throws {
        var state = Fixture.running(Size(rows: 16, columns: 60))
        #expect(JobDetail.keys.verdict(for: .escape, in: state) == nil)
        try state.press("<tab>")
        #expect(state.pane == .steps)
        try state.press("<esc>/x<enter>f")
        #expect(state.fileList != nil)
        try state.press("<esc>")
        #expect(state.fileList == nil && state.search != nil)
        try state.press("c<esc>")
        #expect(!state.isAsking && state.search != nil)
        try state.press("<esc>")
        #expect(state.search == nil)
        #expect(JobDetail.keys.verdict(for: .escape, in: state) == nil)
    }

    @Test func theQuestionTakesItsKeysBeforeAllOthers() throws {
        var state = Fixture.running()
        try state.press("c")
        let before = state
        try state.press("o1jf/")
        #expect(state == before)
        #expect(JobDetail.keys.hints(in: state).map(\.text) == ["cancel the job", "keep it"])
    }

    @Test func lettersAreTextWhileSearching() throws {
        var state = Fixture.running()
        try state.press("/cqJ,.<left>1")
        #expect(state.search?.field.value == "cqJ,1.")
        #expect(!state.isAsking)
    }

    @Test func theStepTreeIsWalkedWithTheFocusOnIt() throws {
        var state = Fixture.state()
        state.take(.snapshotArrived(snapshot: Fixture.pipeline()))
        #expect(state.chosenRow == .step("score-1"))
        try state.press("<tab>G")
        #expect(state.chosenRow == .step("report-1"))
        try state.press("g")
        #expect(state.chosenRow == .job)
        try state.press("3<tab>j<enter>")
        #expect(state.view == .logs && state.pane == .content)
        #expect(state.run == "prep-1")
    }

    @Test func theMouseChoosesStepsAndViewsAndTurnsPages() throws {
        var state = Fixture.running()
        state.take(.snapshotArrived(snapshot: Fixture.pipeline()))
        let layout = JobDetail.layout(of: state, in: Rect(size: state.size))
        let steps = try #require(layout.steps)
        let content = try #require(layout.content)
        func event(_ kind: MouseEvent.Kind, _ row: Int, _ column: Int) -> KeyPress {
            .mouse(MouseEvent(kind: kind, position: Point(row: row, column: column)))
        }
        func sent(_ key: KeyPress) -> JobDetail.Action? {
            guard case .send(let action)? = JobDetail.keys.verdict(for: key, in: state) else {
                return nil
            }
            return action
        }
        #expect(sent(event(.left, steps.row + 2, 4)) == .stepClicked(row: 1))
        #expect(sent(event(.left, steps.row + 9, 4)) == .paneSwitched)
        #expect(
            sent(event(.left, content.row, content.column + 14)) == .viewChosen(view: .error))
        #expect(sent(event(.wheelDown, steps.row + 2, 4)) == .stepMoved(step: .down))
        #expect(
            sent(event(.wheelUp, content.row + 3, content.column + 3)) == .wheelTurned(lines: -3))
        #expect(sent(event(.right, content.row, content.column)) == nil)
    }

    @Test func everyRowOfTheTableHasAHelpSentence() {
        for row in JobDetail.keys.helpRows {
            #expect(row.help.hasSuffix("."), "\(row)")
            #expect(!row.keys.isEmpty)
        }
    }
}
