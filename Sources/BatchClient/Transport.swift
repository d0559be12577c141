public import BatchModel

/// One HTTP request, ready to be sent.
public struct HTTPCall: Sendable {
    /// What the body is made of.
    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// A range of a file, read while it is sent, so that size costs no memory.
        case file(path: String, offset: Int64, length: Int64)
    }

    /// The method.
    public var method: RouteRequest.Method
    /// The absolute address. Hosts below `.localhost` are loopback (RFC 6761 §6.3).
    public var url: String
    /// Header names and values in order.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: Body
    /// The longest the whole exchange up to the response's head may take.
    public var timeout: Duration
    /// True for places a proxy does not know, such as a machine's own identity service.
    public var bypassesProxy = false

    /// Describes a request.
    public init(
        method: RouteRequest.Method, url: String, headers: [(name: String, value: String)] = [],
        body: Body = .none, timeout: Duration = .seconds(60)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

/// One HTTP response: a head, and a body that is read as it comes.
public struct HTTPAnswer: Sendable {
    /// The status code.
    public var status: Int
    /// Header names and values as they came.
    public var headers: [(name: String, value: String)]
    /// The body in pieces, in order; must be read to its end or dropped.
    public var body: AsyncThrowingStream<[UInt8], any Error>

    /// Describes a response.
    public init(
        status: Int, headers: [(name: String, value: String)],
        body: AsyncThrowingStream<[UInt8], any Error>
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of a header, compared without case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// What sending can end in without an answer: the difference decides whether a request may be sent again (CONTRACT §9).
public enum TransportFailure: Error, Sendable, Hashable {
    /// Nothing was sent: refused, no route, name not found. Safe to send again.
    case notSent(String)
    /// Something was sent and the answer did not come whole.
    case noAnswer(String)
    /// The time given ran out after something may have been sent.
    case timedOut(String)
    /// The caller cancelled.
    case cancelled
}

/// Sends one request and brings its answer; redirects are answers, not followed.
public struct Transport: Sendable {
    /// Sends.
    public var send: @Sendable (HTTPCall) async throws(TransportFailure) -> HTTPAnswer

    /// Wraps a way of sending.
    public init(
        send: @escaping @Sendable (HTTPCall) async throws(TransportFailure) -> HTTPAnswer
    ) {
        self.send = send
    }
}
