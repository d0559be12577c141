import BatchClient
import BatchModel
import Testing

@testable import Commands

/// `context login` and `logout`.
@Suite struct SignInVerbTests {
    private static let ada = SignedIn(
        credential: "device-code", account: "ada@example.org", application: "app-1", object: "o",
        tenant: "t-1", expiresAt: Samples.morning, isKept: true)

    private func world(
        _ signedIn: SignedIn?, wasKept: Bool = true
    ) throws -> (VerbWorld, Desk, Box<[CommonOptions]>) {
        let world = try VerbWorld()
        let asked = Box<[CommonOptions]>([])
        var desk = world.desk
        desk.makeClient = { options throws(ServiceFailure) in
            asked.change { $0.append(options) }
            var client = BatchClient.unimplemented
            client.signIn = SignInCalls(
                signIn: { () throws(ServiceFailure) in signedIn },
                signOut: { () throws(ServiceFailure) in wasKept })
            return client
        }
        return (world, desk, asked)
    }

    @Test func whoIsSignedInAndUntilWhenIsPrinted() async throws {
        let (world, desk, asked) = try world(Self.ada)
        let said = await desk.run("context", "login", "prod")
        #expect(said.code == 0 && said.talk.isEmpty, "\(said.talk)")
        #expect(said.lines.contains("account: ada@example.org"))
        #expect(said.lines.contains("expires_at: 2026-11-23T08:00:00.000000Z"))
        #expect(asked.current.map(\.context) == ["prod"])
        let named = await desk.run("context", "login", "--context", "prod", "-o", "json")
        #expect(try named.json()["tenant_id"]?.string == "t-1")
        withExtendedLifetime(world) {}
    }

    @Test func aSignInThatEndsWithTheCommandSaysSo() async throws {
        var passing = Self.ada
        passing.isKept = false
        let (world, desk, _) = try world(passing)
        let said = await desk.run("context", "login", "prod")
        #expect(said.code == 0 && said.talk.contains("--cache-token"), "\(said.talk)")
        withExtendedLifetime(world) {}
    }

    @Test func theLocalEngineNeedsNone() async throws {
        let (world, desk, _) = try world(nil)
        let said = await desk.run("context", "login")
        #expect(said.code == 0 && said.talk == "local needs no sign-in\n")
        let document = try await desk.run("context", "login", "-o", "json").json()
        #expect(document["credential"] == .null && document["name"]?.string == "local")
        withExtendedLifetime(world) {}
    }

    @Test func whatIsKeptIsForgotten() async throws {
        for wasKept in [true, false] {
            let (world, desk, _) = try world(nil, wasKept: wasKept)
            let said = await desk.run("context", "logout", "prod", "-o", "json")
            #expect(try said.json()["was_signed_in"] == .boolean(wasKept))
            #expect(said.talk.contains(wasKept ? "is forgotten" : "no sign-in of prod"))
            withExtendedLifetime(world) {}
        }
    }

    @Test func aContextNobodyKnowsIsRefusedBeforeAnybodyIsAsked() async throws {
        let (world, desk, asked) = try world(Self.ada)
        let said = await desk.run("context", "login", "nobody")
        #expect(said.code == ExitCodes.usage && asked.current.isEmpty)
        withExtendedLifetime(world) {}
    }
}
