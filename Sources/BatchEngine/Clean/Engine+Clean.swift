public import BatchModel
import Logging

extension Engine {
    /// A request's share of a long clean: well below the time after which a silent connection is closed.
    static let cleanSlice = Duration.seconds(20)

    /// Frees space in the state folder; two at once are done one after the other.
    ///
    /// - Parameter slice: how long to go on; what is left is then for the same order again. nil does all of it.
    /// - Throws: `.unexpected` when the store fails; what was removed until then is removed whole.
    public func clean(
        _ order: CleanOrder, for slice: Duration? = nil
    ) async throws(ServiceFailure) -> CleanReport {
        let result = await withCheckedContinuation { continuation in
            let isStarted = BlockingThread.start { [self] in
                continuation.resume(
                    returning: Result { try cleaning.withLock { _ in try cleaned(order, slice) } })
            }
            if !isStarted {
                continuation.resume(returning: .failure(FileFailure("start a thread")))
            }
        }
        do { return try result.get() } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: "clean the state \(folders.state)",
                detail: "\(error)",
                advice: "What is listed is whole; `batchdeck engine clean` goes on.")
        }
    }

    private func cleaned(_ order: CleanOrder, _ slice: Duration?) throws -> CleanReport {
        var clean = stateClean(order, deadline: slice.map { MonotonicTime.now + $0 })
        return try clean.run()
    }

    private func stateClean(_ order: CleanOrder, deadline: MonotonicTime?) -> StateClean {
        let data = allData(workspace.current().catalog)
        return StateClean(
            folders: folders, database: jobs.database, committer: jobs.runner.committer,
            records: blobs.records, order: order,
            registered: Set(data.flatMap { StateClean.words(of: $0.uri) }),
            now: EngineClock.now, deadline: deadline)
    }

    /// Goes on with what an engine before us had begun to remove, beside whatever else the start brings.
    func tidy() {
        BlockingThread.start { [self] in
            cleaning.withLock { _ in
                var clean = stateClean(CleanOrder(), deadline: nil)
                do { try clean.tidy() } catch is CancellationError {
                    // The engine stops already.
                    return
                } catch {
                    log.error("removed jobs' files are left to the next start: \(error)")
                }
            }
        }
    }

    /// Answers `POST /engine/clean`.
    func clean(_ context: RouteContext) async throws(RouteRefusal) -> EngineResponse {
        let order = try await context.body(CleanOrder.self)
        let report: CleanReport
        do { report = try await clean(order, for: Self.cleanSlice) } catch { throw .from(error) }
        return try .json(200, report)
    }
}
