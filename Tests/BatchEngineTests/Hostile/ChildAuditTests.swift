import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

/// What the programs of a job find of ours: nothing.
@Suite(.serialized) struct ChildAuditTests {
    /// Prints what a program can see of the one that started it.
    private static let audit = """
        import os

        def looked():
            lines = []
            for name in sorted(os.listdir("/proc/self/fd"), key=int):
                try:
                    lines.append("fd %s %s" % (name, os.readlink("/proc/self/fd/" + name)))
                except OSError:
                    pass
            lines += ["env %s=%s" % item for item in sorted(os.environ.items())]
            with open("/proc/self/cmdline", "rb") as file:
                lines.append("args %r" % file.read())
            return [line.replace("\\n", " ") for line in lines]

        """

    /// Things a careless program would hand on.
    private static func withLeaks<Value>(_ body: () async throws -> Value) async throws -> Value {
        let names = [
            "BATCHDECK_TOKEN", "BATCHDECK_HOME_X", "AZURE_CLIENT_SECRET", "BATCHDECK_STATE_X",
        ]
        for name in names { setenv(name, "leaked-secret", 1) }
        let leaked = open("/etc/hostname", O_RDONLY)
        let high = fcntl(leaked, F_DUPFD, 200)
        #expect(leaked >= 0 && high >= 200)
        defer {
            for name in names { unsetenv(name) }
            close(leaked)
            close(high)
        }
        return try await body()
    }

    private static func check(_ lines: [String], descriptors: Set<String>, state: String) {
        for line in lines where line.hasPrefix("fd ") {
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            // The listing itself is open while it is made.
            let isListing = words.count == 3 && words[2].contains("/fd")
            #expect(isListing || descriptors.contains(words[1]), "\(line)")
        }
        let text = lines.joined(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("env PATH=") }, "the script looked")
        #expect(!text.contains("leaked-secret"))
        #expect(!text.contains(EngineFixture.token))
        #expect(!lines.contains { $0.hasPrefix("env BATCHDECK") })
        #expect(!text.contains("connection.json"))
        #expect(!text.contains("hostname"), "a descriptor that was left open")
    }

    @Test func aWorkerInheritsItsDescriptorsAndNoSecret() async throws {
        let fixture = try EngineFixture()
        try fixture.write(
            Self.audit + "def init():\n    pass\n\ndef run(mini_batch):\n    return looked()\n",
            to: "endpoints/toys/good/code/score.py")
        let lines = try await Self.withLeaks {
            let response = await fixture.ask(
                .scoring("toys", .invoke),
                json: #"{"properties":{"inputData":{"a":{"uri":"azureml:toys:2"}}}}"#)
            let id = Job.ID(
                try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes).name
                    ?? "")
            await fixture.engine.jobs.ended(id)
            let order = try #require(try await fixture.engine.jobs.order(of: id))
            let text = try String(
                contentsOfFile: order.outputFolder + "/predictions.csv", encoding: .utf8)
            return text.split(separator: "\n").map(String.init)
        }
        Self.check(lines, descriptors: ["0", "1", "2", "3", "4", "5"], state: fixture.state)
        await fixture.engine.shutdown()
    }

    @Test func aPipelinesStepInheritsThreeDescriptorsAndNoSecret() async throws {
        var files = RemoteInputTests.pipeline
        files["endpoints/pipes/look/pipeline.yml"] = """
            type: pipeline
            outputs:
              found: {type: uri_folder}
            jobs:
              look:
                command: python look.py ${{outputs.found}}/seen.txt
                code: code
                environment: {image: i}
                outputs: {found: "${{parent.outputs.found}}"}
            """
        files["endpoints/pipes/look/code/look.py"] =
            Self.audit
            + "import sys\nseen = looked()\nopen(sys.argv[1], \"w\").write(\"\\n\".join(seen))\n"
        let fixture = try EngineFixture(files: files)
        let lines = try await Self.withLeaks {
            let response = await fixture.ask(
                .scoring("pipes", .invoke), json: #"{"properties":{}}"#)
            #expect(response.status == 201, "\(response.text)")
            let id = Job.ID(
                try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes).name
                    ?? "")
            await fixture.engine.jobs.ended(id)
            let order = try #require(try await fixture.engine.jobs.pipelineOrder(of: id))
            let text = try String(
                contentsOfFile: order.results[0].path + "/seen.txt", encoding: .utf8)
            return text.split(separator: "\n").map(String.init)
        }
        Self.check(lines, descriptors: ["0", "1", "2"], state: fixture.state)
        await fixture.engine.shutdown()
    }

    @Test func aShimIsAskedWithoutAnythingOfOurs() async throws {
        let folder = try TemporaryFolder("shim")
        let real = try Tool.find("python3")
        try folder.write(
            "#!/bin/sh\n(env; ls -l /proc/self/fd) > \(folder.path)/seen.txt\nexec \(real) \"$@\"\n",
            to: "shims/python3")
        #expect(chmod(folder.path + "/shims/python3", 0o755) == 0)
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        setenv("PATH", folder.path + "/shims:" + path, 1)
        defer { setenv("PATH", path, 1) }
        let found = try await Self.withLeaks { Interpreters().path(of: "python3") }
        #expect(found.hasPrefix("/") && !found.contains("/shims/"))
        let seen = try folder.read("seen.txt")
        #expect(seen.contains("PATH="))
        #expect(!seen.contains("leaked-secret") && !seen.contains("BATCHDECK"))
        #expect(!seen.contains("hostname"))
    }
}
