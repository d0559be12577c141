import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whoever is signed in with `az login` (CONTRACT §8).
struct AzureCLI: Sendable {
    let context: AzureContext
    let outside: CredentialSurroundings

    static let name = "azure-cli"
    /// It is a Python program: a second is usual, ten are too many.
    static let limit: Duration = .seconds(10)

    var credential: Credential {
        Credential(name: Self.name) { resource throws(CredentialFailure) in
            try await token(resource)
        }
    }

    private func token(_ resource: String) async throws(CredentialFailure) -> AccessToken {
        switch await outside.runProgram(order(resource)) {
        case .missing: throw .notHere("there is no az on the path")
        case .tookTooLong:
            throw .notHere("az did not answer within \(Self.limit.components.seconds) s")
        case .ended(0, let output, _):
            guard let token = Self.read(output) else {
                throw Self.refused("az printed something else than a token")
            }
            return token
        case .ended(let status, _, let errors): throw Self.failure(status, errors)
        }
    }

    /// The tenant decides where it is named; else the subscription says whose account it is.
    func order(_ resource: String) -> ProgramOrder {
        let account =
            context.credential.tenantID.map { ["--tenant", $0] }
            ?? ["--subscription", context.scope.subscriptionID]
        return ProgramOrder(
            name: "az",
            arguments: [
                "account", "get-access-token", "--output", "json", "--resource", resource,
            ] + account, limit: Self.limit)
    }

    /// `expires_on` counts seconds; older versions have only `expiresOn`, in local time.
    static func read(_ output: String) -> AccessToken? {
        guard let start = output.firstIndex(of: "{"), let end = output.lastIndex(of: "}"),
            start < end,
            let body = try? WireJSON.decode(
                JSONValue.self, from: Array(output[start...end].utf8)),
            let text = body["accessToken"]?.string, !text.isEmpty
        else { return nil }
        let until =
            body["expires_on"].flatMap(TokenTime.read)
            ?? body["expiresOn"]?.string.flatMap(localTime)
        return until.map { AccessToken(text: text, expiresAt: $0) }
    }

    /// `2026-11-23 08:14:03.000000` on this machine's clock.
    static func localTime(_ text: String) -> Timestamp? {
        guard let fields = Timestamp(iso8601: text)?.utc else { return nil }
        var time = tm()
        time.tm_year = Int32(fields.year - 1900)
        time.tm_mon = Int32(fields.month - 1)
        time.tm_mday = Int32(fields.day)
        time.tm_hour = Int32(fields.hour)
        time.tm_min = Int32(fields.minute)
        time.tm_sec = Int32(fields.second)
        time.tm_isdst = -1
        let seconds = mktime(&time)
        return seconds < 0 ? nil : Timestamp(secondsSinceEpoch: Double(seconds))
    }

    private static func failure(_ status: Int32, _ errors: String) -> CredentialFailure {
        let text = SecretMask.masked(FailureTranslation.printable(Array(errors.utf8), limit: 400))
        if let code = SignInAdvice.code(in: errors) {
            return refused("az said: \(text)", code: code, SignInAdvice.advice(code: code))
        }
        if errors.contains("az login") || errors.contains("az account set") {
            return .notHere("az is not signed in (it says `az login`)")
        }
        return refused("az ended with \(status): \(text)")
    }

    private static func refused(
        _ detail: String, code: String? = nil,
        _ advice: String = "Run `az account get-access-token` to see more."
    ) -> CredentialFailure {
        .refused(
            ServiceFailure(
                kind: .unauthorized, operation: "sign in (\(name))", serviceCode: code,
                detail: detail, advice: advice))
    }
}
