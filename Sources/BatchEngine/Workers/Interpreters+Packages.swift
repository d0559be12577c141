extension JobRunner {
    /// Which of these packages an interpreter does not have.
    ///
    /// Only found out for as long as something is missing: it may be installed the next moment.
    /// Blocks for as long as Python needs to start.
    ///
    /// - Parameter packages: six at most.
    /// - Throws: when the interpreter cannot be started.
    func missingPackages(_ packages: [String], in interpreter: String) throws -> [String] {
        let path = interpreters.path(of: interpreter)
        let key = ([path] + packages).joined(separator: " ")
        if knownPackages.withLock({ $0.contains(key) }) { return [] }
        // The answer is the exit code: 64, and one bit for every package that is not there.
        let question = """
            import importlib.util, sys
            missing = [importlib.util.find_spec(name) is None for name in sys.argv[1:]]
            sys.exit(64 + sum(1 << bit for bit, is_missing in enumerate(missing) if is_missing))
            """
        let process = try WorkerProcess(
            WorkerLaunch(
                program: path, arguments: ["-c", question] + packages,
                environment: WorkerEnvironment.base, standardOutput: "/dev/null",
                standardError: "/dev/null"))
        process.waitForEnd()
        let code = process.killAndReap()
        guard code & ~0x3F == 64 else {
            throw FileFailure("ask \(path) for its packages: \(ExitText.words(code))", code: 0)
        }
        let missing = packages.indices.filter { code & (1 << Int32($0)) != 0 }.map { packages[$0] }
        if missing.isEmpty { knownPackages.withLock { _ = $0.insert(key) } }
        return missing
    }
}
