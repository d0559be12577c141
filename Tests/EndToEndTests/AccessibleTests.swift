import Foundation
import TestSupport
import Testing

/// The console in lines: driven over pipes, against a real engine.
@Suite(.serialized) struct AccessibleTests {
    /// Answers, a line each; what was said, line by line.
    private func talk(
        _ deck: Deck, _ answers: [String], option: String? = "--accessible"
    ) throws -> (lines: [String], result: RunResult) {
        let result = try Run.program(
            deck.executable, option.map { [$0] } ?? [],
            environment: deck.environment.merging(
                option == nil ? ["BATCHDECK_ACCESSIBLE": "1"] : [:]
            ) { $1 }, folder: deck.folder.path,
            input: answers.map { $0 + "\n" }.joined())
        #expect(!result.output.contains("\u{1B}") && !result.output.contains("\r"))
        return (result.output.split(separator: "\n").map(String.init), result)
    }

    @Test func aLaunchWithDefaultsIsFollowedAndItsResultsAreFetched() throws {
        let deck = try Deck()
        let (lines, result) = try talk(
            deck,
            [
                "new", "digits-batch", "", "", "", "", "", "submit", "follow", "results",
                "download", "out", "jobs", ":quit",
            ])
        #expect(result.status == 0, "\(result.errors)")
        let text = result.output
        #expect(text.contains("Now azureml:digits-data@latest (suggested). Empty keeps it."))
        #expect(text.contains("Found: version 1, uri_folder, 597 files"), "\(text)")
        #expect(lines.contains { $0.hasPrefix("Accepted as batchjob-") }, "\(text)")
        #expect(lines.contains { $0.hasPrefix("Completed") }, "\(text)")
        #expect(lines.contains { $0.hasPrefix("predictions.csv, ") }, "\(text)")
        #expect(lines.last == "Goodbye. Jobs that were submitted go on.")
        let rows = try deck.folder.read("out/predictions.csv").split(separator: "\n")
        #expect(rows.count == 597)
    }

    @Test func aWrongValueIsRefusedInWordsAndAskedForAgain() throws {
        let deck = try Deck()
        let (lines, result) = try talk(
            deck,
            [
                "new", "tumour", "", "azureml:nothing@latest", "", "", "", "2", "half", "7", "0.7",
                "", "", "submit",
            ], option: nil)
        #expect(result.status == 0, "\(result.errors)")
        let text = result.output
        #expect(text.contains("input input_data: "), "\(text)")
        #expect(text.contains("Input threshold. number, 0.0...1.0, default 0.5."), "\(text)")
        #expect(lines.filter { $0.hasPrefix("input threshold: ") }.count == 2, "\(text)")
        #expect(text.contains("number expected, got half"), "\(text)")
        #expect(lines.contains("Input threshold: 0.7"), "\(text)")
        #expect(lines.contains("Input score_mode: prediction_only"), "\(text)")
        #expect(lines.contains { $0.hasPrefix("Accepted as pipelinejob-") }, "\(text)")
    }

    @Test func aJobIsCancelledAfterAQuestion() throws {
        let deck = try Deck()
        let (lines, result) = try talk(
            deck,
            [
                "new", "flaky-batch", "tolerant", "azureml:flaky-slow@latest", "", "", "",
                "submit", "cancel", "no", "cancel", "yes", "follow", ":quit",
            ])
        #expect(result.status == 0, "\(result.errors)")
        #expect(lines.contains("It goes on."))
        #expect(lines.contains { $0.hasPrefix("Cancelling was accepted") })
        // Followed to its end, or at its end already when it is asked for again.
        #expect(
            lines.contains { $0.hasPrefix("Canceled") || $0.contains(", Canceled, ") },
            "\(result.output)")
    }

    @Test func theEndOfTheAnswersInMidFormSendsNothing() throws {
        let deck = try Deck()
        let (lines, result) = try talk(deck, ["1", "digits-batch", ""])
        #expect(result.status == 0, "\(result.errors)")
        #expect(lines.last == "Goodbye. Jobs that were submitted go on.")
        let jobs = try #require(try deck.json("job", "list") as? [Any])
        #expect(jobs.isEmpty)
    }

    @Test func ctrlCEndsItWithAWord() throws {
        let deck = try Deck()
        let child = try Child(
            deck.executable, ["--accessible"], environment: deck.environment,
            folder: deck.folder.path)
        // It asks its first question once the engine answers; until then it would be interrupted all the same.
        _ = try Eventually.get("the engine") {
            FileManager.default.fileExists(atPath: deck.home + "/state/connection.json")
                ? true : nil
        }
        kill(child.pid, SIGINT)
        let said = child.readToEnd()
        #expect(child.wait(until: .now + .seconds(20)) == 130)
        #expect(said.output.contains("Interrupted. Jobs that were submitted go on."))
    }

    @Test func aRecordingOfLinesIsRefused() throws {
        let deck = try Deck()
        let said = try deck.run("--accessible", "--record", "a.jsonl")
        #expect(said.status == 2)
        #expect(said.errors.contains("--record"))
    }
}
