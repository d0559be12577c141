import BatchModel
import GRDB

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A job as the database has it.
struct StoredJob: Sendable {
    /// Position in the order of acceptance, from 1; never given twice.
    var seq: Int
    var job: Job
    /// Its one step; a pipeline job's own name.
    var step: JobStep.ID
    var isPipeline: Bool
}

/// Reads and writes jobs.
enum JobTable {
    /// Stores a job that was just accepted.
    ///
    /// - Returns: the stored job, or the one that the same repeatability id made before, and whether it is new.
    static func accept(
        _ db: Database, _ entry: JobEntry
    ) throws -> (stored: StoredJob, isNew: Bool) {
        if let earlier = try repeated(db, entry.repeatabilityID) { return (earlier, false) }
        return (try insert(db, entry), true)
    }

    /// Stores a pipeline job that was just accepted, and its steps.
    ///
    /// - Returns: the stored job, or the one that the same repeatability id made before; steps only for a new one.
    static func accept(
        _ db: Database, _ entry: JobEntry, _ order: PipelineOrder, at now: Timestamp
    ) throws -> (stored: StoredJob, steps: [StepRecord]?) {
        if let earlier = try repeated(db, entry.repeatabilityID) { return (earlier, nil) }
        let stored = try insert(db, entry)
        return (stored, try StepTable.begin(db, job: stored.seq, order, at: now))
    }

    private static func insert(_ db: Database, _ entry: JobEntry) throws -> StoredJob {
        let job = entry.job
        guard let endpoint = job.endpoint, let deployment = job.deployment else {
            throw DatabaseError(message: "a job of no deployment cannot be stored")
        }
        let plan = try addPlan(db, entry.plan)
        let numbers = try count(db, endpoint: endpoint, deployment: deployment)
        try db.cachedStatement(
            sql: """
                INSERT INTO job (seq, id, step, display, endpoint, deployment, experiment,
                in_endpoint, in_deployment, status, timeline, created, tags, properties,
                repeatability, plan, is_pipeline)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            numbers.all, job.id.rawValue, entry.step.rawValue, job.displayName, endpoint.rawValue,
            deployment.rawValue, job.experimentName, numbers.inEndpoint, numbers.inDeployment,
            job.status.rawValue, TimelineText.print(job.timeline),
            job.createdAt?.microsecondsSinceEpoch, entry.tags, entry.properties,
            entry.repeatabilityID, plan, entry.isPipeline,
        ])
        return StoredJob(
            seq: numbers.all, job: job, step: entry.step, isPipeline: entry.isPipeline)
    }

    /// Stores what has become of a job. One that has ended stays as it ended: a status that it entered before, on another
    /// thread, may be told after its end.
    static func update(_ db: Database, seq: Int, _ job: Job) throws {
        try db.cachedStatement(
            sql: """
                UPDATE job SET status = ?, timeline = ?, started = ?, ended = ?, mini_batches = ?,
                items = ?, processed = ?, failed_items = ?, message = ?
                WHERE seq = ? AND ended IS NULL
                """
        ).execute(arguments: [
            job.status.rawValue, TimelineText.print(job.timeline),
            job.startedAt?.microsecondsSinceEpoch, job.endedAt?.microsecondsSinceEpoch,
            job.progress?.totalMiniBatches, job.progress?.totalItems,
            job.progress?.processedMiniBatches ?? 0, job.progress?.failedItems ?? 0,
            job.errorMessage, seq,
        ])
    }

    /// Changes what people may change of a job afterwards (ES §5.1).
    static func change(_ db: Database, _ id: Job.ID, _ change: JobChange) throws -> StoredJob? {
        guard let stored = try job(db, id) else { return nil }
        if let archived = change.isArchived, archived != stored.job.isArchived {
            try db.execute(
                sql: "UPDATE job SET is_archived = ? WHERE seq = ?",
                arguments: [archived, stored.seq])
            try db.execute(
                sql: """
                    UPDATE tally SET archived = archived + ? WHERE (endpoint, deployment)
                    IN (VALUES ('', ''), (?, ''), (?, ?))
                    """,
                arguments: [
                    archived ? 1 : -1, stored.job.endpoint?.rawValue, stored.job.endpoint?.rawValue,
                    stored.job.deployment?.rawValue,
                ])
        }
        try db.execute(
            sql: """
                UPDATE job SET display = coalesce(?, display), tags = coalesce(?, tags),
                properties = coalesce(?, properties), description = coalesce(?, description)
                WHERE seq = ?
                """,
            arguments: [
                change.displayName, change.tags.map(JSONText.print),
                change.properties.map(JSONText.print), change.summary, stored.seq,
            ])
        return try job(db, id)
    }

    /// One job by name.
    static func job(_ db: Database, _ id: Job.ID) throws -> StoredJob? {
        try one(db, "job.id = ?", id.rawValue)
    }

    /// The job that a step belongs to.
    static func job(_ db: Database, ofStep step: JobStep.ID) throws -> StoredJob? {
        try one(db, "job.is_pipeline = 0 AND job.step = ?", step.rawValue)
    }

    /// A job by its number.
    static func job(_ db: Database, seq: Int) throws -> StoredJob? {
        let statement = try db.cachedStatement(sql: select + " WHERE job.seq = ?")
        return try Row.fetchOne(statement, arguments: [seq]).map(read)
    }

    /// The job that a repeatability id made; nil when there is none.
    static func repeated(_ db: Database, _ id: String?) throws -> StoredJob? {
        guard let id else { return nil }
        return try one(db, "job.repeatability = ?", id)
    }

    /// Model jobs that have not ended, oldest first, with what they were told to do.
    static func unfinished(_ db: Database) throws -> [(stored: StoredJob, order: JobOrder)] {
        try unfinishedRows(db, arePipelines: false).map { (try read($0), try order($0)) }
    }

    /// Pipeline jobs that have not ended, oldest first, with what they were told to do and how their steps stand.
    static func unfinishedPipelines(
        _ db: Database
    ) throws -> [(stored: StoredJob, order: PipelineOrder, steps: [StepRecord])] {
        try unfinishedRows(db, arePipelines: true).map { row in
            let stored = try read(row)
            return (stored, try pipelineOrder(row), try StepTable.steps(db, job: stored.seq))
        }
    }

    private static func unfinishedRows(_ db: Database, arePipelines: Bool) throws -> [Row] {
        let condition = " WHERE job.ended IS NULL AND job.is_pipeline = ? ORDER BY job.seq"
        return try Row.fetchAll(db, sql: select + condition, arguments: [arePipelines])
    }

    /// What a model job was told to do.
    static func order(_ db: Database, _ id: Job.ID) throws -> JobOrder? {
        try row(db, id, isPipeline: false).map(order)
    }

    /// What a pipeline job was told to do.
    static func pipelineOrder(_ db: Database, _ id: Job.ID) throws -> PipelineOrder? {
        try row(db, id, isPipeline: true).map(pipelineOrder)
    }

    private static func row(_ db: Database, _ id: Job.ID, isPipeline: Bool) throws -> Row? {
        try Row.fetchOne(
            db, sql: select + " WHERE job.id = ? AND job.is_pipeline = ?",
            arguments: [id.rawValue, isPipeline])
    }

    private static func pipelineOrder(_ row: Row) throws -> PipelineOrder {
        let text: String = row["plan_text"]
        return try JSONDecoder().decode(PipelineOrder.self, from: Data(text.utf8))
    }

    /// A window of the list, newest first, and how long the whole list is.
    static func page(_ db: Database, _ query: JobQuery) throws -> (jobs: [StoredJob], total: Int) {
        let tally = try Row.fetchOne(
            db, sql: "SELECT * FROM tally WHERE endpoint = ? AND deployment = ?",
            arguments: [query.endpoint?.rawValue ?? "", query.deployment?.rawValue ?? ""])
        let all: Int = tally?["total"] ?? 0
        let archived: Int = tally?["archived"] ?? 0
        let total =
            switch query.view {
            case .active: all - archived
            case .archived: archived
            case .all: all
            }
        let start = max(0, query.start)
        guard start < total, query.count > 0 else { return ([], total) }
        let column =
            query.deployment != nil
            ? "in_deployment"
            : query.endpoint != nil
                ? "in_endpoint" : "seq"
        var conditions: [String] = []
        var arguments: [(any DatabaseValueConvertible)?] = []
        if let endpoint = query.endpoint {
            conditions.append("job.endpoint = ?")
            arguments.append(endpoint.rawValue)
        }
        if let deployment = query.deployment {
            conditions.append("job.deployment = ?")
            arguments.append(deployment.rawValue)
        }
        var skipped = 0
        if total == all {
            // Nothing is left out: above the gap the numbers are whole, and the page's first number is known.
            let last: Int = tally?["last"] ?? 0
            let gap: Int = tally?["gap"] ?? 0
            let isAboveGap = start < last - gap
            conditions.append("job.\(column) \(isAboveGap ? "<=" : "<") ?")
            arguments.append(isAboveGap ? last - start : gap)
            skipped = isAboveGap ? 0 : start - (last - gap)
        } else {
            conditions.append("job.is_archived = \(query.view == .archived ? 1 : 0)")
            skipped = start
        }
        let found = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let sql = select + found + " ORDER BY job.\(column) DESC LIMIT ? OFFSET ?"
        let rows = try Row.fetchAll(
            db, sql: sql, arguments: StatementArguments(arguments + [query.count, skipped]))
        return (try rows.map(read), total)
    }

    /// Counts one more job and says which number it has in each list: one more than the last, never one that was there.
    static func count(
        _ db: Database, endpoint: Endpoint.Name, deployment: Deployment.Name
    ) throws -> (all: Int, inEndpoint: Int, inDeployment: Int) {
        func next(_ endpoint: String, _ deployment: String) throws -> Int {
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO tally (endpoint, deployment, total, archived, last)
                    VALUES (?, ?, 1, 0, 1) ON CONFLICT
                    DO UPDATE SET total = total + 1, last = last + 1 RETURNING last
                    """)
            return try Int.fetchOne(statement, arguments: [endpoint, deployment]) ?? 1
        }
        return (
            try next("", ""), try next(endpoint.rawValue, ""),
            try next(endpoint.rawValue, deployment.rawValue)
        )
    }

    /// An order as it is stored.
    static func planText(_ order: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
    }

    /// Stores an order's text and gives its number.
    static func addPlan(_ db: Database, _ text: String) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO plan (text) VALUES (?)").execute(arguments: [text])
        return db.lastInsertedRowID
    }

    private static let select = """
        SELECT job.*, plan.text AS plan_text FROM job JOIN plan ON plan.id = job.plan
        """

    private static func one(_ db: Database, _ condition: String, _ value: String) throws
        -> StoredJob?
    {
        let statement = try db.cachedStatement(sql: select + " WHERE " + condition)
        return try Row.fetchOne(statement, arguments: [value]).map(read)
    }

    /// The order of a row; seeded jobs share one, so what is the job's own comes from its row.
    private static func order(_ row: Row) throws -> JobOrder {
        let text: String = row["plan_text"]
        var order = try JSONDecoder().decode(JobOrder.self, from: Data(text.utf8))
        let step: String = row["step"]
        if order.step.rawValue != step {
            let shared = order.step.rawValue
            order.outputFolder = order.outputFolder.replacing(shared, with: step)
            order.scoreURI = order.scoreURI.replacing(shared, with: step)
            order.step = JobStep.ID(step)
        }
        order.id = Job.ID(row["id"] as String)
        order.displayName = row["display"]
        return order
    }

    /// What a list shows of an order of either kind.
    private struct Shown: Decodable {
        var endpoint: Endpoint.Name
        var deployment: Deployment.Name
        var inputs: [String: String]
        var outputs: [String: String]
        var tags: [String: String]
        var properties: [String: String]
    }

    private static func shown(_ row: Row) throws -> Shown {
        let text: String = row["plan_text"]
        return try JSONDecoder().decode(Shown.self, from: Data(text.utf8))
    }

    private static func read(_ row: Row) throws -> StoredJob {
        let order = try shown(row)
        func time(_ column: String) -> Timestamp? {
            (row[column] as Int64?).map(Timestamp.init(microsecondsSinceEpoch:))
        }
        var progress: Progress?
        if let miniBatches = row["mini_batches"] as Int? {
            progress = Progress(
                processedMiniBatches: row["processed"], totalMiniBatches: miniBatches,
                failedItems: row["failed_items"], totalItems: row["items"])
            if let started = time("started"), let ended = time("ended") {
                progress?.elapsed = ended - started
                progress?.asOf = ended
            }
        }
        let job = Job(
            id: Job.ID(row["id"] as String), displayName: row["display"], endpoint: order.endpoint,
            deployment: order.deployment, experimentName: row["experiment"],
            status: JobStatus(rawValue: row["status"]), createdAt: time("created"),
            startedAt: time("started"), endedAt: time("ended"),
            timeline: TimelineText.parse(row["timeline"]), progress: progress,
            errorMessage: row["message"], tags: JSONText.parse(row["tags"]) ?? order.tags,
            properties: JSONText.parse(row["properties"]) ?? order.properties,
            inputs: order.inputs, outputs: order.outputs, isArchived: row["is_archived"],
            summary: row["description"])
        return StoredJob(
            seq: row["seq"], job: job, step: JobStep.ID(row["step"] as String),
            isPipeline: row["is_pipeline"])
    }
}

/// Which window of which list of jobs.
struct JobQuery: Sendable {
    var start: Int
    var count: Int
    var endpoint: Endpoint.Name?
    var deployment: Deployment.Name?
    var view: ListView
}

/// What may be changed of a job after it was accepted (ES §5.1); nil leaves a part as it is.
public struct JobChange: Sendable, Hashable {
    /// What people call it.
    public var displayName: String?
    /// All its tags.
    public var tags: [String: String]?
    /// All its properties.
    public var properties: [String: String]?
    /// Whether it is archived.
    public var isArchived: Bool?
    /// Free text.
    public var summary: String?

    /// Describes a change.
    public init(
        displayName: String? = nil, tags: [String: String]? = nil,
        properties: [String: String]? = nil, isArchived: Bool? = nil, summary: String? = nil
    ) {
        self.summary = summary
        self.displayName = displayName
        self.tags = tags
        self.properties = properties
        self.isArchived = isArchived
    }
}

/// A status history in one column: `Preparing 1700000000000000;Running 1700000000100000`.
enum TimelineText {
    static func print(_ timeline: [StatusChange]) -> String {
        timeline.map { "\($0.status.rawValue) \($0.at.microsecondsSinceEpoch)" }
            .joined(separator: ";")
    }

    static func parse(_ text: String) -> [StatusChange] {
        text.split(separator: ";").compactMap { entry in
            let words = entry.split(separator: " ")
            guard words.count == 2, let time = Int64(words[1]) else { return nil }
            return StatusChange(
                status: JobStatus(rawValue: String(words[0])),
                at: Timestamp(microsecondsSinceEpoch: time))
        }
    }
}

/// Maps of text in one column.
enum JSONText {
    static func print(_ map: [String: String]) -> String {
        (try? JSONEncoder().encode(map)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    static func parse(_ text: String?) -> [String: String]? {
        guard let text else { return nil }
        return try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    }
}
