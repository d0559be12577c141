import BatchModel

/// One question to the service, before it has an address and a signature.
struct ServiceRequest: Sendable {
    /// Where it goes.
    enum Target: Sendable {
        /// A route of the table; the connection knows the base address.
        case route(Route)
        /// An address the service gave us, verbatim.
        case absolute(RouteRequest.Method, String)
    }

    /// Answers are held in memory: 64 MiB is beyond any list page or block we ask for.
    static let bodyLimit = 64 << 20

    /// Where it goes.
    var target: Target
    /// Whose token it carries; nil for none (open routes, signed addresses).
    var audience: Connection.Audience?
    /// Further headers.
    var headers: [(name: String, value: String)] = []
    /// The body.
    var body: HTTPCall.Body = .none
    /// What it is for, as words after "could not".
    var operation: String
    /// True when sending it twice does no harm.
    var isRepeatable = true
    /// The longest wait for an answer's head.
    var timeout: Duration = .seconds(60)

    /// A route with the token its plane wants (CONTRACT §1).
    init(_ route: Route, operation: String) {
        target = .route(route)
        self.operation = operation
        audience =
            switch route.plane {
            case .open: nil
            case .management, .history, .dataPlane: .management
            case .scoring, .frontEnd: .machineLearning
            case .storage: .storage
            }
    }

    /// A given address, with a token or without.
    init(
        _ method: RouteRequest.Method, _ url: String, audience: Connection.Audience?,
        operation: String
    ) {
        target = .absolute(method, url)
        self.audience = audience
        self.operation = operation
    }

    /// The same with a JSON body.
    func carrying(_ value: some Encodable) throws(ServiceFailure) -> ServiceRequest {
        var copy = self
        do {
            copy.body = .bytes(try WireJSON.encode(value))
        } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: operation, detail: "the request is not JSON: \(error)"
            )
        }
        copy.headers.append(("Content-Type", "application/json"))
        return copy
    }

    /// The method.
    var method: RouteRequest.Method {
        switch target {
        case .route(let route): route.request.method
        case .absolute(let method, _): method
        }
    }
}

extension ServiceRequest {
    /// True for whatever leaves the service other than it was. Some questions are posted, too.
    var changesSomething: Bool {
        switch method {
        case .get, .head: return false
        case .put, .patch, .delete: return true
        case .post: break
        }
        guard case .route(let route) = target else { return true }
        switch route {
        case .management(_, .datastoreSecrets), .history(_, .runData), .resolveURIs, .searchJobs:
            return false
        case .cloudMetadata, .discovery, .management, .operationResult, .operationStatus, .scoring,
            .frontEnd, .history, .clean, .storage:
            return true
        }
    }
}

extension ServiceFailure {
    /// What a read-only context answers.
    static func readOnly(_ operation: String, context: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: operation, serviceCode: "ReadOnly",
            detail: "the context \(context) is read-only",
            advice: "Take read_only out of its settings, or use another context; nothing was sent.")
    }
}

/// A whole answer.
struct ServiceAnswer: Sendable {
    /// The status code.
    var status: Int
    /// Headers as they came.
    var headers: [(name: String, value: String)]
    /// The body.
    var bytes: [UInt8]

    /// The first value of a header, compared without case.
    func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// True for 2xx.
    var isSuccess: Bool { (200..<300).contains(status) }

    /// The id to quote to support.
    var requestID: String? {
        header("x-ms-request-id") ?? header("x-request-id")
            ?? header("x-ms-correlation-request-id")
    }
}
