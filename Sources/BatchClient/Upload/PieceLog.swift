import BatchModel

/// Remembers which pieces of a transfer are done, so that one that was killed goes on where it was.
///
/// One text file per transfer: the first line says what is transferred, each further line is a piece's number. A file that
/// speaks of something else counts as none; a last line without its newline was cut off and does not count.
actor PieceLog {
    private let path: String
    private let subject: String
    private var file: OpenFile?
    private var end: Int64 = 0
    private(set) var done: Set<Int> = []

    /// Opens the log of a transfer; `subject` is one line.
    init(path: String, subject: String) {
        self.path = path
        self.subject = subject
    }

    /// Reads what is done; begins anew when the file speaks of something else.
    func load() throws {
        let bytes = try LocalFiles.read(path) ?? []
        let whole = bytes.lastIndex(of: 0x0A).map { bytes[...$0] } ?? []
        let lines = whole.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        guard lines.first == subject else { return try clear() }
        done = Set(lines.dropFirst().compactMap { Int($0) })
        file = try OpenFile(writing: path, mode: 0o600, truncating: false)
        end = Int64(whole.count)
        try file?.truncate(to: end)
    }

    /// Forgets all pieces.
    func clear() throws {
        done = []
        let fresh = try OpenFile(writing: path, mode: 0o600, truncating: true)
        let line = Array((subject + "\n").utf8)
        try fresh.write(line, at: 0)
        end = Int64(line.count)
        file = fresh
    }

    /// Notes a piece.
    func finish(_ piece: Int) throws {
        guard done.insert(piece).inserted else { return }
        let line = Array("\(piece)\n".utf8)
        try file?.write(line, at: end)
        end += Int64(line.count)
    }

    /// The transfer is through: nothing is left to remember.
    func remove() throws {
        file = nil
        try LocalFiles.remove(path)
    }
}
