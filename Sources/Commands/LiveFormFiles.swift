public import BatchClient
import BatchModel
import DraftFile

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The files of a job form below our own folders: presets in `config`, recent drafts in `state`.
public enum LiveFormFiles {
    /// The files for a context; nothing is opened or made before it is asked for.
    public static func make(context: String, environment: [String: String]) -> FormFiles {
        let presets = PresetFiles(environment: environment)
        let recent = RecentDrafts(context: context, environment: environment)
        return FormFiles(
            recent: { await recent.drafts() }, noteUsed: { await recent.note($0) },
            presets: { endpoint throws(ServiceFailure) in try presets.all(of: endpoint) },
            savePreset: { draft, name throws(ServiceFailure) in
                try presets.save(draft, as: name)
            },
            deletePreset: { endpoint, name throws(ServiceFailure) in
                try presets.delete(name, of: endpoint)
            },
            readJob: { text, endpoint throws(ServiceFailure) in
                try readJob(text, endpoint, environment)
            },
            dataPlan: { order throws(ServiceFailure) in
                try order.plan(environment: environment)
            },
            openFolder: { path throws(ServiceFailure) in
                try await FolderOpener.open(path, environment: environment)
            })
    }

    /// The job that a text says; a file its command names is read from the current folder.
    private static func readJob(
        _ text: String, _ endpoint: Endpoint.Name, _ environment: [String: String]
    ) throws(ServiceFailure) -> ReadJob {
        do throws(SettingError) {
            guard JobText.isCommand(text) else {
                return ReadJob(
                    draft: try DraftImport.draft(yaml: text, endpoint: endpoint, file: "pasted"))
            }
            let command = try DraftImport.flags(command: text)
            let draft = try command.flags.draft { file throws(SettingError) in
                let path = Home.absolute(file, environment: environment)
                guard let data = FileManager.default.contents(atPath: path) else {
                    throw SettingError(message: "the file \(file) cannot be read")
                }
                return String(decoding: data, as: UTF8.self)
            }
            return ReadJob(draft: draft, leftOut: command.leftOut)
        } catch {
            throw ServiceFailure(
                kind: .rejected, operation: "take the job from the text", detail: error.message,
                advice: "The form is as it was.")
        }
    }
}

extension DataOrder {
    /// What the file and the members come to; paths are made absolute.
    func plan(environment: [String: String]) throws(ServiceFailure) -> DataPlan {
        let files = PlanFiles.local(environment)
        let yaml = try file.map { file throws(ServiceFailure) -> String in
            guard let text = files.read(file) else {
                throw refusal("the file \(file) cannot be read", "Check the path.")
            }
            return text
        }
        let parsed = plan(yaml, of: file, files)
        guard let plan = parsed.value else {
            throw refusal(
                parsed.errors.map(\.message).joined(separator: "\n"), "Nothing was sent.")
        }
        return plan
    }

    /// What a YAML text and the members come to, members in the place of what the text says; without a text they must be enough.
    func plan(_ yaml: String?, of file: String?, _ files: PlanFiles) -> Parsed<DataPlan> {
        let said = [
            "name": name, "version": version, "type": type?.rawValue, "description": summary,
            "path": path,
        ].compactMapValues(\.self)
        return DataPlan.parse(yaml: yaml ?? "{}", file: file ?? "", files: files, said: said)
    }

    private func refusal(_ detail: String, _ advice: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: "register the data asset", detail: detail, advice: advice)
    }
}
