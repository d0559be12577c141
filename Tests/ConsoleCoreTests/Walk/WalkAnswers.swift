import BatchModel
import ConsoleGrid

@testable import ConsoleCore

// One function per screen: what may come back to each order, good and bad.

extension WalkWorld {
    /// What may answer an order; nil for what the runtime does without an answer. `ends` is false for news that may be
    /// followed by more.
    mutating func answer(to effect: App.Effect) -> (action: App.Action, ends: Bool)? {
        let isGood = numbers.chance(70)
        switch effect {
        case .connect:
            return (
                isGood
                    ? .connected(info: connection(), at: now)
                    : .connectionLost(failure: failure(), at: now), true
            )
        case .track(let jobs):
            let known = jobs.sorted()
            guard !known.isEmpty else { return nil }
            let id = numbers.one(of: known)
            return (.trackingChanged(jobs: [job(id)], at: now), numbers.chance(20))
        case .endpoints(let effect):
            return answer(to: effect, isGood).map { (.endpoints($0), true) }
        case .jobs(let effect): return answer(to: effect, isGood).map { (.jobs($0), true) }
        case .form(let effect):
            return answer(to: effect, isGood).map { (.form($0.action), $0.ends) }
        case .detail(let effect): return answer(to: effect, isGood)
        case .results(let effect): return answer(to: effect, isGood)
        case .undecided(let effect):
            return answer(to: effect, isGood).map { (.undecided($0), true) }
        case .contexts(let effect): return answer(to: effect, isGood).map { (.contexts($0), true) }
        case .transfers(let effect):
            return answer(to: effect, isGood).map { (.transfers($0), true) }
        case .doctor(.examine), .doctor(.examineOther):
            guard numbers.chance(80) else { return (.doctor(.ended), true) }
            return (.doctor(.found(check: check())), false)
        case .doctor, .tourSeen: return nil
        case .compare(.load(let job)):
            return (
                .compare(
                    isGood
                        ? .sideLoaded(side: side(job)) : .sideRefused(job: job, failure: failure())),
                true
            )
        case .compare: return nil
        case .retry(let effect): return answer(to: effect, isGood)
        case .useContext:
            return (.started(lastSeen: isGood ? lastSeen() : nil, at: now), true)
        case .copy, .redraw, .mouse, .ring, .theme, .remember, .quit, .giveUpSignIn, .stopAsking:
            return nil
        }
    }

    private mutating func answer(
        to effect: Endpoints.Effect, _ isGood: Bool
    ) -> Endpoints.Action? {
        switch effect {
        case .loadEndpoints:
            isGood
                ? .endpointsLoaded(endpoints: endpoints(), at: now)
                : .endpointsRefused(failure: failure())
        case .loadDeployments(let name):
            isGood
                ? .deploymentsLoaded(endpoint: name, deployments: deployments(of: name))
                : .deploymentsRefused(endpoint: name, failure: failure())
        case .loadJobs(let query):
            isGood
                ? .jobsLoaded(query: query, page: page(query))
                : .jobsRefused(query: query, failure: failure())
        case .setDefault(let name, _):
            isGood
                ? .defaultChanged(endpoint: endpoint(name))
                : .defaultRefused(endpoint: name, failure: failure())
        case .retry, .askToCancel, .open, .copy, .say: nil
        }
    }

    private mutating func answer(to effect: Jobs.Effect, _ isGood: Bool) -> Jobs.Action? {
        switch effect {
        case .loadJobs(let query):
            isGood
                ? .jobsLoaded(query: query, page: page(query))
                : .jobsRefused(query: query, failure: failure())
        case .searchJobs(let query):
            isGood
                ? .searchFound(search: query, page: maybe { $0.searchPage(query) })
                : .searchRefused(search: query, failure: failure())
        case .cancel(let jobs):
            jobs.first.map {
                isGood ? .cancelAccepted(job: $0) : .cancelRefused(job: $0, failure: failure())
            }
        case .archive(let jobs):
            jobs.first.map {
                isGood ? .archiveAccepted(job: $0) : .archiveRefused(job: $0, failure: failure())
            }
        case .restore(let jobs):
            jobs.first.map {
                isGood ? .restoreAccepted(job: $0) : .restoreRefused(job: $0, failure: failure())
            }
        case .retry, .open, .repeatJob, .copy: nil
        }
    }

    /// An order about several jobs is answered job by job.
    static func pieces(of effect: App.Effect) -> [App.Effect] {
        switch effect {
        case .jobs(.cancel(let jobs)): jobs.map { .jobs(.cancel([$0])) }
        case .jobs(.archive(let jobs)): jobs.map { .jobs(.archive([$0])) }
        case .jobs(.restore(let jobs)): jobs.map { .jobs(.restore([$0])) }
        case .retry(.submit(let jobs, let onlyFailed)):
            jobs.map { .retry(.submit([$0], onlyFailed: onlyFailed)) }
        default: [effect]
        }
    }

    private mutating func answer(
        to effect: Retry.Effect, _ isGood: Bool
    ) -> (action: App.Action, ends: Bool)? {
        switch effect {
        case .countFailedFiles(let job):
            (
                .retry(
                    isGood
                        ? .failedFilesCounted(job: job, count: numbers.below(9))
                        : .failedFilesUnknown(job: job, failure: failure())), true
            )
        case .submit(let jobs, _):
            jobs.first.map { old in
                (
                    .retry(
                        isGood
                            ? .accepted(
                                of: old,
                                answer: Retry.Answer(
                                    job: job(), notes: list(upTo: 2) { $0.text() },
                                    failedFiles: maybe { $0.numbers.below(9) }))
                            : .refused(of: old, failure: failure())), true
                )
            }
        }
    }

    private mutating func side(_ id: Job.ID) -> JobComparison.Side {
        JobComparison.Side(
            job: job(id), draft: maybe { $0.draft() },
            error: maybe { JobError(headline: $0.text(), text: $0.text()) })
    }

    private mutating func answer(
        to effect: JobForm.Effect, _ isGood: Bool
    ) -> (action: JobForm.Action, ends: Bool)? {
        switch effect {
        case .loadDeployments(let name):
            (
                isGood
                    ? .deploymentsLoaded(endpoint: name, deployments: deployments(of: name))
                    : .deploymentsRefused(endpoint: name, failure: failure()), true
            )
        case .look(let reference, _): (.looked(reference: reference, finding: finding()), true)
        case .lookBeside(let references, _):
            references.isEmpty
                ? nil : (.looked(reference: numbers.one(of: references), finding: finding()), true)
        case .complete(_, let text):
            (.completionsFound(for: text, candidates: list(upTo: 12) { text + $0.text() }), true)
        case .preview(let draft):
            (
                isGood
                    ? .previewReady(
                        draft: draft,
                        preview: RequestPreview(
                            method: "POST", url: text(), headers: [text()], body: text(),
                            uploads: list(upTo: 2) { $0.text() }))
                    : .previewRefused(failure: failure()), true
            )
        case .submit: submitted(isGood)
        case .submitSwept(_, let index): swept(index, isGood)
        case .picker(let effect): answer(to: effect, isGood)
        case .presets(let effect): answer(to: effect, isGood).map { (.presets($0), true) }
        case .loadRecent: (.recentFound(drafts: list(upTo: 4) { $0.draft() }), true)
        case .loadPast(let job):
            (
                isGood
                    ? .pastFound(
                        job: job,
                        past: JobForm.Past(
                            draft: draft(), notes: list(upTo: 1) { $0.text() },
                            hasSettings: numbers.chance(50)))
                    : .pastRefused(job: job, failure: failure()), true
            )
        case .readJob:
            (
                isGood
                    ? .jobRead(read: ReadJob(draft: draft(), leftOut: list(upTo: 2) { $0.text() }))
                    : .readRefused(failure: failure()), true
            )
        case .open, .copy: nil
        }
    }

    private mutating func submitted(_ isGood: Bool) -> (action: JobForm.Action, ends: Bool) {
        if numbers.chance(40) { return (.submitPhaseChanged(phase: phase()), false) }
        return (isGood ? .jobAccepted(job: job()) : .jobRefused(failure: failure()), true)
    }

    private mutating func swept(
        _ index: Int, _ isGood: Bool
    ) -> (action: JobForm.Action, ends: Bool) {
        if numbers.chance(30) { return (.submitPhaseChanged(phase: phase()), false) }
        return (
            isGood
                ? .sweptAccepted(index: index, job: job())
                : .sweptRefused(index: index, failure: failure()), true
        )
    }

    private mutating func phase() -> SubmitPhase {
        numbers.one(of: [.checking, .uploading(transfer()), .sending, .lookingForJob])
    }

    private mutating func answer(
        to effect: DataPicker.Effect, _ isGood: Bool
    ) -> (action: JobForm.Action, ends: Bool)? {
        switch effect {
        case .list(let spot, let start):
            (
                .picker(
                    isGood
                        ? .listed(spot: spot, start: start, listing: listing(of: spot))
                        : .listRefused(spot: spot, failure: failure())), true
            )
        case .look(let reference):
            (.picker(.looked(reference: reference, finding: finding())), true)
        case .makeAsset:
            numbers.chance(30)
                ? (.picker(.assetAdvanced(words: text())), false)
                : (
                    .picker(
                        isGood
                            ? .assetMade(version: dataVersion("digits-data"))
                            : .assetRefused(failure: failure())), true
                )
        case .choose, .close: nil
        }
    }

    private mutating func dataVersion(_ name: DataAsset.Name) -> DataVersion {
        DataVersion(
            asset: name, version: text(), armID: text(),
            type: numbers.one(of: [.uriFolder, .uriFile, .mltable]), uri: text())
    }

    private mutating func listing(of spot: DataPicker.Spot) -> DataPicker.Listing {
        switch spot {
        case .assets:
            .assets(
                list(upTo: 6) {
                    DataAsset(name: DataAsset.Name($0.text()), type: .uriFolder, latestVersion: "1")
                })
        case .versions(let name): .versions(list(upTo: 6) { $0.dataVersion(name) })
        case .datastores:
            .datastores(
                list(upTo: 4) { Datastore(name: Datastore.Name($0.text()), kind: .blob) })
        case .folder: .blobs(blobs())
        case .localFolder:
            .local(
                list(upTo: 8) { world in
                    DataPicker.LocalEntry(
                        name: world.text(), isFolder: world.numbers.chance(40),
                        size: world.maybe { $0.numbers.size() })
                }, isCut: numbers.chance(20))
        case .jobs: .jobs(list(upTo: 9) { $0.job() }, hasMore: numbers.chance(50))
        case .outputs: .outputs(outputs())
        case .outputFolder: .outputFiles(blobs())
        case .recent: .recent(list(upTo: 4) { $0.draft() })
        }
    }

    private mutating func answer(to effect: Presets.Effect, _ isGood: Bool) -> Presets.Action? {
        switch effect {
        case .list:
            isGood
                ? .listed(
                    presets: list(upTo: 5) {
                        Preset(
                            name: $0.text(), draft: $0.draft(), text: $0.text(), problem: $0.text())
                    }, at: now)
                : .listRefused(failure: failure())
        case .save, .delete:
            isGood ? .changed(notice: text()) : .changeRefused(failure: failure())
        case .fill, .close: nil
        }
    }

    private mutating func answer(
        to effect: JobDetail.Effect, _ isGood: Bool
    ) -> (action: App.Action, ends: Bool)? {
        switch effect {
        case .follow(let job):
            isGood
                ? (
                    .detailAnswered(job: job, answer: .snapshotArrived(snapshot: snapshot(job))),
                    numbers.chance(10)
                )
                : (.detailAnswered(job: job, answer: .followFailed(failure: failure())), true)
        case .loadLogFiles(let run):
            (
                .detail(
                    isGood
                        ? .logFilesLoaded(
                            run: run, files: list(upTo: 6) { LogFile(name: $0.text(), url: "") })
                        : .logFilesRefused(run: run, failure: failure())), true
            )
        case .readLog(let run, let file, let offset, let limit):
            (
                .detail(
                    isGood
                        ? .logRead(run: run, file: file, chunk: chunk(at: offset, limit: limit))
                        : .logRefused(run: run, file: file, failure: failure())), true
            )
        case .loadError(let job):
            (
                .detailAnswered(
                    job: job,
                    answer: isGood
                        ? .errorFound(
                            error: maybe {
                                JobError(
                                    headline: $0.text(), text: $0.text(),
                                    file: $0.maybe { $0.text() })
                            }) : .errorRefused(failure: failure())), true
            )
        case .cancel(let job):
            (
                .detailAnswered(
                    job: job, answer: isGood ? .cancelAccepted : .cancelRefused(failure: failure())),
                true
            )
        case .saveLog(let job, _, _, let path, _):
            (
                .detailAnswered(
                    job: job,
                    answer: .save(
                        isGood
                            ? .finished(path: path, bytes: 512)
                            : .refused(failure: failure()))), true
            )
        case .stopFollowing, .retry, .open, .repeatJob, .copy: nil
        }
    }

    private mutating func unopened() -> Results.Action { .folderRefused(failure: failure()) }

    private mutating func answer(
        to effect: Results.Effect, _ isGood: Bool
    ) -> (action: App.Action, ends: Bool)? {
        switch effect {
        case .loadOutputs(let job):
            (
                .resultsAnswered(
                    job: job,
                    answer: isGood
                        ? .outputsLoaded(outputs: outputs()) : .outputsRefused(failure: failure())),
                true
            )
        case .loadFiles(let job, let output):
            (
                .resultsAnswered(
                    job: job,
                    answer: isGood
                        ? .filesLoaded(output: output, files: blobs())
                        : .filesRefused(output: output, failure: failure())), true
            )
        case .read(let job, let output, let path, let offset, let limit):
            (
                .resultsAnswered(
                    job: job,
                    answer: isGood
                        ? .read(output: output, path: path, chunk: chunk(at: offset, limit: limit))
                        : .readRefused(output: output, path: path, failure: failure())), true
            )
        case .openFolder(let job, _):
            isGood ? nil : (.resultsAnswered(job: job, answer: unopened()), true)
        case .download(let job, let folder, _):
            numbers.chance(40)
                ? (
                    .resultsAnswered(job: job, answer: .downloadAdvanced(progress: transfer())),
                    false
                )
                : (
                    .resultsAnswered(
                        job: job,
                        answer: isGood
                            ? .downloadFinished(
                                report: DownloadReport(
                                    folder: folder, files: list(upTo: 3) { $0.text() },
                                    bytes: numbers.size()))
                            : .downloadRefused(failure: failure())), true
                )
        case .count(let file, let form):
            (
                .resultsAnswered(
                    job: file.job,
                    answer: .look(
                        isGood
                            ? .counted(file: file, report: tableReport(form))
                            : .refused(file: file, failure: failure()))), numbers.chance(50)
            )
        case .compare(let file, let form, let key):
            (
                .resultsAnswered(
                    job: file.job,
                    answer: .look(
                        isGood
                            ? .compared(file: file, key: key, report: repeatReport(form, key))
                            : .refused(file: file, failure: failure()))), numbers.chance(50)
            )
        case .export(let file, _, let path, _): exported(file.job, path, isGood)
        case .stopLook, .stopExport, .open, .copy: nil
        }
    }

    private mutating func exported(
        _ job: Job.ID, _ path: String, _ isGood: Bool
    ) -> (action: App.Action, ends: Bool) {
        if numbers.chance(40) {
            return (
                .resultsAnswered(job: job, answer: .export(.advanced(progress: transfer()))), false
            )
        }
        let report = ExportReport(
            path: path, rows: numbers.below(900), columns: numbers.below(9), bytes: numbers.size(),
            unevenRows: numbers.below(3), leftOut: numbers.below(3))
        let answer: Results.Export.Action =
            isGood
            ? .finished(report: report)
            : numbers.chance(50) ? .refused(failure: failure()) : .brokenOff
        return (.resultsAnswered(job: job, answer: .export(answer)), true)
    }

    private mutating func tableReport(_ form: TableForm) -> TableReport {
        var count = TableCount(form: form)
        let isWhole = numbers.chance(50)
        let piece = chunk(at: 0, limit: 2_000).bytes
        count.take(piece, isLast: isWhole)
        return count.report(of: Int64(piece.count) * (isWhole ? 1 : 9), isWhole: isWhole)
    }

    private mutating func repeatReport(_ form: TableForm, _ key: Int?) -> RepeatReport {
        guard numbers.chance(60) else {
            return .begun(
                rows: numbers.below(900), bytesRead: numbers.size(), bytesTotal: numbers.size())
        }
        var runs = RepeatRuns(form: form, key: key)
        let piece = chunk(at: 0, limit: 2_000).bytes
        _ = runs.take(piece, isLast: true)
        var count = RepeatCount()
        for mark in runs.finish() { count.take(mark) }
        return count.finish(rows: runs.rows, bytes: Int64(piece.count))
    }

    private mutating func check() -> DoctorCheck {
        DoctorCheck(
            numbers.one(of: ["sign-in", "clock", "storage", text()]),
            numbers.one(of: DoctorCheck.State.allCases), text(), advice: text(),
            isSignIn: numbers.chance(20))
    }

    mutating func transferRecord() -> TransferRecord {
        let work: TransferRecord.Work =
            switch numbers.below(3) {
            case 0: .inputs(draft())
            case 1: .asset(DataPlan(name: DataAsset.Name(text()), type: .uriFolder, path: text()))
            default: .results(job: jobID(), folder: text())
            }
        var record = TransferRecord(
            id: "t\(numbers.below(8))", work: work,
            state: numbers.one(of: TransferRecord.State.allCases),
            startedAt: time())
        record.note = text()
        record.progress = maybe { $0.transfer() }
        record.endedAt = maybe { $0.time() }
        record.accepted = maybe { $0.jobID() }
        return record
    }

    private mutating func answer(to effect: Transfers.Effect, _ isGood: Bool) -> Transfers.Action? {
        switch effect {
        case .giveUp, .forget:
            isGood
                ? .listed(records: list(upTo: 5) { $0.transferRecord() })
                : .refused(failure: failure())
        case .register:
            isGood ? .assetMade(version: dataVersion("wine-data")) : .refused(failure: failure())
        case .download, .fillForm, .open, .copy, .say: nil
        }
    }

    private mutating func answer(
        to effect: Undecided.Effect, _ isGood: Bool
    ) -> Undecided.Action? {
        switch effect {
        case .lookAgain(let id):
            isGood
                ? .looked(submission: id, job: maybe { $0.job() })
                : .lookRefused(submission: id, failure: failure())
        case .forget(let id):
            isGood ? .forgotten(submission: id) : .forgetRefused(submission: id, failure: failure())
        case .fillForm, .open, .say: nil
        }
    }

    private mutating func answer(to effect: Contexts.Effect, _ isGood: Bool) -> Contexts.Action? {
        switch effect {
        case .load: isGood ? .listed(entries: contexts()) : .listRefused(failure: failure())
        case .add, .keep, .makeDefault, .remove:
            isGood
                ? .written(words: text(), entries: contexts()) : .writeRefused(failure: failure())
        case .use, .examine, .copy, .say: nil
        }
    }
}
