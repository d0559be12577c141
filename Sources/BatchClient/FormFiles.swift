public import BatchModel

/// What the console keeps on this machine and reads from it: drafts used before, presets, jobs and data assets as text; and
/// the desktop it shows folders on.
///
/// A struct of closures, as `BatchClient` is; what knows YAML and the folders fills it. Everything kept has no secret in it:
/// an address with a signature is left out or masked.
public struct FormFiles: Sendable {
    /// Drafts that became jobs, newest first; empty when none are kept or the file cannot be read.
    public var recent: @Sendable () async -> [JobDraft]
    /// Keeps a draft that became a job. Where nothing can be written nothing is kept.
    public var noteUsed: @Sendable (JobDraft) async -> Void
    /// The presets of an endpoint, by name.
    public var presets: @Sendable (Endpoint.Name) async throws(ServiceFailure) -> [Preset]
    /// Saves a draft under a name, in place of one of that name. Throws `.rejected` for what is no name.
    public var savePreset: @Sendable (JobDraft, _ name: String) async throws(ServiceFailure) -> Void
    /// Takes a preset away. Throws `.notFound`.
    public var deletePreset:
        @Sendable (Endpoint.Name, _ name: String) async throws(ServiceFailure) -> Void
    /// The job that a text says: an `az` or `batchdeck` command, or the YAML of `--file` for this endpoint.
    ///
    /// Throws `.rejected` that says what cannot be taken.
    public var readJob:
        @Sendable (_ text: String, Endpoint.Name) async throws(ServiceFailure) -> ReadJob
    /// What an order for a data asset comes to; its file is read. Throws `.rejected`.
    public var dataPlan: @Sendable (DataOrder) async throws(ServiceFailure) -> DataPlan
    /// Shows a folder in the desktop's own way. Throws `.rejected` where there is no desktop.
    public var openFolder: @Sendable (_ path: String) async throws(ServiceFailure) -> Void

    /// Collects the ways to the files.
    public init(
        recent: @escaping @Sendable () async -> [JobDraft],
        noteUsed: @escaping @Sendable (JobDraft) async -> Void,
        presets: @escaping @Sendable (Endpoint.Name) async throws(ServiceFailure) -> [Preset],
        savePreset:
            @escaping @Sendable (JobDraft, String) async throws(ServiceFailure) -> Void,
        deletePreset:
            @escaping @Sendable (Endpoint.Name, String) async throws(ServiceFailure) -> Void,
        readJob:
            @escaping @Sendable (String, Endpoint.Name) async throws(ServiceFailure) -> ReadJob,
        dataPlan: @escaping @Sendable (DataOrder) async throws(ServiceFailure) -> DataPlan,
        openFolder: @escaping @Sendable (String) async throws(ServiceFailure) -> Void
    ) {
        self.recent = recent
        self.noteUsed = noteUsed
        self.presets = presets
        self.savePreset = savePreset
        self.deletePreset = deletePreset
        self.readJob = readJob
        self.dataPlan = dataPlan
        self.openFolder = openFolder
    }

    /// No files at all: nothing is kept, and every question for one is refused.
    public static let none = FormFiles(
        recent: { [] }, noteUsed: { _ in }, presets: { _ in [] },
        savePreset: { _, _ throws(ServiceFailure) in throw unavailable("save the preset") },
        deletePreset: { _, _ throws(ServiceFailure) in throw unavailable("delete the preset") },
        readJob: { _, _ throws(ServiceFailure) in throw unavailable("read the job") },
        dataPlan: { _ throws(ServiceFailure) in throw unavailable("read the data asset") },
        openFolder: { _ throws(ServiceFailure) in throw unavailable("show the folder") })

    private static func unavailable(_ operation: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: operation,
            detail: "this console was opened without files of its own")
    }
}
