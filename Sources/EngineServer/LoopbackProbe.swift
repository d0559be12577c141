public import BatchEngine
import BatchModel
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

/// One authenticated question to an engine, with nothing but a socket: quicker than starting an HTTP client for it.
enum LoopbackProbe {
    /// An engine that lives answers within a few milliseconds.
    private static let patienceMilliseconds: Int32 = 2000

    static func answers(_ connection: ConnectionFile) async -> Bool {
        guard let port = connection.url.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            return false
        }
        let target = Route.management(connection.scope, .workspace).request.target
        let question =
            "GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
            + "Authorization: Bearer \(connection.token)\r\n\r\n"
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: ask(Array(question.utf8), port: port))
            }
        }
    }

    private static func ask(_ question: [UInt8], port: UInt16) -> Bool {
        #if canImport(Darwin)
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        guard connects(descriptor, port: port),
            send(descriptor, question, question.count, noSignal) == question.count
        else { return false }
        return read(descriptor, upTo: 12).elementsEqual("HTTP/1.1 200".utf8)
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
