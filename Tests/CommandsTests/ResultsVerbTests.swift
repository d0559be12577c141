import BatchClient
import BatchModel
import Foundation
import TestSupport
import Testing

@testable import Commands

/// `job results`: the table a job wrote, counted and written properly.
@Suite struct ResultsVerbTests {
    /// A job with scores of two classes, one row of them there twice, and a picture.
    private static func desk(_ files: [String: String] = ["x/predictions.csv": rows]) -> Desk {
        Desk { client in
            client.outputs = { _ in
                [JobOutput(name: "score", type: .uriFolder, uri: "azureml://x")]
            }
            client.outputFiles = { _, _ in
                files.sorted { $0.key < $1.key }.map {
                    BlobEntry(path: $0.key, size: Int64($0.value.utf8.count))
                }
            }
            client.readOutput = { _, _, path, offset, limit in
                let bytes = Array((files[path] ?? "").utf8)
                let piece = bytes.dropFirst(Int(offset)).prefix(limit)
                return FileChunk(
                    offset: offset, bytes: Array(piece), totalLength: Int64(bytes.count))
            }
            client.job = { _ in Samples.job }
        }
    }

    private static let rows = "a.pgm cat 0.5\nb.pgm dog 1.5\na.pgm cat 0.5\nc.pgm cat 4\n"
    private static let job = ["-n", "batchjob-1"]

    private func run(_ words: String..., on desk: Desk = desk()) async -> Said {
        await desk.run(["job", "results"] + words + Self.job)
    }

    @Test func filesAreListedAndListingIsTheDefault() async throws {
        let said = await run("list")
        #expect(
            said.output == """
                OUTPUT  FILE               BYTES
                score   x/predictions.csv     54

                """)
        #expect(await run().output == said.output)
    }

    @Test func statisticsOfEveryColumn() async throws {
        let said = await run("stats")
        #expect(said.code == 0)
        #expect(said.talk.contains("4 rows of 3 columns in x/predictions.csv"))
        #expect(
            said.output == """
                COLUMN  TYPE    EMPTY  DISTINCT    MIN   Q1  MEDIAN     Q3    MAX   MEAN               STDEV
                col1    text        0         3  a.pgm                      c.pgm                          \u{20}
                col2    text        0         2    cat                        dog                          \u{20}
                col3    number      0         3    0.5  0.5       1  2.125      4  1.625  1.6520189667999174

                """)
        let json = try await run("stats", "-o", "json", "--query", "[2].[median, mean, max]").json()
        #expect(json == .array([.integer(1), .number(1.625), .integer(4)]))
    }

    @Test func histogramsOfClassesAndNumbers() async throws {
        let said = await run("histogram", "--column", "2", "-o", "tsv")
        #expect(said.output == "cat\t3\t0.75\ndog\t1\t0.25\n")
        #expect(await run("histogram", "-c", "col2").lines.last?.hasSuffix("#") ?? false)
        let unknown = await run("histogram", "-c", "nope")
        #expect(unknown.code == 5)
        #expect(unknown.talk.contains("col1, col2"))
        #expect(await run("histogram", "-c", "9").code == 5)
    }

    @Test func repeatsSayRowsAndCanFailAPipeline() async throws {
        let json = try await run("repeats", "-o", "json").json()
        #expect(json.at(["extra_rows"]) == .integer(1))
        #expect(
            json.at(["examples"])
                == .array([
                    .object([
                        "times": .integer(2), "rows": .array([.integer(1), .integer(3)]),
                        "text": .string("a.pgm cat 0.5"),
                    ])
                ]))
        #expect(await run("repeats").code == 0)
        #expect(await run("repeats", "--check").code == 1)
        #expect(
            try await run("repeats", "-k", "2", "-o", "json").json().at(["extra_rows"])
                == .integer(2))
    }

    @Test func anExportIsWrittenOnceAndReplacedWithForceAlone() async throws {
        let folder = try TemporaryFolder("verb")
        let path = folder.path + "/out.csv"
        let first = await run("export", "--to", path, "--delimiter", "semicolon")
        #expect(first.code == 0, "\(first.talk)")
        #expect(
            try String(contentsOfFile: path, encoding: .utf8).hasPrefix(
                "col1;col2;col3\r\na.pgm;cat;0.5\r\n"))
        let second = await run("export", "--to", path)
        #expect(second.code == 7)
        #expect(second.talk.contains("Nothing was replaced"))
        let third = await run("export", "-t", path, "--force", "--first-row", "names", "-o", "json")
        #expect(try third.json().at(["rows"]) == .integer(3))
        #expect(
            try String(contentsOfFile: path, encoding: .utf8).hasPrefix("a.pgm,cat,0.5\r\nb.pgm"))
    }

    @Test func theFileAndTheOutputCanBeNamed() async throws {
        let desk = Self.desk(["a.csv": "1,2\n3,4\n", "b.bin": "\u{0}\u{1}", "z.csv": "x y\nz w\n"])
        #expect(await run("stats", on: desk).talk.contains("in a.csv"))
        #expect(await run("stats", "-f", "z.csv", on: desk).talk.contains("in z.csv"))
        #expect(await run("stats", "-f", "b.bin", on: desk).code == 2)
        let missing = await run("stats", "-f", "no.csv", on: desk)
        #expect(missing.code == 5)
        #expect(missing.talk.contains("batchdeck job results list -n batchjob-1"))
        #expect(await run("stats", "--output-name", "model", on: desk).code == 5)
    }
}
