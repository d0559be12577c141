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
            let type = deployment.dataType(ofOutput: output.name, given: output.type)
            outputs[output.name] = WireInvoke.Output(
                type: type ?? .uriFolder, uri: uri(of: output.reference), mode: output.mode)
        }
        return WireInvoke(
            inputs: inputs, outputs: outputs, overrides: draft.overrides, name: draft.jobName,
            experimentName: draft.experimentName,
            tags: (draft.tags ?? [:]).merging([WireJob.submissionTag: submission]) { $1 })
    }

    private func wire(_ input: JobDraft.Input) -> WireInvoke.Input {
        switch input.value {
        case .literal(let text):
            // The wire type is text (CONTRACT §5.2); what nobody declared is sent as typed.
            let declared = deployment.inputs.first { $0.name == input.name }
            let sent = declared.map { Literal.wireText(text, for: $0) } ?? text
            return WireInvoke.Input(literal: .string(sent))
        case .data(let given, let reference):
            let type =
                deployment.dataType(
                    ofInput: input.name, given: given, found: known(reference)?.type)
                ?? .uriFolder
            // As the official client has it: files and folders are sent without, models and tables with their mode.
            let isPlain = type == .uriFolder || type == .uriFile
            return WireInvoke.Input(
                type: type, uri: uri(of: reference), mode: isPlain ? nil : input.mode)
        }
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
