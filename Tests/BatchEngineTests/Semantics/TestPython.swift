import Foundation
import TestSupport

/// Interpreters that tests of real packages run in.
///
/// `BATCHDECK_TEST_PYTHON` may name one with pandas and mlflow (`python3 -m venv V && V/bin/pip
/// install pandas mlflow-skinny`); otherwise `python3` is asked. Tests whose packages neither has
/// are skipped and say so.
enum TestPython {
    /// An interpreter that can import all of these; nil when none can.
    static func having(_ packages: String...) -> String? {
        let named = ProcessInfo.processInfo.environment["BATCHDECK_TEST_PYTHON"]
        let code = "import " + packages.joined(separator: ", ")
        return [named, "python3"].compactMap { $0 }.first { interpreter in
            (try? shell("\(interpreter) -c '\(code)'"))?.status == 0
        }
    }

    /// Runs a line in the shell, with the search path of the tests.
    static func shell(_ line: String) throws -> RunResult {
        let surroundings = ProcessInfo.processInfo.environment
        return try Run.program(
            "/bin/sh", ["-c", line],
            environment: surroundings.filter { ["PATH", "HOME"].contains($0.key) })
    }
}
