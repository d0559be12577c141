import BatchModel

// Making and taking away goes on after the answer (CONTRACT §2.2): the answer names an address that tells how far it is. One
// of two headers does: `Azure-AsyncOperation`, whose address answers a status; or `Location` alone, whose address answers
// 202 until it is through. With neither, the resource's own `provisioningState` tells.

/// Follows what the service goes on doing after it has answered.
struct OperationFollower: Sendable {
    /// Making a deployment takes minutes on Azure; an hour means that it hangs.
    static let longest: Duration = .seconds(3600)
    /// Waits where the service names none: doubled from the first to the longest.
    static let firstWait: Duration = .seconds(1)
    static let longestWait: Duration = .seconds(10)

    let caller: ServiceCaller

    /// Sends a request that changes something and waits until it has.
    ///
    /// - Parameter resource: where the thing itself can be read; asked when no header tells.
    func finish(
        _ request: ServiceRequest, resource: Route? = nil, _ report: ControlCalls.Report
    ) async throws(ServiceFailure) {
        let answer = try await caller.fetch(request)
        try await follow(answer, request.operation, resource: resource, report)
    }

    /// Waits until what an answer began is through.
    func follow(
        _ answer: ServiceAnswer, _ operation: String, resource: Route?,
        _ report: ControlCalls.Report
    ) async throws(ServiceFailure) {
        if Self.state(in: answer)?.lowercased() == "succeeded" { return }
        let status = answer.header("Azure-AsyncOperation")
        let location = answer.status == 202 ? answer.header("Location") : nil
        let request: ServiceRequest
        if let address = status ?? location {
            request = ServiceRequest(
                .get, try await own(address, operation), audience: .management,
                operation: operation)
        } else if let resource, Self.state(in: answer) != nil {
            request = ServiceRequest(resource, operation: operation)
        } else {
            return
        }
        try await poll(request, after: answer, report)
    }

    private func poll(
        _ request: ServiceRequest, after first: ServiceAnswer, _ report: ControlCalls.Report
    ) async throws(ServiceFailure) {
        var request = request
        let clock = caller.surroundings
        let begin = clock.elapsed()
        var wait = Self.firstWait
        var answer = first
        while clock.elapsed() - begin < Self.longest {
            let asked = RetryAfter.read(answer, now: clock.now())
            try await caller.pause(asked ?? wait, operation: request.operation)
            wait = min(wait * 2, Self.longestWait)
            answer = try await caller.fetch(request)
            guard let state = Self.state(in: answer) else {
                // `Location` answers nothing but its status, and perhaps where to ask next.
                guard answer.status == 202 else { return }
                if let next = answer.header("Location") {
                    request.target = .absolute(.get, try await own(next, request.operation))
                }
                continue
            }
            report(.waiting(status: state))
            switch state.lowercased() {
            case "succeeded": return
            case "failed", "canceled": throw Self.failure(answer, state, request.operation)
            default: continue
            }
        }
        throw ServiceFailure(
            kind: .timedOut, operation: request.operation,
            detail: "the service is still at it after an hour",
            advice: "Look at its state again later; nothing needs to be sent again.")
    }

    /// An operation's status, or a resource's state; nil when the body has neither.
    private static func state(in answer: ServiceAnswer) -> String? {
        guard let body = try? WireJSON.decode(JSONValue.self, from: answer.bytes) else {
            return nil
        }
        return body["status"]?.string ?? body["properties"]?["provisioningState"]?.string
    }

    private static func failure(
        _ answer: ServiceAnswer, _ state: String, _ operation: String
    ) -> ServiceFailure {
        let error = (try? WireJSON.decode(WireError.self, from: answer.bytes))?.text ?? ""
        return ServiceFailure(
            kind: .unexpected, operation: operation, httpStatus: answer.status,
            detail: error.isEmpty ? "the service says \(state), and not why" : error,
            advice: "Mend what it names and send the same again: that replaces what was begun.",
            requestID: answer.requestID)
    }

    /// An address for our token: only the host first asked is one.
    private func own(_ address: String, _ operation: String) async throws(ServiceFailure) -> String
    {
        let base = try await caller.keeper.current().connection.managementURL
        guard Origin.of(address) == Origin.of(base) else {
            throw ServiceFailure(
                kind: .unexpected, operation: operation,
                detail: "progress is said to be on another host (\(Origin.of(address) ?? address))",
                advice: "It may well succeed: look at its state. The address was not followed.")
        }
        return address
    }
}
