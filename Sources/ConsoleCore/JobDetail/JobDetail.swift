import BatchModel

// The job detail: one job, followed live. People give up here today: no progress, and the wrong error first. So the top
// of the screen is always how far it is, and a job that failed opens on the error that its own script raised.
//
//     ┌ name · id ───────────────────────────────┐   head: status, progress, pace, and one line of news
//     ├ Steps ────────┬ [1 logs] 2 error  3 … ───┤
//     │ job           │ one of four views, of    │   below 84 columns one of the two panes at a time,
//     │ └─ step       │ the chosen step          │   and the head without its frame
//     └───────────────┴──────────────────────────┘
//
// What has to be asked follows from what is known, in `settle`, after every action: the log files of the step that is
// shown, the error of a job that failed, the next bytes of the log. Each question is in flight at most once, because the
// state remembers it as asked. What depends on time alone (reading on, a newer list of files, following again after the
// connection was lost) waits for `ticked`.
//
// A log is read by ranges into a bounded store (`LogText`). It is read on as long as that pushes nothing out that a
// person may be looking at: always at its end, elsewhere while the store has room. Which file is shown is a choice of the
// screen's own (what the script printed, else the runner's progress, else the wrapper's log) until a person takes it
// over. A list of files does not tell which are empty, so what the script printed is looked into before it is shown.

/// One job, followed live: its progress, logs, error, times and request.
public enum JobDetail {
    /// What the right pane shows.
    public enum View: String, Sendable, Hashable, Codable, CaseIterable {
        /// A log of the chosen step.
        case logs
        /// Why the job failed.
        case error
        /// The states it went through.
        case timeline
        /// Inputs and outputs as sent.
        case request
    }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "job \(name(of: state))" }

    /// What the job is called, as far as known.
    static func name(of state: State) -> String {
        state.job.value.map(JobLine.name) ?? state.id.rawValue
    }
}
