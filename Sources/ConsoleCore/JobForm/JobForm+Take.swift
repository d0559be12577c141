import BatchModel
import ConsoleGrid

// Filling the whole form at once: with a preset, or with a job that was pasted as a command or as YAML. It is one change
// that undo takes back, and what differs from the form before is marked beside its row, as it is for a job done again.

extension JobForm {
    /// Longer texts are no job.
    static let jobTextLimitBytes = 65_536

    /// Whether a pasted text is a whole job rather than the value of a row: a command, or YAML with inputs.
    static func isWholeJob(_ text: String) -> Bool {
        if JobText.isCommand(text) { return true }
        let lines = text.split(whereSeparator: \.isNewline)
        return lines.count > 1 && lines.contains { $0.hasPrefix("inputs:") }
    }

    /// Puts what a draft says in place of everything the form says.
    static func take(_ draft: JobDraft, from source: String, in state: inout State) {
        guard state.phase == nil else { return }
        record(.other, in: &state)
        let before = state.entry.texts.mapValues(\.value)
        let chosen = state.entry.chosen
        state.entry = Entry()
        state.entry.chosen = chosen
        state.origins = [:]
        state.completion = nil
        state.failure = nil
        state.put(named(draft, in: state))
        state.earlier = Earlier(name: source, texts: before, isRepeat: false)
        keepFocus(&state)
        state.notice = takenWords(draft, from: source, in: state)
    }

    /// The draft with the one input that has no name of its own under the name it must mean.
    private static func named(_ draft: JobDraft, in state: State) -> JobDraft {
        let name = draft.deployment ?? state.deploymentName
        let deployment = state.deployments.value?.first { $0.name == name }
        guard let deployment, deployment.modelSettings == nil, draft.inputs.count == 1 else {
            return draft
        }
        let data = deployment.inputs.filter { !$0.type.isLiteral }
        let isDeclared = deployment.inputs.contains { $0.name == draft.inputs[0].name }
        guard !isDeclared, data.count == 1, case .data = draft.inputs[0].value else {
            return draft
        }
        var copy = draft
        copy.inputs[0].name = data[0].name
        return copy
    }

    /// What was taken, and what could not be.
    private static func takenWords(
        _ draft: JobDraft, from source: String, in state: State
    ) -> String {
        var words = "Filled from \(source); \(state.key("undo")) takes it back."
        if draft.endpoint != state.endpoint {
            words += " It names the endpoint \(draft.endpoint); this form stays on "
            words += "\(state.endpoint)."
        }
        let known = Set(rows(in: state).map(\.field))
        let lost = state.entry.texts.filter { !$0.value.isEmpty && !known.contains($0.key) }
        let names = lost.keys.map(label).sorted()
        if !names.isEmpty, state.deployment != nil {
            words += " The deployment has no \(names.joined(separator: ", ")): not used."
        }
        return words
    }

    private static func label(of field: Field) -> String {
        switch field {
        case .input(let name): "input \(name)"
        case .output(let name): "output \(name)"
        case .setting(let setting): setting.draftField.label
        case .experimentName: "experiment_name"
        case .jobName: "job_name"
        case .deployment: "deployment"
        case .submit: "submit"
        }
    }
}

// MARK: - Presets

extension JobForm {
    /// Opens the list of presets.
    static func openPresets(_ state: inout State) -> [Effect] {
        guard state.phase == nil else { return [] }
        var presets = Presets.State(endpoint: state.endpoint, draft: draft(of: state))
        presets.keymap = state.keymap
        presets.resized(to: state.size)
        if !sweptRows(in: state).isEmpty {
            presets.notice = "Saving keeps the first value of each row that is swept."
        }
        state.presets = presets
        state.completion = nil
        state.notice = nil
        return [.presets(.list(state.endpoint))]
    }

    /// Hands an action to the list, and takes what it gives.
    static func changePresets(_ state: inout State, _ action: Presets.Action) -> [Effect] {
        guard var presets = state.presets else { return [] }
        let effects = Presets.reduce(&presets, action)
        state.presets = presets
        return effects.flatMap { effect -> [Effect] in
            switch effect {
            case .fill(let preset):
                state.presets = nil
                take(preset.draft, from: "the preset \(preset.name)", in: &state)
                return []
            case .close:
                state.presets = nil
                return []
            case .save:
                state.kept = state.entry
                return [.presets(effect)]
            case .list, .delete: return [.presets(effect)]
            }
        }
    }
}

// MARK: - Recent values

extension JobForm {
    /// Lists what was given to the focused row before, as candidates.
    static func openRecent(_ state: inout State) {
        let row = focusedRow(in: state)
        let values = recentValues(of: row, in: state)
        guard !values.isEmpty, state.phase == nil else { return }
        state.completion = Completion(
            field: row.field, asked: "", answered: "", candidates: values, shown: values,
            window: ListWindow(count: values.count, height: state.completionRows),
            isHighlighted: true)
    }

    /// Values of a row in earlier drafts for this endpoint, newest first, each once, without the one it has now.
    static func recentValues(of row: Row, in state: State) -> [String] {
        guard row.isText, row.refusal == nil else { return [] }
        let isModel = state.deployment?.modelSettings != nil
        var values: [String] = []
        for draft in state.recent where draft.endpoint == state.endpoint {
            guard let value = value(of: row, in: draft, isModel: isModel), !value.isEmpty,
                !values.contains(value), value != state.text(of: row.field)
            else { continue }
            values.append(value)
        }
        return values
    }

    private static func value(of row: Row, in draft: JobDraft, isModel: Bool) -> String? {
        switch row.field {
        case .input(let name):
            switch draft.inputs.first(where: { isModel || $0.name == name })?.value {
            case .data(_, let reference): row.isReference ? reference.text : nil
            case .literal(let text): row.isReference ? nil : text
            case nil: nil
            }
        case .output(let name):
            draft.outputs.first { isModel || $0.name == name }?.reference.text
        case .setting(let setting): value(of: setting, in: draft.overrides)
        case .experimentName: draft.experimentName
        case .jobName: draft.jobName
        case .deployment, .submit: nil
        }
    }

    /// What a draft's own settings say of one, as its row has it; nil when nothing.
    static func value(of setting: Setting, in changes: JobDraft.Overrides) -> String? {
        switch setting {
        case .miniBatchSize: changes.miniBatchSize.map { String($0) }
        case .instanceCount: changes.instanceCount.map { String($0) }
        case .maxRetries: changes.maxRetries.map { String($0) }
        case .timeout: changes.timeout.map { "\($0.components.seconds) s" }
        case .errorThreshold: changes.errorThreshold.map { String($0) }
        case .outputFileName: changes.outputFileName
        }
    }

    /// Takes the drafts kept from earlier sessions; what was used last goes before a suggestion.
    static func foundRecent(_ drafts: [JobDraft], in state: inout State) {
        state.recent += drafts.filter { !state.recent.contains($0) }
        for (field, origin) in state.origins where origin == .suggested {
            state.entry.texts[field] = nil
            state.origins[field] = nil
        }
    }
}
