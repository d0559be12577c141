import BatchModel
import DraftFile

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Presets on disk: `config/presets/<endpoint>/<name>.yml`, the file that an export writes.
///
/// The files are a person's: they may be edited, copied between machines and kept in a repository. Secrets are masked when a
/// preset is saved.
struct PresetFiles: Sendable {
    /// Names this long are none.
    static let nameLimit = 64
    private static let ending = ".yml"

    let environment: [String: String]

    /// All presets of an endpoint, by name; one that cannot be read says why.
    func all(of endpoint: Endpoint.Name) throws(ServiceFailure) -> [Preset] {
        let folder = try folder(of: endpoint)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(Self.ending) && !$0.hasPrefix(".") }.sorted()
            .compactMap { file in
                guard let data = FileManager.default.contents(atPath: folder + "/" + file) else {
                    return nil
                }
                let name = String(file.dropLast(Self.ending.count))
                return preset(name, String(decoding: data, as: UTF8.self), endpoint)
            }
    }

    /// One preset. Throws `.notFound` naming those that exist, `.rejected` for a file that cannot be read.
    func one(_ name: String, of endpoint: Endpoint.Name) throws(ServiceFailure) -> Preset {
        let all = try all(of: endpoint)
        guard let found = all.first(where: { $0.name == name }) else {
            throw missing(name, endpoint, all.map(\.name))
        }
        guard found.problem.isEmpty else {
            throw ServiceFailure(
                kind: .rejected, operation: "read the preset \(name)", detail: found.problem,
                advice: "Mend \(try folder(of: endpoint))/\(name)\(Self.ending).")
        }
        return found
    }

    /// Saves a draft, in place of one of that name.
    func save(_ draft: JobDraft, as name: String) throws(ServiceFailure) {
        try check(name)
        let folder = try folder(of: draft.endpoint)
        let text = DraftExport.yaml(draft, file: name + Self.ending).file
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(
                to: URL(filePath: "\(folder)/\(name)\(Self.ending)"), options: .atomic)
        } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: "save the preset \(name)", detail: "\(error)",
                advice: "Check that \(folder) can be written.")
        }
    }

    /// Takes a preset away.
    func delete(_ name: String, of endpoint: Endpoint.Name) throws(ServiceFailure) {
        try check(name)
        let path = "\(try folder(of: endpoint))/\(name)\(Self.ending)"
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            let known = try all(of: endpoint).map(\.name)
            guard known.contains(name) else { throw missing(name, endpoint, known) }
            throw ServiceFailure(
                kind: .unexpected, operation: "delete the preset \(name)", detail: "\(error)",
                advice: "Check that \(try folder(of: endpoint)) can be written.")
        }
    }

    private func preset(
        _ name: String, _ text: String, _ endpoint: Endpoint.Name
    ) -> Preset {
        do throws(SettingError) {
            var draft = try DraftImport.draft(
                yaml: text, endpoint: endpoint, file: name + Self.ending)
            // A file that was copied from another endpoint's is meant for this one.
            draft.endpoint = endpoint
            return Preset(name: name, draft: draft, text: text)
        } catch {
            return Preset(
                name: name, draft: JobDraft(endpoint: endpoint), text: text,
                problem: error.message)
        }
    }

    private func folder(of endpoint: Endpoint.Name) throws(ServiceFailure) -> String {
        let home = try Home(environment: environment)
        return "\(home.config)/presets/\(PercentEncoding.encode(endpoint.rawValue))"
    }

    private func check(_ name: String) throws(ServiceFailure) {
        let isName =
            (1...Self.nameLimit).contains(name.utf8.count) && name.first != "."
            && name.first != " " && name.last != " "
            && name.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "-_. ".contains($0))
            }
        guard !isName else { return }
        throw ServiceFailure(
            kind: .rejected, operation: "use the preset \"\(name)\"",
            detail: "that is no name of a preset",
            advice: "Use letters, digits, blanks and -_. , at most \(Self.nameLimit).")
    }

    private func missing(
        _ name: String, _ endpoint: Endpoint.Name, _ known: [String]
    ) -> ServiceFailure {
        ServiceFailure(
            kind: .notFound, operation: "find the preset \(name) of \(endpoint)",
            detail: known.isEmpty
                ? "none was saved for this endpoint"
                : "there are: \(known.joined(separator: ", "))")
    }
}
