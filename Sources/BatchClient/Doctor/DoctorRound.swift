public import BatchModel

/// Looks at many things side by side, each within a time of its own, and tells what was found in a fixed order.
///
/// A look that does not end in time is reported and left behind: it is cancelled but not waited for, so that one that does
/// not notice holds nobody up.
public enum DoctorRound {
    /// One look.
    public struct Step: Sendable {
        /// The name of its finding.
        public var name: String
        /// It is given up after so long.
        public var limit: Duration
        /// Waited for before the time begins; a finding that comes of it takes the place of the look.
        public var first: @Sendable () async -> DoctorCheck?
        /// The look.
        public var look: @Sendable () async -> [DoctorCheck]

        /// Describes a look.
        public init(
            _ name: String, within limit: Duration,
            after first: @escaping @Sendable () async -> DoctorCheck? = { nil },
            _ look: @escaping @Sendable () async -> [DoctorCheck]
        ) {
            self.name = name
            self.limit = limit
            self.first = first
            self.look = look
        }
    }

    /// All findings, in the steps' order.
    ///
    /// - Parameter ended: called once nobody listens any more.
    public static func run(
        _ steps: [Step], ended: @escaping @Sendable () -> Void = {}
    ) -> AsyncStream<DoctorCheck> {
        AsyncStream { continuation in
            let looks = steps.map { step in Task { await found(step) } }
            let teller = Task {
                for look in looks {
                    for check in await look.value { continuation.yield(check) }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in
                teller.cancel()
                for look in looks { look.cancel() }
                ended()
            }
        }
    }

    /// Findings that are there already.
    public static func told(_ checks: [DoctorCheck]) -> AsyncStream<DoctorCheck> {
        AsyncStream { continuation in
            for check in checks { continuation.yield(check) }
            continuation.finish()
        }
    }

    private static func found(_ step: Step) async -> [DoctorCheck] {
        if let instead = await step.first() { return [instead] }
        let late = DoctorCheck(
            step.name, .problem, "no answer within \(step.limit.components.seconds) s",
            advice: "Check the network, the proxy and the context's addresses, then try again.")
        return await within(step.limit, step.look) ?? [late]
    }

    /// What work comes to, or nil when it takes too long; then it is cancelled and left alone.
    public static func within<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let (results, continuation) = AsyncStream.makeStream(of: Value?.self)
        let worker = Task {
            continuation.yield(await work())
            continuation.finish()
        }
        let timer = Task {
            // Ended early, it only says so to a stream that nobody reads any more.
            try? await Task.sleep(for: limit)
            continuation.yield(nil)
        }
        defer {
            worker.cancel()
            timer.cancel()
        }
        for await result in results { return result }
        return nil
    }
}
