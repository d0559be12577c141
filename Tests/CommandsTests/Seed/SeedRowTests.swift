import BatchClient
import BatchModel
import TestSupport
import Testing

@testable import Commands

/// One line per row of the document's tables: what a person types, and the captured case it must equal.
struct SeedRow: Sendable, CustomTestStringConvertible {
    /// The flow of the official client.
    var flow: String
    /// What is typed after `invoke`.
    var words: [String]
    /// Standard input, for `--file -`.
    var input = ""

    init(_ flow: String, _ words: [String], input: String = "") {
        self.flow = flow
        self.words = words
        self.input = input
    }

    var testDescription: String { flow + ": " + words.joined(separator: " ") }

    static let model = ["-n", "heart-batch"]
    static let pipeline = ["--name", "pipeline-batch"]
    static let folder =
        "https://azuremlexampledata.blob.core.windows.net/data/heart-disease-uci/data"
    static let arm = HeartService.scope.armID
    static let asset = "\(arm)/data/heart-dataset-unlabeled/versions/1"
    static let long =
        "azureml://subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/"
        + "local-rg/workspaces/local-ws/datastores/workspaceblobstore/paths/"
    static let path = "heart-disease-uci-unlabeled"
    static let place = "batch-jobs/my-unique-path"
    static let store = "azureml://datastores/workspaceblobstore/paths/"

    /// `--set` of one data input called as in the document.
    static func heart(_ path: String, type: String = "uri_folder") -> [String] {
        pipeline + [
            "--set", "inputs.heart_dataset.type=\(type)", "inputs.heart_dataset.path=\(path)",
        ]
    }

    /// The document's other way to say the same: a file.
    static func yaml(_ inputs: String) -> String { "inputs:\n  heart_dataset: \(inputs)\n" }

    static func literal(_ type: String, _ value: String) -> [String] {
        heart(folder) + ["inputs.p.type=\(type)", "inputs.p.default=\(value)"]
    }
}

/// Requests as the official client sends them, row by row of the document.
@Suite(.enabled(if: CapturedCase.file != nil, CapturedCase.absence))
struct SeedRowTests {
    private static func rows() -> [SeedRow] { basics + data + stores + literals + outputs }

    static let basics = [
        SeedRow("invoke.default-deployment", SeedRow.model + ["--input", SeedRow.folder]),
        SeedRow(
            "invoke.default-deployment",
            SeedRow.model + ["--input", SeedRow.folder, "--input-type", "uri_folder"]),
        SeedRow("invoke.default-deployment@1.27.1", SeedRow.model + ["--input", SeedRow.folder]),
        SeedRow(
            "invoke.named-deployment",
            SeedRow.model + ["--deployment-name", "classifier-v2", "--input", SeedRow.folder]),
        SeedRow(
            "invoke.named-deployment",
            SeedRow.model + ["-d", "classifier-v2", "--input", SeedRow.folder]),
        SeedRow(
            "invoke.experiment-name",
            SeedRow.heart(SeedRow.folder) + ["--experiment-name", "my-batch-job-experiment"]),
        SeedRow(
            "invoke.settings-overrides",
            SeedRow.model + [
                "--input", SeedRow.folder, "--mini-batch-size", "5", "--instance-count", "2",
                "--params-override", "error_threshold=3", "output_file_name=out.csv",
                "retry_settings.max_retries=2", "retry_settings.timeout=60",
            ]),
    ]

    static let data = [
        SeedRow("input.https-folder", SeedRow.heart(SeedRow.folder)),
        SeedRow(
            "input.https-folder", SeedRow.pipeline + ["--file", "-"],
            input: SeedRow.yaml("{type: uri_folder, path: \"\(SeedRow.folder)\"}")),
        SeedRow("input.https-file", SeedRow.heart(SeedRow.folder + "/heart.csv", type: "uri_file")),
        SeedRow(
            "input.https-file", SeedRow.pipeline + ["-f", "-"],
            input: SeedRow.yaml("{type: uri_file, path: \"\(SeedRow.folder)/heart.csv\"}")),
        SeedRow("input.data-asset-id", SeedRow.heart(SeedRow.asset)),
        SeedRow("input.data-asset-id", SeedRow.heart("azureml:" + SeedRow.asset)),
        SeedRow("input.data-asset-id", SeedRow.heart("azureml:heart-dataset-unlabeled:1")),
        SeedRow("input.data-asset-latest", SeedRow.heart("azureml:heart-dataset-unlabeled@latest")),
        // As the document prints it. The Python client looks for an asset called /heart-…: ours drops the slash.
        SeedRow(
            "input.data-asset-latest", SeedRow.pipeline + ["--file", "-"],
            input: SeedRow.yaml("azureml:/heart-dataset-unlabeled@latest")),
    ]

    static let stores = [
        SeedRow(
            "input.datastore-short", SeedRow.heart(SeedRow.store + SeedRow.path)),
        SeedRow(
            "input.datastore-short", SeedRow.pipeline + ["--file", "-"],
            input: SeedRow.yaml("\n    path: \(SeedRow.store)\(SeedRow.path)")),
        SeedRow(
            "input.datastore-long-uri", SeedRow.heart(SeedRow.long + SeedRow.path)),
    ]

    static let literals = [
        SeedRow("literal.string", SeedRow.literal("string", "append")),
        SeedRow("literal.number", SeedRow.literal("float", "0.25")),
        SeedRow("literal.number", SeedRow.literal("number", "0.25")),
        SeedRow("literal.integer", SeedRow.literal("integer", "7")),
        SeedRow("literal.integer@1.27.1", SeedRow.literal("integer", "7")),
        SeedRow(
            "literal.string", SeedRow.pipeline + ["--file", "-"],
            input: SeedRow.yaml("{type: uri_folder, path: \"\(SeedRow.folder)\"}")
                + "  p:\n    type: string\n    default: append\n"),
    ]

    static let outputs = [
        SeedRow(
            "output.path-long",
            SeedRow.heart(SeedRow.folder) + [
                "--set", "outputs.score.path=\(SeedRow.long)batch-jobs/my-unique-path",
            ]),
        SeedRow(
            "output.path-long",
            SeedRow.heart(SeedRow.folder) + [
                "--output-path", SeedRow.long + "batch-jobs/my-unique-path",
            ]),
        SeedRow(
            "output.path-arm-id",
            SeedRow.heart(SeedRow.folder) + [
                "--set",
                "outputs.score.path="
                    + "\(SeedRow.arm)/datastores/workspaceblobstore/paths/\(SeedRow.place)",
            ]),
        SeedRow(
            "multiple-inputs-and-outputs",
            SeedRow.pipeline + [
                "--set", "inputs.train.path=\(SeedRow.folder)", "inputs.train.type=uri_folder",
                "inputs.extra.type=uri_file", "inputs.extra.path=\(SeedRow.folder)/heart.csv",
                "inputs.mode.default=append", "inputs.n.type=integer", "inputs.n.default=3",
                "--set", "outputs.score.path=\(SeedRow.store)o/score",
                "outputs.report.type=uri_file",
                "outputs.report.path=\(SeedRow.store)o/report.csv",
            ]),
    ]

    @Test(arguments: rows())
    func theRequestIsTheOfficialClients(row: SeedRow) async throws {
        let service = try HeartService()
        let said = await run(row.words, input: row.input, service)
        #expect(said.code == 0 && said.output == "batchjob-u1\n", "\(said.talk)")
        let wanted = try #require(try CapturedCase.requests(row.flow).last { $0.role == "scoring" })
        let sent = service.sent.filter { $0.role == "scoring" }
        #expect(sent.count == 1)
        try expect(#require(sent.first), equals: wanted)
    }

    @Test func aLocalFolderIsUploadedAndNamedAsByTheOfficialClient() async throws {
        let folder = try TemporaryFolder("seed")
        let names = [
            "heart1.csv", "heart2.csv", "nested/Heart3.csv",
            "nested/deep/note with space+plus%.txt", "left-out.tmp",
        ]
        for name in names { try folder.write("age,chol\n", to: "heart-x{t}/" + name) }
        try folder.write("", to: "heart-x{t}/empty.csv")
        try folder.write("*.tmp\n.amlignore\n", to: "heart-x{t}/.amlignore")
        let service = try HeartService()
        let said = await run(SeedRow.heart(folder.path + "/heart-x{t}"), service)
        #expect(said.code == 0, "\(said.talk)")
        try expectUpload("input.local-folder", service)
    }

    @Test(arguments: ["input.local-file", "input.local-file@1.27.1"])
    func aLocalFileIsUploadedAndNamedAsByTheOfficialClient(flow: String) async throws {
        let folder = try TemporaryFolder("seed")
        let path = try folder.write("age,chol\n", to: "heart-{t}.csv")
        let service = try HeartService()
        let said = await run(SeedRow.heart(path, type: "uri_file"), service)
        #expect(said.code == 0, "\(said.talk)")
        try expectUpload(flow, service)
    }

    /// Forms that the document or the REST pages have and the Python client refuses before it sends: ours go as they are.
    @Test(arguments: [
        "\(SeedRow.arm)/datastores/workspaceblobstore/paths/heart-disease-uci-unlabeled",
        "azureml:\(SeedRow.arm)/datastores/workspaceblobstore/paths/heart-disease-uci-unlabeled",
        "wasbs://data@account.blob.core.windows.net/heart",
        "abfss://data@account.dfs.core.windows.net/heart",
        "adl://account.azuredatalakestore.net/heart",
        "https://account.dfs.core.windows.net/data/heart",
        "azureml://registries/azureml/data/heart/versions/1",
        "azureml://locations/eastus/workspaces/local-ws/data/heart/versions/labels/latest",
    ]) func whatThePythonClientRefusesTravelsVerbatim(path: String) async throws {
        let service = try HeartService()
        let said = await run(
            SeedRow.model + ["--input", path, "--input-type", "uri_folder"], service)
        #expect(said.code == 0, "\(said.talk)")
        let body = try #require(service.sent.last { $0.role == "scoring" }?.body)
        let plain = path.hasPrefix("azureml:/sub") ? String(path.dropFirst(8)) : path
        #expect(
            body["properties"]?["inputData"]
                == .object([
                    "UriFolder": .object([
                        "jobInputType": .string("UriFolder"), "uri": .string(plain),
                    ])
                ]))
    }

    /// What the service would refuse is refused here, in the official words, before anything is sent.
    @Test(arguments: [
        (SeedRow.heart(SeedRow.store + "tables/heart/", type: "mltable"), unsupported),
        (
            SeedRow.model + ["--input", "\(SeedRow.arm)/datasets/old/versions/1"], unsupported
        ),
        (SeedRow.heart(SeedRow.asset, type: "FileDataset"), unsupported),
        (
            SeedRow.model + ["--set", "inputs.mode.type=string", "inputs.mode.default=append"],
            "Literal inputs are for pipeline component deployments"
        ),
        (SeedRow.model + ["--input", SeedRow.folder, "-d", "none"], "no deployment 'none'"),
        (SeedRow.model + ["--input", ""], "Input path can't be empty for batch endpoint invoke."),
        (SeedRow.model + ["--input", "azureml:none@latest"], "no data asset 'none'"),
        (SeedRow.model + ["--input", SeedRow.store + "no/such"], "There is nothing at 'no/such'"),
        (
            SeedRow.model + ["--input", SeedRow.folder, "--experiment-name", "mine"],
            "pipeline component deployments only"
        ),
    ]) func aRefusalSaysWhyAndSendsNothing(words: [String], reason: String) async throws {
        let service = try HeartService()
        let said = await run(words, service)
        #expect(said.code == 2, "\(said.talk)")
        #expect(said.talk.lowercased().contains(reason.lowercased()), "\(said.talk)")
        #expect(
            service.sent.filter {
                $0.role == "scoring" || $0.role == "blob" && $0.line.hasPrefix("PUT")
            }.isEmpty)
    }

    private static let unsupported =
        "Value passed to input is not a supported data. Please use an Azure Machine Learning "
        + "registered V2 data asset (with the type of either `uri_file` or `uri_folder`)."

    private static let verbs: [(flow: String, line: String)] = [
        ("endpoints.list", "endpoint list"), ("endpoints.get", "endpoint show -n heart-batch"),
        ("deployments.list", "deployment list -e heart-batch"),
        ("deployments.get", "deployment show -e heart-batch -n classifier-v2"),
        ("datastores.list", "datastore list"),
        ("datastores.get-missing", "datastore show --name no_such_store"),
        ("data.list-containers", "data list"),
        ("data.get-version", "data show --name heart-dataset-unlabeled --version 1"),
        ("data.get-label-latest", "data show -n heart-dataset-unlabeled --label latest"),
        ("data.get-label-latest", "data show -n heart-dataset-unlabeled -l latest"),
        ("jobs.list", "job list"), ("jobs.get", "job show -n batchjob-u1"),
        ("endpoint.list-jobs", "job list -e heart-batch"),
        ("jobs.children", "job show -n batchjob-u1"), ("jobs.cancel", "job cancel -n u1"),
    ]

    /// The other verbs of the document and of the captured cases: the same questions in the same order.
    @Test(arguments: verbs) func aVerbAsksWhatTheOfficialClientAsks(flow: String, line: String)
        async throws
    {
        let service = try HeartService()
        let said = await run(line.split(separator: " ").map(String.init), verb: "", service)
        #expect(said.code == (flow == "datastores.get-missing" ? 5 : 0), "\(said.talk)")
        var wanted = try CapturedCase.requests(flow)
        // Stopping ends when the service has taken it; the official client then waits at Location.
        if flow == "jobs.cancel" { wanted = Array(wanted.prefix(1)) }
        var rest = service.sent[...]
        var last = ""
        // Further pages of a list have the same line; this service has one page.
        for request in wanted where request.line != last {
            last = request.line
            let place = try #require(
                rest.firstIndex { $0.role == request.role && $0.line == last }, "\(last)")
            #expect(rest[place].audience == request.audience)
            for (name, value) in request.query {
                #expect(rest[place].query[name] == value, "\(name) of \(last)")
            }
            rest = rest[(place + 1)...]
        }
    }

    /// No captured flow is forgotten: it has its lines above, or stands here with where it is looked at instead.
    @Test func everyCapturedFlowHasItsPlace() throws {
        let elsewhere = [
            // What only a Python object does, or what batchdeck does not do.
            "client-construction", "workspace.get", "input.local-folder-uploaded-content",
            // Refused here before anything is sent: `aRefusalSaysWhyAndSendsNothing`.
            "input.mltable", "literal.to-model-deployment-refused", "invoke.missing-deployment",
            // Refused by the Python client, sent by ours: `whatThePythonClientRefusesTravelsVerbatim`.
            "input.client-rejects.azureml-slash-name-latest",
            "input.client-rejects.datastore-arm-id", "input.client-rejects.wasbs",
            "input.client-rejects.adl",
            // Uploads, by what the datastore's secret is: UploadTests. Creating data: the verb's own tests.
            "input.local-folder", "input.local-file", "input.local-file@1.27.1",
            "input.local-file@identity", "input.local-big-file-blocks", "data.create-local-folder",
            "datastores.get-with-secrets",
            // Following and fetching: the recordings of the real service, TrackerTests, DownloadTests.
            "jobs.stream", "jobs.download-not-finished", "jobs.download-model-scores",
            "jobs.download-model-scores@account-key", "jobs.download-model-scores@identity",
            "jobs.download-pipeline-all", "jobs.download-pipeline-all@1.27.1",
        ]
        let here = Set(Self.rows().map(\.flow) + Self.verbs.map(\.flow) + elsewhere)
        #expect(try CapturedCase.flows() == here)
        #expect(here.count == 56)
    }

    /// `… | jq -r .id` of the document, for both.
    @Test func theIdsOfTheDocumentAreShown() async throws {
        let service = try HeartService()
        let data = await run(
            ["show", "-n", "heart-dataset-unlabeled", "--label", "latest", "-o", "json"],
            verb: "data", service)
        #expect(
            try data.json().at("id")
                == .string("\(SeedRow.arm)/data/heart-dataset-unlabeled/versions/2"))
        let store = await run(
            ["show", "-n", "workspaceblobstore", "-o", "json"], verb: "datastore", service)
        #expect(
            try store.json().at("id") == .string("\(SeedRow.arm)/datastores/workspaceblobstore"))
    }

    // MARK: - Running and comparing

    private func run(
        _ words: [String], verb: String = "invoke", input: String = "", _ service: HeartService
    ) async -> Said {
        var desk = Desk()
        desk.client = service.client
        desk.input = input
        return await desk.run((verb.isEmpty ? [] : [verb]) + words)
    }

    private func expect(_ sent: CapturedRequest, equals wanted: CapturedRequest) throws {
        #expect(sent.line == wanted.line)
        #expect(sent.query == wanted.query)
        #expect(sent.audience == wanted.audience)
        for name in ["Content-Type", "azureml-model-deployment"] {
            #expect(sent.headers[name] == wanted.headers[name], "\(name)")
        }
        // Every request has an id of its own, the same when it is sent again.
        #expect(sent.headers["repeatability_request-id"]?.isEmpty == false)
        #expect(
            try compared(#require(sent.body), isOurs: true)
                == compared(#require(wanted.body), isOurs: false))
    }

    /// A body as it is compared. Where ours differs on purpose:
    /// - the tag `batchdeck.submission` is added: by it a job is found again whose answer was lost;
    /// - a literal is sent as text, as the declared wire type and the client of 2025 (1.27.1) have it;
    /// - `isLocal` is not sent: the official client says it by accident, and the service ignores it;
    /// - a duration is written in seconds: PT60S is PT1M.
    private func compared(_ body: JSONValue, isOurs: Bool) -> JSONValue {
        guard var properties = body["properties"]?.members else { return body }
        if isOurs {
            #expect(properties["tags"]?.members?.keys.map(\.self) == ["batchdeck.submission"])
            properties["tags"] = nil
        }
        if var compute = properties["compute"]?.members {
            compute["isLocal"] = nil
            properties["compute"] = .object(compute)
        }
        if var retry = properties["retrySettings"]?.members {
            retry["timeout"] = retry["timeout"]?.string.flatMap(ISODuration.read)
                .map { .string(ISODuration.text($0)) }
            properties["retrySettings"] = .object(retry)
        }
        let inputs = properties["inputData"]?.members?.mapValues { input -> JSONValue in
            guard var members = input.members else { return input }
            if let value = members["value"] { members["value"] = .string(value.text) }
            if let uri = members["uri"]?.string {
                members["uri"] = .string(isOurs ? HeartService.masked(uri) : uri)
            }
            return .object(members)
        }
        properties["inputData"] = inputs.map { .object($0) }
        return .object(properties)
    }

    /// The blobs looked for, written and confirmed, and the request that names them.
    private func expectUpload(_ flow: String, _ service: HeartService) throws {
        let wanted = try CapturedCase.requests(flow)
        func blobs(_ requests: [CapturedRequest]) -> [CapturedRequest] {
            requests.filter { $0.role == "blob" && !$0.line.hasPrefix("GET") }
        }
        let (ours, theirs) = (blobs(service.sent), blobs(wanted))
        // First the look, last the confirmation; in between files go in any order.
        #expect(ours.first?.line == theirs.first?.line)
        #expect(ours.last?.line == theirs.last?.line)
        #expect(ours.last?.headers["x-ms-meta-upload_status"] == "completed")
        #expect(ours.last?.query["comp"] == "metadata")
        #expect(ours.map(\.line).sorted() == theirs.map(\.line).sorted())
        #expect(
            ours.filter { $0.line.hasPrefix("PUT") }.dropLast().allSatisfy {
                $0.headers["If-None-Match"] == "*" && $0.headers["x-ms-blob-type"] == "BlockBlob"
            })
        let request = try #require(wanted.last { $0.role == "scoring" })
        try expect(#require(service.sent.last), equals: request)
    }
}
