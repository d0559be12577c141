import BatchModel
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// What was to be submitted and what became of it, on disk before the first byte is sent. A process that is killed at any
// instant leaves a row from which the next one can tell whether the job may have been started:
//
//     prepared ─▶ uploading ─▶ sending ─▶ accepted(job)
//         └───────────┴────▶ refused        ├─▶ refused
//                                           └─▶ unknown ─▶ accepted | forgotten
//
// Rows are few and writes are rare, so every commit goes to the disk (`synchronous=FULL`), also for a task that has been
// cancelled. Several consoles may share the file; a row that another living process is working on is not undecided.
//
// Secrets are not written: addresses and values are kept as `DraftSecrets` masks them.

/// The journal of submissions.
actor SubmissionJournal {
    /// How far a submission has come.
    enum State: String, Sendable {
        /// On disk, nothing sent.
        case prepared
        /// Local inputs are being sent; no request for a job yet.
        case uploading
        /// The request has been or is being sent.
        case sending
        /// It became a job.
        case accepted
        /// It did not become a job, for certain.
        case refused
        /// Nobody can say.
        case unknown
        /// The person no longer wants to know.
        case forgotten
    }

    /// A row.
    struct Entry: Sendable, Equatable {
        var id: String
        /// Secrets masked.
        var draft: JobDraft
        var state: State
        var at: Timestamp
        var note: String
        var job: Job.ID?
        var pid: Int32
        /// When the process of that number was started.
        var birth: String?
        /// When the request for the job was about to be sent.
        var sentAt: Timestamp?
        /// Inputs as that request named them, by name, secrets masked.
        var inputs: [String: String]?
    }

    /// States in which nothing is open any more.
    private static let closed: [State] = [.accepted, .refused, .forgotten]
    /// Rows that ended longer ago are removed when the journal is opened.
    static let retention: Duration = .seconds(90 * 86_400)

    private let path: String
    private var queue: DatabaseQueue?
    private let pid = getpid()
    private let birth = ProcessBirth.of(getpid())

    /// - Parameter folder: the state folder; the journal is `submissions.sqlite` in it, made when first needed.
    init(folder: String) { path = folder + "/submissions.sqlite" }

    /// Notes a draft before anything is sent.
    ///
    /// - Parameter old: a submission that this one is in place of; it is struck off in the same instant.
    func prepare(
        id: String, draft: JobDraft, at: Timestamp, replacing old: String? = nil
    ) async throws(ServiceFailure) {
        let text = try Self.text(of: draft.withoutSecrets)
        let (pid, birth) = (self.pid, self.birth)
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO submission (id, draft, endpoint, state, at, note, pid, birth)
                    VALUES (?, ?, ?, ?, ?, '', ?, ?)
                    """,
                arguments: [
                    id, text, draft.endpoint.rawValue, State.prepared.rawValue,
                    at.microsecondsSinceEpoch, pid, birth,
                ])
            if let old { try Self.strikeOff(old, note: "sent again as \(id)", in: database) }
        }
    }

    /// Strikes an undecided submission off.
    ///
    /// - Throws: `.conflict` when its outcome has become known, or another process has settled it.
    func forget(_ id: String) async throws(ServiceFailure) {
        try await write { database in
            try Self.strikeOff(id, note: "forgotten by hand", in: database)
        }
    }

    private static func strikeOff(_ id: String, note: String, in database: Database) throws {
        let marks = closed.map { _ in "?" }.joined(separator: ", ")
        try database.execute(
            sql: """
                UPDATE submission SET state = ?, note = ?
                WHERE id = ? AND state NOT IN (\(marks))
                """,
            arguments: [State.forgotten.rawValue, note, id]
                + StatementArguments(closed.map(\.rawValue)))
        guard database.changesCount == 1 else {
            throw ServiceFailure(
                kind: .conflict, operation: "settle the submission \(id)",
                detail: "it has been settled meanwhile, or its job was found",
                advice: "Look at the list of jobs. Nothing was sent.")
        }
    }

    /// Notes that the request is about to be sent.
    ///
    /// - Parameter inputs: what it names, by name: what its job is known by where tags are not kept.
    func noteSending(
        _ id: String, inputs: [String: String], at: Timestamp
    ) async throws(ServiceFailure) {
        let text = try Self.text(of: inputs.mapValues(DraftSecrets.masked))
        let (pid, birth) = (self.pid, self.birth)
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE submission
                    SET state = ?, inputs = ?, sent = ?, pid = ?, birth = ? WHERE id = ?
                    """,
                arguments: [
                    State.sending.rawValue, text, at.microsecondsSinceEpoch, pid, birth, id,
                ])
        }
    }

    /// Notes how far a submission has come.
    func note(
        _ id: String, _ state: State, note: String = "", job: Job.ID? = nil
    ) async throws(ServiceFailure) {
        let (pid, birth) = (self.pid, self.birth)
        let note = DraftSecrets.masked(note)
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE submission
                    SET state = ?, note = ?, job = COALESCE(?, job), pid = ?, birth = ? WHERE id = ?
                    """,
                arguments: [state.rawValue, note, job?.rawValue, pid, birth, id])
        }
    }

    /// One submission.
    func entry(_ id: String) async throws(ServiceFailure) -> Entry? {
        try await entries(where: "id = ?", [id]).first
    }

    /// Submissions whose outcome is not known and which nobody is working on, oldest first.
    ///
    /// - Parameter working: ids this process is working on.
    func undecided(besides working: Set<String>) async throws(ServiceFailure) -> [Entry] {
        let marks = Self.closed.map { _ in "?" }.joined(separator: ", ")
        let found = try await entries(
            where: "state NOT IN (\(marks))", StatementArguments(Self.closed.map(\.rawValue)))
        return found.filter { entry in
            if entry.state == .unknown { return true }
            let isOurs = entry.pid == pid && entry.birth == birth
            return isOurs ? !working.contains(entry.id) : !Self.isAlive(entry)
        }
    }

    /// The submission that a job is known to have come of.
    func entry(of job: Job.ID) async throws(ServiceFailure) -> Entry? {
        try await entries(where: "job = ?", [job.rawValue]).last
    }

    /// Jobs that submissions are known to have become, oldest first.
    func acceptedJobs() async throws(ServiceFailure) -> [Job.ID] {
        try await entries(where: "job IS NOT NULL", []).compactMap(\.job)
    }

    /// Submissions that became jobs, newest first.
    func accepted() async throws(ServiceFailure) -> [Entry] {
        try await entries(where: "job IS NOT NULL", []).reversed()
    }

    /// True while the process that wrote a row runs: not when another has its number by now.
    private static func isAlive(_ entry: Entry) -> Bool {
        guard kill(entry.pid, 0) == 0 || errno == EPERM else { return false }
        guard let birth = entry.birth else { return true }
        return ProcessBirth.of(entry.pid) == birth
    }

    private func entries(
        where condition: String, _ arguments: StatementArguments
    ) async throws(ServiceFailure) -> [Entry] {
        // Nothing was ever submitted here: reading must not make a file.
        guard queue != nil || access(path, F_OK) == 0 else { return [] }
        do {
            return try await opened().read { database in
                try Row.fetchAll(
                    database,
                    sql: "SELECT * FROM submission WHERE \(condition) ORDER BY at, rowid",
                    arguments: arguments
                ).map(Self.entry)
            }
        } catch {
            throw Self.failure(error)
        }
    }

    /// A row, also one that another version has written: what cannot be read of it must not hide that it is there.
    private static func entry(_ row: Row) -> Entry {
        let text: String = row["draft"]
        let word: String = row["state"]
        let endpoint: String = row["endpoint"]
        let job: String? = row["job"]
        let sent: Int64? = row["sent"]
        let inputs: String? = row["inputs"]
        var entry = Entry(
            id: row["id"], draft: JobDraft(endpoint: Endpoint.Name(endpoint)),
            state: State(rawValue: word) ?? .unknown,
            at: Timestamp(microsecondsSinceEpoch: row["at"]), note: row["note"],
            job: job.map { Job.ID($0) }, pid: row["pid"], birth: row["birth"],
            sentAt: sent.map { Timestamp(microsecondsSinceEpoch: $0) },
            inputs: inputs.flatMap {
                try? WireJSON.decode([String: String].self, from: Array($0.utf8))
            })
        if let draft = try? WireJSON.decode(JobDraft.self, from: Array(text.utf8)) {
            entry.draft = draft
        } else {
            entry.note += " (its draft was written by another version and cannot be read)"
        }
        return entry
    }

    private func write(
        _ work: @escaping @Sendable (Database) throws -> Void
    ) async throws(ServiceFailure) {
        do {
            let queue = try opened()
            // In a task of its own: that the caller has been cancelled is no reason to forget what became of a job.
            try await Task { try await queue.write(work) }.value
        } catch let failure as ServiceFailure {
            throw failure
        } catch {
            throw Self.failure(error)
        }
    }

    private func opened() throws -> DatabaseQueue {
        if let queue { return queue }
        let fresh = try SubmissionStore.opened(path)
        queue = fresh
        return fresh
    }

    private static func text(of value: some Encodable) throws(ServiceFailure) -> String {
        do {
            return String(decoding: try WireJSON.encode(value), as: UTF8.self)
        } catch {
            throw failure(error)
        }
    }

    private static func failure(_ error: any Error) -> ServiceFailure {
        ServiceFailure(
            kind: .unexpected, operation: "keep the journal of submissions", detail: "\(error)",
            advice:
                "Check that the state folder can be written and its disk has room; "
                + "nothing is sent without the journal."
        )
    }
}
