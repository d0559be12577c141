// A real loopback socket between batchdeck and a real engine, on which one request can be disturbed as a plan says.
//
//     batchdeck ─▶ 127.0.0.1:P ─▶ [head] ─▶ [whole request] ─▶ engine ─▶ [whole answer] ─▶ [half of it sent] ─▶ batchdeck
//
// In brackets: the steps at which the plan may strike. Both ports have five digits, so that every address in a request or
// an answer is turned into the other's without changing a length. One request a connection; an answer is read to its end
// before any of it goes on.

import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Stands between batchdeck and an engine.
final class FaultProxy: Sendable {
    /// How far a request has come.
    enum Step: CaseIterable, Sendable {
        /// Only its head has been read.
        case head
        /// It has been read whole; the engine never gets it.
        case request
        /// It has been read whole, and the engine gets it whatever happens here.
        case sent
        /// The engine has answered; nothing of that goes on.
        case answer
        /// Half of the answer has gone on.
        case half
    }

    /// What happens then.
    enum Act: Sendable, Equatable {
        /// `kill -9` of the client.
        case kill
        /// The connection is reset.
        case reset
        /// The connection is closed.
        case close
        /// Another answer than the engine's.
        case status(Int)
    }

    /// Which request, and what becomes of it.
    struct Plan: Sendable {
        /// The request for a job; else the one of this number, from 0.
        var number: Int?
        var step: Step
        var act: Act
    }

    private struct State {
        var plan: Plan?
        var client: Int32?
        var count = 0
        var hasStruck = false
        var active = 0
        var isCut = false
    }

    let port: Int
    private let engine: Int
    private let listener: Int32
    private let state = Mutex(State())

    /// Listens on a free port.
    init(engine: Int) throws {
        self.engine = engine
        (listener, port) = try LoopbackSocket.listening()
        let listener = self.listener
        Thread.detachNewThread { [weak self] in
            // Given back by the thread that uses it: elsewhere its number could be another's before the next accept.
            defer { Foundation.close(listener) }
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                guard let proxy = self else {
                    Foundation.close(client)
                    return
                }
                proxy.state.withLock { $0.active += 1 }
                Thread.detachNewThread {
                    proxy.serve(client)
                    proxy.state.withLock { $0.active -= 1 }
                }
            }
        }
    }

    /// Stops listening; requests under way end by themselves.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Disturbs a request from now on; nil lets everything through.
    func arm(_ plan: Plan?) {
        state.withLock { $0 = State(plan: plan, active: $0.active, isCut: $0.isCut) }
    }

    /// The network is gone, or back: while it is gone every connection is reset.
    func cut(_ isCut: Bool) { state.withLock { $0.isCut = isCut } }

    /// The process that `kill` is about.
    func follow(_ client: Int32) { state.withLock { $0.client = client } }

    /// True once the plan has struck.
    var hasStruck: Bool { state.withLock { $0.hasStruck } }

    /// True while no request is under way.
    var isIdle: Bool { state.withLock { $0.active == 0 } }

    private func serve(_ client: Int32) {
        defer { Foundation.close(client) }
        if state.withLock({ $0.isCut }) { return LoopbackSocket.reset(client) }
        guard let head = LoopbackSocket.head(client) else { return }
        let plan = plan(for: head.text)
        if strikes(plan, .head, client) { return }
        guard
            let body = LoopbackSocket.read(client, head.length - head.rest.count, after: head.rest)
        else { return }
        if strikes(plan, .request, client) { return }
        let isKilled = plan?.act == .kill && strikes(plan, .sent, client)
        let request = Array(Self.closing(head.text).utf8) + body
        guard let answer = LoopbackSocket.ask(engine, turned(request, port, engine)) else { return }
        if isKilled || strikes(plan, .sent, client) || strikes(plan, .answer, client) { return }
        let turned = turned(answer, engine, port)
        if plan?.step == .half {
            LoopbackSocket.write(client, Array(turned.prefix(turned.count / 2)))
            _ = strikes(plan, .half, client)
            return
        }
        LoopbackSocket.write(client, turned)
    }

    /// The plan, if it is about this request.
    private func plan(for head: String) -> Plan? {
        let line = head.prefix { $0 != "\r" }
        let isForJob = line.hasPrefix("POST /endpoints/")
        return state.withLock { state in
            guard let plan = state.plan, !state.hasStruck else { return nil }
            let number = state.count
            state.count += 1
            return plan.number.map { $0 == number } ?? isForJob ? plan : nil
        }
    }

    /// Does what the plan says at this step; true when the request ends with it.
    private func strikes(_ plan: Plan?, _ step: Step, _ client: Int32) -> Bool {
        guard let plan, plan.step == step else { return false }
        let victim = state.withLock { state in
            state.hasStruck = true
            return state.client
        }
        switch plan.act {
        case .kill:
            if let victim { kill(victim, SIGKILL) }
        case .reset: LoopbackSocket.reset(client)
        case .close: break
        case .status(let status):
            let text = "upstream request timeout"
            let head = "HTTP/1.1 \(status) Sorry\r\nContent-Length: \(text.count)\r\n"
            LoopbackSocket.write(client, Array((head + "Connection: close\r\n\r\n" + text).utf8))
        }
        return true
    }

    /// The same head, asking the engine to close the connection after its answer.
    private static func closing(_ head: String) -> String {
        var lines = head.components(separatedBy: "\r\n")
        lines.removeAll { $0.lowercased().hasPrefix("connection:") }
        lines.insert("Connection: close", at: 1)
        return lines.joined(separator: "\r\n")
    }

    /// Bytes in which one port's number stands for the other's.
    private func turned(_ bytes: [UInt8], _ from: Int, _ to: Int) -> [UInt8] {
        let (old, new) = (Array(":\(from)".utf8), Array(":\(to)".utf8))
        var result = bytes
        var place = 0
        while place + old.count <= result.count {
            if result[place] == old[0], Array(result[place..<place + old.count]) == old {
                result.replaceSubrange(place..<place + old.count, with: new)
                place += old.count
            } else {
                place += 1
            }
        }
        return result
    }
}
