import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

private typealias Fixture = JobDetailFixture

/// Which log is shown and how it is read.
@Suite struct JobDetailLogTests {
    private let limit = JobDetail.Log.readLimit

    private func read(_ file: String, at offset: Int64 = 0) -> JobDetail.Effect {
        .readLog(run: Fixture.scoring, file: file, offset: offset, limit: limit)
    }

    private func loaded(_ names: [String]) -> (JobDetail.State, [JobDetail.Effect]) {
        var state = Fixture.state()
        state.take(.snapshotArrived(snapshot: Fixture.snapshot()))
        let effects = state.take(
            .logFilesLoaded(run: Fixture.scoring, files: Fixture.files(names)))
        return (state, effects)
    }

    // MARK: - Saving

    private func shown() -> JobDetail.State {
        var (state, _) = loaded([Fixture.overview, Fixture.stdout])
        let chunk = Fixture.chunk("hello\n")
        state.take(.logRead(run: Fixture.scoring, file: Fixture.stdout, chunk: chunk))
        return state
    }

    @Test func aLogIsSavedUnderAPathAndReplacesOnlyByASecondEnter() throws {
        var state = shown()
        try state.press("s")
        #expect(JobDetail.keys.isTyping(in: state))
        let name = "./\(state.id)-\(Fixture.stdout.lastSegment)"
        #expect(state.save.prompt?.value == name)
        #expect(state.picture().plainText.contains("save to "))
        try state.press("<ctrl-u>my.log")
        func order(replaces: Bool) -> JobDetail.Effect {
            .saveLog(
                state.id, run: Fixture.scoring, file: Fixture.stdout, path: "my.log",
                replaces: replaces)
        }
        #expect(try state.press("<enter>").effects == [order(replaces: false)])
        #expect(
            try state.press("s").refusals == ["a log is being written to my.log"])
        let taken = ServiceFailure(kind: .conflict, operation: "write my.log", detail: "is there")
        state.take(.save(.refused(failure: taken)))
        #expect(state.picture().plainText.contains("replaces what is there"))
        #expect(try state.press("<enter>").effects == [order(replaces: true)])
        state.take(.save(.finished(path: "/w/my.log", bytes: 6)))
        #expect(state.notice?.text == "Saved 6 B in /w/my.log.")
        #expect(!state.isTyping)
    }

    @Test func aRefusedSaveSaysWhyAndKeepsThePath() throws {
        var state = shown()
        try state.press("s<ctrl-u>/nowhere/a.log<enter>")
        state.take(.save(.refused(failure: Fixture.lost)))
        #expect(state.save.prompt?.value == "/nowhere/a.log")
        #expect(state.notice?.isFailure == true)
        try state.press("<esc>")
        #expect(state.save == JobDetail.Save())
    }

    @Test func theSelectedFileStaysSelectedWhenAnotherComesBeforeIt() throws {
        var state = shown()
        try state.press("fG")
        let files = Fixture.files([Fixture.overview, "logs/a_first.txt", Fixture.stdout])
        state.take(.logFilesLoaded(run: Fixture.scoring, files: files))
        try state.press("<enter>")
        #expect(state.log.file == Fixture.stdout)
    }

    // MARK: - Choosing

    @Test func whatTheScriptPrintedIsLookedIntoAndShown() {
        var (state, effects) = loaded([Fixture.overview, Fixture.stdout, "user_logs/std_log_0.txt"])
        #expect(effects == [read(Fixture.stdout)])
        #expect(state.log.file == nil)
        let answer = Fixture.chunk("hello\n")
        #expect(
            state.take(.logRead(run: Fixture.scoring, file: Fixture.stdout, chunk: answer))
                .isEmpty)
        #expect(state.log.file == Fixture.stdout)
        #expect(state.log.text[0] == "hello")
    }

    @Test func whereItPrintedNothingTheNewestProgressIsShown() {
        let other = "logs/user/stdout/0/process001.stdout.txt"
        let old = "logs/job_progress_overview.2026112207.txt"
        var (state, effects) = loaded([old, Fixture.overview, Fixture.stdout, other])
        let empty = Fixture.chunk("")
        effects = state.take(.logRead(run: Fixture.scoring, file: Fixture.stdout, chunk: empty))
        #expect(effects == [read(other)])
        effects = state.take(
            .logRefused(run: Fixture.scoring, file: other, failure: Fixture.lost))
        #expect(effects == [read(Fixture.overview)])
        #expect(state.log.file == Fixture.overview)
    }

    @Test func theChoiceFollowsWhenTheScriptPrintsLater() {
        var (state, _) = loaded([Fixture.overview])
        #expect(state.log.file == Fixture.overview)
        state.take(.ticked, now: Fixture.at(36))
        let files = Fixture.files([Fixture.overview, Fixture.stdout])
        #expect(
            state.take(.logFilesLoaded(run: Fixture.scoring, files: files))
                == [read(Fixture.stdout)])
        let chunk = Fixture.chunk("hi\n")
        state.take(.logRead(run: Fixture.scoring, file: Fixture.stdout, chunk: chunk))
        #expect(state.log.file == Fixture.stdout)
    }

    @Test func aFileThatAPersonChoseStays() throws {
        var (state, _) = loaded([Fixture.overview])
        try state.press("f<enter>")
        let files = Fixture.files([Fixture.overview, Fixture.stdout])
        #expect(state.take(.logFilesLoaded(run: Fixture.scoring, files: files)).isEmpty)
        #expect(state.log.file == Fixture.overview)
    }

    @Test func aFileChosenWhileItIsLookedIntoIsNotAskedForTwice() throws {
        var (state, _) = loaded([Fixture.overview, Fixture.stdout])
        let effects = try state.press("fj<enter>").effects
        #expect(effects.isEmpty)
        #expect(state.log.file == Fixture.stdout)
        let chunk = Fixture.chunk("hi\n")
        state.take(.logRead(run: Fixture.scoring, file: Fixture.stdout, chunk: chunk))
        #expect(state.log.text.count == 1)
    }

    @Test(arguments: [
        (["user_logs/std_log_0.txt", "system_logs/a.txt"], "user_logs/std_log_0.txt"),
        (["logs/azureml/executionlogs.txt", "a.txt"], "logs/azureml/executionlogs.txt"),
        (["b.txt", "a.txt"], "a.txt"),
    ])
    func otherRunsShowWhatTheyHave(names: [String], file: String) {
        let (state, effects) = loaded(names)
        #expect(state.log.file == file)
        #expect(effects == [read(file)])
    }

    @Test func filesAreWalkedRoundAndRound() throws {
        var (state, _) = loaded(["a.txt", "b.txt", "c.txt"])
        var seen: [String?] = []
        for key in ["<gt>", "]", "]", "<lt>", "["] {
            try state.press(key)
            seen.append(state.log.file)
        }
        #expect(seen == ["b.txt", "c.txt", "a.txt", "c.txt", "b.txt"])
        var (lone, _) = loaded(["a.txt"])
        #expect(try lone.press("]").refusals == ["there is no other log file"])
    }

    @Test func anotherStepShowsItsOwnLogs() throws {
        var state = Fixture.state()
        #expect(
            state.take(.snapshotArrived(snapshot: Fixture.pipeline()))
                == [.loadLogFiles(run: "score-1")])
        #expect(try state.press("<tab>k").effects == [.loadLogFiles(run: "prep-1")])
        #expect(try state.press("k").effects == [.loadLogFiles(run: "batchjob-7f3a")])
        state.take(.logFilesLoaded(run: "prep-1", files: Fixture.files(["a.txt"])))
        #expect(state.log.file == nil)
        #expect(
            try state.press("j").effects == [
                .readLog(run: "prep-1", file: "a.txt", offset: 0, limit: limit)
            ])
    }

    @Test func theStepThatRunsIsFollowedUnlessSomebodyReads() throws {
        var state = Fixture.state()
        var later = Fixture.pipeline()
        state.take(.snapshotArrived(snapshot: later))
        state.take(.logFilesLoaded(run: "score-1", files: Fixture.files(["a.txt"])))
        state.take(.logRead(run: "score-1", file: "a.txt", chunk: Fixture.chunk(Fixture.log)))
        try state.press("k")
        later.steps[1].status = .completed
        later.steps[2].status = .running
        #expect(state.take(.snapshotArrived(snapshot: later)).isEmpty)
        #expect(state.run == "score-1")
        #expect(try state.press("G").effects == [.loadLogFiles(run: "report-1")])
    }

    // MARK: - Reading

    @Test func aLogIsReadOnFromWhereItEnded() {
        var state = Fixture.running(printed: "one\ntw")
        #expect(state.take(.ticked) == [read(Fixture.stdout, at: 6)])
        #expect(state.take(.ticked).isEmpty)
        state.take(
            .logRead(
                run: Fixture.scoring, file: Fixture.stdout, chunk: Fixture.chunk("o\n", at: 6)))
        #expect((0..<state.log.text.count).map { state.log.text[$0] } == ["one", "two"])
    }

    @Test func anAnswerForAnotherRangeIsDropped() {
        var state = Fixture.running(printed: "one\n")
        state.take(.ticked)
        let stray = Fixture.chunk("one\n")
        state.take(.logRead(run: Fixture.scoring, file: Fixture.stdout, chunk: stray))
        #expect(state.log.text.count == 1)
        #expect(state.log.asked?.offset == 4)
    }

    @Test func aLongLogIsJoinedAtItsEndAndReadFromItsBeginningOnDemand() throws {
        let total: Int64 = 1 << 20
        var (state, _) = loaded(["a.txt"])
        let first = Fixture.chunk(String(repeating: "x", count: limit), total: total)
        let start = total - Int64(limit)
        #expect(
            state.take(.logRead(run: Fixture.scoring, file: "a.txt", chunk: first))
                == [read("a.txt", at: start)])
        let text = "rest of a line\n" + String(repeating: "line\n", count: 500)
        let last = Fixture.chunk(text, at: start, total: start + Int64(text.utf8.count))
        state.take(.logRead(run: Fixture.scoring, file: "a.txt", chunk: last))
        #expect(state.log.text.start == start + 15)
        #expect(state.log.scroll.isAtEnd)
        #expect(
            state.picture().plainText.contains(
                "the first 960.0 KiB are left out; g reads from the beginning"))
        #expect(try state.press("g").effects == [read("a.txt")])
        let lines = String(repeating: "first\n", count: limit / 6)
        state.take(
            .logRead(
                run: Fixture.scoring, file: "a.txt", chunk: Fixture.chunk(lines, total: total)))
        #expect(state.log.scroll.offset == 0)
        #expect(state.log.text.start == 0)
        #expect(state.log.text.next == 30_000, "the store is full, the rest is read later")
        #expect(try state.press("G").effects == [read("a.txt", at: start)])
    }

    @Test func readingFromTheBeginningStopsWhereItWouldPushOutWhatIsRead() {
        var (state, _) = loaded(["a.txt"])
        let total: Int64 = 4 << 20
        let line = String(repeating: "x", count: 255) + "\n"
        let lines = String(repeating: line, count: limit / 256)
        state.take(
            .logRead(
                run: Fixture.scoring, file: "a.txt", chunk: Fixture.chunk(lines, total: total)))
        state.log.readFromStart()
        var effects = JobDetail.settle(&state, now: Fixture.now)
        var reads = 0
        while case .readLog(_, _, let offset, _)? = effects.first {
            reads += 1
            let chunk = Fixture.chunk(lines, at: offset, total: total)
            effects = state.take(.logRead(run: Fixture.scoring, file: "a.txt", chunk: chunk))
        }
        #expect(reads == JobDetail.LogText.byteLimit / limit)
        #expect(state.log.scroll.offset == 0)
        #expect(state.log.text.start == 0)
    }

    @Test func aLogIsReadOnceMoreAfterTheEndAndThenNeverAgain() {
        var state = Fixture.running(printed: "one\n")
        state.take(.snapshotArrived(snapshot: Fixture.snapshot(.completed)))
        #expect(state.take(.ticked) == [read(Fixture.stdout, at: 4)])
        let empty = Fixture.chunk("", at: 4)
        state.take(.logRead(run: Fixture.scoring, file: Fixture.stdout, chunk: empty))
        state.take(
            .logFilesLoaded(run: Fixture.scoring, files: Fixture.files([Fixture.stdout])))
        #expect(state.take(.ticked, now: Fixture.at(90)).isEmpty)
    }

    @Test func aRefusedReadKeepsTheTextAndIsTriedAgainLater() {
        var state = Fixture.running(printed: "one\n")
        state.take(.ticked, now: Fixture.at(31))
        state.take(
            .logRefused(run: Fixture.scoring, file: Fixture.stdout, failure: Fixture.lost),
            now: Fixture.at(31))
        #expect(state.log.text.count == 1)
        #expect(state.take(.ticked, now: Fixture.at(34)).isEmpty)
        #expect(state.take(.ticked, now: Fixture.at(36)).contains(read(Fixture.stdout, at: 4)))
    }

    @Test func theEndIsFollowedUnlessSomebodyLooksElsewhere() throws {
        var state = Fixture.running()
        #expect(state.log.scroll.isAtEnd)
        try state.press("kk")
        let offset = state.log.scroll.offset
        state.take(.ticked)
        let next = state.log.text.next
        state.take(
            .logRead(
                run: Fixture.scoring, file: Fixture.stdout,
                chunk: Fixture.chunk("a\nb\nc\n", at: next)))
        #expect(state.log.scroll.offset == offset)
        try state.press("G")
        #expect(state.log.scroll.isAtEnd)
    }

    @Test func wrappingKeepsThePlace() throws {
        let long = (0..<50).map { "\($0) " + String(repeating: "word ", count: 30) }
        var state = Fixture.running(printed: long.joined(separator: "\n") + "\n")
        try state.press("ggjjjj")
        #expect(state.log.row(state.log.scroll.offset).hasPrefix("4 "))
        try state.press("w")
        #expect(state.log.row(state.log.scroll.offset).hasPrefix("4 "))
        #expect(state.log.scroll.count > 100)
        try state.press("w<right><right>")
        #expect(state.log.scroll.column == 16)
        #expect(state.log.row(state.log.scroll.offset).hasPrefix("4 "))
    }

    @Test func searchingFindsMarksAndWalksMatches() throws {
        var state = Fixture.running()
        try state.press("/error")
        #expect(JobDetail.keys.isTyping(in: state))
        #expect(state.search?.lines == [37])
        try state.press("<enter>")
        #expect(!JobDetail.keys.isTyping(in: state))
        try state.press("/<ctrl-u>BATCH<enter>")
        #expect(state.search?.lines == [])
        try state.press("/<ctrl-u>line<enter>")
        #expect(state.search?.position == 1)
        #expect(state.picture().styledText.contains("‹match+bold+underline:line›"))
        try state.press("/<ctrl-u>mini<enter>g.<enter>.,")
        #expect(state.search?.position != nil)
        try state.press("<esc>")
        #expect(state.search == nil)
        #expect(JobDetail.keys.verdict(for: .escape, in: state) == nil)
    }
}
