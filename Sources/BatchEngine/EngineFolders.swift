public import BatchModel

/// Where an engine keeps what it knows, all under one state folder.
///
/// ```
/// <state>/engine.sqlite                      jobs, steps, mini-batches (synchronous=FULL)
/// <state>/blobs.sqlite                       properties of blobs (synchronous=NORMAL)
/// <state>/engine.lock  connection.json       one engine per folder; how to reach it (0600)
/// <state>/engine.starting                    what an engine is at that is not to be reached yet
/// <state>/blobs/<container>/<blob name>      every blob is a plain file
/// <state>/data-assets  codes  archive        small records, one JSON file each: what files of a workspace have no word for
/// <state>/trash/<time>-<what>/               what was deleted or replaced over the API, below the paths it had
/// <state>/jobs/<job>/                        spool and working folders of a running job
/// ```
/// A step's logs are blobs too, in the artifact container, so that one route serves logs and results alike.
public struct EngineFolders: Sendable, Hashable {
    /// The state folder, absolute.
    public var state: String
    /// The workspace's id, which names its containers (CONTRACT §3).
    public var workspaceID: String

    /// Lays out a state folder; nothing is created.
    public init(state: String, workspaceID: String) {
        self.state = state
        self.workspaceID = workspaceID
    }

    /// The SQLite file.
    public var database: String { state + "/engine.sqlite" }
    /// The root of all containers.
    public var blobs: String { state + "/blobs" }
    /// The container of `workspaceblobstore`, the default datastore.
    public var defaultContainer: String { "azureml-blobstore-" + workspaceID }
    /// The container of `workspaceartifactstore`: logs.
    public var artifactContainer: String { "azureml" }

    /// The folder of one running job's spool and working folders.
    public func job(_ id: Job.ID) -> String { state + "/jobs/" + id.rawValue }

    /// The prefix of a run's logs in the artifact container (CONTRACT §7).
    public func logPrefix(of run: String) -> String { "ExperimentRun/dcid.\(run)/" }

    /// The folder on disk that holds a run's logs: file `logs/user/error.txt` lies directly below it.
    public func logFolder(of run: String) -> String {
        blobs + "/" + artifactContainer + "/ExperimentRun/dcid." + run
    }
}
