import ConsoleGrid

extension JobDetail {
    /// A text searched for in the log.
    struct Search: Sendable, Equatable {
        var field = TextField()
        var isEditing = true
        /// The line that was on top when the search began: typing searches from there.
        var origin: Int
        /// The lines that hold the text, ascending.
        var lines: [Int] = []
        /// The match that was gone to last.
        var current: Int?

        var needle: Needle { Needle(field.value) }

        /// The place of the current match, counted from 1.
        var position: Int? { current.flatMap(lines.firstIndex).map { $0 + 1 } }
    }

    /// Opens the search, or goes on typing in it.
    static func openSearch(_ state: inout State) {
        state.view = .logs
        state.hasChosenView = true
        state.pane = .content
        state.fileList = nil
        let top = state.log.line(ofRow: state.log.scroll.offset)
        var search = state.search ?? Search(origin: top)
        search.isEditing = true
        search.origin = top
        state.search = search
    }

    /// Types in the text that is searched for and goes to the first match from where the search began.
    static func editSearch(_ state: inout State, with key: KeyPress) {
        guard var search = state.search, search.field.handle(key) else { return }
        search.current = nil
        state.search = search
        findMatches(&state)
        guard let found = state.search else { return }
        go(to: Matches.first(of: found.lines, from: found.origin), in: &state)
    }

    /// Goes to the next match or the one before, round and round.
    static func moveMatch(_ state: inout State, isForward: Bool) {
        guard let search = state.search else { return }
        let here = search.current ?? search.origin - 1
        go(to: Matches.next(of: search.lines, from: here, isForward: isForward), in: &state)
    }

    /// Searches the log as it is now; lines that went from its beginning move the match along.
    static func findMatches(_ state: inout State, dropping dropped: Int = 0) {
        guard var search = state.search else { return }
        let needle = search.needle
        let log = state.log.text
        search.lines = (0..<log.count).filter { needle.isIn(log[$0]) }
        search.origin = max(0, search.origin - dropped)
        search.current = search.current.flatMap { $0 >= dropped ? $0 - dropped : nil }
        state.search = search
    }

    private static func go(to line: Int?, in state: inout State) {
        state.search?.current = line
        guard let line, let needle = state.search?.needle else { return }
        let place = needle.positions(in: state.log.text[line]).first ?? 0
        state.log.reveal(line: line, cluster: place)
    }
}
