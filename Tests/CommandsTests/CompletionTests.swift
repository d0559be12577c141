import BatchClient
import BatchModel
import Foundation
import TestSupport
import Testing

@testable import Commands

/// `batchdeck completion`: a real shell completes by it.
@Suite struct CompletionTests {
    @Test func bashCompletesVerbsAndOptions() async throws {
        let said = await Desk().run("completion", "bash")
        #expect(said.code == ExitCodes.ok)
        let folder = try TemporaryFolder("completion")
        let script = try folder.write(said.output, to: "batchdeck.bash")
        let asked = """
            source \(script)
            complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; \
            COMP_POINT=${#COMP_LINE}; COMPREPLY=(); \
            _batchdeck_whole_words "$1" "${@: -1}"; echo "${COMPREPLY[*]}"; }
            complete_words batchdeck job l
            complete_words batchdeck job list --end
            """
        let run = try Run.program(try Tool.find("bash"), ["-c", asked])
        let lines = run.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 2, "\(run)")
        #expect(lines[0].split(separator: " ").sorted() == ["list", "logs"])
        #expect(lines[1].contains("--endpoint-name"))
    }

    @Test(arguments: ["zsh", "fish"])
    func otherShellsGetAScriptOfTheirOwn(shell: String) async {
        let said = await Desk().run("completion", shell)
        #expect(said.code == ExitCodes.ok)
        #expect(said.output.contains("batchdeck"))
        #expect(said.output.contains("set-default"))
    }

    /// What a shell is told for the last of the words.
    private func offered(_ desk: Desk, _ option: String, _ words: String...) async -> [String] {
        await offered(desk, option, words)
    }

    private func offered(_ desk: Desk, _ option: String, _ words: [String]) async -> [String] {
        let verbs = words.prefix { !$0.hasPrefix("-") }
        let said = await desk.run(
            ["---completion"] + verbs + [
                "--", option, "\(words.count)", "\(words.last?.count ?? 0)", "batchdeck",
            ] + words)
        return said.lines
    }

    @Test func namesComeFromTheEngineThatRuns() async {
        var desk = Desk()
        var engine = BatchClient.unimplemented
        engine.endpoints = { () throws(ServiceFailure) in [Samples.wine] }
        engine.deployments = { name throws(ServiceFailure) in
            name == Samples.wine.name ? [Samples.gnb] : []
        }
        desk.engine = engine
        desk.environment = ["BATCHDECK_CONTEXT": "local"]
        let endpoint = Samples.wine.name.rawValue
        #expect(await offered(desk, "--name", "endpoint", "show", "--name", "") == [endpoint])
        #expect(await offered(desk, "--name", "endpoint", "show", "--name", "zz") == [])
        #expect(
            await offered(
                desk, "--name", "deployment", "show", "-e", "'\(endpoint)'", "--name", "")
                == [Samples.gnb.name.rawValue])
        #expect(
            await offered(
                desk, "--deployment-name", "invoke", "--name=\(endpoint)", "--deployment-name", "")
                == [Samples.gnb.name.rawValue])
        #expect(
            await offered(desk, "--name", "deployment", "show", "-e", "other", "--name", "") == [])
    }

    @Test func whatBelongsToTheOneThingIsOfferedToo() async {
        var desk = Desk()
        desk.engine = VerbWorld.client
        desk.environment = ["BATCHDECK_CONTEXT": "local"]
        let job = ["-n", "batchjob-1"]
        for (words, option, names) in [
            (["job", "logs"] + job, "--file", ["logs/user/error.txt"]),
            (["job", "results", "show"] + job, "--file", ["x/predictions.csv"]),
            (["job", "results", "stats"] + job, "--file", ["x/predictions.csv"]),
            (["data", "show", "-n", "wine-data"], "--version", ["2"]),
            (["environment", "show"], "--name", ["wine-env"]),
            (["transfer", "resume"], "--id", ["a1"]), (["transfer", "forget"], "--id", ["a1"]),
            (["job", "undecided", "look"], "--id", ["abc-1"]),
            (["job", "logs"], "--file", []),
        ] {
            #expect(await offered(desk, option, words + [option, ""]) == names, "\(words)")
        }
    }

    @Test func whatAShellWouldRunIsNotOffered() async {
        var desk = Desk()
        var engine = BatchClient.unimplemented
        engine.endpoints = { () throws(ServiceFailure) in
            ["good-1", "$(reboot)", "`reboot`", "two words", "a;b", "a\nb", "good-1", ""].map {
                Endpoint(name: Endpoint.Name($0))
            }
        }
        desk.engine = engine
        desk.environment = ["BATCHDECK_CONTEXT": "local"]
        #expect(await offered(desk, "--name", "endpoint", "show", "--name", "") == ["good-1"])
    }

    @Test func withoutAnEngineNamesAreThoseLastSeen() async throws {
        let folder = try TemporaryFolder("completion")
        var seen = LastSeen(
            asOf: Samples.morning, connection: nil, endpoints: [Samples.wine],
            deployments: [Samples.gnb],
            jobs: JobPage(
                start: 0, jobs: [], total: nil, hasMore: false, asOf: Samples.morning, source: ""))
        seen.jobs.jobs = [Samples.job]
        seen.dataAssets = [Samples.asset.name]
        seen.datastores = [Samples.datastore.name]
        try LastSeenFile.save(seen, cacheFolder: folder.path + "/cache", context: "local")
        var desk = Desk()
        desk.environment = ["BATCHDECK_HOME": folder.path]
        // A client would be made for a verb only: asking one here would fail the test.
        desk.makeClient = { _ throws(ServiceFailure) in
            Issue.record("a client was made")
            throw ServiceFailure(kind: .unexpected, operation: "complete", detail: "")
        }
        #expect(
            await offered(desk, "--name", "endpoint", "show", "--name", "")
                == [Samples.wine.name.rawValue])
        #expect(
            await offered(desk, "--name", "job", "show", "--name", "")
                == [Samples.job.id.rawValue])
        #expect(await offered(desk, "--context", "job", "list", "--context", "lo") == ["local"])
        #expect(await offered(desk, "--name", "data", "show", "--name", "") == ["wine-data"])
        #expect(
            await offered(desk, "--name", "datastore", "show", "--name", "w")
                == ["workspaceblobstore"])
        #expect(
            await offered(desk, "--input", "invoke", "--input", "azureml:")
                == ["azureml:wine-data@latest"])
    }

    @Test func anEngineThatDoesNotAnswerIsNotWaitedFor() async {
        var desk = Desk()
        var engine = BatchClient.unimplemented
        engine.endpoints = { () throws(ServiceFailure) in
            try? await Task.sleep(for: .seconds(60))
            return [Samples.wine]
        }
        desk.engine = engine
        desk.environment = ["BATCHDECK_CONTEXT": "local"]
        let clock = ContinuousClock()
        let begin = clock.now
        #expect(await offered(desk, "--name", "endpoint", "show", "--name", "") == [])
        #expect(clock.now - begin < .seconds(20), "it was waited for")
    }

    @Test func presetsOfTheEndpointAreOffered() async throws {
        let folder = try TemporaryFolder("completion")
        let name = Samples.wine.name.rawValue
        for preset in ["heart", "other"] {
            try folder.write("inputs: {}\n", to: "config/presets/\(name)/\(preset).yml")
        }
        var desk = Desk()
        desk.environment = ["BATCHDECK_HOME": folder.path]
        #expect(
            await offered(desk, "--preset", "invoke", "-n", name, "--preset", "h") == ["heart"])
        #expect(await offered(desk, "--preset", "invoke", "-n", "none", "--preset", "") == [])
    }

    @Test func aPathIsOfferedBesideData() async throws {
        let folder = try TemporaryFolder("completion")
        try folder.write("1", to: "more/a.csv")
        try folder.write("1", to: "most.csv")
        var desk = Desk()
        var engine = BatchClient.unimplemented
        engine.dataAssets = { () throws(ServiceFailure) in [] }
        desk.engine = engine
        desk.environment = ["BATCHDECK_CONTEXT": "local"]
        #expect(
            await offered(desk, "--input", "invoke", "--input", folder.path + "/mo")
                == ["\(folder.path)/more/", "\(folder.path)/most.csv"])
    }

    @Test func aShellNobodyKnowsIsAMistakeInTheCommandLine() async {
        let said = await Desk().run("completion", "tcsh")
        #expect(said.code == ExitCodes.usage)
        #expect(said.talk.contains("bash, zsh"))
    }
}
