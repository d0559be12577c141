import BatchModel
import Foundation
import Testing

@testable import BatchEngine

/// Data, models, environments, codes, components, datastores and computes over the API.
@Suite struct AssetChangeTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    private var scope: String { fixture.engine.scope.armID }

    // MARK: - Models, environments, codes

    @Test func aModelIsCopiedOutOfStorageAndNeverChanges() async throws {
        _ = try await fixture.register(model: ["w.txt": "1"], as: "net")
        #expect(
            fixture.read("models/net@1.yml") == """
                $schema: https://azuremlschemas.azureedge.net/latest/model.schema.json
                name: net
                version: "1"
                type: custom_model
                path: net@1/model

                """)
        let same =
            "\(fixture.engine.scope.longURI)/datastores/workspaceblobstore/paths/LocalUpload/net/model"
        let put = Route.Assets.putVersion(name: "net", version: "1")
        let words = #""description":"d","tags":{"a":"b"},"modelType":"custom_model""#
        let answer = await fixture.asset(
            .models, put, #"{"properties":{"modelUri":"\#(same)",\#(words)}}"#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(fixture.catalog.models.first?.summary == "d")
        #expect(fixture.catalog.models.first?.tags == ["a": "b"])
        let other = try await fixture.upload(["w.txt": "2"], to: "LocalUpload/other/model")
        let refused = await fixture.asset(
            .models, put, #"{"properties":{"modelUri":"\#(other)"}}"#)
        #expect(refused.status == 409, "\(refused.text)")
        let nothing = await fixture.asset(
            .models, .putVersion(name: "net", version: "2"),
            #"{"properties":{"modelUri":"\#(other)/none"}}"#)
        #expect(nothing.status == 400 && nothing.refusal.contains("Upload the model first"))
    }

    @Test func aModelInUseIsNotDeleted() async throws {
        let model = try await fixture.register(model: ["w.txt": "1"], as: "net")
        let code = "\(scope)/codes/toys.good/versions/1"
        let body = DeploymentBody.model(code: code, model: model)
        #expect(await fixture.change(.putDeployment("toys", "fresh"), body).status == 201)
        let refused = await fixture.asset(.models, .deleteVersion(name: "net", version: "1"))
        #expect(refused.status == 409)
        #expect(refused.refusal.contains("used by the deployment fresh of toys"))
        #expect(await fixture.change(.deleteDeployment("toys", "fresh")).status == 202)
        let gone = await fixture.asset(.models, .deleteVersion(name: "net", version: "1"))
        #expect(gone.status == 200)
        #expect(fixture.read("models/net@1.yml") == nil)
        #expect(fixture.trash.contains { $0.hasSuffix("models/net@1/model/w.txt") })
        let again = await fixture.asset(.models, .deleteVersion(name: "net", version: "1"))
        #expect(again.status == 204)
    }

    @Test func anEnvironmentIsKeptWithItsCondaFile() async throws {
        let conda = "name: e\ndependencies:\n  - python=3.10\n"
        let text = conda.replacingOccurrences(of: "\n", with: "\\n")
        let put = Route.Assets.putVersion(name: "env", version: "2")
        let body = #"{"properties":{"image":"img:1","condaFile":"\#(text)","osType":"Linux"}}"#
        let answer = await fixture.asset(.environments, put, body)
        #expect(answer.status == 201, "\(answer.text)")
        #expect(fixture.read("environments/env@2/conda.yml") == conda)
        let wire = try await fixture.get(
            WireResource<WireEnvironmentVersion>.self,
            .assets(.environments, .labelled(name: "env", label: "latest")))
        #expect(wire.properties?.condaFile == conda)
        #expect(wire.properties?.image == "img:1")
        #expect(await fixture.asset(.environments, put, body).status == 200)
        let other = body.replacingOccurrences(of: "img:1", with: "img:2")
        #expect(await fixture.asset(.environments, put, other).status == 409)
        // A name that a deployment uses exists.
        let used = await fixture.asset(.environments, .version(name: "toy-env", version: "1"))
        #expect(used.status == 200, "\(used.text)")
        let gone = await fixture.asset(.environments, .deleteContainer("env"))
        #expect(gone.status == 200)
        #expect(await fixture.asset(.environments, .container("env")).status == 404)
    }

    @Test func codeIsFoundAgainByItsContent() async throws {
        let uri = try await fixture.upload(["score.py": "x"], to: "LocalUpload/h/code")
        let address =
            "\(EngineFixture.address.storageBase)/\(fixture.engine.folders.defaultContainer)"
            + "/LocalUpload/h/code"
        for (name, place) in [("long", uri), ("url", address)] {
            let answer = await fixture.asset(
                .codes, .putVersion(name: name, version: "1"),
                """
                {"properties":{"codeUri":"\(place)","isAnonymous":true,
                "properties":{"hash_sha256":"0a1b","hash_version":202208}}}
                """)
            #expect(answer.status == 201, "\(answer.text)")
        }
        let found = try await fixture.get(
            WirePage<WireResource<WireCodeVersion>>.self,
            .assets(.codes, .versions("any-name", PageQuery(), hash: "0a1b")))
        #expect(found.value.count == 2)
        #expect(found.value.first?.id == "\(scope)/codes/url/versions/1")
        let none = try await fixture.get(
            WirePage<WireResource<WireCodeVersion>>.self,
            .assets(.codes, .versions("any-name", PageQuery(), hash: "ffff")))
        #expect(none.value.isEmpty)
    }

    @Test func aPlaceToUploadToComesWithASignature() async throws {
        let answer = await fixture.asset(
            .codes, .startUpload(name: "c", version: "1"), #"{"pendingUploadType":"x"}"#)
        let wire = try WireJSON.decode(WirePendingUpload.self, from: answer.bytes)
        let place = try #require(wire.blobReferenceForConsumption)
        let address = try #require(place.credential?.sasUri)
        #expect(place.blobUri.map { address.hasPrefix($0 + "?sv=") } == true)
        let base = EngineFixture.address.storageBase
        let signature = address.dropFirst(try #require(place.blobUri).count)
        let container = try #require(place.blobUri).lastSegment
        let target = "/\(container)/code/a.py\(signature)"
        #expect(address.hasPrefix(base))
        #expect(fixture.engine.access.allows(.put, target, now: EngineClock.now))
        let put = await fixture.ask(.storage(container: container, .put(blob: "code/a.py")))
        #expect(put.status == 201, "\(put.text)")
        let code = #"{"properties":{"codeUri":"\#(try #require(place.blobUri))/code"}}"#
        let made = await fixture.asset(.codes, .putVersion(name: "c", version: "1"), code)
        #expect(made.status == 201, "\(made.text)")
    }

    // MARK: - Data

    private func version(_ more: String, path: String = "x") -> String {
        #"{"properties":{"dataType":"uri_folder","dataUri":"azureml://datastores/workspaceblobstore/paths/\#(path)"\#(more)}}"#
    }

    @Test func dataIsDescribedAnewArchivedAndDeleted() async throws {
        func put(_ json: String) async -> EngineResponse {
            await fixture.ask(.putDataVersion("fresh", version: "foo"), json: json)
        }
        #expect(await put(version("")).status == 201)
        #expect(await put(version(#","tags":{"a":"b"},"description":"d""#)).status == 200)
        #expect(await put(version("", path: "y")).status == 409)
        let latest = try await fixture.get(
            WireResource<WireDataVersion>.self, .labelledData("fresh", label: "latest"))
        #expect(latest.name == "foo")
        #expect(latest.properties?.dataUri?.hasSuffix("/paths/x/") == true)
        #expect(latest.properties?.tags?.values == ["a": "b"])

        #expect(await put(version(#","isArchived":true"#)).status == 200)
        func names(_ view: ListView) async throws -> [String?] {
            try await fixture.get(
                WirePage<WireResource<WireDataVersion>>.self,
                .dataVersions("fresh", PageQuery(view: view))
            ).value.map(\.name)
        }
        #expect(try await names(.active) == [])
        #expect(try await names(.archived) == ["foo"])
        #expect(await put(version(#","isArchived":false"#)).status == 200)
        #expect(try await names(.active) == ["foo"])

        #expect(await fixture.change(.deleteDataVersion("fresh", version: "foo")).status == 200)
        #expect(await fixture.ask(.dataAsset("fresh")).status == 404)
        #expect(await fixture.change(.deleteDataVersion("fresh", version: "foo")).status == 204)
        #expect(fixture.trash.contains("data-assets/fresh:foo.json"))
    }

    @Test func propertiesOfDataStayAsTheyWereSaidFirst() async throws {
        func put(_ more: String) async -> EngineResponse {
            await fixture.ask(.putDataVersion("fresh", version: "1"), json: version(more))
        }
        #expect(await put(#","properties":{"source":"lab"}"#).status == 201)
        #expect(await put(#","properties":{"source":"shop"},"isArchived":true"#).status == 200)
        let read = try await fixture.get(
            WireResource<WireDataVersion>.self, .dataVersion("fresh", version: "1"))
        #expect(read.properties?.properties?.values == ["source": "lab"])
        #expect(read.properties?.isArchived == true)
    }

    @Test func dataOfTheFilesIsDescribedArchivedAndDeletedToo() async throws {
        let read = try await fixture.resource(.dataVersion("toys", version: "2"))
        let uri = try #require(read.properties?["dataUri"]?.string)
        let answer = await fixture.ask(
            .putDataVersion("toys", version: "2"),
            json: """
                {"properties":{"dataType":"uri_folder","dataUri":"\(uri)","description":"all",
                "tags":{"a":"b"}}}
                """)
        #expect(answer.status == 200, "\(answer.text)")
        let file = try #require(fixture.read("data/toys-2.yml"))
        #expect(file.contains("description: all") && file.contains("path: toys"))
        let archived = await fixture.change(
            .putDataAsset("toys"), #"{"properties":{"isArchived":true}}"#)
        #expect(archived.status == 200, "\(archived.text)")
        let listed = try await fixture.get(
            WirePage<WireResource<WireDataContainer>>.self, .dataAssets(PageQuery()))
        #expect(listed.value.map(\.name) == ["one-toy"])
        #expect(await fixture.change(.deleteDataVersion("toys", version: "10")).status == 200)
        #expect(fixture.read("data/toys-10.yml") == nil)
        #expect(fixture.read("data/toys/bear.txt") == "bear\n")
        #expect(await fixture.change(.deleteDataAsset("toys")).status == 200)
        #expect(await fixture.ask(.dataAsset("toys")).status == 404)
        #expect(fixture.trash.contains { $0.hasSuffix("data/toys-1.yml") })
    }

    // MARK: - Datastores, computes

    @Test func aDatastoreOfTheEnginesOwnGetsAContainer() async throws {
        let answer = await fixture.change(
            .putDatastore("mine"),
            """
            {"properties":{"datastoreType":"AzureBlob","accountName":"batchdeck",
            "containerName":"my-box","endpoint":"core.localhost:8123","protocol":"http",
            "credentials":{"credentialsType":"None"},"description":"d","tags":{"a":"b"}}}
            """)
        #expect(answer.status == 201, "\(answer.text)")
        let put = await fixture.ask(.storage(container: "my-box", .put(blob: "a")))
        #expect(put.status == 201, "\(put.text)")
        let secrets = await fixture.ask(.datastoreSecrets("mine"), json: "{}")
        #expect(secrets.status == 200)
        #expect(fixture.catalog.container(of: "mine") == "my-box")
        #expect(await fixture.change(.deleteDatastore("mine")).status == 200)
        #expect(await fixture.ask(.datastore("mine")).status == 404)
        #expect(await fixture.change(.deleteDatastore("mine")).status == 204)
    }

    @Test func aSecretOfAnotherStoreIsNotKept() async throws {
        let answer = await fixture.change(
            .putDatastore("lake"),
            """
            {"properties":{"datastoreType":"AzureDataLakeGen2","accountName":"elsewhere",
            "filesystem":"fs","endpoint":"core.windows.net","protocol":"https",
            "credentials":{"credentialsType":"AccountKey",
            "secrets":{"secretsType":"AccountKey","key":"c2VjcmV0"}}}}
            """)
        #expect(answer.status == 201, "\(answer.text)")
        #expect(!answer.text.contains("c2VjcmV0"))
        let file = try #require(fixture.read("datastores/lake.yml"))
        #expect(!file.contains("c2VjcmV0"))
        let wire = try await fixture.get(WireResource<WireDatastore>.self, .datastore("lake"))
        #expect(wire.properties?.filesystem == "fs")
        #expect(wire.properties?.accountName == "elsewhere")
    }

    @Test func aComputeIsAName() async throws {
        #expect(await fixture.ask(.compute("local")).status == 200)
        #expect(await fixture.ask(.compute("big")).status == 404)
        let answer = await fixture.change(
            .putCompute("big"),
            """
            {"location":"nowhere","properties":{"computeType":"AmlCompute","properties":
            {"vmSize":"STANDARD_D2","scaleSettings":{"minNodeCount":0,"maxNodeCount":4}}}}
            """)
        #expect(answer.status == 201, "\(answer.text)")
        let wire = try await fixture.get(WireResource<WireCompute>.self, .compute("big"))
        #expect(wire.properties?.properties?["vmSize"]?.string == "STANDARD_D2")
        #expect(wire.properties?.properties?["scaleSettings"]?["maxNodeCount"]?.wholeNumber == 4)
        #expect(fixture.read("computes/big.yml")?.contains("max_instances: 4") == true)
        #expect(await fixture.change(.deleteCompute("big")).status == 202)
        #expect(await fixture.ask(.compute("big")).status == 404)
    }

    // MARK: - Refusals

    /// A call, a body, and the status.
    static let refusals: [(Route.Management, String, Int)] = [
        (.change(.putDatastore("workspaceblobstore")), blob, 409),
        (.change(.deleteDatastore("workspaceartifactstore")), "", 409),
        (.change(.putDatastore("../x")), blob, 400),
        (.change(.putDatastore("x")), #"{"properties":{"datastoreType":"AzureBlob"}}"#, 400),
        (.change(.putDatastore("x")), #"{"properties":{"datastoreType":"Hdfs"}}"#, 400),
        (.change(.putCompute("..")), "{}", 400),
        (.change(.putDataAsset("none")), "{}", 404),
        (.assets(.models, .putVersion(name: "..", version: "1")), "{}", 400),
        (.assets(.models, .putVersion(name: "a", version: "../b")), "{}", 400),
        (.assets(.models, .putVersion(name: "a", version: "1")), "{}", 400),
        (.assets(.codes, .putVersion(name: "a", version: "1")), "{}", 400),
        (.assets(.components, .putVersion(name: "a", version: "1")), "{}", 400),
        (
            .assets(.components, .putVersion(name: "a", version: "1")),
            #"{"properties":{"componentSpec":{"type":"command","command":"x"}}}"#, 400
        ),
        (.assets(.models, .container("none")), "", 404),
        (.assets(.models, .labelled(name: "toy-model", label: "best")), "", 404),
        (.labelledData("toys", label: "best"), "", 404),
        (.putDataVersion("toys", version: ".."), "{}", 400),
    ]

    private static let blob =
        #"{"properties":{"datastoreType":"AzureBlob","containerName":"box"}}"#

    @Test(arguments: refusals) func aBadCallIsRefusedAndChangesNothing(
        _ call: Route.Management, _ body: String, _ status: Int
    ) async {
        let before = fixture.catalog
        let answer = await fixture.ask(call, json: body.isEmpty ? nil : body)
        #expect(answer.status == status, "\(answer.text)")
        #expect(!answer.refusal.isEmpty)
        #expect(fixture.catalog == before)
        #expect(fixture.trash.isEmpty)
    }
}
