import BatchModel
import TestSupport
import Testing

@testable import Commands

/// Where files are kept, which workspace is served, and the engine's verbs as far as no engine is needed.
@Suite struct HomeTests {
    @Test func everythingLiesBelowBatchdeckHomeWhenItIsSet() throws {
        let home = try Home(environment: ["BATCHDECK_HOME": "/x/./y", "HOME": "/home/me"])
        #expect(home == Home(config: "/x/y/config", state: "/x/y/state", cache: "/x/y/cache"))
        let tilde = try Home(environment: ["BATCHDECK_HOME": "~/deck", "HOME": "/home/me"])
        #expect(tilde.state == "/home/me/deck/state")
    }

    @Test func otherwiseInTheXDGFoldersOrTheirDefaults() throws {
        let plain = try Home(environment: ["HOME": "/home/me", "BATCHDECK_HOME": ""])
        #expect(
            plain
                == Home(
                    config: "/home/me/.config/batchdeck",
                    state: "/home/me/.local/state/batchdeck",
                    cache: "/home/me/.cache/batchdeck"))
        let moved = try Home(environment: [
            "HOME": "/home/me", "XDG_STATE_HOME": "/var/s", "XDG_CACHE_HOME": "relative",
        ])
        #expect(moved.state == "/var/s/batchdeck")
        #expect(moved.cache == "/home/me/.cache/batchdeck", "a relative one is not valid")
    }

    @Test func withoutAnyHomeNothingIsGuessed() {
        let failure = #expect(throws: ServiceFailure.self) { try Home(environment: [:]) }
        #expect(failure?.kind == .rejected)
        #expect(failure?.advice.contains("BATCHDECK_HOME") == true)
    }

    @Test func theWorkspaceIsTheOneNamedThenTheOneUsedLast() throws {
        let folder = try TemporaryFolder("workspace")
        try folder.write("", to: "one/endpoints/x")
        try folder.write("", to: "two/endpoints/x")
        let home = Home(
            config: folder.path + "/c", state: folder.path + "/s", cache: folder.path + "/k")
        let (one, two) = (folder.path + "/one", folder.path + "/two")
        let both = try LocalWorkspace.folder(
            option: one, environment: ["BATCHDECK_WORKSPACE": two], home: home)
        #expect(both == one)
        let named = try LocalWorkspace.folder(
            option: nil, environment: ["BATCHDECK_WORKSPACE": two], home: home)
        #expect(named == two)
        LocalWorkspace.remember(two, home: home)
        LocalWorkspace.remember(one, home: home)
        #expect(try folder.read("s/local-workspace") == one)
    }

    @Test func aWorkspaceThatIsNoFolderIsRefused() throws {
        let folder = try TemporaryFolder("workspace")
        let file = try folder.write("", to: "file")
        let home = Home(config: "/c", state: folder.path, cache: "/k")
        let failure = #expect(throws: ServiceFailure.self) {
            try LocalWorkspace.folder(option: file, environment: [:], home: home)
        }
        #expect(failure?.kind == .rejected)
        #expect(failure?.detail.contains(file) == true)
    }

    @Test func aContextThatIsNotKnownIsRefusedBeforeAnythingIsOpened() throws {
        let folder = try TemporaryFolder("home")
        for (option, environment) in [("prod", [:]), (nil, ["BATCHDECK_CONTEXT": "prod"])] {
            let failure = #expect(throws: ServiceFailure.self) {
                _ = try LiveClient.make(
                    options: CommonOptions(workspace: nil, context: option),
                    environment: environment.merging(["BATCHDECK_HOME": folder.path]) { $1 },
                    executable: "")
            }
            #expect(failure?.kind == .rejected)
            #expect(failure?.operation.contains("prod") == true)
        }
    }

    private func engine(_ arguments: String..., home: TemporaryFolder) async -> Said {
        var desk = Desk()
        desk.environment = ["BATCHDECK_HOME": home.path]
        return await desk.run(["engine"] + arguments)
    }

    @Test func anEngineThatDoesNotRunIsStoppedAlready() async throws {
        let home = try TemporaryFolder("home")
        let status = await engine("status", "-o", "json", home: home)
        #expect(status.code == 0)
        #expect(try status.json() == .object(["status": .string("stopped")]))
        let stop = await engine("stop", home: home)
        #expect(stop.code == 0)
        #expect(stop.output.isEmpty)
        #expect(stop.talk == "no engine was running\n")
    }

    @Test func theEnginesLogIsPrintedWhereThereIsOne() async throws {
        let home = try TemporaryFolder("home")
        let none = await engine("logs", home: home)
        #expect(none.code == 5)
        #expect(none.talk.contains(home.path + "/state/engine.log"))
        try home.write("ready\n", to: "state/engine.log")
        #expect(await engine("logs", home: home).output == "ready\n")
        try home.write("other\n", to: "elsewhere/engine.log")
        let other = await engine("logs", "--state", home.path + "/elsewhere", home: home)
        #expect(other.output == "other\n")
    }

    @Test func engineFlagsThatCannotBeAreRefused() async throws {
        let home = try TemporaryFolder("home")
        let tls = await engine(
            "serve", "--workspace", home.path, "--tls-cert", "c.pem", home: home)
        #expect(tls.code == 2)
        #expect(tls.talk.contains("--tls-key"), "\(tls.talk)")
        for flags in [["--endpoints", "0"], ["--jobs", "-1"], ["--jobs", "3", "--running", "4"]] {
            var desk = Desk()
            desk.environment = ["BATCHDECK_HOME": home.path]
            let said = await desk.run(["engine", "seed", "--state", home.path] + flags)
            #expect(said.code == 2, "\(flags)")
        }
        let workspace = await engine("start", "--workspace", "/not/there", home: home)
        #expect(workspace.code == 2)
        #expect(workspace.talk.contains("/not/there"))
    }
}
