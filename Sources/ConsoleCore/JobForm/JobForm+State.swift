public import BatchModel
public import ConsoleGrid

extension JobForm {
    /// Everything the form remembers.
    public struct State: Sendable, Equatable {
        /// The endpoint the job is for.
        public let endpoint: Endpoint.Name
        var defaultDeployment: Deployment.Name?
        /// The deployment the form was opened for.
        var requested: Deployment.Name?
        var deployments: Fetched<[Deployment]>
        /// Earlier drafts, newest first: where prefilled values come from.
        var recent: [JobDraft]
        /// Names of data assets, nil until an answer brought some.
        var assetNames: [String]?

        /// What can be undone.
        var entry = Entry()
        var past: [Entry] = []
        var future: [Entry] = []
        var lastEdit: Edit?
        /// What it said when a sweep of it was sent or a preset was saved.
        var kept: Entry?
        /// Rows a person has changed: never prefilled again.
        var touched: Set<Field> = []
        /// Where a row's prefilled value came from; gone once it is edited.
        var origins: [Field: Origin] = [:]
        /// The job that is done again; nil for a new one.
        var earlier: Earlier?
        /// The undecided submission that this one is sent in the place of.
        var replaces: Submission.ID?
        var focus = Field.deployment
        /// The first line shown, as the newest click left it; nil once the focus was moved otherwise.
        var clickedTop: Int?

        /// What looking brought to light about references that rows mean now.
        var findings: [DataReference: ReferenceFinding] = [:]
        /// The reference each row last asked about.
        var lookedFor: [Field: DataReference] = [:]
        var completion: Completion?
        var request = Request()
        /// References of swept rows that were asked about.
        var lookedBeside: [Field: [DataReference]] = [:]
        /// True while the person is asked whether so many jobs are meant.
        var isSweepAsked = false
        /// The newest sweep: lies over the form until it is closed.
        var sweepRun: SweepRun?
        /// Lies over the form while data is chosen.
        var picker: DataPicker.State?
        /// What was typed into the picker's form for a data asset that was not made.
        var keptAsset: DataPicker.NewAsset?
        /// Lies over the form while a preset is chosen or saved.
        var presets: Presets.State?

        /// How far the submission is, nil while nothing is being sent.
        var phase: SubmitPhase?
        /// Why the newest submission failed.
        var failure: ServiceFailure?
        /// True once the user was told that sending again may make a second job.
        var isResendArmed = false
        /// What the newest key came to, when that is not visible otherwise.
        var notice: String?
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// A new form.
        ///
        /// - Parameters:
        ///   - deployment: the one it is opened for; nil for the endpoint's default.
        ///   - deployments: those known so far, of any endpoint; they are asked for again.
        ///   - assets: names of data assets known so far; nil when they have to be asked for.
        ///   - recent: earlier drafts, newest first, of any endpoint.
        ///   - now: when `deployments` were true.
        public init(
            endpoint: Endpoint.Name, deployment: Deployment.Name? = nil,
            defaultDeployment: Deployment.Name? = nil, deployments: [Deployment] = [],
            assets: [DataAsset.Name]? = nil, recent: [JobDraft] = [], now: Timestamp? = nil
        ) {
            self.endpoint = endpoint
            self.defaultDeployment = defaultDeployment
            requested = deployment
            let own = deployments.filter { $0.endpoint == endpoint }
            self.deployments = Fetched(
                own.isEmpty ? nil : own, asOf: own.isEmpty ? nil : now, isLoading: true)
            self.recent = recent
            assetNames = assets?.map(\.rawValue)
            JobForm.focusFirstInput(&self)
            _ = JobForm.settle(&self)
        }

        /// Takes the size of the place the form is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            let height = completionRows
            completion?.window.setHeight(height)
            request.fit(size: requestSize)
            picker?.resized(to: newSize)
            presets?.resized(to: newSize)
            JobForm.fitSweepRun(&self)
        }
    }

    /// What a person chose and typed.
    struct Entry: Sendable, Equatable {
        /// The deployment picked in the form.
        var chosen: Deployment.Name?
        /// Texts by row, rows that are not shown now included.
        var texts: [Field: TextField] = [:]
        /// How the job gets at the data of a row, where a preset or a pasted job says so: no row asks for it.
        var modes: [Field: String] = [:]
        /// Rows whose text is a list or range of values.
        var swept: Set<Field> = []
    }

    /// A kind of change; typing in one row in a row is undone at once.
    enum Edit: Sendable, Equatable {
        case typing(Field)
        case other
    }

    /// Where a prefilled value came from.
    enum Origin: Sendable, Equatable {
        case lastUsed
        case suggested
        case earlierJob

        var words: String {
            switch self {
            case .lastUsed: "last used"
            case .suggested: "suggested"
            case .earlierJob: "as before"
            }
        }
    }

    /// The request preview.
    struct Request: Sendable, Equatable {
        /// What the user asked for; nil shows it where there is room beside the form.
        var isWanted: Bool?
        /// The draft the newest question was about.
        var asked: JobDraft?
        /// The newest answer and its draft.
        var answer: RequestPreview?
        var answeredDraft: JobDraft?
        var failure: ServiceFailure?
        var scroll = Scroll()

        /// Counts its lines anew for a pane of this size, frame included.
        mutating func fit(size: Size) {
            let lines = JobForm.requestLines(self, columns: size.columns - 4).count
            scroll.setHeight(size.rows - 2)
            // A request that is new is read from its first line on.
            scroll = Scroll(count: lines, height: scroll.height)
        }
    }
}

extension JobForm.State {
    /// From this width on the request stands beside the form.
    static let wideColumns = 120
    /// Steps that can be taken back; the oldest is forgotten.
    static let undoLimit = 200

    /// The deployment the job is for, as far as it is decided.
    var deploymentName: Deployment.Name? {
        if let name = entry.chosen ?? requested ?? defaultDeployment { return name }
        // The service does not promise to take a lone deployment for the default one (ES §1), so it is named.
        guard let all = deployments.value, all.count == 1 else { return nil }
        return all.first?.name
    }

    /// The deployment the job is for, once it is known.
    var deployment: Deployment? {
        let name = deploymentName
        return deployments.value?.first { $0.name == name }
    }

    /// Whether it says something that a person typed or chose and that is nowhere else.
    var isEdited: Bool { !past.isEmpty && entry != kept }

    /// The text of a row.
    func text(of field: JobForm.Field) -> String { entry.texts[field]?.value ?? "" }

    /// Whether the request is shown in so many columns.
    func showsRequest(columns: Int) -> Bool {
        request.isWanted ?? (columns >= JobForm.State.wideColumns)
    }

    /// Whether the request covers the form, so that keys belong to it.
    var isFormCovered: Bool {
        size.columns < JobForm.State.wideColumns && showsRequest(columns: size.columns)
    }

    /// The size of the pane that shows the request, frame included.
    var requestSize: Size {
        JobForm.panes(of: self, in: Rect(size: size)).request?.size ?? .zero
    }

    /// The candidates visible at once.
    var completionRows: Int { size.rows < 24 ? 4 : 8 }
}
