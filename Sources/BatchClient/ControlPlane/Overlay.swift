import BatchModel

// A PUT takes away what it leaves out, and a service has members that we do not know: an identity, or what a newer version
// added. So a change is laid over what is there. What our types can say of a resource is ours to change or to leave out;
// everything else stays as it is.

/// Bodies that change a resource and keep what they do not know of it.
enum Overlay {
    /// What the service alone says of a resource.
    private static let readOnly: Set = ["id", "name", "type", "systemData"]
    private static let readOnlyProperties: Set = ["provisioningState", "scoringUri", "swaggerUri"]

    /// A body that says what `new` says and keeps what `old` holds beyond our types.
    static func body<Properties: Codable & Sendable>(
        _ new: WireResource<Properties>, over old: JSONValue, _ operation: String
    ) throws(ServiceFailure) -> JSONValue {
        do {
            let known = try plain(
                WireJSON.decode(WireResource<Properties>.self, from: try WireJSON.encode(old)))
            var members = (old.members ?? [:]).filter { !readOnly.contains($0.key) }
            if let properties = members["properties"]?.members {
                members["properties"] = .object(
                    properties.filter { !readOnlyProperties.contains($0.key) })
            }
            return laid(try plain(new), over: .object(members), known: known)
        } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: operation,
                detail: "what is there, or what shall be, is not JSON we can read: \(error)")
        }
    }

    private static func plain(_ value: some Encodable) throws -> JSONValue {
        try WireJSON.decode(JSONValue.self, from: try WireJSON.encode(value))
    }

    /// Members that are not known are carried over; a known object that the new value has too is looked into.
    private static func laid(_ new: JSONValue, over old: JSONValue, known: JSONValue) -> JSONValue {
        guard var members = new.members, let before = old.members else { return new }
        let understood = known.members ?? [:]
        for (name, value) in before where value != .null {
            guard let known = understood[name] else {
                members[name] = members[name] ?? value
                continue
            }
            if let said = members[name] { members[name] = laid(said, over: value, known: known) }
        }
        return .object(members)
    }
}
