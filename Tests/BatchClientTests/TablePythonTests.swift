import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchClient

/// A client whose only job has files that lie in memory, read as the real one reads them.
private func client(
    _ files: [String: [UInt8]], pieceLimit: Int = .max, progress: BatchModel.Progress? = nil
) -> BatchClient {
    var client = BatchClient.unimplemented
    client.readOutput = { _, _, path, offset, limit in
        let bytes = files[path] ?? []
        let start = min(Int(offset), bytes.count)
        let end = min(bytes.count, start + min(limit, pieceLimit))
        return FileChunk(
            offset: offset, bytes: Array(bytes[start..<end]), totalLength: Int64(bytes.count))
    }
    client.job = { id in
        Job(id: id, endpoint: "e", deployment: nil, status: .completed, progress: progress)
    }
    return client
}

private func file(_ path: String) -> ResultFile {
    ResultFile(job: "j1", output: "score", path: path)
}

/// Python's own `csv` and `statistics` say the same of the same files.
@Suite struct TablePythonTests {
    private static let words = [
        "", "a", "b c", "x,y", "semi;colon", "tab\there", "say \"hi\"", "line\nbreak", "7", "-1.5",
        "2e3", "0.1", "nan", "é 🍷", "'single'", " 8 ",
    ]

    /// A table as Python's writer would write it, with the delimiter's own dangers.
    private static func table(_ delimiter: String, seed: UInt64) -> String {
        var chance = Chance(seed, "a table of \(delimiter)")
        let columns = Int.random(in: 2...6, using: &chance)
        let rows = Int.random(in: 1...120, using: &chance)
        var text = ""
        for row in 0..<rows {
            let cells = (0..<columns).map { column -> String in
                // The first column tells the rows apart, the second holds numbers, as results have them.
                if column == 0 { return "row-\(row)" }
                if column == 1 { return "\(Double.random(in: -1e6...1e6, using: &chance))" }
                let word = words[Int.random(in: 0..<words.count, using: &chance)]
                let isQuoted = word.contains { ",;\t \"\n\r".contains($0) }
                return isQuoted ? "\"" + word.replacing("\"", with: "\"\"") + "\"" : word
            }
            text += cells.joined(separator: delimiter) + (row % 7 == 3 ? "\r\n" : "\n")
        }
        return text
    }

    private static let script = """
        import csv, json, math, statistics, sys
        def number(cell):
            text = cell.strip(" ")
            if not text or not all(c in "0123456789+-.eE" for c in text): return None
            try: value = float(text)
            except ValueError: return None
            return value if math.isfinite(value) else None
        answers = {}
        for path, delimiter in json.load(open(sys.argv[1], encoding="utf-8")):
            with open(path, newline="", encoding="utf-8") as source:
                rows = [row for row in csv.reader(source, delimiter=delimiter) if row]
            columns = []
            for cells in zip(*rows):
                numbers = [n for n in map(number, cells) if n is not None]
                columns.append({
                    "empty": cells.count(""), "numbers": len(numbers),
                    "distinct": len(set(cells) - {""}),
                    "min": min(numbers, default=None), "max": max(numbers, default=None),
                    "mean": statistics.fmean(numbers) if numbers else None,
                    "stdev": statistics.stdev(numbers) if len(numbers) > 1 else None,
                    "quartiles": statistics.quantiles(numbers, method="inclusive")
                        if len(numbers) > 1 else None})
            answers[path] = {"rows": rows, "columns": columns}
        json.dump(answers, open(sys.argv[2], "w", encoding="utf-8"))
        """

    private struct Answer: Decodable {
        struct Column: Decodable {
            var empty: Int
            var numbers: Int
            var distinct: Int
            var min: Double?
            var max: Double?
            var mean: Double?
            var stdev: Double?
            var quartiles: [Double]?
        }
        var rows: [[String]]
        var columns: [Column]
    }

    /// What Python reads in files.
    private static func ask(
        _ questions: [(path: String, delimiter: String)], in folder: TemporaryFolder
    ) throws -> [String: Answer] {
        let list = try JSONEncoder().encode(questions.map { [$0.path, $0.delimiter] })
        let listed = try folder.write(String(decoding: list, as: UTF8.self), to: "list.json")
        let program = try folder.write(script, to: "ask.py")
        let answers = folder.path + "/answers.json"
        let result = try Run.program(
            try Tool.find("python3"), [program, listed, answers], environment: ["PYTHONUTF8": "1"])
        try #require(result.status == 0, "\(result.errors)")
        return try JSONDecoder().decode(
            [String: Answer].self, from: Data(contentsOf: URL(fileURLWithPath: answers)))
    }

    private static func isNear(_ left: Double?, _ right: Double?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return abs(left - right) <= 1e-9 * max(1, abs(left), abs(right))
    }

    private static func compare(_ report: TableReport, _ answer: Answer, _ label: String) {
        #expect(report.rows == answer.rows.count, "\(label)")
        #expect(report.columns.count == answer.columns.count, "\(label)")
        for (column, wanted) in zip(report.columns, answer.columns) {
            let label: Comment = "\(label) \(column.name)"
            #expect(column.empty == wanted.empty && column.numbers == wanted.numbers, label)
            #expect(column.distinct == wanted.distinct, label)
            let numbers = column.numeric
            #expect(numbers?.least == wanted.min && numbers?.greatest == wanted.max, label)
            #expect(isNear(numbers?.mean, wanted.mean), label)
            if let stdev = wanted.stdev { #expect(isNear(numbers?.deviation, stdev), label) }
            for (found, wanted) in zip(numbers?.quartiles ?? [], wanted.quartiles ?? []) {
                #expect(isNear(found, wanted), label)
            }
        }
    }

    @Test func countsAndExportsAreThoseOfPython() async throws {
        let folder = try TemporaryFolder("tables")
        let separators: [(RowSeparator, String)] = [
            (.comma, ","), (.semicolon, ";"), (.tab, "\t"), (.blank, " "),
        ]
        var questions: [(path: String, delimiter: String)] = []
        var reports: [String: TableReport] = [:]
        for seed in 1...12 {
            for (separator, delimiter) in separators {
                let text = Self.table(delimiter, seed: UInt64(seed))
                let path = try folder.write(text, to: "\(separator)-\(seed).txt")
                let form = TableForm(
                    rows: .fields(separator, isMultiline: true), hasHeader: false, names: [])
                let client = client([path: Array(text.utf8)], pieceLimit: 100 + seed * 37)
                reports[path] = try await client.statistics(of: file(path), form: form) { _ in }
                let order = ExportOrder(
                    separator: ExportOrder.separators[seed % 3], hasHeader: false)
                _ = try await client.export(file(path), form: form, to: path + ".csv", order) {
                    _ in
                }
                questions.append((path, delimiter))
                questions.append((path + ".csv", [",", ";", "\t"][seed % 3]))
            }
        }
        let answers = try Self.ask(questions, in: folder)
        #expect(reports.count == 48)
        for (path, report) in reports {
            let answer = try #require(answers[path])
            Self.compare(report, answer, path)
            #expect(answers[path + ".csv"]?.rows == answer.rows, "\(path)")
        }
    }
}

/// Whole files, read in pieces.
@Suite struct TableReaderTests {
    private static let blank = TableForm(
        rows: .fields(.blank, isMultiline: false), hasHeader: false, names: [])

    @Test func moreRowsThanARunAreComparedExactly() async throws {
        // Two runs and more go to the disk; every hundredth of the first thousand rows comes again at the end.
        let count = 2 * RepeatRuns.runLength + 5_000
        var text = (0..<count).map { "image-\($0).pgm 7\n" }.joined()
        text += (0..<10).map { "image-\($0 * 100).pgm 7\n" }.joined()
        let client = client(["p.csv": Array(text.utf8)])
        let report = try await client.repeats(in: file("p.csv"), form: Self.blank, key: nil) { _ in
        }
        #expect(report.rows == count + 10 && report.compared == count + 10)
        #expect(report.extraRows == 10 && report.groups == 10)
        #expect(report.examples.map { $0.rows[0] } == (0..<10).map { $0 * 100 + 1 })
        #expect(report.examples[3].text == "image-300.pgm 7")
        #expect(report.examples[3].rows[1] == count + 4)
        #expect(report.chanceOfError < 1e-8)
    }

    @Test func theJobsCountIsAskedForWhatItsScoresAre() async throws {
        let progress = BatchModel.Progress(failedItems: 1, totalItems: 4)
        let client = client(["p.csv": Array("a 1\nb 2\nb 2\n".utf8)], progress: progress)
        let found = try await client.repeats(in: file("p.csv"), form: Self.blank, key: 0) { _ in }
        #expect(found.items == RepeatReport.Items(total: 4, failed: 1))
        #expect(found.missing == 1)
        let other = ResultFile(job: "j1", output: "model", path: "p.csv")
        #expect(try await client.repeats(in: other, form: Self.blank, key: 0) { _ in }.items == nil)
    }

    @Test func aFileThatBecomesShorterIsSaidToChange() async {
        var client = client([:])
        client.readOutput = { _, _, _, offset, _ in
            FileChunk(offset: offset, bytes: offset == 0 ? [65, 10] : [], totalLength: 100)
        }
        let failure = await failure { () throws(ServiceFailure) in
            _ = try await client.statistics(of: file("p.csv"), form: Self.blank) { _ in }
        }
        #expect(failure?.kind == .conflict)
        #expect(failure?.detail.contains("became shorter") ?? false)
    }

    @Test func whatIsNoTableIsRefusedWithWhatWouldBeOne() async throws {
        let client = client(["a.txt": Array("one line\n".utf8), "b.csv": Array("a b\nc d\n".utf8)])
        let failure = await failure { () throws(ServiceFailure) in
            _ = try await client.tableForm(of: file("a.txt"))
        }
        #expect(failure?.kind == .rejected)
        #expect(try await client.tableForm(of: file("b.csv")) == Self.blank)
        let named = try await client.tableForm(of: file("b.csv"), hasHeader: true)
        #expect(named.names == ["a", "b"])
    }

    @Test func nothingIsReplacedUnlessItIsSaid() async throws {
        let folder = try TemporaryFolder("export")
        let path = try folder.write("mine\n", to: "out.csv")
        let client = client(["p.csv": Array("a 1\n".utf8)])
        let failure = await failure { () throws(ServiceFailure) in
            _ = try await client.export(
                file("p.csv"), form: Self.blank, to: path, ExportOrder()
            ) { _ in }
        }
        #expect(failure?.kind == .conflict)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine\n")
        let report = try await client.export(
            file("p.csv"), form: Self.blank, to: path, ExportOrder(isReplacing: true)
        ) { _ in }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "col1,col2\r\na,1\r\n")
        #expect(report.rows == 1 && report.columns == 2 && report.bytes == 16)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.csv"])
    }

    @Test func anExportThatIsCancelledLeavesNothing() async throws {
        let folder = try TemporaryFolder("export")
        let (asked, ask) = AsyncStream<Void>.makeStream()
        var client = client([:])
        client.readOutput = { _, _, _, offset, _ in
            ask.yield()
            // Waits until it is cancelled, as a slow service would.
            if offset > 0 { try? await Task.sleep(for: .seconds(600)) }
            return FileChunk(offset: offset, bytes: [65, 32, 66, 10], totalLength: 1 << 40)
        }
        let slow = client
        let task = Task {
            try await slow.export(
                file("p.csv"), form: Self.blank, to: folder.path + "/out.csv", ExportOrder()
            ) { _ in }
        }
        var seen = 0
        for await _ in asked {
            seen += 1
            if seen == 2 { break }
        }
        task.cancel()
        let result = await task.result
        #expect(throws: ServiceFailure.self) { try result.get() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}
