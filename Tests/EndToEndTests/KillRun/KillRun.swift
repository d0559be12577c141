// A mixed load on a real engine, and kill -9 in the middle of it, again and again.
//
//     round:  engine up? (else start it one of three ways) ─▶ submit, cancel ─▶ wait for a moment ─▶ kill something
//
// What is done, when, and to whom comes from one seed. What the machine makes of it does not: a kill falls where the
// processes happen to be. That is the point; the seed makes the load, the order and the delays the same.
//
// A job is accepted when the client was told so. Of a request that was not answered nobody knows; it is sent again with the
// same repeatability id until it is answered, and must never have made two jobs.

import Foundation
import TestSupport

#if canImport(Glibc)
    import Glibc
#endif

/// The load, the kills, and what is known of every job.
final class KillRun {
    /// A running engine, from its connection file.
    struct Engine {
        var port: Int
        var token: String
        var pid: Int32
        var scope: String
        var extraHeaders: [String] = []

        /// Reads a connection file; nil when it is not there, or not whole.
        init?(connectionFile: String) {
            guard let data = FileManager.default.contents(atPath: connectionFile),
                let file = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
                let url = file["url"] as? String, let token = file["token"] as? String,
                let port = url.split(separator: ":").last.flatMap({ Int($0) }),
                let pid = file["pid"] as? Int,
                let subscription = file["subscription_id"] as? String,
                let group = file["resource_group"] as? String,
                let workspace = file["workspace_name"] as? String
            else { return nil }
            (self.port, self.token, self.pid) = (port, token, Int32(pid))
            scope =
                "/subscriptions/\(subscription)/resourceGroups/\(group)/providers"
                + "/Microsoft.MachineLearningServices/workspaces/\(workspace)"
        }
    }

    enum Cancel { case none, asked, accepted }

    /// One submission: what was asked for, and what is known of it.
    struct Submission {
        let load: Load
        let id: String
        let place: String?
        var job: String?
        var cancel = Cancel.none
        var end: String?
    }

    /// Jobs that run or wait at one time.
    static let openLimit = 6

    let deck: Deck
    let targets: KillTargets
    private var numbers: SeededNumbers
    private var served: Child?
    private(set) var submissions: [Submission] = []
    private(set) var kills: [String: Int] = [:]
    private(set) var starts: [Duration] = []
    /// Submissions of the real program whose outcome it did not know.
    private(set) var unknown = 0
    /// Jobs that the real program named.
    private(set) var named = 0

    init(deck: Deck, seed: UInt64) {
        self.deck = deck
        targets = KillTargets(folder: deck.folder.path)
        numbers = SeededNumbers(seed: seed)
    }

    var killCount: Int { kills.values.reduce(0, +) }

    /// Goes on until this many processes were killed.
    func run(kills wanted: Int) throws {
        while killCount < wanted {
            let engine = try running()
            try look(engine)
            if open.count < Self.openLimit { try submit(engine) }
            if numbers.chance(12) { cancel(try running()) }
            waitForAMoment(engine)
            try strike(engine)
        }
    }

    /// Leaves everything alone until every job has ended.
    func settle(limit: Duration) throws {
        try Eventually.get("every job to end", limit: limit) {
            let engine = try running()
            for index in submissions.indices where submissions[index].job == nil {
                try send(index, engine, isDisturbed: false)
            }
            try look(engine)
            return open.isEmpty ? true : nil
        }
    }

    private var open: [Int] { submissions.indices.filter { submissions[$0].end == nil } }

    // MARK: - The engine

    /// The engine's connection, after starting one where none lives.
    func running() throws -> Engine {
        if let engine = connection(), targets.owns(engine.pid) { return engine }
        if let served { _ = served.wait(until: .now + .seconds(20)) }
        served = nil
        let begun = ContinuousClock.now
        let way = Int.random(in: 0..<3, using: &numbers)
        switch way {
        case 0: _ = try deck.run("engine", "start")
        case 1: _ = try deck.run("job", "list")
        default: try serve()
        }
        let engine = try Eventually.get("the engine to serve", limit: .seconds(30)) {
            return connection().flatMap { targets.owns($0.pid) && answers($0) ? $0 : nil }
        }
        starts.append(ContinuousClock.now - begun)
        return engine
    }

    /// Starts `engine serve` itself; sometimes kills it while it starts.
    private func serve() throws {
        let command = "exec \"$0\" engine serve >> \"$1\" 2>&1"
        let child = try Child(
            "/bin/sh", ["-c", command, deck.executable, deck.folder.path + "/served.log"],
            environment: deck.environment)
        served = child
        guard numbers.chance(25) else { return }
        numbers.pause(upTo: 250)
        kill(child.pid, "engine starting")
        _ = child.wait(until: .now + .seconds(20))
        try serve()
    }

    private func connection() -> Engine? {
        Engine(connectionFile: deck.home + "/state/connection.json")
    }

    private func answers(_ engine: Engine) -> Bool {
        LoopbackCall(engine, "GET", engine.scope + "?api-version=2024-04-01")?.answer()?.status
            == 200
    }

    // MARK: - The load

    private func submit(_ engine: Engine) throws {
        let load = Load.allCases.randomElement(using: &numbers) ?? .one
        if numbers.chance(8) { return try submitByProgram(load) }
        let number = submissions.count
        submissions.append(
            Submission(
                load: load, id: "kill-\(number)-\(numbers.next())",
                place: numbers.chance(40) ? String(number) : nil))
        try send(number, engine, isDisturbed: numbers.chance(25))
    }

    /// Sends a submission, sometimes with a kill while it is on its way.
    private func send(_ number: Int, _ engine: Engine, isDisturbed: Bool) throws {
        let submission = submissions[number]
        let body = try JSONSerialization.data(withJSONObject: [
            "properties": submission.load.properties(
                place: submission.place, data: engine.scope + "/data")
        ])
        var sending = engine
        sending.extraHeaders = [
            "repeatability_request-id: \(submission.id)",
            "azureml-model-deployment: \(submission.load.rawValue)",
        ]
        let call = LoopbackCall(
            sending, "POST", "/endpoints/\(submission.load.endpoint)/jobs", body: body)
        if isDisturbed {
            numbers.pause(upTo: 12)
            kill(engine.pid, "engine answering")
        }
        guard let answer = call?.answer() else { return }
        guard answer.status == 201, let name = answer.body["name"] as? String else {
            throw Wrong("a submission was answered \(answer.status): \(answer.body)")
        }
        if let known = submission.job, known != name {
            throw Wrong("the submission \(submission.id) made \(known) and \(name)")
        }
        submissions[number].job = name
    }

    /// The real program submits; the engine is killed while it does.
    private func submitByProgram(_ load: Load) throws {
        var words = ["invoke", "-n", load.endpoint, "-d", load.rawValue]
        if load == .branches {
            words += [
                "--set", "inputs.data.type=uri_folder",
                "inputs.data.path=azureml:items-\(load.files)@latest",
            ]
        } else if load.files > 0 {
            words += ["--input", "azureml:items-\(load.files)@latest"]
        }
        let child = try Child(deck.executable, words, environment: deck.environment)
        child.feed([])
        numbers.pause(upTo: 250)
        if let engine = connection(), numbers.chance(60) { kill(engine.pid, "engine answering") }
        let said = child.readToEnd()
        guard let status = child.wait(until: .now + .seconds(60)) else {
            child.kill()
            throw Wrong("invoke did not end")
        }
        let job = said.output.trimmingCharacters(in: .whitespacesAndNewlines)
        guard status == 0 else {
            unknown += 1
            return
        }
        named += 1
        submissions.append(
            Submission(load: load, id: "program-\(submissions.count)", place: nil, job: job))
    }

    private func cancel(_ engine: Engine) {
        guard let number = open.randomElement(using: &numbers), let job = submissions[number].job
        else { return }
        if submissions[number].cancel == .none { submissions[number].cancel = .asked }
        let call = LoopbackCall(
            engine, "POST", "\(engine.scope)/jobs/\(job)/cancel?api-version=2023-04-01-preview")
        if numbers.chance(25) {
            numbers.pause(upTo: 6)
            kill(engine.pid, "engine cancelling")
        }
        if let answer = call?.answer(), answer.status == 202 {
            submissions[number].cancel = .accepted
        }
    }

    private func status(_ number: Int, _ engine: Engine) throws -> String? {
        guard let job = submissions[number].job,
            let answer = LoopbackCall(
                engine, "GET", "\(engine.scope)/jobs/\(job)?api-version=2024-01-01-preview")?
                .answer()
        else { return nil }
        guard answer.status == 200,
            let status = (answer.body["properties"] as? [String: Any])?["status"] as? String
        else { throw Wrong("the accepted job \(job) is not there: \(answer)") }
        return status
    }

    /// Notes which jobs have ended, and sends again what was not answered.
    private func look(_ engine: Engine) throws {
        for number in open {
            if submissions[number].job == nil {
                try send(number, engine, isDisturbed: false)
                continue
            }
            let status = try status(number, engine)
            if let status, ["Completed", "Failed", "Canceled"].contains(status) {
                submissions[number].end = status
            }
        }
    }

    // MARK: - Kills

    /// Some time, or until a job enters a status that is over soon.
    private func waitForAMoment(_ engine: Engine) {
        guard numbers.chance(30), let number = open.randomElement(using: &numbers) else {
            return numbers.pause(upTo: 200)
        }
        let wanted = ["Preparing", "Running", "Finalizing", "Completed"]
            .randomElement(using: &numbers)
        let end = ContinuousClock.now + .milliseconds(400)
        while ContinuousClock.now < end {
            guard let status = try? status(number, engine), status != wanted else { return }
            usleep(1000)
        }
    }

    private func strike(_ engine: Engine) throws {
        switch Int.random(in: 0..<100, using: &numbers) {
        case 0..<35: kill(engine.pid, "engine")
        case 35..<60: killOne(of: targets.workers, "worker")
        case 60..<68: targets.workers.forEach { kill($0, "worker") }
        case 68..<76:
            killOne(of: targets.workers, "worker")
            kill(engine.pid, "engine")
        case 76..<88: killOne(of: targets.steps, "step")
        case 88..<94: killOne(of: targets.workers, "group", isGroup: true)
        default:
            kill(engine.pid, "engine")
            let next = try running()
            numbers.pause(upTo: 60)
            kill(next.pid, "engine resuming")
        }
    }

    private func killOne(of pids: [Int32], _ what: String, isGroup: Bool = false) {
        guard let pid = pids.randomElement(using: &numbers) else { return }
        kill(pid, what, isGroup: isGroup)
    }

    /// Kills a process of this home, and counts it.
    private func kill(_ pid: Int32, _ what: String, isGroup: Bool = false) {
        guard pid > 1, targets.owns(pid) else { return }
        let group = getpgid(pid)
        // Only a group that the process leads: a starting one is still in its parent's.
        let isKilled =
            isGroup && group == pid
            ? killpg(pid, SIGKILL) == 0 : Foundation.kill(pid, SIGKILL) == 0
        if isKilled { kills[what, default: 0] += 1 }
    }

    /// Something that must not happen.
    struct Wrong: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
