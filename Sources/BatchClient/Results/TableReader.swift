public import BatchModel

// What can be known of a table only by reading all of it: counts, repeats, and the same table written properly. One way for
// the console and for scripts. A file comes in pieces and is never held; whoever asked hears how far it is, and a task that
// is cancelled stops at the next piece.

/// Reads the table in a result file, from its start to its end.
struct TableReader: Sendable {
    /// Bytes of a piece: few questions for a long file, and a cancel is not kept waiting.
    static let pieceLength = 1 << 20
    /// Between two reports: faster than this nobody reads.
    static let reportPause: Duration = .milliseconds(250)

    let client: BatchClient
    let file: ResultFile
    let operation: String

    /// How far it is.
    struct Place: Sendable {
        /// Bytes read, the piece at hand counted.
        var read: Int64
        /// Bytes of the file when reading began: what is written later belongs to the next reading.
        var total: Int64
        var isLast: Bool { read >= total }
    }

    /// Gives every piece of the file in turn.
    func forEachPiece(
        _ body: (_ piece: [UInt8], _ place: Place) throws(ServiceFailure) -> Void
    ) async throws(ServiceFailure) {
        var place = Place(read: 0, total: .max)
        while !place.isLast {
            if Task.isCancelled { throw FailureTranslation.cancelled(operation) }
            let limit = Int(min(Int64(Self.pieceLength), place.total - place.read))
            var chunk = try await piece(at: place.read, limit: limit)
            if place.read == 0 {
                place.total = chunk.totalLength ?? .max
                if chunk.bytes.isEmpty { place.total = 0 }
            }
            // A running job's file grows meanwhile.
            if Int64(chunk.bytes.count) > place.total - place.read {
                chunk.bytes.removeLast(chunk.bytes.count - Int(place.total - place.read))
            }
            if chunk.bytes.isEmpty, place.total == .max { place.total = place.read }
            guard !chunk.bytes.isEmpty || place.isLast else {
                throw ServiceFailure(
                    kind: .conflict, operation: operation,
                    detail: "\(file.path) became shorter while it was being read",
                    advice: "Try again once nothing writes to it.")
            }
            place.read += Int64(chunk.bytes.count)
            try body(chunk.bytes, place)
        }
    }

    private func piece(at offset: Int64, limit: Int) async throws(ServiceFailure) -> FileChunk {
        try await client.readOutput(file.job, file.output, file.path, offset, limit)
    }

    /// What the first page tells of the table.
    ///
    /// - Parameter hasHeader: whether the first row holds names; nil leaves it to the content.
    /// - Throws: `.rejected` for a file that is no table.
    func form(hasHeader: Bool?) async throws(ServiceFailure) -> TableForm {
        let head = try await piece(at: 0, limit: 64 << 10)
        let isWhole = (head.totalLength ?? .max) <= head.nextOffset
        let form = TableForm.learned(
            path: file.path, head: head.bytes, isWhole: isWhole, hasHeader: hasHeader)
        guard let form else {
            throw ServiceFailure(
                kind: .rejected, operation: operation,
                detail: "\(file.path) has no rows of as many fields each, and no JSON objects",
                advice: "Rows apart by blanks, commas, tabs or semicolons are read, and JSON lines."
            )
        }
        return form
    }

    func broken() -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: operation,
            detail: "\(file.path) has a row of more than \(RowStream.rowLimit >> 20) MiB",
            advice: "A quote may have been left open there.")
    }
}

/// Tells when it is time for the next report.
struct ReportClock {
    private var last = ContinuousClock.now

    mutating func isDue() -> Bool {
        let now = ContinuousClock.now
        guard now - last >= TableReader.reportPause else { return false }
        last = now
        return true
    }
}

extension BatchClient {
    /// What the first page of a result tells of its table.
    ///
    /// - Parameter hasHeader: whether the first row holds names; nil leaves it to the content.
    /// - Throws: `.rejected` for what is no table.
    public func tableForm(
        of file: ResultFile, hasHeader: Bool? = nil
    ) async throws(ServiceFailure) -> TableForm {
        try await reader(of: file, "read \(file.path) as a table").form(hasHeader: hasHeader)
    }

    /// Counts a table's columns; reports come while it reads, the whole one last.
    public func statistics(
        of file: ResultFile, form: TableForm, _ report: @Sendable (TableReport) -> Void
    ) async throws(ServiceFailure) -> TableReport {
        let reader = reader(of: file, "count \(file.path)")
        var count = TableCount(form: form)
        var clock = ReportClock()
        var length: Int64 = 0
        try await reader.forEachPiece { piece, place throws(ServiceFailure) in
            count.take(piece, isLast: place.isLast)
            if count.isBroken { throw reader.broken() }
            length = place.total
            if !place.isLast, clock.isDue() { report(count.report(of: length, isWhole: false)) }
        }
        return count.report(of: length, isWhole: true)
    }

    private func reader(of file: ResultFile, _ operation: String) -> TableReader {
        TableReader(client: self, file: file, operation: operation)
    }

    /// Writes a table as a proper CSV file: under a partial name, brought to the disk, then renamed.
    ///
    /// - Parameter path: where to, relative to the current folder if it is not absolute.
    /// - Throws: `.conflict` when something is there and may not be replaced.
    public func export(
        _ file: ResultFile, form: TableForm, to path: String, _ order: ExportOrder,
        _ report: @Sendable (TransferProgress) -> Void
    ) async throws(ServiceFailure) -> ExportReport {
        let reader = reader(of: file, "write \(path)")
        let path = LocalFiles.absolute(path)
        let target = try WholeFile(path, operation: reader.operation, replacing: order.isReplacing)
        var form = form
        if form.rows == .objects { form = try await allNames(form, reader) }
        var export = TableExport(form: form, order: order)
        var clock = ReportClock()
        do throws(ServiceFailure) {
            try await reader.forEachPiece { piece, place throws(ServiceFailure) in
                try target.write(export.take(piece, isLast: place.isLast))
                if export.isBroken { throw reader.broken() }
                if clock.isDue() { report(place.progress) }
            }
            try target.finish()
        } catch {
            target.abandon()
            throw error
        }
        return ExportReport(
            path: path, rows: export.rows, columns: export.columns, bytes: target.length,
            unevenRows: export.unevenRows, leftOut: export.leftOut)
    }

    /// Reads all of a file of objects once, for any may have a key that no other has.
    private func allNames(
        _ form: TableForm, _ reader: TableReader
    ) async throws(ServiceFailure) -> TableForm {
        var search = NameSearch(form: form)
        try await reader.forEachPiece { piece, place throws(ServiceFailure) in
            search.take(piece, isLast: place.isLast)
        }
        guard !search.hasTooMany else {
            throw ServiceFailure(
                kind: .rejected, operation: reader.operation,
                detail: "\(reader.file.path) has more than \(TableExport.nameLimit) different keys",
                advice: "A table needs a column for each.")
        }
        return search.form
    }
}

extension TableReader.Place {
    /// The same in the words of a transfer of one file.
    var progress: TransferProgress {
        TransferProgress(
            filesDone: isLast ? 1 : 0, filesTotal: 1, bytesDone: read, bytesTotal: total)
    }
}
