import BatchClient
import BatchModel
import TestSupport

@testable import Commands

/// A home with a little of everything, and a client that answers every question: what every verb can be run in.
struct VerbWorld {
    let folder: TemporaryFolder
    let desk: Desk

    init() throws {
        folder = try TemporaryFolder("verb")
        try folder.write(
            """
            contexts:
            - name: prod
              subscription_id: "0-1"
              resource_group: cellar
              workspace_name: tasting
              credential: device-code
              tenant_id: t-1
              cache_token: true

            """, to: "home/config/config.yml")
        try folder.write(
            "inputs:\n  data:\n    type: uri_folder\n    path: azureml:wine-data:2\n",
            to: "home/config/presets/wine-classifier/weekly.yml")
        try folder.write("engine listens\n", to: "home/state/engine.log")
        var desk = Desk { $0 = Self.client }
        desk.environment = [
            "BATCHDECK_HOME": folder.path + "/home", "HOME": folder.path + "/user",
        ]
        desk.keyPages = [
            KeyPage(screen: "Jobs", rows: [KeyPage.Row(keys: ["c", "del"], help: "Cancels it.")])
        ]
        self.desk = desk
    }

    static let client: BatchClient = {
        var client = BatchClient.unimplemented
        client.accept(into: Box([]))
        catalogue(&client)
        jobs(&client)
        results(&client)
        client.control = control(isWaiting: true)
        client.control.withoutWaiting = { control(isWaiting: false) }
        return client
    }()

    private static func catalogue(_ client: inout BatchClient) {
        client.connect = {
            ConnectionInfo(context: "local", scope: Samples.scope, latency: nil, isLocal: true)
        }
        client.endpoints = { [Samples.tumour, Samples.wine] }
        client.deployments = { _ in [Samples.gnb, Samples.probs] }
        client.dataAssets = { [Samples.asset] }
        client.dataVersions = { _ in [Samples.version] }
        client.dataVersion = { _, _ in Samples.version }
        client.datastores = { [Samples.datastore] }
        client.datastore = { _ in Samples.datastore }
        client.browse = { _, _ in
            [
                BlobEntry(path: "wine/more/", size: nil, isFolder: true),
                BlobEntry(path: "wine/a.csv", size: 12, modifiedAt: Samples.morning),
            ]
        }
        client.doctor = {
            AsyncStream { findings in
                findings.yield(DoctorCheck("engine", .ok, "it answers"))
                findings.yield(
                    DoctorCheck("disk", .warning, "it is nearly full", advice: "Make room."))
                findings.finish()
            }
        }
        client.signIn = SignInCalls(
            signIn: { () throws(ServiceFailure) in
                SignedIn(
                    credential: "device-code", account: "ada@example.org", application: "app",
                    object: "o-1", tenant: "t-1", expiresAt: Samples.morning, isKept: true)
            }, signOut: { () throws(ServiceFailure) in true })
    }

    /// The job of the samples, ended badly.
    private static var failed: Job {
        var job = Samples.job
        job.status = .failed
        job.endedAt = Samples.morning + .seconds(9)
        job.errorMessage = "the script failed"
        job.outputs = ["score": "azureml://datastores/w/paths/out"]
        return job
    }

    private static func jobs(_ client: inout BatchClient) {
        client.jobs = { _ in
            JobPage(
                start: 0, jobs: [Samples.job, failed], total: 2, hasMore: false,
                asOf: Samples.morning, source: "test")
        }
        client.job = { id in id == "batchjob-2" ? Samples.job : failed }
        client.steps = { _ in [Samples.step] }
        client.cancel = { _ in }
        client.setArchived = { _, _ in }
        client.follow(
            through: Samples.snapshot(.running, done: 1), Samples.snapshot(.completed, done: 4))
        client.logFiles = { _ in [LogFile(name: "logs/user/error.txt", url: "https://x.test/e")] }
        client.usefulError = { _ in
            JobError(
                headline: "ValueError: bad", text: "Traceback\nValueError: bad",
                file: "logs/user/error.txt", userFrame: "score.py:3 in run", step: "run-7")
        }
        client.pastDraft = { _, _ in PastDraft(draft: draft, notes: ["a note"]) }
        client.undecided = { () throws(ServiceFailure) in
            [Submission(id: "abc-1", draft: draft, at: Samples.morning, note: "no clear answer")]
        }
        client.lookAgain = { _ in Samples.job }
        client.sendAgain = { _, _ in Samples.job }
        client.forget = { _ in }
        var record = TransferRecord(
            id: "a1", work: .results(job: "batchjob-1", folder: "/tmp/out"), state: .left,
            startedAt: Samples.morning)
        record.progress = TransferProgress(
            filesDone: 1, filesTotal: 3, bytesDone: 10, bytesTotal: 40)
        let left = record
        client.transfers.list = { () throws(ServiceFailure) in [left] }
        client.transfers.forget = { _ in }
    }

    static let draft = JobDraft(
        endpoint: "wine-classifier", deployment: "gnb",
        inputs: [
            JobDraft.Input(
                name: "data",
                value: .data(
                    type: .uriFolder, reference: .asset(name: "wine-data", version: .named("2"))))
        ])

    private static func results(_ client: inout BatchClient) {
        let rows = Array("a.pgm cat 0.5\nb.pgm dog 1.5\na.pgm cat 0.5\nc.pgm cat 4\n".utf8)
        client.outputs = { _ in
            [JobOutput(name: "score", type: .uriFolder, uri: "azureml://x")]
        }
        client.outputFiles = { _, _ in
            [BlobEntry(path: "x/predictions.csv", size: Int64(rows.count))]
        }
        client.readOutput = { _, _, _, offset, limit in
            FileChunk(
                offset: offset, bytes: Array(rows.dropFirst(Int(offset)).prefix(limit)),
                totalLength: Int64(rows.count))
        }
        client.download = { order, report in
            report(TransferProgress(filesDone: 0, filesTotal: 1, bytesDone: 27, bytesTotal: 54))
            return DownloadReport(
                folder: order.folder, files: ["predictions.csv"], bytes: 54, filesKept: 0,
                bytesKept: 0,
                openStatus: .running)
        }
    }

    private static func control(isWaiting: Bool) -> ControlCalls {
        var calls = ControlCalls.unimplemented
        @Sendable func state(_ endpoint: Endpoint) -> Endpoint {
            var endpoint = endpoint
            endpoint.provisioningState = isWaiting ? "Succeeded" : "Creating"
            return endpoint
        }
        calls.putEndpoint = { state($0) }
        calls.updateEndpoint = { state($0) }
        calls.setDefault = { _, name in
            var endpoint = Samples.wine
            endpoint.defaultDeployment = name
            return state(endpoint)
        }
        calls.deleteEndpoint = { _ in }
        calls.deploymentPlan = { _, _ in DeploymentPlan(deployment: Samples.gnb, isChange: true) }
        calls.putDeployment = { plan, _ in
            var deployment = plan.deployment
            deployment.provisioningState = isWaiting ? "Succeeded" : "Creating"
            return deployment
        }
        calls.deleteDeployment = { _, _ in }
        calls.putData = { _, _ in Samples.version }
        calls.archiveData = { _, _, _ in }
        calls.putDatastore = { $0.datastore }
        calls.deleteDatastore = { _ in }
        let environment = AssetVersion(
            name: "wine-env", version: "3", armID: "/environments/wine-env/versions/3",
            details: ["image": "mcr.microsoft.com/x", "os_type": "Linux"])
        calls.environments = { [environment] }
        calls.environment = { _, _ in environment }
        calls.computes = {
            [
                AssetVersion(
                    name: "cluster", version: nil, armID: "/computes/cluster",
                    details: ["type": "AmlCompute", "state": "Succeeded"])
            ]
        }
        return calls
    }
}
