import BatchClient
import BatchModel
import Foundation
import TestSupport
import Testing

@testable import EngineServer

/// A log of any length is read in ranges, and no byte of it twice.
///
/// `BATCHDECK_LOG_MIB` is its length, 64 MiB unless given.
@Suite(.serialized, .timeLimit(.minutes(5))) struct LogRangeTests {
    static let mebibytes =
        ProcessInfo.processInfo.environment["BATCHDECK_LOG_MIB"].flatMap { Int($0) } ?? 64
    private static let file = "user_logs/std_log.txt"

    private static let files = [
        "endpoints/talk/endpoint.yml": "name: talk\ndefaults: {deployment_name: loud}\n",
        "endpoints/talk/loud/deployment.yml":
            "name: loud\nendpoint_name: talk\ntype: pipeline\ncomponent: pipeline.yml\n",
        "endpoints/talk/loud/pipeline.yml": """
        type: pipeline
        inputs: {mebibytes: {type: integer}, gate: {type: string}}
        jobs:
          talk:
            code: code
            command: python talk.py ${{inputs.mebibytes}} ${{inputs.gate}}
            environment: {image: i}
            inputs: {mebibytes: "${{parent.inputs.mebibytes}}", gate: "${{parent.inputs.gate}}"}
        """,
        "endpoints/talk/loud/code/talk.py": """
        import os, sys, time
        for mebibyte in range(int(sys.argv[1])):
            sys.stdout.buffer.write((b"%08d " % mebibyte).ljust(1024, b"x")[:-1] + b"\\n")
            sys.stdout.buffer.write((b"y" * 1023 + b"\\n") * 1023)
        sys.stdout.buffer.flush()
        for word in ("more", "end"):
            while not os.path.exists(sys.argv[2] + "." + word):
                time.sleep(0.02)
            print("told " + word, flush=True)
        """,
    ]

    @Test func aLogIsShownFromItsEndReadWholeAndFollowedByRangesAlone() async throws {
        let folder = try TemporaryFolder("ranges")
        let gate = folder.path + "/gate"
        let size = Int64(Self.mebibytes) << 20
        try await ServerFixture.serving(files: Self.files, logLimitBytes: size + (1 << 20)) {
            connection, _ in
            let wire = CountedWire()
            let client = wire.client(connection, folder: folder.path + "/client")
            let draft = JobDraft(
                endpoint: "talk",
                inputs: [
                    .init(name: "mebibytes", value: .literal(text: String(Self.mebibytes))),
                    .init(name: "gate", value: .literal(text: gate)),
                ])
            let job = try await client.submit(draft) { _ in }
            let run = try await Eventually.awaited("the whole log", limit: .seconds(200)) {
                () async throws -> String? in
                guard let step = try await client.steps(job.id).first?.id.rawValue,
                    try await client.logFiles(step).contains(where: { $0.name == Self.file }),
                    let length = try await client.readLog(step, Self.file, 0, 1).totalLength
                else { return nil }
                return length >= size ? step : nil
            }

            // As the console does: how long it is, then its end.
            wire.reset()
            let head = try await client.readLog(run, Self.file, 0, 64 << 10)
            #expect(head.totalLength == size)
            let tail = try await client.readLog(run, Self.file, size - (64 << 10), 64 << 10)
            #expect(tail.nextOffset == size)
            #expect(wire.exchanges.map(\.received) == [64 << 10, 64 << 10])

            // As `job logs` does.
            wire.reset()
            var offset: Int64 = 0
            while true {
                let chunk = try await client.readLog(run, Self.file, offset, 2 << 20)
                guard !chunk.bytes.isEmpty else { break }
                let mark = String(decoding: chunk.bytes.prefix(8), as: UTF8.self)
                #expect(Int64(mark) == offset >> 20)
                offset = chunk.nextOffset
            }
            #expect(offset == size)
            #expect(wire.exchanges.allSatisfy { $0.range != nil && $0.received <= 2 << 20 })
            #expect(wire.exchanges.count == (Self.mebibytes + 1) / 2 + 1)
            let answered = wire.exchanges.dropLast().reduce(0) { $0 + $1.received }
            #expect(Int64(answered) == size)

            // Only what is new, however long the file.
            wire.reset()
            try Data().write(to: URL(fileURLWithPath: gate + ".more"))
            let news = try await Eventually.awaited("the news") { () async throws -> String? in
                let chunk = try await client.readLog(run, Self.file, size, 2 << 20)
                return chunk.bytes.isEmpty
                    ? nil : String(decoding: chunk.bytes, as: UTF8.self)
            }
            #expect(news == "told more\n")
            // The empty answers before it are refusals of a range, a few hundred bytes each.
            #expect(wire.exchanges.allSatisfy { $0.range != nil && $0.received < 1024 })
            try Data().write(to: URL(fileURLWithPath: gate + ".end"))
            for try await _ in client.follow(job.id) {}
        }
    }
}
