import Foundation
import TestSupport
import Testing

/// The log of a job that talks without end: read by ranges, from a terminal and from a script, in little memory.
///
/// `BATCHDECK_LOG_MIB` is its length, 64 MiB unless given; 1024 is the big run.
@Suite(.serialized) struct LongLogTests {
    static let mebibytes =
        ProcessInfo.processInfo.environment["BATCHDECK_LOG_MIB"].flatMap { Int($0) } ?? 64
    /// What the program may need more than one that reads no log.
    static let allowanceKiB = 48 << 10

    /// Numbered lines of 128 bytes; then more of them when it is told to, and its end.
    static let talker = """
        import os, sys, time

        def say(first, count):
            out = sys.stdout.buffer
            for start in range(first, first + count, 512):
                end = min(start + 512, first + count)
                out.write(b"".join(b"%09d " % n + b"x" * 117 + b"\\n" for n in range(start, end)))
            out.flush()

        def wait(path):
            while not os.path.exists(path):
                time.sleep(0.02)

        lines, gate = int(sys.argv[1]), sys.argv[2]
        say(0, lines)
        wait(gate + ".more")
        say(lines, 1000)
        wait(gate + ".end")
        """

    static let files = [
        "endpoints/talk/endpoint.yml": "name: talk\ndefaults: {deployment_name: loud}\n",
        "endpoints/talk/loud/deployment.yml":
            "name: loud\nendpoint_name: talk\ntype: pipeline\ncomponent: pipeline.yml\n",
        "endpoints/talk/loud/pipeline.yml": """
        type: pipeline
        inputs:
          lines: {type: integer}
          gate: {type: string}
        jobs:
          talk:
            code: code
            command: python talk.py ${{inputs.lines}} ${{inputs.gate}}
            environment: {image: i}
            inputs:
              lines: ${{parent.inputs.lines}}
              gate: ${{parent.inputs.gate}}
        """,
        "endpoints/talk/loud/code/talk.py": talker,
    ]

    /// Runs a program, throws its output away after counting and summing it, and prints code, bytes, checksum and peak KiB.
    private static let meter = """
        import resource, subprocess, sys, zlib
        child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
        size = sum = 0
        while piece := child.stdout.read(1 << 20):
            size += len(piece)
            sum = zlib.crc32(piece, sum)
        code = child.wait()
        print(code, size, sum, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        """

    /// The checksum of so many lines.
    private static let summer = """
        import sys, zlib
        sum = 0
        for start in range(0, int(sys.argv[1]), 512):
            end = min(start + 512, int(sys.argv[1]))
            lines = (b"%09d " % n + b"x" * 117 + b"\\n" for n in range(start, end))
            sum = zlib.crc32(b"".join(lines), sum)
        print(sum)
        """

    private let deck: Deck
    private let python: String
    private let lines = Self.mebibytes << 13

    init() throws {
        let folder = try TemporaryFolder("talk")
        for (name, text) in Self.files { try folder.write(text, to: "ws/" + name) }
        deck = try Deck(workspace: folder.path + "/ws")
        python = try Tool.find("python3")
        workspace = folder
    }

    private let workspace: TemporaryFolder
    private var gate: String { deck.folder.path + "/gate" }

    private func run(_ arguments: [String]) throws -> RunResult {
        try Run.program(
            deck.executable, arguments, environment: deck.environment, folder: deck.folder.path)
    }

    private func numbers(
        _ program: String, _ arguments: [String], count: Int = 4
    ) throws -> [Int] {
        let said = try Run.program(
            python, ["-c", program] + arguments, environment: deck.environment,
            folder: deck.folder.path, limit: .seconds(400))
        try #require(said.status == 0 && said.errors.isEmpty, "\(said.errors)")
        let found = said.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(found.count == count, "\(said.output)")
        return found
    }

    private func peakKiB(_ pid: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0
    }

    private func touch(_ gate: String) throws {
        try Data().write(to: URL(fileURLWithPath: gate))
    }

    @Test func aLongLogIsShownFollowedAndPrintedInLittleMemory() throws {
        let limit = "\(Self.mebibytes * 2 + 16)M"
        let started = try run(["engine", "start", "--log-limit", limit])
        #expect(started.status == 0, "\(started.errors)")
        let sent = try run([
            "invoke", "-n", "talk", "--set", "inputs.lines.default=\(lines)",
            "inputs.gate.default=\(gate)",
        ])
        #expect(sent.status == 0, "\(sent.errors)")
        let job = sent.output.trimmingCharacters(in: .whitespacesAndNewlines)

        let console = try deck.console()
        try console.wait(for: "talk")
        let before = try peakKiB(try console.processID())
        try console.keys("J")
        try console.wait(for: "┌ Jobs", "Running")
        try console.keys("Enter")
        let last = String(format: "%09d", lines - 1)
        try console.wait(for: last, limit: .seconds(300))
        try touch(gate + ".more")
        try console.wait(for: String(format: "%09d", lines + 999))
        let after = try peakKiB(try console.processID())
        #expect(after - before < Self.allowanceKiB, "\(before) KiB, then \(after) KiB")
        try console.keys("q")

        let words = [deck.executable, "job", "logs", "-n", job, "-f", "user_logs/std_log.txt"]
        let base = try numbers(Self.meter, [deck.executable, "job", "show", "-n", job])
        let whole = try numbers(Self.meter, words)
        let sum = try numbers(Self.summer, [String(lines + 1000)], count: 1)
        #expect(whole.prefix(3) == [0, (lines + 1000) * 128, sum[0]])
        #expect(whole[3] - base[3] < Self.allowanceKiB, "\(base[3]) KiB and \(whole[3]) KiB")
        try touch(gate + ".end")
        let followed = try numbers(Self.meter, words + ["--follow"])
        #expect(followed.prefix(3) == whole.prefix(3))
        #expect(followed[3] - base[3] < Self.allowanceKiB, "\(followed[3]) KiB")
        print(
            "a log of \(Self.mebibytes) MiB: the console grew by \(after - before) KiB,",
            "`job logs` peaked at \(whole[3]) KiB and `--follow` at \(followed[3]) KiB,",
            "`job show` at \(base[3]) KiB")
    }
}
