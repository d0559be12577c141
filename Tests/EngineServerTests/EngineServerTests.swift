import BatchEngine
import BatchModel
import Foundation
import TestSupport
import Testing

@testable import EngineServer

@Suite(.serialized) struct EngineServerTests {
    private static func host(_ route: Route, _ port: Int) -> String {
        let name = route.plane == .storage ? EngineAddress.storageHost : "127.0.0.1"
        return "Host: \(name):\(port)"
    }

    @Test func noRouteAnswersAStranger() async throws {
        try await ServerFixture.serving { connection, port in
            let bearer = "Authorization: Bearer \(connection.token)"
            for route in EveryRoute.of(connection.scope) {
                let host = Self.host(route, port)
                let refusals: [(String, [String])] = [
                    ("no token", [host]),
                    ("another token", [host, "Authorization: Bearer " + EngineToken.make()]),
                    ("an origin", [host, bearer, "Origin: https://example.org"]),
                    ("a page", [host, bearer, "Sec-Fetch-Site: cross-site"]),
                    ("another host", ["Host: example.org:\(port)", bearer]),
                    ("two hosts", [host, host, bearer]),
                ]
                let request = route.request
                for (name, headers) in refusals {
                    let isOpen = route.plane == .open && name == "no token"
                    let answer = try await LoopbackClient.send(
                        request.method.rawValue, request.target, headers, port: port)
                    #expect(
                        isOpen ? answer.status == 200 : [400, 401, 403].contains(answer.status),
                        "\(name): \(route): \(answer.head)")
                    #expect(answer.header("access-control-allow-origin") == nil)
                    #expect(!answer.text.contains(connection.token))
                }
                let known = try await LoopbackClient.send(
                    request.method.rawValue, request.target, [host, bearer], port: port)
                #expect(![401, 403].contains(known.status), "\(route): \(known.head)")
            }
        }
    }

    @Test func aLargeBlobGoesInAndComesOutWhole() async throws {
        try await ServerFixture.serving { connection, port in
            let host = "Host: \(EngineAddress.storageHost):\(port)"
            let query = SharedAccess(token: connection.token).sign(
                container: "azureml", prefix: "", .all, until: EngineClock.now + .seconds(600))
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let target = "/azureml/big%20one?" + query
            let put = try await LoopbackClient.send(
                "PUT", target, [host, "x-ms-blob-type: BlockBlob", "Expect: 100-continue"],
                body: bytes, port: port)
            #expect(put.status == 201, "\(put.head)")
            let get = try await LoopbackClient.send("GET", target, [host], port: port)
            #expect(get.body == bytes)
            let part = try await LoopbackClient.send(
                "GET", target, [host, "Range: bytes=2999990-"], port: port)
            #expect(part.status == 206)
            #expect(part.body == Array(bytes.suffix(10)))
            let head = try await LoopbackClient.send("HEAD", target, [host], port: port)
            #expect(head.header("content-length") == "3000000")
            #expect(head.body.isEmpty)
        }
    }

    @Test func anAnswerToHeadIsNeverFramedInChunks() async throws {
        try await ServerFixture.serving { connection, port in
            let headers = [
                "Host: \(EngineAddress.storageHost):\(port)",
                "Authorization: Bearer \(connection.token)",
            ]
            for target in ["/azureml/missing", "/azureml?restype=container"] {
                let head = try await LoopbackClient.send("HEAD", target, headers, port: port)
                #expect(head.header("transfer-encoding") == nil, "\(head.head)")
                #expect(head.header("content-length") == "0", "\(head.head)")
            }
        }
    }

    @Test func aChunkedBodyIsTaken() async throws {
        try await ServerFixture.serving { connection, port in
            let head =
                "PUT /azureml/chunked HTTP/1.1\r\nHost: \(EngineAddress.storageHost):\(port)\r\n"
                + "Authorization: Bearer \(connection.token)\r\nTransfer-Encoding: chunked\r\n\r\n"
            let answer = try await LoopbackClient.send(
                Array((head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").utf8), port: port)
            #expect(answer.status == 201, "\(answer.head)")
            let get = try await LoopbackClient.send(
                "GET", "/azureml/chunked",
                [
                    "Host: \(EngineAddress.storageHost):\(port)",
                    "Authorization: Bearer \(connection.token)",
                ], port: port)
            #expect(get.text == "abcde")
        }
    }

    @Test(
        arguments: [
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n",
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\nX: LONG\r\n\r\n",
            "GET http://HOST/discovery HTTP/1.1\r\nHost: example.org\r\n\r\n",
            "GET /discovery HTTP/1.1\r\n Host: HOST\r\n\r\n",
            "GET /discovery HTTP/1.1\r\nHost : HOST\r\n\r\n",
            "GET /discovery HTTP/1.1\r\n\r\n",
        ])
    func aRequestThatCanBeReadTwoWaysIsRefused(text: String) async throws {
        try await ServerFixture.serving { _, port in
            let request = text.replacingOccurrences(of: "HOST", with: "127.0.0.1:\(port)")
                .replacingOccurrences(of: "LONG", with: String(repeating: "x", count: 100_000))
            let answer = try? await LoopbackClient.send(Array(request.utf8), port: port)
            #expect(answer.map { (400..<500).contains($0.status) } ?? true, "\(answer?.head ?? "")")
        }
    }

    @Test func theConnectionFileSaysHowToReachTheEngine() async throws {
        try await ServerFixture.serving { connection, port in
            #expect(connection.url == "http://127.0.0.1:\(port)")
            #expect(connection.pid == getpid())
            #expect(connection.version == BatchdeckVersion.current)
            #expect(await LoopbackProbe.answers(connection))
            var stranger = connection
            stranger.token = EngineToken.make()
            #expect(await !LoopbackProbe.answers(stranger))
            stranger.url = "http://127.0.0.1:1"
            #expect(await !LoopbackProbe.answers(stranger))
        }
    }

    @Test func anEngineWithNothingToDoGoesByItself() async throws {
        let folder = try ServerFixture.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let options = EngineServerOptions(
            workspace: folder + "/workspace", state: folder + "/state",
            idleLimit: .milliseconds(20))
        try await EngineServer.serve(options)
        #expect(!EngineLock.isHeld(state: options.state))
    }

    @Test(.timeLimit(.minutes(5))) func anEngineThatCannotSayWhereItIsEnds() async throws {
        let folder = try ServerFixture.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let options = EngineServerOptions(
            workspace: folder + "/workspace", state: folder + "/state",
            connectionFile: folder + "/nowhere/connection.json")
        await #expect(throws: ServiceFailure.self) { try await EngineServer.serve(options) }
        #expect(!EngineLock.isHeld(state: options.state))
        let left = try FileManager.default.contentsOfDirectory(atPath: options.state)
        #expect(!left.contains { $0.hasPrefix("connection.json") })
    }

    @Test func twoEnginesDoNotServeOneFolder() async throws {
        let folder = try ServerFixture.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let state = folder + "/state"
        try EngineFolders.make(state)
        let lock = try EngineLock(state: state)
        let failure = await #expect(throws: ServiceFailure.self) {
            try await EngineServer.serve(
                EngineServerOptions(workspace: folder + "/workspace", state: state))
        }
        #expect(failure?.kind == .conflict)
        withExtendedLifetime(lock) {}
    }

    @Test func aPortThatIsTakenAndTLSAreRefusedInWords() async throws {
        try await ServerFixture.serving { _, port in
            let folder = try ServerFixture.makeFolder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            var options = EngineServerOptions(
                workspace: folder + "/workspace", state: folder + "/state", port: port)
            let taken = options
            let failure = await #expect(throws: ServiceFailure.self) {
                try await EngineServer.serve(taken)
            }
            #expect(failure?.message.contains("--port") == true)
            options.tlsCertificate = "cert.pem"
            let secure = options
            let refusal = await #expect(throws: ServiceFailure.self) {
                try await EngineServer.serve(secure)
            }
            #expect(refusal?.kind == .rejected)
        }
    }

    #if os(Linux)
        @Test func whoListsProcessesSeesNoToken() throws {
            let folder = try ServerFixture.makeFolder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let engine = try Child(
                try Checkout.executable(),
                ["engine", "serve", "--workspace", folder + "/workspace"],
                environment: ["BATCHDECK_HOME": folder, "PATH": "/usr/bin:/bin"])
            defer {
                kill(engine.pid, SIGTERM)
                if engine.wait(until: .now + .seconds(10)) == nil { engine.kill() }
            }
            let connection = try Eventually.get("the engine to serve") {
                ConnectionFile.read(ConnectionFile.path(state: folder + "/state"))
            }
            for list in ["cmdline", "environ"] {
                let url = URL(fileURLWithPath: "/proc/\(engine.pid)/" + list)
                let shown = String(decoding: try Data(contentsOf: url), as: UTF8.self)
                #expect(shown.contains(folder))
                #expect(!shown.contains(connection.token), "\(list)")
                #expect(!shown.contains(try #require(connection.storageKey)), "\(list)")
            }
        }
    #endif
}
