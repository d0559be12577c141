import BatchModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The transfers that are not through, on disk: a small file each, beside the logs of pieces, and gone with its success.
///
/// Each says which process is at it. One whose process is gone was left over by it: that is how a transfer that was killed
/// is known to whoever comes next.
struct TransferFiles: Sendable {
    private static let ending = ".transfer"
    /// More than this on one machine nobody looks through; the rest is found once some are gone.
    private static let limit = 1000

    private struct Stored: Codable {
        var record: TransferRecord
        var pid: Int32
        var birth: String?
    }

    /// Where they lie; made when the first is written.
    let folder: String

    private func path(_ id: TransferRecord.ID) -> String { "\(folder)/\(id)\(Self.ending)" }

    /// Writes one down, whole or not at all.
    func write(_ record: TransferRecord) throws {
        let pid = getpid()
        let stored = Stored(record: record, pid: pid, birth: ProcessBirth.of(pid))
        try LocalFiles.makeFolder(folder, mode: 0o700)
        try LocalFiles.replace(path(record.id), with: Array(JSONEncoder().encode(stored)))
    }

    /// Takes one away; one that is not there is fine.
    func remove(_ id: TransferRecord.ID) throws { try LocalFiles.remove(path(id)) }

    /// All that are written down, each as it stands now. What cannot be read as one is passed over: it may be another
    /// version's.
    func all() throws -> [TransferRecord] {
        guard try LocalFiles.info(folder) != nil else { return [] }
        let names = try LocalFiles.names(in: folder).filter { $0.hasSuffix(Self.ending) }.sorted()
        return names.prefix(Self.limit).compactMap { name in
            guard let bytes = try? LocalFiles.read("\(folder)/\(name)"),
                let stored = try? JSONDecoder().decode(Stored.self, from: Data(bytes)),
                stored.record.id + Self.ending == name
            else { return nil }
            return Self.standing(of: stored)
        }
    }

    private static func standing(of stored: Stored) -> TransferRecord {
        var record = stored.record
        guard record.isActive else { return record }
        let birth = ProcessBirth.of(stored.pid)
        let isAlive = kill(stored.pid, 0) == 0 || errno == EPERM
        record.state = isAlive && birth == stored.birth ? .elsewhere : .left
        return record
    }
}

/// Unfinished files of a download that nobody wants any more.
enum PartialFiles {
    /// As deep as folders may be.
    private static let depthLimit = 64
    /// Names looked at; beyond them the rest stays.
    private static let nameLimit = 200_000

    /// Takes away every partial file that has its log of pieces beside it: those two together are certainly ours.
    static func remove(below folder: String) throws {
        var left = nameLimit
        try remove(in: folder, depth: 0, &left)
    }

    private static func remove(in folder: String, depth: Int, _ left: inout Int) throws {
        guard depth < depthLimit, left > 0,
            try LocalFiles.info(folder, followingLinks: false)?.isFolder == true
        else { return }
        let names = try LocalFiles.names(in: folder)
        left -= names.count
        let all = Set(names)
        for name in names where name.hasPrefix(".") && name.hasSuffix(".partial.pieces") {
            let partial = String(name.dropLast(".pieces".count))
            guard all.contains(partial) else { continue }
            try LocalFiles.remove("\(folder)/\(partial)")
            try LocalFiles.remove("\(folder)/\(name)")
        }
        for name in names where !name.hasSuffix(".partial") && !name.hasSuffix(".pieces") {
            try remove(in: "\(folder)/\(name)", depth: depth + 1, &left)
        }
    }
}
