import BatchModel

/// Dates as HTTP headers carry them: `Mon, 23 Nov 2026 08:14:03 GMT`.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Writes a date, whole seconds.
    static func text(_ time: Timestamp) -> String {
        let f = time.utc
        // 1970-01-01 was a Thursday.
        let dayNumber = Int((Double(time.microsecondsSinceEpoch) / 86_400_000_000).rounded(.down))
        let day = days[((dayNumber % 7) + 7) % 7]
        return "\(day), \(two(f.day)) \(months[f.month - 1]) \(f.year) "
            + "\(two(f.hour)):\(two(f.minute)):\(two(f.second)) GMT"
    }

    /// Reads a date; nil for any other form, which a server ignores (RFC 9110 §13.1.3).
    static func read(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT",
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        return Timestamp(iso8601: "\(parts[3])-\(two(month + 1))-\(parts[1])T\(parts[4])Z")
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
