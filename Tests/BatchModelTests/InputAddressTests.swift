import TestSupport
import Testing

@testable import BatchModel

/// Which addresses may be fetched, from their text alone.
@Suite struct InputAddressTests {
    /// Why an address is refused; nil when its host may be looked up.
    private func refusal(_ text: String, named: [String] = []) throws -> String? {
        let hosts = try InputHosts(named)
        do throws(InputURL.Refusal) { return hosts.refusal(try InputURL(parsing: text)) } catch {
            return error.detail
        }
    }

    @Test(arguments: HostileAddresses.urls)
    func noSpellingLeadsToAnAddressThatIsNotPublic(text: String) throws {
        #expect(try refusal(text) != nil)
    }

    @Test func thereAreManySpellings() {
        #expect(HostileAddresses.urls.count >= 160)
        #expect(Set(HostileAddresses.urls).count == HostileAddresses.urls.count)
    }

    @Test(
        arguments: [
            ("https://example.org", "https://example.org/"),
            ("https://Example.ORG./a%20b?sig=x%2B#part", "https://example.org/a%20b?sig=x%2B"),
            ("https://8.8.8.8/a", "https://8.8.8.8/a"),
            ("https://134744072/a", "https://8.8.8.8/a"),
            ("https://[2606:4700::1111]:8443/a", "https://[2606:4700:0:0:0:0:0:1111]:8443/a"),
            ("https://[64:ff9b::8.8.8.8]/", "https://[64:ff9b:0:0:0:0:808:808]/"),
            ("https://example.org:443/", "https://example.org/"),
            (
                "https://x.blob.core.windows.net/c/p/?sv=1&sig=y",
                "https://x.blob.core.windows.net/c/p/?sv=1&sig=y"
            ),
            ("https://xn--bcher-kva.org/", "https://xn--bcher-kva.org/"),
            ("HTTPS://a.b.example.org?x", "https://a.b.example.org/?x"),
            (
                "wasbs://c@x.blob.core.windows.net/p/q?sig=1",
                "https://x.blob.core.windows.net/c/p/q?sig=1"
            ),
            ("wasb://c@x.blob.core.windows.net", "https://x.blob.core.windows.net/c/"),
            ("abfss://f@x.dfs.core.windows.net/p", "https://x.blob.core.windows.net/f/p"),
        ])
    func aPublicAddressIsRead(text: String, meant: String) throws {
        let url = try InputURL(parsing: text)
        #expect(url.text == meant)
        #expect(InputHosts().refusal(url) == nil)
        #expect(try InputURL(parsing: url.text) == url)
    }

    @Test func aSignatureIsNotShown() throws {
        let url = try InputURL(parsing: "https://x.blob.core.windows.net/c/p?sig=secret")
        #expect(url.shown == "https://x.blob.core.windows.net/c/p")
    }

    @Test func aNamedHostMayBeAnything() throws {
        let named = ["127.0.0.1:8080", "nas.local", "[::1]:9000", "10.0.0.7"]
        for text in [
            "http://127.0.0.1:8080/a", "https://127.0.0.1:8080/a", "http://0x7f.1:8080/",
            "http://nas.local/a", "http://NAS.local:81/a", "http://[::1]:9000/",
            "http://10.0.0.7/", "https://10.0.0.7:444/",
        ] {
            #expect(try refusal(text, named: named) == nil, "\(text)")
        }
        for text in [
            "http://127.0.0.1/a", "http://127.0.0.1:8081/a", "http://x.nas.local/a",
            "http://nas/a", "http://[::1]/", "http://10.0.0.8/", "http://example.org/",
            "http://127.0.0.1:8080@10.0.0.8/",
        ] {
            #expect(try refusal(text, named: named) != nil, "\(text)")
        }
    }

    @Test(arguments: ["", "a b", "http://x", "x/y", "x:y", "x:", "u@x", "x?y", "x#y", "*", "[::1"])
    func whatIsNoHostIsNotTaken(text: String) {
        if text == "x:" { return }
        #expect(throws: InputURL.Refusal.self) { try InputHosts([text]) }
    }

    @Test(
        arguments: [
            ("/b?c", "https://example.org:8443/b?c"), ("b", "https://example.org:8443/d/b"),
            ("?q=1", "https://example.org:8443/d/a?q=1"), ("//other.org/x", "https://other.org/x"),
            ("https://other.org/x#y", "https://other.org/x"),
            ("../up", "https://example.org:8443/d/../up"),
        ])
    func aRedirectIsFollowedToWhereItLeads(location: String, meant: String) throws {
        let from = try InputURL(parsing: "https://example.org:8443/d/a?old=1")
        #expect(try from.following(location).text == meant)
    }

    @Test(arguments: [
        "http://example.org/", "//user@other.org/", "ftp://other.org/", "https://a b/",
        "https://other.org\r\n/", "javascript://x", "https:///x",
    ])
    func aRedirectThatCannotBeFollowedIsRefused(location: String) throws {
        let from = try InputURL(parsing: "https://example.org/a")
        #expect(throws: InputURL.Refusal.self) { try from.following(location) }
    }

    @Test func textInOneLineSteersNothing() {
        let text = "a\u{1B}[31mb\u{9B}1mc\rd\ne\u{202E}f\u{7F}g\u{0}h\u{2028}i"
        #expect(text.plainLine == "a [31mb 1mc d e f g h i")
        #expect("plain ü 日本 🎉".plainLine == "plain ü 日本 🎉")
    }
}
