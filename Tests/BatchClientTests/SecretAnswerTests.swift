import BatchModel
import Testing

@testable import BatchClient

/// An answer that cannot be read is quoted in the failure, but for those that hold keys and signed addresses.
@Suite struct SecretAnswerTests {
    private static let secret = "canary-signature"
    private static let body = "{\"sasToken\":[\"sig=\(secret)\"],\"logFiles\":[\"\(secret)\"]}"

    private static let routes: [Route] = [
        .management(Bench.scope, .datastoreSecrets("d")),
        .management(Bench.scope, .assets(.codes, .startUpload(name: "n", version: "1"))),
        .history(Bench.scope, .details("r1")),
    ]

    @Test(arguments: routes)
    func ofAnAnswerWithSecretsOnlyTheLengthIsTold(route: Route) async throws {
        let bench = try Bench()
        for method in [RouteRequest.Method.get, .post] {
            bench.service.on(method, "") { _ in .json(Self.body) }
        }
        let caller = bench.caller
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await caller.fetch([String].self, ServiceRequest(route, operation: "ask"))
        }
        let told = try #require(failed)
        #expect(!told.message.contains(Self.secret), "\(told)")
        #expect(told.detail.contains("\(Self.body.utf8.count) bytes"), "\(told)")
    }

    @Test func neitherBrowsingNorListingLogsTellsASecret() async throws {
        let bench = try Bench()
        bench.service.on(.post, "/listSecrets") { _ in .json(Self.body) }
        bench.service.on(.get, "/runs/r1/details") { _ in .json(Self.body) }
        let client = bench.client
        let browsed = await failure { () throws(ServiceFailure) in
            _ = try await client.browse("workspaceblobstore", "")
        }
        let listed = await failure { () throws(ServiceFailure) in
            _ = try await client.logFiles("r1")
        }
        for failed in [browsed, listed] {
            let told = try #require(failed)
            #expect(!told.message.contains(Self.secret), "\(told)")
            #expect(told.detail.contains("may hold secrets"), "\(told)")
        }
    }

    @Test func anyOtherAnswerShowsHowItBegins() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/workspaces/ws") { _ in .json("oops, a proxy") }
        let caller = bench.caller
        let route = Route.management(Bench.scope, .workspace)
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await caller.fetch([String].self, ServiceRequest(route, operation: "look"))
        }
        #expect(failed?.detail.contains("it begins \"oops, a proxy\"") == true)
    }
}
