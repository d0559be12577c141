import BatchModel
import Foundation
import Testing

@testable import BatchEngine

/// One line of the table of ES §6: a request, and what must come of it.
struct DataRule: Sendable, CustomTestStringConvertible {
    /// R1…R22.
    var id: String
    var says: String
    /// Below `properties`; `LONG`, `ARM` and `ID` stand for the workspace's addresses.
    var properties: String
    var endpoint: Endpoint.Name = "toys"
    var headers: [String: String] = [:]
    var status = 201
    /// Words of the refusal.
    var words = ""

    var testDescription: String { "\(id) \(says)" }

    static let store = "azureml://datastores/workspaceblobstore/paths"

    private static func input(_ uri: String, key: String = "input", type: String? = nil) -> String {
        let type = type.map { #""jobInputType":"\#($0)","# } ?? ""
        return #""inputData":{"\#(key)":{\#(type)"uri":"\#(uri)"}}"#
    }

    private static func output(_ type: String, _ uri: String, key: String = "score") -> String {
        input("azureml:toys:1")
            + #","outputData":{"\#(key)":{"jobOutputType":"\#(type)","uri":"\#(uri)"}}"#
    }

    private static func taken(_ id: String, _ says: String, _ properties: String) -> DataRule {
        DataRule(id: id, says: says, properties: properties)
    }

    private static func refused(
        _ id: String, _ says: String, _ properties: String, _ words: String
    ) -> DataRule {
        DataRule(id: id, says: says, properties: properties, status: 400, words: words)
    }

    static let all = inputs + outputs + routes

    static let inputs = [
        taken("R1", "any key names the one input", input("azureml:toys:1", key: "whatever_1")),
        taken("R1", "the SDK's key", input("azureml:toys:1", key: "UriFolder", type: "UriFolder")),
        refused("R2", "no input", "", "A model deployment needs one data input."),
        refused(
            "R2", "two inputs",
            #""inputData":{"a":{"uri":"azureml:toys:1"},"b":{"uri":"azureml:toys:2"}}"#,
            "exactly one data input, and there are 2: a, b"),
        refused(
            "R3", "a literal", #""inputData":{"a":{"jobInputType":"Literal","value":7}}"#,
            "Literal inputs are for pipeline component deployments"),
        taken(
            "R7", "uri_folder, as documents spell it", input("azureml:toys:1", type: "UriFolder")),
        taken("R7", "uri_folder, as the SDK does", input("azureml:toys:1", type: "uri_folder")),
        taken("R7", "uri_file", input("azureml:one-toy:1", type: "UriFile")),
        refused(
            "R8", "mltable", input("azureml:toys:1", type: "MLTable"),
            "Value passed to input is not a supported data."),
        taken("R9", "azureml:name:version", input("azureml:toys:2")),
        taken("R9", "azureml:name@latest", input("azureml:toys@latest")),
        taken("R9", "the id of a version", input("ARM/data/toys/versions/2")),
        taken("R9", "the id with azureml:", input("azureml:ARM/data/toys/versions/2")),
        taken(
            "R9", "an asset by location",
            input("azureml://locations/nowhere/workspaces/ID/data/toys/versions/2")),
        taken("R9", "a datastore path", input("\(store)/workspace-data/toys/1/")),
        taken(
            "R9", "a long datastore path",
            input("LONG/datastores/workspaceblobstore/paths/workspace-data/toys/1/")),
        taken(
            "R9", "a datastore's id",
            input("ARM/datastores/workspaceblobstore/paths/workspace-data/toys/1/")),
        refused(
            "R9", "an address nobody knows", input("ftp://x/y"), "Accepted: azureml:NAME"),
        refused("R10", "a path of the client", input("./here"), "a path on the client's machine"),
        refused(
            "R19", "a type that is left out is a folder's", input("azureml:one-toy:1"),
            "The data is a uri_file, not a uri_folder."),
        refused("R20", "an empty path", input(""), "Input path can't be empty"),
        refused(
            "R21", "the body of old",
            #""dataset":{"dataInputType":"DataUrl","path":"https://x/y"}"#,
            "A model deployment needs one data input."),
    ]

    static let outputs = [
        refused(
            "R4", "an output of type uri_folder", output("UriFolder", "\(store)/o/p.csv"),
            #"ErrorMessage:"Job output type must be 'uri_file'.", AttemptedValue:"uri_folder""#),
        taken("R4", "one output under any name", output("UriFile", "\(store)/o/p.csv", key: "any")),
        refused(
            "R4", "two outputs",
            input("azureml:toys:1")
                + #","outputData":{"a":{"jobOutputType":"UriFile","uri":"\#(store)/o/p.csv"},"#
                + #""b":{"jobOutputType":"UriFile","uri":"\#(store)/o/q.csv"}}"#, "one output"),
        refused(
            "R12", "an output on a URL", output("UriFile", "https://x.blob.core.windows.net/c/o"),
            "An output goes to a path on a Blob datastore"),
        refused(
            "R12", "an output on a datastore of another kind",
            output("UriFile", "azureml://datastores/lake/paths/o/p.csv"), "Blob"),
        refused(
            "R13", "an output that exists",
            output("UriFile", "\(store)/workspace-data/toys/1/bear.txt"),
            "The path already exists"),
    ]

    static let routes = [
        DataRule(
            id: "R15", says: "the header picks a deployment", properties: input("azureml:toys:1"),
            endpoint: "lonely", headers: ["azureml-model-deployment": "only"]),
        DataRule(
            id: "R15", says: "an unknown deployment", properties: input("azureml:toys:1"),
            headers: ["azureml-model-deployment": "none"], status: 404,
            words: "Deployment name none not found for this endpoint"),
        DataRule(
            id: "R16", says: "no default and no header", properties: input("azureml:toys:1"),
            endpoint: "lonely", status: 404, words: "No valid deployments to route to. Please check"
        ),
        refused(
            "R17", "an experiment for a model deployment",
            input("azureml:toys:1") + #","properties":{"experimentName":"mine"}"#,
            "An experiment name can be chosen for pipeline component deployments only"),
    ]
}

@Suite(.serialized) struct DataRuleTests {
    private let fixture: EngineFixture

    init() throws {
        fixture = try EngineFixture()
        try fixture.write(
            "name: lake\ntype: azure_data_lake_gen2\naccount_name: a\nfilesystem: f\n",
            to: "datastores/lake.yml")
    }

    @Test(arguments: DataRule.all)
    func aRequestMeetsTheRule(_ rule: DataRule) async throws {
        // The workspace is looked at once a second at most; the lake must be in it.
        let engine = try Engine(
            Engine.Options(
                workspace: fixture.workspace, state: fixture.folder + "/state-2",
                token: EngineFixture.token))
        let scope = engine.scope
        let properties = rule.properties.replacing("LONG", with: scope.longURI)
            .replacing("ARM", with: scope.armID).replacing("ID", with: engine.folders.workspaceID)
        let route = Route.scoring(rule.endpoint, .invoke).request
        var headers = rule.headers.map { ($0.key, $0.value) }
        headers.append(("Content-Type", "application/json"))
        let response = await engine.respond(
            to: EngineRequest(
                route.method, route.target, headers: EngineHeaders(headers), isStorageHost: false,
                address: EngineFixture.address,
                body: EngineBody(Array(#"{"properties":{\#(properties)}}"#.utf8))))
        #expect(response.status == rule.status, "\(response.text)")
        if !rule.words.isEmpty {
            #expect(response.refusal.contains(rule.words), "\(response.refusal)")
        }
        #expect(rule.status == 201 || !engine.isBusy)
        await engine.shutdown()
    }

    /// R11: data that is not there is the job's failure, not the request's.
    @Test func missingDataFailsTheJob() async throws {
        let uri = "\(DataRule.store)/nowhere/"
        let response = await fixture.ask(
            .scoring("toys", .invoke),
            json: #"{"properties":{"inputData":{"a":{"uri":"\#(uri)"}}}}"#)
        #expect(response.status == 201)
        let name = try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes)
        let id = Job.ID(try #require(name.name))
        await fixture.engine.jobs.ended(id)
        let job = try #require(try await fixture.engine.jobs.job(id))
        #expect(job.status == .failed)
        #expect(job.errorMessage?.contains("nowhere") == true)
        await fixture.engine.shutdown()
    }

    /// R14: an output that is not given has a path of its own, and two jobs have two.
    @Test func anOutputThatIsNotGivenHasAPathOfItsOwn() async throws {
        var places: Set<String> = []
        for _ in 0..<2 {
            let response = await fixture.ask(
                .scoring("toys", .invoke),
                json: #"{"properties":{"inputData":{"a":{"uri":"azureml:toys:1"}}}}"#)
            let wire = try WireJSON.decode(
                WireResource<WireEndpointJob>.self, from: response.bytes)
            let order = try await fixture.engine.jobs.order(of: Job.ID(wire.name ?? ""))
            places.insert(try #require(order).scoreURI)
        }
        #expect(places.count == 2)
        #expect(places.allSatisfy { $0.contains("/workspaceblobstore/paths/azureml/") })
        await fixture.engine.shutdown()
    }

    /// R5, R6: what a pipeline component takes is checked by the rules of the form.
    @Test func aPipelineTakesDataAndLiteralsOfItsDeclaredTypes() {
        let inputs = [
            InputSpec(name: "data", type: .uriFolder),
            InputSpec(name: "count", type: .integer),
        ]
        let deployment = Deployment(
            name: "d", endpoint: "e",
            kind: .pipelineComponent(
                PipelineSettings(inputs: inputs, outputs: [OutputSpec(name: "o", type: .uriFolder)])
            ))
        func problems(_ count: String) -> [String] {
            var draft = JobDraft(endpoint: "e", deployment: "d")
            if let asset = try? DataReference(parsing: "azureml:toys:1") {
                draft.inputs.append(
                    .init(name: "data", value: .data(type: .uriFolder, reference: asset)))
            }
            draft.inputs.append(.init(name: "count", value: .literal(text: count)))
            return DraftRules.problems(draft, deployment: deployment, findings: [:])
                .map { $0.message }
        }
        #expect(problems("7") == [])
        #expect(problems("10.0") == [])
        #expect(problems("seven").count == 1)
    }

    /// R18 is the client's, R22 cannot be seen from here; every other rule has a line or a test
    /// above.
    @Test func everyRuleHasALine() {
        let elsewhere: Set = ["R5", "R6", "R11", "R14", "R18", "R22"]
        let wanted = Set((1...22).map { "R\($0)" })
        #expect(Set(DataRule.all.map(\.id)).union(elsewhere) == wanted)
    }
}
