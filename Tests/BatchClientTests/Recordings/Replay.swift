// Recorded conversations of the real service (contract/recordings, 2022-09 to 2023-05, sanitized), answered again.
//
// A call is answered only by what was recorded for the same method, host, path and meaning query; several answers for one
// address are given in the order they were recorded, and the last one stays, as a service that has come to rest would do.
// What was never recorded is a stray: it is answered with 404 and written down, so that a test can say which there may be.
// Left out of the comparison on purpose: `api-version` (the recordings are older than the version we pin), the signature of
// a signed address, how many items a page may have, and headers.

import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import BatchClient

/// One recorded question and its answer.
struct RecordedExchange: Sendable {
    var method: RouteRequest.Method
    var url: String
    var question: JSONValue?
    var status: Int
    var headers: [(name: String, value: String)]
    /// The body as it was answered, JSON or text.
    var answer: JSONValue
    var bytes: [UInt8]

    /// The folder of the recordings; nil where it is absent.
    static let folder = Checkout.contract("recordings")

    /// Said where the folder is absent.
    static let absence: Comment = "shared/contract/recordings is not beside this checkout"

    /// Every recording's name, without `.json`.
    static func names() throws -> [String] {
        guard let folder else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// The exchanges of a recording, in order.
    static func load(_ name: String) throws -> [RecordedExchange] {
        let folder = try #require(folder)
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).json"))
        let root = try WireJSON.decode(JSONValue.self, from: Array(data))
        guard case .array(let entries) = root["Entries"] ?? .null else { return [] }
        return try entries.map { try RecordedExchange($0) }
    }

    private init(_ entry: JSONValue) throws {
        let word = try #require(entry["RequestMethod"]?.string)
        method = try #require(RouteRequest.Method(rawValue: word))
        url = try #require(entry["RequestUri"]?.string)
        question = entry["RequestBody"].flatMap { $0 == .null ? nil : $0 }
        status = try #require(entry["StatusCode"]?.wholeNumber)
        headers = (entry["ResponseHeaders"]?.members ?? [:]).sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.text) }
        answer = entry["ResponseBody"] ?? .null
        bytes = try Self.bytes(answer, headers)
    }

    /// The body's bytes: JSON is kept parsed, text as lines, a file's content as base64 unless it was left out.
    private static func bytes(
        _ body: JSONValue, _ headers: [(name: String, value: String)]
    ) throws -> [UInt8] {
        switch body {
        case .null: return []
        case .array(let lines): return Array(lines.map(\.text).joined().utf8)
        case .object, .integer, .number, .boolean: return try WireJSON.encode(body)
        case .string(let text):
            let isFile = headers.contains {
                $0.name == "Content-Type" && $0.value == "application/octet-stream"
            }
            if isFile, let file = Data(base64Encoded: text) { return Array(file) }
            return Array(text.utf8)
        }
    }
}

/// A service that knows recorded conversations and nothing else.
final class Replay: Sendable {
    /// The workspace of every recording.
    static let scope = WorkspaceScope(
        subscriptionID: "00000000-0000-0000-0000-000000000", resourceGroup: "00000",
        workspace: "00000")
    static let management = "https://management.azure.com"

    private struct State {
        var turns: [String: Int] = [:]
        var calls: [HTTPCall] = []
        var strays: [String] = []
    }

    let exchanges: [RecordedExchange]
    let clock = FakeClock()
    private let byAddress: [String: [RecordedExchange]]
    private let state = Mutex(State())
    private let folder: TestFolder

    init(_ names: String...) throws {
        exchanges = try names.flatMap { try RecordedExchange.load($0) }
        byAddress = Dictionary(grouping: exchanges) {
            Self.address($0.method, $0.url, $0.question)
        }
        folder = try TestFolder()
    }

    /// The calls so far, in order.
    var calls: [HTTPCall] { state.withLock { $0.calls } }

    /// Calls that no recording has: method and path from the workspace on.
    var strays: [String] { state.withLock { $0.strays } }

    var downloads: String { folder.path + "/downloads" }

    func read(_ name: String) throws -> String? { try folder.read("downloads/\(name)") }

    func connection() -> Connection {
        Connection(
            context: "recorded", isLocal: false, scope: Self.scope,
            managementURL: Self.management, apiURL: nil,
            token: { audience throws(ServiceFailure) in audience.rawValue })
    }

    var caller: ServiceCaller {
        let connection = connection()
        return ServiceCaller(
            transport: transport,
            keeper: ConnectionKeeper { () throws(ServiceFailure) in connection },
            surroundings: clock.surroundings)
    }

    var client: BatchClient {
        let connection = connection()
        return BatchClient.live(
            connection: { () throws(ServiceFailure) in connection }, transport: transport,
            folders: ClientFolders(cache: folder.path + "/cache", state: folder.path + "/state"),
            surroundings: clock.surroundings)
    }

    /// Calls whose token is not the one their host wants (CONTRACT §1); storage takes a signature instead.
    var misdirected: [String] {
        calls.filter { call in
            let wanted: String? =
                if call.url.contains("management.azure.com") || call.url.contains("/history/")
                    || call.url.contains("/data/v1.0/")
                {
                    "Bearer management"
                } else if call.url.contains(".inference.") || call.url.contains("/mferp/") {
                    "Bearer machineLearning"
                } else {
                    nil
                }
            return call.header("Authorization") != wanted
        }.map { "\($0.method.rawValue) \($0.url)" }
    }

    private var transport: Transport {
        Transport { call throws(TransportFailure) in self.answer(to: call) }
    }

    private func answer(to call: HTTPCall) -> HTTPAnswer {
        let address = Self.address(call.method, call.url, call.json)
        let found = state.withLock { state -> RecordedExchange? in
            state.calls.append(call)
            guard let recorded = byAddress[address] else { return nil }
            let turn = state.turns[address, default: 0]
            state.turns[address] = turn + 1
            return recorded[min(turn, recorded.count - 1)]
        }
        if let found { return Self.answer(found.status, found.headers, found.bytes) }
        if let resolved = resolved(call) { return resolved }
        state.withLock { $0.strays.append(Self.short(call.method, call.url)) }
        let refusal = "{\"error\":{\"code\":\"NotRecorded\",\"message\":\"not recorded\"}}"
        return Self.answer(404, [("Content-Type", "application/json")], Array(refusal.utf8))
    }

    /// Several addresses asked for at once get what was recorded for each.
    private func resolved(_ call: HTTPCall) -> HTTPAnswer? {
        guard call.url.hasSuffix("/batchGetResolvedUris"),
            case .array(let wanted) = call.json?["values"] ?? .null
        else { return nil }
        let known = exchanges.filter { $0.url.hasSuffix("/batchGetResolvedUris") }
            .reduce(into: [String: JSONValue]()) { all, one in
                all.merge(one.answer["values"]?.members ?? [:]) { first, _ in first }
            }
        let values = known.filter { wanted.contains(.string($0.key)) }
        guard values.count == wanted.count,
            let bytes = try? WireJSON.encode(JSONValue.object(["values": .object(values)]))
        else { return nil }
        return Self.answer(200, [("Content-Type", "application/json")], bytes)
    }

    private static func answer(
        _ status: Int, _ headers: [(name: String, value: String)], _ bytes: [UInt8]
    ) -> HTTPAnswer {
        let body = AsyncThrowingStream<[UInt8], any Error> { continuation in
            if !bytes.isEmpty { continuation.yield(bytes) }
            continuation.finish()
        }
        // The recorded length is that of the text before it was sanitized.
        let kept = headers.filter { $0.name.lowercased() != "content-length" }
        return HTTPAnswer(status: status, headers: kept, body: body)
    }

    /// Query items that say what is asked for; the others say how.
    private static let meaning: Set = ["comp", "restype", "prefix", "delimiter", "isDefault"]
    /// Body members by which questions of one address differ.
    private static let subjects = ["runId", "values"]

    private static func address(
        _ method: RouteRequest.Method, _ url: String, _ body: JSONValue?
    ) -> String {
        let parts = url.split(separator: "?", maxSplits: 1).map(String.init)
        let query = parts.count < 2 ? [] : parts[1].split(separator: "&").map(String.init)
        let items = query.compactMap { item -> String? in
            let pair = item.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2, meaning.contains(pair[0]) else { return nil }
            return "\(pair[0])=\(PercentEncoding.decode(pair[1]) ?? pair[1])"
        }
        let subject = subjects.compactMap { body?[$0] }.map(\.text)
        let path = PercentEncoding.decode(parts[0]) ?? parts[0]
        return ([method.rawValue, path] + items.sorted() + subject).joined(separator: " ")
    }

    private static func short(_ method: RouteRequest.Method, _ url: String) -> String {
        let path = url.split(separator: "?").first.map(String.init) ?? url
        let tail = path.firstRange(of: scope.armID).map { path[$0.upperBound...] }
        return "\(method.rawValue) \(tail.map(String.init) ?? path)"
    }
}
