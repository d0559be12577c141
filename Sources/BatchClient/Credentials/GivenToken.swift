import BatchModel
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A token that somebody else fetched: from a file, an open descriptor, or a variable.
///
/// A file holds one token for all audiences, or a JSON object `{"management": …, "ml": …, "storage": …}`; it is read anew
/// each time, so that whoever wrote it can renew it. A descriptor can be read only once and is kept in memory.
final class GivenToken: Sendable {
    static let name = "token"
    /// A token whose end cannot be read is asked for again after so long.
    static let unknownLife: Duration = .seconds(300)

    private let context: AzureContext
    private let outside: CredentialSurroundings
    private let kept = Mutex<String?>(nil)

    init(context: AzureContext, outside: CredentialSurroundings) {
        self.context = context
        self.outside = outside
    }

    var credential: Credential {
        Credential(name: Self.name) { resource throws(CredentialFailure) in
            try self.token(resource)
        }
    }

    private func token(_ resource: String) throws(CredentialFailure) -> AccessToken {
        let audience = Connection.Audience.allCases.first {
            context.resource(for: $0) == resource
        }
        let word = Self.word(audience ?? .management)
        let sign = context.credential
        if sign.tokenDescriptor == nil, sign.tokenFile == nil,
            let text = outside.variable("BATCHDECK_TOKEN_\(word.uppercased())")
        {
            return try Self.token(SecretFile.trimmed(text), outside.client.now())
        }
        guard let text = try source() else {
            throw .notHere(
                "neither token_file, token_fd nor BATCHDECK_TOKEN_FILE names a token")
        }
        return try Self.token(try chosen(text, word), outside.client.now())
    }

    static func word(_ audience: Connection.Audience) -> String {
        switch audience {
        case .management: "management"
        case .machineLearning: "ml"
        case .storage: "storage"
        }
    }

    private func source() throws(CredentialFailure) -> String? {
        let operation = "sign in (\(Self.name))"
        if let descriptor = context.credential.tokenDescriptor {
            return try text(ofDescriptor: Int32(descriptor), operation)
        }
        if let file = context.credential.tokenFile ?? outside.variable("BATCHDECK_TOKEN_FILE") {
            return try SecretFile.text(file, operation: operation)
        }
        return outside.variable("BATCHDECK_TOKEN").map(SecretFile.trimmed)
    }

    /// The token of an audience, where there is one for each.
    private func chosen(_ text: String, _ word: String) throws(CredentialFailure) -> String {
        guard text.hasPrefix("{") else { return text }
        let body = try? WireJSON.decode(JSONValue.self, from: Array(text.utf8))
        guard let token = body?[word]?.string, !token.isEmpty else {
            throw Self.refused("the tokens that were given have none named \(word)")
        }
        return token
    }

    private func text(
        ofDescriptor descriptor: Int32, _ operation: String
    ) throws(CredentialFailure) -> String {
        let text = kept.withLock { kept -> String? in
            if let kept { return kept }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 12)
            while bytes.count < SecretFile.limit {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                bytes += buffer[..<count]
            }
            let text = SecretFile.trimmed(String(decoding: bytes, as: UTF8.self))
            kept = text.isEmpty ? nil : text
            return kept
        }
        guard let text else { throw Self.refused("descriptor \(descriptor) held no token") }
        return text
    }

    /// A token may travel in a header: printable, without blanks.
    private static func token(
        _ text: String, _ now: Timestamp
    ) throws(CredentialFailure) -> AccessToken {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw refused("what was given is no token: it has blanks or line breaks in it")
        }
        let end = expiry(of: text)
        if let end, end <= now {
            throw refused("the token ended at \(end.readable)")
        }
        return AccessToken(text: text, expiresAt: end ?? now + unknownLife)
    }

    /// `exp` of a JSON web token; nil for any other.
    static func expiry(of token: String) -> Timestamp? {
        let parts = token.split(separator: ".")
        guard parts.count == 3, let bytes = Base64.decodeURL(parts[1]),
            let claims = try? WireJSON.decode(JSONValue.self, from: bytes)
        else { return nil }
        return claims["exp"]?.wholeNumber.map { Timestamp(secondsSinceEpoch: Double($0)) }
    }

    private static func refused(_ detail: String) -> CredentialFailure {
        .refused(
            ServiceFailure(
                kind: .unauthorized, operation: "sign in (\(name))", detail: detail,
                advice: "Write a fresh one, for each audience the command needs."))
    }
}
