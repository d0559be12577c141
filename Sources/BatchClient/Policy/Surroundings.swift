public import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Clock, sleep and chance, so that a test decides all three.
public struct ClientSurroundings: Sendable {
    /// The time of day: for people, files and signatures. Somebody may set it back.
    public var now: @Sendable () -> Timestamp
    /// Time gone by since some fixed instant, suspension included: for waits and ages. Nobody sets it back.
    public var elapsed: @Sendable () -> Duration
    /// Waits; throws when the waiting task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// A new random UUID in lower case.
    public var makeID: @Sendable () -> String
    /// A random number in 0..<1, for jitter.
    public var randomUnit: @Sendable () -> Double

    /// Collects clock, sleep and chance.
    ///
    /// - Parameter elapsed: nil makes it follow `now`, which fits a clock that nobody sets.
    public init(
        now: @escaping @Sendable () -> Timestamp,
        elapsed: (@Sendable () -> Duration)? = nil,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        makeID: @escaping @Sendable () -> String,
        randomUnit: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.elapsed = elapsed ?? { now() - Timestamp(microsecondsSinceEpoch: 0) }
        self.sleep = sleep
        self.makeID = makeID
        self.randomUnit = randomUnit
    }

    private static let processStart = ContinuousClock.now

    /// The machine's own.
    public static let system = ClientSurroundings(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(
                microsecondsSinceEpoch: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
        },
        elapsed: { processStart.duration(to: .now) },
        sleep: { try await Task.sleep(for: $0) },
        makeID: RandomID.uuid,
        randomUnit: { Double.random(in: 0..<1) })
}

/// Where the client keeps what it must remember.
public struct ClientFolders: Sendable, Hashable {
    /// May be deleted at any time: what was last seen.
    public var cache: String
    /// Must not be lost: the journal of submissions.
    public var state: String

    /// Names both folders, absolute.
    public init(cache: String, state: String) {
        self.cache = cache
        self.state = state
    }
}

/// Random ids.
enum RandomID {
    /// A version 4 UUID (RFC 9562 §5.4) in lower case.
    @Sendable static func uuid() -> String {
        var generator = SystemRandomNumberGenerator()
        var high = generator.next()
        var low = generator.next()
        high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = Array(padded(high) + padded(low))
        let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return cuts.map { String(digits[$0]) }.joined(separator: "-")
    }

    private static func padded(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
