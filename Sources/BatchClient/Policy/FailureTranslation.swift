import BatchModel

/// Turns what came back into the one failure value (CONTRACT §9): status first, then JSON, XML, else the raw text.
enum FailureTranslation {
    /// The longest raw text that is kept.
    static let rawLimit = 2048

    /// What the body of a refusal says.
    struct Refusal: Equatable {
        var code: String?
        var text: String
    }

    /// A failure for an answer that is not a success.
    static func failure(_ answer: ServiceAnswer, operation: String) -> ServiceFailure {
        let refusal = read(answer)
        let code = refusal.code.map { " (\($0))" } ?? ""
        let text = refusal.text.isEmpty ? "no explanation" : refusal.text
        return ServiceFailure(
            kind: kind(ofStatus: answer.status), operation: operation, httpStatus: answer.status,
            serviceCode: refusal.code,
            detail: "the service answered \(answer.status)\(code): \(text)",
            advice: KnownRefusals.advice(for: refusal, status: answer.status, answer),
            requestID: answer.requestID)
    }

    /// A failure for a request that got no answer.
    static func failure(
        _ lost: TransportFailure, _ request: ServiceRequest, _ connection: Connection
    ) -> ServiceFailure {
        let check =
            connection.isLocal
            ? "`batchdeck engine status` says whether the local engine runs, "
                + "`batchdeck engine logs` why not."
            : "Check the network and the context's addresses, then try again."
        let (code, detail): (String, String) =
            switch lost {
            case .notSent(let why): (notSentCode, "nothing could be sent: \(why)")
            case .noAnswer(let why): (noAnswerCode, "no whole answer came: \(why)")
            case .timedOut(let why): (noAnswerCode, "no answer in time: \(why)")
            case .cancelled: (cancelledCode, "it was cancelled")
            }
        return ServiceFailure(
            kind: code == cancelledCode ? .unexpected : .unreachable, operation: request.operation,
            serviceCode: code, detail: detail, advice: code == cancelledCode ? "" : check)
    }

    /// Marks a failure before the first byte was sent.
    static let notSentCode = "NotSent"
    /// Marks a failure after something may have been sent.
    static let noAnswerCode = "NoAnswer"

    /// What a cancelled call ends in; nobody needs to be told.
    static func cancelled(_ operation: String) -> ServiceFailure {
        ServiceFailure(
            kind: .unexpected, operation: operation, serviceCode: cancelledCode,
            detail: "it was cancelled")
    }

    /// Marks a cancelled call.
    static let cancelledCode = "Cancelled"

    /// What code branches on, by status alone: the service's codes are coarse (CONTRACT §9).
    static func kind(ofStatus status: Int) -> ServiceFailure.Kind {
        switch status {
        case 401, 403, 407: .unauthorized
        case 404, 410: .notFound
        case 409, 412: .conflict
        case 408, 504: .timedOut
        case 429: .unexpected
        case 400..<500: .rejected
        default: .unexpected
        }
    }

    /// Reads a refusal in any of its dresses.
    static func read(_ answer: ServiceAnswer) -> Refusal {
        let headerCode = answer.header("x-ms-error-code")
        if let refusal = readEnvelope(answer.bytes) ?? readSignIn(answer.bytes) { return refusal }
        if let refusal = readXML(answer.bytes) { return refusal }
        return Refusal(code: headerCode, text: printable(answer.bytes, limit: rawLimit))
    }

    private static func readEnvelope(_ bytes: [UInt8]) -> Refusal? {
        guard var envelope = try? WireJSON.decode(WireError.self, from: bytes) else { return nil }
        // A detail may hold a whole envelope as text (ES §7.1).
        for index in (envelope.error.details ?? []).indices {
            let message = envelope.error.details?[index].message ?? ""
            if message.hasPrefix("{"), let inner = readEnvelope(Array(message.utf8)) {
                envelope.error.details?[index].message = inner.text
            }
        }
        return Refusal(code: envelope.finestCode, text: envelope.text)
    }

    private static func readSignIn(_ bytes: [UInt8]) -> Refusal? {
        guard let body = try? WireJSON.decode(JSONValue.self, from: bytes),
            let code = body["error"]?.string
        else { return nil }
        return Refusal(code: code, text: body["error_description"]?.string ?? code)
    }

    private static func readXML(_ bytes: [UInt8]) -> Refusal? {
        guard let start = bytes.first(where: { $0 == 0x3C || $0 == 0x7B }), start == 0x3C else {
            return nil
        }
        var scanner = XMLScanner(bytes)
        var texts: [String: String] = [:]
        while let token = scanner.next() {
            if case .element(let name, let text) = token, texts[name] == nil { texts[name] = text }
        }
        guard let code = texts["Code"] else { return nil }
        let message = texts["Message"]?.split(whereSeparator: \.isNewline).first
        return Refusal(code: code, text: message.map(String.init) ?? code)
    }

    /// The beginning of a text, one line, without control characters.
    static func printable(_ bytes: [UInt8], limit: Int) -> String {
        let text = String(decoding: bytes.prefix(limit), as: UTF8.self)
        let words = text.unicodeScalars.map { scalar -> Character in
            scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? " " : Character(scalar)
        }
        return String(words).split(separator: " ").joined(separator: " ")
    }
}

/// What to do about refusals that people met before (ES §7.2, USER-PAINS 8).
enum KnownRefusals {
    private static let texts: [(part: String, advice: String)] = [
        (
            "Audiences in Jwt are not allowed",
            "The token is for another service: batch endpoints want one for https://ml.azure.com. "
                + "Check the context's ML audience."
        ),
        (
            "denied by policy",
            "Your identity may not call this endpoint: ask the workspace's owner for the role "
                + "AzureML Data Scientist, or sign in as somebody else."
        ),
        (
            "No valid deployments to route to",
            "Name a deployment with `--deployment`, "
                + "or ask the endpoint's owner to set a default one."
        ),
        (
            "does not have authorization to perform action",
            "Ask the workspace's owner for a role that allows the action named above."
        ),
        (
            "Job output type must be",
            "Give the output as a file: type uri_file and a path that ends in a file name."
        ),
        (
            "upstream request timeout",
            "The front proxy gave up waiting; look at the job list before sending again."
        ),
    ]
    private static let codes: [String: String] = [
        "ExpiredAuthenticationToken": "Sign in again.",
        "InvalidAuthenticationToken": "Sign in again.",
        "InvalidAuthenticationTokenTenant": "Sign in to the tenant that owns the workspace.",
        "InvalidAuthenticationTokenAudience": "Check the context's audiences.",
        "AuthorizationPermissionMismatch":
            "Your identity needs the role Storage Blob Data Contributor on the storage account.",
        "AuthorizationFailure":
            "The storage account's network rules keep this machine out: "
            + "use its network, or ask its owner.",
        "KeyBasedAuthenticationNotPermitted":
            "Account keys are switched off there: "
            + "your identity needs the role Storage Blob Data Contributor.",
        "InsufficientStorage": "Make room first: nothing was stored, and nothing is lost.",
        "CancelPipelineRunInTerminalStatus": "It has ended already: there is nothing to stop.",
    ]

    /// The advice for a refusal; by text, by code, else by status.
    static func advice(
        for refusal: FailureTranslation.Refusal, status: Int, _ answer: ServiceAnswer
    ) -> String {
        if let rights = Rights.advice(for: refusal.text) { return rights }
        if status == 401, answer.header("WWW-Authenticate")?.contains("claims=") == true {
            return "The directory wants a person to sign in anew (conditional access): "
                + "run `az login`, or use the credential device-code."
        }
        if let known = texts.first(where: { refusal.text.contains($0.part) }) {
            return known.advice
        }
        if let known = refusal.code.flatMap({ codes[$0] }) { return known }
        return switch status {
        case 401: "Sign in again."
        case 403: "Ask the workspace's owner for the right to do this, or sign in as somebody else."
        case 404: "Check the name, and that the context names the right workspace."
        case 429: waitAdvice(answer)
        case 500...: "Try again in a minute; quote the request id to support if it stays."
        default: ""
        }
    }

    private static func waitAdvice(_ answer: ServiceAnswer) -> String {
        guard let text = answer.header("Retry-After") else { return "Try again in a minute." }
        let when = Double(text) == nil ? "not before \(text)" : "after \(text) s"
        return "The service asks for patience: try again \(when)."
    }
}
