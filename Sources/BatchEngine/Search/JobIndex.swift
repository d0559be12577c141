// What a search looks at instead of the database: of a million jobs some hundred bytes each, without a String among them.
//
//     JobIndex ── segments, the oldest first ──▶ JobSegment ── rows: times and numbers, 32 bytes each
//        │                                                  ├─ masks: which letters and digits a row has
//        │                                                  └─ bytes: "name id" of all its rows, in one buffer
//        ├─ kinds: status, endpoint and deployment, of which there are few; a row has a kind's number
//        └─ experiments, in the same way
//
// A row's text is its own bytes and its kind's, so that a status that changes changes a number, and what a filter asks of
// status, endpoint or deployment is asked once per kind and not a million times.
//
// All of it is a value: a search takes a copy and reads it beside whoever changes the original, and what is copied then is
// one segment. The newest jobs are read first, so that a search which comes before the index is whole is about those.

import BatchModel

/// The jobs of an engine, made ready to be searched.
struct JobIndex: Sendable {
    /// What many jobs have in common.
    struct Kind: Sendable, Hashable {
        var status: String
        var endpoint: String
        var deployment: String
    }

    /// A job on its way into the index.
    struct Entry: Sendable, Hashable {
        /// Position in the order of acceptance.
        var seq: Int
        var id: String
        /// What people call it; its id when they call it nothing else.
        var name: String
        var kind: Kind
        var experiment: String
        var createdAt: Timestamp
        var isArchived: Bool
    }

    /// Ascending by number, none empty.
    private(set) var segments: [JobSegment] = []
    private(set) var kinds: [Kind] = []
    private(set) var experiments: [String] = []
    private var kindNumbers: [Kind: UInt32] = [:]
    private var experimentNumbers: [String: UInt32] = [:]
    /// The least job number that has been read so far: what is older is not known yet.
    private(set) var start: Int

    /// - Parameter end: the number behind the newest job that will be read by `prepend`.
    init(end: Int) { start = end }

    /// Rows, those of removed jobs included.
    var count: Int { segments.reduce(0) { $0 + $1.rows.count } }

    /// Takes the jobs in that come before all that are known.
    ///
    /// - Parameters:
    ///   - entries: ascending by number, at most `JobSegment.capacity`.
    ///   - start: the least number that was looked for.
    mutating func prepend(_ entries: [Entry], from start: Int) {
        self.start = start
        guard let first = entries.first else { return }
        var segment = JobSegment(firstSeq: first.seq, capacity: entries.count)
        for entry in entries { segment.insert(row(entry), of: entry, at: segment.rows.count) }
        segments.insert(segment, at: 0)
    }

    /// Takes a new job in, or what has changed of one.
    mutating func put(_ entry: Entry) {
        guard entry.seq >= start else { return }
        let row = row(entry)
        guard let place = segments.lastIndex(where: { $0.firstSeq <= entry.seq }) else {
            return append(row, entry, before: 0)
        }
        let index = segments[place].firstRow(from: entry.seq)
        if index < segments[place].rows.count, segments[place].seq(at: index) == entry.seq {
            segments[place].replace(index, by: row, of: entry)
        } else if segments[place].rows.count < JobSegment.capacity {
            segments[place].insert(row, of: entry, at: index)
        } else {
            append(row, entry, before: place + 1)
        }
    }

    /// Takes a job out.
    mutating func remove(_ seq: Int) {
        guard let place = segments.lastIndex(where: { $0.firstSeq <= seq }) else { return }
        let index = segments[place].firstRow(from: seq)
        guard index < segments[place].rows.count, segments[place].seq(at: index) == seq else {
            return
        }
        segments[place].strike(index)
    }

    private mutating func append(_ row: JobSegment.Row, _ entry: Entry, before place: Int) {
        var segment = JobSegment(firstSeq: entry.seq, capacity: 0)
        segment.insert(row, of: entry, at: 0)
        segments.insert(segment, at: place)
    }

    private mutating func row(_ entry: Entry) -> JobSegment.Row {
        JobSegment.Row(
            createdAt: entry.createdAt.microsecondsSinceEpoch,
            kind: Self.number(of: entry.kind, in: &kinds, &kindNumbers),
            experiment: Self.number(of: entry.experiment, in: &experiments, &experimentNumbers),
            isArchived: entry.isArchived)
    }

    private static func number<Value: Hashable>(
        of value: Value, in values: inout [Value], _ numbers: inout [Value: UInt32]
    ) -> UInt32 {
        if let known = numbers[value] { return known }
        let number = UInt32(values.count)
        values.append(value)
        numbers[value] = number
        return number
    }

    /// A row as a filter sees it.
    func job(_ segment: JobSegment, _ row: JobSegment.Row) -> FilteredJob {
        let kind = kinds[Int(row.kind)]
        return FilteredJob(
            id: segment.id(of: row), name: segment.name(of: row), status: kind.status,
            endpoint: kind.endpoint, deployment: kind.deployment,
            experiment: experiments[Int(row.experiment)],
            createdAt: Timestamp(microsecondsSinceEpoch: row.createdAt))
    }
}

/// Some thousand jobs of the index.
struct JobSegment: Sendable {
    /// Rows at most: what is read of the database at once, and what a change copies while a search looks at it.
    static let capacity = 4_096

    /// One job.
    struct Row: Sendable {
        /// Microseconds since 1970.
        var createdAt: Int64
        /// The job's number less the segment's first.
        var offset: UInt32 = 0
        /// Where its bytes begin.
        var start: UInt32 = 0
        var kind: UInt32
        var experiment: UInt32
        /// Bytes of name and id with a blank between, or of the id alone. Far more than the 255 characters that either
        /// may have; what is longer is cut.
        var length: UInt16 = 0
        var nameLength: UInt16 = 0
        private(set) var flags: UInt8

        init(createdAt: Int64, kind: UInt32, experiment: UInt32, isArchived: Bool) {
            self.createdAt = createdAt
            self.kind = kind
            self.experiment = experiment
            flags = isArchived ? Flags.archived : 0
        }

        var isArchived: Bool { flags & Flags.archived != 0 }
        var isRemoved: Bool { flags & Flags.removed != 0 }
        /// True when all its bytes are printable ASCII, and can be compared as they lie.
        var isPlain: Bool { flags & Flags.plain != 0 }
        var hasInnerCapitals: Bool { flags & Flags.innerCapitals != 0 }

        fileprivate mutating func note(_ isPlain: Bool, _ hasInnerCapitals: Bool) {
            flags &= ~(Flags.plain | Flags.innerCapitals)
            if isPlain { flags |= Flags.plain }
            if hasInnerCapitals { flags |= Flags.innerCapitals }
        }

        fileprivate mutating func remove() { flags |= Flags.removed }
    }

    private enum Flags {
        static let archived: UInt8 = 1
        static let removed: UInt8 = 2
        static let plain: UInt8 = 4
        static let innerCapitals: UInt8 = 8
    }

    /// The least number of a job in it.
    let firstSeq: Int
    /// Ascending by number.
    private(set) var rows: [Row] = []
    /// Letters and digits of each row's bytes; see `FuzzyPattern.mask(of:)`.
    private(set) var masks: [UInt64] = []
    private(set) var bytes: [UInt8] = []

    init(firstSeq: Int, capacity: Int) {
        self.firstSeq = firstSeq
        rows.reserveCapacity(capacity)
        masks.reserveCapacity(capacity)
    }

    /// The number of the job in a row.
    func seq(at index: Int) -> Int { firstSeq + Int(rows[index].offset) }

    /// The first row whose job's number is not below `seq`.
    func firstRow(from seq: Int) -> Int {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if self.seq(at: middle) < seq { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func name(of row: Row) -> String { text(row, 0..<Int(row.nameLength)) }

    func id(of row: Row) -> String {
        let isAlone = row.nameLength == row.length
        return text(row, (isAlone ? 0 : Int(row.nameLength) + 1)..<Int(row.length))
    }

    private func text(_ row: Row, _ part: Range<Int>) -> String {
        let start = Int(row.start)
        return String(
            decoding: bytes[start + part.lowerBound..<start + part.upperBound], as: UTF8.self)
    }

    fileprivate mutating func insert(_ row: Row, of entry: JobIndex.Entry, at index: Int) {
        var row = row
        row.offset = UInt32(clamping: entry.seq - firstSeq)
        let mask = write(entry, into: &row)
        rows.insert(row, at: index)
        masks.insert(mask, at: index)
    }

    /// Bytes that are no row's any more stay until the index goes: people seldom rename jobs.
    fileprivate mutating func replace(_ index: Int, by row: Row, of entry: JobIndex.Entry) {
        var new = row
        let old = rows[index]
        new.offset = old.offset
        if name(of: old) == entry.name, id(of: old) == entry.id {
            (new.start, new.length, new.nameLength) = (old.start, old.length, old.nameLength)
            new.note(old.isPlain, old.hasInnerCapitals)
        } else {
            masks[index] = write(entry, into: &new)
        }
        rows[index] = new
    }

    fileprivate mutating func strike(_ index: Int) { rows[index].remove() }

    /// Adds a job's bytes and gives their mask.
    private mutating func write(_ entry: JobIndex.Entry, into row: inout Row) -> UInt64 {
        let start = bytes.count
        bytes.append(contentsOf: entry.name.utf8)
        row.nameLength = UInt16(clamping: bytes.count - start)
        if entry.name != entry.id {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: entry.id.utf8)
        }
        row.start = UInt32(clamping: start)
        row.length = UInt16(clamping: bytes.count - start)
        let head = bytes[start..<start + Int(row.length)]
        let traits = head.withUnsafeBufferPointer { TextTraits($0) }
        row.note(traits.isPlain, traits.hasInnerCapitals)
        return traits.mask
    }
}

/// What is worth knowing of a text before it is searched.
struct TextTraits {
    /// True when it is printable ASCII.
    private(set) var isPlain = true
    /// True when a capital stands behind a letter or digit that is none: such a capital begins a word.
    private(set) var hasInnerCapitals = false
    /// Its letters and digits; see `FuzzyPattern.mask(of:)`.
    let mask: UInt64

    init(_ text: UnsafeBufferPointer<UInt8>) {
        mask = FuzzyPattern.mask(of: text)
        var isBehindSmall = false
        for byte in text {
            if byte < 0x20 || byte > 0x7E { isPlain = false }
            let isCapital = byte >= 0x41 && byte <= 0x5A
            if isCapital, isBehindSmall { hasInnerCapitals = true }
            isBehindSmall = (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
        }
    }
}
