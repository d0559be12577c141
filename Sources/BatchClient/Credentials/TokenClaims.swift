import BatchModel

/// What a JSON web token says about itself; it is read, not checked: the service does that.
struct TokenClaims: Sendable, Hashable {
    /// Whom it is for.
    var audience: String?
    /// A person's sign-in name, or the name of an application.
    var name: String?
    /// The application's id.
    var application: String?
    /// The object id of the person, application or identity.
    var object: String?
    /// The tenant.
    var tenant: String?
    /// When it ends.
    var expiresAt: Timestamp?

    /// nil for a token that is none of that kind.
    init?(_ token: String) {
        let parts = token.split(separator: ".")
        guard parts.count == 3, let bytes = Base64.decodeURL(parts[1]),
            let claims = try? WireJSON.decode(JSONValue.self, from: bytes), claims.members != nil
        else { return nil }
        func text(_ names: String...) -> String? {
            names.compactMap { claims[$0]?.string }.first { !$0.isEmpty }
        }
        audience = text("aud")
        name = text("upn", "preferred_username", "unique_name", "name", "app_displayname")
        application = text("appid", "azp")
        object = text("oid", "sub")
        tenant = text("tid")
        expiresAt = claims["exp"]?.wholeNumber.map { Timestamp(secondsSinceEpoch: Double($0)) }
    }

    /// `ada@example.org, tenant t, application a, object o`.
    var identity: String {
        let parts = [
            name.map(\.plainLine), application.map { "application \($0.plainLine)" },
            object.map { "object \($0.plainLine)" }, tenant.map { "tenant \($0.plainLine)" },
        ].compactMap { $0 }
        return parts.isEmpty
            ? "the token does not say who it is for" : parts.joined(separator: ", ")
    }
}

/// What is known of a token without showing it.
struct TokenSight: Sendable {
    /// The credential that gave it.
    var credential: String
    /// What it says about itself; nil when it is opaque.
    var claims: TokenClaims?
    /// When it ends; nil when nobody can tell.
    var expiresAt: Timestamp?
}

extension TokenSource {
    /// A token's outside, fetched if there is none yet.
    func sight(_ audience: Connection.Audience) async throws(ServiceFailure) -> TokenSight {
        let text = try await token(audience)
        let claims = TokenClaims(text)
        let name = provenName ?? "a credential"
        // A token that was given and is opaque is asked for again after a while: that is not its end.
        let end = claims?.expiresAt ?? (name == GivenToken.name ? nil : end(of: audience))
        return TokenSight(credential: name, claims: claims, expiresAt: end)
    }
}
