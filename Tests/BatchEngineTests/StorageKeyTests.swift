import BatchModel
import Testing

@testable import BatchEngine

/// Texts to sign as the official storage library makes them, for an account and a key that were made up.
@Suite struct StorageKeyTests {
    private let key = StorageKey(
        account: "localblobs", bytes: Array(String(repeating: "0123456789abcdef", count: 4).utf8))
    private static let now = Timestamp(iso8601: "2026-11-23T00:41:00Z")

    struct Vector: Sendable, CustomTestStringConvertible {
        var method: String
        var target: String
        var headers: [(String, String)]
        var signature: String
        var testDescription: String { method + " " + target }
    }

    private static let date = ("x-ms-date", "Mon, 23 Nov 2026 00:40:06 GMT")
    private static let version = ("x-ms-version", "2023-11-03")

    static let vectors: [Vector] = [
        Vector(
            method: "PUT",
            target: "/c1/LocalUpload/ab/heart.csv",
            headers: [
                ("Content-Length", "24"),
                ("Content-Type", "application/octet-stream"),
                ("Content-MD5", "a4u1UFUA1Qsnr72IJu8nUw=="),
                ("If-None-Match", "*"),
                ("x-ms-blob-type", "BlockBlob"),
                date, version,
            ], signature: "JmARLQYpOjy+7PjR1SZPMtfRmoZEN25Qxn2zFA/Jhlw="),
        Vector(
            method: "PUT",
            target: "/c1/big.bin?comp=block&blockid=MDAwMDAwMDAwMQ==",
            headers: [
                ("Content-Length", "4194304"),
                ("Content-Type", "application/octet-stream"),
                date, version,
            ], signature: "y+SCUbQnMXuXjVuq39aP1wDSYlv1wttxHjRoeRAWRQA="),
        Vector(
            method: "PUT",
            target: "/c1/big.bin?comp=blocklist",
            headers: [
                ("Content-Length", "1439"),
                ("Content-Type", "application/xml"),
                date, version,
            ], signature: "PKyOOMH3Nv2lbFkb+4dNd3ckHIVjdKqPGkR7OVwEjAE="),
        Vector(
            method: "HEAD",
            target: "/c1/heart.csv",
            headers: [
                date, version,
            ], signature: "gRyNI86w7vpfLS5a1WVTA7XD322mcbBZc4tFo19nyX8="),
        Vector(
            method: "GET",
            target: "/c1/heart.csv",
            headers: [
                ("x-ms-range", "bytes=0-33554431"),
                date, version,
            ], signature: "3vWfxwnhdEnF7wBCIYuy6CoI2xVTBPi2ZnNmpIApIl8="),
        Vector(
            method: "GET",
            target:
                "/c1?restype=container&comp=list&prefix=azureml%2Frun%201%2Fscore%2F&include=metadata",
            headers: [
                date, version,
            ], signature: "emj+lv+013HEgkmjAscywOiLidLGoQKR61LL+5aVpHg="),
        Vector(
            method: "DELETE",
            target: "/c1/heart.csv",
            headers: [
                ("Content-Length", "0"),
                date, version,
            ], signature: "Cll/vS3wE8D3Z1GcUV15tLzlftGnNA1+6ohNKSevDhk="),
    ]

    @Test(arguments: vectors) func requestsAreSignedAsTheOfficialLibrarySignsThem(
        vector: Vector
    ) throws {
        let request = SignedRequest(
            method: vector.method, target: vector.target, headers: EngineHeaders(vector.headers))
        let now = try #require(Self.now)
        let sent = "SharedKey localblobs:" + vector.signature
        #expect(request.authorization(of: key) == sent)
        #expect(request.carries(sent, of: key, now: now))
        #expect(!request.carries(sent, of: key, now: now + .seconds(3600)))
        #expect(!request.carries(sent, of: StorageKey(token: "another"), now: now))
    }

    private func allows(
        _ method: RouteRequest.Method, _ target: String, isSecure: Bool = true, hours: Int = 12
    ) throws -> Bool {
        let start = try #require(Timestamp(iso8601: "2026-11-23T00:00:00Z"))
        return SharedAccess(key: key).allows(
            method, target, now: start + .seconds(hours * 3600), isSecure: isSecure)
    }

    @Test func anAddressSignedForOneBlobOpensItAlone() throws {
        let sas =
            "st=2026-11-23T00%3A00%3A00Z&se=2026-11-24T00%3A00%3A00Z&sp=r&sv=2026-10-06&sr=b"
            + "&sig=DJsHPVwuR8SM4vE6aJ3RyWYJn%2Bnb%2BZshvQCvW06g0mE%3D"
        #expect(try allows(.get, "/c1/dir/heart.csv?" + sas))
        #expect(try allows(.head, "/c1/dir/heart.csv?" + sas))
        #expect(try !allows(.get, "/c1/dir/heart.csv?" + sas, hours: 24))
        #expect(try !allows(.get, "/c1/dir/heart.csv?" + sas, hours: -1), "not yet")
        #expect(try !allows(.put, "/c1/dir/heart.csv?" + sas))
        #expect(try !allows(.get, "/c1/dir/heart.csv2?" + sas))
        #expect(try !allows(.get, "/c1?restype=container&comp=list&" + sas))
    }

    @Test func anAddressSignedForAContainerOpensWhatIsInIt() throws {
        let sas =
            "st=2026-11-23T00%3A00%3A00Z&se=2026-11-24T00%3A00%3A00Z&sp=racwdl&sv=2026-10-06&sr=c"
            + "&sig=W11TtfihtusOqI55BJjpXnmwZH0XQAeYAdJTIalprO4%3D"
        #expect(try allows(.put, "/c1/any?" + sas))
        #expect(try allows(.delete, "/c1/any?" + sas))
        #expect(try allows(.get, "/c1?restype=container&comp=list&" + sas))
        #expect(try !allows(.delete, "/c1?restype=container&" + sas))
        #expect(try !allows(.get, "/c2/any?" + sas))
    }

    @Test func anAddressSignedForTheAccountOpensAllOfItOverTLS() throws {
        let sas =
            "st=2026-11-23T00%3A00%3A00Z&se=2026-11-24T00%3A00%3A00Z&sp=rwdlac&spr=https&sv=2026-10-06&ss=b&srt=sco"
            + "&sig=qWwO8dRY2hviylvDhGnvNvKhf7abisKuCKLzSEJiDkA%3D"
        #expect(try allows(.get, "/?comp=list&" + sas))
        #expect(try allows(.put, "/c9?restype=container&" + sas))
        #expect(try allows(.get, "/c9/any?" + sas))
        #expect(try !allows(.get, "/c9/any?" + sas, isSecure: false))
    }
}
