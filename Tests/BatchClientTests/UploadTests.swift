import BatchModel
import Crypto
import Testing

@testable import BatchClient

/// Hashes are the official client's: cases of the contract's vectors, made anew as files.
@Suite struct UploadTests {
    struct Vector: Sendable {
        var name: String
        var files: [(path: String, text: String)]
        var hash: String
        var sent: [String]
    }

    static let vectors = [
        Vector(
            name: "nested",
            files: [
                ("a.csv", "1\n"), ("nested/b.csv", "2\n"), ("nested/deep/c.csv", "3\n"),
            ], hash: "e51b816b12545881938cfd93e867f55a5b269ae190f14ac384a68a3a454a8385",
            sent: ["a.csv", "nested/b.csv", "nested/deep/c.csv"]),
        Vector(
            name: "order without case",
            files: [
                ("B.txt", "b"), ("a.txt", "a"), ("C.txt", "c"), ("_x.txt", "_"), ("Z.txt", "z"),
                ("0.txt", "0"),
            ], hash: "7f59863214c3d157a18d412fdb7ae8cabf201396d0432d61163a84f08854a510",
            sent: ["0.txt", "B.txt", "C.txt", "Z.txt", "_x.txt", "a.txt"]),
        Vector(
            name: "folder and file",
            files: [
                ("alpha/inner.txt", "i"), ("alpha.txt", "t"), ("Alpha2/x", "x"),
            ], hash: "c9091669958dccd02f61b0c3eaf301ebe40201bc5b18a4bdb2ace462eab284c3",
            sent: ["Alpha2/x", "alpha.txt", "alpha/inner.txt"]),
        Vector(
            name: "empty folder", files: [("a.csv", "1\n"), ("void/", "")],
            hash: "e822765c35b47206d64aac6db1d7b967e3b2482fee40d07db8b2f84416935286",
            sent: ["a.csv"]),
        Vector(
            name: "hidden files",
            files: [
                (".hidden", "h"), ("a.csv", "1\n"), (".config/x.json", "{}"),
            ], hash: "e636b8e5d84f570385044194478bc88f95e886bad08f719bdab89941083c09bc",
            sent: [".config/x.json", ".hidden", "a.csv"]),
        Vector(
            name: "amlignore",
            files: [
                (".amlignore", "*.tmp\nbuild/\n!keep.tmp\n/root.txt\n# comment\n\n"),
                ("a.csv", "1\n"), ("x.tmp", "t"), ("keep.tmp", "k"), ("build/o.bin", "o"),
                ("root.txt", "r"), ("sub/root.txt", "s"), ("sub/x.tmp", "t"),
            ], hash: "e78ccc7b155416312631482636219bf2f8fd1fbcbe0812ef2b0257e859f6784d",
            sent: [".amlignore", "a.csv", "keep.tmp", "sub/root.txt"]),
        Vector(
            name: "gitignore",
            files: [(".gitignore", "*.log\n"), ("a.csv", "1\n"), ("x.log", "l")],
            hash: "014e9bbd8889eda10a6f4fa07450bcbdb52564f090b4a9763de86ef8b6cc180d",
            sent: [".gitignore", "a.csv"]),
        Vector(
            name: "amlignore wins",
            files: [
                (".amlignore", "*.tmp\n"), (".gitignore", "*.csv\n"), ("a.csv", "1\n"),
                ("x.tmp", "t"),
            ], hash: "6e503eb270faa21e7e7b89dfd4b2369469b6dcbe6c6170eb77d1382cf49d5cf5",
            sent: [".amlignore", ".gitignore", "a.csv"]),
        Vector(
            name: "folder's name",
            files: [
                (".amlignore", "skipme\n"), ("a.csv", "1\n"), ("skipme/x", "x"),
                ("deep/skipme/y", "y"),
            ], hash: "99bdd24daf2c3394abb1bd27f68bf48709eb962c5f671b3c6ccf4b1e86cdec6b",
            sent: [".amlignore", "a.csv"]),
        Vector(
            name: "split differently", files: [("a.csv", "1\n2"), ("b.csv", "\n")],
            hash: "36d7142940fd0376ecbeecae2f508a9fd52f36e034569d4daee20de7fc472d45",
            sent: ["a.csv", "b.csv"]),
    ]

    @Test(arguments: vectors)
    func aFoldersHashAndPlaceAreTheOfficialClients(vector: Vector) throws {
        let folder = try TestFolder()
        for file in vector.files {
            if file.path.hasSuffix("/") {
                try LocalFiles.makeFolder("\(folder.path)/upload/\(file.path.dropLast())")
            } else {
                try folder.write("upload/\(file.path)", file.text)
            }
        }
        let plan = try UploadPlan(localPath: folder.path + "/upload/")
        #expect(plan.hash == vector.hash)
        #expect(plan.path == "LocalUpload/\(vector.hash)/upload/")
        #expect(
            plan.files.map(\.blob) == vector.sent.map { "LocalUpload/\(vector.hash)/upload/\($0)" }
        )
        #expect(plan.indicator == plan.files.first?.blob)
    }

    @Test func aSingleFileLiesDirectlyBelowItsHash() throws {
        let folder = try TestFolder()
        try folder.write("heart.csv", "age,chol\n63,233\n")
        let plan = try UploadPlan(localPath: folder.path + "/heart.csv")
        let hash = "bf04feb3e5a55d612136bf039755e5e3e91f440b36797d444717af00c01ebc83"
        #expect(plan.path == "LocalUpload/\(hash)/heart.csv")
        #expect(plan.files.map(\.blob) == [plan.path])
    }

    @Test func aLinkCountsAsWhatItPointsTo() throws {
        let folder = try TestFolder()
        try folder.write("upload/a.csv", "1\n")
        try folder.write("elsewhere", "2\n")
        link("\(folder.path)/elsewhere", at: "\(folder.path)/upload/b.csv")
        let plan = try UploadPlan(localPath: folder.path + "/upload")
        #expect(plan.hash == "f681d7c38f3d613ef329846ce808920c8d352ec4c021633d742e5f6ac62f2bd5")
    }

    @Test func nothingToSendAndNothingThereAreRefusals() throws {
        let folder = try TestFolder()
        try LocalFiles.makeFolder(folder.path + "/void")
        #expect(throws: ServiceFailure.self) { try UploadPlan(localPath: folder.path + "/void") }
        #expect(throws: ServiceFailure.self) { try UploadPlan(localPath: folder.path + "/none") }
    }

    private func uploader(_ bench: Bench) async throws -> Uploader {
        let caller = bench.caller
        let storages = Storages(
            catalogue: Catalogue(caller: caller), grants: StorageGrants(caller: caller))
        return Uploader(
            store: try await storages.store("workspaceblobstore"),
            surroundings: caller.surroundings,
            logFolder: bench.folder.path + "/state")
    }

    private func plan(_ bench: Bench) throws -> UploadPlan {
        for index in 0..<5 { try bench.folder.write("upload/\(index).csv", "\(index)") }
        try bench.folder.write("upload/empty", "")
        return try UploadPlan(localPath: bench.folder.path + "/upload")
    }

    @Test func aFreshUploadSendsEveryFileOnceAndConfirmsLast() async throws {
        let bench = try Bench()
        bench.service.on(.head, "") { _ in .empty(404) }
        bench.service.on(.put, "") { _ in .empty(201) }
        let plan = try plan(bench)
        let seen = Box<[TransferProgress]>([])
        try await uploader(bench).upload(plan) { progress in
            seen.change { $0.append(progress) }
        }
        let puts = bench.service.calls(.put)
        #expect(puts.count == 7)
        #expect(puts.dropLast().allSatisfy { $0.header("If-None-Match") == "*" })
        #expect(puts.dropLast().allSatisfy { $0.url.hasSuffix("?sv=1&sig=S%2B") })
        #expect(puts.allSatisfy { $0.header("Authorization") == nil })
        let one = puts.first { $0.url.contains("/1.csv") }
        #expect(one?.header("Content-MD5") == "xMpCOKC5I4INzFCab3WEmw==")
        #expect(puts.first { $0.url.contains("/empty") }?.header("Content-MD5") == nil)
        #expect(puts.last?.url.contains("/0.csv?comp=metadata&sv=1") == true)
        #expect(puts.last?.header("x-ms-meta-upload_status") == "completed")
        #expect(
            seen.current.last
                == TransferProgress(filesDone: 6, filesTotal: 6, bytesDone: 5, bytesTotal: 5))
        #expect(try bench.folder.files(in: "state").isEmpty)
    }

    @Test func whatIsThereAlreadyIsNotSentAgain() async throws {
        let bench = try Bench()
        bench.service.on(.head, "") { _ in
            .empty(200, [("x-ms-meta-upload_status", "completed")])
        }
        try await uploader(bench).upload(try plan(bench)) { _ in }
        #expect(bench.service.calls(.put).isEmpty)
    }

    @Test func anUploadThatBrokeOffIsRepeatedWithoutTheCondition() async throws {
        let bench = try Bench()
        bench.service.on(.head, "") { _ in .empty(200) }
        bench.service.on(.head, "/az-ml-artifacts/") { _ in .empty(404) }
        bench.service.on(.put, "") { _ in .empty(201) }
        try await uploader(bench).upload(try plan(bench)) { _ in }
        let puts = bench.service.calls(.put)
        #expect(puts.count == 7)
        #expect(puts.allSatisfy { $0.header("If-None-Match") == nil })
    }

    @Test func aKilledUploadGoesOnWhereItWas() async throws {
        let bench = try Bench()
        bench.service.on(.head, "") { _ in .empty(404) }
        bench.service.on(.put, "") { _ in .empty(201) }
        bench.service.on(.put, "/3.csv") { _ in .text("gone", status: 400) }
        let plan = try plan(bench)
        let first = await failure { () throws(ServiceFailure) in
            do {
                try await uploader(bench).upload(plan) { _ in }
            } catch let failure as ServiceFailure {
                throw failure
            } catch {
                Issue.record(error)
            }
        }
        #expect(first?.httpStatus == 400)
        #expect(try bench.folder.files(in: "state").count == 1)
        let sent = bench.service.calls(.put).count
        bench.service.on(.head, "") { _ in .empty(200) }
        bench.service.on(.head, "/az-ml-artifacts/") { _ in .empty(404) }
        bench.service.on(.put, "/3.csv") { _ in .empty(201) }
        try await uploader(bench).upload(plan) { _ in }
        let again = bench.service.calls(.put).dropFirst(sent).map(\.url)
        #expect(again.filter { $0.contains("/3.csv") }.count == 1)
        #expect(again.count < 7)
        #expect(again.last?.contains("comp=metadata") == true)
    }

    @Test func theLogOfAnUploadIsFoundByThePathThatIsSent() async throws {
        let bench = try Bench()
        bench.service.on(.head, "") { _ in .empty(404) }
        bench.service.on(.put, "") { _ in .text("gone", status: 400) }
        let uploader = try await uploader(bench)
        let plan = try plan(bench)
        let refused = await failure { () throws(ServiceFailure) in
            try await uploader.upload(plan) { _ in }
        }
        #expect(refused?.httpStatus == 400)
        let logs = bench.folder.path + "/state"
        try PieceLog.forgetUploads(of: [bench.folder.path + "/uplo"], in: logs)
        #expect(try bench.folder.files(in: "state").count == 1)
        try PieceLog.forgetUploads(of: [bench.folder.path + "/upload"], in: logs)
        #expect(try bench.folder.files(in: "state").isEmpty)
    }

    @Test func aFileThatChangesOnTheWayIsAnErrorAndNeverConfirmed() async throws {
        let bench = try Bench()
        let place = bench.folder.path + "/upload/1.csv"
        bench.service.on(.head, "") { _ in .empty(404) }
        bench.service.on(.put, "") { _ in .empty(201) }
        bench.service.on(.put, "/1.csv") { _ in
            do { try LocalFiles.replace(place, with: [7, 7]) } catch { Issue.record(error) }
            return .empty(201)
        }
        let plan = try plan(bench)
        let uploader = try await uploader(bench)
        let failed = await failure { () throws(ServiceFailure) in
            try await uploader.upload(plan) { _ in }
        }
        #expect(failed?.kind == .conflict)
        #expect(failed?.detail.contains("1.csv changed") == true)
        #expect(bench.service.calls(.put, "comp=metadata").isEmpty)
    }

    @Test func largeFilesGoInBlocksOfTheSameLength() {
        let file = UploadPlan.File(
            localPath: "/x", blob: "b", size: (64 << 20) + 1,
            modifiedAt: Timestamp(microsecondsSinceEpoch: 0), md5: [])
        let plan = UploadPlan(hash: "h", baseName: "b", isFolder: false, files: [file])
        let pieces = Uploader.pieces(of: plan)
        #expect(pieces.count == 17)
        #expect(pieces.last?.length == 1)
        #expect(pieces.map(\.block) == Array(0..<17))
        #expect(Set(pieces.compactMap(\.block).map { Uploader.blockID($0).count }).count == 1)
        #expect(Uploader.blockID(1) == "MDAwMDAwMDAwMQ==")
    }

    @Test func aRefusedSignatureIsRenewedOnceAndARefusedSecretMeansSigningIn() async throws {
        let bench = try Bench()
        let asked = Counter()
        bench.service.on(.post, "/listSecrets") { _ in
            .json("{\"secretsType\":\"Sas\",\"sasToken\":\"n=\(asked.next())\"}")
        }
        bench.service.on(.head, "n=1") { _ in .empty(403) }
        bench.service.on(.head, "n=2") { _ in
            .empty(200, [("x-ms-meta-upload_status", "completed")])
        }
        try await uploader(bench).upload(try plan(bench)) { _ in }
        #expect(bench.service.calls(.head).count == 2)

        let other = try Bench()
        other.service.on(.post, "/listSecrets") { _ in .empty(403) }
        other.service.on(.head, "") { _ in
            .empty(200, [("x-ms-meta-upload_status", "completed")])
        }
        try await uploader(other).upload(try self.plan(other)) { _ in }
        #expect(other.service.calls(.head).first?.header("Authorization") == "Bearer t-storage")
    }

    @Test func aSignatureFromAKeyIsTheOfficialClients() {
        let key =
            "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg=="
        let from = Timestamp(iso8601: "2026-11-23T00:00:00Z")
        let made = from.flatMap {
            SharedSignature.container(
                "c1", account: "localblobs", key: key, from: $0, to: $0 + .seconds(86_400),
                version: "2026-10-06")
        }
        #expect(
            made
                == "st=2026-11-23T00%3A00%3A00Z&se=2026-11-24T00%3A00%3A00Z&sp=racwdl&sv=2026-10-06&sr=c&sig=W11TtfihtusOqI55BJjpXnmwZH0XQAeYAdJTIalprO4%3D"
        )
    }

    struct IgnoreCase: Sendable {
        var pattern: String
        var path: String
        var isExcluded: Bool
    }

    @Test(arguments: [
        IgnoreCase(pattern: "*.tmp", path: "a/b.tmp", isExcluded: true),
        IgnoreCase(pattern: "/x", path: "a/x", isExcluded: false),
        IgnoreCase(pattern: "a/*.c", path: "a/b/x.c", isExcluded: false),
        IgnoreCase(pattern: "a/**/x.c", path: "a/b/d/x.c", isExcluded: true),
        IgnoreCase(pattern: "a/**/x.c", path: "a/x.c", isExcluded: true),
        IgnoreCase(pattern: "**/log", path: "a/b/log", isExcluded: true),
        IgnoreCase(pattern: "a/**", path: "a/b/c", isExcluded: true),
        IgnoreCase(pattern: "a/**", path: "a", isExcluded: false),
        IgnoreCase(pattern: "build/", path: "build", isExcluded: false),
        IgnoreCase(pattern: "build/", path: "x/build/o", isExcluded: true),
        IgnoreCase(pattern: "?.c", path: "x.c", isExcluded: true),
        IgnoreCase(pattern: "[a-c].c", path: "b.c", isExcluded: true),
        IgnoreCase(pattern: "[!a-c].c", path: "b.c", isExcluded: false),
        IgnoreCase(pattern: "\\#x", path: "#x", isExcluded: true),
        IgnoreCase(pattern: "*\n!keep", path: "keep", isExcluded: false),
        IgnoreCase(pattern: "trailing   ", path: "trailing", isExcluded: true),
        IgnoreCase(pattern: "# all", path: "# all", isExcluded: false),
    ])
    func ignorePatternsMeanWhatGitMeans(given: IgnoreCase) {
        #expect(IgnoreRules(given.pattern).excludes(given.path) == given.isExcluded)
    }
}
