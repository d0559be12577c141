// Who gets the next worker process of this machine.
//
// Processes belong to a job (they have run its `init()`), so sharing the machine means sharing slots for processes. A free
// slot goes to the job that holds fewest, and among those to the one that was served longest ago: a long job cannot starve
// a short one. When all slots are taken, a job that holds at least two more than a waiting one gives one up after its
// current mini-batch; a job that holds just one more gives it up when its time slice is over, so that more jobs than slots
// take turns. A slice is at least four times the time its `init()` took: turns must cost little beside the work.

/// The worker slots of this machine and the jobs that share them. A pure value.
struct WorkerSlots: Sendable, Equatable {
    private struct Share: Equatable {
        var limit: Int
        var held = 0
        var hasWork = false
        var lastGrant = 0

        var isWaiting: Bool { hasWork && held < limit }
    }

    /// The shortest turn of a process while others wait: long enough that starting Python does not matter.
    static let shortestSlice = Duration.seconds(2)

    /// Processes at once.
    let total: Int
    private var shares: [Int: Share] = [:]
    private var held = 0
    private var grants = 0
    /// The fewest slots any waiting job holds; nil while nobody waits. Kept, because workers ask after every mini-batch.
    private var neediest: Int?

    init(total: Int) { self.total = max(1, total) }

    /// True while some job would use another slot.
    var isContended: Bool { neediest != nil }

    /// A job joins, or says whether it has mini-batches that nobody holds.
    mutating func update(_ job: Int, limit: Int, hasWork: Bool) {
        guard shares[job]?.hasWork != hasWork else { return }
        shares[job, default: Share(limit: max(1, limit))].hasWork = hasWork
        findNeediest()
    }

    /// A job has ended; its processes are gone.
    mutating func remove(_ job: Int) {
        held -= shares[job]?.held ?? 0
        shares[job] = nil
        findNeediest()
    }

    /// Gives a free slot to the job whose turn it is; nil when none is free or none waits.
    mutating func grant() -> Int? {
        guard held < total else { return nil }
        let waiting = shares.filter { $0.value.isWaiting }
        let first = waiting.min {
            ($0.value.held, $0.value.lastGrant, $0.key) < (
                $1.value.held, $1.value.lastGrant, $1.key
            )
        }
        guard let job = first?.key else { return nil }
        grants += 1
        held += 1
        shares[job]?.held += 1
        shares[job]?.lastGrant = grants
        findNeediest()
        return job
    }

    /// A process of a job is gone.
    mutating func release(_ job: Int) {
        guard let share = shares[job], share.held > 0 else { return }
        shares[job]?.held -= 1
        held -= 1
        findNeediest()
    }

    /// Whether a process should leave its slot to another job now.
    ///
    /// - Parameters:
    ///   - heldFor: how long it has been ready to work.
    ///   - initTime: how long it needed to become ready.
    func shouldYield(_ job: Int, heldFor: Duration, initTime: Duration) -> Bool {
        guard held >= total, let neediest, let share = shares[job] else { return false }
        if neediest + 1 < share.held { return true }
        return neediest < share.held && heldFor >= max(Self.shortestSlice, initTime * 4)
    }

    private mutating func findNeediest() {
        neediest = shares.values.lazy.filter(\.isWaiting).map(\.held).min()
    }
}
