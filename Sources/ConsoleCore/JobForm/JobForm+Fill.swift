public import BatchModel
import ConsoleGrid

extension JobForm.State {
    /// Fills the form with everything a draft says, as if it had been typed.
    public mutating func fill(from draft: JobDraft) {
        put(draft)
        _ = JobForm.settle(&self)
    }

    /// The same, leaving it to the caller to ask what the form means now.
    mutating func put(_ draft: JobDraft) {
        if let deployment = draft.deployment { entry.chosen = deployment }
        for input in draft.inputs {
            // The name of a model deployment's input means nothing (ES §6 R1).
            let name = deployment?.modelSettings == nil ? input.name : "input"
            entry.modes[.input(name: name)] = input.mode
            switch input.value {
            case .data(_, let reference): type(reference.text, into: .input(name: name))
            case .literal(let text): type(text, into: .input(name: name))
            }
        }
        for output in draft.outputs {
            let name = deployment?.modelSettings == nil ? output.name : "score"
            entry.modes[.output(name: name)] = output.mode
            type(output.reference.text, into: .output(name: name))
        }
        for setting in JobForm.Setting.allCases {
            type(JobForm.value(of: setting, in: draft.overrides), into: .setting(setting))
        }
        type(draft.experimentName, into: .experimentName)
        type(draft.jobName, into: .jobName)
    }

    private mutating func type(_ text: String?, into field: JobForm.Field) {
        guard let text, !text.isEmpty else { return }
        entry.texts[field] = TextField(text)
        touched.insert(field)
        origins[field] = nil
    }
}
