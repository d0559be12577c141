import BatchModel
import DraftFile
import Testing

/// A job out of a file alone: what a preset is, and what is pasted.
@Suite struct PresetTextTests {
    @Test func everyDraftComesBackFromItsFileAlone() throws {
        var generator = DraftGenerator(seed: 7)
        var compared = 0
        for _ in 0..<200 {
            let draft = generator.draft()
            let yaml = DraftExport.yaml(draft, file: "a.yml")
            // A command with controls in it stands escaped in the comment, and is read as it stands there.
            let comment = yaml.command.split(separator: "\n", omittingEmptySubsequences: false)
                .map { "# \($0)\n" }.joined()
            guard yaml.file.hasPrefix(comment) else { continue }
            compared += 1
            let back = try DraftImport.draft(yaml: yaml.file, endpoint: "another")
            #expect(back == draft.withoutSecrets, "\(yaml.file)")
        }
        #expect(compared > 50)
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
