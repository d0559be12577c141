import BatchModel
import Testing

@Suite struct ProgressTests {
    private func parsed(_ lines: String..., pieces: Int = 7) -> Progress {
        var parser = ProgressParser()
        let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            parser.consume(bytes[start..<min(start + pieces, bytes.count)])
        }
        return parser.progress
    }

    @Test func realLinesAreCounted() {
        let progress = parsed(
            "2020-11-05T10:00:00.000001 Start scheduling.",
            "2020-11-05T10:00:22.5 Scheduling finished. Scheduled 276 mini batches in 22 seconds. "
                + "There are 276 tasks with 551 items.",
            "2020-11-05T15:02:14.123456 Processed 41 of 276 mini batches in 5:02:14. "
                + "Estimated remaining time 19:25:59.")
        #expect(progress.processedMiniBatches == 41)
        #expect(progress.totalMiniBatches == 276)
        #expect(progress.totalItems == 551)
        #expect(progress.elapsed == .seconds(5 * 3600 + 2 * 60 + 14))
        #expect(progress.estimatedRemaining == .seconds(19 * 3600 + 25 * 60 + 59))
        #expect(progress.asOf == Timestamp(iso8601: "2020-11-05T15:02:14.123456"))
    }

    @Test func olderWordsAndTheEndAreRead() {
        let progress = parsed(
            "2020-11-05T10:00:00.000001 No task has been processed yet.",
            "2020-11-05T10:00:01.0 Processed 3 mini batches.",
            "2020-11-05T10:00:02.0 Processed 4 of 9 mini batches in 0:00:02. Estimate remaining 0:00:03.",
            "2020-11-05T10:00:05.0 All 9 mini batches have been processed.",
            "2020-11-05T10:00:06.0 Finished concatenating 2 files in 1 seconds.")
        #expect(progress.processedMiniBatches == 9)
        #expect(progress.totalMiniBatches == 9)
        #expect(progress.note == "Finished concatenating 2 files in 1 seconds")
    }

    @Test func whatIsNoLineOfProgressIsPassedOver() {
        #expect(
            parsed("", "hello", "2020-13-05T10:00:00 Processed 4 of 9 mini batches") == Progress())
        #expect(parsed(String(repeating: "x", count: 100_000)) == Progress())
    }

    @Test func whatTheEngineWritesIsWhatIsRead() throws {
        let at = try #require(Timestamp(iso8601: "2026-11-23T08:00:00.5Z"))
        let lines: [ProgressLine] = [
            .startScheduling, .schedulingFinished(miniBatches: 60, seconds: 0, items: 597),
            .processed(15, of: 60, elapsed: .milliseconds(1500)),
        ]
        var parser = ProgressParser()
        for line in lines { parser.consume(Array((line.text(at: at) + "\n").utf8)) }
        let progress = parser.progress
        #expect(progress.processedMiniBatches == 15)
        #expect(progress.totalMiniBatches == 60)
        #expect(progress.totalItems == 597)
        #expect(progress.elapsed == .milliseconds(1500))
        #expect(progress.estimatedRemaining == .milliseconds(4500))
        #expect(progress.asOf == at)
        #expect(progress.fraction == 0.25)
        #expect(progress.ratePerSecond == 10)
    }

    @Test func countersFillWhatTheLinesDoNotSay() {
        var parser = ProgressParser()
        parser.apply(counters: [
            "Total MiniBatches": 10, "Total Items": 100, "Failed Items": 2,
            "Remaining Mini Batches": 4,
        ])
        #expect(parser.progress.processedMiniBatches == 6)
        #expect(parser.progress.failedItems == 2)
    }

    @Test(arguments: [
        "Processed 4 of 9 mini batches in 5:02:14. Estimate remaining 0:0:5222222222222222222222.",
        "Processed 4 of 9 mini batches in 1e300:02:14. Estimated remaining time nan:00:00.",
        "Processed 4 of 9 mini batches in inf:00:00. Estimated remaining time -5:00:00.",
    ])
    func aTimeThatNoStepTakesIsNone(line: String) {
        let progress = parsed("2026-11-25T10:00:00.000001 \(line)")
        #expect(progress.processedMiniBatches == 4)
        #expect(progress.estimatedRemaining == nil)
    }

    @Test func countsThatCannotBeAreNotTaken() {
        let progress = parsed(
            "2026-11-25T10:00:00.000001 Processed -4 of 9223372036854775807 mini batches in 0:00:01.",
            "2026-11-25T10:00:01.000001 All -9223372036854775808 mini batches have been processed.")
        #expect(progress.processedMiniBatches == 0)
        #expect(progress.totalMiniBatches == nil)
        var parser = ProgressParser()
        parser.apply(counters: ["Total MiniBatches": 1, "Remaining Mini Batches": .min])
        parser.apply(counters: ["Total MiniBatches": .max, "Failed Items": -1])
        #expect(parser.progress == Progress(totalMiniBatches: 1))
        #expect(Progress(processedMiniBatches: -3, totalMiniBatches: 2).fraction == 0)
    }
}
