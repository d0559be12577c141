import Foundation
import TestSupport
import Testing

/// `doctor` on a real machine: no engine, a real engine, and what may be wrong with either.
@Suite(.timeLimit(.minutes(5))) struct DoctorJourneyTests {
    private struct Finding: Decodable {
        var name: String
        var state: String
        var detail: String
        var advice: String
    }

    private struct Report: Decodable {
        var isWell: Bool
        var checks: [Finding]

        enum CodingKeys: String, CodingKey {
            case isWell = "is_well"
            case checks
        }

        subscript(_ name: String) -> Finding? { checks.first { $0.name == name } }
    }

    private let deck: Deck

    init() throws {
        let folder = try TemporaryFolder("doctor")
        let script = "def init():\n    pass\n\ndef run(batch):\n    return [len(batch)]\n"
        let workspace = try TinyWorkspace.write(script: script, files: 2, in: folder)
        deck = try Deck(workspace: workspace)
        // The folder above goes with this initialiser: what the tests change is the deck's own.
        try FileManager.default.copyItem(atPath: workspace, toPath: deck.folder.path + "/ws")
    }

    private func doctor(
        _ change: (inout [String: String]) -> Void = { _ in }
    ) throws -> (report: Report, status: Int32) {
        var environment = deck.environment
        environment["BATCHDECK_WORKSPACE"] = deck.folder.path + "/ws"
        change(&environment)
        let said = try Run.program(
            deck.executable, ["doctor", "-o", "json"], environment: environment,
            folder: deck.folder.path)
        let report = try JSONDecoder().decode(Report.self, from: Data(said.output.utf8))
        return (report, said.status)
    }

    private func start() throws {
        let started = try Run.program(
            deck.executable, ["engine", "start", "--workspace", deck.folder.path + "/ws"],
            environment: deck.environment, folder: deck.folder.path)
        #expect(started.status == 0, "\(started.errors)")
    }

    @Test func withoutAnEngineNothingIsStartedAndNothingIsWrong() throws {
        let (report, status) = try doctor()
        #expect(status == 0 && report.isWell, "\(report)")
        #expect(report["engine"]?.state == "warning")
        #expect(report["engine"]?.advice.contains("engine start") == true)
        #expect(report["storage"]?.state == "skipped")
        #expect(report["workspace"]?.detail.contains("1 endpoint with 1 deployment in ") == true)
        #expect(report["python"]?.state == "ok")
        #expect(!FileManager.default.fileExists(atPath: deck.home + "/state/connection.json"))
    }

    @Test func anEngineThatRunsAnswersStoresAndKeepsItsToken() throws {
        try start()
        let (report, status) = try doctor()
        #expect(status == 0, "\(report)")
        for name in ["engine", "answer", "storage", "connection file", "state", "submissions"] {
            #expect(report[name]?.state == "ok", "\(report[name] as Any)")
        }
        let below =
            FileManager.default.enumerator(atPath: deck.home + "/state")?
            .compactMap { $0 as? String } ?? []
        #expect(!below.contains { $0.contains("doctor/") && !$0.hasSuffix("doctor/") })

        let file = deck.home + "/state/connection.json"
        #expect(chmod(file, 0o644) == 0)
        let open = try doctor()
        #expect(open.status == 1)
        #expect(open.report["connection file"]?.detail.contains("mode 644") == true)
        #expect(open.report["connection file"]?.advice.contains("600") == true)
    }

    @Test func anEngineThatDoesNotAnswerIsAProblemAndHoldsNobodyUp() throws {
        try start()
        let engine = try deck.enginePID()
        #expect(kill(engine, SIGSTOP) == 0)
        defer { kill(engine, SIGCONT) }
        let begin = ContinuousClock.now
        let (report, status) = try doctor()
        #expect(status == 1)
        #expect(report["engine"]?.state == "problem", "\(report)")
        #expect(report["engine"]?.advice.contains("engine logs") == true)
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    @Test func brokenFilesAreNamedWithTheirLine() throws {
        try deck.folder.write(
            "name: broken\nendpoint_name: tiny\ntype: nonsense\n",
            to: "ws/endpoints/tiny/broken/deployment.yml")
        let (report, status) = try doctor()
        #expect(status == 1)
        let said = report["workspace"]?.detail ?? ""
        #expect(said.contains("endpoints/tiny/broken/deployment.yml:3"), "\(said)")
    }

    @Test func aMachineWithoutPythonOrUTF8IsToldSo() throws {
        let (report, status) = try doctor { environment in
            environment["PATH"] = deck.folder.path + "/nothing"
            environment["LANG"] = "C"
        }
        #expect(status == 1)
        #expect(report["python"]?.detail.contains("no python3 on the path") == true)
        #expect(report["terminal"]?.state == "warning")
        #expect(report["terminal"]?.advice.contains("UTF-8") == true)
    }

    @Test(arguments: ["dumb", ""])
    func aTerminalThatCannotDrawIsSaidToBeOne(kind: String) throws {
        let (report, status) = try doctor { $0["TERM"] = kind }
        #expect(status == 0, "verbs need none")
        #expect(report["terminal"]?.state == "warning")
        #expect(report["terminal"]?.advice.contains("xterm-256color") == true)
    }

    @Test func aStateFolderThatCannotBeLookedIntoIsNotSaidToBeMissing() throws {
        let file = try deck.folder.write("", to: "no-folder")
        let (report, status) = try doctor { $0["BATCHDECK_HOME"] = file }
        #expect(status == 1)
        #expect(report["state"]?.state == "problem")
        #expect(report["state"]?.detail.contains("cannot be looked into") == true, "\(report)")
    }
}
