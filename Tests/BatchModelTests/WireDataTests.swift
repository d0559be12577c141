import BatchModel
import Foundation
import TestSupport
import Testing

/// What the official client was seen to send; the file lies beside the checkout.
enum CapturedFile {
    /// nil where it is absent.
    static let path = Checkout.contract("official-client-requests.json")

    /// Said where the file is absent.
    static let absence: Comment =
        "shared/contract/official-client-requests.json is not beside this checkout"

    /// The members of what the last request of a flow put.
    static func lastBody(of flow: String) throws -> [String: JSONValue] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path ?? ""))
        let root = try WireJSON.decode(JSONValue.self, from: Array(data))
        let found = list(root["cases"]).first { $0["flow"]?.string == flow }
        let put = list(found?["requests"]).last { $0["method"]?.string == "PUT" }
        return try #require(put?["body"]?["properties"]?.members)
    }

    private static func list(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let values)? = value { values } else { [] }
    }
}

/// What registers data, held against what the official client was seen to send.
@Suite(.enabled(if: CapturedFile.path != nil, CapturedFile.absence))
struct WireDataTests {
    @Test(arguments: [[:], ["source": "lab"]])
    func aVersionIsRegisteredWithTheOfficialClientsBody(properties: [String: String]) throws {
        var wanted = try CapturedFile.lastBody(of: "data.create-local-folder")
        // No data is registered without a name here, so nothing has to be said about that.
        let isAnonymous = wanted.removeValue(forKey: "isAnonymous")
        #expect(isAnonymous == .boolean(false))
        let sent = WireDataVersion(
            dataType: "uri_folder", dataUri: wanted["dataUri"]?.string, tags: WireTexts(),
            properties: WireTexts(properties))
        let body = try WireJSON.decode(JSONValue.self, from: WireJSON.encode(sent))
        wanted["properties"] = .object(properties.mapValues { .string($0) })
        #expect(body == .object(wanted))
    }
}
