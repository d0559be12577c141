import BatchModel
import Foundation
import Testing

@testable import BatchClient

/// Files that come in ranges: all are of one version of the blob, whatever happens to it meanwhile, and any name will do.
@Suite struct RangedFileTests {
    /// The one blob of a service, which may be replaced between two questions.
    private struct Held: Sendable {
        var name = "big.bin"
        var bytes: [UInt8]
        var version = 1
        var reads = 0
        var isListingTags = true

        var tag: String { "0x\(version)" }

        mutating func replace(with new: [UInt8]) {
            bytes = new
            version += 1
        }

        var listing: String {
            let tag = isListingTags ? "<Etag>\(self.tag)</Etag>" : ""
            return "<Blobs><Blob><Name>\(name)</Name><Properties>"
                + "<Content-Length>\(bytes.count)</Content-Length>\(tag)</Properties></Blob></Blobs>"
        }

        func answer(_ call: HTTPCall) -> FakeService.Reply {
            if let wanted = call.header("If-Match"), wanted != "\"\(tag)\"" {
                return .empty(412, [("x-ms-error-code", "ConditionNotMet")])
            }
            let numbers = (call.header("x-ms-range") ?? "").dropFirst(6).split(separator: "-")
                .compactMap { Int($0) }
            guard numbers.count == 2, numbers[0] < bytes.count else { return .empty(416) }
            let end = min(numbers[1] + 1, bytes.count)
            let range = "bytes \(numbers[0])-\(end - 1)/\(bytes.count)"
            return .answer(
                206, [("ETag", "\"\(tag)\""), ("Content-Range", range)],
                Array(bytes[numbers[0]..<end]))
        }
    }

    private let bench: Bench
    private let held: Box<Held>

    init() throws {
        bench = try Bench()
        let held = Box(Held(bytes: Self.bytes(1)))
        self.held = held
        bench.service.on(.get, "comp=list") { _ in .text(held.current.listing, status: 200) }
        serve()
    }

    /// Two whole pieces and a bit.
    private static func bytes(_ value: UInt8, more: Int = 0) -> [UInt8] {
        Array(repeating: value, count: Int(Downloader.pieceLength) * 2 + 5 + more)
    }

    /// Answers ranges of the blob as it is; `before` may change it before each.
    private func serve(before: @escaping @Sendable (inout Held) -> Void = { _ in }) {
        let held = held
        bench.service.on(.get, "/c1/") { call in
            let now = held.change { (blob: inout Held) -> Held in
                blob.reads += 1
                before(&blob)
                return blob
            }
            return now.answer(call)
        }
    }

    /// Lists the blob and fetches it into the folder `out`.
    private func fetch(
        isEnded: Bool = true
    ) async throws -> (refusal: ServiceFailure?, last: TransferProgress?) {
        let caller = bench.caller
        let storages = Storages(
            catalogue: Catalogue(caller: caller), grants: StorageGrants(caller: caller))
        let store = try await storages.store("workspaceblobstore")
        let blobs = try await store.list(prefix: held.current.name).blobs
        let items = blobs.map { Downloader.Item(blob: $0, path: $0.name) }
        let last = Box<TransferProgress?>(nil)
        let meter = TransferMeter(
            files: items.map { _ in 1 }, bytesTotal: items.map(\.blob.size).boundedSum,
            bytesDone: 0, report: { progress in last.change { $0 = progress } })
        let transfer = FileTransfer(
            store: store, root: bench.folder.path + "/out", operation: "fetch", meter: meter,
            isEnded: isEnded)
        let refusal = await failure { () throws(ServiceFailure) in
            try await transfer.bring(items, firstPlace: 0)
        }
        return (refusal, last.current)
    }

    private var target: String { "\(bench.folder.path)/out/\(held.current.name)" }

    /// Whether the file is there and holds these bytes. Only the verdict goes to `#expect`: megabytes are no message.
    private func holds(_ bytes: [UInt8]) throws -> Bool { try LocalFiles.read(target) == bytes }

    @Test(arguments: [true, false])
    func aBlobThatIsReplacedMeanwhileIsReadAnew(isListingTags: Bool) async throws {
        let fresh = Self.bytes(2, more: 4)
        held.change { $0.isListingTags = isListingTags }
        serve { blob in
            if blob.reads == 2 { blob.replace(with: fresh) }
        }
        let (refusal, last) = try await fetch()
        #expect(refusal == nil)
        let isFresh = try holds(fresh)
        #expect(isFresh)
        let count = Int64(fresh.count)
        #expect(
            last
                == TransferProgress(
                    filesDone: 1, filesTotal: 1, bytesDone: count, bytesTotal: count)
        )
        #expect(try bench.folder.files(in: "out") == ["out/big.bin"])
        let free = bench.service.calls(.get, "/c1/").filter { $0.header("If-Match") == nil }
        #expect(free.count == (isListingTags ? 0 : 2), "only the first of each try, at most")
    }

    @Test(arguments: [true, false])
    func aBlobThatIsReplacedAgainIsAFailureThatNamesIt(isListingTags: Bool) async throws {
        held.change { $0.isListingTags = isListingTags }
        serve { blob in blob.replace(with: Self.bytes(UInt8(truncatingIfNeeded: blob.reads))) }
        let (refusal, _) = try await fetch()
        #expect(refusal?.kind == .conflict)
        #expect(refusal?.detail == "big.bin changed while it was being read")
        #expect(refusal?.advice.contains("Download again") == true)
        #expect(try !bench.folder.files(in: "out").contains("out/big.bin"))
    }

    @Test func aRunningJobsFileThatOnlyGrowsIsFetchedAsFarAsItWas() async throws {
        serve { blob in blob.replace(with: blob.bytes + [9]) }
        let first = held.current.bytes.count
        let (refusal, last) = try await fetch(isEnded: false)
        #expect(refusal == nil)
        let found = try LocalFiles.read(target) ?? []
        let (length, whole) = (found.count, held.current.bytes)
        let (isLonger, isShorter) = (length > first, length < whole.count)
        #expect(isLonger && isShorter)
        let isBeginning = found == Array(whole.prefix(length))
        #expect(isBeginning)
        #expect(last?.bytesDone == Int64(length) && last?.bytesTotal == Int64(length))
    }

    @Test func aRunningJobsFileThatBecomesShorterIsAFailureToo() async throws {
        serve { blob in blob.replace(with: Array(blob.bytes.dropLast())) }
        let (refusal, _) = try await fetch(isEnded: false)
        #expect(refusal?.kind == .conflict)
        #expect(try !bench.folder.files(in: "out").contains("out/big.bin"))
    }

    @Test func aBlobThatBecomesSmallMeanwhileIsReadAtOnce() async throws {
        serve { blob in
            if blob.version == 1 { blob.replace(with: [7, 7]) }
        }
        let (refusal, last) = try await fetch()
        #expect(refusal == nil)
        #expect(try holds([7, 7]))
        #expect(
            last == TransferProgress(filesDone: 1, filesTotal: 1, bytesDone: 2, bytesTotal: 2))
    }

    // MARK: - Going on

    /// A first run: all pieces have come, but the file does not get its name, for a folder has it.
    private func cutOff() async throws {
        try LocalFiles.makeFolder(target)
        #expect(try await fetch().refusal?.kind == .rejected)
        try FileManager.default.removeItem(atPath: target)
    }

    /// As if the first run had been killed before its last piece was noted.
    private func forgetLastPiece() throws {
        let log = "out/.big.bin.partial.pieces"
        let lines = try #require(try bench.folder.read(log)).split(separator: "\n")
        try bench.folder.write(log, lines.dropLast().joined(separator: "\n") + "\n")
    }

    @Test(arguments: [true, false])
    func theSameVersionIsGoneOnWith(isListingTags: Bool) async throws {
        held.change { $0.isListingTags = isListingTags }
        try await cutOff()
        try forgetLastPiece()
        #expect(held.current.reads == 3)
        #expect(try await fetch().refusal == nil)
        #expect(held.current.reads == 4)
        #expect(bench.service.calls(.get, "/c1/").last?.header("If-Match") == "\"0x1\"")
        let isWhole = try holds(Self.bytes(1))
        #expect(isWhole)
    }

    @Test(arguments: [true, false])
    func anotherVersionIsBegunAnew(isListingTags: Bool) async throws {
        held.change { $0.isListingTags = isListingTags }
        try await cutOff()
        try forgetLastPiece()
        // As long as the old one: nothing but its tag tells them apart.
        held.change { $0.replace(with: Self.bytes(2)) }
        #expect(try await fetch().refusal == nil)
        let isFresh = try holds(Self.bytes(2))
        #expect(isFresh)
        #expect(held.current.reads == (isListingTags ? 6 : 7))
    }

    // MARK: - Names

    @Test(arguments: [239, 240, 255], [true, false])
    func aNameThatFitsIsEnough(lengthBytes: Int, isLarge: Bool) async throws {
        let name = String(repeating: "x", count: lengthBytes - 4) + ".bin"
        let bytes: [UInt8] = isLarge ? Self.bytes(1) : [1, 2, 3]
        held.change { blob in
            blob.name = name
            blob.bytes = bytes
        }
        let (refusal, _) = try await fetch()
        #expect(refusal == nil)
        #expect(try bench.folder.files(in: "out") == ["out/\(name)"])
        let isWhole = try holds(bytes)
        #expect(isWhole)
    }

    @Test func aPartialFileUnderAHashIsFoundAgainAndForgotten() async throws {
        let name = String(repeating: "ä", count: 125) + ".bin"
        held.change { $0.name = name }
        try await cutOff()
        let left = try bench.folder.files(in: "out")
        #expect(left.count == 2 && left.allSatisfy { $0.hasPrefix("out/.") })
        #expect(left.last?.hasSuffix(".partial.pieces") == true)
        #expect(try await fetch().refusal == nil)
        #expect(held.current.reads == 3, "every piece was there")
        let isWhole = try holds(Self.bytes(1))
        #expect(isWhole)

        try LocalFiles.remove(target)
        try await cutOff()
        try PartialFiles.remove(below: bench.folder.path + "/out")
        #expect(try bench.folder.files(in: "out").isEmpty)
    }

    // MARK: - Tags

    @Test func aTagIsQuotedUnlessItIsWeakOrNone() {
        #expect(EntityTag.quoted("0x8D") == "\"0x8D\"")
        #expect(EntityTag.quoted("\"0x8D\"") == "\"0x8D\"")
        for text in ["", "\"", "\"\"", "W/\"0x8D\"", "a b", "a\r\nx-ms-y: z", "ä"] {
            #expect(EntityTag.quoted(text) == nil, "\(text)")
        }
    }

    @Test func metadataOfThatNameIsNoTag() {
        let xml = """
            <Blobs><Blob><Name>a</Name><Properties><Etag>0x1</Etag></Properties>
            <Metadata><Etag>0x2</Etag></Metadata></Blob></Blobs>
            """
        #expect(BlobListPage(xml: Array(xml.utf8)).blobs.map(\.etag) == ["\"0x1\""])
    }
}
