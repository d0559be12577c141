public import BatchModel
public import ConsoleGrid

extension Results {
    /// Everything the screen remembers.
    public struct State: Sendable, Equatable {
        /// The job.
        public let job: Job.ID
        let endpoint: Endpoint.Name?
        /// The job's newest status, nil while it is not known.
        var status: JobStatus?
        var outputs = Fetched<[JobOutput]>(isLoading: true)
        /// Files by output, in the order of their paths.
        var files: [String: Fetched<[BlobEntry]>] = [:]
        var tree = Tree()
        /// The file shown; nil while none is selected.
        var preview: Preview?
        /// What is being asked for.
        var reads: Set<Read> = []
        /// The pane a person went to; nil until then.
        var chosenPane: Pane?
        /// True once a file was selected, by the screen or by a person.
        var hasFile = false
        var download = Download()
        var look: Look?
        var export = Export()
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// The results of a job, nothing known yet.
        ///
        /// - Parameters:
        ///   - endpoint: the job's endpoint, as far as known.
        ///   - status: the job's newest status; an active one means that results may still grow.
        public init(job: Job.ID, endpoint: Endpoint.Name? = nil, status: JobStatus? = nil) {
            self.job = job
            self.endpoint = endpoint
            self.status = status
        }

        /// Takes the size of the place the screen is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            Results.fit(&self)
        }
    }

    /// The way of the results to the local disk.
    struct Download: Sendable, Equatable {
        /// The folder being typed; nil while nobody is asked.
        var prompt: TextField?
        /// The folder a running download was given; nil while none runs.
        var folder: String?
        var progress: TransferProgress?
        /// What the newest download wrote.
        var report: DownloadReport?
        /// Why the newest download failed.
        var failure: ServiceFailure?
        /// True when files are in its way: the next enter replaces them.
        var isTaken = false
        /// Why the folder could not be shown.
        var folderFailure: ServiceFailure?
    }
}

extension Results.State {
    /// From this width on the tree stands beside the preview.
    static let wideColumns = 84

    /// Whether both panes are shown.
    var isWide: Bool { size.columns >= Results.State.wideColumns }

    /// The pane that keys belong to, and the one shown where there is room for one.
    ///
    /// The file that the screen selected by itself is what was come for, so it has the focus from the start.
    var pane: Results.Pane { preview == nil ? .tree : chosenPane ?? .preview }

    /// Whether the job may still write.
    var isGrowing: Bool { status?.isActive ?? false }

    /// Whether letters go into a line of text.
    var isTyping: Bool {
        download.prompt != nil || export.prompt != nil || tree.isTyping
            || preview?.search?.isTyping ?? false
    }

    /// The output that the selected row belongs to.
    var selectedOutput: JobOutput? {
        guard let name = tree.selected?.id.output ?? outputs.value?.first?.name else { return nil }
        return outputs.value?.first { $0.name == name }
    }

    /// True when it is known that there is no file at all.
    var isWithoutFiles: Bool {
        guard let outputs = outputs.value else { return false }
        return outputs.allSatisfy { files[$0.name]?.value?.isEmpty ?? false }
    }
}
