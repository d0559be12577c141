// One pass over the index. What decides is `FilterMatcher`; here each word of the filter is turned into the cheapest
// question that has the same answer, and the questions are put in the order of their price.
//
//     the list's own limits, status, endpoint, deployment ─▶ a table, one entry per kind
//     experiment ─▶ a table, one entry per experiment
//     words ─▶ the letters a row must have, as bits ─▶ the letters in order, byte by byte ─▶ the score, if it can still count
//     age, name:, id: ─▶ numbers and bytes
//     all else, and rows that are not plain ASCII ─▶ `FilterMatcher` itself, on texts made for it
//
// Rows are taken from the newest on, so that of two with the same score the one met later ranks lower. Once as many rows
// are held as are wanted, a row that cannot beat the least of them need not be scored: it is only counted.

import BatchModel
import Dispatch

/// A filter made ready for the rows of an index.
struct JobScan {
    /// What a pass found.
    struct Found: Sendable {
        /// Numbers of the best jobs, best first.
        var best = BestRows(limit: 0)
        /// How many jobs match.
        var matches = 0
        /// How many jobs the filter was about.
        var searched = 0
        /// A bit per row of each segment, from the oldest segment on: those that match.
        var marks: [RowMarks] = []

        /// Adds what was found in older segments.
        fileprivate mutating func add(_ older: Found) {
            for (score, seq) in older.best.rows { best.insert(score, seq) }
            matches += older.matches
            searched += older.searched
            marks = older.marks + marks
        }
    }

    /// Segments below which another thread is not worth its start.
    static let segmentsPerThread = 32
    /// Threads at most: jobs run beside a search.
    static let threadLimit = 4

    /// Looks at all rows of an index, by several threads where there are many.
    ///
    /// - Parameters:
    ///   - earlier: what a filter found that this one narrows, in the same index; nil to look everywhere.
    ///   - isOvertaken: asked now and then, by any thread: true ends the pass.
    /// - Returns: nil when it was ended.
    static func run(
        _ query: FilterQuery, _ search: JobSearchQuery, of index: JobIndex, at now: Timestamp,
        within earlier: Found? = nil, unless isOvertaken: @Sendable () -> Bool = { false }
    ) -> Found? {
        let count = index.segments.count
        let threads = max(1, min(count / segmentsPerThread, threadLimit, Machine.cores))
        let found = Guarded([Found?](repeating: nil, count: threads))
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            // Regular expressions are not Sendable: each thread has the filter to itself.
            let scan = JobScan(query, search, of: index, at: now)
            let part = count * thread / threads..<count * (thread + 1) / threads
            let result = scan.run(part, within: earlier, unless: isOvertaken)
            found.withLock { $0[thread] = result }
        }
        let parts = found.withLock { $0.reversed().compactMap(\.self) }
        guard var all = parts.first, parts.count == threads else { return nil }
        for older in parts.dropFirst() { all.add(older) }
        if let earlier { all.searched = earlier.searched }
        return all
    }

    /// What is asked of the rows of one kind.
    private struct KindPlan {
        /// Whether its jobs belong to the list that is searched.
        var isInList: Bool
        var passes: Bool
        var isPlain: Bool
        var hasInnerCapitals: Bool
        var mask: UInt64
        /// Its part of the text, among `tails`.
        var tail: Range<Int>
    }

    private struct AgeTest {
        var comparison: FilterQuery.Comparison
        /// Nil for an operand that cannot be read: then no row passes.
        var operand: Duration?
        var isNegated: Bool
    }

    /// A word of the filter.
    private struct Word {
        var bytes: Range<Int>
        var isCaseSensitive: Bool
        var isToldByMask: Bool
    }

    private struct PartTest {
        var isName: Bool
        /// In lower case.
        var wanted: [UInt8]
        var isNegated: Bool
    }

    private let search: JobSearchQuery
    private let index: JobIndex
    private let now: Timestamp
    private let whole: FilterMatcher
    private var plans: [KindPlan] = []
    private var tails: [UInt8] = []
    /// Nil when no word is about experiments.
    private var experiments: [Bool]?
    private var words: [Word] = []
    private var refusedWords: [Word] = []
    /// The bytes of both.
    private var wordBytes: [UInt8] = []
    private var needed: UInt64 = 0
    /// What a row can score at most, without and with inner capitals; its length not counted.
    private var highest = (plain: 0, capital: 0)
    private var ages: [AgeTest] = []
    private var parts: [PartTest] = []
    private var others: [FilterMatcher] = []

    init(_ query: FilterQuery, _ search: JobSearchQuery, of index: JobIndex, at now: Timestamp) {
        self.search = search
        self.index = index
        self.now = now
        whole = FilterMatcher(query)
        var ofKinds: [FilterQuery.Term] = []
        var ofExperiments: [FilterQuery.Term] = []
        for term in query.terms {
            switch term.column {
            case "status", "endpoint", "deployment": ofKinds.append(term)
            case "experiment": ofExperiments.append(term)
            case _: take(term)
            }
        }
        plan(FilterMatcher(FilterQuery(terms: ofKinds)))
        if !ofExperiments.isEmpty {
            let matcher = FilterMatcher(FilterQuery(terms: ofExperiments))
            experiments = index.experiments.map { experiment in
                matcher.score(text: "") { $0 == "experiment" ? .text(experiment) : nil } != nil
            }
        }
    }

    private mutating func take(_ term: FilterQuery.Term) {
        switch term.test {
        case .fuzzy(let pattern)
        where !term.isNegated && pattern.asciiBytes?.isEmpty == false:
            take(pattern)
        case .literal(let pattern)
        where term.isNegated && pattern.asciiBytes?.isEmpty == false:
            refusedWords.append(word(of: pattern))
        case .compare("age", let comparison, let operand):
            ages.append(
                AgeTest(
                    comparison: comparison, operand: FilterOperand.duration(operand),
                    isNegated: term.isNegated))
        case .contains("age", let operand):
            ages.append(
                AgeTest(
                    comparison: .equal, operand: FilterOperand.duration(operand),
                    isNegated: term.isNegated))
        case .contains(let column, let text) where text.utf8.allSatisfy({ $0 < 0x80 }):
            parts.append(
                PartTest(
                    isName: column == "name", wanted: Array(text.lowercased().utf8),
                    isNegated: term.isNegated))
        case .fuzzy, .literal, .regex, .contains, .columnRegex, .compare:
            others.append(FilterMatcher(FilterQuery(terms: [term])))
        }
    }

    private mutating func word(of pattern: FuzzyPattern) -> Word {
        let start = wordBytes.count
        wordBytes += pattern.asciiBytes ?? []
        return Word(
            bytes: start..<wordBytes.count, isCaseSensitive: pattern.isCaseSensitive,
            isToldByMask: pattern.isToldByMask)
    }

    private mutating func take(_ pattern: FuzzyPattern) {
        words.append(word(of: pattern))
        needed |= pattern.mask
        highest.plain += pattern.highestScore(hasInnerCapitals: false)
        highest.capital += pattern.highestScore(hasInnerCapitals: true)
    }

    private mutating func plan(_ matcher: FilterMatcher) {
        for kind in index.kinds {
            let job = FilteredJob(
                id: "", name: "", status: kind.status, endpoint: kind.endpoint,
                deployment: kind.deployment, experiment: nil, createdAt: nil)
            let isInList =
                search.endpoint.map { $0.rawValue == kind.endpoint } ?? true
                && search.deployment.map { $0.rawValue == kind.deployment } ?? true
            let passes = isInList && matcher.score(text: "") { job.value(of: $0, at: now) } != nil
            let endpoint = showsEndpoint ? " " + kind.endpoint : ""
            let tail = Array(" \(kind.status)\(endpoint) \(kind.deployment)".utf8)
            let traits = tail.withUnsafeBufferPointer { TextTraits($0) }
            plans.append(
                KindPlan(
                    isInList: isInList, passes: passes, isPlain: traits.isPlain,
                    hasInnerCapitals: traits.hasInnerCapitals, mask: traits.mask,
                    tail: tails.count..<tails.count + tail.count))
            tails += tail
        }
    }

    private var showsEndpoint: Bool { search.endpoint == nil }
    private var isToldByMask: Bool { words.allSatisfy(\.isToldByMask) }
    private var hasTests: Bool { experiments != nil || !ages.isEmpty || !parts.isEmpty }

    // MARK: - The pass

    /// Looks at the rows of some segments.
    private func run(
        _ part: Range<Int>, within earlier: Found?, unless isOvertaken: () -> Bool
    ) -> Found? {
        var found = Found()
        found.best = BestRows(limit: search.count)
        let isWhole = borrowed { tables in
            for place in part.reversed() {
                if isOvertaken() { return false }
                found.marks.append(
                    scan(place, tables, within: earlier?.marks[place], into: &found))
            }
            found.marks.reverse()
            return true
        }
        return isWhole ? found : nil
    }

    /// What is looked up for every row, as it lies in memory.
    private struct Tables {
        let plans: UnsafeBufferPointer<KindPlan>
        let tails: UnsafeBufferPointer<UInt8>
        let words: [FuzzyBytes]
        let refusedWords: [FuzzyBytes]
    }

    private func borrowed<Result>(_ body: (Tables) -> Result) -> Result {
        plans.withUnsafeBufferPointer { plans in
            tails.withUnsafeBufferPointer { tails in
                wordBytes.withUnsafeBufferPointer { bytes in
                    func borrow(_ words: [Word]) -> [FuzzyBytes] {
                        words.map { word in
                            FuzzyBytes(
                                UnsafeBufferPointer(rebasing: bytes[word.bytes]),
                                isCaseSensitive: word.isCaseSensitive)
                        }
                    }
                    return body(
                        Tables(
                            plans: plans, tails: tails, words: borrow(words),
                            refusedWords: borrow(refusedWords)))
                }
            }
        }
    }

    private func scan(
        _ place: Int, _ tables: Tables, within earlier: RowMarks?, into found: inout Found
    ) -> RowMarks {
        let segment = index.segments[place]
        var marks = RowMarks(count: segment.rows.count)
        segment.rows.withUnsafeBufferPointer { rows in
            segment.masks.withUnsafeBufferPointer { masks in
                segment.bytes.withUnsafeBufferPointer { bytes in
                    var pass = SegmentPass(
                        scan: self, segment: segment, tables: tables, rows: rows, masks: masks,
                        bytes: bytes, best: found.best)
                    if let earlier {
                        earlier.forEachReversed { if pass.take($0) { marks.insert($0) } }
                    } else {
                        for row in rows.indices.reversed() where pass.isInList(row) {
                            found.searched += 1
                            if pass.take(row) { marks.insert(row) }
                        }
                    }
                    found.best = pass.best
                    found.matches += pass.matches
                }
            }
        }
        return marks
    }

    /// A pass over one segment.
    private struct SegmentPass {
        let scan: JobScan
        let segment: JobSegment
        let tables: Tables
        let rows: UnsafeBufferPointer<JobSegment.Row>
        let masks: UnsafeBufferPointer<UInt64>
        let bytes: UnsafeBufferPointer<UInt8>
        var best: BestRows
        var matches = 0

        func isInList(_ index: Int) -> Bool {
            let row = rows[index]
            guard !row.isRemoved, tables.plans[Int(row.kind)].isInList else { return false }
            switch scan.search.view {
            case .active: return !row.isArchived
            case .archived: return row.isArchived
            case .all: return true
            }
        }

        /// Looks at one row of the list; true when it matches.
        mutating func take(_ index: Int) -> Bool {
            let row = rows[index]
            let plan = tables.plans[Int(row.kind)]
            guard plan.passes else { return false }
            let score: Int?
            if row.isPlain, plan.isPlain {
                guard (masks[index] | plan.mask) & scan.needed == scan.needed else {
                    return false
                }
                score = plainScore(row, plan)
            } else {
                score = scan.whole.score(
                    scan.index.job(segment, row), showsEndpoint: scan.showsEndpoint, at: scan.now)
            }
            guard let score else { return false }
            matches += 1
            best.insert(score, segment.firstSeq + Int(row.offset))
            return true
        }

        private func plainScore(_ row: JobSegment.Row, _ plan: KindPlan) -> Int? {
            let start = Int(row.start)
            let head = UnsafeBufferPointer(rebasing: bytes[start..<start + Int(row.length)])
            let tail = UnsafeBufferPointer(rebasing: tables.tails[plan.tail])
            if scan.hasTests, !passesTests(row, head) { return nil }
            guard let score = wordScore(row, plan, head, tail) else { return nil }
            if !tables.refusedWords.isEmpty {
                for word in tables.refusedWords where word.stands(in: head, tail) { return nil }
            }
            guard !scan.others.isEmpty else { return score }
            let job = scan.index.job(segment, row)
            for other in scan.others {
                let passes = other.score(job, showsEndpoint: scan.showsEndpoint, at: scan.now)
                if passes == nil { return nil }
            }
            return score
        }

        private func passesTests(
            _ row: JobSegment.Row, _ head: UnsafeBufferPointer<UInt8>
        ) -> Bool {
            if let experiments = scan.experiments, !experiments[Int(row.experiment)] {
                return false
            }
            for test in scan.ages where !passes(test, row) { return false }
            for test in scan.parts where !passes(test, row, head) { return false }
            return true
        }

        /// The score, or anything not above what would still count.
        private func wordScore(
            _ row: JobSegment.Row, _ plan: KindPlan, _ head: UnsafeBufferPointer<UInt8>,
            _ tail: UnsafeBufferPointer<UInt8>
        ) -> Int? {
            let words = tables.words
            if let least = best.least {
                let length = FuzzyPattern.lengthCost(of: head.count + tail.count)
                let hasCapitals = row.hasInnerCapitals || plan.hasInnerCapitals
                var limit = hasCapitals ? scan.highest.capital : scan.highest.plain
                limit -= words.count * length
                if limit > least, let first = head.first {
                    for index in words.indices {
                        limit -= words[index].startCost(inTextFrom: first)
                    }
                }
                if limit <= least { return matches(words, head, tail) ? least : nil }
            }
            var total = 0
            for index in words.indices {
                guard let score = words[index].score(head, tail) else { return nil }
                total += score
            }
            return total
        }

        private func matches(
            _ words: [FuzzyBytes], _ head: UnsafeBufferPointer<UInt8>,
            _ tail: UnsafeBufferPointer<UInt8>
        ) -> Bool {
            // The mask has been asked, and says all there is to say of a single letter.
            if scan.isToldByMask { return true }
            for index in words.indices where !words[index].matches(head, tail) { return false }
            return true
        }

        private func passes(_ test: AgeTest, _ row: JobSegment.Row) -> Bool {
            let age = scan.now - Timestamp(microsecondsSinceEpoch: row.createdAt)
            let holds = test.operand.map { test.comparison.holds(age, $0) } ?? false
            return holds != test.isNegated
        }

        private func passes(
            _ test: PartTest, _ row: JobSegment.Row, _ head: UnsafeBufferPointer<UInt8>
        ) -> Bool {
            let name = Int(row.nameLength)
            let isAlone = name == head.count
            let part = test.isName ? 0..<name : (isAlone ? 0 : name + 1)..<head.count
            let found = Self.holds(UnsafeBufferPointer(rebasing: head[part]), test.wanted)
            return found != test.isNegated
        }

        /// Whether the bytes hold others, which are in lower case, without case.
        private static func holds(_ text: UnsafeBufferPointer<UInt8>, _ wanted: [UInt8]) -> Bool {
            guard text.count >= wanted.count else { return false }
            return (0...text.count - wanted.count).contains { start in
                wanted.indices.allSatisfy { index in
                    let byte = text[start + index]
                    let isCapital = byte >= 0x41 && byte <= 0x5A
                    return (isCapital ? byte | 0x20 : byte) == wanted[index]
                }
            }
        }
    }
}

/// The best rows met so far, best first; of equals the one met first.
struct BestRows: Sendable {
    let limit: Int
    private(set) var rows: [(score: Int, seq: Int)] = []

    init(limit: Int) { self.limit = limit }

    /// What a row must beat; nil while every row is taken.
    var least: Int? { rows.count < limit ? nil : rows.last?.score ?? .max }

    mutating func insert(_ score: Int, _ seq: Int) {
        if let least, score <= least { return }
        // The first that is worse.
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].score >= score { low = middle + 1 } else { high = middle }
        }
        if rows.count == limit { rows.removeLast() }
        rows.insert((score, seq), at: low)
    }
}

/// Some of the rows of a segment.
struct RowMarks: Sendable {
    private var words: [UInt64]

    init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    mutating func insert(_ row: Int) { words[row / 64] |= 1 << UInt64(row % 64) }

    /// Calls the body with every marked row, the last one first.
    func forEachReversed(_ body: (Int) -> Void) {
        for index in words.indices.reversed() {
            var word = words[index]
            while word != 0 {
                let bit = 63 - word.leadingZeroBitCount
                body(index * 64 + bit)
                word &= ~(1 << UInt64(bit))
            }
        }
    }
}
