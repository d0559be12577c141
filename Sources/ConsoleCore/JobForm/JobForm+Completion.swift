import BatchModel
import ConsoleGrid

// Candidates come from elsewhere and late, while the text goes on changing. So the list keeps what came for the last
// text that was answered and narrows it by fuzzy match to the text of now; an answer for the text of now replaces it,
// an answer for any other text is dropped. A text may have several answers, one for each kind that was asked.
//
// Enter takes the highlighted candidate. After taking one that goes on (a folder, an asset without its version) the
// list stays open with nothing highlighted, so that enter twice never walks into a folder's first file.

extension JobForm {
    /// An open list of candidates.
    struct Completion: Sendable, Equatable {
        var field: Field
        /// The text that was last asked about.
        var asked: String
        /// The text that `candidates` belong to; nil before the first answer.
        var answered: String?
        /// Whole texts for the field, best first.
        var candidates: [String]
        /// Those that match the text of now.
        var shown: [String]
        var window: ListWindow
        /// Whether enter takes a candidate.
        var isHighlighted: Bool
        /// Whether a person has moved the highlight, so that no later answer may.
        var hasMoved = false

        /// The candidate that enter takes.
        var highlighted: String? {
            guard isHighlighted, let row = window.selected, row < shown.count else { return nil }
            return shown[row]
        }

        /// Shows what matches the text and puts the highlight on the first.
        mutating func narrow(to text: String) {
            let isOwn = answered == text
            shown = isOwn || text.isEmpty ? candidates : Completion.ranked(candidates, by: text)
            window = ListWindow(count: shown.count, height: window.height)
        }

        /// Moves the highlight; the first move only shows it where none was.
        mutating func move(_ step: ListMove) {
            if isHighlighted { window.move(step) }
            isHighlighted = true
            hasMoved = true
        }

        /// Puts the highlight on a candidate, from 0.
        mutating func highlight(_ index: Int) {
            window.select(index)
            isHighlighted = true
            hasMoved = true
        }

        /// Takes one more answer for the text that was asked about.
        mutating func take(_ more: [String], for text: String) {
            let known = answered == text ? candidates : []
            let new = more.filter { !known.contains($0) }
            let all = (known + new).prefix(Completion.limit).enumerated()
            let kept = hasMoved ? highlighted : nil
            candidates = all.sorted { left, right in
                (Completion.rank(left.element), left.offset)
                    < (Completion.rank(right.element), right.offset)
            }.map(\.element)
            answered = text
            narrow(to: text)
            if let row = kept.flatMap(shown.firstIndex) { window.select(row) }
        }

        /// No list is longer; who wants more types a letter.
        static let limit = 1_000

        /// Data assets first, then datastores, then this machine.
        private static func rank(_ text: String) -> Int {
            text.hasPrefix("azureml://") ? 1 : text.hasPrefix("azureml:") ? 0 : 2
        }

        private static func ranked(_ candidates: [String], by text: String) -> [String] {
            let pattern = FuzzyPattern(text)
            let scored = candidates.enumerated().compactMap { index, candidate in
                pattern.score(candidate).map { (score: $0, index: index, candidate: candidate) }
            }
            return scored.sorted { ($1.score, $0.index) < ($0.score, $1.index) }.map(\.candidate)
        }
    }

    /// What to ask for a text; empty when nothing can be suggested.
    static func kinds(for text: String, in widget: Widget) -> [CompletionKind] {
        let stores = "azureml://datastores/"
        switch widget {
        case .destination:
            return stores.hasPrefix(text) || text.hasPrefix(stores) ? [.datastorePath] : []
        case .reference:
            if text.isEmpty { return [.dataAsset, .datastorePath, .localPath] }
            if text.hasPrefix("azureml:/") { return [.datastorePath] }
            if text.hasPrefix("azureml:") { return [.dataAsset] }
            if text.contains("://") { return [] }
            if let first = text.first, "/~.".contains(first) { return [.localPath] }
            return [.dataAsset, .localPath]
        case .picker, .choice, .number, .text, .button: return []
        }
    }

    /// Opens the list for the focused row.
    static func openCompletion(_ state: inout State) -> [Effect] {
        let row = focusedRow(in: state)
        guard row.isCompletable, state.phase == nil, state.completion == nil else { return [] }
        // Over a value that nobody typed everything is listed, not only what begins like it.
        let isOwn = state.origins[row.field] == nil
        let text = isOwn ? String(state.text(of: row.field).trimmingSpaces) : ""
        state.completion = Completion(
            field: row.field, asked: text, answered: nil, candidates: [], shown: [],
            window: ListWindow(height: state.completionRows), isHighlighted: true)
        guard row.options.isEmpty else {
            state.completion?.candidates = row.options
            state.completion?.answered = ""
            state.completion?.narrow(to: "")
            let current = value(of: row, in: state)
            state.completion?.window.select(row.options.firstIndex(of: current) ?? 0)
            return []
        }
        return kinds(for: text, in: row.widget).map { .complete(kind: $0, text: text) }
    }

    /// Follows a change of the text the list belongs to.
    static func retypeCompletion(_ state: inout State) -> [Effect] {
        guard var completion = state.completion else { return [] }
        let row = focusedRow(in: state)
        let text = String(state.text(of: row.field).trimmingSpaces)
        let kinds = kinds(for: text, in: row.widget)
        guard row.field == completion.field, !kinds.isEmpty else {
            state.completion = nil
            return []
        }
        guard completion.asked != text else { return [] }
        completion.asked = text
        completion.narrow(to: text)
        completion.isHighlighted = !text.hasSuffix("/")
        completion.hasMoved = false
        state.completion = completion
        return kinds.map { .complete(kind: $0, text: text) }
    }

    /// Puts the highlighted candidate into its row; goes on where it is only a beginning.
    static func takeCompletion(_ state: inout State) -> [Effect] {
        guard let completion = state.completion, let text = completion.highlighted else {
            return []
        }
        let row = focusedRow(in: state)
        record(.other, in: &state)
        give(text, to: row, in: &state)
        state.completion = nil
        guard row.isReference, !row.isSwept else { return [] }
        let isWhole = (try? DataReference(parsing: text)) != nil && !text.hasSuffix("/")
        guard !isWhole else { return [] }
        let effects = openCompletion(&state)
        state.completion?.isHighlighted = false
        return effects
    }

    /// Takes an answer: for the open list, and for what is prefilled.
    static func found(_ candidates: [String], for text: String, in state: inout State) {
        let names = candidates.compactMap(assetName)
        if !names.isEmpty {
            let known = state.assetNames ?? []
            state.assetNames = known + names.filter { !known.contains($0) }.uniqued
        }
        guard state.completion?.asked == text, state.completion?.field == state.focus else {
            return
        }
        state.completion?.take(candidates, for: text)
    }

    /// The data asset a candidate names, with or without a version.
    private static func assetName(in candidate: String) -> String? {
        guard candidate.hasPrefix("azureml:"), !candidate.hasPrefix("azureml:/") else { return nil }
        let name = candidate.dropFirst("azureml:".count).prefix { $0 != ":" && $0 != "@" }
        return name.isEmpty ? nil : String(name)
    }
}

extension [String] {
    /// Each element once, in the order of first occurrence.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
