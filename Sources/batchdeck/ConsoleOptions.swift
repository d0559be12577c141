/// What the console itself can be told on the command line.
///
/// Parsed by hand: there is no verb, and the argument parser costs more than the first picture may.
struct ConsoleOptions {
    /// The workspace folder of the local engine.
    var workspace: String?
    /// The context.
    var context: String?
    /// The theme's name.
    var theme: String?
    /// Where to record the session.
    var record: String?
    /// A recording to show the last screen of.
    var replay: String?
    /// True when somebody wants to be asked in lines.
    var isAccessible = false
    /// True when every key that changes something is refused.
    var isReadOnly = false
    /// False to leave the mouse to the terminal's own selection.
    var hasMouse = true
    /// False to keep the terminal silent when a job that is waited for ends.
    var hasBell = true

    /// False to leave the tour of a first start out.
    var hasTour = true

    /// Nil when the words are not the console's: a verb, `--help`, or a mistake that the verbs' parser explains.
    init?(_ words: [String]) {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--read-only": isReadOnly = true
            case "--accessible": isAccessible = true
            case "--no-mouse": hasMouse = false
            case "--no-bell": hasBell = false
            case "--no-tour": hasTour = false
            case "--workspace", "--context", "--theme", "--record", "--replay":
                guard let value = rest.popFirst() else { return nil }
                switch word {
                case "--workspace": workspace = value
                case "--context": context = value
                case "--theme": theme = value
                case "--record": record = value
                default: replay = value
                }
            default: return nil
            }
        }
    }
}
