import BatchModel
import Foundation
import TestSupport
import Testing

/// A request that the unmodified official client was seen to send, or one of ours in the same terms.
struct CapturedRequest: Sendable {
    /// Which of the service's hosts it went to: `arm`, `scoring`, `blob`, `run-history`, ….
    var role: String
    /// The method and the path, decoded, changing parts masked.
    var line: String
    /// The query without what only says how: the version, the page's size, the place in a list.
    var query: [String: String]
    var headers: [String: String]
    /// Whose token it carries: `arm`, `ml`, `storage`; nil for none.
    var audience: String?
    var body: JSONValue?
}

/// One flow of `official-client-requests.json`.
enum CapturedCase {
    /// The file; nil where it is absent.
    static let file = Checkout.contract("official-client-requests.json")

    /// Said where the file is absent.
    static let absence: Comment =
        "shared/contract/official-client-requests.json is not beside this checkout"

    private static let cases: Result<[String: [CapturedRequest]], any Error> = Result {
        let data = try Data(contentsOf: URL(fileURLWithPath: file ?? ""))
        let root = try WireJSON.decode(JSONValue.self, from: Array(data))
        guard case .array(let all) = root["cases"] ?? .null else { return [:] }
        return Dictionary(uniqueKeysWithValues: all.map(read))
    }

    /// What the official client sends in a flow, in order.
    static func requests(_ flow: String) throws -> [CapturedRequest] {
        try #require(try cases.get()[flow], "no captured flow \(flow)")
    }

    /// Every captured flow.
    static func flows() throws -> Set<String> { Set(try cases.get().keys) }

    /// Items of a query that say how something is asked, not what.
    static let manner: Set = ["api-version", "count", "orderByAsc", "$skipToken", "$top", "$skip"]

    private static func read(_ entry: JSONValue) -> (String, [CapturedRequest]) {
        guard case .array(let requests) = entry["requests"] ?? .null else { return ("", []) }
        return (entry["flow"]?.text ?? "", requests.map(request))
    }

    private static func request(_ entry: JSONValue) -> CapturedRequest {
        let path = entry["path"]?.text.replacing("{uuid1}", with: "u1") ?? ""
        let query = (entry["query"]?.members ?? [:]).mapValues(\.text)
        let authorization = entry["authorization"]
        return CapturedRequest(
            role: entry["role"]?.text ?? "",
            line: "\(entry["method"]?.text ?? "") \(path.removingPercentEncoding ?? path)",
            query: query.filter { !manner.contains($0.key) },
            headers: (entry["headers"]?.members ?? [:]).mapValues(\.text),
            audience: authorization?["audience"]?.string,
            body: entry["body"].flatMap { $0 == .null ? nil : $0 })
    }
}
