import BatchClient
import BatchEngine
import BatchModel
import TestSupport

/// A real engine on the sample workspace and a real client of it, with no socket between them.
final class InProcessEngine: Sendable {
    let folder: TemporaryFolder
    let engine: Engine
    let client: BatchClient

    /// - Parameter workspace: a workspace folder; the sample one unless given.
    init(workspace: String? = nil) throws {
        let folder = try TemporaryFolder("inprocess")
        let engine = try Engine(
            Engine.Options(
                workspace: workspace ?? Checkout.root + "/assets/workspace",
                state: folder.path + "/state",
                token: String(repeating: "0123456789abcdef", count: 4)))
        self.folder = folder
        self.engine = engine
        client = .live(
            connection: { () async throws(ServiceFailure) -> Connection in
                Connection(
                    context: "local", isLocal: true, scope: engine.scope,
                    managementURL: Self.address.base, apiURL: Self.address.base,
                    token: { _ in "none is looked at here" })
            },
            transport: Transport { call throws(TransportFailure) -> HTTPAnswer in
                try await Self.carry(call, to: engine)
            },
            folders: ClientFolders(cache: folder.path + "/cache", state: folder.path + "/client"))
    }

    /// Ends its workers and closes its stores.
    func stop() async { await engine.shutdown() }

    private static let address = EngineAddress(port: 8123)

    private static func carry(
        _ call: HTTPCall, to engine: Engine
    ) async throws(TransportFailure) -> HTTPAnswer {
        let isStorage = call.url.hasPrefix(address.storageBase)
        let base = isStorage ? address.storageBase : address.base
        guard call.url.hasPrefix(base) else { throw .notSent("\(call.url) is not the engine's") }
        let body: EngineBody
        switch call.body {
        case .none: body = EngineBody()
        case .bytes(let bytes): body = EngineBody(bytes)
        case .file: throw .notSent("these tests upload no files")
        }
        let response = await engine.respond(
            to: EngineRequest(
                call.method, String(call.url.dropFirst(base.count)),
                headers: EngineHeaders(call.headers), isStorageHost: isStorage, address: address,
                body: body))
        let bytes = bytes(of: response)
        return HTTPAnswer(
            status: response.status,
            headers: response.headers.fields.map { ($0.name, $0.value) }
                + [("content-length", String(bytes.count))],
            body: AsyncThrowingStream { continuation in
                if !bytes.isEmpty { continuation.yield(bytes) }
                continuation.finish()
            })
    }

    private static func bytes(of response: EngineResponse) -> [UInt8] {
        switch response.body {
        case .none: return []
        case .bytes(let bytes): return bytes
        case .file(let file, let offset, let length):
            var bytes = [UInt8](repeating: 0, count: Int(length))
            let count = bytes.withUnsafeMutableBytes { file.read(into: $0, at: offset) }
            return Array(bytes.prefix(count))
        }
    }
}
