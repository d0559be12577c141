import BatchModel
import ConsoleGrid

// A launch with defaults is two keys, because the input is filled before anyone asks: with what was used here last,
// else with the one data asset whose name goes with the deployment's (`digits-batch` and `digits-data`). A guess that
// two assets would satisfy alike is not made, a row that was ever edited is never filled, and the row says where its
// value came from.

extension JobForm {
    /// Fills input rows that are empty and were never edited.
    static func prefill(_ state: inout State) {
        // What an earlier job left out stays out.
        guard state.phase == nil, state.deployment != nil, state.earlier == nil else { return }
        let rows = rows(in: state).filter { $0.section == .inputs }
        for row in rows where isFree(row, in: state) {
            if let text = lastUsed(for: row, in: state) {
                fill(row.field, with: text, from: .lastUsed, in: &state)
            } else if let text = suggestion(for: row, among: rows, in: state) {
                fill(row.field, with: text, from: .suggested, in: &state)
            }
        }
    }

    private static func isFree(_ row: Row, in state: State) -> Bool {
        !state.touched.contains(row.field) && state.text(of: row.field).isEmpty
            && state.completion?.field != row.field
    }

    private static func fill(
        _ field: Field, with text: String, from origin: Origin, in state: inout State
    ) {
        state.entry.texts[field] = TextField(text)
        state.origins[field] = origin
    }

    /// What the newest draft for this deployment, else for this endpoint, gave the row.
    private static func lastUsed(for row: Row, in state: State) -> String? {
        guard case .input(let name) = row.field else { return nil }
        let here = state.recent.filter { $0.endpoint == state.endpoint }
        let own = here.first { ($0.deployment ?? state.defaultDeployment) == state.deploymentName }
        guard let draft = own ?? here.first else { return nil }
        // The name of a model deployment's input means nothing (ES §6 R1).
        let isModel = state.deployment?.modelSettings != nil
        let input = draft.inputs.first { isModel || $0.name == name }
        switch input?.value {
        case .data(_, let reference): return row.isReference ? reference.text : nil
        case .literal(let text): return row.isReference ? nil : text
        case nil: return nil
        }
    }

    private static func suggestion(
        for row: Row, among rows: [Row], in state: State
    ) -> String? {
        let needed = rows.filter { $0.isReference && !$0.isOptional }
        guard needed == [row], let names = state.assetNames else { return nil }
        let subject = [state.endpoint.rawValue, state.deploymentName?.rawValue ?? "", row.label]
        return AssetSuggestion.best(of: names, for: subject).map { "azureml:\($0)@latest" }
    }
}

/// Which data asset goes with a deployment, judged by the words in their names.
enum AssetSuggestion {
    /// Words that say nothing about what the data is.
    private static let generic: Set<String> = [
        "batch", "endpoint", "deployment", "pipeline", "classifier", "model", "default", "data",
        "dataset", "input", "score", "scoring", "test", "sample",
    ]

    /// The only name there is, else the one that shares the most telling words with the subject and has the fewest others; nil when no
    /// name shares any or two are equally good.
    static func best(of names: [String], for subject: [String]) -> String? {
        // Where there is one data asset only, it is what is meant.
        if names.count == 1 { return names.first }
        let wanted = Set(subject.flatMap(words)).subtracting(generic)
        var best: (name: String, shared: Int, extra: Int)?
        var isTied = false
        for name in names {
            let own = Set(words(name)).subtracting(generic)
            let shared = own.intersection(wanted).count
            let extra = own.count - shared
            guard shared > 0 else { continue }
            if let holder = best {
                if (shared, -extra) == (holder.shared, -holder.extra) { isTied = true }
                if (shared, -extra) <= (holder.shared, -holder.extra) { continue }
            }
            best = (name, shared, extra)
            isTied = false
        }
        return isTied ? nil : best?.name
    }

    /// Lower-case words without a plural `s`.
    private static func words(_ name: String) -> [String] {
        name.lowercased().split { !$0.isLetter && !$0.isNumber }.map { word in
            word.count > 3 && word.hasSuffix("s") ? String(word.dropLast()) : String(word)
        }
    }
}
