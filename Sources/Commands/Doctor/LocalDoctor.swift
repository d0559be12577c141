import BatchClient
import BatchEngine
import BatchModel
import ConsoleCore
import EngineServer
import HTTPTransport

/// Looks at the local engine and at what it stands on; starts nothing and changes nothing but a few bytes that it takes away.
struct LocalDoctor: Sendable {
    let home: Home
    let workspaceOption: String?
    let environment: [String: String]
    let undecided: @Sendable () async throws(ServiceFailure) -> [Submission]

    private static let limit: Duration = .seconds(15)

    func examine() -> AsyncStream<DoctorCheck> {
        let home = self.home
        let status = Task { await EngineLauncher.standard.status(state: home.state) }
        func step(
            _ name: String, _ look: @escaping @Sendable () async -> DoctorCheck
        ) -> DoctorRound.Step {
            DoctorRound.Step(name, within: Self.limit) { [await look()] }
        }
        func asking(
            _ name: String, _ look: @escaping @Sendable (EngineDoctor) async -> DoctorCheck
        ) -> DoctorRound.Step {
            step(name) {
                guard case .running(let file) = await status.value else {
                    return DoctorCheck(name, .skipped, "there is no engine to ask")
                }
                do throws(ServiceFailure) {
                    return await look(try Self.doctor(of: file))
                } catch { return DoctorCheck(name, error) }
            }
        }
        let undecided = self.undecided
        return DoctorRound.run([
            step("engine") { await Self.engine(await status.value) },
            asking("answer") { await $0.answer() },
            asking("storage") { await $0.roundTrip() },
            step("connection file") { MachineLook.connectionFile(home.state, await status.value) },
            step("workspace") { workspace() }, step("state") { MachineLook.state(home.state) },
            step("python") { await python() },
            step("open files") { MachineLook.openFiles() },
            step("terminal") { MachineLook.terminal(environment) },
            step("submissions") { await SubmissionCheck.check(undecided) },
        ])
    }

    private static func doctor(of file: ConnectionFile) throws(ServiceFailure) -> EngineDoctor {
        let trust = ExtraTrust()
        try trust.set(caFile: file.caFile)
        return EngineDoctor(LiveClient.connection(to: file), transport: .live(trust: trust))
    }

    private static func engine(_ status: EngineLauncher.Status) async -> DoctorCheck {
        switch status {
        case .stopped:
            return DoctorCheck(
                "engine", .warning, "none runs",
                advice: "It starts by itself when it is needed; `batchdeck engine start` does now.")
        case .unreachable:
            return DoctorCheck(
                "engine", .problem, "one holds the state folder and does not answer",
                advice: "It may be starting: try again. Else `batchdeck engine stop`, and "
                    + "`batchdeck engine logs` says what it met.")
        case .running(let file):
            let text = "version \(file.version) runs as process \(file.pid) at \(file.url)"
            if let held = await EngineCondition.held(file) {
                return DoctorCheck(
                    "engine", .problem, "\(text), and its jobs wait: \(held)",
                    advice: "Jobs go on by themselves when that is mended.")
            }
            guard file.version == BatchdeckVersion.current else {
                return DoctorCheck(
                    "engine", .warning, "\(text); this program is \(BatchdeckVersion.current)",
                    advice: "The next verb replaces it; its jobs go on.")
            }
            return DoctorCheck("engine", .ok, text)
        }
    }

    private func workspace() -> DoctorCheck {
        do throws(ServiceFailure) {
            let folder = try LocalWorkspace.folder(
                option: workspaceOption, environment: environment, home: home)
            return Self.workspace(folder, try WorkspaceCheck.read(folder))
        } catch { return DoctorCheck("workspace", error) }
    }

    /// The most broken files that are named.
    private static let shownProblems = 5

    private static func workspace(_ folder: String, _ found: WorkspaceCheck) -> DoctorCheck {
        let endpoints = Words.count(found.endpoints, "endpoint")
        let text = "\(endpoints) with \(Words.count(found.deployments, "deployment")) in \(folder)"
        guard !found.problems.isEmpty else { return DoctorCheck("workspace", .ok, text) }
        let shown = found.problems.prefix(shownProblems).map(\.description)
        let rest = found.problems.count - shownProblems
        return DoctorCheck(
            "workspace", .problem,
            "\(text); \(shown.joined(separator: "; "))" + (rest > 0 ? "; and \(rest) more" : ""),
            advice: "Mend the files that are named; the others can be used meanwhile.")
    }

    private static let oldestPython = (3, 8)

    /// The interpreter of deployments that name no other.
    private func python() async -> DoctorCheck {
        let order = ProgramOrder(
            name: "python3",
            arguments: ["-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"],
            limit: .seconds(10))
        let missing = "Install Python 3 so that python3 is on the path; deployments run with it."
        switch await ProgramRunner.run(order, environment: environment) {
        case .missing:
            return DoctorCheck(
                "python", .problem, "there is no python3 on the path", advice: missing)
        case .tookTooLong:
            return DoctorCheck(
                "python", .problem, "python3 did not answer within 10 s", advice: missing)
        case .ended(0, let output, _):
            let version = output.plainLine.split(separator: " ").joined()
            let parts = version.split(separator: ".").compactMap { Int($0) }
            guard parts.count == 3, (parts[0], parts[1]) >= Self.oldestPython else {
                return DoctorCheck(
                    "python", .warning, "python3 is \(version), which is old", advice: missing)
            }
            let path = ProgramRunner.find("python3", environment: environment) ?? "python3"
            return DoctorCheck("python", .ok, "\(path) is \(version)")
        case .ended(let status, _, let errors):
            return DoctorCheck(
                "python", .problem,
                "python3 ended with \(status): \(errors.plainLine(clippedTo: 200))",
                advice: missing)
        }
    }
}
