/// Why a terminal cannot be used.
public enum TerminalFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Input or output is a file or a pipe.
    case notATerminal
    /// ncurses does not know the terminal or cannot draw on it.
    case unknownTerminal(name: String)
    /// This process already draws on one.
    case alreadyOpen
    /// The system refused what drawing needs.
    case refused(operation: String, code: Int32)

    /// What was tried, what came back, what to do.
    public var description: String {
        switch self {
        case .notATerminal:
            "Opening the console: input and output are not a terminal. "
                + "Run it in a terminal, or use a verb such as `job list` in scripts."
        case .unknownTerminal(let name):
            "Opening the console: the terminal type \"\(sanitisedName(name))\" is not known here "
                + "or cannot move its cursor. Set TERM to one that is, such as xterm-256color."
        case .alreadyOpen:
            "Opening the console: this process has it open already. Close it first."
        case .refused(let operation, let code):
            "Opening the console: \(operation) failed with system error \(code). "
                + "Close programs that hold many files open and try again."
        }
    }

    private func sanitisedName(_ name: String) -> String {
        String(
            name.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7F }.map(Character.init))
    }
}
