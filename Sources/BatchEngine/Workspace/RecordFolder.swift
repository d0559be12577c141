import BatchModel
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Something that is kept as one small JSON file.
protocol FolderRecord: Codable, Sendable {
    /// What its file is called, without an ending; unique in its folder.
    var fileName: String { get }
    /// When it was made.
    var createdAt: Timestamp { get }
}

/// A handful of records, each a JSON file that is written in one step; read once, at the start.
final class RecordFolder<Record: FolderRecord>: Sendable {
    private let folder: String
    private let records: Mutex<[Record]>

    /// Reads what is kept; a file that cannot be read is passed over.
    init(_ folder: String) {
        self.folder = folder
        var found: [Record] = []
        if let root = FolderWalk.root(folder) {
            for entry in FolderWalk.entries(of: root) where entry.name.hasSuffix(".json") {
                let bytes = PrivateFile.read(folder + "/" + entry.name)
                if let record = bytes.flatMap({ try? WireJSON.decode(Record.self, from: $0) }) {
                    found.append(record)
                }
            }
        }
        records = Mutex(found.sorted { $0.createdAt < $1.createdAt })
    }

    /// All records, oldest first.
    var all: [Record] { records.withLock { $0 } }

    /// Keeps a record, in place of one with the same file.
    ///
    /// - Throws: `.unexpected` when it cannot be written.
    func keep(_ record: Record, operation: String) throws(ServiceFailure) {
        let bytes: [UInt8]
        do { bytes = try WireJSON.encode(record) } catch {
            throw ServiceFailure(kind: .unexpected, operation: operation, detail: "\(error)")
        }
        mkdir(folder, 0o700)
        try PrivateFile.write(
            bytes, to: "\(folder)/\(record.fileName).json", operation: operation)
        records.withLock { records in
            if let place = records.firstIndex(where: { $0.fileName == record.fileName }) {
                records[place] = record
            } else {
                records.append(record)
            }
        }
    }

    /// Moves a record's file elsewhere; one that is not there is fine.
    func retire(_ fileName: String, to target: String) throws {
        try FileCalls.makeFolders(FileCalls.folder(of: target))
        let source = "\(folder)/\(fileName).json"
        guard rename(source, target) == 0 || errno == ENOENT else {
            throw FileFailure("move \(source) to the trash")
        }
        records.withLock { $0.removeAll { $0.fileName == fileName } }
    }
}
