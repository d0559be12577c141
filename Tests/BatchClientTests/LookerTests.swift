import BatchModel
import Testing

@testable import BatchClient

@Suite struct LookerTests {
    private func listing(_ names: [String], folders: [String] = []) -> FakeService.Reply {
        let blobs = names.map {
            "<Blob><Name>\($0)</Name><Properties><Content-Length>2</Content-Length></Properties></Blob>"
        }
        let prefixes = folders.map { "<BlobPrefix><Name>\($0)</Name></BlobPrefix>" }
        return .text("<Blobs>\((blobs + prefixes).joined())</Blobs>", status: 200)
    }

    private func found(_ finding: ReferenceFinding) -> ResolvedData? {
        if case .found(let data) = finding { data } else { nil }
    }

    private func missing(_ finding: ReferenceFinding) -> (detail: String, advice: String)? {
        if case .missing(let detail, let advice) = finding { (detail, advice) } else { nil }
    }

    @Test func aDatastoreFolderIsCountedOneLevelDeep() async throws {
        let bench = try Bench()
        bench.service.on(.get, "comp=list") { call in
            call.url.contains("prefix=data/&")
                ? listing(["data/a.csv", "data/b.csv"], folders: ["data/sub/"]) : listing([])
        }
        let data = found(
            await bench.client.look(.datastorePath(datastore: "workspaceblobstore", path: "data")))
        #expect(data?.type == .uriFolder)
        #expect(data?.fileCount == 2 && data?.totalBytes == 4)
        #expect(data?.firstNames == ["a.csv", "b.csv", "sub/"])
        #expect(data?.datastoreKind == .blob)
    }

    @Test func aBlobByNameIsAFile() async throws {
        let bench = try Bench()
        bench.service.on(.get, "comp=list") { _ in listing(["data/a.csv", "data/a.csv.bak"]) }
        let data = found(
            await bench.client.look(
                .datastorePath(datastore: "workspaceblobstore", path: "data/a.csv")))
        #expect(data?.type == .uriFile && data?.fileCount == 1)
    }

    @Test func aPathThatIsNotThereIsAnsweredWithWhatIs() async throws {
        let bench = try Bench()
        bench.service.on(.get, "comp=list") { call in
            call.url.contains("prefix=in/&") || call.url.hasSuffix("prefix=in/")
                ? listing(["in/wine.csv"], folders: ["in/wines/"]) : listing([])
        }
        let answer = missing(
            await bench.client.look(
                .datastorePath(datastore: "workspaceblobstore", path: "in/wime.csv")))
        #expect(answer?.detail.contains("there are: wines/, wine.csv") == true, "\(answer as Any)")
        #expect(answer?.advice == "Did you mean 'wine.csv'?")
    }

    @Test func storageThatWeMayNotReadIsNoReasonAgainstAnInput() async throws {
        let bench = try Bench()
        bench.service.on(.get, "comp=list") { _ in .empty(403) }
        let data = found(
            await bench.client.look(.datastorePath(datastore: "workspaceblobstore", path: "x")))
        #expect(data != nil && data?.fileCount == nil)
    }

    @Test func anUnknownVersionIsAnsweredWithThoseThatExist() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/data/grapes/versions?") { _ in
            .json("{\"value\":[{\"id\":\"a\",\"name\":\"9\"},{\"id\":\"b\",\"name\":\"10\"}]}")
        }
        let answer = missing(
            await bench.client.look(.asset(name: "grapes", version: .named("11"))))
        #expect(answer?.detail == "No version of 'grapes' called '11'; there are: 10, 9.")
        #expect(answer?.advice == "", "'10' is no more meant than '9' is")
    }

    @Test func anUnknownAssetIsNotAnUnknownVersion() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/data/grape/versions?") { _ in .json("{\"value\":[]}") }
        bench.service.on(.get, "/data?") { _ in
            .json("{\"value\":[{\"id\":\"a\",\"name\":\"grapes\",\"properties\":{}}]}")
        }
        let answer = missing(
            await bench.client.look(.asset(name: "grape", version: .named("1"))))
        #expect(answer?.detail == "No data asset 'grape'; there are: grapes.")
        #expect(answer?.advice == "Did you mean 'grapes'?")
    }

    @Test func localFilesAreCountedAndSlipsAreNamed() async throws {
        let bench = try Bench()
        try bench.folder.write("data/one.csv", "12")
        try bench.folder.write("data/two.csv", "345")
        try bench.folder.write("data/sub/deep.csv", "6")
        let data = found(await bench.client.look(.local(path: bench.folder.path + "/data")))
        #expect(data?.type == .uriFolder && data?.fileCount == 2 && data?.totalBytes == 5)
        #expect(data?.firstNames == ["one.csv", "two.csv", "sub/"])
        let answer = missing(await bench.client.look(.local(path: bench.folder.path + "/date")))
        #expect(answer?.advice == "Did you mean 'data'?")
    }

    @Test func aSignedAddressWithoutItsSchemeIsNotShownWhole() async throws {
        let bench = try Bench()
        let path = bench.folder.path + "/f.csv?sv=1&sig=S3CR3T"
        let answer = missing(await bench.client.look(.local(path: path)))
        #expect(answer?.detail.contains("f.csv?sv=1&sig=***") == true, "\(answer as Any)")
        #expect(answer?.detail.contains("S3CR3T") == false)
    }

    @Test func browsingShowsFoldersFirst() async throws {
        let bench = try Bench()
        bench.service.on(.get, "comp=list") { _ in listing(["in/a.csv"], folders: ["in/z/"]) }
        let entries = try await bench.client.browse("workspaceblobstore", "in")
        #expect(entries.map(\.path) == ["z", "a.csv"])
        #expect(entries.map(\.isFolder) == [true, false])
    }
}
