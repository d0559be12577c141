import BatchModel
import Logging
import TestSupport
import Testing

@testable import BatchEngine

/// A service over a folder of its own, and the small files a job needs.
struct JobHarness {
    let folder: TemporaryFolder
    let folders: EngineFolders
    let service: JobService

    init(
        workerLimit: Int = 2, folder: TemporaryFolder? = nil, limits: JobLimits = JobLimits()
    ) throws {
        self.folder = try folder ?? TemporaryFolder("jobs")
        folders = EngineFolders(state: self.folder.path + "/state", workspaceID: "w")
        service = try Self.service(folders, workerLimit: workerLimit, limits: limits)
    }

    static func service(
        _ folders: EngineFolders, workerLimit: Int = 2, limits: JobLimits = JobLimits()
    ) throws -> JobService {
        // A fixed step per reading: order matters to the tests, the hour does not.
        let ticks = Guarded<Int64>(0)
        return try JobService(
            folders: folders,
            clock: {
                ticks.withLock {
                    $0 += 1
                    return Timestamp(microsecondsSinceEpoch: 1_800_000_000_000_000 + $0)
                }
            },
            log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            workerLimit: workerLimit, limits: limits)
    }

    /// Writes a scoring script and an input of `files` files that hold their own number.
    func order(
        _ name: String = "1", script: String, files: Int = 4,
        settings: ModelSettings = ModelSettings(miniBatchSize: 1, maxConcurrencyPerInstance: 2)
    ) throws -> JobOrder {
        _ = try folder.write(script, to: "code-\(name)/score.py")
        for number in 0..<files {
            let digits = String(1000 + number).dropFirst()
            _ = try folder.write(digits + "\n", to: "input-\(name)/f\(digits)")
        }
        return Self.order(name, root: folder.path, settings: settings)
    }

    static func order(_ name: String, root: String, settings: ModelSettings) -> JobOrder {
        JobOrder(
            id: Job.ID("batchjob-" + name), step: JobStep.ID("step-" + name),
            displayName: "job_\(name)", endpoint: "digits-batch", deployment: "nearest",
            experimentName: "digits-batch", settings: settings,
            codeFolder: root + "/code-" + name, scoringScript: "score.py",
            modelFolder: root + "/model", environmentVariables: ["GREETING": "hello"],
            interpreter: "python3", inputPath: root + "/input-" + name, isInputFile: false,
            outputFolder: root + "/output-" + name, inputs: ["input": "here"], outputs: [:],
            scoreURI: "there", tags: ["a": "b"], properties: ["c": "d"])
    }

    /// Runs a job to its end.
    func run(_ order: JobOrder) async throws -> Job {
        let job = try await service.accept(order)
        await service.ended(job.id)
        return try #require(try await service.job(job.id))
    }

    /// Lines of the output file, in the order of the file.
    func rows(_ name: String = "1") throws -> [String] {
        try folder.read("output-\(name)/predictions.csv").split(separator: "\n").map(String.init)
    }

    /// A log of the step, empty when there is none.
    func stepLog(_ file: String, _ name: String = "1") -> String {
        let path = folders.logFolder(of: "step-" + name) + "/" + file
        return FileCalls.contents(of: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// Scripts of the tests.
enum Script {
    /// Returns the content of every file.
    static let echo = """
        def init():
            pass

        def run(mini_batch):
            return [open(path).read().strip() for path in mini_batch]

        """

    /// An `init` that does nothing and a `run` with the given body.
    static func run(_ body: String) -> String {
        let lines = body.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        return "import os\n\ndef init():\n    pass\n\ndef run(mini_batch):\n" + lines + "\n"
    }
}
