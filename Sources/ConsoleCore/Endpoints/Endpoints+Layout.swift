import BatchModel
import ConsoleGrid

// Where everything goes at one size. The picture, the heights of the windows and the mouse all follow it, so that none
// can disagree about which row lies where. Room is given in this order: a row of each list, its notes (why a refresh
// failed), its details, its headings; a page too low for both of its lists shows the one that has the focus.

extension Endpoints {
    /// One list with what belongs to it, from top to bottom.
    struct Part: Equatable {
        /// All of it.
        var area = Rect(size: .zero)
        var heading = Rect(size: .zero)
        var rows = Rect(size: .zero)
        /// About the selected row.
        var details = Rect(size: .zero)
        /// Why the newest question was refused.
        var notes = Rect(size: .zero)
    }

    /// The places of everything; empty where there is no room or nothing to show.
    struct Layout: Equatable {
        /// The box of the list; nil while only the page is shown.
        var list: Rect?
        var filter = Rect(size: .zero)
        var endpoints = Part()
        /// The box of the selected endpoint's page; nil while only the list is shown.
        var page: Rect?
        /// About the endpoint.
        var facts = Rect(size: .zero)
        var deployments = Part()
        /// Between both lists, as wide as the box.
        var rule = Rect(size: .zero)
        var jobs = Part()

        subscript(pane: Pane) -> Part {
            switch pane {
            case .endpoints: endpoints
            case .deployments: deployments
            case .jobs: jobs
            }
        }

        /// The pane that a cell belongs to, frame included.
        func pane(at point: Point) -> Pane? {
            if let list, list.contains(point) { return .endpoints }
            guard let page, page.contains(point) else { return nil }
            if deployments.area.isEmpty { return .jobs }
            if jobs.area.isEmpty { return .deployments }
            return point.row >= rule.row ? .jobs : .deployments
        }
    }

    /// Lays the screen out.
    static func layout(of state: State, in rect: Rect) -> Layout {
        var layout = Layout()
        guard rect.columns >= State.wideColumns else {
            if state.focus == .endpoints {
                layList(state, in: rect, isWide: false, &layout)
            } else {
                layPage(state, in: rect, &layout)
            }
            return layout
        }
        // A third for the list, no narrower than names need and no wider than they use.
        let halves = rect.split(columnsAt: min(46, max(35, rect.columns * 34 / 100)))
        layList(state, in: halves.left, isWide: true, &layout)
        layPage(state, in: halves.right, &layout)
        return layout
    }

    private static func layList(
        _ state: State, in rect: Rect, isWide: Bool, _ layout: inout Layout
    ) {
        layout.list = rect
        let inside = rect.inset(rows: 1, columns: 2)
        let cut = inside.split(rowsAt: state.filter.isShown && inside.rows > 1 ? 1 : 0)
        layout.filter = cut.top
        let notes = listNotes(of: state, columns: inside.columns).count
        layout.endpoints = part(
            cut.bottom, hasHeading: !isWide && !state.shown.isEmpty, details: 0, notes: notes)
    }

    private static func layPage(_ state: State, in rect: Rect, _ layout: inout Layout) {
        layout.page = rect
        let inside = rect.inset(rows: 1, columns: 2)
        guard state.endpoint != nil else { return }
        let facts = factLines(of: state, columns: inside.columns).count
        let cut = inside.split(rowsAt: inside.rows >= 12 ? facts : 0)
        layout.facts = cut.top
        let rest = cut.bottom
        let isBoth = rest.rows >= 7
        if !isBoth, state.focus == .jobs {
            layout.jobs = jobPart(state, in: rest)
        } else if !isBoth {
            layout.deployments = deploymentPart(state, in: rest)
        } else {
            let wanted = deploymentRows(state, columns: rest.columns)
            let upper = rest.split(rowsAt: min(wanted, max(3, (rest.rows - 1) / 2)))
            let lower = upper.bottom.split(rowsAt: 1)
            layout.deployments = deploymentPart(state, in: upper.top)
            layout.rule = Rect(
                row: lower.top.row, column: rect.column, rows: 1, columns: rect.columns)
            layout.jobs = jobPart(state, in: lower.bottom)
        }
    }

    /// The rows that the deployments would take with everything about them.
    private static func deploymentRows(_ state: State, columns: Int) -> Int {
        let count = state.deploymentList.count
        guard count > 0 else {
            let text = emptyText(.deployments, in: state).text
            return max(1, Paragraph.wrap(text, columns: columns, limit: 6).count)
        }
        return 1 + count + detailRows(of: state, columns: columns)
            + notes(of: state.ownDeployments, columns: columns).count
    }

    private static func deploymentPart(_ state: State, in rect: Rect) -> Part {
        part(
            rect, hasHeading: !state.deploymentList.isEmpty,
            details: detailRows(of: state, columns: rect.columns),
            notes: notes(of: state.ownDeployments, columns: rect.columns).count)
    }

    private static func jobPart(_ state: State, in rect: Rect) -> Part {
        part(
            rect, hasHeading: !state.jobList.isEmpty, details: 0,
            notes: notes(of: state.ownJobs, columns: rect.columns).count)
    }

    private static func part(
        _ area: Rect, hasHeading: Bool, details: Int, notes: Int
    ) -> Part {
        var room = max(0, area.rows - 1)
        func take(_ wanted: Int) -> Int {
            let taken = min(wanted, room)
            room -= taken
            return taken
        }
        let noteRows = take(notes)
        let detailRows = take(details)
        let headingRows = hasHeading && room > 0 ? take(1) : 0
        var part = Part(area: area)
        let top = area.split(rowsAt: headingRows)
        part.heading = top.top
        let bottom = top.bottom.split(rowsAt: top.bottom.rows - noteRows)
        part.notes = bottom.bottom
        let middle = bottom.top.split(rowsAt: bottom.top.rows - detailRows)
        part.details = middle.bottom
        part.rows = middle.top
        return part
    }
}
