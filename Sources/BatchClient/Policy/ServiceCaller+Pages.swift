import BatchModel

extension ServiceCaller {
    /// The most pages that are followed: far more than a workspace can have, so that a longer list is one without an end, an
    /// error that says so.
    static let pageLimit = 10_000

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
        let request =
            switch place {
            case .first(let route): ServiceRequest(route, operation: operation)
            case .next(let link, let audience):
                ServiceRequest(.get, link, audience: audience, operation: operation)
            }
        let page = try await fetch(WirePage<Item>.self, request)
        let here = try await address(request.target, try await keeper.current())
        return Page(
            items: page.value, nextLink: try Self.next(page, after: here, operation),
            total: page.total)
    }

    /// The address of the page after one; nil after the last.
    private static func next<Item>(
        _ page: WirePage<Item>, after here: String, _ operation: String
    ) throws(ServiceFailure) -> String? {
        guard let link = page.nextLink, !link.isEmpty else {
            guard let token = page.continuationToken, !token.isEmpty else { return nil }
            return PageLink.continued(here, with: token)
        }
        if let next = PageLink.resolved(link, on: here), let origin = Origin.of(next),
            origin == Origin.of(here)
        {
            return next
        }
        // Following it would hand our token to whoever the answer names.
        let place = FailureTranslation.printable(Array((Origin.of(link) ?? link).utf8), limit: 200)
        throw ServiceFailure(
            kind: .unexpected, operation: operation,
            detail: "the next page is said to be on another host (\(place))",
            advice: "Check the context's addresses; the link was not followed.")
    }

    /// The items of all pages, in order.
    func list<Item: Codable & Sendable>(
        _ type: Item.Type, _ route: Route, operation: String
    ) async throws(ServiceFailure) -> [Item] {
        let audience = ServiceRequest(route, operation: operation).audience
        var items: [Item] = []
        var place = PagePlace.first(route)
        var seen: Set<String> = []
        for _ in 0..<Self.pageLimit {
            let page = try await page(of: type, at: place, operation: operation)
            items += page.items
            guard let link = page.nextLink else { return items }
            guard seen.insert(link).inserted else { throw Self.loop(operation) }
            place = .next(link: link, audience: audience)
        }
        throw ServiceFailure(
            kind: .unexpected, operation: operation,
            detail: "the list is longer than \(Self.pageLimit) pages")
    }

    /// What a list is whose link leads back to a page that was read.
    static func loop(_ operation: String) -> ServiceFailure {
        ServiceFailure(
            kind: .unexpected, operation: operation,
            detail: "the list leads back to a page that was read already",
            advice: "Try again; if it stays so, the service's list is broken.")
    }
}
