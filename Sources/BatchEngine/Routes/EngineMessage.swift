public import BatchModel

/// Header fields of a message; names are compared without case, order is kept.
public struct EngineHeaders: Sendable, Hashable {
    /// Names in lower case, with their values.
    public private(set) var fields: [Field]

    /// One field.
    public struct Field: Sendable, Hashable {
        /// The name, in lower case.
        public var name: String
        /// The value as it came.
        public var value: String
    }

    /// Takes fields.
    public init(_ fields: [(String, String)] = []) {
        self.fields = fields.map { Field(name: $0.0.lowercased(), value: $0.1) }
    }

    /// The first value of a name; setting replaces all of them, nil removes them.
    public subscript(name: String) -> String? {
        get {
            let wanted = name.lowercased()
            return fields.first { $0.name == wanted }?.value
        }
        set {
            let wanted = name.lowercased()
            fields.removeAll { $0.name == wanted }
            if let newValue { fields.append(Field(name: wanted, value: newValue)) }
        }
    }

    /// The fields whose name begins so, by the rest of the name.
    func below(_ prefix: String) -> [String: String] {
        var found: [String: String] = [:]
        for field in fields where field.name.hasPrefix(prefix) {
            found[String(field.name.dropFirst(prefix.count))] = field.value
        }
        return found
    }
}

/// The base address a request was sent to: absolute links in its answer lead back to the same host.
public struct EngineAddress: Sendable, Hashable {
    /// `http`, or `https` behind TLS.
    public var scheme: String
    /// Host name without port, `[::1]` in brackets.
    public var host: String
    /// The listener's port.
    public var port: Int

    /// Names an address.
    public init(scheme: String = "http", host: String = "127.0.0.1", port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// The one storage account an engine has.
    public static let account = "batchdeck"
    /// The host name of blob storage, without port (CONTRACT §11.4).
    public static let storageHost = "\(account).blob.core.localhost"

    /// The part of a target below the account's name, as storage on a bare address is asked: `/batchdeck/<container>/…`.
    ///
    /// - Returns: nil for any other target.
    public static func belowAccount(_ target: String) -> String? {
        let head = "/" + account
        guard target.hasPrefix(head) else { return nil }
        let rest = target.dropFirst(head.count)
        switch rest.first {
        case nil: return "/"
        case "/": return String(rest)
        case "?": return "/" + rest
        case .some: return nil
        }
    }

    /// `http://127.0.0.1:8123`.
    public var base: String { "\(scheme)://\(host):\(port)" }
    /// `core.localhost:8123`: what follows `<account>.blob.` in a datastore's address.
    public var storageSuffix: String { "core.localhost:\(port)" }
    /// `http://batchdeck.blob.core.localhost:8123`.
    public var storageBase: String { "\(scheme)://\(Self.storageHost):\(port)" }
}

/// A request's body, read piece by piece in bounded memory.
public struct EngineBody: Sendable {
    /// Hands every piece to `consume` in order.
    public typealias Drain =
        @Sendable (_ consume: (UnsafeRawBufferPointer) throws -> Void) async throws -> Void

    /// Bytes announced; nil when the sender did not say.
    public var length: Int64?
    private let drain: Drain

    /// Wraps a stream. `drain` throws when the connection breaks.
    public init(length: Int64?, drain: @escaping Drain) {
        self.length = length
        self.drain = drain
    }

    /// Wraps bytes.
    public init(_ bytes: [UInt8] = []) {
        self.init(length: Int64(bytes.count)) { consume in
            try bytes.withUnsafeBytes { if !$0.isEmpty { try consume($0) } }
        }
    }

    /// Hands every piece to `consume`, at most `limitBytes` of them.
    ///
    /// - Throws: `BodyTooLong`, whatever `consume` throws, or the stream's own error.
    func forEachPiece(
        limitBytes: Int64, _ consume: (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        if let length, length > limitBytes { throw BodyTooLong(limitBytes: limitBytes) }
        var count: Int64 = 0
        try await drain { piece in
            count += Int64(piece.count)
            guard count <= limitBytes else { throw BodyTooLong(limitBytes: limitBytes) }
            try consume(piece)
        }
        if let length, count != length { throw BodyCutShort() }
    }

    /// The whole body.
    ///
    /// - Throws: `BodyTooLong` above the limit.
    func bytes(limitBytes: Int64) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await forEachPiece(limitBytes: limitBytes) { bytes.append(contentsOf: $0) }
        return bytes
    }
}

/// A body above its limit.
struct BodyTooLong: Error {
    let limitBytes: Int64
}

/// A body shorter than announced.
struct BodyCutShort: Error {}

/// One request as the engine sees it, whatever carried it.
public struct EngineRequest: Sendable {
    /// The method.
    public var method: RouteRequest.Method
    /// Path and query, encoded.
    public var target: String
    /// Header fields.
    public var headers: EngineHeaders
    /// True when the host is the storage account's.
    public var isStorageHost: Bool
    /// Where it was sent.
    public var address: EngineAddress
    /// The body.
    public var body: EngineBody

    /// Describes a request.
    public init(
        _ method: RouteRequest.Method, _ target: String, headers: EngineHeaders = .init(),
        isStorageHost: Bool = false, address: EngineAddress = .init(port: 0),
        body: EngineBody = .init()
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.isStorageHost = isStorageHost
        self.address = address
        self.body = body
    }
}

/// One answer of the engine.
public struct EngineResponse: Sendable {
    /// What follows the head.
    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// A stretch of an open file, to be sent in pieces.
        case file(OpenFile, offset: Int64, length: Int64)
    }

    /// The HTTP status.
    public var status: Int
    /// Header fields; the length of the body is the carrier's business unless there is none to send (HEAD).
    public var headers: EngineHeaders
    /// The body.
    public var body: Body

    /// Describes an answer.
    public init(status: Int, headers: EngineHeaders = .init(), body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
