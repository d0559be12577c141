public import BatchModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A refusal of the management, front end, history or scoring planes: it knows its HTTP answer (CONTRACT §9).
struct RouteRefusal: Error {
    var status: Int
    var error: WireError

    init(
        _ status: Int, _ code: String, _ message: String,
        details: [(code: String, message: String)] = [], innerCode: String? = nil
    ) {
        self.status = status
        error = WireError(code: code, message: message, details: details, innerCode: innerCode)
    }

    /// The service's own words for something that is not there (R).
    static func notFound(_ code: String, _ message: String) -> RouteRefusal {
        RouteRefusal(
            404, "NotFound", "The specified resource was not found.",
            details: [(code, message)], innerCode: code)
    }

    /// A request that cannot be taken as it stands.
    static func userError(_ message: String, innerCode: String = "BadArgument") -> RouteRefusal {
        RouteRefusal(400, "UserError", message, innerCode: innerCode)
    }

    /// What the job service refused.
    static func from(_ failure: ServiceFailure) -> RouteRefusal {
        let byKind =
            switch failure.kind {
            case .notFound: 404
            case .conflict: 409
            case .rejected: 400
            case .unauthorized: 403
            case .unreachable, .outcomeUnknown, .timedOut, .unexpected: 500
            }
        let status = failure.httpStatus.flatMap { (400..<600).contains($0) ? $0 : nil } ?? byKind
        let text = failure.advice.isEmpty ? failure.detail : failure.detail + " " + failure.advice
        return RouteRefusal(
            status, status < 500 ? "UserError" : "ServiceError", text,
            innerCode: failure.serviceCode)
    }

    static func from(_ error: any Error) -> RouteRefusal {
        switch error {
        case let refusal as RouteRefusal: refusal
        case let failure as ServiceFailure: .from(failure)
        default: RouteRefusal(500, "ServiceError", "The engine failed: \(error).")
        }
    }
}

extension EngineResponse {
    /// A JSON answer.
    static func json(
        _ status: Int, _ value: some Encodable, headers: [(String, String)] = []
    ) throws(RouteRefusal) -> EngineResponse {
        do {
            return EngineResponse(
                status: status,
                headers: EngineHeaders([("content-type", jsonType)] + headers),
                body: .bytes(try WireJSON.encode(value)))
        } catch { throw .from(error) }
    }

    /// An error in the plane's own shape: JSON envelope, or XML for storage.
    ///
    /// - Parameter status: 400...599.
    public static func refusal(
        status: Int, code: String, message: String, isStorageHost: Bool
    ) -> EngineResponse {
        isStorageHost
            ? .refusal(BlobError(status, code, message))
            : .refusal(RouteRefusal(status, code, message))
    }

    static func refusal(_ refusal: RouteRefusal) -> EngineResponse {
        var headers = EngineHeaders([
            ("content-type", jsonType), ("x-ms-response-type", "error"),
        ])
        if refusal.status == 401 { headers["www-authenticate"] = "Bearer" }
        let bytes = (try? WireJSON.encode(refusal.error)) ?? []
        return EngineResponse(status: refusal.status, headers: headers, body: .bytes(bytes))
    }

    static func refusal(_ error: BlobError) -> EngineResponse {
        let headers = EngineHeaders([
            ("content-type", "application/xml"), ("x-ms-error-code", error.code),
        ])
        if error.status == 304 { return EngineResponse(status: 304, headers: headers) }
        return EngineResponse(
            status: error.status, headers: headers, body: .bytes(BlobXML.error(error)))
    }

    private static let jsonType = "application/json; charset=utf-8"
}

/// What a route's answer is made from.
struct RouteContext: Sendable {
    var request: EngineRequest
    var line: RouteRequest
    var catalog: WorkspaceCatalog
    var now: Timestamp

    /// JSON bodies are small; nothing larger is read.
    static let jsonLimitBytes: Int64 = 1 << 20
    /// Deeper than any shape of the contract.
    static let jsonDepthLimit = 64
    /// Members and elements of a body, far more than any call takes: a file that is made of them must stay readable.
    static let jsonValueLimit = 10_000

    var scope: WorkspaceScope { catalog.scope }
    var address: EngineAddress { request.address }

    /// Reads a JSON body.
    ///
    /// - Throws: 400 for what is not JSON, is nested too deep or holds too many values, 413 above the limit, 415 for another content type.
    func body<Value: Decodable>(_ type: Value.Type) async throws(RouteRefusal) -> Value {
        let bytes: [UInt8]
        do { bytes = try await request.body.bytes(limitBytes: Self.jsonLimitBytes) } catch {
            throw error is BodyTooLong
                ? RouteRefusal(
                    413, "RequestEntityTooLarge",
                    "The body is over \(Self.jsonLimitBytes) bytes; send less at once.")
                : RouteRefusal(400, "BadRequest", "The body could not be read: \(error).")
        }
        let contentType = request.headers["content-type"]?.lowercased() ?? ""
        guard contentType.hasPrefix("application/json") else {
            throw RouteRefusal(
                415, "UnsupportedMediaType", "Send the body with Content-Type: application/json.")
        }
        let (depth, values) = Self.shape(of: bytes)
        guard depth <= Self.jsonDepthLimit else {
            throw RouteRefusal(
                400, "BadRequest", "The body is nested deeper than \(Self.jsonDepthLimit) levels.")
        }
        guard values <= Self.jsonValueLimit else {
            throw RouteRefusal(
                400, "BadRequest",
                "The body holds more than \(Self.jsonValueLimit) values; send fewer.")
        }
        do { return try WireJSON.decode(type, from: bytes) } catch {
            throw RouteRefusal(
                400, "BadRequest", "The body is not the JSON that this call takes: \(error).")
        }
    }

    /// How deep brackets are nested outside strings, and how many values commas and brackets can part at most.
    static func shape(of bytes: [UInt8]) -> (depth: Int, values: Int) {
        var depth = 0
        var values = 1
        var deepest = 0
        var isInString = false
        var isEscaped = false
        for byte in bytes {
            if isEscaped {
                isEscaped = false
            } else if isInString {
                isEscaped = byte == UInt8(ascii: "\\")
                isInString = byte != UInt8(ascii: "\"")
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
                depth += 1
                values += 1
                deepest = max(deepest, depth)
            } else if byte == UInt8(ascii: ",") {
                values += 1
            } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
                depth -= 1
            }
        }
        return (deepest, values)
    }

    // MARK: - Pages

    /// No list is longer than this.
    private static let lastPlace = Int(Int32.max)

    /// Where a page begins and how long it is; the service's opaque place is a plain offset here.
    ///
    /// - Throws: 400 for a place that is not ours.
    func window(
        _ page: PageQuery, byDefault: Int = 100
    ) throws(RouteRefusal) -> (start: Int, count: Int) {
        let start = page.skip.map { Int($0) ?? -1 } ?? 0
        guard start >= 0, start <= Self.lastPlace else {
            throw .userError("The page mark '\(page.skip ?? "")' is not one of this engine's.")
        }
        return (start, min(max(page.count ?? byDefault, 1), 1000))
    }

    /// The address of the page that begins at `start`: this request's with another place in it.
    func link(toPageAt start: Int) -> String {
        var next = line
        next.query.removeAll { ["$skip", "$skiptoken"].contains($0.name.lowercased()) }
        next.query.append(.init("$skip", String(start)))
        return address.base + next.target
    }

    /// A page cut out of a whole list.
    func page<Item: Codable & Sendable>(
        of items: [Item], _ query: PageQuery
    ) throws(RouteRefusal) -> EngineResponse {
        let (start, count) = try window(query)
        let slice = Array(items.dropFirst(start).prefix(count))
        let end = start + slice.count
        let next = end < items.count ? link(toPageAt: end) : nil
        return try .json(
            200, WirePage(value: slice, nextLink: next, total: items.count))
    }
}

/// The engine's sources of what changes from run to run.
public enum EngineClock {
    /// The time now.
    public static var now: Timestamp {
        Timestamp(secondsSinceEpoch: Date().timeIntervalSince1970)
    }

    /// A new UUID in lower case.
    static func newID() -> String { UUID().uuidString.lowercased() }
}
