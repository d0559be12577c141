import BatchModel
import Testing

@testable import BatchClient

/// Every recorded answer, one by one: what the client makes of it is what it says.
@Suite(.enabled(if: RecordedExchange.folder != nil, RecordedExchange.absence))
struct ReplaySweepTests {
    @Test func everyRecordedAnswerDecodesToWhatItSays() throws {
        var counts: [String: Int] = [:]
        for name in try RecordedExchange.names() {
            for (index, exchange) in try RecordedExchange.load(name).enumerated() {
                let judged = try AnswerJudge(exchange).judge()
                counts[judged.kind, default: 0] += 1
                #expect(judged.problems == [], "\(name) \(index) \(exchange.url)")
            }
        }
        #expect(counts.values.reduce(0, +) == 241)
        // Registrations that batchdeck neither makes nor reads, and the polls of creating and deleting.
        #expect(counts["not read"] == 37, "\(counts)")
        #expect(counts.count == 24, "\(counts)")
    }
}

/// Holds what the client decodes against the members of an answer.
private struct AnswerJudge {
    let exchange: RecordedExchange
    private let body: JSONValue

    init(_ exchange: RecordedExchange) throws {
        self.exchange = exchange
        body = exchange.answer
    }

    /// What kind of answer it is, and where the two differ.
    func judge() throws -> (kind: String, problems: [String]) {
        let path = exchange.url.split(separator: "?")[0]
        if exchange.method == .head || exchange.method == .delete || body == .null {
            return ("without a body", exchange.status == 0 ? ["no status"] : [])
        }
        if exchange.status >= 400 { return try refusal() }
        if path.hasSuffix("/discovery") {
            let api = try decode(WireDiscovery.self).api
            return ("discovery", differ([("api", api, body["api"])]))
        }
        if path.contains(".inference.") { return ("invoke", try endpointJob()) }
        if path.contains(".blob.") { return blob() }
        guard let tail = path.firstRange(of: Replay.scope.armID).map({ path[$0.upperBound...] })
        else { return ("not read", []) }
        let words = tail.split(separator: "/").map(String.init)
        return path.contains("/v1.0/") ? try history(words) : try management(words)
    }

    private func management(_ words: [String]) throws -> (String, [String]) {
        switch (words.first, words.count) {
        case (nil, _): return ("workspace", try workspace())
        case ("batchEndpoints", 2): return ("endpoint", try endpoint())
        case ("batchEndpoints", 3):
            return ("deployments", try each { try deployment($0, words[1]) })
        case ("batchEndpoints", 4): return ("deployment", try deployment(body, words[1]))
        case ("datastores", 1): return ("datastores", try each { try datastore($0) })
        case ("datastores", 2): return ("datastore", try datastore(body))
        case ("datastores", 3):
            let key = try decode(WireSecrets.self).key
            return ("secret", differ([("key", key, body["key"])]))
        case ("data", 2): return ("data asset", try dataAsset())
        case ("data", 3):
            return ("data versions", try each { try dataVersion($0, words[1]) })
        case ("data", 4): return ("data version", try dataVersion(body, words[1]))
        case ("jobs", 2): return ("job", try job())
        case ("jobs", 3): return ("taken", exchange.bytes == Array("null".utf8) ? [] : ["body"])
        default: return ("not read", [])
        }
    }

    private func history(_ words: [String]) throws -> (String, [String]) {
        switch words.last {
        case "children": return ("children", try each { try run($0) })
        case "details":
            let details = try decode(WireRunDetails.self)
            let logs = body["logFiles"]?.members?.mapValues(\.text)
            return (
                "details",
                differ([
                    ("runId", details.runId, body["runId"]),
                    ("status", details.status, body["status"]),
                    ("endTimeUtc", details.endTimeUtc, body["endTimeUtc"]),
                ]) + (details.logFiles == logs ? [] : ["logFiles"])
            )
        case "rundata":
            let found = try decode(WireRunData.Answer.self).runMetadata?.outputs
            let said = body["runMetadata"]?["outputs"]?.members
            let isEqual = found?.mapValues(\.assetId) == said?.mapValues { $0["assetId"]?.string }
            return (
                "run data", try run(body["runMetadata"] ?? .null) + (isEqual ? [] : ["outputs"])
            )
        case "batchGetResolvedUris":
            let found = try decode(WireResolvedURIs.Answer.self).values?.mapValues(\.uri)
            let said = body["values"]?.members?.mapValues { $0["uri"]?.string }
            return ("places", found == said ? [] : ["values"])
        default: return ("run", try run(body))
        }
    }

    private func refusal() throws -> (String, [String]) {
        let answer = ServiceAnswer(
            status: exchange.status, headers: exchange.headers, bytes: exchange.bytes)
        let failure = FailureTranslation.failure(answer, operation: "replay")
        let message = body["error"]?["message"]?.string
        let says = message ?? "The range specified is invalid"
        return ("refusal", failure.detail.contains(says) ? [] : [failure.detail])
    }

    private func workspace() throws -> [String] {
        let found = try decode(WireResource<WireWorkspace>.self).properties
        return differ([
            ("discoveryUrl", found?.discoveryUrl, said("discoveryUrl")),
            ("workspaceId", found?.workspaceId, said("workspaceId")),
        ])
    }

    private func endpoint() throws -> [String] {
        let found = try #require(Endpoint(decode(WireResource<WireEndpoint>.self)))
        return differ([
            ("name", found.name.rawValue, body["name"]),
            ("description", found.summary, said("description")),
            ("scoringUri", found.scoringURI, said("scoringUri")),
            ("state", found.provisioningState, said("provisioningState")),
            (
                "default", found.defaultDeployment?.rawValue,
                body["properties"]?["defaults"]?["deploymentName"]
            ),
        ]) + (found.tags == texts(body["tags"]) ? [] : ["tags"])
    }

    private func deployment(_ value: JSONValue, _ endpoint: String) throws -> [String] {
        let resource = try decode(WireResource<WireDeployment>.self, value)
        let found = try #require(Deployment(resource, endpoint: Endpoint.Name(endpoint)))
        let properties = value["properties"]
        let component = properties?["properties"]?["ComponentDeployment.ComponentId"]
        var problems = differ([
            ("name", found.name.rawValue, value["name"]),
            ("description", found.summary, properties?["description"]),
            ("state", found.provisioningState, properties?["provisioningState"]),
            (
                "compute", found.compute,
                properties?["compute"]?.string.map { .string($0.lastSegment) }
            ),
        ])
        switch found.kind {
        case .pipelineComponent(let settings):
            problems += differ([("component", settings.componentID, component)])
        case .model(let settings):
            if component != nil { problems.append("kind") }
            problems += differ([
                ("miniBatchSize", String(settings.miniBatchSize), properties?["miniBatchSize"]),
                ("errorThreshold", String(settings.errorThreshold), properties?["errorThreshold"]),
                ("outputFileName", settings.outputFileName, properties?["outputFileName"]),
            ])
        }
        return problems
    }

    private func datastore(_ value: JSONValue) throws -> [String] {
        let found = try #require(Datastore(decode(WireResource<WireDatastore>.self, value)))
        let properties = value["properties"]
        return differ([
            ("name", found.name.rawValue, value["name"]),
            ("kind", found.kind.rawValue, properties?["datastoreType"]),
            ("account", found.accountName, properties?["accountName"]),
            (
                "container", found.containerName,
                properties?["containerName"] ?? properties?["fileShareName"]
            ),
            ("isDefault", String(found.isDefault), properties?["isDefault"]),
            ("credentials", found.credentialsType, properties?["credentials"]?["credentialsType"]),
        ])
    }

    private func dataAsset() throws -> [String] {
        let found = try #require(DataAsset(decode(WireResource<WireDataContainer>.self)))
        return differ([
            ("name", found.name.rawValue, body["name"]),
            ("latest", found.latestVersion, said("latestVersion")),
            ("type", found.type.rawValue, said("dataType")),
        ])
    }

    private func dataVersion(_ value: JSONValue, _ asset: String) throws -> [String] {
        let resource = try decode(WireResource<WireDataVersion>.self, value)
        let found = try #require(DataVersion(resource, asset: DataAsset.Name(asset)))
        return differ([
            ("version", found.version, value["name"]), ("id", found.armID, value["id"]),
            ("uri", found.uri, value["properties"]?["dataUri"]),
            ("type", found.type.rawValue, value["properties"]?["dataType"]),
            ("description", found.summary, value["properties"]?["description"]),
        ])
    }

    private func job() throws -> [String] {
        let resource = try decode(WireResource<WireJob>.self)
        // A step asked for through management has no properties at all: run history is asked then.
        guard let properties = body["properties"] else {
            return Job(resource) == nil ? [] : ["job"]
        }
        let found = try #require(Job(resource))
        return differ([
            ("name", found.id.rawValue, body["name"]),
            ("status", found.status.rawValue, properties["status"]),
            ("displayName", found.displayName, properties["displayName"]),
            ("experiment", found.experimentName, properties["experimentName"]),
        ]) + (found.tags == texts(properties["tags"]) ? [] : ["tags"])
            + (found.properties == texts(properties["properties"]) ? [] : ["properties"])
    }

    private func endpointJob() throws -> [String] {
        let resource = try decode(WireResource<WireEndpointJob>.self)
        let found = try #require(Job(resource, endpoint: nil))
        return differ([
            ("name", found.id.rawValue, body["name"]),
            ("status", found.status.rawValue, said("status")),
            ("displayName", found.displayName, said("name")),
            (
                "deployment", found.deployment?.rawValue,
                body["properties"]?["tags"]?["azureml.deploymentname"]
            ),
        ])
    }

    private func run(_ value: JSONValue) throws -> [String] {
        let found = JobStep(try decode(WireRun.self, value))
        let isAnonymous = value["name"] == .string("azureml_anonymous")
        return differ([
            ("runId", found.id.rawValue, value["runId"]),
            ("status", found.status.rawValue, value["status"]),
            ("name", found.name, value[isAnonymous ? "displayName" : "name"]),
        ]) + (found.startedAt == nil || found.endedAt == nil ? ["times"] : [])
    }

    private func blob() -> (String, [String]) {
        guard exchange.url.contains("comp=list") else {
            // What was left out of a recording stands for the log's text.
            return ("file", exchange.bytes.isEmpty ? ["empty"] : [])
        }
        let page = BlobListPage(xml: exchange.bytes)
        let names = body.text.split(separator: "<Name>").dropFirst().map {
            String($0.prefix { $0 != "<" })
        }
        return ("blobs", page.blobs.map(\.name) == names && page.marker == nil ? [] : ["names"])
    }

    // MARK: - Comparing

    private func said(_ member: String) -> JSONValue? { body["properties"]?[member] }

    private func texts(_ value: JSONValue?) -> [String: String] {
        (value?.members ?? [:]).filter { $0.value != .null }.mapValues(\.text)
    }

    private func each(_ judge: (JSONValue) throws -> [String]) throws -> [String] {
        let page = try decode(WirePage<JSONValue>.self)
        guard case .array(let items) = body["value"] ?? .null, items == page.value else {
            return ["value"]
        }
        return try items.flatMap(judge)
    }

    private func differ(_ rows: [(String, String?, JSONValue?)]) -> [String] {
        rows.compactMap { name, found, said in
            let word = said.flatMap { $0 == .null ? nil : $0.text }
            return found == word ? nil : "\(name): \(found ?? "nil"), not \(word ?? "nil")"
        }
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type, _ value: JSONValue? = nil
    ) throws -> Value {
        let bytes = try value.map { try WireJSON.encode($0) } ?? exchange.bytes
        return try WireJSON.decode(type, from: bytes)
    }
}
