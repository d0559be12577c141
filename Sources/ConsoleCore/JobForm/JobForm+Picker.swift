import BatchModel
import ConsoleGrid

// The picker of data lies over the form: the form keeps its focus, and what is chosen is taken as if it had been typed.

extension JobForm {
    /// Opens the picker for the focused row.
    static func openPicker(_ state: inout State) -> [Effect] {
        let row = focusedRow(in: state)
        guard row.isReference, row.refusal == nil, state.phase == nil else { return [] }
        var picker = DataPicker.State(label: row.label, purpose: purpose(of: row, in: state))
        picker.keymap = state.keymap
        picker.keptAsset = state.keptAsset
        picker.resized(to: state.size)
        let effects = DataPicker.opened(&picker)
        state.picker = picker
        state.completion = nil
        state.notice = nil
        return effects.map(Effect.picker)
    }

    /// Hands an action to the picker, and takes what it chose.
    static func changePicker(_ state: inout State, _ action: DataPicker.Action) -> [Effect] {
        guard var picker = state.picker else { return [] }
        let effects = DataPicker.reduce(&picker, action)
        state.picker = picker
        state.keptAsset = picker.asset ?? picker.keptAsset
        return effects.flatMap { effect -> [Effect] in
            switch effect {
            case .choose(let text):
                state.picker = nil
                takePicked(text, in: &state)
                return []
            case .close:
                state.picker = nil
                return []
            case .list, .look, .makeAsset: return [.picker(effect)]
            }
        }
    }

    private static func takePicked(_ text: String, in state: inout State) {
        let row = focusedRow(in: state)
        guard row.isReference, row.refusal == nil, state.phase == nil else {
            // Notices are kept and copied: masked, as everything is that leaves the form.
            let words = DraftSecrets.masked(text)
            state.notice = "Not taken: the row it was chosen for is gone. It was \(words)."
            return
        }
        record(.other, in: &state)
        give(text, to: row, in: &state)
    }

    private static func purpose(of row: Row, in state: State) -> DataPicker.Purpose {
        guard case .input(let name) = row.field else { return .output }
        // A model deployment takes a file as well as a folder (ES §6 R19).
        guard state.deployment?.modelSettings == nil else { return .input(type: nil) }
        return .input(type: state.deployment?.inputs.first { $0.name == name }?.type)
    }
}
