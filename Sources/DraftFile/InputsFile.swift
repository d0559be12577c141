public import BatchModel

/// `inputs.yml` of `invoke --file` (CONTRACT §5.1, ES §4.4).
///
/// ```yaml
/// inputs:
///   heart_data: {type: uri_folder, path: azureml:heart@latest}
///   threshold:  {type: number, default: 0.7}      # a literal stands under `default`
///   short_form: azureml:heart:1
/// outputs:
///   score: {type: uri_file, path: azureml://datastores/workspaceblobstore/paths/out/1.csv}
/// ```
public enum InputsFile {
    /// Adds what a text says to a draft; names already in the draft are replaced.
    ///
    /// - Returns: the errors, empty when all was taken; the draft is then changed, else it is as it was.
    public static func apply(yaml: String, file: String, to draft: inout JobDraft) -> [FileProblem]
    {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml) else { return reader.problems }
        var changed = draft
        if let inputs = map.map("inputs") {
            for name in inputs.keys {
                guard let value = input(name, in: inputs) else { continue }
                changed.setInput(name, value)
            }
        }
        if let outputs = map.map("outputs") {
            for name in outputs.keys {
                guard let output = output(name, in: outputs) else { continue }
                changed.setOutput(output)
            }
        }
        changed.experimentName = map.text("experiment_name") ?? changed.experimentName
        map.noteUnknownKeys()
        let errors = reader.problems.filter { !$0.isWarning }
        if errors.isEmpty { draft = changed }
        return errors
    }

    private static func input(_ name: String, in map: YAMLMap) -> InputValue? {
        let (text, entry) = map.textOrMap(name)
        if let text {
            return reference(text, name, in: map).map { .data(type: nil, reference: $0) }
        }
        guard let entry else {
            map.note(
                name, "inputs.\(name) is empty.", "Give `path:` or, for a literal, `default:`.")
            return nil
        }
        let type = entry.text("type").map { DataType(rawValue: $0) }
        _ = [entry.text("mode"), entry.text("description")]
        defer { entry.noteUnknownKeys() }
        if let literal = entry.text("default") ?? entry.text("value") {
            return .literal(text: literal)
        }
        guard let path = entry.text("path") else {
            map.note(
                name, "inputs.\(name) has no value.", "Give `path:` or, for a literal, `default:`.")
            return nil
        }
        return reference(path, name, in: map).map { .data(type: type, reference: $0) }
    }

    private static func output(_ name: String, in map: YAMLMap) -> JobDraft.Output? {
        let (text, entry) = map.textOrMap(name)
        let type = entry?.text("type").map { DataType(rawValue: $0) }
        _ = entry?.text("mode")
        defer { entry?.noteUnknownKeys() }
        guard let path = text ?? entry?.text("path") else { return nil }
        return reference(path, name, in: map).map {
            JobDraft.Output(name: name, type: type, reference: $0)
        }
    }

    private static func reference(
        _ text: String, _ name: String, in map: YAMLMap
    ) -> DataReference? {
        do {
            return try DataReference(parsing: text)
        } catch {
            map.note(name, error.detail, ReferenceError.acceptedForms)
            return nil
        }
    }
}

extension JobDraft {
    /// Puts an input in, in place of one of the same name.
    public mutating func setInput(_ name: String, _ value: InputValue) {
        if let index = inputs.firstIndex(where: { $0.name == name }) {
            inputs[index].value = value
        } else {
            inputs.append(Input(name: name, value: value))
        }
    }

    /// Puts an output in, in place of one of the same name.
    public mutating func setOutput(_ output: Output) {
        if let index = outputs.firstIndex(where: { $0.name == output.name }) {
            outputs[index] = output
        } else {
            outputs.append(output)
        }
    }
}
