import BatchClient
import BatchModel
import Testing

@testable import Commands

/// `-o` and `--query` on verbs: the same result in every form.
@Suite struct OutputFormTests {
    private let desk = Desk { client in
        client.endpoints = {
            [
                Endpoint(name: "wine", defaultDeployment: "gnb", tags: ["team": "red\twhite"]),
                Endpoint(name: "digits", summary: "null"),
            ]
        }
    }

    private func printed(_ options: String...) async -> String {
        let said = await desk.run(["endpoint", "list"] + options)
        #expect(said.code == ExitCodes.ok, "\(said.talk)")
        return said.output
    }

    @Test(arguments: OutputForm.allCases)
    func aQueryIsAnsweredInEveryForm(form: OutputForm) async {
        #expect(await printed("-o", form.rawValue, "--query", "length(@)") == "2\n")
    }

    @Test func membersInsideACellAreInTheSameOrderEachTime() async {
        let names = (0..<20).map { "m\($0)" }
        let tags = Dictionary(uniqueKeysWithValues: names.map { ($0, "/") })
        let desk = Desk { $0.endpoints = { [Endpoint(name: "wine", tags: tags)] } }
        let wanted = names.sorted().map { "\"\($0)\":\"/\"" }.joined(separator: ",")
        let cell = await desk.run("endpoint", "list", "-o", "tsv", "--query", "[].[tags]")
        #expect(cell.output == "{\(wanted)}\n")
    }

    @Test func linesOfJSONAreOneItemEach() async throws {
        let lines = await printed("-o", "jsonl").split(separator: "\n")
        #expect(lines.count == 2)
        let first = try WireJSON.decode(JSONValue.self, from: Array(lines[0].utf8))
        #expect(first.at("name") == .string("wine"))
    }

    @Test func tabsStandBetweenValuesAndNowhereElse() async {
        let lines = await printed("-o", "tsv", "--query", "[].{n: name, t: tags.team}")
            .split(separator: "\n")
        #expect(lines == ["wine\tred white", "digits\t"])
        #expect(await printed("-o", "tsv", "--query", "[].name") == "wine\ndigits\n")
    }

    @Test func yamlKeepsATextThatLooksLikeAWordOfItsOwn() async {
        let text = await printed("-o", "yaml", "--query", "[1].{d: description, name: name}")
        #expect(text == "d: \"null\"\nname: digits\n")
    }

    @Test func aQueryAlonePrintsATableOfWhatItAnswers() async {
        let text = await printed("--query", "[].{Name: name, Default: defaults.deployment_name}")
        #expect(text == "NAME    DEFAULT\nwine    gnb\ndigits  \n")
        #expect(await printed("--query", "length(@)") == "2\n")
        #expect(await printed("--query", "[].[name]") == "COLUMN1\nwine\ndigits\n")
        #expect(await printed("--query", "[?name=='none']") == "")
    }

    @Test func aQueryThatMakesNoSenseIsAMistakeInTheCommandLine() async {
        let said = await desk.run("endpoint", "list", "--query", "[?name")
        #expect(said.code == ExitCodes.usage)
        #expect(said.talk.contains("the query ends too early"))
        #expect(said.output.isEmpty)
        let asked = await desk.run("endpoint", "list", "--query", "length(@[0].name, `1`)")
        #expect(asked.code == ExitCodes.usage)
        let wrong = await desk.run("endpoint", "list", "--query", "keys([0].name)")
        #expect(wrong.code == ExitCodes.usage)
        #expect(wrong.talk.contains("keys takes an object, not string"))
    }
}
