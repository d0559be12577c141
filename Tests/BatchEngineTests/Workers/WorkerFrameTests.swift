import BatchModel
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct WorkerFrameTests {
    private static func framed(_ body: [UInt8]) -> [UInt8] { WorkerFrame.command([body[...]]) }

    private static func frames(_ pieces: [[UInt8]]) -> [WorkerFrame] {
        var reader = FrameReader()
        var found: [WorkerFrame] = []
        for piece in pieces {
            piece.withUnsafeBytes { reader.add($0) }
            while let frame = reader.next() { found.append(frame) }
        }
        return found
    }

    @Test func framesAreFoundHoweverTheBytesArrive() {
        let ready = Self.framed([UInt8(ascii: "I"), 0, 16, 0, 0, 0, 0, 0, 0])
        let ran = Self.framed(
            [UInt8(ascii: "D"), 1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]
                + Array("a\nb\n".utf8))
        let wanted: [WorkerFrame] = [
            .ready(initTime: .nanoseconds(4096)),
            .ran(
                spent: RunTimes(run: .nanoseconds(1), process: .nanoseconds(9)), count: 2,
                rows: Array("a\nb\n".utf8)),
        ]
        #expect(Self.frames([ready + ran]) == wanted)
        #expect(Self.frames((ready + ran).map { [$0] }) == wanted)
        #expect(Self.frames([ready, Array(ran.prefix(9)), Array(ran.dropFirst(9))]) == wanted)
    }

    @Test func failuresCarryALineAndATrace() {
        let body =
            [UInt8(ascii: "F")] + [UInt8](repeating: 0, count: 16) + Array("E: x\0trace\n".utf8)
        #expect(
            Self.frames([Self.framed(body)]) == [
                .runFailed(
                    spent: RunTimes(run: .zero, process: .zero), line: "E: x", trace: "trace\n")
            ])
    }

    @Test func whatIsNoFrameOfOursIsCalledDamaged() {
        #expect(Self.frames([Self.framed([])]) == [.damaged])
        #expect(Self.frames([Self.framed([UInt8(ascii: "?")])]) == [.damaged])
        #expect(Self.frames([Self.framed([UInt8(ascii: "D"), 1])]) == [.damaged])
    }
}

@Suite struct ItemListTests {
    @Test func filesAreSortedByBytesAndFoldersAndLinksSkipped() throws {
        let folder = try TemporaryFolder("items")
        for name in ["b", "a", "B", "ä", "a-1"] { _ = try folder.write("x", to: "in/" + name) }
        _ = try folder.write("x", to: "in/sub/deep")
        let listing = try ItemList.listing(of: folder.path + "/in", isFile: false)
        #expect(listing.items.count == 5)
        let names = listing.items.names(0..<5).split(separator: 0)
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(names == ["B", "a", "a-1", "b", "ä"])
        #expect(listing.skipped == ["sub"] && listing.skippedCount == 1)
        let part = String(decoding: listing.items.names(1..<3), as: UTF8.self)
        #expect(part == "a\0a-1")
        let again = try #require(ItemList(bytes: listing.items.stored))
        #expect(again.count == 5 && again.names(2..<3) == listing.items.names(2..<3))
    }

    @Test func aSingleFileIsOneItem() throws {
        let folder = try TemporaryFolder("items")
        let path = try folder.write("x", to: "one.csv")
        let listing = try ItemList.listing(of: path, isFile: true)
        #expect(listing.items.count == 1)
        #expect(String(decoding: listing.items.folder, as: UTF8.self) == folder.path + "/")
        #expect(throws: FileFailure.self) {
            try ItemList.listing(of: folder.path + "/missing", isFile: true)
        }
    }

    @Test func aDamagedListIsNotRead() {
        #expect(ItemList(bytes: []) == nil)
        #expect(ItemList(bytes: [47, 0, 97]) == nil)
    }
}
