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

    @Test(arguments: [true, false])
    func aVersionIsArchivedWithAllThatItHas(isArchived: Bool) async throws {
        let bench = try Bench()
        let has = """
            "dataType":"uri_folder","dataUri":"azureml://datastores/d/paths/p",
            "description":"of the lab","tags":{"team":"a"},"properties":{"source":"lab"},
            "referencedUris":["a.csv"]
            """
        for method in [RouteRequest.Method.get, .put] {
            bench.service.on(method, "/data/wine/versions/1") { _ in
                .json(
                    """
                    {"id":"/ws/data/wine/versions/1","name":"1",
                    "properties":{\(has),"isArchived":\(!isArchived)}}
                    """)
            }
        }
        try await bench.client.control.archiveData("wine", "1", isArchived)
        let body = try #require(bench.service.calls(.put).first?.json?["properties"]?.members)
        var wanted = try #require(
            WireJSON.decode(JSONValue.self, from: Array("{\(has)}".utf8)).members)
        wanted["isArchived"] = .boolean(isArchived)
        #expect(body == wanted)
    }
}
