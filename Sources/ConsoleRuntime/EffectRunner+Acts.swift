import BatchClient
import BatchModel
import ConsoleCore

// What is done to several jobs at once, and two jobs laid side by side.

extension EffectRunner {
    /// Jobs that are cancelled, archived or restored at once: more would only queue behind each other at the service.
    static let actsAtOnce = 4
    /// Jobs that are submitted at once: each may bring files here and send them again.
    private static let retriesAtOnce = 2

    func perform(_ effect: Retry.Effect) {
        switch effect {
        case .countFailedFiles(let job):
            ask {
                client async throws(ServiceFailure) in
                try await client.failedFiles(job).count
            } then: {
                .retry(.failedFilesCounted(job: job, count: $0))
            } or: {
                .retry(.failedFilesUnknown(job: job, failure: $0))
            }
        case .submit(let jobs, let onlyFailed):
            askEach(jobs, atOnce: Self.retriesAtOnce) {
                [self] client, job async throws(ServiceFailure) in
                try await retry(job, onlyFailed: onlyFailed, client)
            } then: {
                .retry(.accepted(of: $0, answer: $1))
            } or: {
                .retry(.refused(of: $0, failure: $1))
            }
        }
    }

    private func retry(
        _ job: Job.ID, onlyFailed: Bool, _ client: BatchClient
    ) async throws(ServiceFailure) -> Retry.Answer {
        do throws(ServiceFailure) {
            let retried = try await client.retry(job, onlyFailed: onlyFailed) { _ in }
            return Retry.Answer(
                job: retried.job, notes: retried.past.notes,
                failedFiles: retried.past.failedFiles?.count)
        } catch {
            if error.kind == .outcomeUnknown { tellUndecided() }
            throw error
        }
    }

    /// What the journal holds of the submission by now.
    func tellUndecided() {
        loose { [answer] client async throws(ServiceFailure) in
            let undecided = try await client.undecided()
            if !undecided.isEmpty { answer(.undecidedFound(submissions: undecided)) }
        }
    }

    func perform(_ effect: Compare.Effect) {
        switch effect {
        case .load(let job):
            ask {
                client async throws(ServiceFailure) in
                try await client.comparisonSide(of: job)
            } then: {
                .compare(.sideLoaded(side: $0))
            } or: {
                .compare(.sideRefused(job: job, failure: $0))
            }
        case .open, .copy: break
        }
    }
}
