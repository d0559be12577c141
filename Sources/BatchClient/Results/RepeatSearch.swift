public import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension BatchClient {
    /// Finds rows that are there more than once, or rows with the same cell in a column.
    ///
    /// - Parameters:
    ///   - key: the column that makes two rows the same, from 0; nil for all of the row.
    ///   - report: hears how far it is; repeats are known only at the end.
    public func repeats(
        in file: ResultFile, form: TableForm, key: Int?,
        _ report: @Sendable (RepeatReport) -> Void
    ) async throws(ServiceFailure) -> RepeatReport {
        let reader = TableReader(
            client: self, file: file, operation: "look for repeated rows in \(file.path)")
        let store = RunStore(operation: reader.operation)
        var runs = RepeatRuns(form: form, key: key)
        var clock = ReportClock()
        var length: Int64 = 0
        try await reader.forEachPiece { piece, place throws(ServiceFailure) in
            for run in runs.take(piece, isLast: place.isLast) { try store.keep(run) }
            if runs.isBroken { throw reader.broken() }
            length = place.total
            if !place.isLast, clock.isDue() {
                report(.begun(rows: runs.rows, bytesRead: place.read, bytesTotal: place.total))
            }
        }
        var count = RepeatCount()
        try store.merge(last: runs.finish()) { mark in count.take(mark) }
        var found = count.finish(rows: runs.rows, bytes: length)
        for index in found.examples.indices {
            found.examples[index].text = try await text(of: found.examples[index], in: file)
        }
        found.items = await items(of: file)
        return found
    }

    /// The beginning of an example's first row.
    private func text(
        of example: RepeatReport.Example, in file: ResultFile
    ) async throws(ServiceFailure) -> String {
        let chunk = try await readOutput(file.job, file.output, file.path, example.offset, 512)
        let row = chunk.bytes.prefix { $0 != RowRecords.newline && $0 != 0x0D }
        return String(decoding: row, as: UTF8.self)
    }

    /// What the job counted itself; nil for what is no output of scores, and where nothing is known any more.
    private func items(of file: ResultFile) async -> RepeatReport.Items? {
        guard file.output == "score" else { return nil }
        do throws(ServiceFailure) {
            guard let progress = try await job(file.job).progress, let total = progress.totalItems
            else { return nil }
            return RepeatReport.Items(total: total, failed: progress.failedItems ?? 0)
        } catch {
            // It is said that nothing is known; the repeats are known all the same.
            return nil
        }
    }
}

/// Keeps sorted runs of marks in one file without a name, and merges them.
private final class RunStore {
    /// Marks of a run that are in memory while it is merged: with a hundred million rows there are 800 runs, 10 MiB.
    private static let windowLength = 512

    private let operation: String
    private var file: OpenFile?
    private var runs: [Range<Int64>] = []

    init(operation: String) { self.operation = operation }

    func keep(_ run: [RowMark]) throws(ServiceFailure) {
        do {
            let file = try self.file ?? opened()
            self.file = file
            let start = runs.last?.upperBound ?? 0
            let bytes = run.withUnsafeBytes { Array($0) }
            try file.write(bytes, at: start)
            runs.append(start..<start + Int64(bytes.count))
        } catch {
            throw failure(error)
        }
    }

    /// A file that nobody else can open, and that is gone however this process ends.
    private func opened() throws -> OpenFile {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let path = "\(folder)/batchdeck-rows-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let file = try OpenFile(writing: path, mode: 0o600, truncating: true)
        try LocalFiles.remove(path)
        return file
    }

    private func failure(_ error: any Error) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: operation, detail: "\(error)",
            advice: "Long files need room for \(RowMark.length) bytes per row in TMPDIR.")
    }

    /// Gives the marks of all runs, sorted.
    func merge(last: [RowMark], _ body: (RowMark) -> Void) throws(ServiceFailure) {
        guard let file else { return last.forEach(body) }
        do {
            var heads = try runs.map { try RunWindow(file, $0, Self.windowLength) }
            heads.append(RunWindow(last))
            var heap = MarkHeap()
            for index in heads.indices {
                if let mark = try heads[index].next() { heap.push(mark, run: index) }
            }
            while let (mark, run) = heap.least {
                if Task.isCancelled { throw FailureTranslation.cancelled(operation) }
                body(mark)
                heap.replaceLeast(with: try heads[run].next())
            }
        } catch let failure as ServiceFailure {
            throw failure
        } catch {
            throw failure(error)
        }
    }
}

/// A run that is read a window at a time.
private struct RunWindow {
    private var marks: [RowMark]
    private var place = 0
    private var rest: Range<Int64> = 0..<0
    private let file: OpenFile?
    private let length: Int

    init(_ marks: [RowMark]) {
        self.marks = marks
        file = nil
        length = 0
    }

    init(_ file: OpenFile, _ range: Range<Int64>, _ length: Int) throws {
        self.file = file
        self.length = length * RowMark.length
        marks = []
        rest = range
    }

    mutating func next() throws -> RowMark? {
        if place == marks.count {
            guard let file, !rest.isEmpty else { return nil }
            let count = min(length, Int(rest.upperBound - rest.lowerBound))
            let bytes = try file.read(at: rest.lowerBound, length: count)
            guard bytes.count == count else { throw Cut() }
            rest = rest.lowerBound + Int64(count)..<rest.upperBound
            marks = bytes.withUnsafeBytes { raw in
                stride(from: 0, to: raw.count, by: RowMark.length).map {
                    raw.loadUnaligned(fromByteOffset: $0, as: RowMark.self)
                }
            }
            place = 0
        }
        defer { place += 1 }
        return marks[place]
    }

    private struct Cut: Error, CustomStringConvertible {
        var description: String { "the rows that were set aside are not there any more" }
    }
}

/// The least mark of many runs.
private struct MarkHeap {
    private var entries: [(mark: RowMark, run: Int)] = []

    var least: (mark: RowMark, run: Int)? { entries.first }

    mutating func push(_ mark: RowMark, run: Int) {
        entries.append((mark, run))
        var index = entries.count - 1
        while index > 0, entries[index].mark < entries[(index - 1) / 2].mark {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Puts the next mark of the same run in the place of the least; nil when that run is at its end.
    mutating func replaceLeast(with mark: RowMark?) {
        if let mark {
            entries[0].mark = mark
        } else {
            let last = entries.removeLast()
            if entries.isEmpty { return }
            entries[0] = last
        }
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && entries[child].mark < entries[smallest].mark {
                smallest = child
            }
            if smallest == index { return }
            entries.swapAt(index, smallest)
            index = smallest
        }
    }
}
