import BatchModel
import ConsoleGrid

extension JobDetail {
    /// Shows a view because a person wants it.
    static func choose(_ view: View, in state: inout State) {
        state.hasChosenView = true
        state.pane = .content
        state.fileList = nil
        guard view != state.view else { return }
        state.view = view
        state.text = Scroll(height: state.text.height)
    }

    /// A failed job opens on its error, once, unless a person has chosen what to see.
    static func openOnError(_ state: inout State) {
        guard state.status == .failed, !state.hasChosenView, state.view == .logs else { return }
        state.view = .error
        state.text = Scroll(height: state.text.height)
    }

    /// Scrolls the view that is shown. The beginning and the end of a log may have to be read first.
    static func scroll(_ state: inout State, _ step: ListMove) {
        guard state.view == .logs else { return state.text.move(step) }
        if step == .first, state.log.text.start > 0 { return state.log.readFromStart() }
        if step == .last { return state.log.followEnd() }
        state.log.scroll.move(step)
    }

    /// Scrolls a log sideways.
    static func scrollSideways(_ state: inout State, by columns: Int) {
        guard state.view == .logs, !state.log.isWrapping else { return }
        let log = state.log
        // Behind the longest row there is nothing to see.
        if columns > 0, log.scroll.column + columns >= log.widestVisible { return }
        state.log.scroll.moveColumn(by: columns)
    }

    /// Stays with a step as long as somebody reads in its log, elsewhere than at its end.
    static func holdStep(_ state: inout State) {
        let isRead = !state.log.scroll.isAtEnd || state.isOwnFile || state.search != nil
        state.held = isRead ? state.chosenRow : nil
    }

    /// Chooses another row of the step tree.
    static func moveStep(_ state: inout State, _ move: (inout ListWindow) -> Void) {
        move(&state.tree)
        let rows = state.rows
        guard state.tree.selection < rows.count else { return }
        state.picked = rows[state.tree.selection]
    }

    /// Copies what the view shows.
    static func copyText(_ state: inout State, now: Timestamp) -> [Effect] {
        guard hasCopyableText(state) else { return [] }
        let what =
            switch state.view {
            case .logs: "the visible lines of the log"
            case .error: "the error"
            case .timeline, .request: "the text of this view"
            }
        state.notice = Notice(text: "Copied \(what).")
        return [.copy(text: copyableText(of: state, now: now))]
    }

    /// What `Y` copies.
    private static func copyableText(of state: State, now: Timestamp) -> String {
        switch state.view {
        case .logs:
            return state.log.scroll.visible.map { state.log.row($0) }.joined(separator: "\n")
        case .error:
            let found = state.error.value?.error?.text
            return sanitised(found ?? state.job.value?.errorMessage ?? "", keepingLines: true)
        case .timeline, .request:
            let lines = lines(of: state, columns: 200, now: now, .unicode)
            return lines.map { $0.map(\.text).joined() }.joined(separator: "\n")
        }
    }

    /// Whether `Y` has something to copy.
    static func hasCopyableText(_ state: State) -> Bool {
        switch state.view {
        case .logs: state.log.text.count > 0
        case .error: state.error.value?.error != nil || state.job.value?.errorMessage != nil
        case .timeline, .request: state.job.value != nil
        }
    }
}
