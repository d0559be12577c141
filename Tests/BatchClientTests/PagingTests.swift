import BatchModel
import Testing

@testable import BatchClient

/// Every list is read to its end, by whichever sign the service says that there is more (CONTRACT §2.1, §7).
@Suite struct PagingTests {
    /// A list the client reads.
    struct List: Sendable, CustomTestStringConvertible {
        var name: String
        /// What its address has and no other has.
        var part: String
        /// An item of a name.
        var item: @Sendable (String) -> String
        /// The names the client makes of it.
        var names: @Sendable (BatchClient) async throws -> [String]

        var testDescription: String { name }
    }

    private static func named(_ name: String) -> String {
        "{\"name\":\"\(name)\",\"properties\":{}}"
    }

    static let lists: [List] = [
        List(name: "endpoints", part: "/batchEndpoints?", item: named) {
            try await $0.endpoints().map(\.name.rawValue)
        },
        List(name: "deployments", part: "/batchEndpoints/e/deployments?", item: named) {
            try await $0.deployments("e").map(\.name.rawValue)
        },
        List(name: "data assets", part: "/data?", item: named) {
            try await $0.dataAssets().map(\.name.rawValue)
        },
        List(
            name: "data versions", part: "/data/d/versions?",
            item: { "{\"id\":\"/x/\($0)\",\"name\":\"\($0)\",\"properties\":{\"dataUri\":\"u\"}}" },
            names: { try await $0.dataVersions("d").map(\.version) }),
        List(
            name: "datastores", part: "/datastores?",
            item: {
                "{\"name\":\"\($0)\",\"properties\":{\"datastoreType\":\"AzureBlob\"}}"
            }, names: { try await $0.datastores().map(\.name.rawValue) }),
        List(name: "steps", part: "/children", item: { "{\"runId\":\"\($0)\"}" }) {
            try await $0.steps("j").map(\.id.rawValue)
        },
        List(name: "the workspace's jobs", part: "/workspaces/ws/jobs?", item: job) {
            try await $0.jobs(JobListQuery()).jobs.map(\.id.rawValue)
        },
        List(name: "an endpoint's jobs", part: "/batchEndpoints/e/jobs?", item: job) {
            try await $0.jobs(JobListQuery(endpoint: "e")).jobs.map(\.id.rawValue)
        },
    ]

    private static func job(_ name: String) -> String {
        """
        {"name":"\(name)","properties":{"status":"Running",
        "tags":{"azureml.deploymentname":"d"}}}
        """
    }

    /// How the next page is named; `@` stands for the host and path the first page was read at.
    static let links = [
        "@?x=1&$skipToken=a%2Bb%2F%3D&page=N", "/p?$skip=N0", "?$skipToken=N", "p/N?x=y",
        "token N",
    ]

    @Test(arguments: lists, links)
    func everyListIsReadToItsEndByEveryKindOfLink(list: List, link: String) async throws {
        let bench = try Bench()
        let asked = Counter()
        bench.service.on(.get, "") { call in
            let turn = asked.next()
            let here = call.url.prefix { $0 != "?" }
            let next = link.replacing("N", with: String(turn)).replacing("@", with: here)
            let more =
                link.hasPrefix("token")
                ? "\"nextLink\":null,\"continuationToken\":\"\(next)\""
                : "\"nextLink\":\"\(next)\""
            // The second page is empty, the third null, the last has an item: only the link says that there is more.
            return switch turn {
            case 1: .json("{\"value\":[\(list.item("a"))],\(more)}")
            case 2: .json("{\"value\":[],\(more)}")
            case 3: .json("{\"value\":null,\(more)}")
            default: .json("{\"value\":[\(list.item("b"))],\"nextLink\":null,\"further\":{}}")
            }
        }
        // Of deployments nothing else is asked: they are models.
        #expect(try await list.names(bench.client).sorted() == ["a", "b"])
        let calls = bench.service.calls.prefix(4)
        #expect(calls.count == 4 && calls[0].url.contains(list.part))
        #expect(Set(calls.map { Origin.of($0.url) }).count == 1)
        #expect(Set(calls.map { $0.header("Authorization") }).count == 1)
        #expect(calls[0].header("Authorization")?.hasPrefix("Bearer t-") == true)
    }

    @Test(arguments: lists)
    func aListThatLeadsBackIsAnErrorAndNotALoop(list: List) async throws {
        let bench = try Bench()
        let asked = Counter()
        bench.service.on(.get, "") { call in
            let host = Origin.of(call.url) ?? ""
            let page = asked.next() % 2
            return .json(
                "{\"value\":[\(list.item("a"))],\"nextLink\":\"\(host)/p?$skipToken=\(page)\"}")
        }
        let client = bench.client
        await #expect {
            _ = try await list.names(client)
        } throws: {
            ($0 as? ServiceFailure)?.detail.contains("leads back") == true
        }
        #expect(bench.service.calls.count <= 4)
    }

    @Test(arguments: lists)
    func noListHandsItsTokenToAnotherHost(list: List) async throws {
        let bench = try Bench()
        bench.service.on(.get, "") { _ in
            .json("{\"value\":[\(list.item("a"))],\"nextLink\":\"https://evil.test/p\"}")
        }
        let client = bench.client
        await #expect {
            _ = try await list.names(client)
        } throws: {
            ($0 as? ServiceFailure)?.detail.contains("evil.test") == true
        }
        #expect(bench.service.calls(.get, "evil").isEmpty)
    }

    @Test func anAnswerWithoutItemsIsNoPage() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints?") { _ in .json("{\"nextLink\":null}") }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.endpoints()
        }
        #expect(failed?.detail.contains("not what the contract says") == true)
    }

    @Test func aJobThatMovedToTheNextPageIsListedOnce() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/workspaces/ws/jobs?") { _ in
            .json("{\"value\":[\(Self.job("a")),\(Self.job("b"))],\"nextLink\":\"/p2\"}")
        }
        bench.service.on(.get, "/p2") { _ in
            .json("{\"value\":[\(Self.job("b")),\(Self.job("c"))]}")
        }
        let page = try await bench.client.jobs(JobListQuery())
        #expect(page.jobs.map(\.id) == ["a", "b", "c"])
    }

    @Test(arguments: [
        ("https://A.test:443/x", "https://a.test"), ("http://a.test:80", "http://a.test"),
        ("https://a.test:444/", "https://a.test:444"), ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://[::443]/", "https://[::443]"),
    ])
    func aSchemesOwnPortIsTheSameHost(address: String, origin: String) {
        #expect(Origin.of(address) == origin)
    }
}
