import BatchClient
import BatchEngine
import BatchModel
import Commands
import ConsoleCore
import Foundation
import TestSupport

@testable import ConsoleRuntime

/// Where a journey takes place.
struct JourneyPlace: Sendable {
    var contexts: ConsoleContexts
    /// What stands on the screen before the first key.
    var ready: [String]
    var end: @Sendable () async -> Void = {}
}

/// Makes the places of journeys. The engine that only is looked at is shared by all of them.
actor JourneyWorlds {
    private let sample: InProcessEngine

    /// Runs the sample's jobs, one after the other: their order in lists is part of the journeys.
    init() async throws {
        _ = try Tool.find("python3")
        sample = try InProcessEngine()
        let inputs: [(endpoint: Endpoint.Name, input: String, data: String)] = [
            ("wine-classifier", "data", "azureml:wine-data@latest"),
            ("tumour-pipeline", "input_data", "azureml:tumour-data@latest"),
            ("flaky-batch", "data", "azureml:flaky-bad@latest"),
            ("flaky-batch", "data", "azureml:flaky-slow@latest"),
        ]
        for (endpoint, input, data) in inputs {
            let draft = JobDraft(
                endpoint: endpoint,
                inputs: [
                    JobDraft.Input(
                        name: input,
                        value: .data(
                            type: .uriFolder, reference: try DataReference(parsing: data)))
                ])
            let job = try await sample.client.submit(draft) { _ in }
            if data.contains("slow") { try await sample.client.cancel(job.id) }
            let client = sample.client
            try await Eventually.awaited("the end of a job on \(endpoint)", limit: .seconds(90)) {
                try await client.job(job.id).status.isTerminal ? true : nil
            }
        }
    }

    /// Ends what is shared.
    func stop() async { await sample.stop() }

    /// A place for one journey.
    func place(for journey: Journey, in folder: TemporaryFolder) throws -> JourneyPlace {
        // Where there is room for one pane only, that is the list.
        let samples = ["Endpoints 5", "digits-batch"] + (journey.hasTwoPanes ? ["nearest"] : [])
        let files = LiveFormFiles.make(
            context: "local", environment: ["BATCHDECK_HOME": folder.path + "/home"])
        switch journey.world {
        case .sample:
            let client = sample.client
            return JourneyPlace(
                contexts: .only(files: files) { () throws(ServiceFailure) in client },
                ready: samples)
        case .fresh:
            let workspace = folder.path + "/workspace"
            try FileManager.default.copyItem(
                atPath: Checkout.root + "/assets/workspace", toPath: workspace)
            let engine = try InProcessEngine(workspace: workspace)
            return JourneyPlace(
                contexts: .only(files: files) { () throws(ServiceFailure) in engine.client },
                ready: samples
            ) { await engine.stop() }
        case .crowded:
            return JourneyPlace(
                contexts: CrowdedService.contexts(files),
                ready: ["digits-batch", "wine-classifier"])
        case .empty:
            return JourneyPlace(
                contexts: CrowdedService.contexts(files, CrowdedService.empty),
                ready: ["No endpoints"])
        case .broken:
            return JourneyPlace(
                contexts: .only(files: files) { () throws(ServiceFailure) in
                    CrowdedService.broken
                }, ready: ["nobody answers at 127.0.0.1:9"])
        case .waiting:
            return JourneyPlace(
                contexts: CrowdedService.waiting(files), ready: ["Sign in to local", "ABCD1234"])
        }
    }
}
