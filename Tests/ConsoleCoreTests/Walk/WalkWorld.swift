import BatchModel
import ConsoleGrid

@testable import ConsoleCore

// What a service, a person's files and a person could bring forth. Names are as bad as names get: control sequences, wide and
// combining characters, right-to-left text, nothing at all.

/// Makes up values from numbers.
struct WalkWorld {
    static let hostile = [
        "a", "", "wine classifier", "\u{1B}[31mred\u{1B}[0m", "日本語の名前", "e\u{301}\u{302}\u{303}",
        "👩‍👩‍👧‍👦 family", "שלום עולם", "tab\there", "line\nbreak", "\u{202E}reversed", "\u{200B}",
        String(repeating: "long-", count: 40), "\u{7}", "\u{9B}2J", "ﷺ", "🇩🇪🇫🇷", "\u{FEFF}x",
    ]
    static let endpointNames: [Endpoint.Name] = [
        "digits-batch", "tumour-pipeline", "wine", Endpoint.Name("日本"),
        Endpoint.Name("\u{1B}]0;x\u{7}"),
    ]
    static let deploymentNames: [Deployment.Name] = ["nearest", "score-with-prep", "ü"]

    var numbers: WalkNumbers
    var now = FormFixture.now

    init(seed: UInt64) { numbers = WalkNumbers(seed: seed) }

    mutating func text() -> String { numbers.one(of: Self.hostile) }

    mutating func list<Element>(
        upTo count: Int, _ make: (inout WalkWorld) -> Element
    ) -> [Element] {
        let count = numbers.below(count + 1)
        var made: [Element] = []
        for _ in 0..<count { made.append(make(&self)) }
        return made
    }

    mutating func maybe<Value>(_ make: (inout WalkWorld) -> Value) -> Value? {
        numbers.chance(70) ? make(&self) : nil
    }

    mutating func time() -> Timestamp {
        now + .seconds(numbers.one(of: [-100_000, -3_600, -61, -1, 0, 5, 90_000]))
    }

    mutating func failure() -> ServiceFailure {
        ServiceFailure(
            kind: numbers.one(of: ServiceFailure.Kind.allCases), operation: "do a thing",
            detail: text(), advice: text())
    }

    mutating func endpoint(_ name: Endpoint.Name? = nil) -> Endpoint {
        Endpoint(
            name: name ?? numbers.one(of: Self.endpointNames), summary: maybe { $0.text() },
            defaultDeployment: maybe { $0.numbers.one(of: Self.deploymentNames) },
            scoringURI: maybe { $0.text() },
            provisioningState: numbers.one(of: ["Succeeded", "Failed", "Dreaming"]))
    }

    mutating func endpoints() -> [Endpoint] {
        Self.endpointNames.compactMap { name in numbers.chance(80) ? endpoint(name) : nil }
    }

    mutating func deployments(of endpoint: Endpoint.Name) -> [Deployment] {
        Self.deploymentNames.compactMap { name in
            guard numbers.chance(80) else { return nil }
            let model: Deployment.Kind = .model(
                ModelSettings(
                    miniBatchSize: numbers.below(50) + 1,
                    outputAction: numbers.one(of: ModelSettings.OutputAction.allCases)))
            return Deployment(
                name: name, endpoint: endpoint,
                kind: numbers.chance(50) ? model : FormFixture.tumour.kind,
                summary: maybe { $0.text() },
                provisioningState: numbers.one(of: ["Succeeded", "Failed", "Updating"]))
        }
    }

    mutating func jobID() -> Job.ID { Job.ID("batchjob-\(numbers.below(40))") }

    mutating func status() -> JobStatus {
        JobStatus(
            rawValue: numbers.one(of: [
                "Running", "Completed", "Failed", "Canceled", "Queued", "Preparing",
                "CancelRequested",
                "Finalizing", "Sleeping",
            ]))
    }

    mutating func progress() -> Progress {
        Progress(
            processedMiniBatches: numbers.below(70),
            totalMiniBatches: maybe { $0.numbers.below(60) },
            failedItems: maybe { $0.numbers.below(3) }, totalItems: maybe { $0.numbers.below(900) },
            elapsed: .seconds(numbers.below(500)),
            estimatedRemaining: maybe { .seconds($0.numbers.below(500)) },
            asOf: maybe { $0.time() },
            note: maybe { $0.text() })
    }

    /// A job is one endpoint's, whoever tells of it.
    private static func owner(of id: Job.ID) -> Endpoint.Name {
        let number = id.rawValue.split(separator: "-").last.flatMap { Int($0) } ?? 0
        return endpointNames[number % endpointNames.count]
    }

    mutating func job(_ given: Job.ID? = nil) -> Job {
        let id = given ?? jobID()
        let status = status()
        return Job(
            id: id, displayName: text(),
            endpoint: numbers.chance(70) ? Self.owner(of: id) : nil,
            deployment: maybe { $0.numbers.one(of: Self.deploymentNames) },
            experimentName: maybe { $0.text() }, status: status, createdAt: maybe { $0.time() },
            startedAt: maybe { $0.time() }, endedAt: status.isTerminal ? maybe { $0.time() } : nil,
            timeline: list(upTo: 3) { StatusChange(status: $0.status(), at: $0.time()) },
            progress: maybe { $0.progress() }, errorMessage: maybe { $0.text() },
            inputs: numbers.chance(50)
                ? ["input": "azureml:digits-data:2", "threshold": text()] : [:],
            outputs: numbers.chance(50) ? ["score": "azureml://datastores/d/paths/p"] : [:],
            isArchived: numbers.chance(5))
    }

    mutating func searchPage(_ query: JobSearchQuery) -> JobSearchPage {
        let found = page(JobListQuery(endpoint: query.endpoint, count: query.count))
        let matches = found.jobs.count + numbers.one(of: [0, 0, 7, 900_000])
        return JobSearchPage(
            jobs: found.jobs, matches: matches, searched: numbers.one(of: [0, 4_096, 1_000_000]),
            isWhole: numbers.chance(80), asOf: now)
    }

    mutating func page(_ query: JobListQuery) -> JobPage {
        let total = numbers.one(of: [0, 1, 3, 30, 230, 100_000])
        let count = max(0, min(query.count, total - query.start, numbers.one(of: [0, 5, 60, 250])))
        var jobs: [Job] = []
        for row in 0..<count {
            var number = query.start + row
            if let index = Self.endpointNames.firstIndex(where: { $0 == query.endpoint }) {
                number = number * Self.endpointNames.count + index
            }
            jobs.append(job(Job.ID("batchjob-\(number)")))
        }
        return JobPage(
            start: query.start, jobs: jobs, total: numbers.chance(70) ? total : nil,
            hasMore: query.start + count < total, asOf: now, source: text())
    }

    mutating func snapshot(_ id: Job.ID) -> JobSnapshot {
        JobSnapshot(
            job: job(id),
            steps: list(upTo: 6) { world in
                JobStep(
                    id: JobStep.ID("run-\(world.numbers.below(5))"), name: world.text(),
                    status: world.status(), startedAt: world.maybe { $0.time() },
                    endedAt: world.maybe { $0.time() }, errorMessage: world.maybe { $0.text() },
                    progress: world.maybe { $0.progress() })
            }, asOf: now)
    }

    mutating func blobs() -> [BlobEntry] {
        list(upTo: 8) { world in
            let isFolder = world.numbers.chance(20)
            return BlobEntry(
                path: world.numbers.one(of: [
                    "predictions.csv", "deep/er/a.jsonl", "x.json", "pic.png", world.text(),
                ]), size: isFolder ? nil : world.numbers.size(), isFolder: isFolder)
        }
    }

    mutating func outputs() -> [JobOutput] {
        list(upTo: 3) { world in
            JobOutput(
                name: world.numbers.one(of: ["score", "report", world.text()]),
                type: world.numbers.one(of: [.uriFile, .uriFolder]), uri: world.text())
        }
    }

    mutating func chunk(at offset: Int64, limit: Int) -> FileChunk {
        let piece = numbers.one(of: [
            "a,b,c\n1,2,3\n", "{\"a\": 1, \"b\": [1, 2]}\n", "plain \u{1B}[2J text\n",
            "日本, \"q\"\"uoted\"\n",
            "\u{89}PNG\r\n\u{1A}\n", "no newline", "Traceback (most recent call last):\n  x\n",
        ])
        var bytes: [UInt8] = []
        let wanted = min(limit, numbers.one(of: [0, 3, 400, 9_000]))
        while bytes.count < wanted { bytes += Array(piece.utf8) }
        if numbers.chance(10), !bytes.isEmpty { bytes[numbers.below(bytes.count)] = 0xFF }
        bytes = Array(bytes.prefix(wanted))
        let end = offset + Int64(bytes.count)
        return FileChunk(
            offset: offset, bytes: bytes,
            totalLength: numbers.one(of: [nil, end, end + 5_000, Int64.max / 4]))
    }

    mutating func reference() -> DataReference {
        let texts = [
            "azureml:digits-data@latest", "azureml:wine-data:1", "./data", "https://x.example/a",
            "azureml://datastores/d/paths/p/",
        ]
        return (try? DataReference(parsing: numbers.one(of: texts))) ?? FormFixture.latest
    }

    mutating func finding() -> ReferenceFinding {
        guard numbers.chance(60) else { return .missing(detail: text(), advice: text()) }
        return .found(
            ResolvedData(
                type: maybe { $0.numbers.one(of: [.uriFolder, .uriFile, .mltable]) },
                version: maybe { $0.text() }, uri: text(),
                fileCount: maybe { $0.numbers.below(900) },
                isCountPartial: numbers.chance(20), totalBytes: maybe { $0.numbers.size() },
                firstNames: list(upTo: 3) { $0.text() },
                datastoreKind: maybe { $0.numbers.one(of: [.blob, .file, .other("Warp")]) }))
    }

    mutating func draft() -> JobDraft {
        JobDraft(
            endpoint: numbers.one(of: Self.endpointNames),
            deployment: maybe { $0.numbers.one(of: Self.deploymentNames) },
            inputs: list(upTo: 3) { world in
                JobDraft.Input(
                    name: world.numbers.one(of: [
                        "input_data", "threshold", "max_rows", world.text(),
                    ]),
                    value: world.numbers.chance(50)
                        ? .literal(text: world.text())
                        : .data(type: .uriFolder, reference: world.reference()))
            },
            overrides: JobDraft.Overrides(miniBatchSize: maybe { $0.numbers.below(100) }),
            experimentName: maybe { $0.text() }, jobName: maybe { $0.text() })
    }

    mutating func submission() -> Submission {
        Submission(id: "sub-\(numbers.below(6))", draft: draft(), at: time(), note: text())
    }

    mutating func contexts() -> [ContextEntry] {
        [.local(isDefault: true)]
            + list(upTo: 4) { world in
                ContextEntry(
                    AzureContext(
                        name: "c\(world.numbers.below(5))",
                        scope: WorkspaceScope(
                            subscriptionID: world.text(), resourceGroup: world.text(),
                            workspace: world.text()), isReadOnly: world.numbers.chance(20)))
            }
    }

    /// A person's own keys and themes. What leads out stays where it is: the walk looks for the way out by those keys.
    mutating func settings() -> App.Settings {
        let bindings = list(upTo: 4) { world in
            let sheet = world.numbers.one(of: App.keySheets)
            let action = world.numbers.one(of: sheet.actions.filter { !$0.isWayOut })
            let place = FilePlace(line: 1, column: 1)
            let keys = world.list(upTo: 2) { ($0.numbers.one(of: Walk.keys), place) }
            return KeyBinding(screen: sheet.screen, action: action.name, keys: keys, place: place)
        }
        let (keymap, findings) = Keymap.read(bindings)
        return App.Settings(
            keymap: findings.isEmpty ? keymap : .standard, themes: list(upTo: 3) { $0.text() },
            problems: list(upTo: 3) { $0.text() })
    }

    mutating func transfer() -> TransferProgress {
        TransferProgress(
            filesDone: numbers.below(10), filesTotal: numbers.below(10), bytesDone: numbers.size(),
            bytesTotal: numbers.size())
    }

    mutating func lastSeen() -> LastSeen {
        let all = endpoints()
        return LastSeen(
            asOf: time(), connection: maybe { $0.connection() }, endpoints: all,
            deployments: all.flatMap { deployments(of: $0.name) }, jobs: page(JobListQuery()))
    }

    mutating func connection() -> ConnectionInfo {
        ConnectionInfo(
            context: text(),
            scope: WorkspaceScope(
                subscriptionID: text(), resourceGroup: text(), workspace: text()),
            latency: maybe { .milliseconds($0.numbers.below(5_000)) }, isLocal: numbers.chance(50),
            clockAhead: numbers.chance(10) ? .seconds(7_200) : nil)
    }
}
