import BatchClient
import BatchEngine
import BatchModel
import Foundation
import HTTPTransport
import TestSupport
import Testing

@testable import EngineServer

/// A pipeline component deployment through the client, over a real port.
@Suite(.serialized) struct PipelineClientTests {
    static let files: [String: String] = [
        "endpoints/pipes/endpoint.yml": "name: pipes\ndefaults: {deployment_name: split}\n",
        "endpoints/pipes/split/deployment.yml":
            "name: split\nendpoint_name: pipes\ntype: pipeline\ncomponent: pipeline.yml\n",
        "endpoints/pipes/split/pipeline.yml": """
        type: pipeline
        inputs:
          texts: {type: uri_folder}
          limit: {type: integer, min: 1, default: 2}
          fail: {type: boolean, optional: true}
        outputs:
          lines: {type: uri_folder}
        jobs:
          split:
            code: code
            command: python split.py ${{inputs.texts}} ${{outputs.out}} ${{inputs.limit}} $[[${{inputs.fail}}]]
            environment: {image: i}
            inputs:
              texts: ${{parent.inputs.texts}}
              limit: ${{parent.inputs.limit}}
              fail: ${{parent.inputs.fail}}
            outputs: {out: "${{parent.outputs.lines}}"}
        """,
        "endpoints/pipes/split/code/split.py": """
        import os
        import sys

        source, target, limit = sys.argv[1:4]
        if sys.argv[4:] == ["True"]:
            raise RuntimeError("told to fail")
        for name in sorted(os.listdir(source))[: int(limit)]:
            with open(os.path.join(source, name)) as text:
                open(os.path.join(target, name), "w").write(text.read().upper())
        print("split", limit)
        """,
        "data/texts.yml": "name: texts\nversion: 1\ntype: uri_folder\npath: texts\n",
        "data/texts/a.txt": "one\n", "data/texts/b.txt": "two\n", "data/texts/c.txt": "three\n",
    ]

    private static func client(_ connection: ConnectionFile, folder: String) -> BatchClient {
        BatchClient.live(
            connection: { () throws(ServiceFailure) in
                Connection(
                    context: "local", isLocal: true, scope: connection.scope,
                    managementURL: connection.url, apiURL: connection.url,
                    token: { _ in connection.token })
            },
            transport: .live(), folders: ClientFolders(cache: folder, state: folder))
    }

    private static func finished(_ client: BatchClient, _ id: Job.ID) async throws -> Job {
        try await Eventually.awaited("the end of \(id)") { () async throws -> Job? in
            let job = try await client.job(id)
            return job.status.isTerminal ? job : nil
        }
    }

    @Test func aJobIsSubmittedFollowedAndCollected() async throws {
        let folder = TemporaryFolder.base + "/bdc-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await ServerFixture.serving(files: Self.files) { connection, _ in
            let client = Self.client(connection, folder: folder)
            let deployment = try await client.deployment("pipes", "split")
            #expect(deployment.inputs.map(\.name) == ["fail", "limit", "texts"])
            #expect(deployment.inputs[1].minimum == .integer(1))
            #expect(deployment.outputs == [OutputSpec(name: "lines", type: .uriFolder)])
            var draft = JobDraft(
                endpoint: "pipes",
                inputs: [
                    .init(
                        name: "texts",
                        value: .data(
                            type: nil, reference: try DataReference(parsing: "azureml:texts@latest")
                        )
                    )
                ])
            let job = try await client.submit(draft) { _ in }
            let done = try await Self.finished(client, job.id)
            #expect(done.status == .completed, "\(done.errorMessage ?? "")")
            let steps = try await client.steps(job.id)
            #expect(steps.map(\.name) == ["split"])
            #expect(steps.map(\.status) == [.completed])
            let logs = try await client.logFiles(steps[0].id.rawValue)
            #expect(logs.map(\.name) == ["user_logs/std_log.txt"])
            let outputs = try await client.outputs(job.id)
            #expect(outputs.map(\.name) == ["lines"])
            #expect(outputs.first?.type == .uriFolder)
            let files = try await client.outputFiles(job.id, "lines")
            #expect(files.map(\.path) == ["a.txt", "b.txt"])
            let read = try await client.readOutput(job.id, "lines", "b.txt", 0, 100)
            #expect(String(decoding: read.bytes, as: UTF8.self) == "TWO\n")

            draft.inputs.append(.init(name: "fail", value: .literal(text: "true")))
            let failing = try await client.submit(draft) { _ in }
            let failed = try await Self.finished(client, failing.id)
            #expect(failed.status == .failed)
            let error = try #require(try await client.usefulError(failing.id))
            #expect(error.headline == "RuntimeError: told to fail")
            #expect(error.file == "user_logs/std_log.txt")
            #expect(error.userFrame?.hasPrefix("split.py:6") == true)
        }
    }
}
