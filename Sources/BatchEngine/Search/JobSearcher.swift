// Who keeps the index. It is made when somebody searches, or is about to, and let go after some minutes without a search:
// an engine nobody searches holds nothing.
//
//     search ──▶ lock: index, changed numbers, turns ◀── keeper's thread: reads the jobs, the newest first, then waits
//        │                     ▲                          until nobody has searched for a while
//        └─ scan of a copy     └── watch on the writer: numbers of the jobs of each transaction
//
// The watch sees every change of a job's row, whoever makes it (an accepted job, a status, a new name, the archive, a
// clean), so nobody has to remember that there is an index. It notes numbers alone; the next search reads those jobs. A
// change is either in what the keeper reads or noted after it: reading and taking in are done under one lock.

import BatchModel
import GRDB

/// Searches the jobs of one engine.
final class JobSearcher: Sendable {
    /// How long and how much.
    struct Limits: Sendable {
        /// Without a search for so long the index is let go.
        var idle = Duration.seconds(300)
        /// How long a search waits for an index that is being made, before it answers with what there is.
        var patience = Duration.milliseconds(300)
        /// More changed jobs are not noted: the index is made anew.
        var changes = 100_000
        /// Askers whose newest turn is remembered.
        var askers = 64
    }

    /// What a search came to.
    struct Answer: Sendable {
        /// Numbers of the best jobs, best first.
        var best: [Int] = []
        var matches = 0
        var searched = 0
        var isWhole = true
    }

    /// A newer search of the same asker has begun.
    struct Overtaken: Error {}

    /// What the search before found, for one that narrows it.
    private struct Earlier {
        var query: FilterQuery
        var search: JobSearchQuery
        var generation: Int
        var found: JobScan.Found
    }

    private struct State {
        /// Nil when nobody searches.
        var index: JobIndex?
        var isWhole = false
        /// Counts changes of the index: places of rows are good for one.
        var generation = 0
        var changed: Set<Int> = []
        var lastUse = MonotonicTime.now
        var newestTurns: [String: Int] = [:]
        var earlier: Earlier?
        /// Why an index could not be made.
        var failure: (any Error)?
        var isStopping = false
        /// The newest keeper: an older one that has not noticed its end yet leaves the index alone.
        var keeper = 0

        func isKept(by number: Int) -> Bool { index != nil && keeper == number }

        mutating func letGo() {
            index = nil
            isWhole = false
            changed = []
            earlier = nil
            generation += 1
        }
    }

    private let state = Guarded(State())
    /// Held while jobs are read and taken into the index.
    private let reading = Guarded(())
    private let database: EngineDatabase
    private let limits: Limits

    init(_ database: EngineDatabase, limits: Limits = Limits()) {
        self.database = database
        self.limits = limits
    }

    /// Lets the index go, for good.
    func stop() {
        state.signalling { state in
            state.isStopping = true
            state.letGo()
        }
    }

    /// True while an index is held.
    var hasIndex: Bool { state.withLock { $0.index != nil } }

    /// Looks for jobs; blocks its thread.
    ///
    /// - Parameters:
    ///   - query: the search's filter, read.
    ///   - asker: a newer search of the same asker ends this one; nobody's when empty.
    ///   - turn: counts the asker's searches, which may come in another order.
    /// - Throws: `Overtaken`, and the database's errors.
    func search(
        _ query: FilterQuery, _ search: JobSearchQuery, asker: String, turn: Int, at now: Timestamp
    ) throws -> Answer {
        begin(asker, turn)
        guard search.count > 0 else { return Answer() }
        @Sendable func isOvertaken(_ state: State) -> Bool {
            !asker.isEmpty && (state.newestTurns[asker] ?? turn) > turn
        }
        let failure = state.wait(limits.patience) { state -> (any Error)?? in
            if let failure = state.failure { return .some(failure) }
            return state.isWhole || state.index == nil || isOvertaken(state) ? .some(nil) : nil
        }
        if case .some(.some(let failure)) = failure { throw failure }
        try catchUp()
        let (index, generation, isWhole, last) = state.withLock { state in
            (state.index, state.generation, state.isWhole, state.earlier)
        }
        guard let index else { throw CancellationError() }
        var within: JobScan.Found?
        if let last, last.generation == generation, last.search.isSameList(as: search),
            query.narrows(last.query, changing: FilteredJob.changingColumns)
        {
            within = last.found
        }
        let found = JobScan.run(query, search, of: index, at: now, within: within) { [state] in
            state.withLock { isOvertaken($0) }
        }
        guard let found else { throw Overtaken() }
        state.withLock { state in
            guard state.index != nil, state.generation == generation else { return }
            state.earlier = Earlier(
                query: query, search: search, generation: generation, found: found)
        }
        return Answer(
            best: found.best.rows.map(\.seq), matches: found.matches, searched: found.searched,
            isWhole: isWhole)
    }

    /// Notes a search and sees to it that there is an index, or will be.
    private func begin(_ asker: String, _ turn: Int) {
        let keeper = state.signalling { state -> Int? in
            state.lastUse = .now
            if !asker.isEmpty {
                let newest = max(turn, state.newestTurns[asker] ?? turn)
                if state.newestTurns.count >= limits.askers { state.newestTurns = [:] }
                state.newestTurns[asker] = newest
            }
            guard state.index == nil, !state.isStopping else { return nil }
            state.index = JobIndex(end: .max)
            state.failure = nil
            state.keeper += 1
            return state.keeper
        }
        if let keeper, !BlockingThread.start({ self.keep(keeper) }) {
            state.signalling { state in
                state.failure = FileFailure("start a thread")
                state.letGo()
            }
        }
    }

    /// Takes in what has changed since it was read.
    private func catchUp() throws {
        try reading.withLock { _ in
            let changed = state.withLock { state -> [Int] in
                defer { state.changed = [] }
                return state.changed.sorted()
            }
            guard !changed.isEmpty else { return }
            let entries = try database.reader.read { db in
                try changed.map { try SearchTable.entry(db, $0) }
            }
            state.withLock { state in
                guard state.index != nil else { return }
                state.generation += 1
                for (seq, entry) in zip(changed, entries) {
                    if let entry { state.index?.put(entry) } else { state.index?.remove(seq) }
                }
            }
        }
    }

    // MARK: - The keeper

    /// Makes the index and waits until it is not wanted any more.
    private func keep(_ keeper: Int) {
        let watch = ChangeWatch { [weak self] in self?.note($0) }
        database.writer.add(transactionObserver: watch, extent: .databaseLifetime)
        defer { database.writer.remove(transactionObserver: watch) }
        do {
            try readAll(keeper)
        } catch {
            return state.signalling { state in
                guard state.isKept(by: keeper) else { return }
                state.failure = error
                state.letGo()
            }
        }
        while let rest = rest(keeper) {
            _ = state.wait(rest) { $0.isKept(by: keeper) ? nil : () }
        }
    }

    /// How long the index is kept at least; nil once it is not, or no longer.
    private func rest(_ keeper: Int) -> Duration? {
        state.withLock { state in
            guard state.isKept(by: keeper) else { return nil }
            let rest = limits.idle - (.now - state.lastUse)
            if rest <= .zero { state.letGo() }
            return rest > .zero ? rest : nil
        }
    }

    private func readAll(_ keeper: Int) throws {
        let range = try reading.withLock { _ in
            let range = try database.reader.read { try SearchTable.range($0) }
            // From here on newer jobs come by the watch.
            state.withLock { state in
                guard state.isKept(by: keeper) else { return }
                state.index = JobIndex(end: (range?.upperBound ?? 0) + 1)
            }
            return range
        }
        if let range {
            for end in stride(
                from: range.upperBound + 1, to: range.lowerBound, by: -JobSegment.capacity)
            {
                guard try read(end - JobSegment.capacity..<end, keeper) else { return }
            }
        }
        state.signalling { if $0.isKept(by: keeper) { $0.isWhole = true } }
    }

    /// Reads one segment; false when nobody wants the index any more.
    private func read(_ range: Range<Int>, _ keeper: Int) throws -> Bool {
        try reading.withLock { _ in
            guard state.withLock({ $0.isKept(by: keeper) }) else { return false }
            let entries = try database.reader.read { try SearchTable.entries($0, range) }
            return state.withLock { state in
                guard state.isKept(by: keeper) else { return false }
                state.generation += 1
                state.index?.prepend(entries, from: range.lowerBound)
                return true
            }
        }
    }

    private func note(_ changed: Set<Int>) {
        state.signalling { state in
            guard state.index != nil else { return }
            state.changed.formUnion(changed)
            if state.changed.count > limits.changes { state.letGo() }
        }
    }
}

extension JobSearchQuery {
    /// Whether both look at the same jobs.
    fileprivate func isSameList(as other: JobSearchQuery) -> Bool {
        endpoint == other.endpoint && deployment == other.deployment && view == other.view
    }
}

/// Sees which jobs each transaction changes. Only ever used on the writer's queue.
private final class ChangeWatch: TransactionObserver, @unchecked Sendable {
    private var changed: Set<Int> = []
    private let note: @Sendable (Set<Int>) -> Void

    init(_ note: @escaping @Sendable (Set<Int>) -> Void) { self.note = note }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool {
        eventKind.tableName == "job"
    }

    func databaseDidChange(with event: DatabaseEvent) { changed.insert(Int(event.rowID)) }

    func databaseDidCommit(_ db: Database) {
        defer { changed = [] }
        if !changed.isEmpty { note(changed) }
    }

    func databaseDidRollback(_ db: Database) { changed = [] }
}
