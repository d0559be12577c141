import BatchModel

extension JobLists {
    /// A page of all jobs of the workspace, newest first, for those who look for known ones in it.
    ///
    /// - Parameters:
    ///   - place: nil for the first page.
    ///   - count: how many jobs are wanted, 1...1,000; Azure takes no such wish.
    nonisolated func trackingPage(
        _ place: ServiceCaller.PagePlace?, _ count: Int
    ) async throws(ServiceFailure) -> TrackingPage {
        let connection = try await caller.keeper.current().connection
        let query = PageQuery(count: connection.isLocal ? count : nil)
        let page = try await caller.page(
            of: WireResource<WireJob>.self,
            at: place ?? .first(.management(connection.scope, .jobs(query, tag: nil))),
            operation: "look at the watched jobs")
        return TrackingPage(
            jobs: page.items.compactMap { Job($0)?.shortened(in: connection.scope) },
            next: page.nextLink.map { .next(link: $0, audience: .management) })
    }
}
