import BatchModel

/// Finds the first useful error of a job: the user's own traceback before the runner's wrapping (USER-PAINS 1).
struct ErrorFinder: Sendable {
    /// Bytes read of one file: a traceback is at its beginning or its end.
    static let fileLimit = 256 << 10
    /// Files read in all.
    static let filesLimit = 40

    let reader: JobReader
    let logs: LogReader

    /// The error; nil for a job that has none.
    func find(_ id: Job.ID) async throws(ServiceFailure) -> JobError? {
        let job = try await reader.job(id)
        let steps = try await reader.steps(id)
        let suspects =
            steps.filter { $0.status == .failed }
            + steps.filter { $0.status != .failed && $0.status != .completed }
        var filesLeft = Self.filesLimit
        for step in suspects {
            if let found = await inLogs(of: step, &filesLeft) { return found }
        }
        // A job completes with failed items as long as they are few enough. Where nobody counted them the files tell.
        if job.status != .failed, job.progress?.failedItems != 0 {
            for step in steps where step.status == .completed {
                let found = await inLogs(of: step, &filesLeft, isOnlyRaised: true)
                if let found { return found }
            }
        }
        for step in suspects {
            guard let text = step.errorMessage, !text.isEmpty else { continue }
            return Self.error(text, step: step.id)
        }
        if let text = job.errorMessage, !text.isEmpty { return Self.error(text, step: nil) }
        guard job.status == .failed else { return nil }
        let details = try await reader.details(id.rawValue)
        return details.error.map { Self.error($0.text, step: nil) }
    }

    private static func error(_ text: String, step: JobStep.ID?) -> JobError {
        let first = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
        return JobError(headline: first, text: text, step: step)
    }

    /// - Parameter isOnlyRaised: true to read only the files that are written when a script raises.
    private func inLogs(
        of step: JobStep, _ filesLeft: inout Int, isOnlyRaised: Bool = false
    ) async -> JobError? {
        let run = step.id.rawValue
        var fallback: JobError?
        do throws(ServiceFailure) {
            let names = try await logs.files(run).map(\.name)
            for name in UsefulError.candidates(from: names)
            where !isOnlyRaised || UsefulError.isRaised(name) {
                guard filesLeft > 0 else { break }
                filesLeft -= 1
                let text = try await text(run, name)
                if var found = UsefulError.read(name: name, text: text) {
                    found.step = step.id
                    // A line that names the error is good, the lines that led to it are better.
                    if found.userFrame != nil { return found }
                    fallback = fallback ?? found
                }
            }
        } catch {
            // Logs that cannot be read leave what was found before, or the service's own text.
            return fallback
        }
        return fallback
    }

    /// The file; of a long one its beginning and its end.
    private func text(_ run: String, _ name: String) async throws(ServiceFailure) -> String {
        let half = Self.fileLimit / 2
        let head = try await logs.read(run, name, offset: 0, limit: half)
        var bytes = head.bytes
        if let total = head.totalLength, total > head.nextOffset {
            let start = max(head.nextOffset, total - Int64(half))
            bytes += try await logs.read(run, name, offset: start, limit: half).bytes
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
