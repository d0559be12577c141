import AsyncHTTPClient
import BatchClient
import NIOCore
import NIOPosix
import NIOSSL

/// Tells what a failed exchange means: `.notSent` only where it is certain.
enum FailureReading {
    /// Before a connection stood nothing can have been sent.
    private static let beforeConnecting: [HTTPClientError] = [
        .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath, .alreadyShutdown,
        .connectTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout,
        .httpProxyHandshakeTimeout, .getConnectionFromPoolTimeout,
        .proxyAuthenticationRequired, .invalidProxyResponse,
    ]

    /// Reads what the client threw.
    static func failure(_ error: any Error) -> TransportFailure {
        switch error {
        case let failure as TransportFailure: return failure
        case is CancellationError: return .cancelled
        case let failure as HTTPClientError: return read(failure)
        case let failure as NIOConnectionError: return .notSent(text(failure))
        case let failure as NIOSSLError:
            // A handshake comes before the request.
            if case .handshakeFailed = failure { return .notSent(text(failure)) }
            return .noAnswer("\(failure)")
        case let failure as NIOSSLExtraError:
            return .notSent("its certificate is for another host (\(failure))")
        case let failure as ChannelError:
            if case .connectTimeout = failure { return .notSent("the host does not answer") }
            return .noAnswer("\(failure)")
        case let failure as IOError:
            // Only the making of a connection is ever refused: nothing was sent.
            return isRefused(failure) ? .notSent(reason(failure)) : .noAnswer("\(failure)")
        default: return .noAnswer("\(error)")
        }
    }

    private static func read(_ failure: HTTPClientError) -> TransportFailure {
        if failure == .cancelled { return .cancelled }
        if failure == .deadlineExceeded { return .timedOut("the time for an answer ran out") }
        if failure == .readTimeout { return .timedOut("the answer stopped coming") }
        if failure == .writeTimeout { return .timedOut("the request could not be sent in time") }
        if beforeConnecting.contains(failure)
            || failure.shortDescription.lowercased().contains("unsupported")
        {
            return .notSent(failure.shortDescription)
        }
        if failure == .remoteConnectionClosed {
            return .noAnswer("the connection was closed before the answer was whole")
        }
        return .noAnswer(failure.shortDescription)
    }

    /// `127.0.0.1:8080: connection refused`, or why the name was not found.
    private static func text(_ failure: NIOConnectionError) -> String {
        let place = "\(failure.host):\(failure.port)"
        if let first = failure.connectionErrors.first {
            if let system = first.error as? IOError {
                return "\(place): \(reason(system))"
            }
            return "\(place): \(first.error)"
        }
        if failure.dnsAError != nil || failure.dnsAAAAError != nil {
            return "there is no host called \(failure.host)"
        }
        return "\(place) cannot be reached"
    }

    private static func text(_ failure: NIOSSLError) -> String {
        let why = "\(failure)"
        return why.contains("CERTIFICATE_VERIFY_FAILED")
            ? "its certificate is not one that is trusted here" : "no TLS with it: \(why)"
    }

    private static func reason(_ error: IOError) -> String {
        isRefused(error) ? "nothing listens there (connection refused)" : "\(error)"
    }

    /// ECONNREFUSED is 111 on Linux and 61 on Darwin.
    private static func isRefused(_ error: IOError) -> Bool {
        error.errnoCode == 111 || error.errnoCode == 61
    }
}
