import Foundation
import TestSupport
import Testing

/// Uploads and downloads that are killed, through the real program and a real engine.
///
/// `BATCHDECK_TRANSFER_FILES` and `BATCHDECK_TRANSFER_BYTES` say how many small files there are and how large the large one
/// is. The second must be above 64 MiB, so that it goes in blocks.
@Suite(.serialized) struct TransferTests {
    private static func number(_ name: String, _ usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual
    }

    private let files = number("BATCHDECK_TRANSFER_FILES", 300)
    private let bytes = number("BATCHDECK_TRANSFER_BYTES", 72 << 20)

    /// Small files and one large one below `in`, none like another.
    private func fill(_ folder: TemporaryFolder) throws -> String {
        for index in 0..<files { try folder.write("\(index) is here\n", to: "in/s/\(index).txt") }
        let place = folder.path + "/in/z-large.bin"
        try Data().write(to: URL(fileURLWithPath: place))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: place))
        var numbers = SplitMix(seed: 7)
        for start in stride(from: 0, to: bytes, by: 1 << 20) {
            let piece = (0..<(1 << 17)).map { _ in numbers.next() }
            let data = piece.withUnsafeBytes { Data($0) }
            try file.write(contentsOf: data.prefix(bytes - start))
        }
        try file.close()
        return folder.path + "/in"
    }

    /// A pipeline whose one step copies its input into its output.
    private func copyWorkspace(_ folder: TemporaryFolder) throws -> String {
        try folder.write(
            "name: copy\ndefaults:\n  deployment_name: only\n", to: "ws/endpoints/copy/endpoint.yml"
        )
        try folder.write(
            """
            name: only
            endpoint_name: copy
            type: pipeline
            component: ../../../components/copy.yml
            settings:
              default_compute: local
            """, to: "ws/endpoints/copy/only/deployment.yml")
        try folder.write(
            """
            type: pipeline
            name: copy
            version: "1"
            inputs:
              source:
                type: uri_folder
            outputs:
              result:
                type: uri_folder
            jobs:
              step:
                type: command
                component:
                  type: command
                  name: copy_step
                  version: "1"
                  inputs:
                    source:
                      type: uri_folder
                  outputs:
                    result:
                      type: uri_folder
                  environment: azureml:plain:1
                  command: cp -r ${{inputs.source}}/. ${{outputs.result}}/
                inputs:
                  source: ${{parent.inputs.source}}
                outputs:
                  result: ${{parent.outputs.result}}
            """, to: "ws/components/copy.yml")
        return folder.path + "/ws"
    }

    /// Lines of a transfer's log: one for its subject, one for each piece that is done.
    private func lines(_ path: String) -> Int {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return data.count { $0 == 0x0A }
    }

    private func same(_ one: String, _ other: String) throws -> Bool {
        try Run.program(try Tool.find("diff"), ["-r", "-q", one, other]).status == 0
    }

    @Test func anUploadAndADownloadThatAreKilledGoOnWhereTheyWere() throws {
        let folder = try TemporaryFolder("transfer")
        let input = try fill(folder)
        let deck = try Deck(workspace: try copyWorkspace(folder))
        _ = try deck.json("endpoint", "list")

        let words = [
            "invoke", "-n", "copy", "--watch", "--set", "inputs.source.path=\(input)",
            "inputs.source.type=uri_folder",
        ]
        let logs = deck.home + "/state/transfers"
        let known = try killed(words, deck, after: 1 + files / 3) {
            let names = try? FileManager.default.contentsOfDirectory(atPath: logs)
            return names?.first { $0.hasSuffix(".upload") }.map { logs + "/" + $0 }
        }
        #expect(known > files / 3)
        let before = try deck.uploaded()
        #expect(before.count < files + 1, "the upload was through before it could be killed")
        let done = try Run.program(
            deck.executable, words, environment: deck.environment, folder: deck.folder.path)
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.errors.contains("uploaded \(files + 1) files"))
        let after = try deck.uploaded()
        #expect(after.count == files + 1)
        // What was stored before is the same file still: nothing but what was on its way came again.
        #expect(before.count { after[$0.key] != $0.value } <= 16)
        #expect(try FileManager.default.contentsOfDirectory(atPath: logs).isEmpty)

        let again = try Run.program(
            deck.executable, words, environment: deck.environment, folder: deck.folder.path)
        #expect(again.status == 0 && !again.errors.contains("uploaded"))
        #expect(try deck.uploaded() == after)

        try downloads(done.output.trimmingCharacters(in: .whitespacesAndNewlines), input, deck)
    }

    private func downloads(_ job: String, _ input: String, _ deck: Deck) throws {
        let target = deck.folder.path + "/out"
        let result = target + "/named-outputs/result"
        let words = ["job", "download", "-n", job, "-p", target]
        // Early, so that what is left takes longer than this process may be kept from looking.
        let known = try killed(words, deck, after: 1) { result + "/.z-large.bin.partial.pieces" }
        #expect(known > 1)
        #expect(!FileManager.default.fileExists(atPath: result + "/z-large.bin"))
        let second = try deck.run("job", "download", "-n", job, "-p", target)
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.errors.contains("were there already"))
        #expect(try same(input, result))

        // A wrong byte in a file that is there already is found by its time. It may be somebody's own work: the file is fetched
        // again only on their word.
        let one = result + "/s/1.txt"
        try Data("1 is gone\n".utf8).write(to: URL(fileURLWithPath: one))
        let refused = try deck.run("job", "download", "-n", job, "-p", target)
        #expect(refused.status == 7 && refused.errors.contains("/s/1.txt"), "\(refused.errors)")
        #expect(
            try deck.run("job", "download", "-n", job, "-p", target, "--overwrite").status == 0)
        #expect(try same(input, result))
        // What was written less than two seconds ago may have changed within one tick of a clock, and is fetched again.
        try Eventually.get("a download that keeps every file") {
            let last = try deck.json("job", "download", "-n", job, "-p", target)
            return (last as? [String: Any])?["files_kept"] as? Int == files + 1 ? true : nil
        }
    }

    /// Runs a verb and kills it once its log has so many lines; how many it had.
    private func killed(
        _ words: [String], _ deck: Deck, after count: Int, log: () -> String?
    ) throws -> Int {
        let child = try Child(
            deck.executable, words, environment: deck.environment, folder: deck.folder.path)
        child.feed([])
        var found = 0
        let deadline = ContinuousClock.now + .seconds(120)
        while found <= count, ContinuousClock.now < deadline {
            found = log().map(lines) ?? 0
            let status = child.wait(until: .now + .milliseconds(1))
            try #require(status == nil, "it ended by itself, \(found) lines in its log")
        }
        child.kill()
        _ = child.wait(until: .now + .seconds(10))
        return found
    }
}
