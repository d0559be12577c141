import BatchClient
import BatchModel
import ConsoleCore
import ConsoleGrid
import Synchronization
import TestSupport

@testable import ConsoleRuntime

// A service with more of everything than fits on a screen, so that every key that moves has somewhere to go. It answers at
// once, refuses one cancel, and knows nothing of the submissions whose outcome is open.

/// Clients for journeys that need what a small engine does not have.
enum CrowdedService {
    private static let now = ClientSurroundings.system.now()
    private static let connection = ConnectionInfo(
        context: "local",
        scope: WorkspaceScope(subscriptionID: "s", resourceGroup: "g", workspace: "crowded"),
        latency: .milliseconds(1), isLocal: true)

    private static let states: [JobStatus] = [.running, .failed, .completed, .canceled]
    private static let jobs = (0..<60).reversed().map { number in
        Job(
            id: Job.ID("batchjob-\(number)"), displayName: "evening run \(number)",
            endpoint: number % 2 == 0 ? "digits-batch" : "wine-classifier",
            deployment: number % 2 == 0 ? "nearest" : "gnb", status: states[number % 4],
            createdAt: now + .seconds(number - 6_000), startedAt: now + .seconds(number - 5_990),
            endedAt: states[number % 4].isTerminal ? now + .seconds(number - 5_000) : nil,
            progress: Progress(processedMiniBatches: number % 5, totalMiniBatches: 5),
            errorMessage: number % 4 == 1 ? "the script raised an error" : nil)
    }
    private static let archived = (0..<2).map { number in
        Job(
            id: Job.ID("oldjob-\(number)"), endpoint: "digits-batch", status: .completed,
            createdAt: now + .seconds(-90_000), isArchived: true)
    }

    private static let nearest = Deployment(
        name: "nearest", endpoint: "digits-batch", kind: .model(ModelSettings()))
    private static let gnb = Deployment(
        name: "gnb", endpoint: "wine-classifier", kind: .model(ModelSettings()))

    private static func job(_ id: Job.ID) throws(ServiceFailure) -> Job {
        if let job = (jobs + archived).first(where: { $0.id == id }) { return job }
        throw ServiceFailure(
            kind: .notFound, operation: "look at the job \(id)", detail: "there is no such job",
            advice: "J lists the jobs there are.")
    }

    /// Sixty jobs and all that goes with them.
    static let client: BatchClient = {
        var client = BatchClient.unimplemented
        client.connect = { connection }
        client.endpoints = {
            [
                Endpoint(
                    name: "digits-batch", defaultDeployment: "nearest",
                    scoringURI: "https://digits.example.org/jobs"),
                Endpoint(name: "wine-classifier", defaultDeployment: "gnb"),
            ]
        }
        client.deployments = { endpoint in endpoint == "digits-batch" ? [nearest] : [gnb] }
        client.undecided = { submissions }
        client.lookAgain = { _ in nil }
        client.forget = { _ in }
        client.lastSeen = { nil }
        client.track = { _ in AsyncStream { $0.finish() } }
        addJobs(to: &client)
        addFiles(to: &client)
        addForm(to: &client)
        addPlaces(to: &client)
        return client
    }()

    private static func addJobs(to client: inout BatchClient) {
        client.jobs = { query in
            let all =
                query.view == .archived
                ? archived : jobs.filter { query.endpoint == nil || $0.endpoint == query.endpoint }
            let page = Array(all.dropFirst(query.start).prefix(query.count))
            return JobPage(
                start: query.start, jobs: page, total: all.count,
                hasMore: query.start + page.count < all.count, asOf: now, source: "the test")
        }
        client.job = { id throws(ServiceFailure) in try job(id) }
        client.steps = { _ in steps }
        client.follow = { id in
            AsyncThrowingStream { continuation in
                do {
                    let job = try job(id)
                    continuation.yield(JobSnapshot(job: job, steps: steps, asOf: now))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
        }
        client.cancel = { id throws(ServiceFailure) in
            guard id == "batchjob-56" else { return }
            throw ServiceFailure(
                kind: .conflict, operation: "cancel \(id)", detail: "it is being finalized",
                advice: "Wait for its end.")
        }
        client.setArchived = { _, _ in }
        client.pastDraft = { _, _ throws(ServiceFailure) in
            throw ServiceFailure(
                kind: .conflict, operation: "retry the job", detail: "its input is gone",
                advice: "Give another input.")
        }
        client.failedFiles = { _ in ["part-1.csv"] }
    }

    private static let steps = (1...30).map { number in
        JobStep(
            id: JobStep.ID("step-\(number)"), name: "step-\(number)",
            status: number == 2 ? .failed : .completed, startedAt: now + .seconds(-5_900),
            endedAt: now + .seconds(-5_800))
    }

    private static let log =
        (1...300).map { "line \($0) of a log that is rather long" }
        .joined(separator: "\n") + "\n"
    private static let table =
        (1...300).map { "image-\($0),\($0 % 7),0.\($0)" }
        .joined(separator: "\n") + "\n"

    private static func addFiles(to client: inout BatchClient) {
        client.logFiles = { run in
            [
                "logs/user/stdout/00/process000.stdout.txt", "logs/user/error.txt",
                "logs/azureml/x.txt",
            ]
            .map { LogFile(name: $0, url: "https://logs.example.org/\(run)/\($0)") }
        }
        client.readLog = { _, _, offset, limit in piece(of: log, offset, limit) }
        client.usefulError = { _ in
            JobError(
                headline: "ValueError: this one is broken",
                text: "Traceback (most recent call last):\n  File \"score.py\", line 31, in run\n"
                    + "ValueError: this one is broken", file: "logs/user/error.txt",
                userFrame: "score.py:31 in run")
        }
        client.outputs = { _ in [JobOutput(name: "score", type: .uriFolder, uri: "azureml://s/")] }
        client.outputFiles = { _, _ in
            [
                BlobEntry(path: "more", size: nil, isFolder: true),
                BlobEntry(path: "more/a.csv", size: Int64(table.utf8.count)),
                BlobEntry(path: "predictions.csv", size: Int64(table.utf8.count)),
            ] + (10..<50).map { BlobEntry(path: "z-\($0).txt", size: Int64(log.utf8.count)) }
        }
        client.readOutput = { _, _, path, offset, limit in
            piece(of: path.hasSuffix(".csv") ? table : log, offset, limit)
        }
        client.download = { _, _ throws(ServiceFailure) in
            throw ServiceFailure(
                kind: .rejected, operation: "download the results", detail: "the disk is full",
                advice: "Make room and press d again.")
        }
    }

    private static func piece(of text: String, _ offset: Int64, _ limit: Int) -> FileChunk {
        let bytes = Array(text.utf8)
        return FileChunk(
            offset: offset, bytes: Array(bytes.dropFirst(Int(offset)).prefix(limit)),
            totalLength: Int64(bytes.count))
    }

    private static func addForm(to client: inout BatchClient) {
        let assets = (10..<50).map {
            DataAsset(
                name: DataAsset.Name("asset-\($0)"), type: .uriFolder, latestVersion: "1")
        }
        client.dataAssets = { assets }
        client.dataVersions = { _ in [] }
        client.datastores = { [] }
        client.look = { _ in
            .found(ResolvedData(type: .uriFolder, uri: "azureml://x/", fileCount: 3))
        }
        client.findings = { _ in [:] }
        client.preview = { _ throws(ServiceFailure) in
            throw ServiceFailure(
                kind: .rejected, operation: "show the request", detail: "there is none here")
        }
        client.submit = { draft, _ throws(ServiceFailure) in
            throw ServiceFailure(
                kind: .rejected, operation: "submit to \(draft.endpoint)",
                detail: "the quota is used up", advice: "Wait for a job to end.")
        }
    }

    private static let submissions = (1...3).map { number in
        Submission(
            id: "submission-\(number)", draft: JobDraft(endpoint: "digits-batch"),
            at: now + .seconds(-60 * number), note: "no answer came")
    }

    private static let transfers: [TransferRecord] = {
        let states: [TransferRecord.State] = [.running, .left, .failed, .done, .elsewhere]
        return (0..<40).map { number in
            var record = TransferRecord(
                id: "transfer-\(number)",
                work: .results(job: Job.ID("batchjob-\(number)"), folder: "/tmp/results-\(number)"),
                state: states[number % states.count], startedAt: now + .seconds(-number))
            record.progress = TransferProgress(
                filesDone: 1, filesTotal: 2, bytesDone: 10, bytesTotal: 20)
            return record
        }
    }()

    private static func addPlaces(to client: inout BatchClient) {
        client.transfers.watch = {
            AsyncStream { continuation in
                continuation.yield(transfers)
                continuation.finish()
            }
        }
        client.transfers.giveUp = { _ in }
        client.transfers.forget = { _ in }
        client.doctor = {
            AsyncStream { continuation in
                for number in 1...40 {
                    continuation.yield(
                        DoctorCheck(
                            "check \(number)", number == 2 ? .problem : .ok,
                            "it is as it is", advice: number == 2 ? "batchdeck mend it" : ""))
                }
                continuation.finish()
            }
        }
    }

    /// The local context, thirty written ones and a found one, all of them with the same client.
    static func contexts(
        _ files: FormFiles, _ client: BatchClient = CrowdedService.client
    ) -> ConsoleContexts {
        let written = (1...30).map { ContextEntry(context("prod-\($0)")) }
        let found = ContextEntry(context("found"), foundIn: "/home/x/.azure/config")
        var contexts = ConsoleContexts.only(files: files) { () throws(ServiceFailure) in client }
        contexts.list = { () throws(ServiceFailure) in
            [.local(isDefault: true), found] + written
        }
        contexts.remove = { _ throws(ServiceFailure) in }
        contexts.keep = { _ throws(ServiceFailure) in }
        contexts.makeDefault = { _ throws(ServiceFailure) in }
        contexts.add = { _ throws(ServiceFailure) in }
        return contexts
    }

    private static func context(_ name: String) -> AzureContext {
        AzureContext(
            name: name,
            scope: WorkspaceScope(subscriptionID: "s", resourceGroup: "g", workspace: "w-" + name))
    }

    /// A workspace in which nothing was ever made.
    static let empty: BatchClient = {
        var client = Self.client
        client.endpoints = { [] }
        client.undecided = { [] }
        client.jobs = { query in
            JobPage(
                start: query.start, jobs: [], total: 0, hasMore: false, asOf: now,
                source: "the test")
        }
        client.transfers = .unimplemented
        client.doctor = { AsyncStream { $0.finish() } }
        return client
    }()

    /// A service that is not there.
    static let broken: BatchClient = {
        var client = Self.client
        client.connect = { () throws(ServiceFailure) in throw nobody("connect") }
        client.endpoints = { () throws(ServiceFailure) in throw nobody("list the endpoints") }
        client.jobs = { _ throws(ServiceFailure) in throw nobody("list the jobs") }
        client.job = { _ throws(ServiceFailure) in throw nobody("look at the job") }
        client.outputs = { _ throws(ServiceFailure) in throw nobody("list the outputs") }
        client.undecided = { [] }
        client.transfers = .unimplemented
        return client
    }()

    private static func nobody(_ operation: String) -> ServiceFailure {
        ServiceFailure(
            kind: .unreachable, operation: operation, detail: "nobody answers at 127.0.0.1:9",
            advice: "Look at the network, then press r.")
    }

    /// A context whose sign-in waits for a person: until it is given up nobody gets an answer.
    static func waiting(_ files: FormFiles) -> ConsoleContexts {
        let question = SignInQuestion(
            page: "https://login.example.org", code: "ABCD1234", expiresAt: now + .seconds(900))
        var contexts = Self.contexts(files)
        contexts.client = { _, ask throws(ServiceFailure) in
            let givenUp = Gate()
            _ = ask(question) { givenUp.open() }
            var client = Self.empty
            client.connect = { () throws(ServiceFailure) in
                await givenUp.pass()
                throw unsigned("connect")
            }
            client.endpoints = { () throws(ServiceFailure) in
                await givenUp.pass()
                throw unsigned("list the endpoints")
            }
            return client
        }
        return contexts
    }

    private static func unsigned(_ operation: String) -> ServiceFailure {
        ServiceFailure(
            kind: .unauthorized, operation: operation, detail: "nobody has signed in",
            advice: "Choose the context anew.")
    }
}
