import BatchClient
import BatchModel
import Testing

@testable import Commands

/// What is printed of texts that came from outside: names, tags, messages that would steer a terminal.
@Suite struct PrintingTests {
    /// Clears the screen, again in one character, turns the writing round, breaks the line.
    private static let nasty = "a\u{1B}[2J\u{9B}2J\u{202E}b\u{2028}\r\n\tc"

    private let desk = Desk { client in
        let nasty = Self.nasty
        client.accept(into: Box([]))
        client.endpoints = {
            [Endpoint(name: .init(nasty), summary: nasty, tags: [nasty: nasty])]
        }
        client.endpoint = { _ in
            Endpoint(
                name: .init(nasty), defaultDeployment: "gnb", scoringURI: nasty,
                tags: [nasty: nasty])
        }
        client.job = { _ in
            Job(
                id: .init(nasty), displayName: nasty, status: JobStatus(rawValue: nasty),
                timeline: [
                    StatusChange(status: JobStatus(rawValue: nasty), at: Samples.morning)
                ], errorMessage: nasty, inputs: [nasty: nasty])
        }
        client.steps = { _ in
            [JobStep(id: .init(nasty), name: nasty, status: .running)]
        }
        client.logFiles = { _ in [LogFile(name: nasty, url: nasty)] }
        client.submit = { _, _ in Job(id: .init(nasty), status: .queued) }
        client.preview = { _ in
            RequestPreview(
                method: "POST", url: nasty, headers: [nasty], body: "{\"a\": \"\u{9B}2J\"}",
                uploads: [nasty])
        }
        client.cancel = { _ throws(ServiceFailure) in
            throw ServiceFailure(
                kind: .conflict, operation: "cancel \(nasty)", detail: nasty, advice: nasty)
        }
    }

    static let commandLines: [[String]] = [
        ["endpoint", "list"], ["endpoint", "show", "-n", "e"], ["job", "show", "-n", "j"],
        ["job", "logs", "-n", "j"], ["invoke", "-n", "wine-classifier", "--input", "./x"],
        ["invoke", "-n", "wine-classifier", "--input", "./x", "--dry-run"],
        ["job", "cancel", "-n", "j"],
    ]

    @Test(arguments: commandLines)
    func nothingFromOutsideSteersATerminal(arguments: [String]) async {
        for form in ["table", "json"] {
            let said = await desk.run(arguments + ["-o", form])
            let printed = said.output + said.talk.replacing("\t", with: " ")
            #expect(printed.contains("a"), "it is shown all the same")
            #expect(!printed.steers, "\(form): \(printed.debugDescription)")
        }
    }

    @Test func jsonKeepsTheValueOfWhatItEscapes() async throws {
        let said = await desk.run("endpoint", "list", "-o", "json")
        guard case .array(let rows) = try said.json() else {
            Issue.record("no array")
            return
        }
        #expect(rows.first?.at("name") == .string(Self.nasty))
        #expect(rows.first?.members?["tags"] == .object([Self.nasty: .string(Self.nasty)]))
    }

    @Test func beyondTheBasicPlaneJSONIsEscapedAsAPair() {
        #expect(PlainText.json("\"\u{E0001}é🍷\"") == "\"\\udb40\\udc01é🍷\"")
    }

    @Test func ordinaryTextOfEveryScriptStaysAsItIs() {
        let text = "Grüße, 東京 🍷 café: ñandú — ½ ₤"
        #expect(PlainText.line(text) == text)
        #expect(PlainText.lines(text + "\n\t" + text) == text + "\n\t" + text)
    }

    @Test func aTableIsAsWideAsItsWidestCells() {
        let rows: [JSONValue] = [
            .object(["a": .string("long name"), "n": .object(["m": .integer(7)])]),
            .object(["a": .string("é"), "n": .object(["m": .integer(1234)])]), .object([:]),
        ]
        let columns = [
            TableColumn("a", "a"), TableColumn("n", "n.m", isRight: true), TableColumn("b", "b"),
        ]
        #expect(
            TableText.lines(rows, columns: columns) == """
                A             N  B
                long name     7\("  ")
                é          1234\("  ")
                \("                 ")

                """)
    }

    @Test func membersAreInOrderOfTheirNamesAndNestByTwo() {
        let value: JSONValue = .object([
            "z": .null, "list": .array([.integer(1), .object(["b": .boolean(true), "a": .null])]),
            "inner": .object(["deep": .object(["x": .number(0.5)])]), "empty": .array([]),
        ])
        #expect(
            TableText.members(of: value) == """
                empty: []
                inner:
                  deep:
                    x: 0.5
                list:
                  - 1
                  - a: , b: true
                z:\(" ")

                """)
    }
}
