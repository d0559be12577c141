import AsyncHTTPClient
public import BatchClient
import BatchModel
import NIOCore
import NIOHTTP1
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Sends requests over the network: one HTTP/1 client with a pool of kept connections, made when the first request is sent.
///
/// No policy lives here: no redirects followed, no cookies, no repeats. What went wrong is told as exactly as it can be
/// known, because whether something may have been sent decides whether a job may be submitted again.
public actor HTTPTransport {
    /// Limits of a transport.
    public struct Limits: Sendable, Hashable {
        /// Connections to one host at once.
        public var connectionsPerHost: Int
        /// The longest wait for a connection.
        public var connectTimeout: Duration
        /// The longest silence inside an answer.
        public var readTimeout: Duration
        /// How long an idle connection is kept.
        public var idleTimeout: Duration

        /// Limits that suit one person's terminal.
        public init(
            connectionsPerHost: Int = 16, connectTimeout: Duration = .seconds(10),
            readTimeout: Duration = .seconds(60), idleTimeout: Duration = .seconds(30)
        ) {
            self.connectionsPerHost = connectionsPerHost
            self.connectTimeout = connectTimeout
            self.readTimeout = readTimeout
            self.idleTimeout = idleTimeout
        }
    }

    /// What tells one client from another.
    private struct Way: Hashable {
        /// A host that no resolver knows: `Loopback.secureHost`.
        var host: String?
        var proxy: ProxyRules.Proxy?
    }

    private let limits: Limits
    private let trust: ExtraTrust
    private let proxies: ProxyRules
    /// One for all hosts but those that must be told where they are, and those behind a proxy.
    private var clients: [Way: HTTPClient] = [:]
    private var isShutDown = false

    /// Costs nothing: the client is made when it is first needed.
    ///
    /// - Parameters:
    ///   - trust: certificates to trust beside the system's.
    ///   - proxies: which addresses are asked through which proxy.
    public init(
        limits: Limits = Limits(), trust: ExtraTrust = ExtraTrust(),
        proxies: ProxyRules = ProxyRules()
    ) {
        self.limits = limits
        self.trust = trust
        self.proxies = proxies
    }

    /// The transport as a value to hand to `BatchClient.live`.
    public nonisolated var transport: Transport {
        Transport { call throws(TransportFailure) in try await self.send(call) }
    }

    /// Closes all connections; later requests are refused as not sent.
    public func shutdown() async {
        isShutDown = true
        let open = clients.values
        clients = [:]
        for client in open {
            do { try await client.shutdown() } catch {
                // The process is about to end or the client is closed already: nobody can do anything about it.
                continue
            }
        }
    }

    /// Sends one request and brings the answer's head; the body comes as it is read.
    public func send(_ call: HTTPCall) async throws(TransportFailure) -> HTTPAnswer {
        guard !isShutDown else { throw .notSent("the program is ending") }
        let client = opened(
            Way(
                host: Loopback.secureHost(call.url),
                proxy: call.bypassesProxy ? nil : proxies.proxy(for: call.url)))
        return try await Self.send(call, by: client, trusting: trust.configuration)
    }

    private nonisolated static func send(
        _ call: HTTPCall, by client: HTTPClient, trusting configuration: TLSConfiguration?
    ) async throws(TransportFailure) -> HTTPAnswer {
        var request = try request(for: call)
        request.tlsConfiguration = configuration
        do {
            let timeout = TimeAmount.microseconds(call.timeout.wholeMicroseconds)
            let response = try await client.execute(request, deadline: .now() + timeout)
            return HTTPAnswer(
                status: Int(response.status.code),
                headers: response.headers.map { ($0.name, $0.value) },
                body: stream(response.body))
        } catch {
            throw FailureReading.failure(error)
        }
    }

    private func opened(_ way: Way) -> HTTPClient {
        if let client = clients[way] { return client }
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: .microseconds(limits.connectTimeout.wholeMicroseconds),
                read: .microseconds(limits.readTimeout.wholeMicroseconds)),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.idleTimeout = .microseconds(
            limits.idleTimeout.wholeMicroseconds)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            limits.connectionsPerHost
        // Whether to try again is the caller's decision, and a refused connection is known at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let host = way.host { configuration.dnsOverride = [host: "127.0.0.1"] }
        configuration.proxy = way.proxy.map { proxy in
            .server(
                host: proxy.host, port: proxy.port,
                authorization: proxy.user.map {
                    .basic(username: $0, password: proxy.password ?? "")
                })
        }
        let fresh = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: configuration)
        clients[way] = fresh
        return fresh
    }

    private nonisolated static func request(
        for call: HTTPCall
    ) throws(TransportFailure) -> HTTPClientRequest {
        let address = Loopback.dialled(call.url)
        var request = HTTPClientRequest(url: address.url)
        request.method = HTTPMethod(rawValue: call.method.rawValue)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if let host = address.host { request.headers.replaceOrAdd(name: "Host", value: host) }
        switch call.body {
        case .none:
            // Storage wants a length with every PUT, also of nothing.
            if call.method == .put || call.method == .post {
                request.body = .bytes(ByteBuffer())
            }
        case .bytes(let bytes): request.body = .bytes(ByteBuffer(bytes: bytes))
        case .file(let path, let offset, let length):
            let file = try FileRange(path: path, offset: offset, length: length)
            request.body = try file.body()
        }
        return request
    }

    /// Pulls pieces one by one: what nobody reads is not asked for, so a slow reader slows the sender.
    nonisolated static func stream(
        _ body: HTTPClientResponse.Body
    ) -> AsyncThrowingStream<[UInt8], any Error> {
        let puller = BodyPuller(body)
        return AsyncThrowingStream { try await puller.next() }
    }
}

extension Transport {
    /// A transport over the network, closed never: for programs that end with their process.
    ///
    /// - Parameters:
    ///   - trust: certificates to trust beside the system's.
    ///   - proxies: which addresses are asked through which proxy.
    public static func live(
        limits: HTTPTransport.Limits = .init(), trust: ExtraTrust = .init(),
        proxies: ProxyRules = .init()
    ) -> Transport {
        let transport = HTTPTransport(limits: limits, trust: trust, proxies: proxies)
        // The client below insists on being closed before it goes; this one goes with the process.
        _ = Unmanaged.passRetained(transport)
        return transport.transport
    }
}

/// Reads a body piece by piece.
///
/// `@unchecked`: the stream around it has one reader and asks for the next piece only after the last has come.
private final class BodyPuller: @unchecked Sendable {
    private var pieces: HTTPClientResponse.Body.AsyncIterator

    init(_ body: HTTPClientResponse.Body) { pieces = body.makeAsyncIterator() }

    func next() async throws -> [UInt8]? {
        do {
            guard let piece = try await pieces.next() else { return nil }
            return Array(piece.readableBytesView)
        } catch {
            throw FailureReading.failure(error)
        }
    }
}

/// Hosts below `.localhost` are loopback (RFC 6761 §6.3); not every resolver knows that.
enum Loopback {
    /// The host of an https address that a resolver may not know. Its name must stay, as the certificate is checked by it.
    static func secureHost(_ url: String) -> String? {
        let scheme = "https://"
        guard url.lowercased().hasPrefix(scheme) else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let name = authority.prefix { $0 != ":" }
        return name.lowercased().hasSuffix(".localhost") ? String(name) : nil
    }

    /// The address to dial and, when it differs, the host to name.
    static func dialled(_ url: String) -> (url: String, host: String?) {
        let scheme = "http://"
        guard url.lowercased().hasPrefix(scheme) else { return (url, nil) }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let parts = authority.split(separator: ":", maxSplits: 1)
        guard let name = parts.first, name.lowercased().hasSuffix(".localhost") else {
            return (url, nil)
        }
        let port = parts.count == 2 ? ":\(parts[1])" : ""
        return (
            scheme + "127.0.0.1" + port + rest.dropFirst(authority.count), String(authority)
        )
    }
}

/// A range of a file as a request's body, read while it is sent.
private struct FileRange: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// Bytes per piece: large enough for few calls, small enough for many transfers at once.
    static let pieceLength: Int64 = 256 << 10

    let file: Descriptor
    let offset: Int64
    let length: Int64

    /// Opens the file, so that a missing one is known before anything is sent.
    init(path: String, offset: Int64, length: Int64) throws(TransportFailure) {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            throw .notSent("\(path): \(String(cString: strerror(errno)))")
        }
        file = Descriptor(number: number)
        self.offset = offset
        self.length = length
    }

    /// A short range is read here: as a stream it would cost more in hand-overs than in bytes.
    func body() throws(TransportFailure) -> HTTPClientRequest.Body {
        guard length <= Self.pieceLength else { return .stream(self, length: .known(length)) }
        var buffer = ByteBuffer()
        var pieces = makeAsyncIterator()
        do {
            while var piece = try pieces.read() { buffer.writeBuffer(&piece) }
        } catch {
            throw .notSent("\(error)")
        }
        return .bytes(buffer)
    }

    func makeAsyncIterator() -> Pieces {
        Pieces(file: file, place: offset, end: offset + length)
    }

    final class Descriptor: Sendable {
        let number: Int32
        init(number: Int32) { self.number = number }
        deinit { close(number) }
    }

    /// The file ended before its range: it was cut while it was being sent.
    struct TooShort: Error, CustomStringConvertible {
        var description: String { "the file became shorter while it was sent" }
    }

    struct Pieces: AsyncIteratorProtocol {
        let file: Descriptor
        var place: Int64
        let end: Int64

        mutating func next() async throws -> ByteBuffer? { try read() }

        mutating func read() throws(TooShort) -> ByteBuffer? {
            guard place < end else { return nil }
            let wanted = Int(Swift.min(FileRange.pieceLength, end - place))
            var buffer = ByteBuffer()
            let number = file.number
            let start = off_t(place)
            let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { memory in
                Swift.max(0, pread(number, memory.baseAddress, wanted, start))
            }
            guard got > 0 else { throw TooShort() }
            place += Int64(got)
            return buffer
        }
    }
}
