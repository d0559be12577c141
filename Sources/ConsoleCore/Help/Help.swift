public import ConsoleGrid

// The help page is not written by anybody: it is the key tables themselves, the current screen's first. So it cannot
// promise a key that does nothing, and a new key is on it without anybody thinking of it.
//
// A page is a list of lines for a width (`Page`), made anew for every picture: sections of a heading and rows, in one
// column, or in two where there is room. State holds only where one is and what is looked for.

/// All keys of a screen and of the console.
public enum Help {
    /// The keys of one place.
    public struct Section: Sendable, Hashable {
        /// The place's name.
        public var title: String
        /// Its keys, in the order of its table.
        public var rows: [KeyHelp]

        /// Names the keys of a place.
        public init(title: String, rows: [KeyHelp]) {
            self.title = title
            self.rows = rows
        }
    }

    /// Everything the page remembers.
    public struct State: Sendable, Equatable {
        /// The keys, the current screen's first.
        public let sections: [Section]
        var scroll = Scroll()
        var filter = TextField()
        var isTyping = false
        var size = Size.zero

        /// A page seen from its first line.
        ///
        /// - Parameter sections: in the order shown; those without rows are left out.
        public init(sections: [Section]) { self.sections = sections }

        /// Takes the size of the place the page is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            Help.fit(&self)
        }
    }

    /// What can happen to the page.
    public enum Action: Sendable, Equatable, Codable {
        case scrolled(step: ListMove)
        case filterOpened
        /// A key meant for the filter.
        case filterEdited(key: KeyPress)
        case filterKept
        case filterClosed
    }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "help" }

    /// Takes in what happened. Help asks for nothing.
    public static func reduce(_ state: inout State, _ action: Action) {
        switch action {
        case .scrolled(let step): state.scroll.move(step)
        case .filterOpened: state.isTyping = true
        case .filterEdited(let key):
            guard state.isTyping, state.filter.handle(key) else { return }
            state.scroll.show(line: 0)
        case .filterKept: state.isTyping = false
        case .filterClosed:
            state.isTyping = false
            state.filter.clear()
        }
        fit(&state)
    }

    /// Counts the lines anew for the size.
    static func fit(_ state: inout State) {
        let page = page(of: state, in: Rect(size: state.size))
        state.scroll.setHeight(page.body.rows)
        state.scroll.setCount(page.lineCount)
    }
}
