import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The tour of a first start.
@Suite struct TourTests {
    private static func begun(
        _ size: Size = Size(rows: 30, columns: 100), isReadOnly: Bool = false
    ) -> App.State {
        var state = App.initial(
            size: size, glyphs: .unicode, isReadOnly: isReadOnly, hasTour: true)
        _ = App.reduce(&state, .started(lastSeen: AppTests.lastSeen, at: AppTests.now))
        return state
    }

    private static func strip(_ state: App.State) -> String {
        App.view(state).plainText(row: state.size.rows - 3)
    }

    @Test func itGoesOnByWhatIsDone() throws {
        var state = Self.begun()
        #expect(Self.strip(state).contains("Tour 1/6  n opens the form"))
        try state.press("n")
        #expect(Self.strip(state).contains("Tour 2/6  ctrl-s submits"))
        state.form?.phase = .sending
        state.sendingKey = state.formKey
        _ = App.reduce(&state, .form(.jobAccepted(job: AppTests.running)))
        #expect(state.place == .jobDetail("batchjob-1"))
        #expect(Self.strip(state).contains("Tour 3/6") && Self.strip(state).contains("o opens"))
        try state.press("o")
        #expect(Self.strip(state).contains("Tour 4/6  esc goes one step back"))
        try state.press("<esc>")
        #expect(Self.strip(state).contains("Tour 5/6  ? shows all keys"))
        #expect(try state.press("?").contains(.tourSeen))
        #expect(Self.strip(state).contains("Tour 6/6  q quits"))
        try state.press("<esc>")
        #expect(try state.press("q") == [.quit])
    }

    @Test func aLaunchTakesTheSameKeysWithItAsWithout() throws {
        var with = Self.begun()
        var without = AppTests.begun()
        for script in ["n", "<ctrl-s>"] {
            #expect(try with.press(script) == without.press(script), "\(script)")
            #expect(with.path == without.path)
        }
        #expect(with.tour?.done == [.newJob])
    }

    @Test func stepsOutOfOrderCount() throws {
        var state = Self.begun()
        try state.press("?")
        try state.press("<esc>")
        #expect(state.tour?.done == [.help], "closing the help is no step back")
        try state.press("J")
        try state.press("<esc>")
        #expect(state.tour?.done == [.help, .jobs, .back])
        #expect(state.tour?.step == .newJob)
    }

    @Test(arguments: ["<ctrl-t>", "<esc>"])
    func itIsEndedOnceAndForAll(key: String) throws {
        var state = Self.begun()
        let rows = state.body.rows
        #expect(try state.press(key) == [.tourSeen])
        #expect(state.tour == nil && state.body.rows == rows + 2)
        #expect(try state.press(key).isEmpty)
    }

    @Test func itEndsWhileTypingTooAndTakesNoLetter() throws {
        var state = Self.begun()
        try state.press("n")
        try state.press("<ctrl-u>abc")
        let typed = state.form.map(JobForm.draft)
        #expect(typed?.inputs.map(\.value) == [.data(type: nil, reference: .local(path: "abc"))])
        #expect(try state.press("<ctrl-t>").contains(.tourSeen))
        #expect(state.place == .jobForm("digits-batch", nil))
        #expect(state.form.map(JobForm.draft) == typed)
    }

    @Test func escapeIsTheScreensFirst() throws {
        var state = Self.begun()
        try state.press("/abc")
        #expect(try !state.press("<esc>").contains(.tourSeen))
        #expect(state.tour != nil && !state.endpoints.filter.isShown)
        try state.press("J<esc>")
        #expect(state.tour != nil && state.path == [.endpoints])
    }

    @Test func aReadOnlyConsoleIsShownWhatCanBeDoneThere() throws {
        var state = Self.begun(isReadOnly: true)
        #expect(Self.strip(state).contains("Tour 1/6  J shows all jobs"))
        #expect(!App.view(state).plainText.contains("ctrl-s"))
        _ = App.reduce(&state, .placePressed(place: .jobs(nil)))
        #expect(Self.strip(state).contains("Tour 2/6  enter opens"))
        _ = App.reduce(&state, .placePressed(place: .jobDetail("batchjob-1")))
        #expect(Self.strip(state).contains("Tour 3/6"))
    }

    @Test func thePaletteBeginsItAgain() throws {
        var state = AppTests.begun()
        try state.press(":tour<enter>")
        #expect(state.tour == Tour.State(isReadOnly: false))
        #expect(Self.strip(state).contains("Tour 1/6"))
    }

    @Test func aReplayShowsNone() throws {
        var state = AppTests.begun()
        try state.press(":tour<enter>")
        let replayed = App.replayed(state)
        #expect(replayed.tour == nil)
        #expect(!App.view(replayed).plainText.contains("Tour 1/6"))
    }

    @Test func itLeavesRoomForTheScreenAtEverySize() throws {
        for rows in 1...30 {
            for columns in [1, 2, 7, 30, 60, 84, 160] {
                let size = Size(rows: rows, columns: columns)
                let state = Self.begun(size)
                #expect(App.view(state).size == size)
                let hasStrip = App.view(state).plainText.contains("Tour 1")
                if columns >= 30 { #expect(hasStrip == (rows >= 12), "\(size)") }
            }
        }
    }

    @Test func aNarrowStripSaysEveryStepWholeAndHowToEndIt() throws {
        for isReadOnly in [false, true] {
            for step in Tour.State(isReadOnly: isReadOnly).steps {
                var state = Self.begun(Size(rows: 16, columns: 60), isReadOnly: isReadOnly)
                let before = state.tour?.steps.prefix { $0 != step } ?? []
                state.tour?.done = Set(before)
                let strip = App.view(state).plainText(row: 14)
                #expect(strip.contains("ctrl-t ends it"), "\(strip)")
            }
        }
    }

    @Test func anotherContextKeepsIt() throws {
        var state = Self.begun()
        _ = App.reduce(&state, .contexts(.listed(entries: ContextsFixture.all)))
        try state.press("<ctrl-p>context prod<enter>")
        #expect(state.contextName == "prod" && state.tour?.step == .newJob)
    }
}
