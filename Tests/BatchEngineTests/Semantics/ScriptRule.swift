import BatchModel
import TestSupport
import Testing

@testable import BatchEngine

/// One line of the table: a rule of ES §3 or §5, and a job with real Python workers that shows it.
struct ScriptRule: Sendable, CustomTestStringConvertible {
    typealias Check = @Sendable (JobHarness, Job) async throws -> Void

    /// The section of ENGINE-SEMANTICS.
    var section: String
    /// The rule in a few words.
    var says: String
    /// The whole scoring script.
    var script: String
    /// Files of the input: `f000` holds `000`.
    var files = 4
    var settings = ModelSettings(miniBatchSize: 1)
    var workerLimit = 2
    var limits = JobLimits()
    /// Changes the order before it is accepted.
    var prepare: @Sendable (JobHarness, inout JobOrder) throws -> Void = { _, _ in }

    /// How the job ends.
    var status = JobStatus.completed
    /// Items that count as failed.
    var failed = 0
    /// True when the count depends on the moment the job was stopped.
    var isFailedCountOpen = false
    /// Lines of the output file, sorted; nil leaves them unread.
    var rows: [String]?
    /// Words of the job's message.
    var message: String?
    /// Words of `logs/user/error.txt`.
    var error: String?
    var check: Check?

    var testDescription: String { "§\(section) \(says)" }

    /// A `run` of the given body, and an `init` that does nothing.
    static func run(
        _ section: String, _ says: String, _ body: String, files: Int = 4,
        settings: ModelSettings = ModelSettings(miniBatchSize: 1), status: JobStatus = .completed,
        failed: Int = 0, rows: [String]? = nil, message: String? = nil, error: String? = nil,
        check: Check? = nil
    ) -> ScriptRule {
        ScriptRule(
            section: section, says: says, script: Script.run(body), files: files,
            settings: settings, status: status, failed: failed, rows: rows, message: message,
            error: error, check: check)
    }
}

@Suite(.serialized) struct ScriptRuleTests {
    @Test(arguments: ScriptRule.all)
    func aJobFollowsTheRule(_ rule: ScriptRule) async throws {
        let harness = try JobHarness(workerLimit: rule.workerLimit, limits: rule.limits)
        var order = try harness.order(
            script: rule.script, files: rule.files, settings: rule.settings)
        try rule.prepare(harness, &order)
        let job = try await harness.run(order)
        #expect(job.status == rule.status, "\(job.errorMessage ?? "")")
        if !rule.isFailedCountOpen { #expect(job.progress?.failedItems ?? 0 == rule.failed) }
        if let rows = rule.rows { #expect(try harness.rows().sorted() == rows) }
        if let message = rule.message {
            #expect(job.errorMessage?.contains(message) == true, "\(job.errorMessage ?? "")")
        }
        if let error = rule.error {
            let log = harness.stepLog("logs/user/error.txt")
            #expect(log.contains(error), "\(log)")
        }
        if rule.status != .completed, rule.settings.outputAction == .appendRow {
            #expect(!FileCalls.exists(order.outputFolder + "/predictions.csv"))
        }
        try await rule.check?(harness, job)
        await harness.service.shutdown()
    }

    @Test func everySectionOfTheContractHasALine() {
        let sections = Set(ScriptRule.all.map(\.section))
        #expect(sections == ["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "5.4", "5.5"])
    }
}
