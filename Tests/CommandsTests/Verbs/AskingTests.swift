import BatchModel
import TestSupport
import Testing

@testable import Commands

/// Who is asked what, and what takes its place where nobody can be or may be.
@Suite struct AskingTests {
    /// Verbs that ask neither a person nor a service that one signs in to.
    static let silent: Set = [
        "completion", "config check", "config schema", "config show", "context add",
        "context list", "context remove", "context show", "context use", "engine seed",
        "exit-codes", "keys", "manual", "preset list", "preset save", "preset show",
    ]

    @Test func everyVerbThatCouldAskCanBeToldNotTo() {
        for verb in VerbTree.all {
            let isTold = verb.options.contains("--no-input")
            #expect(isTold != Self.silent.contains(verb.path), "\(verb.path)")
            #expect(!verb.options.contains("--yes") || isTold, "\(verb.path)")
        }
    }

    @Test(arguments: VerbTree.all.map(\.path))
    func everyVerbDoesItsWorkAndAsksNobodyWhoIsNotThere(path: String) async throws {
        let example = try #require(VerbCase.all[path])
        if case .elsewhere = example.printing { return }
        var bare = example
        bare.words.removeAll { ["--yes", "-y"].contains($0) }
        let wantsYes = bare.words.count < example.words.count
        let code = wantsYes ? ExitCodes.usage : example.code
        let asked = Box(0)
        let alone = try await bare.run(path) {
            $0.answer = "y"; $0.watch(asked)
        }
        #expect(alone.code == code, "\(alone.talk)")
        #expect(!wantsYes || alone.talk.contains("Say --yes."), "\(alone.talk)")
        // Tabs apart: a list of two columns is printed so where it has always been.
        #expect(!alone.output.replacing("\t", with: " ").steers && !alone.talk.steers)
        guard wantsYes else { return #expect(asked.current == 0) }
        let silent = try await bare.run(path, ["--no-input"]) {
            ($0.isPersonThere, $0.answer) = (true, "y")
            $0.watch(asked)
        }
        #expect(silent.code == code, "\(silent.talk)")
        #expect(silent.talk.contains("nobody may be asked"), "\(silent.talk)")
        #expect(asked.current == 0)
    }

    @Test func onlyATerminalSeesALineThatIsDrawnAnew() async throws {
        for path in ["job download", "transfer resume"] {
            let example = try #require(VerbCase.all[path])
            let seen = try await example.run(path) { $0.isTerminal = true }
            #expect(seen.talk.contains("downloading 0/1 files"), "\(path): \(seen.talk)")
            let piped = try await example.run(path)
            #expect(!piped.talk.contains("downloading") && !piped.talk.steers, "\(path)")
        }
    }

    static let deleting = VerbTree.all.filter { $0.options.contains("--yes") }.map(\.path)

    @Test(arguments: deleting)
    func whoIsThereIsAskedAndTheAnswerCounts(path: String) async throws {
        var example = try #require(VerbCase.all[path])
        example.words.removeAll { ["--yes", "-y"].contains($0) }
        for (answer, code) in [("y", ExitCodes.ok), ("YES", 0), ("n", 2), ("", 2)] {
            let asked = Box(0)
            let said = try await example.run(path) {
                ($0.isPersonThere, $0.answer) = (true, answer)
                $0.watch(asked)
            }
            #expect(said.code == code, "\(answer): \(said.talk)")
            #expect(asked.current == 1)
            #expect(said.talk.contains("[y/N]"))
        }
    }

    @Test func whatCannotBeHadBackIsDeletedAfterAQuestion() {
        #expect(
            Self.deleting.sorted() == [
                "datastore delete", "deployment delete", "endpoint delete", "preset delete",
            ])
    }
}
