import Foundation
import TestSupport
import Testing

/// Every way of the document to name data, typed at the real program, run by the real engine.
@Suite(.serialized) struct SeedRowEngineTests {
    /// Takes the files of the asset and no others, so that a job that was given other data fails.
    private static let script = """
        import os

        def init():
            pass

        def run(mini_batch):
            names = [os.path.basename(path) for path in mini_batch]
            for name in names:
                if not name.startswith("item-") and name != "predictions.csv":
                    raise ValueError(name)
            return names
        """

    private let folder: TemporaryFolder
    private let deck: Deck

    init() throws {
        folder = try TemporaryFolder("rows")
        deck = try Deck(
            workspace: try TinyWorkspace.write(
                script: Self.script, settings: "  error_threshold: 0", files: 2, in: folder))
    }

    @Test func everyWayToNameDataRuns() throws {
        // The document's own steps: ids by `show`, then `"$DATASTORE_ID/paths/$DATA_PATH"`.
        let asset = try deck.member("id", of: ["data", "show", "-n", "items", "--label", "latest"])
        let store = try deck.member("id", of: ["datastore", "show", "-n", "workspaceblobstore"])
        let long = try deck.member("path", of: ["data", "show", "-n", "items", "-v", "1"])
        let path = try #require(long.components(separatedBy: "/paths/").last)
        let local = try deck.folder.write("1\n", to: "local/item-1.txt")
        let short = "azureml://datastores/workspaceblobstore/paths/"
        let place = "azureml://locations/local/workspaces/local-ws/data/items/versions/"
        let set = "inputs.heart_dataset."
        let rows: [(words: [String], input: String)] = [
            (["--input", asset], ""), (["--input", "azureml:" + asset], ""),
            (["--input", "azureml:items:1"], ""),
            (["--input", place + "1"], ""), (["--input", place + "labels/latest"], ""),
            (["--set", set + "type=uri_folder", set + "path=" + asset], ""),
            (["--file", "-"], "inputs:\n  heart_dataset: azureml:/items@latest\n"),
            (["--input", store + "/paths/" + path, "--input-type", "uri_folder"], ""),
            (["--input", "azureml:\(store)/paths/\(path)"], ""),
            (["--input", short + path], ""), (["--input", long], ""),
            (["-f", "-"], "inputs:\n  x:\n    type: uri_folder\n    path: \(short)\(path)\n"),
            (["--input", (local as NSString).deletingLastPathComponent], ""),
            (["--input", local, "--input-type", "uri_file"], ""),
            (["--input", asset, "--output-path", short + "out/predictions.csv"], ""),
            (["--input", asset, "--set", "outputs.s.path=\(store)/paths/mine/p.csv"], ""),
            (["--input", asset, "--params-override", "mini_batch_size=2"], ""),
        ]
        let jobs = try deck.runToTheEnd(
            rows.map { SeedLine(words: ["-n", "tiny"] + $0.words, input: $0.input) })
        // Outputs of an earlier job are data too.
        let output = "azureml://jobs/\(jobs[0])/outputs/score"
        try deck.runToTheEnd([SeedLine(words: ["-n", "tiny", "--input", output])])
        let placed = try deck.typed(["datastore", "browse", "-n", "workspaceblobstore", "mine"])
        #expect(placed.output.contains("p.csv"))
    }

    @Test func theExportedCurlCommandRunsAsItIs() throws {
        _ = try Tool.find("curl")
        let export = ["export", "-n", "tiny", "--input", "azureml:items@latest", "--as", "curl"]
        let command = try deck.typed(export)
        #expect(command.status == 0, "\(command.errors)")
        let file = try String(contentsOfFile: deck.home + "/state/connection.json", encoding: .utf8)
        let connection = try JSONSerialization.jsonObject(with: Data(file.utf8)) as? [String: Any]
        let token = try #require(connection?["token"] as? String)
        #expect(!command.output.contains(token))
        var environment = deck.environment
        environment["TOKEN"] = token
        let sent = try Run.program(
            "/bin/sh", ["-c", command.output], environment: environment, folder: deck.folder.path)
        #expect(sent.status == 0, "\(sent.output) \(sent.errors)")
        let answer = try JSONSerialization.jsonObject(with: Data(sent.output.utf8))
        let job = try #require((answer as? [String: Any])?["name"] as? String)
        #expect(try deck.ended([job]) == ["Completed"])
    }

    @Test func aCopiedCommandIsSubmittedAndExportedAgain() throws {
        let command = """
            az ml batch-endpoint invoke --name tiny \\
                --set inputs.data.type="uri_folder" inputs.data.path='azureml:items:1' \\
                -g rg -w ws   # from the document
            """
        let file = try deck.folder.write(command, to: "job.sh")
        let yaml = try deck.typed(["export", "--from-command", file, "--as", "yaml"])
        #expect(yaml.errors.contains("left out: -g rg, -w ws"))
        let again = try deck.typed(
            ["invoke", "-n", "tiny", "--file", "-", "--watch"], input: yaml.output)
        #expect(again.status == 0, "\(again.errors)")
        let direct = try deck.typed(["invoke", "--from-command", "-", "--watch"], input: command)
        #expect(direct.status == 0, "\(direct.errors)")
        let lost = try deck.typed(
            ["invoke", "--from-command", "-"],
            input: "az ml batch-endpoint invoke -n tiny --input 'https://h/x?sig=***'")
        #expect(lost.status == 2)
        #expect(lost.errors.contains("the secret in it was left out"), "\(lost.errors)")
    }
}
