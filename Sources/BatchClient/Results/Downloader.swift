import BatchModel

/// Brings a job's outputs into a folder.
///
/// Every file is written under a partial name, checked, brought to the disk and then renamed, so that a file with its real
/// name is whole. Large files come in pieces at the same time; a log beside the partial file says which are there, so that a
/// download that was killed goes on where it was. A file that is there already, unchanged, is not fetched again, and of one
/// that has only grown just the rest: the results of a running job can be fetched as they appear.
struct Downloader: Sendable {
    /// Bytes per request.
    static let pieceLength: Int64 = 4 << 20
    /// Requests at once: with 4 MiB each they stay well below 64 MiB.
    static let width = 5

    /// A file to bring.
    struct Item: Sendable, Equatable {
        var blob: BlobListPage.Blob
        /// Where it goes, relative to the folder.
        var path: String
    }

    let finder: OutputFinder
    let reader: JobReader

    /// Downloads all outputs.
    func download(
        _ id: Job.ID, to folder: String,
        _ report: @escaping @Sendable (TransferProgress) -> Void
    ) async throws(ServiceFailure) -> DownloadReport {
        let operation = "download the results of \(id)"
        let job = try await reader.job(id)
        let isModelJob = OutputFinder.isModelJob(job)
        let root = LocalFiles.absolute(folder)
        var groups: [(store: BlobStore, items: [Item])] = []
        for output in try await finder.outputs(of: job) {
            let (store, files) = try await finder.files(of: output)
            // The layout of the official client (CONTRACT §7): scores straight into the folder.
            let prefix = isModelJob ? "" : "named-outputs/\(output.name)/"
            groups.append((store, files.map { Item(blob: $0.blob, path: prefix + $0.path) }))
        }
        let items = groups.flatMap(\.items)
        guard !items.isEmpty else { throw nothing(job, operation) }
        for item in items { try Self.check(item.path, operation) }
        let meter = TransferMeter(
            files: items.map { _ in 1 }, bytesTotal: items.map(\.blob.size).boundedSum,
            bytesDone: 0, report: report)
        await meter.announce()
        var place = 0
        for group in groups {
            let transfer = FileTransfer(
                store: group.store, root: root, operation: operation, meter: meter,
                isEnded: job.status.isTerminal)
            try await transfer.bring(group.items, firstPlace: place)
            place += group.items.count
        }
        let gone = await meter.gone
        let there = items.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
        let kept = await meter.kept
        return DownloadReport(
            folder: root, files: there.map(\.path).sorted(),
            bytes: there.map(\.blob.size).boundedSum, filesKept: kept.files,
            bytesKept: kept.bytes, openStatus: job.status.isTerminal ? nil : job.status)
    }

    private func nothing(_ job: Job, _ operation: String) -> ServiceFailure {
        ServiceFailure(
            kind: .notFound, operation: operation,
            detail: "there is no file in its outputs (status \(job.status))",
            advice: job.status.isTerminal
                ? "A failed or stopped job may have written nothing: look at its logs."
                : "It still runs: try again later.")
    }

    /// A blob may be called anything; a file of ours stays inside the folder, and its name steers no terminal.
    static func check(_ path: String, _ operation: String) throws(ServiceFailure) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isBad =
            path.isEmpty || parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
        // C0 with NUL, DEL and C1.
        let steers = path.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F) ~= $0.value }
        guard isBad || steers else { return }
        throw ServiceFailure(
            kind: .rejected, operation: operation,
            detail: steers
                ? "the result named \(path.debugDescription) has control characters in its name"
                : "the result named '\(path)' would be written outside the folder",
            advice: "Nothing was written. Fetch that blob by its address if you trust it.")
    }
}
