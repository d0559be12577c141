import BatchEngine
import BatchModel
import Foundation
import TestSupport
import Testing

@testable import EngineServer

/// An engine behind a real loopback port, for the length of a closure.
enum ServerFixture {
    static func makeFolder(_ files: [String: String] = [:]) throws -> String {
        let path = TemporaryFolder.base + "/bds-" + UUID().uuidString
        func put(_ name: String, _ text: String) throws {
            let file = URL(fileURLWithPath: path + "/workspace/" + name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try put("endpoints/toys/endpoint.yml", "name: toys\n")
        for (name, text) in files { try put(name, text) }
        return path
    }

    /// Runs `body` against a serving engine and waits until it is gone.
    static func serving(
        idleLimit: Duration = .seconds(600), files: [String: String] = [:],
        certificate: Certificate? = nil, silenceLimit: Duration = .seconds(60),
        logLimitBytes: Int64? = nil,
        _ body: @escaping @Sendable (ConnectionFile, Int) async throws -> Void
    ) async throws {
        let folder = try makeFolder(files)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settled = EngineServerOptions(
            workspace: folder + "/workspace", state: folder + "/state",
            tlsCertificate: certificate?.chain, tlsKey: certificate?.key, idleLimit: idleLimit)
        settled.silenceLimit = silenceLimit
        if let logLimitBytes { settled.logLimitBytes = logLimitBytes }
        let options = settled
        let (stream, continuation) = AsyncStream<ConnectionFile>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await EngineServer.serve(options) { continuation.yield($0) }
            }
            group.addTask {
                for await connection in stream {
                    let port = try #require(
                        connection.url.split(separator: ":").last.flatMap { Int($0) })
                    try await body(connection, port)
                    return
                }
                Issue.record("the engine did not serve")
            }
            _ = try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(!EngineLock.isHeld(state: options.state))
        #expect(ConnectionFile.read(ConnectionFile.path(state: options.state)) == nil)
    }
}
