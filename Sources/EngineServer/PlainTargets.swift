import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// An HTTP channel that shows request targets as they were sent.
///
/// The server's own conversion makes the path of a target in absolute form (`GET http://other/path`) look like any other
/// path. That form is for proxies, which the engine is not: such a target says one host and the Host field another. It is
/// told apart here, before the conversion, and refused by the gate.
struct PlainTargets: ServerChildChannel {
    let base: HTTP1Channel

    func setup(
        channel: any Channel, logger: Logger
    ) -> EventLoopFuture<HTTP1Channel.Value> {
        let ready = base.setup(channel: channel, logger: logger)
        do {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(TargetMark(), position: .after(decoder))
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return ready
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// Replaces targets that are no path by one the conversion leaves alone.
private final class TargetMark: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), !head.uri.hasPrefix("/") else {
            context.fireChannelRead(data)
            return
        }
        head.uri = "*"
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
