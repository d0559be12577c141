public import BatchModel
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Signed addresses: whoever holds one may use part of blob storage until it expires, without the token.
///
/// The query string looks like a shared access signature, so that clients append it to an address as they do on Azure; its
/// signature is HMAC-SHA256 under the engine's token over container, prefix, permissions and expiry. A restarted engine has
/// another token, so old signatures die with it.
///
/// ```
/// sv=2024-08-04&sr=c&sp=rcwdl&se=2026-11-23T09:14:03Z&bdc=azureml&bdp=ExperimentRun%2F&sig=…
/// ```
/// `bdc` and `bdp` (container and prefix) are ours: several prefixes of one container can be signed apart.
public struct SharedAccess: Sendable {
    /// What a signature allows.
    public enum Permission: String, Sendable, Hashable {
        /// Reading blobs below the prefix.
        case read = "r"
        /// Reading, listing, writing and deleting.
        case all = "rcwdl"
    }

    private let key: SymmetricKey

    /// Signs with the engine's token.
    public init(token: String) { key = SymmetricKey(data: Array(token.utf8)) }

    /// A query string, no leading `?`.
    ///
    /// - Parameter prefix: names that begin so; empty for the whole container.
    public func sign(
        container: String, prefix: String, _ permission: Permission, until expiry: Timestamp
    ) -> String {
        let until = Self.expiryText(expiry)
        let signature = signature(container, prefix, permission.rawValue, until)
        func encode(_ text: String) -> String { PercentEncoding.encode(text) }
        return "sv=2024-08-04&sr=c&sp=\(permission.rawValue)&se=\(encode(until))"
            + "&bdc=\(encode(container))&bdp=\(encode(prefix))&sig=\(encode(signature))"
    }

    /// True when the query of a storage request carries a signature that allows it now.
    ///
    /// - Parameter target: path and query, encoded, as received.
    public func allows(
        _ method: RouteRequest.Method, _ target: String, now: Timestamp
    ) -> Bool {
        guard let request = RouteRequest(method: method, target: target),
            let sent = request.value(of: "sig"), let until = request.value(of: "se"),
            let permission = request.value(of: "sp").flatMap(Permission.init(rawValue:)),
            let container = request.value(of: "bdc"), request.path.first == container
        else { return false }
        let prefix = request.value(of: "bdp") ?? ""
        let expected = signature(container, prefix, permission.rawValue, until)
        guard SecretText.equal(sent, expected), let expiry = Timestamp(iso8601: until),
            now < expiry
        else { return false }
        return Self.covers(request, prefix: prefix, permission)
    }

    private static func covers(
        _ request: RouteRequest, prefix: String, _ permission: Permission
    ) -> Bool {
        let isContainerCall = request.value(of: "restype") == "container"
        let name =
            isContainerCall
            ? request.value(of: "prefix") ?? "" : request.path.dropFirst().joined(separator: "/")
        guard name.hasPrefix(prefix) else { return false }
        switch permission {
        case .all: return true
        case .read:
            return !isContainerCall && (request.method == .get || request.method == .head)
        }
    }

    private func signature(
        _ container: String, _ prefix: String, _ permission: String, _ until: String
    ) -> String {
        let text = ["batchdeck-sas-1", container, prefix, permission, until].joined(separator: "\n")
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
        return Data(code).base64EncodedString()
    }

    private static func expiryText(_ time: Timestamp) -> String {
        let whole = time.microsecondsSinceEpoch / 1_000_000 * 1_000_000
        return Timestamp(microsecondsSinceEpoch: whole).iso8601
    }
}

/// Comparing secrets without telling by the time it takes how much of one was right.
public enum SecretText {
    /// True when both texts have the same bytes; the time depends on the length of `sent` alone.
    public static func equal(_ sent: String, _ expected: String) -> Bool {
        let right = Array(expected.utf8)
        var difference = sent.utf8.count ^ right.count
        for (index, byte) in sent.utf8.enumerated() {
            difference |= Int(byte ^ (right.isEmpty ? 0 : right[index % right.count]))
        }
        return difference == 0 && !right.isEmpty
    }
}
