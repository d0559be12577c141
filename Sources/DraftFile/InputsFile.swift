public import BatchModel

/// `inputs.yml` of `invoke --file` (CONTRACT §5.1, ES §4.4).
///
/// ```yaml
/// inputs:
///   heart_data: {type: uri_folder, path: azureml:heart@latest}
///   threshold:  {type: number, default: 0.7}      # a literal stands under `default`
///   short_form: azureml:heart:1
/// outputs:
///   score: {type: uri_file, path: azureml://datastores/workspaceblobstore/paths/out/1.csv, mode: upload}
/// ```
///
/// A key that nobody knows is an error, as it is to the official client: what was meant by it would be left out of the job.
public enum InputsFile {
    private static let keys = ["inputs", "outputs", "experiment_name", "$schema"]
    private static let inputKeys = ["type", "path", "default", "value", "mode", "description"]
    private static let outputKeys = ["type", "path", "mode", "description"]

    /// Adds what a text says to a draft; names already in the draft are replaced.
    ///
    /// - Returns: the errors, empty when all was taken; the draft is then changed, else it is as it was.
    public static func apply(yaml: String, file: String, to draft: inout JobDraft) -> [FileProblem]
    {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml) else { return reader.problems }
        _ = map.hasOnly(
            keys,
            otherwise: "Known are inputs, outputs and experiment_name; a setting is given with "
                + "--set, as --set mini_batch_size=5.")
        var changed = draft
        if let inputs = map.map("inputs") {
            for name in inputs.keys {
                guard let input = input(name, in: inputs) else { continue }
                changed.setInput(input)
            }
        }
        if let outputs = map.map("outputs") {
            for name in outputs.keys {
                guard let output = output(name, in: outputs) else { continue }
                changed.setOutput(output)
            }
        }
        changed.experimentName = map.text("experiment_name") ?? changed.experimentName
        if reader.problems.isEmpty { draft = changed }
        return reader.problems
    }

    private static func input(_ name: String, in map: YAMLMap) -> JobDraft.Input? {
        let (text, entry) = map.textOrMap(name)
        if let text {
            return reference(text, name, in: map).map {
                JobDraft.Input(name: name, value: .data(type: nil, reference: $0))
            }
        }
        guard let entry else {
            map.note(
                name, "inputs.\(name) is empty.", "Give `path:` or, for a literal, `default:`.")
            return nil
        }
        guard entry.hasOnly(inputKeys) else { return nil }
        let type = entry.text("type").map { DataType(rawValue: $0) }
        let mode = entry.text("mode")
        _ = entry.text("description")
        if let literal = entry.text("default") ?? entry.text("value") {
            return JobDraft.Input(name: name, value: .literal(text: literal))
        }
        guard let path = entry.text("path") else {
            map.note(
                name, "inputs.\(name) has no value.", "Give `path:` or, for a literal, `default:`.")
            return nil
        }
        return reference(path, name, in: map).map {
            JobDraft.Input(name: name, value: .data(type: type, reference: $0), mode: mode)
        }
    }

    /// An output without a path is left to the service.
    private static func output(_ name: String, in map: YAMLMap) -> JobDraft.Output? {
        let (text, entry) = map.textOrMap(name)
        if let entry, !entry.hasOnly(outputKeys) { return nil }
        let type = entry?.text("type").map { DataType(rawValue: $0) }
        let mode = entry?.text("mode")
        _ = entry?.text("description")
        guard let path = text ?? entry?.text("path") else {
            if mode != nil {
                map.note(
                    name, "outputs.\(name) has a mode and no path.",
                    "Give `path:` too, or leave the output to the service.")
            }
            return nil
        }
        return reference(path, name, in: map).map {
            JobDraft.Output(name: name, type: type, reference: $0, mode: mode)
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
    /// Puts an input's value in, in place of that of one of the same name.
    public mutating func setInput(_ name: String, _ value: InputValue) {
        if let index = inputs.firstIndex(where: { $0.name == name }) {
            inputs[index].value = value
        } else {
            inputs.append(Input(name: name, value: value))
        }
    }

    /// Puts an input in with its mode, in place of one of the same name.
    public mutating func setInput(_ input: Input) {
        if let index = inputs.firstIndex(where: { $0.name == input.name }) {
            inputs[index] = input
        } else {
            inputs.append(input)
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
