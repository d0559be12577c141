import BatchModel
import TestSupport
import Testing

@testable import Commands

/// Rows of the contract's table that no captured case has: the body is written out here.
@Suite struct SeedRowContractTests {
    @Test(arguments: [
        ("custom_model", "CustomModel"), ("mlflow_model", "MLFlowModel"),
        ("triton_model", "TritonModel"), ("UriFile", "UriFile"),
    ]) func everyTypeOfDataHasItsNameOnTheWire(type: String, name: String) async throws {
        let path = "azureml://datastores/workspaceblobstore/paths/heart-disease-uci-unlabeled"
        let file = path + "/heart.csv"
        let given = type == "UriFile" ? file : "https://h/models/1"
        let body = try await sent(SeedRow.heart(given, type: type))
        #expect(
            body["inputData"]?["heart_dataset"]
                == .object(["jobInputType": .string(name), "uri": .string(given)]))
    }

    /// It lands in the job's history as it is: the service needs it, and only exports leave it out.
    @Test func aSignedAddressTravelsUntouched() async throws {
        let signed = SeedRow.folder + "?sv=2024-01-01&sp=rl&sig=a%2Fb%3D"
        let body = try await sent(SeedRow.model + ["--input", signed])
        #expect(body["inputData"]?["UriFolder"]?["uri"] == .string(signed))
    }

    @Test(arguments: [("boolean", "true"), ("integer", "9007199254740993"), ("string", " a=b ")])
    func aLiteralTravelsAsItsText(type: String, value: String) async throws {
        let body = try await sent(SeedRow.literal(type, value))
        #expect(
            body["inputData"]?["p"]
                == .object(["jobInputType": .string("Literal"), "value": .string(value)]))
    }

    @Test func anOutputWithoutAPathIsLeftToTheService() async throws {
        let yaml = SeedRow.yaml(SeedRow.folder) + "outputs:\n  score:\n    type: uri_folder\n"
        let body = try await sent(SeedRow.pipeline + ["--file", "-"], input: yaml)
        #expect(body["outputData"] == nil)
        #expect(body["inputData"]?["heart_dataset"]?["jobInputType"] == .string("UriFolder"))
    }

    @Test func aJobNameIsTheDisplayNameThatIsAskedFor() async throws {
        let body = try await sent(SeedRow.heart(SeedRow.folder) + ["--job-name", "mine"])
        #expect(body["name"] == .string("mine"))
    }

    /// `properties` of the one request.
    private func sent(_ words: [String], input: String = "") async throws -> JSONValue {
        let service = try HeartService()
        var desk = Desk()
        desk.client = service.client
        desk.input = input
        let said = await desk.run(["invoke"] + words)
        #expect(said.code == 0, "\(said.talk)")
        let requests = service.sent.filter { $0.role == "scoring" }
        #expect(requests.count == 1)
        return try #require(requests.first?.body?["properties"])
    }
}
