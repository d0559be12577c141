import BatchModel
import Foundation
import Testing

@testable import Commands

/// Questions and answers in lines.
@Suite struct ConversationTests {
    private static let choices = [
        Choice("submit", "send it"), Choice("change"), Choice("3", "a word of its own"),
    ]

    /// A conversation with somebody who says these lines and then no more; `said` collects ours.
    private static func conversation(_ answers: [String], said: Box<String>) -> Conversation {
        let left = Box(answers[...])
        let lines = LineSource {
            var line: String?
            left.change { line = $0.popFirst() }
            return line
        }
        return Conversation(lines: lines) { text in said.change { $0 += text } }
    }

    private static func chosen(
        _ answers: String..., standard: Int? = nil
    ) async -> (index: Int?, said: String) {
        let said = Box("")
        let talk = conversation(answers, said: said)
        let index = try? await talk.choose("What?", choices, standard: standard)
        return (index, said.current)
    }

    @Test func aNumberAWordAndTheBeginningOfAWordChoose() async {
        #expect(await Self.chosen("1").index == 0)
        #expect(await Self.chosen("CHANGE").index == 1)
        #expect(await Self.chosen("su").index == 0)
        #expect(await Self.chosen("3").index == 2)
        #expect(await Self.chosen("", standard: 1).index == 1)
    }

    @Test func whatIsNoneOfThemIsSaidAndAskedAgain() async {
        let (index, said) = await Self.chosen("4", "", "sbumit", "2")
        #expect(index == 1)
        #expect(said.contains("\"4\" is none of them."))
        #expect(said.contains("An empty line is none of them."))
        #expect(said.contains("\"sbumit\" is none of them. Did you mean 'submit'?"))
        #expect(said.components(separatedBy: "Choose 1 to 3.").count == 5)
    }

    @Test func noMoreAnswersLeaveAndBackGoesBack() async throws {
        await #expect(throws: Leaving.quit) { try await Self.answer() }
        await #expect(throws: Leaving.quit) { try await Self.answer(":quit") }
        await #expect(throws: Leaving.back) { try await Self.answer(":back") }
        #expect(try await Self.answer(":help", " a b ") == "a b")
    }

    private static func answer(_ answers: String...) async throws(Leaving) -> String {
        try await conversation(answers, said: Box("")).ask("Say something.")
    }

    @Test func aLongListIsReadInPages() async throws {
        let said = Box("")
        let talk = Self.conversation(["more", "45"], said: said)
        let many = (1...45).map { Choice("job-\($0)") }
        #expect(try await talk.choose("Which?", many) == 44)
        let lines = said.current.split(separator: "\n")
        #expect(lines.contains("20. job-20") && lines.contains("40. job-40"))
        #expect(!lines.contains("45. job-45"))
        #expect(said.current.contains("or more for the other 25"))
    }

    @Test func nothingSaidSteersATerminal() async {
        let said = Box("")
        Self.conversation([], said: said).say("a\u{1B}[2Jb\u{9B}c\rd")
        #expect(!said.current.steers)
    }

    @Test func anEmptyLineIsTakenAndAnyOtherIsLeft() async throws {
        let left = Box([""][...])
        let lines = LineSource {
            var line: String?
            left.change { line = $0.popFirst() }
            return line
        }
        await lines.emptyLine()
        #expect(await lines.next() == nil)
        let words = Box(["results"][...])
        let other = LineSource {
            var line: String?
            words.change { line = $0.popFirst() }
            return line
        }
        let waiting = Task { await other.emptyLine() }
        waiting.cancel()
        await waiting.value
        #expect(await other.next() == "results")
    }

    @Test func countsAreSaidOnlyAsOftenAsCanBeListenedTo() {
        var lines = StatusLines()
        let start = ContinuousClock.now
        func job(_ done: Int, _ status: JobStatus = .running) -> Job {
            Job(
                id: "j", displayName: "j", endpoint: "e", deployment: "d", status: status,
                progress: Progress(processedMiniBatches: done, totalMiniBatches: 60, failedItems: 1)
            )
        }
        #expect(
            lines.line(for: job(1), at: start) == "Running, 1 of 60 mini-batches, 1 item failed.")
        #expect(lines.line(for: job(2), at: start + .seconds(1)) == nil)
        #expect(lines.line(for: job(9), at: start + .seconds(6))?.contains("9 of 60") == true)
        #expect(lines.line(for: job(9), at: start + .seconds(60)) == nil)
        #expect(
            lines.line(for: job(60, .completed), at: start + .seconds(61))?
                .hasPrefix("Completed") == true)
    }
}
