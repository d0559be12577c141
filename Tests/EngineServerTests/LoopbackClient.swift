import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// What came back over a socket.
struct RawAnswer: Sendable {
    var status: Int
    var head: String
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        head.split(whereSeparator: \.isNewline).first {
            $0.lowercased().hasPrefix(name.lowercased() + ":")
        }.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }
}

/// Bytes to a loopback port and back, with nothing in between that would tidy them up.
enum LoopbackClient {
    struct Broken: Error {}

    /// Sends bytes and reads until the other side closes, or `Content-Length` bytes have come.
    static func send(
        _ bytes: [UInt8], port: Int, isHead: Bool = false, patienceSeconds: Int = 20
    ) async throws -> RawAnswer {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result { try exchange(bytes, port, isHead, patienceSeconds) })
            }
        }
    }

    static func send(
        _ method: String, _ target: String, _ headers: [String], body: [UInt8] = [], port: Int
    ) async throws -> RawAnswer {
        var lines = ["\(method) \(target) HTTP/1.1"] + headers + ["Connection: close"]
        if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
        let head = lines.joined(separator: "\r\n") + "\r\n\r\n"
        return try await send(Array(head.utf8) + body, port: port, isHead: method == "HEAD")
    }

    private static func exchange(
        _ bytes: [UInt8], _ port: Int, _ isHead: Bool, _ patienceSeconds: Int
    ) throws -> RawAnswer {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Broken() }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        return try read(descriptor, isHead)
    }

    private static func read(_ descriptor: Int32, _ isHead: Bool) throws -> RawAnswer {
        var bytes: [UInt8] = []
        while true {
            if let answer = parse(bytes, isHead), answer.status >= 200 { return answer }
            var piece = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        throw Broken()
    }

    private static func parse(_ bytes: [UInt8], _ isHead: Bool) -> RawAnswer? {
        guard let range = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let answer = RawAnswer(status: status, head: head, body: Array(bytes[range.upperBound...]))
        if status == 100 {
            return parse(answer.body, isHead)
        }
        let length = answer.header("content-length").flatMap { Int($0) } ?? 0
        return isHead || answer.body.count >= length ? answer : nil
    }
}
