import BatchModel
import ConsoleGrid

extension JobDetail {
    /// Who gets which part of the screen.
    struct Layout: Sendable, Equatable {
        var head: Rect
        /// Whether the head has a frame.
        var isHeadBoxed: Bool
        /// The step tree; nil while a narrow screen shows the view.
        var steps: Rect?
        /// The chosen view; nil while a narrow screen shows the steps.
        var content: Rect?
    }

    /// Parts of the pane that shows a log.
    struct LogParts: Sendable, Equatable {
        /// What file it is, and what is left out of it.
        var head: Rect
        var text: Rect
        /// The text that is searched for, or the path to save to; without rows when there is neither.
        var search: Rect
    }

    /// Cuts the screen into its parts. Heights never depend on the time, so that what was fitted is what is drawn.
    static func layout(of state: State, in rect: Rect) -> Layout {
        let isWide = rect.columns >= State.wideColumns
        let isBoxed = isWide && rect.rows >= 18
        let columns = isBoxed ? rect.columns - 4 : rect.columns
        let count = headCount(of: state, columns: columns, limit: max(1, rect.rows / 3))
        let parts = rect.split(rowsAt: isBoxed ? count + 2 : count)
        var layout = Layout(head: parts.top, isHeadBoxed: isBoxed)
        if isWide {
            let width = min(max(33, rect.columns * 35 / 100), 50)
            let halves = parts.bottom.split(columnsAt: width)
            layout.steps = halves.left
            layout.content = halves.right
        } else if state.pane == .steps {
            layout.steps = parts.bottom
        } else {
            layout.content = parts.bottom
        }
        return layout
    }

    /// The inside of a pane with a frame; a pane too low for one has none.
    static func inside(_ pane: Rect) -> Rect {
        isFramed(pane) ? pane.inset(rows: 1, columns: 2) : pane
    }

    /// Whether a pane is high enough for a frame.
    static func isFramed(_ pane: Rect) -> Bool { pane.rows >= 4 && pane.columns >= 8 }

    /// Cuts the pane of a log into its parts.
    static func logParts(of state: State, in inside: Rect) -> LogParts {
        let isSearching = (state.search != nil || state.save.prompt != nil) && inside.rows > 2
        let upper = inside.split(rowsAt: isSearching ? -1 : inside.rows)
        let isShort = upper.top.rows < 3
        let headRows = isShort ? 0 : state.log.text.start > 0 ? 2 : 1
        let parts = upper.top.split(rowsAt: headRows)
        return LogParts(head: parts.top, text: parts.bottom, search: upper.bottom)
    }

    /// Fits every window to its place and its rows.
    static func fit(_ state: inout State) {
        let layout = layout(of: state, in: Rect(size: state.size))
        // What is not shown now keeps the size it will have when it is.
        let content = inside(layout.content ?? layout.steps ?? .init(size: .zero))
        state.log.fit(size: logParts(of: state, in: content).text.size)
        state.fileList?.setHeight(content.rows)
        let steps = inside(layout.steps ?? layout.content ?? .init(size: .zero))
        let rows = state.rows
        state.tree.setHeight(min(steps.rows, rows.count))
        state.tree.setCount(rows.count)
        state.tree.select(state.chosenRow.flatMap(rows.firstIndex) ?? 0)
        state.text.setHeight(content.rows)
        guard state.view != .logs else { return }
        // The time changes words and never the number of lines.
        let now = state.job.asOf ?? Timestamp(microsecondsSinceEpoch: 0)
        let lines = lines(of: state, columns: content.columns, now: now, .unicode)
        state.text.setCountKeepingPlace(lines.count)
    }

    /// The tabs over the frame of the view's pane, each with its first column there.
    static func tabs(
        of view: View, in content: Rect
    ) -> [(view: View, text: String, column: Int)] {
        var column = 2
        return View.allCases.enumerated().map { index, one in
            let words = "\(index + 1) \(one.words(isShort: content.columns < 70))"
            let text = one == view ? "[\(words)]" : " \(words) "
            defer { column += text.count }
            return (one, text, column)
        }
    }

    /// The tab at a column of the frame.
    static func tab(at column: Int, in content: Rect) -> View? {
        guard isFramed(content) else { return nil }
        // Every tab is as wide whether it is chosen or not.
        let tabs = tabs(of: .logs, in: content)
        return tabs.first { $0.column..<$0.column + $0.text.count ~= column }?.view
    }
}

extension JobDetail.View {
    /// Its name on the tab.
    func words(isShort: Bool) -> String {
        switch self {
        case .logs: "logs"
        case .error: "error"
        case .timeline: "timeline"
        case .request: isShort ? "in/out" : "inputs and outputs"
        }
    }
}

extension Scroll {
    /// The text has changed its length; nobody follows the end of a text that is read from its beginning.
    fileprivate mutating func setCountKeepingPlace(_ count: Int) {
        let first = offset
        setCount(count)
        show(line: first)
    }
}
