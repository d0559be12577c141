// Inputs on other hosts, from the request to the job's own folder.
//
//   <state>/jobs/<job>/inputs.json         what to fetch, signatures and all (0600)
//   <state>/jobs/<job>/inputs/<n>/…        what was fetched, each file under its name only when it is whole
//   <state>/jobs/<job>/partial/<n>         a file on its way
//   <state>/jobs/<job>/inputs/fetched      all of it is there
//
// A signature lets whoever reads it read the data, so it is in that one file and nowhere else: the order in the database, the
// job's history and every log have the address without its query. The file goes with the job's folder when the job ends.

import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One input to fetch.
struct RemoteInput: Sendable, Hashable, Codable {
    /// The whole address.
    var url: String
    /// Fetched as one file whatever the host is.
    var isFile: Bool
    /// Folders within a folder are fetched too.
    var isDeep: Bool
    /// The file to write, or the folder to fill; absolute.
    var path: String

    /// The folder that everything of this input lies in.
    var folder: String { isFile ? FileCalls.folder(of: path) : path }

    /// The address for people; never the signature.
    var shown: String { (try? InputURL(parsing: url))?.shown ?? "an address" }

    /// A file's name by its address; `data` when that has none that a file may have.
    static func fileName(_ url: InputURL) -> String {
        let last = url.path.split(separator: "/").last ?? ""
        guard let name = PercentEncoding.decode(last), let checked = try? BlobName(name),
            checked.components.count == 1, name.plainLine == name
        else { return "data" }
        return name
    }
}

/// The inputs on other hosts that a request names, while its order is being made.
///
/// `@unchecked`: one request is planned by one task.
final class RemoteInputs: @unchecked Sendable {
    private(set) var all: [RemoteInput] = []
    private let job: String

    init(job: String) { self.job = job }

    /// Where an input will lie; the same address is fetched once.
    func place(_ url: InputURL, isFile: Bool, isDeep: Bool) -> RemoteInput {
        if let known = all.first(where: {
            $0.url == url.text && $0.isFile == isFile && $0.isDeep == isDeep
        }) {
            return known
        }
        let folder = "\(RemoteStore.folder(job))/\(all.count)"
        let path = isFile ? folder + "/" + RemoteInput.fileName(url) : folder
        let input = RemoteInput(url: url.text, isFile: isFile, isDeep: isDeep, path: path)
        all.append(input)
        return input
    }

    /// Writes what must outlive this engine, before the job is accepted.
    func keep() throws(ServiceFailure) {
        guard !all.isEmpty else { return }
        let operation = "keep the addresses of the job's inputs"
        try PrivateFile.makeFolders(job)
        let bytes: [UInt8]
        do { bytes = try WireJSON.encode(all) } catch {
            throw ServiceFailure(kind: .unexpected, operation: operation, detail: "\(error)")
        }
        try PrivateFile.write(bytes, to: RemoteStore.file(job), operation: operation)
        do { try FileCalls.syncFolder(job) } catch {
            throw ServiceFailure(kind: .unexpected, operation: operation, detail: "\(error)")
        }
    }

    /// Takes it back: the job was not accepted.
    func drop() {
        if !all.isEmpty { FileCalls.removeTree(job) }
    }
}

/// The files of a job's inputs on other hosts; `job` is the job's folder.
enum RemoteStore {
    static func file(_ job: String) -> String { job + "/inputs.json" }
    static func folder(_ job: String) -> String { job + "/inputs" }
    static func partials(_ job: String) -> String { job + "/partial" }
    static func mark(_ job: String) -> String { job + "/inputs/fetched" }

    /// What is still to be fetched; nil when nothing is.
    ///
    /// - Throws: when the addresses were kept and cannot be read.
    static func missing(_ job: String) throws -> [RemoteInput]? {
        guard FileCalls.exists(file(job)), !FileCalls.exists(mark(job)) else { return nil }
        guard let bytes = PrivateFile.read(file(job)) else {
            throw FileFailure("read the addresses of the job's inputs")
        }
        return try WireJSON.decode([RemoteInput].self, from: bytes)
    }
}
