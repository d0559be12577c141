/// One transfer of files between this machine and a workspace: what it is for, how far it is, how it stands.
public struct TransferRecord: Sendable, Hashable, Codable, Identifiable {
    /// What is transferred, with all that is needed to go on with it.
    public enum Work: Sendable, Hashable, Codable {
        /// The local inputs of a job that is submitted: its draft, secrets masked, its local paths absolute.
        case inputs(JobDraft)
        /// What a new version of a data asset is made of.
        case asset(DataPlan)
        /// The results of a job, into a folder of this machine, absolute.
        case results(job: Job.ID, folder: String)
    }

    /// How a transfer stands.
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// It has begun and no byte has moved yet.
        case waiting
        case running
        /// All is there.
        case done
        /// It ended for the reason in the note.
        case failed
        /// A person ended it.
        case givenUp = "given up"
        /// The program that did it ended before it was through.
        case left = "left over"
        /// Another program on this machine is at it.
        case elsewhere
    }

    /// The same for the same work, so that going on with it takes the old record's place.
    public let id: String
    /// What is transferred.
    public var work: Work
    /// How it stands.
    public var state: State
    /// Why it failed, a sentence; empty where there is nothing to say.
    public var note = ""
    /// How far it is; nil before anything was counted.
    public var progress: TransferProgress?
    /// When it was begun.
    public let startedAt: Timestamp
    /// When it ended; nil while it has not.
    public var endedAt: Timestamp?
    /// When bytes were counted first, and how many were there already then: they say nothing about the line's speed.
    public var countedAt: Timestamp?
    /// Bytes that were there when counting began.
    public var bytesBefore: Int64 = 0
    /// The job that came of an upload.
    public var accepted: Job.ID?

    /// Notes a transfer that begins.
    public init(id: String, work: Work, state: State = .waiting, startedAt: Timestamp) {
        self.id = id
        self.work = work
        self.state = state
        self.startedAt = startedAt
    }
}

extension TransferRecord {
    /// Whether it goes to the workspace.
    public var isUpload: Bool {
        switch work {
        case .inputs, .asset: true
        case .results: false
        }
    }

    /// True while this program is at it.
    public var isActive: Bool { state == .waiting || state == .running }

    /// Whether it can be gone on with where it stopped.
    public var isResumable: Bool {
        switch state {
        case .failed, .givenUp, .left: true
        case .waiting, .running, .done, .elsewhere: false
        }
    }

    /// The job it belongs to, as far as there is one.
    public var job: Job.ID? {
        if case .results(let job, _) = work { return job }
        return accepted
    }

    /// What it is called: where the data goes, or whose results they are.
    public var name: String {
        switch work {
        case .inputs(let draft):
            "inputs of \(draft.endpoint)\(draft.deployment.map { "/\($0)" } ?? "")"
        case .asset(let plan): "data asset \(plan.name)\(plan.version.map { ":\($0)" } ?? "")"
        case .results(let job, _): "results of \(job)"
        }
    }

    /// The files and folders of this machine that it reads or writes.
    public var paths: [String] {
        switch work {
        case .inputs(let draft):
            draft.inputs.compactMap { input in
                if case .data(_, .local(let path)) = input.value { path } else { nil }
            }
        case .asset(let plan): [plan.path]
        case .results(_, let folder): [folder]
        }
    }

    /// Takes in how far it is.
    public mutating func advance(to progress: TransferProgress, at time: Timestamp) {
        if countedAt == nil {
            countedAt = time
            bytesBefore = progress.bytesDone
        }
        self.progress = progress
        state = .running
    }

    /// How fast it goes, while it goes.
    ///
    /// - Parameter now: the newest time known.
    public func pace(at now: Timestamp) -> TransferProgress.Pace? {
        guard state == .running, let countedAt, let progress else { return nil }
        return progress.pace(moved: progress.bytesDone - bytesBefore, in: now - countedAt)
    }
}

extension TransferProgress {
    /// How fast a transfer goes.
    public struct Pace: Sendable, Hashable {
        /// Bytes that move in a second.
        public var bytesPerSecond: Int64
        /// The time until the rest has moved, if it goes on like this.
        public var left: Duration
    }

    /// How fast it goes; nil in the first moments, when a rate is only noise, and while nothing moves.
    ///
    /// - Parameters:
    ///   - moved: bytes that have moved in the time.
    ///   - time: how long it took.
    public func pace(moved: Int64, in time: Duration) -> Pace? {
        let seconds = time.inSeconds
        guard moved > 0, seconds >= 0.5 else { return nil }
        let rate = min(Double(moved) / seconds, 1e18)
        let left = (Double(max(0, bytesTotal - bytesDone)) / rate).rounded(.up)
        return Pace(bytesPerSecond: Int64(rate), left: .seconds(Int64(min(left, 1e9))))
    }

    /// The part that is done in 0...1, of the bytes; of the files where they hold no byte.
    public var fraction: Double {
        if bytesTotal > 0 { return min(1, max(0, Double(bytesDone) / Double(bytesTotal))) }
        return filesTotal > 0 ? min(1, max(0, Double(filesDone) / Double(filesTotal))) : 0
    }
}
