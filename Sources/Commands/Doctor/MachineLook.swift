import BatchEngine
import BatchModel
import ConsoleCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the machine says of itself: files, limits, the terminal.
enum MachineLook {
    // MARK: - Files

    /// The token in it opens everything, so nobody else may read it.
    static func connectionFile(_ state: String, _ status: EngineLauncher.Status) -> DoctorCheck {
        let name = "connection file"
        let path = ConnectionFile.path(state: state)
        var found = stat()
        guard lstat(path, &found) == 0 else {
            return status == .stopped
                ? DoctorCheck(name, .skipped, "there is none while no engine runs")
                : DoctorCheck(
                    name, .problem, "there is none at \(path), and an engine runs",
                    advice: "Stop the engine with `batchdeck engine stop`; the next one writes it.")
        }
        guard found.st_mode & S_IFMT == S_IFREG, found.st_mode & 0o077 == 0,
            found.st_uid == geteuid()
        else {
            let mode = String(found.st_mode & 0o777, radix: 8)
            return DoctorCheck(
                name, .problem, "others may read the engine's token in \(path) (mode \(mode))",
                advice: "Stop the engine with `batchdeck engine stop`: the next one makes a new "
                    + "token in a file of mode 600.")
        }
        return DoctorCheck(name, .ok, "\(path) is yours alone")
    }

    /// Below this a job with results of any size may have to wait: 1 GiB.
    private static let littleRoom: Int64 = 1 << 30
    /// Below this the engine holds its jobs: 1 MiB.
    private static let noRoom: Int64 = 1 << 20

    static func state(_ state: String) -> DoctorCheck {
        var found = stat()
        guard stat(state, &found) == 0 else {
            let reason = errno
            guard reason != ENOENT else {
                return DoctorCheck(
                    "state", .ok, "\(state) is not there yet; it is made when needed")
            }
            return DoctorCheck(
                "state", .problem,
                "\(state) cannot be looked into: \(String(cString: strerror(reason)))",
                advice: "Make it yours, or set BATCHDECK_HOME to another folder.")
        }
        guard access(state, R_OK | W_OK | X_OK) == 0 else {
            return DoctorCheck(
                "state", .problem, "\(state) cannot be written",
                advice: "Make it yours, or set BATCHDECK_HOME to another folder.")
        }
        do throws(ServiceFailure) {
            return try room(StateSummary.read(state: state), state)
        } catch { return DoctorCheck("state", error) }
    }

    private static func room(_ summary: StateSummary, _ state: String) -> DoctorCheck {
        var text = "\(state) takes \(SizeText.print(summary.bytes))"
        if let jobs = summary.jobs { text += " for \(Words.count(jobs, "job"))" }
        guard let free = freeBytes(state) else { return DoctorCheck("state", .ok, text) }
        text += ", \(SizeText.print(free)) are free"
        let advice =
            "Make room: `batchdeck engine clean --older-than 30d --dry-run` shows what "
            + "could go."
        if free < noRoom { return DoctorCheck("state", .problem, text, advice: advice) }
        guard free >= littleRoom, summary.bytes <= StateSummary.largeBytes else {
            return DoctorCheck("state", .warning, text, advice: advice)
        }
        return DoctorCheck("state", .ok, text)
    }

    private static func freeBytes(_ folder: String) -> Int64? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return Int64(clamping: UInt64(status.f_bavail) * UInt64(max(status.f_frsize, 1)))
    }

    // MARK: - Limits and terminal

    /// An engine with a few jobs, each with workers and logs, has this many open.
    private static let wantedFiles: UInt64 = 256

    static func openFiles() -> DoctorCheck {
        var limit = rlimit()
        #if canImport(Glibc)
            let code = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
            let code = getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        guard code == 0 else {
            return DoctorCheck("open files", .skipped, "the system does not say how many")
        }
        let count = UInt64(limit.rlim_cur)
        guard count >= wantedFiles else {
            return DoctorCheck(
                "open files", .warning, "only \(count) files may be open at once",
                advice: "Raise it with `ulimit -n 1024` in the shell that starts the engine.")
        }
        return DoctorCheck(
            "open files", .ok,
            count > 1 << 40 ? "any number may be open" : "\(count) may be open at once")
    }

    static func terminal(_ environment: [String: String]) -> DoctorCheck {
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
            .first { !$0.isEmpty } ?? ""
        let kind = environment["TERM"] ?? ""
        let lowered = locale.lowercased()
        let isUTF8 = lowered.contains("utf-8") || lowered.contains("utf8")
        guard isUTF8 else {
            return DoctorCheck(
                "terminal", .warning,
                "the locale '\(locale.plainLine)' is not UTF-8: the console draws in ASCII",
                advice: "Set LANG to a UTF-8 locale, e.g. C.UTF-8.")
        }
        guard !kind.isEmpty, kind != "dumb" else {
            return DoctorCheck(
                "terminal", .warning,
                "\(kind.isEmpty ? "no TERM is set" : "TERM is dumb"): the console cannot draw here",
                advice: "Set TERM to what the terminal is, as xterm-256color; verbs need none.")
        }
        return DoctorCheck("terminal", .ok, "\(kind.plainLine), locale \(locale.plainLine)")
    }
}
