/// The status of a job or step (ES §5.2).
///
/// States may be skipped and a service may invent one: an unknown word is kept, shown verbatim, and counts as not terminal.
public enum JobStatus: Sendable, Hashable {
    case notStarted, starting, provisioning, preparing, queued, running, finalizing
    case cancelRequested, completed, failed, canceled, notResponding, paused
    /// A word we do not know.
    case unknown(String)

    /// Those that have a name here.
    static let known: [JobStatus] = [
        .notStarted, .starting, .provisioning, .preparing, .queued, .running, .finalizing,
        .cancelRequested, .completed, .failed, .canceled, .notResponding, .paused,
    ]
    /// How older parts of the service spell some of them; the stages of a pipeline still say `Finished` (ES §5.1).
    private static let otherWords: [String: JobStatus] = [
        "finished": .completed, "cancelled": .canceled, "canceling": .cancelRequested,
        "cancelling": .cancelRequested,
    ]
    private static let byWord = otherWords.merging(
        known.map { ($0.rawValue.lowercased(), $0) }
    ) { _, own in own }

    /// True when the job will not change any more: Completed, Failed, Canceled.
    public var isTerminal: Bool {
        switch self {
        case .completed, .failed, .canceled: true
        case .notStarted, .starting, .provisioning, .preparing, .queued, .running, .finalizing,
            .cancelRequested, .notResponding, .paused, .unknown:
            false
        }
    }

    /// True while work is being done or about to be.
    public var isActive: Bool { !isTerminal }
}

extension JobStatus: RawRepresentable, Codable, CustomStringConvertible {
    /// Reads a status word in any case, as one word or as `cancel_requested`.
    public init(rawValue: String) {
        let word = rawValue.lowercased()
        let joined = word.contains("_") ? word.filter { $0 != "_" } : word
        self = Self.byWord[joined] ?? .unknown(rawValue)
    }

    /// The service's word.
    public var rawValue: String {
        switch self {
        case .notStarted: "NotStarted"
        case .starting: "Starting"
        case .provisioning: "Provisioning"
        case .preparing: "Preparing"
        case .queued: "Queued"
        case .running: "Running"
        case .finalizing: "Finalizing"
        case .cancelRequested: "CancelRequested"
        case .completed: "Completed"
        case .failed: "Failed"
        case .canceled: "Canceled"
        case .notResponding: "NotResponding"
        case .paused: "Paused"
        case .unknown(let word): word
        }
    }

    /// The service's word.
    public var description: String { rawValue }
}
