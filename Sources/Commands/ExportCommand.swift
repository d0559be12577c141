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
            out and shown as ***. Only curl asks the service: it needs the endpoint's address and resolved data.

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
        case .az: return DraftExport.azCommand(draft) + "\n"
        case .python: return DraftExport.python(draft)
        case .yaml: return DraftExport.yaml(draft).file
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
}
