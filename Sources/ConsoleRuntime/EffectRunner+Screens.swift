import BatchClient
import BatchModel
import ConsoleCore

// One function per screen: which question each order is, and which action each answer becomes.

extension EffectRunner {
    func perform(_ effect: Endpoints.Effect) {
        switch effect {
        case .loadEndpoints:
            ask {
                client async throws(ServiceFailure) in
                try await client.endpoints()
            } then: { [clock] in
                .endpoints(.endpointsLoaded(endpoints: $0, at: clock()))
            } or: {
                .endpoints(.endpointsRefused(failure: $0))
            }
        case .loadDeployments(let endpoint):
            ask {
                client async throws(ServiceFailure) in
                try await client.deployments(endpoint)
            } then: {
                .endpoints(.deploymentsLoaded(endpoint: endpoint, deployments: $0))
            } or: {
                .endpoints(.deploymentsRefused(endpoint: endpoint, failure: $0))
            }
        case .loadJobs(let query):
            ask {
                client async throws(ServiceFailure) in
                try await client.jobs(query)
            } then: {
                .endpoints(.jobsLoaded(query: query, page: $0))
            } or: {
                .endpoints(.jobsRefused(query: query, failure: $0))
            }
        case .setDefault(let endpoint, let deployment):
            ask {
                client async throws(ServiceFailure) in
                try await client.control.setDefault(endpoint, deployment)
            } then: {
                .endpoints(.defaultChanged(endpoint: $0))
            } or: {
                .endpoints(.defaultRefused(endpoint: endpoint, failure: $0))
            }
        case .open, .copy, .say, .retry, .askToCancel: break
        }
    }

    func perform(_ effect: Jobs.Effect) {
        switch effect {
        case .loadJobs(let query):
            ask {
                client async throws(ServiceFailure) in
                try await client.jobs(query)
            } then: {
                .jobs(.jobsLoaded(query: query, page: $0))
            } or: {
                .jobs(.jobsRefused(query: query, failure: $0))
            }
        case .searchJobs(let query): search(query)
        case .cancel(let jobs):
            askEach(jobs, atOnce: Self.actsAtOnce) {
                client, job async throws(ServiceFailure) in
                try await client.cancel(job)
            } then: { job, _ in
                .jobs(.cancelAccepted(job: job))
            } or: {
                .jobs(.cancelRefused(job: $0, failure: $1))
            }
        case .archive(let jobs):
            askEach(jobs, atOnce: Self.actsAtOnce) {
                client, job async throws(ServiceFailure) in
                try await client.setArchived(job, true)
            } then: { job, _ in
                .jobs(.archiveAccepted(job: job))
            } or: {
                .jobs(.archiveRefused(job: $0, failure: $1))
            }
        case .restore(let jobs):
            askEach(jobs, atOnce: Self.actsAtOnce) {
                client, job async throws(ServiceFailure) in
                try await client.setArchived(job, false)
            } then: { job, _ in
                .jobs(.restoreAccepted(job: job))
            } or: {
                .jobs(.restoreRefused(job: $0, failure: $1))
            }
        case .open, .copy, .repeatJob, .retry: break
        }
    }

    /// Asked at every keystroke: only the newest text is of interest.
    private func search(_ query: JobSearchQuery) {
        named("search the jobs") { [answer] client in
            do throws(ServiceFailure) {
                let page = try await client.searchJobs(query)
                guard !Task.isCancelled else { return }
                answer(.jobs(.searchFound(search: query, page: page)))
            } catch {
                guard !Task.isCancelled else { return }
                answer(.jobs(.searchRefused(search: query, failure: error)))
            }
        }
    }

    func perform(_ effect: JobForm.Effect) {
        switch effect {
        case .loadDeployments(let endpoint):
            ask {
                client async throws(ServiceFailure) in
                try await client.deployments(endpoint)
            } then: {
                .form(.deploymentsLoaded(endpoint: endpoint, deployments: $0))
            } or: {
                .form(.deploymentsRefused(endpoint: endpoint, failure: $0))
            }
        case .look(let reference, let field):
            // Asked at every keystroke: only what is still meant after a pause between two keys is looked at.
            named("look for \(field)") { [answer] client in
                guard await Self.isStillWanted() else { return }
                let finding = await client.look(reference)
                answer(.form(.looked(reference: reference, finding: finding)))
            }
        case .complete(let kind, let text):
            loose { [answer] client in
                let found = await Completion.candidates(kind, text: text, client: client)
                answer(.form(.completionsFound(for: text, candidates: found)))
            }
        case .preview(let draft):
            // Asked at every change too, and a local input is read whole for it.
            named("preview") { [answer] client in
                guard await Self.isStillWanted() else { return }
                do throws(ServiceFailure) {
                    let preview = try await client.preview(draft)
                    answer(.form(.previewReady(draft: draft, preview: preview)))
                } catch {
                    guard !Task.isCancelled else { return }
                    answer(.form(.previewRefused(failure: error)))
                }
            }
        case .submit(let draft):
            ask { [files] client async throws(ServiceFailure) in
                let job = try await self.submit(draft, by: client)
                await files.noteUsed(draft)
                return job
            } then: {
                .form(.jobAccepted(job: $0))
            } or: {
                .form(.jobRefused(failure: $0))
            }
        case .loadPast(let job):
            ask {
                client async throws(ServiceFailure) in
                let past = try await client.pastDraft(job, false)
                return JobForm.Past(
                    draft: past.draft, notes: past.notes, hasSettings: past.hasSettings)
            } then: {
                .form(.pastFound(job: job, past: $0))
            } or: {
                .form(.pastRefused(job: job, failure: $0))
            }
        case .picker(let effect): perform(effect)
        case .presets, .loadRecent, .readJob: performOnFiles(effect)
        case .lookBeside(let references, let field):
            named("look for \(field)") { [answer] client in
                guard await Self.isStillWanted() else { return }
                for reference in references where !Task.isCancelled {
                    let finding = await client.look(reference)
                    answer(.form(.looked(reference: reference, finding: finding)))
                }
            }
        case .submitSwept(let draft, let index): submit(draft, index: index)
        case .open, .copy: break
        }
    }

    private func submit(_ draft: JobDraft, index: Int) {
        ask { [files] client async throws(ServiceFailure) in
            let job = try await self.submit(draft, by: client)
            // One stands for all: a sweep must not push out everything else that was used.
            if index == 0 { await files.noteUsed(draft) }
            return job
        } then: {
            .form(.sweptAccepted(index: index, job: $0))
        } or: {
            .form(.sweptRefused(index: index, failure: $0))
        }
    }

    /// Submits, and tells what is undecided when nobody knows what came of it.
    private func submit(
        _ draft: JobDraft, by client: BatchClient
    ) async throws(ServiceFailure) -> Job {
        do throws(ServiceFailure) {
            return try await client.submit(draft) { [answer] in
                answer(.form(.submitPhaseChanged(phase: $0)))
            }
        } catch {
            if error.kind == .outcomeUnknown { tellUndecided() }
            throw error
        }
    }

    /// Waits for the pause between two keys of somebody typing; false when a newer order took this one's place.
    static func isStillWanted() async -> Bool {
        do {
            try await Task.sleep(for: .milliseconds(120))
            return true
        } catch {
            return false
        }
    }

    func perform(_ effect: JobDetail.Effect) {
        switch effect {
        case .follow(let job): follow(job)
        case .stopFollowing: named("follow", nil)
        case .loadLogFiles(let run):
            ask {
                client async throws(ServiceFailure) in
                try await client.logFiles(run)
            } then: {
                // Actions are recorded; a signed address is a secret, and the name is all the screen needs.
                .detail(
                    .logFilesLoaded(run: run, files: $0.map { LogFile(name: $0.name, url: "") }))
            } or: {
                .detail(.logFilesRefused(run: run, failure: $0))
            }
        case .readLog(let run, let file, let offset, let limit):
            ask {
                client async throws(ServiceFailure) in
                try await client.readLog(run, file, offset, limit)
            } then: {
                .detail(.logRead(run: run, file: file, chunk: $0))
            } or: {
                .detail(.logRefused(run: run, file: file, failure: $0))
            }
        case .loadError(let job):
            ask {
                client async throws(ServiceFailure) in
                try await client.usefulError(job)
            } then: {
                .detailAnswered(job: job, answer: .errorFound(error: $0))
            } or: {
                .detailAnswered(job: job, answer: .errorRefused(failure: $0))
            }
        case .cancel(let job):
            ask {
                client async throws(ServiceFailure) in
                try await client.cancel(job)
            } then: { _ in
                .detailAnswered(job: job, answer: .cancelAccepted)
            } or: {
                .detailAnswered(job: job, answer: .cancelRefused(failure: $0))
            }
        case .saveLog(let job, let run, let file, let path, let replaces):
            ask {
                client async throws(ServiceFailure) in
                try await client.saveLog(file, of: run, to: path, replacing: replaces)
            } then: {
                .detailAnswered(job: job, answer: .save(.finished(path: $0.path, bytes: $0.bytes)))
            } or: {
                .detailAnswered(job: job, answer: .save(.refused(failure: $0)))
            }
        case .open, .copy, .repeatJob, .retry: break
        }
    }

    private func follow(_ job: Job.ID) {
        named("follow") { [answer] client in
            do {
                for try await snapshot in client.follow(job) {
                    answer(
                        .detailAnswered(
                            job: job, answer: .snapshotArrived(snapshot: snapshot)))
                }
            } catch let failure as ServiceFailure {
                guard !Task.isCancelled else { return }
                answer(.detailAnswered(job: job, answer: .followFailed(failure: failure)))
            } catch {
                // Only cancellation is left: the screen was closed.
                return
            }
        }
    }

    func perform(_ effect: Results.Effect) {
        switch effect {
        case .loadOutputs(let job):
            ask {
                client async throws(ServiceFailure) in
                try await client.outputs(job)
            } then: {
                .resultsAnswered(job: job, answer: .outputsLoaded(outputs: $0))
            } or: {
                .resultsAnswered(job: job, answer: .outputsRefused(failure: $0))
            }
        case .loadFiles(let job, let output):
            ask {
                client async throws(ServiceFailure) in
                try await client.outputFiles(job, output)
            } then: {
                .resultsAnswered(job: job, answer: .filesLoaded(output: output, files: $0))
            } or: {
                .resultsAnswered(job: job, answer: .filesRefused(output: output, failure: $0))
            }
        case .read(let job, let output, let path, let offset, let limit):
            ask {
                client async throws(ServiceFailure) in
                try await client.readOutput(job, output, path, offset, limit)
            } then: {
                .resultsAnswered(job: job, answer: .read(output: output, path: path, chunk: $0))
            } or: {
                .resultsAnswered(
                    job: job, answer: .readRefused(output: output, path: path, failure: $0))
            }
        case .openFolder(let job, let path): openFolder(path, of: job)
        case .download(let job, let folder, let overwrites):
            ask { [answer] client async throws(ServiceFailure) in
                try await client.download(
                    DownloadOrder(job, to: folder, overwrites: overwrites)
                ) {
                    answer(.resultsAnswered(job: job, answer: .downloadAdvanced(progress: $0)))
                }
            } then: {
                .resultsAnswered(job: job, answer: .downloadFinished(report: $0))
            } or: {
                .resultsAnswered(job: job, answer: .downloadRefused(failure: $0))
            }
        case .count, .compare, .stopLook: look(effect)
        case .export, .stopExport: export(effect)
        case .open, .copy: break
        }
    }

    func perform(_ effect: Undecided.Effect) {
        switch effect {
        case .lookAgain(let id):
            ask {
                client async throws(ServiceFailure) in
                try await client.lookAgain(id)
            } then: {
                .undecided(.looked(submission: id, job: $0))
            } or: {
                .undecided(.lookRefused(submission: id, failure: $0))
            }
        case .forget(let id):
            ask {
                client async throws(ServiceFailure) in
                try await client.forget(id)
            } then: { _ in
                .undecided(.forgotten(submission: id))
            } or: {
                .undecided(.forgetRefused(submission: id, failure: $0))
            }
        case .fillForm, .open, .say: break
        }
    }
}
