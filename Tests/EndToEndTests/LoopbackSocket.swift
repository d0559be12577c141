import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Loopback sockets, as far as tests need them.
enum LoopbackSocket {
    struct NoSocket: Error {}

    private static var stream: Int32 {
        #if canImport(Darwin)
            SOCK_STREAM
        #else
            Int32(SOCK_STREAM.rawValue)
        #endif
    }

    /// Writing to a client that was killed is no reason to end.
    private static var quiet: Int32 {
        #if canImport(Darwin)
            0
        #else
            Int32(MSG_NOSIGNAL)
        #endif
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return address
    }

    /// A connection to a port; nil when nobody listens. Reading from it gives up after so many seconds.
    static func connected(to port: Int, seconds: Int) -> Int32? {
        let descriptor = socket(AF_INET, stream, 0)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var other = address(port)
        let isConnected = withUnsafePointer(to: &other) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// A listening socket on a free port of five digits.
    static func listening() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, stream, 0)
        guard descriptor >= 0 else { throw NoSocket() }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        for _ in 0..<100 {
            let port = Int.random(in: 20_000...60_000)
            var own = address(port)
            let isBound = withUnsafePointer(to: &own) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isBound, listen(descriptor, 64) == 0 { return (descriptor, port) }
        }
        close(descriptor)
        throw NoSocket()
    }

    /// A request's head, how long its body is, and what of that came along.
    static func head(_ client: Int32) -> (text: String, length: Int, rest: [UInt8])? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        let mark = Data("\r\n\r\n".utf8)
        while true {
            if let end = Data(bytes).range(of: mark) {
                let text = String(decoding: bytes[..<end.upperBound], as: UTF8.self)
                let length = text.components(separatedBy: "\r\n").lazy
                    .first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
                return (text, length ?? 0, Array(bytes[end.upperBound...]))
            }
            let count = recv(client, &piece, piece.count, 0)
            guard count > 0, bytes.count < 1 << 20 else { return nil }
            bytes += piece[..<count]
        }
    }

    /// So many more bytes after some; nil when they do not come.
    static func read(_ client: Int32, _ more: Int, after rest: [UInt8]) -> [UInt8]? {
        var bytes = rest
        var piece = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < rest.count + more {
            let count = recv(client, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            bytes += piece[..<count]
        }
        return bytes
    }

    /// Sends all of it; false when the other side is gone.
    @discardableResult
    static func write(_ client: Int32, _ bytes: [UInt8]) -> Bool {
        var place = 0
        while place < bytes.count {
            let count = bytes[place...].withUnsafeBytes {
                send(client, $0.baseAddress, $0.count, quiet)
            }
            guard count > 0 else { return false }
            place += count
        }
        return true
    }

    /// What comes until the other side closes.
    static func readToEnd(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
    }

    /// Sends a request to a port and reads the answer to its end.
    static func ask(_ port: Int, _ request: [UInt8]) -> [UInt8]? {
        guard let descriptor = connected(to: port, seconds: 60) else { return nil }
        defer { close(descriptor) }
        write(descriptor, request)
        let answer = readToEnd(descriptor)
        return answer.isEmpty ? nil : answer
    }

    /// Has the connection reset instead of closed in order.
    static func reset(_ client: Int32) {
        var hard = linger(l_onoff: 1, l_linger: 0)
        setsockopt(client, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
    }
}
