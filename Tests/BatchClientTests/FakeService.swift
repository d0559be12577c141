import BatchModel
import Synchronization
import TestSupport

@testable import BatchClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A scripted service behind a `Transport`: no sockets, every call recorded.
final class FakeService: Sendable {
    /// What a call is answered with.
    enum Reply: Sendable {
        case answer(Int, [(name: String, value: String)], [UInt8])
        case lost(TransportFailure)

        static func json(_ text: String, status: Int = 200) -> Reply {
            .answer(status, [("Content-Type", "application/json")], Array(text.utf8))
        }

        static func text(_ text: String, status: Int) -> Reply {
            .answer(status, [], Array(text.utf8))
        }

        static func empty(_ status: Int, _ headers: [(name: String, value: String)] = []) -> Reply {
            .answer(status, headers, [])
        }
    }

    private struct Rule {
        var method: RouteRequest.Method
        var part: String
        var reply: @Sendable (HTTPCall) -> Reply
    }

    private struct State {
        var rules: [Rule] = []
        var calls: [HTTPCall] = []
    }

    private let state = Mutex(State())

    /// Answers calls of a method whose address contains a text; later rules come first.
    func on(
        _ method: RouteRequest.Method, _ part: String,
        _ reply: @escaping @Sendable (HTTPCall) -> Reply
    ) {
        state.withLock { $0.rules.insert(Rule(method: method, part: part, reply: reply), at: 0) }
    }

    /// Answers the first call with the first reply, and so on; the last one stays.
    func on(_ method: RouteRequest.Method, _ part: String, inTurn replies: [Reply]) {
        let place = Mutex(0)
        on(method, part) { _ in
            place.withLock { index in
                defer { index = min(index + 1, replies.count - 1) }
                return replies[index]
            }
        }
    }

    /// Every call so far, in order.
    var calls: [HTTPCall] { state.withLock { $0.calls } }

    /// Calls of a method whose address contains a text.
    func calls(_ method: RouteRequest.Method, _ part: String = "") -> [HTTPCall] {
        calls.filter { $0.method == method && $0.url.contains(part) }
    }

    var transport: Transport {
        Transport { call throws(TransportFailure) in try self.reply(to: call) }
    }

    private func reply(to call: HTTPCall) throws(TransportFailure) -> HTTPAnswer {
        let rule = state.withLock { state in
            state.calls.append(call)
            return state.rules.first { $0.method == call.method && call.url.contains($0.part) }
        }
        let reply =
            rule?.reply(call) ?? .json("{\"error\":{\"code\":\"NoRule\"}}", status: 404)
        switch reply {
        case .lost(let failure): throw failure
        case .answer(let status, let headers, let bytes):
            let body = AsyncThrowingStream<[UInt8], any Error> { continuation in
                if !bytes.isEmpty { continuation.yield(bytes) }
                continuation.finish()
            }
            return HTTPAnswer(status: status, headers: headers, body: body)
        }
    }
}

extension HTTPCall {
    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    var json: JSONValue? {
        guard case .bytes(let bytes) = body else { return nil }
        return try? WireJSON.decode(JSONValue.self, from: bytes)
    }
}

/// A clock whose sleeps take no time and are written down.
final class FakeClock: Sendable {
    private struct State {
        var now = Timestamp(secondsSinceEpoch: 1_800_000_000)
        var sleeps: [Duration] = []
        var ids = 0
    }

    private let state = Mutex(State())

    var sleeps: [Duration] { state.withLock { $0.sleeps } }
    var now: Timestamp { state.withLock { $0.now } }

    /// Time goes by.
    func advance(_ time: Duration) { state.withLock { $0.now = $0.now + time } }

    var surroundings: ClientSurroundings {
        ClientSurroundings(
            now: { self.now },
            sleep: { wait in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.sleeps.append(wait)
                    state.now = state.now + wait
                }
            },
            makeID: {
                self.state.withLock { state in
                    state.ids += 1
                    return "id-\(state.ids)"
                }
            },
            randomUnit: { 1 })
    }
}

/// The world of a test: a service, a clock, folders of its own.
struct Bench {
    static let scope = WorkspaceScope(
        subscriptionID: "sub", resourceGroup: "rg", workspace: "ws")
    static let arm = "https://arm.test"
    static let api = "https://api.test"

    let service = FakeService()
    let clock = FakeClock()
    let folder: TestFolder
    var isLocal = false

    init(isLocal: Bool = false) throws {
        folder = try TestFolder()
        self.isLocal = isLocal
        service.on(.get, "/datastores/workspaceblobstore?") { _ in .json(Self.datastore) }
        service.on(.get, "isDefault=true") { _ in .json("{\"value\":[\(Self.datastore)]}") }
        service.on(.post, "/listSecrets") { _ in
            .json("{\"secretsType\":\"Sas\",\"sasToken\":\"sv=1&sig=S%2B\"}")
        }
    }

    static let datastore = """
        {"name":"workspaceblobstore","properties":{"datastoreType":"AzureBlob","isDefault":true,
        "accountName":"acct","containerName":"c1","endpoint":"core.test","protocol":"https"}}
        """

    func connection(token: String = "t") -> Connection {
        Connection(
            context: isLocal ? "local" : "azure", isLocal: isLocal, scope: Self.scope,
            managementURL: Self.arm, apiURL: Self.api,
            token: { audience throws(ServiceFailure) in "\(token)-\(audience.rawValue)" })
    }

    var caller: ServiceCaller {
        let connection = connection()
        return ServiceCaller(
            transport: service.transport,
            keeper: ConnectionKeeper { () throws(ServiceFailure) in connection },
            surroundings: clock.surroundings)
    }

    var catalogue: Catalogue { Catalogue(caller: caller) }

    var client: BatchClient {
        let connection = connection()
        return BatchClient.live(
            connection: { () throws(ServiceFailure) in connection },
            transport: service.transport,
            folders: ClientFolders(cache: folder.path + "/cache", state: folder.path + "/state"),
            surroundings: clock.surroundings)
    }
}

/// A folder that is gone when the test is.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = "\(TemporaryFolder.base)/client-\(RandomID.uuid())"
        try LocalFiles.makeFolder(path)
    }

    deinit { if !TemporaryFolder.areKept { Self.remove(path) } }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let full = "\(path)/\(name)"
        try LocalFiles.makeFolder(String(full.dropLast(name.lastPart.count + 1)))
        try LocalFiles.replace(full, with: bytes)
        TemporaryFolder.noteFixture(full)
    }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func read(_ name: String) throws -> String? {
        try LocalFiles.read("\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    /// All files below, relative, sorted.
    func files(in folder: String = "") throws -> [String] {
        let base = folder.isEmpty ? path : "\(path)/\(folder)"
        return try LocalFiles.names(in: base).flatMap { name -> [String] in
            let info = try LocalFiles.info("\(base)/\(name)", followingLinks: false)
            let below = folder.isEmpty ? name : "\(folder)/\(name)"
            return info?.isFolder == true ? try files(in: below) : [below]
        }.sorted()
    }

    private static func remove(_ path: String) {
        guard let info = try? LocalFiles.info(path, followingLinks: false) else { return }
        if info.isFolder {
            for name in (try? LocalFiles.names(in: path)) ?? [] { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

extension String {
    fileprivate var lastPart: Substring { split(separator: "/").last ?? "" }
}

/// What a failing call throws, nil when it does not.
func failure(
    of work: () async throws(ServiceFailure) -> Void
) async -> ServiceFailure? {
    do throws(ServiceFailure) {
        try await work()
        return nil
    } catch {
        return error
    }
}

/// Makes a symbolic link.
func link(_ target: String, at path: String) { symlink(target, path) }
