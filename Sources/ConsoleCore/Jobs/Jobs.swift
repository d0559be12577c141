import BatchModel

// The jobs of the workspace, or of one endpoint, newest first.
//
// The list may have a million jobs, so the screen never has the list: it has numbers over the whole of it (`ListWindow`)
// and, around what is visible, pages of rows by their position. A row that is not there is drawn as an ellipsis and its
// page asked for. Everything a key does is work on the visible rows alone, whatever the length of the list.
//
//     answers ─▶ List: pages, total ─┬──────────────▶ window over all rows
//                                    └▶ Arrangement ─▶ window over some rows: filtered, or in another order
//
// Jobs come in at the front, so positions move under us. Every answer is laid beside what is held: the deepest job that is
// in both tells how far the list has moved, and pages, selection and offset move along, so that the same job stays selected.
// Where nothing is in both, the totals tell it.
//
// A filter over more than is held is asked of the service (`Jobs+Search`); what comes of it stands in the place of the rows.
// Where the service cannot search, and for every order but newest first, rows are needed and not numbers: those work on the unbroken run of rows from the newest on and
// say how far that goes. While a filter is on, the run is made longer page by page up to `heldRowsLimit`.
//
// What has to be asked is found by `settle` after every action, by comparing what is wanted with what is held, in flight or
// lately refused; so no path (a key, a resize, a lost answer) can forget to ask or ask twice.

/// The list of jobs.
public enum Jobs {
    /// Its breadcrumb.
    public static func title(of state: State) -> String {
        let jobs = state.isArchived ? "archived jobs" : "jobs"
        return state.endpoint.map { "\(jobs) of \($0)" } ?? jobs
    }

    /// Rows that a filter or another order works on at most: some megabytes, and a pass over them takes no time to notice.
    static let heldRowsLimit = 2_000
    /// No list is longer; beyond it a number is taken for damaged.
    static let positionLimit = 1 << 40
    /// Pages held around the window otherwise.
    static let heldPagesLimit = 12
    /// Rows on both sides of the visible ones that are loaded ahead: a page of most terminals.
    static let rowsAhead = 50
    /// Jobs the app is asked to track at most: one list call of the tracker answers for so many.
    static let trackedLimit = 200
    /// Pages in flight at once, the first not counted: more would only queue behind each other.
    static let openPagesLimit = 4
    /// The same for pages that nobody sees yet.
    static let openPagesAheadLimit = 2
    /// How old the first page may be while something active is shown, and otherwise.
    static let activeAge: Duration = .seconds(5), idleAge: Duration = .seconds(15)
    /// How long a page that was refused is not asked for.
    static let refusalWait: Duration = .seconds(10)
    /// How long a page that came back shorter than its list is not asked for.
    static let shortPageWait: Duration = .seconds(1)
    /// A question without an answer for so long is taken for lost: longer than all tries of a request.
    static let lostAfter: Duration = .seconds(120)
    /// How long an accepted cancellation outweighs an answer that was under way meanwhile.
    static let cancelHold: Duration = .seconds(3)
}
