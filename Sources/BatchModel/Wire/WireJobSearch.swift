/// Searching a local engine's jobs: the engine's own route, no other service has it.
public enum WireJobSearch {
    /// The body of `POST /engine/jobs/search`.
    public struct Question: Codable, Sendable {
        /// What is looked for.
        public var query: JobSearchQuery
        /// Who asks: a newer question of the same asker ends those before. Any text; nobody's when empty.
        public var asker: String
        /// Counts an asker's questions: they may arrive in another order than they were asked in.
        public var turn: Int

        /// Asks.
        public init(query: JobSearchQuery, asker: String, turn: Int) {
            self.query = query
            self.asker = asker
            self.turn = turn
        }
    }

    /// The answer.
    public struct Answer: Codable, Sendable {
        /// The best matches, best first.
        public var value: [WireResource<WireJob>]
        /// How many match.
        public var matches: Int
        /// How many were looked at, the newest ones.
        public var searched: Int
        /// False while there are jobs behind those.
        public var isWhole: Bool

        /// Answers.
        public init(
            value: [WireResource<WireJob>], matches: Int, searched: Int, isWhole: Bool
        ) {
            self.value = value
            self.matches = matches
            self.searched = searched
            self.isWhole = isWhole
        }
    }
}
