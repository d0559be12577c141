import BatchModel

/// Turns a draft into the body of an invoke request (CONTRACT §4, §5).
struct InvokeBuilder: Sendable {
    let scope: WorkspaceScope
    let deployment: Deployment
    let findings: [DataReference: ReferenceFinding]
    /// Where each local input was or would be uploaded to.
    let uploads: [DataReference: UploadPlan]
    /// The datastore that uploads go to.
    let uploadDatastore: Datastore.Name

    /// The request for a draft.
    ///
    /// - Parameter submission: travels as a tag, to find the job again when the answer is lost.
    func request(for draft: JobDraft, submission: String) -> WireInvoke {
        var inputs: [String: WireInvoke.Input] = [:]
        for input in draft.inputs { inputs[input.name] = wire(input) }
        var outputs: [String: WireInvoke.Output] = [:]
        for output in draft.outputs {
            outputs[output.name] = WireInvoke.Output(
                type: type(of: output), uri: uri(of: output.reference))
        }
        return WireInvoke(
            inputs: inputs, outputs: outputs, overrides: draft.overrides, name: draft.jobName,
            experimentName: draft.experimentName,
            tags: (draft.tags ?? [:]).merging([WireJob.submissionTag: submission]) { $1 })
    }

    private func wire(_ input: JobDraft.Input) -> WireInvoke.Input {
        let declared = deployment.inputs.first { $0.name == input.name }
        switch input.value {
        case .literal(let text):
            // Booleans in lower case, all else as typed: the wire type is text (CONTRACT §5.2).
            let isBoolean = declared?.type == .boolean
            return WireInvoke.Input(literal: .string(isBoolean ? text.lowercased() : text))
        case .data(let given, let reference):
            let byDefault =
                deployment.modelSettings == nil ? declared?.type ?? .uriFolder : .uriFolder
            return WireInvoke.Input(
                type: given ?? known(reference)?.type ?? byDefault, uri: uri(of: reference))
        }
    }

    private func type(of output: JobDraft.Output) -> DataType {
        if let given = output.type { return given }
        // A model deployment writes one file, whatever the output is called (ES §6 R4).
        if deployment.modelSettings != nil { return .uriFile }
        return deployment.outputs.first { $0.name == output.name }?.type ?? .uriFolder
    }

    private func known(_ reference: DataReference) -> ResolvedData? {
        if case .found(let data) = findings[reference] { data } else { nil }
    }

    /// What a request carries for a reference (CONTRACT §5.1).
    private func uri(of reference: DataReference) -> String {
        switch reference {
        case .asset(_, .latest): known(reference)?.uri ?? ""
        case .local:
            DatastoreLocation(datastore: uploadDatastore, path: uploads[reference]?.path ?? "")
                .shortURI
        case .asset, .assetID, .remoteAsset, .datastoreID, .datastorePath, .url, .jobOutput:
            reference.wireURI(in: scope) ?? reference.text
        }
    }
}

extension JobDraft {
    /// Every reference in it, inputs first, each once.
    var references: [DataReference] {
        var seen = Set<DataReference>()
        let ofInputs = inputs.compactMap { input -> DataReference? in
            if case .data(_, let reference) = input.value { reference } else { nil }
        }
        return (ofInputs + outputs.map(\.reference)).filter { seen.insert($0).inserted }
    }

    /// Paths on this machine among its inputs, each once.
    var localInputs: [(reference: DataReference, path: String)] {
        references.compactMap { reference in
            if case .local(let path) = reference { (reference, path) } else { nil }
        }
    }
}
