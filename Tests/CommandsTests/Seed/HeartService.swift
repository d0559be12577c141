import BatchClient
import BatchModel
import Foundation
import Synchronization
import TestSupport

/// A service with the workspace that the official client was captured against: two endpoints, one data asset, one datastore.
///
/// It answers what a client needs to go on, keeps every call, and judges nothing.
final class HeartService: Sendable {
    static let scope = WorkspaceScope(
        subscriptionID: "00000000-0000-0000-0000-000000000001", resourceGroup: "local-rg",
        workspace: "local-ws")
    private static let base = "https://heart.test"
    private static let container = "azureml-blobstore-11111111-2222-3333-4444-555555555555"
    private static let blobs = [
        "heart-disease-uci-unlabeled/heart.csv", "heart-disease-uci-unlabeled/more.csv",
        "tables/heart/MLTable",
    ]

    private let state = Mutex<[HTTPCall]>([])
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("heart") }

    var client: BatchClient {
        .live(
            connection: { () throws(ServiceFailure) in
                Connection(
                    context: "heart", isLocal: false, scope: Self.scope, managementURL: Self.base,
                    apiURL: nil, token: { audience throws(ServiceFailure) in audience.rawValue })
            },
            transport: Transport { call throws(TransportFailure) in self.answer(to: call) },
            folders: ClientFolders(cache: folder.path + "/cache", state: folder.path + "/state"))
    }

    /// What was sent, in the terms of the captured cases.
    var sent: [CapturedRequest] { state.withLock { $0 }.map(Self.described) }

    private func answer(to call: HTTPCall) -> HTTPAnswer {
        state.withLock { $0.append(call) }
        let path = call.url.split(separator: "?").first.map(String.init) ?? ""
        let (status, text) =
            path.contains(".blob.") ? Self.blob(call, path) : Self.resource(call, path)
        return HTTPAnswer(
            status: status, headers: [("Content-Type", "application/json")],
            body: AsyncThrowingStream { continuation in
                if !text.isEmpty { continuation.yield(Array(text.utf8)) }
                continuation.finish()
            })
    }

    // MARK: - Answers

    private static func blob(_ call: HTTPCall, _ path: String) -> (Int, String) {
        switch call.method {
        case .get:
            let prefix = items(call.url)["prefix"] ?? ""
            let found = blobs.filter { $0.hasPrefix(prefix) }.map {
                "<Blob><Name>\($0)</Name><Properties><Content-Length>9</Content-Length>"
                    + "</Properties></Blob>"
            }
            return (
                200,
                "<EnumerationResults><Blobs>\(found.joined())</Blobs><NextMarker/>"
                    + "</EnumerationResults>"
            )
        case .put: return (call.url.contains("comp=metadata") ? 200 : 201, "")
        case .head, .post, .patch, .delete: return (404, "")
        }
    }

    private static func resource(_ call: HTTPCall, _ path: String) -> (Int, String) {
        if path.contains("/inference/") { return (201, job) }
        if path.hasSuffix("/discovery") { return (200, "{\"api\":\"\(base)\"}") }
        guard let mark = path.firstRange(of: scope.armID) else { return (404, "{}") }
        let tail = String(path[mark.upperBound...])
        if tail.hasSuffix("/cancel") { return (202, "null") }
        if tail.hasSuffix("/listSecrets") {
            return (200, #"{"secretsType":"Sas","sasToken":"sv=1&sig=S"}"#)
        }
        if tail.hasSuffix("/jobs") || tail.hasSuffix("/children") {
            return (200, #"{"value":[]}"#)
        }
        guard let text = resources[tail] else {
            return (404, #"{"error":{"code":"NotFound","message":"not here"}}"#)
        }
        return (200, text)
    }

    private static let job =
        #"{"id":"x/jobs/batchjob-u1","name":"batchjob-u1","properties":{"status":"Preparing"}}"#

    private static let resources: [String: String] = {
        var all: [String: String] = [
            "": #"{"name":"local-ws","properties":{"discoveryUrl":"\#(base)/discovery"}}"#,
            "/jobs/batchjob-u1":
                #"{"name":"batchjob-u1","properties":{"status":"Completed","tags":{}}}"#,
            "/data/heart-dataset-unlabeled":
                #"{"name":"heart-dataset-unlabeled","properties":{"latestVersion":"2"}}"#,
            "/datastores/workspaceblobstore": datastore,
            "/datastores": "{\"value\":[\(datastore)]}",
            "/data": #"{"value":[{"name":"heart-dataset-unlabeled","properties":{}}]}"#,
        ]
        for version in ["1", "2"] {
            all["/data/heart-dataset-unlabeled/versions/\(version)"] = """
                {"id":"\(scope.armID)/data/heart-dataset-unlabeled/versions/\(version)",
                "name":"\(version)","properties":{"dataType":"uri_folder",
                "dataUri":"\(scope.longURI)/datastores/workspaceblobstore/paths/heart-disease-uci-unlabeled/"}}
                """
        }
        let model = #""deploymentConfiguration":{"deploymentConfigurationType":"Model"}"#
        let pipeline =
            #""deploymentConfiguration":{"deploymentConfigurationType":"PipelineComponent"}"#
        let deployments = [
            ("heart-batch", "classifier", model), ("heart-batch", "classifier-v2", model),
            ("pipeline-batch", "pipe", pipeline),
        ]
        for (endpoint, name, kind) in deployments {
            all["/batchEndpoints/\(endpoint)/deployments/\(name)"] =
                "{\"name\":\"\(name)\",\"properties\":{\(kind)}}"
        }
        for (name, deployment) in [("heart-batch", "classifier"), ("pipeline-batch", "pipe")] {
            let path = "/batchEndpoints/\(name)"
            all[path] = """
                {"name":"\(name)","properties":{"defaults":{"deploymentName":"\(deployment)"},
                "scoringUri":"\(base)/inference/\(name)/jobs"}}
                """
            let own = deployments.filter { $0.0 == name }
                .compactMap { all["\(path)/deployments/\($0.1)"] }
            all["\(path)/deployments"] = "{\"value\":[\(own.joined(separator: ","))]}"
        }
        let endpoints = ["heart-batch", "pipeline-batch"].compactMap {
            all["/batchEndpoints/\($0)"]
        }
        all["/batchEndpoints"] = "{\"value\":[\(endpoints.joined(separator: ","))]}"
        return all
    }()

    private static let datastore = """
        {"name":"workspaceblobstore","properties":{"datastoreType":"AzureBlob","isDefault":true,
        "accountName":"heart","containerName":"\(container)","endpoint":"core.test",
        "protocol":"https","credentials":{"credentialsType":"AccountKey"}}}
        """

    // MARK: - Describing what was sent

    private static func described(_ call: HTTPCall) -> CapturedRequest {
        let path = call.url.split(separator: "?").first.map(String.init) ?? ""
        let tail =
            path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
            .dropFirst(2).first.map { "/" + $0 } ?? ""
        var headers: [String: String] = [:]
        for header in call.headers { headers[header.name] = header.value }
        let audiences = [
            "Bearer management": "arm", "Bearer machineLearning": "ml", "Bearer storage": "storage",
        ]
        var body: JSONValue?
        if case .bytes(let bytes) = call.body {
            body = try? WireJSON.decode(JSONValue.self, from: bytes)
        }
        return CapturedRequest(
            role: role(path),
            line: "\(call.method.rawValue) \(masked(tail.removingPercentEncoding ?? tail))",
            query: items(call.url).filter { !CapturedCase.manner.contains($0.key) },
            headers: headers, audience: headers["Authorization"].flatMap { audiences[$0] },
            body: body)
    }

    private static func role(_ path: String) -> String {
        let marks = [
            (".blob.", "blob"), ("/inference/", "scoring"), ("/discovery", "discovery"),
            ("/mferp/", "management-front-end"), ("/history/", "run-history"),
        ]
        return marks.first { path.contains($0.0) }?.1 ?? "arm"
    }

    private static func items(_ url: String) -> [String: String] {
        let parts = url.split(separator: "?", maxSplits: 1)
        guard parts.count == 2 else { return [:] }
        var items: [String: String] = [:]
        for item in parts[1].split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1).map(String.init)
            let value = pair.count == 2 ? pair[1] : ""
            items[pair[0].removingPercentEncoding ?? pair[0]] =
                value.removingPercentEncoding ?? value
        }
        return items
    }

    /// The content's hash, which the captured cases mask: their files had other content.
    static func masked(_ text: String) -> String {
        guard let mark = text.firstRange(of: "LocalUpload/") else { return text }
        let rest = text[mark.upperBound...]
        return text[..<mark.upperBound] + "{contentHash}" + rest.dropFirst(64)
    }
}
