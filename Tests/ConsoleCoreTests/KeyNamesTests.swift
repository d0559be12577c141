import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Sentences name the keys in force, not those of the tables.
@Suite struct KeyNamesTests {
    /// Every action of every screen on a key that none has by default.
    private static let moved: Keymap = {
        var keymap = Keymap()
        for sheet in App.keySheets {
            for action in sheet.actions {
                keymap.bind(action.name, on: sheet.screen, to: [.function(12)])
            }
        }
        return keymap
    }()

    /// Keys by default, and what a sentence says that they do.
    private static let keys: Set = [
        "esc", "enter", "tab", "space", "f5", "ctrl-s", "ctrl-n", "ctrl-r", "ctrl-z", "ctrl-space",
        "alt-j", "a", "c", "d", "f", "g", "i", "n", "o", "r", "s", "v", "x", "y", "1", "2", "A",
        "C", "D", "E", "G", "N", "R", "T", "U", "V",
    ]
    private static let verbs: Set = [
        "asks", "brings", "clears", "copies", "does", "downloads", "ends", "forgets", "gives",
        "goes", "keeps", "leaves", "lists", "looks", "makes", "marks", "on", "once", "opens",
        "reads", "registers", "saves", "says", "shows", "starts", "stops", "takes", "there",
        "tries", "writes",
    ]

    /// Words of a picture or a sentence that name a key by default.
    private static func defaults(in text: String) -> [String] {
        let words = text.split { " \n│".contains($0) }.map { word in
            word.filter { !"(),.:;".contains($0) }
        }
        return zip(words, words.dropFirst()).filter { key, verb in
            keys.contains(key) && verbs.contains(verb)
        }.map { "\($0) \($1)" }
    }

    private static func begun(_ place: Place, _ actions: [App.Action] = []) -> App.State {
        var state = App.initial(size: Size(rows: 30, columns: 120), glyphs: .unicode)
        _ = App.reduce(&state, .started(lastSeen: nil, at: AppTests.now))
        _ = App.reduce(&state, .settingsRead(settings: App.Settings(keymap: moved)))
        _ = App.reduce(
            &state, .endpoints(.endpointsLoaded(endpoints: [], at: AppTests.now)))
        _ = App.open(place, in: &state)
        for action in actions { _ = App.reduce(&state, action) }
        return state
    }

    private static let silence = ServiceFailure(
        kind: .unreachable, operation: "ask", detail: "nobody answers.")
    private static let query = JobListQuery(start: 0, count: 100)
    private static let archived = JobListQuery(start: 0, count: 100, view: .archived)

    private static let pictures: [(place: Place, actions: [App.Action])] = [
        (.endpoints, []), (.transfers, []), (.notices, []), (.doctor, [.doctor(.ended)]),
        (.contexts, [.contexts(.listRefused(failure: silence))]),
        (.contexts, [.contexts(.listed(entries: ContextsFixture.all))]), (.undecided, []),
        (.jobs(nil), [.jobs(.jobsLoaded(query: query, page: AppTests.page([])))]),
        (.jobs(nil), [.jobs(.jobsRefused(query: query, failure: silence))]),
        (
            .jobs(nil),
            [
                .jobs(.viewSwitched),
                .jobs(.jobsLoaded(query: archived, page: AppTests.page([]))),
                .jobs(.restoreAccepted(job: "batchjob-1")),
            ]
        ),
        (
            .results("batchjob-1"),
            [.resultsAnswered(job: "batchjob-1", answer: .outputsLoaded(outputs: []))]
        ),
        (
            .results("batchjob-1"),
            [.resultsAnswered(job: "batchjob-1", answer: .outputsRefused(failure: silence))]
        ),
        (.jobForm("digits-batch", nil), []), (.jobForm("digits-batch", nil), [.form(.pickPressed)]),
        (.jobForm("digits-batch", nil), [.form(.requestCopied)]),
        (
            .jobForm("digits-batch", nil),
            [
                .form(.presetsPressed),
                .form(.presets(.listed(presets: [], at: AppTests.now))),
            ]
        ),
        (.compare("batchjob-1", "batchjob-2"), []),
        (
            .jobDetail("batchjob-7f3a"),
            [
                .detailAnswered(
                    job: "batchjob-7f3a",
                    answer: .snapshotArrived(snapshot: JobDetailFixture.snapshot(.failed))),
                .detailAnswered(
                    job: "batchjob-7f3a", answer: .errorFound(error: JobDetailFixture.error)),
            ]
        ),
        (.help, []),
    ]

    @Test(arguments: pictures.indices) func noPictureNamesAKeyThatWasGivenAway(index: Int) {
        let state = Self.begun(Self.pictures[index].place, Self.pictures[index].actions)
        let text = App.view(state).plainText
        #expect(Self.defaults(in: text).isEmpty, "\(text)")
    }

    /// The test itself: by the keys of the tables the same pictures do name some.
    @Test func theSamePicturesNameTheKeysOfTheTables() {
        let named = Self.pictures.filter { picture in
            var state = Self.begun(picture.place, picture.actions)
            _ = App.reduce(&state, .settingsRead(settings: App.Settings()))
            return !Self.defaults(in: App.view(state).plainText).isEmpty
        }
        #expect(named.count >= 10, "\(named.map(\.place))")
    }

    @Test func refusalsAndWhatIsSaidNameThemToo() throws {
        var state = JobsService(count: 12).state()
        state.keymap = Self.moved
        let refusal = try #require(Jobs.compareRefusal(in: state))
        #expect(refusal == "two jobs are compared: 0 marked (f12 marks)")
        state.take(.archiveAccepted(job: "batchjob-3"))
        #expect(state.notice?.contains("f12 shows the archived jobs, and f12 there") == true)
        var form = FormFixture.digits()
        form.keymap = Self.moved
        form.take(.requestCopied)
        #expect(form.notice?.contains("f12 shows it") == true, "\(form.notice ?? "")")
        for spot in [DataPicker.Spot.assets, .localFolder(path: "/tmp"), .jobs, .recent] {
            let words = DataPicker.emptyWords(of: spot, by: Self.moved)
            #expect(words.contains("f12") && Self.defaults(in: words).isEmpty, "\(words)")
        }
    }
}
