import BatchClient
import BatchModel
import ConsoleCore
import ConsoleGrid
import Foundation
import TestSupport
import Testing

@testable import ConsoleRuntime

/// Keys in, screens out, over a client whose job wrote a table.
@Suite struct TableScriptTests {
    /// A client whose job `batchjob-1` wrote `rows`; a read from `gate` on waits until it is cancelled.
    private static func client(_ rows: [UInt8], gate: Int64 = .max) -> BatchClient {
        var client = BatchClient.unimplemented
        let job = Job(id: "batchjob-1", endpoint: "e", status: .completed)
        client.connect = {
            ConnectionInfo(
                context: "local",
                scope: WorkspaceScope(subscriptionID: "s", resourceGroup: "g", workspace: "w"),
                latency: .milliseconds(1), isLocal: true)
        }
        client.undecided = { [] }
        client.lastSeen = { nil }
        client.endpoints = { [] }
        client.jobs = { query in
            JobPage(
                start: query.start, jobs: query.start == 0 ? [job] : [], total: 1, hasMore: false,
                asOf: ClientSurroundings.system.now(), source: "test")
        }
        client.job = { _ in job }
        client.outputs = { _ in [JobOutput(name: "score", type: .uriFolder, uri: "azureml://x")] }
        client.outputFiles = { _, _ in
            [BlobEntry(path: "predictions.csv", size: Int64(rows.count))]
        }
        client.readOutput = { _, _, _, offset, limit in
            if offset >= gate, limit > 64 << 10 {
                try? await Task.sleep(for: .seconds(600))
            }
            let piece = Array(rows.dropFirst(Int(offset)).prefix(limit))
            return FileChunk(offset: offset, bytes: piece, totalLength: Int64(rows.count))
        }
        return client
    }

    @Test func statisticsRepeatsAndAnExportByKeys() async throws {
        let folder = try TemporaryFolder("script")
        let console = ScriptedConsole(
            client: Self.client(Array("a.pgm 7\nb.pgm 3\na.pgm 7\n".utf8)))
        try console.press("J")
        try await console.wait(for: "batchjob-1")
        try console.press("o")
        try await console.wait(for: "predictions.csv", "3 rows")
        try console.press("sl")
        try await console.wait(for: "statistics of 3 rows", "66.7 %", "33.3 %")
        try console.press("R")
        try await console.wait(for: "1 row too many", "a.pgm 7")
        try console.press("<esc>x<ctrl-u>")
        console.session.send(.keyPressed(.paste(folder.path + "/t.csv")))
        try console.press("<enter>")
        try await console.wait(for: "3 rows of 2 columns")
        let text = try String(contentsOfFile: folder.path + "/t.csv", encoding: .utf8)
        #expect(text == "col1,col2\r\na.pgm,7\r\nb.pgm,3\r\na.pgm,7\r\n")
        try console.press("x<ctrl-u>")
        console.session.send(.keyPressed(.paste(folder.path + "/t.csv")))
        try console.press("<enter>")
        try await console.wait(for: "Enter once more replaces it")
        try await console.quit()
    }

    @Test func keysAnswerWhileATableIsReadAndEscStopsIt() async throws {
        let rows = Array(String(repeating: "a.pgm 7\n", count: 1 << 18).utf8)
        let console = ScriptedConsole(client: Self.client(rows, gate: 1 << 20))
        try console.press("J")
        try await console.wait(for: "batchjob-1")
        try console.press("o")
        try await console.wait(for: "predictions.csv")
        try console.press("s")
        try await console.wait(for: "statistics after")
        try console.press("?")
        try await console.wait(for: "Everywhere")
        try console.press("<esc><esc>")
        try await console.wait(for: "stopped after")
        try console.press("<esc>")
        try await console.wait(for: "space separated")
        try await console.quit()
    }
}
