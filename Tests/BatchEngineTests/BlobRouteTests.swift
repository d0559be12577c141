import BatchModel
import Foundation
import Testing

@testable import BatchEngine

/// The storage calls of the contract, as a client sends them.
@Suite struct BlobRouteTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    private func blob(
        _ call: Route.Storage, _ headers: [(String, String)] = [], _ body: String = ""
    ) async -> EngineResponse {
        let request = Route.storage(container: "azureml", call).request
        return await fixture.send(
            request.method, request.target, headers: headers, body: Array(body.utf8),
            isStorageHost: true)
    }

    @Test func aBlobIsPutLookedAtReadAndDeleted() async throws {
        let put = await blob(
            .put(blob: "f/a b+c.txt"),
            [
                ("x-ms-blob-type", "BlockBlob"), ("Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="),
                ("x-ms-meta-Name", "v"), ("x-ms-blob-content-type", "text/plain"),
            ], "hello")
        #expect(put.status == 201, "\(put.text)")
        let etag = try #require(put.headers["ETag"])
        #expect(put.headers["Last-Modified"] != nil)
        #expect(put.headers["x-ms-version"] == "2024-08-04")

        let head = await blob(.properties(blob: "f/a b+c.txt"))
        #expect(head.status == 200)
        #expect(head.headers["Content-Length"] == "5")
        #expect(head.headers["ETag"] == etag)
        #expect(head.headers["Content-MD5"] == "XUFAKrxLKna5cZ2REBfFkg==")
        #expect(head.headers["x-ms-meta-name"] == "v")
        #expect(head.headers["x-ms-blob-type"] == "BlockBlob")
        #expect(head.bytes.isEmpty)

        let get = await blob(.read(blob: "f/a b+c.txt"))
        #expect(get.text == "hello")
        #expect(get.headers["Content-Type"] == "text/plain")
        let part = await blob(
            .read(blob: "f/a b+c.txt"), [("x-ms-range", "bytes=1-2"), ("Range", "bytes=0-0")])
        #expect(part.status == 206)
        #expect(part.text == "el")
        #expect(part.headers["Content-Range"] == "bytes 1-2/5")
        #expect(part.headers["x-ms-blob-content-md5"] == "XUFAKrxLKna5cZ2REBfFkg==")

        #expect(await blob(.delete(blob: "f/a b+c.txt")).status == 202)
        let gone = await blob(.properties(blob: "f/a b+c.txt"))
        #expect(gone.status == 404)
        #expect(gone.headers["x-ms-error-code"] == "BlobNotFound")
        #expect(gone.bytes.isEmpty)
    }

    @Test(
        arguments: [
            ("If-Match", "\"other\"", 412), ("If-None-Match", "*", 304),
            ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT", 304),
            ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT", 412),
            ("If-Match", "*", 200), ("If-Modified-Since", "no date", 200),
        ])
    func readsHonourConditions(header: String, value: String, status: Int) async {
        #expect(await blob(.put(blob: "c"), [], "x").status == 201)
        let response = await blob(.read(blob: "c"), [(header, value)])
        #expect(response.status == status)
        if status >= 300 { #expect(response.headers["x-ms-error-code"] == "ConditionNotMet") }
    }

    @Test func aBlobOfBlocksKeepsTheHashItsSenderNames() async {
        let md5 = "XUFAKrxLKna5cZ2REBfFkg=="
        #expect(await blob(.putBlock(blob: "p", id: "QQ=="), [], "hello").status == 201)
        let list = "<BlockList><Latest>QQ==</Latest></BlockList>"
        let put = await blob(.putBlockList(blob: "p"), [("x-ms-blob-content-md5", md5)], list)
        #expect(put.status == 201, "\(put.text)")
        #expect(await blob(.properties(blob: "p")).headers["content-md5"] == md5)
        let changed = await blob(
            .putProperties(blob: "p"), [("x-ms-blob-content-type", "text/x-new")])
        #expect(changed.status == 200)
        let head = await blob(.properties(blob: "p"))
        #expect(head.headers["content-type"] == "text/x-new")
        #expect(head.headers["content-md5"] == nil)
        #expect(head.headers["etag"] != put.headers["etag"])
    }

    @Test func aBlobIsCopiedWithinTheAccountOnly() async throws {
        let base = EngineFixture.address.storageBase + "/azureml/"
        let source = [("x-ms-blob-type", "BlockBlob"), ("x-ms-meta-kept", "1")]
        #expect(await blob(.put(blob: "from/a b"), source, "hello").status == 201)
        let own = ("x-ms-copy-source", base + "from/a%20b")
        let signed = ("authorization", "Bearer checked by the gate")
        let done = await blob(.put(blob: "to"), [own, signed])
        #expect(done.status == 202, "\(done.text)")
        #expect(done.headers["x-ms-copy-status"] == "success")
        let copy = await blob(.read(blob: "to"))
        #expect(copy.text == "hello")
        #expect(copy.headers["x-ms-meta-kept"] == "1")
        #expect(copy.headers["content-md5"] == "XUFAKrxLKna5cZ2REBfFkg==")

        #expect(await blob(.put(blob: "no"), [own]).status == 403, "the source is not signed")
        let foreign = ("x-ms-copy-source", "https://example.org/azureml/from/a%20b")
        #expect(await blob(.put(blob: "no"), [foreign, signed]).status == 400)
        let missing = ("x-ms-copy-source", base + "missing")
        #expect(await blob(.put(blob: "no"), [missing, signed]).status == 404)
        let part = ("x-ms-source-range", "bytes=1-2")
        #expect(await blob(.putBlock(blob: "part", id: "QQ=="), [own, signed, part]).status == 201)
        let list = "<BlockList><Latest>QQ==</Latest></BlockList>"
        #expect(await blob(.putBlockList(blob: "part"), [], list).status == 201)
        #expect(await blob(.read(blob: "part")).text == "el")
        #expect(await blob(.putBlock(blob: "no", id: "QQ=="), [own]).status == 403)
        #expect(await blob(.properties(blob: "no")).status == 404)
    }

    @Test func containersAreListedAndRemovedUnlessADatastoreNeedsThem() async throws {
        func ask(_ name: String, _ call: Route.Storage) async -> EngineResponse {
            await fixture.ask(.storage(container: name, call))
        }
        for name in ["own-one", "own-two"] {
            #expect(await ask(name, .createContainer).status == 201)
        }
        #expect(await fixture.ask(.storage(container: "own-one", .put(blob: "a"))).status == 201)
        let first = await ask("", .listContainers(BlobListQuery(prefix: "own-", limit: 1)))
        #expect(first.text.contains("<Name>own-one</Name>"))
        #expect(first.text.contains("<NextMarker>own-one</NextMarker>"))
        let rest = await ask(
            "", .listContainers(BlobListQuery(prefix: "own-", marker: "own-one")))
        #expect(rest.text.contains("<Name>own-two</Name>"))
        #expect(!rest.text.contains("<Name>own-one</Name>"))

        #expect(await ask("own-one", .containerProperties).headers["etag"] != nil)
        #expect(await ask("own-one", .deleteContainer).status == 202)
        #expect(await ask("own-one", .containerProperties).status == 404)
        #expect(await ask("own-one", .deleteContainer).status == 404)
        #expect(await ask("azureml", .deleteContainer).status == 409)
        #expect(await ask("azureml", .containerProperties).status == 200)
        let staged = try FileManager.default.contentsOfDirectory(
            atPath: fixture.engine.folders.state + "/staging")
        #expect(staged == ["blocks"])
    }

    @Test func aChangedBlobIsNotReadOnUnderItsOldTag() async throws {
        let etag = try #require(await blob(.put(blob: "c"), [], "one").headers["etag"])
        let same = await blob(.read(blob: "c"), [("If-Match", etag), ("Range", "bytes=0-0")])
        #expect(same.status == 206)
        #expect(await blob(.put(blob: "c"), [], "other").status == 201)
        let changed = await blob(.read(blob: "c"), [("If-Match", etag), ("Range", "bytes=0-0")])
        #expect(changed.status == 412)
        #expect(await blob(.put(blob: "c"), [("If-Match", etag)], "x").status == 412)
    }

    @Test func aPutThatMustBeNewIsRefusedTheSecondTime() async {
        let first = await blob(.put(blob: "n"), [("If-None-Match", "*")], "x")
        let second = await blob(.put(blob: "n"), [("If-None-Match", "*")], "y")
        #expect(first.status == 201)
        #expect(second.status == 409)
        #expect(second.headers["x-ms-error-code"] == "BlobAlreadyExists")
        #expect(second.text.contains("<Code>BlobAlreadyExists</Code>"))
        #expect(await blob(.read(blob: "n")).text == "x")
    }

    @Test func anEmptyBlobHasNoRanges() async {
        #expect(await blob(.put(blob: "e"), []).status == 201)
        let range = await blob(.read(blob: "e"), [("x-ms-range", "bytes=0-33554431")])
        #expect(range.status == 416)
        #expect(range.headers["x-ms-error-code"] == "InvalidRange")
        #expect(await blob(.read(blob: "e")).status == 200)
    }

    @Test func aWrongMD5IsRefused() async {
        let response = await blob(
            .put(blob: "m"), [("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")], "text")
        #expect(response.status == 400)
        #expect(response.headers["x-ms-error-code"] == "Md5Mismatch")
    }

    @Test func blocksBecomeABlob() async {
        #expect(await blob(.putBlock(blob: "b", id: "QUE="), [], "1").status == 201)
        #expect(await blob(.putBlock(blob: "b", id: "QUI="), [], "2").status == 201)
        let body = "<BlockList><Latest>QUI=</Latest><Latest>QUE=</Latest></BlockList>"
        let commit = await blob(.putBlockList(blob: "b"), [("If-None-Match", "*")], body)
        #expect(commit.status == 201)
        #expect(await blob(.read(blob: "b")).text == "21")
        let again = await blob(.putBlockList(blob: "b"), [("If-None-Match", "*")], body)
        #expect(again.status == 409)
        let broken = await blob(.putBlockList(blob: "b"), [], "no list")
        #expect(broken.headers["x-ms-error-code"] == "InvalidXmlDocument")
    }

    @Test func metadataIsReplacedAsAWholeAndChangesTheTag() async throws {
        _ = await blob(.put(blob: "m"), [("x-ms-meta-old", "1")], "x")
        let before = await blob(.properties(blob: "m")).headers["etag"]
        let set = await blob(.putMetadata(blob: "m"), [("x-ms-meta-upload_status", "completed")])
        #expect(set.status == 200)
        let head = await blob(.properties(blob: "m"))
        #expect(head.headers["x-ms-meta-upload_status"] == "completed")
        #expect(head.headers["x-ms-meta-old"] == nil)
        #expect(head.headers["etag"] == set.headers["etag"])
        #expect(head.headers["etag"] != before)
        #expect(await blob(.putMetadata(blob: "nothing")).status == 404)
    }

    @Test func aListIsXMLWithEverythingEscaped() async {
        _ = await blob(.put(blob: "l/<a&\"b>.txt"), [("x-ms-meta-k", "<v>")], "x")
        _ = await blob(.put(blob: "l/sub/c"), [], "x")
        let query = BlobListQuery(prefix: "l/", delimiter: "/", includesMetadata: true)
        let list = await blob(.list(query))
        #expect(list.status == 200)
        #expect(list.headers["content-type"] == "application/xml")
        let text = list.text
        #expect(text.contains("<Name>l/&lt;a&amp;&quot;b&gt;.txt</Name>"))
        #expect(text.contains("<Content-Length>1</Content-Length>"))
        #expect(text.contains("<Metadata><k>&lt;v&gt;</k></Metadata>"))
        #expect(text.contains("<BlobPrefix><Name>l/sub/</Name></BlobPrefix>"))
        #expect(text.contains("<NextMarker />"))
        #expect(text.contains("ServiceEndpoint=\"http://batchdeck.blob.core.localhost:8123/\""))
        let first = await blob(.list(BlobListQuery(prefix: "l/", limit: 1)))
        #expect(first.text.contains("<NextMarker>l%2F%3Ca%26%22b%3E.txt</NextMarker>"))
    }

    @Test func containersAreMadeOnceAndAskedForByName() async {
        func make(_ name: String) async -> EngineResponse {
            await fixture.ask(.storage(container: name, .createContainer))
        }
        #expect(await make("fresh").status == 201)
        let again = await make("fresh")
        #expect(again.status == 409)
        #expect(again.headers["x-ms-error-code"] == "ContainerAlreadyExists")
        #expect(await make("Bad").status == 400)
        let missing = await fixture.ask(.storage(container: "missing", .list(BlobListQuery())))
        #expect(missing.headers["x-ms-error-code"] == "ContainerNotFound")
    }

    @Test(
        arguments: [
            "/azureml/a%2F..%2F..%2Fengine.lock", "/azureml/../engine.lock", "/azureml/..%5Cx",
            "/azureml/%00", "/azureml//etc/passwd", "/..%2F/x", "/azureml/./a",
        ])
    func hostileNamesReachNothing(target: String) async {
        for method in [RouteRequest.Method.get, .put, .delete] {
            let response = await fixture.send(method, target, isStorageHost: true)
            #expect((400..<500).contains(response.status), "\(method) \(target)")
            #expect(response.headers["x-ms-error-code"] != nil)
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.state + "/blobs/x"))
    }

    @Test func aTrailingSlashIsAQuestionForAFolderThatIsNeverABlob() async {
        _ = await blob(.put(blob: "s/score/p.csv"), [], "x")
        #expect(await blob(.properties(blob: "s/score/")).status == 404)
    }

    @Test func aBodyAboveItsAnnouncedLengthOrBelowItIsRefused() async {
        let request = Route.storage(container: "azureml", .put(blob: "cut")).request
        let body = EngineBody(length: 10) { consume in
            try Array("four".utf8).withUnsafeBytes { try consume($0) }
        }
        let response = await fixture.engine.respond(
            to: EngineRequest(.put, request.target, isStorageHost: true, body: body))
        #expect(response.status == 400)
        #expect(await blob(.read(blob: "cut")).status == 404)
        let long = EngineBody(length: BlobFolder.putLimitBytes + 1) { _ in }
        let refused = await fixture.engine.respond(
            to: EngineRequest(.put, request.target, isStorageHost: true, body: long))
        #expect(refused.status == 413)
    }
}
