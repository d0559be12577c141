public import BatchModel

extension JobForm {
    /// The job the form describes now.
    ///
    /// A text that is not what its row takes is left out of the draft; the form itself shows it as a problem. The
    /// deployment is always named, so that what was seen is what is sent even if the default changes meanwhile.
    public static func draft(of state: State) -> JobDraft { draft(of: state, at: [:]) }

    /// The job of one combination of a sweep: the named values, and the first of every other swept row.
    static func draft(of state: State, at point: [Field: String]) -> JobDraft {
        var draft = JobDraft(endpoint: state.endpoint, deployment: state.deploymentName)
        for row in rows(in: state) where row.refusal == nil {
            let isSwept = state.entry.swept.contains(row.field)
            let own =
                isSwept
                ? values(of: row.field, in: state).first ?? ""
                : String(state.text(of: row.field).trimmingSpaces)
            let text = point[row.field] ?? own
            guard !text.isEmpty else { continue }
            switch row.field {
            case .deployment, .submit: break
            case .input(let name): put(input: name, text, row, in: &draft, state.deployment)
            case .output(let name):
                if let reference = try? DataReference(parsing: text) {
                    draft.outputs.append(JobDraft.Output(name: name, reference: reference))
                }
            case .setting(let setting): put(setting, text, in: &draft.overrides)
            case .experimentName: draft.experimentName = text
            case .jobName: draft.jobName = text
            }
        }
        for index in draft.inputs.indices {
            draft.inputs[index].mode = state.entry.modes[.input(name: draft.inputs[index].name)]
        }
        for index in draft.outputs.indices {
            draft.outputs[index].mode = state.entry.modes[.output(name: draft.outputs[index].name)]
        }
        return draft
    }

    private static func put(
        input name: String, _ text: String, _ row: Row, in draft: inout JobDraft,
        _ deployment: Deployment?
    ) {
        guard row.isReference else {
            draft.inputs.append(JobDraft.Input(name: name, value: .literal(text: text)))
            return
        }
        guard let reference = try? DataReference(parsing: text) else { return }
        // A model deployment takes a file as well as a folder: the asset or the path decides (ES §6 R19).
        let isModel = deployment?.modelSettings != nil
        let type = isModel ? nil : deployment?.inputs.first { $0.name == name }?.type
        draft.inputs.append(
            JobDraft.Input(name: name, value: .data(type: type, reference: reference)))
    }

    private static func put(
        _ setting: Setting, _ text: String, in overrides: inout JobDraft.Overrides
    ) {
        switch setting {
        case .miniBatchSize: overrides.miniBatchSize = Int(text)
        case .instanceCount: overrides.instanceCount = Int(text)
        case .maxRetries: overrides.maxRetries = Int(text)
        case .timeout: overrides.timeout = duration(text)
        case .errorThreshold: overrides.errorThreshold = Int(text)
        case .outputFileName: overrides.outputFileName = text
        }
    }

    /// `30`, `30s`, `5 min`, `1h`: whole seconds, minutes or hours; nil for anything else.
    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        let factor: Int64
        switch String(text.dropFirst(digits.count)).trimmingSpaces.lowercased() {
        case "", "s", "sec": factor = 1
        case "m", "min": factor = 60
        case "h": factor = 3600
        default: return nil
        }
        let (seconds, didOverflow) = number.multipliedReportingOverflow(by: factor)
        // A hundred years: more cannot be meant, and sums of durations stay far from their limit.
        return didOverflow || seconds > 3_155_760_000 ? nil : .seconds(seconds)
    }

    /// What a row's text means as a reference; nil while it means none.
    static func reference(of row: Row, in state: State) -> DataReference? {
        let text = String(state.text(of: row.field).trimmingSpaces)
        guard row.isReference, row.refusal == nil, !text.isEmpty,
            !state.entry.swept.contains(row.field)
        else { return nil }
        return try? DataReference(parsing: text)
    }
}

// MARK: - Problems

extension JobForm {
    /// Everything that stands between the form and a job, in the order of the rows.
    ///
    /// Where a row's text does not parse, only that is said about the row: what the rules would add (that the input
    /// is missing, say) would not be true.
    static func problems(in state: State) -> [DraftProblem] {
        guard let deployment = state.deployment else { return [deploymentProblem(in: state)] }
        return problems(in: state, deployment, findings: state.findings)
    }

    /// The problems that need no look at anything: what a request cannot be made without.
    static func problemsOfShape(in state: State) -> [DraftProblem] {
        guard let deployment = state.deployment else { return [deploymentProblem(in: state)] }
        return problems(in: state, deployment, findings: [:])
    }

    /// The row a problem belongs to.
    static func field(of problem: DraftProblem, among rows: [Row]) -> Field {
        let fields = rows.map(\.field)
        switch problem.field {
        case .endpoint, .deployment: return .deployment
        case .input(let name):
            if let name, fields.contains(.input(name: name)) { return .input(name: name) }
            return rows.first { $0.section == .inputs }?.field ?? .deployment
        case .output(let name):
            if let name, fields.contains(.output(name: name)) { return .output(name: name) }
            return rows.first { $0.section == .outputs }?.field ?? .deployment
        case .experimentName: return .experimentName
        case .jobName: return .jobName
        case .miniBatchSize, .instanceCount, .maxRetries, .timeout, .errorThreshold,
            .outputFileName:
            let setting = Setting.allCases.first { $0.draftField == problem.field }
            return setting.map(Field.setting) ?? .deployment
        }
    }

    private static func problems(
        in state: State, _ deployment: Deployment, findings: [DataReference: ReferenceFinding]
    ) -> [DraftProblem] {
        let rows = rows(in: state)
        let ofTexts = rows.compactMap { textProblem(of: $0, in: state) }
        let hidden = Set(ofTexts.map { field(of: $0, among: rows) })
        let draft = draft(of: state)
        let ofRules = DraftRules.problems(
            draft, deployment: deployment, findings: relevant(findings, to: draft, in: state))
        let ofSweep = sweepProblems(
            in: state, deployment, findings: relevant(findings, to: draft, in: state))
        let all =
            ofTexts
            + (ofRules + ofSweep).filter { !hidden.contains(field(of: $0, among: rows)) }
        return rows.flatMap { row in all.filter { field(of: $0, among: rows) == row.field } }
    }

    /// Where an output shall go nothing should be: that a look found nothing there is no problem.
    private static func relevant(
        _ findings: [DataReference: ReferenceFinding], to draft: JobDraft, in state: State
    ) -> [DataReference: ReferenceFinding] {
        let read = draft.inputs.compactMap { input -> DataReference? in
            switch input.value {
            case .data(_, let reference): reference
            case .literal: nil
            }
        }
        return findings.filter { reference, finding in
            switch finding {
            case .found: true
            case .missing: read.contains(reference) || state.referencesBeside.contains(reference)
            }
        }
    }

    private static func textProblem(of row: Row, in state: State) -> DraftProblem? {
        guard row.refusal == nil else { return nil }
        // A list without a value would make no job at all, so an empty one is a problem even where a value may be left out.
        guard !state.entry.swept.contains(row.field) else {
            return sweptTextProblem(of: row, in: state)
        }
        let text = String(state.text(of: row.field).trimmingSpaces)
        return text.isEmpty ? nil : textProblem(of: row, text: text)
    }

    static func textProblem(of row: Row, text: String) -> DraftProblem? {
        switch row.field {
        case .input(let name):
            return row.isReference ? referenceProblem(text, at: .input(name)) : nil
        case .output(let name): return referenceProblem(text, at: .output(name))
        case .setting(let setting): return settingProblem(setting, text)
        case .deployment, .experimentName, .jobName, .submit: return nil
        }
    }

    private static func referenceProblem(_ text: String, at field: DraftField) -> DraftProblem? {
        do throws(ReferenceError) {
            _ = try DataReference(parsing: text)
            return nil
        } catch {
            return DraftProblem(
                field: field, detail: error.detail, advice: ReferenceError.acceptedForms)
        }
    }

    private static func settingProblem(_ setting: Setting, _ text: String) -> DraftProblem? {
        switch setting {
        case .outputFileName: return nil
        case .timeout:
            guard duration(text) == nil else { return nil }
            return DraftProblem(
                field: .timeout, detail: "\"\(text)\" is not a length of time.",
                advice: "Give seconds (30), or a whole number with a unit: 30s, 5min, 1h.")
        case .miniBatchSize, .instanceCount, .maxRetries, .errorThreshold:
            guard Int(text) == nil else { return nil }
            return DraftProblem(
                field: setting.draftField, detail: "\"\(text)\" is not a whole number.",
                advice: "Give a number such as 10, or leave it empty for the deployment's own.")
        }
    }

    private static func deploymentProblem(in state: State) -> DraftProblem {
        let names = (state.deployments.value ?? []).map(\.name.rawValue)
        var detail = "The deployments of \(state.endpoint) are not known yet."
        var advice = "They are being asked for; \(state.key("refresh")) asks again."
        if let name = state.deploymentName, !names.isEmpty {
            detail = "\(state.endpoint) has no deployment \"\(name)\"."
            advice = "Choose one of: \(names.joined(separator: ", "))."
        } else if !names.isEmpty {
            detail = "\(state.endpoint) has no default deployment."
            advice = "Choose one of: \(names.joined(separator: ", "))."
        } else if let failure = state.deployments.failure {
            detail = failure.message
            advice = "\(state.key("refresh")) asks again."
        } else if state.deployments.value != nil {
            detail = "\(state.endpoint) has no deployment."
            advice = "Deploy a model or a pipeline component to it, or choose another endpoint."
        }
        return DraftProblem(field: .deployment, detail: detail, advice: advice)
    }
}
