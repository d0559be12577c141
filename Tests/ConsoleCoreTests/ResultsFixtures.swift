import BatchModel
import ConsoleGrid

@testable import ConsoleCore

/// A job with one output, and files to fill it with.
enum ResultsFixture {
    static let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
    static let job: Job.ID = "batchjob-7f3a"
    static let score = JobOutput(
        name: "score", type: .uriFolder,
        uri: "azureml://datastores/store/paths/azureml/run/score/")
    static let lost = ServiceFailure(
        kind: .unreachable, operation: "read predictions.csv of the output score",
        detail: "nothing answers at 127.0.0.1:8600.")

    /// What the digits endpoint writes: `image-1201.pgm 7 12.345`.
    static func digits(_ rows: Int = 597) -> [UInt8] {
        let lines = (0..<rows).map { row in
            "image-\(1201 + row).pgm \(row % 10) \(row % 7 + 9).\(100 + row * 37 % 900)\n"
        }
        return Array(lines.joined().utf8)
    }

    /// What comparing the rows of `digits` gives, the first ones of which are there once more.
    static func repeats(_ extra: Int, form: TableForm, key: Int?) -> RepeatReport {
        var runs = RepeatRuns(form: form, key: key)
        let bytes = digits() + digits(extra)
        _ = runs.take(bytes, isLast: true)
        var count = RepeatCount()
        for mark in runs.finish() { count.take(mark) }
        var report = count.finish(rows: runs.rows, bytes: Int64(bytes.count))
        for index in report.examples.indices {
            report.examples[index].text = "image-\(1201 + index).pgm \u{1B}[31m\(index)"
        }
        return report
    }

    /// A screen without anything known.
    static func fresh(
        _ size: Size = Size(rows: 24, columns: 80), status: JobStatus? = .completed
    ) -> Results.State {
        var state = Results.State(job: job, endpoint: "digits-batch", status: status)
        state.resized(to: size)
        return state
    }

    /// A screen whose files are listed and whose reads are answered until nothing more is asked.
    static func opened(
        _ files: [String: [UInt8]], _ size: Size = Size(rows: 24, columns: 80),
        status: JobStatus? = .completed
    ) -> Results.State {
        var state = fresh(size, status: status)
        state.take(.outputsLoaded(outputs: [score]))
        let entries = files.map { BlobEntry(path: $0.key, size: Int64($0.value.count)) }
        let effects = state.take(.filesLoaded(output: "score", files: entries))
        state.serve(effects, from: files)
        return state
    }
}

extension Results.State {
    /// Lets something happen.
    @discardableResult
    mutating func take(_ action: Results.Action) -> [Results.Effect] {
        Results.reduce(&self, action, now: ResultsFixture.now)
    }

    /// Answers reads from files until nothing more is asked; gives the ranges in order.
    @discardableResult
    mutating func serve(
        _ effects: [Results.Effect], from files: [String: [UInt8]]
    ) -> [Range<Int64>] {
        var open = effects
        var ranges: [Range<Int64>] = []
        while !open.isEmpty {
            let effect = open.removeFirst()
            guard case .read(_, let output, let path, let offset, let limit) = effect,
                let bytes = files[path]
            else { continue }
            let start = min(Int(offset), bytes.count)
            let piece = Array(bytes[start..<min(bytes.count, start + limit)])
            ranges.append(offset..<offset + Int64(limit))
            open += take(
                .read(
                    output: output, path: path,
                    chunk: FileChunk(
                        offset: offset, bytes: piece, totalLength: Int64(bytes.count))))
        }
        return ranges
    }

    /// Presses keys as in a key script; refusals come back as texts, effects in order.
    @discardableResult
    mutating func press(
        _ script: String
    ) throws -> (effects: [Results.Effect], refusals: [String]) {
        try played(
            script, in: &self, verdict: { Results.keys.verdict(for: $0, in: $1) },
            take: { $0.take($1) })
    }

    /// The picture at its own size.
    func picture(glyphs: Glyphs = .unicode) -> Screen {
        var screen = Screen(size: size)
        Results.draw(
            self, on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: glyphs, now: ResultsFixture.now))
        return screen
    }
}
