import NIOCore
import NIOPosix
import NIOSSL

/// The probe's question to an engine that speaks TLS.
enum TLSProbe {
    /// The beginning of an engine's answer; empty when there is none.
    ///
    /// The certificate must lead to one in the engine's own file; the host's name is not compared, because it is known to be
    /// this machine, and a client that asks by name tells better what is wrong with it.
    static func head(
        of question: String, port: Int, trusting caFile: String?, limitBytes: Int,
        within limit: Duration
    ) async -> String {
        await withTaskGroup(of: String.self) { group in
            group.addTask { await (try? ask(question, port, caFile, limitBytes)) ?? "" }
            group.addTask {
                // Cancelled: the answer was there first.
                try? await Task.sleep(for: limit)
                return ""
            }
            let answer = await group.next() ?? ""
            group.cancelAll()
            return answer
        }
    }

    private static func ask(
        _ question: String, _ port: Int, _ caFile: String?, _ limitBytes: Int
    ) async throws -> String {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .noHostnameVerification
        if let caFile {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(caFile))
        }
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: nil)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: question))
            var head: [UInt8] = []
            for try await piece in inbound {
                head += piece.readableBytesView
                if head.count >= limitBytes { break }
            }
            return String(decoding: head.prefix(limitBytes), as: UTF8.self)
        }
    }
}
