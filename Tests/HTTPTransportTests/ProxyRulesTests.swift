import BatchClient
import BatchModel
import Foundation
import Testing

@testable import HTTPTransport

/// Which proxy is asked, when none is, and that a proxy is really asked.
@Suite(.timeLimit(.minutes(5))) struct ProxyRulesTests {
    private func rules(_ environment: [String: String]) throws -> ProxyRules {
        try ProxyRules(environment: environment)
    }

    @Test func eachSchemeHasItsProxyAndTheLowerCaseNameWins() throws {
        let found = try rules([
            "HTTPS_PROXY": "http://upper:1", "https_proxy": "lower.test:3128",
            "HTTP_PROXY": "http://plain:8080/",
        ])
        #expect(found.proxy(for: "https://a.test/x")?.description == "lower.test:3128")
        #expect(found.proxy(for: "http://a.test/x")?.description == "plain:8080")
        let all = try rules(["ALL_PROXY": "http://every:9", "HTTPS_PROXY": ""])
        #expect(all.proxy(for: "https://a.test")?.port == 9)
        #expect(try rules([:]).proxy(for: "https://a.test") == nil)
    }

    @Test(arguments: [
        "http://169.254.169.254/metadata", "https://127.0.0.1:1/", "http://localhost/",
        "https://a.blob.core.localhost:7/", "http://[::1]:3/", "http://169.254.129.2:8081/msi",
    ])
    func thisMachineAndItsIdentityServiceAreNeverAskedThroughAProxy(url: String) throws {
        let found = try rules(["ALL_PROXY": "http://p:1"])
        #expect(found.proxy(for: url) == nil)
    }

    @Test(arguments: [
        ("a.test", "https://a.test", true), ("a.test", "https://b.a.test/x", true),
        (".a.test", "https://b.a.test", true), ("*.a.test", "https://b.a.test", true),
        ("a.test", "https://ba.test", false), ("*", "https://any.test", true),
        ("a.test:8443", "https://a.test:8443/", true), ("a.test:8443", "https://a.test/", false),
        ("a.test:443", "https://a.test/", true), ("10.0.0.0/8", "https://10.1.2.3", true),
        ("10.0.0.0/8", "https://11.1.2.3", false), ("x, A.TEST", "https://a.test", true),
        ("10.1.2.3", "https://10.1.2.3:8/", true), ("0.0.0.0/0", "https://9.9.9.9", true),
        ("10.0.0.0/99", "https://10.0.0.1", false), ("", "https://a.test", false),
    ])
    func exceptionsAreMatchedAsOthersDo(list: String, url: String, isException: Bool) throws {
        let found = try rules(["HTTPS_PROXY": "http://p:1", "NO_PROXY": list])
        #expect((found.proxy(for: url) == nil) == isException)
    }

    @Test(arguments: ["socks5://user:canary@p:1", "https://canary:x@p:1", "http://"])
    func aProxyWeCannotSpeakToIsRefusedWithoutQuotingIt(text: String) {
        let failure = #expect(throws: ServiceFailure.self) {
            try rules(["HTTPS_PROXY": text])
        }
        #expect(failure?.kind == .rejected)
        #expect("\(failure as Any)".contains("canary") == false)
    }

    @Test func aProxysPasswordDoesNotShow() throws {
        let found = try rules(["HTTPS_PROXY": "http://me:canary%21@p:1"])
        var dumped = ""
        dump(found, to: &dumped)
        #expect(!"\(found)\(dumped)".contains("canary"))
    }

    @Test func aRequestGoesThroughTheTunnelUnlessItPassesTheProxyBy() async throws {
        let server = try LoopbackServer { request, connection in
            if request.head.hasPrefix("CONNECT ") {
                connection.write("HTTP/1.1 200 OK\r\n\r\n")
            } else {
                connection.answer("200 OK", [], "by proxy")
            }
            return .keep
        }
        let transport = HTTPTransport(
            proxies: try rules(["HTTP_PROXY": "http://127.0.0.1:\(server.port)"]))
        let answer = try await transport.send(
            HTTPCall(method: .get, url: "http://far.test/x?y=1"))
        #expect(answer.status == 200)
        for try await _ in answer.body {}
        let heads = server.requests.map(\.head)
        #expect(heads.first?.hasPrefix("CONNECT far.test:80 ") == true, "\(heads)")
        #expect(heads.last?.hasPrefix("GET /x?y=1 ") == true, "\(heads)")
        var direct = HTTPCall(method: .get, url: server.base + "/own")
        direct.bypassesProxy = true
        let own = try await transport.send(direct)
        for try await _ in own.body {}
        #expect(server.requests.last?.head.hasPrefix("GET /own ") == true)
        await transport.shutdown()
    }

    @Test func secureRequestsGoThroughATunnelAskedForWithThePassword() async throws {
        let server = try LoopbackServer { _, connection in
            connection.answer("502 Bad Gateway")
            return .close
        }
        let transport = HTTPTransport(
            proxies: try rules(["HTTPS_PROXY": "http://me:pa%3Ass@127.0.0.1:\(server.port)"]))
        let failure = await #expect(throws: TransportFailure.self) {
            _ = try await transport.send(HTTPCall(method: .post, url: "https://far.test/jobs"))
        }
        guard case .notSent = failure else {
            Issue.record("not \(failure as Any)")
            return
        }
        let request = try #require(server.requests.first)
        #expect(request.head.hasPrefix("CONNECT far.test:443 HTTP/1.1\r\n"))
        let login = Data("me:pa:ss".utf8).base64EncodedString()
        #expect(request.header("Proxy-Authorization") == "Basic \(login)")
        await transport.shutdown()
    }

    @Test func certificatesThatCannotBeReadAreRefused() {
        let failure = #expect(throws: ServiceFailure.self) {
            try ExtraTrust().set(caFile: "/not/there.pem")
        }
        #expect(failure?.detail.contains("cannot be read") == true)
    }
}
