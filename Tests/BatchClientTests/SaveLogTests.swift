import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import BatchClient

/// A log as a file here.
@Suite struct SaveLogTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("save-log") }

    /// A client whose one log holds these bytes, and `growth` more with every question.
    private func client(_ bytes: [UInt8], piece: Int, growth: [UInt8] = []) -> BatchClient {
        var client = BatchClient.unimplemented
        let log = Mutex(bytes)
        client.readLog = { _, _, offset, limit in
            log.withLock { log in
                let rest = log.dropFirst(Int(offset)).prefix(min(limit, piece))
                let chunk = FileChunk(
                    offset: offset, bytes: Array(rest), totalLength: Int64(log.count))
                log += growth
                return chunk
            }
        }
        return client
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func allOfItIsWrittenAndNothingElse() async throws {
        let bytes = (0..<1_000).map { UInt8($0 % 251) }
        let path = "\(folder.path)/sub/a.log"
        let saved = try await client(bytes, piece: 64)
            .saveLog("a.txt", of: "run-1", to: path, replacing: false)
        #expect(saved == SavedLog(path: path, bytes: 1_000))
        #expect(FileManager.default.contents(atPath: path).map(Array.init) == bytes)
        #expect(try files() == ["sub"])
    }

    @Test func aLogThatGrowsAsItIsReadHasAnEnd() async throws {
        let path = "\(folder.path)/a.log"
        let saved = try await client([1, 2, 3, 4], piece: 2, growth: [5, 6])
            .saveLog("a.txt", of: "run-1", to: path, replacing: false)
        #expect(saved.bytes == 4)
    }

    @Test func whatIsThereIsReplacedOnlyWhereThatIsSaid() async throws {
        let path = "\(folder.path)/a.log"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        let client = client([1], piece: 8)
        let failure = await #expect(throws: ServiceFailure.self) {
            try await client.saveLog("a.txt", of: "run-1", to: path, replacing: false)
        }
        #expect(failure?.kind == .conflict)
        #expect(FileManager.default.contents(atPath: path) == Data("mine".utf8))
        _ = try await client.saveLog("a.txt", of: "run-1", to: path, replacing: true)
        #expect(FileManager.default.contents(atPath: path) == Data([1]))
        #expect(try files() == ["a.log"])
    }

    @Test func aLogThatCannotBeReadLeavesNoFile() async throws {
        var client = BatchClient.unimplemented
        client.readLog = { _, _, _, _ throws(ServiceFailure) in
            throw ServiceFailure(kind: .unreachable, operation: "read", detail: "gone")
        }
        let path = "\(folder.path)/a.log"
        let failure = await #expect(throws: ServiceFailure.self) {
            try await client.saveLog("a.txt", of: "run-1", to: path, replacing: false)
        }
        #expect(failure?.kind == .unreachable)
        #expect(try files().isEmpty)
    }
}
