import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The console as a whole: places, keys of everywhere, what is tracked.
@Suite struct AppTests {
    static let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
    static let running = Job(
        id: "batchjob-1", displayName: "calm_sail", endpoint: "digits-batch", deployment: "nearest",
        status: .running, createdAt: now, startedAt: now,
        progress: Progress(processedMiniBatches: 41, totalMiniBatches: 60, failedItems: 0))

    static func page(_ jobs: [Job]) -> JobPage {
        JobPage(
            start: 0, jobs: jobs, total: jobs.count, hasMore: false, asOf: now, source: "ARM jobs")
    }

    static let lastSeen = LastSeen(
        asOf: now,
        connection: ConnectionInfo(
            context: "local",
            scope: WorkspaceScope(subscriptionID: "s", resourceGroup: "r", workspace: "w"),
            latency: nil, isLocal: true),
        endpoints: [
            Endpoint(name: "digits-batch", defaultDeployment: "nearest"),
            Endpoint(name: "wine-classifier", defaultDeployment: "gnb"),
        ], deployments: [FormFixture.nearest, FormFixture.summary], jobs: page([running]))

    /// A console that has begun with what was last seen.
    static func begun(
        _ size: Size = Size(rows: 30, columns: 100), isReadOnly: Bool = false
    ) -> App.State {
        var state = App.initial(size: size, glyphs: .unicode, isReadOnly: isReadOnly)
        _ = App.reduce(&state, .started(lastSeen: lastSeen, at: now))
        return state
    }

    @Test func theFirstPictureShowsWhatWasLastSeenBeforeAnythingIsAsked() {
        let text = App.view(Self.begun()).plainText
        for word in ["digits-batch", "wine-classifier", "nearest-summary", "41/60", "connecting"] {
            #expect(text.contains(word), "\(word) in\n\(text)")
        }
    }

    @Test func howLongAJobHasBeenRunningIsToldByTheServicesClock() {
        var state = Self.begun()
        let job = Self.running.createdAt.map { Words.age(of: $0, at: Self.now + .seconds(7200)) }
        var info = Self.lastSeen.connection
        info?.clockAhead = .seconds(7200)
        guard let info, let job else {
            Issue.record("the fixture has no connection or no time")
            return
        }
        #expect(!App.view(state).plainText.contains(job))
        _ = App.reduce(&state, .connected(info: info, at: Self.now))
        let text = App.view(state).plainText
        #expect(text.contains(job), "\(job) in\n\(text)")
    }

    @Test func beginningConnectsAsksAndTracks() {
        var state = App.initial(size: Size(rows: 30, columns: 100), glyphs: .unicode)
        let effects = App.reduce(&state, .started(lastSeen: Self.lastSeen, at: Self.now))
        #expect(effects.first == .connect)
        #expect(effects.contains(.endpoints(.loadEndpoints)))
        #expect(effects.last == .track(["batchjob-1"]))
        #expect(App.reduce(&state, .ticked(at: Self.now)).contains(.connect) == false)
    }

    @Test func aJobThatEndsIsNotTrackedAnyMore() {
        var state = Self.begun()
        var ended = Self.running
        ended.status = .completed
        let effects = App.reduce(&state, .trackingChanged(jobs: [ended], at: Self.now))
        #expect(effects == [.track([])])
        #expect(App.view(state).plainText.contains("calm_sail on digits-batch: Completed"))
    }

    @Test func theFirstScreensCancelAsksOnTheJobsPage() throws {
        var state = Self.begun()
        try state.press("<tab><tab>c")
        #expect(state.place == .jobDetail("batchjob-1"))
        #expect(App.view(state).plainText.contains("Cancel calm_sail?"))
        #expect(try state.press("y").contains(.detail(.cancel("batchjob-1"))))
    }

    @Test func theMouseIsGivenToTheTerminalAndTakenBack() throws {
        var state = Self.begun()
        #expect(try state.press("<alt-m>").contains(.mouse(isOn: false)))
        #expect(state.notice?.text.contains("alt-m takes it back") == true)
        try state.press("/")
        #expect(try state.press("<alt-m>").contains(.mouse(isOn: true)), "while typing too")
    }

    @Test func moreThanAClipboardTakesIsNotCalledCopied() throws {
        var state = Self.begun()
        let endpoint = Endpoint(
            name: "digits-batch", defaultDeployment: "nearest",
            scoringURI: "https://" + String(repeating: "x", count: Clipboard.limitBytes))
        _ = App.reduce(
            &state, .endpoints(.endpointsLoaded(endpoints: [endpoint], at: Self.now)))
        let effects = try state.press("y")
        #expect(!effects.contains { if case .copy = $0 { true } else { false } })
        #expect(state.notice?.text.hasPrefix("not copied") == true)
    }

    @Test func aFilledFormIsNotForgottenByOneKey() throws {
        var state = Self.begun()
        try state.press("n/data<esc>")
        #expect(try !state.press("q").contains(.quit))
        #expect(state.notice?.text.contains("on digits-batch is not submitted") == true)
        #expect(try state.press("q").contains(.quit))
        var typing = Self.begun()
        try typing.press("n/data<ctrl-c>")
        #expect(typing.notice?.text.contains("ctrl-c once more quits") == true, "q is a letter")
        #expect(try typing.press("<ctrl-c>").contains(.quit))
        var kept = Self.begun()
        try kept.press("n/data<alt-p>")
        _ = App.reduce(&kept, .form(.presets(.listed(presets: [], at: Self.now))))
        try kept.press("sone<enter><esc><esc>")
        #expect(try kept.press("q").contains(.quit), "a preset has it")
        var undone = Self.begun()
        try undone.press("n/data<ctrl-z><esc>")
        #expect(try undone.press("q").contains(.quit), "nothing is left of it")
        var untouched = Self.begun()
        try untouched.press("n<esc>")
        #expect(try untouched.press("q").contains(.quit))
    }

    @Test func escapeGoesOneStepBackAndNeverQuits() throws {
        var state = Self.begun()
        try state.press("J")
        #expect(state.path == [.endpoints, .jobs(nil)])
        try state.press("?")
        #expect(state.path == [.endpoints, .jobs(nil), .help])
        try state.press("<esc><esc>")
        #expect(state.path == [.endpoints])
        #expect(try !state.press("<esc><esc><esc>").contains(.quit))
        #expect(state.path == [.endpoints])
        #expect(App.view(state).plainText.contains("this is the first screen; q quits"))
        #expect(try state.press("q") == [.quit])
    }

    @Test(arguments: [Place.endpoints, .jobs(nil), .jobDetail("batchjob-1")])
    func theNarrowestFooterOffersHelp(place: Place) {
        var state = Self.begun(Size(rows: 16, columns: 60))
        if place != .endpoints { _ = App.open(place, in: &state) }
        #expect(App.view(state).plainText(row: 15).contains("? help"))
    }

    @Test func theFooterOffersNoLetterWhileATextIsTyped() throws {
        var state = Self.begun()
        try state.press("n")
        #expect(App.isEditingText(state))
        let footer = App.view(state).plainText(row: state.size.rows - 1)
        #expect(footer.contains("f1 help"), "\(footer)")
        for lie in ["? help", "J jobs", "q quit"] { #expect(!footer.contains(lie)) }
    }

    @Test func theFooterOffersOnlyWhatWouldBeDone() throws {
        var state = Self.begun()
        func footer() -> String { App.view(state).plainText(row: state.size.rows - 1) }
        #expect(!footer().contains("esc back"))
        var ended = Self.running
        ended.status = .completed
        _ = App.reduce(&state, .trackingChanged(jobs: [ended], at: Self.now))
        _ = App.open(.jobDetail("batchjob-1"), in: &state)
        try state.press("<ctrl-l>")
        #expect(!footer().contains("cancel"))
        #expect(footer().contains("o results"))
    }

    @Test func aKindOfPlaceStandsOnThePathOnce() throws {
        var state = Self.begun()
        try state.press("J")
        _ = App.open(.jobDetail("batchjob-1"), in: &state)
        _ = App.open(.results("batchjob-1"), in: &state)
        #expect(state.path.count == 4)
        try state.press("J")
        #expect(state.path == [.endpoints, .jobs(nil)])
        #expect(state.detail == nil && state.results == nil)
        _ = App.open(.jobs("digits-batch"), in: &state)
        #expect(state.path == [.endpoints, .jobs("digits-batch")])
    }

    @Test func leavingAJobStopsFollowingIt() throws {
        var state = Self.begun()
        let opened = App.open(.jobDetail("batchjob-1"), in: &state)
        #expect(opened.contains(.detail(.follow("batchjob-1"))))
        #expect(try state.press("<esc>").contains(.detail(.stopFollowing)))
    }

    @Test func anAcceptedJobTakesThePlaceOfItsForm() throws {
        var state = Self.begun()
        try state.press("n")
        #expect(state.place == .jobForm("digits-batch", nil))
        state.forms[App.FormKey(endpoint: "digits-batch", deployment: nil)]?.phase = .sending
        state.sendingKey = App.FormKey(endpoint: "digits-batch", deployment: nil)
        _ = App.reduce(&state, .form(.jobAccepted(job: Self.running)))
        #expect(state.path == [.endpoints, .jobDetail("batchjob-1")])
        #expect(state.forms.isEmpty)
        #expect(state.recent.count == 1)
    }

    @Test func aJobAcceptedBehindTheUsersBackIsSaidAndTakesNobodyAway() throws {
        var state = Self.begun()
        let key = App.FormKey(endpoint: "digits-batch", deployment: nil)
        try state.press("n")
        state.forms[key]?.phase = .sending
        state.sendingKey = key
        try state.press("<esc>J")
        _ = App.reduce(&state, .form(.jobAccepted(job: Self.running)))
        #expect(state.path == [.endpoints, .jobs(nil)])
        #expect(App.view(state).plainText.contains("batchjob-1 was accepted by digits-batch"))
    }

    @Test func quittingDuringASubmissionIsSaidOnceAndThenDone() throws {
        var state = Self.begun()
        try state.press("n")
        state.forms[App.FormKey(endpoint: "digits-batch", deployment: nil)]?.phase = .sending
        #expect(try state.press("<ctrl-c>").isEmpty)
        #expect(App.view(state).plainText.contains("still being submitted"))
        #expect(try state.press("<ctrl-c>") == [.quit])
    }

    @Test func aReadOnlyConsoleRefusesWhatWouldChangeSomething() throws {
        var state = Self.begun(isReadOnly: true)
        try state.press("n")
        #expect(state.place == .jobForm("digits-batch", nil), "looking is allowed")
        #expect(
            try !state.press("<ctrl-s>").contains {
                if case .form(.submit) = $0 { true } else { false }
            })
        #expect(App.view(state).plainText.contains("read-only"))
    }

    @Test func aLostConnectionIsSaidKeepsWhatIsKnownAndIsTriedAgain() {
        var state = Self.begun()
        let failure = ServiceFailure(
            kind: .unreachable, operation: "reach the engine", detail: "nothing listens there",
            advice: "It is started again by itself.")
        _ = App.reduce(&state, .connectionLost(failure: failure, at: Self.now))
        let text = App.view(state).plainText
        #expect(text.contains("lost") && text.contains("nothing listens there"))
        #expect(text.contains("digits-batch"))
        #expect(App.reduce(&state, .ticked(at: Self.now + .seconds(6))).contains(.connect))
        #expect(!App.reduce(&state, .ticked(at: Self.now + .seconds(8))).contains(.connect))
    }

    @Test func textThatIsTypedReachesNoKeyOfEverywhere() throws {
        var state = Self.begun()
        try state.press("/qJE")
        #expect(state.path == [.endpoints])
        #expect(App.isEditingText(state))
        try state.press("<f1>")
        #expect(state.place == .help)
    }

    @Test func everySizeIsDrawnInEveryPlace() throws {
        for place in [
            Place.endpoints, .jobs(nil), .jobForm("digits-batch", nil), .jobDetail("batchjob-1"),
            .results("batchjob-1"), .help,
        ] {
            var state = Self.begun()
            if place != .endpoints { _ = App.open(place, in: &state) }
            for rows in [1, 2, 3, 4, 8, 16, 50] {
                for columns in [1, 2, 5, 20, 60, 84, 160] {
                    let size = Size(rows: rows, columns: columns)
                    _ = App.reduce(&state, .resized(size: size))
                    #expect(App.view(state).size == size)
                }
            }
        }
    }

    @Test func theHelpPageIsMadeOfTheTablesThatDispatch() throws {
        var state = Self.begun(Size(rows: 60, columns: 160))
        try state.press("?")
        let text = App.view(state).plainText
        for row in Endpoints.keys.helpRows + App.keys.helpRows {
            let words = row.help.split(separator: " ").prefix(3).joined(separator: " ")
            #expect(text.contains(words), "\(row.help)")
        }
    }

    @Test func nothingAsksToBeWokenWhileNothingMovesOnAForm() throws {
        var state = Self.begun()
        var ended = Self.running
        ended.status = .completed
        _ = App.reduce(&state, .trackingChanged(jobs: [ended], at: Self.now))
        #expect(App.tickInterval(state) == .seconds(30))
        try state.press("n")
        #expect(App.tickInterval(state) == nil)
        try state.press("<esc>")
        _ = App.reduce(&state, .trackingChanged(jobs: [Self.running], at: Self.now))
        #expect(App.tickInterval(state) == .seconds(1))
    }
}

extension App.State {
    /// Presses keys as in a key script; gives the effects.
    @discardableResult
    mutating func press(_ script: String) throws -> [App.Effect] {
        try KeyScript.parse(script).flatMap { App.reduce(&self, .keyPressed($0)) }
    }
}
