import BatchClient
import BatchModel
import ConsoleCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Candidates for a half-typed address.
enum Completion {
    /// More than this nobody reads in a list under a field.
    private static let limit = 200

    static func candidates(
        _ kind: JobForm.CompletionKind, text: String, client: BatchClient
    ) async -> [String] {
        do throws(ServiceFailure) {
            return switch kind {
            case .localPath: localPaths(text)
            case .dataAsset: try await dataAssets(text, client)
            case .datastorePath: try await datastorePaths(text, client)
            }
        } catch {
            // A completion that cannot be had is an empty list; the field's own look says what is wrong.
            return []
        }
    }

    /// Entries of the folder typed so far whose names begin with what follows the last slash.
    private static func localPaths(_ text: String) -> [String] {
        let slash = text.lastIndex(of: "/")
        let folder = slash.map { String(text[...$0]) } ?? ""
        let start = slash.map { String(text[text.index(after: $0)...]) } ?? text
        let manager = FileManager.default
        let path = folder.isEmpty ? "." : LocalListing.expanded(folder)
        let names = (try? manager.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix(start) && (!$0.hasPrefix(".") || start.hasPrefix(".")) }
            .sorted().prefix(limit).map { name in
                var isFolder = false
                _ = manager.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
                return folder + name + (isFolder ? "/" : "")
            }
    }

    /// Asset names first, each at its latest; the versions of an asset once its name is whole.
    private static func dataAssets(
        _ text: String, _ client: BatchClient
    ) async throws(ServiceFailure) -> [String] {
        let typed = text.hasPrefix("azureml:") ? String(text.dropFirst("azureml:".count)) : text
        if let colon = typed.firstIndex(where: { $0 == ":" || $0 == "@" }) {
            let name = DataAsset.Name(String(typed[..<colon]))
            let versions = try await client.dataVersions(name)
            let all = ["azureml:\(name)@latest"] + versions.map { "azureml:\(name):\($0.version)" }
            return all.filter {
                $0.hasPrefix(text.hasPrefix("azureml:") ? text : "azureml:" + text)
            }
        }
        let assets = try await client.dataAssets()
        return assets.map(\.name.rawValue).filter { typed.isEmpty || $0.hasPrefix(typed) }
            .prefix(limit).map { "azureml:\($0)@latest" }
    }

    /// Datastores, then what lies in them, one level at a time.
    private static func datastorePaths(
        _ text: String, _ client: BatchClient
    ) async throws(ServiceFailure) -> [String] {
        let scheme = "azureml://datastores/"
        guard text.hasPrefix(scheme), let paths = text.firstRange(of: "/paths/") else {
            return try await client.datastores().map { "\(scheme)\($0.name)/paths/" }
                .filter { $0.hasPrefix(text) || text.isEmpty || scheme.hasPrefix(text) }
        }
        let name = text[text.index(text.startIndex, offsetBy: scheme.count)..<paths.lowerBound]
        let path = text[paths.upperBound...]
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let entries = try await client.browse(Datastore.Name(String(name)), folder)
        return entries.map { entry in
            let full = entry.path.hasPrefix(folder) ? entry.path : folder + entry.path
            let end = entry.isFolder && !full.hasSuffix("/") ? "/" : ""
            return "\(scheme)\(name)/paths/\(full)\(end)"
        }.filter { $0.hasPrefix(text) }.prefix(limit).map { $0 }
    }
}
