import BatchModel
import ConsoleGrid

// Submitting the jobs of a sweep, one after another. The run is a list of items with what became of each; the answer to one
// orders the next. A refusal is one job's and the rest go on; where nobody answers, or sign-in is refused, the rest would
// fare no better and wait for a person. What was refused or not sent can be sent again, what has no known outcome cannot:
// it may be a job already, and stands among the undecided.

extension JobForm {
    /// The jobs of a sweep and what became of them.
    struct SweepRun: Sendable, Equatable {
        enum Outcome: Sendable, Equatable {
            case waiting
            case accepted(Job.ID)
            case refused(ServiceFailure)
        }

        struct Item: Sendable, Equatable {
            var label: String
            var draft: JobDraft
            var outcome = Outcome.waiting

            /// Whether sending it again cannot make a second job.
            var isOpen: Bool {
                switch outcome {
                case .waiting: true
                case .accepted: false
                case .refused(let failure): failure.kind != .outcomeUnknown
                }
            }
        }

        var id: String
        var items: [Item]
        /// The item that is being sent; nil when none is.
        var current: Int?
        /// True once no further item shall be sent.
        var isStopping = false
        var window: ListWindow

        var acceptedCount: Int {
            items.count { if case .accepted = $0.outcome { true } else { false } }
        }
        var refusedCount: Int {
            items.count { if case .refused = $0.outcome { true } else { false } }
        }
        /// Items that were not sent, or were refused for certain.
        var openCount: Int { items.count { $0.isOpen } }

        /// The job that came of the selected item; nil while none has.
        var selectedJob: Job.ID? {
            guard let index = window.selected, case .accepted(let job) = items[index].outcome else {
                return nil
            }
            return job
        }

        /// The next item that waits, nil when the run is over.
        func next(after index: Int) -> Int? {
            guard !isStopping else { return nil }
            return items.indices.first { $0 > index && items[$0].outcome == .waiting }
        }
    }

    /// Begins to submit the form's sweep.
    static func startSweep(_ state: inout State, now: Timestamp) -> [Effect] {
        state.isSweepAsked = false
        guard state.phase == nil, problems(in: state).isEmpty,
            let drafts = try? sweptDrafts(in: state), !drafts.isEmpty
        else { return [] }
        let id = Sweep.id(at: now)
        let items = drafts.map { swept in
            SweepRun.Item(
                label: swept.label, draft: Sweep.job(swept.draft, label: swept.label, of: id))
        }
        state.sweepRun = SweepRun(
            id: id, items: items, window: ListWindow(count: items.count))
        state.kept = state.entry
        fitSweepRun(&state)
        return send(0, in: &state)
    }

    /// Sends what was refused or not sent once more.
    static func retrySweep(_ state: inout State) -> [Effect] {
        guard var run = state.sweepRun, run.current == nil, state.phase == nil else { return [] }
        for index in run.items.indices where run.items[index].isOpen {
            run.items[index].outcome = .waiting
        }
        run.isStopping = false
        state.sweepRun = run
        return run.next(after: -1).map { send($0, in: &state) } ?? []
    }

    /// Takes the answer for one item and sends the next.
    static func sweptAnswer(
        _ index: Int, _ outcome: SweepRun.Outcome, in state: inout State
    ) -> [Effect] {
        guard state.sweepRun?.current == index else { return [] }
        state.sweepRun?.items[index].outcome = outcome
        switch outcome {
        case .accepted:
            if var draft = state.sweepRun?.items[index].draft {
                draft.jobName = nil
                draft.tags = nil
                state.recent.insert(draft, at: 0)
            }
        case .refused(let failure): if failure.isHopeless { state.sweepRun?.isStopping = true }
        case .waiting: break
        }
        guard let next = state.sweepRun?.next(after: index) else {
            state.sweepRun?.current = nil
            state.phase = nil
            return []
        }
        return send(next, in: &state)
    }

    private static func send(_ index: Int, in state: inout State) -> [Effect] {
        guard let draft = state.sweepRun?.items[index].draft else { return [] }
        state.sweepRun?.current = index
        state.sweepRun?.window.select(index)
        state.phase = .checking
        state.failure = nil
        state.notice = nil
        return [.submitSwept(draft, index: index)]
    }

    static func fitSweepRun(_ state: inout State) {
        state.sweepRun?.window.setHeight(max(1, state.size.rows - 6))
    }

    /// One sentence for what became of it.
    static func sweepWords(_ run: SweepRun) -> String {
        let all = Words.count(run.items.count, "job")
        var words = "\(Words.grouped(run.acceptedCount)) of \(all) submitted"
        if run.refusedCount > 0 { words += ", \(Words.grouped(run.refusedCount)) refused" }
        let waiting = run.items.count - run.acceptedCount - run.refusedCount
        if waiting > 0, run.current == nil { words += ", \(Words.grouped(waiting)) not sent" }
        return words
    }
}

extension JobForm.State {
    /// How the sweep of this form stands, for whoever is elsewhere; nil without one.
    var sweepSummary: String? { sweepRun.map(JobForm.sweepWords) }

    /// Every reference that a swept row means.
    var referencesBeside: Set<DataReference> { Set(lookedBeside.values.joined()) }
}
