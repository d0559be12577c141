import BatchModel
import TestSupport
import Testing

@testable import Commands

/// `preset`: what the console keeps under a name, and what it finds again.
@Suite struct PresetVerbTests {
    private let folder: TemporaryFolder
    private let desk: Desk

    init() throws {
        folder = try TemporaryFolder("presets")
        var desk = Desk()
        desk.environment = ["BATCHDECK_HOME": folder.path]
        self.desk = desk
    }

    private func run(_ words: String...) async -> Said { await desk.run(["preset"] + words) }

    @Test func aJobIsKeptFoundAndTakenAway() async throws {
        let saved = await run(
            "save", "-n", "wine", "--as", "weekly", "--input", "azureml:wine-data:2",
            "--mini-batch-size", "5")
        #expect(saved.code == 0 && saved.output.isEmpty, "\(saved.talk)")
        #expect(saved.talk == "saved weekly of wine\n")
        let list = try await run("list", "-n", "wine", "-o", "json").json()
        #expect(list.items?.map { $0["name"]?.string } == ["weekly"])
        #expect(
            list.items?.first?["inputs"]?.members?.values.first?.string == "azureml:wine-data:2")
        let text = await run("show", "-n", "wine", "--preset", "weekly").output
        #expect(text == (try folder.read("config/presets/wine/weekly.yml")))
        #expect(text.contains("--mini-batch-size 5"))
        #expect(await run("list", "-n", "other").lines.count == 1, "a heading")
        #expect(await run("delete", "-n", "wine", "--preset", "weekly", "-y").code == 0)
        #expect(await run("show", "-n", "wine", "--preset", "weekly").code == ExitCodes.notFound)
    }

    @Test func oneIsMadeFromAnotherAndASecretIsLeftOut() async throws {
        _ = await run("save", "-n", "wine", "--as", "a", "--input", "azureml:wine-data:2")
        let more = await run(
            "save", "-n", "wine", "--as", "b", "--preset", "a", "-m", "9")
        #expect(more.code == 0, "\(more.talk)")
        let text = try folder.read("config/presets/wine/b.yml")
        #expect(text.contains("azureml:wine-data:2") && text.contains("--mini-batch-size 9"))
        let secret = await run(
            "save", "-n", "wine", "--as", "c", "--input", "https://x.test/a?sig=canary-sig", "-o",
            "json")
        #expect(secret.code == 0 && secret.talk.contains("secrets are left out"))
        #expect(!(secret.output + secret.talk).contains("canary"))
        #expect(!(try folder.read("config/presets/wine/c.yml")).contains("canary"))
    }

    @Test(arguments: ["../x", ".x", "a/b", ""])
    func aNameThatIsNoneIsRefused(name: String) async {
        let said = await run("save", "-n", "wine", "--as", name, "--input", "./x")
        #expect(said.code == ExitCodes.usage)
        #expect(said.talk.contains("no name of a preset"), "\(said.talk)")
    }
}
