#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Finds the real interpreter behind a shim.
///
/// Version managers (pyenv, asdf, mise) put a shell script called `python3` into a folder called `shims`, which takes 50–200 ms to find out
/// which interpreter it stands for. Every worker would pay that again, so the shim is asked once. Any other interpreter is
/// started as it is named: a wrapper may set up what the real one needs.
final class Interpreters: Sendable {
    private let known = Guarded<[String: String]>([:])

    /// What to start for an interpreter as a deployment names it.
    func path(of name: String) -> String {
        known.withLock { known in
            if let path = known[name] { return path }
            let path = Self.find(name)
            known[name] = path
            return path
        }
    }

    /// The same as a path that needs no search; nil when there is no such program.
    func absolutePath(of name: String) -> String? {
        let path = path(of: name)
        return path.contains("/") ? path : Self.located(path)
    }

    private static func find(_ name: String) -> String {
        guard !name.contains("/"), name.utf8.allSatisfy(isPlain), let found = located(name),
            found.hasSuffix("/shims/" + name)
        else { return name }
        // Started like any program of a job: a shim is a script too, and gets nothing of ours.
        let question = "import os, sys; os.write(4, os.fsencode(sys.executable))"
        let launch = WorkerLaunch(
            program: name, arguments: ["-c", question], environment: WorkerEnvironment.base,
            standardOutput: "/dev/null", standardError: "/dev/null")
        guard let process = try? WorkerProcess(launch) else { return name }
        let buffer = process.readToEnd(limitBytes: Int(PATH_MAX))
        guard process.killAndReap() == 0 else { return name }
        let line = String(decoding: buffer, as: UTF8.self)
        return line.hasPrefix("/") && access(line, X_OK) == 0 ? line : name
    }

    private static func located(_ name: String) -> String? {
        guard let path = getenv("PATH") else { return nil }
        return String(cString: path).split(separator: ":").lazy.map { "\($0)/\(name)" }
            .first { access($0, X_OK) == 0 }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
