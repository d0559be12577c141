import BatchModel

// A service that throttles means everybody: one call that is told to wait tells all others to the same host, or ten screens
// would each learn it by being refused. And a service says what time it is with every answer: a signature made by a clock
// that is ten minutes off would be refused by a storage account whose clock is right.

/// What hosts have said of themselves, for all who ask them.
actor HostNotes {
    /// No host is left alone for longer, whatever it asks for: it may be well again before.
    static let longestHold: Duration = .seconds(300)
    /// Clocks that differ by less are the same: a `Date` has whole seconds and travels a while.
    static let smallestSkew: Duration = .seconds(5)

    private var holds: [String: Duration] = [:]
    private var skews: [String: Duration] = [:]

    /// Leaves a host alone until so much time has gone by.
    func hold(_ origin: String, until end: Duration) {
        holds[origin] = max(holds[origin] ?? .zero, end)
    }

    /// How long a host wants to be left alone still; nil when it does not.
    func remaining(_ origin: String, at now: Duration) -> Duration? {
        guard let end = holds[origin] else { return nil }
        guard end > now else {
            holds[origin] = nil
            return nil
        }
        return end - now
    }

    /// Takes the time a host says it is.
    func note(date: Timestamp, of origin: String, at now: Timestamp) {
        let difference = date - now
        let isSame = abs(difference.inSeconds) < Self.smallestSkew.inSeconds
        skews[origin] = isSame ? .zero : difference
    }

    /// How much later it is at a host than here; as at most of those we know before it has said so itself.
    func ahead(of origin: String) -> Duration {
        if let own = skews[origin] { return own }
        let known = skews.values.sorted()
        return known.isEmpty ? .zero : known[known.count / 2]
    }
}

extension ServiceCaller {
    /// The time of day at the host of an address, by its newest answer.
    func time(at url: String) async -> Timestamp {
        surroundings.now() + (await hosts.ahead(of: Origin.of(url) ?? url))
    }

    /// Waits while the host wants to be left alone; a long wait is told at once instead.
    func holdBack(_ call: HTTPCall, _ operation: String) async throws(ServiceFailure) {
        guard let origin = Origin.of(call.url) else { return }
        // A hold may be prolonged while it is waited for, by whoever asked at its end.
        for _ in 0..<retry.tries {
            let now = surroundings.elapsed()
            guard let left = await hosts.remaining(origin, at: now) else { return }
            guard left <= retry.longestRetryAfter else {
                throw Self.heldBack(origin, left, operation)
            }
            // Those who waited do not all ask in the same instant.
            let spread = Duration.milliseconds(Int64(surroundings.randomUnit() * 1000))
            do throws(ServiceFailure) {
                try await pause(left + spread, operation: operation)
            } catch {
                // Called off while it waited: that nothing left is known for certain.
                var failure = error
                failure.serviceCode = FailureTranslation.notSentCode
                throw failure
            }
        }
    }

    private static func heldBack(
        _ origin: String, _ left: Duration, _ operation: String
    ) -> ServiceFailure {
        let seconds = left.components.seconds + 1
        return ServiceFailure(
            kind: .unexpected, operation: operation, httpStatus: 429,
            serviceCode: FailureTranslation.notSentCode,
            detail: "\(origin) asked for patience a moment ago; nothing was sent",
            advice: "Try again after \(seconds) s.")
    }

    /// Notes what an answer says of its host: what time it is there, and whether it wants to be left alone.
    ///
    /// - Parameter otherwise: how long the caller waits where the host names no time.
    func heed(_ answer: ServiceAnswer, _ call: HTTPCall, otherwise: Duration?) async {
        let now = surroundings.now()
        guard let origin = Origin.of(call.url) else { return }
        // An answer that lay somewhere on the way says what time it was.
        if answer.header("Age") == nil, let date = answer.header("Date").flatMap(HTTPDate.read) {
            await hosts.note(date: date, of: origin, at: now)
        }
        guard answer.status == 429 || answer.status == 503 else { return }
        let asked = RetryAfter.read(answer, now: now)
        // A 503 that names no time may be of this one question.
        guard let wait = asked ?? (answer.status == 429 ? otherwise : nil) else { return }
        let end = surroundings.elapsed() + min(wait, HostNotes.longestHold)
        await hosts.hold(origin, until: end)
    }
}
