import BatchModel
import DraftFile
import Testing

/// A job out of a file alone: what a preset is, and what is pasted.
@Suite struct PresetTextTests {
    @Test func everyDraftComesBackFromItsFileAlone() throws {
        var generator = DraftGenerator(seed: 7)
        for _ in 0..<200 {
            let draft = generator.draft()
            let yaml = DraftExport.yaml(draft, file: "a.yml")
            let back = try DraftImport.draft(yaml: yaml.file, endpoint: "another")
            #expect(back == draft.withoutSecrets, "\(yaml.file)")
        }
    }

    @Test(arguments: ["a\u{7}b", "a\tb", "a\r\nb", "a\u{85}b", "a\u{2028}b", "\\x07 \"it's\""])
    func aNameComesBackAsItWas(name: String) throws {
        let draft = JobDraft(
            endpoint: "e", overrides: .init(outputFileName: name), experimentName: name,
            jobName: name)
        let file = DraftExport.yaml(draft).file
        #expect(try DraftImport.draft(yaml: file, endpoint: "e") == draft)
        let lines = file.split(whereSeparator: \.isNewline)
        #expect(lines.last == "inputs: {}" && lines.dropLast().allSatisfy { $0.hasPrefix("# ") })
    }

    @Test func aFileWithoutACommandIsForTheEndpointThatIsNamed() throws {
        let draft = try DraftImport.draft(
            yaml: "# mine\ninputs:\n  a: ./b\n", endpoint: "heart", file: "x.yml")
        #expect(
            draft
                == JobDraft(
                    endpoint: "heart",
                    inputs: [
                        .init(name: "a", value: .data(type: nil, reference: .local(path: "./b")))
                    ]))
    }

    @Test func aMistakeIsSaidWithFileAndLine() {
        do throws(SettingError) {
            _ = try DraftImport.draft(
                yaml: "inputs:\n  a: ftp://b\n", endpoint: "heart", file: "x.yml")
            Issue.record("it was taken")
        } catch {
            #expect(error.message.contains("x.yml:2"), "\(error.message)")
        }
    }

    @Test(arguments: [
        ("az ml batch-endpoint invoke -n x", true), ("  $  batchdeck invoke -n x", true),
        ("az ml batch-endpoint list", false), ("inputs:\n", false),
    ])
    func commandsAreKnownByTheirFirstWords(text: String, isCommand: Bool) {
        #expect(JobText.isCommand(text) == isCommand)
    }
}
