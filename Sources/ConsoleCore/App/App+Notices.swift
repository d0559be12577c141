import BatchModel
import ConsoleGrid

// Whatever is said anywhere is written down, without any screen having to think of it: after every action the sentences
// that stand on the screens now are compared with those that stood there before.

extension App {
    /// Notices remembered; the oldest is forgotten.
    static let noticeLimit = 200
    /// The same sentence within this time is one notice said several times.
    private static let repeatTime: Duration = .seconds(300)
    /// How far back a sentence is looked for.
    private static let repeatDepth = 8

    /// The sentences that stand somewhere now, each at the place of its kind.
    static func spoken(_ state: State) -> [Notice?] {
        func failed(_ failure: ServiceFailure?) -> Notice? {
            failure.map { Notice(text: $0.message.sentence, weight: .danger) }
        }
        let detail = state.detail
        return [
            state.notice, failed(state.endpoints.endpoints.fetched.failure),
            failed(state.endpoints.ownDeployments.fetched.failure),
            failed(state.endpoints.ownJobs.fetched.failure), failed(state.jobs?.asks.failure),
            state.jobs?.notice.map { Notice(text: $0, weight: .warning) },
            detail?.notice.map { Notice(text: $0.text, weight: $0.isFailure ? .danger : .info) },
            failed(detail?.lost?.failure), failed(detail?.error.failure),
            failed(detail?.log.failure), failed(state.form?.failure),
            state.form?.notice.map { Notice(text: $0, weight: .warning) },
            failed(state.results?.outputs.failure), failed(state.results?.preview?.failure),
            failed(state.results?.download.failure),
            failed(state.compare.flatMap { $0.sides[$0.left]?.failure }),
            failed(state.compare.flatMap { $0.sides[$0.right]?.failure }),
        ]
    }

    /// Writes down what was not said before.
    static func noteSpoken(_ state: inout State, since before: [Notice?]) {
        let now = spoken(state)
        for (old, new) in zip(before, now) where new != old {
            if let new { note(new, in: &state) }
        }
    }

    /// Writes a sentence down.
    static func note(_ notice: Notice, in state: inout State) {
        var entry = Notices.Entry(text: notice.text, weight: notice.weight, at: state.now)
        let recent = state.notices.prefix(repeatDepth)
        if let row = recent.firstIndex(where: {
            $0.text.lowercased() == notice.text.lowercased() && state.now - $0.at < repeatTime
        }) {
            let old = state.notices.remove(at: row)
            // One failure that two screens show at once was not said twice.
            entry.count = old.count + (old.at == state.now ? 0 : 1)
        }
        state.notices.insert(entry, at: 0)
        if state.notices.count > noticeLimit { state.notices.removeLast() }
        state.noticeList?.take(state.notices)
    }

    /// A job that ends: said where it is not in front, and rung for where somebody waits for it.
    static func sayEnded(_ jobs: [Job], in state: inout State) -> [Effect] {
        let ended = jobs.filter { job in
            job.status.isTerminal
                && (state.tracked.contains(job.id) || state.watched.contains(job.id))
        }
        guard let last = ended.last else { return [] }
        let rung = ended.filter { state.watched.contains($0.id) }.map(words)
        for job in ended { state.watched.remove(job.id) }
        for job in ended where state.place != .jobDetail(job.id) {
            let notice = Notice(
                text: words(for: job), weight: job.status == .failed ? .danger : .info)
            if job.id == last.id, state.notice == nil {
                state.notice = notice
            } else {
                note(notice, in: &state)
            }
        }
        guard let first = rung.first else { return [] }
        let others = rung.count > 1 ? " and \(rung.count - 1) more" : ""
        return [.ring(text: "batchdeck: \(first)\(others)")]
    }

    private static func words(for job: Job) -> String {
        let name = job.displayName.isEmpty ? job.id.rawValue : job.displayName
        let place = job.endpoint.map { " on \($0)" } ?? ""
        return "\(name)\(place): \(job.status.rawValue)"
    }

    /// Jobs that were started or opened here are waited for: their end rings wherever one is then.
    static func watch(_ job: Job, in state: inout State) {
        guard job.status.isActive, state.watched.count < watchLimit else { return }
        state.watched.insert(job.id)
    }

    /// Jobs waited for at once: one list call of the tracker answers for so many.
    private static let watchLimit = 100
}
