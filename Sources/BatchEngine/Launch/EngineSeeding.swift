public import BatchModel
import Logging

/// Makes a state folder with a workspace of its own and as many jobs as asked for, to measure with.
public enum EngineSeeding {
    /// Makes the folder; its workspace lies in `<state>/workspace`.
    ///
    /// - Parameters:
    ///   - state: absolute; may exist, but must not hold an engine's state.
    ///   - endpoints: how many, each with one deployment `main`; at least 1.
    ///   - jobs: all jobs, those that run included.
    ///   - running: jobs that really run once an engine serves the folder.
    /// - Throws: `.conflict` when there is a state already, `.unexpected` when the folder cannot be written.
    public static func make(
        state: String, endpoints: Int, jobs: Int, running: Int
    ) async throws(ServiceFailure) {
        guard !FileCalls.exists(state + "/engine.sqlite") else {
            throw ServiceFailure(
                kind: .conflict, operation: "seed \(state)",
                detail: "an engine's state is there already",
                advice: "Choose a folder that does not exist yet.")
        }
        try PrivateFile.makeFolders(state)
        let places = JobService.Seed.endpoints(endpoints)
        let workspace = state + "/workspace"
        do {
            for place in places { try write(place, below: workspace) }
        } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: "write the workspace \(workspace)",
                detail: "\(error)", advice: "Choose a folder that can be written.")
        }
        let log = Logger(label: "batchdeck.seed") { _ in SwiftLogNoOpLogHandler() }
        let engine = try Engine(
            Engine.Options(workspace: workspace, state: state, token: "seeding"), log: log)
        do throws(ServiceFailure) {
            try await engine.jobs.seed(
                JobService.Seed(
                    deployments: places, finished: jobs - running, running: running))
        } catch {
            await engine.shutdown()
            throw error
        }
        await engine.shutdown()
    }

    /// One endpoint with one deployment, whose script gives a row for each file.
    private static func write(_ place: JobService.SeedDeployment, below workspace: String) throws {
        let endpoint = "\(workspace)/endpoints/\(place.endpoint)"
        let deployment = "\(endpoint)/\(place.deployment)"
        try FileCalls.makeFolders(deployment + "/code")
        try FileCalls.makeFolders(deployment + "/model")
        try FileCalls.replace(
            endpoint + "/endpoint.yml",
            with: Array(
                """
                name: \(place.endpoint)
                defaults:
                  deployment_name: \(place.deployment)

                """.utf8))
        try FileCalls.replace(
            deployment + "/deployment.yml",
            with: Array(
                """
                name: \(place.deployment)
                endpoint_name: \(place.endpoint)
                type: model
                model:
                  name: seeded
                  path: model
                code_configuration:
                  code: code
                  scoring_script: score.py
                environment:
                  name: plain
                  image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
                compute: azureml:local
                settings:
                  max_concurrency_per_instance: 2

                """.utf8))
        try FileCalls.replace(
            deployment + "/code/score.py",
            with: Array("def init(): pass\ndef run(mini_batch): return mini_batch\n".utf8))
    }
}
