import Foundation
import Synchronization

/// What a finished program said.
public struct RunResult: Sendable {
    /// The exit code; 128 + signal when a signal ended it.
    public let status: Int32
    /// Standard output as text.
    public let output: String
    /// Standard error as text.
    public let errors: String
}

/// Runs programs for tests.
public enum Run {
    /// Runs a program to its end, both streams read at once.
    ///
    /// - Parameter environment: the whole environment of the program; nothing is inherited.
    /// - Throws: when it cannot be started, or has not ended within `limit` (it is killed then).
    public static func program(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = [:],
        folder: String? = nil, input: String = "", limit: Duration = .seconds(120)
    ) throws -> RunResult {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let output = Pipe()
        let errors = Pipe()
        let stdin = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = stdin
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let collected = Collected()
        let group = DispatchGroup()
        for (index, pipe) in [output, errors].enumerated() {
            let handle = pipe.fileHandleForReading
            DispatchQueue.global().async(group: group) {
                let data = handle.readDataToEndOfFile()
                collected.texts.withLock { $0[index] = String(decoding: data, as: UTF8.self) }
            }
        }
        let seconds = Double(limit.components.seconds)
        if group.wait(timeout: .now() + seconds) == .timedOut {
            kill(process.processIdentifier, SIGKILL)
            throw StillRunning(command: ([path] + arguments).joined(separator: " "))
        }
        process.waitUntilExit()
        let status =
            process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
        return collected.texts.withLock {
            RunResult(status: status, output: $0[0], errors: $0[1])
        }
    }

    private final class Collected: Sendable {
        let texts = Mutex(["", ""])
    }
}

/// A program that did not end in time.
public struct StillRunning: Error, CustomStringConvertible {
    let command: String
    /// Names the command.
    public var description: String { "still running and killed: \(command)" }
}

/// Waits for something to become true, looking again and again.
public enum Eventually {
    /// Looks until the answer is not nil.
    ///
    /// - Throws: `NeverTrue` with `what` when the limit passes.
    public static func get<Value>(
        _ what: String, limit: Duration = .seconds(30), _ look: () throws -> Value?
    ) throws -> Value {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            if let value = try look() { return value }
            guard clock.now < end else { throw NeverTrue(what: what) }
            usleep(15_000)
        }
    }

    /// The same for a look that itself waits.
    public static func get<Value>(
        _ what: String, limit: Duration = .seconds(30), _ look: () async throws -> Value?
    ) async throws -> Value {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            if let value = try await look() { return value }
            guard clock.now < end else { throw NeverTrue(what: what) }
            try await Task.sleep(for: .milliseconds(15))
        }
    }
}

/// Something that a test waited for and that did not come.
public struct NeverTrue: Error, CustomStringConvertible {
    let what: String
    /// Says what was waited for.
    public var description: String { "waited in vain for \(what)" }
}
