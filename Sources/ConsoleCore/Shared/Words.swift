public import BatchModel
public import ConsoleGrid

/// How values are said on a screen: ages, durations, sizes, counts, statuses.
public enum Words {
    /// `now`, `3 s`, `2 min`, `5 h`, `4 d`: how long ago, without "ago".
    public static func age(of time: Timestamp, at now: Timestamp) -> String {
        let seconds = max(0, (now - time).components.seconds)
        return switch seconds {
        case ..<1: "now"
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min"
        case ..<86_400: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    /// `0:06`, `12:41`, `5:02:14`: minutes and seconds, hours when there are any.
    public static func clock(_ duration: Duration) -> String {
        let total = max(0, duration.components.seconds)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }
        let seconds = two(total % 60)
        guard total >= 3600 else { return "\(total / 60):\(seconds)" }
        return "\(total / 3600):\(two(total / 60 % 60)):\(seconds)"
    }

    /// `4.1 s`, `350 ms`, `12:41`: how long something took.
    public static func span(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.wholeMicroseconds / 1000)
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        if milliseconds < 60_000 { return "\(tenths(Double(milliseconds) / 1000)) s" }
        return clock(duration)
    }

    /// `512 B`, `1.4 KiB`, `3.0 GiB`.
    public static func bytes(_ count: Int64) -> String {
        var amount = Double(count)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if amount < 1024 { return unit == "B" ? "\(count) B" : "\(tenths(amount)) \(unit)" }
            amount /= 1024
        }
        return "\(tenths(amount)) TiB"
    }

    /// `1 file`, `597 files`, `12,000 files`.
    public static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? one : many ?? one + "s")"
    }

    /// `1,000,000`.
    public static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude).utf8
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    /// A number to six digits, as short as that allows: `0.333333`, `12,000`, `1.5e-07`.
    public static func number(_ value: Double) -> String {
        if let whole = Int(exactly: value), abs(whole) < 1_000_000_000_000_000 {
            return grouped(whole)
        }
        guard value.isFinite, value != 0 else { return "\(value)" }
        var unit = 1.0
        while abs(value) * unit < 100_000, unit < 1e200 { unit *= 10 }
        while abs(value) * unit >= 1_000_000, unit > 1e-200 { unit /= 10 }
        let digits = (value * unit).rounded()
        guard digits.isFinite else { return "\(value)" }
        let short = unit < 1 ? digits * (1 / unit).rounded() : digits / unit
        return Int(exactly: short).map(grouped) ?? "\(short)"
    }

    /// `12.5 %`; what is there but would be nothing to one digit is `<0.1 %`.
    public static func percent(_ share: Double) -> String {
        share > 0 && share < 0.0005 ? "<0.1 %" : "\(tenths(share * 100)) %"
    }

    /// `12.5 %`: so many of so many.
    public static func share(_ part: Int, of all: Int) -> String {
        percent(all > 0 ? Double(part) / Double(all) : 0)
    }

    /// `held: no room on the disk`: why a job does not move; nil where it does, or has ended.
    public static func held(_ job: Job) -> String? {
        guard job.status.isActive, let reason = job.heldReason else { return nil }
        return "held: \(reason)"
    }

    /// One digit after the point; as the number itself says it where it is too large for that.
    public static func tenths(_ value: Double) -> String {
        guard let scaled = Int64(exactly: (value * 10).rounded()) else { return "\(value)" }
        return "\(scaled / 10).\(abs(scaled % 10))"
    }
}

extension JobStatus {
    /// The mark before a job: never the only sign, the word stands beside it.
    public func mark(_ glyphs: Glyphs) -> Character {
        switch self {
        case .completed: glyphs.check
        case .failed: glyphs.cross
        case .canceled: glyphs.cancelled
        case .running, .finalizing: glyphs.dot
        case .notStarted, .starting, .provisioning, .preparing, .queued, .cancelRequested,
            .notResponding, .paused, .unknown:
            glyphs.circle
        }
    }

    /// The style of its mark and word.
    public var style: Style {
        switch self {
        case .completed: .success
        case .failed, .notResponding: .danger
        case .canceled, .cancelRequested, .paused: .warning
        case .running, .finalizing: .running
        case .notStarted, .starting, .provisioning, .preparing, .queued: .info
        case .unknown: .dim
        }
    }
}
