import BatchModel
import ConsoleCore
import ConsoleGrid
import TestSupport
import Testing

@testable import ConsoleRuntime

/// Keys in, screens out, over a real engine in the same process.
@Suite struct KeyScriptTests {
    @Test func aFewKeysLaunchAJobAndOpenItsResults() async throws {
        _ = try Tool.find("python3")
        let engine = try InProcessEngine()
        let console = ScriptedConsole(client: engine.client)
        try await console.wait(for: "digits-batch", "wine-classifier", "nearest")
        try console.press("G n")
        try await console.wait(for: "New job on wine-classifier", "4 files")
        try console.press("<ctrl-s>")
        try await console.wait(for: "Completed", "4/4", limit: .seconds(60))
        try console.press("o")
        try await console.wait(for: "predictions.csv", "178 rows")
        try console.press("<esc><esc>")
        try await console.wait(for: "endpoints", "Completed")
        try await console.quit()
        await engine.stop()
    }

    @Test func aPathThatDoesNotExistIsSaidBesideItsRowAndNothingIsSent() async throws {
        let engine = try InProcessEngine()
        let console = ScriptedConsole(client: engine.client)
        try await console.wait(for: "digits-batch", "nearest")
        try console.press("n")
        try await console.wait(for: "597 files")
        try console.press("<ctrl-u>./no-such-folder")
        try await console.wait(for: "no-such-folder", "1 problem")
        try console.press("<ctrl-s>")
        let picture = try await console.wait(for: "Not sent")
        #expect(picture.contains("./no-such-folder"), "the form stays filled")
        try await console.quit()
        await engine.stop()
    }

    @Test func aFormThatWasLeftIsFoundAsItWas() async throws {
        let engine = try InProcessEngine()
        let console = ScriptedConsole(client: engine.client)
        try await console.wait(for: "digits-batch", "nearest")
        try console.press("n")
        try await console.wait(for: "597 files")
        try console.press("<ctrl-u>azureml:wine-data:1<esc>")
        try await console.wait(for: "wine-classifier")
        try console.press("n")
        try await console.wait(for: "azureml:wine-data:1", "New job on digits-batch")
        try await console.quit()
        await engine.stop()
    }
}
