import BatchClient
import BatchModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The names a shell is told of.
struct LiveNames: Sendable {
    /// Names of the command line that is completed just now.
    ///
    /// The argument parser calls completions without anything of ours in its hands; this is the only way in.
    @TaskLocal static var current: LiveNames?

    /// An engine answers within a few milliseconds; on a machine that is busy a person waits a moment, not longer.
    static let limit: Duration = .milliseconds(250)
    /// More jobs than anyone reads behind a tab key.
    static let jobLimit = 50
    /// More files of one folder than that are not offered.
    static let pathLimit = 500

    let environment: [String: String]
    /// A client of the engine that runs, on a workspace if one is named; nil when none runs.
    let engine: @Sendable (_ workspace: String?) async -> BatchClient?

    /// All names of a kind, best first.
    ///
    /// - Parameters:
    ///   - words: the rest of the command line, which may name a context or an endpoint.
    ///   - prefix: what is typed already; only paths look at it.
    func all(_ kind: NameKind, beside words: GivenWords, prefix: String) async -> [String] {
        switch kind {
        case .context: contexts
        case .preset(let options): presets(of: words.value(of: options))
        case .input: await asked(.data, words).map { "azureml:\($0)@latest" } + Self.paths(prefix)
        case .endpoint, .deployment, .job, .data, .datastore, .dataVersion, .environment,
            .submission, .transfer, .log, .result:
            await asked(kind, words)
        }
    }

    /// Only names that every shell takes as they are.
    static func plain(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { name in
            let isPlain = name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "-_.:@/+=,".unicodeScalars.contains(scalar))
            }
            return isPlain && !name.isEmpty && seen.insert(name).inserted
        }
    }

    private var contexts: [String] {
        // A settings file with mistakes names nobody here; every verb says what is wrong with it.
        (try? ContextBook(environment: environment).entries().map(\.name)) ?? []
    }

    private func presets(of endpoint: String?) -> [String] {
        guard let endpoint else { return [] }
        let all = try? PresetFiles(environment: environment).all(of: Endpoint.Name(endpoint))
        return all?.map(\.name) ?? []
    }

    /// What the engine says, or what was last seen.
    private func asked(_ kind: NameKind, _ words: GivenWords) async -> [String] {
        let chosen = try? ChosenContext.choose(
            option: words.value(of: ["--context"]), environment: environment)
        guard let chosen else { return [] }
        if case .local = chosen {
            let workspace = words.value(of: ["--workspace"])
            let answer = await DoctorRound.within(Self.limit) { () -> [String]? in
                guard let client = await engine(workspace) else { return nil }
                return try? await Self.names(kind, words, client)
            }
            if let names = answer ?? nil { return names }
        }
        guard let home = try? Home(environment: environment),
            let seen = LastSeenFile.load(cacheFolder: home.cache, context: chosen.name)
        else { return [] }
        return Self.names(kind, words, seen)
    }

    private static func names(
        _ kind: NameKind, _ words: GivenWords, _ client: BatchClient
    ) async throws(ServiceFailure) -> [String] {
        switch kind {
        case .endpoint: return try await client.endpoints().map(\.name.rawValue)
        case .deployment(let options):
            guard let endpoint = words.value(of: options) else { return [] }
            return try await client.deployments(Endpoint.Name(endpoint)).map(\.name.rawValue)
        case .job:
            let query = JobListQuery(start: 0, count: jobLimit)
            return try await client.jobs(query).jobs.map(\.id.rawValue)
        case .data: return try await client.dataAssets().map(\.name.rawValue)
        case .datastore: return try await client.datastores().map(\.name.rawValue)
        case .environment: return try await client.control.environments().map(\.name)
        case .submission: return try await client.undecided().map(\.id)
        case .transfer: return try await client.transfers.list().map(\.id)
        case .dataVersion, .log, .result:
            guard let subject = words.subject else { return [] }
            return try await parts(kind, of: subject, client)
        case .context, .preset, .input: return []
        }
    }

    /// What belongs to the one thing that a verb is about.
    private static func parts(
        _ kind: NameKind, of subject: String, _ client: BatchClient
    ) async throws(ServiceFailure) -> [String] {
        let job = Job.ID(subject)
        var names: [String] = []
        switch kind {
        case .dataVersion:
            names = try await client.dataVersions(DataAsset.Name(subject)).map(\.version)
        case .log:
            for run in try await client.steps(job).map(\.id.rawValue) + [subject] {
                names += try await client.logFiles(run).map(\.name)
            }
        case .result:
            for output in try await client.outputs(job) {
                names += try await client.outputFiles(job, output.name).filter { !$0.isFolder }
                    .map(\.path)
            }
        case .context, .endpoint, .deployment, .preset, .job, .data, .datastore, .environment,
            .submission, .transfer, .input:
            break
        }
        return names
    }

    private static func names(
        _ kind: NameKind, _ words: GivenWords, _ seen: LastSeen
    ) -> [String] {
        switch kind {
        case .endpoint: seen.endpoints.map(\.name.rawValue)
        case .deployment(let options):
            seen.deployments.filter { $0.endpoint.rawValue == words.value(of: options) }
                .map(\.name.rawValue)
        case .job: seen.jobs.jobs.prefix(jobLimit).map(\.id.rawValue)
        case .data: (seen.dataAssets ?? []).map(\.rawValue)
        case .datastore: (seen.datastores ?? []).map(\.rawValue)
        case .context, .preset, .input, .dataVersion, .environment, .submission, .transfer, .log,
            .result:
            []
        }
    }

    /// Files and folders that a path being typed may become; folders end with a slash.
    private static func paths(_ prefix: String) -> [String] {
        let typed = GivenWords.unquoted(prefix)
        let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
        let manager = FileManager.default
        let names = (try? manager.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return names.filter { !$0.hasPrefix(".") && (folder + $0).hasPrefix(typed) }.sorted()
            .prefix(pathLimit).map { name in
                var isFolder = false
                _ = manager.fileExists(atPath: folder + name, isDirectory: &isFolder)
                return folder + name + (isFolder ? "/" : "")
            }
    }
}
