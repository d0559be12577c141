import BatchModel
import Foundation
import Testing

@testable import BatchEngine

@Suite struct WorkspaceTests {
    @Test func theWholeWorkspaceIsRead() throws {
        let fixture = try EngineFixture()
        let catalog = WorkspaceReader(folder: fixture.workspace).read()
        #expect(
            catalog.scope
                == WorkspaceScope(
                    subscriptionID: "11111111-1111-1111-1111-111111111111", resourceGroup: "rg",
                    workspace: "ws"))
        #expect(catalog.location == "nowhere")
        #expect(catalog.endpoints.map(\.name) == ["lonely", "toys"])
        #expect(
            catalog.deployments.map(\.deployment.id) == ["lonely/only", "toys/good", "toys/quiet"])
        let quiet = try #require(catalog.deployment("toys", "quiet"))
        #expect(quiet.codeFolder == fixture.workspace + "/endpoints/toys/good/code")
        #expect(quiet.modelFolder == fixture.workspace + "/endpoints/toys/good")
        #expect(quiet.interpreter == "python3")
        #expect(quiet.deployment.modelSettings?.outputAction == .summaryOnly)
    }

    @Test func versionsOfDataStandInTheOrderTheyWereMade() throws {
        let fixture = try EngineFixture()
        let catalog = WorkspaceReader(folder: fixture.workspace).read()
        let toys = catalog.data.filter { $0.version.asset == "toys" }
        #expect(toys.map(\.version.version) == ["1", "2", "10"])
        #expect(toys[0].mount?.folder == fixture.workspace + "/data/toys")
        let file = try #require(catalog.data.first { $0.version.asset == "one-toy" })
        #expect(file.version.uri.hasSuffix("/paths/workspace-data/one-toy/1/bear.txt"))
        #expect(file.mount?.onlyFile == "bear.txt")
    }

    @Test func aBrokenFileIsNamedWithItsLineAndKeepsNothingElseAway() async throws {
        let fixture = try EngineFixture()
        let problems = fixture.engine.problems.map(\.description)
        let deployment = try #require(
            problems.first { $0.hasPrefix("endpoints/toys/broken/deployment.yml:") })
        #expect(
            deployment.contains("deployment.yml:3:") || deployment.contains("deployment.yml:2:"))
        #expect(problems.contains { $0.hasPrefix("data/broken.yml") && $0.contains("nowhere") })

        let listed = try await fixture.get(
            WirePage<WireResource<WireDeployment>>.self, .deployments("toys", PageQuery()))
        #expect(listed.value.compactMap(\.name) == ["good", "quiet", "broken"])
        let broken = try await fixture.get(
            WireResource<WireDeployment>.self, .deployment("toys", "broken"))
        #expect(broken.properties?.provisioningState == "Failed")
        #expect(
            broken.properties?.description?.hasPrefix("endpoints/toys/broken/deployment.yml:")
                == true)
    }

    @Test func aSavedFileIsSeenAndAnUntouchedFolderIsNotReadAgain() throws {
        let fixture = try EngineFixture()
        let workspace = try WorkspaceFolder(fixture.workspace)
        let start = ContinuousClock.now
        #expect(workspace.current(now: start + .seconds(5)).isNew == false)
        try fixture.write("name: fresh\ndescription: New.\n", to: "endpoints/fresh/endpoint.yml")
        #expect(workspace.current(now: start + .milliseconds(5500)).isNew == false)
        let (catalog, isNew) = workspace.current(now: start + .seconds(7))
        #expect(isNew)
        #expect(catalog.endpoint("fresh")?.summary == "New.")
    }

    @Test func aNewNameOfTheWorkspaceWaitsForTheNextStart() throws {
        let fixture = try EngineFixture()
        let workspace = try WorkspaceFolder(fixture.workspace)
        try fixture.write("name: other\n", to: "workspace.yml")
        let (catalog, isNew) = workspace.current(now: .now + .seconds(5))
        #expect(isNew)
        #expect(catalog.scope.workspace == "ws")
        #expect(WorkspaceReader(folder: fixture.workspace).read().scope.workspace == "other")
    }

    @Test func theWorkspaceIDIsAUUIDThatComesFromTheScope() {
        let scope = WorkspaceScope(subscriptionID: "s", resourceGroup: "r", workspace: "w")
        let id = WorkspaceCatalog.id(of: scope)
        #expect(UUID(uuidString: id) != nil)
        let shouted = WorkspaceScope(subscriptionID: "S", resourceGroup: "R", workspace: "W")
        #expect(WorkspaceCatalog.id(of: shouted) == id)
        let other = WorkspaceScope(subscriptionID: "s", resourceGroup: "r", workspace: "x")
        #expect(WorkspaceCatalog.id(of: other) != id)
    }

    @Test func pathsAreResolvedByTheirLetters() {
        #expect(FilePath.resolve("../a/./b/", from: "/x/y") == "/x/a/b")
        #expect(FilePath.parent(of: "/a/b").folder == "/a")
    }

    @Test func aFolderThatIsNotThereIsRefusedInThreeParts() {
        let failure = #expect(throws: ServiceFailure.self) {
            try WorkspaceFolder("/nowhere/at/all")
        }
        #expect(failure?.kind == .notFound)
        #expect(failure?.message.contains("--workspace") == true)
    }

    @Test func anInterpreterTagNamesAPrefixOrAProgram() throws {
        let fixture = try EngineFixture()
        let text =
            EngineFixture.deployment("good", "toys") + "\ntags:\n  batchdeck.interpreter: venv\n"
        try fixture.write(text, to: "endpoints/toys/good/deployment.yml")
        let plain = WorkspaceReader(folder: fixture.workspace).read()
        #expect(plain.deployment("toys", "good")?.interpreter == "venv")
        try fixture.write(
            text.replacingOccurrences(of: ": venv", with: ": ./venv"),
            to: "endpoints/toys/good/deployment.yml")
        try fixture.write("", to: "endpoints/toys/good/venv/bin/python3")
        let prefix = WorkspaceReader(folder: fixture.workspace).read()
        #expect(
            prefix.deployment("toys", "good")?.interpreter
                == fixture.workspace + "/endpoints/toys/good/venv/bin/python3")
    }
}
