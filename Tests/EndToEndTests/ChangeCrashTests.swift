import Foundation
import TestSupport
import Testing

/// `kill -9` while a deployment is made, changed and deleted over the API: the old one is there, or the new one, or none.
@Suite(.serialized) struct ChangeCrashTests {
    /// Writes one generation after the other until the engine is gone; says each that was answered.
    private static let driver = """
        import json, sys, urllib.request

        said = json.load(open(sys.argv[1]))
        scope = ("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices"
                 "/workspaces/%s" % (said["subscription_id"], said["resource_group"],
                                     said["workspace_name"]))

        def call(method, path, body=None, host=None):
            data = body.encode() if isinstance(body, str) else body
            request = urllib.request.Request(said["url"].rstrip("/") + path, data=data, method=method)
            request.add_header("Authorization", "Bearer " + said["token"])
            request.add_header("Content-Type", "application/json")
            if host:
                request.add_header("Host", host + ":" + said["url"].rstrip("/").split(":")[-1])
                request.add_header("x-ms-blob-type", "BlockBlob")
            return urllib.request.urlopen(request).read()

        store = json.loads(call("GET", scope + "/datastores/workspaceblobstore?api-version=1"))
        box = store["properties"]["containerName"]
        first = int(sys.argv[2])
        for number in range(first, first + 1000):
            folder = "LocalUpload/g%d/code" % number
            for part in range(20):
                name = "score.py" if part == 0 else "part%d.py" % part
                call("PUT", "/%s/%s/%s" % (box, folder, name), "GENERATION = %d\\n" % number,
                     "batchdeck.blob.core.localhost")
            place = "azureml://datastores/workspaceblobstore/paths/" + folder
            code = scope + "/codes/g%d/versions/1" % number
            call("PUT", code, json.dumps({"properties": {"codeUri": place}}))
            call("PUT", scope + "/batchEndpoints/tiny/deployments/made", json.dumps({"properties": {
                "codeConfiguration": {"codeId": code, "scoringScript": "score.py"},
                "model": {"assetId": scope + "/models/nothing/versions/1"},
                "environmentId": "azureml:plain:1", "compute": "local",
                "environmentVariables": {"GENERATION": str(number)}}}))
            print(number, flush=True)
            if number % 5 == 4:
                call("DELETE", scope + "/batchEndpoints/tiny/deployments/made")
                print(-1, flush=True)
        """

    /// How many kills; more are worth their time when something has changed.
    private static let kills =
        ProcessInfo.processInfo.environment["BATCHDECK_TEST_CHANGE_KILLS"].flatMap { Int($0) } ?? 4

    @Test func aKilledEngineLeavesTheOldOrTheNewDeployment() throws {
        let folder = try TemporaryFolder("changes")
        let deck = try Deck(
            workspace: TinyWorkspace.write(
                script: "def run(mini_batch):\n    return mini_batch\n", in: folder))
        let python = try Tool.find("python3")
        var answered = 0
        for turn in 0..<Self.kills {
            #expect(try deck.run("engine", "start").status == 0)
            let child = try Child(
                python,
                ["-c", Self.driver, deck.home + "/state/connection.json", String(turn * 1000)],
                environment: deck.environment)
            child.feed([])
            usleep(UInt32(400_000 + turn * 137_000))
            #expect(kill(try deck.enginePID(), SIGKILL) == 0)
            let lines = child.readToEnd().output.split(separator: "\n").compactMap { Int($0) }
            _ = child.wait(until: .now + .seconds(10))
            answered += lines.count
            try check(deck, answered: lines.last)
        }
        #expect(answered > 0, "something was changed before the kills")
    }

    /// Looks at the files as they are while no engine runs, then asks a new one.
    private func check(_ deck: Deck, answered: Int?) throws {
        let made = deck.workspace + "/endpoints/tiny/made"
        let text = try? String(contentsOfFile: made + "/deployment.yml", encoding: .utf8)
        if let text {
            let number = try #require(text.firstMatch(of: /GENERATION: "(\d+)"/)?.output.1)
            let code = try #require(text.firstMatch(of: /code: (code(?:-\d+)?)\n/)?.output.1)
            for part in 0..<20 {
                let name = part == 0 ? "score.py" : "part\(part).py"
                let file = try String(contentsOfFile: "\(made)/\(code)/\(name)", encoding: .utf8)
                #expect(file == "GENERATION = \(number)\n", "\(name)")
            }
            if let answered, answered >= 0 {
                #expect(Int(number).map { $0 >= answered } == true, "what was answered is there")
            }
        }
        let shown = try #require(
            try deck.json("deployment", "list", "-e", "tiny") as? [[String: Any]])
        let names = shown.compactMap { $0["name"] as? String }
        #expect(names.sorted() == (text == nil ? ["only"] : ["made", "only"]))
        #expect(shown.allSatisfy { $0["provisioning_state"] as? String == "Succeeded" }, "\(shown)")
    }
}
