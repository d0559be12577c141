import Testing

@testable import BatchModel

/// What differs between two jobs.
@Suite struct JobComparisonTests {
    private static let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
    private static let side = JobComparison.Side(
        job: Job(
            id: "a", endpoint: "wine", deployment: "gnb", status: .completed, createdAt: now,
            startedAt: now + .seconds(1), endedAt: now + .milliseconds(3250),
            progress: Progress(
                processedMiniBatches: 4, totalMiniBatches: 4, failedItems: 0, totalItems: 8),
            inputs: ["UriFolder": "azureml:wine-data:1"],
            outputs: ["score": "azureml://datastores/d/paths/x"]),
        draft: JobDraft(endpoint: "wine", overrides: JobDraft.Overrides(miniBatchSize: 5)))

    private static func row(
        _ name: String, _ left: JobComparison.Side, _ right: JobComparison.Side
    ) -> JobComparison.Row? {
        JobComparison(left, right).rows.first { $0.name == name }
    }

    @Test func aJobBesideItselfDiffersInNothing() {
        let comparison = JobComparison(Self.side, Self.side)
        #expect(comparison.differences.isEmpty)
        #expect(
            comparison.rows.map(\.name) == [
                "endpoint", "deployment", "experiment", "status", "UriFolder", "score",
                "mini_batch_size", "accepted", "started", "ended", "waited", "took",
                "mini-batches done", "mini-batches", "items", "items failed",
            ])
        #expect(comparison.rows.first { $0.name == "took" }?.left == .text("2.25 s"))
        #expect(comparison.rows.first { $0.name == "experiment" }?.difference == .unknown)
    }

    @Test func everythingThatDiffersIsFound() {
        var other = Self.side
        other.job.deployment = "probs"
        other.job.status = .failed
        other.job.inputs = ["UriFolder": "azureml:wine-data:2", "extra": "1"]
        other.job.outputs = [:]
        other.job.endedAt = Self.now + .seconds(4)
        other.job.progress?.failedItems = 2
        other.job.errorMessage = "it broke"
        other.draft?.overrides = JobDraft.Overrides(timeout: .seconds(30), errorThreshold: -1)
        let names = JobComparison(Self.side, other).differences.map(\.name)
        #expect(
            names == [
                "deployment", "status", "UriFolder", "extra", "score", "mini_batch_size",
                "timeout", "error_threshold", "ended", "took", "items failed", "error",
            ])
        #expect(Self.row("extra", Self.side, other)?.left == JobComparison.Value.none)
        #expect(Self.row("timeout", Self.side, other)?.right == .text("30 s"))
    }

    @Test func whatOneSideDoesNotTellIsNoDifference() {
        var other = Self.side
        other.draft = nil
        other.job.progress = nil
        let comparison = JobComparison(Self.side, other)
        #expect(comparison.differences.isEmpty)
        #expect(Self.row("mini_batch_size", Self.side, other)?.difference == .unknown)
        #expect(Self.row("items", Self.side, other)?.right == .unknown)
        other.job.inputs = [:]
        let neither = JobComparison(other, other)
        #expect(neither.rows.first { $0.section == .overrides }?.difference == .unknown)
    }

    @Test func valuesAreToldFromDataByTheDraftOrByTheirLooks() {
        var told = Self.side
        told.job.inputs = ["rows": "100", "table": "azureml:t:1"]
        told.draft = JobDraft(
            endpoint: "wine",
            inputs: [
                JobDraft.Input(name: "rows", value: .literal(text: "100")),
                JobDraft.Input(
                    name: "table", value: .data(type: nil, reference: .local(path: "t"))),
            ])
        var untold = told
        untold.draft = nil
        for side in [told, untold] {
            let rows = JobComparison(side, side).rows
            #expect(rows.first { $0.name == "rows" }?.section == .literals)
            #expect(rows.first { $0.name == "table" }?.section == .inputs)
        }
    }

    @Test func theDraftSaysWhatTheServiceDoesNot() {
        var side = Self.side
        side.job.inputs = [:]
        side.draft?.inputs = [
            JobDraft.Input(name: "n", value: .literal(text: "7")),
            JobDraft.Input(name: "d", value: .data(type: nil, reference: .local(path: "/d"))),
        ]
        #expect(Self.row("n", side, side)?.left == .text("7"))
        #expect(Self.row("d", side, side)?.left.text?.contains("/d") == true)
    }

    @Test func theOneInputOfAModelDeploymentIsOneWhateverItsName() {
        var other = Self.side
        other.job.inputs = ["input": "azureml:wine-data:1"]
        #expect(JobComparison(Self.side, other).differences.isEmpty)
        other.job.inputs = ["input": "azureml:wine-data:2"]
        let row = Self.row("input", Self.side, other)
        #expect(row?.left == .text("azureml:wine-data:1"))
        #expect(row?.right == .text("azureml:wine-data:2"))
        #expect(Self.row("UriFolder", Self.side, other) == nil)
    }

    @Test func secretsAreComparedAndNotShown() throws {
        var one = Self.side
        var other = Self.side
        one.job.inputs = ["x": "https://host/a?sig=first"]
        other.job.inputs = ["x": "https://host/a?sig=second"]
        let row = try #require(Self.row("x", one, other))
        #expect(row.difference == .different)
        #expect(row.left == row.right && row.left.text?.contains("first") == false)
    }

    @Test(arguments: [
        (Duration.milliseconds(9500), "9.5 s"), (.seconds(2), "2 s"), (.milliseconds(5), "0.005 s"),
        (.zero, "0 s"), (.milliseconds(120), "0.12 s"),
    ])
    func timesHaveNoMoreDigitsThanTheyNeed(duration: Duration, text: String) {
        #expect(JobComparison.text(duration) == text)
    }
}
