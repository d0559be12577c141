import BatchClient
import BatchModel
import Testing

@testable import Commands

/// `endpoint`, `deployment`, `data` and `datastore`: what is there.
@Suite struct CatalogueVerbTests {
    private let desk = Desk { client in
        client.serveSamples()
        client.endpoints = { [Samples.tumour, Samples.wine] }
        client.deployments = { name in
            [Samples.gnb, Samples.probs].filter { $0.endpoint == name }
        }
        client.dataAssets = { [Samples.asset] }
        client.dataVersions = { _ in [Samples.version] }
        client.datastores = { [Samples.datastore] }
        client.datastore = { _ in Samples.datastore }
        client.connect = {
            ConnectionInfo(context: "local", scope: Samples.scope, latency: nil, isLocal: true)
        }
        client.browse = { _, prefix in
            [
                BlobEntry(path: prefix + "a", size: nil, isFolder: true),
                BlobEntry(path: prefix + "b.csv", size: 12, modifiedAt: Samples.morning),
            ]
        }
    }

    @Test func endpointsAreListedInATable() async {
        let said = await desk.run("endpoint", "list")
        #expect(said.code == 0)
        #expect(said.talk.isEmpty)
        #expect(
            said.output == """
                NAME             DEFAULT  STATE      DESCRIPTION
                tumour           pipe     Succeeded\("  ")
                wine-classifier  gnb      Succeeded  Sorts wines.

                """)
    }

    @Test func anEmptyListIsItsHeadingOrAnEmptyArray() async throws {
        let empty = Desk { $0.endpoints = { [] } }
        #expect(await empty.run("endpoint", "list").output == "NAME  DEFAULT  STATE  DESCRIPTION\n")
        #expect(try await empty.run("endpoint", "list", "-o", "json").json() == .array([]))
    }

    @Test func anEndpointIsOneJSONDocumentWithStableMembers() async throws {
        let said = await desk.run("endpoint", "show", "-n", "wine-classifier", "-o", "json")
        #expect(said.code == 0)
        #expect(said.talk.isEmpty)
        #expect(
            try said.json()
                == .object([
                    "name": .string("wine-classifier"), "description": .string("Sorts wines."),
                    "auth_mode": .string("aad_token"),
                    "defaults": .object(["deployment_name": .string("gnb")]),
                    "scoring_uri": .string("http://127.0.0.1:1/jobs"),
                    "provisioning_state": .string("Succeeded"),
                    "tags": .object(["team": .string("cellar")]),
                ]))
    }

    @Test func anEndpointIsShownAsNamesAndValues() async {
        let said = await desk.run("endpoint", "show", "--name", "tumour")
        #expect(
            said.output == """
                auth_mode: aad_token
                defaults:
                  deployment_name: pipe
                description:\(" ")
                name: tumour
                provisioning_state: Succeeded
                scoring_uri:\(" ")
                tags: {}

                """)
    }

    @Test func listsAreOneJSONArray() async throws {
        for verb in [
            ["endpoint", "list"], ["deployment", "list", "-e", "wine-classifier"],
            ["data", "list"], ["data", "list", "-n", "wine-data"], ["datastore", "list"],
        ] {
            let said = await desk.run(verb + ["--output", "json"])
            guard case .array(let rows) = try said.json() else {
                Issue.record("\(verb) printed no array")
                continue
            }
            #expect(!rows.isEmpty && rows.allSatisfy { $0.members?["name"] != nil }, "\(verb)")
        }
    }

    @Test func deploymentsAreListedWithTheDefaultMarkedAndNumbersToTheRight() async {
        let said = await desk.run("deployment", "list", "--endpoint-name", "wine-classifier")
        #expect(
            said.output == """
                NAME       TYPE   DEFAULT  MINI-BATCH  STATE      DESCRIPTION
                gnb        model  true              5  Succeeded  Naive Bayes.
                gnb-probs  model  false            25  Succeeded\("  ")

                """)
    }

    @Test func aModelDeploymentShowsItsSettingsInTheWordsOfItsYAML() async throws {
        let said = await desk.run(
            "deployment", "show", "-e", "wine-classifier", "-n", "gnb", "-o", "json")
        let shown = try said.json()
        #expect(
            shown.at("settings")
                == .object([
                    "mini_batch_size": .integer(5), "instance_count": .integer(1),
                    "max_concurrency_per_instance": .integer(2), "error_threshold": .integer(-1),
                    "output_action": .string("append_row"),
                    "output_file_name": .string("predictions.csv"),
                    "retry_settings": .object([
                        "max_retries": .integer(3), "timeout": .integer(30),
                    ]), "logging_level": .string("info"),
                ]))
        #expect(shown.at("is_default") == .boolean(true))
        #expect(shown.at("endpoint_name") == .string("wine-classifier"))
        #expect(shown.at("compute") == .string("local"))
    }

    @Test func aPipelineDeploymentNamesItsComponent() async throws {
        let said = await desk.run("deployment", "show", "-e", "tumour", "-n", "pipe", "-o", "json")
        let shown = try said.json()
        #expect(shown.at("type") == .string("pipeline"))
        #expect(shown.at("component") == .string("azureml:train:1"))
        #expect(shown.at("settings.default_compute") == .string("local"))
    }

    @Test func dataAssetsAndTheirVersionsAreListed() async {
        let assets = await desk.run("data", "list")
        #expect(assets.lines.last == "wine-data  uri_folder  2       178 wines.")
        let versions = await desk.run("data", "list", "-n", "wine-data")
        #expect(versions.lines.first == "NAME       VERSION  TYPE        PATH")
    }

    @Test(arguments: [
        (["-v", "1"], DataReference.Version.named("1")), (["--label", "latest"], .latest),
        (["-l", "latest"], .latest), ([], .latest),
    ])
    func aVersionIsAskedForByNameOrAsTheLatest(
        flags: [String], wanted: DataReference.Version
    ) async throws {
        let asked = Box<[DataReference.Version]>([])
        let desk = Desk { client in
            client.dataVersion = { _, version in
                asked.change { $0.append(version) }
                return Samples.version
            }
        }
        let said = await desk.run(["data", "show", "-n", "wine-data", "-o", "json"] + flags)
        #expect(asked.current == [wanted])
        #expect(try said.json().at("id") == .string(Samples.version.armID))
    }

    @Test func aVersionAndALabelOrAnotherLabelAreRefused() async {
        let both = await desk.run("data", "show", "-n", "w", "-v", "1", "-l", "latest")
        #expect(both.code == 2)
        #expect(both.talk.contains("not both"))
        let other = await desk.run("data", "show", "-n", "w", "--label", "newest")
        #expect(other.code == 2)
        #expect(other.talk.contains("The only label is latest"))
    }

    @Test func aDatastoreShowsItsIDAndNoSecret() async throws {
        let said = await desk.run("datastore", "show", "-n", "workspaceblobstore", "-o", "json")
        #expect(
            try said.json()
                == .object([
                    "name": .string("workspaceblobstore"), "type": .string("AzureBlob"),
                    "id": .string("\(Samples.scope.armID)/datastores/workspaceblobstore"),
                    "is_default": .boolean(true), "account_name": .string("local"),
                    "container_name": .string("azureml"), "endpoint": .string("127.0.0.1:1"),
                    "protocol": .string("http"), "credentials_type": .string("Sas"),
                ]))
    }

    @Test func datastoresAreListedAndBrowsed() async throws {
        let listed = await desk.run("datastore", "list")
        #expect(listed.lines.last == "workspaceblobstore  AzureBlob  true     azureml")
        let browsed = await desk.run("datastore", "browse", "-n", "workspaceblobstore", "wine/")
        #expect(browsed.lines.count == 3)
        #expect(browsed.lines.last?.hasPrefix("wine/b.csv    12  2026-11-23T08:00:00") == true)
    }
}
