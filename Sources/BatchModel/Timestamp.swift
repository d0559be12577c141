// A point in time without Foundation, so that pure rooms can hold and print times.
//
// The service writes ISO 8601 with up to seven fraction digits and either `Z` or an offset (CONTRACT §3);
// microseconds keep every digit that matters to a person. The calendar arithmetic is the proleptic Gregorian one on
// days since 1970, counted in 400-year eras that begin on 1 March, so that the leap day falls last and needs no case.

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    public var microsecondsSinceEpoch: Int64

    /// Wraps a count of microseconds since 1970-01-01T00:00:00Z.
    public init(microsecondsSinceEpoch: Int64) {
        self.microsecondsSinceEpoch = microsecondsSinceEpoch
    }

    /// Wraps a count of seconds since 1970-01-01T00:00:00Z; what no clock can show becomes the nearest time it can.
    ///
    /// Counts come from outside (a token's `exp`), and a number that is too large must not end the program.
    public init(secondsSinceEpoch: Double) {
        let microseconds = (secondsSinceEpoch * 1_000_000).rounded()
        microsecondsSinceEpoch =
            Int64(exactly: microseconds) ?? (microseconds < 0 ? .min : .max)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    public var secondsSinceEpoch: Double { Double(microsecondsSinceEpoch) / 1_000_000 }

    /// The earlier one is the lesser.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
    }

    /// The time that is `duration` later, or the last there is.
    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let change = duration.wholeMicroseconds
        let sum = time.microsecondsSinceEpoch.addingReportingOverflow(change)
        let end: Int64 = change < 0 ? .min : .max
        return Timestamp(microsecondsSinceEpoch: sum.overflow ? end : sum.partialValue)
    }

    /// The time that is `duration` earlier, or the first there is.
    public static func - (time: Timestamp, duration: Duration) -> Timestamp {
        time + (.zero - duration)
    }

    /// How much later `left` is than `right`; negative when it is earlier, and never longer than a duration can be told.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        let difference = left.microsecondsSinceEpoch
            .subtractingReportingOverflow(right.microsecondsSinceEpoch)
        let end: Int64 = left < right ? .min : .max
        return .microseconds(difference.overflow ? end : difference.partialValue)
    }
}

extension Duration {
    /// The duration in microseconds, cut towards zero; 292,000 years at most.
    public var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let product = seconds.multipliedReportingOverflow(by: 1_000_000)
        let sum = product.partialValue
            .addingReportingOverflow(attoseconds / 1_000_000_000_000)
        guard product.overflow || sum.overflow else { return sum.partialValue }
        return seconds < 0 ? .min : .max
    }

    /// The duration in seconds.
    public var inSeconds: Double { Double(wholeMicroseconds) / 1_000_000 }
}

extension Timestamp {
    /// A date and a time of day in UTC.
    public struct Fields: Sendable, Hashable {
        /// Year, month 1...12, day 1...31.
        public var year: Int, month: Int, day: Int
        /// Hour 0...23, minute and second 0...59, microsecond 0...999,999.
        public var hour: Int, minute: Int, second: Int, microsecond: Int
    }

    /// The calendar fields in UTC.
    public var utc: Fields {
        let microsecondsPerDay: Int64 = 86_400_000_000
        var days = microsecondsSinceEpoch / microsecondsPerDay
        var rest = microsecondsSinceEpoch % microsecondsPerDay
        if rest < 0 {
            rest += microsecondsPerDay
            days -= 1
        }
        let (year, month, day) = Self.civil(fromDays: Int(days))
        let seconds = Int(rest / 1_000_000)
        return Fields(
            year: year, month: month, day: day, hour: seconds / 3600, minute: seconds / 60 % 60,
            second: seconds % 60, microsecond: Int(rest % 1_000_000))
    }

    /// The time as the service writes it: `2026-11-23T08:14:03.000000Z`.
    public var iso8601: String {
        let f = utc
        return "\(pad(f.year, 4))-\(pad(f.month))-\(pad(f.day))T\(pad(f.hour)):\(pad(f.minute)):"
            + "\(pad(f.second)).\(pad(f.microsecond, 6))Z"
    }

    /// The time for a person: `2026-11-23 08:14:03` in UTC.
    public var readable: String {
        let f = utc
        return "\(pad(f.year, 4))-\(pad(f.month))-\(pad(f.day)) \(pad(f.hour)):\(pad(f.minute)):"
            + pad(f.second)
    }

    /// Reads ISO 8601 with `T` or a space, any number of fraction digits, and `Z`, an offset or nothing (UTC).
    public init?(iso8601 text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4), scanner.skip("-"),
            let month = scanner.number(digits: 2), (1...12).contains(month), scanner.skip("-"),
            let day = scanner.number(digits: 2), (1...31).contains(day),
            scanner.skip("T") || scanner.skip(" ") || scanner.skip("t"),
            let hour = scanner.number(digits: 2), hour < 24, scanner.skip(":"),
            let minute = scanner.number(digits: 2), minute < 60, scanner.skip(":"),
            let second = scanner.number(digits: 2), second <= 60
        else { return nil }
        let fraction = scanner.skip(".") ? scanner.fractionMicroseconds() : 0
        guard let offset = scanner.offsetSeconds(), scanner.isAtEnd else { return nil }
        let days = Self.days(fromYear: year, month: month, day: day)
        let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset)
        self.init(microsecondsSinceEpoch: seconds * 1_000_000 + Int64(fraction))
    }

    private static func days(fromYear year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

private func pad(_ number: Int, _ width: Int = 2) -> String {
    let digits = String(number)
    return digits.count >= width
        ? digits : String(repeating: "0", count: width - digits.count) + digits
}

private struct DigitScanner {
    private var rest: Substring.UTF8View.SubSequence

    init(_ text: String) { rest = Substring(text).utf8[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func digit() -> Int? {
        guard let byte = rest.first, (48...57).contains(byte) else { return nil }
        rest.removeFirst()
        return Int(byte) - 48
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let next = digit() else { return nil }
            value = value * 10 + next
        }
        return value
    }

    mutating func fractionMicroseconds() -> Int {
        var value = 0
        var scale = 100_000
        while let next = digit() {
            value += next * scale
            scale /= 10
        }
        return value
    }

    /// `Z`, `z`, nothing, `+hh:mm` or `-hh:mm`.
    mutating func offsetSeconds() -> Int? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        let sign: Int
        if skip("+") {
            sign = 1
        } else if skip("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(digits: 2) else { return nil }
        _ = skip(":")
        guard let minutes = number(digits: 2) else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
