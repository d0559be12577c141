import Testing

@testable import BatchModel

/// Clouds, contexts, safe addresses, and rights explained.
@Suite struct ContextTests {
    private let scope = WorkspaceScope(
        subscriptionID: "0000-1", resourceGroup: "cellar", workspace: "tasting")

    @Test func eachCloudHasItsOwnAddressesAndAudience() {
        #expect(Cloud.named("azureusgovernment") == .usGovernment)
        #expect(Cloud.named("AzureGermanCloud") == nil)
        #expect(Set(Cloud.all.map(\.managementURL)).count == 3)
        #expect(Set(Cloud.all.map(\.loginURL)).count == 3)
        #expect(Cloud.usGovernment.machineLearningAudience == "https://ml.azure.us")
        #expect(Cloud.china.loginURL == "https://login.chinacloudapi.cn")
    }

    @Test func aContextSaysWhatIsWrongWithIt() {
        var context = AzureContext(name: "prod", scope: scope)
        #expect(context.problems.isEmpty)
        context.armURL = "http://127.0.0.1:7/x"
        #expect(context.problems.isEmpty, "plain http to this machine is for tests")
        context.armURL = "http://arm.example"
        context.loginURL = "ftp://login"
        context.name = "local"
        context.scope.workspace = "a/b"
        #expect(
            context.problems.map(\.key) == ["name", "workspace_name", "arm_url", "login_url"])
    }

    @Test(arguments: [
        ("https://a.example/x", true), ("https://", false), ("http://localhost:1", true),
        ("http://[::1]:80/", true), ("http://127.9.9.9", true), ("http://10.0.0.1", false),
        ("http://127.0.0.1.evil.example", false), ("http://localhost@evil.example/", false),
        ("http://evil.example/localhost", false), ("file:///etc", false),
    ])
    func tokensTravelSafeAddressesOnly(url: String, isSafe: Bool) {
        #expect(SafeAddress.mayCarryTokens(url) == isSafe)
    }

    private let refusal = """
        The client 'me@x.test' with object id '1-2' does not have authorization to perform action \
        'Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments/jobs/write' over \
        scope '/subscriptions/0/resourceGroups/cellar/providers/\
        Microsoft.MachineLearningServices/workspaces/tasting' or the scope is invalid.
        """

    @Test func aMissingRightIsNamedWithWhatItIsForAndWhoHoldsIt() throws {
        let advice = try #require(Rights.advice(for: refusal))
        #expect(advice.contains("batchEndpoints/deployments/jobs/write (needed to submit jobs)"))
        #expect(advice.contains("AzureML Data Scientist, Contributor or Owner"))
        #expect(advice.contains("an owner on the workspace tasting"))
    }

    @Test(arguments: [
        ("batchEndpoints/read", "list and show endpoints", "AzureML Data Scientist"),
        ("datastores/listsecrets/action", "choose data", "AzureML Data Scientist"),
        ("experiments/runs/READ", "watch jobs", "AzureML Data Scientist"),
        ("computes/write", "", "holds it: Contributor or Owner"),
        ("invented/action", "", "AzureML Data Scientist"),
    ])
    func everyRowOfTheTableAnswers(tail: String, purpose: String, role: String) {
        let action = "Microsoft.MachineLearningServices/workspaces/\(tail)"
        let advice = Rights.advice(for: Rights.Refusal(action: action, scope: ""))
        #expect(advice.contains(action))
        #expect(purpose.isEmpty ? !advice.contains("needed to") : advice.contains(purpose))
        #expect(advice.replacing("that hold it", with: "holds it").contains(role))
    }

    @Test func aTextWithoutAnActionIsNotExplained() {
        #expect(Rights.advice(for: "denied by policy") == nil)
        #expect(Rights.advice(for: "to perform action 'nothing'") == nil)
        #expect(Rights.advice(for: "to perform action 'a/b") != nil, "a cut sentence is still read")
    }
}
