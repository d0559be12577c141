public import BatchEngine
public import BatchModel
import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension EngineLauncher {
    /// A launcher that asks engines over their loopback port.
    public static let standard = EngineLauncher(probe: { await LoopbackProbe.answers($0) })
}

/// How an engine that runs is doing.
public enum EngineCondition {
    /// More than the head of any answer of ours.
    private static let headBytes = 8192

    /// Why its unfinished jobs do not move (a full disk); nil when they do, or when it does not answer.
    public static func held(_ connection: ConnectionFile) async -> String? {
        let name = Engine.heldHeader + ":"
        let lines = await LoopbackProbe.head(of: connection, limitBytes: headBytes)
            .split(whereSeparator: \.isNewline)
        return lines.prefix { !$0.isEmpty }.first { $0.lowercased().hasPrefix(name) }.map {
            String($0.dropFirst(name.count).drop { $0 == " " })
        }
    }
}

/// One authenticated question to an engine, with nothing but a socket: quicker than starting an HTTP client for it.
enum LoopbackProbe {
    /// An engine that lives answers within a few milliseconds.
    private static let patienceMilliseconds: Int32 = 2000

    static func answers(_ connection: ConnectionFile) async -> Bool {
        await head(of: connection, limitBytes: 12).hasPrefix("HTTP/1.1 200")
    }

    /// The beginning of an engine's answer; empty when there is none.
    static func head(of connection: ConnectionFile, limitBytes: Int) async -> String {
        guard let port = connection.url.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            return ""
        }
        let target = Route.management(connection.scope, .workspace).request.target
        let question =
            "GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
            + "Authorization: Bearer \(connection.token)\r\n\r\n"
        if connection.url.hasPrefix("https:") {
            return await TLSProbe.head(
                of: question, port: Int(port), trusting: connection.caFile, limitBytes: limitBytes,
                within: .milliseconds(Int64(patienceMilliseconds)))
        }
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let bytes = ask(Array(question.utf8), port: port, limitBytes)
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    private static func ask(_ question: [UInt8], port: UInt16, _ limitBytes: Int) -> [UInt8] {
        #if canImport(Darwin)
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        guard connects(descriptor, port: port),
            send(descriptor, question, question.count, noSignal) == question.count
        else { return [] }
        return read(descriptor, upTo: limitBytes)
    }

    private static var noSignal: Int32 {
        #if canImport(Darwin)
            0
        #else
            Int32(MSG_NOSIGNAL)
        #endif
    }

    /// Connecting to a loopback port is refused or accepted at once.
    private static func connects(_ descriptor: Int32, port: UInt16) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func read(_ descriptor: Int32, upTo count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, patienceMilliseconds) == 1 else { return bytes }
            var piece = [UInt8](repeating: 0, count: count - bytes.count)
            let length = recv(descriptor, &piece, piece.count, 0)
            guard length > 0 else { return bytes }
            bytes += piece[..<length]
        }
        return bytes
    }
}
