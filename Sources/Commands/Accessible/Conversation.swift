import BatchModel

// Questions and answers in whole lines: nothing is redrawn, no escape sequence is written, nothing depends on where on a
// screen something stands. So a screen reader reads it in order, and a script can pipe the answers in.
//
// What can be said everywhere begins with a colon, because an answer may be any text.

/// Why a question was not answered.
enum Leaving: Error {
    /// One step back.
    case back
    /// Out of the program: said, or no more lines to read.
    case quit
}

/// One thing to choose.
struct Choice: Sendable {
    /// The word that chooses it, beside its number.
    var word: String
    /// What it is, in words.
    var text: String

    /// Names a thing to choose; without a text the word says enough.
    init(_ word: String, _ text: String = "") {
        self.word = word
        self.text = text
    }

    fileprivate var line: String { text.isEmpty ? word : "\(word): \(text)" }
}

/// Asks in lines.
struct Conversation: Sendable {
    /// Things listed at once; more are read on request.
    static let pageLength = 20

    static let help = """
        :back goes one step back, :quit leaves, :help says this again.
        A choice is answered with its number, its word, or the beginning of its word; an empty line takes
        what is named as the default. Where text is asked for, an empty line keeps what stands there and
        :empty takes it away.
        """

    let lines: LineSource
    let write: @Sendable (String) -> Void

    /// Says a line, or several; what would steer a terminal is taken out.
    func say(_ text: String) { write(PlainText.lines(text) + "\n") }

    /// Asks for one line.
    ///
    /// - Throws: `Leaving` when the answer is to go back or to leave, or when there are no more answers.
    func ask(_ question: String) async throws(Leaving) -> String {
        while true {
            say(question)
            guard let line = await lines.next() else { throw .quit }
            let answer = line.trimmingBlanks
            switch answer.lowercased() {
            case ":quit", ":q": throw .quit
            case ":back", ":b": throw .back
            case ":help", ":h", ":?": say(Self.help)
            default: return answer
            }
        }
    }

    /// Asks for yes or no.
    func isAgreed(_ question: String, byDefault: Bool = false) async throws(Leaving) -> Bool {
        let words = byDefault ? "yes or no, yes by default" : "yes or no, no by default"
        while true {
            switch try await ask("\(question) (\(words))").lowercased() {
            case "": return byDefault
            case "y", "yes": return true
            case "n", "no": return false
            default: say("Answer yes or no.")
            }
        }
    }

    /// Asks for one of several things; gives its index.
    ///
    /// - Parameter standard: the index that an empty line takes; nil when something has to be said.
    func choose(
        _ title: String, _ choices: [Choice], standard: Int? = nil
    ) async throws(Leaving) -> Int {
        var shown = 0
        func read() {
            let page = choices.indices.dropFirst(shown).prefix(Self.pageLength)
            for index in page { say("\(index + 1). \(choices[index].line)") }
            shown += page.count
        }
        say(title)
        read()
        while true {
            let rest = choices.count - shown
            let more = rest > 0 ? ", or more for the other \(rest)" : ""
            let taken = standard.map { "; empty takes \(choices[$0].word)" } ?? ""
            let answer = try await ask("Choose 1 to \(choices.count)\(more)\(taken).")
            if answer.isEmpty, let standard { return standard }
            if rest > 0, answer.lowercased() == "more" {
                read()
                continue
            }
            if let index = Self.index(of: answer, among: choices) { return index }
            let near = NameAdvice.suggestion(for: answer, among: choices.map(\.word))
            let what = answer.isEmpty ? "An empty line" : "\"\(answer)\""
            say("\(what) is none of them. \(near)".trimmingBlanks)
        }
    }

    private static func index(of answer: String, among choices: [Choice]) -> Int? {
        // A word may be a number of its own: what is spelled the same comes first.
        let wanted = answer.lowercased()
        guard !wanted.isEmpty else { return nil }
        if let index = choices.firstIndex(where: { $0.word.lowercased() == wanted }) {
            return index
        }
        if let number = Int(answer) {
            return choices.indices.contains(number - 1) ? number - 1 : nil
        }
        let begun = choices.indices.filter { choices[$0].word.lowercased().hasPrefix(wanted) }
        return begun.count == 1 ? begun.first : nil
    }
}

extension String {
    /// Without blanks at either end.
    var trimmingBlanks: String {
        let head = drop(while: \.isWhitespace)
        return String(head.reversed().drop(while: \.isWhitespace).reversed())
    }
}
