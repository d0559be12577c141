// A synthetic state folder, to measure lists and pages at any size.
//
// Finished jobs are rows only, inserted in one transaction; jobs of one deployment share the text of one order. Their times,
// statuses and counts are drawn from a fixed sequence, so two seeds of the same size are alike. Running jobs are real: a
// scoring script that takes a twentieth of a second for each of many small files.

public import BatchModel
import GRDB

extension JobService {
    /// What a seed is to hold.
    public struct Seed: Sendable, Hashable {
        /// Endpoint and deployment names that jobs are spread over; at least one.
        public var deployments: [SeedDeployment]
        /// Finished jobs.
        public var finished: Int
        /// Jobs that really run once `resume()` is called.
        public var running: Int

        /// Describes a seed.
        public init(deployments: [SeedDeployment], finished: Int, running: Int) {
            self.deployments = deployments
            self.finished = finished
            self.running = running
        }

        /// `endpoint-0001/main`, `endpoint-0002/main`, …
        public static func endpoints(_ count: Int) -> [SeedDeployment] {
            (1...max(1, count)).map { number in
                let digits = String(number)
                let padding = String(repeating: "0", count: max(0, 4 - digits.count))
                return SeedDeployment(
                    endpoint: Endpoint.Name("endpoint-" + padding + digits), deployment: "main")
            }
        }
    }

    /// A deployment that seeded jobs name.
    public struct SeedDeployment: Sendable, Hashable {
        /// The endpoint.
        public var endpoint: Endpoint.Name
        /// The deployment.
        public var deployment: Deployment.Name

        /// Names a deployment.
        public init(endpoint: Endpoint.Name, deployment: Deployment.Name) {
            self.endpoint = endpoint
            self.deployment = deployment
        }
    }

    /// Inserts synthetic jobs; all are older than now, newest last.
    ///
    /// Call it before `resume()`, on a state no engine is serving.
    public func seed(_ seed: Seed) async throws(ServiceFailure) {
        do {
            let now = runner.clock()
            let material = SeedMaterial(folders: runner.folders, seed: seed, now: now)
            let running = try material.makeRunning()
            try await runner.committer.write { db in
                try material.insertFinished(db)
                for order in running { _ = try JobTable.accept(db, JobEntry(order, at: now)) }
            }
        } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: "seed the engine's state", detail: "\(error)",
                advice: "Use an empty state folder that can be written.")
        }
    }
}

/// How seeded jobs are made.
private struct SeedMaterial: Sendable {
    /// Files of a running job's input: at a twentieth of a second each, several minutes of work.
    static let runningFiles = 5_000
    /// The step name that the shared order of a deployment carries.
    static let sharedStep: JobStep.ID = "seed-step"
    static let adjectives = ["amber", "bold", "calm", "dusty", "eager", "frosty", "gentle", "icy"]
    static let nouns = ["arch", "bread", "cloud", "drum", "engine", "fig", "garden", "helmet"]

    let folders: EngineFolders
    let seed: JobService.Seed
    let now: Timestamp

    func insertFinished(_ db: Database) throws {
        guard seed.finished > 0, !seed.deployments.isEmpty else { return }
        let plans = try seed.deployments.map { place in
            try JobTable.addPlan(
                db, JobTable.planText(order(place, id: "seed-job", step: Self.sharedStep)))
        }
        var counts = try seed.deployments.map { place in
            try Numbers(db, place)
        }
        var all = try Numbers.total(db, "", "")
        let statement = try db.makeStatement(
            sql: """
                INSERT INTO job (seq, id, step, display, endpoint, deployment, experiment,
                in_endpoint, in_deployment, status, timeline, created, started, ended,
                mini_batches, items, processed, failed_items, message, plan)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for index in 0..<seed.finished {
            // Spread over deployments unevenly, as in life: the first has about half of all.
            let spread = Int(Self.mixed(index, 1) % 2 == 0 ? 0 : Self.mixed(index, 2) >> 8)
            let place = spread % seed.deployments.count
            all += 1
            counts[place].inEndpoint += 1
            counts[place].inDeployment += 1
            try statement.execute(
                arguments: values(
                    index, seq: all, place: seed.deployments[place], counts[place], plans[place]))
        }
        try Numbers.store(db, "", "", all)
        for (place, count) in zip(seed.deployments, counts) {
            try Numbers.store(db, place.endpoint.rawValue, "", count.inEndpoint)
            try Numbers.store(
                db, place.endpoint.rawValue, place.deployment.rawValue, count.inDeployment)
        }
    }

    private func values(
        _ index: Int, seq: Int, place: JobService.SeedDeployment, _ count: Numbers, _ plan: Int64
    ) -> StatementArguments {
        let draw = Self.mixed(index, 3)
        let status: JobStatus =
            switch draw % 20 {
            case 0, 1: .failed
            case 2: .canceled
            default: .completed
            }
        // A job every 90 seconds, back from now.
        let age = Duration.seconds(90) * (seed.finished - index)
        let created = now + (.zero - age)
        let started = created + .milliseconds(Int64(200 + draw % 3_000))
        let ended = started + .milliseconds(Int64(500 + Self.mixed(index, 4) % 600_000))
        let miniBatches = Int(1 + Self.mixed(index, 5) % 400)
        let done = status == .completed ? miniBatches : miniBatches / 2
        let timeline = [
            StatusChange(status: .preparing, at: created),
            StatusChange(status: .running, at: started), StatusChange(status: status, at: ended),
        ]
        let name = Self.uuid(index)
        let display =
            Self.adjectives[Int(draw >> 8) % 8] + "_" + Self.nouns[Int(draw >> 16) % 8] + "_"
            + String(name.suffix(8))
        let failed = status == .failed ? miniBatches : 0
        return [
            seq, "batchjob-" + name, name, display, place.endpoint.rawValue,
            place.deployment.rawValue, place.endpoint.rawValue, count.inEndpoint,
            count.inDeployment, status.rawValue, TimelineText.print(timeline),
            created.microsecondsSinceEpoch, started.microsecondsSinceEpoch,
            ended.microsecondsSinceEpoch, miniBatches, miniBatches * 10, done, failed,
            status == .failed ? "Execution failed. Error: Exceeded error threshold." : nil, plan,
        ]
    }

    /// Writes the script and input that running jobs share, and makes their orders.
    func makeRunning() throws -> [JobOrder] {
        guard seed.running > 0, !seed.deployments.isEmpty else { return [] }
        let folder = folders.state + "/seed"
        try FileCalls.makeFolders(folder + "/code")
        try FileCalls.makeFolders(folder + "/input")
        let script = """
            import time

            def init():
                pass

            def run(mini_batch):
                time.sleep(0.05 * len(mini_batch))
                return mini_batch

            """
        try FileCalls.replace(folder + "/code/score.py", with: Array(script.utf8))
        for number in 0..<Self.runningFiles {
            let path = "\(folder)/input/item-\(10_000 + number).txt"
            if !FileCalls.exists(path) { try FileCalls.append([], to: path) }
        }
        return (0..<seed.running).map { number in
            let name = Self.uuid(seed.finished + number)
            let place = seed.deployments[number % seed.deployments.count]
            return order(place, id: Job.ID("batchjob-" + name), step: JobStep.ID(name))
        }
    }

    private func order(
        _ place: JobService.SeedDeployment, id: Job.ID, step: JobStep.ID
    ) -> JobOrder {
        let folder = folders.state + "/seed"
        let score = "azureml/\(step)/score"
        return JobOrder(
            id: id, step: step, displayName: "seeded_\(step.rawValue.suffix(6))",
            endpoint: place.endpoint, deployment: place.deployment,
            experimentName: place.endpoint.rawValue,
            settings: ModelSettings(miniBatchSize: 1, maxConcurrencyPerInstance: 2),
            codeFolder: folder + "/code", scoringScript: "score.py", modelFolder: folder,
            environmentVariables: [:], interpreter: "python3", inputPath: folder + "/input",
            isInputFile: false,
            outputFolder: "\(folders.blobs)/\(folders.defaultContainer)/\(score)",
            inputs: ["input": "azureml://datastores/workspaceblobstore/paths/seed/"],
            outputs: [:],
            scoreURI: "azureml://datastores/workspaceblobstore/paths/\(score)/predictions.csv",
            tags: [
                "azureml.batchrun": "true", "azureml.deploymentname": place.deployment.rawValue,
            ],
            properties: [
                "azureml.endpointname": place.endpoint.rawValue,
                "azureml.deploymentname": place.deployment.rawValue,
            ])
    }

    /// The lengths of the lists a seeded job joins.
    struct Numbers {
        var inEndpoint: Int
        var inDeployment: Int

        init(_ db: Database, _ place: JobService.SeedDeployment) throws {
            inEndpoint = try Self.total(db, place.endpoint.rawValue, "")
            inDeployment = try Self.total(
                db, place.endpoint.rawValue, place.deployment.rawValue)
        }

        static func total(_ db: Database, _ endpoint: String, _ deployment: String) throws -> Int {
            try Int.fetchOne(
                db, sql: "SELECT total FROM tally WHERE endpoint = ? AND deployment = ?",
                arguments: [endpoint, deployment]) ?? 0
        }

        static func store(
            _ db: Database, _ endpoint: String, _ deployment: String, _ total: Int
        ) throws {
            try db.execute(
                sql: """
                    INSERT INTO tally (endpoint, deployment, total, archived, last)
                    VALUES (?1, ?2, ?3, 0, ?3)
                    ON CONFLICT DO UPDATE SET total = excluded.total, last = excluded.last
                    """,
                arguments: [endpoint, deployment, total])
        }
    }

    /// A number that looks random and is always the same for the same place.
    static func mixed(_ index: Int, _ salt: UInt64) -> UInt64 {
        var value = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 &+ salt &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A name shaped like a UUID whose first part counts up, so that inserting a million stays at the end of the index.
    static func uuid(_ index: Int) -> String {
        func hex(_ value: UInt64, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: max(0, digits - text.count)) + text.suffix(digits)
        }
        let one = mixed(index, 6)
        let other = mixed(index, 7)
        return "\(hex(UInt64(index), 8))-\(hex(one, 4))-4\(hex(one >> 16, 3))-8\(hex(other, 3))-"
            + hex(other >> 16, 12)
    }
}
