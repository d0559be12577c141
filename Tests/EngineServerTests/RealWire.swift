import BatchClient
import BatchEngine
import BatchModel
import HTTPTransport
import Synchronization
import TestSupport

/// A real transport that writes down what is asked and how much comes.
final class CountedWire: Sendable {
    struct Exchange: Sendable {
        var url: String
        /// What of a file was asked for; nil for all of it.
        var range: String?
        /// Bytes of the body, as far as it was read.
        var received = 0
        /// When the whole answer was there, since the beginning; nil before.
        var endedAfter: Duration?
    }

    private let begin = ContinuousClock.now
    private let state = Mutex<[Exchange]>([])
    private let real = Transport.live()

    var exchanges: [Exchange] { state.withLock { $0 } }
    /// Reads of stored files.
    var ranges: [Exchange] { exchanges.filter { $0.range != nil } }
    var elapsed: Duration { begin.duration(to: .now) }

    func reset() { state.withLock { $0 = [] } }

    var transport: Transport {
        Transport { call throws(TransportFailure) in
            let range = call.headers.first { $0.name == "x-ms-range" }?.value
            let place = self.state.withLock { all in
                all.append(Exchange(url: call.url, range: range))
                return all.count - 1
            }
            var answer = try await self.real.send(call)
            answer.body = self.counted(answer.body, place)
            return answer
        }
    }

    private func counted(
        _ body: AsyncThrowingStream<[UInt8], any Error>, _ place: Int
    ) -> AsyncThrowingStream<[UInt8], any Error> {
        return AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    for try await piece in body {
                        self.note(place) { $0.received += piece.count }
                        continuation.yield(piece)
                    }
                    self.note(place) { $0.endedAfter = self.elapsed }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func note(_ place: Int, _ change: (inout Exchange) -> Void) {
        state.withLock { all in
            // What was asked before a reset is not counted after it.
            if place < all.count { change(&all[place]) }
        }
    }

    func client(_ connection: ConnectionFile, folder: String) -> BatchClient {
        BatchClient.live(
            connection: { () throws(ServiceFailure) in
                Connection(
                    context: "local", isLocal: true, scope: connection.scope,
                    managementURL: connection.url, apiURL: connection.url,
                    token: { _ in connection.token })
            },
            transport: transport, folders: ClientFolders(cache: folder, state: folder))
    }
}
