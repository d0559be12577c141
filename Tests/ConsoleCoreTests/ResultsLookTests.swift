import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Statistics, repeated rows and the way into a CSV file.
@Suite struct ResultsLookTests {
    private static let file = ResultFile(
        job: ResultsFixture.job, output: "score", path: "predictions.csv")
    private static let blank = TableForm(
        rows: .fields(.blank, isMultiline: false), hasHeader: false, names: [])
    private static let files = ["predictions.csv": ResultsFixture.digits(), "a.txt": [65, 10]]

    private static func opened(rows: Int = 24, columns: Int = 80) -> Results.State {
        ResultsFixture.opened(files, Size(rows: rows, columns: columns))
    }

    /// What the client would answer.
    private static func report(_ rows: Int = 597, isWhole: Bool = true) -> TableReport {
        let bytes = ResultsFixture.digits(rows)
        var count = TableCount(form: blank)
        count.take(bytes, isLast: isWhole)
        return count.report(of: Int64(ResultsFixture.digits().count), isWhole: isWhole)
    }

    private static func repeats(
        _ extra: Int, isWhole: Bool = true, items: RepeatReport.Items? = nil
    ) -> RepeatReport {
        var report = ResultsFixture.repeats(extra, form: blank, key: nil)
        report.items = items
        report.isWhole = isWhole
        return report
    }

    // MARK: - Looking

    @Test func statisticsFillWhileTheFileIsReadAndEscStopsThemFirst() throws {
        var state = Self.opened()
        #expect(try state.press("s").effects == [.count(Self.file, form: Self.blank)])
        #expect(state.picture().plainText.contains("statistics after 0 %"))
        state.take(.look(.counted(file: Self.file, report: Self.report(300, isWhole: false))))
        #expect(state.look?.isReading == true)
        #expect(state.picture().plainText.contains("statistics after 50 %"))
        #expect(try state.press("<esc>").effects == [.stopLook])
        #expect(state.picture().plainText.contains("statistics, stopped after 50 %"))
        // What was on its way comes too late.
        state.take(.look(.counted(file: Self.file, report: Self.report())))
        #expect(state.look?.statistics?.isWhole == false)
        #expect(try state.press("<esc>").effects == [])
        #expect(state.look == nil)
        #expect(state.picture().plainText.contains("image-1201.pgm"))
    }

    @Test func theFirstColumnThatTellsSomethingIsSelectedUntilAPersonChooses() throws {
        var state = Self.opened()
        try state.press("s")
        state.take(.look(.counted(file: Self.file, report: Self.report(300, isWhole: false))))
        #expect(state.look?.list.selection == 1, "the names of files are all different")
        #expect(state.picture().plainText.contains("Classes"))
        try state.press("h")
        state.take(.look(.counted(file: Self.file, report: Self.report())))
        #expect(state.look?.list.selection == 0)
        // Where no column tells anything, the first is as good as any.
        let names = Array((0..<40).map { "a\($0) b\($0)\n" }.joined().utf8)
        state = ResultsFixture.opened(["names.txt": names])
        try state.press("s")
        var count = TableCount(form: Self.blank)
        count.take(names, isLast: true)
        let report = count.report(of: Int64(names.count), isWhole: true)
        let file = ResultFile(job: ResultsFixture.job, output: "score", path: "names.txt")
        state.take(.look(.counted(file: file, report: report)))
        #expect(state.look?.list.selection == 0)
    }

    @Test func leavingTheScreenEndsTheReadingAndOnlyThen() throws {
        var state = Self.opened()
        #expect(Results.closed(state) == [])
        try state.press("s")
        #expect(Results.closed(state) == [.stopLook])
        state.take(.look(.counted(file: Self.file, report: Self.report())))
        #expect(Results.closed(state) == [])
    }

    @Test func anotherFileEndsTheLookAtThisOne() throws {
        var state = Self.opened(rows: 24, columns: 120)
        try state.press("s<tab>")
        #expect(state.pane == .tree)
        let effects = try state.press("k").effects
        #expect(effects.contains(.stopLook))
        #expect(state.look == nil)
    }

    @Test func whatIsNoTableIsRefusedWithAReason() throws {
        var state = ResultsFixture.opened(["a.txt": Array("one line of prose\n".utf8)])
        #expect(
            try state.press("sRx").refusals == Array(repeating: "this file is no table", count: 3))
        state = ResultsFixture.fresh()
        #expect(try state.press("s").refusals == ["no file is selected"])
    }

    @Test func repeatsAreLookedForByTheRowOrByAColumn() throws {
        var state = Self.opened()
        #expect(
            try state.press("R").effects == [.compare(Self.file, form: Self.blank, key: nil)])
        state.take(.look(.compared(file: Self.file, key: nil, report: Self.repeats(2))))
        #expect(state.look?.isReading == false)
        #expect(try state.press("l").effects == [.compare(Self.file, form: Self.blank, key: 0)])
        // The answer for the whole row is not one for the column.
        state.take(.look(.compared(file: Self.file, key: nil, report: Self.repeats(2))))
        #expect(state.look?.repeats == nil)
        #expect(
            try state.press("hh").effects == [
                .compare(Self.file, form: Self.blank, key: nil),
                .compare(Self.file, form: Self.blank, key: 2),
            ])
    }

    @Test func aFailureSaysHowToTryAgain() throws {
        var state = Self.opened()
        try state.press("s")
        state.take(.look(.refused(file: Self.file, failure: ResultsFixture.lost)))
        #expect(state.picture().plainText.contains("r tries again."))
        #expect(try state.press("r").effects.contains(.count(Self.file, form: Self.blank)))
    }

    // MARK: - Exporting

    @Test func anExportAsksWhereAndTakesDelimiterAndHeader() throws {
        var state = Self.opened()
        try state.press("x")
        #expect(state.export.prompt?.value == "./batchjob-7f3a-predictions.csv")
        #expect(state.picture().plainText.contains("comma separated, with header"))
        try state.press("<tab><alt-h>")
        #expect(state.picture().plainText.contains("semicolon separated, no header"))
        let order = ExportOrder(separator: .semicolon, hasHeader: false)
        #expect(
            try state.press("<enter>").effects == [
                .export(
                    Self.file, form: Self.blank, path: "./batchjob-7f3a-predictions.csv",
                    order: order)
            ])
        state.take(
            .export(
                .advanced(
                    progress: TransferProgress(
                        filesDone: 0, filesTotal: 1, bytesDone: 512, bytesTotal: 1024))))
        #expect(state.picture().plainText.contains("512 B of 1.0 KiB"))
        #expect(try state.press("x").effects == [.stopExport(ResultsFixture.job)])
        state.take(.export(.brokenOff))
        #expect(state.picture().plainText.contains("nothing was written"))
    }

    @Test func whatIsThereIsReplacedOnlyByASecondEnter() throws {
        var state = Self.opened()
        try state.press("x<enter>")
        let taken = ServiceFailure(kind: .conflict, operation: "write /a.csv", detail: "there")
        state.take(.export(.refused(failure: taken)))
        #expect(state.picture().plainText.contains("Enter once more replaces it"))
        var other = state
        try other.press("2")
        let again = try other.press("<enter>").effects
        guard case .export(_, _, _, let order) = again.first else {
            return #expect(Bool(false), "no export: \(again)")
        }
        #expect(!order.isReplacing)
        guard case .export(_, _, _, let order) = try state.press("<enter>").effects.first else {
            return #expect(Bool(false), "no export")
        }
        #expect(order.isReplacing)
    }

    @Test func whatWasWrittenIsSaid() throws {
        var state = Self.opened()
        try state.press("x<enter>")
        state.take(
            .export(
                .finished(
                    report: ExportReport(
                        path: "/r/a.csv", rows: 597, columns: 3, bytes: 2048, unevenRows: 1,
                        leftOut: 0))))
        #expect(
            state.picture().plainText.contains(
                "✓ 597 rows of 3 columns, 2.0 KiB in /r/a.csv; 1 row had another number of"))
    }

    // MARK: - Pictures

    @Test func statisticsAtEightyByTwentyFour() throws {
        var state = Self.opened()
        try state.press("s")
        state.take(.look(.counted(file: Self.file, report: Self.report())))
        let picture = state.picture().plainText
        #expect(
            picture == """
                ┌ predictions.csv  statistics of 597 rows  13.9 KiB ───────────────────────────┐
                │ Column    Type    Distinct       Min    Median       Max      Mean   Std dev │
                │ col1      text         597  image-1…            image-1…                     │
                │ col2      number        10         0         4         9   4.48241   2.87055 │
                │ col3      number       597       9.1    12.522    15.989   12.5347   2.02199 │
                │ col2: 597 of 597 rows, 10 different, mean 4.48241, deviation 2.87055,        │
                │ quartiles 2, 4, 7                                                            │
                │                                                                              │
                │ Classes                                                                      │
                │ 0  60  10.1 %  █████████████████████████████████████████████████████████████ │
                │ 1  60  10.1 %  █████████████████████████████████████████████████████████████ │
                │ 2  60  10.1 %  █████████████████████████████████████████████████████████████ │
                │ 3  60  10.1 %  █████████████████████████████████████████████████████████████ │
                │ 4  60  10.1 %  █████████████████████████████████████████████████████████████ │
                │ 5  60  10.1 %  █████████████████████████████████████████████████████████████ │
                │ 6  60  10.1 %  █████████████████████████████████████████████████████████████ │
                │ 7  59   9.9 %  ███████████████████████████████████████████████████████████▉  │
                │ 8  59   9.9 %  ███████████████████████████████████████████████████████████▉  │
                │ 9  59   9.9 %  ███████████████████████████████████████████████████████████▉  │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                └ space separated, no header ──────────────────────────────────────────────────┘
                """)
    }

    @Test func statisticsAtSixtyBySixteenInASCII() throws {
        var state = Self.opened(rows: 16, columns: 60)
        try state.press("s")
        state.take(.look(.counted(file: Self.file, report: Self.report())))
        try state.press("G")
        let picture = state.picture(glyphs: .ascii).plainText
        #expect(
            picture == """
                + predictions.csv  statistics of 597 rows  13.9 KiB -------+
                | Column    Type    Distinct       Min       Max      Mean |
                | col1      text         597  image-1~  image-1~           |
                | col2      number        10         0         9   4.48241 |
                | col3      number       597       9.1    15.989   12.5347 |
                | col3: 597 of 597 rows, 597 different, mean 12.5347,      |
                | deviation 2.02199, quartiles 10.759, 12.522, 14.305      |
                |                                                          |
                | Histogram                                                |
                | 9 to <9.5    39   6.5 %  #########################       |
                | 9.5 to <10   47   7.9 %  ##############################  |
                | 10 to <10.5  38   6.4 %  ########################        |
                | 10.5 to <11  48   8.0 %  ############################### |
                | 11 to <11.5  39   6.5 %  #########################       |
                | and 9 ranges more: 386 rows, 64.7 %                      |
                + space separated, no header ------------------------------+
                """)
    }

    @Test func repeatsOfOneColumnAreNotMeasuredByItems() throws {
        var state = Self.opened()
        try state.press("R")
        let items = RepeatReport.Items(total: 600, failed: 2)
        state.take(
            .look(.compared(file: Self.file, key: nil, report: Self.repeats(3, items: items))))
        #expect(state.picture().plainText.contains("The job counted"))
        state.look?.key = 1
        #expect(!state.picture().plainText.contains("The job counted"))
    }

    @Test func repeatsAtEightyByTwentyFour() throws {
        var state = Self.opened()
        try state.press("R")
        let items = RepeatReport.Items(total: 600, failed: 2)
        state.take(
            .look(.compared(file: Self.file, key: nil, report: Self.repeats(3, items: items))))
        let picture = state.picture().plainText
        #expect(
            picture == """
                ┌ predictions.csv  repeated rows of 600 rows  13.9 KiB ────────────────────────┐
                │ ! 3 rows too many: 3 rows are there more than once.                          │
                │ Compared 600 rows by all of the row.                                         │
                │ The job counted 600 items, 2 of them failed: 1 row fewer than that, which is │
                │ right if the script does not give one row per item.                          │
                │                                                                              │
                │    2 x  1 598                     image-1201.pgm 0                           │
                │    2 x  2 599                     image-1202.pgm 1                           │
                │    2 x  3 600                     image-1203.pgm 2                           │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                └ space separated, no header ──────────────────────────────────────────────────┘
                """)
    }

    @Test func everySizeIsDrawnWithoutHarm() throws {
        for rows in 1...30 {
            for columns in [1, 5, 20, 60, 100, 160] {
                var state = Self.opened(rows: rows, columns: columns)
                try state.press("s")
                _ = state.picture()
                state.take(.look(.counted(file: Self.file, report: Self.report())))
                _ = state.picture()
                try state.press("<esc>R")
                state.take(.look(.compared(file: Self.file, key: nil, report: Self.repeats(9))))
                #expect(state.picture().size == Size(rows: rows, columns: columns))
            }
        }
    }
}
