import Foundation
import TestSupport
import Testing

/// What a newcomer meets: the README's commands, the top of the tree, scripts that can be run.
@Suite struct RepositoryTests {
    private func read(_ path: String) throws -> String {
        try String(contentsOfFile: Checkout.root + "/" + path, encoding: .utf8)
    }

    /// The commands in the README's first two shell blocks.
    private func readmeCommands() throws -> [String] {
        let blocks = try read("README.md").components(separatedBy: "```sh\n").dropFirst()
        return blocks.prefix(2).compactMap { $0.components(separatedBy: "\n```").first }
    }

    @Test func theReadmeHasOneCommandToRunAndOneToTest() throws {
        let commands = try readmeCommands()
        #expect(commands.count == 2)
        #expect(commands.first?.contains("batchdeck") == true)
        #expect(commands.last?.contains("swift test") == true)
        #expect(commands.allSatisfy { $0.contains("assets/setup.sh") })
    }

    @Test func continuousIntegrationRunsTheReadmesTestCommand() throws {
        let command = try #require(try readmeCommands().last)
        #expect(try read(".ci/run").contains("README.md"), "it reads the command from the README")
        #expect(!command.contains("\n"), "one line, so that it can be run as it stands")
    }

    @Test func everyFileTheReadmeNamesExists() throws {
        let text = try read("README.md")
        let pattern = try NSRegularExpression(
            pattern: "`((?:Sources|Tests|assets|docs)/[A-Za-z0-9_+./-]+)`")
        let range = NSRange(text.startIndex..., in: text)
        let matches = pattern.matches(in: text, range: range)
        #expect(!matches.isEmpty, "the README says where things are")
        for match in matches {
            guard let found = Range(match.range(at: 1), in: text) else { continue }
            let path = Checkout.root + "/" + text[found]
            #expect(FileManager.default.fileExists(atPath: path), "README names \(text[found])")
        }
    }

    /// `help keys` and keymap files know the tables that are listed: a screen that is forgotten there would have no place in
    /// assets/manual/KEYS.md.
    @Test func everyTableOfKeysIsListedForThePage() throws {
        let list = try read("Sources/ConsoleCore/Shared/Keymap.swift")
        let tables = try SourceFile.sources.get().filter { $0.room == "ConsoleCore" }
            .flatMap { file in
                file.lines.filter { $0.text.contains(/static let \w*[kK]eys.* = KeyTable/) }
                    .map { "\(file.path): \($0.text)" }
            }
        #expect(tables.count > 15)
        let listed = list.matches(of: /(\w+\.)?\w*[kK]eys\.sheet/).map(\.output.0)
        #expect(listed.count == tables.count, "\(tables)")
        #expect(Set(listed).count == tables.count)
    }

    /// What the manifest says for our rooms `assets/release.json` says for the packages; and what is linked in order is there.
    @Test func packagesAreCompiledForAReleaseAsOurRoomsAre() throws {
        struct Toolset: Decodable {
            struct Compiler: Decodable { let extraCLIOptions: [String] }
            let swiftCompiler: Compiler
        }
        let toolset = try JSONDecoder().decode(
            Toolset.self, from: Data(try read("assets/release.json").utf8))
        let manifest = try read("Package.swift")
        let list = try #require(manifest.firstMatch(of: /let release = \[([^\]]*)\]/)?.output.1)
        let ours = list.matches(of: /"([^"]+)"/).map { String($0.output.1) }
        #expect(toolset.swiftCompiler.extraCLIOptions == ours)
        #expect(ours.contains("-function-sections"))
        let named = try read("assets/order.txt").split(separator: "\n")
        #expect(named.count > 1000)
        #expect(Set(named).count == named.count)
    }

    @Test func scriptsCanBeRun() throws {
        for script in ["assets/setup.sh", "assets/pictures.sh", ".ci/run"] {
            let path = Checkout.root + "/" + script
            #expect(FileManager.default.isExecutableFile(atPath: path), "\(script)")
            let checked = try Run.program(
                try Tool.find("bash"), ["-n", path], environment: ["PATH": "/usr/bin:/bin"])
            #expect(checked.status == 0, "\(checked.errors)")
        }
    }

    @Test func setupIsIdempotent() throws {
        let environment = ProcessInfo.processInfo.environment
        let again = try Run.program(
            try Tool.find("bash"), [Checkout.root + "/assets/setup.sh"],
            environment: environment, limit: .seconds(300))
        #expect(again.status == 0, "\(again.output)\(again.errors)")
    }
}
