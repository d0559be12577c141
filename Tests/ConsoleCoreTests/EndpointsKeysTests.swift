import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Which key does what where.
@Suite struct EndpointsKeysTests {
    private typealias Fixture = EndpointsFixture

    @Test(arguments: [
        ("<tab>", Endpoints.Pane.deployments), ("<tab><tab>", .jobs),
        ("<tab><tab><tab>", .endpoints), ("<backtab>", .jobs), ("l", .deployments),
        ("<right><right><right>", .jobs), ("lh", .endpoints), ("ll<left>", .deployments),
        ("h", .endpoints), ("<enter>", .deployments), ("<enter><esc>", .endpoints),
        ("<backtab><esc>", .endpoints),
    ])
    func panesAreWalked(script: String, pane: Endpoints.Pane) throws {
        for size in [Size(rows: 28, columns: 100), Size(rows: 16, columns: 60)] {
            var state = Fixture.known(size)
            #expect(try state.press(script).effects == [])
            #expect(state.focus == pane)
        }
    }

    @Test(arguments: [
        ("G", "wine-classifier"), ("Gg", "digits-batch"), ("jj", "hello-batch"),
        ("<end><up>k", "hello-batch"), ("<pgdn>", "wine-classifier"),
        ("<ctrl-d>", "wine-classifier"), ("G<ctrl-u>", "digits-batch"), ("k", "digits-batch"),
    ])
    func endpointsAreWalked(script: String, name: Endpoint.Name) throws {
        var state = Fixture.known()
        try state.press(script)
        #expect(state.selectedEndpoint == name)
    }

    @Test func enterOpensWhatIsSelected() throws {
        var state = Fixture.known()
        #expect(
            try state.press("<enter>j<enter>").effects
                == [.open(.jobForm("digits-batch", "nearest-summary"))])
        #expect(try state.press("<tab>j<enter>").effects == [.open(.jobDetail("batchjob-1c0e"))])
    }

    @Test func newJobTakesTheDeploymentOnlyFromItsOwnPane() throws {
        var state = Fixture.known()
        #expect(try state.press("n").effects == [.open(.jobForm("digits-batch", nil))])
        #expect(
            try state.press("<tab>jn").effects
                == [.open(.jobForm("digits-batch", "nearest-summary"))])
        #expect(try state.press("<tab>n").effects == [.open(.jobForm("digits-batch", nil))])
    }

    @Test func whatCannotBeDoneIsRefusedWithTheReason() throws {
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 28, columns: 100))
        #expect(
            try state.press("n<enter>y").refusals
                == Array(repeating: "no endpoint is selected", count: 3))
        state.take(.endpointsLoaded(endpoints: [Fixture.digits, Fixture.wine], at: Fixture.now))
        #expect(
            try state.press("<tab><enter>y<tab><enter>y").refusals == [
                "no deployment is selected", "no deployment is selected", "no job is selected",
                "no job is selected",
            ])
        #expect(
            try state.press("<tab>Gy").refusals == ["wine-classifier has no address yet"])
    }

    @Test func aBrokenDeploymentTakesNoJobsAndTheOthersDo() throws {
        var state = Fixture.withBroken()
        let result = try state.press("<enter>G<enter>n")
        #expect(result.effects == [])
        #expect(
            result.refusals
                == Array(repeating: "the deployment quadratic is Failed", count: 2))
        #expect(
            try state.press("k<enter>").effects
                == [.open(.jobForm("digits-batch", "nearest-summary"))])
    }

    @Test func theMostUsefulTextIsCopied() throws {
        var state = Fixture.known()
        #expect(
            try state.press("y<tab>y<tab>y").effects == [
                .copy(text: "https://digits-batch.example.org/jobs"), .copy(text: "nearest"),
                .copy(text: "batchjob-7f3a"),
            ])
    }

    @Test func aRunningJobIsCancelledFromHereAfterAQuestion() throws {
        var state = Fixture.known()
        #expect(
            try state.press("c").refusals == ["a job is cancelled in its list: tab goes there"])
        #expect(!Endpoints.keys.hints(in: state).map(\.text).contains("cancel"))
        #expect(try state.press("<tab><tab>c").effects == [.askToCancel("batchjob-7f3a")])
        #expect(Endpoints.keys.hints(in: state).map(\.text).contains("cancel"))
        #expect(try state.press("jc").refusals == ["the job has ended: Completed"])
        #expect(Endpoints.isMutating(.cancelPressed))
    }

    @Test func keysOfTheConsoleAreLeftToIt() {
        let state = Fixture.known()
        for key: KeyPress in [
            .character("J"), .character("E"), .character("?"), .character("q"), .escape,
            .control("c"), .control("l"),
        ] {
            #expect(Endpoints.keys.verdict(for: key, in: state) == nil, "\(key.spelling)")
        }
        #expect(!Endpoints.keys.isTyping(in: state))
    }

    @Test func hintsNameWhatCanBeDone() throws {
        var state = Fixture.known()
        #expect(
            Endpoints.keys.hints(in: state).map(\.text)
                == ["open", "new job", "filter", "refresh", "copy", "retry", "set default", "pane"])
        try state.press("<tab>")
        #expect(Endpoints.keys.hints(in: state).map(\.text).contains("back"))
        try state.press("/")
        #expect(Endpoints.keys.hints(in: state).map(\.text) == ["keep", "clear", "pane"])
        state = Endpoints.State(lastSeen: nil)
        #expect(Endpoints.keys.hints(in: state).prefix(2).map(\.isRefused) == [true, true])
    }

    @Test func everyRowOfTheTableHasAHelpSentence() {
        for row in Endpoints.keys.helpRows {
            #expect(row.help.hasSuffix("."), "\(row)")
            #expect(!row.keys.isEmpty)
        }
    }
}

/// The line behind `/`.
@Suite struct EndpointsFilterTests {
    private typealias Fixture = EndpointsFixture

    @Test func lettersNarrowTheListAndSelectTheBest() throws {
        var state = Fixture.known()
        try state.press("/")
        #expect(Endpoints.keys.isTyping(in: state))
        try state.press("wcq")
        #expect(state.shown.isEmpty)
        #expect(state.selectedEndpoint == nil)
        try state.press("<backspace>")
        #expect(state.shown.map(\.name) == ["wine-classifier"])
        #expect(state.selectedEndpoint == "wine-classifier")
    }

    @Test func enterKeepsAndEscapeClears() throws {
        var state = Fixture.known()
        try state.press("/batch<down><enter>")
        #expect(!Endpoints.keys.isTyping(in: state))
        #expect(state.shown.count == 3)
        let chosen = state.selectedEndpoint
        try state.press("j")
        #expect(state.selectedEndpoint != chosen)
        try state.press("<esc>")
        #expect(state.shown.count == 5)
        #expect(Endpoints.keys.verdict(for: .escape, in: state) == nil)
        try state.press("/x<esc>")
        #expect(state.shown.count == 5)
        #expect(state.selectedEndpoint != nil)
    }

    @Test(arguments: [
        ("kind:pipeline", ["hello-batch", "tumour-pipeline"]),
        ("running:>0", ["digits-batch", "wine-classifier"]),
        ("!batch", ["tumour-pipeline", "wine-classifier"]),
        ("state:creating", []), ("/^w/", ["wine-classifier"]),
    ])
    func columnsAndPatternsMayBeNamed(line: String, names: [String]) throws {
        var state = Fixture.known()
        state.take(.filterOpened)
        state.take(.filterEdited(key: .paste(line)))
        #expect(state.shown.map(\.name.rawValue) == names)
        #expect(state.filter.failure == nil)
    }

    @Test func aLineThatCannotBeReadLeavesTheListAndSaysWhy() throws {
        var state = Fixture.known()
        state.take(.filterOpened)
        state.take(.filterEdited(key: .paste("kind:model")))
        #expect(state.shown.count == 3)
        state.take(.filterEdited(key: .paste(" colour:red")))
        #expect(state.shown.count == 3)
        #expect(state.filter.failure?.reason == "there is no such column")
        try state.press("<ctrl-u>")
        #expect(state.filter.failure == nil)
        #expect(state.shown.count == 5)
    }

    @Test func aReloadKeepsTheFilterAndAnotherPaneKeepsTheLine() throws {
        var state = Fixture.known()
        try state.press("/wine<tab>")
        #expect(state.focus == .deployments)
        #expect(!Endpoints.keys.isTyping(in: state))
        state.take(.endpointsLoaded(endpoints: Fixture.endpoints, at: Fixture.now))
        #expect(state.shown.map(\.name) == ["wine-classifier"])
        try state.press("<esc><esc>")
        #expect(state.shown.count == 5)
        #expect(state.selectedEndpoint == "wine-classifier")
    }

    @Test func lettersWithAMeaningElsewhereAreTyped() throws {
        var state = Fixture.known()
        let result = try state.press("/nrJEq?yj")
        #expect(result.effects == [])
        #expect(state.filter.field.value == "nrJEq?yj")
    }
}

/// Clicks and the wheel, in cells of the screen's own place.
@Suite struct EndpointsMouseTests {
    private typealias Fixture = EndpointsFixture

    private static func mouse(_ kind: MouseEvent.Kind, _ row: Int, _ column: Int) -> KeyPress {
        .mouse(MouseEvent(kind: kind, position: Point(row: row, column: column)))
    }

    private static func press(
        _ key: KeyPress, _ state: inout Endpoints.State
    ) -> [Endpoints.Effect] {
        guard case .send(let action)? = Endpoints.keys.verdict(for: key, in: state) else {
            return []
        }
        return state.take(action)
    }

    @Test func aClickSelectsAndTheSecondOpens() {
        var state = Fixture.known()
        #expect(Self.press(Self.mouse(.left, 3, 5), &state) == [])
        #expect(state.selectedEndpoint == "hello-batch")
        #expect(Self.press(Self.mouse(.left, 3, 5), &state) == [])
        #expect(state.focus == .deployments)
        #expect(Self.press(Self.mouse(.left, 1, 5), &state) == [])
        #expect(state.focus == .endpoints)
        #expect(state.selectedEndpoint == "digits-batch")
        #expect(Self.press(Self.mouse(.left, 4, 50), &state) == [])
        #expect(state.deployment?.name == "nearest-summary")
        #expect(
            Self.press(Self.mouse(.left, 4, 50), &state)
                == [.open(.jobForm("digits-batch", "nearest-summary"))])
        #expect(Self.press(Self.mouse(.left, 9, 50), &state) == [])
        #expect(
            Self.press(Self.mouse(.left, 9, 50), &state) == [.open(.jobDetail("batchjob-1c0e"))])
    }

    @Test func aDoubleClickOpensAtOnce() {
        var state = Fixture.known()
        #expect(
            Self.press(Self.mouse(.double, 10, 50), &state) == [.open(.jobDetail("batchjob-0b77"))])
    }

    @Test func aClickBesideTheRowsOnlyGivesTheFocus() {
        var state = Fixture.known()
        #expect(Self.press(Self.mouse(.left, 20, 50), &state) == [])
        #expect(state.focus == .jobs)
        #expect(Self.press(Self.mouse(.left, 0, 50), &state) == [])
        #expect(state.focus == .deployments)
        #expect(Endpoints.keys.verdict(for: Self.mouse(.left, 99, 1), in: state) == nil)
        #expect(Endpoints.keys.verdict(for: Self.mouse(.left, -1, 1), in: state) == nil)
        #expect(Endpoints.keys.verdict(for: Self.mouse(.release, 1, 1), in: state) == nil)
    }

    @Test func theSecondClickOnABrokenDeploymentIsRefused() {
        var state = Fixture.withBroken()
        #expect(Self.press(Self.mouse(.left, 5, 50), &state) == [])
        #expect(state.deployment?.name == "quadratic")
        guard
            case .refuse(let reason)? = Endpoints.keys.verdict(
                for: Self.mouse(.left, 5, 50), in: state)
        else {
            Issue.record("the click was not refused")
            return
        }
        #expect(reason == "the deployment quadratic is Failed")
    }

    @Test func theWheelScrollsThePaneBelowItAndLeavesTheFocus() {
        var state = Fixture.known()
        let many = Fixture.jobs(20, of: "digits-batch", status: .completed)
        state.take(.jobsLoaded(query: Fixture.query("digits-batch"), page: Fixture.page(many)))
        state.resized(to: Size(rows: 16, columns: 100))
        #expect(Self.press(Self.mouse(.wheelDown, 12, 50), &state) == [])
        #expect(state.jobList.offset == 3)
        #expect(state.focus == .endpoints)
        #expect(Self.press(Self.mouse(.wheelUp, 12, 50), &state) == [])
        #expect(state.jobList.offset == 0)
    }
}
