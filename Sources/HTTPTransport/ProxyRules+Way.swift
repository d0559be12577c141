public import BatchClient

extension ProxyRules {
    /// How an address is asked by these rules, for a person.
    ///
    /// - Parameter environment: what the rules were made from; only names are taken from it.
    public func way(to url: String, environment: [String: String]) -> ProxyWay {
        let names =
            url.lowercased().hasPrefix("https://")
            ? ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
            : ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
        guard let variable = names.first(where: { environment[$0]?.isEmpty == false }) else {
            return .direct(because: "")
        }
        guard let proxy = proxy(for: url) else {
            return .direct(because: "\(variable) is set, and NO_PROXY or the address excepts it")
        }
        return .through(place: "\(proxy)", variable: variable)
    }
}
