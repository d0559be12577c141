import Foundation
import TestSupport
import Testing

/// Named inputs, literals and placed outputs of a pipeline component deployment, typed in every form and run by the real engine.
@Suite(.serialized) struct SeedRowPipelineEngineTests {
    /// Writes the data that it is given into one output and the literals, as its command line has them, into the other.
    private static let component = """
        type: pipeline
        inputs:
          train: {type: uri_folder}
          extra: {type: uri_file}
          mode: {type: string, enum: [plain, append], default: plain}
          note: {type: string, default: nothing}
          loud: {type: boolean, default: false}
          rows: {type: integer, min: 1, default: 5}
          level: {type: number, min: 0, max: 1, default: 0.5}
        outputs:
          score: {type: uri_folder}
          report: {type: uri_file}
        jobs:
          tell:
            command: >-
              cat ${{inputs.train}}/* ${{inputs.extra}} > ${{outputs.score}}/seen.txt;
              echo ${{inputs.mode}} ${{inputs.loud}} ${{inputs.rows}} ${{inputs.level}}
              "${{inputs.note}}" > ${{outputs.report}}
            environment: {image: i}
            inputs:
              train: ${{parent.inputs.train}}
              extra: ${{parent.inputs.extra}}
              mode: ${{parent.inputs.mode}}
              note: ${{parent.inputs.note}}
              loud: ${{parent.inputs.loud}}
              rows: ${{parent.inputs.rows}}
              level: ${{parent.inputs.level}}
            outputs:
              score: ${{parent.outputs.score}}
              report: ${{parent.outputs.report}}
        """

    /// One literal of each type, and how the step's command line has it. None is what the component has by default.
    private static let literals: [(name: String, type: String, text: String, seen: String)] = [
        ("mode", "string", "append", "append"), ("loud", "boolean", "true", "True"),
        ("rows", "integer", "7", "7"), ("level", "float", "0.25", "0.25"),
        ("note", "string", "a=b  c", "a=b  c"),
    ]

    private static let train = [
        "inputs.train.type=uri_folder", "inputs.train.path=azureml:items:1",
    ]
    private static let extra = ["inputs.extra.type=uri_file", "inputs.extra.path=local/extra.txt"]
    private static let short = "azureml://datastores/workspaceblobstore/paths/"

    private let folder: TemporaryFolder
    private let deck: Deck

    init() throws {
        folder = try TemporaryFolder("parts")
        let script = "def init():\n    pass\n"
        let workspace = try TinyWorkspace.write(script: script, files: 2, in: folder)
        let endpoint = "ws/endpoints/parts"
        try folder.write(
            "name: parts\ndefaults:\n  deployment_name: whole\n", to: endpoint + "/endpoint.yml")
        for name in ["whole", "other"] {
            try folder.write(
                "name: \(name)\nendpoint_name: parts\ntype: pipeline\ncomponent: pipeline.yml\n",
                to: "\(endpoint)/\(name)/deployment.yml")
            try folder.write(Self.component, to: "\(endpoint)/\(name)/pipeline.yml")
        }
        deck = try Deck(workspace: workspace)
        try deck.folder.write("more\n", to: "local/extra.txt")
    }

    @Test func everyInputAndOutputIsWhatWasTyped() throws {
        let datastore = try deck.shown(["datastore", "show", "-n", "workspaceblobstore"])
        let container = try #require(datastore["container_name"] as? String)
        let store = try #require(datastore["id"] as? String)
        let items = try deck.member("path", of: ["data", "show", "-n", "items", "-v", "1"])
        let long = try #require(items.components(separatedBy: "workspace-data/").first)
        try deck.folder.write(Self.yaml(placedAt: store + "/paths/arm"), to: "local/inputs.yml")
        let others = ["-n", "parts", "-d", "other", "--set"] + Self.train + Self.extra
        let lines: [SeedLine] = [
            typedByDefault(placedAt: Self.short + "short"),
            typedByValue(placedAt: long + "long"),
            SeedLine(
                words: ["-n", "parts", "--file", "local/inputs.yml"],
                shows: ["experiment_name": "of-the-file", "deployment_name": "whole"]),
            SeedLine(
                words: others, writes: Self.written(["0", "1", "more"]),
                shows: ["experiment_name": "parts", "deployment_name": "other"]),
        ]
        let jobs = try deck.runToTheEnd(lines)
        let seen = Self.literals.map(\.seen).joined(separator: " ") + "\n"
        for place in ["short", "long", "arm"] {
            let path = "home/state/blobs/\(container)/\(place)/"
            #expect(try deck.folder.read(path + "score/seen.txt") == "0\n1\nmore\n")
            #expect(try deck.folder.read(path + "report.txt") == seen)
        }
        try expectChained(jobs[3])
        try expectRefusals()
        #expect(try deck.jobCount() == jobs.count + 1)
    }

    /// Outputs of an earlier job are data: a whole one, and a file below one.
    private func expectChained(_ job: String) throws {
        let outputs = "azureml://jobs/\(job)/outputs/"
        let words = [
            "-n", "parts", "--set", "inputs.train.path=\(outputs)score",
            "inputs.extra.path=\(outputs)score/paths/seen.txt", "inputs.extra.type=uri_file",
        ]
        let rows = ["0", "0", "1", "1", "more", "more"]
        try deck.runToTheEnd([SeedLine(words: words, writes: Self.written(rows))])
    }

    /// What a job writes that was given no literals and no places.
    private static func written(_ rows: [String]) -> [String: [String]] {
        [
            "named-outputs/score/seen.txt": rows,
            "named-outputs/report/report": ["plain False 5 0.5 nothing"],
        ]
    }

    // MARK: - Forms

    private static func placed(at place: String) -> [String] {
        [
            "--set", "outputs.score.path=\(place)/score", "outputs.report.type=uri_file",
            "outputs.report.path=\(place)/report.txt",
        ]
    }

    private func typedByDefault(placedAt place: String) -> SeedLine {
        let literals = Self.literals.flatMap { literal -> [String] in
            let key = "inputs.\(literal.name)"
            return ["\(key).type=\(literal.type)", "\(key).default=\(literal.text)"]
        }
        let words = [
            ["-n", "parts", "--set"], Self.train, Self.extra, literals, Self.placed(at: place),
            ["--experiment-name", "my-batch-job-experiment", "--job-name", "By default"],
        ]
        return SeedLine(
            words: words.flatMap { $0 },
            shows: ["experiment_name": "my-batch-job-experiment", "display_name": "By default"])
    }

    private func typedByValue(placedAt place: String) -> SeedLine {
        let literals = Self.literals.map { "inputs.\($0.name).value=\($0.text)" }
        let words = [
            ["--name", "parts", "--set"], Self.train, Self.extra, literals, Self.placed(at: place),
        ]
        return SeedLine(words: words.flatMap { $0 })
    }

    private static func yaml(placedAt place: String) -> String {
        let lines = Self.literals.map { literal -> String in
            "  \(literal.name): {type: \(literal.type), default: \(literal.text)}\n"
        }
        return """
            experiment_name: of-the-file
            inputs:
              train: azureml:items@latest
              extra: {type: uri_file, path: local/extra.txt}
            \(lines.joined())
            outputs:
              score: {type: uri_folder, path: \(place)/score}
              report: {type: uri_file, path: \(place)/report.txt}
            """
    }

    // MARK: - Refusals

    private static let refusals: [(words: [String], reason: String)] = [
        (["--set", "inputs.mode.default=shout"], "should be one of plain, append, not shout"),
        (["--set", "inputs.loud.default=perhaps"], "only accept True/False, got perhaps"),
        (["--set", "inputs.rows.default=7.5"], "integer expected, got 7.5"),
        (["--set", "inputs.rows.type=integer", "inputs.rows.value=many"], "got many"),
        (["--set", "inputs.rows.default=0"], "should not be less than 1"),
        (["--set", "inputs.level.default=much"], "number expected, got much"),
        (["--set", "inputs.level.value=1.5"], "should not be greater than 1"),
        (["--set", "inputs.rows.path=azureml:items:1"], "declared as integer, and data was given"),
        (
            ["--set", "inputs.train.default=items"],
            "declared as uri_folder, and a literal was given"
        ),
        (["--set", "inputs.mode=append"], "inputs.mode is not a setting"),
        (["--set", "inputs.pace.default=1"], "declares no input of this name"),
        (["--set", "outputs.sum.path=\(short)sum"], "declares no output of this name"),
        (["--mini-batch-size", "2"], "This setting is for model deployments"),
    ]

    /// Lines of an `inputs.yml`.
    private static let wrongLines: [(literal: String, reason: String)] = [
        ("  mode: {type: string, default: shout}\n", "one of plain, append, not shout"),
        ("  loud: {type: boolean, default: perhaps}\n", "only accept True/False, got perhaps"),
        ("  rows: {type: integer, default: many}\n", "integer expected, got many"),
        ("  level: {type: number, default: much}\n", "number expected, got much"),
    ]

    private func expectRefusals() throws {
        let invoke = ["invoke", "-n", "parts", "--set"] + Self.train + Self.extra
        for (words, reason) in Self.refusals {
            try deck.expectRefused(invoke + words, saying: reason)
        }
        let yaml = "inputs:\n  train: azureml:items:1\n  extra: local/extra.txt\n"
        for (literal, reason) in Self.wrongLines {
            try deck.expectRefused(
                ["invoke", "-n", "parts", "--file", "-"], input: yaml + literal, saying: reason)
        }
        try deck.expectRefused(
            ["invoke", "-n", "parts", "--set"] + Self.train,
            saying: "Parameter extra cannot be None since it is not optional.")
        try deck.expectRefused(
            ["invoke", "-n", "parts", "--input", "azureml:items:1"],
            saying: "`--input` has no name")
    }
}
