public import BatchModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where batchdeck keeps its files: XDG folders, or everything below `$BATCHDECK_HOME` (DESIGN §2).
public struct Home: Sendable, Hashable {
    /// Settings a person writes.
    public var config: String
    /// What must survive: the engine's state, the submission journal.
    public var state: String
    /// What can be fetched again.
    public var cache: String

    /// Names the folders, absolute.
    public init(config: String, state: String, cache: String) {
        self.config = config
        self.state = state
        self.cache = cache
    }

    /// Finds the folders from the environment; nothing is created.
    ///
    /// - Throws: `.rejected` when neither `BATCHDECK_HOME` nor `HOME` is set.
    public init(environment: [String: String]) throws(ServiceFailure) {
        if let home = environment["BATCHDECK_HOME"], !home.isEmpty {
            let root = Home.absolute(home, environment: environment)
            (config, state, cache) = (root + "/config", root + "/state", root + "/cache")
            return
        }
        guard let user = environment["HOME"], !user.isEmpty else {
            throw ServiceFailure(
                kind: .rejected, operation: "find the folder for batchdeck's files",
                detail: "neither BATCHDECK_HOME nor HOME is set",
                advice: "Set BATCHDECK_HOME to a folder you own.")
        }
        func folder(_ name: String, _ fallback: String) -> String {
            let base = environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
            return (base ?? user + "/" + fallback) + "/batchdeck"
        }
        config = folder("XDG_CONFIG_HOME", ".config")
        state = folder("XDG_STATE_HOME", ".local/state")
        cache = folder("XDG_CACHE_HOME", ".cache")
    }

    /// A path made absolute against the current folder, `~` replaced by the environment's `HOME`.
    public static func absolute(_ path: String, environment: [String: String]) -> String {
        LocalPath.resolved(
            LocalPath.expanded(path, home: environment["HOME"]),
            from: FileManager.default.currentDirectoryPath)
    }
}

/// Which workspace folder the local engine shall serve.
public enum LocalWorkspace {
    private static func note(_ home: Home) -> String { home.state + "/local-workspace" }

    /// The folder named by option or `BATCHDECK_WORKSPACE`; else the current folder when it is a workspace; else the one used last.
    ///
    /// - Throws: `.rejected` when none of these is there.
    public static func folder(
        option: String?, environment: [String: String], home: Home
    ) throws(ServiceFailure) -> String {
        let named = option ?? environment["BATCHDECK_WORKSPACE"].flatMap { $0.isEmpty ? nil : $0 }
        if let named {
            let path = Home.absolute(named, environment: environment)
            guard isFolder(path) else {
                throw ServiceFailure(
                    kind: .rejected, operation: "use the workspace folder \(named)",
                    detail: "there is no folder at \(path)",
                    advice: "Give --workspace a folder that holds endpoints/.")
            }
            return path
        }
        let here = FileManager.default.currentDirectoryPath
        if isFolder(here + "/endpoints") { return here }
        if let data = FileManager.default.contents(atPath: note(home)) {
            let path = String(decoding: data, as: UTF8.self)
            if isFolder(path) { return path }
        }
        throw ServiceFailure(
            kind: .rejected, operation: "find a workspace folder for the local engine",
            detail:
                "none was named, the current folder has no endpoints/, and none was used before",
            advice: "Name one with --workspace DIR or BATCHDECK_WORKSPACE; "
                + "assets/workspace of the source tree is a sample.")
    }

    /// Keeps a folder in mind for the next time none is named.
    public static func remember(_ folder: String, home: Home) {
        let manager = FileManager.default
        guard
            manager.contents(atPath: note(home)).map({ String(decoding: $0, as: UTF8.self) })
                != folder
        else { return }
        try? manager.createDirectory(atPath: home.state, withIntermediateDirectories: true)
        _ = manager.createFile(atPath: note(home), contents: Data(folder.utf8))
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }
}
