import BatchModel
import Synchronization
import TestSupport
import Testing

@testable import BatchEngine

/// No name, no redirect and no second answer of a resolver leads the engine to an address that is not public.
@Suite struct FetchSessionTests {
    private func get(
        _ text: String, _ network: FakeNetwork, named: [String] = []
    ) async throws -> InputAnswer {
        let session = FetchSession(
            InputFetching(
                fetcher: network.fetcher, hosts: try InputHosts(named), limits: FakeNetwork.limits))
        do {
            let answer = try await session.get(try InputURL(parsing: text))
            await session.close()
            #expect(network.openLines == 0)
            return answer
        } catch {
            await session.close()
            #expect(network.openLines == 0)
            throw error
        }
    }

    @Test(arguments: HostileAddresses.answers)
    func aNameThatLeadsInsideIsNotDialled(address: String) async throws {
        let outside = FakeNetwork.publicAddress
        for answers in [[address], [outside, address], [address, outside]] {
            let network = FakeNetwork(names: { _ in answers }) { _ in .plain() }
            await #expect(throws: InputFetchFailure.self) {
                _ = try await self.get("https://harmless.example.org/a", network)
            }
            #expect(network.asked.isEmpty, "\(answers)")
        }
    }

    @Test(arguments: HostileAddresses.urls)
    func aRedirectThatLeadsInsideIsNotFollowed(location: String) async throws {
        // Without a scheme and a host it would be a path of the same host, which is no way inside.
        let isRelative = location.firstRange(of: "://") == nil
        let network = FakeNetwork { url in
            url == "https://harmless.example.org/a" ? .redirect(location) : .plain()
        }
        if isRelative {
            _ = try? await get("https://harmless.example.org/a", network)
        } else {
            await #expect(throws: InputFetchFailure.self) {
                _ = try await self.get("https://harmless.example.org/a", network)
            }
        }
        #expect(network.asked.allSatisfy { $0.address == FakeNetwork.publicAddress })
        #expect(Set(network.lookups) == ["harmless.example.org"])
    }

    @Test(arguments: HostileAddresses.answers)
    func aRedirectToANameThatLeadsInsideIsNotFollowed(address: String) async throws {
        let network = FakeNetwork(
            names: { $0 == "second.example.org" ? [address] : [FakeNetwork.publicAddress] }
        ) { url in
            url.contains("second") ? .plain() : .redirect("https://second.example.org/b")
        }
        await #expect(throws: InputFetchFailure.self) {
            _ = try await self.get("https://first.example.org/a", network)
        }
        #expect(network.asked.map(\.url) == ["https://first.example.org/a"])
    }

    @Test func aNameIsLookedUpOnceAndKeepsItsAddress() async throws {
        let lookups = Mutex(0)
        let network = FakeNetwork(
            names: { _ in
                lookups.withLock { count in
                    count += 1
                    return count == 1 ? [FakeNetwork.publicAddress] : ["127.0.0.1"]
                }
            }
        ) { url in
            url.hasSuffix("/a") ? .redirect("/b") : url.hasSuffix("/b") ? .redirect("c") : .plain()
        }
        let answer = try await get("https://rebinding.example.org/a", network)
        #expect(answer.status == 200)
        #expect(network.lookups.count == 1)
        #expect(
            network.asked.map(\.address) == Array(repeating: FakeNetwork.publicAddress, count: 3))
    }

    @Test func redirectsAreFollowedFiveTimesAndNoFurther() async throws {
        let network = FakeNetwork { url in
            let number = Int(url.split(separator: "/").last ?? "") ?? 0
            return number == 0 ? .plain() : .redirect("/\(number - 1)", status: 307)
        }
        #expect(try await get("https://example.org/5", network).status == 200)
        let failure = await #expect(throws: InputFetchFailure.self) {
            _ = try await self.get("https://example.org/6", network)
        }
        #expect(failure?.detail.contains("more than 5 redirects") == true)
        let circle = FakeNetwork { _ in .redirect("/round") }
        await #expect(throws: InputFetchFailure.self) {
            _ = try await self.get("https://example.org/round", circle)
        }
        #expect(circle.asked.count == 6)
    }

    @Test func fromHTTPSNoWayLeadsToHTTPNotEvenToANamedHost() async throws {
        let network = FakeNetwork { _ in .redirect("http://named.example.org/a") }
        let failure = await #expect(throws: InputFetchFailure.self) {
            _ = try await self.get(
                "https://example.org/a", network, named: ["named.example.org", "example.org"])
        }
        #expect(failure?.detail.contains("from https to plain http") == true)
    }

    @Test func aNamedHostIsAskedWhereverItIs() async throws {
        let network = FakeNetwork(names: { _ in ["192.168.1.20"] }) { url in
            url.contains(":9000/") ? .plain() : .redirect("http://nas.local:9001/")
        }
        #expect(
            try await get("http://nas.local:9000/a", network, named: ["nas.local:9000"]).status
                == 200)
        #expect(network.asked.map(\.address) == ["192.168.1.20"])
        await #expect(throws: InputFetchFailure.self) {
            _ = try await self.get("http://nas.local:9001/a", network, named: ["nas.local:9000"])
        }
        let wandering = FakeNetwork(names: { _ in ["192.168.1.20"] }) { _ in
            .redirect("http://other.local/")
        }
        await #expect(throws: InputFetchFailure.self) {
            _ = try await self.get("http://nas.local/a", wandering, named: ["nas.local"])
        }
        #expect(wandering.asked.count == 1)
    }

    @Test func anotherAddressOfTheSameNameIsTriedWhenOneDoesNotAnswer() async throws {
        let network = FakeNetwork(names: { _ in ["93.184.216.1", "93.184.216.2"] }) { _ in .plain()
        }
        let dead = InputFetcher(
            addresses: network.fetcher.addresses,
            line: { host, address in
                guard address.hasSuffix(".1") else { return network.fetcher.line(host, address) }
                return InputLine(
                    get: { _ throws(InputFetchFailure) in
                        throw InputFetchFailure("nobody there", isPassing: true)
                    }, close: {})
            })
        let session = FetchSession(InputFetching(fetcher: dead, limits: FakeNetwork.limits))
        for _ in 0..<3 {
            #expect(
                try await session.get(try InputURL(parsing: "https://example.org/")).status == 200)
        }
        await session.close()
        #expect(network.asked.map(\.address) == Array(repeating: "93.184.216.2", count: 3))
    }

    @Test func nothingButTheQuestionIsSentAlong() async throws {
        let network = FakeNetwork { url in
            url.contains("first") ? .redirect("https://second.example.org/b") : .plain()
        }
        _ = try await get("https://first.example.org/a?sig=secret", network)
        #expect(network.asked.map(\.url).last == "https://second.example.org/b")
        #expect(network.asked.allSatisfy { $0.headers.isEmpty })
    }

    @Test func anEngineThatWasGivenNoWayOutSaysSo() async throws {
        let session = FetchSession(InputFetching())
        let failure = await #expect(throws: InputFetchFailure.self) {
            _ = try await session.get(try InputURL(parsing: "https://example.org/"))
        }
        #expect(failure == .unserved)
    }
}
