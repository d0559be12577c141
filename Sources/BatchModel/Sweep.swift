// Many jobs from one draft: some of its values are lists or ranges, and every combination is a job.
//
// What a list is must be plain to whoever types it, and the numbers must be the ones that were meant: a range is counted in
// decimal digits, not in binary fractions, so that `0.1..0.9 step 0.2` gives 0.3 and never 0.30000000000000004. Only what
// has numbers on both sides of the dots is a range: `../data` stays a path.
//
//     0.1, 0.3, 0.7            a list
//     1..5                     1, 2, 3, 4, 5
//     0.1..0.9 step 0.2        0.1, 0.3, 0.5, 0.7, 0.9
//     5..1                     downwards
//     1..3, 10                 ranges in a list
//     "a,b", c                 a value with a comma in it

/// What cannot be swept over: what is wrong and what is accepted.
public struct SweepError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, a sentence.
    public let detail: String
    /// What to do, a sentence.
    public let advice: String

    /// Detail and advice.
    public var description: String { "\(detail) \(advice)" }
}

/// Values by name, of which every combination is a job.
public struct Sweep: Sendable, Hashable, Codable {
    /// One name and its values.
    public struct Axis: Sendable, Hashable, Codable {
        /// What takes the values: an input's name, or a setting's.
        public var name: String
        /// The values, in the order given.
        public var values: [String]

        /// Names values.
        public init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }

    /// One combination: a value for each axis, in their order.
    public typealias Point = [String]

    /// More jobs than this nobody means to make by one confirmation.
    public static let jobLimit = 200
    /// The tag that the jobs of one sweep have in common.
    public static let tag = "batchdeck_sweep"

    /// The axes; the last one changes fastest.
    public var axes: [Axis]

    /// A sweep over axes.
    public init(axes: [Axis]) { self.axes = axes }

    /// How many jobs it comes to; 0 when an axis has no value.
    public var count: Int {
        axes.reduce(1) { count, axis in
            let (product, didOverflow) = count.multipliedReportingOverflow(by: axis.values.count)
            return didOverflow ? .max : product
        }
    }

    /// Every combination, in order.
    ///
    /// - Throws: `SweepError` when there are more than `jobLimit`.
    public func points() throws(SweepError) -> [Point] {
        guard count <= Self.jobLimit else {
            let factors = axes.map { String($0.values.count) }.joined(separator: " × ")
            throw SweepError(
                detail: "The sweep comes to \(factors) jobs, more than \(Self.jobLimit).",
                advice: "Leave out values, or sweep in parts.")
        }
        return axes.reduce([[]]) { points, axis in
            points.flatMap { point in axis.values.map { point + [$0] } }
        }
    }

    /// A combination for a person, and for the job's display name: `threshold=0.3 mode=append`.
    public func label(of point: Point) -> String {
        let parts = zip(axes, point).map { axis, value in
            // Of an address the end says most; its signature is nobody's business.
            let value = DraftSecrets.masked(value)
            let end = value.split(separator: "/").last.map(String.init) ?? value
            return "\(axis.name)=\(end.prefix(40))"
        }
        return parts.joined(separator: " ")
    }

    /// An id for the jobs of a sweep that is begun now.
    public static func id(at time: Timestamp) -> String {
        "sweep-" + String(time.microsecondsSinceEpoch, radix: 36)
    }

    /// A job as a sweep submits it: the end of its display name tells it from the others, its tag says that they belong together.
    ///
    /// - Parameter label: its combination (`label(of:)`).
    /// - Parameter id: the sweep's (`id(at:)`).
    public static func job(_ draft: JobDraft, label: String, of id: String) -> JobDraft {
        var job = draft
        job.jobName = [draft.jobName, label].compactMap(\.self).joined(separator: " ")
        job.tags = [tag: id]
        return job
    }

    /// What is wrong with any of its jobs only because there are others: an output that was given a place.
    ///
    /// - Returns: nil when nothing is, or when it comes to one job.
    public func sharedProblem(of draft: JobDraft) -> DraftProblem? {
        guard count > 1, let output = draft.outputs.first else { return nil }
        return DraftProblem(
            field: .output(output.name),
            detail: "Every job of the sweep would write to this one place.",
            advice: "Leave it out: each job then gets a place of its own.")
    }
}

// MARK: - Reading

extension Sweep {
    /// The values of a list or range as a person types it.
    ///
    /// - Throws: `SweepError` for an open quote, an empty value, a value twice, a range that never ends or has too many.
    public static func values(of text: String) throws(SweepError) -> [String] {
        var values: [String] = []
        for item in try items(of: text) {
            let range = item.isQuoted ? nil : try Decimals.range(item.text)
            values += range ?? [item.text]
            guard values.count <= jobLimit else {
                throw SweepError(
                    detail: "There are more than \(jobLimit) values.", advice: "Leave out some.")
            }
        }
        var seen: Set<String> = []
        for value in values where !seen.insert(value).inserted {
            throw SweepError(
                detail: "\(value) is there twice.", advice: "Each value makes a job: keep one.")
        }
        return values
    }

    /// A list as text that `values(of:)` reads back.
    public static func text(of values: [String]) -> String {
        values.map { value in
            let isPlain =
                !value.isEmpty && value.first != "\""
                && !value.contains(where: { ",\n".contains($0) })
                && value.trimmingSpaces == value && !value.contains("..")
            return isPlain ? value : "\"" + value.filter { $0 != "\"" } + "\""
        }.joined(separator: ", ")
    }

    private static func items(
        of text: String
    ) throws(SweepError) -> [(text: String, isQuoted: Bool)] {
        var items: [(text: String, isQuoted: Bool)] = []
        var rest = text.trimmingSpaces
        while true {
            var item: Substring
            let isQuoted = rest.first == "\""
            if isQuoted {
                rest.removeFirst()
                guard let end = rest.firstIndex(of: "\"") else {
                    throw SweepError(
                        detail: "A quote is not closed.", advice: "Close it behind the value.")
                }
                item = rest[..<end]
                rest = rest[rest.index(after: end)...].drop { $0.isWhitespace && $0 != "\n" }
                guard rest.isEmpty || rest.first == "," || rest.first == "\n" else {
                    throw SweepError(
                        detail: "Something stands behind a quoted value.",
                        advice: "Part values by commas.")
                }
            } else {
                item = rest.prefix { $0 != "," && $0 != "\n" }
                rest = rest[item.endIndex...]
            }
            let value = isQuoted ? String(item) : String(String(item).trimmingSpaces)
            guard !value.isEmpty else {
                throw SweepError(
                    detail: "A value is empty.",
                    advice: "Give a list (0.1, 0.3) or a range (1..5, 0.1..0.9 step 0.2).")
            }
            items.append((value, isQuoted))
            guard !rest.isEmpty else { return items }
            rest = String(rest.dropFirst()).trimmingSpaces
        }
    }
}

/// Numbers by their decimal digits, so that counting is exact.
private enum Decimals {
    /// `value × 10^-scale`.
    struct Number {
        var value: Int64
        var scale: Int

        /// Plain decimal numbers of at most 15 digits; nil for anything else.
        init?(_ text: Substring) {
            let body = text.first == "-" ? text.dropFirst() : text
            let parts = body.split(separator: ".", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
                parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
                body.count <= 16, let value = Int64(parts.joined())
            else { return nil }
            self.value = text.first == "-" ? -value : value
            scale = parts.count == 2 ? parts[1].count : 0
        }

        func scaled(to wanted: Int) -> Int64? {
            var number = value
            for _ in scale..<wanted {
                let (product, didOverflow) = number.multipliedReportingOverflow(by: 10)
                guard !didOverflow else { return nil }
                number = product
            }
            // So that the distance of two of them is a number too.
            return number.magnitude < 1 << 61 ? number : nil
        }
    }

    /// The numbers of `A..B` or `A..B step S`; nil for a text that is no range.
    static func range(_ text: String) throws(SweepError) -> [String]? {
        guard let dots = text.firstRange(of: ".."), let low = Number(text[..<dots.lowerBound])
        else { return nil }
        let rest = text[dots.upperBound...].split(separator: " ")
        guard let first = rest.first, let high = Number(first) else { return nil }
        guard rest.count == 1 || (rest.count == 3 && rest[1] == "step") else {
            throw SweepError(
                detail: "\"\(text)\" is no range.", advice: "Write 1..5, or 0.1..0.9 step 0.2.")
        }
        guard rest.count == 3 || (low.scale == 0 && high.scale == 0) else {
            throw SweepError(
                detail: "\"\(text)\" has no step.", advice: "Write \(text) step 0.1, say.")
        }
        let step = rest.count == 3 ? Number(rest[2]) : Number("1")
        guard let step, step.value > 0 else {
            throw SweepError(
                detail: "The step of \"\(text)\" is no number above 0.",
                advice: "A range may go down: 5..1 step 2.")
        }
        return try counted(low, high, step, text)
    }

    private static func counted(
        _ low: Number, _ high: Number, _ step: Number, _ text: String
    ) throws(SweepError) -> [String] {
        let scale = max(low.scale, high.scale, step.scale)
        guard let start = low.scaled(to: scale), let end = high.scaled(to: scale),
            let by = step.scaled(to: scale)
        else {
            throw SweepError(
                detail: "The numbers of \"\(text)\" have too many digits.",
                advice: "Use fewer.")
        }
        let signed = start <= end ? by : -by
        let steps = start <= end ? (end - start) / by : (start - end) / by
        guard steps < Int64(Sweep.jobLimit) else {
            throw SweepError(
                detail: "\"\(text)\" has more than \(Sweep.jobLimit) values.",
                advice: "Take a larger step.")
        }
        return (0...steps).map { shown(start + $0 * signed, scale: scale) }
    }

    /// `0.30` is shown as `0.3`.
    private static func shown(_ value: Int64, scale: Int) -> String {
        guard scale > 0 else { return String(value) }
        let digits = String(value.magnitude)
        let filled = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        var text = filled.prefix(filled.count - scale) + "." + filled.suffix(scale)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return (value < 0 ? "-" : "") + text
    }
}
