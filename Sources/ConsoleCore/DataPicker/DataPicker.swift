public import BatchModel

// Choosing data without typing an address: what is registered, what lies in datastores, on this machine, in the outputs of
// earlier jobs, and what was used before.
//
// A source is a stack of levels, and a level is one place (`Spot`) with what was found there. Opening a row pushes a level,
// going up pops one, and each level keeps its filter and its selection, so that coming back is coming back to the same
// spot. Sources do not know of each other: one that cannot be asked says why in its own list, and the others go on.
//
//     spot ─▶ list effect ─▶ listing ─▶ rows ─▶ filter ─▶ window ─▶ picture
//                                         └─▶ selected ─▶ look effect ─▶ finding ─▶ preview
//
// Letters are the filter's, so what the picker does hangs on keys that no filter needs. What is chosen goes to the form as
// a text, by the form's own way of taking a value: undo brings back what stood there.

/// The picker of data for one row of a form.
public enum DataPicker {
    /// Where data is looked for, in the order of the tabs.
    public enum Source: String, Sendable, Hashable, Codable, CaseIterable {
        case assets, datastores, local, jobs, recent, url

        /// Its name on the tab.
        var title: String {
            switch self {
            case .assets: "assets"
            case .datastores: "datastores"
            case .local: "local"
            case .jobs: "jobs"
            case .recent: "recent"
            case .url: "URL"
            }
        }

        /// Where it begins; nil for the source that is typed.
        var root: Spot? {
            switch self {
            case .assets: .assets
            case .datastores: .datastores
            case .local: .localFolder(path: "./")
            case .jobs: .jobs
            case .recent: .recent
            case .url: nil
            }
        }
    }

    /// A place that can be listed. Folders end in `/`, the top of a datastore or output is the empty path.
    public enum Spot: Sendable, Hashable, Codable {
        case assets
        case versions(DataAsset.Name)
        case datastores
        case folder(Datastore.Name, path: String)
        /// As a person would type it: `./`, `~/data/`, `/tmp/`.
        case localFolder(path: String)
        case jobs
        case outputs(Job.ID)
        case outputFolder(Job.ID, output: String, path: String)
        case recent
    }

    /// A file or folder of this machine.
    public struct LocalEntry: Sendable, Hashable, Codable {
        /// Its name in its folder.
        public var name: String
        /// True for a folder, and for a link to one.
        public var isFolder: Bool
        /// Bytes of a file; nil for a folder or when it cannot be told.
        public var size: Int64?

        /// Describes an entry.
        public init(name: String, isFolder: Bool, size: Int64? = nil) {
            self.name = name
            self.isFolder = isFolder
            self.size = size
        }
    }

    /// What was found at a spot.
    public enum Listing: Sendable, Hashable, Codable {
        case assets([DataAsset])
        case versions([DataVersion])
        case datastores([Datastore])
        /// One level of a datastore; paths relative to it.
        case blobs([BlobEntry])
        /// One level of this machine; `isCut` when there is more than is listed.
        case local([LocalEntry], isCut: Bool)
        /// Jobs, newest first; `hasMore` when the next page is not here yet.
        case jobs([Job], hasMore: Bool)
        case outputs([JobOutput])
        /// All files of an output, every level.
        case outputFiles([BlobEntry])
        case recent([JobDraft])
    }

    /// What is picked for: a row that takes data, or one that says where results go.
    public enum Purpose: Sendable, Hashable {
        /// The declared type; nil where a file does as well as a folder.
        case input(type: DataType?)
        case output

        var sources: [Source] {
            switch self {
            case .input: Source.allCases
            case .output: [.datastores]
            }
        }
    }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "data for \(state.label)" }
}
