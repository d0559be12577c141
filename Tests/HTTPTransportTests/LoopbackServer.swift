import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An HTTP server of plain sockets on 127.0.0.1, one thread per connection; what it answers is a closure's business.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        var head: String
        var body: [UInt8]
        var connection: Int

        func header(_ name: String) -> String? {
            head.split(separator: "\r\n").first {
                $0.lowercased().hasPrefix(name.lowercased() + ":")
            }.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    /// One connection: what an answer is written to.
    struct Connection: Sendable {
        let descriptor: Int32

        /// Writes all bytes; false when the other side does not take them in time or is gone.
        @discardableResult
        func write(_ bytes: [UInt8]) -> Bool {
            var done = 0
            while done < bytes.count {
                let wrote = bytes.withUnsafeBytes {
                    send(
                        descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done,
                        Int32(MSG_NOSIGNAL))
                }
                if wrote <= 0 { return false }
                done += wrote
            }
            return true
        }

        @discardableResult
        func write(_ text: String) -> Bool { write(Array(text.utf8)) }

        func answer(_ status: String, _ headers: [String] = [], _ body: String = "") {
            let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
            write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
        }

        /// How long a write may wait for the other side to read.
        func setWriteTimeout(milliseconds: Int) {
            var time = timeval(tv_sec: 0, tv_usec: milliseconds * 1000)
            setsockopt(
                descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    enum Next: Sendable { case keep, close }

    let port: Int
    private let listener: Int32
    private let seen = Mutex<[Request]>([])

    var requests: [Request] { seen.withLock { $0 } }
    var base: String { "http://127.0.0.1:\(port)" }

    init(_ respond: @escaping @Sendable (Request, Connection) -> Next) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let note: @Sendable (Request) -> Void = { [weak self] request in
            self?.seen.withLock { $0.append(request) }
        }
        Thread.detachNewThread { Self.accept(listener, note, respond) }
    }

    deinit { close() }

    /// Stops listening. The listener's number is given back by the thread that uses it: given back here, it could be
    /// another server's by the time a thread that was slow to start accepts on it.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func accept(
        _ listener: Int32, _ note: @escaping @Sendable (Request) -> Void,
        _ respond: @escaping @Sendable (Request, Connection) -> Next
    ) {
        defer { Foundation.close(listener) }
        var number = 0
        while true {
            let descriptor = Foundation.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            number += 1
            let own = number
            Thread.detachNewThread {
                while let request = read(descriptor, own) {
                    note(request)
                    if respond(request, Connection(descriptor: descriptor)) == .close { break }
                }
                Foundation.close(descriptor)
            }
        }
    }

    /// One request: the head, and a body of the length it says.
    private static func read(_ descriptor: Int32, _ connection: Int) -> Request? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        var end: Int?
        while end == nil {
            let got = recv(descriptor, &piece, piece.count, 0)
            guard got > 0 else { return nil }
            bytes += piece.prefix(got)
            end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
        }
        guard let end else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        var request = Request(head: head, body: Array(bytes[end...]), connection: connection)
        let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
        while request.body.count < length {
            let got = recv(descriptor, &piece, piece.count, 0)
            guard got > 0 else { return nil }
            request.body += piece.prefix(got)
        }
        return request
    }
}
