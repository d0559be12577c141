import Foundation
import TestSupport
import Testing

/// Pipeline component deployments, headless, with the real engine and real steps.
@Suite(.serialized) struct PipelineTests {
    private static let data = [
        "inputs.input_data.type=uri_folder", "inputs.input_data.path=azureml:tumour-data@latest",
    ]

    @Test func aPipelineWithoutInputsRunsFromOneWord() throws {
        let deck = try Deck()
        let done = try deck.run("invoke", "-n", "hello-batch", "--watch")
        #expect(done.status == 0, "\(done.errors)")
    }

    @Test func aPipelineWithLiteralsRunsItsStepsAndBothOutputsAreDownloaded() throws {
        let deck = try Deck()
        let arguments =
            ["invoke", "-n", "tumour-pipeline", "--set"] + Self.data + [
                "inputs.threshold.default=0.7", "inputs.max_rows.default=20", "--watch",
            ]
        let done = try Run.program(deck.executable, arguments, environment: deck.environment)
        #expect(done.status == 0, "\(done.errors)")
        let job = done.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let shown = try #require(try deck.json("job", "show", "-n", job) as? [String: Any])
        let steps = (shown["steps"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        #expect(Set(steps) == ["prepare", "profile", "score", "report"])
        let folder = deck.folder.path + "/results"
        #expect(try deck.run("job", "download", "-n", job, "-p", folder).status == 0)
        let outputs = try FileManager.default.contentsOfDirectory(
            atPath: folder + "/named-outputs")
        #expect(Set(outputs) == ["scores", "report"])
    }

    @Test(arguments: [
        ("inputs.threshold.default=1.5", "should not be greater than 1"),
        ("inputs.threshold.default=half", "threshold"),
        ("inputs.score_mode.default=shout", "append"),
        ("inputs.max_rows.default=0", "should not be less than 1"),
        ("inputs.normalize.default=perhaps", "True/False"),
        ("inputs.unheard_of.default=1", "unheard_of"),
    ])
    func aWrongLiteralIsRefusedBeforeAnythingIsSent(setting: String, words: String) throws {
        let deck = try Deck()
        let arguments = ["invoke", "-n", "tumour-pipeline", "--set"] + Self.data + [setting]
        let refused = try Run.program(deck.executable, arguments, environment: deck.environment)
        #expect(refused.status == 2, "\(refused.errors)")
        #expect(refused.errors.contains(words), "\(refused.errors)")
        #expect((try deck.json("job", "list") as? [Any])?.isEmpty == true)
    }
}
