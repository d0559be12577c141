import BatchModel
import GRDB

/// Finished jobs on their way out, and what is left to remove of them.
enum RemovalTable {
    /// A finished job, as far as removing it needs.
    struct Finished: Sendable {
        var seq: Int
        var ended: Timestamp
        /// Its own name and those of its steps: the names of its folders.
        var ids: [String]
    }

    /// Finished jobs after a number, oldest first.
    static func finished(_ db: Database, after seq: Int, count: Int) throws -> [Finished] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT seq, id, step, ended FROM job
                WHERE seq > ? AND ended IS NOT NULL ORDER BY seq LIMIT ?
                """)
        let steps = try db.cachedStatement(sql: "SELECT id FROM step WHERE job = ?")
        return try Row.fetchAll(statement, arguments: [seq, count]).map { row in
            let own: [String] = [row["id"], row["step"]]
            let below = try String.fetchAll(steps, arguments: [row["seq"] as Int])
            return Finished(
                seq: row["seq"], ended: Timestamp(microsecondsSinceEpoch: row["ended"]),
                ids: (own[0] == own[1] ? [own[0]] : own) + below)
        }
    }

    /// Takes a finished job's rows away and notes what is left of it; a job that is gone already is fine.
    ///
    /// - Parameter paths: its folders, below the state folder.
    static func remove(_ db: Database, _ seq: Int, paths: [String]) throws {
        let found = try Row.fetchOne(
            db, sql: "SELECT * FROM job WHERE seq = ? AND ended IS NOT NULL", arguments: [seq])
        guard let row = found else { return }
        let endpoint: String = row["endpoint"]
        let deployment: String = row["deployment"]
        let archived: Int = row["is_archived"]
        let numbers: [(String, String, Int)] = [
            ("", "", seq), (endpoint, "", row["in_endpoint"]),
            (endpoint, deployment, row["in_deployment"]),
        ]
        let count = try db.cachedStatement(
            sql: """
                UPDATE tally SET total = total - 1, archived = archived - ?, gap = max(gap, ?)
                WHERE endpoint = ? AND deployment = ?
                """)
        for (endpoint, deployment, number) in numbers {
            try count.execute(arguments: [archived, number, endpoint, deployment])
        }
        for table in ["step", "work", "done"] {
            try db.cachedStatement(sql: "DELETE FROM \(table) WHERE job = ?")
                .execute(arguments: [seq])
        }
        try db.cachedStatement(sql: "DELETE FROM job WHERE seq = ?").execute(arguments: [seq])
        try db.cachedStatement(
            sql: """
                DELETE FROM plan WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM job WHERE plan = ?1)
                """
        ).execute(arguments: [row["plan"] as Int64])
        let note = try db.cachedStatement(sql: "INSERT OR IGNORE INTO removal (path) VALUES (?)")
        for path in paths { try note.execute(arguments: [path]) }
    }

    /// What is left to remove, below the state folder.
    static func left(_ db: Database) throws -> [String] {
        try String.fetchAll(db, sql: "SELECT path FROM removal ORDER BY path")
    }

    /// Strikes off what has been removed.
    static func removed(_ db: Database, _ paths: [String]) throws {
        let strike = try db.cachedStatement(sql: "DELETE FROM removal WHERE path = ?")
        for path in paths { try strike.execute(arguments: [path]) }
    }

    /// True when a run of that name is a job's or a step's.
    static func isKnown(_ db: Database, run: String) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM job WHERE id = ?1) OR EXISTS
                (SELECT 1 FROM job WHERE step = ?1) OR EXISTS (SELECT 1 FROM step WHERE id = ?1)
                """)
        return try Bool.fetchOne(statement, arguments: [run]) ?? true
    }

    /// True when a job of that name has not ended.
    static func isUnfinished(_ db: Database, job: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM job WHERE id = ? AND ended IS NULL)",
            arguments: [job]) ?? true
    }

    /// What unfinished jobs were told to do, as text.
    static func unfinishedPlans(_ db: Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT plan.text FROM job JOIN plan ON plan.id = job.plan
                WHERE job.ended IS NULL
                """)
    }

    /// Numbers of the jobs whose orders hold a text.
    static func jobs(_ db: Database, mentioning text: String) throws -> [Int] {
        try Int.fetchAll(
            db,
            sql: """
                SELECT job.seq FROM plan JOIN job ON job.plan = plan.id WHERE instr(plan.text, ?)
                """, arguments: [text])
    }

    /// The number of the oldest of the newest jobs; nil when there are not more.
    static func oldest(_ db: Database, ofNewest count: Int) throws -> Int? {
        guard count > 0 else { return Int.max }
        return try Int.fetchOne(
            db, sql: "SELECT seq FROM job ORDER BY seq DESC LIMIT 1 OFFSET ?",
            arguments: [count - 1])
    }
}
