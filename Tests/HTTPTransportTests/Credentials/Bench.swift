import BatchClient
import BatchModel
import Foundation
import Synchronization
import TestSupport

@testable import HTTPTransport

/// A clock that stands still but for sleeps, which take no time and are written down.
final class StillClock: Sendable {
    private let state = Mutex((now: Timestamp(secondsSinceEpoch: 0), sleeps: [Duration]()))

    init() {
        let now = Date().timeIntervalSince1970.rounded()
        state.withLock { $0.now = Timestamp(secondsSinceEpoch: now) }
    }

    var now: Timestamp { state.withLock { $0.now } }
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func advance(_ time: Duration) { state.withLock { $0.now = $0.now + time } }

    var surroundings: ClientSurroundings {
        ClientSurroundings(
            now: { self.now },
            sleep: { wait in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.now = state.now + wait
                    state.sleeps.append(wait)
                }
                await Task.yield()
            }, makeID: { "id-1" }, randomUnit: { 1 })
    }
}

/// Credentials of a context over a real transport, the token server at the other end.
final class SignInBench: Sendable {
    let server: TokenServer
    let clock = StillClock()
    let folder: TemporaryFolder
    let said = Mutex("")
    let orders = Mutex<[ProgramOrder]>([])
    private let network = HTTPTransport()
    var transport: Transport { network.transport }

    init() throws {
        server = try TokenServer()
        folder = try TemporaryFolder("sign-in")
    }

    static let scope = WorkspaceScope(
        subscriptionID: "sub", resourceGroup: "rg", workspace: "ws")

    func context(
        _ credential: CredentialChoice, cloud: Cloud = .global
    ) -> AzureContext {
        AzureContext(
            name: "prod", scope: Self.scope, cloud: cloud, armURL: server.base,
            loginURL: server.base, credential: credential)
    }

    func tokens(
        _ context: AzureContext, _ environment: [String: String] = [:], hasTalk: Bool = true,
        isPersonThere: Bool = false, ask: CredentialSurroundings.Ask? = nil,
        isAskingAllowed: Bool = true, program: ProgramResult = .missing
    ) -> TokenSource {
        let talk: @Sendable (String) -> Void = { text in self.said.withLock { $0 += text } }
        return TokenSource(
            context,
            CredentialSurroundings(
                environment: environment, transport: network.transport,
                client: clock.surroundings,
                runProgram: { order in
                    self.orders.withLock { $0.append(order) }
                    return program
                },
                talk: hasTalk ? talk : nil,
                isPersonThere: isPersonThere, ask: ask, isAskingAllowed: isAskingAllowed,
                stateFolder: folder.path + "/state"))
    }

    func tokens(
        _ choice: CredentialChoice, _ environment: [String: String] = [:], hasTalk: Bool = true,
        program: ProgramResult = .missing
    ) -> TokenSource {
        tokens(context(choice), environment, hasTalk: hasTalk, program: program)
    }

    /// A client of the whole context, its tokens from the server too.
    func client(_ context: AzureContext, _ environment: [String: String]) -> BatchClient {
        let tokens = tokens(context, environment)
        let connection = Connection(
            context: context.name, isLocal: false, scope: context.scope,
            managementURL: context.managementURL, apiURL: nil, isReadOnly: context.isReadOnly,
            token: { audience throws(ServiceFailure) in try await tokens.token(audience) },
            discard: { audience, token in await tokens.discard(audience, token) })
        return BatchClient.live(
            connection: { () throws(ServiceFailure) in connection },
            transport: network.transport,
            folders: ClientFolders(
                cache: folder.path + "/cache", state: folder.path + "/state"),
            surroundings: clock.surroundings)
    }

    func finish() async { await network.shutdown() }
}

/// Whom a source's token is for.
func asked(
    _ tokens: TokenSource, _ audience: Connection.Audience = .management
) async throws -> String {
    TokenServer.reads(try await tokens.token(audience))
}

/// What asking a source ends in.
func refusal(
    _ tokens: TokenSource, _ audience: Connection.Audience = .management
) async -> ServiceFailure? {
    do throws(ServiceFailure) {
        _ = try await tokens.token(audience)
        return nil
    } catch {
        return error
    }
}
