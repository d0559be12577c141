import BatchClient
import BatchModel
import ConsoleCore

// What the form keeps on this machine and reads from it. None of it needs the service.

extension EffectRunner {
    func performOnFiles(_ effect: JobForm.Effect) {
        switch effect {
        case .presets(let effect): perform(effect)
        case .loadRecent:
            alone { [answer, files] in
                let drafts = await files.recent()
                if !drafts.isEmpty { answer(.form(.recentFound(drafts: drafts))) }
            }
        case .readJob(let text, let endpoint):
            read {
                [files] () async throws(ServiceFailure) in
                try await files.readJob(text, endpoint)
            } then: {
                .form(.jobRead(read: $0))
            } or: {
                .form(.readRefused(failure: $0))
            }
        case .loadDeployments, .look, .lookBeside, .complete, .preview, .submit, .submitSwept,
            .loadPast, .picker, .open, .copy:
            break
        }
    }

    func openFolder(_ path: String, of job: Job.ID) {
        alone { [answer, files] in
            do throws(ServiceFailure) {
                try await files.openFolder(path)
            } catch {
                answer(.resultsAnswered(job: job, answer: .folderRefused(failure: error)))
            }
        }
    }

    private func perform(_ effect: Presets.Effect) {
        switch effect {
        case .list(let endpoint):
            read {
                [files] () async throws(ServiceFailure) in
                try await files.presets(endpoint)
            } then: { [clock] in
                .form(.presets(.listed(presets: $0, at: clock())))
            } or: {
                .form(.presets(.listRefused(failure: $0)))
            }
        case .save(let draft, let name):
            read {
                [files] () async throws(ServiceFailure) in
                try await files.savePreset(draft, name)
            } then: { _ in
                .form(.presets(.changed(notice: "saved as \(name)")))
            } or: {
                .form(.presets(.changeRefused(failure: $0)))
            }
        case .delete(let endpoint, let name):
            read {
                [files] () async throws(ServiceFailure) in
                try await files.deletePreset(endpoint, name)
            } then: { _ in
                .form(.presets(.changed(notice: "deleted \(name)")))
            } or: {
                .form(.presets(.changeRefused(failure: $0)))
            }
        case .fill, .close: break
        }
    }

    /// Asks this machine's files and answers with what came of it.
    private func read<Value: Sendable>(
        _ question: @escaping @Sendable () async throws(ServiceFailure) -> Value,
        then success: @escaping @Sendable (Value) -> App.Action,
        or failure: @escaping @Sendable (ServiceFailure) -> App.Action
    ) {
        alone { [answer] in
            do throws(ServiceFailure) {
                answer(success(try await question()))
            } catch {
                answer(failure(error))
            }
        }
    }
}
