import BatchModel
import Crypto

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which blocks a blob is to be made of, in order (CONTRACT §6.1).
struct BlockList: Sendable, Hashable {
    /// Where to look for a block.
    enum Source: String, Sendable, Hashable {
        case latest = "Latest"
        case uncommitted = "Uncommitted"
        case committed = "Committed"
    }
    struct Entry: Sendable, Hashable {
        var source: Source
        var id: String
    }

    /// The service's limit.
    static let limitCount = 50_000
    /// Room for that many entries of the longest ids.
    static let limitBytes: Int64 = 8 << 20

    var entries: [Entry] = []

    /// Reads the XML body: a flat list of elements, each with a block's id.
    init(xml: [UInt8]) throws(BlobError) {
        let refusal = BlobError(
            400, "InvalidXmlDocument", "XML specified is not syntactically valid.")
        guard let text = String(validating: xml, as: UTF8.self), text.contains("<BlockList")
        else { throw refusal }
        for piece in text.split(separator: "<").dropFirst() {
            let parts = piece.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw refusal }
            guard let source = Source(rawValue: String(parts[0])) else { continue }
            let id = parts[1].filter { !$0.isWhitespace }
            guard !id.isEmpty, entries.count < Self.limitCount else { throw refusal }
            entries.append(Entry(source: source, id: id))
        }
    }
}

extension BlobFolder {
    /// Keeps one block until a list commits it.
    func putBlock(
        _ container: String, _ name: String, id: String, _ body: EngineBody, md5: String?
    ) async throws(BlobError) {
        try checkBlock(container, name, id)
        let draft = try Draft(in: stagingFolder)
        _ = try await fill(draft, body, expecting: md5, isHashed: md5 != nil)
        try keep(draft, container, name, id)
    }

    /// Keeps a stretch of another blob as a block.
    ///
    /// - Parameter range: headers that say which; the whole blob without any.
    func putBlock(
        _ container: String, _ name: String, id: String,
        from source: (container: String, name: String), range: EngineHeaders
    ) throws(BlobError) {
        try checkBlock(container, name, id)
        let (file, info) = try open(source.container, source.name)
        let part =
            try BlobRange.read(range, sizeBytes: info.sizeBytes)
            ?? (offset: 0, length: info.sizeBytes)
        let draft = try Draft(in: stagingFolder)
        try draft.file.append(file, offset: part.offset, length: part.length)
        try keep(draft, container, name, id)
    }

    private func checkBlock(
        _ container: String, _ name: String, _ id: String
    ) throws(BlobError) {
        _ = try writablePlace(container, name)
        guard !id.isEmpty, id.utf8.count <= 88 else {
            throw BlobError(
                400, "InvalidQueryParameterValue", "The blockid must be base64 of 1 to 64 bytes.")
        }
    }

    private func keep(
        _ draft: Draft, _ container: String, _ name: String, _ id: String
    ) throws(BlobError) {
        guard let root = FolderWalk.root(staging) else { throw .notFound }
        let folder = try FolderWalk.makeFolder(
            ["blocks", Self.blockFolder(container, name)], below: root)
        try draft.move(to: Self.blockFile(id), in: folder, mustBeNew: false)
    }

    /// Makes a blob of blocks.
    ///
    /// - Throws: `InvalidBlockList` when a block is missing, and what `put` throws.
    func commit(
        _ container: String, _ name: String, _ list: BlockList, _ options: BlobWriteOptions
    ) throws(BlobError) -> BlobInfo {
        _ = try writablePlace(container, name)
        let before = try existing(container, name)
        try options.conditions.checkWrite(before)
        let blocks = FolderWalk.root(staging + "/blocks")
        let folder = blocks.flatMap {
            FolderWalk.folder([Self.blockFolder(container, name)], below: $0)
        }
        let draft = try Draft(in: stagingFolder)
        var record = BlobRecord()
        record.contentType = options.contentType
        record.metadata = options.metadata
        record.md5 = options.keptMD5
        for entry in list.entries {
            record.blocks.append(
                try append(entry, to: draft, from: folder, container, name, before))
        }
        let info = try publish(draft, container, name, record, options.conditions)
        if let blocks, let folder {
            dropBlocks(folder: folder, name: Self.blockFolder(container, name), in: blocks)
        }
        return info
    }

    private func append(
        _ entry: BlockList.Entry, to draft: Draft, from folder: OpenFile?, _ container: String,
        _ name: String, _ before: BlobInfo?
    ) throws(BlobError) -> BlobRecord.Block {
        if entry.source != .committed, let folder,
            let file = FolderWalk.file(Self.blockFile(entry.id), in: folder)
        {
            let size = FileIdentity(file.status).sizeBytes
            try draft.file.append(file, offset: 0, length: size)
            return BlobRecord.Block(id: entry.id, sizeBytes: size)
        }
        if entry.source != .uncommitted, let before {
            var offset: Int64 = 0
            for block in before.record.blocks {
                if block.id == entry.id {
                    let (file, info) = try open(container, name)
                    guard info.identity == before.identity else { throw .conditionNotMet }
                    try draft.file.append(file, offset: offset, length: block.sizeBytes)
                    return block
                }
                offset += block.sizeBytes
            }
        }
        throw BlobError(400, "InvalidBlockList", "The specified block list is invalid.")
    }

    /// A blob's blocks lie in a folder of their own, named so that no blob name can reach another's.
    private static func blockFolder(_ container: String, _ name: String) -> String {
        hex(SHA256.hash(data: Array((container + "/" + name).utf8)))
    }

    private static func blockFile(_ id: String) -> String { hex(Array(id.utf8)) }
}

/// Bytes as lower-case hexadecimal digits.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
}
