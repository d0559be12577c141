import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import BatchEngine

/// No name and no link leads out of the blob folder.
@Suite(.serialized) struct HostileNameTests {
    /// Paths behind `/<container>/`, as they would stand in a request line.
    static let paths: [String] = {
        let dots = [
            "..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..%00", "..;", "...", ".. ", "..%20",
            ".",
            "%2e", "..%c0%af", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "%f0%80%80%ae%2e", "..%5c",
            "..\\", "%2e%2e%5c", "%uff0e%uff0e", "%ef%bc%8e%ef%bc%8e", "..%0d%0a", "..%ff", "~",
            "..%2f..",
        ]
        let slashes = ["/", "%2f", "%2F", "%252f", "%5c", "\\", "%c0%af", "//", "/./", "%ef%bc%8f"]
        let ends = ["canary.txt", "canary%2etxt", ""]
        var all: [String] = []
        for dot in dots {
            for slash in slashes {
                for end in ends {
                    all.append(dot + slash + dot + slash + dot + slash + end)
                }
            }
        }
        let root = EngineFixtureCanary.relative
        all += [
            "/etc/passwd", "%2fetc%2fpasswd", "//etc/passwd", "C:/x", "C:%5cx", "a/../../\(root)",
            "a/%2e%2e/%2e%2e/\(root)", "link", "link/canary.txt", "link/new.txt", "filelink",
            "link%2fcanary.txt", "deep/link/canary.txt", "link/../canary.txt", "CON", "NUL",
            "aux.txt",
            "a%00b", "%00", "a%0ab", "a%1b[2J", "%7f", "a%c2%9b", "a%e2%80%ae", "a?b", "a//b", "a/",
            "/", "%20", "a%20", "a.", "a..", ".git/config", "%ff%fe", "%", "%2", "%zz", "a%2",
            String(repeating: "x", count: 256), String(repeating: "a/", count: 600) + "b",
            String(repeating: "%2e%2e%2f", count: 800), String(repeating: "é", count: 130),
            "pipe", "socket/x", "workspace-data/x", "workspace-data/../x",
            "workspace-data/toys/1/../../x",
        ]
        return all
    }()

    private struct Ground {
        let fixture: EngineFixture
        let container: String
        let outside: String

        init() throws {
            fixture = try EngineFixture()
            container = fixture.engine.blobs.root + "/azureml"
            outside = fixture.folder + "/outside"
            try FileManager.default.createDirectory(
                atPath: outside + "/sub", withIntermediateDirectories: true)
            try Data(EngineFixtureCanary.text.utf8).write(
                to: URL(fileURLWithPath: outside + "/canary.txt"))
            for place in ["/canary.txt", "/blobs/canary.txt"] {
                try Data(EngineFixtureCanary.text.utf8)
                    .write(to: URL(fileURLWithPath: fixture.state + place))
            }
            try FileManager.default.createDirectory(
                atPath: container + "/deep", withIntermediateDirectories: true)
            for (name, target) in [
                ("link", outside), ("deep/link", outside), ("filelink", outside + "/canary.txt"),
            ] {
                #expect(symlink(target, container + "/" + name) == 0)
            }
            #expect(mkfifo(container + "/pipe", 0o600) == 0)
        }

        func send(_ method: RouteRequest.Method, _ target: String) async -> EngineResponse {
            await fixture.send(
                method, target, headers: [("x-ms-blob-type", "BlockBlob")],
                body: method == .put ? Array("written".utf8) : [], isStorageHost: true)
        }

        /// What lies outside, names and contents.
        func picture() throws -> [String: String] {
            var found: [String: String] = [:]
            for root in [outside, fixture.workspace] {
                for case let name as String in FileManager.default.enumerator(atPath: root)
                    ?? .init()
                {
                    let path = root + "/" + name
                    found[path] = FileManager.default.contents(atPath: path).map {
                        String(decoding: $0, as: UTF8.self)
                    }
                }
            }
            for name in try FileManager.default.contentsOfDirectory(atPath: fixture.folder) {
                found["top/" + name] = ""
            }
            for place in ["/canary.txt", "/blobs/canary.txt"] {
                found[place] = FileManager.default.contents(atPath: fixture.state + place).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            for name in try FileManager.default.contentsOfDirectory(
                atPath: fixture.engine.blobs.root)
            {
                found["blobs/" + name] = ""
            }
            return found
        }
    }

    @Test func noNameReadsOrWritesOutsideTheBlobFolder() async throws {
        #expect(Set(Self.paths).count >= 500)
        let ground = try Ground()
        let before = try ground.picture()
        for path in Self.paths {
            for method in [RouteRequest.Method.put, .get, .head, .delete] {
                let answer = await ground.send(method, "/azureml/" + path)
                #expect(answer.status < 500, "\(method) \(path.prefix(80)): \(answer.status)")
                #expect(
                    !answer.text.contains(EngineFixtureCanary.text), "\(method) \(path.prefix(80))")
            }
            let list = await ground.send(
                .get,
                "/azureml?restype=container&comp=list&prefix=\(path.replacing("?", with: "%3F"))")
            #expect(list.status < 500, "list \(path.prefix(80))")
            #expect(!list.text.contains("<Name>link/"), "list \(path.prefix(80))")
            #expect(!list.text.contains("canary.txt</Name><Properties><Last-Modified>x"))
        }
        for container in [
            "..", "%2e%2e", ".", "azureml%2f..", "azureml%2f..%2f..", "AZUREML", "%00", "link",
        ] {
            for method in [RouteRequest.Method.put, .get, .delete] {
                let answer = await ground.send(method, "/\(container)/canary.txt")
                #expect((400..<500).contains(answer.status), "\(container)")
            }
        }
        #expect(try ground.picture() == before)
    }

    /// A folder that is a folder at one moment and a link the next, while requests run through it.
    @Test func aFolderThatTurnsIntoALinkInBetweenLeadsNowhere() async throws {
        let ground = try Ground()
        let (folder, link) = (ground.container + "/flip", ground.container + "/turn")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("inside".utf8).write(to: URL(fileURLWithPath: folder + "/canary.txt"))
        try Data("kept".utf8).write(to: URL(fileURLWithPath: ground.outside + "/gone.txt"))
        #expect(symlink(ground.outside, link) == 0)
        let before = try ground.picture()
        let swaps = Swaps(folder, link)
        var insides = 0
        var requests = 0
        let end = ContinuousClock.now + .milliseconds(Self.raceMilliseconds)
        while ContinuousClock.now < end {
            let read = await ground.send(.get, "/azureml/flip/canary.txt")
            #expect(!read.text.contains(EngineFixtureCanary.text))
            if read.text == "inside" { insides += 1 }
            _ = await ground.send(.put, "/azureml/flip/new-\(requests).txt")
            _ = await ground.send(.delete, "/azureml/flip/gone.txt")
            let list = await ground.send(
                .get, "/azureml?restype=container&comp=list&prefix=flip/")
            #expect(!list.text.contains("flip/sub") && !list.text.contains("gone.txt"))
            requests += 4
        }
        let flips = try swaps.end()
        #expect(flips > 200 && requests > 40, "\(flips) flips, \(requests) requests")
        #expect(insides > 0 && insides < requests / 4, "both states were met")
        #expect(try ground.picture() == before)
    }

    private static let raceMilliseconds =
        Int(ProcessInfo.processInfo.environment["BATCHDECK_TEST_RACE_MS"] ?? "") ?? 1000

    /// A thread that lets two paths trade places, each time in one step, until it is ended.
    private final class Swaps: Sendable {
        private typealias Exchange =
            @convention(c) (
                Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32
            ) -> Int32

        /// Swift's view of the C library leaves GNU's own functions out.
        private static var exchange: Exchange? {
            dlsym(nil, "renameat2").map { unsafeBitCast($0, to: Exchange.self) }
        }

        private let isOver = Mutex(false)
        private let done = Mutex(0)
        private let isGone = Mutex(false)

        init(_ one: String, _ other: String) {
            Thread { [self] in
                let exchange = Self.exchange
                // A test that fails before it ends them must not leave them trading beside all the others.
                let limit = ContinuousClock.now + .seconds(60)
                while !isOver.withLock({ $0 }), ContinuousClock.now < limit {
                    // 2 is RENAME_EXCHANGE.
                    if exchange?(AT_FDCWD, one, AT_FDCWD, other, 2) == 0 {
                        done.withLock { $0 += 1 }
                    }
                    sched_yield()
                }
                isGone.withLock { $0 = true }
            }
            .start()
        }

        /// The number of trades.
        func end() throws -> Int {
            isOver.withLock { $0 = true }
            try Eventually.get("the end of the swaps") { isGone.withLock { $0 } ? true : nil }
            return done.withLock { $0 }
        }
    }
}

/// What must stay unread.
enum EngineFixtureCanary {
    static let text = "c4n4ry-do-not-read"
    static let relative = "canary.txt"
}
