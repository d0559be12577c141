import Foundation
import TestSupport
import Testing

/// Pages of the repository that the program itself writes.
@Suite struct DocumentTests {
    private func printed(_ arguments: String...) throws -> String {
        let run = try Run.program(try Checkout.executable(), arguments)
        try #require(run.status == 0, "\(run)")
        return run.output
    }

    private func kept(_ path: String) throws -> String {
        try String(contentsOfFile: Checkout.root + "/" + path, encoding: .utf8)
    }

    @Test func theManualPageIsTheOneThatIsPrinted() throws {
        #expect(
            try kept("assets/manual/batchdeck.1") == printed("manual"),
            "make it anew: batchdeck manual > assets/manual/batchdeck.1")
    }

    @Test func theListOfKeysIsTheOneThatIsPrinted() throws {
        #expect(
            try kept("assets/manual/KEYS.md") == printed("help", "keys", "--markdown"),
            "make it anew: batchdeck help keys --markdown > assets/manual/KEYS.md")
    }

    @Test func keysAreDataToo() throws {
        let text = try printed("help", "keys", "-o", "json")
        let rows = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        let job = try #require(rows).filter { $0["screen"] as? String == "Job" }
        let cancel = try #require(job.first { $0["keys"] as? [String] == ["c"] })
        #expect((cancel["help"] as? String)?.lowercased().contains("cancel") == true)
    }

    /// What `man` would show; groff's own warnings beside it.
    @Test(.enabled(if: (try? Tool.find("groff")) != nil, "groff is not installed"))
    func theManualPageIsSetWithoutAWarning() throws {
        let run = try Run.program(
            try Tool.find("groff"),
            [
                "-man", "-Tutf8", "-ww", "-rLL=100n", "-P-cbou",
                Checkout.root + "/assets/manual/batchdeck.1",
            ],
            environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"])
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        let sections = [
            "NAME", "SYNOPSIS", "DESCRIPTION", "CONSOLE OPTIONS", "COMMON OPTIONS", "VERBS",
            "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES",
        ]
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.filter(sections.contains) == sections)
        #expect(run.output.contains("batchdeck - launches, watches and collects batch jobs"))
        #expect(run.output.contains("--job-name job-name"), "an option with its value")
        #expect(run.output.contains("batchdeck job results repeats"), "a verb below a verb")
    }

    /// The console reads its options before there is a parser, so the page cannot ask a parser for them.
    @Test func everyOptionOfTheConsoleIsInTheManualPage() throws {
        let source = try kept("Sources/batchdeck/ConsoleOptions.swift")
        let options = Set(source.matches(of: /"(--[a-z-]+)"/).map { String($0.output.1) })
        #expect(options.count > 5)
        let page = try kept("assets/manual/batchdeck.1").replacingOccurrences(of: "\\-", with: "-")
        for option in options { #expect(page.contains(option), "\(option)") }
    }

    @Test func everyVariableIsInTheManualPage() throws {
        let page = try kept("assets/manual/batchdeck.1")
        let sources = Checkout.root + "/Sources"
        var names: Set<String> = []
        for path in FileManager.default.enumerator(atPath: sources) ?? .init() {
            guard let path = path as? String, path.hasSuffix(".swift") else { continue }
            let text = try String(contentsOfFile: sources + "/" + path, encoding: .utf8)
            names.formUnion(
                text.matches(of: /"(BATCHDECK_[A-Z_]+[A-Z])"/).map { String($0.output.1) })
        }
        #expect(names.contains("BATCHDECK_HOME"))
        for name in names { #expect(page.contains(name), "\(name)") }
    }
}
