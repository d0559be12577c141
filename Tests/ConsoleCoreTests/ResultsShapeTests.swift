import BatchModel
import Testing

@testable import ConsoleCore

/// How a file's form is told from its name and content, and how rows are cut.
@Suite struct ResultsShapeTests {
    private static func detect(_ path: String, _ text: String) -> FileShape {
        .detect(path: path, head: Array(text.utf8), isWhole: true)
    }

    private static func cells(_ text: String, _ separator: RowSeparator) -> [String] {
        RowFields.texts(of: Array(text.utf8)[...], separator)
    }

    @Test(arguments: [
        ("predictions.csv", "image-1201.pgm 7\nimage-1202.pgm 3\n", RowSeparator.blank),
        ("predictions.csv", "image-1201.pgm 7\n", .blank),
        ("p.csv", "\"Smith, John\" 3\n\"Doe, Jane\" 4\n", .blank),
        ("p.csv", "a,1\nb,2\n", .comma), ("p.txt", "a\t1\nb\t2\n", .tab),
        ("p.csv", "a;1\nb;2\n", .semicolon), ("p.csv", "['a', 1]\n['b', 2]\n", .list),
        ("p.csv", "(1, 'x, y')\n(2, 'z')\n", .list),
    ])
    func tablesAreToldByTheirRows(path: String, text: String, separator: RowSeparator) {
        #expect(Self.detect(path, text) == .table(separator, isMultiline: false))
    }

    @Test(arguments: [
        ("notes.txt", "one line of prose\n"), ("run.log", "a b\nc d\n"),
        ("predictions.csv", "a b\nc d e\n"), ("list.txt", "only\nwords\n"),
        ("one.csv", "name\nanna\n"),
    ])
    func rowsOfDifferentLengthsAndProseAreText(path: String, text: String) {
        #expect(Self.detect(path, text) == .text)
    }

    @Test func jsonIsToldFromJSONLines() {
        #expect(Self.detect("a.jsonl", "{\"a\": 1}\n{\"a\": 2}\n") == .jsonLines)
        #expect(Self.detect("a.jsonl", "{\"a\": 1}\n") == .jsonLines)
        #expect(Self.detect("a.json", "{\"a\": 1}\n") == .json)
        #expect(Self.detect("a.json", "{\n  \"a\": 1\n}\n") == .json)
        #expect(Self.detect("a.jsonl", "{'a': 1}\n") == .text)
    }

    @Test(arguments: [
        ("a.gif", Array("GIF89a".utf8) + [8, 0, 16, 0, 0], "GIF image, 8 × 16 pixels"),
        ("a.pgm", Array("P5\n# scanned\n8 8\n16\n".utf8) + [0, 1], "PGM image, 8 × 8 pixels"),
        (
            "a", [0xFF, 0xD8, 0xFF, 0xE0, 0, 2, 0xFF, 0xC0, 0, 11, 8, 0, 5, 0, 7, 1, 1, 1],
            "JPEG image, 7 × 5 pixels"
        ),
        ("a.parquet", Array("PAR1".utf8) + [0], "Parquet table"),
        ("a.zip", [0x50, 0x4B, 3, 4], "Zip archive"), ("a.gz", [0x1F, 0x8B, 8], "Gzip file"),
        ("a.pdf", Array("%PDF-1.7".utf8), "PDF document"), ("a.bin", [1, 0], "Binary file"),
    ])
    func filesThatAreNoTextAreNamed(path: String, bytes: [UInt8], name: String) {
        #expect(
            FileShape.detect(path: path, head: bytes, isWhole: true) == .binary(name: name))
    }

    @Test func aRowThatBeginsLikeABitmapIsStillARow() {
        #expect(Self.detect("p.csv", "P5 1\nP6 2\n") == .table(.blank, isMultiline: false))
    }

    @Test func fieldsAreCutAtSeparatorsOutsideOfQuotes() {
        #expect(Self.cells("a,\"b,c\",\"d \"\"e\"\"\",", .comma) == ["a", "b,c", "d \"e\"", ""])
        #expect(Self.cells("\"x y\"  7", .blank) == ["x y", "", "7"])
        #expect(Self.cells("5\" pipe,1", .comma) == ["5\" pipe", "1"])
        #expect(Self.cells("[\"a, b\", [1, 2], 'c']", .list) == ["a, b", "[1, 2]", "c"])
    }

    @Test func quotedLineBreaksKeepARowTogether() {
        let text = "a,\"b\nc\",1\nd,e,2\n"
        #expect(Self.detect("a.csv", text) == .table(.comma, isMultiline: true))
        let state = ResultsFixture.opened(["a.csv": Array(text.utf8)])
        #expect(state.preview?.totalRows == 2)
        #expect(state.preview?.cells(of: 0) == ["a", "b\nc", "1"])
    }

    @Test func namesAreBelievedOnlyAboveNumbersAndNeverInRowsOfTheRunner() {
        func hasHeader(_ text: String) -> Bool? {
            ResultsFixture.opened(["a.csv": Array(text.utf8)]).preview?.hasHeader
        }
        #expect(hasHeader("file,class\na,1\nb,2\n") == true)
        #expect(hasHeader("a,1\nb,2\n") == false)
        #expect(hasHeader("file,class\na,cat\nb,dog\n") == false)
        #expect(hasHeader("file class\na 1\nb 2\n") == false)
    }

    @Test func windowsLineEndsAndTheByteOrderMarkAreNotContent() {
        let bytes = [0xEF, 0xBB, 0xBF] + Array("name,n\r\na,1\r\nb,2\r\n".utf8)
        let preview = ResultsFixture.opened(["a.csv": bytes]).preview
        #expect(preview?.columns.map(\.name) == ["name", "n"])
        #expect(preview?.cells(of: 1) == ["b", "2"])
        #expect(preview?.totalRows == 2)
    }

    @Test func extraFieldsOfALaterRowStayVisible() {
        let head = String(repeating: "a,1\n", count: 400)
        let preview = ResultsFixture.opened(["a.csv": Array((head + "b,2,3\n").utf8)]).preview
        #expect(preview?.cells(of: 400) == ["b", "2,3"])
    }

    @Test func jsonIsLaidOutAndKeysBecomeColumns() {
        let text = #"{"a":1,"b":[{},2],"c":"x: {y}, \"z\""}"#
        #expect(
            JSONText.pretty(Array(text.utf8)) == [
                "{", "  \"a\": 1,", "  \"b\": [", "    {},", "    2", "  ],",
                "  \"c\": \"x: {y}, \\\"z\\\"\"", "}",
            ])
        let members = JSONText.members(
            of: Array(#"{"k": "\u00e9\ud83d\ude00\n", "v": [1, {"x": "}"}] , "n": null}"#.utf8)[...]
        )
        #expect(members?.map(\.key) == ["k", "v", "n"])
        #expect(members?.map(\.value) == ["é😀\n", "[1, {\"x\": \"}\"}]", "null"])
    }

    @Test func aLineLongerThanEverythingLoadedIsOneRowAndDoesNotGrowForEver() throws {
        let bytes = Array(repeating: UInt8(ascii: "x"), count: 5 << 20)
        let files = ["a.txt": bytes]
        var state = ResultsFixture.opened(files)
        #expect(state.preview?.rowCount == 1)
        for key in ["<down>", "<pgdn>", "G", "<up>", "g", "<right>"] {
            state.serve(try state.press(key).effects, from: files)
            #expect((state.preview?.pages.bytes.count ?? 0) <= 2 * Results.Preview.windowLimit)
        }
    }
}
