import BatchModel

/// What a client asks before it signs in: no secret in either answer.
extension Engine {
    /// One cloud of `/metadata/endpoints` (CONTRACT §1.2, §11).
    private struct Cloud: Codable, Sendable {
        struct Authentication: Codable, Sendable {
            var loginEndpoint: String
            var audiences: [String]
            var tenant: String
            var identityProvider: String
        }
        struct Suffixes: Codable, Sendable {
            var storage: String
        }
        var name: String
        var portal: String
        var resourceManager: String
        var authentication: Authentication
        var suffixes: Suffixes
    }

    /// The list of clouds: this engine, under a name that no built-in cloud has.
    func cloudMetadata(_ address: EngineAddress) throws(RouteRefusal) -> EngineResponse {
        let base = address.base + "/"
        let cloud = Cloud(
            name: "BatchdeckLocal",
            // Two dots at least: clients derive the audience from what follows the second one.
            portal: "\(address.scheme)://portal.azure.localhost:\(address.port)/",
            resourceManager: base,
            authentication: .init(
                loginEndpoint: base, audiences: [base], tenant: "common", identityProvider: "AAD"),
            suffixes: .init(storage: address.storageSuffix))
        return try .json(200, [cloud])
    }

    /// Base addresses of the planes: all of them are here.
    func discovery(_ address: EngineAddress) throws(RouteRefusal) -> EngineResponse {
        try .json(200, WireDiscovery(api: address.base))
    }
}
