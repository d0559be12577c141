import BatchModel

/// Opens the connection when it is first needed and keeps it until it proves dead.
///
/// A local engine may be restarted between two calls, with another port and another token; whoever finds the connection
/// dead says so with the generation it used, so that ten calls failing together open it anew only once.
actor ConnectionKeeper {
    /// An open connection.
    struct Opened: Sendable {
        /// What was opened.
        var connection: Connection
        /// Counts openings.
        var generation: Int
        /// Base of the planes beyond management, once it is known.
        var apiURL: String?
    }

    private let open: @Sendable () async throws(ServiceFailure) -> Connection
    private var opening: Task<Result<Connection, ServiceFailure>, Never>?
    private var apiURL: String?
    private var generation = 0
    private var latency: Duration?

    init(open: @escaping @Sendable () async throws(ServiceFailure) -> Connection) {
        self.open = open
    }

    /// The connection, opened if need be. Callers at the same time share one opening.
    func current() async throws(ServiceFailure) -> Opened {
        let task = opening ?? start()
        let generation = self.generation
        switch await task.value {
        case .success(let connection):
            let known = generation == self.generation ? apiURL : nil
            return Opened(
                connection: connection, generation: generation, apiURL: connection.apiURL ?? known)
        case .failure(let failure):
            forget(generation)
            throw failure
        }
    }

    /// Gives the connection up, if it is still the one of that generation.
    func forget(_ generation: Int) {
        guard generation == self.generation else { return }
        opening = nil
        apiURL = nil
        self.generation += 1
    }

    /// Notes what discovery said.
    func learn(apiURL: String, generation: Int) {
        if generation == self.generation { self.apiURL = apiURL }
    }

    /// Notes how long an answer took.
    func note(latency: Duration) { self.latency = latency }

    /// How long the newest answer took.
    var newestLatency: Duration? { latency }

    private func start() -> Task<Result<Connection, ServiceFailure>, Never> {
        let open = self.open
        let task = Task { () -> Result<Connection, ServiceFailure> in
            do throws(ServiceFailure) {
                return .success(try await open())
            } catch {
                return .failure(error)
            }
        }
        opening = task
        return task
    }
}
