import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Whole states of the contexts.
@Suite struct ContextsStateTests {
    private typealias Fixture = ContextsFixture

    @Test func forgettingIsAskedOrderedAndShown() throws {
        var state = Fixture.state()
        _ = Contexts.reduce(&state, .rowMoved(step: .down))
        var expected = state
        expected.question = "prod"
        #expect(Contexts.reduce(&state, .removePressed) == [])
        expectWhole(state, is: expected)

        expected.question = nil
        expected.writing = "forgetting prod"
        #expect(Contexts.reduce(&state, .removeConfirmed) == [.remove("prod")])
        expectWhole(state, is: expected)

        let left = [Fixture.all[0], Fixture.found]
        expected.writing = nil
        expected.entries = Fetched(left)
        expected.window.setCount(2)
        expected.window.select(1)
        let written = Contexts.Action.written(words: "forgot prod", entries: left)
        #expect(
            Contexts.reduce(&state, written) == [.say(text: "forgot prod", isFailure: false)])
        expectWhole(state, is: expected)
    }

    @Test func settingsThatCannotBeReadLeaveTheKnownOnes() {
        var state = Fixture.state()
        _ = Contexts.reduce(&state, .refreshPressed)
        var expected = state
        expected.entries.isLoading = false
        expected.entries.failure = Fixture.refused
        #expect(Contexts.reduce(&state, .listRefused(failure: Fixture.refused)) == [])
        expectWhole(state, is: expected)
    }

    @Test func whatCannotBeWrittenIsSaidInTheFormThatStays() {
        var state = Fixture.state()
        _ = Contexts.reduce(&state, .addPressed)
        var expected = state
        expected.form?.failure = Fixture.refused
        #expect(Contexts.reduce(&state, .writeRefused(failure: Fixture.refused)) == [])
        expectWhole(state, is: expected)
    }
}

/// Whole states of the transfers.
@Suite struct TransfersStateTests {
    private static let running = TransfersTests.record("u", .running)
    private static let left = TransfersTests.record("l", .left)

    private static func state() -> Transfers.State {
        var state = Transfers.State(records: [running, left])
        state.resized(to: Size(rows: 24, columns: 80))
        return state
    }

    @Test func aNewListKeepsWhatIsSelected() {
        var state = Self.state()
        _ = Transfers.reduce(&state, .rowMoved(step: .down))
        let newer = TransfersTests.record("n", .running)
        let records = [newer, Self.running, Self.left]
        var expected = Transfers.State(records: records)
        expected.window.select(2)
        expected.resized(to: state.size)
        #expect(Transfers.reduce(&state, .listed(records: records)) == [])
        expectWhole(state, is: expected)
    }

    @Test func aRefusalIsSaidAndChangesNothing() {
        var state = Self.state()
        let before = state
        let effects = Transfers.reduce(&state, .refused(failure: JobsService.lost))
        #expect(effects == [.say(text: JobsService.lost.message, isFailure: true)])
        expectWhole(state, is: before)
    }
}

/// Whole states of the doctor.
@Suite struct DoctorStateTests {
    private static let problem = DoctorCheck(
        "python", .problem, "there is no python3 on the path", advice: "Install Python 3.")

    private static func found() -> Doctor.State {
        var state = Doctor.State(context: "local")
        state.resized(to: Size(rows: 20, columns: 80))
        _ = Doctor.reduce(&state, .found(check: DoctorCheck("engine", .ok, "it runs")))
        _ = Doctor.reduce(&state, .found(check: problem))
        return state
    }

    @Test func aFindingIsOpenedAndShut() {
        var state = Self.found()
        let before = state
        #expect(state.window.selected == 1, "the problem")
        var expected = state
        expected.opened = ["python"]
        expected.resized(to: expected.size)
        #expect(Doctor.reduce(&state, .rowOpened) == [])
        expectWhole(state, is: expected)
        #expect(Doctor.reduce(&state, .rowOpened) == [])
        expectWhole(state, is: before)
    }

    @Test func aProblemThatComesWhileAPersonReadsTakesNothingAway() {
        var state = Self.found()
        _ = Doctor.reduce(&state, .rowMoved(step: .first))
        var expected = state
        expected.take(Self.problem)
        expected.window.setCount(3)
        expected.window.select(0)
        expected.resized(to: expected.size)
        #expect(Doctor.reduce(&state, .found(check: Self.problem)) == [])
        expectWhole(state, is: expected)
        #expect(state.isChosen && state.checks.count == 3)
    }
}

/// Whole states of the submissions whose outcome nobody knows.
@Suite struct UndecidedStateTests {
    private static let submissions = (1...2).map {
        Submission(
            id: "s-\($0)", draft: JobDraft(endpoint: "digits-batch"), at: AppTests.now,
            note: "no clear answer")
    }

    private static func state() -> Undecided.State {
        var state = Undecided.State(submissions: submissions)
        state.resized(to: Size(rows: 20, columns: 80))
        return state
    }

    @Test func aLookIsOneQuestionAndItsAnswerANote() {
        var state = Self.state()
        var expected = state
        expected.busy = ["s-1"]
        #expect(Undecided.reduce(&state, .lookPressed) == [.lookAgain("s-1")])
        expectWhole(state, is: expected)
        expected.busy = []
        expected.notes = [
            "s-1": Undecided.Note(text: "no job of it is to be found so far", isBad: false)
        ]
        #expect(Undecided.reduce(&state, .looked(submission: "s-1", job: nil)) == [])
        expectWhole(state, is: expected)
    }

    @Test func aRefusalStandsWithItsSubmission() {
        var state = Self.state()
        _ = Undecided.reduce(&state, .forgetPressed)
        _ = Undecided.reduce(&state, .forgetConfirmed)
        var expected = Self.state()
        expected.notes = ["s-1": Undecided.Note(text: JobsService.lost.message, isBad: true)]
        let refused = Undecided.Action.forgetRefused(
            submission: "s-1", failure: JobsService.lost)
        #expect(Undecided.reduce(&state, refused) == [])
        expectWhole(state, is: expected)
    }

    @Test func whatIsForgottenIsGoneAndTheOtherIsSelected() {
        var state = Self.state()
        var expected = state
        expected.submissions = [Self.submissions[1]]
        expected.window.setCount(1)
        #expect(Undecided.reduce(&state, .forgotten(submission: "s-1")) == [])
        expectWhole(state, is: expected)
    }
}

/// Whole states of the commands.
@Suite struct PaletteStateTests {
    private static let commands = [
        CommandPalette.Command("jobs", help: "All jobs.", act: .open(.jobs(nil))),
        CommandPalette.Command("theme light", help: "Draws so.", act: .theme("light")),
    ]

    private static func state() -> CommandPalette.State {
        var state = CommandPalette.State(commands: commands)
        state.resized(to: Size(rows: 14, columns: 60))
        return state
    }

    @Test func lettersFindACommandAndTabTakesItIntoTheLine() {
        var state = Self.state()
        var expected = state
        expected.field = TextField("l")
        expected.found = [
            CommandPalette.Found(command: Self.commands[1], positions: [6]),
            CommandPalette.Found(command: Self.commands[0]),
        ]
        #expect(CommandPalette.reduce(&state, .textEdited(key: .character("l"))) == [])
        expectWhole(state, is: expected)
        expected.field = TextField("theme light")
        expected.found = [
            CommandPalette.Found(command: Self.commands[1], positions: Array(0...10))
        ]
        expected.window.setCount(1)
        #expect(CommandPalette.reduce(&state, .completed) == [])
        expectWhole(state, is: expected)
    }

    @Test func lettersThatFindNothingRunNothing() {
        var state = Self.state()
        var expected = state
        expected.field = TextField("zz")
        expected.found = []
        expected.window.setCount(0)
        #expect(CommandPalette.reduce(&state, .textEdited(key: .paste("zz"))) == [])
        #expect(CommandPalette.reduce(&state, .runPressed) == [])
        #expect(CommandPalette.reduce(&state, .completed) == [])
        expectWhole(state, is: expected)
    }
}

/// Whole states of the help.
@Suite struct HelpStateTests {
    private static func state() -> Help.State {
        var state = Help.State(sections: [
            Help.Section(
                title: "Endpoints",
                rows: (1...9).map {
                    KeyHelp(keys: [.function($0)], help: "Does thing \($0).")
                })
        ])
        state.resized(to: Size(rows: 7, columns: 60))
        return state
    }

    @Test func thePageScrollsAndNothingElse() {
        var state = Self.state()
        var expected = state
        expected.scroll = Scroll(count: 10, height: 5)
        expectWhole(state, is: expected)
        expected.scroll.show(line: 5)
        Help.reduce(&state, .scrolled(step: .last))
        expectWhole(state, is: expected)
    }

    @Test func aFilterThatNothingPassesIsTakenAwayAgain() {
        var state = Self.state()
        let before = state
        var expected = state
        expected.isTyping = true
        expected.filter = TextField("zz")
        Help.reduce(&state, .filterOpened)
        Help.reduce(&state, .filterEdited(key: .paste("zz")))
        // The line of the filter takes a row.
        expected.scroll = Scroll(count: 0, height: 4)
        expectWhole(state, is: expected)
        Help.reduce(&state, .filterClosed)
        expectWhole(state, is: before)
    }
}

/// Whole states of what was said.
@Suite struct NoticesStateTests {
    private static let entries = (0..<3).map {
        Notices.Entry(text: "number \($0)", weight: .info, at: AppTests.now - .seconds($0))
    }

    private static func state() -> Notices.State {
        var state = Notices.State(entries: entries)
        state.resized(to: Size(rows: 20, columns: 80))
        return state
    }

    @Test func aRowIsChosenAndCopied() {
        var state = Self.state()
        var expected = state
        expected.window.select(1)
        #expect(Notices.reduce(&state, .rowMoved(step: .down)) == [])
        expectWhole(state, is: expected)
        #expect(Notices.reduce(&state, .copyPressed) == [.copy(text: "number 1")])
        expectWhole(state, is: expected)
    }

    @Test func aFailureThatComesInTakesNothingFromWhoReads() throws {
        var state = AppTests.begun()
        for entry in Self.entries.reversed() {
            App.note(App.Notice(text: entry.text, weight: .info), in: &state)
        }
        try state.press("Nj")
        let kept = try #require(state.noticeList)
        _ = App.reduce(&state, .endpoints(.endpointsRefused(failure: JobsService.lost)))
        let failure = Notices.Entry(
            text: JobsService.lost.message.sentence, weight: .danger, at: AppTests.now)
        var expected = Notices.State(entries: [failure] + kept.entries)
        expected.window.select(2)
        expected.resized(to: kept.size)
        expectWhole(state.noticeList, is: expected)
    }
}

/// Whole states of the tour.
@Suite struct TourStateTests {
    @Test func aPlaceThatIsOpenedIsAStepAndNothingElse() {
        var state = Tour.State(isReadOnly: false)
        var expected = state
        Tour.follow(&state, from: [.endpoints], to: [.endpoints, .jobs(nil)])
        expected.done = [.jobs]
        expectWhole(state, is: expected)
        Tour.follow(&state, from: [.endpoints, .jobs(nil)], to: [.endpoints])
        expected.done = [.jobs, .back]
        expectWhole(state, is: expected)
        Tour.follow(&state, from: [.endpoints], to: [.endpoints])
        expectWhole(state, is: expected)
    }

    @Test func aJobThatIsRefusedIsNoStep() throws {
        var state = App.initial(
            size: Size(rows: 30, columns: 100), glyphs: .unicode, hasTour: true)
        _ = App.reduce(&state, .started(lastSeen: AppTests.lastSeen, at: AppTests.now))
        try state.press("n")
        var expected = Tour.State(isReadOnly: false)
        expected.done = [.newJob]
        expectWhole(state.tour, is: expected)
        state.form?.phase = .sending
        state.sendingKey = state.formKey
        _ = App.reduce(&state, .form(.jobRefused(failure: JobsService.lost)))
        expectWhole(state.tour, is: expected)
    }
}
