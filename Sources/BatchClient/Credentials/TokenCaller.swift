import BatchModel

/// Asks those who hand tokens out: forms to the directory, plain questions to identity services.
struct TokenCaller: Sendable {
    let outside: CredentialSurroundings

    /// Tries of one question, the first included.
    static let tries = 4
    /// The longest wait a directory may ask for.
    static let longestWait: Duration = .seconds(30)

    /// An answer, or why there was none.
    enum Outcome: Sendable {
        case answer(ServiceAnswer)
        case lost(TransportFailure)
    }

    /// Sends once.
    func once(_ call: HTTPCall) async -> Outcome {
        do throws(TransportFailure) {
            return .answer(try await ServiceCaller.collect(try await outside.transport.send(call)))
        } catch {
            return .lost(error)
        }
    }

    /// Sends, and again while `isPassing` says the answer may be better later, or nobody was reached.
    func send(
        _ call: HTTPCall, isPassing: @Sendable (Int) -> Bool = { RetryPolicy.passing.contains($0) }
    ) async -> Outcome {
        let policy = RetryPolicy()
        for attempt in 1... {
            let outcome = await once(call)
            var wait = policy.wait(afterAttempt: attempt, random: outside.client.randomUnit())
            switch outcome {
            case .answer(let answer):
                guard isPassing(answer.status) else { return outcome }
                if let asked = RetryAfter.read(answer, now: outside.client.now()) {
                    guard asked <= Self.longestWait else { return outcome }
                    wait = asked
                }
            case .lost(.cancelled): return outcome
            case .lost: break
            }
            guard attempt < Self.tries, await paused(wait) else { return outcome }
        }
        return .lost(.cancelled)
    }

    /// Waits; false when the waiting was cancelled.
    func paused(_ wait: Duration) async -> Bool {
        do {
            try await outside.client.sleep(wait)
            return true
        } catch {
            return false
        }
    }

    // MARK: - The directory

    /// The base of the directory: the context's own, else the environment's, else the cloud's.
    func directory(_ context: AzureContext) throws(CredentialFailure) -> String {
        var base =
            context.loginURL ?? outside.variable("AZURE_AUTHORITY_HOST")
            ?? context.cloud.loginURL
        while base.hasSuffix("/") { base.removeLast() }
        if base.firstRange(of: "://") == nil { base = "https://" + base }
        guard SafeAddress.mayCarryTokens(base) else {
            throw .refused(
                ServiceFailure(
                    kind: .rejected, operation: "sign in",
                    detail: "\(base) is no address to send secrets to",
                    advice: "login_url and AZURE_AUTHORITY_HOST must begin with https://."))
        }
        return base
    }

    /// The directory's token address of a tenant.
    func tokenURL(
        _ context: AzureContext, tenant: String
    ) throws(CredentialFailure) -> String {
        "\(try directory(context))/\(PercentEncoding.encode(tenant))/oauth2/v2.0/token"
    }

    /// A form as a request.
    static func form(_ url: String, _ fields: [(name: String, value: String)]) -> HTTPCall {
        let text = fields.map {
            "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))"
        }.joined(separator: "&")
        return HTTPCall(
            method: .post, url: url,
            headers: [
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Accept", "application/json"),
                ("User-Agent", "batchdeck/\(BatchdeckVersion.current)"),
            ], body: .bytes(Array(text.utf8)), timeout: .seconds(30))
    }

    /// Posts a form and reads the token of the answer.
    ///
    /// - Parameter secrets: what must not be quoted, whatever the answer says.
    func token(
        _ url: String, _ fields: [(name: String, value: String)], by name: String,
        secrets: [String]
    ) async throws(CredentialFailure) -> TokenAnswer {
        let outcome = await send(Self.form(url, fields))
        return try read(outcome, by: name, at: url, secrets: secrets)
    }

    /// The token of an answer; anything else is a refusal in words.
    func read(
        _ outcome: Outcome, by name: String, at url: String, secrets: [String] = []
    ) throws(CredentialFailure) -> TokenAnswer {
        switch outcome {
        case .lost(let lost): throw .refused(Self.unreachable(name, url, lost))
        case .answer(let answer):
            if answer.isSuccess, let token = TokenAnswer(answer, now: outside.client.now()) {
                return token
            }
            throw .refused(Self.refusal(answer, by: name, secrets: secrets))
        }
    }

    static func unreachable(
        _ name: String, _ url: String, _ lost: TransportFailure
    ) -> ServiceFailure {
        let why =
            switch lost {
            case .notSent(let why), .noAnswer(let why), .timedOut(let why): why
            case .cancelled: "it was cancelled"
            }
        return ServiceFailure(
            kind: lost == .cancelled ? .unexpected : .unreachable,
            operation: "sign in (\(name))",
            serviceCode: lost == .cancelled ? FailureTranslation.cancelledCode : nil,
            detail: "\(Origin.of(url) ?? url) gave no answer: \(why)",
            advice: "Check the network, HTTPS_PROXY and the context's login_url.")
    }

    static func refusal(
        _ answer: ServiceAnswer, by name: String, secrets: [String]
    ) -> ServiceFailure {
        let said = FailureTranslation.read(answer)
        // The first line says it; times and trace numbers follow.
        let line = said.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? said.text
        let code = SignInAdvice.code(in: said.text)
        let text = SecretMask.masked(
            FailureTranslation.printable(Array(line.utf8), limit: 600), secrets)
        let isRefusal = (400..<500).contains(answer.status) && answer.status != 429
        return ServiceFailure(
            kind: isRefusal ? .unauthorized : .unexpected, operation: "sign in (\(name))",
            httpStatus: answer.status,
            serviceCode: code ?? said.code.map { SecretMask.masked($0, secrets) },
            detail: "the answer was \(answer.status): \(text.isEmpty ? "no explanation" : text)",
            advice: isRefusal ? SignInAdvice.advice(code: code) : "Try again in a minute.",
            requestID: answer.requestID)
    }
}

/// What a token endpoint of any kind answers.
struct TokenAnswer: Sendable {
    let token: AccessToken
    /// Good for tokens of every audience; only where a person signed in.
    let refreshToken: String?

    /// When an answer does not say how long its token is good, it is asked again after so long.
    static let unknownLife: Duration = .seconds(300)

    /// nil when there is no token in it.
    init?(_ answer: ServiceAnswer, now: Timestamp) {
        guard let body = try? WireJSON.decode(JSONValue.self, from: answer.bytes),
            let text = body["access_token"]?.string, !text.isEmpty
        else { return nil }
        // The end is told by the service's clock: what matters is how long it is until then.
        let there = answer.header("Date").flatMap(HTTPDate.read) ?? now
        let until = body["expires_on"].flatMap(TokenTime.read).map { now + ($0 - there) }
        let life = body["expires_in"]?.wholeNumber.map { Duration.seconds($0) }
        token = AccessToken(
            text: text, expiresAt: until ?? life.map { now + $0 } ?? now + Self.unknownLife)
        refreshToken = body["refresh_token"]?.string
    }
}

/// Times as token services write them (CONTRACT §8).
enum TokenTime {
    /// Seconds since 1970 as a number or text, `11/23/2026 8:14:03 PM +00:00`, the same by 24 hours, or ISO 8601.
    static func read(_ value: JSONValue) -> Timestamp? {
        if let seconds = value.wholeNumber {
            return Timestamp(secondsSinceEpoch: Double(seconds))
        }
        guard let text = value.string else { return nil }
        return Timestamp(iso8601: text) ?? american(text)
    }

    private static func american(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count >= 2 else { return nil }
        let date = words[0].split(separator: "/").compactMap { Int($0) }
        let clock = words[1].split(separator: ":").compactMap { Int($0) }
        guard date.count == 3, clock.count == 3 else { return nil }
        var hour = clock[0]
        switch words.dropFirst(2).first {
        case "AM": hour = hour == 12 ? 0 : hour
        case "PM": hour = hour >= 12 ? hour : hour + 12
        default: break
        }
        let zone = words.dropFirst(2).last { $0.hasPrefix("+") || $0.hasPrefix("-") } ?? "Z"
        let day = "\(date[2])-\(two(date[0]))-\(two(date[1]))"
        return Timestamp(iso8601: "\(day)T\(two(hour)):\(two(clock[1])):\(two(clock[2]))\(zone)")
    }

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}
