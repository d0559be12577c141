import BatchModel
import Foundation
import Testing

@testable import BatchEngine

@Suite struct BlobNameTests {
    @Test(
        arguments: [
            "", "/", "a/", "/a", "a//b", ".", "..", "a/..", "../a", "a/../b", "a/./b", "a\\b",
            "a\u{0}b", "a\nb", "a\u{7F}", String(repeating: "x", count: 256),
            String(repeating: "x/", count: 600) + "y",
        ])
    func aNameThatNoPlainFileCouldCarryIsRefused(name: String) {
        #expect(throws: BlobError.self) { try BlobName(name) }
    }

    @Test(arguments: [
        "a", "a/b.c", "...", "..a", "ä b+c%", "~", String(repeating: "x", count: 255),
    ])
    func anyOtherNameIsTaken(name: String) throws {
        #expect(try BlobName(name).components.joined(separator: "/") == name)
    }

    @Test(arguments: ["ab", "Big", "a_b", "-ab", "a/b", "..", String(repeating: "x", count: 64)])
    func aContainerIsLowerCaseLettersDigitsAndHyphens(name: String) {
        #expect(throws: BlobError.self) { try BlobName.checkContainer(name) }
    }
}

@Suite struct BlobRangeTests {
    @Test(
        arguments: [
            ("bytes=0-3", 10, 0, 4), ("bytes=4-", 10, 4, 6), ("bytes=8-99", 10, 8, 2),
            ("bytes=-3", 10, 7, 3), ("bytes=-99", 10, 0, 10), ("BYTES=9-9", 10, 9, 1),
        ] as [(String, Int64, Int64, Int64)])
    func aRangeIsCutToTheBlob(header: String, size: Int64, offset: Int64, length: Int64) throws {
        let range = try BlobRange.read(EngineHeaders([("Range", header)]), sizeBytes: size)
        #expect(range?.offset == offset)
        #expect(range?.length == length)
    }

    @Test(arguments: [("bytes=10-", 10), ("bytes=0-5", 0), ("bytes=-1", 0), ("bytes=-0", 10)])
    func aRangeBehindTheEndIsRefused(header: String, size: Int) {
        #expect(throws: BlobError.invalidRange) {
            try BlobRange.read(EngineHeaders([("x-ms-range", header)]), sizeBytes: Int64(size))
        }
    }

    @Test(arguments: ["bytes=5-4", "lines=0-1", "bytes=a-b", "bytes=0-1,3-4", "bytes=1"])
    func aHeaderThatIsNoRangeIsPassedOver(header: String) throws {
        #expect(try BlobRange.read(EngineHeaders([("range", header)]), sizeBytes: 9) == nil)
    }

    @Test func theStorageHeaderWinsOverThePlainOne() throws {
        let headers = EngineHeaders([("Range", "bytes=0-0"), ("x-ms-range", "bytes=2-3")])
        #expect(try BlobRange.read(headers, sizeBytes: 9)?.offset == 2)
    }
}

@Suite struct BlobFolderTests {
    private let fixture: EngineFixture
    private var blobs: BlobFolder { fixture.engine.blobs }
    private let container = "azureml"

    init() throws { fixture = try EngineFixture() }

    @discardableResult
    private func put(
        _ name: String, _ text: String = "x", _ change: (inout BlobWriteOptions) -> Void = { _ in }
    ) async throws -> BlobInfo {
        var options = BlobWriteOptions()
        change(&options)
        return try await blobs.put(container, name, EngineBody(Array(text.utf8)), options)
    }

    @Test func aBlobIsAPlainFileAndAPlainFileIsABlob() async throws {
        try await put("a/b.txt", "hello")
        let path = blobs.root + "/azureml/a/b.txt"
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "hello")
        try EngineFixture.write("by hand", to: blobs.root + "/azureml/c.txt")
        let (file, info) = try blobs.open(container, "c.txt")
        #expect(info.sizeBytes == 7)
        #expect(info.record == BlobRecord())
        #expect(file.status.st_size == 7)
    }

    @Test func propertiesBelongToTheFileTheyWereGivenFor() async throws {
        let first = try await put("p", "one") { $0.metadata = ["name": "value"] }
        #expect(first.record.md5 != nil)
        #expect(try blobs.open(container, "p").1.record.metadata == ["name": "value"])
        try EngineFixture.write("another file", to: blobs.root + "/azureml/p")
        #expect(try blobs.open(container, "p").1.record == BlobRecord())
    }

    @Test func propertiesSurviveTheEngine() async throws {
        try await put("p", "one") {
            $0.metadata = ["upload_status": "completed"]
            $0.contentType = "text/csv"
        }
        let later = try BlobFolder(folders: fixture.engine.folders)
        let info = try later.open(container, "p").1
        #expect(info.record.metadata == ["upload_status": "completed"])
        #expect(info.contentType == "text/csv")
    }

    @Test func aNameCannotBeABlobAndAFolder() async throws {
        try await put("a/b")
        await #expect(throws: BlobError.pathConflict) { try await put("a") }
        await #expect(throws: BlobError.pathConflict) { try await put("a/b/c") }
        try blobs.delete(container, "a/b", BlobConditions())
        try await put("a")
    }

    @Test func linksAreNotFollowed() async throws {
        let secret = fixture.folder + "/secret.txt"
        try EngineFixture.write("secret", to: secret)
        let root = blobs.root + "/azureml"
        try FileManager.default.createSymbolicLink(
            atPath: root + "/link", withDestinationPath: secret)
        try FileManager.default.createSymbolicLink(
            atPath: root + "/dir", withDestinationPath: fixture.folder)
        #expect(throws: BlobError.notFound) { try blobs.open(container, "link") }
        #expect(throws: BlobError.notFound) { try blobs.open(container, "dir/secret.txt") }
        #expect(blobs.localPath(container, "dir/secret.txt") == nil)
        await #expect(throws: BlobError.pathConflict) { try await put("dir/new.txt") }
        let page = try blobs.list(container, BlobListQuery())
        #expect(page.items.isEmpty)
    }

    @Test func aWrongHashLeavesNothingBehind() async throws {
        await #expect(throws: BlobError.self) {
            try await put("m", "text") { $0.md5 = "1B2M2Y8AsgTpgAmY7PhCfg==" }
        }
        #expect(throws: BlobError.notFound) { try blobs.open(container, "m") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: blobs.staging) == ["blocks"])
    }

    @Test func blocksShowOnlyWhenTheyAreCommitted() async throws {
        for (id, text) in [("QQ==", "one "), ("Qg==", "two "), ("Qw==", "three")] {
            try await blobs.putBlock(
                container, "big", id: id, EngineBody(Array(text.utf8)), md5: nil)
        }
        #expect(throws: BlobError.notFound) { try blobs.open(container, "big") }
        let list = try BlockList(
            xml: Array(
                """
                <?xml version="1.0"?><BlockList><Latest>Qw==</Latest><Uncommitted>QQ==</Uncommitted></BlockList>
                """.utf8))
        let info = try blobs.commit(container, "big", list, BlobWriteOptions())
        #expect(info.sizeBytes == 9)
        let path = blobs.root + "/azureml/big"
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "threeone ")
        let again = try BlockList(
            xml: Array("<BlockList><Committed>QQ==</Committed></BlockList>".utf8))
        _ = try blobs.commit(container, "big", again, BlobWriteOptions())
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "one ")
        let missing = try BlockList(xml: Array("<BlockList><Latest>ZZ==</Latest></BlockList>".utf8))
        #expect(throws: BlobError.self) {
            try blobs.commit(container, "big", missing, BlobWriteOptions())
        }
    }

    @Test func namesAreListedInByteOrderPageByPage() async throws {
        let names = ["a", "b-c", "b/a", "b/c/d", "b0", "ä"]
        for name in names.shuffled() { try await put(name) }
        var found: [String] = []
        var marker: String?
        repeat {
            let page = try blobs.list(container, BlobListQuery(marker: marker, limit: 2))
            #expect(page.items.count <= 2)
            found += page.items.map(\.listedName)
            marker = page.nextMarker
        } while marker != nil
        #expect(found == names)
    }

    @Test func foldersAreShownWithADelimiterAndEmptyOnesAreNot() async throws {
        for name in ["x/1", "x/y/2", "x/z/3", "x/z/4", "xx"] { try await put(name) }
        try FileManager.default.createDirectory(
            atPath: blobs.root + "/azureml/x/empty/deep", withIntermediateDirectories: true)
        func names(_ prefix: String, marker: String? = nil) throws -> [String] {
            let query = BlobListQuery(prefix: prefix, delimiter: "/", marker: marker)
            return try blobs.list(container, query).items.map(\.listedName)
        }
        #expect(try names("") == ["x/", "xx"])
        #expect(try names("x/") == ["x/1", "x/y/", "x/z/"])
        #expect(try names("x/z") == ["x/z/"])
        #expect(try names("x/", marker: "x%2Fy%2F") == ["x/z/"])
        #expect(try names("nothing/") == [])
    }

    @Test func theWorkspacesOwnFilesAreListedReadAndRefusedToWriters() async throws {
        let container = fixture.engine.folders.defaultContainer
        let page = try blobs.list(container, BlobListQuery(prefix: "workspace-data/toys/2/"))
        #expect(
            page.items.map(\.listedName) == [
                "workspace-data/toys/2/bear.txt", "workspace-data/toys/2/car.txt",
                "workspace-data/toys/2/deep/hidden.txt",
            ])
        let top = try blobs.list(container, BlobListQuery(delimiter: "/"))
        #expect(top.items.map(\.listedName) == ["workspace-data/"])
        let one = try blobs.list(container, BlobListQuery(prefix: "workspace-data/one-toy/"))
        #expect(one.items.map(\.listedName) == ["workspace-data/one-toy/1/bear.txt"])
        #expect(try blobs.open(container, "workspace-data/toys/1/car.txt").1.sizeBytes == 4)
        #expect(throws: BlobError.notFound) {
            try blobs.open(container, "workspace-data/one-toy/1/car.txt")
        }
        #expect(throws: BlobError.self) {
            try blobs.open(container, "workspace-data/toys/1/../../broken.yml")
        }
        let folder = blobs.localPath(container, "workspace-data/toys/1/")
        #expect(folder?.path == fixture.workspace + "/data/toys")
        #expect(folder?.isFolder == true)
        for name in ["workspace-data/toys/1/car.txt", "workspace-data/new"] {
            await #expect(throws: BlobError.readOnly) {
                try await blobs.put(container, name, EngineBody(), BlobWriteOptions())
            }
            #expect(throws: BlobError.readOnly) {
                try blobs.delete(container, name, BlobConditions())
            }
        }
    }

    @Test func deletingTakesTheFoldersItEmpties() async throws {
        try await put("d/e/f")
        try await put("d/g")
        try blobs.delete(container, "d/e/f", BlobConditions())
        let root = blobs.root + "/azureml/d"
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["g"])
        #expect(throws: BlobError.notFound) {
            try blobs.delete(container, "d/e/f", BlobConditions())
        }
    }
}

extension BlobPage.Item {
    var listedName: String {
        switch self {
        case .blob(let info): info.name
        case .prefix(let name): name
        }
    }
}
