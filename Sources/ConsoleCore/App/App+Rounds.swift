import BatchModel
import ConsoleGrid

// Several jobs acted on by one key are one round: each is asked for and answered by itself, so that one that fails keeps
// none of the rest. While a round is under way the header counts it; when it is over one sentence says what it came to.
// Each failure was said when it came and stands among the notices.

extension App {
    /// Several errands that were ordered together.
    struct Round: Sendable, Equatable {
        /// Those that are not answered.
        private(set) var open: Set<Errand>
        let total: Int
        private(set) var failed = 0
        private let verb: Verb

        /// What is done to each job.
        private enum Verb: Sendable, Equatable {
            case cancel, archive, restore, retry, other
        }

        init(of errands: [Errand]) {
            open = Set(errands)
            total = open.count
            verb =
                switch errands.first {
                case .cancel: .cancel
                case .archive: .archive
                case .restore: .restore
                case .retry: .retry
                case .save, .download, .export, .decide, nil: .other
                }
        }

        /// Takes an errand off; false when it is none of these.
        mutating func end(_ errand: Errand, hasFailed: Bool) -> Bool {
            guard open.remove(errand) != nil else { return false }
            if hasFailed { failed += 1 }
            return true
        }

        private var ended: Int { total - open.count }

        /// `cancelling 3/12`.
        var progress: String { "\(doing) \(Words.grouped(ended))/\(Words.grouped(total))" }

        /// As a clause for "not now: …".
        var words: String {
            "\(doing) \(Words.count(total, "job")) is under way, "
                + "\(Words.grouped(ended)) done so far"
        }

        /// What it came to, once nothing is open.
        func summary(by keymap: Keymap) -> String {
            let done = total - failed
            guard failed > 0 else { return "\(Words.count(done, "job")) \(wasDone(done))" }
            return "\(Words.grouped(done)) of \(Words.count(total, "job")) \(wasDone(done)), "
                + "\(Words.grouped(failed)) refused: "
                + "\(App.keys.keyName("notices", by: keymap)) shows each reason"
        }

        private var doing: String {
            switch verb {
            case .cancel: "cancelling"
            case .archive: "archiving"
            case .restore: "restoring"
            case .retry: "retrying"
            case .other: "working on"
            }
        }

        private func wasDone(_ count: Int) -> String {
            let be = count == 1 ? "was" : "were"
            return switch verb {
            case .cancel: "\(be) asked to cancel"
            case .archive: "\(be) archived"
            case .restore: "\(be) restored"
            case .retry: "\(be) submitted once more"
            case .other: "\(be) done"
            }
        }
    }

    /// Notes the end of an errand in the round it is of; the end of a round is said.
    static func keepRounds(_ state: inout State, without errand: Errand, hasFailed: Bool) {
        for index in state.rounds.indices {
            guard state.rounds[index].end(errand, hasFailed: hasFailed) else { continue }
            guard state.rounds[index].open.isEmpty else { return }
            let round = state.rounds.remove(at: index)
            // What the last of them came to is written down before the sentence about all takes its place.
            if let notice = state.notice { note(notice, in: &state) }
            state.say(round.summary(by: state.keymap), round.failed > 0 ? .warning : .info)
            return
        }
    }

    /// What is under way, for the header.
    static func roundWords(of state: State) -> String? {
        guard let round = state.rounds.first else { return nil }
        let others = state.rounds.count - 1
        return others > 0 ? "\(round.progress) +\(others)" : round.progress
    }
}
