import BatchModel
import Testing

@testable import BatchEngine

@Suite struct BlobAccessTests {
    private let access = SharedAccess(token: EngineFixture.token)
    private let now = Timestamp(secondsSinceEpoch: 1_800_000_000)

    private func sas(
        _ permission: SharedAccess.Permission = .all, prefix: String = "", seconds: Int = 60
    ) -> String {
        access.sign(
            container: "azureml", prefix: prefix, permission, until: now + .seconds(seconds))
    }

    @Test func aSignatureOpensItsContainerUntilItExpires() {
        let target = "/azureml/a/b?" + sas()
        #expect(access.allows(.get, target, now: now))
        #expect(access.allows(.put, target + "&comp=block&blockid=QQ%3D%3D", now: now))
        #expect(!access.allows(.get, target, now: now + .seconds(60)))
        #expect(!access.allows(.get, "/other/a?" + sas(), now: now))
        #expect(!SharedAccess(token: "another").allows(.get, target, now: now))
    }

    @Test func aReadingSignatureOpensOneFolderForReadingOnly() {
        let query = sas(.read, prefix: "ExperimentRun/dcid.x/")
        let inside = "/azureml/ExperimentRun/dcid.x/logs/a.txt?" + query
        #expect(access.allows(.get, inside, now: now))
        #expect(access.allows(.head, inside, now: now))
        #expect(!access.allows(.put, inside, now: now))
        #expect(!access.allows(.delete, inside, now: now))
        #expect(!access.allows(.get, "/azureml/ExperimentRun/dcid.y/a?" + query, now: now))
        let list = "/azureml?restype=container&comp=list&prefix=ExperimentRun%2Fdcid.x%2F&" + query
        #expect(!access.allows(.get, list, now: now))
    }

    @Test(arguments: [
        "sp=racwdl", "se=2099-01-01T00%3A00%3A00Z", "sr=c", "sr=b", "sdd=1", "sdd=3", "sdd=",
        "sv=2021-12-02", "sv=", "sig=AAAA", "sig=",
    ])
    func noPartOfASignatureCanBeChanged(part: String) {
        let query = sas(.read, prefix: "logs/run/")
        let name = part.prefix { $0 != "=" }
        let forged = query.split(separator: "&").map {
            $0.hasPrefix(name + "=") ? part : String($0)
        }.joined(separator: "&")
        #expect(forged != query)
        #expect(access.allows(.get, "/azureml/logs/run/x/a?" + query, now: now))
        for place in [
            "/azureml/logs/run/x/a", "/azureml/logs/b", "/azureml/c", "/other/logs/run/a",
        ] {
            #expect(!access.allows(.get, place + "?" + forged, now: now), "\(place)")
        }
        for place in ["/azureml/logs/run", "/azureml/logs/b", "/other/logs/run/a"] {
            #expect(!access.allows(.get, place + "?" + query, now: now), "\(place)")
        }
    }

    @Test func stockClientsKeepEveryPartOfASignature() {
        // The parameters that the official storage library hands on; it drops every other one.
        let known: Set = ["sv", "sr", "sdd", "sp", "se", "sig"]
        for query in [sas(), sas(.read, prefix: "a/b/")] {
            let names = query.split(separator: "&").map { String($0.prefix { $0 != "=" }) }
            #expect(Set(names).isSubset(of: known), "\(query)")
        }
    }

    @Test func aSignatureMakesAndRemovesNoContainers() {
        let query = "?restype=container&" + sas()
        #expect(access.allows(.get, "/azureml" + query + "&comp=list", now: now))
        #expect(access.allows(.head, "/azureml" + query, now: now))
        #expect(!access.allows(.put, "/azureml" + query, now: now))
        #expect(!access.allows(.delete, "/azureml" + query, now: now))
        #expect(!access.allows(.get, "/?comp=list&" + sas(), now: now))
    }

    @Test func secretsAreComparedWhole() {
        #expect(SecretText.equal("abc", "abc"))
        for wrong in ["", "ab", "abcd", "abd", "abcabc"] {
            #expect(!SecretText.equal(wrong, "abc"))
        }
        #expect(!SecretText.equal("", ""))
    }

    @Test func datesAreWrittenAndReadAsHTTPDoes() {
        let time = Timestamp(secondsSinceEpoch: 784_111_777)
        #expect(HTTPDate.text(time) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.read("Sun, 06 Nov 1994 08:49:37 GMT") == time)
        #expect(HTTPDate.read("06 Nov 1994") == nil)
    }
}
