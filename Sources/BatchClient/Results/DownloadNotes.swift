import BatchModel

/// Which files of a folder one job's downloads wrote, so that nothing else is ever replaced by one.
///
/// A text file for each job and folder, beside what is remembered of transfers; a line for each file: its size, the time of
/// its last change and its path. A file that was changed since, or replaced, is not covered any more. The folder itself stays
/// free of files that nobody asked for. Where nothing can be noted, nothing is known to be the job's: a download that has to
/// replace a file then asks for the person's word, and all else goes on.
actor DownloadNotes {
    /// More jobs and folders are not remembered: the oldest are forgotten.
    private static let limit = 1000
    private static let ending = ".files"

    private struct Mark: Equatable {
        var size: Int64
        var modifiedAt: Timestamp
    }

    private let folder: String
    private let path: String
    private var marks: [String: Mark]?
    private var file: OpenFile?
    private var end: Int64 = 0

    /// - Parameters:
    ///   - folder: where notes lie; made with the first.
    ///   - root: where the job's files lie, absolute.
    init(folder: String, job: Job.ID, root: String) {
        self.folder = folder
        let id = TransferLedger.id(of: .results(job: job, folder: root))
        path = "\(folder)/\(id)\(Self.ending)"
    }

    /// Whether a file is as this job's download left it.
    func covers(_ path: String, _ info: LocalFiles.Info) -> Bool {
        info.isFile && known()[path] == Mark(size: info.size, modifiedAt: info.modifiedAt)
    }

    /// Notes a file as the job's own.
    func add(_ path: String, _ info: LocalFiles.Info) {
        guard info.isFile, !covers(path, info) else { return }
        let mark = Mark(size: info.size, modifiedAt: info.modifiedAt)
        marks?[path] = mark
        do {
            guard let file else { return try begin() }
            let line = Array(Self.line(path, mark).utf8)
            try file.write(line, at: end)
            end += Int64(line.count)
        } catch {
            // It is then known only to this download.
            file = nil
        }
    }

    private func known() -> [String: Mark] {
        if let marks { return marks }
        let bytes = (try? LocalFiles.read(path)) ?? []
        // A last line without its newline was cut off and does not count.
        let whole = bytes.lastIndex(of: 0x0A).map { bytes[...$0] } ?? []
        var read: [String: Mark] = [:]
        for line in whole.split(separator: 0x0A) {
            let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            guard words.count == 3, let size = Int64(words[0]), let time = Int64(words[1]),
                let name = PercentEncoding.decode(words[2])
            else { continue }
            read[name] = Mark(size: size, modifiedAt: Timestamp(microsecondsSinceEpoch: time))
        }
        marks = read
        return read
    }

    /// Writes down all that holds now, without what has been overtaken; more is added behind it.
    private func begin() throws {
        try LocalFiles.makeFolder(folder, mode: 0o700)
        if try LocalFiles.info(path) == nil { try makeRoom() }
        let lines = known().sorted { $0.key < $1.key }.map { Self.line($0.key, $0.value) }
        let bytes = Array(lines.joined().utf8)
        try LocalFiles.replace(path, with: bytes)
        file = try OpenFile(writing: path, mode: 0o600, truncating: false)
        end = Int64(bytes.count)
    }

    private func makeRoom() throws {
        let names = try LocalFiles.names(in: folder).filter { $0.hasSuffix(Self.ending) }
        guard names.count >= Self.limit else { return }
        let dated = try names.compactMap { name in
            try LocalFiles.info("\(folder)/\(name)").map { (name: name, at: $0.modifiedAt) }
        }
        for old in dated.sorted(by: { $0.at < $1.at }).prefix(names.count - Self.limit + 1) {
            try LocalFiles.remove("\(folder)/\(old.name)")
        }
    }

    private static func line(_ path: String, _ mark: Mark) -> String {
        let time = mark.modifiedAt.microsecondsSinceEpoch
        return "\(mark.size) \(time) \(PercentEncoding.encode(path, keeping: "/"))\n"
    }
}
