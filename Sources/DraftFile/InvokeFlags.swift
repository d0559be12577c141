public import BatchModel

/// What the flags of `az ml batch-endpoint invoke` say, before anything is made of it.
///
/// `batchdeck invoke` and a pasted `az` command come to a draft by the same rules.
public struct InvokeFlags: Sendable, Hashable {
    /// `--name`: the endpoint.
    public var name: String?
    /// `--deployment-name`.
    public var deploymentName: String?
    /// Every `--input`; a second one is for the rules to refuse.
    public var inputs: [String] = []
    /// `--input-type`.
    public var inputType: String?
    /// `--file`: a name, or `-` for standard input.
    public var file: String?
    /// Every word after `--set` or `--params-override`.
    public var settings: [String] = []
    /// `--experiment-name`.
    public var experimentName: String?
    /// `--job-name`.
    public var jobName: String?
    /// `--output-path`.
    public var outputPath: String?
    /// `--mini-batch-size`.
    public var miniBatchSize: String?
    /// `--instance-count`.
    public var instanceCount: String?

    /// No flags.
    public init() {}

    /// The key of a single input without a name: its type, as the official client has it (CONTRACT §5.1).
    public static func unnamedKey(_ type: DataType?) -> String {
        (type ?? .uriFolder).wireName
    }

    /// These flags where others were given before: a flag that is given here wins, settings come after theirs.
    public func over(_ first: InvokeFlags) -> InvokeFlags {
        var all = self
        all.name = name ?? first.name
        all.deploymentName = deploymentName ?? first.deploymentName
        if inputs.isEmpty { all.inputs = first.inputs }
        all.inputType = inputType ?? (inputs.isEmpty ? first.inputType : nil)
        all.file = file ?? first.file
        all.settings = first.settings + settings
        all.experimentName = experimentName ?? first.experimentName
        all.jobName = jobName ?? first.jobName
        all.outputPath = outputPath ?? first.outputPath
        all.miniBatchSize = miniBatchSize ?? first.miniBatchSize
        all.instanceCount = instanceCount ?? first.instanceCount
        return all
    }

    /// The draft they come to: flags win over the file, `--set` over both; inputs add up.
    ///
    /// - Parameter readFile: the text of `--file`.
    /// - Throws: `SettingError` that says which flag is wrong and what it takes.
    public func draft(
        readFile: (String) throws(SettingError) -> String
    ) throws(SettingError) -> JobDraft {
        guard let name, !name.isEmpty else {
            throw SettingError(message: "--name is missing: name the endpoint.")
        }
        var draft = JobDraft(
            endpoint: Endpoint.Name(name), deployment: deploymentName.map { Deployment.Name($0) },
            jobName: jobName)
        if let file {
            let problems = InputsFile.apply(yaml: try readFile(file), file: file, to: &draft)
            guard problems.isEmpty else {
                throw SettingError(message: problems.map(\.message).joined(separator: " "))
            }
        }
        if let experimentName { draft.experimentName = experimentName }
        let type = inputType.map { DataType(rawValue: $0) }
        let isOnly = inputs.count == 1 && draft.inputs.isEmpty
        for text in inputs {
            let value = InputValue.data(type: type, reference: try DraftSetting.reference(text))
            draft.inputs.append(
                .init(name: isOnly ? Self.unnamedKey(type) : "input", value: value))
        }
        if let outputPath {
            draft.setOutput(
                .init(name: "score", reference: try DraftSetting.reference(outputPath)))
        }
        let flags = [("mini_batch_size", miniBatchSize), ("compute.instance_count", instanceCount)]
        try DraftSetting.apply(
            flags.compactMap { key, value in value.map { "\(key)=\($0)" } } + settings, to: &draft)
        return draft
    }
}
