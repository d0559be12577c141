public import BatchModel
public import ConsoleGrid

extension JobForm {
    /// What can happen to the form.
    public enum Action: Sendable, Equatable, Codable {
        case rowMoved(step: ListMove)
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
        case completionClosed
        case requestToggled
        case requestScrolled(step: ListMove)
        case requestCopied
        case lookAgainPressed
        case jobsPressed
        case submitPressed

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
    public static func isMutating(_ action: Action) -> Bool { action == .submitPressed }
}
