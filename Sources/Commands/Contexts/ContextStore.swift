import BatchModel
import DraftFile

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `config.yml` on disk: read whole, replaced whole.
struct ContextStore {
    /// The file, absolute.
    let path: String

    init(home: Home) { path = home.config + "/config.yml" }

    /// The text; empty when there is no file yet.
    func text() throws(ServiceFailure) -> String {
        guard FileManager.default.fileExists(atPath: path) else { return "" }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw failure("read the settings", "\(path) cannot be read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw failure("read the settings", "\(path) is not UTF-8 text")
        }
        return text
    }

    /// The contexts.
    ///
    /// - Throws: `.rejected` with every mistake, each with file and line.
    func read() throws(ServiceFailure) -> ContextsFile {
        let parsed = ContextsFile.parse(yaml: try text(), file: path)
        guard let contexts = parsed.value else {
            throw failure(
                "read the settings", parsed.errors.map(\.message).joined(separator: "\n"))
        }
        return contexts
    }

    /// Changes the text; the folder is made when it is not there.
    func change(
        _ edit: (_ yaml: String, _ file: String) throws(FileProblem) -> String
    ) throws(ServiceFailure) {
        let old = try text()
        let new: String
        do throws(FileProblem) {
            new = try edit(old, path)
        } catch {
            throw failure("change the settings", error.message)
        }
        if new != old { try write(new) }
    }

    private func write(_ text: String) throws(ServiceFailure) {
        // Whoever keeps their settings elsewhere and links to them shall still have the link afterwards.
        let place = realpath(path, nil).map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        }
        let target = place ?? path
        do {
            try FileManager.default.createDirectory(
                atPath: String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)),
                withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: target), options: .atomic)
        } catch {
            throw failure("write the settings", "\(target): \(error)")
        }
    }

    private func failure(_ operation: String, _ detail: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: operation, detail: detail,
            advice: "Mend the file, or set BATCHDECK_HOME to use another.")
    }
}
