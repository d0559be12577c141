import BatchModel
import DraftFile

extension JobOptions {
    /// The draft of `--preset`, with what the other flags say put over it.
    func presetDraft(_ preset: String, _ own: InvokeFlags, in here: Surroundings) throws -> JobDraft
    {
        guard let name = own.name else {
            throw refusal("--preset needs --name: presets are kept for each endpoint.")
        }
        let saved = try saved(preset, of: Endpoint.Name(name), in: here)
        var flags = own
        // Settings may speak of inputs that only the preset has: they come last.
        flags.settings = []
        var draft = try flags.draft { file throws(SettingError) in
            try Self.text(of: file, in: here)
        }.over(saved, isUnnamed: !own.inputs.isEmpty)
        try DraftSetting.apply(own.settings, to: &draft)
        return draft
    }

    /// A preset that is not there is a mistake in the command line.
    private func saved(
        _ preset: String, of endpoint: Endpoint.Name, in here: Surroundings
    ) throws(ServiceFailure) -> JobDraft {
        do throws(ServiceFailure) {
            return try PresetFiles(environment: here.environment).one(preset, of: endpoint).draft
        } catch {
            var refused = error
            if refused.kind == .notFound { refused.kind = .rejected }
            throw refused
        }
    }
}

extension JobDraft {
    /// This draft where another was given before: what is said here wins.
    ///
    /// - Parameter isUnnamed: true when the only input here has no name of its own, and stands for the only data there.
    func over(_ base: JobDraft, isUnnamed: Bool) -> JobDraft {
        var all = base
        all.deployment = deployment ?? base.deployment
        all.experimentName = experimentName ?? base.experimentName
        all.jobName = jobName ?? base.jobName
        for input in inputs {
            let data = all.inputs.indices.filter { index in
                if case .data = all.inputs[index].value { true } else { false }
            }
            if isUnnamed, inputs.count == 1, data.count == 1 {
                all.inputs[data[0]].value = input.value
            } else {
                all.setInput(input)
            }
        }
        for output in outputs { all.setOutput(output) }
        let changes = overrides
        let old = base.overrides
        all.overrides = Overrides(
            miniBatchSize: changes.miniBatchSize ?? old.miniBatchSize,
            instanceCount: changes.instanceCount ?? old.instanceCount,
            maxRetries: changes.maxRetries ?? old.maxRetries,
            timeout: changes.timeout ?? old.timeout,
            errorThreshold: changes.errorThreshold ?? old.errorThreshold,
            outputFileName: changes.outputFileName ?? old.outputFileName)
        return all
    }
}
