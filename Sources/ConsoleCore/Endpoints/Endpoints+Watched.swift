import BatchModel

extension Endpoints {
    /// Something that is asked for again and again: what is known of it, and whether it may be asked for now.
    struct Watched<Value: Sendable & Equatable>: Sendable, Equatable {
        var fetched = Fetched<Value>()
        /// When the newest question was asked; nil until an action brought a time.
        var askedAt: Timestamp?
        /// When the newest question was refused; nil once one was answered.
        var refusedAt: Timestamp?
        /// The newest sign of life beside the answers: tracking heard about a part of it.
        var heardAt: Timestamp?
        /// Wanted anew whatever its age.
        var isOutdated = false

        /// Whether a question about it is open that is still worth waiting for.
        func isOpen(at now: Timestamp) -> Bool {
            guard fetched.isLoading else { return false }
            guard let askedAt else { return true }
            return now - askedAt < (isOutdated ? Limits.insistence : Limits.answer)
        }

        /// Whether it may be asked for: no question is open, and the newest refusal is a while ago.
        func mayBeAsked(at now: Timestamp) -> Bool {
            guard !isOpen(at: now) else { return false }
            guard let refusedAt else { return true }
            return now - refusedAt >= Limits.afterRefusal
        }

        /// Whether it is unknown, wanted anew, or older than this.
        func isWanted(olderThan age: Duration?, at now: Timestamp) -> Bool {
            guard !isOutdated, let asOf = fetched.asOf else { return true }
            // Counted from the question: ticks of the same rhythm as the age would else come a little early every time.
            let since = min(asOf, askedAt ?? asOf)
            return age.map { now - since >= $0 } ?? false
        }

        /// Notes that it is being asked for.
        mutating func begin(at now: Timestamp) {
            fetched.begin()
            askedAt = now
            isOutdated = false
        }

        /// Takes an answer.
        mutating func succeed(_ value: Value, asOf time: Timestamp) {
            fetched.succeed(value, asOf: time)
            refusedAt = nil
            isOutdated = false
        }

        /// Takes a refusal; keeps what was known.
        mutating func fail(_ failure: ServiceFailure, at now: Timestamp) {
            fetched.fail(failure)
            refusedAt = now
            isOutdated = false
        }

        /// Takes what another answer said about it; a question about it stays open.
        mutating func learn(_ value: Value, asOf time: Timestamp) {
            fetched.value = value
            fetched.asOf = time
            isOutdated = false
            if !fetched.isLoading { askedAt = time }
        }

        /// Wants it anew now, a refusal notwithstanding.
        mutating func outdate() {
            isOutdated = true
            refusedAt = nil
        }
    }

    /// The numbers of asking.
    enum Limits {
        /// After this the endpoints, all jobs, and the selected endpoint's deployments are asked for again.
        static let endpointsAge = Duration.seconds(30)
        /// After this the selected endpoint's jobs are asked for again.
        static let jobsAge = Duration.seconds(10)
        /// After this the deployments of endpoints not looked at are: only their kind is shown, and one request for
        /// each of many endpoints every half minute would use up a workspace's allowance.
        static let quietAge = Duration.seconds(300)
        /// What was refused is left alone so long.
        static let afterRefusal = Duration.seconds(10)
        /// A question without any answer after this counts as lost: where no client can be made, none ever comes.
        static let answer = Duration.seconds(20)
        /// The same for somebody who asks by hand.
        static let insistence = Duration.seconds(5)
        /// Questions about deployments that are open at once.
        static let deploymentQuestions = 50
        /// Questions about one endpoint's jobs that are open at once: who runs down a long list asks only where they
        /// stop.
        static let jobQuestions = 4
        /// Jobs kept of one endpoint.
        static let jobsPerEndpoint = 20
        /// Jobs of the workspace asked for at once.
        static let jobsInAll = 100
        /// From this age on the age is shown.
        static let shownAge = Duration.seconds(3)
    }

    /// `12 s old`, when it is worth saying or a refusal makes it so; nil otherwise.
    static func ageWords<Value>(_ watched: Watched<Value>, at now: Timestamp) -> String? {
        guard let asOf = watched.fetched.asOf else { return nil }
        let newest = max(asOf, watched.heardAt ?? asOf)
        let isRefused = watched.fetched.failure != nil
        guard isRefused || now - newest >= Limits.shownAge else { return nil }
        return now - newest < .seconds(1) ? "0 s old" : "\(Words.age(of: newest, at: now)) old"
    }
}
