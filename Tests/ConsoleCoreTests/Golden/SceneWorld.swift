import BatchModel
import ConsoleGrid

@testable import ConsoleCore

/// The workspace of the scenes: what it answers to the console's orders.
struct SceneWorld: Sendable {
    /// An answer of a scene's own; nil leaves the order to the workspace.
    typealias Answer = @Sendable (App.Effect) -> [App.Action]?

    var now = EndpointsFixture.now
    var isReadOnly = false
    var hasTour = false
    /// How many jobs there are.
    var jobCount = 40
    var answer: Answer = { _ in nil }

    /// A workspace in which some orders are answered otherwise.
    static func answering(_ answer: @escaping Answer) -> SceneWorld {
        SceneWorld(answer: answer)
    }

    /// Answers to an order, in their order; none to what the runtime does by itself.
    func answers(to effect: App.Effect) -> [App.Action] {
        if let own = answer(effect) { return own }
        switch effect {
        case .connect:
            let scope = WorkspaceScope(
                subscriptionID: "s", resourceGroup: "local", workspace: "sample")
            let info = ConnectionInfo(
                context: "local", scope: scope, latency: .milliseconds(3), isLocal: true)
            return [.connected(info: info, at: now)]
        case .endpoints(let effect): return answers(to: effect).map { .endpoints($0) }
        case .jobs(.loadJobs(let query)):
            return [.jobs(.jobsLoaded(query: query, page: page(query)))]
        case .form(let effect): return answers(to: effect).map { .form($0) }
        case .detail(let effect): return answers(to: effect)
        case .results(let effect): return answers(to: effect)
        case .contexts(.load): return [.contexts(.listed(entries: ContextsFixture.all))]
        case .retry(.countFailedFiles(let job)):
            return [.retry(.failedFilesCounted(job: job, count: 3))]
        case .track, .copy, .redraw, .mouse, .ring, .theme, .remember, .quit, .jobs, .compare,
            .undecided,
            .contexts, .transfers, .doctor, .tourSeen, .retry, .useContext, .giveUpSignIn,
            .stopAsking:
            return []
        }
    }

    private func answers(to effect: Endpoints.Effect) -> [Endpoints.Action] {
        switch effect {
        case .loadEndpoints:
            return [.endpointsLoaded(endpoints: EndpointsFixture.endpoints, at: now)]
        case .loadDeployments(let name):
            let all = EndpointsFixture.deployments + [EndpointsFixture.broken]
            return [
                .deploymentsLoaded(
                    endpoint: name, deployments: all.filter { $0.endpoint == name })
            ]
        case .loadJobs(let query):
            let jobs = EndpointsFixture.jobs.filter { job in
                query.endpoint.map { $0 == job.endpoint } ?? true
            }
            return [.jobsLoaded(query: query, page: EndpointsFixture.page(jobs, asOf: now))]
        case .open, .setDefault, .copy, .retry, .askToCancel, .say: return []
        }
    }

    private func page(_ query: JobListQuery) -> JobPage {
        guard query.view == .archived else {
            return JobsService(count: jobCount).page(query, at: now)
        }
        var page = JobsService(count: 4).page(query, at: now)
        page.jobs = page.jobs.map { job in
            var job = job
            job.status = .completed
            job.isArchived = true
            return job
        }
        return page
    }

    private func answers(to effect: JobForm.Effect) -> [JobForm.Action] {
        switch effect {
        case .loadDeployments(let name):
            let all = [FormFixture.nearest, FormFixture.summary, FormFixture.tumour]
            return [
                .deploymentsLoaded(
                    endpoint: name, deployments: all.filter { $0.endpoint == name })
            ]
        case .look(let reference, _):
            return [.looked(reference: reference, finding: FormFixture.found)]
        case .lookBeside(let references, _):
            return references.map { .looked(reference: $0, finding: FormFixture.found) }
        case .complete(_, let text):
            return [
                .completionsFound(
                    for: text,
                    candidates: ["digits-data@1", "digits-data@2", "wine-data@latest"].map {
                        "azureml:\($0)"
                    })
            ]
        case .preview(let draft): return [.previewReady(draft: draft, preview: Self.preview)]
        case .loadRecent: return [.recentFound(drafts: [])]
        case .picker(let effect): return answers(to: effect).map { .picker($0) }
        case .presets(.list): return [.presets(.listed(presets: Self.presets, at: now))]
        case .submit, .submitSwept, .presets, .loadPast, .readJob, .open, .copy: return []
        }
    }

    private static let preview = RequestPreview(
        method: "POST", url: "https://digits-batch.example.org/jobs",
        headers: ["Authorization: Bearer ***", "Content-Type: application/json"],
        body: """
            {
              "properties": {
                "InputData": {
                  "input": {
                    "JobInputType": "UriFolder",
                    "Uri": "azureml:digits-data:2"
                  }
                }
              }
            }
            """)

    private static let presets: [Preset] = {
        let draft = JobDraft(
            endpoint: "digits-batch", deployment: "nearest",
            inputs: [
                JobDraft.Input(
                    name: "input", value: .data(type: nil, reference: .local(path: "./new")))
            ])
        let text = "inputs:\n  input:\n    path: ./new\n    type: uri_folder\n"
        return [
            Preset(name: "nightly", draft: draft, text: text),
            Preset(
                name: "weekly", draft: draft, text: text,
                problem: "weekly.yml:3: inputs is not a mapping."),
        ]
    }()

    private func answers(to effect: DataPicker.Effect) -> [DataPicker.Action] {
        switch effect {
        case .list(let spot, let start):
            return [.listed(spot: spot, start: start, listing: listing(of: spot))]
        case .look(let reference):
            return [.looked(reference: reference, finding: PickerFixture.found)]
        case .makeAsset, .choose, .close: return []
        }
    }

    private func listing(of spot: DataPicker.Spot) -> DataPicker.Listing {
        switch spot {
        case .assets: .assets(PickerFixture.assets)
        case .versions: .versions(PickerFixture.versions)
        case .datastores: .datastores(PickerFixture.stores)
        case .folder: .blobs(PickerFixture.blobs)
        case .outputFolder: .outputFiles(PickerFixture.blobs)
        case .localFolder:
            .local(
                [
                    DataPicker.LocalEntry(name: "digits", isFolder: true),
                    DataPicker.LocalEntry(name: "wine.csv", isFolder: false, size: 12_345),
                ], isCut: false)
        case .jobs: .jobs((1...3).map { PickerFixture.job($0) }, hasMore: false)
        case .outputs: .outputs([ResultsFixture.score])
        case .recent: .recent([])
        }
    }

    private func answers(to effect: JobDetail.Effect) -> [App.Action] {
        typealias Fixture = JobDetailFixture
        switch effect {
        case .follow(let job):
            return [
                .detailAnswered(job: job, answer: .snapshotArrived(snapshot: Fixture.snapshot()))
            ]
        case .loadLogFiles(let run):
            let files = Fixture.files([Fixture.overview, Fixture.stdout])
            return [.detail(.logFilesLoaded(run: run, files: files))]
        case .readLog(let run, let file, let offset, _):
            guard offset == 0 else { return [] }
            return [.detail(.logRead(run: run, file: file, chunk: Fixture.chunk(Fixture.log)))]
        case .loadError(let job):
            return [.detailAnswered(job: job, answer: .errorFound(error: Fixture.error))]
        case .stopFollowing, .saveLog, .cancel, .open, .repeatJob, .retry, .copy: return []
        }
    }

    /// What the output of the scenes' job holds.
    static let files: [String: [UInt8]] = [
        "predictions.csv": ResultsFixture.digits(),
        "notes.txt": Array("One nearest neighbour.\nNothing was left out.\n".utf8),
        "summary.json": Array(#"{"rows": 597, "digits": {"0": 60, "1": 61}, "ok": true}"#.utf8),
    ]

    private func answers(to effect: Results.Effect) -> [App.Action] {
        switch effect {
        case .loadOutputs(let job):
            return [
                .resultsAnswered(
                    job: job, answer: .outputsLoaded(outputs: [ResultsFixture.score]))
            ]
        case .loadFiles(let job, let output):
            let entries = Self.files.sorted { $0.key < $1.key }
                .map { BlobEntry(path: $0.key, size: Int64($0.value.count)) }
            return [
                .resultsAnswered(job: job, answer: .filesLoaded(output: output, files: entries))
            ]
        case .read(let job, let output, let path, let offset, let limit):
            let bytes = Self.files[path] ?? []
            let piece = Array(bytes.dropFirst(Int(offset)).prefix(limit))
            let chunk = FileChunk(
                offset: offset, bytes: piece, totalLength: Int64(bytes.count))
            return [
                .resultsAnswered(job: job, answer: .read(output: output, path: path, chunk: chunk))
            ]
        case .count(let file, let form):
            let bytes = Self.files[file.path] ?? []
            var count = TableCount(form: form)
            count.take(bytes, isLast: true)
            let report = count.report(of: Int64(bytes.count), isWhole: true)
            return [
                .resultsAnswered(
                    job: file.job, answer: .look(.counted(file: file, report: report)))
            ]
        case .compare, .stopLook, .download, .openFolder, .export, .stopExport, .open, .copy:
            return []
        }
    }
}
