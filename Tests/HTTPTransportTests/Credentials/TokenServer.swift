import BatchClient
import BatchModel
import Foundation
import Synchronization

@testable import HTTPTransport

/// Those who hand tokens out, and a workspace that wants them, on one loopback port: each behaves as CONTRACT §8 and §9 say.
///
/// Tokens read `for RESOURCE number N` in base64, so that a test sees whom a token is for and that it is new.
final class TokenServer: Sendable {
    /// The only secret that is right; whoever prints it has leaked it.
    static let secret = "canary-secret-9f2b"
    static let endpointSecret = "canary-header-77aa"
    static let refreshToken = "canary-refresh-51c0"

    struct State: Sendable {
        var issued = 0
        /// Statuses to answer with before a token is handed out, in turn.
        var troubles: [Int] = []
        /// `error` members of the answers to whoever asks whether a code was entered, in turn.
        var deviceErrors: [String] = []
        /// The scope the newest code was asked for.
        var deviceScope = ""
        var intervalSeconds = 5
        var lifeSeconds = 3600
        /// Tokens the workspace takes no more.
        var refused: Set<String> = []
        var refusesAll = false
        var forbidden = false
        /// Endpoints may not be listed; all else may be asked.
        var areEndpointsForbidden = false
        /// Where endpoints say that jobs are submitted; nil for this server.
        var scoringBase: String?
        /// The datastores, the default one first.
        var datastores = ["workspaceblobstore"]
        /// Tokens say who and whom they are for, as the directory's do.
        var areReadable = false
        /// Whom tokens are really for, by whom they were asked for.
        var otherAudiences: [String: String] = [:]
        /// What an identity may do, as JSON; nil answers 404.
        var permissions: String?
        /// What every answer says about the time.
        var date: String?
        var storageStatus = 200
        /// What was asked, a word and its fields each.
        var seen: [String] = []
        var assertions: [String] = []
    }

    let state = Mutex(State())
    private let box: ServerBox

    private final class ServerBox: Sendable {
        let server = Mutex<LoopbackServer?>(nil)
    }

    init() throws {
        box = ServerBox()
        let respond = Box<(@Sendable (LoopbackServer.Request, LoopbackServer.Connection) -> Void)?>(
            nil)
        let server = try LoopbackServer { request, connection in
            respond.current?(request, connection)
            return .keep
        }
        box.server.withLock { $0 = server }
        respond.change {
            $0 = { [weak self] request, connection in self?.answer(request, connection) }
        }
    }

    var base: String { box.server.withLock { $0?.base ?? "" } }
    var requests: [LoopbackServer.Request] { box.server.withLock { $0?.requests ?? [] } }
    var seen: [String] { state.withLock { $0.seen } }

    private final class Box<Value: Sendable>: Sendable {
        private let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
        var current: Value { value.withLock { $0 } }
        func change(_ body: (inout Value) -> Void) { value.withLock { body(&$0) } }
    }

    // MARK: - Routes

    private func answer(
        _ request: LoopbackServer.Request, _ connection: LoopbackServer.Connection
    ) {
        let line = request.head.prefix { $0 != "\r\n" }.split(separator: " ")
        let parts = line[1].split(separator: "?", maxSplits: 1).map(String.init)
        let (path, query) = (parts[0], Self.fields(parts.count > 1 ? parts[1] : ""))
        let form = Self.fields(String(decoding: request.body, as: UTF8.self))
        let (status, body) = reply(String(line[0]), path, query, form, request)
        let names = [200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden"]
        let date = state.withLock { $0.date }.map { ["Date: \($0)"] } ?? []
        connection.answer(
            "\(status) \(names[status] ?? "Other")", ["Content-Type: application/json"] + date,
            body)
    }

    private func reply(
        _ method: String, _ path: String, _ query: [String: String], _ form: [String: String],
        _ request: LoopbackServer.Request
    ) -> (Int, String) {
        if path.hasSuffix("/oauth2/v2.0/token") { return directory(path, form, request) }
        if path.hasSuffix("/oauth2/v2.0/devicecode") { return deviceCode(form) }
        if let answer = plane(path, request) { return answer }
        if path.hasPrefix("/subscriptions/") || path.hasPrefix("/discovery") {
            return workspace(path, request)
        }
        if let status = trouble() { return (status, "{\"error\":\"busy\"}") }
        switch path {
        case "/metadata/identity/oauth2/token": return virtualMachine(query, request)
        case "/appservice": return appService(query, request)
        case "/MSI/auth": return azureMLCompute(query, request)
        case "/cloudshell":
            let isRight = method == "POST" && request.header("Metadata") == "true"
            return isRight ? token(form["resource"], "\"expires_in\":\"3599\"") : (400, "{}")
        default: return (404, "{}")
        }
    }

    private func trouble() -> Int? {
        state.withLock { $0.troubles.isEmpty ? nil : $0.troubles.removeFirst() }
    }

    private func see(_ text: String) { state.withLock { $0.seen.append(text) } }

    private func token(_ resource: String?, _ life: String, _ more: String = "") -> (Int, String) {
        guard let resource, !resource.isEmpty else { return (400, "{\"error\":\"no_resource\"}") }
        let number = state.withLock { state in
            state.issued += 1
            return state.issued
        }
        let text = tokenText(resource, number)
        return (200, "{\"token_type\":\"Bearer\",\(life),\"access_token\":\"\(text)\"\(more)}")
    }

    /// Whom a token is for, and its number.
    static func reads(_ token: String) -> String {
        readable(token) ?? Data(base64Encoded: token).map { String(decoding: $0, as: UTF8.self) }
            ?? "?"
    }

    // MARK: - The directory

    private func directory(
        _ path: String, _ form: [String: String], _ request: LoopbackServer.Request
    ) -> (Int, String) {
        guard request.header("Content-Type") == "application/x-www-form-urlencoded" else {
            return (400, "{\"error\":\"invalid_request\"}")
        }
        see("\(form["grant_type"] ?? "?") \(path.split(separator: "/")[0]) \(form["scope"] ?? "")")
        if let status = trouble() { return (status, "{\"error\":\"temporarily_unavailable\"}") }
        let life = "\"expires_in\":\(state.withLock { $0.lifeSeconds }),\"ext_expires_in\":3599"
        switch form["grant_type"] {
        case "client_credentials":
            guard let scope = form["scope"], scope.hasSuffix("/.default") else {
                return (400, Self.refusal("invalid_scope", "AADSTS70011: The scope is not valid."))
            }
            if let assertion = form["client_assertion"] {
                state.withLock { $0.assertions.append(assertion) }
            } else if form["client_secret"] != Self.secret {
                let said = "AADSTS7000215: Invalid client secret \(form["client_secret"] ?? "")."
                return (401, Self.refusal("invalid_client", said))
            }
            return token(String(scope.dropLast("/.default".count)), life)
        case "refresh_token":
            guard form["refresh_token"] == Self.refreshToken else {
                return (400, Self.refusal("invalid_grant", "AADSTS700082: It has expired."))
            }
            return person(form, life)
        case "urn:ietf:params:oauth:grant-type:device_code":
            let error = state.withLock { state in
                state.deviceErrors.isEmpty ? nil : state.deviceErrors.removeFirst()
            }
            if let error { return (400, Self.refusal(error, "AADSTS70016: \(error)")) }
            return form["device_code"] == "device-1" ? person(form, life) : (400, "{}")
        default: return (400, Self.refusal("unsupported_grant_type", "?"))
        }
    }

    private func person(_ form: [String: String], _ life: String) -> (Int, String) {
        let scope = form["scope"] ?? state.withLock { $0.deviceScope }
        let resource = scope.prefix { $0 != " " }.dropLast("/.default".count)
        return token(String(resource), life, ",\"refresh_token\":\"\(Self.refreshToken)\"")
    }

    private func deviceCode(_ form: [String: String]) -> (Int, String) {
        see("devicecode \(form["scope"] ?? "")")
        guard form["client_id"] != nil, form["scope"]?.hasSuffix("offline_access") == true else {
            return (400, "{}")
        }
        let interval = state.withLock { state in
            state.deviceScope = form["scope"] ?? ""
            return state.intervalSeconds
        }
        return (
            200,
            """
            {"user_code":"ABCD-EFGH","device_code":"device-1","interval":\(interval),
            "expires_in":900,
            "verification_uri":"https://login.test/device","message":"To sign in, …"}
            """
        )
    }

    /// As the directory says it: numbers and times follow on lines of their own.
    private static func refusal(_ error: String, _ text: String) -> String {
        """
        {"error":"\(error)","error_description":"\(text)\\r\\nTrace ID: t-1\\r\\nTimestamp: now",
        "error_codes":[1],"correlation_id":"c-1"}
        """
    }

    // MARK: - Identity services

    private func virtualMachine(
        _ query: [String: String], _ request: LoopbackServer.Request
    ) -> (Int, String) {
        guard request.header("Metadata") == "true" else {
            return (400, "{\"error\":\"invalid_request\"}")
        }
        see("imds \(query["api-version"] ?? "") \(query["client_id"] ?? "-")")
        if query["client_id"] == "unknown" {
            return (
                400, "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}"
            )
        }
        let end = Int(Date().timeIntervalSince1970) + 86_400
        return token(query["resource"], "\"expires_on\":\"\(end)\"")
    }

    private func appService(
        _ query: [String: String], _ request: LoopbackServer.Request
    ) -> (Int, String) {
        guard request.header("X-IDENTITY-HEADER") == Self.endpointSecret,
            query["api-version"] == "2019-08-01"
        else { return (401, "{\"statusCode\":401,\"message\":\"\(Self.endpointSecret)\"}") }
        see("appservice \(query["mi_res_id"] ?? query["client_id"] ?? "-")")
        return token(query["resource"], "\"expires_on\":\"1900000000\"")
    }

    private func azureMLCompute(
        _ query: [String: String], _ request: LoopbackServer.Request
    ) -> (Int, String) {
        guard request.header("secret") == Self.endpointSecret,
            query["api-version"] == "2017-09-01", query["client_id"] == nil
        else { return (400, "{}") }
        see("azureml \(query["clientid"] ?? "-")")
        return token(query["resource"], "\"expires_on\":\"11/23/2030 8:14:03 PM +00:00\"")
    }

    // MARK: - The workspace

    private func workspace(_ path: String, _ request: LoopbackServer.Request) -> (Int, String) {
        let bearer = request.header("Authorization")?.dropFirst("Bearer ".count)
        if path.hasPrefix("/discovery") {
            return bearer == nil ? (200, "{\"api\":\"\(base)/api\"}") : (400, "{}")
        }
        let token = bearer.map(String.init) ?? ""
        let (isRefused, isForbidden) = state.withLock { state in
            (state.refusesAll || state.refused.contains(token), state.forbidden)
        }
        guard Self.reads(token).hasPrefix("for https://management."), !isRefused else {
            let body = "{\"error\":{\"code\":\"ExpiredAuthenticationToken\",\"message\":\"Old.\"}}"
            return (401, body)
        }
        see("arm \(path.split(separator: "/").last ?? "")")
        let areForbidden = state.withLock { $0.areEndpointsForbidden }
        if isForbidden || areForbidden && path.hasSuffix("/batchEndpoints") {
            let action = "Microsoft.MachineLearningServices/workspaces/batchEndpoints/read"
            let text =
                "The client 'x' with object id 'y' does not have authorization to perform "
                + "action '\(action)' over scope '/subscriptions/s/workspaces/ws' or it is invalid."
            return (403, "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"\(text)\"}}")
        }
        if let answer = holdings(path) { return answer }
        if path.hasSuffix("/batchEndpoints") {
            let uri = (state.withLock { $0.scoringBase } ?? base) + "/jobs"
            let properties = "{\"scoringUri\":\"\(uri)\"}"
            return (200, "{\"value\":[{\"name\":\"wine\",\"properties\":\(properties)}]}")
        }
        return (
            200, "{\"name\":\"ws\",\"properties\":{\"discoveryUrl\":\"\(base)/discovery\"}}"
        )
    }

    private static func fields(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map {
                PercentEncoding.decode($0) ?? "?"
            }
            return (parts.first ?? "", parts.dropFirst().first ?? "")
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
