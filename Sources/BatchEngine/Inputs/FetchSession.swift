// Asking other hosts on behalf of one job: every hop is judged before it is dialled.
//
//   address ─▶ text rules ─▶ look up the name ─▶ are ALL its addresses public? ─▶ dial one of those ─▶ answer
//      ▲                                                                                              │
//      └────────────────────────── redirect: at most five, judged like the first ─────────────────────┘
//
// All of them, because a name with one public and one private address would be asked at whichever answers. A name is looked up
// once for a job and then keeps its address: a second answer that leads elsewhere (DNS rebinding) is never asked for.

import BatchModel
import Synchronization

/// What one job asks other hosts.
final class FetchSession: Sendable {
    private struct Target: Hashable {
        var host: String
        var port: Int
        var isSecure: Bool
    }

    /// One of a host's addresses.
    private struct Way {
        var address: String
        var line: InputLine
    }

    private let fetching: InputFetching
    private let ways = Mutex<[Target: [Way]]>([:])
    private let bytesLeft: Mutex<Int64>

    var limits: InputLimits { fetching.limits }

    init(_ fetching: InputFetching) {
        self.fetching = fetching
        bytesLeft = Mutex(fetching.limits.bytes)
    }

    /// True when the host was named on purpose.
    func isNamed(_ url: InputURL) -> Bool { fetching.hosts.contain(url) }

    /// Takes from what the job may still fetch.
    func spend(_ bytes: Int64) throws(InputFetchFailure) {
        let isWithin = bytesLeft.withLock { left in
            left -= bytes
            return left >= 0
        }
        guard isWithin else {
            throw InputFetchFailure(
                "the job's inputs are larger than \(limits.bytes >> 20) MiB in all, which is the "
                    + "most this engine fetches; give less, or register the data here")
        }
    }

    /// Gives back what was fetched in vain.
    func refund(_ bytes: Int64) { bytesLeft.withLock { $0 += bytes } }

    /// Asks for an address, following redirects.
    func get(
        _ url: InputURL, headers: [String: String] = [:]
    ) async throws(InputFetchFailure) -> InputAnswer {
        var url = url
        for _ in 0...limits.redirects {
            let answer = try await answer(url, headers)
            guard [301, 302, 303, 307, 308].contains(answer.status) else { return answer }
            guard let location = answer.header("location") else {
                throw InputFetchFailure("\(url.host) answered with a redirect that leads nowhere")
            }
            do throws(InputURL.Refusal) { url = try url.following(location) } catch {
                throw InputFetchFailure(
                    "\(url.host) answered with a redirect whose address \(error.detail)")
            }
        }
        throw InputFetchFailure("\(url.host) answered with more than \(limits.redirects) redirects")
    }

    private func answer(
        _ url: InputURL, _ headers: [String: String]
    ) async throws(InputFetchFailure) -> InputAnswer {
        let ask = InputAsk(url: url.text, headers: headers, stallLimit: limits.stall)
        let target = Target(host: url.host, port: url.port, isSecure: url.isSecure)
        var last = InputFetchFailure("\(url.host) has no address")
        for way in try await ways(to: target, url) {
            if Task.isCancelled { throw .cancelled }
            do throws(InputFetchFailure) {
                let answer = try await way.line.get(ask)
                prefer(way, for: target)
                return answer
            } catch { last = error }
        }
        throw last
    }

    /// What answered is the first to be asked from now on.
    private func prefer(_ way: Way, for target: Target) {
        ways.withLock { all in
            guard let place = all[target]?.firstIndex(where: { $0.address == way.address }),
                place > 0
            else { return }
            all[target]?.swapAt(0, place)
        }
    }

    private func ways(
        to target: Target, _ url: InputURL
    ) async throws(InputFetchFailure) -> [Way] {
        if let known = ways.withLock({ $0[target] }) { return known }
        let made = try await judged(url).prefix(Self.addressLimit).map {
            Way(address: $0, line: fetching.fetcher.line(url.host, $0))
        }
        let (isMine, kept) = ways.withLock { all -> (Bool, [Way]) in
            if let other = all[target] { return (false, other) }
            all[target] = made
            return (true, made)
        }
        if !isMine { for way in made { await way.line.close() } }
        return kept
    }

    /// Addresses of one name that are tried.
    private static let addressLimit = 4

    /// The addresses that may be dialled for an address.
    private func judged(_ url: InputURL) async throws(InputFetchFailure) -> [String] {
        if let refusal = fetching.hosts.refusal(url) {
            throw InputFetchFailure("the address \(refusal)")
        }
        if url.numeric != nil { return [url.host] }
        let found = try await fetching.fetcher.addresses(url.host)
        guard !found.isEmpty else { throw InputFetchFailure("\(url.host) has no address") }
        guard !isNamed(url) else { return found }
        for text in found {
            // A zone stands behind link-local addresses only.
            guard let address = NetworkAddress(text) else {
                throw InputFetchFailure("\(url.host) leads to \(text.plainLine), no plain address")
            }
            if let barrier = address.barrier {
                throw InputFetchFailure(
                    "\(url.host) leads to \(address.text), \(barrier), and data is not fetched "
                        + "from there; start the engine with --allow-input-host "
                        + "\(url.authority) if you trust it")
            }
        }
        return found
    }

    /// Gives all connections back; must be the last call.
    func close() async {
        let all = ways.withLock { ways -> [Way] in
            defer { ways = [:] }
            return ways.values.flatMap { $0 }
        }
        for way in all { await way.line.close() }
    }
}
