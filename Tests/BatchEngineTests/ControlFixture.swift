import BatchModel
import Foundation
import Testing

@testable import BatchEngine

/// What tests of the control plane do again and again.
extension EngineFixture {
    /// Asks for a change.
    func change(_ change: Route.Change, _ json: String? = nil) async -> EngineResponse {
        await ask(.management(engine.scope, .change(change)), json: json)
    }

    /// Asks about an asset.
    func asset(
        _ kind: Route.AssetKind, _ call: Route.Assets, _ json: String? = nil
    ) async -> EngineResponse {
        await ask(.management(engine.scope, .assets(kind, call)), json: json)
    }

    /// A resource as it is now.
    func resource(_ call: Route.Management) async throws -> WireResource<JSONValue> {
        try await get(WireResource<JSONValue>.self, call)
    }

    /// Puts files into the default datastore, as a client that uploads does.
    ///
    /// - Returns: the long form of the folder.
    func upload(_ files: [String: String], to folder: String) async throws -> String {
        for (name, text) in files {
            let response = await ask(
                .storage(
                    container: engine.folders.defaultContainer, .put(blob: "\(folder)/\(name)")),
                headers: [("x-ms-blob-type", "BlockBlob")], text: text)
            try #require(response.status == 201, "\(response.text)")
        }
        return "\(engine.scope.longURI)/datastores/workspaceblobstore/paths/\(folder)"
    }

    /// Asks with a body that is no JSON.
    func ask(
        _ route: Route, headers: [(String, String)], text: String
    ) async -> EngineResponse {
        let request = route.request
        return await send(
            request.method, request.target, headers: headers, body: Array(text.utf8),
            isStorageHost: route.plane == .storage)
    }

    /// Uploads and registers code.
    ///
    /// - Returns: its id.
    func register(code files: [String: String], as name: String) async throws -> String {
        let uri = try await upload(files, to: "LocalUpload/\(name)/code")
        let answer = await asset(
            .codes, .putVersion(name: name, version: "1"),
            #"{"properties":{"codeUri":"\#(uri)","isAnonymous":true}}"#)
        try #require(answer.status == 201, "\(answer.text)")
        return "\(engine.scope.armID)/codes/\(name)/versions/1"
    }

    /// Uploads and registers a model.
    ///
    /// - Returns: its id.
    func register(model files: [String: String], as name: String) async throws -> String {
        let uri = try await upload(files, to: "LocalUpload/\(name)/model")
        let answer = await asset(
            .models, .putVersion(name: name, version: "1"),
            #"{"properties":{"modelUri":"\#(uri)","modelType":"custom_model"}}"#)
        try #require(answer.status == 201, "\(answer.text)")
        return "\(engine.scope.armID)/models/\(name)/versions/1"
    }

    /// The text of a file of the workspace; nil when there is none.
    func read(_ file: String) -> String? {
        try? String(contentsOfFile: workspace + "/" + file, encoding: .utf8)
    }

    /// Everything in the trash, relative to it.
    var trash: [String] {
        (FileManager.default.subpaths(atPath: state + "/trash") ?? []).sorted()
    }

    /// What the files say to an engine that starts now.
    var catalog: WorkspaceCatalog { WorkspaceReader(folder: workspace).read() }
}

/// Bodies of deployments.
enum DeploymentBody {
    static func model(
        code: String, model: String, script: String = "score.py", _ more: String = ""
    ) -> String {
        """
        {"location":"nowhere","tags":{"a":"1"},"properties":{"description":"Counts.",
        "codeConfiguration":{"codeId":"\(code)","scoringScript":"\(script)"},
        "model":{"referenceType":"Id","assetId":"\(model)"},
        "environmentId":"azureml:toy-env:3","compute":"/subscriptions/s/computes/big",
        "miniBatchSize":3,"errorThreshold":5,"maxConcurrencyPerInstance":2,
        "outputAction":"AppendRow","outputFileName":"rows.csv","loggingLevel":"Debug",
        "retrySettings":{"maxRetries":1,"timeout":"PT1M30S"},"resources":{"instanceCount":2},
        "environmentVariables":{"MODE":"quick"}\(more)}}
        """
    }
}
