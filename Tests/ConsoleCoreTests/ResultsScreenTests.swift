import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The screen's pictures, as a person sees them.
@Suite struct ResultsScreenTests {
    private static let wine =
        "file,row,class,probability\n"
        + (0..<300).map { row in
            "part-\(row % 4).csv,\(row),class_\(row % 3),0.\(10 + row * 31 % 90)\n"
        }.joined()
    private static let files: [String: [UInt8]] = [
        "predictions.csv": ResultsFixture.digits(),
        "report/summary.json": Array(#"{"rows": 597, "classes": [0, 1, 2]}"#.utf8),
        "report/wine.csv": Array(wine.utf8),
        "first.pgm": Array("P5 8 8 16\n".utf8) + [0, 1, 2],
    ]

    @Test func theScoresAreThereAtOnceAtEightyByTwentyFour() {
        let state = ResultsFixture.opened(Self.files)
        let picture = state.picture().plainText
        #expect(
            picture == """
                ┌ predictions.csv  597 rows  13.9 KiB ─────────────────────────────────────────┐
                │   1  image-1201.pgm  0   9.100                                               █
                │   2  image-1202.pgm  1  10.137                                               │
                │   3  image-1203.pgm  2  11.174                                               │
                │   4  image-1204.pgm  3  12.211                                               │
                │   5  image-1205.pgm  4  13.248                                               │
                │   6  image-1206.pgm  5  14.285                                               │
                │   7  image-1207.pgm  6  15.322                                               │
                │   8  image-1208.pgm  7   9.359                                               │
                │   9  image-1209.pgm  8  10.396                                               │
                │  10  image-1210.pgm  9  11.433                                               │
                │  11  image-1211.pgm  0  12.470                                               │
                │  12  image-1212.pgm  1  13.507                                               │
                │  13  image-1213.pgm  2  14.544                                               │
                │  14  image-1214.pgm  3  15.581                                               │
                │  15  image-1215.pgm  4   9.618                                               │
                │  16  image-1216.pgm  5  10.655                                               │
                │  17  image-1217.pgm  6  11.692                                               │
                │  18  image-1218.pgm  7  12.729                                               │
                │  19  image-1219.pgm  8  13.766                                               │
                │  20  image-1220.pgm  9  14.803                                               │
                │  21  image-1221.pgm  0  15.840                                               │
                │  22  image-1222.pgm  1   9.877                                               │
                └ space separated, no header ──────────────────────────────────────────────────┘
                """)
    }

    @Test func theTreeOfARunningJobAtSixtyBySixteen() throws {
        var state = ResultsFixture.opened(
            Self.files, Size(rows: 16, columns: 60), status: .running)
        try state.press("<esc>j")
        let picture = state.picture().plainText
        #expect(
            picture == """
                ┌ Outputs 1 ───────────────────────────────────────────────┐
                │ ▾ score                                          4 files │
                │   first.pgm                                         13 B │
                │   predictions.csv                               13.9 KiB │
                │   ▾ report/                                              │
                │     summary.json                                    35 B │
                │     wine.csv                                     8.1 KiB │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                The job is still running: these results may grow.
                """)
    }

    @Test func aTableWithNamesBesideTheTreeAtHundredByTwenty() throws {
        var state = ResultsFixture.opened(Self.files, Size(rows: 20, columns: 100))
        state.serve(try state.press("<tab>jjj<enter>").effects, from: Self.files)
        try state.press("/part-3")
        let picture = state.picture().plainText
        #expect(
            picture == """
                ┌ Outputs 1 ────────────────────┐┌ wine.csv  300 rows  8.1 KiB ────────────────────────────────────┐
                │ ▾ score               4 files ││      file        row  class    probability                      █
                │   first.pgm              13 B ││   1  part-0.csv    0  class_0         0.10                      │
                │   predictions.csv    13.9 KiB ││   2  part-1.csv    1  class_1         0.41                      │
                │   ▾ report/                   ││   3  part-2.csv    2  class_2         0.72                      │
                │     summary.json         35 B ││   4  part-3.csv    3  class_0         0.13                      │
                │     wine.csv          8.1 KiB ││   5  part-0.csv    4  class_1         0.44                      │
                │                               ││   6  part-1.csv    5  class_2         0.75                      │
                │                               ││   7  part-2.csv    6  class_0         0.16                      │
                │                               ││   8  part-3.csv    7  class_1         0.47                      │
                │                               ││   9  part-0.csv    8  class_2         0.78                      │
                │                               ││  10  part-1.csv    9  class_0         0.19                      │
                │                               ││  11  part-2.csv   10  class_1         0.50                      │
                │                               ││  12  part-3.csv   11  class_2         0.81                      │
                │                               ││  13  part-0.csv   12  class_0         0.22                      │
                │                               ││  14  part-1.csv   13  class_1         0.53                      │
                │                               ││  15  part-2.csv   14  class_2         0.84                      │
                │                               ││  16  part-3.csv   15  class_0         0.25                      │
                └───────────────────────────────┘└ comma separated, with a header ─────────────────────────────────┘
                /part-3                                                                                match 1 of 75
                """)
    }

    @Test func aLargeFileAtItsEndAtHundredSixtyByFifty() throws {
        let files = ["predictions.csv": ResultsFixture.digits(300_000), "a.png": [0]]
        var state = ResultsFixture.opened(files, Size(rows: 50, columns: 160))
        state.serve(try state.press("G").effects, from: files)
        let picture = state.picture().plainText
        #expect(
            picture == """
                ┌ Outputs 1 ───────────────────────────┐┌ predictions.csv  last rows at 100%  7.3 MiB ─────────────────────────────────────────────────────────────────────────┐
                │ ▾ score                      2 files ││ image-301153.pgm  2  11.424                                                                                          │
                │   a.png                          1 B ││ image-301154.pgm  3  12.461                                                                                          │
                │   predictions.csv            7.3 MiB ││ image-301155.pgm  4  13.498                                                                                          │
                │                                      ││ image-301156.pgm  5  14.535                                                                                          │
                │                                      ││ image-301157.pgm  6  15.572                                                                                          │
                │                                      ││ image-301158.pgm  7   9.609                                                                                          │
                │                                      ││ image-301159.pgm  8  10.646                                                                                          │
                │                                      ││ image-301160.pgm  9  11.683                                                                                          │
                │                                      ││ image-301161.pgm  0  12.720                                                                                          │
                │                                      ││ image-301162.pgm  1  13.757                                                                                          │
                │                                      ││ image-301163.pgm  2  14.794                                                                                          │
                │                                      ││ image-301164.pgm  3  15.831                                                                                          │
                │                                      ││ image-301165.pgm  4   9.868                                                                                          │
                │                                      ││ image-301166.pgm  5  10.905                                                                                          │
                │                                      ││ image-301167.pgm  6  11.942                                                                                          │
                │                                      ││ image-301168.pgm  7  12.979                                                                                          │
                │                                      ││ image-301169.pgm  8  13.116                                                                                          │
                │                                      ││ image-301170.pgm  9  14.153                                                                                          │
                │                                      ││ image-301171.pgm  0  15.190                                                                                          │
                │                                      ││ image-301172.pgm  1   9.227                                                                                          │
                │                                      ││ image-301173.pgm  2  10.264                                                                                          │
                │                                      ││ image-301174.pgm  3  11.301                                                                                          │
                │                                      ││ image-301175.pgm  4  12.338                                                                                          │
                │                                      ││ image-301176.pgm  5  13.375                                                                                          │
                │                                      ││ image-301177.pgm  6  14.412                                                                                          │
                │                                      ││ image-301178.pgm  7  15.449                                                                                          │
                │                                      ││ image-301179.pgm  8   9.486                                                                                          │
                │                                      ││ image-301180.pgm  9  10.523                                                                                          │
                │                                      ││ image-301181.pgm  0  11.560                                                                                          │
                │                                      ││ image-301182.pgm  1  12.597                                                                                          │
                │                                      ││ image-301183.pgm  2  13.634                                                                                          │
                │                                      ││ image-301184.pgm  3  14.671                                                                                          │
                │                                      ││ image-301185.pgm  4  15.708                                                                                          │
                │                                      ││ image-301186.pgm  5   9.745                                                                                          │
                │                                      ││ image-301187.pgm  6  10.782                                                                                          │
                │                                      ││ image-301188.pgm  7  11.819                                                                                          │
                │                                      ││ image-301189.pgm  8  12.856                                                                                          │
                │                                      ││ image-301190.pgm  9  13.893                                                                                          │
                │                                      ││ image-301191.pgm  0  14.930                                                                                          │
                │                                      ││ image-301192.pgm  1  15.967                                                                                          │
                │                                      ││ image-301193.pgm  2   9.104                                                                                          │
                │                                      ││ image-301194.pgm  3  10.141                                                                                          │
                │                                      ││ image-301195.pgm  4  11.178                                                                                          │
                │                                      ││ image-301196.pgm  5  12.215                                                                                          │
                │                                      ││ image-301197.pgm  6  13.252                                                                                          │
                │                                      ││ image-301198.pgm  7  14.289                                                                                          │
                │                                      ││ image-301199.pgm  8  15.326                                                                                          │
                │                                      ││ image-301200.pgm  9   9.363                                                                                          █
                └──────────────────────────────────────┘└ space separated, no header ──────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aRefusedDownloadAtSixtyBySixteenInASCII() throws {
        var state = ResultsFixture.opened(Self.files, Size(rows: 16, columns: 60))
        try state.press("d<enter>")
        state.take(
            .downloadRefused(
                failure: ServiceFailure(
                    kind: .rejected, operation: "download the results of batchjob-7f3a",
                    detail: "./batchjob-7f3a is in the way and is not a folder",
                    advice: "Check the folder, its rights and the space left on the disk.")))
        let picture = state.picture(glyphs: .ascii).plainText
        #expect(
            picture == """
                + predictions.csv  597 rows  13.9 KiB ---------------------+
                |   1  image-1201.pgm  0   9.100                           #
                |   2  image-1202.pgm  1  10.137                           |
                |   3  image-1203.pgm  2  11.174                           |
                |   4  image-1204.pgm  3  12.211                           |
                |   5  image-1205.pgm  4  13.248                           |
                |   6  image-1206.pgm  5  14.285                           |
                |   7  image-1207.pgm  6  15.322                           |
                |   8  image-1208.pgm  7   9.359                           |
                |   9  image-1209.pgm  8  10.396                           |
                |  10  image-1210.pgm  9  11.433                           |
                + space separated, no header ------------------------------+
                could not download the results of batchjob-7f3a:
                ./batchjob-7f3a is in the way and is not a folder. Check the
                folder, its rights and the space left on the disk.
                Download everything to ./batchjob-7f3a          enter starts
                """)
    }

    @Test func aDownloadUnderWayAndItsEndAtEightyByTen() throws {
        var state = ResultsFixture.opened(Self.files, Size(rows: 10, columns: 80))
        try state.press("d<enter>")
        state.take(
            .downloadAdvanced(
                progress: TransferProgress(
                    filesDone: 1, filesTotal: 4, bytesDone: 8_000, bytesTotal: 24_000)))
        var picture = state.picture().plainText
        #expect(
            picture == """
                ┌ predictions.csv  597 rows  13.9 KiB ─────────────────────────────────────────┐
                │   1  image-1201.pgm  0   9.100                                               █
                │   2  image-1202.pgm  1  10.137                                               │
                │   3  image-1203.pgm  2  11.174                                               │
                │   4  image-1204.pgm  3  12.211                                               │
                │   5  image-1205.pgm  4  13.248                                               │
                │   6  image-1206.pgm  5  14.285                                               │
                │   7  image-1207.pgm  6  15.322                                               │
                └ space separated, no header ──────────────────────────────────────────────────┘
                ▼ 1 of 4 files  ▕███████▎░░░░░░░░░░░░░░▏  7.8 KiB of 23.4 KiB
                """)
        state.take(
            .downloadFinished(
                report: DownloadReport(
                    folder: "/here/batchjob-7f3a", files: Array(repeating: "f", count: 4),
                    bytes: 24_000)))
        picture = state.picture().plainText
        #expect(
            picture == """
                ┌ predictions.csv  597 rows  13.9 KiB ─────────────────────────────────────────┐
                │   1  image-1201.pgm  0   9.100                                               █
                │   2  image-1202.pgm  1  10.137                                               │
                │   3  image-1203.pgm  2  11.174                                               │
                │   4  image-1204.pgm  3  12.211                                               │
                │   5  image-1205.pgm  4  13.248                                               │
                │   6  image-1206.pgm  5  14.285                                               │
                │   7  image-1207.pgm  6  15.322                                               │
                └ space separated, no header ──────────────────────────────────────────────────┘
                ✓ 4 files, 23.4 KiB in /here/batchjob-7f3a
                """)
    }

    @Test func anOutputWithoutFilesAtNinetyByEight() {
        let state = ResultsFixture.opened([:], Size(rows: 8, columns: 90), status: .queued)
        let picture = state.picture().plainText
        #expect(
            picture == """
                ┌ Outputs 1 ─────────────────┐┌ score ───────────────────────────────────────────────────┐
                │ ▾ score            0 files ││ uri_folder                                               │
                │   No files yet             ││ azureml://datastores/store/paths/azureml/run/score/      │
                │                            ││                                                          │
                │                            ││ No files yet: they appear here as the job writes them. r │
                │                            ││ looks again.                                             │
                └────────────────────────────┘└──────────────────────────────────────────────────────────┘
                The job is still running: these results may grow.
                """)
    }

    @Test func aJobWithoutOutputsAtSixtyByEight() {
        var state = ResultsFixture.fresh(Size(rows: 8, columns: 60), status: .failed)
        state.take(.outputsLoaded(outputs: []))
        let picture = state.picture().plainText
        #expect(
            picture == """
                ┌ Outputs 0 ───────────────────────────────────────────────┐
                │ This job of digits-batch has no outputs. A job that      │
                │ failed or was stopped may have written nothing: esc goes │
                │ back, and i opens the job with its error and its logs.   │
                │                                                          │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aServiceThatCannotBeAskedAtSixtyByEight() {
        var state = ResultsFixture.fresh(Size(rows: 8, columns: 60))
        state.take(.outputsRefused(failure: ResultsFixture.lost))
        let picture = state.picture().plainText
        #expect(
            picture == """
                ┌ Outputs ─────────────────────────────────────────────────┐
                │ could not read predictions.csv of the output score:      │
                │ nothing answers at 127.0.0.1:8600. r asks again.         │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func jsonLaidOutAtSixtyByTwelve() throws {
        let files = ["summary.json": Array(#"{"rows": 597, "names": ["a", "b"]}"#.utf8)]
        let state = ResultsFixture.opened(files, Size(rows: 12, columns: 60))
        let picture = state.picture().plainText
        #expect(
            picture == """
                ┌ summary.json  7 lines  34 B ─────────────────────────────┐
                │ 1  {                                                     │
                │ 2    "rows": 597,                                        │
                │ 3    "names": [                                          │
                │ 4      "a",                                              │
                │ 5      "b"                                               │
                │ 6    ]                                                   │
                │ 7  }                                                     │
                │                                                          │
                │                                                          │
                │                                                          │
                └ JSON ────────────────────────────────────────────────────┘
                """)
    }

    @Test func manyColumnsAreWalkedSidewaysAtSixtyByEight() throws {
        let text = (0..<30).map { row in
            (0..<12).map { "v\(row * $0)" }.joined(separator: ",") + "\n"
        }.joined()
        var state = ResultsFixture.opened(
            ["a.csv": Array(text.utf8)], Size(rows: 8, columns: 60))
        try state.press("lllj")
        var picture = state.picture().plainText
        #expect(
            picture == """
                ┌ a.csv  30 rows  1.5 KiB ─────────────────────────────────┐
                │  1  v0  v0   v0   v0   v0   v0   v0   v0   v0   v0   v0  █
                │  2  v1  v2   v3   v4   v5   v6   v7   v8   v9   v10  v11 │
                │  3  v2  v4   v6   v8   v10  v12  v14  v16  v18  v20  v22 │
                │  4  v3  v6   v9   v12  v15  v18  v21  v24  v27  v30  v33 │
                │  5  v4  v8   v12  v16  v20  v24  v28  v32  v36  v40  v44 │
                │  6  v5  v10  v15  v20  v25  v30  v35  v40  v45  v50  v55 │
                └ comma separated, no header, columns 2-12 of 12 ──────────┘
                """)
        try state.press("v")
        picture = state.picture().plainText
        #expect(
            picture == """
                ┌ a.csv  30 rows  1.5 KiB ─────────────────────────────────┐
                │  1  v0,v0,v0,v0,v0,v0,v0,v0,v0,v0,v0,v0                  █
                │  2  v0,v1,v2,v3,v4,v5,v6,v7,v8,v9,v10,v11                │
                │  3  v0,v2,v4,v6,v8,v10,v12,v14,v16,v18,v20,v22           │
                │  4  v0,v3,v6,v9,v12,v15,v18,v21,v24,v27,v30,v33          │
                │  5  v0,v4,v8,v12,v16,v20,v24,v28,v32,v36,v40,v44         │
                │  6  v0,v5,v10,v15,v20,v25,v30,v35,v40,v45,v50,v55        │
                └ text, v shows columns ───────────────────────────────────┘
                """)
    }
}
