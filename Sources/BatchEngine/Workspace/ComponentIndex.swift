import BatchModel
import Crypto
import DraftFile

/// A component of the workspace's `components/` folder.
struct CatalogComponent: Sendable, Hashable {
    var name: String
    var version: String
    /// Relative to the workspace folder.
    var file: String
    var component: ComponentFile
}

extension PipelineComponent {
    /// What the service calls a component that was not registered under a name.
    static let anonymousName = "azureml_anonymous"

    /// A version for a component without one: it changes with whatever the component says, because clients remember
    /// what they have read of a version.
    var contentVersion: String {
        let bytes = (try? WireJSON.encode(self)) ?? []
        return hex(Array(SHA256.hash(data: bytes).prefix(16)))
    }
}

/// Finds components by path and by reference, and remembers which files it was asked for.
final class ComponentIndex: Sendable {
    /// One file of the `components/` folder.
    struct Entry: Sendable {
        var name: String
        var version: String
        var yaml: String
        var file: String
    }

    private let folder: String
    private let entries: [Entry]
    private let seen = Guarded<[String: FileIdentity]>([:])

    /// - Parameter folder: the workspace's, absolute.
    init(folder: String, entries: [Entry]) {
        self.folder = folder
        self.entries = entries
    }

    /// Files outside `components/` that were read, absolute, as they were then.
    var references: [String: FileIdentity] { seen.withLock { $0 } }

    var lookup: ComponentLookup {
        ComponentLookup { [self] reference, file in find(reference, from: file) }
    }

    private func find(_ reference: String, from file: String) -> ComponentLookup.Answer {
        let lower = reference.lowercased()
        if lower.hasPrefix("azureml://registries/") {
            return .missing(
                detail:
                    "The component \(reference) is in a registry, and the local engine has none.",
                advice: "Copy it into components/ and name it as azureml:NAME:VERSION.")
        }
        if lower.hasPrefix("azureml:") {
            return registered(String(reference.dropFirst("azureml:".count)), reference)
        }
        return atPath(reference, from: file)
    }

    private func registered(_ rest: String, _ reference: String) -> ComponentLookup.Answer {
        let label = rest.lastIndex(of: "@")
        let colon = rest.lastIndex(of: ":")
        guard let cut = label ?? colon, cut != rest.startIndex else {
            return .missing(
                detail: "\(reference) names no version.",
                advice: "Write azureml:NAME:VERSION or azureml:NAME@latest.")
        }
        let name = String(rest[..<cut])
        let word = String(rest[rest.index(after: cut)...])
        let versions = entries.filter { $0.name == name }
        let found =
            label == nil
            ? versions.first { $0.version == word }
            : word.lowercased() == "latest" ? versions.max(by: Self.precedes) : nil
        if let found {
            return .found(yaml: found.yaml, file: found.file, isRegistered: true)
        }
        let known =
            versions.isEmpty
            ? entries.map { "\($0.name):\($0.version)" }
            : versions.map { "\($0.name):\($0.version)" }
        let list = known.isEmpty ? "none" : Array(Set(known)).sorted().joined(separator: ", ")
        return .missing(
            detail: "There is no component \(reference) in components/.",
            advice: "There are: \(list).")
    }

    /// By number where both are numbers.
    private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        if let first = Int(left.version), let second = Int(right.version) { return first < second }
        return left.version < right.version
    }

    private func atPath(_ reference: String, from file: String) -> ComponentLookup.Answer {
        let plain = reference.hasPrefix("file:") ? String(reference.dropFirst(5)) : reference
        let base = FilePath.resolve(file, from: folder)
        let path = FilePath.resolve(plain, from: FilePath.parent(of: base).folder)
        let identity = FilePath.identity(of: path)
        // A file that is not there is remembered too: it may appear.
        seen.withLock { $0[path] = identity ?? .absent }
        guard identity != nil, !FilePath.isFolder(path) else {
            return .missing(
                detail: "There is no component file \(reference).",
                advice: "A path is relative to the YAML file.")
        }
        guard let bytes = PrivateFile.read(path),
            let yaml = String(validating: bytes, as: UTF8.self)
        else {
            return .missing(
                detail: "The component file \(reference) is over 1 MiB, or not UTF-8 text.",
                advice: "Write it smaller.")
        }
        return .found(yaml: yaml, file: relative(path), isRegistered: false)
    }

    private func relative(_ path: String) -> String {
        path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
    }
}
