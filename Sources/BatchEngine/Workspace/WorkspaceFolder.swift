import BatchModel
import Synchronization

/// The workspace folder and what it last said.
///
/// Asked on every request, it looks at the files at most once a second, and reads them again only when a size or time has
/// changed. Nothing runs while nobody asks.
final class WorkspaceFolder: Sendable {
    private struct State {
        var catalog: WorkspaceCatalog
        var signature: WorkspaceSignature
        var lookedAt: ContinuousClock.Instant
    }

    /// A person who saves a file and presses a key must see the new state.
    private static let lookEvery = Duration.seconds(1)
    /// Files that looking has open at one time: a folder within a folder within the root, and a spare.
    private static let filesOpened = 8

    let path: String
    private let state: Mutex<State>

    /// Reads the folder.
    ///
    /// - Parameter telling: hears what is being read, in words.
    /// - Throws: `.notFound` when it is not there.
    init(_ path: String, telling: (String) -> Void = { _ in }) throws(ServiceFailure) {
        guard FolderWalk.root(path) != nil else {
            throw ServiceFailure(
                kind: .notFound, operation: "open the workspace",
                detail: "\(path) is not a folder that can be read",
                advice: "Give the folder that holds endpoints/ and data/ with --workspace.")
        }
        self.path = path
        var signature = WorkspaceSignature(folder: path)
        let catalog = WorkspaceReader(folder: path).read(telling: telling)
        signature.note(catalog.references)
        state = Mutex(State(catalog: catalog, signature: signature, lookedAt: .now))
    }

    /// Reads the files again whatever their times say: after a change made here.
    func reread() -> WorkspaceCatalog {
        state.withLock { state in
            state.signature = WorkspaceSignature(folder: path)
            state.catalog = WorkspaceReader(folder: path, namedAs: state.catalog).read()
            state.signature.note(state.catalog.references)
            state.lookedAt = .now
            return state.catalog
        }
    }

    /// What the files say now, and whether that is news since the last call.
    func current(now: ContinuousClock.Instant = .now) -> (catalog: WorkspaceCatalog, isNew: Bool) {
        state.withLock { state in
            guard now - state.lookedAt >= Self.lookEvery else { return (state.catalog, false) }
            state.lookedAt = now
            // A folder that cannot be opened for want of descriptors is not an empty one.
            guard Shortage.mayOpen(Self.filesOpened) else { return (state.catalog, false) }
            let files = WorkspaceSignature(folder: path)
            var signature = files
            signature.look(at: state.catalog.references.keys)
            guard signature != state.signature else { return (state.catalog, false) }
            let catalog = WorkspaceReader(folder: path, namedAs: state.catalog).read()
            guard Shortage.mayOpen(Self.filesOpened) else { return (state.catalog, false) }
            state.catalog = catalog
            state.signature = files
            state.signature.note(state.catalog.references)
            return (state.catalog, true)
        }
    }
}

/// Names, sizes and times of the YAML files and folders that make a workspace: equal means unchanged.
struct WorkspaceSignature: Hashable, Sendable {
    private var marks: [String: FileIdentity] = [:]

    init(folder path: String) {
        guard let root = FolderWalk.root(path) else { return }
        note(root, "")
        note("workspace.yml", "workspace.yml", in: root)
        for kind in ["data", "datastores", "models", "environments", "computes"] {
            noteYAML(kind, below: root)
        }
        for file in WorkspaceReader.componentFiles(below: root) {
            marks[file] = FilePath.identity(of: path + "/" + file) ?? .absent
        }
        guard let endpoints = FolderWalk.folder(["endpoints"], below: root) else { return }
        note(endpoints, "endpoints")
        for endpoint in FolderWalk.entries(of: endpoints) where endpoint.isFolder {
            guard let folder = FolderWalk.folder([endpoint.name], below: endpoints) else {
                continue
            }
            note(folder, endpoint.name)
            note("endpoint.yml", endpoint.name + "/endpoint.yml", in: folder)
            for deployment in FolderWalk.entries(of: folder) where deployment.isFolder {
                guard let below = FolderWalk.folder([deployment.name], below: folder) else {
                    continue
                }
                note("deployment.yml", "\(endpoint.name)/\(deployment.name)", in: below)
            }
        }
    }

    /// Adds files as they were when they were read.
    mutating func note(_ references: [String: FileIdentity]) {
        marks.merge(references) { _, new in new }
    }

    /// Adds files as they are now.
    mutating func look(at paths: some Sequence<String>) {
        for path in paths { marks[path] = FilePath.identity(of: path) ?? .absent }
    }

    private mutating func noteYAML(_ kind: String, below root: OpenFile) {
        guard let folder = FolderWalk.folder([kind], below: root) else { return }
        note(folder, kind)
        for entry in FolderWalk.entries(of: folder) where !entry.isFolder {
            note(entry.name, kind + "/" + entry.name, in: folder)
        }
    }

    private mutating func note(_ file: String, _ key: String, in folder: OpenFile) {
        if let file = FolderWalk.file(file, in: folder) { note(file, key) }
    }

    private mutating func note(_ file: OpenFile, _ key: String) {
        marks[key] = FileIdentity(file.status)
    }
}
