import BatchClient
import BatchModel
import Testing

@testable import Commands

/// The command line as a whole: help, versions, exit codes, mistakes.
@Suite struct ToolTests {
    private func failing(_ kind: ServiceFailure.Kind) -> Desk {
        Desk { client in
            client.endpoints = { () throws(ServiceFailure) in
                throw ServiceFailure(
                    kind: kind, operation: "list endpoints", detail: "no luck",
                    advice: "Try again.")
            }
        }
    }

    static let codes: [ServiceFailure.Kind: Int32] = [
        .unreachable: 1, .unexpected: 1, .rejected: 2, .unauthorized: 4, .notFound: 5,
        .timedOut: 6, .conflict: 7, .outcomeUnknown: 7,
    ]

    @Test(arguments: ServiceFailure.Kind.allCases)
    func everyKindOfFailureHasItsExitCodeAndItsSentence(kind: ServiceFailure.Kind) async {
        let said = await failing(kind).run("endpoint", "list", "-o", "json")
        #expect(said.code == Self.codes[kind])
        #expect(said.output.isEmpty)
        #expect(said.talk == "error: could not list endpoints: no luck. Try again.\n")
    }

    @Test func exitCodesAreListedEachOnce() async {
        for words in [["help", "exit-codes"], ["exit-codes"]] {
            let said = await Desk().run(words)
            #expect(said.code == 0)
            let codes = said.lines.compactMap { $0.split(separator: "\t").first.map(String.init) }
            #expect(codes == ["0", "1", "2", "3", "4", "5", "6", "7", "130"])
            #expect(said.talk.isEmpty)
        }
    }

    static let groups: [(group: String, verbs: [String])] = [
        ("endpoint", ["list", "show"]), ("deployment", ["list", "show"]),
        ("job", ["list", "show", "watch", "logs", "cancel", "download"]),
        ("data", ["list", "show"]), ("datastore", ["list", "show", "browse"]),
        ("engine", ["serve", "start", "stop", "status", "logs"]),
    ]

    @Test func theRootsHelpNamesEveryVerb() async {
        for words in [["--help"], ["-h"], ["help"], []] {
            let said = await Desk().run(words)
            #expect(said.code == 0, "\(words)")
            #expect(said.talk.isEmpty)
            for verb in Self.groups.map(\.group) + ["invoke", "exit-codes"] {
                #expect(said.lines.contains { $0.hasPrefix("  \(verb) ") }, "\(words): \(verb)")
            }
        }
    }

    @Test(arguments: groups)
    func aGroupsHelpNamesItsVerbs(group: String, verbs: [String]) async {
        for words in [[group, "--help"], [group, "-h"], ["help", group], [group]] {
            let said = await Desk().run(words)
            #expect(said.code == 0, "\(words)")
            #expect(said.talk.isEmpty)
            #expect(said.output.contains("USAGE: batchdeck \(group) <subcommand>"), "\(words)")
            for verb in verbs {
                // An alias stands beside it.
                let isNamed = said.lines.contains {
                    $0.hasPrefix("  \(verb) ") || $0.hasPrefix("  \(verb), ")
                }
                #expect(isNamed, "\(words): \(verb)")
            }
        }
    }

    @Test func aVerbsHelpNamesItsFlags() async {
        let said = await Desk().run("invoke", "--help")
        #expect(said.code == 0)
        for flag in [
            "-n, --name", "-d, --deployment-name", "--input ", "--input-type", "-f, --file",
            "--set", "--experiment-name", "--job-name", "--output-path", "-m, --mini-batch-size",
            "-c, --instance-count", "--watch", "--dry-run", "--no-input", "-o, --output",
            "--context", "--workspace",
        ] {
            #expect(said.lines.contains { $0.hasPrefix("  \(flag)") }, "\(flag)")
        }
    }

    @Test func theVersionGoesToStandardOutput() async {
        let said = await Desk().run("--version")
        #expect(said.code == 0)
        #expect(said.output == BatchdeckVersion.current + "\n")
    }

    @Test(arguments: [
        ["frobnicate"], ["job", "frobnicate"], ["--frobnicate"], ["endpoint", "list", "--loud"],
        ["endpoint", "list", "extra"], ["endpoint", "show"], ["endpoint", "show", "-n"],
        ["job", "watch"], ["endpoint", "list", "-o", "xml"], ["job\u{1B}[2J"],
    ])
    func whatIsNoCommandLineIsExitCodeTwo(arguments: [String]) async {
        let said = await Desk().run(arguments)
        #expect(said.code == 2)
        #expect(said.output.isEmpty)
        #expect(said.talk.hasPrefix("Error: "))
        #expect(!said.talk.steers)
    }

    @Test(arguments: [
        (["jb", "list"], "there is no verb 'jb'; did you mean 'job'?\n  See 'batchdeck --help'"),
        (
            ["job", "sow", "-n", "x"],
            "there is no verb 'sow' below job; did you mean 'show'?\n  See 'batchdeck job --help'"
        ), (["job", "frobnicate"], "there is no verb 'frobnicate' below job.\n"),
        (["job", "results", "stat", "-n", "x"], "below job results; did you mean 'stats'?"),
    ])
    func anUnknownVerbIsNamedBeforeWhatFollowsIt(arguments: [String], words: String) async {
        let said = await Desk().run(arguments)
        #expect(said.code == ExitCodes.usage && said.talk.contains(words), "\(said.talk)")
    }

    @Test(arguments: [
        ["job", "list", "--loud"], ["job", "-x"], ["transfer", "-o", "xml"], ["job", "stream"],
        ["context", "use"],
    ])
    func aKnownVerbsMistakeIsTheParsersToSay(arguments: [String]) async {
        let said = await Desk().run(arguments)
        #expect(said.code == ExitCodes.usage && !said.talk.contains("no verb"), "\(said.talk)")
    }

    /// The console makes them without a parser; what is left out there would end the program when it is read.
    @Test func optionsMadeWithoutAParserAreWhole() async throws {
        let options = CommonOptions(workspace: "/w", context: "prod")
        #expect(options.context == "prod" && options.workspace == "/w")
        #expect(options.output.isPlain)
        #expect(!options.asking.noInput)
        let world = try VerbWorld()
        let chosen = try options.workspaceNames.chosen(
            context: options.context, environment: world.desk.environment)
        #expect(chosen.name == "prod")
        _ = try LiveClient.make(
            options: options, environment: world.desk.environment, executable: "/nowhere")
    }

    @Test func commonOptionsReachWhoeverMakesTheClient() async {
        let asked = Box<[CommonOptions]>([])
        var desk = Desk()
        desk.makeClient = { options throws(ServiceFailure) in
            asked.change { $0.append(options) }
            throw ServiceFailure(kind: .unauthorized, operation: "use prod", detail: "sign in")
        }
        let said = await desk.run(
            "endpoint", "list", "--context", "prod", "--workspace", "/w", "-o", "json")
        #expect(asked.current.map(\.context) == ["prod"])
        #expect(asked.current.map(\.workspace) == ["/w"])
        #expect(said.code == 4, "a client that cannot be made is a failure like any other")
        #expect(said.talk == "error: could not use prod: sign in.\n")
    }
}
