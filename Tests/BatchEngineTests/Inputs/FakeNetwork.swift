import BatchModel
import Synchronization

@testable import BatchEngine

/// Other hosts as a test wants them: what names lead to, what is answered, and a note of everything that was asked.
final class FakeNetwork: Sendable {
    /// A question that reached a host.
    struct Asked: Sendable, Hashable {
        var url: String
        var address: String
        var headers: [String: String]
    }

    typealias Answer = @Sendable (_ url: String) async throws -> InputAnswer

    private struct State {
        var lookups: [String] = []
        var asked: [Asked] = []
        var open = 0
    }

    /// A public address: what every name leads to unless told otherwise.
    static let publicAddress = "93.184.216.34"

    private let state = Mutex(State())
    private let names: @Sendable (String) -> [String]
    private let answer: Answer

    init(
        names: @escaping @Sendable (String) -> [String] = { _ in [publicAddress] },
        _ answer: @escaping Answer
    ) {
        self.names = names
        self.answer = answer
    }

    var lookups: [String] { state.withLock { $0.lookups } }
    var asked: [Asked] { state.withLock { $0.asked } }
    /// Lines that were not given back.
    var openLines: Int { state.withLock { $0.open } }

    var fetcher: InputFetcher {
        InputFetcher(
            addresses: { host in
                self.state.withLock { $0.lookups.append(host) }
                return self.names(host)
            },
            line: { _, address in
                self.state.withLock { $0.open += 1 }
                return InputLine(
                    get: { ask throws(InputFetchFailure) in
                        self.state.withLock {
                            $0.asked.append(
                                Asked(url: ask.url, address: address, headers: ask.headers))
                        }
                        do { return try await self.answer(ask.url) } catch {
                            throw error as? InputFetchFailure ?? InputFetchFailure("\(error)")
                        }
                    }, close: { self.state.withLock { $0.open -= 1 } })
            })
    }

    /// Bounds that let a test hit them.
    static var limits: InputLimits {
        var limits = InputLimits()
        limits.firstPause = .milliseconds(1)
        return limits
    }
}

extension InputAnswer {
    static func plain(
        _ status: Int = 200, _ text: String = "", headers: [String: String] = [:]
    ) -> InputAnswer {
        let bytes = Array(text.utf8)
        return InputAnswer(
            status: status,
            headers: headers.map { ($0.key, $0.value) }
                + [("Content-Length", String(bytes.count))],
            body: AsyncThrowingStream {
                $0.yield(bytes)
                $0.finish()
            })
    }

    static func redirect(_ location: String, status: Int = 302) -> InputAnswer {
        .plain(status, headers: ["Location": location])
    }

    /// A body that comes in pieces as a test lets it.
    static func pieces(
        length: Int?, _ next: @escaping @Sendable () async throws -> [UInt8]?
    ) -> InputAnswer {
        InputAnswer(
            status: 200, headers: length.map { [("content-length", String($0))] } ?? [],
            body: AsyncThrowingStream { try await next() })
    }
}

/// A blob service's lists and blobs, made of a table of names.
enum FakeBlobs {
    /// - Parameters:
    ///   - base: the container's address.
    ///   - pageSize: names on each page.
    static func answer(
        _ url: String, base: String, blobs: [String: String], pageSize: Int = 5000
    ) -> InputAnswer? {
        let parts = url.split(separator: "?", maxSplits: 1).map(String.init)
        let query = (parts.count == 2 ? parts[1] : "").split(separator: "&").reduce(
            into: [String: String]()
        ) { all, item in
            let pair = item.split(separator: "=", maxSplits: 1).map(String.init)
            all[pair[0]] = pair.count == 2 ? PercentEncoding.decode(pair[1]) : ""
        }
        guard parts[0] == base, query["comp"] == "list" else {
            guard parts[0].hasPrefix(base + "/"),
                let name = PercentEncoding.decode(parts[0].dropFirst(base.count + 1)),
                let text = blobs[name]
            else { return nil }
            return .plain(200, text)
        }
        let prefix = query["prefix"] ?? ""
        let isShallow = query["delimiter"] == "/"
        let names = blobs.keys.filter {
            $0.hasPrefix(prefix) && !(isShallow && $0.dropFirst(prefix.count).contains("/"))
        }.sorted()
        let start = query["marker"].flatMap { Int($0) } ?? 0
        let page = names.dropFirst(start).prefix(pageSize)
        let next = start + page.count < names.count ? String(start + page.count) : ""
        return .plain(200, xml(page.map { ($0, blobs[$0]?.utf8.count ?? 0) }, next: next))
    }

    static func xml(_ blobs: [(name: String, size: Int)], next: String = "") -> String {
        let items = blobs.map { name, size in
            let plain = name.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            return "<Blob><Name>\(plain)</Name><Properties><Content-Length>\(size)"
                + "</Content-Length></Properties></Blob>"
        }.joined()
        return "\u{FEFF}<?xml version=\"1.0\"?><EnumerationResults ServiceEndpoint=\"x\"><Blobs>"
            + "\(items)</Blobs><NextMarker>\(next)</NextMarker></EnumerationResults>"
    }
}
