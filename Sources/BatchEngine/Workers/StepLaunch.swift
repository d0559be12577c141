// One step of a pipeline job: its folders, its program, its end.
//
//   <state>/jobs/<job>/bin/            python, python3: the deployment's interpreter
//   <state>/jobs/<job>/<step number>/  a copy of the code, where the command runs; gone with the step
//
// The command is read by bash (sh where there is none), as on the service's compute. A first shell leads the process group,
// waits for word that the engine has noted its number, holds the lifeline (`WorkerProcess`) and runs the command in a second
// shell, which gets standard input, output and error and nothing else. When the engine dies, however it dies, the kernel kills
// the whole group.
//
// An output folder belongs to the step once its program was noted: before that it must be free, and a step that
// runs again after a crash empties it first. The data it reads is the workspace's own, not a copy: unlike on the service
// nothing keeps a program from writing there.

import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Starts the program of one step and waits for its end.
struct StepLaunch: Sendable {
    let folders: EngineFolders
    let order: PipelineOrder
    let number: Int
    let interpreters: Interpreters
    /// True when an earlier engine started it.
    let isAgain: Bool
    /// What its log may grow to.
    var logLimitBytes = CappedLog.limitBytes

    /// A reason for which a step fails before its program is started.
    private struct Refusal: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private var step: PipelineOrder.Step { order.steps[number] }
    private var workingFolder: String { folders.job(order.id) + "/\(number)" }
    private var programFolder: String { folders.job(order.id) + "/bin" }
    private var logFile: String {
        folders.logFolder(of: step.id.rawValue) + "/user_logs/std_log.txt"
    }

    /// Runs the step on this thread.
    ///
    /// - Parameters:
    ///   - started: told the process once it runs; the command is held back until this returns.
    ///   - ended: told the process's number once it and its group are gone.
    func run(
        _ handle: WorkerHandle, started: (ProcessIdentity) throws -> Void,
        ended: (_ pid: Int32) -> Void
    ) -> PipelineMachine.StepEnd {
        // A command that died before it was let go must not take the engine with it.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        do {
            try FileCalls.makeFolders(FileCalls.folder(of: logFile))
            try prepare()
            defer { FileCalls.removeTree(workingFolder) }
            let process = try WorkerProcess(launch)
            handle.hold(process)
            defer { ended(process.pid) }
            do {
                try started(ProcessSweep.identity(of: process.pid))
            } catch {
                _ = process.killAndReap()
                throw error
            }
            process.release()
            process.waitForEnd()
            let end = end(process.killAndReap())
            // What was killed because the job stops has failed; what somebody else killed has not.
            if case .killed(let text) = end, handle.isKilled { return .failed(text) }
            // Nor what a full disk kept from its work; what it wrote gives room to others until it runs again.
            if case .failed(let text) = end, !handle.isKilled, Shortage.isFull(folders.state) {
                for output in step.outputs { FileCalls.removeTree(output.path) }
                return .held(text, .space)
            }
            // Before anybody is told that the step is done: what the next ones read must outlive a power cut.
            if case .completed = end {
                for output in step.outputs { try FileCalls.syncTree(output.path) }
            }
            return end
        } catch {
            note("\(error)")
            return Shortage.of(error).map { .held("\(error)", $0) } ?? .failed("\(error)")
        }
    }

    private func note(_ text: String) {
        // The message is kept with the step as well.
        try? FileCalls.append(Array((text + "\n").utf8), to: logFile)
    }

    // MARK: - Before

    private func prepare() throws {
        if isAgain { note("The step was interrupted; it runs again from its beginning.") }
        for input in step.inputs { try check(input) }
        for output in step.outputs { try make(output) }
        FileCalls.removeTree(workingFolder)
        if let code = step.codeFolder {
            try CodeCopy.copy(code, to: workingFolder)
        } else {
            try FileCalls.makeFolders(workingFolder)
        }
        try makePrograms()
    }

    private func check(_ input: PipelineOrder.Source) throws {
        guard FileCalls.existsFollowing(input.path) else {
            throw Refusal(
                "Dataset initialization failed: the input \(input.name) at \(input.path) is either "
                    + "not accessible or doesn't contain any data.")
        }
        let isFolder = FileCalls.isFolder(input.path)
        let isFit =
            switch input.type {
            case .uriFile: !isFolder
            case .uriFolder, .mltable: isFolder
            case .string, .boolean, .integer, .number, .customModel, .mlflowModel, .tritonModel,
                .unknown:
                true
            }
        guard isFit else {
            throw Refusal(
                "Dataset initialization failed: the input \(input.name) is declared as "
                    + "\(input.type), and \(input.path) is a \(isFolder ? "folder" : "file").")
        }
    }

    private func make(_ output: PipelineOrder.Place) throws {
        if isAgain { FileCalls.removeTree(output.path) }
        let isFree =
            output.isFile
            ? !FileCalls.exists(output.path)
            : !FileCalls.isFilledFolder(output.path)
        guard isFree else { throw Refusal("the path already exists: \(output.path)") }
        try FileCalls.makeFolders(
            output.isFile ? FileCalls.folder(of: output.path) : output.path)
    }

    /// `python` and `python3` as scripts: a link would hide from Python which environment it belongs to.
    private func makePrograms() throws {
        try FileCalls.makeFolders(programFolder)
        guard let path = interpreters.absolutePath(of: order.interpreter) else { return }
        let quoted = "'" + path.replacing("'", with: "'\\''") + "'"
        let text = "#!/bin/sh\nexec \(quoted) \"$@\"\n"
        for name in ["python", "python3"] {
            // Steps that start at the same time write the same text.
            let target = programFolder + "/" + name
            guard !FileCalls.exists(target) else { continue }
            let partial = "\(target).\(number)"
            try FileCalls.replace(partial, with: Array(text.utf8))
            guard chmod(partial, 0o755) == 0, rename(partial, target) == 0 else {
                throw FileFailure("write \(target)")
            }
        }
    }

    // MARK: - The program

    private static let shell = access("/bin/bash", X_OK) == 0 ? "/bin/bash" : "/bin/sh"

    /// `$0` is the shell, `$1` the command, `$2` its folder. What somebody else in the engine's process opened without
    /// close-on-exec is closed (by bash: sh knows no number above 9). The last line keeps the shell from making way for the command.
    private static let leader = """
        read -r go <&3 || exit 113
        exec 3<&-
        if [ -n "${BASH_VERSION-}" ]; then
          for open in /proc/self/fd/*; do
            open=${open##*/}
            case $open in [0-5] | \\*) ;; *) eval "exec $open>&-" ;; esac
          done
        fi
        cd -- "$2" || exit 1
        "$0" -c "$1" 4>&- 5<&-
        exit $?
        """

    private var launch: WorkerLaunch {
        WorkerLaunch(
            program: Self.shell,
            arguments: ["-c", Self.leader, Self.shell, step.command, workingFolder],
            environment: environment, standardOutput: logFile, standardError: logFile,
            logLimitBytes: logLimitBytes)
    }

    private var environment: [String: String] {
        var variables = WorkerEnvironment.base
        variables.merge(step.environmentVariables) { _, own in own }
        var path = [programFolder]
        if order.interpreter.hasPrefix("/") {
            path.append(FileCalls.folder(of: order.interpreter))
        }
        path.append(variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")
        variables["PATH"] = path.joined(separator: ":")
        variables["AZUREML_RUN_ID"] = step.id.rawValue
        variables["AZUREML_ROOT_RUN_ID"] = order.id.rawValue
        for input in step.inputs { variables["AZURE_ML_INPUT_" + input.name] = input.path }
        for output in step.outputs { variables["AZURE_ML_OUTPUT_" + output.name] = output.path }
        return variables
    }

    // MARK: - After

    private func end(_ status: Int32) -> PipelineMachine.StepEnd {
        guard status != 0 else { return .completed }
        let last = lastLine.map { " Error: \($0)" } ?? ""
        let text =
            "Execution failed. User process '\(Self.shell)' exited with status code \(status). "
            + "Please check log file 'user_logs/std_log.txt' for error details.\(last)"
        // The shell says the same of a program of its own that was killed.
        return status == 128 + SIGKILL ? .killed(text) : .failed(text)
    }

    /// Bytes of the log in which its last line is looked for.
    private static let tailBytes = 4096
    /// An error message's own limit is 3,000 characters (ES §9), and there is more in it than this line.
    private static let lineLimit = 1000

    private var lastLine: String? {
        PrivateFile.tail(logFile, limitBytes: Self.tailBytes).split(whereSeparator: \.isNewline)
            .last { !$0.allSatisfy(\.isWhitespace) }.map { String($0.prefix(Self.lineLimit)) }
    }
}

/// Copies a component's code, so that a step may write beside it without changing the workspace.
enum CodeCopy {
    /// Files of a code folder: the service takes no more than a few thousand.
    static let fileLimit = 20_000
    /// Bytes of a code folder: large files belong into data.
    static let bytesLimit: Int64 = 1 << 30
    private static let depthLimit = 64

    /// Copies a folder; what a link names is copied, folders behind links are passed over.
    static func copy(_ source: String, to target: String) throws {
        var files = 0
        var bytes: Int64 = 0
        try copy(source, to: target, depth: 0, &files, &bytes)
    }

    private struct TooLarge: Error, CustomStringConvertible {
        let folder: String
        var description: String {
            "the code folder \(folder) holds more than \(fileLimit) files, "
                + "\(bytesLimit >> 20) MiB or "
                + "\(depthLimit) levels: keep data out of it"
        }
    }

    private static func copy(
        _ source: String, to target: String, depth: Int, _ files: inout Int, _ bytes: inout Int64
    ) throws {
        try FileCalls.makeFolders(target)
        for name in try FileCalls.names(in: source) {
            let from = source + "/" + name
            var status = stat()
            guard stat(from, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                guard !FileCalls.isLink(from) else { continue }
                guard depth < depthLimit else { throw TooLarge(folder: source) }
                try copy(from, to: target + "/" + name, depth: depth + 1, &files, &bytes)
            } else if status.st_mode & S_IFMT == S_IFREG {
                files += 1
                bytes += Int64(status.st_size)
                guard files <= fileLimit, bytes <= bytesLimit else {
                    throw TooLarge(folder: source)
                }
                try FileCalls.copyFile(from, to: target + "/" + name, mode: status.st_mode & 0o777)
            }
        }
    }
}
