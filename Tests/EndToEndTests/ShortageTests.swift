import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A full disk, a folder that cannot be written, no descriptors: said, survived, and gone on from.
///
/// A disk of a few megabytes needs the right to mount, which root has and, on most systems, a user namespace gives. Where neither
/// does, that test is left out by name; a limit of file sizes, which everybody may set, tells the same story for every system.
@Suite(.serialized) struct ShortageTests {
    /// Rows of a kilobyte each, so that a small disk fills; steps of a few milliseconds, so that it happens in the middle.
    private static let script = """
        import os
        import time

        def init():
            pass

        def run(mini_batch):
            time.sleep(0.005)
            print("a line of the script's own", flush=True)
            return [os.path.basename(path) + " " + "x" * 1000 for path in mini_batch]
        """
    private static let files = 400
    private static let rows = (0..<files).map { "item-\($0 + 100).txt" }

    private func workspace(_ folder: TemporaryFolder) throws -> String {
        try TinyWorkspace.write(
            script: Self.script, settings: "  max_concurrency_per_instance: 2", files: Self.files,
            in: folder)
    }

    /// An engine of the test's own, and questions to it; ended with the value.
    private final class Served {
        let engine: KillRun.Engine
        private let child: Child

        init(_ child: Child, connection: String) throws {
            self.child = child
            engine = try Eventually.get("the engine to serve") {
                guard child.wait(until: .now) == nil else { throw NotStarted() }
                return KillRun.Engine(connectionFile: connection)
            }
        }

        deinit {
            _ = kill(child.pid, SIGTERM)
            if child.wait(until: .now + .seconds(10)) == nil { child.kill() }
        }

        struct NotStarted: Error {}

        func submit() throws -> (status: Int, body: [String: Any]) {
            let body = try JSONSerialization.data(withJSONObject: [
                "properties": [
                    "inputData": [
                        "UriFolder": [
                            "jobInputType": "UriFolder",
                            "uri": engine.scope + "/data/items/versions/1",
                        ]
                    ]
                ]
            ])
            return try #require(
                LoopbackCall(engine, "POST", "/endpoints/tiny/jobs", body: body)?.answer())
        }

        func job(_ name: String) throws -> (status: String, held: String?) {
            let answer = try #require(
                LoopbackCall(
                    engine, "GET", "\(engine.scope)/jobs/\(name)?api-version=2024-01-01-preview")?
                    .answer())
            let properties = answer.body["properties"] as? [String: Any]
            let own = properties?["properties"] as? [String: String]
            return (properties?["status"] as? String ?? "", own?["batchdeck.held"])
        }

        func isCompleted(_ name: String) throws -> Bool? {
            let now = try job(name)
            guard now.status != "Failed" else { throw KillRun.Wrong("\(name) failed") }
            return now.status == "Completed" ? true : nil
        }
    }

    /// Every row of every job's output once, and sound databases, in a state folder as the test sees it.
    private func check(state: String, jobs: Int) throws {
        for name in ["engine", "blobs"] {
            // A copy: the folder may be seen through another process's mounts, which SQLite does not follow.
            let copy = try TemporaryFolder("copy")
            for part in ["", "-wal"]
            where FileManager.default.fileExists(atPath: "\(state)/\(name).sqlite\(part)") {
                try FileManager.default.copyItem(
                    atPath: "\(state)/\(name).sqlite\(part)", toPath: "\(copy.path)/db\(part)")
            }
            let said = try Run.program(
                Tool.find("python3"),
                [
                    "-c",
                    "import sqlite3, sys\n"
                        + "db = sqlite3.connect(sys.argv[1])\n"
                        + "print(db.execute('PRAGMA integrity_check').fetchall())",
                    copy.path + "/db",
                ])
            #expect(said.output.contains("[('ok',)]"), "\(said)")
        }
        let root = state + "/blobs"
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        let outputs = files.filter { $0.hasSuffix("/predictions.csv") }
        #expect(outputs.count == jobs)
        for output in outputs {
            let text = try String(contentsOfFile: root + "/" + output, encoding: .utf8)
            let names = text.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
            #expect(names.sorted() == Self.rows)
        }
    }

    // MARK: - A disk that is full

    /// The words before a command that may mount; nil where nobody lets us.
    private static let mounting: [String]? = {
        for words in [["-m"], ["-U", "-r", "-m"]] {
            let trial = words + ["sh", "-c", "mount -t tmpfs -o size=1m none /mnt"]
            guard let tool = try? Tool.find("unshare"),
                let tried = try? Run.program(tool, trial, environment: ["PATH": path])
            else { return nil }
            if tried.status == 0 { return [tool] + words }
        }
        return nil
    }()
    private static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin:/sbin"

    @Test(.enabled(if: mounting != nil, "needs unshare and the right to mount a small disk"))
    func aJobOnAFullDiskIsHeldAndGoesOnWhenThereIsRoom() throws {
        let folder = try TemporaryFolder("full")
        let deck = try Deck(workspace: workspace(folder))
        let words = try #require(Self.mounting)
        try FileManager.default.createDirectory(
            atPath: deck.home, withIntermediateDirectories: true)
        let script =
            "mount -t tmpfs -o size=12m none \"$0\" && exec \"$1\" engine serve > \"$2\" 2>&1"
        let child = try Child(
            words[0],
            words.dropFirst() + [
                "sh", "-c", script, deck.home, deck.executable, deck.folder.path + "/served.log",
            ], environment: deck.environment)
        // Its disk, as it is seen from outside of its mounts.
        let disk = "/proc/\(child.pid)/root" + deck.home
        let served = try Served(child, connection: disk + "/state/connection.json")
        let first = try served.submit()
        let job = try #require(first.body["name"] as? String)
        try Eventually.get("the job to run") { try served.job(job).status == "Running" ? 1 : nil }
        let filler = disk + "/filler"
        try fill(filler)

        let held = try Eventually.get("the job to be held") {
            try fill(filler)
            return try served.job(job).held
        }
        #expect(held.contains("full"))
        #expect(held.contains("Free some space"))
        let refused = try served.submit()
        #expect(refused.status == 507, "\(refused)")
        #expect("\(refused.body)".contains("nothing was accepted"))
        #expect(try served.job(job).status == "Running")

        try FileManager.default.removeItem(atPath: filler)
        try Eventually.get("the job to complete") { try served.isCompleted(job) }
        #expect(try served.job(job).held == nil)
        let second = try served.submit()
        #expect(second.status == 201, "\(second)")
        let next = try #require(second.body["name"] as? String)
        try Eventually.get("the next job to complete") { try served.isCompleted(next) }
        try check(state: disk + "/state", jobs: 2)
    }

    /// Writes until not a byte more finds room.
    private func fill(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        for size in [1 << 20, 4096, 1] {
            let bytes = [UInt8](repeating: 0, count: size)
            while write(descriptor, bytes, size) > 0 {}
        }
    }

    @Test(.enabled(if: mounting != nil, "needs unshare and the right to mount a small disk"))
    func anEngineDoesNotStartOnAFullDisk() throws {
        let folder = try TemporaryFolder("full-start")
        let deck = try Deck(workspace: workspace(folder))
        try FileManager.default.createDirectory(
            atPath: deck.home, withIntermediateDirectories: true)
        let words = try #require(Self.mounting)
        for verb in ["start", "serve"] {
            let refused = try Run.program(
                words[0],
                words.dropFirst() + [
                    "sh", "-c",
                    "mount -t tmpfs -o size=1m none \"$0\" && mkdir \"$0/state\" && "
                        + "{ cat /dev/zero > \"$0/filler\" 2> /dev/null; exec \"$@\"; }",
                    deck.home, deck.executable, "engine", verb,
                ], environment: deck.environment)
            #expect(refused.status == 1, "\(refused)")
            #expect(refused.errors.contains("is full"), "\(refused.errors)")
            #expect(refused.errors.contains("Free some space"), "\(refused.errors)")
        }
    }

    // MARK: - Limits of a running process

    /// Sets a soft limit of a running process; nil takes it away again.
    private func limit(_ pid: Int32, _ name: String, _ value: Int?) throws {
        let said = try Run.program(
            Tool.find("python3"),
            [
                "-c",
                "import resource, sys\n"
                    + "kind = getattr(resource, sys.argv[2])\n"
                    + "soft, hard = resource.prlimit(int(sys.argv[1]), kind)\n"
                    + "value = int(sys.argv[3]) if sys.argv[3] else hard\n"
                    + "resource.prlimit(int(sys.argv[1]), kind, (value, hard))",
                String(pid), name, value.map(String.init) ?? "",
            ])
        guard said.status == 0 else { throw KillRun.Wrong(said.errors) }
    }

    @Test func aJobAtALimitOfFileSizesIsHeldAndStatusSaysWhy() throws {
        let folder = try TemporaryFolder("limit")
        let deck = try Deck(workspace: workspace(folder))
        let submitted = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items@latest")
        let job = submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
        try Eventually.get("the job to run") {
            let shown = try deck.json("job", "show", "-n", job) as? [String: Any]
            let progress = shown?["progress"] as? [String: Any]
            return (progress?["processed_mini_batches"] as? Int ?? 0) > 5 ? true : nil
        }
        let engine = try deck.enginePID()
        try limit(engine, "RLIMIT_FSIZE", 4096)
        let held = try Eventually.get("the engine to say that it is held") {
            (try deck.json("engine", "status") as? [String: Any])?["held"] as? String
        }
        #expect(held.contains("limit of file sizes"))
        let shown = try #require(try deck.json("job", "show", "-n", job) as? [String: Any])
        #expect(shown["status"] as? String == "Running")
        #expect(shown["held"] as? String == held)
        let refused = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items@latest")
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("nothing was accepted"), "\(refused.errors)")

        try limit(engine, "RLIMIT_FSIZE", nil)
        let watched = try deck.run("job", "watch", "-n", job)
        #expect(watched.status == 0, "\(watched.errors)")
        #expect((try deck.json("engine", "status") as? [String: Any])?["held"] == nil)
        #expect((try deck.json("job", "list") as? [Any])?.count == 1)
        #expect(try deck.enginePID() == engine, "it went on without a new start")
        try check(state: deck.home + "/state", jobs: 1)
    }

    @Test func withoutDescriptorsJobsWaitAndConnectionsDoNotEndTheEngine() throws {
        let folder = try TemporaryFolder("files")
        let deck = try Deck(workspace: workspace(folder))
        #expect(try deck.run("engine", "start").status == 0)
        let pid = try deck.enginePID()
        let engine = try #require(
            KillRun.Engine(connectionFile: deck.home + "/state/connection.json"))
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
        // Enough to be asked and to take a job, not enough for the pipes of a worker.
        try limit(pid, "RLIMIT_NOFILE", open + 5)
        let submitted = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items@latest")
        #expect(submitted.status == 0, "\(submitted.errors)")
        let job = submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let held = try Eventually.get("the engine to say that it is held") {
            (try deck.json("engine", "status") as? [String: Any])?["held"] as? String
        }
        #expect(held.contains("open no more files"))
        do {
            // More than can be accepted; it is gone again at the end of these braces.
            let crowd = (0..<40).compactMap { _ in LoopbackCall(engine, "GET", "/") }
            #expect(crowd.count > 10)
        }

        try limit(pid, "RLIMIT_NOFILE", nil)
        let watched = try deck.run("job", "watch", "-n", job)
        #expect(watched.status == 0, "\(watched.errors)")
        #expect(try deck.enginePID() == pid)
        try check(state: deck.home + "/state", jobs: 1)
    }

    // MARK: - A folder that cannot be written

    @Test func anEngineRefusesToStartWhereItCannotWrite() throws {
        let folder = try TemporaryFolder("read-only")
        let deck = try Deck(workspace: workspace(folder))
        try FileManager.default.createDirectory(
            atPath: deck.home + "/state", withIntermediateDirectories: true)
        let serve = ["engine", "serve", "--state", deck.home + "/state"]
        var command = [deck.executable] + serve
        if geteuid() == 0 {
            // Permissions do not bind root; a disk that is mounted read-only does.
            let words = try #require(Self.mounting, "root could not mount: unshare")
            command =
                words + [
                    "sh", "-c", "mount -t tmpfs -o ro none \"$0\" && exec \"$@\"",
                    deck.home + "/state",
                ] + command
        } else {
            chmod(deck.home + "/state", 0o500)
        }
        defer { chmod(deck.home + "/state", 0o700) }
        let refused = try Run.program(
            command[0], Array(command.dropFirst()), environment: deck.environment)
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("cannot be written"), "\(refused.errors)")
        #expect(refused.errors.contains("Choose another folder"), "\(refused.errors)")
    }
}
