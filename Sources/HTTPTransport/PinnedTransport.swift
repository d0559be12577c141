import AsyncHTTPClient
public import BatchClient
import BatchModel
import NIOCore
import NIOHTTP1

/// Sends requests for one host to one address of it: the name goes into TLS and the Host field, and is never looked up.
///
/// Redirects are answers, bodies come as they were sent, no proxy is used and nothing but the given fields is sent: whoever
/// judged the address must know that it is the one that is dialled.
public actor PinnedTransport {
    private let host: String
    private let address: String
    private let connectTimeout: Duration
    private var client: HTTPClient?
    private var isClosed = false

    /// Costs nothing: connections are made when they are first needed.
    ///
    /// - Parameters:
    ///   - host: as it stands in the addresses that will be asked for.
    ///   - address: numeric.
    public init(host: String, address: String, connectTimeout: Duration = .seconds(10)) {
        self.host = host
        self.address = address
        self.connectTimeout = connectTimeout
    }

    /// Sends a request and brings the answer's head; `call.timeout` bounds every silence, not the whole.
    ///
    /// - Throws: `.notSent` for an address of another host.
    public func send(_ call: HTTPCall) async throws(TransportFailure) -> HTTPAnswer {
        guard !isClosed else { throw .notSent("the connections were given back") }
        guard (try? InputURL(parsing: call.url))?.host == host else {
            throw .notSent("the address is not one of \(host)")
        }
        return try await Self.send(call, by: opened(silence: call.timeout))
    }

    /// Closes all connections; must be called before the last reference goes.
    public func close() async {
        isClosed = true
        guard let client else { return }
        self.client = nil
        do { try await client.shutdown() } catch {
            // It is closed already, or the process ends: nobody can do anything about it.
            return
        }
    }

    private nonisolated static func send(
        _ call: HTTPCall, by client: HTTPClient
    ) async throws(TransportFailure) -> HTTPAnswer {
        var request = HTTPClientRequest(url: call.url)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        do {
            // No deadline for the whole: a large file takes as long as it takes.
            let response = try await client.execute(request, deadline: .distantFuture)
            return HTTPAnswer(
                status: Int(response.status.code),
                headers: response.headers.map { ($0.name, $0.value) },
                body: HTTPTransport.stream(response.body))
        } catch { throw FailureReading.failure(error) }
    }

    private func opened(silence: Duration) -> HTTPClient {
        if let client { return client }
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: .microseconds(connectTimeout.wholeMicroseconds),
                read: .microseconds(silence.wholeMicroseconds)),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.dnsOverride = [host: address]
        let fresh = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        client = fresh
        return fresh
    }
}
