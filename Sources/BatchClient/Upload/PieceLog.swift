import BatchModel

/// Remembers which pieces of a transfer are done, so that one that was killed goes on where it was.
///
/// One text file per transfer: the first line says what is transferred, each further line is a piece's number, or says which
/// version the pieces are of. A file that speaks of something else counts as none; a last line without its newline was cut
/// off and does not count.
actor PieceLog {
    private let path: String
    private let subject: String
    private var file: OpenFile?
    private var end: Int64 = 0
    private(set) var done: Set<Int> = []
    /// The version that the pieces are of; nil where the subject says it, or nothing does.
    private(set) var version: String?

    private static let versionMark = "version "

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
        version = lines.dropFirst().first { $0.hasPrefix(Self.versionMark) }
            .map { String($0.dropFirst(Self.versionMark.count)) }
        file = try OpenFile(writing: path, mode: 0o600, truncating: false)
        end = Int64(whole.count)
        try file?.truncate(to: end)
    }

    /// Forgets all pieces.
    func clear() throws {
        done = []
        version = nil
        let fresh = try OpenFile(writing: path, mode: 0o600, truncating: true)
        let line = Array((subject + "\n").utf8)
        try fresh.write(line, at: 0)
        end = Int64(line.count)
        file = fresh
    }

    /// Notes a piece.
    func finish(_ piece: Int) throws {
        guard done.insert(piece).inserted else { return }
        try add("\(piece)")
    }

    /// Notes the version that the pieces are of, a word, before the first of them; the first that is noted stays.
    func note(version said: String) throws {
        guard version == nil else { return }
        version = said
        try add(Self.versionMark + said)
    }

    private func add(_ text: String) throws {
        let line = Array((text + "\n").utf8)
        try file?.write(line, at: end)
        end += Int64(line.count)
    }

    /// How the logs of uploads end.
    static let uploadEnding = ".upload"
    /// A subject is no longer than this: hash, numbers, and a path in escapes.
    private static let subjectLimitBytes = 16 << 10

    /// A path as one word of a subject.
    static func word(for path: String) -> String { PercentEncoding.encode(path, keeping: "/") }

    /// Takes away the logs of uploads whose first file is one of these, or lies in one of these folders.
    ///
    /// - Parameters:
    ///   - paths: absolute.
    ///   - folder: where logs lie; one that is not there has none.
    static func forgetUploads(of paths: [String], in folder: String) throws {
        guard !paths.isEmpty, try LocalFiles.info(folder) != nil else { return }
        for name in try LocalFiles.names(in: folder) where name.hasSuffix(uploadEnding) {
            let place = "\(folder)/\(name)"
            guard let first = try firstFile(inLog: place) else { continue }
            guard paths.contains(where: { first == $0 || first.hasPrefix($0 + "/") }) else {
                continue
            }
            try LocalFiles.remove(place)
        }
    }

    /// The first file of the upload that a log is of; nil where it does not say.
    private static func firstFile(inLog path: String) throws -> String? {
        guard let bytes = try LocalFiles.read(path) else { return nil }
        let line = bytes.prefix(subjectLimitBytes).prefix { $0 != 0x0A }
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count == 4 else { return nil }
        return PercentEncoding.decode(String(decoding: words[3], as: UTF8.self))
    }

    /// The transfer is through: nothing is left to remember.
    func remove() throws {
        file = nil
        try LocalFiles.remove(path)
    }
}
