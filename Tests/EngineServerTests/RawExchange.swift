import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Bytes to a loopback port, and all that comes back until the other side closes or is silent.
enum RawExchange {
    /// A connection; closed with the value.
    final class Line: @unchecked Sendable {
        let descriptor: Int32

        init(port: Int) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
            let connected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard connected == 0 else { throw LoopbackClient.Broken() }
        }

        deinit { close(descriptor) }

        /// False when the other side is gone.
        @discardableResult
        func write(_ text: String) -> Bool {
            let bytes = Array(text.utf8)
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            return count == bytes.count
        }

        func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

        /// True when the other side closed within a time.
        func isClosed(within milliseconds: Int32) -> Bool {
            let end = ContinuousClock.now + .milliseconds(Int64(milliseconds))
            while ContinuousClock.now < end {
                var file = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&file, 1, 50) > 0 else { continue }
                var piece = [UInt8](repeating: 0, count: 4096)
                if recv(descriptor, &piece, piece.count, 0) <= 0 { return true }
            }
            return false
        }

        /// What comes until the end, or until nothing came for a time.
        func readToEnd(silence milliseconds: Int32) -> String {
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 65_536)
            while true {
                var file = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&file, 1, milliseconds) > 0 else { break }
                let count = recv(descriptor, &piece, piece.count, 0)
                guard count > 0 else { break }
                bytes += piece[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Sends a text and gives the statuses that came back.
    static func statuses(_ text: String, port: Int) throws -> [Int] {
        let line = try Line(port: port)
        line.write(text)
        line.endWriting()
        return line.readToEnd(silence: 2000).components(separatedBy: "HTTP/1.1 ").dropFirst()
            .compactMap { Int($0.prefix(3)) }
    }
}
