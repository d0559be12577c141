public import BatchModel

/// A draft as what a person would type elsewhere.
public enum DraftExport {
    /// The equivalent `az ml batch-endpoint invoke` command, quoted for a POSIX shell, secrets of URLs masked.
    public static func azCommand(_ draft: JobDraft) -> String {
        var words = ["az", "ml", "batch-endpoint", "invoke", "--name", draft.endpoint.rawValue]
        if let deployment = draft.deployment {
            words += ["--deployment-name", deployment.rawValue]
        }
        if let name = draft.experimentName { words += ["--experiment-name", name] }
        if let name = draft.jobName { words += ["--job-name", name] }
        var settings: [String] = []
        if draft.inputs.count == 1, case .data(let type, let reference) = draft.inputs[0].value {
            words += ["--input", masked(reference.text)]
            if let type { words += ["--input-type", type.rawValue] }
        } else {
            settings += draft.inputs.flatMap(Self.settings)
        }
        settings += draft.outputs.map { "outputs.\($0.name).path=\(masked($0.reference.text))" }
        words += overrides(draft.overrides, settings: &settings)
        if !settings.isEmpty { words += ["--set"] + settings }
        return words.map(quoted).joined(separator: " ")
    }

    private static func settings(_ input: JobDraft.Input) -> [String] {
        switch input.value {
        case .data(let type, let reference):
            (type.map { ["inputs.\(input.name).type=\($0)"] } ?? [])
                + ["inputs.\(input.name).path=\(masked(reference.text))"]
        case .literal(let text): ["inputs.\(input.name).default=\(text)"]
        }
    }

    private static func overrides(
        _ changes: JobDraft.Overrides, settings: inout [String]
    ) -> [String] {
        var words: [String] = []
        if let size = changes.miniBatchSize { words += ["--mini-batch-size", String(size)] }
        if let count = changes.instanceCount { words += ["--instance-count", String(count)] }
        if let threshold = changes.errorThreshold {
            settings.append("error_threshold=\(threshold)")
        }
        if let name = changes.outputFileName { settings.append("output_file_name=\(name)") }
        if let tries = changes.maxRetries {
            settings.append("retry_settings.max_retries=\(tries)")
        }
        if let timeout = changes.timeout {
            settings.append("retry_settings.timeout=\(timeout.components.seconds)")
        }
        return words
    }

    /// A URL without the values of its signature.
    static func masked(_ text: String) -> String {
        guard let query = text.firstIndex(of: "?") else { return text }
        let items = text[text.index(after: query)...].split(separator: "&").map { item in
            let name = item.prefix { $0 != "=" }
            return ["sig", "se", "st", "sp"].contains(name.lowercased())
                ? "\(name)=…" : String(item)
        }
        return text[...query] + items.joined(separator: "&")
    }

    private static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=@,+%".contains($0))
        }
        guard !plain || word.isEmpty else { return word }
        return "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
