import ArgumentParser
import Testing

@testable import Commands

/// Whoever takes the short way to a verb gets what the whole tree would have given.
@Suite struct VerbShortcutTests {
    /// What follows a verb's own words to make a mistake, to ask for help, or to come to something else.
    private static let besides: [[String]] = [
        ["--help"], ["-h"], ["--help-hidden"], ["--version"], ["--no-such-option"], ["--output"],
        ["--output", "none"], ["-o", "json"], ["--context=prod", "-o", "yaml"], ["one", "two"],
        ["--"], ["--", "--help"], ["help"], ["---completion"], ["--generate-completion-script"],
        ["--experimental-dump-help"], ["--no-input", "--query", "a"], [""],
    ]

    /// A command line that is understood, for every verb.
    private static let lines: [[String]] = VerbCase.all.sorted { $0.key < $1.key }.map {
        $0.key.split(separator: " ").map(String.init) + $0.value.words
    }

    private enum Outcome: Equatable {
        case command(String)
        case mistake(code: Int32, text: String)
    }

    /// Everything that a command was filled with, or everything that is said instead.
    private func outcome(
        _ parse: () async throws -> any ParsableCommand
    ) async -> Outcome {
        do {
            var text = ""
            dump(try await parse(), to: &text)
            return .command(text)
        } catch {
            return .mistake(
                code: RootCommand.exitCode(for: error).rawValue,
                text: RootCommand.fullMessage(for: error))
        }
    }

    private func expectTheSame(_ words: [String]) async {
        let short = await outcome { try await VerbShortcut.parse(words) }
        let whole = await outcome { try await RootCommand.asyncParseAsRoot(words) }
        #expect(short == whole, "\(words)")
    }

    @Test func everyVerbHasItsShortcut() async {
        #expect(Self.lines.count > 70)
        for words in Self.lines {
            #expect(await VerbShortcut.parsed(words) != nil, "\(words)")
        }
    }

    @Test func everyVerbIsFilledAlike() async {
        for words in Self.lines { await expectTheSame(words) }
    }

    @Test(arguments: ["job list"])
    func mistakesAndHelpAreTheWholeTrees(path: String) async throws {
        let words = path.split(separator: " ").map(String.init) + (VerbCase.all[path]?.words ?? [])
        for more in Self.besides { await expectTheSame(words + more) }
    }

    @Test func wordsThatAreNoVerbAreTheWholeTrees() async {
        for words in [[], ["job"], ["job", "lst"], ["job", "results"], ["help", "job", "list"]] {
            await expectTheSame(words)
        }
        #expect(await VerbShortcut.parsed(["job"]) == nil)
        #expect(await VerbShortcut.parsed(["job", "list", "--help"]) == nil)
        #expect(await VerbShortcut.parsed(["--help", "job", "list"]) == nil)
        #expect(await VerbShortcut.parsed(["job", "list", "---completion"]) == nil)
    }
}
