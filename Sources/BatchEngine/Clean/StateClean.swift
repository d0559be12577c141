// Freeing space in a state folder, without ever showing a job of which a part is gone.
//
//   rows ──▶ one transaction: the job's rows go, its folders are noted in `removal`
//   files ─▶ each noted folder is removed, then struck off the note
//
// Rows go first. From that moment nobody finds the job, and what is left of it is written down: a kill before the
// transaction has changed nothing, a kill after it leaves folders that the next start or the next clean removes.
// The other order would list, after a kill, jobs whose logs and results are half gone.
//
// The engine does it itself when one runs (`POST /engine/clean`, behind the token like every route): it alone knows
// which jobs run, its lists are never behind, and its committer is the only writer. When none runs, `engine clean` takes
// the engine's lock and does the same with the same code; nobody can start an engine on the folder meanwhile.
// Rejected: a second process beside a running engine, which would have to guess what the engine is about to do.
//
// Never removed: unfinished jobs and what they read or write; jobs whose results are registered as data or named by a
// file of the workspace; results at places the user chose. A default place is known by its name: `azureml/<run>/`.
// Nothing but leftovers goes without being asked for: results are a person's work, and no default age is right for them.

import BatchModel
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One clean of a state folder; used on one thread.
struct StateClean {
    /// Jobs whose rows go in one transaction: enough that a sync does not count, few enough that nobody waits for it.
    static let batchCount = 100
    /// Blocks and temporary files of uploads younger than this may be about to be finished.
    static let unfinishedUploadSeconds: Int64 = 86_400
    /// No job is longer than this between its folder and its row.
    static let acceptanceSeconds: Int64 = 600
    /// Between the end of an upload and the job that names it lie seconds; this is for slow hands.
    static let freshUploadSeconds: Int64 = 3_600
    /// The service's own limit for blocks that nobody commits.
    static let blockSeconds: Int64 = 7 * 86_400

    let folders: EngineFolders
    let database: EngineDatabase
    let committer: Committer
    let records: BlobRecordStore
    let order: CleanOrder
    /// Words of all addresses that are registered as data or named by the workspace's files.
    let registered: Set<Substring>
    let now: Timestamp
    /// When to leave the rest to a continuation; nil never.
    let deadline: MonotonicTime?

    private var report = CleanReport()
    private var chosen: Set<Int> = []
    private var inUse: Set<Int> = []

    init(
        folders: EngineFolders, database: EngineDatabase, committer: Committer,
        records: BlobRecordStore, order: CleanOrder, registered: Set<Substring>, now: Timestamp,
        deadline: MonotonicTime?
    ) {
        self.folders = folders
        self.database = database
        self.committer = committer
        self.records = records
        self.order = order
        self.registered = registered
        self.now = now
        self.deadline = deadline
    }

    /// Does it.
    ///
    /// - Throws: the store's errors; what was removed until then is removed whole.
    mutating func run() throws -> CleanReport {
        report.bytesBefore = FolderSize.of(folders.state).bytes
        try tidy()
        try removeLeftLogs()
        removeBlocks()
        try removeJobs()
        if !report.hasMore, let age = order.olderThanSeconds { try removeAged(age) }
        guard !order.isDryRun else {
            report.bytesAfter = max(0, report.bytesBefore - report.bytes)
            return report
        }
        if !report.hasMore { compact() }
        report.bytesAfter = FolderSize.of(folders.state).bytes
        return report
    }

    // MARK: - Jobs

    private mutating func removeJobs() throws {
        guard order.olderThanSeconds != nil || order.keepNewest != nil || order.maxBytes != nil
        else { return }
        let keepFrom = try order.keepNewest.map { count in
            try database.reader.read { try RemovalTable.oldest($0, ofNewest: count) } ?? 0
        }
        let running = try database.reader.read { try RemovalTable.unfinishedPlans($0) }
        var used = registered
        for plan in running { used.formUnion(Self.words(of: plan)) }
        let containers = (try? FileCalls.names(in: folders.blobs)) ?? []
        let cutoff = order.olderThanSeconds.map { now + .seconds(-$0) }
        let isOnlyCounted = cutoff == nil && order.maxBytes == nil
        let rowBytes = try bytesOfARow()
        if cutoff != nil || isOnlyCounted {
            try pass(keepFrom, used, containers, rowBytes) { job, _ in
                cutoff.map { job.ended < $0 } ?? true
            }
        }
        guard let limit = order.maxBytes else { return }
        var left = (order.isDryRun ? report.bytesBefore : FolderSize.of(folders.state).bytes)
        if order.isDryRun { left -= report.bytes }
        try pass(keepFrom, used, containers, rowBytes) { _, bytes in
            guard left > limit else { return nil }
            left -= bytes
            return true
        }
    }

    /// Goes through the finished jobs, oldest first.
    ///
    /// - Parameter isMeant: whether the job is to go, told its bytes; nil ends the pass.
    private mutating func pass(
        _ keepFrom: Int?, _ used: Set<Substring>, _ containers: [String], _ rowBytes: Int64,
        isMeant: (RemovalTable.Finished, Int64) -> Bool?
    ) throws {
        var place = 0
        while true {
            let jobs = try database.reader.read { [place] db in
                try RemovalTable.finished(db, after: place, count: Self.batchCount)
            }
            guard let last = jobs.last else { return }
            place = last.seq
            var batch: [(seq: Int, paths: [String])] = []
            var isEnded = false
            for job in jobs where job.seq < keepFrom ?? .max && !chosen.contains(job.seq) {
                if job.ids.contains(where: { used.contains($0[...]) }) {
                    if isMeant(job, 0) == true { inUse.insert(job.seq) }
                    continue
                }
                let parts = parts(of: job, containers)
                let bytes = parts.reduce(rowBytes) { $0 + $1.size.bytes }
                guard let verdict = isMeant(job, bytes) else {
                    isEnded = true
                    break
                }
                guard verdict else { continue }
                chosen.insert(job.seq)
                report[.jobs].add(1, bytes: rowBytes)
                for part in parts { report[part.kind].add(1, bytes: part.size.bytes) }
                batch.append((job.seq, parts.map(\.path)))
            }
            report.keptInUse = inUse.count
            if !order.isDryRun { try remove(batch) }
            if isEnded { return }
            if let deadline, MonotonicTime.now > deadline, !order.isDryRun {
                report.hasMore = true
                return
            }
        }
    }

    private struct Part {
        var kind: CleanReport.Kind
        /// Below the state folder.
        var path: String
        var size: FolderSize
    }

    /// What there is of a job on disk.
    private func parts(of job: RemovalTable.Finished, _ containers: [String]) -> [Part] {
        var parts: [Part] = []
        func note(_ kind: CleanReport.Kind, _ path: String) {
            guard FileCalls.exists(folders.state + "/" + path) else { return }
            parts.append(
                Part(kind: kind, path: path, size: .of(folders.state + "/" + path)))
        }
        for id in job.ids where Self.isFolderName(id) {
            note(.logs, "blobs/\(folders.artifactContainer)/ExperimentRun/dcid.\(id)")
            for container in containers { note(.results, "blobs/\(container)/azureml/\(id)") }
        }
        return parts
    }

    /// A name that leads nowhere but to one folder.
    private static func isFolderName(_ name: String) -> Bool {
        !name.isEmpty && !name.contains("/") && name != "." && name != ".."
    }

    private func remove(_ batch: [(seq: Int, paths: [String])]) throws {
        guard !batch.isEmpty else { return }
        // Whoever frees space must not wait until there is some.
        try committer.writeBlocking(isPatient: false) { db in
            for job in batch { try RemovalTable.remove(db, job.seq, paths: job.paths) }
        }
        try finishRemovals()
    }

    /// Removes what is noted; may be repeated after a kill.
    private func finishRemovals() throws {
        let left = try database.reader.read { try RemovalTable.left($0) }
        guard !left.isEmpty else { return }
        for path in left {
            FileCalls.removeTree(folders.state + "/" + path)
            // `blobs/<container>/<name>`: the properties go with their blobs.
            let words = path.split(separator: "/", maxSplits: 2).map(String.init)
            guard words.count == 3, words[0] == "blobs" else { continue }
            try records.forget(words[1], below: words[2] + "/")
        }
        try committer.writeBlocking(isPatient: false) { try RemovalTable.removed($0, left) }
    }

    /// What one job's rows take of the database, about.
    private func bytesOfARow() throws -> Int64 {
        let jobs = try database.reader.read { db in
            try Int64.fetchOne(db, sql: "SELECT total FROM tally WHERE endpoint = ''") ?? 0
        }
        return FolderSize.of(folders.database).bytes / max(1, jobs)
    }

    /// Gives the space of removed rows back to the system. A failure leaves a larger file, nothing worse.
    private func compact() {
        guard report[.jobs].count > 0 else { return }
        do {
            let (free, all) = try database.reader.read { db in
                (
                    try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0,
                    try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                )
            }
            // Copying a large file for a tenth of it is not worth the time, unless a size was asked for.
            guard free > all / 10 || order.maxBytes != nil else { return }
            // Outside of any transaction; the committer waits for the connection meanwhile.
            try database.writer.vacuum()
            try database.writer.writeWithoutTransaction { db in
                _ = try db.checkpoint(.truncate)
            }
        } catch { return }
    }

    // MARK: - Leftovers

    /// What an earlier clean or job left unfinished: cheap enough for every start of an engine.
    mutating func tidy() throws {
        if !order.isDryRun { try finishRemovals() }
        let jobs = folders.state + "/jobs"
        let seconds = now.microsecondsSinceEpoch / 1_000_000
        for name in (try? FileCalls.names(in: jobs)) ?? [] {
            // A job that is being accepted has its folder before it has its row.
            guard FolderSize.changed(jobs + "/" + name) < seconds - Self.acceptanceSeconds
            else { continue }
            let isUsed = try database.reader.read {
                try RemovalTable.isUnfinished($0, job: name)
            }
            if !isUsed { remove(.working, jobs + "/" + name) }
        }
    }

    /// Blocks that nobody committed, and uploads that broke off.
    private mutating func removeBlocks() {
        let seconds = now.microsecondsSinceEpoch / 1_000_000
        let age = max(order.olderThanSeconds ?? Self.blockSeconds, Self.unfinishedUploadSeconds)
        for folder in [folders.state + "/staging/blocks", folders.state + "/staging"] {
            for name in (try? FileCalls.names(in: folder)) ?? [] where name != "blocks" {
                let path = folder + "/" + name
                guard FolderSize.of(path).newest < seconds - age else { continue }
                remove(.blocks, path)
            }
        }
    }

    /// Logs of runs that nobody knows, older than any line that may still be on its way.
    private mutating func removeLeftLogs() throws {
        let root = folders.blobs + "/\(folders.artifactContainer)/ExperimentRun"
        let seconds = now.microsecondsSinceEpoch / 1_000_000
        for name in (try? FileCalls.names(in: root)) ?? [] where name.hasPrefix("dcid.") {
            let run = String(name.dropFirst("dcid.".count))
            let isKnown = try database.reader.read { try RemovalTable.isKnown($0, run: run) }
            guard !isKnown else { continue }
            let path = root + "/" + name
            guard FolderSize.of(path).newest < seconds - Self.unfinishedUploadSeconds else {
                continue
            }
            remove(.leftLogs, path)
            if !order.isDryRun {
                try records.forget(folders.artifactContainer, below: "ExperimentRun/\(name)/")
            }
        }
    }

    private mutating func remove(_ kind: CleanReport.Kind, _ path: String) {
        report[kind].add(1, bytes: FolderSize.of(path).bytes)
        if !order.isDryRun { FileCalls.removeTree(path) }
    }

    // MARK: - What an age was given for

    private mutating func removeAged(_ age: Int64) throws {
        let oldest = now.microsecondsSinceEpoch / 1_000_000 - age
        let trash = folders.state + "/trash"
        for name in (try? FileCalls.names(in: trash)) ?? [] {
            // When it came there: what is in it is as old as it was before.
            guard FolderSize.placed(trash + "/" + name) < oldest else { continue }
            remove(.trash, trash + "/" + name)
        }
        for name in (try? FileCalls.names(in: folders.state)) ?? []
        where name.hasPrefix("engine.log.") {
            guard FolderSize.of(folders.state + "/" + name).newest < oldest else { continue }
            remove(.engineLogs, folders.state + "/" + name)
        }
        let oldestUpload = min(oldest, oldest + age - Self.freshUploadSeconds)
        for container in (try? FileCalls.names(in: folders.blobs)) ?? [] {
            try removeUploads(in: container, before: oldestUpload)
        }
    }

    /// Uploaded inputs lie in a folder named by the hash of what is in it (CONTRACT §6); no job that stays may name it.
    private mutating func removeUploads(in container: String, before oldest: Int64) throws {
        let root = folders.blobs + "/\(container)/LocalUpload"
        for hash in (try? FileCalls.names(in: root)) ?? [] {
            guard !registered.contains(hash[...]),
                max(FolderSize.of(root + "/" + hash).newest, FolderSize.placed(root + "/" + hash))
                    < oldest
            else { continue }
            let users = try database.reader.read { try RemovalTable.jobs($0, mentioning: hash) }
            guard users.allSatisfy(chosen.contains) else { continue }
            remove(.uploads, root + "/" + hash)
            if !order.isDryRun {
                try records.forget(container, below: "LocalUpload/\(hash)/")
            }
        }
    }

    /// The words of a text that names and hashes are made of.
    static func words(of text: String) -> [Substring] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == ".") }
    }
}
