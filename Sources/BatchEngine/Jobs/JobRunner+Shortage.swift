import BatchModel

/// What jobs do while the disk is full or descriptors are wanting: they wait, and go on by themselves.
extension JobRunner {
    /// Puts a chore aside until a shortage is over.
    ///
    /// - Returns: false when the error is no shortage: it has to be dealt with now.
    func park(after error: any Error, _ chore: @escaping @Sendable () -> Void) -> Bool {
        // What an engine that stops could not do, the next one does again.
        guard !state.withLock({ $0.isStopping }) else { return true }
        guard let shortage = Shortage.of(error) else { return false }
        let isElsewhere = shortage == .space && !Shortage.isFull(folders.state)
        state.withLock {
            $0.parked.append(chore)
            if isElsewhere { $0.wantElsewhere = "\(error)" }
        }
        hold(shortage)
        return true
    }

    /// Nothing new is begun until the shortage is over.
    func hold(_ shortage: Shortage) {
        let isNew = committer.shortage == nil
        committer.suspect(shortage)
        guard isNew else { return }
        let text = "Held: \(heldReason ?? shortage.text(folders.state))"
        for run in state.withLock({ $0.begun }) { run.log.note(text) }
    }

    /// A shortage is over: everybody goes on.
    func recovered() {
        let (chores, runs) = state.withLock { state in
            defer { (state.parked, state.wantElsewhere) = ([], nil) }
            return (state.parked, state.begun)
        }
        for chore in chores { self.chores.add(chore) }
        for run in runs {
            run.log.note("The shortage is over; the job goes on.")
            wakeWorkers(run.seq)
        }
        fillSlots()
    }

    /// Why unfinished jobs do not move; nil when they do.
    var heldReason: String? {
        committer.shortage.map { shortage in
            let elsewhere = state.withLock { $0.wantElsewhere }
            return "\(elsewhere ?? shortage.text(folders.state)). \(shortage.advice)"
        }
    }

    /// What a failed try says when the disk is full: nothing about the script.
    ///
    /// - Parameter line: what the script raised, in one line.
    func isShortage(_ line: String) -> Bool {
        let isNamed = ["[Errno 28]", "[Errno 122]", "[Errno 27]"].contains { line.contains($0) }
        guard isNamed else { return false }
        return committer.shortage != nil || Shortage.isFull(folders.state)
    }
}
