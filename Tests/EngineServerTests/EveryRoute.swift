import BatchModel
import Foundation
import TestSupport
import Testing

/// One route of every kind; a test holds that none is left out.
enum EveryRoute {
    static func of(_ scope: WorkspaceScope) -> [Route] {
        [
            .cloudMetadata, .discovery, .resolveURIs(scope), .clean, .searchJobs,
            .operationResult(subscriptionID: "s", region: "r", operation: "o"),
            .operationStatus(subscriptionID: "s", region: "r", operation: "o"),
            .scoring("toys", .invoke), .scoring("toys", .job("j")),
            .frontEnd(scope, .jobs("toys", nil, page)),
        ] + management.map { .management(scope, $0) } + history.map { .history(scope, $0) }
            + storage.map { .storage(container: "azureml", $0) }
            + [.storage(container: "", .listContainers(BlobListQuery()))]
    }

    private static let page = PageQuery()

    private static let management: [Route.Management] =
        [
            .workspace, .endpoints(page), .endpoint("e"), .deployments("e", page),
            .deployment("e", "d"), .datastores(page, onlyDefault: true), .datastore("s"),
            .datastoreSecrets("workspaceblobstore"), .dataAssets(page), .dataAsset("a"),
            .dataVersions("a", page), .dataVersion("a", version: "1"),
            .putDataVersion("a", version: "1"), .labelledData("a", label: "latest"),
            .computes(page), .compute("c"), .jobs(page, tag: nil), .job("j"), .cancelJob("j"),
            .putJob("j"), .patchJob("j"),
        ] + assets.map { .assets(.components, $0) } + changes.map { .change($0) }

    private static let assets: [Route.Assets] = [
        .list(page), .container("c"), .putContainer("c"), .deleteContainer("c"),
        .versions("c", page), .version(name: "c", version: "1"),
        .putVersion(name: "c", version: "1"), .deleteVersion(name: "c", version: "1"),
        .labelled(name: "c", label: "latest"), .startUpload(name: "c", version: "1"),
    ]

    private static let changes: [Route.Change] = [
        .putEndpoint("e"), .patchEndpoint("e"), .deleteEndpoint("e"), .putDeployment("e", "d"),
        .patchDeployment("e", "d"), .deleteDeployment("e", "d"), .putDatastore("s"),
        .deleteDatastore("s"), .putDataAsset("a"), .deleteDataAsset("a"),
        .deleteDataVersion("a", version: "1"), .putCompute("c"), .deleteCompute("c"),
    ]

    private static let history: [Route.History] = [
        .run("r"), .children("r", page), .details("r"), .runData, .counters("r"),
        .modify(experiment: "e", run: "r"),
    ]

    private static let storage: [Route.Storage] = [
        .createContainer, .list(BlobListQuery()), .properties(blob: "b"), .read(blob: "b"),
        .put(blob: "b"), .putBlock(blob: "b", id: "QQ=="), .putBlockList(blob: "b"),
        .putMetadata(blob: "b"), .putProperties(blob: "b"), .delete(blob: "b"),
        .containerProperties, .deleteContainer,
    ]
}

@Suite struct EveryRouteTests {
    private static let tables: Set = [
        "Route", "Management", "Change", "Assets", "Scoring", "FrontEnd", "History", "Storage",
    ]

    /// `Type.case` of a value and of those it carries.
    private static func names(_ value: Any) -> [String] {
        let mirror = Mirror(reflecting: value)
        let isTable = mirror.displayStyle == .enum && tables.contains("\(type(of: value))")
        guard isTable || mirror.displayStyle == .tuple else { return [] }
        let name = mirror.children.first?.label ?? "\(value)"
        return (isTable ? ["\(type(of: value)).\(name)"] : [])
            + mirror.children.flatMap { names($0.value) }
    }

    /// The cases of the route table as it is written.
    private static func declared() throws -> Set<String> {
        let table = try String(
            contentsOfFile: Checkout.root + "/Sources/BatchModel/Route.swift", encoding: .utf8)
        var type = ""
        var found: Set<String> = []
        for line in table.split(separator: "\n").map({ $0.drop { $0 == " " } }) {
            if let range = line.firstRange(of: "enum ") {
                type = String(line[range.upperBound...].prefix { $0.isLetter })
            } else if line.hasPrefix("case "), !line.hasPrefix("case ."), tables.contains(type) {
                found.insert("\(type)." + line.dropFirst(5).prefix { $0.isLetter })
            }
        }
        return found
    }

    @Test func everyCaseOfTheRouteTableIsTried() throws {
        let scope = WorkspaceScope(subscriptionID: "s", resourceGroup: "r", workspace: "w")
        let tried = Set(EveryRoute.of(scope).flatMap { Self.names($0) })
        let declared = try Self.declared()
        #expect(declared.count >= 70)
        #expect(tried == declared, "\(declared.symmetricDifference(tried).sorted())")
    }
}
