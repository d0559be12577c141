import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct LaunchTests {
    private let folder: String

    init() throws { folder = try EngineFixture.makeFolder() }

    private func connection(version: String = BatchdeckVersion.current) -> ConnectionFile {
        ConnectionFile(
            url: "http://127.0.0.1:1", armMetadataURL: "http://127.0.0.1:1/metadata/endpoints",
            token: EngineToken.make(),
            scope: WorkspaceScope(subscriptionID: "s", resourceGroup: "r", workspace: "w"),
            pid: 1, version: version, workspaceFolder: "/w")
    }

    @Test func oneEngineAtATimeHoldsAStateFolder() throws {
        #expect(!EngineLock.isHeld(state: folder))
        do {
            let lock = try EngineLock(state: folder)
            #expect(EngineLock.isHeld(state: folder))
            let failure = #expect(throws: ServiceFailure.self) { try EngineLock(state: folder) }
            #expect(failure?.kind == .conflict)
            #expect(failure?.message.contains("engine stop") == true)
            withExtendedLifetime(lock) {}
        }
        #expect(!EngineLock.isHeld(state: folder))
    }

    @Test func theConnectionFileIsForItsOwnerAlone() throws {
        let path = ConnectionFile.path(state: folder)
        let written = connection()
        try written.write(to: path)
        #expect(ConnectionFile.read(path) == written)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        connection().remove(from: path)
        #expect(ConnectionFile.read(path) == written)
        written.remove(from: path)
        #expect(ConnectionFile.read(path) == nil)
    }

    @Test func tokensHave256BitsAndDiffer() {
        let tokens = Set((0..<10).map { _ in EngineToken.make() })
        #expect(tokens.count == 10)
        #expect(tokens.allSatisfy { $0.count == 64 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test func aRunningEngineIsFoundAndNotStartedAgain() async throws {
        let running = connection()
        try running.write(to: ConnectionFile.path(state: folder))
        let launcher = EngineLauncher(probe: { $0 == running })
        #expect(await launcher.status(state: folder) == .stopped)
        let lock = try EngineLock(state: folder)
        #expect(
            ConnectionFile.read(ConnectionFile.path(state: folder)) == nil,
            "what an engine before left there is gone")
        try running.write(to: ConnectionFile.path(state: folder))
        #expect(await launcher.status(state: folder) == .running(running))
        let found = try await launcher.ensureRunning(
            state: folder, workspace: "/w", executable: "/nothing")
        #expect(found == running)
        let failure = await #expect(throws: ServiceFailure.self) {
            try await launcher.ensureRunning(state: folder, workspace: "/x", executable: "/nothing")
        }
        #expect(failure?.kind == .conflict)
        withExtendedLifetime(lock) {}
    }

    @Test func aProgramThatCannotServeIsReportedWithTheEndOfItsLog() async throws {
        let launcher = EngineLauncher(probe: { _ in false })
        let script = folder + "/program"
        try EngineFixture.write("#!/bin/sh\necho \"asked for: $*\"\nexit 3\n", to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
        let failure = await #expect(throws: ServiceFailure.self) {
            try await launcher.ensureRunning(state: folder, workspace: "/w", executable: script)
        }
        #expect(failure?.detail.contains("it ended with code 3") == true)
        #expect(
            failure?.detail.contains("asked for: engine serve --workspace /w --state \(folder)")
                == true)
        #expect(failure?.advice.contains("engine.log") == true)
        let missing = await #expect(throws: ServiceFailure.self) {
            try await launcher.ensureRunning(
                state: folder, workspace: "/w", executable: folder + "/none")
        }
        #expect(missing?.message.contains("could not be run") == true)
    }

    /// Longer in all than one is patient; every look finds the engine further on.
    @Test func anEngineThatGetsOnIsWaitedFor() async throws {
        let note = StartNote(state: folder)
        let looks = Guarded(0)
        var launcher = EngineLauncher(probe: { _ in
            looks.withLock { looks in
                looks += 1
                note.say("reading the workspace: \(looks) of 30 endpoints")
                return looks == 30
            }
        })
        launcher.patience = .milliseconds(200)
        let lock = try EngineLock(state: folder)
        try connection().write(to: ConnectionFile.path(state: folder))
        let patient = launcher
        let began = ContinuousClock.now
        _ = try await patient.ensureRunning(
            state: folder, workspace: "/w", executable: "/nothing")
        #expect(ContinuousClock.now - began > launcher.patience)
        #expect(looks.withLock { $0 } == 30)
        withExtendedLifetime(lock) {}
    }

    @Test func anEngineThatStandsStillIsGivenUpWithWhatItWasAt() async throws {
        var launcher = EngineLauncher(probe: { _ in false })
        launcher.patience = .milliseconds(50)
        let note = StartNote(state: folder)
        note.say("opening the stores")
        let lock = try EngineLock(state: folder)
        let patient = launcher
        let failure = await #expect(throws: ServiceFailure.self) {
            try await patient.ensureRunning(state: folder, workspace: "/w", executable: "/nothing")
        }
        #expect(failure?.kind == .timedOut)
        #expect(failure?.detail.contains("with opening the stores") == true)
        note.remove()
        #expect(note.words == nil)
        withExtendedLifetime(lock) {}
    }

    @Test func whoWaitsForAnEngineMayLeave() async throws {
        let launcher = EngineLauncher(probe: { _ in false })
        let lock = try EngineLock(state: folder)
        let folder = folder
        let waiting = Task {
            try await launcher.ensureRunning(state: folder, workspace: "/w", executable: "/nothing")
        }
        waiting.cancel()
        let failure = await #expect(throws: ServiceFailure.self) { try await waiting.value }
        #expect(failure?.serviceCode == "Cancelled")
        withExtendedLifetime(lock) {}
    }

    @Test func anEngineThatNeverAnswersIsGivenUp() async throws {
        var launcher = EngineLauncher(probe: { _ in false })
        launcher.patience = .milliseconds(50)
        let lock = try EngineLock(state: folder)
        #expect(await launcher.status(state: folder) == .unreachable)
        let patient = launcher
        let failure = await #expect(throws: ServiceFailure.self) {
            try await patient.ensureRunning(state: folder, workspace: "/w", executable: "/nothing")
        }
        #expect(failure?.kind == .timedOut)
        let stuck = await #expect(throws: ServiceFailure.self) {
            try await patient.stop(state: folder)
        }
        #expect(stuck?.kind == .timedOut)
        withExtendedLifetime(lock) {}
        #expect(
            try await EngineLauncher(probe: { _ in false }).stop(state: folder + "/none") == false)
    }

    @Test func aStartedProgramHasNothingOfOurs() throws {
        let output = folder + "/seen"
        let script = folder + "/program"
        try EngineFixture.write(
            "#!/bin/sh\nls /proc/self/fd > \(output).part\nmv \(output).part \(output)\n",
            to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
        let leak = open(folder, O_RDONLY)
        defer { close(leak) }
        let pid = try DetachedProcess.start(script, [], log: folder + "/log")
        try Eventually.get("the program's end") { DetachedProcess.exitCode(of: pid) }
        let seen = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
        // 0, 1, 2, and the one with which ls reads the folder.
        #expect(seen.count == 4, "\(seen)")
    }
}
