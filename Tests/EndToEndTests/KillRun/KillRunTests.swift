import Foundation
import TestSupport
import Testing

/// A mixed load under `kill -9`, at moments drawn from a seed.
///
/// `BATCHDECK_KILLS=1000 BATCHDECK_SEED=7 swift test --filter KillRunTests` repeats a run of a thousand kills; without the two it is
/// a short one. The load and the moments come from the seed, which is always printed.
@Suite(.serialized) struct KillRunTests {
    private static let settings = ProcessInfo.processInfo.environment
    private static let kills = settings["BATCHDECK_KILLS"].flatMap { Int($0) } ?? 25
    private static let seed =
        settings["BATCHDECK_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)

    @Test func everyAcceptedJobEndsRightWithEveryRowOnceHoweverOftenWhatRunsIsKilled() throws {
        print("kill run: BATCHDECK_KILLS=\(Self.kills) BATCHDECK_SEED=\(Self.seed)")
        let folder = try TemporaryFolder("kills")
        let deck = try Deck(workspace: KillWorkspace.write(in: folder))
        let begun = ContinuousClock.now
        let run = KillRun(deck: deck, seed: Self.seed)
        let judge = KillJudge(deck: deck)
        do {
            try run.run(kills: Self.kills)
            try run.settle(limit: .seconds(180))
        } catch {
            judge.keep()
            throw error
        }
        #expect(try deck.run("engine", "stop").status == 0)
        try Eventually.get("no process left") { run.targets.all.isEmpty ? true : nil }
        let (complaints, rows) = try judge.verdict(run)
        if !complaints.isEmpty { judge.keep() }
        #expect(complaints.isEmpty, "seed \(Self.seed): \(complaints.joined(separator: "\n"))")
        let starts = run.starts.sorted()
        let median = starts.isEmpty ? .zero : starts[starts.count / 2]
        print(
            "kill run: seed \(Self.seed), \(run.killCount) kills \(run.kills.sorted { $0 < $1 }), "
                + "\(run.submissions.count) jobs, \(rows) rows, \(run.starts.count) restarts "
                + "(median \(median)), \(ContinuousClock.now - begun)")
    }
}

/// Reads what a run has left, and says what is wrong with it.
struct KillJudge {
    let deck: Deck

    private struct Found {
        var id: String
        var status: String
        var message: String
        var plan: [String: Any]
        var submission: String?
    }

    /// What is wrong, and how many rows were read.
    func verdict(_ run: KillRun) throws -> (complaints: [String], rows: Int) {
        var complaints = try ["engine", "blobs", "submissions"].compactMap(integrity)
        let found = try jobs()
        let byID = Dictionary(grouping: found, by: \.id)
        var rows = 0
        for submission in run.submissions {
            guard let job = submission.job, let stored = byID[job]?.first else {
                complaints.append("lost: \(submission)")
                continue
            }
            let (complaint, count) = judge(submission, stored)
            rows += count
            if let complaint { complaints.append(complaint) }
        }
        let most = run.submissions.count + run.unknown
        if found.count < run.submissions.count || found.count > most {
            complaints.append("\(found.count) jobs of \(run.submissions.count) to \(most)")
        }
        let sent = found.compactMap(\.submission)
        if Set(sent).count != sent.count { complaints.append("a submission made two jobs") }
        let unfinished = found.filter { !["Completed", "Failed", "Canceled"].contains($0.status) }
        if !unfinished.isEmpty { complaints.append("not ended: \(unfinished.map(\.id))") }
        let left = try FileManager.default.contentsOfDirectory(
            atPath: deck.home + "/state/jobs")
        if !left.isEmpty { complaints.append("left in jobs/: \(left)") }
        return (complaints, rows)
    }

    private func judge(
        _ submission: KillRun.Submission, _ found: Found
    ) -> (complaint: String?, rows: Int) {
        let ends: Set<String> =
            switch submission.cancel {
            case .none: [submission.load.end]
            case .asked: [submission.load.end, "Canceled"]
            case .accepted: ["Canceled"]
            }
        guard ends.contains(found.status) else {
            return (
                "\(submission.load) \(found.id) is \(found.status), not \(ends): \(found.message)",
                0
            )
        }
        let rows = rows(submission.load, found.plan)
        guard found.status == "Completed" else {
            let mayHave = submission.load == .summary || submission.load == .branches
            guard mayHave || rows.isEmpty else {
                return ("\(found.id) is \(found.status) and has an output", 0)
            }
            return (nil, 0)
        }
        guard rows.sorted() == submission.load.rows else {
            let wanted = submission.load.rows
            return (
                "\(submission.load) \(found.id): \(rows.count) rows, not \(wanted.count); "
                    + "\(Set(wanted).subtracting(rows).sorted()) are missing", rows.count
            )
        }
        return (nil, rows.count)
    }

    /// The lines of a job's output, or the names of the files that its script wrote.
    private func rows(_ load: Load, _ plan: [String: Any]) -> [String] {
        let files = FileManager.default
        switch load {
        case .hello: return []
        case .summary:
            let folder = plan["outputFolder"] as? String ?? ""
            return (try? files.contentsOfDirectory(atPath: folder)) ?? []
        case .branches:
            let steps = plan["steps"] as? [[String: Any]] ?? []
            let join = steps.first { $0["name"] as? String == "join" }
            let output = (join?["outputs"] as? [[String: Any]])?.first
            return lines(output?["path"] as? String ?? "")
        case .one, .five, .flaky, .strict:
            let settings = plan["settings"] as? [String: Any]
            let name = settings?["outputFileName"] as? String ?? "predictions.csv"
            return lines((plan["outputFolder"] as? String ?? "") + "/" + name)
        }
    }

    private func lines(_ path: String) -> [String] {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func python(_ script: String, _ arguments: String...) throws -> String {
        let result = try Run.program(
            Tool.find("python3"), ["-c", script] + arguments, environment: deck.environment)
        guard result.status == 0 else { throw KillRun.Wrong(result.errors) }
        return result.output
    }

    private func integrity(_ name: String) throws -> String? {
        let path = deck.home + "/state/\(name).sqlite"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let said = try python(
            "import sqlite3, sys\n"
                + "print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchall())",
            path)
        return said.contains("[('ok',)]") ? nil : "\(name).sqlite: \(said)"
    }

    private func jobs() throws -> [Found] {
        let text = try python(
            "import json, sqlite3, sys\n"
                + "print(json.dumps(sqlite3.connect(sys.argv[1]).execute('SELECT job.id, status, "
                + "message, text, tags FROM job JOIN plan ON plan.id = plan').fetchall()))",
            deck.home + "/state/engine.sqlite")
        let rows = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[Any]] ?? []
        func object(_ value: Any) -> [String: Any]? {
            guard let text = value as? String else { return nil }
            return try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        }
        return rows.map { row in
            Found(
                id: row[0] as? String ?? "", status: row[1] as? String ?? "",
                message: row[2] as? String ?? "", plan: object(row[3]) ?? [:],
                submission: object(row[4])?["batchdeck.submission"] as? String)
        }
    }

    /// Copies the home to the folder that `BATCHDECK_KILL_KEEP` names, for whoever wants to see what went wrong.
    func keep() {
        guard let place = ProcessInfo.processInfo.environment["BATCHDECK_KILL_KEEP"] else { return }
        do { try FileManager.default.copyItem(atPath: deck.home, toPath: place) } catch {
            print("the home was not kept: \(error)")
        }
    }
}
