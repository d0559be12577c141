import BatchModel
import DraftFile
import Foundation
import TestSupport
import Testing

/// Exported and taken back: the same draft, its secrets left behind and named.
///
/// `BATCHDECK_DRAFTS` is how many drafts are made, `BATCHDECK_SEED` where they begin.
@Suite struct DraftRoundTripTests {
    private static func setting(_ name: String, _ otherwise: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? otherwise
    }

    private static let drafts: [JobDraft] = {
        var generator = DraftGenerator(seed: UInt64(setting("BATCHDECK_SEED", 20_261_125)))
        return (0..<setting("BATCHDECK_DRAFTS", 300)).map { _ in generator.draft() }
    }()

    @Test func everyDraftComesBackFromItsCommand() throws {
        for draft in Self.drafts {
            let command = DraftExport.azCommand(draft)
            let back = try DraftImport.draft(command: command)
            #expect(back == Self.exported(draft), "\(command)")
            #expect(!command.contains(DraftGenerator.secret))
        }
    }

    /// What a command says of a draft: no secret, and the one type that an output of a model deployment can have. Where
    /// nothing shows that it is for one, the type stays open.
    private static func exported(_ draft: JobDraft) -> JobDraft {
        var draft = draft.withoutSecrets
        let isOfModel =
            draft.overrides != JobDraft.Overrides()
            || draft.inputs.contains { ["UriFolder", "UriFile"].contains($0.name) }
        guard isOfModel else { return draft }
        for index in draft.outputs.indices { draft.outputs[index].type = .uriFile }
        return draft
    }

    @Test func everyDraftComesBackFromItsFileAndTheCommandThatNamesIt() throws {
        for draft in Self.drafts {
            let yaml = DraftExport.yaml(draft, file: "in puts.yml")
            let back = try DraftImport.draft(command: yaml.command) { file throws(SettingError) in
                guard file == "in puts.yml" else { throw SettingError(message: file) }
                return yaml.file
            }
            #expect(back == draft.withoutSecrets, "\(yaml.file)")
            #expect(!yaml.file.contains(DraftGenerator.secret))
        }
    }

    @Test func lostSecretsAreNamed() throws {
        let signed = "https://a.blob.core.windows.net/c?sv=1&sig=\(DraftGenerator.secret)"
        var draft = JobDraft(endpoint: "e")
        draft.setInput("plain", .data(type: nil, reference: .url("https://a/b?page=2")))
        draft.setInput("data", .data(type: nil, reference: .url(signed)))
        draft.setInput("address", .literal(text: signed))
        #expect(draft.lostSecrets == [])
        let back = try DraftImport.draft(command: DraftExport.azCommand(draft))
        #expect(back.lostSecrets == [.input("data"), .input("address")])
        #expect(back.inputs[0] == draft.inputs[0])
        #expect(!DraftExport.python(draft).contains(DraftGenerator.secret))
    }

    @Test(arguments: [
        ("https://u:pass@h/x", "https://u:***@h/x"),
        ("https://h/x?code=abc==&b=1", "https://h/x?code=***&b=1"),
        (
            "AccountName=a;AccountKey=k==;EndpointSuffix=c",
            "AccountName=a;AccountKey=***;EndpointSuffix=c"
        ),
        ("https://h/x?X-Amz-Signature=ab#top", "https://h/x?X-Amz-Signature=***#top"),
        ("sig=abc&sv=1", "sig=***&sv=1"), ("design=left alone, a=b", "design=left alone, a=b"),
        (
            "\"https://u:p@h/x\", \"https://v:q@i\", \"https://host\", \"me:you@y\"",
            "\"https://u:***@h/x\", \"https://v:***@i\", \"https://host\", \"me:you@y\""
        ), ("https://h/x?sig=", "https://h/x?sig="),
    ]) func aSecretIsMaskedAndNothingElse(text: String, masked: String) {
        #expect(DraftSecrets.masked(text) == masked)
        #expect(DraftSecrets.masked(masked) == masked)
    }

    /// Python reads what we write: programs compile, and its `shlex` splits commands into the words that we do.
    @Test func pythonReadsProgramsAndCommandsAsWeDo() throws {
        let folder = try TemporaryFolder("export")
        var cases: [[String: Any]] = []
        for draft in Self.drafts {
            let command = DraftExport.azCommand(draft)
            let literals = draft.withoutSecrets.inputs.compactMap { input -> String? in
                if case .literal(let text) = input.value { text } else { nil }
            }
            cases.append([
                "command": command, "words": try ShellWords.split(command),
                "program": DraftExport.python(draft), "literals": literals,
            ])
        }
        let data = try JSONSerialization.data(withJSONObject: cases)
        try folder.write(String(decoding: data, as: UTF8.self), to: "cases.json")
        let script = try folder.write(
            """
            import ast, json, shlex, sys
            wrong = 0
            for case in json.load(open(sys.argv[1], encoding="utf-8")):
                if shlex.split(case["command"]) != case["words"]:
                    wrong += 1
                    print("words of", case["command"])
                tree = compile(case["program"], "job.py", "exec", ast.PyCF_ONLY_AST)
                found = [k.value.value for call in ast.walk(tree) if isinstance(call, ast.Call)
                         for k in call.keywords if k.arg == "default"]
                if sorted(found) != sorted(case["literals"]):
                    wrong += 1
                    print("literals of", case["program"])
            sys.exit(1 if wrong else 0)
            """, to: "check.py")
        let result = try Run.program(
            try Tool.find("python3"), [script, folder.path + "/cases.json"],
            environment: ["PYTHONUTF8": "1"])
        #expect(result.status == 0, "\(result.output.prefix(2000)) \(result.errors)")
    }

    @Test(arguments: [
        #"az ml batch-endpoint invoke -n e --set inputs.a.default='x y' "#
            + #"inputs.b.default="it's \"$\" \\ \a""#,
        """
        $ az ml batch-endpoint invoke --name e \\
            --set inputs.a.default="x y" \\ \t
                  inputs.b.default='it'\\''s "$" \\ \\a'   # the second
        """,
        "az ml batch-endpoint invoke --name=e --params-override inputs.a.default=x\\ y `\r\n"
            + "  --set inputs.b.default=\"it's \\\"$\\\" \\\\ \\a\" -g rg --debug\r\n",
        "batchdeck invoke -n e --set inputs.a.default=x' 'y "
            + "--set inputs.b.default='it'\"'s\"' \"$\" \\ \\a'",
    ]) func aCommandIsReadAsAShellWould(command: String) throws {
        var expected = JobDraft(endpoint: "e")
        expected.setInput("a", .literal(text: "x y"))
        expected.setInput("b", .literal(text: "it's \"$\" \\ \\a"))
        #expect(try DraftImport.draft(command: command) == expected)
    }

    @Test(arguments: [
        ("az ml batch-endpoint invoke -n $NAME", "$NAME"),
        ("az ml batch-endpoint invoke -n \"${NAME}x\"", "$NAME"),
        ("az ml batch-endpoint invoke -n $(cat name)", "runs another command"),
        ("az ml batch-endpoint invoke -n `cat name`", "runs another command"),
        ("az ml batch-endpoint invoke -n 'e", "single quote"),
        ("az ml batch-endpoint invoke -n e --job-name \"j", "double quote"),
        ("az ml batch-endpoint invoke -n e | jq .name", "unquoted |"),
        ("az ml batch-endpoint invoke -n e; rm x", "unquoted ;"),
        ("az ml batch-endpoint invoke -n e extra", "extra stands alone"),
        ("az ml batch-endpoint invoke -n e --colour red", "--colour is not a flag"),
        ("az ml batch-endpoint invoke -n e --input", "--input has no value"),
        ("az ml batch-endpoint invoke --input x", "--name is missing"),
        ("az ml batch-endpoint show -n e", "not a command that submits"),
        ("az ml batch-endpoint invoke -n e -f x.yml", "give it too"),
        ("az ml batch-endpoint invoke -n e --input s3://b/c", "Accepted: azureml:NAME"),
        ("", "not a command that submits"),
    ]) func whatOnlyAShellCouldReadIsRefusedByName(command: String, words: String) {
        let problem = #expect(throws: SettingError.self) {
            try DraftImport.draft(command: command)
        }
        #expect(problem?.message.contains(words) == true, "\(problem?.message ?? "")")
    }

    @Test func flagsThatSayWhereToAndHowToPrintAreLeftOutAndNamed() throws {
        let command = try DraftImport.flags(
            command: "az ml batch-endpoint invoke -n e -g rg -w ws --query name --debug")
        #expect(command.leftOut == ["-g rg", "-w ws", "--query name", "--debug"])
        #expect(command.flags.name == "e")
    }
}
