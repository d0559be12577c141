import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Worker processes: when they start, what they are given, what their news mean.
extension JobRunner {
    /// Starts processes while slots are free and jobs want them.
    func fillSlots() {
        while let grant = grantSlot() {
            switch grant {
            case .worker(let grant):
                carryOut(grant.seq, grant.orders)
                start(grant)
                prepareNext()
            case .step(let grant): start(grant)
            case .none: break
            }
        }
    }

    /// What a free slot was given to; none when the job had no use for it any more.
    private enum SlotUse {
        case worker(Grant)
        case step(StepGrant)
        case none
    }

    private struct Grant {
        var seq: Int
        var number: Int
        var order: JobOrder
        var items: ItemList
        var handle: WorkerHandle
        var log: RunLog
        var orders: [JobMachine.Order]
    }

    private func grantSlot() -> SlotUse? {
        state.withLock { state in
            guard !state.isStopping, committer.shortage == nil, let seq = state.slots.grant()
            else { return nil }
            if state.pipelines[seq] != nil {
                return Self.grant(seq, &state).map { .step($0) } ?? SlotUse.none
            }
            guard state.runs[seq]?.machine.takesWorkers == true else {
                // It stops: a process begun now would be known to nobody when the job has ended.
                state.slots.release(seq)
                state.slots.update(seq, limit: 1, hasWork: false)
                state.runs[seq]?.hasQueued = false
                return SlotUse.none
            }
            guard var run = state.runs.removeValue(forKey: seq) else { return nil }
            defer { state.runs[seq] = run }
            guard let items = run.items else { return nil }
            state.line.leave(seq)
            run.processes += 1
            let handle = WorkerHandle()
            run.workers[run.processes] = JobRun.Worker(handle: handle, granted: .now)
            if run.workBegan == nil { run.workBegan = .now }
            state.workerThreads += 1
            let orders = run.machine.workerGranted(at: .sinceStart)
            return .worker(
                Grant(
                    seq: seq, number: run.processes, order: run.order, items: items,
                    handle: handle, log: run.log, orders: orders))
        }
    }

    private func start(_ grant: Grant) {
        let agent = Agent.name(grant.number)
        let files = grant.log.workerFiles(agent)
        let folder = folders.job(grant.order.id) + "/" + agent
        let greeting = Greeting.frame(
            grant.order, agent: agent, logFolder: files.entryScriptFolder, workingFolder: folder,
            logLimitBytes: limits.logLimitBytes, items: grant.items)
        let employer = employer(grant.seq, grant.number)
        let modelFolder = ModelMount.folder(grant.order, folders)
        let isStarted = BlockingThread.start { [interpreters, runnerPath, limits] in
            do {
                try FileCalls.makeFolders(folder)
            } catch {
                return employer.ended(.notStarted("\(error)", Shortage.of(error)), [], nil)
            }
            // Asked here, on a thread that may wait: a shim takes its time.
            let launch = WorkerLaunch(
                program: interpreters.path(of: grant.order.interpreter), arguments: [runnerPath],
                environment: WorkerEnvironment.variables(
                    grant.order, modelFolder: modelFolder, worker: grant.number),
                standardOutput: files.output, standardError: files.errors,
                logLimitBytes: limits.logLimitBytes)
            WorkerLoop.run(
                launch: launch, greeting: greeting, items: grant.items,
                timeout: grant.order.settings.timeout, handle: grant.handle, employer: employer)
            FileCalls.removeTree(folder)
        }
        if !isStarted {
            employer.ended(.notStarted("the system has no thread left", nil), [], nil)
        }
    }

    private func employer(_ seq: Int, _ worker: Int) -> WorkerEmployer {
        WorkerEmployer(
            started: { [self] identity in
                state.withLock { $0.runs[seq]?.workers[worker]?.pid = identity.pid }
                try committer.writeBlocking {
                    try WorkTable.workerStarted($0, identity, job: seq, number: worker)
                }
            },
            ready: { [self] initTime in
                state.withLock {
                    $0.runs[seq]?.workers[worker]?.ready = .now
                    $0.runs[seq]?.workers[worker]?.initTime = initTime
                    $0.runs[seq]?.machine.workerReady()
                }
            },
            nextWork: { [self] in nextWork(seq, worker, upTo: $0, isIdle: $1) },
            report: { [self] in report(seq, worker, $0) },
            complained: { [self] line, trace in
                run(seq)?.log.failed(worker: worker, what: "shutdown()", line: line, trace: trace)
            },
            ended: { [self] end, unbegun, pid in ended(seq, worker, end, unbegun, pid) })
    }

    private func nextWork(_ seq: Int, _ worker: Int, upTo count: Int, isIdle: Bool) -> WorkAnswer {
        state.withLock { state in
            guard !state.isStopping, state.runs[seq]?.machine.phase == .running,
                let me = state.runs[seq]?.workers[worker]
            else { return .leave }
            if me.failures > JobRun.failuresPerProcess { return .leave }
            if committer.shortage != nil { return .wait }
            if state.slots.isContended {
                let heldFor = MonotonicTime.now - (me.ready ?? .now)
                let yields = state.slots.shouldYield(seq, heldFor: heldFor, initTime: me.initTime)
                if yields { return .leave }
            }
            var assignments: [MiniBatchLedger.Assignment] = []
            while assignments.count < count,
                let next = state.runs[seq]?.machine.take(worker: worker)
            {
                assignments.append(next)
            }
            noteQueue(seq, &state)
            if !assignments.isEmpty { return .run(assignments) }
            // Waiting for a retry that may never come, while others could use the slot.
            return isIdle && state.slots.isContended ? .leave : .wait
        }
    }

    /// Tells the slots when the job begins or ceases to have mini-batches that nobody holds.
    private func noteQueue(_ seq: Int, _ state: inout State) {
        guard let run = state.runs[seq] else { return }
        let hasQueued = run.machine.phase == .running && run.machine.ledger.hasQueued
        guard hasQueued != run.hasQueued else { return }
        state.runs[seq]?.hasQueued = hasQueued
        state.slots.update(seq, limit: run.order.settings.workers, hasWork: hasQueued)
    }

    private func report(_ seq: Int, _ worker: Int, _ reports: [RunReport]) {
        var records: [MiniBatchRecord] = []
        var orders: [JobMachine.Order] = []
        var entries: [RunLogEntry] = []
        var failures: [(what: String, line: String, trace: String)] = []
        var isRequeued = false
        var isShort = false
        let log = state.withLock { state -> RunLog? in
            guard !state.isStopping, state.runs[seq] != nil else { return nil }
            let now = Duration.sinceStart
            for report in reports {
                var entry = entry(state.runs[seq], worker, report)
                switch report.result {
                case .ran(let count, let rows):
                    let answer = state.runs[seq]?.machine.ran(
                        report.assignment.index, worker: worker, returnedCount: count, at: now)
                    guard let answer, let outcome = answer.outcome else { continue }
                    entry.succeeded = outcome.succeeded
                    entry.failed = outcome.failed
                    records.append(MiniBatchRecord(outcome: outcome, rows: rows))
                    orders += answer.orders
                case .raised(let line, let trace):
                    if isShortage(line), let run = state.runs[seq],
                        run.machine.phase == .running,
                        state.runs[seq]?.machine.interrupted(
                            report.assignment.index, worker: worker) == true
                    {
                        (isShort, isRequeued) = (true, true)
                        continue
                    }
                    entry.status = .exception
                    entry.message = line
                    entry.failed = entry.total
                    failures.append((what(report.assignment, seq, state), line, trace))
                    state.runs[seq]?.workers[worker]?.failures += 1
                    let answer = state.runs[seq]?.machine.runFailed(
                        report.assignment.index, worker: worker, at: now)
                    if case .givenUp(let outcome) = answer?.verdict {
                        records.append(MiniBatchRecord(outcome: outcome, rows: []))
                    }
                    if answer?.verdict == .retry { isRequeued = true }
                    orders += answer?.orders ?? []
                }
                entries.append(entry)
            }
            noteQueue(seq, &state)
            return state.runs[seq]?.log
        }
        log?.ran(entries)
        for failure in failures {
            log?.failed(
                worker: worker, what: failure.what, line: failure.line, trace: failure.trace)
        }
        for record in records { committer.record(job: seq, record) }
        carryOut(seq, orders)
        if isShort { hold(.space) }
        if isRequeued { wakeWorkers(seq) }
        if isRequeued { fillSlots() }
    }

    private func entry(_ run: JobRun?, _ worker: Int, _ report: RunReport) -> RunLogEntry {
        RunLogEntry(
            worker: worker, pid: run?.workers[worker]?.pid ?? 0, index: report.assignment.index,
            attempt: report.assignment.attempt, total: report.assignment.items.count,
            names: run?.items?.names(report.assignment.items) ?? [], succeeded: 0, failed: 0,
            elapsed: report.elapsed, spent: report.spent, status: .done, message: nil)
    }

    private func what(_ assignment: MiniBatchLedger.Assignment, _ seq: Int, _ state: State)
        -> String
    {
        let tries = state.runs[seq]?.machine.ledger.tries ?? assignment.attempt
        return "mini-batch \(assignment.index) try \(assignment.attempt) of \(tries)"
    }

    /// A worker's process is gone: its mini-batches go back, its slot goes to whoever is next.
    private func ended(
        _ seq: Int, _ worker: Int, _ end: WorkerEnd, _ unbegun: [MiniBatchLedger.Assignment],
        _ pid: Int32?
    ) {
        var orders: [JobMachine.Order] = []
        var record: MiniBatchRecord?
        state.withLock { state in
            if !state.isStopping, state.runs[seq] != nil {
                for assignment in unbegun.reversed() {
                    state.runs[seq]?.machine.handBack(assignment.index, worker: worker)
                }
                (orders, record) = consequences(of: end, seq, worker, &state)
                orders += state.runs[seq]?.machine.workerGone(at: .sinceStart) ?? []
            }
            state.runs[seq]?.workers[worker] = nil
            state.slots.release(seq)
            noteQueue(seq, &state)
        }
        if let pid { committer.post { try WorkTable.workerGone($0, pid: pid) } }
        if let record { committer.record(job: seq, record) }
        carryOut(seq, orders)
        if case .notStarted(_, let shortage?) = end { hold(shortage) }
        wakeWorkers(seq)
        fillSlots()
        state.signalling { $0.workerThreads -= 1 }
    }

    private func consequences(
        of end: WorkerEnd, _ seq: Int, _ worker: Int, _ state: inout State
    ) -> ([JobMachine.Order], MiniBatchRecord?) {
        let log = state.runs[seq]?.log
        switch end {
        case .left: return ([], nil)
        case .notStarted(_, .some): return ([], nil)
        case .notStarted(let reason, nil):
            return (state.runs[seq]?.machine.broke(reason) ?? [], nil)
        case .initFailed(let line, let trace):
            log?.failed(worker: worker, what: "init()", line: line, trace: trace)
            return (state.runs[seq]?.machine.initFailed(at: .sinceStart) ?? [], nil)
        case .killed(let assignment, let wasReady):
            return killed(assignment, wasReady: wasReady, seq, worker, &state)
        case .timedOut(let assignment):
            let limit = state.runs[seq]?.order.settings.timeout.inSeconds ?? 0
            let line =
                "TimeoutError: run() took longer than the timeout of \(Decimal.text(limit)) s."
            return lost(assignment, .timeout, line, seq, worker, &state)
        case .died(let status, let assignment):
            // A process that was killed because the job stops has nothing to answer for.
            guard let assignment, state.runs[seq]?.machine.phase == .running else {
                return ([], nil)
            }
            let line = "The worker process ended during run(): \(ExitText.words(status))."
            return lost(assignment, .exception, line, seq, worker, &state)
        }
    }

    /// Somebody else killed the process. A script cannot help that, so it uses up no try, unless it happens again and again.
    private func killed(
        _ assignment: MiniBatchLedger.Assignment?, wasReady: Bool, _ seq: Int, _ worker: Int,
        _ state: inout State
    ) -> ([JobMachine.Order], MiniBatchRecord?) {
        guard state.runs[seq]?.machine.phase == .running else { return ([], nil) }
        let isForgiven = state.runs[seq]?.machine.killed(
            during: assignment?.index, worker: worker, wasReady: wasReady)
        let place = assignment.map { "mini-batch \($0.index)" } ?? (wasReady ? "a pause" : "init()")
        let line =
            "The worker process was killed (\(ExitText.words(128 + SIGKILL))) during \(place)."
        if isForgiven == true {
            state.runs[seq]?.log.note("\(Agent.name(worker)): \(line) It does not count as a try.")
            return ([], nil)
        }
        if let assignment { return lost(assignment, .exception, line, seq, worker, &state) }
        state.runs[seq]?.log.failed(worker: worker, what: "init()", line: line, trace: line)
        return (state.runs[seq]?.machine.initFailed(at: .sinceStart) ?? [], nil)
    }

    private func lost(
        _ assignment: MiniBatchLedger.Assignment, _ status: RunLogEntry.Status, _ line: String,
        _ seq: Int, _ worker: Int, _ state: inout State
    ) -> ([JobMachine.Order], MiniBatchRecord?) {
        let log = state.runs[seq]?.log
        log?.failed(
            worker: worker, what: what(assignment, seq, state), line: line, trace: line)
        let timeout = state.runs[seq]?.order.settings.timeout ?? .zero
        let report = RunReport(
            assignment: assignment, startedAfter: .now, elapsed: timeout,
            spent: RunTimes(run: timeout), result: .raised(line: line, trace: line))
        var entry = entry(state.runs[seq], worker, report)
        entry.status = status
        entry.message = line
        entry.failed = entry.total
        log?.ran([entry])
        let answer = state.runs[seq]?.machine.runFailed(
            assignment.index, worker: worker, at: .sinceStart)
        guard let answer else { return ([], nil) }
        if case .givenUp(let outcome) = answer.verdict {
            return (answer.orders, MiniBatchRecord(outcome: outcome, rows: []))
        }
        return (answer.orders, nil)
    }
}

/// What a worker process finds in its environment (ES §3.5): the user's usual surroundings, nothing of the engine's.
enum WorkerEnvironment {
    /// Taken over from the engine's own environment when set there.
    static let inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "USER", "LOGNAME"]

    /// What every program of a job finds.
    static var base: [String: String] {
        var variables = ["PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8"]
        for name in inherited {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        return variables
    }

    /// - Parameter gpus: graphics processors; each worker gets one, in turn (ES §3.5).
    static func variables(
        _ order: JobOrder, modelFolder: String, worker: Int, gpus: Int = Machine.gpus
    ) -> [String: String] {
        var variables = base
        if gpus > 0 { variables["CUDA_VISIBLE_DEVICES"] = String((worker - 1) % gpus) }
        if order.interpreter.contains("/") {
            // As an activated environment has it: a script's own `python` is the same one.
            variables["PATH"] =
                FileCalls.folder(of: order.interpreter) + (variables["PATH"].map { ":" + $0 } ?? "")
        }
        variables.merge(order.environmentVariables) { _, own in own }
        variables["AZUREML_MODEL_DIR"] = modelFolder
        variables["AZUREML_BI_OUTPUT_PATH"] = order.outputFolder
        return variables
    }
}

/// The first frame a worker is sent: all it needs to load the script.
enum Greeting {
    static func frame(
        _ order: JobOrder, agent: String, logFolder: String, workingFolder: String,
        logLimitBytes: Int64, items: ItemList
    ) -> [UInt8] {
        let texts = [
            order.codeFolder + "/" + order.scoringScript, order.codeFolder,
            order.settings.outputAction.rawValue, order.settings.loggingLevel, agent, logFolder,
            order.outputFolder, workingFolder, String(logLimitBytes),
            CappedLog.notice(logLimitBytes),
        ]
        let fields = texts.map { Array($0.utf8) + [0] }
        return WorkerFrame.command([ArraySlice(fields.flatMap { $0 }), items.folder])
    }
}
