import BatchModel

/// How often and after what wait a request is repeated (CONTRACT §9).
struct RetryPolicy: Sendable, Equatable {
    /// Tries in all, the first one included.
    var tries = 5
    /// Wait before the second try, doubled for each later one.
    var firstWait: Duration = .milliseconds(200)
    /// The longest wait of our own choosing.
    var longestWait: Duration = .seconds(8)
    /// The longest wait a service may ask for; beyond it the caller decides, not we.
    var longestRetryAfter: Duration = .seconds(60)

    /// Statuses that may be better next time.
    static let passing: Set<Int> = [408, 429, 500, 502, 503, 504]

    /// One try only.
    static let once = RetryPolicy(tries: 1)

    /// The wait after the `attempt`-th try (from 1): full jitter over the upper half, so that many clients spread.
    func wait(afterAttempt attempt: Int, random: Double) -> Duration {
        let doubled = firstWait * (1 << min(attempt - 1, 16))
        let bounded = min(doubled, longestWait)
        return bounded * (0.5 + random / 2)
    }
}

/// Reads how long a service wants us to wait.
enum RetryAfter {
    /// `x-ms-retry-after-ms`, `retry-after-ms`, else `Retry-After` in seconds or as an HTTP date; nil when none is there.
    ///
    /// A date is by the service's clock and is measured from the answer's own `Date`: ours may be hours off.
    static func read(_ answer: ServiceAnswer, now: Timestamp) -> Duration? {
        for name in ["x-ms-retry-after-ms", "retry-after-ms"] {
            if let value = answer.header(name).flatMap({ Int64($0) }), value >= 0 {
                return .milliseconds(value)
            }
        }
        guard let text = answer.header("Retry-After") else { return nil }
        if let seconds = Double(text), seconds >= 0, seconds < 1_000_000 {
            return .milliseconds(Int64(seconds * 1000))
        }
        let there = answer.header("Date").flatMap(HTTPDate.read) ?? now
        return HTTPDate.read(text).map { max(.zero, $0 - there) }
    }
}

/// Dates as HTTP headers and storage write them: `Mon, 23 Nov 2026 00:40:06 GMT`.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// Writes a date in GMT.
    static func text(_ time: Timestamp) -> String {
        let fields = time.utc
        let days = Int((time.secondsSinceEpoch / 86_400).rounded(.down))
        let weekday = weekdays[((days % 7) + 7) % 7]
        let clock = [fields.hour, fields.minute, fields.second].map(two).joined(separator: ":")
        return
            "\(weekday), \(two(fields.day)) \(months[fields.month - 1]) \(fields.year) \(clock) GMT"
    }

    /// Reads that form; nil for any other.
    static func read(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT",
            let month = months.firstIndex(of: String(words[2])), let day = Int(words[1]),
            let year = Int(words[3])
        else { return nil }
        let date = "\(year)-\(two(month + 1))-\(two(day))"
        return Timestamp(iso8601: "\(date)T\(words[4])Z")
    }

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}
