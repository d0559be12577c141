public import BatchModel

// What was on the screens, in one small file, so that a console can paint before anything else exists. Nothing here may
// cost more than reading a file: no database, no JSON decoder. The form is lines of fields between tabs, the first field a
// letter that says what the line is; backslash, tab and newline inside a field are escaped. A file that cannot be read, is
// of another version, or was cut off in the middle counts as far as it goes, or not at all.
//
//     batchdeck-seen 1 ⇥ time ⇥ context ⇥ subscription ⇥ group ⇥ workspace ⇥ local
//     E ⇥ name ⇥ summary ⇥ default ⇥ scoring address ⇥ state ⇥ sign-in
//     D ⇥ endpoint ⇥ name ⇥ kind ⇥ summary ⇥ compute ⇥ state ⇥ settings…
//     I / O ⇥ input or output of the deployment above
//     P ⇥ start ⇥ total ⇥ more ⇥ time ⇥ source
//     J ⇥ id ⇥ …                                      a job of the page above
//     A ⇥ name…  /  S ⇥ name…                         data assets, datastores: for completions

/// The file that holds what was last seen of a context.
public enum LastSeenFile {
    /// The most jobs that are written: more than the largest screen shows.
    public static let jobLimit = 200
    /// The most names of data assets, and of datastores: more than anyone reads behind a tab key.
    public static let nameLimit = 500
    static let magic = "batchdeck-seen 1"

    /// Where a context's file is.
    public static func path(cacheFolder: String, context: String) -> String {
        "\(cacheFolder)/\(PercentEncoding.encode(context, keeping: " "))/last-seen"
    }

    /// What was last seen, quickly; nil when there is nothing, or nothing that can be read.
    public static func load(cacheFolder: String, context: String) -> LastSeen? {
        guard
            let bytes = try? LocalFiles.read(path(cacheFolder: cacheFolder, context: context))
        else { return nil }
        return read(bytes)
    }

    /// Writes what was seen; a reader sees the old file or the new one. Mode 0600.
    ///
    /// - Throws: what the file system said.
    public static func save(_ seen: LastSeen, cacheFolder: String, context: String) throws {
        let path = path(cacheFolder: cacheFolder, context: context)
        try LocalFiles.makeFolder(String(path.dropLast("/last-seen".count)), mode: 0o700)
        try LocalFiles.replace(path, with: write(seen))
    }

    static func write(_ seen: LastSeen) -> [UInt8] {
        var lines = SeenLines()
        let scope = seen.connection?.scope
        lines.add([
            magic, time(seen.asOf), seen.connection?.context, scope?.subscriptionID,
            scope?.resourceGroup, scope?.workspace,
            seen.connection.map { $0.isLocal ? "1" : "0" },
        ])
        for endpoint in seen.endpoints {
            lines.add([
                "E", endpoint.name.rawValue, endpoint.summary,
                endpoint.defaultDeployment?.rawValue, endpoint.scoringURI,
                endpoint.provisioningState, endpoint.authMode,
            ])
        }
        for deployment in seen.deployments { lines.add(deployment) }
        let page = seen.jobs
        lines.add([
            "P", String(page.start), page.total.map { String($0) }, page.hasMore ? "1" : "0",
            time(page.asOf), page.source,
        ])
        for job in page.jobs.prefix(jobLimit) { lines.add(job) }
        if let names = seen.dataAssets {
            lines.add(["A"] + names.prefix(nameLimit).map(\.rawValue))
        }
        if let names = seen.datastores {
            lines.add(["S"] + names.prefix(nameLimit).map(\.rawValue))
        }
        return lines.bytes
    }

    static func read(_ bytes: [UInt8]) -> LastSeen? {
        var reader = SeenReader()
        for line in bytes.split(separator: 0x0A) {
            guard reader.take(SeenFields(line)) else { return nil }
        }
        return reader.seen
    }

    fileprivate static func time(_ time: Timestamp?) -> String? {
        time.map { String($0.microsecondsSinceEpoch) }
    }
}

/// Writes lines.
private struct SeenLines {
    var bytes: [UInt8] = []

    mutating func add(_ fields: [String?]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(0x09) }
            for byte in (field ?? "").utf8 {
                switch byte {
                case 0x5C: bytes += [0x5C, 0x5C]
                case 0x09: bytes += [0x5C, 0x74]
                case 0x0A: bytes += [0x5C, 0x6E]
                default: bytes.append(byte)
                }
            }
        }
        bytes.append(0x0A)
    }

    mutating func add(_ deployment: Deployment) {
        var fields: [String?] = [
            "D", deployment.endpoint.rawValue, deployment.name.rawValue, nil, deployment.summary,
            deployment.compute, deployment.provisioningState,
        ]
        switch deployment.kind {
        case .model(let settings):
            fields[3] = "model"
            let numbers = [
                settings.miniBatchSize, settings.maxConcurrencyPerInstance, settings.instanceCount,
                settings.maxRetries, Int(settings.timeout.components.seconds),
                settings.errorThreshold,
            ]
            fields += numbers.map { String($0) }
            fields += [
                settings.outputAction.rawValue, settings.outputFileName, settings.loggingLevel,
            ]
            add(fields)
        case .pipelineComponent(let settings):
            fields[3] = "pipeline"
            add(fields + [settings.componentID])
            for input in settings.inputs {
                add(
                    [
                        "I", input.name, input.type.rawValue, input.isOptional ? "1" : "0",
                        input.defaultValue?.text, input.minimum?.text, input.maximum?.text,
                        input.summary,
                    ] + input.allowedValues)
            }
            for output in settings.outputs {
                add(["O", output.name, output.type.rawValue, output.summary])
            }
        }
    }

    mutating func add(_ job: Job) {
        let progress = job.progress
        add([
            "J", job.id.rawValue, job.displayName, job.endpoint?.rawValue,
            job.deployment?.rawValue, job.experimentName, job.status.rawValue,
            LastSeenFile.time(job.createdAt), LastSeenFile.time(job.startedAt),
            LastSeenFile.time(job.endedAt), job.errorMessage.map(DraftSecrets.masked),
            job.isArchived ? "1" : "0",
            progress.map { String($0.processedMiniBatches) },
            progress?.totalMiniBatches.map { String($0) },
            progress?.failedItems.map { String($0) }, progress?.totalItems.map { String($0) },
        ])
    }
}

/// The fields of a line.
private struct SeenFields {
    private let fields: [ArraySlice<UInt8>]

    init(_ line: ArraySlice<UInt8>) {
        fields = line.split(separator: 0x09, omittingEmptySubsequences: false)
    }

    var count: Int { fields.count }

    func text(_ index: Int) -> String {
        guard index < fields.count else { return "" }
        let field = fields[index]
        guard field.contains(0x5C) else { return String(decoding: field, as: UTF8.self) }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in field {
            if isEscaped {
                bytes.append(byte == 0x74 ? 0x09 : byte == 0x6E ? 0x0A : byte)
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// nil for an empty field.
    func given(_ index: Int) -> String? {
        let text = text(index)
        return text.isEmpty ? nil : text
    }

    /// All fields from one on.
    func texts(from index: Int) -> [String] { (index..<max(index, count)).map { text($0) } }

    func number(_ index: Int) -> Int? { Int(text(index)) }
    func flag(_ index: Int) -> Bool { text(index) == "1" }

    func time(_ index: Int) -> Timestamp? {
        Int64(text(index)).map { Timestamp(microsecondsSinceEpoch: $0) }
    }
}

/// Puts lines together again.
private struct SeenReader {
    var seen: LastSeen?

    /// False when the file is none of ours.
    mutating func take(_ line: SeenFields) -> Bool {
        guard seen != nil else { return begin(line) }
        switch line.text(0) {
        case "E": takeEndpoint(line)
        case "D": takeDeployment(line)
        case "I": takeInput(line)
        case "O": takeOutput(line)
        case "P":
            seen?.jobs.start = line.number(1) ?? 0
            seen?.jobs.total = line.number(2)
            seen?.jobs.hasMore = line.flag(3)
            seen?.jobs.asOf = line.time(4) ?? Timestamp(microsecondsSinceEpoch: 0)
            seen?.jobs.source = line.text(5)
        case "J": takeJob(line)
        case "A": seen?.dataAssets = line.texts(from: 1).map { DataAsset.Name($0) }
        case "S": seen?.datastores = line.texts(from: 1).map { Datastore.Name($0) }
        default: return true
        }
        return true
    }

    private mutating func begin(_ line: SeenFields) -> Bool {
        guard line.text(0) == LastSeenFile.magic, let asOf = line.time(1) else { return false }
        let connection = line.given(2).map { context in
            ConnectionInfo(
                context: context,
                scope: WorkspaceScope(
                    subscriptionID: line.text(3), resourceGroup: line.text(4),
                    workspace: line.text(5)), latency: nil, isLocal: line.flag(6))
        }
        let page = JobPage(
            start: 0, jobs: [], total: nil, hasMore: false, asOf: asOf, source: "")
        seen = LastSeen(
            asOf: asOf, connection: connection, endpoints: [], deployments: [], jobs: page)
        return true
    }

    private mutating func takeEndpoint(_ line: SeenFields) {
        seen?.endpoints.append(
            Endpoint(
                name: Endpoint.Name(line.text(1)), summary: line.given(2),
                defaultDeployment: line.given(3).map { Deployment.Name($0) },
                scoringURI: line.given(4), provisioningState: line.text(5),
                authMode: line.text(6)))
    }

    private mutating func takeDeployment(_ line: SeenFields) {
        let kind: Deployment.Kind =
            line.text(3) == "pipeline"
            ? .pipelineComponent(PipelineSettings(componentID: line.given(7)))
            : .model(Self.settings(line))
        seen?.deployments.append(
            Deployment(
                name: Deployment.Name(line.text(2)), endpoint: Endpoint.Name(line.text(1)),
                kind: kind, summary: line.given(4), compute: line.given(5),
                provisioningState: line.text(6)))
    }

    private static func settings(_ line: SeenFields) -> ModelSettings {
        let byDefault = ModelSettings()
        return ModelSettings(
            miniBatchSize: line.number(7) ?? byDefault.miniBatchSize,
            maxConcurrencyPerInstance: line.number(8) ?? byDefault.maxConcurrencyPerInstance,
            instanceCount: line.number(9) ?? byDefault.instanceCount,
            maxRetries: line.number(10) ?? byDefault.maxRetries,
            timeout: line.number(11).map { .seconds($0) } ?? byDefault.timeout,
            errorThreshold: line.number(12) ?? byDefault.errorThreshold,
            outputAction: ModelSettings.OutputAction(rawValue: line.text(13)) ?? .appendRow,
            outputFileName: line.text(14), loggingLevel: line.text(15))
    }

    private mutating func takeInput(_ line: SeenFields) {
        let type = DataType(rawValue: line.text(2))
        let bare = InputSpec(name: line.text(1), type: type)
        func literal(_ index: Int) -> Literal? {
            guard type.isLiteral, let text = line.given(index) else { return nil }
            return try? Literal.converting(text, for: bare)
        }
        let allowed = line.count > 8 ? (8..<line.count).map { line.text($0) } : []
        let input = InputSpec(
            name: line.text(1), type: type, isOptional: line.flag(3), defaultValue: literal(4),
            allowedValues: allowed, minimum: literal(5), maximum: literal(6),
            summary: line.given(7))
        changeLast { $0.inputs.append(input) }
    }

    private mutating func takeOutput(_ line: SeenFields) {
        let output = OutputSpec(
            name: line.text(1), type: DataType(rawValue: line.text(2)), summary: line.given(3))
        changeLast { $0.outputs.append(output) }
    }

    private mutating func changeLast(_ change: (inout PipelineSettings) -> Void) {
        guard let last = seen?.deployments.indices.last,
            case .pipelineComponent(var settings) = seen?.deployments[last].kind
        else { return }
        change(&settings)
        seen?.deployments[last].kind = .pipelineComponent(settings)
    }

    private mutating func takeJob(_ line: SeenFields) {
        var job = Job(
            id: Job.ID(line.text(1)), displayName: line.text(2),
            endpoint: line.given(3).map { Endpoint.Name($0) },
            deployment: line.given(4).map { Deployment.Name($0) },
            experimentName: line.given(5), status: JobStatus(rawValue: line.text(6)),
            createdAt: line.time(7), startedAt: line.time(8), endedAt: line.time(9),
            errorMessage: line.given(10), isArchived: line.flag(11))
        if let processed = line.number(12) {
            job.progress = Progress(
                processedMiniBatches: processed, totalMiniBatches: line.number(13),
                failedItems: line.number(14), totalItems: line.number(15))
        }
        seen?.jobs.jobs.append(job)
    }
}
