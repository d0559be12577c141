import BatchModel

/// Runs work on many items, a few at a time.
public enum Parallel {
    /// Does the work for every item, at most `width` at once; the first failure stops the rest and is thrown.
    static func forEach<Item: Sendable>(
        _ items: [Item], width: Int,
        _ work: @escaping @Sendable (Item) async throws(ServiceFailure) -> Void
    ) async throws(ServiceFailure) {
        let failed = await withTaskGroup(of: ServiceFailure?.self) { group -> ServiceFailure? in
            var next = items.startIndex
            func start() {
                guard next < items.endIndex else { return }
                let item = items[next]
                next += 1
                group.addTask { await Self.failure(of: item, work) }
            }
            for _ in 0..<width { start() }
            while let ended = await group.next() {
                if let failure = ended {
                    group.cancelAll()
                    return failure
                }
                start()
            }
            return nil
        }
        if let failed { throw failed }
    }

    /// The results for every item, in the items' order; at most `width` are worked on at once.
    public static func map<Item: Sendable, Value: Sendable>(
        _ items: [Item], width: Int, _ work: @escaping @Sendable (Item) async -> Value
    ) async -> [Value] {
        await withTaskGroup(of: (Int, Value).self) { group in
            var next = 0
            var values: [Int: Value] = [:]
            func start() {
                guard next < items.count else { return }
                let index = next
                let item = items[index]
                next += 1
                group.addTask { (index, await work(item)) }
            }
            for _ in 0..<width { start() }
            while let (index, value) = await group.next() {
                values[index] = value
                start()
            }
            return items.indices.compactMap { values[$0] }
        }
    }

    private static func failure<Item: Sendable>(
        of item: Item, _ work: @Sendable (Item) async throws(ServiceFailure) -> Void
    ) async -> ServiceFailure? {
        do throws(ServiceFailure) {
            try await work(item)
            return nil
        } catch {
            return error
        }
    }
}
