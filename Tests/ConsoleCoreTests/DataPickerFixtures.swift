import BatchModel
import ConsoleGrid

@testable import ConsoleCore

/// A workspace for the picker of data to walk through.
enum PickerFixture {
    static let assets = [
        DataAsset(name: "digits-data", type: .uriFolder, latestVersion: "2", summary: "Images."),
        DataAsset(name: "heart", type: .uriFile, latestVersion: "7"),
        DataAsset(name: "wine-data", type: .uriFolder, latestVersion: "1"),
    ]
    static let versions = [version("2"), version("1")]
    static let stores = [
        Datastore(
            name: "workspaceblobstore", kind: .blob, isDefault: true, accountName: "local",
            containerName: "azureml"),
        Datastore(name: "archive", kind: .file),
    ]
    static let blobs = [
        BlobEntry(path: "digits", size: nil, isFolder: true),
        BlobEntry(path: "readme.txt", size: 812),
    ]
    static let found = ReferenceFinding.found(
        ResolvedData(
            type: .uriFolder, version: "2", uri: "/subscriptions/s/data/digits-data/versions/2",
            fileCount: 597, totalBytes: 95_232, firstNames: ["image-000.csv", "image-001.csv"]))
    static let latest = DataReference.asset(name: "digits-data", version: .latest)

    static func version(_ name: String) -> DataVersion {
        DataVersion(
            asset: "digits-data", version: name, armID: "/subscriptions/s/data/digits-data/\(name)",
            type: .uriFolder, uri: "azureml://datastores/workspaceblobstore/paths/digits/",
            createdAt: FormFixture.now)
    }

    static func job(_ number: Int) -> Job {
        Job(
            id: Job.ID("batchjob-\(number)"), displayName: "calm_sail_\(number)",
            endpoint: "digits-batch", deployment: "nearest", status: .completed)
    }

    /// The picker as it opens for the input of a model deployment, with its first answer.
    static func opened(_ size: Size = Size(rows: 30, columns: 100)) -> DataPicker.State {
        var state = DataPicker.State(label: "input", purpose: .input(type: nil))
        state.resized(to: size)
        _ = DataPicker.opened(&state)
        state.take(.listed(spot: .assets, start: 0, listing: .assets(assets)))
        return state
    }
}

extension DataPicker.State {
    /// Presses keys as in a key script; refusals come back as texts, effects in order.
    @discardableResult
    mutating func press(
        _ script: String
    ) throws -> (effects: [DataPicker.Effect], refusals: [String]) {
        try played(
            script, in: &self, verdict: { DataPicker.keys.verdict(for: $0, in: $1) },
            take: { $0.take($1) })
    }

    /// Lets something happen.
    @discardableResult
    mutating func take(_ action: DataPicker.Action) -> [DataPicker.Effect] {
        DataPicker.reduce(&self, action)
    }

    /// Labels of the list in front.
    var labels: [String] { level.map { level in level.shown.map { level.rows[$0].label } } ?? [] }

    /// The picker's picture at its own size.
    func picture(glyphs: Glyphs = .unicode) -> String {
        var screen = Screen(size: size)
        DataPicker.draw(
            self, on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: glyphs, now: FormFixture.now))
        return screen.plainText
    }
}
