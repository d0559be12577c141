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

    @Test(arguments: ["sp=r", "se=2027", "bdc=azureml", "bdp=", "sig="])
    func noPartOfASignatureCanBeChanged(part: String) {
        let query = sas(.read, prefix: "logs/")
        let name = part.prefix { $0 != "=" }
        let forged = query.split(separator: "&").map { piece -> String in
            guard piece.hasPrefix(name + "=") else { return String(piece) }
            switch name {
            case "sp": return "sp=rcwdl"
            case "se": return "se=2099-01-01T00%3A00%3A00.000000Z"
            case "bdc": return "bdc=other"
            case "bdp": return "bdp="
            default: return "sig=AAAA"
            }
        }.joined(separator: "&")
        #expect(forged != query)
        let container = name == "bdc" ? "other" : "azureml"
        #expect(access.allows(.get, "/\(container)/logs/a?" + query, now: now) == (name != "bdc"))
        #expect(!access.allows(.get, "/\(container)/logs/a?" + forged, now: now))
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
