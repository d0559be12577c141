import BatchModel
import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An application's certificate and key from one PEM file; signs who we are.
struct ClientCertificate: Sendable {
    /// An assertion may live ten minutes at most (CONTRACT §8); it is used at once.
    static let life: Duration = .seconds(600)

    private let key: _RSA.Signing.PrivateKey
    /// DER of the certificates, the application's own first.
    private let chain: [[UInt8]]

    /// Reads a PEM file.
    ///
    /// - Parameter password: what the key is encrypted with, if it is.
    init(file: String, password: String?) throws(CredentialFailure) {
        let text = try SecretFile.text(file, operation: "sign in with a certificate")
        try self.init(pem: text, password: password, file: file)
    }

    init(pem text: String, password: String?, file: String) throws(CredentialFailure) {
        let blocks = PEMBlock.all(in: text)
        guard let keyBlock = blocks.first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
            throw Self.failure(
                file, "it holds no private key",
                "Use a PEM file with key and certificate; "
                    + "`openssl pkcs12 -in x.pfx -nodes` makes one of a PFX.")
        }
        let chain = blocks.filter { $0.label == "CERTIFICATE" }.compactMap(\.bytes)
        guard !chain.isEmpty else {
            throw Self.failure(
                file, "it holds no certificate", "Put the certificate behind the key.")
        }
        self.chain = chain
        do {
            if keyBlock.label.hasPrefix("ENCRYPTED") || keyBlock.text.contains("Proc-Type") {
                let secret = Array((password ?? "").utf8)
                key = try _RSA.Signing.PrivateKey(encryptedPEMRepresentation: keyBlock.text) {
                    setter in setter(secret)
                }
            } else {
                key = try _RSA.Signing.PrivateKey(pemRepresentation: keyBlock.text)
            }
        } catch {
            // What a parser says of a key may quote it.
            throw Self.failure(
                file, "its key is no RSA key of 2048 bits or more that can be read",
                "Set AZURE_CLIENT_CERTIFICATE_PASSWORD if it is encrypted.")
        }
    }

    private static func failure(
        _ file: String, _ detail: String, _ advice: String
    ) -> CredentialFailure {
        .refused(
            ServiceFailure(
                kind: .unauthorized, operation: "sign in with the certificate \(file)",
                detail: detail, advice: advice))
    }

    /// A signed statement of who we are: a JSON web token, PS256 (RFC 7518 §3.5).
    func assertion(
        client: String, audience: String, id: String, now: Timestamp, withChain: Bool
    ) throws(CredentialFailure) -> String {
        var header: [String: JSONValue] = [
            "alg": .string("PS256"), "typ": .string("JWT"),
            "x5t#S256": .string(Base64.url(Array(SHA256.hash(data: chain[0])))),
        ]
        if withChain {
            header["x5c"] = .array(chain.map { .string(Data($0).base64EncodedString()) })
        }
        let start = now.microsecondsSinceEpoch / 1_000_000
        let claims: [String: JSONValue] = [
            "aud": .string(audience), "iss": .string(client), "sub": .string(client),
            "jti": .string(id), "iat": .integer(start), "nbf": .integer(start),
            "exp": .integer(start + Self.life.components.seconds),
        ]
        do {
            let parts = [
                try WireJSON.encode(JSONValue.object(header)),
                try WireJSON.encode(JSONValue.object(claims)),
            ]
            let signed = parts.map(Base64.url).joined(separator: ".")
            let signature = try key.signature(for: Array(signed.utf8), padding: .PSS)
            return "\(signed).\(Base64.url(Array(signature.rawRepresentation)))"
        } catch {
            throw Self.failure("", "nothing can be signed with its key", "")
        }
    }
}

/// One block of a PEM file.
struct PEMBlock {
    /// `RSA PRIVATE KEY`.
    var label: String
    /// The block as it stands, its first and last line included.
    var text: String

    /// What it holds; nil when that is not base64.
    var bytes: [UInt8]? {
        let body = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }
            .joined().filter { !$0.isWhitespace }
        return Data(base64Encoded: body).map { Array($0) }
    }

    /// The blocks of a text, in order.
    static func all(in text: String) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var open: PEMBlock?
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----") {
                let label = line.dropFirst("-----BEGIN ".count).dropLast(5)
                open = PEMBlock(label: String(label), text: "")
            }
            open?.text += line + "\n"
            if line.hasPrefix("-----END "), let whole = open {
                blocks.append(whole)
                open = nil
            }
        }
        return blocks
    }
}

/// Base64 for addresses and tokens (RFC 4648 §5, no padding).
enum Base64 {
    static func url(_ bytes: [UInt8]) -> String {
        let text = Data(bytes).base64EncodedString()
        return String(
            text.compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    /// nil for anything else.
    static func decodeURL(_ text: some StringProtocol) -> [UInt8]? {
        var plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while plain.utf8.count % 4 != 0 { plain += "=" }
        return Data(base64Encoded: plain).map { Array($0) }
    }
}
