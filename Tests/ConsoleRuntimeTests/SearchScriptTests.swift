import BatchClient
import BatchModel
import ConsoleGrid
import Testing

@testable import BatchEngine
@testable import ConsoleRuntime

/// The filter of the job list over more jobs than the console holds.
@Suite struct SearchScriptTests {
    @Test func aJobFarDownTheListIsFoundByItsName() async throws {
        let engine = try InProcessEngine()
        let places: [JobService.SeedDeployment] = [
            .init(endpoint: "digits-batch", deployment: "nearest"),
            .init(endpoint: "wine-classifier", deployment: "gnb"),
        ]
        try await engine.engine.jobs.seed(.init(deployments: places, finished: 400, running: 0))
        let oldest = try await engine.client.jobs(JobListQuery(start: 395, count: 1)).jobs[0]
        let first = try await engine.client.jobs(JobListQuery(count: 1)).jobs[0]
        let console = ScriptedConsole(client: engine.client)
        try await console.wait(for: "digits-batch", "nearest")
        try console.press("J")
        try await console.wait(for: "Jobs 400", first.displayName)
        try console.press("/" + oldest.displayName)
        try await console.wait(for: "Jobs 400 · 1 match · /\(oldest.displayName)")
        try console.press("<enter><enter>")
        try await console.wait(for: "timeline", oldest.id.rawValue)
        try console.press("<esc>")
        try await console.wait(for: "1 match", oldest.displayName)
        try console.press("<esc>")
        let picture = try await console.wait(for: first.displayName)
        #expect(!picture.contains("match"), "\(picture)")

        try console.press("/status:failed<space>age:<lt>2d<enter>")
        try await console.wait(for: "matches", "status:failed age:<2d")
        try console.press("A")
        try await console.wait(for: "is archived")
        try console.press("<esc>")
        try await console.wait(for: "Jobs 399")
        try await console.quit()
        await engine.stop()
    }
}
