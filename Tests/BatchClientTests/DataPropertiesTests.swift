import BatchModel
import Testing

@testable import BatchClient

/// What a person says of data besides its tags reaches the service.
@Suite struct DataPropertiesTests {
    @Test(arguments: [nil, ["source": "lab"]])
    func propertiesAreSentWhereThereAreAny(properties: [String: String]?) async throws {
        let bench = try Bench()
        bench.service.on(.put, "/data/wine/versions/1") { _ in
            .json(
                """
                {"id":"/ws/data/wine/versions/1","name":"1",
                "properties":{"dataType":"uri_folder","dataUri":"azureml://datastores/d/paths/p"}}
                """, status: 201)
        }
        let plan = DataPlan(
            name: "wine", version: "1", type: .uriFolder, path: "azureml://datastores/d/paths/p",
            tags: ["team": "a"], properties: properties)
        _ = try await bench.client.control.putData(plan) { _ in }
        let body = try #require(bench.service.calls(.put).first?.json?["properties"])
        #expect(body["tags"] == .object(["team": .string("a")]))
        let wanted = properties.map { texts in
            JSONValue.object(texts.mapValues { JSONValue.string($0) })
        }
        #expect(body["properties"] == wanted)
    }
}
