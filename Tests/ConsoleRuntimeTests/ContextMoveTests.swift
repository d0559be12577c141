import BatchClient
import BatchModel
import ConsoleCore
import ConsoleGrid
import Synchronization
import TestSupport
import Testing

@testable import ConsoleRuntime

/// Moving between contexts while requests are under way.
@Suite struct ContextMoveTests {
    private static let prod = ContextEntry(
        AzureContext(
            name: "prod",
            scope: WorkspaceScope(
                subscriptionID: "s", resourceGroup: "g", workspace: "wine-prod")))

    private static func client(_ name: String, gate: Gate? = nil) -> BatchClient {
        var client = BatchClient.unimplemented
        client.connect = { () async throws(ServiceFailure) in
            ConnectionInfo(
                context: name,
                scope: WorkspaceScope(subscriptionID: "s", resourceGroup: "g", workspace: name),
                latency: .milliseconds(1), isLocal: name == "local")
        }
        client.endpoints = { () async throws(ServiceFailure) in
            await gate?.pass()
            defer { gate?.noteLeft() }
            return [Endpoint(name: Endpoint.Name("endpoint-of-\(name)"))]
        }
        client.deployments = { _ async throws(ServiceFailure) in [] }
        client.jobs = { query async throws(ServiceFailure) in
            JobPage(
                start: 0, jobs: [], total: 0, hasMore: false,
                asOf: ClientSurroundings.system.now(), source: "test")
        }
        client.undecided = { [] }
        return client
    }

    private static func contexts(
        _ client: @escaping @Sendable (String, @escaping CredentialSurroundings.Ask) -> BatchClient
    ) -> ConsoleContexts {
        var contexts = ConsoleContexts.only { () throws(ServiceFailure) in
            client("local") { _, _ in { _ in } }
        }
        contexts.list = { () throws(ServiceFailure) in [.local(isDefault: true), prod] }
        contexts.client = { name, ask throws(ServiceFailure) in client(name, ask) }
        return contexts
    }

    @Test func nothingOfTheOldContextAnswersIntoTheNewOne() async throws {
        let gate = Gate()
        let console = ScriptedConsole(
            client: .unimplemented,
            contexts: Self.contexts { name, _ in
                Self.client(name, gate: name == "local" ? gate : nil)
            })
        try await console.wait(for: "Asking for the endpoints", "local ▸ endpoints")
        try await Eventually.awaited("the question") { gate.isAsked ? true : nil }
        try console.press("C")
        try await console.wait(for: "wine-prod")
        try console.press("j<enter>")
        try await console.wait(for: "prod ▸ endpoints", "endpoint-of-prod")
        gate.open()
        try await Eventually.awaited("the late answer") { gate.hasLeft ? true : nil }
        try console.press("N")
        let picture = try await console.wait(for: "in prod now")
        #expect(!picture.contains("endpoint-of-local"))
        try console.press("<esc>")
        #expect(!(try await console.wait(for: "endpoint-of-prod")).contains("endpoint-of-local"))
        try console.press("<ctrl-p>context local<enter>")
        try await console.wait(for: "local ▸ endpoints", "endpoint-of-local")
        try await console.quit()
    }

    @Test func aSignInThatIsGivenUpIsGivenUpBelowAndNobodyIsAskedAgain() async throws {
        let gate = Gate()
        let box = Counter()
        let console = ScriptedConsole(
            client: .unimplemented,
            contexts: Self.contexts { name, ask in
                var client = Self.client(name, gate: name == "prod" ? gate : nil)
                if name == "prod" {
                    client.connect = { () async throws(ServiceFailure) in
                        await gate.pass()
                        throw ServiceFailure(
                            kind: .unauthorized, operation: "sign in", detail: "it was cancelled")
                    }
                    box.asked()
                    _ = ask(
                        SignInQuestion(
                            page: "https://login.example.org", code: "ABCD1234",
                            expiresAt: ClientSurroundings.system.now() + .seconds(900))
                    ) { box.gaveUp() }
                }
                return client
            })
        try await console.wait(for: "endpoint-of-local")
        try console.press("C")
        try await console.wait(for: "wine-prod")
        try console.press("j<enter>")
        try await console.wait(for: "Sign in to prod", "ABCD1234", "login.example.org")
        try console.press("y")
        try await Eventually.awaited("the copied code") {
            console.copied == ["ABCD1234"] ? true : nil
        }
        try console.press("<ctrl-x>")
        try await console.wait(for: "given up")
        #expect(box.counts == [1, 1])
        gate.open()
        try console.press("C")
        try await console.wait(for: "sign-in needed")
        try console.press("k<enter>")
        try await console.wait(for: "local ▸ endpoints", "endpoint-of-local")
        #expect(box.counts == [1, 1])
        try await console.quit()
    }

    @Test func aSignInInMidSessionThatIsDoneClosesItsBoxAndCutsNothingOff() async throws {
        let asker = Mutex<CredentialSurroundings.Ask?>(nil)
        let console = ScriptedConsole(
            client: .unimplemented,
            contexts: Self.contexts { name, ask in
                asker.withLock { $0 = ask }
                return Self.client(name)
            })
        try await console.wait(for: "endpoint-of-local")
        let ask = try #require(asker.withLock { $0 })
        let end = ask(
            SignInQuestion(
                page: "https://login.example.org", code: "ABCD1234",
                expiresAt: ClientSurroundings.system.now() + .seconds(900))
        ) {}
        try await console.wait(for: "Sign in to local", "ABCD1234")
        end(true)
        let picture = try await console.wait(for: "signed in to local")
        #expect(!picture.contains("ABCD1234"))
        try await console.quit()
    }

    @Test func aSignInOfAContextThatWasLeftIsGivenUpAtOnce() async throws {
        let asker = Mutex<CredentialSurroundings.Ask?>(nil)
        let box = Counter()
        let console = ScriptedConsole(
            client: .unimplemented,
            contexts: Self.contexts { name, ask in
                if name == "local" { asker.withLock { $0 = ask } }
                return Self.client(name)
            })
        try await console.wait(for: "endpoint-of-local")
        try console.press("C")
        try await console.wait(for: "wine-prod")
        try console.press("j<enter>")
        try await console.wait(for: "prod ▸ endpoints", "endpoint-of-prod")
        let ask = try #require(asker.withLock { $0 })
        _ = ask(
            SignInQuestion(
                page: "https://login.example.org", code: "ABCD1234",
                expiresAt: ClientSurroundings.system.now() + .seconds(900))
        ) { box.gaveUp() }
        #expect(box.counts == [0, 1])
        try await console.quit()
    }

    private final class Counter: Sendable {
        private let values = Mutex([0, 0])
        func asked() { values.withLock { $0[0] += 1 } }
        func gaveUp() { values.withLock { $0[1] += 1 } }
        var counts: [Int] { values.withLock { $0 } }
    }
}

/// What is kept of the palette between two runs.
@Suite struct CommandHistoryTests {
    @Test func commandsAreFoundAgainNewestFirst() throws {
        let folder = try TemporaryFolder("commands")
        let history = CommandHistory(folder: folder.path + "/state")
        #expect(history.load().isEmpty)
        history.save(["jobs", "theme light"])
        #expect(CommandHistory(folder: folder.path + "/state").load() == ["jobs", "theme light"])
        history.save(["quit", "two\nlines"])
        #expect(history.load() == ["quit"])
    }

    @Test func aFileThatIsNotOursIsAnEmptyHistory() throws {
        let folder = try TemporaryFolder("commands")
        try folder.write(String(repeating: "x", count: 70_000), to: "commands")
        #expect(CommandHistory(folder: folder.path).load().isEmpty)
    }
}
