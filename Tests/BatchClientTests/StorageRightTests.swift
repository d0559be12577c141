import BatchModel
import Testing

@testable import BatchClient

/// An account whose keys are switched off: it refuses every signature, and lets people in.
@Suite struct StorageRightTests {
    private static let account = "acct.blob.core.test"
    private let bench: Bench

    init() throws {
        bench = try Bench()
        bench.service.on(.get, Self.account) { Self.letIn($0) ?? Self.listing }
        bench.service.on(.head, Self.account) { Self.letIn($0) ?? .empty(404) }
        bench.service.on(.put, Self.account) { Self.letIn($0) ?? .empty(201) }
    }

    private static let listing = FakeService.Reply.text(
        "<Blobs><Blob><Name>a.csv</Name></Blob></Blobs>", status: 200)

    /// The refusal of whoever comes with a signature; nil for a person. Answers to HEAD have no body, only the header.
    private static func letIn(_ call: HTTPCall) -> FakeService.Reply? {
        guard call.header("Authorization") == nil else { return nil }
        guard call.method != .head else {
            return .empty(403, [("x-ms-error-code", StorageGrants.keysOffCode)])
        }
        return .text(
            "<?xml version=\"1.0\"?><Error><Code>\(StorageGrants.keysOffCode)</Code>"
                + "<Message>Key based authentication is not permitted.</Message></Error>",
            status: 403)
    }

    @Test(arguments: [
        "{\"secretsType\":\"Sas\",\"sasToken\":\"sv=1&sig=S\"}",
        "{\"secretsType\":\"AccountKey\",\"key\":\"bWluZQ==\"}",
    ])
    func whereKeysAreSwitchedOffThePersonsOwnSignInIsUsedFromThenOn(secrets: String) async throws {
        bench.service.on(.post, "/listSecrets") { _ in .json(secrets) }
        let client = bench.client
        for _ in 0..<2 {
            #expect(try await client.browse("workspaceblobstore", "").map(\.path) == ["a.csv"])
            // The signature would be asked for again by now.
            bench.clock.advance(.seconds(3600))
        }
        let asked = bench.service.calls(.get, "comp=list")
        #expect(
            asked.map { $0.header("Authorization") } == [
                nil, "Bearer t-storage", "Bearer t-storage",
            ])
        #expect(asked.map { $0.url.contains("sig=") } == [true, false, false])
        #expect(bench.service.calls(.post, "/listSecrets").count == 1)
    }

    private func upload() async throws {
        for index in 0..<5 { try bench.folder.write("upload/\(index).csv", "\(index)") }
        let plan = try UploadPlan(localPath: bench.folder.path + "/upload")
        let caller = bench.caller
        let storages = Storages(
            catalogue: Catalogue(caller: caller), grants: StorageGrants(caller: caller))
        let uploader = Uploader(
            store: try await storages.store("workspaceblobstore"),
            surroundings: caller.surroundings, logFolder: bench.folder.path + "/state")
        try await uploader.upload(plan) { _ in }
    }

    @Test func anUploadIsThePersonsFromItsFirstAnswerOn() async throws {
        try await upload()
        #expect(
            bench.service.calls(.head).map { $0.header("Authorization") } == [
                nil, "Bearer t-storage",
            ])
        let puts = bench.service.calls(.put)
        #expect(puts.count == 6)
        #expect(puts.allSatisfy { $0.header("Authorization") == "Bearer t-storage" })
    }

    /// Of calls that are under way together each is sent again, also those that another has overtaken.
    @Test func callsThatWereSignedTogetherAreAllSentAgain() async throws {
        bench.service.on(.head, Self.account) { _ in .empty(404) }
        try await upload()
        let puts = bench.service.calls(.put).filter { $0.header("Authorization") != nil }
        #expect(puts.count == 6)
        #expect(bench.service.calls(.post, "/listSecrets").count == 1)
    }

    @Test func aPersonWithoutTheRoleIsToldWhichOneItIs() async throws {
        bench.service.on(.get, Self.account) { call in
            Self.letIn(call)
                ?? .empty(403, [("x-ms-error-code", "AuthorizationPermissionMismatch")])
        }
        let client = bench.client
        let refused = await failure { () throws(ServiceFailure) in
            _ = try await client.browse("workspaceblobstore", "")
        }
        #expect(refused?.kind == .unauthorized)
        #expect(refused?.serviceCode == "AuthorizationPermissionMismatch")
        #expect(refused?.advice.contains("Storage Blob Data Contributor") == true)
        #expect(bench.service.calls(.get, "comp=list").count == 2)
    }

    @Test func noTokenGoesToAnAddressThatCameWithItsSignature() async throws {
        let caller = bench.caller
        let store = BlobStore(
            base: "https://\(Self.account)", container: "c1", scope: Bench.scope, caller: caller,
            grants: StorageGrants(caller: caller, fixed: .sas("sig=1")))
        let answer = try await store.head("x", operation: "look")
        #expect(answer.status == 403)
        #expect(bench.service.calls(.head).allSatisfy { $0.header("Authorization") == nil })
    }
}
