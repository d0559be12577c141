import BatchClient
import BatchModel
import ConsoleCore
import ConsoleGrid
import TestSupport
import Testing

@testable import ConsoleRuntime

/// Choosing data and sweeping by keys, over a real engine in the same process.
@Suite struct PickerScriptTests {
    @Test func everySourceOfThePickerIsWalkedAndAVersionChosen() async throws {
        let engine = try InProcessEngine()
        let console = ScriptedConsole(client: engine.client)
        try await console.wait(for: "digits-batch", "nearest")
        try console.press("n")
        try await console.wait(for: "597 files")
        try console.press("<ctrl-o>")
        try await console.wait(for: "Data for input", "wine-data", "digits-data")
        try console.press("<tab>")
        try await console.wait(for: "workspaceblobstore", "default")
        try console.press("<enter>")
        try await console.wait(for: "this folder")
        try console.press("<tab>")
        try await console.wait(for: "./", "~/")
        try console.press("<backtab><backtab>wine<enter>")
        try await console.wait(for: "versions of wine-data", "@latest", "part-1.csv")
        try console.press("<down><down><enter>")
        try await console.wait(for: "New job on digits-batch", "azureml:wine-data:1")
        try await console.quit()
        await engine.stop()
    }

    @Test func aSweepIsAskedForOnceAndEveryJobIsThere() async throws {
        _ = try Tool.find("python3")
        let engine = try InProcessEngine()
        let console = ScriptedConsole(client: engine.client)
        try await console.wait(for: "digits-batch", "wine-classifier", "nearest")
        try console.press("G n")
        try await console.wait(for: "New job on wine-classifier", "4 files")
        try console.press("<down><down><alt-s>1,2")
        try await console.wait(for: "a sweep of 2 jobs")
        try console.press("<ctrl-s>")
        try await console.wait(for: "Submit 2 jobs to wine-classifier?")
        try console.press("y")
        try await console.wait(for: "2 of 2 jobs submitted")
        let page = try await engine.client.jobs(JobListQuery())
        #expect(
            Set(page.jobs.map(\.displayName)) == ["mini_batch_size=1", "mini_batch_size=2"])
        #expect(Set(page.jobs.map { $0.tags[Sweep.tag] }).count == 1)
        try await console.quit()
        for job in page.jobs { try? await engine.client.cancel(job.id) }
        await engine.stop()
    }
}
