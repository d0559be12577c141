import BatchModel

/// What is wrong with a request, in the words of the form and in the frame of the service's validation refusals.
struct InvokeProblem: Sendable, Hashable {
    /// The form's words: field, detail, advice.
    var message: String
    /// One entry of the service's list (ES §6 R4).
    var text: String
}

/// The rules of a draft, said the way a service says them.
enum InvokeRules {
    static func problems(
        _ wire: WireInvoke, _ draft: JobDraft, _ deployment: Deployment,
        findings: [DataReference: ReferenceFinding], isInterfaceKnown: Bool = false
    ) -> [InvokeProblem] {
        var problems = DraftRules.problems(draft, deployment: deployment, findings: findings)
        if isInterfaceKnown { problems += needless(wire, deployment) }
        return problems.map { problem in
            InvokeProblem(message: problem.message, text: entry(problem, wire, draft))
        }
    }

    /// To a client a component that declares nothing may be one it cannot read; the engine knows better (ES §4.4).
    private static func needless(_ wire: WireInvoke, _ deployment: Deployment) -> [DraftProblem] {
        let inputs = deployment.inputs.isEmpty ? wire.inputs.keys.sorted() : []
        let outputs = deployment.outputs.isEmpty ? wire.outputs.keys.sorted() : []
        return inputs.map { problem(.input($0), "inputs") }
            + outputs.map { problem(.output($0), "outputs") }
    }

    private static func problem(_ field: DraftField, _ what: String) -> DraftProblem {
        DraftProblem(
            field: field, detail: "The deployment declares no \(what).", advice: "Leave it out.")
    }

    private static func entry(
        _ problem: DraftProblem, _ wire: WireInvoke, _ draft: JobDraft
    ) -> String {
        var property = property(problem.field, draft)
        var detail = problem.detail
        var attempted = ""
        if case .output(let name?) = problem.field, let type = wire.outputs[name]?.type,
            problem.detail.hasPrefix("Job output type")
        {
            property += ".JobOutputType"
            detail = "Job output type must be 'uri_file'."
            attempted = type.rawValue
        }
        return "{PropertyName:\"\(property)\", ErrorMessage:\"\(detail)\", "
            + "AttemptedValue:\"\(attempted)\", ErrorCode:\"PredicateValidator\"}"
    }

    private static func property(_ field: DraftField, _ draft: JobDraft) -> String {
        switch field {
        case .endpoint: return "Endpoint"
        case .deployment: return "Deployment"
        case .input(let name):
            let index = draft.inputs.firstIndex { $0.name == name }
            return index.map { "InputData.Values[\($0)]" } ?? "InputData"
        case .output(let name):
            let index = draft.outputs.firstIndex { $0.name == name }
            return index.map { "OutputData.Values[\($0)]" } ?? "OutputData"
        case .experimentName: return "Properties.ExperimentName"
        case .jobName: return "Name"
        case .miniBatchSize: return "MiniBatchSize"
        case .instanceCount: return "Compute.InstanceCount"
        case .maxRetries: return "RetrySettings.MaxRetries"
        case .timeout: return "RetrySettings.Timeout"
        case .errorThreshold: return "ErrorThreshold"
        case .outputFileName: return "OutputFileName"
        }
    }
}
