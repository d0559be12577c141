import BatchModel

// One place decides how a question becomes an exchange: address by plane, token by audience, the headers of CONTRACT §2,
// what is repeated and after which wait, when the connection itself is given up, and how an answer that is not a success
// becomes a ServiceFailure. Everything above asks in terms of routes and values; everything below moves bytes.

/// Sends requests and brings whole answers.
struct ServiceCaller: Sendable {
    let transport: Transport
    let keeper: ConnectionKeeper
    let surroundings: ClientSurroundings
    var retry = RetryPolicy()
    /// What hosts have said of their own accord, shared by all who ask them.
    let hosts = HostNotes()

    /// What one try came to.
    private enum Outcome {
        case answer(ServiceAnswer)
        case lost(TransportFailure)
    }

    /// The answer, whatever its status, after the repeats the policy allows.
    func exchange(_ request: ServiceRequest) async throws(ServiceFailure) -> ServiceAnswer {
        var attempt = 0
        var hasReopened = false
        while true {
            attempt += 1
            let opened = try await keeper.current()
            let call = try await prepared(request, opened)
            try await holdBack(call, request.operation)
            let outcome = await sent(call)
            switch outcome {
            case .answer(let answer):
                if answer.status == 401, let audience = request.audience, !hasReopened {
                    hasReopened = true
                    await renew(opened, audience, call)
                    continue
                }
                let ours = wait(after: answer, request, attempt)
                await heed(answer, call, otherwise: ours)
                guard let wait = ours else { return answer }
                try await pause(wait, request)
            case .lost(let failure):
                if mayReopen(after: failure, request, opened), !hasReopened {
                    hasReopened = true
                    await keeper.forget(opened.generation)
                    continue
                }
                guard mayRepeat(after: failure, request), attempt < retry.tries else {
                    if case .notSent = failure { await keeper.forget(opened.generation) }
                    throw FailureTranslation.failure(failure, request, opened.connection)
                }
                let random = surroundings.randomUnit()
                try await pause(retry.wait(afterAttempt: attempt, random: random), request)
            }
        }
    }

    /// A successful answer; any other status is thrown as a failure.
    func fetch(_ request: ServiceRequest) async throws(ServiceFailure) -> ServiceAnswer {
        let answer = try await exchange(request)
        guard answer.isSuccess else {
            throw FailureTranslation.failure(answer, operation: request.operation)
        }
        return answer
    }

    /// A successful answer's body, decoded.
    func fetch<Value: Decodable>(
        _ type: Value.Type, _ request: ServiceRequest
    ) async throws(ServiceFailure) -> Value {
        try decode(type, try await fetch(request), to: request)
    }

    /// The body of the answer to a request, decoded.
    func decode<Value: Decodable>(
        _ type: Value.Type, _ answer: ServiceAnswer, to request: ServiceRequest
    ) throws(ServiceFailure) -> Value {
        try decode(
            type, answer, operation: request.operation,
            carriesSecrets: request.answerCarriesSecrets)
    }

    /// Decodes a body; what does not fit is a failure that shows its beginning.
    ///
    /// - Parameter carriesSecrets: true where the body may open something to whoever reads it: then only its length is told.
    func decode<Value: Decodable>(
        _ type: Value.Type, _ answer: ServiceAnswer, operation: String,
        carriesSecrets: Bool = false
    ) throws(ServiceFailure) -> Value {
        do {
            return try WireJSON.decode(type, from: answer.bytes)
        } catch {
            let start = FailureTranslation.printable(answer.bytes, limit: 200)
            let shown =
                carriesSecrets
                ? "it has \(answer.bytes.count) bytes, not shown because they may hold secrets"
                : "it begins \"\(start)\""
            throw ServiceFailure(
                kind: .unexpected, operation: operation, httpStatus: answer.status,
                detail: "the answer is not what the contract says; \(shown)",
                advice: "Check that the address is an Azure ML service.",
                requestID: answer.requestID)
        }
    }

    /// Waits as asked; a cancelled wait is a failure that says so.
    func pause(_ wait: Duration, operation: String) async throws(ServiceFailure) {
        do {
            try await surroundings.sleep(wait)
        } catch {
            throw FailureTranslation.cancelled(operation)
        }
    }

    private func pause(_ wait: Duration, _ request: ServiceRequest) async throws(ServiceFailure) {
        try await pause(wait, operation: request.operation)
    }

    private func sent(_ call: HTTPCall) async -> Outcome {
        do throws(TransportFailure) {
            let begin = surroundings.elapsed()
            let answer = try await transport.send(call)
            await keeper.note(latency: surroundings.elapsed() - begin)
            return .answer(try await Self.collect(answer))
        } catch {
            return .lost(error)
        }
    }

    /// Reads a body to its end; a body that breaks off is an answer that did not come.
    static func collect(_ answer: HTTPAnswer) async throws(TransportFailure) -> ServiceAnswer {
        var bytes: [UInt8] = []
        let expected = answer.header("Content-Length").flatMap { Int($0) } ?? 0
        bytes.reserveCapacity(min(max(0, expected), ServiceRequest.bodyLimit))
        do {
            for try await piece in answer.body {
                bytes += piece
                if bytes.count > ServiceRequest.bodyLimit { break }
            }
        } catch let failure as TransportFailure {
            throw failure
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .noAnswer("the answer broke off: \(error)")
        }
        guard bytes.count <= ServiceRequest.bodyLimit else {
            throw .noAnswer("the answer is longer than \(ServiceRequest.bodyLimit >> 20) MiB")
        }
        if Task.isCancelled { throw .cancelled }
        return ServiceAnswer(status: answer.status, headers: answer.headers, bytes: bytes)
    }

    /// nil when the answer is final.
    private func wait(
        after answer: ServiceAnswer, _ request: ServiceRequest, _ attempt: Int
    ) -> Duration? {
        guard request.isRepeatable, RetryPolicy.passing.contains(answer.status),
            attempt < retry.tries
        else { return nil }
        guard let asked = RetryAfter.read(answer, now: surroundings.now()) else {
            return retry.wait(afterAttempt: attempt, random: surroundings.randomUnit())
        }
        return asked <= retry.longestRetryAfter ? asked : nil
    }

    private func mayRepeat(after failure: TransportFailure, _ request: ServiceRequest) -> Bool {
        switch failure {
        case .notSent: true
        case .noAnswer, .timedOut: request.isRepeatable
        case .cancelled: false
        }
    }

    /// A local engine that does not listen has been restarted or has stopped: ask where it is now, once.
    private func mayReopen(
        after failure: TransportFailure, _ request: ServiceRequest,
        _ opened: ConnectionKeeper.Opened
    ) -> Bool {
        guard opened.connection.isLocal, case .route = request.target else { return false }
        return mayRepeat(after: failure, request)
    }

    /// The token was refused: another is fetched, or a restarted engine is asked for its own.
    private func renew(
        _ opened: ConnectionKeeper.Opened, _ audience: Connection.Audience, _ call: HTTPCall
    ) async {
        guard let discard = opened.connection.discard else {
            return await keeper.forget(opened.generation)
        }
        let used = call.headers.first { $0.name == "Authorization" }?.value ?? ""
        await discard(audience, String(used.dropFirst("Bearer ".count)))
    }

    private func prepared(
        _ request: ServiceRequest, _ opened: ConnectionKeeper.Opened
    ) async throws(ServiceFailure) -> HTTPCall {
        if opened.connection.isReadOnly, request.changesSomething {
            throw .readOnly(request.operation, context: opened.connection.context)
        }
        let url = try await address(request.target, opened)
        guard
            request.audience == nil || opened.connection.isLocal
                || SafeAddress.mayCarryTokens(url)
        else {
            throw ServiceFailure(
                kind: .unexpected, operation: request.operation,
                detail: "\(Origin.of(url) ?? url) is no address to send a token to",
                advice: "A service's addresses begin with https://; nothing was sent.")
        }
        var headers: [(name: String, value: String)] = [
            ("User-Agent", "batchdeck/\(BatchdeckVersion.current)"),
            ("x-ms-client-request-id", surroundings.makeID()),
        ]
        if !request.headers.contains(where: { $0.name.lowercased() == "accept" }) {
            headers.append(("Accept", "application/json"))
        }
        if let audience = request.audience {
            let token = try await opened.connection.token(audience)
            headers.append(("Authorization", "Bearer \(token)"))
        }
        return HTTPCall(
            method: request.method, url: url, headers: headers + request.headers,
            body: request.body, timeout: request.timeout)
    }

    func address(
        _ target: ServiceRequest.Target, _ opened: ConnectionKeeper.Opened
    ) async throws(ServiceFailure) -> String {
        switch target {
        case .absolute(_, let url): return url
        case .route(let route):
            let line = route.request.target
            switch route.plane {
            case .management, .open: return opened.connection.managementURL + line
            case .frontEnd, .history, .dataPlane:
                return try await apiBase(opened) + line
            case .scoring, .storage:
                preconditionFailure("scoring and storage are asked by the address they gave")
            }
        }
    }

    /// The base of front end, run history and data plane: given, remembered, or discovered (CONTRACT §1).
    func apiBase(_ opened: ConnectionKeeper.Opened) async throws(ServiceFailure) -> String {
        if let known = opened.apiURL { return known }
        let operation = "find the service's addresses"
        let route = Route.management(opened.connection.scope, .workspace)
        let workspace = try await fetch(
            WireResource<WireWorkspace>.self, ServiceRequest(route, operation: operation))
        guard let place = workspace.properties?.discoveryUrl, !place.isEmpty else {
            throw ServiceFailure(
                kind: .unexpected, operation: operation,
                detail: "the workspace names no discovery address",
                advice: "Check that the context names an Azure ML workspace.")
        }
        let discovery = try await fetch(
            WireDiscovery.self,
            ServiceRequest(.get, place, audience: nil, operation: operation))
        guard var api = discovery.api, !api.isEmpty else {
            throw ServiceFailure(
                kind: .unexpected, operation: operation,
                detail: "discovery at \(place) names no api address")
        }
        while api.hasSuffix("/") { api.removeLast() }
        await keeper.learn(apiURL: api, generation: opened.generation)
        return api
    }
}

extension ServiceRequest {
    /// True where the answer holds keys, signatures or signed addresses: no part of it is ever quoted.
    var answerCarriesSecrets: Bool {
        guard case .route(let route) = target else { return false }
        switch route {
        case .management(_, .datastoreSecrets), .management(_, .assets(_, .startUpload)),
            .history(_, .details):
            return true
        case .cloudMetadata, .discovery, .management, .operationResult, .operationStatus, .scoring,
            .frontEnd, .history, .resolveURIs, .clean, .searchJobs, .storage:
            return false
        }
    }
}
