import BatchClient
import BatchModel
import TestSupport
import Testing

@testable import Commands

/// Verbs that change a workspace, and those that read what it runs on, by the spellings of `az ml`.
@Suite struct ControlVerbTests {
    private let done = Box<[String]>([])

    private var desk: Desk {
        let done = self.done
        return Desk { client in
            client.serveSamples()
            client.connect = {
                ConnectionInfo(context: "local", scope: Samples.scope, latency: nil, isLocal: true)
            }
            client.control.updateEndpoint = { endpoint in
                let tags = endpoint.tags.sorted { $0.key < $1.key }
                    .map { "\($0.key)=\($0.value)" }.joined(separator: ",")
                done.change {
                    $0.append(
                        "update \(endpoint.name) \(endpoint.summary ?? "-") "
                            + "\(endpoint.defaultDeployment?.rawValue ?? "-") \(tags)")
                }
                return endpoint
            }
            client.control.archiveData = { name, version, isArchived in
                done.change {
                    $0.append("\(isArchived ? "archive" : "restore") \(name) \(version ?? "all")")
                }
            }
            client.control.putDatastore = { plan in
                done.change { $0.append("put \(plan.datastore.name)") }
                return plan.datastore
            }
            client.control.deleteDatastore = { name in
                done.change { $0.append("delete \(name)") }
            }
            client.control.environments = { [Self.conda] }
            client.control.environment = { name, version throws(ServiceFailure) in
                guard name == "wine-env", version == nil || version == "3" else {
                    throw BatchClient.missing("find the environment \(name)")
                }
                return Self.conda
            }
            client.control.computes = {
                [
                    AssetVersion(
                        name: "cluster", version: nil, armID: "/computes/cluster",
                        details: ["type": "AmlCompute", "state": "Succeeded"])
                ]
            }
        }
    }

    private static let conda = AssetVersion(
        name: "wine-env", version: "3", armID: "/environments/wine-env/versions/3",
        details: ["image": "mcr.microsoft.com/x", "os_type": "Linux"])

    // MARK: - Endpoints

    @Test func anEndpointIsChangedByFlagsFileAndBoth() async throws {
        let said = await desk.run(
            "endpoint", "update", "-n", "wine-classifier", "--defaults",
            "deployment_name=gnb-probs", "--set", "description=Better wines.", "tags.team=bar")
        #expect(said.code == 0, "\(said.talk)")
        #expect(done.current == ["update wine-classifier Better wines. gnb-probs team=bar"])

        var written = desk
        written.input = "name: wine-classifier\ndescription: From a file.\ntags:\n  year: '2026'\n"
        let file = await written.run("endpoint", "update", "--file", "-", "-o", "json")
        #expect(file.code == 0, "\(file.talk)")
        #expect(try file.json()["description"]?.string == "From a file.")
        #expect(
            done.current.last == "update wine-classifier From a file. gnb team=cellar,year=2026")
    }

    @Test(arguments: [
        (["endpoint", "update"], "--name or --file"),
        (["endpoint", "update", "-n", "x", "--defaults", "gnb"], "deployment_name=NAME"),
        (["endpoint", "update", "-n", "wine-classifier", "--set", "colour=red"], "colour"),
    ])
    func anUpdateThatSaysNothingClearIsRefused(words: [String], part: String) async {
        let said = await desk.run(words)
        #expect(said.code == 2, "\(said.talk)")
        #expect(said.talk.contains(part), "\(said.talk)")
        #expect(done.current.isEmpty)
    }

    @Test func anEndpointThatIsNotThereIsNotMade() async {
        let said = await desk.run("endpoint", "update", "-n", "none", "--set", "description=x")
        #expect(said.code == 5)
        #expect(done.current.isEmpty)
    }

    // MARK: - Data and datastores

    @Test func dataIsArchivedAndRestoredAsAVersionOrAsAWhole() async {
        #expect(await desk.run("data", "archive", "--name", "wine-data", "-v", "2").code == 0)
        #expect(await desk.run("data", "archive", "-n", "wine-data").talk == "archived wine-data\n")
        let said = await desk.run("data", "restore", "-n", "wine-data", "--version", "2")
        #expect(said.talk == "restored version 2 of wine-data\n")
        #expect(said.output.isEmpty)
        #expect(
            done.current == ["archive wine-data 2", "archive wine-data all", "restore wine-data 2"])
        #expect(await desk.run("data", "archive").code == 2)
        #expect(await desk.run("data", "archive", "-n", "a", "-v", "1", "-l", "latest").code == 2)
    }

    @Test func aDatastoreIsMadeFromItsFileAndItsSecretIsNeverShown() async throws {
        var written = desk
        written.input = """
            name: lake
            type: azure_blob
            account_name: cellar
            container_name: box
            credentials:
              account_key: canary-datastore-key

            """
        for form in ["table", "json"] {
            let said = await written.run("datastore", "create", "--file", "-", "-o", form)
            #expect(said.code == 0, "\(said.talk)")
            #expect(said.output.contains("lake") && said.output.contains("cellar"))
            #expect(!(said.output + said.talk).contains("canary"))
        }
        let renamed = await written.run("datastore", "create", "-f", "-", "-n", "pond")
        #expect(renamed.code == 0, "\(renamed.talk)")
        #expect(done.current == ["put lake", "put lake", "put pond"])
    }

    @Test func aDatastoreGoesOnlyWhenSomebodySaysSo() async {
        let asked = await desk.run("datastore", "delete", "-n", "lake")
        #expect(asked.code == 2)
        #expect(asked.talk.contains("--yes"))
        #expect(done.current.isEmpty)
        #expect(await desk.run("datastore", "delete", "--name", "lake", "-y").code == 0)
        #expect(done.current == ["delete lake"])
    }

    // MARK: - Environments and computes

    @Test func environmentsAreListedAndShownByVersionOrLabel() async throws {
        let list = await desk.run("environment", "list")
        #expect(list.lines.first?.hasPrefix("NAME") == true)
        #expect(list.output.contains("wine-env") && list.output.contains("3"))
        for words in [
            ["-v", "3"], ["--version", "3"], ["-l", "latest"], ["--label", "latest"], [],
        ] {
            let said = await desk.run(
                ["environment", "show", "--name", "wine-env", "-o", "json"] + words)
            #expect(try said.json()["image"]?.string == "mcr.microsoft.com/x", "\(words)")
        }
        #expect(await desk.run("environment", "show", "-n", "other").code == 5)
        #expect(
            await desk.run("environment", "show", "-n", "wine-env", "-v", "3", "-l", "latest").code
                == 2)
        #expect(await desk.run("environment", "show", "-n", "wine-env", "-l", "old").code == 2)
    }

    @Test func computesAreListed() async throws {
        let list = await desk.run("compute", "list")
        #expect(list.code == 0)
        #expect(list.output.contains("cluster") && list.output.contains("AmlCompute"))
        let items = try await desk.run("compute", "list", "-o", "json").json()
        #expect(items.text.contains("/computes/cluster"))
    }

    // MARK: - Not waiting

    static let changes: [[String]] = [
        ["endpoint", "create", "-n", "wine-classifier"],
        ["endpoint", "update", "-n", "wine-classifier", "--set", "description=x"],
        ["endpoint", "set-default", "-n", "wine-classifier", "-d", "gnb-probs"],
        ["deployment", "update", "-e", "wine-classifier", "-n", "gnb"],
    ]

    @Test(arguments: changes)
    func aChangeIsWaitedForUnlessItIsSaid(words: [String]) async throws {
        let world = try VerbWorld()
        for (more, state) in [([], "Succeeded"), (["--no-wait"], "Creating")] {
            let said = await world.desk.run(words + more + ["-o", "json"])
            #expect(said.code == 0, "\(said.talk)")
            #expect(try said.json()["provisioning_state"]?.string == state)
        }
    }

    @Test(arguments: [
        ["endpoint", "delete", "-n", "wine-classifier", "-y"],
        ["deployment", "delete", "-e", "wine-classifier", "-n", "gnb", "-y"],
    ])
    func whatIsBeingTakenAwayIsNotSaidToBeGone(words: [String]) async throws {
        let world = try VerbWorld()
        let waited = await world.desk.run(words)
        #expect(waited.talk.hasPrefix("deleted the ") && waited.output.isEmpty)
        let begun = await world.desk.run(words + ["--no-wait", "-o", "json"])
        #expect(begun.talk.hasPrefix("the service takes the "), "\(begun.talk)")
        #expect(try begun.json()["delete"]?.string == "accepted")
    }

    // MARK: - Another workspace

    private func prepared() throws -> (TemporaryFolder, Desk, Box<[String]>) {
        let folder = try TemporaryFolder("names")
        try folder.write(
            """
            contexts:
            - name: prod
              subscription_id: "0-1"
              resource_group: cellar
              workspace_name: tasting
            """, to: "home/config/config.yml")
        let chosen = Box<[String]>([])
        var desk = Desk()
        desk.environment = [
            "BATCHDECK_HOME": folder.path + "/home", "HOME": folder.path + "/user",
        ]
        let environment = desk.environment
        desk.makeClient = { options throws(ServiceFailure) in
            let context = try options.workspaceNames.chosen(
                context: options.context, environment: environment)
            let scope =
                switch context {
                case .local: "local"
                case .azure(let azure): azure.scope.armID
                }
            chosen.change { $0.append("\(context.name) \(scope)") }
            var client = BatchClient.unimplemented
            client.endpoints = { [] }
            return client
        }
        return (folder, desk, chosen)
    }

    @Test func theWorkspaceOptionsOfAzWinOverTheContexts() async throws {
        let (folder, desk, chosen) = try prepared()
        let other = await desk.run(
            "endpoint", "list", "--context", "prod", "-w", "other", "-g", "attic")
        #expect(other.code == 0, "\(other.talk)")
        #expect(chosen.current.last?.hasPrefix("prod@0-1.attic.other ") == true)
        #expect(chosen.current.last?.contains("/resourceGroups/attic/") == true)
        let same = await desk.run(
            "endpoint", "list", "--resource-group", "cellar", "--workspace-name", "tasting")
        #expect(same.code == 0, "\(same.talk)")
        #expect(chosen.current.last?.hasPrefix("prod /") == true, "the context of that workspace")
        let none = await desk.run("endpoint", "list", "-g", "cellar", "-w", "unknown")
        #expect(none.code == 2)
        #expect(none.talk.contains("context add"), "\(none.talk)")
        let local = await desk.run("endpoint", "list", "--context", "local", "-w", "tasting")
        #expect(local.code == 2, "who says local means it")
        let bad = await desk.run("endpoint", "list", "--context", "prod", "-w", "../x")
        #expect(bad.code == 2, "\(bad.talk)")
        withExtendedLifetime(folder) {}
    }

    @Test func aWorkspaceNameThatFitsSeveralWorkspacesIsRefused() async throws {
        let (folder, desk, chosen) = try prepared()
        try folder.write(
            """
            contexts:
            - {name: dev, subscription_id: "0-1", resource_group: lab, workspace_name: tasting}
            - {name: prod, subscription_id: "0-1", resource_group: cellar, workspace_name: tasting}
            - {name: also, subscription_id: "0-1", resource_group: cellar, workspace_name: tasting}
            """, to: "home/config/config.yml")
        let several = await desk.run("endpoint", "list", "-w", "tasting")
        #expect(several.code == 2)
        #expect(several.talk.contains("3 contexts fit: dev, prod, also"), "\(several.talk)")
        #expect(several.talk.contains("give --resource-group"))
        let one = await desk.run("endpoint", "list", "-w", "tasting", "-g", "cellar")
        #expect(one.code == 0, "two names of one workspace are no question: \(one.talk)")
        #expect(chosen.current.last?.hasPrefix("prod /") == true)
    }

    @Test func theDoctorRefusesAContextNobodyKnowsAndFindsBrokenSettings() async throws {
        let (folder, desk, _) = try prepared()
        let unknown = await desk.run("doctor", "--context", "nobody")
        #expect(unknown.code == 2 && unknown.output.isEmpty, "\(unknown.output)")
        #expect(unknown.talk.contains("there is no context of that name"))
        try folder.write("contexts: 7\n", to: "home/config/config.yml")
        let broken = await desk.run("doctor", "--context", "prod")
        #expect(broken.code == 1 && broken.output.contains("settings"), "\(broken.talk)")
    }
}
