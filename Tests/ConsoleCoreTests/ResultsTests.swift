import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// What the screen asks for and what answers do to it.
@Suite struct ResultsTests {
    private static let page = 64 << 10

    private static func read(_ path: String, _ offset: Int64, _ limit: Int = page)
        -> Results.Effect
    {
        .read(ResultsFixture.job, output: "score", path: path, offset: offset, limit: limit)
    }

    private static func entry(_ path: String, _ size: Int64 = 100) -> BlobEntry {
        BlobEntry(path: path, size: size)
    }

    // MARK: - Opening

    @Test func openingAsksForOutputsThenFilesThenTheFirstPageOfTheBestFile() {
        var state = ResultsFixture.fresh()
        #expect(Results.opened(state) == [.loadOutputs(ResultsFixture.job)])
        #expect(
            state.take(.outputsLoaded(outputs: [ResultsFixture.score]))
                == [.loadFiles(ResultsFixture.job, output: "score")])
        let files = [Self.entry("a.png"), Self.entry("b.txt"), Self.entry("x/predictions.csv")]
        #expect(
            state.take(.filesLoaded(output: "score", files: files))
                == [Self.read("x/predictions.csv", 0)])
        #expect(state.pane == .preview)
        #expect(state.take(.filesLoaded(output: "score", files: files)) == [])
    }

    @Test(arguments: [
        (["a.png", "b.json", "c.csv"], "b.json"), (["a.png", "b.pgm"], "a.png"),
        (["z.txt", "predictions.csv"], "predictions.csv"),
    ])
    func theMostInterestingFileIsSelected(files: [String], best: String) {
        var state = ResultsFixture.fresh()
        state.take(.outputsLoaded(outputs: [ResultsFixture.score]))
        let effects = state.take(
            .filesLoaded(output: "score", files: files.map { Self.entry($0) }))
        #expect(effects == [Self.read(best, 0)])
        #expect(state.tree.selected?.id.path == best)
    }

    @Test func aGuessWaitsForAllOutputsButPredictionsDoNot() {
        let report = JobOutput(name: "report", type: .uriFolder, uri: "u")
        var state = ResultsFixture.fresh()
        state.take(.outputsLoaded(outputs: [report, ResultsFixture.score]))
        #expect(state.take(.filesLoaded(output: "report", files: [Self.entry("a.json")])) == [])
        #expect(
            state.take(.filesLoaded(output: "score", files: [Self.entry("predictions.csv")]))
                == [Self.read("predictions.csv", 0)])
    }

    @Test func aRefusalKeepsWhatWasKnown() {
        var state = ResultsFixture.opened(["predictions.csv": ResultsFixture.digits()])
        var expected = state
        expected.outputs.fail(ResultsFixture.lost)
        state.take(.outputsRefused(failure: ResultsFixture.lost))
        expected.resized(to: expected.size)
        #expect(state == expected)
        #expect(state.picture().plainText.contains("127.0.0.1:8600. r asks again."))
        #expect(state.picture().plainText.contains("597 rows"))
    }

    @Test func answersForOutputsAndFilesThatAreGoneAreDropped() {
        var state = ResultsFixture.opened(["predictions.csv": ResultsFixture.digits()])
        let before = state
        state.take(.filesLoaded(output: "other", files: [Self.entry("a")]))
        state.take(
            .read(
                output: "score", path: "other.csv",
                chunk: FileChunk(offset: 0, bytes: [65], totalLength: 1)))
        #expect(state == before)
    }

    @Test func reloadingAsksAgainAndKeepsThePictureUntilAnswersCome() throws {
        let files = ["predictions.csv": ResultsFixture.digits()]
        var state = ResultsFixture.opened(files)
        let effects = try state.press("jjr").effects
        #expect(
            effects == [.loadOutputs(ResultsFixture.job), Self.read("predictions.csv", 0)])
        #expect(state.picture().plainText.contains("image-1201.pgm"))
        state.serve(effects, from: ["predictions.csv": ResultsFixture.digits(600)])
        #expect(state.preview?.totalRows == 600)
        #expect(state.preview?.list.selection == 2)
    }

    // MARK: - Reading

    @Test func smallFilesAreCountedChunkByChunkAndNoRangeIsAskedTwice() {
        let files = ["predictions.csv": ResultsFixture.digits(40_000)]
        var state = ResultsFixture.fresh()
        state.take(.outputsLoaded(outputs: [ResultsFixture.score]))
        let size = Int64(files["predictions.csv"]?.count ?? 0)
        let ranges = state.serve(
            state.take(
                .filesLoaded(output: "score", files: [Self.entry("predictions.csv", size)])),
            from: files)
        #expect(Set(ranges).count == ranges.count)
        #expect(ranges.count == Int((size + 65_535) / 65_536))
        #expect(state.preview?.totalRows == 40_000)
        #expect((state.preview?.pages.bytes.count ?? 0) <= Results.Preview.windowLimit)
        #expect(state.reads.isEmpty)
    }

    @Test func largeFilesAreReadOnlyWhereSomebodyLooks() throws {
        let bytes = ResultsFixture.digits(300_000)
        let files = ["predictions.csv": bytes]
        var state = ResultsFixture.opened(files)
        #expect(state.preview?.pages.end == Int64(Self.page))
        #expect(state.preview?.totalRows == nil)
        let end = Int64(bytes.count - Self.page)
        let jump = try state.press("G").effects
        #expect(jump == [Self.read("predictions.csv", end)])
        #expect(try state.press("G").effects == [])
        state.serve(jump, from: files)
        #expect(state.preview?.firstNumber == nil)
        #expect(state.picture().plainText.contains("image-301200.pgm"))
        #expect(state.picture().plainText.contains("last rows at 100%"))
        #expect(try state.press("g").effects == [])
        #expect(state.picture().plainText.contains("rows 1-22 of about"))
    }

    @Test func pagingThroughALargeFileKeepsNumbersAndAWindow() throws {
        let files = ["predictions.csv": ResultsFixture.digits(300_000)]
        var state = ResultsFixture.opened(files)
        for _ in 0..<1_500 { state.serve(try state.press("<pgdn>").effects, from: files) }
        let preview = try #require(state.preview)
        #expect(preview.pages.start > 0)
        #expect(preview.pages.bytes.count <= Results.Preview.windowLimit + Self.page)
        let row = preview.list.selection
        let number = try #require(preview.firstNumber) + row
        #expect(number == 22 * 1_500 + 1)
        #expect(preview.text(of: row).hasPrefix("image-\(1_200 + number).pgm"))
        for _ in 0..<1_500 { state.serve(try state.press("<pgup>").effects, from: files) }
        #expect(state.preview?.firstNumber == 1)
        #expect(state.preview?.list.selection == 0)
    }

    @Test func theEndOfACountedFileHasNumbers() throws {
        let files = ["predictions.csv": ResultsFixture.digits(40_000)]
        var state = ResultsFixture.opened(files)
        state.serve(try state.press("G").effects, from: files)
        #expect(state.picture().plainText.contains("40000  image-41200.pgm"))
    }

    @Test func aRefusedReadWaitsForAKeyAndIsThenAskedAgain() throws {
        let bytes = ResultsFixture.digits(300_000)
        var state = ResultsFixture.opened(["predictions.csv": bytes])
        try state.press("G")
        let refused = Results.Action.readRefused(
            output: "score", path: "predictions.csv", failure: ResultsFixture.lost)
        #expect(state.take(refused) == [])
        #expect(state.picture().plainText.contains("r reads again"))
        #expect(
            try state.press("G").effects
                == [Self.read("predictions.csv", Int64(bytes.count - Self.page))])
    }

    @Test func binaryFilesAreNotReadOn() {
        let image: [UInt8] =
            [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13] + Array("IHDR".utf8)
            + [0, 0, 0, 8, 0, 0, 1, 0] + Array(repeating: 0, count: 100_000)
        var state = ResultsFixture.fresh()
        state.take(.outputsLoaded(outputs: [ResultsFixture.score]))
        let ranges = state.serve(
            state.take(.filesLoaded(output: "score", files: [Self.entry("a.png", 100_024)])),
            from: ["a.png": image])
        #expect(ranges == [0..<Int64(Self.page)])
        #expect(state.preview?.shape == .binary(name: "PNG image, 8 × 256 pixels"))
    }

    @Test func aFileThatIsShorterThanSaidEnds() {
        var state = ResultsFixture.fresh()
        state.take(.outputsLoaded(outputs: [ResultsFixture.score]))
        let effects = state.take(
            .filesLoaded(output: "score", files: [Self.entry("a.csv", 200_000)]))
        #expect(effects == [Self.read("a.csv", 0)])
        let more = state.take(
            .read(
                output: "score", path: "a.csv",
                chunk: FileChunk(offset: 0, bytes: Array("1,2\n3,4".utf8), totalLength: nil)))
        #expect(more == [Self.read("a.csv", 7)])
        let last = state.take(
            .read(
                output: "score", path: "a.csv",
                chunk: FileChunk(offset: 7, bytes: [], totalLength: nil)))
        #expect(last == [])
        #expect(state.preview?.totalRows == 2)
    }

    // MARK: - Download

    @Test func downloadingAsksForAFolderAndSaysWhereTheFilesAre() throws {
        var state = ResultsFixture.opened(["predictions.csv": ResultsFixture.digits()])
        try state.press("d")
        #expect(Results.keys.isTyping(in: state))
        #expect(try state.press("<backspace>x").effects == [])
        #expect(
            try state.press("<enter>").effects
                == [.download(ResultsFixture.job, folder: "./batchjob-7f3x", overwrites: false)])
        #expect(try state.press("d").refusals == ["the download is still running"])
        let progress = TransferProgress(
            filesDone: 1, filesTotal: 3, bytesDone: 10, bytesTotal: 30)
        state.take(.downloadAdvanced(progress: progress))
        #expect(state.picture().plainText.contains("1 of 3 files"))
        state.take(
            .downloadFinished(
                report: DownloadReport(
                    folder: "/home/somebody/batchjob-7f3x", files: ["a", "b"], bytes: 30)))
        #expect(
            state.picture().plainText.contains(
                "✓ 2 files, 30 B in /home/somebody/batchjob-7f3x"))
        #expect(try state.press("y").effects == [.copy(text: "/home/somebody/batchjob-7f3x")])
    }

    @Test func aRefusedDownloadSaysWhyAndKeepsTheFolder() throws {
        var state = ResultsFixture.opened(["predictions.csv": ResultsFixture.digits()])
        try state.press("d<ctrl-u>/nowhere<enter>")
        state.take(.downloadRefused(failure: ResultsFixture.lost))
        #expect(state.download.prompt?.value == "/nowhere")
        let words = state.picture().plainText.split(separator: "\n").joined(separator: " ")
        #expect(words.contains(ResultsFixture.lost.message))
        try state.press("<esc>")
        #expect(!Results.keys.isTyping(in: state))
        #expect(state.download == Results.Download())
    }

    @Test func whatIsInTheWayIsReplacedByASecondEnterAlone() throws {
        var state = ResultsFixture.opened(["predictions.csv": ResultsFixture.digits()])
        try state.press("d<ctrl-u>out<enter>")
        let taken = ServiceFailure(
            kind: .conflict, operation: "download", detail: "out/a.csv is in the way")
        state.take(.downloadRefused(failure: taken))
        #expect(state.picture().plainText.contains("enter once more replaces what is in the way"))
        var other = state
        #expect(
            try other.press("2<enter>").effects
                == [.download(ResultsFixture.job, folder: "out2", overwrites: false)])
        #expect(
            try state.press("<enter>").effects
                == [.download(ResultsFixture.job, folder: "out", overwrites: true)])
    }

    @Test func theFolderOfADownloadIsShownOnTheDesktop() throws {
        var state = ResultsFixture.opened(["predictions.csv": ResultsFixture.digits()])
        #expect(try state.press("O").refusals == ["nothing was downloaded here yet"])
        state.take(
            .downloadFinished(report: DownloadReport(folder: "/w/out", files: ["a"], bytes: 3)))
        #expect(
            try state.press("O").effects == [.openFolder(ResultsFixture.job, path: "/w/out")])
        let failure = ServiceFailure(
            kind: .rejected, operation: "open /w/out", detail: "there is no desktop here")
        state.take(.folderRefused(failure: failure))
        let words = state.picture().plainText
        #expect(words.contains("✓ 1 file") && words.contains("there is no desktop here"))
    }

    @Test func anEmptyFolderNameAndAJobWithoutFilesAreRefused() throws {
        var state = ResultsFixture.opened(["predictions.csv": ResultsFixture.digits()])
        let refusals = try state.press("d<ctrl-u><enter>").refusals
        #expect(refusals == ["a folder is needed to download into"])
        var empty = ResultsFixture.opened([:])
        #expect(try empty.press("d").refusals == ["there is no file to download"])
    }
}
