import BatchModel

extension JobForm {
    /// How a row is filled.
    enum Widget: Sendable, Equatable {
        /// One of the endpoint's deployments.
        case picker([String])
        /// Where data is: an input.
        case reference
        /// Where data shall go: an output.
        case destination
        /// One of a few texts.
        case choice([String])
        /// Text, checked as a number by the rules.
        case number
        case text
        case button
    }

    /// The groups of rows, in order.
    enum Section: String, Sendable, Equatable {
        case deployment = ""
        case inputs = "Inputs"
        case outputs = "Outputs"
        case settings = "Settings of this job"
        case names = "Names"
    }

    /// One row, as the chosen deployment declares it.
    struct Row: Sendable, Equatable {
        var field: Field
        var section: Section
        var label: String
        var widget: Widget
        /// Why it cannot be filled; nil when it can.
        var refusal: String?
        /// What stands in it while it is empty.
        var placeholder = ""
        /// Facts beside it.
        var notes: [String] = []
        /// What its author wrote about it.
        var summary: String?
        /// True when it may be left without a choice.
        var isOptional = true
        /// True while its text is a list or range of values.
        var isSwept = false

        /// Whether letters go into it.
        var isText: Bool {
            switch widget {
            case .reference, .destination, .number, .text: true
            case .picker, .choice, .button: false
            }
        }

        /// The choices of a row that has them; empty for a row of text.
        var options: [String] {
            switch widget {
            case .picker(let names), .choice(let names): names
            case .reference, .destination, .number, .text, .button: []
            }
        }

        /// Whether a list of candidates can be opened on it.
        var isCompletable: Bool {
            switch widget {
            case .picker, .reference, .destination, .choice: refusal == nil && !isSwept
            case .number, .text, .button: false
            }
        }

        /// Whether its text is a reference.
        var isReference: Bool {
            switch widget {
            case .reference, .destination: true
            case .picker, .choice, .number, .text, .button: false
            }
        }
    }

    /// The rows of the form, in the order they are walked.
    static func rows(in state: State) -> [Row] {
        var rows = [pickerRow(in: state)]
        if let deployment = state.deployment {
            rows += deployment.inputs.map { inputRow($0, of: deployment) }
            rows += deployment.outputs.map(outputRow)
            if let settings = deployment.modelSettings {
                rows += Setting.allCases.map { settingRow($0, settings) }
            }
            rows.append(experimentRow(deployment))
            rows.append(
                Row(
                    field: .jobName, section: .names, label: "job_name", widget: .text,
                    placeholder: "made up by the service"))
        }
        rows.append(Row(field: .submit, section: .names, label: "", widget: .button))
        guard !state.entry.swept.isEmpty else { return rows }
        return rows.map { state.entry.swept.contains($0.field) ? swept($0) : $0 }
    }

    /// The row with the focus; the deployment picker when that row is gone.
    static func focusedRow(in state: State) -> Row {
        let rows = rows(in: state)
        return rows.first { $0.field == state.focus } ?? rows[0]
    }

    private static func pickerRow(in state: State) -> Row {
        let names = (state.deployments.value ?? []).map(\.name.rawValue)
        return Row(
            field: .deployment, section: .deployment, label: "deployment",
            widget: .picker(names), isOptional: false)
    }

    private static func inputRow(_ spec: InputSpec, of deployment: Deployment) -> Row {
        let isModel = deployment.modelSettings != nil
        var row = Row(
            field: .input(name: spec.name), section: .inputs, label: spec.name,
            widget: widget(for: spec), summary: spec.summary,
            isOptional: spec.isOptional || spec.defaultValue != nil)
        let need = row.isOptional ? "optional" : "required"
        switch row.widget {
        case .reference:
            let type = isModel ? "" : " \(spec.type)"
            row.placeholder = "\(need)\(type): data asset, datastore path, URL or local path"
        case .destination, .number, .text:
            row.notes = notes(of: spec)
            row.placeholder = spec.defaultValue.map { "default: \($0.text)" } ?? need
        case .picker, .choice, .button: row.notes = notes(of: spec)
        }
        return row
    }

    private static func widget(for spec: InputSpec) -> Widget {
        switch spec.type {
        case .string: spec.allowedValues.isEmpty ? .text : .choice(spec.allowedValues)
        case .boolean: .choice(["true", "false"])
        case .integer, .number: .number
        case .uriFolder, .uriFile, .mltable, .customModel, .mlflowModel, .tritonModel, .unknown:
            .reference
        }
    }

    private static func notes(of spec: InputSpec) -> [String] {
        var notes = [spec.type.rawValue]
        switch (spec.minimum?.text, spec.maximum?.text) {
        case (let low?, let high?): notes.append("\(low)...\(high)")
        case (let low?, nil): notes.append("at least \(low)")
        case (nil, let high?): notes.append("at most \(high)")
        case (nil, nil): break
        }
        if let value = spec.defaultValue {
            notes.append("default \(value.text)")
        } else if spec.isOptional {
            notes.append("optional")
        }
        return notes
    }

    private static func outputRow(_ spec: OutputSpec) -> Row {
        Row(
            field: .output(name: spec.name), section: .outputs, label: spec.name,
            widget: .destination,
            placeholder: "a new place: azureml/<job>/\(spec.name)/ on the default datastore",
            summary: spec.summary)
    }

    private static func settingRow(_ setting: Setting, _ settings: ModelSettings) -> Row {
        let isName = setting == .outputFileName
        var row = Row(
            field: .setting(setting), section: .settings, label: setting.draftField.label,
            widget: isName ? .text : .number,
            notes: ["deployment: \(setting.ownValue(in: settings))"])
        if isName, settings.outputAction == .summaryOnly {
            row.refusal = "this deployment's script writes its own files (summary_only)"
            row.notes = []
        }
        return row
    }

    private static func experimentRow(_ deployment: Deployment) -> Row {
        var row = Row(
            field: .experimentName, section: .names, label: "experiment_name", widget: .text,
            placeholder: deployment.endpoint.rawValue)
        if deployment.modelSettings != nil {
            row.refusal = "only pipeline component deployments take an experiment name"
        }
        return row
    }
}
