import BatchModel

// A person enters a code in a browser, here or on another device (RFC 8628). One sign-in serves all three audiences: the
// refresh token that comes with it buys the others. Where a person can be told, the question waits for them; below a
// full-screen console it cannot, so there the code is the failure's text, the asking goes on behind it, and whoever asks
// again after the code was entered gets the token.

/// A person with a browser somewhere.
actor DeviceCode {
    static let name = "device-code"
    /// The public client of developer sign-on, as the Azure tools use it.
    static let publicClient = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
    /// `slow_down` adds so much to the wait (RFC 8628 §3.5).
    static let slowing: Duration = .seconds(5)

    private let context: AzureContext
    private let caller: TokenCaller
    private var refreshToken: String?
    private var hasLooked = false
    private var signingIn: Task<Result<TokenAnswer, CredentialFailure>, Never>?
    /// What a person has to do, while they have not.
    private var prompt: String?

    init(context: AzureContext, caller: TokenCaller) {
        self.context = context
        self.caller = caller
    }

    nonisolated var credential: Credential {
        Credential(name: Self.name) { resource throws(CredentialFailure) in
            try await self.token(resource)
        }
    }

    private func token(_ resource: String) async throws(CredentialFailure) -> AccessToken {
        if let running = signingIn {
            if let prompt, !isTold { throw Self.personNeeded(prompt) }
            if case .failure(let failure) = await running.value { throw failure }
        }
        loadKept()
        if let token = try await renewed(resource) { return token }
        guard caller.outside.isAskingAllowed else { throw askingForbidden }
        // While this one asked, another may have begun to sign in.
        let isFirst = signingIn == nil
        let task = signingIn ?? start(resource)
        if !isTold {
            if let prompt = await promptOrEnd() { throw Self.personNeeded(prompt) }
        }
        let answer = try await task.value.get()
        if isFirst { return answer.token }
        guard let token = try await renewed(resource) else {
            throw Self.notDone("the sign-in is good for one service only")
        }
        return token
    }

    // MARK: - With a refresh token

    private func renewed(_ resource: String) async throws(CredentialFailure) -> AccessToken? {
        guard let refresh = refreshToken else { return nil }
        do throws(CredentialFailure) {
            let answer = try await caller.token(
                try url("token"),
                [
                    (name: "grant_type", value: "refresh_token"),
                    (name: "client_id", value: client), (name: "refresh_token", value: refresh),
                    (name: "scope", value: scope(resource)),
                ], by: Self.name, secrets: [refresh])
            if let newer = answer.refreshToken { keep(newer) }
            return answer.token
        } catch {
            // A sign-in that has ended is begun again; a network that is down is not a reason to.
            guard case .refused(let failure) = error, failure.kind == .unauthorized else {
                throw error
            }
            keep(nil)
            return nil
        }
    }

    // MARK: - With a person

    private func start(
        _ resource: String
    ) -> Task<Result<TokenAnswer, CredentialFailure>, Never> {
        let task = Task { () -> Result<TokenAnswer, CredentialFailure> in
            do throws(CredentialFailure) {
                return .success(try await self.signIn(resource))
            } catch {
                self.ended()
                return .failure(error)
            }
        }
        signingIn = task
        return task
    }

    /// Whether somebody is told what to do, so that the question may wait for them.
    private var isTold: Bool { caller.outside.talk != nil || caller.outside.ask != nil }

    /// The person does not want to sign in.
    private func giveUp() { signingIn?.cancel() }

    private func ended() {
        signingIn = nil
        prompt = nil
    }

    private func signIn(_ resource: String) async throws(CredentialFailure) -> TokenAnswer {
        let url = try url("devicecode")
        let outcome = await caller.send(
            TokenCaller.form(
                url, [(name: "client_id", value: client), (name: "scope", value: scope(resource))]))
        let question = try Self.question(outcome, at: url)
        prompt = question.text
        caller.outside.talk?(question.text + "\n")
        let tell = caller.outside.ask?(
            SignInQuestion(
                page: question.page, code: question.code,
                expiresAt: caller.outside.client.now() + question.life)
        ) { Task { await self.giveUp() } }
        var isDone = false
        defer { tell?(isDone) }
        let answer = try await poll(question)
        isDone = true
        if let refresh = answer.refreshToken { keep(refresh) }
        ended()
        return answer
    }

    private func poll(_ question: Question) async throws(CredentialFailure) -> TokenAnswer {
        let end = caller.outside.client.now() + question.life
        var interval = question.interval
        let call = TokenCaller.form(
            try url("token"),
            [
                (name: "grant_type", value: "urn:ietf:params:oauth:grant-type:device_code"),
                (name: "client_id", value: client),
                (name: "device_code", value: question.deviceCode),
            ])
        while caller.outside.client.now() < end {
            guard await caller.paused(interval) else {
                throw .refused(FailureTranslation.cancelled("sign in (\(Self.name))"))
            }
            let outcome = await caller.once(call)
            guard case .answer(let answer) = outcome, !answer.isSuccess else {
                // A network that fails for a moment does not end a person's sign-in.
                if case .lost = outcome {
                    interval = interval + Self.slowing
                    continue
                }
                return try caller.read(outcome, by: Self.name, at: call.url)
            }
            switch FailureTranslation.read(answer).code {
            case "authorization_pending": break
            case "slow_down": interval = interval + Self.slowing
            case "authorization_declined", "access_denied":
                throw Self.notDone("it was declined in the browser")
            case "expired_token", "code_expired":
                throw Self.notDone("the code expired before it was entered")
            default:
                return try caller.read(
                    outcome, by: Self.name, at: call.url, secrets: [question.deviceCode])
            }
        }
        throw Self.notDone("the code expired before it was entered")
    }

    /// Waits until there is something to tell, or the sign-in has ended without it.
    private func promptOrEnd() async -> String? {
        while prompt == nil, signingIn != nil {
            guard await caller.paused(.milliseconds(50)) else { return nil }
        }
        return prompt
    }

    /// What the directory asks of a person.
    private struct Question {
        var text: String
        var page: String
        var code: String
        var deviceCode: String
        var interval: Duration
        var life: Duration
    }

    private static func question(
        _ outcome: TokenCaller.Outcome, at url: String
    ) throws(CredentialFailure) -> Question {
        switch outcome {
        case .lost(let lost): throw .refused(TokenCaller.unreachable(name, url, lost))
        case .answer(let answer):
            let body = try? WireJSON.decode(JSONValue.self, from: answer.bytes)
            guard answer.isSuccess, let device = body?["device_code"]?.string,
                let code = body?["user_code"]?.string
            else { throw .refused(TokenCaller.refusal(answer, by: name, secrets: [])) }
            let page = body?["verification_uri"]?.string ?? body?["verification_url"]?.string
            func plain(_ text: String) -> String {
                FailureTranslation.printable(Array(text.utf8), limit: 400)
            }
            let place = page ?? "https://microsoft.com/devicelogin"
            return Question(
                text: plain("To sign in, open \(place) and enter the code \(code)."),
                page: plain(place), code: plain(code), deviceCode: device,
                interval: .seconds(max(1, body?["interval"]?.wholeNumber ?? 5)),
                life: .seconds(body?["expires_in"]?.wholeNumber ?? 900))
        }
    }

    // MARK: - Parts

    private var client: String { context.credential.clientID ?? Self.publicClient }

    private func scope(_ resource: String) -> String { "\(resource)/.default offline_access" }

    private func url(_ tail: String) throws(CredentialFailure) -> String {
        let tenant = PercentEncoding.encode(context.credential.tenantID ?? "organizations")
        return "\(try caller.directory(context))/\(tenant)/oauth2/v2.0/\(tail)"
    }

    private static func notDone(_ detail: String) -> CredentialFailure {
        .refused(
            ServiceFailure(
                kind: .unauthorized, operation: "sign in (\(name))", detail: detail,
                advice: "Sign in again."))
    }

    private var askingForbidden: CredentialFailure {
        .refused(
            ServiceFailure(
                kind: .unauthorized, operation: "sign in (\(Self.name))",
                serviceCode: "PersonNeeded",
                detail: "a person would have to enter a code, and nobody may be asked",
                advice: context.credential.isCached
                    ? "Sign in first: `batchdeck context login \(context.name)`."
                    : "Leave --no-input out, or use a context made with --cache-token and sign in "
                        + "to it first: `batchdeck context login NAME`."))
    }

    private static func personNeeded(_ prompt: String) -> CredentialFailure {
        .refused(
            ServiceFailure(
                kind: .unauthorized, operation: "sign in (\(name))", serviceCode: "PersonNeeded",
                detail: "a person must do it: \(prompt)", advice: "Then ask again."))
    }

    // MARK: - The kept sign-in

    /// Where a sign-in is kept below a context's state folder.
    static func file(below stateFolder: String) -> String { stateFolder + "/sign-in.json" }

    private var file: String { Self.file(below: caller.outside.stateFolder) }

    private func loadKept() {
        guard context.credential.isCached, !hasLooked else { return }
        hasLooked = true
        guard refreshToken == nil, let bytes = try? LocalFiles.read(file),
            let body = try? WireJSON.decode(JSONValue.self, from: bytes),
            body["client_id"]?.string == client
        else { return }
        refreshToken = body["refresh_token"]?.string
    }

    /// Keeps a sign-in: in memory, and in a file of mode 0600 when the context says so.
    private func keep(_ token: String?) {
        refreshToken = token
        guard context.credential.isCached else { return }
        do {
            guard let token else { return try LocalFiles.remove(file) }
            try LocalFiles.makeFolder(caller.outside.stateFolder, mode: 0o700)
            let body = JSONValue.object([
                "client_id": .string(client), "refresh_token": .string(token),
            ])
            try LocalFiles.replace(file, with: try WireJSON.encode(body), mode: 0o600)
        } catch {
            caller.outside.talk?("the sign-in could not be kept: \(error)\n")
        }
    }
}
