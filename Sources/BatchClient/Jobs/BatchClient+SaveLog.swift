public import BatchModel

/// A log that was written into a file here.
public struct SavedLog: Sendable, Hashable {
    /// The file, absolute.
    public var path: String
    /// How long it is.
    public var bytes: Int64
}

extension BatchClient {
    /// Writes all that a log file holds by now into a file here: under a partial name, brought to the disk, then renamed.
    ///
    /// - Parameter path: where to, relative to the current folder if it is not absolute.
    /// - Throws: `.conflict` when something is there and may not be replaced; what reading the log throws.
    public func saveLog(
        _ file: String, of run: String, to path: String, replacing: Bool
    ) async throws(ServiceFailure) -> SavedLog {
        let path = LocalFiles.absolute(path)
        let target = try WholeFile(path, operation: "write \(path)", replacing: replacing)
        do throws(ServiceFailure) {
            // A log that grows faster than it is read has an end all the same: the one it had first.
            var end: Int64?
            repeat {
                let chunk = try await readLog(run, file, target.length, LogReader.readLimit)
                guard !chunk.bytes.isEmpty else { break }
                try target.write(chunk.bytes)
                end = end ?? chunk.totalLength
            } while end.map { target.length < $0 } ?? true
            try target.finish()
        } catch {
            target.abandon()
            throw error
        }
        return SavedLog(path: path, bytes: target.length)
    }
}
