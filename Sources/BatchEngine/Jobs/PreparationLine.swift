// Who is prepared next.
//
//     accepted ──▶ waiting ──▶ ahead: being prepared, or queued ──▶ a worker has it
//                     │                        │
//                     └────────────────────────┴──▶ ended, and forgotten here
//
// To prepare a job is to make its folders, list its input, sync the list and commit it: more work than to accept it, and
// work that the next request would have to wait for. Of a thousand jobs sent at once nearly all wait for a worker for a long
// time, so only those that are next in turn are prepared. The rest cost a place in the line: no folder, no log, no look four
// times a second. Their input is listed and their model linked when their turn comes: who replaces a model meanwhile has them
// run with the new one.

/// The jobs whose input is here and that no worker has begun, in order of acceptance. A pure value.
struct PreparationLine: Sendable, Equatable {
    /// How many are prepared before a worker has taken them up: far more than workers can finish while the next is prepared.
    static let aheadLimit = 64

    /// Jobs in order; those that have left the line since are passed over.
    private var line: [Int] = []
    private var first = 0
    private var waiting: Set<Int> = []
    private var ahead: Set<Int> = []

    /// True for a job that is not being prepared yet.
    func isWaiting(_ job: Int) -> Bool { waiting.contains(job) }

    /// A job may be prepared from now on.
    mutating func join(_ job: Int) {
        line.append(job)
        waiting.insert(job)
    }

    /// A worker has taken the job up, or it has ended.
    mutating func leave(_ job: Int) {
        waiting.remove(job)
        ahead.remove(job)
    }

    /// The job to prepare now; nil when enough are ahead or none waits.
    mutating func next() -> Int? {
        while ahead.count < Self.aheadLimit, first < line.count {
            let job = line[first]
            first += 1
            if waiting.remove(job) != nil {
                ahead.insert(job)
                return job
            }
        }
        // Moved up once in a while only, so that leaving costs the same however long the line is.
        if first > line.count / 2 {
            line.removeFirst(first)
            first = 0
        }
        return nil
    }
}
