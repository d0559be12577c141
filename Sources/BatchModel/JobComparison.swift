// Two jobs side by side: what they were given, how they went, and what of that differs. The same rows for the screen and
// for the verb.
//
// "Not known" is no difference: a service that does not tell a job's settings has not said that they are others. And what is
// always another (names, ids) is no row at all, because it would say nothing.

/// What differs between two jobs.
public struct JobComparison: Sendable, Hashable {
    /// One of the two jobs, with what is known of it beside what the service's answer holds.
    public struct Side: Sendable, Hashable, Codable {
        /// The job.
        public var job: Job
        /// What it was given with the settings it alone had; nil unless it was submitted from here.
        public var draft: JobDraft?
        /// The first useful error of a job that failed.
        public var error: JobError?

        /// Describes one side.
        public init(job: Job, draft: JobDraft? = nil, error: JobError? = nil) {
            self.job = job
            self.draft = draft
            self.error = error
        }
    }

    /// What a row is about.
    public enum Section: String, Sendable, Hashable, Codable, CaseIterable {
        case job, inputs, literals, outputs, overrides, times, progress, error
    }

    /// What is known on one side.
    public enum Value: Sendable, Hashable, Codable {
        case text(String)
        /// It is known that there is none.
        case none
        case unknown

        /// The text, nil where there is none.
        public var text: String? { if case .text(let text) = self { text } else { nil } }
    }

    /// Whether both sides say the same.
    public enum Difference: String, Sendable, Hashable, Codable {
        case same, different
        /// One side or both are not known.
        case unknown
    }

    /// One fact of both jobs.
    public struct Row: Sendable, Hashable, Codable {
        /// What it is about.
        public var section: Section
        /// Its name: `endpoint`, an input's name, `mini_batch_size`.
        public var name: String
        /// What it is on the two sides, secrets masked.
        public var left: Value, right: Value
        /// Whether that is the same.
        public var difference: Difference
    }

    /// The rows, section by section.
    public let rows: [Row]

    /// Those that differ.
    public var differences: [Row] { rows.filter { $0.difference == .different } }

    /// Lays two jobs side by side.
    public init(_ left: Side, _ right: Side) {
        rows =
            Self.job(left.job, right.job) + Self.inputs(left, right) + Self.outputs(left, right)
            + Self.overrides(left.draft?.overrides, right.draft?.overrides)
            + Self.times(left.job, right.job) + Self.progress(left.job, right.job)
            + Self.error(left, right)
    }

    /// A row of two raw values: those are compared, and masked to be shown.
    private static func row(
        _ section: Section, _ name: String, _ left: Value, _ right: Value
    ) -> Row {
        var difference = left == right ? Difference.same : .different
        if left == .unknown || right == .unknown { difference = .unknown }
        return Row(
            section: section, name: name, left: masked(left), right: masked(right),
            difference: difference)
    }

    private static func masked(_ value: Value) -> Value {
        if case .text(let text) = value { .text(DraftSecrets.masked(text)) } else { value }
    }

    private static func known(_ text: String?) -> Value { text.map { .text($0) } ?? .unknown }
    private static func found(_ text: String?) -> Value { text.map { .text($0) } ?? .none }
}

// MARK: - Sections

extension JobComparison {
    private static func job(_ left: Job, _ right: Job) -> [Row] {
        [
            row(.job, "endpoint", known(left.endpoint?.rawValue), known(right.endpoint?.rawValue)),
            row(
                .job, "deployment", known(left.deployment?.rawValue),
                known(right.deployment?.rawValue)),
            row(.job, "experiment", known(left.experimentName), known(right.experimentName)),
            row(.job, "status", .text(left.status.rawValue), .text(right.status.rawValue)),
        ]
    }

    /// Data first, then values. An input of which only its name is known may be either: an address is data.
    private static func inputs(_ left: Side, _ right: Side) -> [Row] {
        var (one, other) = (given(left), given(right))
        // The one input of a model deployment has whatever name the service gives it (ES §6 R1).
        if let mine = onlyData(one), let theirs = onlyData(other), one.keys != other.keys {
            (one, other) = (["input": mine], ["input": theirs])
        }
        let literals = literalNames(left).union(literalNames(right))
        let names = Set(one.keys).union(other.keys).sorted()
        let rows = names.map { name in
            row(
                literals.contains(name) ? .literals : .inputs, name, found(one[name]),
                found(other[name]))
        }
        return rows.filter { $0.section == .inputs } + rows.filter { $0.section == .literals }
    }

    /// What the service says of the inputs, and what it does not say from the draft.
    private static func given(_ side: Side) -> [String: String] {
        var given = side.job.inputs
        guard let inputs = side.draft?.inputs, given.isEmpty else { return given }
        for input in inputs {
            switch input.value {
            case .data(_, let reference): given[input.name] = reference.text
            case .literal(let text): given[input.name] = text
            }
        }
        return given
    }

    private static func literalNames(_ side: Side) -> Set<String> {
        if let inputs = side.draft?.inputs {
            return Set(
                inputs.filter { if case .literal = $0.value { true } else { false } }.map(\.name))
        }
        return Set(side.job.inputs.filter { !isAddress($0.value) }.keys)
    }

    /// The input of a job that has one and no other, when it is data.
    private static func onlyData(_ inputs: [String: String]) -> String? {
        guard inputs.count == 1, let text = inputs.values.first, isAddress(text) else { return nil }
        return text
    }

    private static func isAddress(_ text: String) -> Bool {
        text.contains("://") || text.hasPrefix("azureml:") || text.hasPrefix("/")
    }

    private static func outputs(_ left: Side, _ right: Side) -> [Row] {
        let (one, other) = (left.job.outputs, right.job.outputs)
        return Set(one.keys).union(other.keys).sorted().map { name in
            row(.outputs, name, found(one[name]), found(other[name]))
        }
    }

    /// Settings that one of the jobs, or both, had for itself alone.
    private static func overrides(
        _ left: JobDraft.Overrides?, _ right: JobDraft.Overrides?
    ) -> [Row] {
        let fields: [(DraftField, (JobDraft.Overrides) -> String?)] = [
            (.miniBatchSize, { $0.miniBatchSize.map { "\($0)" } }),
            (.instanceCount, { $0.instanceCount.map { "\($0)" } }),
            (.maxRetries, { $0.maxRetries.map { "\($0)" } }),
            (.timeout, { $0.timeout.map { text($0) } }),
            (.errorThreshold, { $0.errorThreshold.map { "\($0)" } }),
            (.outputFileName, { $0.outputFileName }),
        ]
        guard left != nil || right != nil else {
            return [row(.overrides, "settings", .unknown, .unknown)]
        }
        return fields.compactMap { field, value in
            let one: Value = left.map { found(value($0)) } ?? .unknown
            let other: Value = right.map { found(value($0)) } ?? .unknown
            guard one.text != nil || other.text != nil else { return nil }
            return row(.overrides, field.label, one, other)
        }
    }

    private static func times(_ left: Job, _ right: Job) -> [Row] {
        func time(_ time: Timestamp?) -> Value { found(time.map { "\($0.readable) UTC" }) }
        func span(_ from: Timestamp?, _ to: Timestamp?) -> Value {
            guard let from, let to else { return .none }
            return .text(text(to - from))
        }
        return [
            row(.times, "accepted", time(left.createdAt), time(right.createdAt)),
            row(.times, "started", time(left.startedAt), time(right.startedAt)),
            row(.times, "ended", time(left.endedAt), time(right.endedAt)),
            row(
                .times, "waited", span(left.createdAt, left.startedAt),
                span(right.createdAt, right.startedAt)),
            row(
                .times, "took", span(left.startedAt, left.endedAt),
                span(right.startedAt, right.endedAt)),
        ]
    }

    private static func progress(_ left: Job, _ right: Job) -> [Row] {
        func count(_ value: (Progress) -> Int?) -> (Value, Value) {
            func one(_ job: Job) -> Value { known(job.progress.flatMap(value).map { "\($0)" }) }
            return (one(left), one(right))
        }
        let facts: [(String, (Progress) -> Int?)] = [
            ("mini-batches done", { $0.processedMiniBatches }),
            ("mini-batches", { $0.totalMiniBatches }), ("items", { $0.totalItems }),
            ("items failed", { $0.failedItems }),
        ]
        return facts.compactMap { name, value in
            let (one, other) = count(value)
            guard one != .unknown || other != .unknown else { return nil }
            return row(.progress, name, one, other)
        }
    }

    private static func error(_ left: Side, _ right: Side) -> [Row] {
        func headline(_ side: Side) -> Value {
            found(side.error?.headline ?? side.job.errorMessage)
        }
        func place(_ side: Side) -> Value { found(side.error?.userFrame ?? side.error?.file) }
        let rows = [
            row(.error, "error", headline(left), headline(right)),
            row(.error, "where", place(left), place(right)),
        ]
        return rows.filter { $0.left.text != nil || $0.right.text != nil }
    }

    /// `9.5 s`: to the millisecond, and no more digits than there are.
    static func text(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.wholeMicroseconds / 1000)
        var part = String(1000 + milliseconds % 1000).dropFirst()
        while part.last == "0" { part = part.dropLast() }
        return "\(milliseconds / 1000)\(part.isEmpty ? "" : ".\(part)") s"
    }
}
