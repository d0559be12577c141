import BatchModel
import ConsoleGrid
import TestSupport
import Testing

@testable import ConsoleCore

/// Which key does what where.
@Suite struct JobFormKeysTests {
    @Test(arguments: [
        ("<tab>", JobForm.Field.output(name: "score")), ("<down>", .output(name: "score")),
        ("<enter>", .output(name: "score")), ("<backtab>", .deployment), ("<up>", .deployment),
        ("<up>j", .input(name: "input")), ("<up>G", .submit), ("<up>Gg", .deployment),
        ("<up>Gk", .jobName), ("<up><up>", .deployment),
    ])
    func rowsAreWalkedByTheUsualKeys(script: String, field: JobForm.Field) throws {
        var state = FormFixture.digits()
        try state.press(script)
        #expect(state.focus == field)
    }

    @Test func enterOnTheSubmitRowSubmits() throws {
        var state = FormFixture.digits()
        #expect(try state.press("<up>G<enter>").effects == [.submit(JobForm.draft(of: state))])
    }

    @Test func lettersAreTextInTextAndNothingElsewhere() throws {
        var state = FormFixture.digits()
        #expect(JobForm.front(of: state).isTyping)
        try state.press("jkq?g")
        #expect(state.text(of: .input(name: "input")) == "jkq?g")
        try state.press("<up>")
        #expect(!JobForm.front(of: state).isTyping)
        #expect(JobForm.front(of: state).verdict(for: .character("q")) == nil)
        #expect(JobForm.front(of: state).verdict(for: .character("?")) == nil)
    }

    @Test func theExperimentNameIsRefusedWithTheReason() throws {
        var state = FormFixture.digits()
        try state.press("<up>Gk<up>")
        #expect(state.focus == .experimentName)
        #expect(
            try state.press("x").refusals
                == ["only pipeline component deployments take an experiment name"])
        #expect(!JobForm.front(of: state).isTyping)
    }

    @Test func escapeClosesWhatIsOpenAndIsElseLeftToTheConsole() throws {
        var state = FormFixture.digits()
        #expect(JobForm.front(of: state).verdict(for: .escape) == nil)
        try state.press("<ctrl-space><esc>")
        #expect(state.completion == nil)
        try state.press("<ctrl-r>")
        #expect(state.isFormCovered)
        try state.press("<esc>")
        #expect(!state.isFormCovered)
        #expect(JobForm.front(of: state).verdict(for: .escape) == nil)
    }

    @Test func theArrowListsOnlyBehindTheLastLetter() throws {
        var state = FormFixture.digits()
        try state.press("ab<left><right>")
        #expect(state.completion == nil)
        try state.press("<right>")
        #expect(state.completion != nil)
    }

    @Test func keysOverTheRequestDoNotReachTheForm() throws {
        var state = FormFixture.digits()
        try state.press("<ctrl-r>")
        let before = state
        try state.press("x<ctrl-w><down>j<pgdn>G<tab>")
        #expect(state.entry == before.entry)
        #expect(state.focus == before.focus)
    }

    @Test func choicesGoRoundAndHaveAStopForTheDefault() throws {
        var state = FormFixture.pipeline()
        let mode = JobForm.Field.input(name: "score_mode")
        try state.press("<down>")
        var seen: [String] = []
        for key in ["l", "<space>", "<right>", "h"] {
            try state.press(key)
            seen.append(state.text(of: mode))
        }
        #expect(seen == ["append", "prediction_only", "", "prediction_only"])
    }

    @Test func hintsNameWhatTheFocusedRowCanDo() throws {
        var state = FormFixture.digits()
        #expect(
            JobForm.front(of: state).hints.map(\.text) == [
                "submit", "next row", "list", "pick data", "request", "undo", "sweep", "presets",
            ])
        try state.press("<up>")
        #expect(JobForm.front(of: state).hints.map(\.text).contains("choose"))
        try state.press("<ctrl-space>")
        #expect(
            JobForm.front(of: state).hints.prefix(3).map(\.text) == ["take", "choose", "close"])
    }

    @Test func everyRowOfTheTableHasAHelpSentence() {
        for row in JobForm.keys.helpRows {
            #expect(row.help.hasSuffix("."), "\(row)")
            #expect(!row.keys.isEmpty)
        }
    }

    @Test func theWheelWalksTheRowsAndScrollsTheRequest() throws {
        var state = FormFixture.digits()
        let down = KeyPress.mouse(
            MouseEvent(kind: .wheelDown, position: Point(row: 1, column: 1)))
        guard case .send(.rowMoved(step: .down))? = JobForm.front(of: state).verdict(for: down)
        else {
            Issue.record("the wheel did not move the focus")
            return
        }
        try state.press("<ctrl-r>")
        guard
            case .send(.requestScrolled(step: .down))? = JobForm.front(of: state).verdict(for: down)
        else {
            Issue.record("the wheel did not scroll the request")
            return
        }
    }

    /// Two thousand random keys and answers at random sizes: the picture is always made, the focus always exists.
    @Test func aRandomWalkNeverTrapsAndKeepsTheFocusOnARow() throws {
        var dice = SplitMix(seed: 7)
        let keys = try KeyScript.parse(
            """
            a z 1 . / : @ - <space> <tab> <backtab> <enter> <esc> <up> <down> <left> <right> <home>
            <end> <pgup> <pgdn> <backspace> <del> <ctrl-space> <ctrl-u> <ctrl-z> <ctrl-y> <ctrl-r>
            <ctrl-s> <f5> <alt-y> <ctrl-o> <alt-s> <alt-p> <alt-r> y n x r s , j k h l g G <paste:azureml:digits-data@latest> <paste:./data/>
            """)
        let failure = ServiceFailure(kind: .rejected, operation: "submit", detail: "no")
        var state = FormFixture.digits()
        for step in 0..<2_000 {
            if step % 200 == 0 {
                state = step % 400 == 0 ? FormFixture.digits() : FormFixture.pipeline()
            }
            if dice.below(20) == 0 {
                state.resized(to: Size(rows: dice.below(40), columns: dice.below(170)))
            }
            let key = keys[dice.below(keys.count)]
            var effects: [JobForm.Effect] = []
            if case .send(let action)? = JobForm.front(of: state).verdict(for: key) {
                effects = state.take(action)
            }
            for effect in effects where dice.below(3) > 0 { answer(effect, in: &state, failure) }
            #expect(JobForm.rows(in: state).contains { $0.field == state.focus })
            _ = state.picture()
            _ = JobForm.front(of: state).hints
        }
        for rows in 0...6 {
            for columns in 0...12 {
                state.resized(to: Size(rows: rows, columns: columns))
                _ = state.picture(glyphs: .ascii)
            }
        }
    }

    private func answer(
        _ effect: JobForm.Effect, in state: inout JobForm.State, _ failure: ServiceFailure
    ) {
        switch effect {
        case .loadDeployments(let endpoint):
            state.take(
                .deploymentsLoaded(
                    endpoint: endpoint,
                    deployments: [FormFixture.nearest, FormFixture.summary, FormFixture.tumour]))
        case .look(let reference, _):
            state.take(.looked(reference: reference, finding: FormFixture.found))
        case .complete(_, let text):
            state.take(
                .completionsFound(for: text, candidates: ["azureml:a", "./data/", text + "x"]))
        case .preview(let draft):
            let request = RequestPreview(method: "POST", url: "u", headers: [], body: "{\n}")
            state.take(.previewReady(draft: draft, preview: request))
        case .submit: state.take(.jobRefused(failure: failure))
        case .submitSwept(_, let index):
            state.take(.sweptRefused(index: index, failure: failure))
        case .lookBeside(let references, _):
            for reference in references {
                state.take(.looked(reference: reference, finding: FormFixture.found))
            }
        case .picker(.list(let spot, _)):
            state.take(.picker(.listRefused(spot: spot, failure: failure)))
        case .presets(.list): state.take(.presets(.listRefused(failure: failure)))
        case .readJob: state.take(.readRefused(failure: failure))
        case .loadPast(let job): state.take(.pastRefused(job: job, failure: failure))
        case .picker, .presets, .loadRecent, .open, .copy: break
        }
    }
}
