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
    /// What the file and the members come to; members win, paths are made absolute.
    func plan(environment: [String: String]) throws(ServiceFailure) -> DataPlan {
        let files = PlanFiles.local(environment)
        var plan = DataPlan(name: "", type: .uriFolder, path: "")
        if let file {
            guard let yaml = files.read(file) else {
                throw refusal("the file \(file) cannot be read", "Check the path.")
            }
            let parsed = DataPlan.parse(yaml: yaml, file: file, files: files, said: said(files))
            guard let value = parsed.value else {
                throw refusal(
                    parsed.errors.map(\.message).joined(separator: "\n"), "Mend the file.")
            }
            plan = value
        }
        return try changed(plan, files)
    }

    /// What stands in the place of the file's own, by its keys.
    func said(_ files: PlanFiles) -> [String: String] {
        [
            "name": name, "version": version, "type": type?.rawValue, "description": summary,
            "path": path.map { place(of: $0, files) },
        ].compactMapValues(\.self)
    }

    /// An address, or a path made absolute: it is relative to the current folder, not to the file.
    private func place(of path: String, _ files: PlanFiles) -> String {
        path.isRemote ? path : files.absolute(path)
    }

    /// A plan with the members that are given here.
    func changed(_ plan: DataPlan, _ files: PlanFiles) throws(ServiceFailure) -> DataPlan {
        var plan = plan
        if let name { plan.name = DataAsset.Name(name) }
        if let type { plan.type = type }
        plan.version = version ?? plan.version
        plan.summary = summary ?? plan.summary
        guard let path else { return plan }
        plan.path = place(of: path, files)
        guard path.isRemote || files.isThere(plan.path) else {
            throw refusal("there is nothing at \(plan.path)", "Nothing was sent.")
        }
        return plan
    }

    private func refusal(_ detail: String, _ advice: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: "register the data asset", detail: detail, advice: advice)
    }
}
