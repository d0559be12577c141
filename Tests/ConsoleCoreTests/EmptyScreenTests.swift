import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Empty screens say what would be here, and which key makes it or leads on.
@Suite struct EmptyScreenTests {
    /// A console whose workspace holds nothing at all.
    private static func empty() -> App.State {
        var state = App.initial(size: Size(rows: 30, columns: 120), glyphs: .unicode)
        _ = App.reduce(&state, .started(lastSeen: nil, at: AppTests.now))
        _ = App.reduce(
            &state, .endpoints(.endpointsLoaded(endpoints: [], at: AppTests.now)))
        return state
    }

    private static func expect(
        _ words: [String], on state: App.State, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let text = App.view(state).plainText
        let lines = text.split(separator: "\n").map { line in
            line.replacing("│", with: " ").split(separator: " ").joined(separator: " ")
        }
        let flat = lines.joined(separator: " ")
        for word in words {
            #expect(flat.contains(word), "\(word) in\n\(text)", sourceLocation: sourceLocation)
        }
    }

    @Test func endpoints() throws {
        var state = Self.empty()
        Self.expect(["No endpoints yet", "endpoint.yml", "then r", "D looks"], on: state)
        state = AppTests.begun()
        try state.press("/zzz")
        Self.expect(["No endpoint passes the filter: esc clears it"], on: state)
    }

    @Test func jobs() throws {
        var state = Self.empty()
        try state.press("J")
        let query = JobListQuery()
        guard case .loadJobs(let asked)? = state.jobs.map(Jobs.opened)?.first else {
            Issue.record("nothing was asked for \(query)")
            return
        }
        _ = App.reduce(&state, .jobs(.jobsLoaded(query: asked, page: AppTests.page([]))))
        Self.expect(["No jobs here. Open an endpoint (E) and press n."], on: state)
    }

    @Test(arguments: [
        ("T", ["No transfers in this session", "ctrl-s", "d on a job's"]),
        ("N", ["Nothing was said yet", "esc goes back"]),
        ("D", ["Looking at everything that work depends on"]),
        ("C", ["Reading the settings"]),
    ])
    func screensWithoutRows(key: String, words: [String]) throws {
        var state = Self.empty()
        try state.press(key)
        Self.expect(words, on: state)
    }

    @Test func undecidedSubmissions() throws {
        var state = Self.empty()
        _ = App.open(.undecided, in: &state)
        Self.expect(["there is nothing to decide", "esc goes back"], on: state)
    }

    @Test func resultsWithoutFiles() throws {
        var state = AppTests.begun()
        _ = App.open(.results("batchjob-1"), in: &state)
        _ = App.reduce(
            &state,
            .resultsAnswered(job: "batchjob-1", answer: .outputsLoaded(outputs: [])))
        Self.expect(["no outputs yet", "r asks again"], on: state)
        var failed = AppTests.running
        failed.status = .failed
        _ = App.reduce(&state, .trackingChanged(jobs: [failed], at: AppTests.now))
        _ = App.reduce(
            &state,
            .resultsAnswered(job: "batchjob-1", answer: .outputsLoaded(outputs: [])))
        Self.expect(["has no outputs", "esc goes back"], on: state)
    }

    @Test func helpAndCommandsWithoutAMatch() throws {
        var state = AppTests.begun()
        try state.press("?/zzzz")
        Self.expect(["No key's help holds these words"], on: state)
        try state.press("<esc><esc>:zzzz")
        Self.expect(["No command goes with these letters"], on: state)
    }

    @Test(arguments: [
        DataPicker.Spot.assets, .versions("digits"), .datastores, .folder("store", path: ""),
        .localFolder(path: "/tmp"), .jobs, .outputs("job-1"),
    ])
    func thePickerSaysWhatLeadsOn(spot: DataPicker.Spot) {
        let words = DataPicker.emptyWords(of: spot)
        #expect(["ctrl-", "esc", "batchdeck "].contains { words.contains($0) }, "\(words)")
    }
}
