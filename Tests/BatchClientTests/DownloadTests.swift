import BatchModel
import Crypto
import Foundation
import Testing

@testable import BatchClient

@Suite struct DownloadTests {
    /// Blobs of the default datastore's container.
    private func bench(
        _ blobs: [(name: String, bytes: [UInt8])], status: String = "Completed",
        isPipeline: Bool = false, md5: String? = nil
    ) throws -> Bench {
        let bench = try Bench()
        let type = isPipeline ? ",\"azureml.jobtype\":\"azureml.pipelinejob\"" : ""
        let tag = ",\"tags\":{\"azureml.batchrun\":\"true\"\(type)}"
        bench.service.on(.get, "/jobs/j1?") { _ in
            .json("{\"name\":\"j1\",\"properties\":{\"status\":\"\(status)\"\(tag)}}")
        }
        bench.service.on(.get, "/runs/j1/children") { _ in
            .json("{\"value\":[{\"runId\":\"prep\"},{\"runId\":\"r1\"}]}")
        }
        bench.service.on(.post, "/rundata") { call in
            switch call.json?["runId"]?.string {
            case "r1":
                .json(
                    "{\"runMetadata\":{\"runId\":\"r1\",\"outputs\":{\"score\":{\"assetId\":\"A\",\"type\":\"UriFolder\"}}}}"
                )
            case "j1":
                .json(
                    "{\"runMetadata\":{\"runId\":\"j1\",\"outputs\":{\"model\":{\"assetId\":\"A\",\"type\":\"uri_folder\"}}}}"
                )
            default: .json("{\"runMetadata\":{\"runId\":\"prep\",\"outputs\":{}}}")
            }
        }
        bench.service.on(.post, "/batchGetResolvedUris") { _ in
            .json(
                """
                {"values":{"A":{"type":"UriFolder","uri":"azureml://subscriptions/sub/resourcegroups/rg/workspaces/ws/datastores/workspaceblobstore/paths/azureml/r1/score/"}}}
                """)
        }
        let sum = md5.map { "<Content-MD5>\($0)</Content-MD5>" } ?? ""
        bench.service.on(.get, "comp=list") { call in
            guard call.url.contains("prefix=azureml/r1/score/") else {
                return .text("<Blobs></Blobs>", status: 200)
            }
            let entries = blobs.map {
                "<Blob><Name>azureml/r1/score/\($0.name)</Name><Properties><Content-Length>\($0.bytes.count)</Content-Length>\(sum)</Properties></Blob>"
            }
            return .text("<Blobs>\(entries.joined())</Blobs>", status: 200)
        }
        for blob in blobs {
            let place = PercentEncoding.encode(blob.name, keeping: "/")
            bench.service.on(.get, "/c1/azureml/r1/score/\(place)?") { call in
                let numbers = (call.header("x-ms-range") ?? "").dropFirst(6).split(separator: "-")
                    .compactMap { Int($0) }
                guard numbers.count == 2, numbers[0] < blob.bytes.count else { return .empty(416) }
                let end = min(numbers[1] + 1, blob.bytes.count)
                return .answer(
                    206, [("Content-Range", "bytes \(numbers[0])-\(end - 1)/\(blob.bytes.count)")],
                    Array(blob.bytes[numbers[0]..<end]))
            }
        }
        return bench
    }

    private func failed(_ bench: Bench, overwrites: Bool = false) async -> ServiceFailure? {
        await failure { () throws(ServiceFailure) in
            _ = try await bench.client.download(bench.order(overwrites: overwrites)) { _ in }
        }
    }

    @Test func aModelJobsScoresComeFromTheStepThatHasThem() async throws {
        let bench = try bench([
            ("predictions.csv", Array("a 1\n".utf8)), ("sub/x y.txt", Array("z".utf8)),
            ("empty", []),
        ])
        let seen = Box<TransferProgress?>(nil)
        let client = bench.client
        let report = try await client.download(bench.order()) { progress in
            seen.change { $0 = progress }
        }
        #expect(report.files == ["empty", "predictions.csv", "sub/x y.txt"])
        #expect(report.bytes == 5)
        #expect(
            try bench.folder.files(in: "out") == [
                "out/empty", "out/predictions.csv", "out/sub/x y.txt",
            ])
        #expect(try bench.folder.read("out/predictions.csv") == "a 1\n")
        #expect(
            seen.current
                == TransferProgress(filesDone: 3, filesTotal: 3, bytesDone: 5, bytesTotal: 5))
        #expect(try await client.outputs("j1").map(\.name) == ["score"])
        #expect(
            try await client.outputFiles("j1", "score").map(\.path) == [
                "empty", "predictions.csv", "sub/x y.txt",
            ])
        let piece = try await client.readOutput("j1", "score", "predictions.csv", 2, 100)
        #expect(piece == FileChunk(offset: 2, bytes: Array("1\n".utf8), totalLength: 4))
        #expect(try await client.readOutput("j1", "score", "empty", 0, 10).bytes.isEmpty)
    }

    @Test func whatTheListSaysOfAResultIsNotAskedFor() async throws {
        let bench = try bench([("predictions.csv", [1])])
        let place = "azureml://datastores/workspaceblobstore/paths/azureml/r1/score/"
        bench.service.on(.get, "/jobs?") { _ in
            .json(
                """
                {"value":[{"name":"j1","properties":{"status":"Completed","properties":{"batchdeck.score":"\(place)"}}}]}
                """)
        }
        let client = bench.client
        _ = try await client.jobs(JobListQuery(endpoint: "wine", count: 9))
        #expect(try await client.outputs("j1").map(\.uri) == [place])
        #expect(try await client.outputFiles("j1", "score").map(\.path) == ["predictions.csv"])
        _ = try await client.readOutput("j1", "score", "predictions.csv", 0, 9)
        #expect(bench.service.calls(.get, "/jobs/j1").isEmpty)
        // The datastore and the right to it are asked for at once, and once.
        #expect(bench.service.calls(.get, "/datastores/").count == 1)
        #expect(bench.service.calls(.post, "/listSecrets").count == 1)
    }

    @Test func aRightThatWasNotToBeHadAtFirstIsAskedForAgain() async throws {
        let bench = try bench([("predictions.csv", [1])])
        bench.service.on(
            .post, "/listSecrets",
            inTurn: [
                .json("no JSON"), .json("{\"secretsType\":\"Sas\",\"sasToken\":\"sv=1&sig=S\"}"),
            ])
        #expect(
            try await bench.client.outputFiles("j1", "score").map(\.path) == ["predictions.csv"])
        #expect(bench.service.calls(.post, "/listSecrets").count == 2)
    }

    @Test func aBusyServiceHasNotRefusedTheRightToTheBlobs() async throws {
        let bench = try bench([("predictions.csv", [1])])
        bench.service.on(
            .post, "/listSecrets",
            inTurn: Array(repeating: .text("busy", status: 503), count: 12)
                + [.json("{\"secretsType\":\"Sas\",\"sasToken\":\"sv=1&sig=S\"}")])
        let client = bench.client
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await client.outputFiles("j1", "score")
        }
        #expect(failed?.httpStatus == 503, "\(String(describing: failed))")
        // Not kept as a refusal: whoever asks later has the right.
        _ = try? await client.outputFiles("j1", "score")
        #expect(
            try await client.outputFiles("j1", "score").map(\.path) == ["predictions.csv"])
    }

    @Test func aPipelineJobsOutputsHaveFoldersOfTheirOwn() async throws {
        let bench = try bench([("m.pkl", [1, 2])], isPipeline: true)
        let report = try await bench.client.download(bench.order()) { _ in }
        #expect(report.files == ["named-outputs/model/m.pkl"])
        #expect(try bench.folder.files(in: "out") == ["out/named-outputs/model/m.pkl"])
    }

    @Test func noFileAtAllIsAnError() async throws {
        let bench = try bench([])
        let failed = await failed(bench)
        #expect(failed?.kind == .notFound)
        #expect(failed?.detail.contains("no file") == true)
    }

    @Test(arguments: ["../evil", "a/../../evil", "a//b", "./x", "/etc/passwd"])
    func aNameThatLeavesTheFolderIsRefusedBeforeAnythingIsWritten(name: String) async throws {
        let bench = try bench([("good.csv", [1]), (name, [1])])
        let failed = await failed(bench)
        #expect(failed?.kind == .rejected)
        #expect(try bench.folder.files().isEmpty)
    }

    @Test(arguments: ["a\u{1B}[2J.csv", "a\u{7F}", "b\u{9B}c"])
    func aNameWithControlCharactersIsRefusedBeforeAnythingIsWritten(name: String) async throws {
        let bench = try bench([("good.csv", [1]), (name, [1])])
        let failed = await failed(bench)
        #expect(failed?.kind == .rejected)
        #expect(failed?.detail.contains("control characters") == true)
        #expect(try bench.folder.files().isEmpty)
    }

    @Test func aRangeWithAWrongSumIsRefused() async throws {
        let bench = try bench([("p.csv", [1, 2, 3])])
        bench.service.on(.get, "/c1/azureml/r1/score/p.csv?") { call in
            #expect(call.header("x-ms-range-get-content-md5") == "true")
            return .answer(206, [("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")], [1, 2, 3])
        }
        #expect(await failed(bench)?.detail.contains("checksum") == true)
        #expect(try bench.folder.read("out/p.csv") == nil)
    }

    @Test func withoutASumAShorterFileIsNotTakenForTheBeginning() async throws {
        let bytes = Self.large()
        var known = Array(bytes.prefix(Int(Downloader.pieceLength) + 7))
        // Another job's file of the same name, alike at its end.
        known[3] ^= 1
        let bench = try bench([("big.bin", bytes)], status: "Running")
        try LocalFiles.makeFolder(bench.folder.path + "/out")
        try LocalFiles.replace(bench.folder.path + "/out/big.bin", with: known)
        _ = try await bench.client.download(bench.order(overwrites: true)) { _ in }
        #expect(try LocalFiles.read(bench.folder.path + "/out/big.bin") == bytes)
    }

    @Test func ofAFileThatGrewOnlyTheRestIsFetched() async throws {
        let bytes = Self.large()
        let known = bytes.prefix(Int(Downloader.pieceLength) + 7)
        let sum = Data(Insecure.MD5.hash(data: bytes)).base64EncodedString()
        let bench = try bench([("big.bin", bytes)], status: "Running", md5: sum)
        try LocalFiles.makeFolder(bench.folder.path + "/out")
        try LocalFiles.replace(bench.folder.path + "/out/big.bin", with: Array(known))
        let report = try await bench.client.download(bench.order(overwrites: true)) { _ in }
        #expect(try LocalFiles.read(bench.folder.path + "/out/big.bin") == bytes)
        #expect(bench.service.calls(.get, "/big.bin").count == 2)
        #expect(report.bytesKept == Downloader.pieceLength)
        #expect(report.openStatus == .running)
    }

    @Test func aShorterFileOfAnotherKindIsNotTakenForItsBeginning() async throws {
        let bytes = Self.large()
        let bench = try bench([("big.bin", bytes)], status: "Running")
        try LocalFiles.makeFolder(bench.folder.path + "/out")
        try LocalFiles.replace(bench.folder.path + "/out/big.bin", with: [9, 9, 9])
        let report = try await bench.client.download(bench.order(overwrites: true)) { _ in }
        #expect(try LocalFiles.read(bench.folder.path + "/out/big.bin") == bytes)
        #expect(report.bytesKept == 0)
    }

    @Test func aFileWithTheServicesSumIsNotFetchedAgain() async throws {
        let right = Data(Insecure.MD5.hash(data: [1, 2, 3] as [UInt8])).base64EncodedString()
        let other = try self.bench([("p.csv", [1, 2, 3])], md5: right)
        let client = other.client
        #expect(
            try await client.download(other.order()) { _ in }.filesKept == 0)
        #expect(
            try await client.download(other.order()) { _ in }.filesKept == 1)
        #expect(other.service.calls(.get, "/p.csv").count == 1)
    }

    /// Puts a file where results go.
    private func put(_ text: String, _ name: String, in bench: Bench) throws {
        try LocalFiles.makeFolder(bench.folder.path + "/out")
        try LocalFiles.replace("\(bench.folder.path)/out/\(name)", with: Array(text.utf8))
    }

    @Test(arguments: ["mine, longer", "one"])
    func aFileThatIsNotThisJobsIsNotReplacedUnasked(text: String) async throws {
        let bench = try bench([("a.csv", Array("new".utf8)), ("b.csv", Array("own".utf8))])
        try put(text, "b.csv", in: bench)
        let failed = await failed(bench)
        #expect(failed?.kind == .conflict)
        #expect(failed?.detail.contains("/out/b.csv") == true)
        #expect(failed?.advice.contains("--overwrite") == true)
        #expect(try bench.folder.files(in: "out") == ["out/b.csv"], "nothing is written")
        #expect(try bench.folder.read("out/b.csv") == text)
        #expect(bench.service.calls(.get, "/a.csv?").isEmpty)
        _ = try await bench.client.download(bench.order(overwrites: true)) { _ in }
        #expect(try bench.folder.read("out/b.csv") == "own")
    }

    @Test func anotherJobsResultsAreInTheWay() async throws {
        let first = try bench([("p.csv", Array("first".utf8))])
        _ = try await first.client.download(first.order()) { _ in }
        let other = DownloadNotes(
            folder: first.folder.path + "/state/downloads", job: "j2",
            root: first.folder.path + "/out")
        let info = try #require(try LocalFiles.info(first.folder.path + "/out/p.csv"))
        #expect(await !other.covers("p.csv", info))
    }

    @Test func whatThisJobWroteIsReplacedByItsNextDownloadUntilSomebodyChangesIt() async throws {
        let bench = try bench([("p.csv", Array("first".utf8))], status: "Running")
        _ = try await bench.client.download(bench.order()) { _ in }
        // Neither a sum nor a time says that it is the same: it comes again, and is no stranger.
        #expect(await failed(bench) == nil)
        try put("first and mine", "p.csv", in: bench)
        #expect(await failed(bench)?.kind == .conflict)
        #expect(await failed(bench, overwrites: true) == nil)
        #expect(await failed(bench) == nil)
    }

    @Test func aReplacedFileMayBeReplacedWhenTheDownloadGoesOn() async throws {
        let bench = try bench([("p.csv", Array("theirs".utf8))])
        try put("mine", "p.csv", in: bench)
        let isBroken = Box(true)
        bench.service.on(.get, "/c1/azureml/r1/score/p.csv?") { _ in
            isBroken.current
                ? .text("no", status: 400) : .answer(206, [], Array("theirs".utf8))
        }
        #expect(await failed(bench, overwrites: true)?.httpStatus == 400)
        #expect(try bench.folder.read("out/p.csv") == "mine")
        isBroken.change { $0 = false }
        #expect(await failed(bench) == nil)
        #expect(try bench.folder.read("out/p.csv") == "theirs")
    }

    @Test func onlyTheOutputThatIsNamedIsFetched() async throws {
        let bench = try bench([("p.csv", [1])])
        let report = try await bench.client.download(bench.order("score")) { _ in }
        #expect(report.files == ["p.csv"])
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.download(bench.order("scores")) { _ in }
        }
        #expect(failed?.kind == .notFound && failed?.detail.contains("there are: score") == true)
        #expect(failed?.advice.contains("'score'") == true)
    }

    @Test func whatIsNotedOutlivesTheProcessAndOnlyWhatHolds() async throws {
        let folder = try TestFolder()
        func notes(_ job: Job.ID = "j1") -> DownloadNotes {
            DownloadNotes(folder: folder.path + "/notes", job: job, root: "/out")
        }
        func info(_ size: Int64, _ second: Int64 = 1) -> LocalFiles.Info {
            let at = Timestamp(microsecondsSinceEpoch: second * 1_000_000)
            return LocalFiles.Info(
                isFolder: false, isFile: true, isLink: false, size: size, modifiedAt: at,
                changedAt: at)
        }
        let first = notes()
        await first.add("a b/c.csv", info(3))
        await first.add("d.csv", info(4))
        await first.add("d.csv", info(5))
        let next = notes()
        #expect(await next.covers("a b/c.csv", info(3)))
        #expect(await next.covers("d.csv", info(5)))
        #expect(await !next.covers("d.csv", info(4)))
        #expect(await !next.covers("d.csv", info(5, 2)))
        #expect(await !notes("j2").covers("d.csv", info(5)))
    }

    @Test func aLinkInTheFolderIsNotFollowed() async throws {
        let bench = try bench([("sub/x.csv", [1])])
        try LocalFiles.makeFolder(bench.folder.path + "/elsewhere")
        try LocalFiles.makeFolder(bench.folder.path + "/out")
        link(bench.folder.path + "/elsewhere", at: bench.folder.path + "/out/sub")
        #expect(await failed(bench)?.detail.contains("is not a folder") == true)
        #expect(try bench.folder.files(in: "elsewhere").isEmpty)
    }

    @Test func aWrongChecksumLeavesNoFileUnderItsRealName() async throws {
        let bench = try bench([("p.csv", [1, 2, 3])], md5: "AAAAAAAAAAAAAAAAAAAAAA==")
        #expect(await failed(bench)?.detail.contains("checksum") == true)
        #expect(try bench.folder.files(in: "out") == ["out/.p.csv.partial"])
    }

    private static func large() -> [UInt8] {
        (0..<(Int(Downloader.pieceLength) * 2 + 5)).map { UInt8(truncatingIfNeeded: $0 / 251) }
    }

    @Test func aLargeFileComesInPiecesAndIsWholeAgain() async throws {
        let bytes = Self.large()
        let bench = try bench([("big.bin", bytes)])
        _ = try await bench.client.download(bench.order()) { _ in }
        #expect(try LocalFiles.read(bench.folder.path + "/out/big.bin") == bytes)
        #expect(bench.service.calls(.get, "/big.bin").count == 3)
        #expect(try bench.folder.files(in: "out") == ["out/big.bin"])
    }

    @Test func aDownloadThatBrokeOffGoesOnWhereItWas() async throws {
        let bytes = Self.large()
        let bench = try bench([("big.bin", bytes)])
        let place = "/c1/azureml/r1/score/big.bin?"
        let isBroken = Box(true)
        let last = Downloader.pieceLength * 2
        bench.service.on(.get, place) { call in
            let start =
                Int((call.header("x-ms-range") ?? "").dropFirst(6).prefix { $0 != "-" }) ?? 0
            guard !isBroken.current || start < Int(last) else { return .text("no", status: 400) }
            let end = min(start + Int(Downloader.pieceLength), bytes.count)
            return .answer(206, [], Array(bytes[start..<end]))
        }
        #expect(await failed(bench)?.httpStatus == 400)
        #expect(try bench.folder.read("out/big.bin") == nil)
        let before = bench.service.calls(.get, "/big.bin").count
        isBroken.change { $0 = false }
        _ = try await bench.client.download(bench.order()) { _ in }
        #expect(try LocalFiles.read(bench.folder.path + "/out/big.bin") == bytes)
        #expect(bench.service.calls(.get, "/big.bin").count - before < 3)
    }

    @Test func withoutRunDataTheUsualPlacesAreLookedAt() async throws {
        let bench = try bench([("predictions.csv", [1])])
        bench.service.on(.post, "/rundata") { _ in .json("{\"runMetadata\":null}") }
        let found = try await bench.client.outputs("j1")
        #expect(
            found.map(\.uri) == [
                "azureml://subscriptions/sub/resourcegroups/rg/workspaces/ws/datastores/workspaceblobstore/paths/azureml/r1/score/"
            ])
    }

    @Test func aListingIsReadWithPrefixesEntitiesAndMarkers() {
        let xml = """
            \u{FEFF}<?xml version="1.0" encoding="utf-8"?><!-- x --><EnumerationResults Container="c">
            <Prefix>a/</Prefix><Blobs><Blob><Name>a/x &amp; &#233;.csv</Name><Properties>
            <Last-Modified>Mon, 23 Nov 2026 00:40:06 GMT</Last-Modified>
            <Content-Length>26</Content-Length><Content-MD5>ND/sOD3BW5ivD0rwIMG+RQ==</Content-MD5>
            <Content-Encoding /></Properties><Metadata><upload_status>completed</upload_status>
            </Metadata></Blob><Blob><Name>a/folder</Name><Properties><Content-Length>0</Content-Length>
            </Properties><Metadata><hdi_isfolder>true</hdi_isfolder></Metadata></Blob>
            <Blob><Name Encoded="true">a/%01</Name></Blob>
            <BlobPrefix><Name>a/sub/</Name></BlobPrefix></Blobs><NextMarker>m&lt;1</NextMarker>
            </EnumerationResults>
            """
        let page = BlobListPage(xml: Array(xml.utf8))
        #expect(page.blobs.map(\.name) == ["a/x & é.csv", "a/folder", "a/\u{01}"])
        #expect(page.blobs[0].size == 26)
        #expect(page.blobs[0].md5 == "ND/sOD3BW5ivD0rwIMG+RQ==")
        #expect(page.blobs[0].modifiedAt?.iso8601 == "2026-11-23T00:40:06.000000Z")
        #expect(page.blobs[1].isFolderMarker)
        #expect(page.prefixes == ["a/sub/"])
        #expect(page.marker == "m<1")
    }

    @Test(arguments: [
        "", "<", "<Blob", "<Blobs><Blob><Name>x", "</Blob>", "<Name/>", "&&&;;;", "<!--",
    ])
    func aBrokenListingIsNoCrash(xml: String) {
        #expect(BlobListPage(xml: Array(xml.utf8)).blobs.isEmpty)
    }

    @Test func addressesOfDatastoresAreReadInEveryForm() {
        let long = DatastoreLocation(
            uri: "azureml://subscriptions/s/resourcegroups/r/workspaces/w/datastores/d/paths/a/b c")
        #expect(
            long?.scope == WorkspaceScope(subscriptionID: "s", resourceGroup: "r", workspace: "w"))
        #expect(long?.datastore == "d" && long?.path == "a/b c")
        #expect(DatastoreLocation(uri: "azureml://datastores/d/paths/x/")?.path == "x/")
        #expect(DatastoreLocation(uri: "azureml://datastores/d")?.path == "")
        let arm =
            "/subscriptions/s/resourceGroups/r/providers/Microsoft.MachineLearningServices/workspaces/w/datastores/d/paths/p"
        #expect(DatastoreLocation(uri: arm)?.scope?.workspace == "w")
        #expect(DatastoreLocation(uri: "https://x.test/datastores/d/other/x") == nil)
        #expect(DatastoreLocation(uri: "azureml://locations/l/data/n/versions/1") == nil)
    }
}

extension Bench {
    /// The results of the one job, into the folder `out`.
    fileprivate func order(_ output: String? = nil, overwrites: Bool = false) -> DownloadOrder {
        DownloadOrder(
            "j1", to: folder.path + "/out", output: output, overwrites: overwrites)
    }
}
