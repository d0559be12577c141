import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

/// A workspace and a state folder of a test's own, and an engine on them.
final class EngineFixture: Sendable {
    let folder: String
    let engine: Engine

    var workspace: String { folder + "/workspace" }
    var state: String { folder + "/state" }
    static let token = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    static let address = EngineAddress(port: 8123)

    /// - Parameter files: written into the workspace before the engine reads it.
    init(files: [String: String] = [:]) throws {
        folder = try Self.makeFolder()
        try Self.writeWorkspace(folder + "/workspace")
        for (path, text) in files { try Self.write(text, to: folder + "/workspace/" + path) }
        engine = try Engine(
            Engine.Options(
                workspace: folder + "/workspace", state: folder + "/state", token: Self.token))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static func makeFolder() throws -> String {
        let path = TemporaryFolder.base + "/bd-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        // The real path: a link on the way is not what these tests are about.
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    static func write(_ text: String, to path: String) throws {
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(
            atPath: "/" + parent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    func write(_ text: String, to path: String) throws {
        try Self.write(text, to: workspace + "/" + path)
    }

    /// Endpoint `toys` with `good` (default), `quiet` and a `broken` deployment, endpoint `lonely` without default, data.
    static func writeWorkspace(_ root: String) throws {
        func put(_ path: String, _ text: String) throws { try write(text, to: root + "/" + path) }
        try put(
            "workspace.yml",
            """
            name: ws
            subscription_id: 11111111-1111-1111-1111-111111111111
            resource_group: rg
            location: nowhere
            """)
        try put(
            "endpoints/toys/endpoint.yml",
            """
            name: toys
            description: Counts toys.
            defaults:
              deployment_name: good
            """)
        try put("endpoints/toys/good/deployment.yml", deployment("good", "toys"))
        try put("endpoints/toys/good/code/score.py", script)
        try put("endpoints/toys/good/model/weights.txt", "1")
        try put(
            "endpoints/toys/quiet/deployment.yml",
            deployment("quiet", "toys", code: "../good/code", model: "../good/model")
                .replacingOccurrences(of: "append_row", with: "summary_only"))
        try put("endpoints/toys/broken/deployment.yml", "name: broken\nendpoint_name: [\n")
        try put("endpoints/lonely/endpoint.yml", "name: lonely\n")
        try put(
            "endpoints/lonely/only/deployment.yml",
            deployment(
                "only", "lonely", code: "../../toys/good/code", model: "../../toys/good/model"))
        try put(
            "data/toys-1.yml", "name: toys\nversion: \"1\"\ntype: uri_folder\npath: ./toys/\n")
        try put(
            "data/toys-10.yml", "name: toys\nversion: \"10\"\ntype: uri_folder\npath: ./toys\n")
        try put("data/toys-2.yml", "name: toys\nversion: \"2\"\ntype: uri_folder\npath: toys\n")
        try put(
            "data/one-toy.yml", "name: one-toy\ntype: uri_file\npath: ./toys/bear.txt\n")
        try put(
            "data/broken.yml", "name: broken-data\nversion: 1\ntype: uri_folder\npath: nowhere\n")
        try put("data/toys/bear.txt", "bear\n")
        try put("data/toys/car.txt", "car\n")
        try put("data/toys/deep/hidden.txt", "hidden\n")
    }

    static func deployment(
        _ name: String, _ endpoint: String, code: String = "code", model: String = "model"
    ) -> String {
        """
        name: \(name)
        endpoint_name: \(endpoint)
        type: model
        model:
          name: toy-model
          path: \(model)
        code_configuration:
          code: \(code)
          scoring_script: score.py
        environment: azureml:toy-env:1
        compute: azureml:local
        settings:
          mini_batch_size: 2
          output_action: append_row
        """
    }

    static let script = """
        def init():
            pass

        def run(mini_batch):
            return [path for path in mini_batch]
        """

    // MARK: - Asking

    func send(
        _ method: RouteRequest.Method, _ target: String, headers: [(String, String)] = [],
        body: [UInt8] = [], isStorageHost: Bool = false
    ) async -> EngineResponse {
        await engine.respond(
            to: EngineRequest(
                method, target, headers: EngineHeaders(headers), isStorageHost: isStorageHost,
                address: Self.address, body: EngineBody(body)))
    }

    /// Asks a route.
    func ask(
        _ route: Route, headers: [(String, String)] = [], json: String? = nil
    ) async -> EngineResponse {
        let request = route.request
        var headers = headers
        if json != nil { headers.append(("Content-Type", "application/json")) }
        return await send(
            request.method, request.target, headers: headers, body: Array((json ?? "").utf8),
            isStorageHost: route.plane == .storage)
    }

    func ask(_ call: Route.Management, json: String? = nil) async -> EngineResponse {
        await ask(.management(engine.scope, call), json: json)
    }

    /// Asks a route and reads its answer, which must be a success.
    func get<Value: Decodable>(
        _ type: Value.Type, _ route: Route, json: String? = nil
    ) async throws -> Value {
        let response = await ask(route, json: json)
        #expect((200..<300).contains(response.status), "\(response.text)")
        return try WireJSON.decode(type, from: response.bytes)
    }

    func get<Value: Decodable>(_ type: Value.Type, _ call: Route.Management) async throws -> Value {
        try await get(type, .management(engine.scope, call))
    }
}

extension EngineResponse {
    /// The body's bytes, a file's read from disk.
    var bytes: [UInt8] {
        switch body {
        case .none: return []
        case .bytes(let bytes): return bytes
        case .file(let file, let offset, let length):
            return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
                count = file.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            }
        }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text of the error envelope, all parts.
    var refusal: String {
        (try? WireJSON.decode(WireError.self, from: bytes))?.text ?? text
    }
}
