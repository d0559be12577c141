import BatchModel
import ConsoleGrid
import TestSupport
import Testing

@testable import ConsoleCore

/// The screen's pictures, as a person sees them.
@Suite struct EndpointsScreenTests {
    private typealias Fixture = EndpointsFixture

    @Test func theListAtEightyByTwentyFour() {
        let state = Fixture.known(Size(rows: 22, columns: 80))
        #expect(
            state.picture().plainText == """
                ┌ Endpoints 5 ─────────────────────────────────────────────────────────────────┐
                │   endpoint                           kind      running  default              │
                │ ▸ digits-batch                       model          ●1  nearest              │
                │   flaky-batch                        model              flaky                │
                │   hello-batch                        pipeline           hello                │
                │   tumour-pipeline                    pipeline           score-with-prep      │
                │   wine-classifier                    model          ●1  gnb                  │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                └──────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func anEndpointsPageWithABrokenDeploymentAtEightyByTwentyFour() throws {
        var state = Fixture.withBroken(Size(rows: 22, columns: 80))
        try state.press("<enter>G")
        #expect(
            state.picture().plainText == """
                ┌ digits-batch ────────────────────────────────────────────────────────────────┐
                │ Handwritten digits to numbers.                                               │
                │   Deployments             state       kind      default  workers  mini-batch │
                │   nearest                             model        ✓           2          10 │
                │   nearest-summary                     model                    2          20 │
                │ ▸ quadratic               ✗ Failed    model                                  │
                │ ✗ quadratic is Failed: endpoints/digits-batch/quadratic/deployment.yml:7:    │
                │   mini_batch_size is "ten". Give a whole number such as 10.                  │
                ├ Recent jobs ─────────────────────────────────────────────────────────────────┤
                │      job              status        progress         deployment          age │
                │   ●  batchjob-7f3a    Running       ▕████▊░░▏ 41/60  nearest             8 s │
                │   ✓  monday digits    Completed     60/60            nearest           2 min │
                │   ✗  batchjob-0b77    Failed        12/60 3 failed   nearest-summa…      2 h │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                └──────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func theListWithAFilterAtSixtyBySixteen() throws {
        var state = Fixture.known(Size(rows: 14, columns: 60))
        try state.press("/batch<space>kind:model")
        #expect(
            state.picture().plainText == """
                ┌ Endpoints 2 of 5 ────────────────────────────────────────┐
                │ /batch kind:model                                        │
                │   endpoint              kind      running  default       │
                │ ▸ digits-batch          model          ●1  nearest       │
                │   flaky-batch           model              flaky         │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func anEndpointsPageAtSixtyBySixteen() throws {
        var state = Fixture.known(Size(rows: 14, columns: 60))
        try state.press("<enter><tab>")
        #expect(
            state.picture().plainText == """
                ┌ digits-batch ────────────────────────────────────────────┐
                │ Handwritten digits to numbers.                           │
                │   Deployments     kind      default  workers  mini-batch │
                │   nearest         model        ✓           2          10 │
                │   nearest-summa…  model                    2          20 │
                │   nearest: One nearest neighbour.                        │
                ├ Recent jobs ─────────────────────────────────────────────┤
                │      job             status        progress          age │
                │ ▸ ●  batchjob-7f3a   Running       41/60             8 s │
                │   ✓  monday digits   Completed     60/60           2 min │
                │   ✗  batchjob-0b77   Failed        12/60 3 fail      2 h │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aLowPageShowsTheListThatHasTheFocusInASCII() throws {
        var state = Fixture.known(Size(rows: 8, columns: 40))
        try state.press("<backtab>j")
        #expect(
            state.picture(glyphs: .ascii).plainText == """
                + digits-batch - recent jobs ----------+
                |      job                status       |
                |   *  batchjob-7f3a      Running      |
                | > v  monday digits      Completed    |
                |   x  batchjob-0b77      Failed       |
                |                                      |
                |                                      |
                +--------------------------------------+
                """)
    }

    @Test func whatWasLastSeenHasItsAgeAtHundredSixtyByFifty() {
        var state = Endpoints.State(lastSeen: Fixture.lastSeen(7_300))
        state.resized(to: Size(rows: 48, columns: 160))
        #expect(
            state.picture().plainText == """
                ┌ Endpoints 5 ───────────────────────────────┐┌ digits-batch ──────────────────────────────────────────────────────────────────────────────────────────────────┐
                │ ▸ digits-batch               model      ●1 ││ Handwritten digits to numbers.                                                                                 │
                │   flaky-batch                model         ││   Deployments                         kind      default  workers  mini-batch                                   │
                │   hello-batch                pipeline      ││   nearest                             model        ✓           2          10                                   │
                │   tumour-pipeline            pipeline      ││   nearest-summary                     model                    2          20                                   │
                │   wine-classifier            model      ●1 ││   nearest: One nearest neighbour.                                                                              │
                │                                            │├ Recent jobs ────────────────────────────────────────────────────────────────────────────────────────── 2 h old ┤
                │                                            ││      job                       status        progress                  deployment                took      age │
                │                                            ││   ●  batchjob-7f3a             Running       ▕██████████▉░░░░░▏ 41/60  nearest                   0:06      8 s │
                │                                            ││   ✓  monday digits             Completed     60/60                     nearest                  4.0 s    2 min │
                │                                            ││   ✗  batchjob-0b77             Failed        12/60 3 failed            nearest-summary           1:30      2 h │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                │                                            ││                                                                                                                │
                └─────────────────────────────────── 2 h old ┘└─────────────────────────────────────────────────────────────────────────────────────────────────────── 2 h old ┘
                """)
    }

    @Test func aPipelinesPageAtHundred() throws {
        var state = Fixture.known(Size(rows: 12, columns: 100))
        try state.press("jjj<tab>")
        #expect(
            state.picture().plainText == """
                ┌ Endpoints 5 ────────────────────┐┌ tumour-pipeline ──────────────────────────────────────────────┐
                │   digits-batch    model      ●1 ││   Deployments              kind      default  inputs  outputs │
                │   flaky-batch     model         ││ ▸ score-with-prep          pipeline     ✓          2        1 │
                │   hello-batch     pipeline      │├ Recent jobs ──────────────────────────────────────────────────┤
                │ ▸ tumour-pipeline pipeline      ││ No jobs yet: n makes one.                                     │
                │   wine-classifier model      ●1 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                └─────────────────────────────────┘└───────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func failuresStandBelowWhatIsStillKnown() {
        var state = Fixture.known(Size(rows: 20, columns: 100))
        let later = Fixture.now + .seconds(14)
        state.take(.endpointsRefused(failure: Fixture.unreachable), at: later)
        var failure = Fixture.unreachable
        failure.operation = "list the jobs of digits-batch"
        state.take(
            .jobsRefused(query: Fixture.query("digits-batch"), failure: failure), at: later)
        #expect(
            state.picture(at: later).plainText == """
                ┌ Endpoints 5 ────────────────────┐┌ digits-batch ─────────────────────────────────────────────────┐
                │ ▸ digits-batch    model      ●1 ││ Handwritten digits to numbers.                                │
                │   flaky-batch     model         ││   Deployments          kind      default  workers  mini-batch │
                │   hello-batch     pipeline      ││   nearest              model        ✓           2          10 │
                │   tumour-pipeline pipeline      ││   nearest-summary      model                    2          20 │
                │   wine-classifier model      ●1 ││   nearest: One nearest neighbour.                             │
                │                                 │├ Recent jobs ──────────────────────────────────────── 14 s old ┤
                │                                 ││      job               status        progress             age │
                │                                 ││   ●  batchjob-7f3a     Running       ▕████▊░░▏ 41/60     22 s │
                │                                 ││   ✓  monday digits     Completed     60/60              2 min │
                │                                 ││   ✗  batchjob-0b77     Failed        12/60 3 failed       2 h │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │ ✗ Could not list the endpoints: ││                                                               │
                │   nothing answers at            ││                                                               │
                │   127.0.0.1:8600. Start the     ││                                                               │
                │   engine: batchdeck engine      ││ ✗ Could not list the jobs of digits-batch: nothing answers at │
                │   start.                        ││   127.0.0.1:8600. Start the engine: batchdeck engine start.   │
                └─────────────────────── 14 s old ┘└───────────────────────────────────────────────────── 14 s old ┘
                """)
    }

    @Test func beforeAnythingIsKnownAndWithNothingThere() {
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 7, columns: 60))
        #expect(
            state.picture().plainText == """
                ┌ Endpoints ───────────────────────────────────────────────┐
                │ Asking for the endpoints.                                │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                """)
        state.take(.endpointsRefused(failure: Fixture.unreachable))
        #expect(
            state.picture().plainText == """
                ┌ Endpoints ───────────────────────────────────────────────┐
                │ Could not list the endpoints: nothing answers at         │
                │ 127.0.0.1:8600. Start the engine: batchdeck engine       │
                │ start.                                                   │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                """)
        state.take(.endpointsLoaded(endpoints: [], at: Fixture.now))
        #expect(
            state.picture().plainText == """
                ┌ Endpoints 0 ─────────────────────────────────────────────┐
                │ No endpoints yet. Put an endpoint.yml under              │
                │ endpoints/<name>/ in the workspace folder, or run        │
                │ batchdeck endpoint create -f endpoint.yml, then r. D     │
                │ looks whether something is wrong.                        │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aNewEndpointSaysWhatItsListsWaitFor() {
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 15, columns: 90))
        let new = Endpoint(
            name: "new-one", summary: "Tries things out.", provisioningState: "Creating")
        state.take(.endpointsLoaded(endpoints: [new, Fixture.wine], at: Fixture.now))
        #expect(
            state.picture().plainText == """
                ┌ Endpoints 2 ────────────────────┐┌ new-one ────────────────────────────────────────────┐
                │ ▸ new-one              Creating ││ The endpoint is Creating.                           │
                │   wine-classifier               ││ Tries things out.                                   │
                │                                 ││ Asking for the deployments.                         │
                │                                 │├ Recent jobs ────────────────────────────────────────┤
                │                                 ││ Asking for the jobs.                                │
                │                                 ││                                                     │
                │                                 ││                                                     │
                │                                 ││                                                     │
                │                                 ││                                                     │
                │                                 ││                                                     │
                │                                 ││                                                     │
                │                                 ││                                                     │
                │                                 ││                                                     │
                └─────────────────────────────────┘└─────────────────────────────────────────────────────┘
                """)
        state.take(.deploymentsLoaded(endpoint: "new-one", deployments: []))
        state.take(.jobsLoaded(query: Fixture.query("new-one"), page: Fixture.page([])))
        #expect(
            state.picture().plainText == """
                ┌ Endpoints 2 ────────────────────┐┌ new-one ────────────────────────────────────────────┐
                │ ▸ new-one              Creating ││ The endpoint is Creating.                           │
                │   wine-classifier               ││ Tries things out.                                   │
                │                                 ││ No deployments yet. Put a deployment.yml under      │
                │                                 ││ endpoints/new-one/<deployment>/ in the workspace    │
                │                                 ││ folder, then r.                                     │
                │                                 │├ Recent jobs ────────────────────────────────────────┤
                │                                 ││ No jobs yet: n makes one.                           │
                │                                 ││                                                     │
                │                                 ││                                                     │
                │                                 ││                                                     │
                │                                 ││                                                     │
                │                                 ││                                                     │
                │                                 ││                                                     │
                └─────────────────────────────────┘└─────────────────────────────────────────────────────┘
                """)
    }

    @Test func aDefaultDeploymentThatIsNotThereIsSaid() throws {
        var state = Fixture.known(Size(rows: 22, columns: 80))
        state.take(.deploymentsLoaded(endpoint: "digits-batch", deployments: [Fixture.summary]))
        try state.press("<enter>")
        #expect(
            state.picture().plainText == """
                ┌ digits-batch ────────────────────────────────────────────────────────────────┐
                │ Handwritten digits to numbers.                                               │
                │   Deployments                         kind      default  workers  mini-batch │
                │ ▸ nearest-summary                     model                    2          20 │
                │ ! The default deployment nearest is not there: it was deleted, or its        │
                │   deployment.yml cannot be read.                                             │
                ├ Recent jobs ─────────────────────────────────────────────────────────────────┤
                │      job              status        progress         deployment          age │
                │   ●  batchjob-7f3a    Running       ▕████▊░░▏ 41/60  nearest             8 s │
                │   ✓  monday digits    Completed     60/60            nearest           2 min │
                │   ✗  batchjob-0b77    Failed        12/60 3 failed   nearest-summa…      2 h │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                └──────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aFilterThatCannotBeReadSaysWhy() throws {
        var state = Fixture.known(Size(rows: 14, columns: 60))
        try state.press("/")
        state.take(.filterEdited(key: .paste("colour:red")))
        #expect(
            state.picture().plainText == """
                ┌ Endpoints 5 ─────────────────────────────────────────────┐
                │ /colour:red                                              │
                │   endpoint              kind      running  default       │
                │ ▸ digits-batch          model          ●1  nearest       │
                │   flaky-batch           model              flaky         │
                │   hello-batch           pipeline           hello         │
                │   tumour-pipeline       pipeline           score-with-p… │
                │   wine-classifier       model          ●1  gnb           │
                │                                                          │
                │                                                          │
                │                                                          │
                │ ! Filter word "colour:": there is no such column.        │
                │   Columns here: name, kind, state, running.              │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func theLettersOfTheFilterAndTheSelectionStandOut() throws {
        var state = Fixture.known(Size(rows: 14, columns: 60))
        try state.press("/wine<enter>")
        #expect(
            state.picture().styledText(row: 3) == """
                ‹focusBorder:│› ‹accent+bold/selection:▸›‹text/selection: ›‹match/selection:wine›‹text/selection:-classifier     ›‹text/selection:  ›‹dim/selection:model   ›‹text/selection:  ›‹running/selection:     ●1›‹text/selection:  ›‹dim/selection:gnb          › ‹focusBorder:│›
                """)
    }

    @Test func nothingFromOutsideReachesTheScreenUnsanitised() {
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 12, columns: 90))
        let evil = "a\u{1B}[31mb\u{202E}c\nd"
        let endpoint = Endpoint(
            name: Endpoint.Name(evil), summary: evil, defaultDeployment: Deployment.Name(evil),
            provisioningState: evil)
        state.take(.endpointsLoaded(endpoints: [endpoint], at: Fixture.now))
        let deployment = Deployment(
            name: Deployment.Name(evil), endpoint: Endpoint.Name(evil),
            kind: .model(ModelSettings()), summary: evil, provisioningState: "Failed")
        state.take(
            .deploymentsLoaded(endpoint: Endpoint.Name(evil), deployments: [deployment]))
        let text = state.picture().plainText
        #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 12)
    }

    /// Random keys, clicks and answers at random sizes: the picture is always made, the selection always exists.
    @Test func aRandomWalkNeverTraps() throws {
        var dice = SplitMix(seed: 11)
        let keys = try KeyScript.parse(
            """
            a e : / ! > 0 <space> <tab> <backtab> <enter> <esc> <up> <down> <left> <right> <home>
            <end> <pgup> <pgdn> <backspace> <ctrl-u> <ctrl-d> j k h l g G n r y <paste:kind:model>
            """)
        var state = Fixture.known()
        for step in 0..<3_000 {
            if step % 300 == 0 {
                state =
                    step % 600 == 0
                    ? Fixture.withBroken() : Endpoints.State(lastSeen: Fixture.lastSeen(50))
            }
            if dice.below(15) == 0 {
                state.resized(to: Size(rows: dice.below(40), columns: dice.below(170)))
            }
            let now = Fixture.now + .seconds(step)
            if case .send(let action)? = Endpoints.keys.verdict(for: key(keys, &dice), in: state) {
                state.take(action, at: now)
            }
            if dice.below(4) == 0 { state.take(answer(&dice, now), at: now) }
            if !state.shown.isEmpty { #expect(state.selectedEndpoint != nil) }
            _ = state.picture()
            _ = Endpoints.keys.hints(in: state)
            _ = Endpoints.trackedJobs(state)
        }
    }

    @Test func everySizeIsDrawnWithAndWithoutBeingTold() throws {
        let wide = Fixture.withBroken()
        let sizes = (0...12).flatMap { rows in
            (0...40).map { Size(rows: rows, columns: $0) }
        }
        for size in sizes + [Size(rows: 200, columns: 400), Size(rows: 3, columns: 300)] {
            for script in ["", "<tab>G", "<backtab>G", "/x"] {
                var state = wide
                try state.press(script)
                var screen = Screen(size: size)
                let place = screen.bounds.inset(rows: dice(size), columns: dice(size))
                let context = ViewContext(glyphs: .ascii, now: Fixture.now)
                Endpoints.draw(state, on: &screen, in: place, context: context)
                state.resized(to: size)
                _ = state.picture()
            }
        }
    }

    private func dice(_ size: Size) -> Int { (size.rows + size.columns) % 2 }

    private func key(_ keys: [KeyPress], _ dice: inout SplitMix) -> KeyPress {
        guard dice.below(4) == 0 else { return keys[dice.below(keys.count)] }
        let kinds = MouseEvent.Kind.allCases
        return .mouse(
            MouseEvent(
                kind: kinds[dice.below(kinds.count)],
                position: Point(row: dice.below(40) - 1, column: dice.below(170) - 1)))
    }

    private func answer(_ dice: inout SplitMix, _ now: Timestamp) -> Endpoints.Action {
        let names: [Endpoint.Name] = ["digits-batch", "wine-classifier", "elsewhere"]
        let name = names[dice.below(3)]
        let count = dice.below(30)
        let jobs = Fixture.jobs(count, of: name, status: count % 2 == 0 ? .running : .failed)
        switch dice.below(9) {
        case 0:
            return .endpointsLoaded(
                endpoints: Array(Fixture.endpoints.prefix(dice.below(6))), at: now)
        case 1: return .endpointsRefused(failure: Fixture.unreachable)
        case 2:
            let all = [Fixture.broken, Fixture.nearest, Fixture.gnb, Fixture.summary]
            return .deploymentsLoaded(
                endpoint: name, deployments: Array(all.prefix(dice.below(5))))
        case 3: return .deploymentsRefused(endpoint: name, failure: Fixture.unreachable)
        case 4:
            return .jobsLoaded(
                query: Fixture.query(name), page: Fixture.page(jobs, asOf: now))
        case 5: return .jobsRefused(query: Fixture.query(name), failure: Fixture.unreachable)
        case 6:
            return .jobsLoaded(
                query: Fixture.allQuery, page: Fixture.page(jobs, hasMore: true, asOf: now))
        case 7: return .jobsChanged(jobs: jobs, at: now)
        default: return .ticked
        }
    }
}
