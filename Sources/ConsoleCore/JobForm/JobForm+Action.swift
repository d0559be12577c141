public import BatchModel
public import ConsoleGrid

extension JobForm {
    /// What can happen to the form.
    public enum Action: Sendable, Equatable, Codable {
        case rowMoved(step: ListMove)
        case rowClicked(field: Field)
        /// A choice of the focused row was clicked.
        case optionClicked(option: String)
        /// A key meant for the text of the focused row.
        case textEdited(key: KeyPress)
        case fieldCleared
        /// The next or the one before of a row's choices.
        case choiceMoved(isForward: Bool)
        case undoPressed
        case redoPressed
        case completionOpened
        case completionMoved(step: ListMove)
        case completionTaken
        /// A candidate was clicked, counted from 0 among all that fit.
        case candidateClicked(index: Int)
        case completionClosed
        case requestToggled
        case requestScrolled(step: ListMove)
        case requestCopied
        case lookAgainPressed
        case jobsPressed
        case submitPressed
        /// Switches the focused row between one value and several.
        case sweepToggled
        case sweepConfirmed
        case sweepDropped
        /// No further job of the sweep is sent.
        case sweepStopped
        case sweepRetried
        case sweepMoved(step: ListMove)
        /// A job of the board was clicked, from 0.
        case sweptClicked(index: Int)
        case sweepOpened
        case sweepClosed
        /// Opens the picker of data for the focused row.
        case pickPressed
        case picker(DataPicker.Action)
        /// Opens the list of presets.
        case presetsPressed
        case presets(Presets.Action)
        /// Lists what was given to the focused row before.
        case recentPressed
        /// A whole job came as text: a command, or YAML.
        case jobPasted(text: String)

        case deploymentsLoaded(endpoint: Endpoint.Name, deployments: [Deployment])
        case deploymentsRefused(endpoint: Endpoint.Name, failure: ServiceFailure)
        case looked(reference: DataReference, finding: ReferenceFinding)
        /// Whole texts for the field, best first; several answers for one text are joined.
        case completionsFound(for: String, candidates: [String])
        case previewReady(draft: JobDraft, preview: RequestPreview)
        case previewRefused(failure: ServiceFailure)
        case submitPhaseChanged(phase: SubmitPhase)
        case jobAccepted(job: Job)
        case jobRefused(failure: ServiceFailure)
        case recentFound(drafts: [JobDraft])
        case jobRead(read: ReadJob)
        case readRefused(failure: ServiceFailure)
        /// What a job that is done again was given beside its inputs.
        case pastFound(job: Job.ID, past: Past)
        case pastRefused(job: Job.ID, failure: ServiceFailure)
        case sweptAccepted(index: Int, job: Job)
        case sweptRefused(index: Int, failure: ServiceFailure)
    }

    /// What the form wants done.
    public enum Effect: Sendable, Equatable {
        case loadDeployments(Endpoint.Name)
        /// Asked at every change of a text that parses: a newer look for the same row may replace one that has not ended.
        case look(DataReference, for: Field)
        case complete(kind: CompletionKind, text: String)
        /// Asked at every change of a draft while the request is shown; a newer one may replace an older.
        case preview(JobDraft)
        case submit(JobDraft)
        /// One job of a sweep; its answer orders the next.
        case submitSwept(JobDraft, index: Int)
        /// The references of a swept row that nothing is known of; a newer look for the row may replace this one.
        case lookBeside([DataReference], for: Field)
        case picker(DataPicker.Effect)
        case presets(Presets.Effect)
        /// Drafts kept from earlier sessions.
        case loadRecent
        /// What an earlier job was given.
        case loadPast(Job.ID)
        /// What job a text says.
        case readJob(text: String, Endpoint.Name)
        case open(Place)
        case copy(text: String)
    }

    /// What kind of candidates a text calls for. Candidates are whole texts for the field.
    public enum CompletionKind: String, Sendable, Hashable, Codable, CaseIterable {
        /// `./data/`, `~/digits.csv`: folders end in `/`.
        case localPath
        /// `azureml:name@latest` (or `azureml:name`, which goes on) while no version is begun, then every version.
        case dataAsset
        /// `azureml://datastores/name/paths/folder/`: folders end in `/`.
        case datastorePath
    }
}

extension JobForm {
    /// Whether an action changes something on the service.
    public static func isMutating(_ action: Action) -> Bool {
        if case .picker(let inner) = action { return DataPicker.isMutating(inner) }
        return action == .submitPressed || action == .sweepRetried || action == .sweepConfirmed
    }

    /// Whether an action answers a submission: it is for the form that is being sent, whichever is in front.
    static func isAnswerToSubmission(_ action: Action) -> Bool {
        switch action {
        case .submitPhaseChanged, .jobAccepted, .jobRefused, .sweptAccepted, .sweptRefused: true
        case .rowMoved, .rowClicked, .optionClicked, .candidateClicked, .textEdited, .fieldCleared,
            .choiceMoved, .undoPressed, .redoPressed,
            .completionOpened, .completionMoved, .completionTaken, .completionClosed,
            .requestToggled, .requestScrolled, .requestCopied, .lookAgainPressed, .jobsPressed,
            .submitPressed, .deploymentsLoaded, .deploymentsRefused, .looked, .completionsFound,
            .previewReady, .previewRefused, .pickPressed, .picker, .sweepToggled,
            .sweepConfirmed, .sweepDropped, .sweepStopped, .sweepRetried, .sweepMoved,
            .sweptClicked, .sweepOpened, .sweepClosed, .presetsPressed, .presets, .recentPressed,
            .jobPasted, .recentFound, .jobRead, .readRefused, .pastFound, .pastRefused:
            false
        }
    }
}
