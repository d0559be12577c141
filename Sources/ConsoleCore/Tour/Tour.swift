import BatchModel
import ConsoleGrid

// The tour of a first start: a strip of one or two lines above the footer that names the next thing to try and goes on by
// itself once that was done. It owns one key, ctrl-t, which ends it; esc does too on the first screen, where it has nothing
// else to do. Every other key is the screen's, tour or not.
//
// What was done is read off the places before and after an action, not off keys: whoever opens a job with the mouse or
// from the palette has done the step as well. Steps done out of order count.

/// A way through the main job for somebody who starts for the first time.
enum Tour {
    /// One thing to try.
    enum Step: Sendable, Hashable {
        case newJob, submit
        /// Instead of the two before, where nothing may be changed.
        case jobs, openJob
        case results, back, help
        /// There is nothing left to try but to leave.
        case end
    }

    /// Everything the tour remembers.
    struct State: Sendable, Equatable {
        let steps: [Step]
        var done: Set<Step> = []

        /// A tour at its beginning.
        init(isReadOnly: Bool) {
            steps =
                (isReadOnly ? [.jobs, .openJob] : [.newJob, .submit])
                + [.results, .back, .help, .end]
        }

        /// The step that is shown.
        var step: Step { steps.first { !done.contains($0) } ?? .end }

        /// Its number, from 1.
        var number: Int { (steps.firstIndex(of: step) ?? 0) + 1 }
    }

    /// Notes what was done between two ways through the console.
    static func follow(_ state: inout State, from old: [Place], to new: [Place]) {
        guard old != new, let place = new.last else { return }
        if old.dropLast() == new[...] {
            // Closing the help is not what is meant by a step back.
            if old.last != .help { state.done.insert(.back) }
            return
        }
        switch place {
        case .jobs: state.done.insert(.jobs)
        case .jobForm: state.done.insert(.newJob)
        case .jobDetail: state.done.formUnion([.submit, .openJob])
        case .results: state.done.insert(.results)
        case .help: state.done.insert(.help)
        case .endpoints, .compare, .undecided, .notices, .contexts, .transfers, .doctor: break
        }
    }

    /// The keys that the steps name, each looked up when a sentence needs it.
    private struct Keys {
        let keymap: Keymap

        var newJob: String { Endpoints.keys.keyName("new-job", by: keymap) }
        var submit: String { JobForm.keys.keyName("submit", by: keymap) }
        var openJob: String { Jobs.keys.keyName("open", by: keymap) }
        var results: String { JobDetail.keys.keyName("results", by: keymap) }
        var jobs: String { everywhere("jobs") }
        var back: String { everywhere("back") }
        var help: String { everywhere("help") }
        var quit: String { everywhere("quit") }
        var command: String { everywhere("command") }
        var end: String { everywhere("end-tour") }

        private func everywhere(_ action: String) -> String {
            App.keys.keyName(action, by: keymap)
        }
    }

    /// What to try now.
    private static func words(for step: Step, at place: Place, _ keys: Keys) -> String {
        switch step {
        case .newJob: "\(keys.newJob) opens the form of a new job on the selected endpoint."
        case .submit:
            if case .jobForm = place {
                "\(keys.submit) submits the job as it is filled in."
            } else {
                "\(keys.newJob) opens the form of a new job, \(keys.submit) in it submits."
            }
        case .jobs:
            "\(keys.jobs) shows all jobs. This console is read-only: nothing can go wrong."
        case .openJob: "\(keys.openJob) opens the selected job: its steps, its log, its error."
        case .results:
            if case .jobDetail = place {
                "Progress and log are live. \(keys.results) opens the results."
            } else {
                "On a job, \(keys.results) opens its results."
            }
        case .back: "\(keys.back) goes one step back, here and everywhere; it never quits."
        case .help:
            "\(keys.help) shows all keys of a screen, and what its marks and colours mean."
        case .end:
            "\(keys.quit) quits; running jobs go on. \(keys.command) finds every command, "
                + ":tour begins this again."
        }
    }

    /// The same in a few words, for where a sentence does not fit.
    private static func fewWords(for step: Step, _ keys: Keys) -> String {
        switch step {
        case .newJob: "\(keys.newJob) opens the form of a job"
        case .submit: "\(keys.newJob), then \(keys.submit) submits"
        case .jobs: "\(keys.jobs) shows all jobs"
        case .openJob: "\(keys.openJob) opens a job"
        case .results: "on a job, \(keys.results): its results"
        case .back: "\(keys.back) goes a step back"
        case .help: "\(keys.help) shows all keys"
        case .end: "\(keys.quit) quits; :tour, again"
        }
    }

    /// Rows of the strip in a terminal of so many: what is left must be enough for a screen.
    static func rows(in size: Size) -> Int { size.rows < 12 ? 0 : size.rows < 20 ? 1 : 2 }

    static func draw(
        _ state: State, at place: Place, on screen: inout Screen, in strip: Rect,
        by keymap: Keymap, _ context: ViewContext
    ) {
        guard !strip.isEmpty else { return }
        screen.fill(strip, style: .plain)
        let keys = Keys(keymap: keymap)
        let ending = "\(keys.end) ends it"
        let isShort = strip.rows == 1
        let line = strip.line(0).split(columnsAt: 1).right
        let head = "\(context.glyphs.star) Tour \(state.number)/\(state.steps.count)  "
        let tail = isShort ? "  \(ending)" : ""
        let whole = head + words(for: state.step, at: place, keys) + tail
        let fits = TextWidth.columns(of: whole) <= line.columns
        screen.writeField(
            fits ? whole : head + fewWords(for: state.step, keys) + tail, at: line.origin,
            columns: line.columns, style: .info, glyphs: context.glyphs)
        guard !isShort else { return }
        let second = strip.line(1).split(columnsAt: 1).right
        let isLast = state.step == .end
        let course = isLast ? "That was all of it." : "It goes on by itself once that is done."
        screen.writeField(
            "  \(course) \(ending).", at: second.origin,
            columns: second.columns, style: .dim, glyphs: context.glyphs)
    }
}

extension App {
    /// Begins the tour, from wherever one is.
    static func beginTour(_ state: inout State) {
        state.tour = Tour.State(isReadOnly: state.isReadOnly)
        layOut(&state)
    }

    /// Ends it for good.
    static func endTour(_ state: inout State) -> [Effect] {
        guard state.tour != nil else { return [] }
        state.tour = nil
        layOut(&state)
        state.say("the tour is over; :tour begins it again", .info)
        return [.tourSeen]
    }

    /// Lets the tour go on by what was done; one that came to its end is not offered again.
    static func followTour(_ state: inout State, from old: [Place]) -> [Effect] {
        guard var tour = state.tour, tour.step != .end else { return [] }
        Tour.follow(&tour, from: old, to: state.path)
        state.tour = tour
        return tour.step == .end ? [.tourSeen] : []
    }

    /// A state that was replayed: what is shown of a recording has no tour in it.
    public static func replayed(_ state: State) -> State {
        var copy = state
        copy.tour = nil
        layOut(&copy)
        return copy
    }
}
