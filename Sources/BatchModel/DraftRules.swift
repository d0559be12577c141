// The rules of a job draft: one function, asked by the form while a person types, by the headless verbs before anything is
// sent, and by the engine for its 400 answers, so that all three say the same words.
//
// Rules are pure. What takes a look (is the path there? which kind of store is it?) comes in as findings; a reference
// without a finding is not held against the draft. Rows are those of ES §6.

/// What a service would refuse, or what would make the job fail.
public enum DraftRules {
    /// Everything that is wrong with a draft, in the order of its fields; empty when it may be sent.
    ///
    /// - Parameters:
    ///   - deployment: the one that will run the job, by name or as the endpoint's default.
    ///   - findings: what looking at references brought to light; an output's reference that was found is occupied.
    public static func problems(
        _ draft: JobDraft, deployment: Deployment,
        findings: [DataReference: ReferenceFinding] = [:]
    ) -> [DraftProblem] {
        if deployment.provisioningState == "Failed" { return [failed(deployment)] }
        let ofKind =
            switch deployment.kind {
            case .model(let settings):
                modelInputs(draft, deployment, findings) + modelOutputs(draft, deployment, findings)
                    + modelExperiment(draft, deployment) + overrides(draft.overrides, of: settings)
            case .pipelineComponent(let pipeline):
                pipelineInputs(draft, pipeline, findings)
                    + pipelineOutputs(draft, pipeline, findings)
                    + pipelineOverrides(draft, deployment)
            }
        return lostSecrets(draft) + ofKind
    }

    /// Where a secret was left out, the address or value opens nothing.
    private static func lostSecrets(_ draft: JobDraft) -> [DraftProblem] {
        draft.lostSecrets.map { field in
            DraftProblem(
                field: field, detail: "The secret in it was left out when the draft was kept.",
                advice: "Put it in where \(DraftSecrets.mask) stands.")
        }
    }

    /// A deployment that could not be made runs nothing; its description holds the reason where the service gives one.
    private static func failed(_ deployment: Deployment) -> DraftProblem {
        let reason = deployment.summary.map { ": \($0)" } ?? "."
        return DraftProblem(
            field: .deployment, detail: "The deployment \(deployment.name) is Failed\(reason)",
            advice: "Mend it, or choose another deployment.")
    }

    // MARK: - Model deployments

    private static func modelInputs(
        _ draft: JobDraft, _ deployment: Deployment, _ findings: [DataReference: ReferenceFinding]
    ) -> [DraftProblem] {
        var problems: [DraftProblem] = []
        if draft.inputs.isEmpty {
            problems.append(
                DraftProblem(
                    field: .input(nil), detail: "A model deployment needs one data input.",
                    advice: "Give a data asset, a datastore path, a URL or a local path."))
        }
        if draft.inputs.count > 1 {
            let names = draft.inputs.map(\.name).filter { !$0.isEmpty }.joined(separator: ", ")
            problems.append(
                DraftProblem(
                    field: .input(nil),
                    detail: "A model deployment takes exactly one data input, and there are "
                        + "\(draft.inputs.count)\(names.isEmpty ? "" : ": \(names)").",
                    advice: "Keep one; put several files into one folder."))
        }
        for input in draft.inputs {
            switch input.value {
            case .literal:
                problems.append(
                    DraftProblem(
                        field: .input(input.name),
                        detail: "Literal inputs are for pipeline component deployments; "
                            + "\(deployment.name) is a model deployment.",
                        advice: "Give data, or choose another deployment."))
            case .data(let type, let reference):
                problems += data(input, type, reference, findings, isOfModel: true)
            }
        }
        return problems
    }

    private static func modelOutputs(
        _ draft: JobDraft, _ deployment: Deployment, _ findings: [DataReference: ReferenceFinding]
    ) -> [DraftProblem] {
        var problems: [DraftProblem] = []
        if draft.outputs.count > 1 {
            problems.append(
                DraftProblem(
                    field: .output(nil),
                    detail: "A model deployment has exactly one output, and \(draft.outputs.count) "
                        + "were given.", advice: "Keep one."))
        }
        for output in draft.outputs {
            if let type = output.type, type != .uriFile {
                problems.append(
                    DraftProblem(
                        field: .output(output.name),
                        detail: "Job output type must be 'uri_file', not '\(type)'.",
                        advice: "A model deployment writes one file: give the file's path."))
            }
            problems += place(output, findings)
        }
        return problems
    }

    private static func modelExperiment(
        _ draft: JobDraft, _ deployment: Deployment
    ) -> [DraftProblem] {
        guard draft.experimentName?.isEmpty == false else { return [] }
        return [
            DraftProblem(
                field: .experimentName,
                detail: "An experiment name can be chosen for pipeline component deployments only; "
                    + "\(deployment.name) is a model deployment.",
                advice: "Leave it out: the job is filed under the endpoint's name.")
        ]
    }

    // MARK: - Pipeline component deployments

    private static func pipelineInputs(
        _ draft: JobDraft, _ pipeline: PipelineSettings,
        _ findings: [DataReference: ReferenceFinding]
    ) -> [DraftProblem] {
        var problems: [DraftProblem] = []
        let declared = Dictionary(
            pipeline.inputs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for input in draft.inputs {
            let spec = declared[input.name]
            if spec == nil, !pipeline.inputs.isEmpty {
                let names = pipeline.inputs.map(\.name)
                problems.append(
                    unnamedKeys.contains(input.name)
                        ? unnamed(names) : undeclared(.input(input.name), names, what: "input"))
            }
            switch input.value {
            case .data(let type, let reference):
                if let spec, spec.type.isLiteral, type?.isLiteral != true {
                    problems.append(
                        DraftProblem(
                            field: .input(input.name),
                            detail: "The input is declared as \(spec.type), and data was given.",
                            advice: "Give a value."))
                }
                let declared: DataType? = spec.flatMap { $0.type.isLiteral ? nil : $0.type }
                problems += data(
                    input, type ?? declared, reference, findings, isOfModel: false)
            case .literal(let text):
                problems += literal(text, input.name, spec)
            }
        }
        let given = Set(draft.inputs.map(\.name))
        for spec in pipeline.inputs
        where !spec.isOptional && spec.defaultValue == nil && !given.contains(spec.name) {
            problems.append(
                DraftProblem(
                    field: .input(spec.name),
                    detail: "Parameter \(spec.name) cannot be None since it is not optional.",
                    advice: "Give \(spec.type.withArticle)."))
        }
        return problems
    }

    private static func literal(
        _ text: String, _ name: String, _ spec: InputSpec?
    ) -> [DraftProblem] {
        guard let spec else { return [] }
        guard spec.type.isLiteral else {
            return [
                DraftProblem(
                    field: .input(name),
                    detail: "The input is declared as \(spec.type), and a literal was given.",
                    advice: "Give the address of data.")
            ]
        }
        do {
            _ = try Literal.converting(text, for: spec)
            return []
        } catch {
            return [
                DraftProblem(
                    field: .input(name), detail: error.description,
                    advice: "Give \(spec.type.withArticle)\(bounds(of: spec)).")
            ]
        }
    }

    private static func bounds(of spec: InputSpec) -> String {
        if !spec.allowedValues.isEmpty {
            return " out of \(spec.allowedValues.joined(separator: ", "))"
        }
        return switch (spec.minimum, spec.maximum) {
        case (let low?, let high?): " from \(low.text) to \(high.text)"
        case (let low?, nil): " of at least \(low.text)"
        case (nil, let high?): " of at most \(high.text)"
        case (nil, nil): ""
        }
    }

    private static func pipelineOutputs(
        _ draft: JobDraft, _ pipeline: PipelineSettings,
        _ findings: [DataReference: ReferenceFinding]
    ) -> [DraftProblem] {
        draft.outputs.flatMap { output in
            var problems = place(output, findings)
            let names = pipeline.outputs.map(\.name)
            if !names.isEmpty, !names.contains(output.name) {
                problems.insert(undeclared(.output(output.name), names, what: "output"), at: 0)
            }
            return problems
        }
    }

    private static func pipelineOverrides(
        _ draft: JobDraft, _ deployment: Deployment
    ) -> [DraftProblem] {
        guard !draft.overrides.isEmpty else { return [] }
        let changes = draft.overrides
        let given: [(DraftField, Bool)] = [
            (.miniBatchSize, changes.miniBatchSize != nil),
            (.instanceCount, changes.instanceCount != nil),
            (.maxRetries, changes.maxRetries != nil), (.timeout, changes.timeout != nil),
            (.errorThreshold, changes.errorThreshold != nil),
            (.outputFileName, changes.outputFileName != nil),
        ]
        return given.filter(\.1).map { field, _ in
            DraftProblem(
                field: field,
                detail: "This setting is for model deployments; \(deployment.name) is a pipeline "
                    + "component deployment.", advice: "Leave it out.")
        }
    }

    /// What an input is called that was given without a name, as `--input` gives it (CONTRACT §5.1).
    private static let unnamedKeys: Set = [
        DataType.uriFolder.wireName, DataType.uriFile.wireName,
    ]

    private static func unnamed(_ declared: [String]) -> DraftProblem {
        DraftProblem(
            field: .input(nil),
            detail:
                "`--input` has no name, and the inputs of a pipeline component deployment have.",
            advice: "Give it as `--set inputs.NAME.path=…`; declared: "
                + "\(declared.joined(separator: ", ")).")
    }

    private static func undeclared(
        _ field: DraftField, _ declared: [String], what: String
    ) -> DraftProblem {
        DraftProblem(
            field: field, detail: "The deployment declares no \(what) of this name.",
            advice: "Declared: \(declared.joined(separator: ", ")).")
    }
}
