public import BatchModel

// A draft as what a person would type elsewhere. Every form leaves secrets out (`DraftSecrets`), and `DraftImport` takes
// the command and the file back. Literals are written as type string with their text: that is what travels (CONTRACT §5.2),
// and without a type the other tools would take them for folders. So they would an output: where it can only be a model
// deployment's it is called the file that it is (ES §6 R4). Whoever can ask fills in the other types first
// (`JobDraft.typed`).

/// A draft as an `az` command, a request for curl, a Python program, or a YAML file.
public enum DraftExport {
    /// The equivalent `az ml batch-endpoint invoke` command, quoted for a POSIX shell, in one line unless a value has several.
    public static func azCommand(_ draft: JobDraft) -> String {
        let draft = draft.withoutSecrets
        var words = head(draft)
        var settings: [String] = []
        if let only = onlyInput(draft) {
            words += ["--input", only.reference.text]
            if let type = only.type { words += ["--input-type", type.rawValue] }
        } else {
            settings += draft.inputs.flatMap(Self.settings)
        }
        for output in draft.outputs {
            let name = "outputs.\(output.name)"
            if let type = outputType(output, in: draft) { settings.append("\(name).type=\(type)") }
            settings.append("\(name).path=\(output.reference.text)")
            if let mode = output.mode { settings.append("\(name).mode=\(mode)") }
        }
        words += overrides(draft.overrides, settings: &settings)
        return line(words, settings)
    }

    /// The draft as `inputs.yml` and the command that goes with it, which names the file and says what a file cannot.
    ///
    /// The file's first lines say the command again, as a comment.
    public static func yaml(
        _ draft: JobDraft, file name: String = "inputs.yml"
    ) -> (file: String, command: String) {
        let draft = draft.withoutSecrets
        var settings: [String] = []
        let words =
            head(draft) + ["--file", name] + overrides(draft.overrides, settings: &settings)
        let command = line(words, settings)
        let comment = command.split(separator: "\n", omittingEmptySubsequences: false)
            .map { "# \($0)" }
        // A comment may hold no control and nothing that YAML takes for a line's end, so such a command is quoted in one.
        let isWritten = command.unicodeScalars.allSatisfy { $0 == "\n" || isPlain($0) }
        let lines = (isWritten ? comment : ["# \(quoted(command))"]) + body(draft)
        return (lines.joined(separator: "\n") + "\n", command)
    }

    /// The type of an output, as far as the draft tells it: settings for one job, and an input without a name of its own,
    /// are for model deployments alone.
    private static func outputType(
        _ output: JobDraft.Output, in draft: JobDraft
    ) -> DataType? {
        if let given = output.type { return given }
        let unnamed = [InvokeFlags.unnamedKey(.uriFolder), InvokeFlags.unnamedKey(.uriFile)]
        let isOfModel =
            !draft.overrides.isEmpty || draft.inputs.contains { unnamed.contains($0.name) }
        return isOfModel ? .uriFile : nil
    }

    /// The endpoint, the deployment and the two names.
    private static func head(_ draft: JobDraft) -> [String] {
        var words = ["az", "ml", "batch-endpoint", "invoke", "--name", draft.endpoint.rawValue]
        if let deployment = draft.deployment {
            words += ["--deployment-name", deployment.rawValue]
        }
        if let name = draft.experimentName { words += flag("--experiment-name", name) }
        if let name = draft.jobName { words += flag("--job-name", name) }
        return words
    }

    /// Two words, or one where the value would be taken for a flag.
    private static func flag(_ name: String, _ value: String) -> [String] {
        value.hasPrefix("-") ? ["\(name)=\(value)"] : [name, value]
    }

    private static func line(_ words: [String], _ settings: [String]) -> String {
        let all = settings.isEmpty ? words : words + ["--set"] + settings
        return all.map(ShellWords.quoted).joined(separator: " ")
    }

    /// The one input that `--input` says as well, whose name is no more than its type (CONTRACT §5.1).
    private static func onlyInput(
        _ draft: JobDraft
    ) -> (type: DataType?, reference: DataReference)? {
        guard draft.inputs.count == 1, case .data(let type, let reference) = draft.inputs[0].value,
            draft.inputs[0].name == InvokeFlags.unnamedKey(type), draft.inputs[0].mode == nil,
            !reference.text.hasPrefix("-")
        else { return nil }
        return (type, reference)
    }

    private static func settings(_ input: JobDraft.Input) -> [String] {
        let name = "inputs.\(input.name)"
        switch input.value {
        case .data(let type, let reference):
            var settings = ["\(name).path=\(reference.text)"]
            if let type { settings.insert("\(name).type=\(type)", at: 0) }
            if let mode = input.mode { settings.append("\(name).mode=\(mode)") }
            return settings
        case .literal(let text): return ["\(name).type=string", "\(name).default=\(text)"]
        }
    }

    private static func overrides(
        _ changes: JobDraft.Overrides, settings: inout [String]
    ) -> [String] {
        var words: [String] = []
        if let size = changes.miniBatchSize { words += flag("--mini-batch-size", String(size)) }
        if let count = changes.instanceCount { words += flag("--instance-count", String(count)) }
        for (key, value) in paths(changes) { settings.append("\(key)=\(value)") }
        return words
    }

    /// Settings that have no flag, by their path.
    private static func paths(_ changes: JobDraft.Overrides) -> [(key: String, value: String)] {
        let all: [(String, String?)] = [
            ("error_threshold", changes.errorThreshold.map(String.init)),
            ("output_file_name", changes.outputFileName),
            ("retry_settings.max_retries", changes.maxRetries.map(String.init)),
            ("retry_settings.timeout", changes.timeout.map { String($0.components.seconds) }),
        ]
        return all.compactMap { key, value in value.map { (key, $0) } }
    }

    // MARK: - YAML

    private static func body(_ draft: JobDraft) -> [String] {
        let inputs = draft.inputs.flatMap { input in
            switch input.value {
            case .data(let type, let reference):
                entry(input.name, type?.rawValue, "path", reference.text, mode: input.mode)
            case .literal(let text): entry(input.name, "string", "default", text)
            }
        }
        let outputs = draft.outputs.flatMap {
            entry($0.name, $0.type?.rawValue, "path", $0.reference.text, mode: $0.mode)
        }
        return (inputs.isEmpty ? ["inputs: {}"] : ["inputs:"] + inputs)
            + (outputs.isEmpty ? [] : ["outputs:"] + outputs)
    }

    private static func entry(
        _ name: String, _ type: String?, _ member: String, _ value: String, mode: String? = nil
    ) -> [String] {
        var lines = ["  \(quoted(name)):"]
        if let type { lines.append("    type: \(quoted(type))") }
        lines.append("    \(member): \(quoted(value))")
        if let mode { lines.append("    mode: \(quoted(mode))") }
        return lines
    }

    /// A text in double quotes, with escapes that YAML and Python read alike.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result += isPlain(scalar) ? String(scalar) : escape(scalar)
            }
        }
        return result + "\""
    }

    /// Everything that is neither a control nor something a reader may take for a line's end or leave out.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
        default: true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let width = scalar.value < 0x100 ? 2 : 4
        let filled = String(repeating: "0", count: max(0, width - digits.count)) + digits
        return (width == 2 ? "\\x" : "\\u") + filled
    }
}

extension DraftExport {
    /// A Python program for the package azure-ai-ml that submits the job.
    ///
    /// The workspace comes from the `config.json` that the studio hands out: a program is not bound to one.
    public static func python(_ draft: JobDraft) -> String {
        let draft = draft.withoutSecrets
        var arguments = ["endpoint_name=\(quoted(draft.endpoint.rawValue))"]
        if let name = draft.deployment {
            arguments.append("deployment_name=\(quoted(name.rawValue))")
        }
        if !draft.inputs.isEmpty {
            arguments.append("inputs={\n\(draft.inputs.map(member).joined())    }")
        }
        if !draft.outputs.isEmpty {
            let outputs = draft.outputs.map { member($0, outputType($0, in: draft)) }
            arguments.append("outputs={\n\(outputs.joined())    }")
        }
        let changes = changes(draft.overrides)
        if !changes.isEmpty {
            arguments.append("params_override=[\(changes.joined(separator: ", "))]")
        }
        if let name = draft.experimentName { arguments.append("experiment_name=\(quoted(name))") }
        if let name = draft.jobName { arguments.append("job_name=\(quoted(name))") }
        return """
            from azure.ai.ml import Input, MLClient, Output
            from azure.identity import DefaultAzureCredential

            client = MLClient.from_config(credential=DefaultAzureCredential())
            job = client.batch_endpoints.invoke(
            \(arguments.map { "    \($0),\n" }.joined()))
            print(job.name)

            """
    }

    private static func member(_ input: JobDraft.Input) -> String {
        let value =
            switch input.value {
            case .data(let type, let reference):
                "type=\(quoted((type ?? .uriFolder).rawValue)), path=\(quoted(reference.text))"
                    + said(input.mode)
            case .literal(let text): "type=\"string\", default=\(quoted(text))"
            }
        return "        \(quoted(input.name)): Input(\(value)),\n"
    }

    private static func member(_ output: JobDraft.Output, _ type: DataType?) -> String {
        let type = quoted((type ?? .uriFolder).rawValue)
        return "        \(quoted(output.name)): Output(type=\(type), "
            + "path=\(quoted(output.reference.text))\(said(output.mode))),\n"
    }

    /// The argument for a mode, behind another.
    private static func said(_ mode: String?) -> String {
        mode.map { ", mode=\(quoted($0))" } ?? ""
    }

    private static func changes(_ overrides: JobDraft.Overrides) -> [String] {
        let whole: [(String, Int?)] = [
            ("mini_batch_size", overrides.miniBatchSize),
            ("compute.instance_count", overrides.instanceCount),
            ("error_threshold", overrides.errorThreshold),
            ("retry_settings.max_retries", overrides.maxRetries),
            ("retry_settings.timeout", overrides.timeout.map { Int($0.components.seconds) }),
        ]
        let name = overrides.outputFileName.map { ["{\"output_file_name\": \(quoted($0))}"] }
        return whole.compactMap { key, value in value.map { "{\"\(key)\": \($0)}" } } + (name ?? [])
    }

    /// A request as a command for curl; the token comes from the variable `TOKEN`.
    ///
    /// - Parameters:
    ///   - preview: what the client would send.
    ///   - tokenAdvice: how to get the token, one line.
    public static func curl(_ preview: RequestPreview, tokenAdvice: String) -> String {
        var lines = ["# TOKEN: \(tokenAdvice)"]
        for upload in preview.uploads {
            let text = DraftSecrets.masked(upload).split(separator: "\n").joined(separator: " ")
            lines.append("# curl uploads nothing; first copy \(text)")
        }
        lines.append(
            "curl --fail-with-body -X \(preview.method) \(ShellWords.quoted(preview.url)) \\")
        lines.append("  -H \"Authorization: Bearer $TOKEN\" \\")
        let kept = ["content-type:", "azureml-model-deployment:"]
        for header in preview.headers
        where kept.contains(where: { header.lowercased().hasPrefix($0) }) {
            lines.append("  -H \(ShellWords.quoted(header)) \\")
        }
        lines.append("  --data-binary \(ShellWords.quoted(untagged(preview.body)))")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The body without the tag by which batchdeck finds its own submissions again.
    private static func untagged(_ body: String) -> String {
        let masked = DraftSecrets.masked(body)
        guard let value = try? WireJSON.decode(JSONValue.self, from: Array(masked.utf8)),
            var members = value.members, var properties = members["properties"]?.members
        else { return masked }
        properties["tags"] = nil
        members["properties"] = .object(properties)
        let bytes = try? WireJSON.encode(JSONValue.object(members), pretty: true)
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? masked
    }
}
