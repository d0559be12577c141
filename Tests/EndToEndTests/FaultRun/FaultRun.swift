// Real `invoke` processes against a real engine, through a socket that disturbs them: the connection breaks, another
// answer comes, or batchdeck itself is killed. What became of each is read from the engine's database and from the
// journal, and the next verb must have told the person whatever is open.

import Foundation
import TestSupport

#if canImport(Glibc)
    import Glibc
#endif

/// Submissions through a socket that disturbs them.
final class FaultRun {
    /// What one submission goes through.
    struct Course: CustomStringConvertible {
        var plan: FaultProxy.Plan?
        /// Milliseconds until a kill from outside, whatever is under way then.
        var killAfter: Int?
        /// The system call before which it is killed.
        var killAt: SystemCall?
        var input: String
        var sendsAgain: Bool

        var description: String {
            var kill = killAfter.map { "killed after \($0) ms" } ?? ""
            if let killAt { kill += "killed before \(killAt)" }
            let choice = sendsAgain ? "send again" : "forget"
            return "\(plan.map { "\($0)" } ?? "") \(kill) \(input.suffix(8)) \(choice)"
        }
    }

    /// How an `invoke` ended, and what it said.
    private typealias Said = (status: Int32, output: String, errors: String)

    /// What the engine and the journal hold.
    struct Books {
        /// The submission of each job.
        var jobs: [String: String]
        /// State and job of each submission.
        var rows: [String: (state: String, job: String?)]
    }

    let deck: Deck
    let proxy: FaultProxy
    private let connectionFile: String
    private let original: Data
    private let folders: [String]
    private var numbers: SeededNumbers
    private var isFirst = true
    private(set) var endings: [String: Int] = [:]

    /// Starts an engine and stands in front of it.
    init(seed: UInt64, in folder: TemporaryFolder) throws {
        let script = "def init():\n    pass\n\ndef run(batch):\n    return batch\n"
        deck = try Deck(workspace: TinyWorkspace.write(script: script, files: 1, in: folder))
        folders = try (0..<3).map { number in
            try folder.write("\(number)\n", to: "up-\(number)/a.txt")
            try folder.write("more\n", to: "up-\(number)/b.txt")
            return "\(folder.path)/up-\(number)"
        }
        numbers = SeededNumbers(seed: seed)
        guard try deck.run("engine", "start").status == 0 else {
            throw KillRun.Wrong("the engine does not start")
        }
        connectionFile = deck.home + "/state/connection.json"
        original = try Data(contentsOf: URL(fileURLWithPath: connectionFile))
        guard let engine = KillRun.Engine(connectionFile: connectionFile) else {
            throw KillRun.Wrong("the engine says no address")
        }
        proxy = try FaultProxy(engine: engine.port)
        let text = String(decoding: original, as: UTF8.self)
            .replacingOccurrences(of: ":\(engine.port)", with: ":\(proxy.port)")
        try Data(text.utf8).write(to: URL(fileURLWithPath: connectionFile))
    }

    /// Takes itself out of the way again.
    func end() {
        proxy.stop()
        do { try original.write(to: URL(fileURLWithPath: connectionFile)) } catch {
            print("the connection file could not be put back: \(error)")
        }
    }

    /// A submission's course, from the seed; the first is always one that strikes the request for the job.
    func course() -> Course {
        defer { isFirst = false }
        let isFolder = numbers.chance(40)
        let input = isFolder ? folders.randomElement(using: &numbers) ?? "" : "azureml:items:1"
        var course = Course(input: input, sendsAgain: numbers.chance(50))
        switch isFirst ? 0 : Int.random(in: 0..<100, using: &numbers) {
        case 0..<25: course.plan = plan(nil, .kill)
        case 25..<55: course.plan = plan(Int.random(in: 0...14, using: &numbers), .kill)
        case 55..<70: course.killAfter = Int.random(in: 5...500, using: &numbers)
        case 70..<90: course.plan = plan(nil, fault())
        default: course.plan = plan(Int.random(in: 2...14, using: &numbers), fault())
        }
        return course
    }

    private func plan(_ number: Int?, _ act: FaultProxy.Act) -> FaultProxy.Plan {
        FaultProxy.Plan(
            number: number, step: FaultProxy.Step.allCases.randomElement(using: &numbers) ?? .sent,
            act: act)
    }

    private func fault() -> FaultProxy.Act {
        let statuses = [408, 429, 500, 502, 503, 504].map { FaultProxy.Act.status($0) }
        return (statuses + [.reset, .close]).randomElement(using: &numbers) ?? .close
    }

    /// Plays one course and settles what it leaves; gives what is wrong.
    func play(_ course: Course) throws -> [String] {
        let before = try books()
        proxy.arm(course.plan)
        let said = try invoke(course)
        if proxy.hasStruck { endings["struck", default: 0] += 1 }
        proxy.arm(nil)
        try waitUntilIdle()
        let after = try books()
        let jobs = Set(after.jobs.keys).subtracting(before.jobs.keys)
        var complaints: [String] = []
        if jobs.count > 1 { complaints.append("made \(jobs)") }
        let open = try undecided()
        complaints += judge(said, jobs, after, open)
        endings["exit \(said.status)", default: 0] += 1
        if !jobs.isEmpty { endings["made a job", default: 0] += 1 }
        if !open.isEmpty {
            endings["undecided", default: 0] += 1
            complaints += try told()
        }
        for id in open {
            complaints += try settle(id, after.jobs.first { $0.value == id }?.key, course)
        }
        return complaints
    }

    /// Waits until the engine has answered whatever the last client had sent.
    ///
    /// A call of our own comes behind all that were made before it; once that is answered, every one of them is known.
    private func waitUntilIdle() throws {
        let engine = KillRun.Engine(connectionFile: connectionFile)
        try Eventually.get("the engine to answer") {
            engine.flatMap { LoopbackCall($0, "GET", $0.scope + "?api-version=2024-04-01") }?
                .answer()
        }
        try Eventually.get("requests under way to end") { proxy.isIdle ? true : nil }
    }

    private func invoke(_ course: Course) throws -> Said {
        var command = invokeWords(course.input)
        if let call = course.killAt { command = try SystemCall.tracer() + call.killing + command }
        let child = try Child(
            command[0], Array(command.dropFirst()), environment: deck.environment,
            folder: deck.folder.path)
        proxy.follow(child.pid)
        child.feed([])
        if let wait = course.killAfter {
            usleep(UInt32(wait) * 1000)
            child.kill()
        }
        let texts = child.readToEnd()
        guard let status = child.wait(until: .now + .seconds(60)) else {
            child.kill()
            throw KillRun.Wrong("invoke did not end")
        }
        return (status, texts.output, texts.errors)
    }

    private func invokeWords(_ input: String) -> [String] {
        [deck.executable, "invoke", "-n", "tiny", "-d", "only", "--input", input]
    }

    /// Courses that kill `invoke` before each call it makes that writes, syncs, sends or removes something: one undisturbed
    /// run tells which those are.
    func courses(killedAtEveryCallWith input: InputKind) throws -> [Course] {
        let file = deck.folder.path + "/calls.txt"
        let input = input == .folder ? folders[0] : "azureml:items:1"
        let words = try SystemCall.tracer() + SystemCall.listing(to: file) + invokeWords(input)
        let done = try Run.program(
            words[0], Array(words.dropFirst()), environment: deck.environment,
            folder: deck.folder.path)
        guard done.status == 0 else { throw KillRun.Wrong("\(done)") }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return SystemCall.all(in: text).map { call in
            Course(killAt: call, input: input, sendsAgain: numbers.chance(50))
        }
    }

    /// What `invoke` is given.
    enum InputKind: CaseIterable { case asset, folder }

    private func judge(
        _ said: Said, _ jobs: Set<String>, _ after: Books, _ open: Set<String>
    ) -> [String] {
        let named = said.output.trimmingCharacters(in: .whitespacesAndNewlines)
        switch said.status {
        case 0: return jobs.contains(named) ? [] : ["accepted \(named), made \(jobs)"]
        case 7:
            return open.isEmpty ? ["unknown, and not among the undecided: \(said.errors)"] : []
        case 128 + SIGKILL:
            return jobs.compactMap { job in
                let submission = after.jobs[job] ?? ""
                let isKnown = after.rows[submission]?.job == job
                return isKnown || open.contains(submission)
                    ? nil : "killed; \(job) was made, and nobody is told"
            }
        default:
            return jobs.isEmpty ? [] : ["exit \(said.status), made \(jobs): \(said.errors)"]
        }
    }

    /// A list of jobs says that something is open.
    private func told() throws -> [String] {
        let said = try deck.run("job", "list")
        return said.errors.contains("no known outcome") ? [] : ["job list says nothing"]
    }

    private func settle(_ id: String, _ job: String?, _ course: Course) throws -> [String] {
        var complaints: [String] = []
        let look = try deck.run("job", "undecided", "look", "--id", id)
        if let job {
            if look.status != 0 || !look.output.contains(job) {
                complaints.append("\(job) is not found again: \(look)")
            }
            return complaints
        }
        if look.status != 7 { complaints.append("there is no job, and looking says \(look)") }
        let verb = course.sendsAgain ? "send-again" : "forget"
        let before = try books()
        let done = try deck.run("job", "undecided", verb, "--id", id)
        let made = Set(try books().jobs.keys).subtracting(before.jobs.keys)
        if done.status != 0 { complaints.append("\(verb): \(done.errors)") }
        if made.count != (course.sendsAgain ? 1 : 0) { complaints.append("\(verb) made \(made)") }
        if try undecided().contains(id) { complaints.append("\(verb), and still undecided") }
        return complaints
    }

    private func undecided() throws -> Set<String> {
        let rows = try deck.json("job", "undecided") as? [[String: Any]] ?? []
        return Set(rows.compactMap { $0["id"] as? String })
    }

    private func books() throws -> Books {
        let script = """
            import json, os, sqlite3, sys
            jobs = sqlite3.connect(sys.argv[1]).execute(
                'SELECT job.id, tags FROM job JOIN plan ON plan.id = plan').fetchall()
            rows = []
            if os.path.exists(sys.argv[2]):
                try: rows = sqlite3.connect(sys.argv[2]).execute(
                    'SELECT id, state, job FROM submission').fetchall()
                except sqlite3.OperationalError: pass
            print(json.dumps({
                'jobs': {id: json.loads(tags).get('batchdeck.submission', '') for id, tags in jobs},
                'rows': rows}))
            """
        let result = try Run.program(
            Tool.find("python3"),
            [
                "-c", script, deck.home + "/state/engine.sqlite",
                deck.home + "/state/submissions.sqlite",
            ], environment: deck.environment)
        guard result.status == 0 else { throw KillRun.Wrong(result.errors) }
        let object =
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let rows = object?["rows"] as? [[Any]] ?? []
        return Books(
            jobs: object?["jobs"] as? [String: String] ?? [:],
            rows: Dictionary(
                rows.map { ($0[0] as? String ?? "", ($0[1] as? String ?? "", $0[2] as? String)) },
                uniquingKeysWith: { first, _ in first }))
    }
}
