import Foundation
import TestSupport
import Testing

/// A workspace that is filled through the verbs alone: endpoint, deployment, data, default, and gone again.
@Suite(.serialized) struct ControlPlaneTests {
    /// A deck on a workspace with nothing in it, and a copy of a sample endpoint outside of it.
    private func emptyDeck(_ endpoint: String) throws -> (deck: Deck, source: String) {
        let folder = try TemporaryFolder("control")
        let workspace = folder.path + "/ws"
        let manager = FileManager.default
        try manager.createDirectory(
            atPath: workspace + "/endpoints", withIntermediateDirectories: true)
        let deck = try Deck(workspace: workspace)
        let source = deck.folder.path + "/mine"
        try manager.copyItem(
            atPath: Checkout.root + "/assets/workspace/endpoints/" + endpoint, toPath: source)
        try deck.folder.write("name: \(endpoint)\n", to: "bare.yml")
        kept.append(folder)
        return (deck, source)
    }

    private let kept = Keep()

    /// Holds folders until the test is over.
    private final class Keep {
        private var folders: [TemporaryFolder] = []
        func append(_ folder: TemporaryFolder) { folders.append(folder) }
    }

    @Test func aModelDeploymentIsMadeRunChangedAndTakenAway() throws {
        let (deck, source) = try emptyDeck("wine-classifier")
        let made = try deck.run(
            "endpoint", "create", "-f", deck.folder.path + "/bare.yml", "--set",
            "description=Sorts wines.")
        #expect(made.status == 0, "\(made.errors)")
        let deployed = try deck.run(
            "deployment", "create", "-f", source + "/gnb/deployment.yml", "--set-default")
        #expect(deployed.status == 0, "\(deployed.errors)")
        #expect(deployed.errors.contains("uploaded code"))
        #expect(deployed.errors.contains("registered model wine-gnb:1"))
        let data = Checkout.root + "/assets/workspace/data/wine/v2"
        let job = try deck.run("invoke", "-n", "wine-classifier", "--input", data, "--watch")
        #expect(job.status == 0, "\(job.errors)")
        let name = job.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let results = deck.folder.path + "/results"
        #expect(try deck.run("job", "download", "-n", name, "-p", results).status == 0)
        let rows = try deck.folder.read("results/predictions.csv").split(separator: "\n")
        #expect(rows.count == 178)
        try change(deck, source)
        try takeAway(deck)
    }

    private func change(_ deck: Deck, _ source: String) throws {
        let again = try deck.run(
            "deployment", "create", "-f", source + "/gnb/deployment.yml", "-n", "second")
        #expect(again.status == 0, "\(again.errors)")
        #expect(!again.errors.contains("uploaded"), "what is there is not sent again")
        let changed = try deck.run(
            "deployment", "update", "-e", "wine-classifier", "-n", "second", "--set",
            "settings.mini_batch_size=3")
        #expect(changed.status == 0, "\(changed.errors)")
        let shown = try deck.json("deployment", "show", "-e", "wine-classifier", "-n", "second")
        let settings = (shown as? [String: Any])?["settings"] as? [String: Any]
        #expect(settings?["mini_batch_size"] as? Int == 3)
        let moved = try deck.run(
            "endpoint", "set-default", "-n", "wine-classifier", "-d", "second")
        #expect(moved.status == 0, "\(moved.errors)")
        let endpoint = try deck.json("endpoint", "show", "-n", "wine-classifier")
        let members = endpoint as? [String: Any]
        let byDefault = members?["defaults"] as? [String: Any]
        #expect(byDefault?["deployment_name"] as? String == "second")
        #expect(members?["description"] as? String == "Sorts wines.", "a change keeps the rest")
    }

    private func takeAway(_ deck: Deck) throws {
        let name = "wine-classifier"
        let unasked = try deck.run("deployment", "delete", "-e", name, "-n", "gnb")
        #expect(unasked.status == 2)
        #expect(unasked.errors.contains("--yes"))
        let gone = try deck.run("deployment", "delete", "-e", name, "-n", "gnb", "--yes")
        #expect(gone.status == 0, "\(gone.errors)")
        #expect(try deck.run("deployment", "delete", "-e", name, "-n", "gnb", "-y").status == 5)
        let all = try deck.run("endpoint", "delete", "-n", name, "--yes")
        #expect(all.status == 0, "\(all.errors)")
        #expect(try deck.run("endpoint", "delete", "-n", name, "--yes").status == 5)
    }

    @Test func aPipelineIsMadeWithItsComponentsAndRuns() throws {
        let (deck, source) = try emptyDeck("tumour-pipeline")
        let made = try deck.run("endpoint", "create", "-f", deck.folder.path + "/bare.yml")
        #expect(made.status == 0, "\(made.errors)")
        let deployed = try deck.run(
            "deployment", "create", "-f", source + "/score-with-prep/deployment.yml",
            "--set-default")
        #expect(deployed.status == 0, "\(deployed.errors)")
        let data = Checkout.root + "/assets/workspace/data/tumour"
        let job = try deck.run(
            "invoke", "-n", "tumour-pipeline", "--set", "inputs.input_data.path=\(data)",
            "--watch")
        #expect(job.status == 0, "\(job.errors)")
    }

    @Test func dataIsRegisteredVersionAfterVersion() throws {
        let (deck, _) = try emptyDeck("hello-batch")
        try deck.folder.write("1,2\n", to: "rows/a.csv")
        let rows = deck.folder.path + "/rows"
        for version in ["1", "2"] {
            let made = try deck.json("data", "create", "-n", "rows", "--path", rows)
            #expect((made as? [String: Any])?["version"] as? String == version)
        }
        let newest = try deck.json("data", "show", "-n", "rows", "--label", "latest")
        #expect((newest as? [String: Any])?["version"] as? String == "2")
    }

    @Test func dataGoesToTheDatastoreThatIsNamedAndKeepsWhatIsSaidOfIt() throws {
        let (deck, _) = try emptyDeck("hello-batch")
        try deck.folder.write(
            "name: pond\ntype: azure_blob\naccount_name: batchdeck\ncontainer_name: pond\n",
            to: "pond.yml")
        _ = try deck.json("datastore", "create", "-f", deck.folder.path + "/pond.yml")
        try deck.folder.write("1,2\n", to: "rows/a.csv")
        let rows = deck.folder.path + "/rows"
        let words = ["data", "create", "-n", "rows", "-p", rows, "--datastore"]
        let made = try deck.shown(
            words + ["pond", "--set", "tags.team=a", "properties.source=lab"])
        let path = try #require(made["path"] as? String)
        #expect(path.contains("/datastores/pond/paths/"), "\(path)")
        #expect(try deck.run("data", "archive", "-n", "rows", "-v", "1").status == 0)
        let kept = try deck.shown(["data", "show", "-n", "rows", "-v", "1"])
        #expect(kept["tags"] as? [String: String] == ["team": "a"])
        #expect(kept["properties"] as? [String: String] == ["source": "lab"])
        let refused = try deck.typed(words + ["puddle"])
        #expect(refused.status == 5, "\(refused.errors)")
        #expect(refused.errors.contains("puddle"), "\(refused.errors)")
    }

    @Test func aFileWithAMistakeIsRefusedWithItsLine() throws {
        let (deck, _) = try emptyDeck("hello-batch")
        try deck.folder.write(
            "name: only\nendpoint_name: hello-batch\ntype: model\nmodel:\n  path: nowhere\n",
            to: "broken.yml")
        let refused = try deck.run(
            "deployment", "create", "-f", deck.folder.path + "/broken.yml")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("broken.yml:5: model.path"), "\(refused.errors)")
    }
}
