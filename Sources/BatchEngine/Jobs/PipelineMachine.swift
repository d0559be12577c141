// The life of a job of steps, as a pure value: events go in, orders come out, nothing is done here.
//
//     job    queued ──▶ running ──▶ ended          step   waiting ──▶ queued ──▶ running ──▶ storing ──▶ ended
//                │         │                                  │          │          (its program is gone,
//                └─ stopping ─▶ ended                         └──────────┴─▶ ended   the end not on disk yet)
//
// A step is queued once every step it takes an output from has completed; those that are queued run at the same time, as far as
// the machine has slots. What follows from a step's end follows only once that end is durable (`stored`): a crash can make a
// step run again only while nobody has seen it finished, and never one whose output another step has begun to read.
// Steps that can never run, because one they need did not complete, end as Canceled with the reason.

import BatchModel

/// The state of one pipeline job and what follows from each event.
struct PipelineMachine: Sendable, Equatable {
    /// Where the job stands.
    enum Phase: Sendable, Equatable {
        /// No step has begun.
        case queued
        /// Steps run, or are about to.
        case running
        /// Running steps are being killed; the verdict waits for the last of them.
        case stopping(JobMachine.Verdict)
        /// Nothing more will happen.
        case ended
    }

    /// Where a step stands.
    enum StepPhase: Sendable, Equatable {
        case waiting
        case queued
        case running
        /// Its program is gone; this is being made durable.
        case storing(JobStatus)
        case ended(JobStatus)
    }

    /// How a step's program ended.
    enum StepEnd: Sendable, Equatable {
        case completed
        case failed(String)
        /// Killed by somebody else than the engine; what to say when that is held against it.
        case killed(String)
        /// Kept from its work by a shortage; what to say when that happens again and again.
        case held(String, Shortage)
    }

    /// What the caller is to do.
    enum Order: Sendable, Equatable {
        /// Store that the job entered these statuses, in this order.
        case enter([JobStatus])
        /// Store that a step entered a status.
        case enterStep(Int, JobStatus, message: String?)
        /// Make a step's end durable, then say `stored`.
        case storeStep(Int, JobStatus, message: String?)
        /// Kill the programs of all running steps.
        case killSteps
        /// Store the end: status and, for a failed job, the message.
        case end(JobStatus, message: String?)
    }

    /// Where the job stands.
    private(set) var phase = Phase.queued
    /// Where each step stands.
    private(set) var steps: [StepPhase]
    /// The first step that failed, and why.
    private(set) var firstFailure: (Failure)?

    /// A step that failed.
    struct Failure: Sendable, Equatable {
        var step: Int
        var reason: String
    }

    /// How often each step's program was killed by somebody else.
    private var kills: [Int: Int] = [:]
    private let names: [String]
    private let dependencies: [[Int]]
    private let continuesOnFailure: Bool

    /// A job just accepted.
    ///
    /// - Parameter dependencies: for each step the numbers of those it waits for; without circles.
    init(names: [String], dependencies: [[Int]], continuesOnFailure: Bool) {
        precondition(names.count == dependencies.count && !names.isEmpty)
        self.names = names
        self.dependencies = dependencies
        self.continuesOnFailure = continuesOnFailure
        steps = Array(repeating: .waiting, count: names.count)
    }

    /// True while a step waits for a slot.
    var hasQueued: Bool { steps.contains(.queued) }

    /// Begins a new job.
    mutating func accepted() -> [Order] { [.enter([.provisioning, .queued])] + queueReady() }

    /// Continues a job that an earlier engine left behind.
    ///
    /// - Parameter stored: each step's status and message as the database has them; a step that had not ended runs again.
    mutating func resumed(
        as status: JobStatus, steps stored: [(status: JobStatus, message: String?)]
    ) -> [Order] {
        for (index, step) in stored.enumerated() where step.status.isTerminal {
            steps[index] = .ended(step.status)
            if step.status == .failed, firstFailure == nil {
                firstFailure = Failure(step: index, reason: step.message ?? "")
            }
        }
        if status == .cancelRequested { return stop(.canceled) }
        var orders: [Order] = []
        if status == .running || status == .finalizing {
            phase = .running
        } else if status != .queued {
            orders = [.enter([.provisioning, .queued])]
        }
        if firstFailure != nil, !continuesOnFailure { return orders + stop(failure) }
        return orders + cancelHopeless() + queueReady() + settle()
    }

    /// A slot was given to the job.
    ///
    /// - Returns: the step to start, nil when none is queued.
    mutating func granted() -> (step: Int, orders: [Order])? {
        guard let step = steps.firstIndex(of: .queued) else { return nil }
        steps[step] = .running
        guard phase == .queued else { return (step, []) }
        phase = .running
        return (step, [.enter([.running])])
    }

    /// The program of a step is gone. One that somebody else killed runs again from its beginning, as after a crash of the
    /// engine, unless that happens again and again.
    mutating func exited(_ step: Int, _ end: StepEnd) -> [Order] {
        guard steps[step] == .running else { return [] }
        let (status, message): (JobStatus, String?)
        switch (end, phase) {
        case (.completed, _): (status, message) = (.completed, nil)
        case (.failed, .stopping(let verdict)), (.killed, .stopping(let verdict)),
            (.held, .stopping(let verdict)):
            (status, message) = (.canceled, reason(verdict))
        case (.killed, _) where kills[step, default: 0] < JobLimits().killsForgiven,
            (.held, _) where kills[step, default: 0] < JobLimits().killsForgiven:
            kills[step, default: 0] += 1
            steps[step] = .queued
            return [.enterStep(step, .queued, message: nil)]
        case (.failed(let text), _), (.killed(let text), _), (.held(let text, _), _):
            (status, message) = (.failed, text)
        }
        steps[step] = .storing(status)
        if status == .failed, firstFailure == nil {
            firstFailure = Failure(step: step, reason: message ?? "")
        }
        return [.storeStep(step, status, message: message)]
    }

    /// The end of a step is durable.
    mutating func stored(_ step: Int) -> [Order] {
        guard case .storing(let status) = steps[step] else { return [] }
        steps[step] = .ended(status)
        switch phase {
        case .queued, .running:
            if status == .failed, !continuesOnFailure { return stop(failure) }
            return cancelHopeless() + queueReady() + settle()
        case .stopping, .ended: return settle()
        }
    }

    /// Something outside the steps makes going on pointless (a full disk).
    mutating func broke(_ reason: String) -> [Order] {
        switch phase {
        case .ended, .stopping: []
        case .queued, .running: stop(.failed(reason))
        }
    }

    /// Somebody wants the job stopped; nil when it has ended or is about to.
    mutating func cancelRequested() -> [Order]? {
        switch phase {
        case .ended, .stopping(.failed): nil
        case .stopping(.canceled): []
        case .queued, .running: [.enter([.cancelRequested])] + stop(.canceled)
        }
    }

    // MARK: - What follows

    private var failure: JobMachine.Verdict {
        guard let firstFailure else { return .failed("A step failed.") }
        return .failed(
            "Pipeline has failed child jobs. Failed nodes: /\(names[firstFailure.step]). "
                + firstFailure.reason)
    }

    private mutating func queueReady() -> [Order] {
        var orders: [Order] = []
        for step in steps.indices where steps[step] == .waiting {
            let isReady = dependencies[step].allSatisfy { steps[$0] == .ended(.completed) }
            guard isReady else { continue }
            steps[step] = .queued
            orders.append(.enterStep(step, .queued, message: nil))
        }
        return orders
    }

    /// Ends the steps that wait for one that will never complete, and those that wait for them.
    private mutating func cancelHopeless() -> [Order] {
        var orders: [Order] = []
        while let (step, needed) = hopeless() {
            steps[step] = .ended(.canceled)
            let text =
                "The step did not run: it needs the step \(names[needed]), which did not complete."
            orders.append(.enterStep(step, .canceled, message: text))
        }
        return orders
    }

    private func hopeless() -> (step: Int, needed: Int)? {
        for step in steps.indices where steps[step] == .waiting {
            let needed = dependencies[step].first {
                steps[$0] == .ended(.failed) || steps[$0] == .ended(.canceled)
            }
            if let needed { return (step, needed) }
        }
        return nil
    }

    private func reason(_ verdict: JobMachine.Verdict) -> String {
        switch verdict {
        case .canceled: "The job was canceled."
        case .failed:
            firstFailure.map {
                "The step was stopped: the step \(names[$0.step]) failed, and "
                    + "continue_on_step_failure is false."
            } ?? "The step was stopped: the job could not go on."
        }
    }

    private mutating func stop(_ verdict: JobMachine.Verdict) -> [Order] {
        phase = .stopping(verdict)
        var orders: [Order] = []
        for step in steps.indices where steps[step] == .waiting || steps[step] == .queued {
            steps[step] = .ended(.canceled)
            orders.append(.enterStep(step, .canceled, message: reason(verdict)))
        }
        if steps.contains(.running) { orders.append(.killSteps) }
        return orders + settle()
    }

    /// Takes the step that waited for the last step's end.
    private mutating func settle() -> [Order] {
        let isOver = steps.allSatisfy { if case .ended = $0 { true } else { false } }
        guard isOver, phase != .ended else { return [] }
        let verdict: JobMachine.Verdict?
        if case .stopping(let given) = phase {
            verdict = given
        } else {
            verdict = firstFailure == nil ? nil : failure
        }
        phase = .ended
        switch verdict {
        case nil: return [.enter([.finalizing]), .end(.completed, message: nil)]
        case .canceled?: return [.end(.canceled, message: nil)]
        case .failed(let message)?: return [.end(.failed, message: message)]
        }
    }
}
