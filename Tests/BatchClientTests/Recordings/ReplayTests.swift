import BatchModel
import Testing

@testable import BatchClient

/// The real client against what the real service said: what it decodes is what the recording says.
@Suite(.enabled(if: RecordedExchange.folder != nil, RecordedExchange.absence))
struct ReplayTests {
    @Test func aPipelineComponentOfTheYear2022IsReadAndInvoked() async throws {
        let replay = try Replay("batch-component", "data-list")
        let client = replay.client
        let name: Endpoint.Name = "batch-ept-fe70bebde1f14da"
        let endpoint = try await client.endpoint(name)
        #expect(
            endpoint.scoringURI
                == "https://batch-ept-fe70bebde1f14da.westus2-main.inference.ml.azure.com/jobs")
        #expect(endpoint.defaultDeployment == nil)
        #expect(endpoint.provisioningState == "Succeeded")
        #expect(endpoint.summary == "my sample batch endpoint")

        let deployment = try #require(try await client.deployments(name).first)
        #expect(deployment.name == "batch-dpm-fc52a4af587645d")
        #expect(deployment.summary?.hasPrefix("A sample deployment with pre and post") == true)
        // No `deploymentConfiguration` in those days: a property named the component.
        guard case .pipelineComponent(let pipeline) = deployment.kind else {
            Issue.record("\(deployment.kind)")
            return
        }
        let version = "06ed7af0-accb-446e-b096-9820829a6f8c"
        #expect(pipeline.componentID?.hasSuffix("/azureml_anonymous/versions/\(version)") == true)

        let data = DataReference.asset(name: "list_data_v2_test", version: .named("2"))
        let draft = JobDraft(
            endpoint: name, deployment: deployment.name,
            inputs: [
                .init(name: "input_1", value: .data(type: .uriFolder, reference: data)),
                .init(name: "input_2", value: .data(type: .uriFolder, reference: data)),
            ])
        let job = try await client.submit(draft) { _ in }
        // The answer's id has an empty endpoint, `…/batchEndpoints//jobs/…`: only the name counts.
        #expect(job.id == "c76a7aa3-15a9-44f7-8cf8-08786f7db2c9")
        #expect(job.displayName == "stoic_energy_xjgsslff")
        #expect(job.status == .preparing)
        #expect(job.endpoint == name && job.deployment == deployment.name)
        #expect(job.createdAt?.iso8601.hasPrefix("2022-12-08T02:08:54.71") == true)
        // Its component was not recorded: the inputs stay unknown and any name may be typed.
        #expect(
            Set(replay.strays) == ["GET /components/azureml_anonymous/versions/\(version)"])
        #expect(replay.misdirected.isEmpty)
    }

    @Test func twoJobsOfOneDeploymentAreTwoJobs() async throws {
        let replay = try Replay("batch-invoke")
        let client = replay.client
        let name: Endpoint.Name = "batch-ept-11a618d470304b2"
        let deployment = try await client.deployment(name, "batch-dpm-8c7fa87f5ded4e0")
        let settings = try #require(deployment.modelSettings)
        #expect(settings.miniBatchSize == 10 && settings.maxConcurrencyPerInstance == 2)
        #expect(settings.maxRetries == 3 && settings.timeout == .seconds(30))
        #expect(settings.errorThreshold == -1 && settings.instanceCount == 1)
        #expect(settings.outputAction == .appendRow && settings.loggingLevel == "info")
        #expect(settings.outputFileName == "predictions.csv")
        #expect(deployment.compute == "cpu-cluster")

        var ids: [Job.ID] = []
        for key in ["input1", "UriFolder"] {
            let mnist = DataReference.url(
                "https://pipelinedata.blob.core.windows.net/sampledata/mnist")
            let draft = JobDraft(
                endpoint: name, deployment: deployment.name,
                inputs: [.init(name: key, value: .data(type: .uriFolder, reference: mnist))])
            let job = try await client.submit(draft) { _ in }
            #expect(job.tags["azureml.batchrun"] == "true")
            ids.append(job.id)
        }
        #expect(
            ids == [
                "batchjob-be9ebb73-277c-4bd4-9d20-e81f35c54099",
                "batchjob-4ed2bbdb-a43c-4180-902b-7f46ac621d21",
            ])
        let bodies = replay.exchanges.filter { $0.url.hasSuffix("/jobs") }.map(\.question)
        let sent = replay.calls.filter { $0.method == .post }
        #expect(
            sent.map { $0.json?["properties"]?["inputData"] }
                == bodies.map { $0?["properties"]?["inputData"] })
        #expect(
            sent.allSatisfy {
                $0.header("azureml-model-deployment") == "batch-dpm-8c7fa87f5ded4e0"
            })
        #expect(replay.strays == [] && replay.misdirected.isEmpty)
    }

    @Test func aModelJobIsFollowedToItsEndAndItsScoresDownloaded() async throws {
        let replay = try Replay("batch-job-download")
        let client = replay.client
        let name: Endpoint.Name = "batch-ept-23f605ee9fac454"
        let iris = DataReference.url(
            "https://azuremlexamples.blob.core.windows.net/datasets/iris.csv")
        let draft = JobDraft(
            endpoint: name, deployment: "batch-dpm-d466fbc9116d45c",
            inputs: [.init(name: "UriFile", value: .data(type: .uriFile, reference: iris))])
        let job = try await client.submit(draft) { _ in }
        #expect(job.id == "a3330be9-bc71-442d-add3-822a2c18c1bd")

        var seen: [JobStatus] = []
        for try await snapshot in client.follow(job.id) where seen.last != snapshot.job.status {
            seen.append(snapshot.job.status)
        }
        #expect(seen == [.running, .completed])

        let ended = try await client.job(job.id)
        #expect(ended.displayName == "sad_chain_p4s0r2zx")
        #expect(ended.experimentName == "batch-ept-23f605ee9fac454")
        #expect(ended.startedAt?.iso8601.hasPrefix("2023-02-22T20:31:39.91") == true)
        #expect(ended.endedAt?.iso8601.hasPrefix("2023-02-22T20:33:47.39") == true)

        let step = try #require(try await client.steps(job.id).first)
        #expect(step.id == "a2bb6fff-8811-4f27-a9c7-f12b04fa0208")
        #expect(step.name == "batchscoring" && step.status == .completed)

        // Run history names no output: the scores are found where the service is known to write.
        let output = try #require(try await client.outputs(job.id).first)
        #expect(output.name == "score")
        #expect(output.uri.hasSuffix("/paths/azureml/\(step.id)/score/"))
        let files = try await client.outputFiles(job.id, "score")
        #expect(files.map(\.path) == ["predictions.csv"] && files.first?.size == 26)
        let report = try await client.download(
            DownloadOrder(job.id, to: replay.downloads)
        ) { _ in }
        #expect(report.files == ["predictions.csv"] && report.bytes == 26)
        #expect(try replay.read("predictions.csv") == "{'result': 'Hello World'}\n")
        #expect(Set(replay.strays) == [] && replay.misdirected.isEmpty)
    }

    @Test func aReusedStepLeadsToTheRunThatHasItsOutputs() async throws {
        let replay = try Replay("pipeline-child-run-download")
        let client = replay.client
        let job = try await client.job("test_399446138854")
        #expect(job.status == .completed && job.experimentName == "azure-ai-ml")
        #expect(job.tags == ["tag": "tagvalue", "owner": "sdkteam"])
        #expect(job.startedAt?.iso8601.hasPrefix("2023-01-05T10:41:13.35") == true)
        let steps = try await client.steps(job.id)
        #expect(
            steps.map(\.id.rawValue) == [
                "19980798-4834-4405-9761-1988e4c5988e", "f35cd4f4-3c42-4110-8710-cd69bead38dd",
            ])
        // Both steps are called after an anonymous component: what people call them tells them apart.
        #expect(
            steps.map(\.name) == [
                "hello_world_inline_commandjob_2", "hello_world_inline_commandjob_1",
            ])

        // Management answers without properties for a step; run history knows it.
        let step = try await client.job("f35cd4f4-3c42-4110-8710-cd69bead38dd")
        #expect(step.displayName == "hello_world_inline_commandjob_1")
        #expect(step.status == .completed)
        let outputs = try await client.outputs(step.id)
        #expect(outputs.map(\.name) == ["component_out_path_1", "default"])
        #expect(outputs.allSatisfy { $0.type == .uriFolder })
        let files = try await client.outputFiles(step.id, "component_out_path_1")
        #expect(files.map(\.path) == ["helloworld.txt"])
        let text = try await client.readOutput(
            step.id, "component_out_path_1", "helloworld.txt", 0, 100)
        #expect(String(decoding: text.bytes, as: UTF8.self) == "Hello World\n")
        #expect(text.totalLength == 12)
        let logs = try await client.outputFiles(step.id, "default")
        #expect(logs.count == 13 && logs.map(\.path).contains("user_logs/std_log.txt"))
        // A range of an empty file is refused with 416: nothing, and no failure.
        let empty = try await client.readOutput(
            step.id, "default", "logs/azureml/stderrlogs.txt", 0, 100)
        #expect(empty.bytes == [] && empty.totalLength == 0)
        #expect(replay.strays == [] && replay.misdirected.isEmpty)
    }

    @Test func aRunningJobsLogsAreListedAndRead() async throws {
        let replay = try Replay("run-details-stream")
        let client = replay.client
        let id: Job.ID = "000000000000000000000"
        let job = try await client.job(id)
        #expect(job.status == .running)
        #expect(job.displayName == "pipeline_with_pipeline_component")
        let names = try await client.logFiles(id.rawValue).map(\.name)
        #expect(
            names == ["executionlogs", "stderrlogs", "stdoutlogs"].map { "logs/azureml/\($0).txt" })
        let log = try await client.readLog(id.rawValue, names[0], 0, 1000)
        #expect(String(decoding: log.bytes, as: UTF8.self) == "(log text left out)")
        let reader = JobReader(caller: replay.caller)
        var details = try await reader.details(id.rawValue)
        for _ in 0..<4 { details = try await reader.details(id.rawValue) }
        #expect(details.status == "Completed")
        #expect(details.endTimeUtc == "2023-05-30T08:08:58.0799132+00:00")

        for name in ["pipeline_output_a", "model1_output", "best_model_2", "best_result_2"] {
            let version = try await client.dataVersion(
                DataAsset.Name(name), .named("test_207072053765"))
            #expect(version.asset.rawValue == name && version.uri.hasPrefix("azureml://"))
        }
        // Its steps were not recorded: the job is shown without its progress.
        #expect(replay.strays == ["GET /runs/\(id)/children"] && replay.misdirected.isEmpty)
    }
}
