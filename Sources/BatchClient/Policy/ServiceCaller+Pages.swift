import BatchModel

/// The host and scheme of an address: what a token may be sent to.
enum Origin {
    /// `https://host:port` in lower case; nil for anything that is not an absolute http address.
    static func of(_ url: String) -> String? {
        guard let mark = url.firstRange(of: "://") else { return nil }
        let scheme = url[..<mark.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { return nil }
        let host = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !host.isEmpty, !host.contains("@") else { return nil }
        return "\(scheme)://\(host.lowercased())"
    }
}

extension ServiceCaller {
    /// The most pages that are followed; a longer list is an error that says so.
    static let pageLimit = 200

    /// One page, by route or by the link an earlier page gave.
    struct Page<Item: Codable & Sendable>: Sendable {
        /// The items.
        var items: [Item]
        /// Where the next page is; only ever on the host first asked (CONTRACT §2.1).
        var nextLink: String?
        /// How long the whole list is, where the service says.
        var total: Int?
    }

    /// Where a page is.
    enum PagePlace: Sendable {
        case first(Route)
        case next(link: String, audience: Connection.Audience?)
    }

    /// Asks for one page.
    func page<Item: Codable & Sendable>(
        of type: Item.Type, at place: PagePlace, operation: String
    ) async throws(ServiceFailure) -> Page<Item> {
        let request: ServiceRequest
        let host: String?
        switch place {
        case .first(let route):
            request = ServiceRequest(route, operation: operation)
            host = try await origin(of: route)
        case .next(let link, let audience):
            request = ServiceRequest(.get, link, audience: audience, operation: operation)
            host = Origin.of(link)
        }
        let page = try await fetch(WirePage<Item>.self, request)
        let next = page.nextLink.flatMap { $0.isEmpty ? nil : $0 }
        if let link = next, Origin.of(link) != host {
            // Following it would hand our token to whoever the answer names.
            throw ServiceFailure(
                kind: .unexpected, operation: operation,
                detail: "the next page is said to be on another host (\(Origin.of(link) ?? link))",
                advice: "Check the context's addresses; the link was not followed.")
        }
        return Page(items: page.value, nextLink: next, total: page.total)
    }

    /// The items of all pages, in order.
    func list<Item: Codable & Sendable>(
        _ type: Item.Type, _ route: Route, operation: String
    ) async throws(ServiceFailure) -> [Item] {
        let audience = ServiceRequest(route, operation: operation).audience
        var items: [Item] = []
        var place = PagePlace.first(route)
        for _ in 0..<Self.pageLimit {
            let page = try await page(of: type, at: place, operation: operation)
            items += page.items
            guard let link = page.nextLink else { return items }
            place = .next(link: link, audience: audience)
        }
        throw ServiceFailure(
            kind: .unexpected, operation: operation,
            detail: "the list is longer than \(Self.pageLimit) pages")
    }

    private func origin(of route: Route) async throws(ServiceFailure) -> String? {
        let opened = try await keeper.current()
        switch route.plane {
        case .management, .open: return Origin.of(opened.connection.managementURL)
        case .frontEnd, .history, .dataPlane:
            return Origin.of(try await apiBase(opened))
        case .scoring, .storage: return nil
        }
    }
}
