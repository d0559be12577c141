import BatchModel
import TestSupport
import Testing

@testable import Commands

/// How a verb is run where every verb is.
struct VerbCase: Sendable {
    /// What it prints.
    enum Printing: Sendable {
        /// A result, in every form.
        case result
        /// Text of its own, or nothing: it takes no form.
        case text
        /// It needs a machine: named is the suite that gives it one.
        case elsewhere(String)
    }

    let printing: Printing
    /// What follows the verb's own words; `{}` is the world's folder.
    var words: [String] = []
    /// Standard input.
    var input = ""
    /// How it ends.
    var code: Int32 = ExitCodes.ok

    static func result(_ words: String..., input: String = "", code: Int32 = 0) -> VerbCase {
        VerbCase(printing: .result, words: words, input: input, code: code)
    }

    static func text(_ words: String...) -> VerbCase { VerbCase(printing: .text, words: words) }

    static func elsewhere(_ suite: String) -> VerbCase { VerbCase(printing: .elsewhere(suite)) }

    var printsResult: Bool {
        if case .result = printing { true } else { false }
    }

    /// Runs it in a world of its own.
    func run(
        _ path: String, _ more: [String] = [],
        _ change: (inout Desk) -> Void = { _ in }
    ) async throws -> Said {
        let world = try VerbWorld()
        var desk = world.desk
        desk.input = input
        change(&desk)
        let own = words.map { $0.replacing("{}", with: world.folder.path) }
        let said = await desk.run(path.split(separator: " ").map(String.init) + own + more)
        withExtendedLifetime(world) {}
        return said
    }

    /// Its result as JSON; run once, whoever asks.
    func json(_ path: String) async throws -> JSONValue {
        if let known = Self.known.current[path] { return known }
        let said = try await run(path, ["-o", "json"])
        #expect(said.code == code, "\(path): \(said.talk)")
        let value = try said.json()
        Self.known.change { $0[path] = value }
        return value
    }

    private static let known = Box<[String: JSONValue]>([:])
}

extension VerbCase {
    /// Every verb. One that is missing here fails the tests that walk the tree.
    static let all: [String: VerbCase] = catalogue.merging(jobs) { one, _ in one }
        .merging(machine) { one, _ in one }

    private static let catalogue: [String: VerbCase] = [
        "endpoint list": .result(), "endpoint show": .result("-n", "wine-classifier"),
        "endpoint create": .result("-n", "wine-classifier", "--set", "description=Sorts wines."),
        "endpoint update": .result("-n", "wine-classifier", "--set", "description=New."),
        "endpoint set-default": .result("-n", "wine-classifier", "-d", "gnb-probs"),
        "endpoint delete": .result("-n", "wine-classifier", "--yes"),
        "deployment list": .result("-e", "wine-classifier"),
        "deployment show": .result("-e", "wine-classifier", "-n", "gnb"),
        "deployment create": .result(
            "-f", "-",
            input: """
                name: pipe
                endpoint_name: tumour
                type: pipeline
                component: azureml:train:1

                """),
        "deployment update": .result(
            "-e", "wine-classifier", "-n", "gnb", "--set", "settings.mini_batch_size=9"),
        "deployment delete": .result("-e", "wine-classifier", "-n", "gnb", "-y"),
        "data list": .result(), "data show": .result("-n", "wine-data"),
        "data create": .result("-n", "wine-data", "-p", "azureml://datastores/w/paths/x"),
        "data archive": .result("-n", "wine-data", "-v", "2"),
        "data restore": .result("-n", "wine-data", "-v", "2"),
        "datastore list": .result(), "datastore show": .result("-n", "workspaceblobstore"),
        "datastore browse": .result("-n", "workspaceblobstore", "wine/"),
        "datastore create": .result(
            "-f", "-",
            input: """
                name: lake
                type: azure_blob
                account_name: cellar
                container_name: box

                """),
        "datastore delete": .result("-n", "lake", "--yes"),
        "environment list": .result(), "environment show": .result("-n", "wine-env"),
        "compute list": .result(),
    ]

    private static let jobs: [String: VerbCase] = [
        "invoke": .result("-n", "wine-classifier", "--input", "azureml:wine-data:2"),
        "export": .result("-n", "wine-classifier", "--input", "azureml:wine-data:2"),
        "job list": .result(), "job show": .result("-n", "batchjob-1"),
        "job steps": .result("-n", "batchjob-1"), "job timeline": .result("-n", "batchjob-1"),
        "job error": .result("-n", "batchjob-1"), "job watch": .result("-n", "batchjob-1"),
        "job logs": .result("-n", "batchjob-1"), "job cancel": .result("-n", "batchjob-1"),
        "job retry": .result("-n", "batchjob-1"), "job clone": .result("-n", "batchjob-1"),
        "job compare": .result("-n", "batchjob-1", "--with", "batchjob-2"),
        "job download": .result("-n", "batchjob-1", "-p", "{}/out"),
        "job archive": .result("-n", "batchjob-1"), "job restore": .result("-n", "batchjob-1"),
        "job results list": .result("-n", "batchjob-1"),
        "job results show": .result("-n", "batchjob-1", "--lines", "2"),
        "job results stats": .result("-n", "batchjob-1"),
        "job results histogram": .result("-n", "batchjob-1", "-c", "2"),
        "job results repeats": .result("-n", "batchjob-1"),
        "job results export": .result("-n", "batchjob-1", "-t", "{}/scores.csv"),
        "job undecided list": .result(), "job undecided look": .result("-i", "abc"),
        "job undecided send-again": .result("-i", "abc"),
        "job undecided forget": .result("-i", "abc"),
        "transfer list": .result(), "transfer resume": .result("-i", "a1"),
        "transfer forget": .result("--all"),
        "preset list": .result("-n", "wine-classifier"),
        "preset show": .result("-n", "wine-classifier", "--preset", "weekly"),
        "preset save": .result(
            "-n", "wine-classifier", "--as", "daily", "--input", "azureml:wine-data:2"),
        "preset delete": .result("-n", "wine-classifier", "--preset", "weekly", "--yes"),
    ]

    private static let machine: [String: VerbCase] = [
        "context list": .result(), "context show": .result("prod"),
        "context add": .text("-n", "x", "--subscription", "1", "-g", "g", "-w", "w"),
        "context use": .text("prod"), "context remove": .text("prod"),
        "context login": .result("prod"), "context logout": .result("prod"),
        "config check": .result(), "config schema": .text("keymap"), "config show": .text("theme"),
        "engine serve": .elsewhere("EndToEndTests"), "engine start": .elsewhere("EndToEndTests"),
        "engine stop": .result(), "engine status": .result(), "engine logs": .result(),
        "engine seed": .text("--state", "{}/seeded", "--jobs", "2", "--endpoints", "1"),
        "engine clean": .result("--dry-run"), "doctor": .result(), "completion": .text("bash"),
        "manual": .text(), "keys": .result(), "exit-codes": .result(),
    ]
}
