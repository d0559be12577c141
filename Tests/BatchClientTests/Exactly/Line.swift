import BatchModel
import Synchronization

@testable import BatchClient

// The way between one client and the service. Every call passes it: it draws the fault, lets the service act or not, and
// takes the time. At the chosen step the client is killed: that call, and every later call and wait of this client, never
// comes back, so that no code of it runs any more. What it has left on disk is what the next client finds. When all has
// been judged the dead are released, with a failure that ends them, so that no task is left behind.

/// A client's way to the service.
final class Line: Sendable {
    /// A step at which the client is killed.
    struct Kill: Sendable, Equatable, CustomStringConvertible {
        /// What it waits for: a call, or a wait of its own when nil.
        var kind: ModelService.Kind?
        /// Which one of those, from 0.
        var number: Int
        /// True when the service has had the call already.
        var isAfter: Bool

        var description: String {
            "killed \(isAfter ? "after" : "before") \(kind?.rawValue ?? "wait") \(number)"
        }
    }

    private struct State {
        var counts: [String: Int] = [:]
        var isDead = false
        var isReleased = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var log: [String] = []
    }

    let service: ModelService
    let name: String
    let seed: UInt64
    /// Faults of a hundred requests for a job, and of a hundred others.
    let rates: (post: Int, other: Int)
    /// What becomes of requests for a job, in turn, whatever the rates; the right answer after them unless there is a rate.
    let posts: [Fault]
    let kill: Kill?
    /// What others do when a call has reached the service.
    private let meanwhile: @Sendable (ModelService.Kind, Int) -> Void
    private let died: @Sendable () -> Void
    private let state = Mutex(State())

    init(
        _ service: ModelService, name: String, seed: UInt64, rates: (post: Int, other: Int),
        posts: [Fault] = [], kill: Kill? = nil,
        meanwhile: @escaping @Sendable (ModelService.Kind, Int) -> Void = { _, _ in },
        died: @escaping @Sendable () -> Void = {}
    ) {
        self.service = service
        self.name = name
        self.seed = seed
        self.rates = rates
        self.posts = posts
        self.kill = kill
        self.meanwhile = meanwhile
        self.died = died
    }

    /// What was sent and how it fared, in words.
    var log: [String] { state.withLock { $0.log } }

    /// Lets the dead client's calls come back, as cancelled.
    func release() {
        let waiting = state.withLock { state in
            state.isReleased = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func client(folder: String) -> BatchClient {
        let connection = Connection(
            context: "azure", isLocal: false, scope: Bench.scope, managementURL: Bench.arm,
            apiURL: Bench.api, token: { _ throws(ServiceFailure) in "t" })
        return BatchClient.live(
            connection: { () throws(ServiceFailure) in connection },
            transport: Transport { call throws(TransportFailure) in try await self.send(call) },
            folders: ClientFolders(cache: folder + "/cache", state: folder + "/state"),
            surroundings: surroundings)
    }

    private var surroundings: ClientSurroundings {
        let clock = service.clock.surroundings
        return ClientSurroundings(
            now: clock.now,
            sleep: { wait in
                let number = self.count("wait")
                if await self.isLost(nil, number, isAfter: false) { throw CancellationError() }
                try await clock.sleep(wait)
            },
            makeID: { "\(self.name)-\(clock.makeID())" }, randomUnit: { 0.5 })
    }

    private func count(_ what: String) -> Int {
        state.withLock { state in
            defer { state.counts[what, default: 0] += 1 }
            return state.counts[what, default: 0]
        }
    }

    /// True once the client has come to the step at which it is killed.
    var isDead: Bool { state.withLock { $0.isDead } }

    /// True when the client is dead; comes back only after its release.
    private func isLost(_ kind: ModelService.Kind?, _ number: Int, isAfter: Bool) async -> Bool {
        let isHere = kill == Kill(kind: kind, number: number, isAfter: isAfter)
        let (isDead, isNew) = state.withLock { state in
            let isNew = isHere && !state.isDead
            if isNew { state.isDead = true }
            return (state.isDead, isNew)
        }
        guard isDead else { return false }
        if isNew { died() }
        await withCheckedContinuation { continuation in
            let isReleased = state.withLock { state in
                if !state.isReleased { state.waiting.append(continuation) }
                return state.isReleased
            }
            if isReleased { continuation.resume() }
        }
        return true
    }

    private func send(_ call: HTTPCall) async throws(TransportFailure) -> HTTPAnswer {
        let kind = ModelService.Kind(call)
        let number = count(kind.rawValue)
        if await isLost(kind, number, isAfter: false) { throw .cancelled }
        let fault = fault(kind, number)
        let right = fault.acts ? service.answer(call) : (status: 0, text: "", headers: [])
        state.withLock { $0.log.append("\(kind.rawValue) \(number): \(fault) \(right.status)") }
        meanwhile(kind, number)
        service.clock.advance(.milliseconds(20))
        if await isLost(kind, number, isAfter: true) { throw .cancelled }
        return try answer(call, fault, right)
    }

    private func fault(_ kind: ModelService.Kind, _ number: Int) -> Fault {
        if kind == .post, number < posts.count { return posts[number] }
        var chance = Chance(seed, "\(name) \(kind.rawValue) \(number)")
        return chance.percent(kind == .post ? rates.post : rates.other) ? .any(&chance) : .none
    }

    private func answer(
        _ call: HTTPCall, _ fault: Fault,
        _ right: (status: Int, text: String, headers: [(String, String)])
    ) throws(TransportFailure) -> HTTPAnswer {
        let bytes = Array(right.text.utf8)
        let headers: [(name: String, value: String)] = right.headers.map { ($0.0, $0.1) }
        switch fault {
        case .none: return Self.answer(right.status, headers, bytes)
        case .refused: throw .notSent("nothing listens there")
        case .cut: throw .noAnswer("the connection was closed")
        case .timeout:
            service.clock.advance(call.timeout)
            throw .timedOut("the time for an answer ran out")
        case .status(let status, _, let retryAfter, let dress):
            let wait = retryAfter.map { [(name: "Retry-After", value: String($0))] } ?? []
            return Self.answer(status, wait, Array(Fault.body(status, dress).utf8))
        case .half(let isClean):
            let half = Array(bytes.prefix(bytes.count / 2))
            return Self.answer(
                right.status, headers, half,
                endsWith: isClean ? nil : .noAnswer("cut in its middle"))
        case .slow:
            service.clock.advance(.seconds(60))
            return Self.answer(
                right.status, headers, Array(bytes.prefix(1)),
                endsWith: .timedOut("the answer stopped coming"))
        }
    }

    private static func answer(
        _ status: Int, _ headers: [(name: String, value: String)], _ bytes: [UInt8],
        endsWith failure: TransportFailure? = nil
    ) -> HTTPAnswer {
        let body = AsyncThrowingStream<[UInt8], any Error> { continuation in
            if !bytes.isEmpty { continuation.yield(bytes) }
            continuation.finish(throwing: failure)
        }
        return HTTPAnswer(status: status, headers: headers, body: body)
    }
}
