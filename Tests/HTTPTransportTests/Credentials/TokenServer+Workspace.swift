import BatchModel
import Foundation
import Synchronization

/// What a whole workspace has beside its endpoints: readable tokens, job lists, datastores and the storage behind them.
extension TokenServer {
    static let storageToken = "https://storage.azure.com"

    // MARK: - Tokens

    /// A token that says who it is for, or one that only this server can read.
    func tokenText(_ resource: String, _ number: Int) -> String {
        let said = "for \(resource) number \(number)"
        let (isReadable, audience, life) = state.withLock { state in
            (state.areReadable, state.otherAudiences[resource] ?? resource, state.lifeSeconds)
        }
        guard isReadable else { return Data(said.utf8).base64EncodedString() }
        let end = Int(Date().timeIntervalSince1970) + life
        let claims =
            "{\"aud\":\"\(audience)\",\"exp\":\(end),\"appid\":\"app-1\",\"oid\":\"object-1\","
            + "\"tid\":\"tenant-1\",\"said\":\"\(said)\"}"
        return [Data("{}".utf8), Data(claims.utf8), Data("canary-signature".utf8)]
            .map(Self.encoded).joined(separator: ".")
    }

    private static func encoded(_ data: Data) -> String {
        data.base64EncodedString().replacing("=", with: "").replacing("+", with: "-")
            .replacing("/", with: "_")
    }

    /// What a readable token was asked for; nil for any other.
    static func readable(_ token: String) -> String? {
        let parts = token.split(separator: ".")
        guard parts.count == 3 else { return nil }
        var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
        while text.count % 4 != 0 { text += "=" }
        let claims = Data(base64Encoded: text).flatMap {
            try? WireJSON.decode(JSONValue.self, from: Array($0))
        }
        guard let said = claims?["said"]?.string, let audience = claims?["aud"]?.string else {
            return nil
        }
        // Whoever takes a token looks at whom it is for, not at what was asked.
        return "for \(audience) " + said.split(separator: " ").dropFirst(2).joined(separator: " ")
    }

    // MARK: - Planes

    /// Cloud metadata, job lists and blobs; nil for any other path.
    func plane(_ path: String, _ request: LoopbackServer.Request) -> (Int, String)? {
        if path == "/metadata/endpoints" { return (200, "[]") }
        let bearer = request.header("Authorization").map {
            Self.reads(String($0.dropFirst("Bearer ".count)))
        }
        if path.hasPrefix("/api/mferp/") {
            guard bearer?.hasPrefix("for https://ml.azure.com ") == true else {
                return (401, "Audiences in Jwt are not allowed")
            }
            return (200, "{\"value\":[]}")
        }
        guard path == "/box" else { return nil }
        guard bearer?.hasPrefix("for \(Self.storageToken) ") == true else { return (401, "") }
        let status = state.withLock { $0.storageStatus }
        guard status == 200 else {
            let code = "AuthorizationPermissionMismatch"
            return (status, "<Error><Code>\(code)</Code><Message>Not allowed.</Message></Error>")
        }
        return (200, "<EnumerationResults><Blobs></Blobs><NextMarker/></EnumerationResults>")
    }

    /// Datastores, their secrets and what an identity may do; nil for any other path.
    func holdings(_ path: String) -> (Int, String)? {
        if path.hasSuffix("/Microsoft.Authorization/permissions") {
            return state.withLock { $0.permissions }.map { (200, $0) } ?? (404, "{}")
        }
        if path.hasSuffix("/listSecrets") { return (403, "{}") }
        let parts = path.split(separator: "/").map(String.init)
        guard let place = parts.firstIndex(of: "datastores") else { return nil }
        let names = state.withLock { $0.datastores }
        let all = names.map { name in datastore(name, isDefault: name == names[0]) }
        guard let wanted = parts.dropFirst(place + 1).first else {
            return (200, "{\"value\":[\(all.joined(separator: ","))]}")
        }
        return names.firstIndex(of: wanted).map { (200, all[$0]) }
            ?? (404, "{\"error\":{\"code\":\"UserError\",\"message\":\"There is none.\"}}")
    }

    private func datastore(_ name: String, isDefault: Bool) -> String {
        let port = base.split(separator: ":").last ?? ""
        let properties =
            "{\"datastoreType\":\"AzureBlob\",\"isDefault\":\(isDefault),"
            + "\"accountName\":\"cellar\",\"containerName\":\"box\","
            + "\"endpoint\":\"localhost:\(port)\",\"protocol\":\"http\"}"
        return "{\"name\":\"\(name)\",\"properties\":\(properties)}"
    }
}
