import BatchEngine
import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import EngineServer

/// What reaches the port and should get nowhere.
@Suite(.serialized) struct HostileRequestTests {
    /// A request that would leave a blob behind if anybody took it for one.
    private static func canary(_ number: Int, _ connection: ConnectionFile, _ port: Int) -> String {
        "PUT /azureml/smuggled/\(number) HTTP/1.1\r\nHost: \(EngineAddress.storageHost):\(port)\r\n"
            + "Authorization: Bearer \(connection.token)\r\nx-ms-blob-type: BlockBlob\r\n"
            + "Content-Length: 1\r\n\r\nx"
    }

    /// Heads and first bytes that two readers would end at different places; CANARY is what a second reader would take
    /// for the next request.
    static let smuggled: [String] = {
        let get = "GET /discovery HTTP/1.1\r\nHost: HOST\r\n"
        let transfer = [
            "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity, chunked, identity", "Transfer-Encoding: identity",
            "Transfer-Encoding : chunked", " Transfer-Encoding: chunked",
            "Transfer-Encoding:\u{B}chunked", "Transfer-Encoding: chunk\ted",
            "Transfer-Encoding: \"chunked\"", "Transfer-Encoding\u{0}: chunked",
            "X: x\rTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
            "Transfer-Encoding:\r\n chunked", "Transfer_Encoding: chunked\r\n bad",
            "Transfer-Encoding: gzip, chunked, x",
        ].flatMap { field in
            [
                get + field + "\r\nContent-Length: 4\r\n\r\n0\r\n\r\nCANARY",
                get + "Content-Length: 4\r\n" + field + "\r\n\r\n0\r\n\r\nCANARY",
            ]
        }
        let lengths = [
            "Content-Length: 0\r\nContent-Length: 44", "Content-Length: 44\r\nContent-Length: 0",
            "Content-Length: 0, 44", "Content-Length: +0", "Content-Length: -1",
            "Content-Length: 0x0", "Content-Length: 0 0", "Content-Length: ٠",
            "Content-Length: 1e1", "Content-Length: 99999999999999999999",
            "Content-Length : 0", "Content-Length\t: 0", " Content-Length: 0",
            "Content-Length: 0\u{0}", "Content-Length:\r\n 0", "Content-Length: ",
            "Content-Length: 0;",
        ].map { get + $0 + "\r\n\r\nCANARY" }
        let both = [
            get + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nCANARY",
            get + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nCANARY",
        ]
        let lines = [
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\nX: a\u{0}b\r\n\r\nCANARY",
            "GET /discovery\u{0} HTTP/1.1\r\nHost: HOST\r\n\r\nCANARY",
            "GET /discovery HTTP/1.1 x\r\nHost: HOST\r\n\r\nCANARY",
            "GET /discovery HTTP/9.9\r\nHost: HOST\r\n\r\nCANARY",
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\nX: a\r\n b\r\n\r\nCANARY",
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\n: empty\r\n\r\nCANARY",
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\nno colon\r\n\r\nCANARY",
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\nX(Y): a\r\n\r\nCANARY",
            "CONNECT HOST HTTP/1.1\r\nHost: HOST\r\n\r\nCANARY",
            "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\nCANARY",
            "GET http://example.org/ HTTP/1.1\r\nHost: HOST\r\n\r\nCANARY",
            "GET http://HOST/discovery HTTP/1.1\r\nHost: HOST\r\n\r\nCANARY",
            "OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\nCANARY", "GET /discovery\r\n\r\nCANARY",
            "GET /discovery\r\n", "\u{0}\u{0}\u{0}", "\u{16}\u{3}\u{1}\u{2}\u{0}",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nCANARY",
            "GET /discovery HTTP/1.1\r\nHost: HOST\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nX : y\r\n\r\nCANARY",
        ]
        return transfer + lengths + both + lines
    }()

    /// Bodies whose pieces two readers would measure differently.
    static let chunked = [
        "0x0\r\n\r\n", "-1\r\n\r\n", "+0\r\n\r\n", "0_0\r\n\r\n", "ffffffffffffffffff\r\n",
        "g\r\n\r\n", "1\r\nxx\r\n0\r\n\r\n", "\r\n\r\n", "0;\u{0}\r\n\r\n", " 0\r\n\r\n",
        "1\rx\r\n0\r\n\r\n",
    ].map {
        "GET /discovery HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n" + $0
            + "CANARY"
    }

    @Test func whatCanBeReadTwoWaysIsRefusedAndItsRestIsNobodysRequest() async throws {
        let forms = Self.smuggled + Self.chunked
        #expect(forms.count >= 70)
        try await ServerFixture.serving { connection, port in
            for (number, form) in forms.enumerated() {
                let text = form.replacing("HOST", with: "127.0.0.1:\(port)")
                    .replacing("CANARY", with: Self.canary(number, connection, port))
                let statuses = try RawExchange.statuses(text, port: port)
                // A head that is right may be answered before its body is read.
                let isHeadRight = number >= Self.smuggled.count && statuses.first == 200
                #expect(
                    statuses.dropFirst(isHeadRight ? 1 : 0).allSatisfy { (400..<500).contains($0) },
                    "\(number): \(form.debugDescription): \(statuses)")
            }
            let list = Route.storage(
                container: "azureml", .list(BlobListQuery(prefix: "smuggled/"))
            ).request
            let answer = try await LoopbackClient.send(
                "GET", list.target,
                [
                    "Host: \(EngineAddress.storageHost):\(port)",
                    "Authorization: Bearer \(connection.token)",
                ], port: port)
            #expect(answer.status == 200)
            #expect(!answer.text.contains("<Name>"), "\(answer.text)")
        }
    }

    /// The server's parser takes any number of blanks before the target and shows us one. No harm comes of it: both readers
    /// end the head at the same place, and what follows is answered as itself.
    @Test func aSecondBlankBeforeTheTargetMovesNoBoundary() async throws {
        try await ServerFixture.serving { _, port in
            let host = "Host: 127.0.0.1:\(port)\r\n"
            let statuses = try RawExchange.statuses(
                "GET  /discovery HTTP/1.1\r\n\(host)\r\nGET /x HTTP/1.1\r\n\(host)\r\n"
                    + "GET /discovery HTTP/1.1\r\n\(host)\r\n", port: port)
            #expect(statuses == [200, 401, 200])
        }
    }

    @Test(arguments: ["http://HOST/discovery", "HTTP://HOST/", "http:/discovery", "*", "x", "a:b"])
    func aTargetThatIsNoPathIsRefusedWhoeverAsks(target: String) async throws {
        try await ServerFixture.serving { connection, port in
            let host = "127.0.0.1:\(port)"
            for name in [host, "example.org"] {
                let sent = target.replacing("HOST", with: host)
                let statuses = try RawExchange.statuses(
                    "OPTIONS \(sent) HTTP/1.1\r\nHost: \(name)\r\n"
                        + "Authorization: Bearer \(connection.token)\r\n\r\n", port: port)
                #expect(statuses == [400], "\(sent) at \(name)")
            }
        }
    }

    @Test func noOtherHostIsAnsweredOverTheWire() async throws {
        #expect(RequestGateTests.foreignHosts.count >= 60)
        try await ServerFixture.serving { connection, port in
            for host in RequestGateTests.foreignHosts {
                let sent = host.replacing("8123", with: String(port))
                let statuses = try RawExchange.statuses(
                    "GET /discovery HTTP/1.1\r\nHost: \(sent)\r\n"
                        + "Authorization: Bearer \(connection.token)\r\nConnection: close\r\n\r\n",
                    port: port)
                // Blanks around a field's value are not part of it.
                let isOurs = sent.trimmingCharacters(in: .whitespaces) == "127.0.0.1:\(port)"
                #expect(
                    isOurs || statuses.allSatisfy { (400..<500).contains($0) },
                    "\(sent.debugDescription.prefix(80)): \(statuses)")
            }
        }
    }

    @Test func aTokenOrSignatureOfAnEarlierEngineOpensNothing() async throws {
        let stale = Mutex("")
        try await ServerFixture.serving { connection, _ in
            stale.withLock { $0 = connection.token }
        }
        let token = stale.withLock { $0 }
        let signature = SharedAccess(token: token).sign(
            container: "azureml", prefix: "", .all, until: EngineClock.now + .seconds(600))
        try await ServerFixture.serving { connection, port in
            #expect(connection.token != token)
            for route in EveryRoute.of(connection.scope) {
                let request = route.request
                let isStorage = route.plane == .storage
                let host = isStorage ? EngineAddress.storageHost : "127.0.0.1"
                let answer = try await LoopbackClient.send(
                    request.method.rawValue, request.target,
                    ["Host: \(host):\(port)", "Authorization: Bearer \(token)"], port: port)
                #expect([401, 403].contains(answer.status), "\(route)")
                guard isStorage else { continue }
                let join = request.target.contains("?") ? "&" : "?"
                let signed = try await LoopbackClient.send(
                    request.method.rawValue, request.target + join + signature,
                    ["Host: \(host):\(port)"], port: port)
                #expect(signed.status == 403, "\(route)")
            }
        }
    }

    // MARK: - Size and depth

    /// A deployment that would take a job.
    private static let deployment = [
        "endpoints/toys/endpoint.yml": "name: toys\ndefaults: {deployment_name: good}\n",
        "endpoints/toys/good/deployment.yml": """
        name: good
        endpoint_name: toys
        type: model
        model: {name: toy-model, path: model}
        code_configuration: {code: code, scoring_script: score.py}
        environment: azureml:toy-env:1
        compute: azureml:local
        """,
        "endpoints/toys/good/model/weights.txt": "1",
        "endpoints/toys/good/code/score.py":
            "def init():\n    pass\n\ndef run(mini_batch):\n    return mini_batch\n",
    ]

    @Test func headsAndBodiesHaveBounds() async throws {
        try await ServerFixture.serving(files: Self.deployment) { connection, port in
            let host = "Host: 127.0.0.1:\(port)"
            let bearer = "Authorization: Bearer \(connection.token)"
            let many = (0..<400).map { "X-\($0): y" }
            for headers in [many, ["X: " + String(repeating: "x", count: 100_000)]] {
                let answer = try? await LoopbackClient.send(
                    "GET", "/discovery", [host, bearer] + headers, port: port)
                #expect(answer.map { (400..<500).contains($0.status) } ?? true)
            }
            let target = "/discovery?" + String(repeating: "x", count: 9000)
            #expect(
                try await LoopbackClient.send("GET", target, [host, bearer], port: port).status
                    == 400)
            let invoke = Route.scoring("toys", .invoke).request
            let json = "Content-Type: application/json"
            for (body, status) in Self.bombs {
                let began = ProcessorTime.used
                let answer = try await LoopbackClient.send(
                    "POST", invoke.target, [host, bearer, json], body: Array(body.utf8), port: port)
                #expect(status.contains(answer.status), "\(body.prefix(60)): \(answer.status)")
                #expect(ProcessorTime.used - began < .seconds(3), "\(body.prefix(60))")
            }
        }
    }

    /// Bodies, and the statuses one may get.
    static let bombs: [(String, Set<Int>)] = {
        let refused: Set = [400, 413]
        func nested(_ open: String, _ close: String, _ depth: Int) -> String {
            String(repeating: open, count: depth) + String(repeating: close, count: depth)
        }
        let members = (0..<60_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        return [
            (nested("[", "]", 100_000), refused), (nested("{\"a\":", "}", 65), refused),
            (String(repeating: "[", count: 500_000), refused),
            ("\"" + String(repeating: "x", count: 1 << 20) + "\"", [413]),
            ("{\"properties\":{\"x\":1e99999999}}", refused),
            ("{\"properties\":{\"x\":" + String(repeating: "9", count: 200_000) + "}}", refused),
            ("{" + members + "}", refused),
            ("{" + String(repeating: "\"a\":0,", count: 100_000) + "\"a\":0}", refused),
            ("{\"properties\":" + String(repeating: "\\u0041", count: 1000), refused),
            ("\u{FEFF}\u{FEFF}{}", refused), ("{\"a\":\"\u{0}\"}", refused), ("", refused),
        ]
    }()

    // MARK: - Slow clients

    @Test func slowClientsAreClosedAndOthersServedMeanwhile() async throws {
        try await ServerFixture.serving(silenceLimit: .milliseconds(700)) { connection, port in
            let host = "Host: 127.0.0.1:\(port)\r\n"
            let silent = try (0..<200).map { _ in try RawExchange.Line(port: port) }
            let halfway = try (0..<50).map { _ in try RawExchange.Line(port: port) }
            for line in halfway { line.write("GET /discovery HTTP/1.1\r\n" + host) }
            let began = ContinuousClock.now
            let answer = try await LoopbackClient.send(
                "GET", "/discovery", ["Host: 127.0.0.1:\(port)"], port: port)
            #expect(answer.status == 200)
            #expect(ContinuousClock.now - began < .seconds(20))
            // One byte of a head at a time keeps nobody's connection open.
            let dripping = try RawExchange.Line(port: port)
            dripping.write("GET /discovery HTTP/1.1\r\n" + host + "X: ")
            let end = ContinuousClock.now + .seconds(6)
            var isOpen = true
            while isOpen, ContinuousClock.now < end {
                isOpen = dripping.write("x") && !dripping.isClosed(within: 60)
            }
            #expect(!isOpen, "a head that drips")
            #expect(silent.allSatisfy { $0.isClosed(within: 3000) }, "silent ones")
            #expect(halfway.allSatisfy { $0.isClosed(within: 3000) }, "half a head")
        }
    }

    @Test func aBodyThatStopsHalfwayIsNotWaitedFor() async throws {
        try await ServerFixture.serving(silenceLimit: .milliseconds(700)) { connection, port in
            let lines = try (0..<50).map { _ in try RawExchange.Line(port: port) }
            for (number, line) in lines.enumerated() {
                line.write(Self.put(number, length: 100, connection, port) + "half")
            }
            #expect(lines.allSatisfy { $0.isClosed(within: 3000) })
            let half = try await LoopbackClient.send(
                "GET", "/azureml/slow/0",
                Self.storage(connection, port), port: port)
            #expect(half.status == 404, "half a blob is none")
        }
    }

    /// With the token and without: a byte every now and then is no silence.
    @Test(arguments: [true, false]) func aSmallBodyThatDripsIsEnded(isKnown: Bool) async throws {
        try await ServerFixture.serving(
            files: Self.deployment, silenceLimit: .milliseconds(500)
        ) { connection, port in
            let line = try RawExchange.Line(port: port)
            let invoke = Route.scoring("toys", .invoke).request
            let bearer = isKnown ? "Authorization: Bearer \(connection.token)\r\n" : ""
            line.write(
                "POST \(invoke.target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\(bearer)"
                    + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")
            let end = ContinuousClock.now + .seconds(6)
            var isOpen = true
            while isOpen, ContinuousClock.now < end {
                isOpen = line.write(" ") && !line.isClosed(within: 60)
            }
            #expect(!isOpen)
        }
    }

    @Test func whoDoesNotReadItsAnswersKeepsNobodyWaiting() async throws {
        try await ServerFixture.serving { connection, port in
            let bytes = [UInt8](repeating: 7, count: 12 << 20)
            let headers = Self.storage(connection, port) + ["x-ms-blob-type: BlockBlob"]
            let put = try await LoopbackClient.send(
                "PUT", "/azureml/big", headers, body: bytes, port: port)
            #expect(put.status == 201)
            let deaf = try (0..<20).map { _ in try RawExchange.Line(port: port) }
            let fields = Self.storage(connection, port).joined(separator: "\r\n")
            for line in deaf { line.write("GET /azureml/big HTTP/1.1\r\n\(fields)\r\n\r\n") }
            let began = ContinuousClock.now
            for _ in 0..<20 {
                let answer = try await LoopbackClient.send(
                    "GET", "/discovery", ["Host: 127.0.0.1:\(port)"], port: port)
                #expect(answer.status == 200)
            }
            #expect(ContinuousClock.now - began < .seconds(20))
            withExtendedLifetime(deaf) {}
        }
    }

    private static func storage(_ connection: ConnectionFile, _ port: Int) -> [String] {
        [
            "Host: \(EngineAddress.storageHost):\(port)",
            "Authorization: Bearer \(connection.token)",
        ]
    }

    private static func put(
        _ number: Int, length: Int, _ connection: ConnectionFile, _ port: Int
    ) -> String {
        let fields = storage(connection, port) + ["Content-Length: \(length)"]
        return "PUT /azureml/slow/\(number) HTTP/1.1\r\n" + fields.joined(separator: "\r\n")
            + "\r\n\r\n"
    }

    // MARK: - The log

    @Test func theLogHoldsNothingThatSteersATerminal() {
        let hostile = "name\u{1B}[2J\u{1B}]52;c;eA==\u{7}\r\nforged: line\u{9B}1m\u{202E}gnp\u{0}"
        let line = PlainLog.plain(
            "\(hostile) https://x.blob.core.windows.net/c/b?sv=1&sig=abc%2B&x=1 sig=zzz")
        #expect(line.unicodeScalars.allSatisfy { !$0.isSteering })
        #expect(!line.contains("abc%2B") && !line.contains("zzz"))
        #expect(line.contains("&x=1"))
    }
}
