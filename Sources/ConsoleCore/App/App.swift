// The whole console: a path of places, the state of each, and nothing that waits.
//
// The path is what `esc` walks back and what the breadcrumbs name: `local ▸ endpoints ▸ digits-batch jobs ▸ job`. A kind
// of place stands on it at most once, so its state has one slot and an answer finds its screen without an address: going
// to the jobs from a job's page goes back to the jobs, it does not stack a second list. Forms are the exception: each is
// kept until its job is accepted, on the path or not, because what was typed is never lost.
//
//     key ─▶ the screen's table ─▶ else the table of everywhere ─▶ action
//     action ─▶ the screen's reduce ─▶ its effects: open and copy are carried out here, all others go to the runtime
//
// After every action the app compares the jobs that ought to be tracked with those that are, and orders the difference;
// so no screen can forget to, and what nobody looks at is not asked for.

import BatchModel
public import ConsoleGrid

/// The console as one state, one reducer and one picture.
public enum App {
    /// A console that has not begun: nothing known, nothing asked.
    public static func initial(
        context: String = "local", size: Size, glyphs: Glyphs, isReadOnly: Bool = false,
        isContextReadOnly: Bool = false, hasTour: Bool = false, hasMouse: Bool = true
    ) -> State {
        var state = State(context: context, size: size, glyphs: glyphs, isReadOnly: isReadOnly)
        state.isContextReadOnly = isContextReadOnly
        state.hasMouse = hasMouse
        if hasTour { beginTour(&state) }
        return state
    }

    /// How long the runtime may sleep until the app wants to be woken by a tick; nil for as long as nothing happens.
    ///
    /// A second while something moves or has to be tried again. Otherwise lists are looked at again every half minute,
    /// since somebody else may have started a job; forms, results and help are left alone.
    public static func tickInterval(_ state: State) -> Duration? {
        if state.signIn != nil { return .seconds(1) }
        if !state.tracked.isEmpty || state.connection.failure != nil { return .seconds(1) }
        switch state.place {
        case .endpoints, .jobs: return .seconds(30)
        case .jobDetail: return state.detail.map(JobDetail.isMoving) == true ? .seconds(1) : nil
        case .compare: return state.compare.map(Compare.isMoving) == true ? .seconds(1) : nil
        case .transfers:
            return state.transfers.contains(where: \.isActive) ? .seconds(1) : .seconds(30)
        case .jobForm, .results, .undecided, .help, .notices, .contexts, .doctor: return nil
        }
    }
}
