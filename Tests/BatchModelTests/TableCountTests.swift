import TestSupport
import Testing

@testable import BatchModel

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Feeds a text in pieces of a length.
private func feed(_ text: [UInt8], _ length: Int, _ body: ([UInt8], _ isLast: Bool) -> Void) {
    var start = 0
    repeat {
        let end = min(text.count, start + length)
        body(Array(text[start..<end]), end == text.count)
        start = end
    } while start < text.count
}

private let comma = TableForm(
    rows: .fields(.comma, isMultiline: true), hasHeader: true, names: ["a", "b"])
private let blank = TableForm(
    rows: .fields(.blank, isMultiline: false), hasHeader: false, names: [])

/// Rows that come in pieces.
@Suite struct RowStreamTests {
    @Test func whereverAFileIsCutItsRowsAreTheSame() {
        let text = bytes("\u{FEFF}a,b\r\n1,\"x\ny\"\n\n2,\"\"\"q\"\"\"\r\nlast,row")
        let wanted = ["a,b", "1,\"x\ny\"", "", "2,\"\"\"q\"\"\"", "last,row"]
        for length in 1...text.count {
            var stream = RowStream(isMultiline: true)
            var rows: [String] = []
            var offsets: [Int64] = []
            feed(text, length) { piece, isLast in
                stream.take(piece, isLast: isLast) { row, number, offset in
                    #expect(number == rows.count)
                    rows.append(String(decoding: row, as: UTF8.self))
                    offsets.append(offset)
                }
            }
            #expect(rows == wanted, "pieces of \(length)")
            #expect(offsets == [0, 8, 16, 17, 28], "pieces of \(length)")
        }
    }

    @Test func aRowWithoutAnEndIsGivenUpAndNotKept() {
        var stream = RowStream(isMultiline: true)
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        stream.take(bytes("a,\""), isLast: false) { _, _, _ in }
        for _ in 0..<5 { stream.take(piece, isLast: false) { _, _, _ in } }
        #expect(stream.isBroken)
        #expect(stream.rowCount == 0)
    }
}

/// Numbers out of bytes.
@Suite struct CellNumberTests {
    private static func read(_ text: String) -> Double? {
        bytes(text).withUnsafeBufferPointer { CellNumber.read($0) }
    }

    @Test(arguments: [
        "0", "-0", "7", "12.345", "-1e-3", "1E+22", "1e23", ".5", "5.", "+4", " 8 ",
        "123456789012345678901234567890", "0.1", "4.9e-324", "1.7976931348623157e308",
        "9007199254740993", "0.000000000000000000000000123",
    ])
    func theyAreThoseOfTheStandardLibrary(text: String) {
        let trimmed = text.filter { $0 != " " }
        #expect(Self.read(text)?.bitPattern == Double(trimmed)?.bitPattern)
    }

    @Test(arguments: [
        "", "x", "nan", "inf", "0x1F", "1e", "1e+", ".", "-", "1-2", "1.2.3", "1e999",
    ])
    func whatIsNoFiniteNumberIsNone(text: String) { #expect(Self.read(text) == nil) }

    @Test func tenThousandWrittenNumbersAreReadToTheLastBit() {
        var dice = SplitMix(seed: 1)
        for _ in 0..<10_000 {
            let number = Double(bitPattern: dice.next())
            guard number.isFinite else { continue }
            #expect(Self.read("\(number)") == number)
            let short = Double(Int64(truncatingIfNeeded: dice.next()) % 1_000_000) / 1000
            #expect(Self.read("\(short)") == short)
        }
    }
}

/// Quartiles of a stream.
@Suite struct QuantileSketchTests {
    @Test func fewNumbersAreAnsweredExactly() {
        var sketch = QuantileSketch(capacity: 100)
        for number in [4.0, 1, 3, 2] { sketch.add(number) }
        let summary = sketch.summary()
        #expect(sketch.isExact && sketch.rankError == 0)
        #expect([0.25, 0.5, 0.75].map { summary.quantile($0) } == [1.75, 2.5, 3.25])
        #expect(summary.counts(between: [0, 2, 4]) == [1, 3])
        #expect(QuantileSketch(capacity: 2).summary().quantile(0.5) == nil)
    }

    @Test(arguments: [1, 2, 3])
    func whateverTheOrderAnAnswersRankIsOffByNoMoreThanTheBound(order: Int) throws {
        let count = 200_000
        var dice = SplitMix(seed: 7)
        var numbers = (0..<count).map { Double($0) }
        switch order {
        case 1: numbers.shuffle(using: &dice)
        case 2: numbers.reverse()
        default: break
        }
        var sketch = QuantileSketch(capacity: 256)
        for number in numbers { sketch.add(number) }
        let summary = sketch.summary()
        #expect(!sketch.isExact)
        #expect(sketch.rankError < 0.05)
        #expect(summary.entries.reduce(0) { $0 + $1.weight } == count)
        for share in [0.01, 0.25, 0.5, 0.75, 0.99] {
            let answer = try #require(summary.quantile(share))
            // The numbers are their own ranks.
            #expect(abs(answer / Double(count) - share) <= sketch.rankError + 1e-5)
        }
        let places = summary.counts(between: [0, 50_000, 60_000, 200_000])
        for (found, wanted) in zip(places, [50_000, 10_000, 140_000]) {
            #expect(abs(found - wanted) <= Int(2 * sketch.rankError * Double(count)))
        }
    }
}

/// Columns of a table, counted.
@Suite struct TableCountTests {
    private static func report(_ text: String, _ form: TableForm, pieces: Int = 7) -> TableReport {
        var count = TableCount(form: form)
        let text = bytes(text)
        feed(text, pieces) { count.take($0, isLast: $1) }
        return count.report(of: Int64(text.count), isWhole: true)
    }

    @Test func kindsCountsAndClassesOfEachColumn() {
        let report = Self.report("a,b\n1,x\n2,\n,y\n4,x\n5\n", comma)
        #expect(report.rows == 5)
        #expect(report.unevenRows == 1)
        let (a, b) = (report.columns[0], report.columns[1])
        #expect([a.name, b.name] == ["a", "b"])
        #expect([a.kind, b.kind] == [.number, .text])
        #expect([a.filled, a.empty, a.numbers] == [4, 1, 4])
        #expect([b.filled, b.empty, b.numbers] == [3, 2, 0])
        #expect(a.numeric?.mean == 3)
        #expect(a.numeric?.quartiles == [1.75, 3, 4.25])
        #expect(b.classes == [ClassCount(value: "x", count: 2), ClassCount(value: "y", count: 1)])
        #expect(b.texts == TextBounds(first: "x", last: "y"))
    }

    @Test func columnsWithoutNamesAreNumberedAndMixedOnesSaid() {
        let report = Self.report("f1 7 1\nf2 x 2\n", blank)
        #expect(report.columns.map(\.name) == ["col1", "col2", "col3"])
        #expect(report.columns.map(\.kind) == [.text, .mixed, .number])
        #expect(report.columns[1].numbers == 1)
    }

    @Test func keysOfObjectsBecomeColumnsWhereverTheyFirstOccur() {
        let form = TableForm(rows: .objects, hasHeader: false, names: ["id"])
        let report = Self.report("{\"id\": 1}\n{\"id\": 2, \"p\": 0.5}\n", form)
        #expect(report.columns.map(\.name) == ["id", "p"])
        #expect(report.columns.map(\.empty) == [0, 1])
        #expect(report.unevenRows == 0)
    }

    @Test func manyDifferentValuesAreSaidToBeManyAndNotKept() {
        let text = (0..<5_000).map { "f\($0) \($0 % 10)\n" }.joined()
        let report = Self.report(text, blank, pieces: 1_000)
        #expect(report.columns[0].distinct == nil)
        #expect(report.columns[0].distinctLimit == 1_000)
        #expect(report.columns[0].classes.isEmpty)
        #expect(report.columns[1].distinct == 10)
        #expect(report.columns[1].classes.first == ClassCount(value: "0", count: 500))
        #expect(ColumnHistogram(of: report.columns[0]).kind == .tooMany)
        #expect(ColumnHistogram(of: report.columns[1]).kind == .classes)
    }

    @Test func aColumnOfNamesHasNoClasses() {
        let report = Self.report((0..<30).map { "f\($0) \($0 % 3)\n" }.joined(), blank, pieces: 64)
        let names = ColumnHistogram(of: report.columns[0])
        #expect(names.kind == .allDifferent && names.bars.isEmpty && names.total == 30)
        let few = Self.report("a\nb\nc\n", blank, pieces: 64)
        #expect(ColumnHistogram(of: few.columns[0]).bars.count == 3)
    }

    @Test func whateverThePiecesTheReportIsTheSame() {
        let text = (0..<300).map { "f\($0) \($0 % 7) \(Double($0) / 8)\n" }.joined()
        let whole = Self.report(text, blank, pieces: text.utf8.count)
        for pieces in [1, 13, 64] { #expect(Self.report(text, blank, pieces: pieces) == whole) }
    }

    @Test func aWideTableKeepsToItsLimit() {
        let row = (0..<500).map(String.init).joined(separator: " ") + "\n"
        let report = Self.report(row + row, blank, pieces: 100)
        #expect(report.columnTotal == 500)
        #expect(report.columns.count == TableCount.columnLimit)
    }

    @Test func rangesHaveShortEdgesAndHoldEveryNumber() throws {
        let text = (0..<1_000).map { "\(Double($0) / 1000) a\n" }.joined()
        let column = try #require(Self.report(text, blank, pieces: 999).columns.first)
        let histogram = ColumnHistogram(of: column)
        #expect(histogram.kind == .ranges)
        #expect(histogram.bars.map(\.count) == [Int](repeating: 100, count: 10))
        let edges = histogram.bars.compactMap { $0.range?.lower }
        #expect(edges == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
    }
}

/// Rows that are there twice.
@Suite struct RepeatCountTests {
    private static func find(_ text: String, _ form: TableForm, key: Int? = nil) -> RepeatReport {
        var runs = RepeatRuns(form: form, key: key)
        let text = bytes(text)
        var full: [RowMark] = []
        feed(text, 5) { full += runs.take($0, isLast: $1).joined() }
        full += runs.finish()
        var count = RepeatCount()
        for mark in full.sorted() { count.take(mark) }
        return count.finish(rows: runs.rows, bytes: Int64(text.count))
    }

    @Test func repeatsAreCountedWithTheirRowsAndPlaces() {
        let report = Self.find("a 1\nb 2\na 1\nc 3\na 1\nb 2\n", blank)
        #expect([report.rows, report.compared, report.extraRows, report.groups] == [6, 6, 3, 2])
        #expect(report.examples.map(\.rows) == [[1, 3, 5], [2, 6]])
        #expect(report.examples.map(\.offset) == [0, 4])
        #expect(report.examples.map(\.times) == [3, 2])
    }

    @Test func aColumnMayBeWhatIsCompared() {
        let text = "a,b\nf1,1\nf2,2\nf1,3\n,4\n,5\n"
        #expect(Self.find(text, comma).extraRows == 0)
        let byName = Self.find(text, comma, key: 0)
        #expect(byName.extraRows == 1)
        #expect(byName.compared == 3)
        #expect(byName.examples.first?.rows == [1, 3])
    }

    @Test func onlyTheFirstExamplesAreKept() {
        let rows = (0..<100).map { "row-\($0) x\n" }.joined()
        let report = Self.find(rows + rows, blank)
        #expect(report.extraRows == 100)
        #expect(report.examples.count == RepeatCount.exampleLimit)
        #expect(report.examples.map { $0.rows[0] } == Array(1...20))
    }

    @Test func theJobsOwnCountSaysWhatIsMissing() {
        var report = Self.find("a 1\na 1\nb 2\n", blank)
        #expect(report.missing == nil)
        report.items = RepeatReport.Items(total: 5, failed: 1)
        #expect(report.missing == 2)
        report.items = RepeatReport.Items(total: 1, failed: 0)
        #expect(report.missing == nil)
    }
}

/// A table written properly.
@Suite struct TableExportTests {
    private static func write(
        _ text: String, _ form: TableForm, _ order: ExportOrder = ExportOrder()
    ) -> (text: String, export: TableExport) {
        var export = TableExport(form: form, order: order)
        var written: [UInt8] = []
        feed(bytes(text), 4) { written += export.take($0, isLast: $1) }
        return (String(decoding: written, as: UTF8.self), export)
    }

    @Test func rowsOfTheRunnerGetNamesCommasAndQuotes() {
        let (text, export) = Self.write("\"Smith, J\" 3\n\"say \"\"hi\"\"\" 7 8\nx 4\n", blank)
        #expect(text == "col1,col2\r\n\"Smith, J\",3\r\n\"say \"\"hi\"\"\",7 8\r\nx,4\r\n")
        #expect(export.rows == 3)
        #expect(export.unevenRows == 1)
    }

    @Test func theFilesOwnNamesStayUnlessNobodyWantsThem() {
        let order = ExportOrder(separator: .semicolon, hasHeader: false)
        #expect(Self.write("a,b\n1,2\n", comma).text == "a,b\r\n1,2\r\n")
        #expect(Self.write("a,b\n1,\"2;3\"\n", comma, order).text == "1;\"2;3\"\r\n")
    }

    @Test func unevenRowsAreFilledUpOrJoinedAndCounted() {
        let (text, export) = Self.write("a,b\n1\n1,2,3\n", comma)
        #expect(text == "a,b\r\n1,\r\n1,\"2,3\"\r\n")
        #expect(export.unevenRows == 2)
    }

    @Test func objectsAreWrittenByTheirKeysAndOtherLinesCounted() {
        var search = NameSearch(form: TableForm(rows: .objects, hasHeader: false, names: []))
        let text = "{\"a\": 1}\nno object\n{\"b\": \"x,y\", \"a\": [1, 2]}\n"
        feed(bytes(text), 9) { search.take($0, isLast: $1) }
        #expect(search.form.names == ["a", "b"])
        let (written, export) = Self.write(text, search.form)
        #expect(written == "a,b\r\n1,\r\n\"[1, 2]\",\"x,y\"\r\n")
        #expect(export.leftOut == 1)
    }

    @Test func aRowOfOneEmptyFieldIsNoEmptyLine() {
        let form = TableForm(rows: .objects, hasHeader: false, names: ["a"])
        #expect(Self.write("{\"a\": \"\"}\n", form).text == "a\r\n\"\"\r\n")
    }
}
