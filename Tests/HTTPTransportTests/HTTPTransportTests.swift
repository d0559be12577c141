import BatchClient
import BatchModel
import Foundation
import Testing

@testable import HTTPTransport

@Suite(.timeLimit(.minutes(5))) struct HTTPTransportTests {
    private func body(_ answer: HTTPAnswer) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in answer.body { bytes += piece }
        return bytes
    }

    private func failure(
        _ transport: HTTPTransport, _ call: HTTPCall
    ) async -> TransportFailure? {
        do throws(TransportFailure) {
            _ = try await transport.send(call)
            return nil
        } catch {
            return error
        }
    }

    private func isNotSent(_ failure: TransportFailure?) -> Bool {
        if case .notSent = failure { true } else { false }
    }

    @Test func anAnswerComesWithItsHeadersAndBodyAndTheConnectionIsKept() async throws {
        let server = try LoopbackServer { request, connection in
            connection.answer("200 OK", ["X-Seen: \(request.header("X-Given") ?? "")"], "hello")
            return .keep
        }
        let transport = HTTPTransport()
        for _ in 0..<3 {
            let answer = try await transport.send(
                HTTPCall(
                    method: .get, url: server.base + "/a%2Fb?x=1&sig=a%2Bb",
                    headers: [("X-Given", "7")]))
            #expect(answer.status == 200)
            #expect(answer.header("x-seen") == "7")
            #expect(try await body(answer) == Array("hello".utf8))
        }
        #expect(server.requests.map(\.connection) == [1, 1, 1])
        #expect(server.requests[0].head.hasPrefix("GET /a%2Fb?x=1&sig=a%2Bb HTTP/1.1\r\n"))
        await transport.shutdown()
    }

    @Test func hostsBelowLocalhostAreLoopbackUnderTheirOwnName() async throws {
        let server = try LoopbackServer { _, connection in
            connection.answer("200 OK")
            return .keep
        }
        let transport = HTTPTransport()
        let url = "http://acct.blob.core.localhost:\(server.port)/c?comp=list"
        _ = try await body(try await transport.send(HTTPCall(method: .get, url: url)))
        #expect(server.requests.first?.header("Host") == "acct.blob.core.localhost:\(server.port)")
        #expect(server.requests.first?.head.hasPrefix("GET /c?comp=list ") == true)
        await transport.shutdown()
    }

    @Test(arguments: ["https://a.localhost/x", "http://localhost.evil.test/", "http://x.test"])
    func otherHostsAreDialledAsTheyAre(url: String) {
        #expect(Loopback.dialled(url).url == url)
        #expect(Loopback.dialled(url).host == nil)
    }

    @Test func aRefusedConnectionIsCertainlyNotSent() async throws {
        let server = try LoopbackServer { _, _ in .close }
        let base = server.base
        server.close()
        let transport = HTTPTransport()
        let lost = await failure(transport, HTTPCall(method: .post, url: base + "/jobs"))
        #expect(isNotSent(lost), "\(lost as Any)")
        #expect("\(lost as Any)".contains("nothing listens there"))
        await transport.shutdown()
    }

    @Test(arguments: ["nonsense", "ftp://x.test/", "http://"])
    func anAddressThatIsNoneIsNotSent(url: String) async {
        let transport = HTTPTransport()
        let lost = await failure(transport, HTTPCall(method: .get, url: url))
        #expect(isNotSent(lost), "\(lost as Any)")
        await transport.shutdown()
    }

    @Test func aConnectionClosedBeforeTheAnswerMayHaveBeenSent() async throws {
        let server = try LoopbackServer { _, _ in .close }
        let transport = HTTPTransport()
        let lost = await failure(transport, HTTPCall(method: .post, url: server.base + "/jobs"))
        guard case .noAnswer = lost else {
            Issue.record("not \(lost as Any)")
            return
        }
        #expect(server.requests.count == 1)
        await transport.shutdown()
    }

    @Test func aBodyThatBreaksOffIsAnAnswerThatDidNotCome() async throws {
        let server = try LoopbackServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            return .close
        }
        let transport = HTTPTransport()
        let answer = try await transport.send(HTTPCall(method: .get, url: server.base))
        await #expect(throws: TransportFailure.self) { _ = try await body(answer) }
        await transport.shutdown()
    }

    @Test func theTimeForAnAnswerRunsOut() async throws {
        let gate = DispatchSemaphore(value: 0)
        let server = try LoopbackServer { _, _ in
            gate.wait()
            return .close
        }
        let transport = HTTPTransport()
        let lost = await failure(
            transport,
            HTTPCall(method: .get, url: server.base, timeout: .milliseconds(50)))
        gate.signal()
        guard case .timedOut = lost else {
            Issue.record("not \(lost as Any)")
            return
        }
        await transport.shutdown()
    }

    @Test func aCancelledCallSaysSo() async throws {
        let gate = DispatchSemaphore(value: 0)
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { _, _ in
            arrival.yield()
            gate.wait()
            return .close
        }
        let transport = HTTPTransport()
        let call = HTTPCall(method: .get, url: server.base)
        let task = Task { await failure(transport, call) }
        var arrivals = arrived.makeAsyncIterator()
        _ = await arrivals.next()
        task.cancel()
        #expect(await task.value == .cancelled)
        gate.signal()
        await transport.shutdown()
    }

    @Test func aRedirectIsAnAnswer() async throws {
        let server = try LoopbackServer { _, connection in
            connection.answer("302 Found", ["Location: http://127.0.0.1:1/elsewhere"])
            return .keep
        }
        let transport = HTTPTransport()
        let answer = try await transport.send(HTTPCall(method: .get, url: server.base))
        #expect(answer.status == 302)
        #expect(answer.header("Location") == "http://127.0.0.1:1/elsewhere")
        _ = try await body(answer)
        #expect(server.requests.count == 1)
        await transport.shutdown()
    }

    @Test func aRangeOfAFileIsSentExactly() async throws {
        let path = NSTemporaryDirectory() + "/batchdeck-\(UUID().uuidString)"
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        let server = try LoopbackServer { _, connection in
            connection.answer("201 Created")
            return .keep
        }
        let transport = HTTPTransport()
        let answer = try await transport.send(
            HTTPCall(
                method: .put, url: server.base + "/c/b",
                body: .file(path: path, offset: 1001, length: 600_000)))
        #expect(answer.status == 201)
        let request = try #require(server.requests.first)
        #expect(request.header("Content-Length") == "600000")
        #expect(request.header("Transfer-Encoding") == nil)
        #expect(request.body == Array(bytes[1001..<601_001]))
        let lost = await failure(
            transport,
            HTTPCall(
                method: .put, url: server.base,
                body: .file(path: path + ".none", offset: 0, length: 1)))
        #expect(isNotSent(lost))
        await transport.shutdown()
    }

    @Test func aPutOfNothingSaysSo() async throws {
        let server = try LoopbackServer { _, connection in
            connection.answer("201 Created")
            return .keep
        }
        let transport = HTTPTransport()
        _ = try await transport.send(HTTPCall(method: .put, url: server.base + "/c/empty"))
        #expect(server.requests.first?.header("Content-Length") == "0")
        await transport.shutdown()
    }

    @Test func aReaderThatDoesNotReadStopsTheSender() async throws {
        let (verdicts, verdict) = AsyncStream.makeStream(of: Bool.self)
        let total = 256 << 20
        let server = try LoopbackServer { _, connection in
            connection.setWriteTimeout(milliseconds: 300)
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let piece = [UInt8](repeating: 7, count: 1 << 20)
            var isTaken = true
            for _ in 0..<256 where isTaken { isTaken = connection.write(piece) }
            verdict.yield(isTaken)
            return .close
        }
        let transport = HTTPTransport()
        let answer = try await transport.send(HTTPCall(method: .get, url: server.base))
        var pieces = answer.body.makeAsyncIterator()
        #expect(try await pieces.next()?.first == 7)
        var heard = verdicts.makeAsyncIterator()
        #expect(await heard.next() == false)
        await transport.shutdown()
    }

    @Test func afterItsEndNothingIsSent() async throws {
        let transport = HTTPTransport()
        await transport.shutdown()
        let lost = await failure(transport, HTTPCall(method: .get, url: "http://127.0.0.1:1/"))
        #expect(isNotSent(lost))
    }
}
