import Foundation
import TestSupport
import Testing

@testable import BatchClient
@testable import Commands

/// Running a small program: found on the path, ended in time, its words never interpreted.
@Suite(.timeLimit(.minutes(5))) struct ProgramRunnerTests {
    private func order(_ arguments: [String], limit: Duration = .seconds(10)) -> ProgramOrder {
        ProgramOrder(name: "tool", arguments: arguments, limit: limit)
    }

    private func tool(_ script: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder("runner")
        chmod(try folder.write("#!/bin/sh\n" + script, to: "bin/tool"), 0o755)
        return folder
    }

    private func environment(_ folder: TemporaryFolder) -> [String: String] {
        ["PATH": "relative:" + folder.path + "/bin:/usr/bin:/bin"]
    }

    @Test func whatItSaysAndHowItEndsComesBack() async throws {
        let folder = try tool("printf '%s|' \"$@\"\necho why >&2\nexit 3\n")
        let words = ["a b", "$(touch x)", "'", "--c=d;e"]
        let result = await ProgramRunner.run(order(words), environment: environment(folder))
        #expect(
            result
                == .ended(status: 3, output: "a b|$(touch x)|'|--c=d;e|", errors: "why\n"))
    }

    @Test func oneThatIsNotThereIsMissing() async throws {
        let folder = try TemporaryFolder("runner")
        try folder.write("", to: "bin/tool")
        let result = await ProgramRunner.run(order([]), environment: environment(folder))
        #expect(result == .missing, "a file that cannot be run is none")
    }

    @Test func oneThatTakesTooLongIsEndedWithItsChildren() async throws {
        let folder = try tool("sleep 60 &\necho $! > \"$1\"\nwait\n")
        let file = folder.path + "/child"
        let result = await ProgramRunner.run(
            order([file], limit: .milliseconds(400)), environment: environment(folder))
        #expect(result == .tookTooLong)
        let child = try #require(
            pid_t(try folder.read("child").trimmingCharacters(in: .whitespacesAndNewlines)))
        try await Eventually.awaited("the end of the child") {
            kill(child, 0) != 0 || isZombie(child) ? true : nil
        }
    }

    private func isZombie(_ pid: pid_t) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return status?.contains(") Z ") ?? true
    }
}
