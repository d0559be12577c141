import BatchModel

/// A file that is being written and has its name only when it is whole.
final class WholeFile {
    private let path: String
    private let partial: String
    private let operation: String
    private let isReplacing: Bool
    private let file: OpenFile
    private(set) var length: Int64 = 0

    init(_ path: String, operation: String, replacing isReplacing: Bool) throws(ServiceFailure) {
        self.path = path
        self.operation = operation
        self.isReplacing = isReplacing
        let name = path.lastSegment
        let folder = String(path.dropLast(name.count))
        partial = "\(folder).\(name).partial"
        let there = try Self.told(operation) { try LocalFiles.info(path, followingLinks: false) }
        if there?.isFolder ?? false { throw Self.refusal(operation, "\(path) is a folder") }
        if there != nil, !isReplacing { throw Self.taken(path, operation) }
        let partial = partial
        file = try Self.told(operation) {
            if folder.count > 1 { try LocalFiles.makeFolder(String(folder.dropLast())) }
            return try OpenFile(writing: partial, truncating: true)
        }
    }

    func write(_ bytes: [UInt8]) throws(ServiceFailure) {
        try Self.told(operation) { try file.write(bytes, at: length) }
        length += Int64(bytes.count)
    }

    func finish() throws(ServiceFailure) {
        let isDone = try Self.told(operation) {
            try file.synchronise()
            guard !isReplacing else {
                try LocalFiles.move(partial, to: path)
                return true
            }
            return try LocalFiles.moveToFree(partial, name: path)
        }
        if !isDone { throw Self.taken(path, operation) }
    }

    /// Takes away what was begun. Where even that fails a hidden partial file stays, which the next try overwrites.
    func abandon() { try? LocalFiles.remove(partial) }

    private static func taken(_ path: String, _ operation: String) -> ServiceFailure {
        ServiceFailure(
            kind: .conflict, operation: operation,
            detail: "there is something of that name already",
            advice: "Nothing was replaced. Choose another name, or say that it may be replaced.")
    }

    private static func refusal(_ operation: String, _ detail: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: operation, detail: detail,
            advice: "Check the path, its rights and the space left on the disk.")
    }

    private static func told<Value>(
        _ operation: String, _ work: () throws -> Value
    ) throws(ServiceFailure) -> Value {
        do {
            return try work()
        } catch {
            throw refusal(operation, "\(error)")
        }
    }
}
