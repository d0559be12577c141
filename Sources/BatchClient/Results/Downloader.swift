import BatchModel

/// Brings a job's outputs into a folder.
///
/// Every file is written under a partial name, checked, brought to the disk and then renamed, so that a file with its real
/// name is whole. Large files come in pieces at the same time; a log beside the partial file says which are there, so that a
/// download that was killed goes on where it was. A file that is there already, unchanged, is not fetched again, and of one
/// that has only grown just the rest: the results of a running job can be fetched as they appear.
///
/// All pieces of a file are of one version of its blob: one that is replaced meanwhile is read anew (`FileTransfer`).
///
/// A file that is not known to be this job's own is never replaced unasked (`DownloadNotes`).
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
    /// Where it is noted which files are a job's own.
    let notesFolder: String

    /// Downloads the outputs that are ordered.
    func download(
        _ order: DownloadOrder, _ report: @escaping @Sendable (TransferProgress) -> Void
    ) async throws(ServiceFailure) -> DownloadReport {
        let operation = "download the results of \(order.job)"
        let job = try await reader.job(order.job)
        let root = LocalFiles.absolute(order.folder)
        let groups = try await groups(of: job, order)
        let items = groups.flatMap(\.items)
        guard !items.isEmpty else { throw nothing(job, operation) }
        for item in items { try Self.check(item.path, operation) }
        let notes = DownloadNotes(folder: notesFolder, job: job.id, root: root)
        let meter = TransferMeter(
            files: items.map { _ in 1 }, bytesTotal: items.map(\.blob.size).boundedSum,
            bytesDone: 0, report: report)
        let transfers = groups.map { group in
            let transfer = FileTransfer(
                store: group.store, root: root, operation: operation, meter: meter,
                isEnded: job.status.isTerminal, notes: notes)
            return (transfer, group.items)
        }
        var strangers: [String] = []
        for (transfer, items) in transfers {
            strangers += try await transfer.strangers(among: items, accepting: order.overwrites)
        }
        guard strangers.isEmpty else { throw inTheWay(strangers, root, operation) }
        await meter.announce()
        var place = 0
        for (transfer, items) in transfers {
            try await transfer.bring(items, firstPlace: place)
            place += items.count
        }
        let gone = await meter.gone
        let lengths = await meter.lengths
        let there = items.enumerated().filter { !gone.contains($0.offset) }
        let kept = await meter.kept
        return DownloadReport(
            folder: root, files: there.map(\.element.path).sorted(),
            bytes: there.map { lengths[$0.offset] ?? $0.element.blob.size }.boundedSum,
            filesKept: kept.files, bytesKept: kept.bytes,
            openStatus: job.status.isTerminal ? nil : job.status)
    }

    /// What there is to bring, by the container it lies in.
    private func groups(
        of job: Job, _ order: DownloadOrder
    ) async throws(ServiceFailure) -> [(store: BlobStore, items: [Item])] {
        let isModelJob = OutputFinder.isModelJob(job)
        var outputs = try await finder.outputs(of: job)
        if let wanted = order.output {
            outputs = [try finder.output(wanted, among: outputs, of: job.id)]
        }
        var groups: [(store: BlobStore, items: [Item])] = []
        for output in outputs {
            let (store, files) = try await finder.files(of: output)
            // The layout of the official client (CONTRACT §7): scores straight into the folder.
            let prefix = isModelJob ? "" : "named-outputs/\(output.name)/"
            groups.append((store, files.map { Item(blob: $0.blob, path: prefix + $0.path) }))
        }
        return groups
    }

    private func inTheWay(
        _ paths: [String], _ root: String, _ operation: String
    ) -> ServiceFailure {
        let more = paths.count > 1 ? ", and so are \(paths.count - 1) more" : ""
        return ServiceFailure(
            kind: .conflict, operation: operation,
            detail: "\(root)/\(paths[0]), not known to be this job's, is in the way\(more)",
            advice: "Nothing was written. Take another folder, or move it away; "
                + "`batchdeck job download --overwrite` replaces what is in the way.")
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
