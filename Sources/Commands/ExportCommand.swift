import ArgumentParser
import BatchClient
import BatchModel
import DraftFile

/// What a job can be exported as.
enum ExportForm: String, ExpressibleByArgument, CaseIterable {
    case az, curl, python, yaml
}

/// `export`: a job as what a person would type elsewhere.
struct ExportCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Prints a job as an az command, a curl command, Python or YAML; submits nothing.",
        discussion: """
            Takes the flags of invoke, or with --from-command an az command. Signatures and passwords in addresses are left \
            out and shown as ***. Only curl needs the service: for the endpoint's address and resolved data. The other \
            forms ask it for types that are not given, if the engine runs or a sign-in is kept, and else leave them out.

              batchdeck export -n heart --input azureml:heart@latest --as python
              batchdeck export --from-command job.sh --as yaml > inputs.yml
            """)

    @Option(name: .customLong("as"), help: "az, curl, python or yaml.")
    var form: ExportForm = .az

    @OptionGroup var job: JobOptions

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let draft = try job.draft(in: surroundings)
        let text = try await refusingTheUnknown {
            try await exported(draft, in: surroundings)
        }
        if common.output.isPlain {
            surroundings.streams.outputFile(text)
        } else {
            try show(.object(["text": .string(text)]), as: common.output, in: surroundings)
        }
        if draft.withoutSecrets != draft || !draft.lostSecrets.isEmpty {
            surroundings.streams.talk("secrets are left out: put them in where *** stands\n")
        }
    }

    private func exported(_ draft: JobDraft, in here: Surroundings) async throws -> String {
        switch form {
        case .az: return DraftExport.azCommand(await typed(draft, in: here)) + "\n"
        case .python: return DraftExport.python(await typed(draft, in: here))
        case .yaml: return DraftExport.yaml(await typed(draft, in: here)).file
        case .curl:
            let client = try here.client(common)
            let preview = try await client.preview(draft)
            let isLocal = try await client.connect().isLocal
            return DraftExport.curl(
                preview,
                tokenAdvice: isLocal
                    ? "the member token of the engine's connection.json"
                    : "az account get-access-token --resource https://ml.azure.com "
                        + "--query accessToken -o tsv")
        }
    }

    // MARK: - Types that are not given

    /// Other tools take what has no type for a folder; longer than this nobody waits to have it said.
    private static let limit: Duration = .seconds(5)

    /// The draft with the types that a request would say; as it is where nobody can be asked for them.
    private func typed(_ draft: JobDraft, in here: Surroundings) async -> JobDraft {
        guard Self.lacksTypes(draft), let client = await readyClient(in: here) else {
            return draft
        }
        let told = await DoctorRound.within(Self.limit) { () -> JobDraft? in
            try? await Self.typed(draft, by: client)
        }
        return (told ?? nil) ?? draft
    }

    private static func lacksTypes(_ draft: JobDraft) -> Bool {
        let areInputsTyped = draft.inputs.allSatisfy { input in
            if case .data(nil, _) = input.value { false } else { true }
        }
        return !areInputsTyped || draft.outputs.contains { $0.type == nil }
    }

    /// A client that answers without anything being started or anybody asked to sign in.
    private func readyClient(in here: Surroundings) async -> BatchClient? {
        let chosen = try? common.workspaceNames.chosen(
            context: common.context, environment: here.environment)
        switch chosen {
        case nil: return nil
        case .local: return await here.runningEngine(common.workspace)
        case .azure:
            var quiet = common
            quiet.asking.noInput = true
            return try? here.client(quiet)
        }
    }

    private static func typed(
        _ draft: JobDraft, by client: BatchClient
    ) async throws(ServiceFailure) -> JobDraft? {
        let endpoint = try await client.endpoint(draft.endpoint)
        guard let name = draft.deployment ?? endpoint.defaultDeployment else { return nil }
        let deployment = try await client.deployment(draft.endpoint, name)
        var typed = draft.typed(for: deployment, findings: await client.findings(draft))
        for (index, input) in draft.inputs.enumerated()
        where input.name == InvokeFlags.unnamedKey(nil) {
            // An input without a name of its own is called by its type (CONTRACT §5.1).
            guard case .data(let type?, _) = typed.inputs[index].value else { continue }
            typed.inputs[index].name = InvokeFlags.unnamedKey(type)
        }
        return typed
    }
}
