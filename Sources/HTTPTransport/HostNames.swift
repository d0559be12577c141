public import BatchClient
import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Looks names of hosts up.
public enum HostNames {
    /// The numeric addresses of a host, in the order the system would try them.
    ///
    /// The system's call cannot be stopped; a cancelled caller is let go at once and the answer dropped.
    ///
    /// - Throws: `.notSent` when there is no such host, `.cancelled`.
    public static func addresses(of host: String) async throws(TransportFailure) -> [String] {
        let waiter = Waiter()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiter.wait(continuation)
                DispatchQueue.global().async { waiter.answer(lookedUp(host)) }
            }
        } onCancel: {
            waiter.answer(.failure(.cancelled))
        }
        return try result.get()
    }

    private typealias Answer = Result<[String], TransportFailure>

    /// Resumes once, with whatever comes first.
    private final class Waiter: Sendable {
        private struct State {
            var continuation: CheckedContinuation<Answer, Never>?
            var early: Answer?
            var isAnswered = false
        }

        private let state = Mutex(State())

        func wait(_ continuation: CheckedContinuation<Answer, Never>) {
            let early = state.withLock { state -> Answer? in
                if state.early == nil { state.continuation = continuation }
                return state.early
            }
            if let early { continuation.resume(returning: early) }
        }

        func answer(_ answer: Answer) {
            let waiting = state.withLock { state -> CheckedContinuation<Answer, Never>? in
                guard !state.isAnswered else { return nil }
                state.isAnswered = true
                state.early = answer
                defer { state.continuation = nil }
                return state.continuation
            }
            waiting?.resume(returning: answer)
        }
    }

    private static func lookedUp(_ host: String) -> Answer {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = Int32(SOCK_STREAM)
        #endif
        hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else {
            let why = gai_strerror(code).map { String(cString: $0) } ?? "error \(code)"
            return .failure(.notSent("there is no host called \(host) (\(why))"))
        }
        defer { freeaddrinfo(first) }
        var texts: [String] = []
        var next = first
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil,
                0, NI_NUMERICHOST)
            if status == 0 {
                let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                let address = String(decoding: bytes, as: UTF8.self)
                if !texts.contains(address) { texts.append(address) }
            }
            next = entry.pointee.ai_next
        }
        return texts.isEmpty
            ? .failure(.notSent("\(host) has no address")) : .success(texts)
    }
}
