import BatchEngine
import BatchModel
import Testing

@testable import EngineServer

@Suite struct RequestGateTests {
    private static let token = "5f" + String(repeating: "ab", count: 31)
    private let gate = RequestGate(port: 8123, token: token)
    private let now = Timestamp(secondsSinceEpoch: 1_800_000_000)

    private func head(
        host: String = "127.0.0.1:8123", target: String = "/discovery",
        authorization: String? = "Bearer \(token)"
    ) -> RequestGate.Head {
        RequestGate.Head(
            method: "GET", target: target, hosts: [host], origin: nil, fetchSite: nil,
            authorization: authorization)
    }

    private func status(_ head: RequestGate.Head) -> Int {
        switch gate.judge(head, now: now) {
        case .pass: 200
        case .refuse(let refusal): refusal.status
        }
    }

    @Test(
        arguments: [
            "127.0.0.1:8123", "localhost:8123", "LocalHost:8123", "[::1]:8123",
            "batchdeck.blob.core.localhost:8123", "BATCHDECK.blob.core.localhost:8123",
        ])
    func ourOwnNamesAreAnswered(host: String) {
        #expect(status(head(host: host)) == 200)
    }

    static let foreignHosts = [
        "", ":8123", "127.0.0.1", "localhost", "127.0.0.1:8124", "127.0.0.1:80", "127.0.0.1:08123",
        "127.0.0.1:+8123", "127.0.0.1:8123 ", " 127.0.0.1:8123", "127.0.0.1:8123:8123",
        "127.0.0.1.:8123",
        "localhost.:8123", "127.1:8123", "127.0.1:8123", "2130706433:8123", "0x7f000001:8123",
        "0177.0.0.1:8123", "127.000.000.001:8123", "127.0.0.2:8123", "0.0.0.0:8123", "0:8123",
        "::1:8123", "[::]:8123", "[0:0:0:0:0:0:0:1]:8123", "[::ffff:127.0.0.1]:8123",
        "[::1%lo]:8123",
        "[::1]", "::1", "example.org:8123", "example.org", "127.0.0.1.example.org:8123",
        "localhost.example.org:8123", "example.org:8123#127.0.0.1:8123",
        "127.0.0.1:8123@example.org:8123",
        "user@127.0.0.1:8123", "user:pass@127.0.0.1:8123", "127.0.0.1:8123/",
        "http://127.0.0.1:8123",
        "//127.0.0.1:8123", "127.0.0.1%3A8123", "127.0.0.1%2e:8123", "%31%32%37.0.0.1:8123",
        "localhost%00:8123", "localhost\u{0}:8123", "localhost\t:8123", "local host:8123",
        "localhost,example.org:8123", "127.0.0.1:8123,example.org", "xlocalhost:8123",
        "localhost-:8123",
        "a.localhost:8123", "blob.core.localhost:8123", "other.blob.core.localhost:8123",
        "batchdeck.blob.core.localhost.:8123", "batchdeck.blob.core.localhost",
        "batchdeck.blob.core.localhost.example.org:8123", "x.batchdeck.blob.core.localhost:8123",
        "batchdeck.blob.core.windows.net:8123", "ｌocalhost:8123", "127。0。0。1:8123",
        "①27.0.0.1:8123",
        String(repeating: "a", count: 10_000) + ":8123",
    ]

    @Test(arguments: foreignHosts)
    func anyOtherNameIsRefused(host: String) {
        #expect(status(head(host: host)) == 403)
    }

    @Test func theHostMustBeThereOnce() {
        var head = head()
        head.hosts = []
        #expect(status(head) == 403)
        head.hosts = ["127.0.0.1:8123", "127.0.0.1:8123"]
        #expect(status(head) == 403)
    }

    @Test(arguments: ["null", "http://127.0.0.1:8123", "https://example.org", ""])
    func aRequestWithAnOriginIsRefused(origin: String) {
        var head = head()
        head.origin = origin
        #expect(status(head) == 403)
    }

    @Test(arguments: [
        ("cross-site", 403), ("same-site", 403), ("Cross-Site", 403), ("", 403), ("none", 200),
        ("same-origin", 200),
    ])
    func aPageOfAnotherSiteIsRefused(site: String, expected: Int) {
        var head = head()
        head.fetchSite = site
        #expect(status(head) == expected)
    }

    @Test(
        arguments: [
            nil, "", "Bearer", "Bearer ", "Bearer 5f", "bearer x\(token)", "Bearer \(token)0",
            "Bearer  \(token)", "Basic \(token)", token, "Bearer \(String(token.dropLast()))",
        ])
    func withoutTheTokenOnlyTheOpenRoutesAnswer(authorization: String?) {
        let target =
            "/subscriptions/s/resourceGroups/r/providers/"
            + "Microsoft.MachineLearningServices/workspaces/w"
        #expect(status(head(target: target, authorization: authorization)) == 401)
        let open = authorization == nil ? 200 : 401
        #expect(status(head(target: "/discovery", authorization: authorization)) == open)
        #expect(status(head(target: "/metadata/endpoints", authorization: authorization)) == open)
        let storage = "batchdeck.blob.core.localhost:8123"
        #expect(status(head(host: storage, target: "/c/b", authorization: authorization)) == 403)
    }

    @Test(arguments: ["bearer", "BEARER", "Bearer"])
    func theSchemesNameHasNoCase(word: String) {
        #expect(status(head(target: "/x", authorization: "\(word) \(Self.token)")) == 200)
    }

    @Test func aSignatureOpensBlobsAndNothingElse() {
        let query = SharedAccess(token: Self.token).sign(
            container: "azureml", prefix: "", .all, until: now + .seconds(60))
        let storage = "batchdeck.blob.core.localhost:8123"
        let blob = head(host: storage, target: "/azureml/a?" + query, authorization: nil)
        #expect(status(blob) == 200)
        #expect(gate.judge(blob, now: now + .seconds(61)) != gate.judge(blob, now: now))
        #expect(status(head(target: "/azureml/a?" + query, authorization: nil)) == 401)
    }

    @Test func storageIsAskedByTheAccountsNameInThePathToo() {
        let query = SharedAccess(token: Self.token).sign(
            container: "azureml", prefix: "", .all, until: now + .seconds(60))
        for host in ["127.0.0.1:8123", "localhost:8123"] {
            let blob = head(
                host: host, target: "/batchdeck/azureml/a?" + query, authorization: nil)
            #expect(status(blob) == 200)
            #expect(
                gate.judge(blob, now: now)
                    == .pass(
                        .get, EngineAddress(host: String(host.dropLast(5)), port: 8123),
                        isStorageHost: true))
        }
        #expect(status(head(target: "/batchdeckx/azureml/a?" + query, authorization: nil)) == 401)
        #expect(status(head(target: "/batchdeck/azureml/a", authorization: nil)) == 403)
        #expect(EngineAddress.belowAccount("/batchdeck?comp=list") == "/?comp=list")
        #expect(EngineAddress.belowAccount("/batchdeck") == "/")
        #expect(EngineAddress.belowAccount("/other/c") == nil)
    }

    @Test func aRequestSignedWithTheAccountsKeyOpensStorageAndNothingElse() {
        let key = StorageKey(token: Self.token)
        let date = ("x-ms-date", "Fri, 15 Jan 2027 08:00:00 GMT")
        let headers = EngineHeaders([date, ("x-ms-version", "2023-11-03")])
        func signed(_ target: String, _ headers: EngineHeaders, at host: String) -> Int {
            let request = SignedRequest(method: "GET", target: target, headers: headers)
            let sent = request.authorization(of: key) ?? ""
            var head = head(host: host, target: target, authorization: sent)
            head.headers = headers
            return status(head)
        }
        let storage = "batchdeck.blob.core.localhost:8123"
        #expect(signed("/azureml/a%20b?timeout=9", headers, at: storage) == 200)
        #expect(signed("/batchdeck?comp=list", headers, at: "127.0.0.1:8123") == 200)
        #expect(signed("/discovery", headers, at: "127.0.0.1:8123") == 401)
        let old = EngineHeaders([("x-ms-date", "Fri, 15 Jan 2027 07:40:00 GMT")])
        #expect(signed("/azureml/a", old, at: storage) == 403)
        #expect(signed("/azureml/a", EngineHeaders(), at: storage) == 403)
        var changed = head(
            host: storage, target: "/azureml/b",
            authorization: SignedRequest(method: "GET", target: "/azureml/a", headers: headers)
                .authorization(of: key))
        changed.headers = headers
        #expect(status(changed) == 403)
    }

    @Test(arguments: [
        "http://127.0.0.1:8123/discovery", "*", "", "discovery",
        "/" + String(repeating: "a", count: 9000),
    ])
    func aTargetThatIsNoPathIsRefused(target: String) {
        #expect(status(head(target: target)) == 400)
    }

    @Test(arguments: ["OPTIONS", "CONNECT", "TRACE", "PROPFIND", "get"])
    func otherMethodsAreRefused(method: String) {
        var head = head()
        head.method = method
        #expect(status(head) == 405)
    }
}
