// The storage account's key, and what is signed with it.
//
// The key is derived from the engine's token, so it is as secret as the token and dies with it. All three ways into blob
// storage follow from the one or the other: the token itself as a bearer token, a request signed with the key (Shared Key),
// and an address signed with the key (`SharedAccess`). Strings to sign are those of the blob service, byte for byte, so that
// a stock client that holds the key, or an address made with it by a stock library, is understood.

public import BatchModel
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The key of a storage account.
public struct StorageKey: Sendable {
    /// The account's name.
    public let account: String
    /// The key as clients take it, base64.
    public let base64: String
    private let key: SymmetricKey

    /// The key of an engine's own account.
    ///
    /// - Parameter token: the engine's token; another token makes another key.
    public init(token: String) {
        let secret = SymmetricKey(data: Array(token.utf8))
        let text = Array("batchdeck storage account key 1".utf8)
        let bytes = Data(HMAC<SHA512>.authenticationCode(for: text, using: secret))
        self.init(account: EngineAddress.account, bytes: Array(bytes))
    }

    init(account: String, bytes: [UInt8]) {
        self.account = account
        base64 = Data(bytes).base64EncodedString()
        key = SymmetricKey(data: bytes)
    }

    /// The signature of a text: HMAC-SHA256, base64.
    func sign(_ text: String) -> String {
        Data(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
            .base64EncodedString()
    }
}

/// A request as its sender signed it (Shared Key).
public struct SignedRequest: Sendable {
    /// How far the sender's clock may be from ours (the service's own limit).
    private static let clockTolerance = Duration.seconds(15 * 60)
    /// The fields that are signed by their value alone, in this order.
    private static let plain = [
        "content-encoding", "content-language", "content-length", "content-md5", "content-type",
        "date", "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range",
    ]

    private let method: String
    private let target: String
    private let headers: EngineHeaders

    /// Takes a request's head as it came.
    ///
    /// - Parameter target: path and query, encoded; with the account's name before it where the address had it.
    public init(method: String, target: String, headers: EngineHeaders) {
        self.method = method
        self.target = target
        self.headers = headers
    }

    /// True when `authorization` is this request's signature under the account's key, made within the last minutes.
    public func carries(_ authorization: String, of key: StorageKey, now: Timestamp) -> Bool {
        guard let expected = self.authorization(of: key), isFresh(now) else { return false }
        return SecretText.equal(authorization, expected)
    }

    /// The header that makes this the account's request; nil when its target cannot be decoded.
    public func authorization(of key: StorageKey) -> String? {
        textToSign(account: key.account).map { "SharedKey \(key.account):\(key.sign($0))" }
    }

    /// A recorded request cannot be sent again later.
    private func isFresh(_ now: Timestamp) -> Bool {
        guard let date = (headers["x-ms-date"] ?? headers["date"]).flatMap(HTTPDate.read) else {
            return false
        }
        return now - date < Self.clockTolerance && date - now < Self.clockTolerance
    }

    /// Nil when the target cannot be decoded.
    func textToSign(account: String) -> String? {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let query = Self.query(of: parts.count == 2 ? parts[1] : "") else { return nil }
        let values = Self.plain.map { name in
            let value = headers[name] ?? ""
            if name == "content-length" { return value == "0" ? "" : value }
            return name == "date" && headers["x-ms-date"] != nil ? "" : value
        }
        let lines = [method] + values + storageFields + ["/\(account)\(parts[0])"] + query
        return lines.joined(separator: "\n")
    }

    private var storageFields: [String] {
        var fields: [String: [String]] = [:]
        for field in headers.fields where field.name.hasPrefix("x-ms-") {
            fields[field.name, default: []].append(field.value)
        }
        return fields.sorted { $0.key < $1.key }.map {
            $0.key + ":" + $0.value.joined(separator: ",")
        }
    }

    private static func query(of text: Substring) -> [String]? {
        var items: [String: [String]] = [:]
        for item in text.split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(pair[0]),
                let value = PercentEncoding.decode(pair.count == 2 ? pair[1] : "")
            else { return nil }
            items[name.lowercased(), default: []].append(value)
        }
        return items.sorted { $0.key < $1.key }.map {
            $0.key + ":" + $0.value.sorted().joined(separator: ",")
        }
    }
}
