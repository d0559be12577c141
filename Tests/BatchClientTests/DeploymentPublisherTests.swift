import BatchModel
import Testing

@testable import BatchClient

/// What making a deployment sends, in the order and with the bodies of the service's own client.
@Suite struct DeploymentPublisherTests {
    private static let deployment =
        #"{"name":"one","properties":{"provisioningState":"Succeeded"}}"#

    private func bench() throws -> Bench {
        let bench = try Bench()
        let service = bench.service
        service.on(.get, "/workspaces/ws?") { _ in .json(#"{"name":"ws","location":"eastus"}"#) }
        service.on(.get, "/batchEndpoints/wine?") { _ in .json(#"{"name":"wine"}"#) }
        service.on(.get, "/deployments/one?") { _ in .json(Self.deployment) }
        service.on(.put, "/deployments/one?") { _ in .json(Self.deployment, status: 201) }
        return bench
    }

    private static func settings() -> Deployment {
        Deployment(
            name: "one", endpoint: "wine", kind: .model(ModelSettings(miniBatchSize: 7)),
            compute: "cpu")
    }

    @Test func whatIsThereIsReferredToByItsID() async throws {
        let bench = try bench()
        bench.service.on(.get, "/models/m?") { _ in
            .json(#"{"name":"m","properties":{"latestVersion":"3"}}"#)
        }
        let plan = DeploymentPlan(
            deployment: Self.settings(), code: .reference("azureml:c:2"),
            scoringScript: "score.py", model: .reference("azureml:m@latest"),
            environment: .reference("azureml:e:4"))
        _ = try await bench.client.control.putDeployment(plan) { _ in }
        let put = bench.service.calls(.put)
        #expect(put.count == 1, "nothing is registered")
        let body = put.first?.json?["properties"]
        let base = Bench.scope.armID
        #expect(body?["model"]?["assetId"]?.string == "\(base)/models/m/versions/3")
        #expect(body?["environmentId"]?.string == "\(base)/environments/e/versions/4")
        #expect(body?["codeConfiguration"]?["codeId"]?.string == "\(base)/codes/c/versions/2")
        #expect(body?["compute"]?.string == "\(base)/computes/cpu")
        #expect(body?["miniBatchSize"]?.wholeNumber == 7)
        #expect(body?["deploymentConfiguration"] == nil)
    }

    @Test func aNextVersionSomebodyElseTookIsAskedForAgain() async throws {
        let bench = try bench()
        bench.service.on(
            .get, "/environments/e?",
            inTurn: ["2", "3"].map { .json(#"{"properties":{"nextVersion":"\#($0)"}}"#) })
        bench.service.on(.put, "/environments/e/versions/2") { _ in .json("{}", status: 409) }
        bench.service.on(.put, "/environments/e/versions/3") { _ in .json("{}", status: 201) }
        let plan = DeploymentPlan(
            deployment: Self.settings(), model: .reference("azureml:m:1"),
            environment: .definition(EnvironmentDefinition(name: "e", image: "img:1")))
        _ = try await bench.client.control.putDeployment(plan) { _ in }
        let registered = bench.service.calls(.put, "/environments/e/versions/3").first?.json
        let wanted = #"{"properties":{"image":"img:1","isAnonymous":false,"isArchived":false}}"#
        #expect(try registered == WireJSON.decode(JSONValue.self, from: Array(wanted.utf8)))
    }

    @Test func aDeploymentThatIsNotThereIsNotAskedToGo() async throws {
        let bench = try bench()
        bench.service.on(.get, "/deployments/two?") { _ in .json("{}", status: 404) }
        bench.service.on(.get, "/deployments?") { _ in .json(#"{"value":[]}"#) }
        let failed = await failure { () throws(ServiceFailure) in
            try await bench.client.control.deleteDeployment("wine", "two")
        }
        #expect(failed?.kind == .notFound)
        #expect(bench.service.calls(.delete).isEmpty)
    }

    @Test func aChangeKeepsWhatWeDoNotKnowOfADeployment() async throws {
        let bench = try Bench()
        let service = bench.service
        service.on(.get, "/workspaces/ws?") { _ in .json(#"{"name":"ws","location":"eastus"}"#) }
        service.on(.get, "/batchEndpoints/wine?") { _ in .json(#"{"name":"wine"}"#) }
        let there = """
            {"id":"/x","name":"one","location":"eastus","identity":{"type":"SystemAssigned"},
             "sku":{"name":"Default"},"tags":{"old":"1"},"systemData":{"createdBy":"me"},
             "properties":{"provisioningState":"Succeeded","description":"was","newKnob":7,
               "partitionKeys":["a"],"resources":{"instanceCount":2,"shmSize":"2g"},
               "deploymentConfiguration":{"deploymentConfigurationType":"Model","more":true},
               "compute":"cpu","miniBatchSize":7,"loggingLevel":null}}
            """
        service.on(.get, "/deployments/one?") { _ in .json(there) }
        service.on(.put, "/deployments/one?") { _ in .json(Self.deployment, status: 200) }
        var plan = try await bench.client.control.deploymentPlan("wine", "one")
        plan.deployment.summary = nil
        plan.deployment.tags = ["new": "2"]
        plan.deployment.kind = .model(ModelSettings(miniBatchSize: 9, instanceCount: 3))
        _ = try await bench.client.control.putDeployment(plan) { _ in }
        let body = try #require(service.calls(.put, "/deployments/one?").first?.json)
        #expect(body["identity"]?["type"]?.string == "SystemAssigned")
        #expect(body["sku"]?["name"]?.string == "Default")
        #expect(body["tags"]?.members?.keys.sorted() == ["new"])
        #expect(body["id"] == nil && body["systemData"] == nil)
        let properties = try #require(body["properties"])
        #expect(properties["newKnob"]?.wholeNumber == 7)
        #expect(properties["partitionKeys"] == .array([.string("a")]))
        #expect(properties["resources"]?["shmSize"]?.string == "2g")
        #expect(properties["resources"]?["instanceCount"]?.wholeNumber == 3)
        #expect(properties["miniBatchSize"]?.wholeNumber == 9)
        #expect(properties["description"] == nil)
        #expect(properties["provisioningState"] == nil)
        #expect(properties["deploymentConfiguration"] == nil)

        // Making it anew says all there is to say.
        plan.isChange = false
        _ = try await bench.client.control.putDeployment(plan) { _ in }
        #expect(service.calls(.put, "/deployments/one?").last?.json?["identity"] == nil)
    }
}
