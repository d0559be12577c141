// Where the real error is.
//
// A failed batch job tells its user "exited with status code 42, see std_log_0.txt", and that file says the same again
// (USER-PAINS 1). The cause is in the runner's other logs. They are read here in the order of ES §5.4, first the ones only
// the user's script can write, and the first traceback that is not the runner's own wrapping wins.

/// Finds the first useful error of a failed step.
public enum UsefulError {
    private static let order = [
        "logs/user/error.txt", "logs/user/error/", "logs/job_error.", "logs/job_error",
        "logs/job_result.", "logs/job_result", "logs/user/stderr/", "logs/user/stdout/",
        "user_logs/std_log",
    ]

    /// The files worth reading, in the order to read them.
    public static func candidates(from names: [String]) -> [String] {
        var left = names.sorted()
        return order.flatMap { prefix in
            let found = left.filter { $0.hasPrefix(prefix) }
            left.removeAll { $0.hasPrefix(prefix) }
            return found
        }
    }

    /// Whether a file is there only when the script raised.
    public static func isRaised(_ name: String) -> Bool { name.hasPrefix("logs/user/error") }

    /// The error that a log's text holds; nil when it holds only wrapping or nothing.
    public static func read(name: String, text: String) -> JobError? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        if let traceback = firstUserTraceback(in: lines) {
            return JobError(
                headline: traceback.headline, text: traceback.lines.joined(separator: "\n"),
                file: name, userFrame: traceback.userFrame)
        }
        let useful = lines.filter { !$0.isBlank && !isWrapping($0) }
        guard isVerdict(name), let first = useful.first else { return nil }
        return JobError(headline: first, text: useful.joined(separator: "\n"), file: name)
    }

    /// A sentence of cause for texts that the service is known for (ES §7.2), nil for others.
    public static func explanation(of text: String) -> String? {
        cause(
            of: text,
            whereNothingCame: "run() raised for every file, or returned nothing: it must return a "
                + "row for each file.")
    }

    /// The sentence beneath an error that is shown.
    ///
    /// - Parameter error: what the logs were found to hold.
    public static func explanation(of text: String, beneath error: JobError) -> String? {
        cause(
            of: text,
            whereNothingCame: error.userFrame == nil
                ? "run() returned nothing for every mini-batch: it must return a row for each file."
                : "run() raised for every file; the first is above.")
    }

    /// The service says the same of a script that raised and of one that returned nothing.
    private static func cause(of text: String, whereNothingCame nothing: String) -> String? {
        let known: [(fragment: String, cause: String)] = [
            ("No succeeded mini batch item returned from run()", nothing),
            ("Exceeded error threshold", "More files failed than error_threshold allows."),
            ("the path already exists", "The output path is occupied: choose one that is free."),
            ("No progress update in", "No mini-batch finished for a long time: is run() stuck?"),
            (
                "StreamAccess.Authentication",
                "The compute's identity may not read the data: it needs Storage Blob Data Reader."
            ),
            ("No module named `azureml`", "The environment lacks the package azureml-core."),
            ("Dataset initialization failed", "The data cannot be read, or holds no file."),
        ]
        return known.first { text.contains($0.fragment) }?.cause
    }

    private struct Traceback {
        var lines: [String]
        var headline: String
        var userFrame: String?
    }

    /// The first traceback with a frame in the user's own files; else the first that is not wrapping.
    private static func firstUserTraceback(in lines: [String]) -> Traceback? {
        var fallback: Traceback?
        var index = 0
        while let start = lines[index...].firstIndex(where: {
            $0.contains("Traceback (most recent")
        }) {
            let traceback = read(from: start, in: lines)
            if traceback.userFrame != nil { return traceback }
            if fallback == nil, !isWrapping(traceback.headline) { fallback = traceback }
            index = start + max(1, traceback.lines.count)
        }
        return fallback
    }

    /// Whether a line begins a new entry of a log, with a time: `2026-11-25T17:13:33.410433Z …`.
    private static func beginsEntry(_ line: String) -> Bool {
        let start = Array(line.utf8.prefix(11))
        guard start.count == 11, start[4] == 0x2D, start[7] == 0x2D else { return false }
        let digits = [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy { (0x30...0x39).contains(start[$0]) }
        return digits && (start[10] == 0x54 || start[10] == 0x20)
    }

    /// From its first line to the exception: the first line after it that is not indented, and what that line goes on with.
    private static func read(from start: Int, in lines: [String]) -> Traceback {
        let indent = lines[start].prefix { $0 == " " }.count
        var end = start + 1
        while end < lines.count,
            lines[end].isBlank || lines[end].prefix(while: { $0 == " " }).count > indent
        { end += 1 }
        let headline = end < lines.count ? String(lines[end].dropFirst(indent)) : lines[start]
        var stop = min(end + 1, lines.count)
        while stop < lines.count, !lines[stop].isBlank, !lines[stop].contains("Traceback"),
            !beginsEntry(lines[stop]), stop - end < 20
        { stop += 1 }
        let all = lines[start..<stop].map { String($0.dropFirst(min(indent, $0.count))) }
        return Traceback(lines: all, headline: headline, userFrame: userFrame(in: all))
    }

    /// The last `File "…", line N, in name` whose file is the user's.
    private static func userFrame(in lines: [String]) -> String? {
        for line in lines.reversed() {
            let text = line.drop(while: \.isWhitespace)
            guard text.hasPrefix("File \"") else { continue }
            let parts = text.split(separator: "\"", maxSplits: 2)
            guard parts.count == 3, isUsers(String(parts[1])) else { continue }
            let rest = parts[2].split(separator: ",").map { $0.drop(while: \.isWhitespace) }
            let number = rest.first { $0.hasPrefix("line ") }.map { $0.dropFirst(5) } ?? "?"
            let function = rest.first { $0.hasPrefix("in ") }.map { " \($0)" } ?? ""
            return "\(String(parts[1]).lastSegment):\(number)\(function)"
        }
        return nil
    }

    private static func isUsers(_ path: String) -> Bool {
        let runners = [
            "amlbi_main.py", "/driver/", "site-packages/", "dist-packages/", "/azureml_user/",
            "/azureml_sys/", "/lib/python", "batchdeck_runner", "<frozen", "<string>",
        ]
        return !runners.contains { path.contains($0) }
    }

    private static func isWrapping(_ line: String) -> Bool {
        let wrappers = [
            "exited with status code", "User program failed with Exception: Run failed",
            "Execution failed. User process", "Please check log file", "SystemExit: 42",
            "for the layout of logs",
        ]
        return wrappers.contains { line.contains($0) }
    }

    /// Files whose plain text is itself a verdict.
    private static func isVerdict(_ name: String) -> Bool {
        name.hasPrefix("logs/job_") || isRaised(name)
    }
}

extension String {
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
