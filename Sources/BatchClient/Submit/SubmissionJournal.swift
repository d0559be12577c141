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
// Rows are few and writes are rare, so every commit goes to the disk (`synchronous=FULL`). Several consoles may share the
// file; a row that another living process is working on is not undecided.

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
        var draft: JobDraft
        var state: State
        var at: Timestamp
        var note: String
        var job: Job.ID?
        var pid: Int32
    }

    /// Rows that ended longer ago are removed when the journal is opened.
    static let retention: Duration = .seconds(90 * 86_400)

    private let path: String
    private var queue: DatabaseQueue?
    private let pid = getpid()

    /// - Parameter folder: the state folder; the journal is `submissions.sqlite` in it, made when first needed.
    init(folder: String) { path = folder + "/submissions.sqlite" }

    /// Notes a draft before anything is sent.
    func prepare(id: String, draft: JobDraft, at: Timestamp) async throws(ServiceFailure) {
        let text: String
        do {
            text = String(decoding: try WireJSON.encode(draft), as: UTF8.self)
        } catch {
            throw Self.failure(error)
        }
        let pid = self.pid
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO submission (id, draft, endpoint, state, at, note, pid)
                    VALUES (?, ?, ?, ?, ?, '', ?)
                    """,
                arguments: [
                    id, text, draft.endpoint.rawValue, State.prepared.rawValue,
                    at.microsecondsSinceEpoch, pid,
                ])
        }
    }

    /// Notes how far a submission has come.
    func note(
        _ id: String, _ state: State, note: String = "", job: Job.ID? = nil
    ) async throws(ServiceFailure) {
        let pid = self.pid
        try await write { database in
            try database.execute(
                sql: "UPDATE submission SET state = ?, note = ?, job = ?, pid = ? WHERE id = ?",
                arguments: [state.rawValue, note, job?.rawValue, pid, id])
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
        let open: [State] = [.prepared, .uploading, .sending, .unknown]
        let marks = open.map { _ in "?" }.joined(separator: ", ")
        let found = try await entries(
            where: "state IN (\(marks))", StatementArguments(open.map(\.rawValue)))
        return found.filter { entry in
            if entry.state == .unknown { return true }
            return entry.pid == pid ? !working.contains(entry.id) : !Self.isAlive(entry.pid)
        }
    }

    /// Jobs that submissions are known to have become.
    func acceptedJobs() async throws(ServiceFailure) -> Set<Job.ID> {
        Set(try await entries(where: "job IS NOT NULL", []).compactMap(\.job))
    }

    private static func isAlive(_ pid: Int32) -> Bool { kill(pid, 0) == 0 || errno == EPERM }

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
                ).compactMap(Self.entry)
            }
        } catch {
            throw Self.failure(error)
        }
    }

    private static func entry(_ row: Row) -> Entry? {
        let text: String = row["draft"]
        let word: String = row["state"]
        guard let state = State(rawValue: word),
            let draft = try? WireJSON.decode(JobDraft.self, from: Array(text.utf8))
        else { return nil }
        let job: String? = row["job"]
        return Entry(
            id: row["id"], draft: draft, state: state,
            at: Timestamp(microsecondsSinceEpoch: row["at"]), note: row["note"],
            job: job.map { Job.ID($0) }, pid: row["pid"])
    }

    private func write(
        _ work: @escaping @Sendable (Database) throws -> Void
    ) async throws(ServiceFailure) {
        do {
            try await opened().write(work)
        } catch {
            throw Self.failure(error)
        }
    }

    private func opened() throws -> DatabaseQueue {
        if let queue { return queue }
        try LocalFiles.makeFolder(String(path.dropLast("/submissions.sqlite".count)), mode: 0o700)
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        }
        let fresh = try DatabaseQueue(path: path, configuration: configuration)
        chmod(path, 0o600)
        let oldest = ClientSurroundings.system.now() - Self.retention
        try fresh.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS submission (
                        id TEXT PRIMARY KEY, draft TEXT NOT NULL, endpoint TEXT NOT NULL,
                        state TEXT NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL,
                        job TEXT, pid INTEGER NOT NULL)
                    """)
            try database.execute(
                sql: "DELETE FROM submission WHERE at < ? AND state IN (?, ?, ?)",
                arguments: [
                    oldest.microsecondsSinceEpoch, State.accepted.rawValue, State.refused.rawValue,
                    State.forgotten.rawValue,
                ])
        }
        queue = fresh
        return fresh
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
