import BatchModel
import GRDB

/// Steps of pipeline jobs.
enum StepTable {
    /// Stores the steps of a job that was just accepted.
    static func begin(
        _ db: Database, job: Int, _ order: PipelineOrder, at now: Timestamp
    ) throws -> [StepRecord] {
        let records = order.steps.map { step in
            StepRecord(
                step: JobStep(
                    id: step.id, name: step.name, status: .notStarted,
                    outputs: step.outputs.map(\.name)),
                timeline: [StatusChange(status: .notStarted, at: now)])
        }
        for (place, record) in records.enumerated() {
            try db.cachedStatement(
                sql: """
                    INSERT INTO step (job, place, id, name, status, timeline, outputs)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                job, place, record.step.id.rawValue, record.step.name,
                record.step.status.rawValue, TimelineText.print(record.timeline),
                record.step.outputs.joined(separator: " "),
            ])
        }
        return records
    }

    /// Stores what has become of a step.
    static func update(_ db: Database, job: Int, place: Int, _ record: StepRecord) throws {
        try db.cachedStatement(
            sql: """
                UPDATE step SET status = ?, timeline = ?, started = ?, ended = ?, message = ?
                WHERE job = ? AND place = ?
                """
        ).execute(arguments: [
            record.step.status.rawValue, TimelineText.print(record.timeline),
            record.step.startedAt?.microsecondsSinceEpoch,
            record.step.endedAt?.microsecondsSinceEpoch, record.step.errorMessage, job, place,
        ])
    }

    /// The steps of a job, in the order of its component.
    static func steps(_ db: Database, job: Int) throws -> [StepRecord] {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM step WHERE job = ? ORDER BY place")
        return try Row.fetchAll(statement, arguments: [job]).map(read)
    }

    /// A step by its run id, with its job's number and its place in it.
    static func step(
        _ db: Database, _ id: JobStep.ID
    ) throws -> (record: StepRecord, job: Int, place: Int)? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM step WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.rawValue]).map {
            (read($0), $0["job"], $0["place"])
        }
    }

    private static func read(_ row: Row) -> StepRecord {
        func time(_ column: String) -> Timestamp? {
            (row[column] as Int64?).map(Timestamp.init(microsecondsSinceEpoch:))
        }
        let outputs: String = row["outputs"]
        return StepRecord(
            step: JobStep(
                id: JobStep.ID(row["id"] as String), name: row["name"],
                status: JobStatus(rawValue: row["status"]), startedAt: time("started"),
                endedAt: time("ended"), errorMessage: row["message"],
                outputs: outputs.split(separator: " ").map(String.init)),
            timeline: TimelineText.parse(row["timeline"]))
    }
}
