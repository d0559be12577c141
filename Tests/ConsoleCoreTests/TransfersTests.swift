import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The screen of uploads and downloads.
@Suite struct TransfersTests {
    static let draft = JobDraft(
        endpoint: "digits-batch", deployment: "nearest",
        inputs: [
            JobDraft.Input(
                name: "input", value: .data(type: nil, reference: .local(path: "/tmp/digits")))
        ])

    static func record(
        _ id: String, _ state: TransferRecord.State,
        _ work: TransferRecord.Work = .results(job: "batchjob-1", folder: "/tmp/out")
    ) -> TransferRecord {
        var record = TransferRecord(
            id: id, work: work, startedAt: AppTests.now - .seconds(60))
        record.advance(
            to: TransferProgress(
                filesDone: 0, filesTotal: 40, bytesDone: 0, bytesTotal: 10 << 20),
            at: AppTests.now - .seconds(4))
        record.progress = TransferProgress(
            filesDone: 12, filesTotal: 40, bytesDone: 4 << 20, bytesTotal: 10 << 20)
        record.state = state
        if state == .failed { record.note = "the line broke" }
        return record
    }

    private static let upload = record("u", .running, .inputs(draft))
    private static let left = record("l", .left)

    /// A console that shows some transfers.
    private static func shown(
        _ records: [TransferRecord], _ size: Size = Size(rows: 30, columns: 120)
    ) throws -> App.State {
        var state = AppTests.begun(size)
        _ = App.reduce(&state, .transfers(.listed(records: records)))
        try state.press("T")
        return state
    }

    @Test func theHeadLineCountsWhatIsUnderWayOnEveryScreen() throws {
        var state = AppTests.begun()
        _ = App.reduce(
            &state, .transfers(.listed(records: [Self.upload, Self.record("d", .running)])))
        #expect(App.view(state).plainText(row: 0).contains("▲ 1 upload   ▼ 1 download"))
        _ = App.reduce(&state, .transfers(.listed(records: [Self.record("d", .done)])))
        #expect(!App.view(state).plainText(row: 0).contains("download"))
    }

    @Test func aRowSaysHowFarHowFastAndHowLong() throws {
        let text = App.view(try Self.shown([Self.upload, Self.left])).plainText
        for word in [
            "Transfers 2", "▲  inputs of digits-batch/nearest", "running", "40 %", "12/40",
            "4.0 MiB of 10.0 MiB", "1.0 MiB/s", "0:06", "▼  results of batchjob-1", "left over",
            "from /tmp/digits", "about 0:06 left",
        ] { #expect(text.contains(word), "\(word) in\n\(text)") }
    }

    @Test func wholeStateOfGivingUp() throws {
        var state = Transfers.State(records: [Self.upload, Self.left])
        state.resized(to: Size(rows: 24, columns: 80))
        let before = state
        let press = { (script: String, state: inout Transfers.State) in
            try played(
                script, in: &state, verdict: { Transfers.keys.verdict(for: $0, in: $1) },
                take: { Transfers.reduce(&$0, $1) })
        }
        #expect(try press("c", &state).effects.isEmpty)
        var asked = before
        asked.question = .giveUp("u")
        #expect(state == asked)
        #expect(try press("n", &state).effects.isEmpty)
        #expect(state == before)
        #expect(try press("c y", &state).effects == [.giveUp("u")])
        #expect(state == before)
        #expect(
            try press("d r", &state).refusals == [
                "it is under way: c gives it up", "it is under way",
            ])
        #expect(try press("j c", &state).refusals == ["it has ended"])
    }

    @Test func aQuestionAboutWhatHasEndedMeanwhileGoesAway() throws {
        var state = Transfers.State(records: [Self.upload])
        state.question = .giveUp("u")
        var ended = Self.upload
        ended.state = .done
        #expect(Transfers.reduce(&state, .listed(records: [ended])).isEmpty)
        #expect(state.question == nil && state.records == [ended])
    }

    @Test func whatIsSelectedStaysSelectedWhileOthersComeIn() throws {
        var state = try Self.shown([Self.left])
        let newer = Self.record("n", .running)
        _ = App.reduce(&state, .transfers(.listed(records: [newer, Self.left])))
        #expect(state.transferList?.selected == Self.left)
    }

    @Test func goingOnMeansWhatBeganIt() throws {
        var state = try Self.shown([Self.left])
        #expect(
            try state.press("r") == [
                .results(.download("batchjob-1", folder: "/tmp/out", overwrites: false))
            ])
        #expect(state.errands == [.download("batchjob-1")])
        let plan = DataPlan(name: "digits", type: .uriFolder, path: "/tmp/digits")
        state = try Self.shown([Self.record("a", .failed, .asset(plan))])
        #expect(try state.press("r") == [.transfers(.register(plan))])
        state = try Self.shown([Self.record("i", .givenUp, .inputs(Self.draft))])
        let effects = try state.press("r")
        #expect(state.place == .jobForm("digits-batch", "nearest"))
        #expect(state.form.map(JobForm.draft) == Self.draft)
        #expect(!effects.contains { if case .form(.submit) = $0 { true } else { false } })
    }

    @Test func aReadOnlyConsoleGoesOnWithDownloadsAlone() throws {
        var state = AppTests.begun(isReadOnly: true)
        let plan = DataPlan(name: "digits", type: .uriFolder, path: "/tmp/digits")
        let asset = Self.record("a", .failed, .asset(plan))
        _ = App.reduce(&state, .transfers(.listed(records: [asset, Self.left])))
        try state.press("T")
        #expect(try state.press("r").isEmpty)
        #expect(state.notice?.text.contains("read-only") == true)
        #expect(
            try state.press("jr") == [
                .results(.download("batchjob-1", folder: "/tmp/out", overwrites: false))
            ])
    }

    @Test func clearingAsksOnlyWhereSomethingCouldBeGoneOnWith() throws {
        var state = try Self.shown([Self.record("a", .done), Self.upload])
        #expect(try state.press("x") == [.transfers(.forget(["a"]))])
        _ = App.reduce(&state, .transfers(.listed(records: [Self.left, Self.upload])))
        #expect(try state.press("x").isEmpty)
        #expect(App.view(state).plainText.contains("1 of them is not through"))
        #expect(try state.press("y") == [.transfers(.forget(["l"]))])
        _ = App.reduce(&state, .transfers(.listed(records: [Self.upload])))
        #expect(try state.press("x").isEmpty)
        #expect(state.notice?.text == "not now: none has ended")
    }

    @Test func pathAndJobOfATransfer() throws {
        var state = try Self.shown([Self.left])
        #expect(try state.press("y") == [.copy(text: "/tmp/out")])
        _ = try state.press("o")
        #expect(state.place == .jobDetail("batchjob-1"))
        state = try Self.shown([Self.upload])
        _ = try state.press("o")
        #expect(state.notice?.text == "not now: no job has come of it yet")
    }

    @Test func enterShowsTheWholeAndEscapeTheListAgain() throws {
        var state = try Self.shown(
            [Self.record("f", .failed)], Size(rows: 16, columns: 60))
        #expect(!App.view(state).plainText.contains("to /tmp/out"))
        try state.press("<enter>")
        let text = App.view(state).plainText
        #expect(text.contains("to /tmp/out") && text.contains("Failed: The line broke."))
        try state.press("<esc>")
        #expect(state.place == .transfers && state.transferList?.isDetailed == false)
        try state.press("<esc>")
        #expect(state.place == .endpoints)
    }

    @Test func quittingSaysWhatItWouldBreakOffAndAsks() throws {
        var state = AppTests.begun()
        _ = App.reduce(&state, .transfers(.listed(records: [Self.upload])))
        #expect(try state.press("q").isEmpty)
        let words = try #require(state.notice?.text)
        #expect(words.hasPrefix("An upload is under way (inputs of digits-batch/nearest)"))
        #expect(words.contains("T goes on with it later") && words.contains("q once more quits"))
        #expect(try state.press("q") == [.quit])
        state = AppTests.begun()
        _ = App.reduce(&state, .transfers(.listed(records: [Self.left])))
        #expect(try state.press("q") == [.quit], "what is left over holds nobody up")
    }

    @Test func aSignInThatEndsLeavesThemToBeGoneOnWith() throws {
        var state = try Self.shown([Self.upload])
        let question = SignInQuestion(
            page: "https://x.test", code: "ABC", expiresAt: AppTests.now + .seconds(900))
        _ = App.reduce(&state, .signInAsked(question: question))
        try state.press("<ctrl-x>")
        #expect(state.transfers.map(\.state) == [.left])
        #expect(state.transferList?.records.map(\.state) == [.left])
    }

    @Test func theFooterOffersTransfersWhileThereIsSomethingToSee() throws {
        var state = AppTests.begun(Size(rows: 30, columns: 160))
        func footer() -> String { App.view(state).plainText(row: state.size.rows - 1) }
        #expect(!footer().contains("T transfers"))
        _ = App.reduce(&state, .transfers(.listed(records: [Self.left])))
        #expect(footer().contains("T transfers"))
    }

    @Test func anEmptyListSaysWhatWouldBeHere() throws {
        let state = try Self.shown([])
        let text = App.view(state).plainText
        #expect(text.contains("No transfers in this session"))
        #expect(text.contains("ctrl-s") && text.contains("d on a job's"))
    }

    @Test func namesFromOutsideSteerNothingAndEverySizeIsDrawn() throws {
        let evil = Self.record(
            "e", .left, .results(job: "job\u{1B}[31m", folder: "/tmp/\u{202E}out"))
        var state = try Self.shown([evil])
        #expect(!App.view(state).plainText.contains("\u{1B}"))
        for isDetailed in [false, true] {
            state.transferList?.isDetailed = isDetailed
            for rows in 1...14 {
                for columns in [1, 2, 7, 30, 84, 160] {
                    let size = Size(rows: rows, columns: columns)
                    _ = App.reduce(&state, .resized(size: size))
                    #expect(App.view(state).size == size)
                }
            }
        }
    }
}
