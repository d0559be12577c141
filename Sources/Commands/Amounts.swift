import ArgumentParser
import BatchEngine

/// Sizes as people write them: `512M`, `10G`.
enum SizeText {
    private static let units: [(letter: Character, bytes: Int64)] = [
        ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("T", 1 << 40),
    ]

    /// Reads a size.
    ///
    /// - Throws: naming the forms that are taken.
    static func parse(_ text: String, option: String) throws(ValidationError) -> Int64 {
        let refusal = ValidationError(
            "\(option) takes a size such as 512K, 100M or 10G (K, M, G and T count in steps of "
                + "1024), not '\(text)'.")
        var digits = text.uppercased()
        // `10GiB` and `10GB` are meant alike.
        for tail in ["IB", "B"] where digits.hasSuffix(tail) && digits.count > tail.count + 1 {
            digits.removeLast(tail.count)
            break
        }
        guard let unit = units.first(where: { digits.last == $0.letter }),
            let count = Int64(digits.dropLast()), count >= 0
        else { throw refusal }
        let (bytes, isOver) = count.multipliedReportingOverflow(by: unit.bytes)
        guard !isOver else { throw refusal }
        return bytes
    }

    /// `12.3 MiB`.
    static func print(_ bytes: Int64) -> String {
        guard let unit = units.last(where: { bytes >= $0.bytes }) else { return "\(bytes) B" }
        let tenths = (Double(bytes) / Double(unit.bytes) * 10).rounded() / 10
        return "\(tenths) \(unit.letter)iB"
    }
}

/// Ages as people write them: `30d`, `12h`, `90m`.
enum AgeText {
    private static let units: [Character: Int64] = ["m": 60, "h": 3_600, "d": 86_400]
    /// Longer than anything is kept.
    private static let limitSeconds: Int64 = 36_500 * 86_400

    /// Reads an age, in seconds.
    ///
    /// - Throws: naming the forms that are taken.
    static func parse(_ text: String, option: String) throws(ValidationError) -> Int64 {
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (0...limitSeconds / unit).contains(count)
        else {
            throw ValidationError(
                "\(option) takes an age such as 30d, 12h or 90m (days, hours, minutes), "
                    + "not '\(text)'.")
        }
        return count * unit
    }
}

/// How large the logs of jobs may become.
struct LogOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "What each log file of a job may grow to (or BATCHDECK_LOG_LIMIT; default: 64M).")
    var logLimit: String?

    /// The same option for an engine in the background.
    var arguments: [String] { logLimit.map { ["--log-limit", $0] } ?? [] }

    /// The limit in bytes; nil for the default.
    ///
    /// - Throws: naming the forms that are taken, for a size that cannot be read or is too small.
    func limit(_ environment: [String: String]) throws(ValidationError) -> Int64? {
        let variable = "BATCHDECK_LOG_LIMIT"
        let named = environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        guard let text = logLimit ?? named else { return nil }
        let option = logLimit == nil ? variable : "--log-limit"
        let bytes = try SizeText.parse(text, option: option)
        guard bytes >= CappedLog.smallestLimitBytes else {
            throw ValidationError("\(option) must be at least 16K, not '\(text)'.")
        }
        return bytes
    }
}
