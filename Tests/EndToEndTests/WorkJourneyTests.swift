import Foundation
import TestSupport
import Testing

/// A day's work in a real terminal: a pipeline's form, a sweep, a failure followed to its cause.
@Suite(.serialized, .timeLimit(.minutes(5))) struct WorkJourneyTests {
    @Test func everyLiteralOfAPipelineIsWrongThenRight() throws {
        let deck = try Deck()
        let console = try deck.console()
        try console.wait(for: "digits-batch", "tumour-pipeline")
        try console.keys("j", "j", "j", "n")
        try console.wait(for: "New job on tumour-pipeline", "3 files", "✓ ready")
        try console.keys("C-u")
        try console.type("azureml:no-such-data:1")
        try console.wait(for: "1 problem", "no-such-data")
        try console.keys("C-u")
        try console.type("azureml:tumour-data:1")
        try console.wait(for: "3 files", "✓ ready")
        for (rows, wrong, right) in [(1, "many", "100"), (3, "1.5", "0.7")] {
            for _ in 0..<rows { try console.keys("Tab") }
            try console.type(wrong)
            try console.wait(for: "1 problem")
            try console.keys("C-s")
            try console.wait(for: "Not sent")
            try console.keys("C-u")
            try console.type(right)
            try console.wait(for: "✓ ready")
        }
        try console.keys("BTab", "Right", "Right")
        try console.wait(for: "● prediction_only")
        try console.keys("BTab", "Right", "Right")
        try console.wait(for: "● false", "✓ ready")
        try console.keys("C-s")
        try console.wait(for: "Completed", "prepare", "report")
        let jobs = try #require(try deck.json("job", "list") as? [[String: Any]])
        #expect(jobs.count == 1)
        try console.keys("4")
        try console.wait(for: "prediction_only", "0.7", "100", "false")
    }

    @Test func twentyJobsOfASweepAreSubmittedWithOneQuestion() throws {
        let deck = try Deck()
        let console = try deck.console()
        try console.wait(for: "digits-batch", "nearest")
        try console.keys("j", "j", "j", "n")
        try console.wait(for: "New job on tumour-pipeline", "3 files")
        try console.keys("Tab", "M-s")
        try console.type("1..20")
        try console.wait(for: "a sweep of 20 jobs")
        try console.keys("C-s")
        try console.wait(for: "Submit 20 jobs to tumour-pipeline?")
        try console.keys("y")
        try console.wait(for: "20 of 20 jobs submitted")
        let jobs = try #require(try deck.json("job", "list") as? [[String: Any]])
        let names = Set(jobs.compactMap { $0["display_name"] as? String })
        #expect(names == Set((1...20).map { "max_rows=\($0)" }))
        try console.keys("J")
        try console.wait(for: "Jobs of tumour-pipeline 20", "max_rows=20")
    }

    @Test func aFailureIsFollowedToTheLineThatRaisedIt() throws {
        let folder = try TemporaryFolder("traceback")
        let script = """
            def init():
                pass

            def run(batch):
                return deeper(batch)

            def deeper(batch):
                raise ValueError("this one is broken")
            """
        let deck = try Deck(
            workspace: try TinyWorkspace.write(
                script: script, settings: "  error_threshold: 0", in: folder))
        let console = try deck.console()
        try console.wait(for: "tiny", "only")
        try console.keys("n")
        try console.wait(for: "New job on tiny")
        try console.keys("C-u")
        try console.type("azureml:items:1")
        try console.wait(for: "4 files", "✓ ready")
        try console.keys("C-s")
        try console.wait(
            for: "Failed", "ValueError: this one is broken", "score.py")
        try console.keys("Escape")
        try console.wait(for: "┌ Endpoints")
        try console.keys("J")
        try console.wait(for: "Jobs 1", "Failed")
        try console.keys("Enter")
        try console.wait(for: "[2 error]", "Traceback", "deeper", "ValueError: this one is broken")
        try console.keys("Y")
        try console.wait(for: "copied")
    }

    @Test func aFailingStepOfAPipelineIsFollowedToItsTraceback() throws {
        let folder = try TemporaryFolder("steps")
        let deck = try Deck(workspace: try Self.twoSteps(in: folder))
        let console = try deck.console()
        try console.wait(for: "two-steps", "only")
        try console.keys("n")
        try console.wait(for: "New job on two-steps", "✓ ready")
        try console.keys("C-s")
        try console.wait(for: "Failed", "✓ first", "✗ second")
        try console.keys("1", "Tab")
        try console.wait(for: "[1 logs]", "tab view")
        try console.keys("g", "j", "Enter")
        try console.wait(for: "the first step is done")
        try console.keys("Tab", "G", "Enter", "2")
        try console.wait(
            for: "[2 error]", "Traceback", "second.py", "deeper", "ValueError: this step is broken")
    }

    /// A workspace with a pipeline whose second step raises an error once the first is done.
    private static func twoSteps(in folder: TemporaryFolder) throws -> String {
        let deployment = "ws/endpoints/two-steps/only"
        try folder.write(
            "name: two-steps\ndefaults:\n  deployment_name: only\n",
            to: "ws/endpoints/two-steps/endpoint.yml")
        try folder.write(
            """
            name: only
            endpoint_name: two-steps
            type: pipeline
            component: pipeline.yml
            settings:
              default_compute: azureml:local
            """, to: deployment + "/deployment.yml")
        let step = """
                type: command
                component:
                  code: code
                  environment:
                    image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
            """
        try folder.write(
            """
            name: two_steps
            version: "1"
            type: pipeline
            jobs:
              first:
            \(step)
                  outputs:
                    words:
                      type: uri_folder
                  command: python first.py ${{outputs.words}}
                outputs:
                  words:
                    type: uri_folder
              second:
            \(step)
                  inputs:
                    words:
                      type: uri_folder
                  command: python second.py ${{inputs.words}}
                inputs:
                  words: ${{parent.jobs.first.outputs.words}}
            """, to: deployment + "/pipeline.yml")
        try folder.write("print('the first step is done')\n", to: deployment + "/code/first.py")
        try folder.write(
            """
            def deeper():
                raise ValueError("this step is broken")

            deeper()
            """, to: deployment + "/code/second.py")
        return folder.path + "/ws"
    }
}
