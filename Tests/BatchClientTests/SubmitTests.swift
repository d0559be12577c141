import BatchModel
import Testing

@testable import BatchClient

@Suite struct SubmitTests {
    static let draft = JobDraft(
        endpoint: "wine", deployment: "red",
        inputs: [
            JobDraft.Input(
                name: "input",
                value: .data(
                    type: .uriFolder, reference: .url("https://x.test/data?sig=SECRET&b=1"))
            )
        ])

    private func bench() throws -> Bench {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints/wine?") { _ in
            .json(
                """
                {"name":"wine","properties":{"scoringUri":"https://score.test/jobs",
                "defaults":{"deploymentName":"red"}}}
                """)
        }
        bench.service.on(.get, "/deployments/red?") { _ in
            .json(
                """
                {"name":"red","properties":{"model":{"assetId":"m"},
                "deploymentConfiguration":{"deploymentConfigurationType":"Model"}}}
                """)
        }
        bench.service.on(.get, "/managementfrontend/") { _ in .json("{\"value\":[]}") }
        return bench
    }

    private func accepted(_ name: String = "job-1") -> FakeService.Reply {
        .json(
            """
            {"id":"/x/batchEndpoints//jobs/\(name)","name":"\(name)",
            "properties":{"status":"Preparing","name":"mango_island"}}
            """, status: 201)
    }

    private func tagged(_ name: String, _ submission: String) -> String {
        """
        {"name":"\(name)","properties":{"status":"Running",
        "tags":{"batchdeck.submission":"\(submission)"}}}
        """
    }

    /// The id that travelled with the request.
    private func submission(_ bench: Bench) -> String {
        bench.service.calls(.post, "score.test").last?.header("Repeatability-Request-ID") ?? ""
    }

    @Test func anAcceptedDraftIsOneRequestThatCarriesItsID() async throws {
        let bench = try bench()
        bench.service.on(.post, "score.test") { _ in accepted() }
        let phases = Box<[SubmitPhase]>([])
        let client = bench.client
        let job = try await client.submit(Self.draft) { phase in
            phases.change { $0.append(phase) }
        }
        #expect(job.id == "job-1")
        #expect(job.displayName == "mango_island")
        #expect(job.endpoint == "wine" && job.deployment == "red")
        #expect(phases.current == [.checking, .sending])
        let call = try #require(bench.service.calls(.post, "score.test").first)
        let id = submission(bench)
        #expect(bench.service.calls(.post, "score.test").count == 1)
        #expect(call.url == "https://score.test/jobs")
        #expect(call.header("repeatability_request-id") == id)
        #expect(call.header("azureml-model-deployment") == "red")
        #expect(call.header("Authorization") == "Bearer t-machineLearning")
        let properties = call.json?["properties"]
        #expect(properties?["tags"]?["batchdeck.submission"]?.string == id)
        #expect(
            properties?["inputData"]?["input"]
                == .object([
                    "jobInputType": .string("UriFolder"),
                    "uri": .string("https://x.test/data?sig=SECRET&b=1"),
                ]))
        #expect(try await client.undecided().isEmpty)
    }

    @Test func everyProblemOfADraftIsToldAndNothingIsSent() async throws {
        let bench = try bench()
        var draft = Self.draft
        draft.inputs.append(JobDraft.Input(name: "two", value: .literal(text: "7")))
        draft.overrides.miniBatchSize = 0
        let wrong = draft
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.submit(wrong) { _ in }
        }
        #expect(failed?.kind == .rejected)
        #expect(failed?.detail.contains("exactly one data input") == true)
        #expect(failed?.detail.contains("mini_batch_size") == true)
        #expect(bench.service.calls(.post).isEmpty)
        #expect(try await bench.client.undecided().isEmpty)
    }

    @Test func aRefusalIsFinalAndNotRepeated() async throws {
        let bench = try bench()
        bench.service.on(.post, "score.test") { _ in
            .text("Microsoft Entra Token denied by policy", status: 403)
        }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.submit(Self.draft) { _ in }
        }
        #expect(failed?.kind == .unauthorized)
        #expect(bench.service.calls(.post, "score.test").count == 1)
        #expect(try await bench.client.undecided().isEmpty)
    }

    @Test(arguments: [
        FakeService.Reply.lost(.noAnswer("cut")), .lost(.timedOut("late")),
        .json("{\"error\":{\"code\":\"ServiceError\"}}", status: 500),
        .text("upstream request timeout", status: 504), .json("{}", status: 201),
        .text("<html>", status: 200),
    ])
    func aLostAnswerIsFoundByItsTagAndNeverSentAgain(reply: FakeService.Reply) async throws {
        let bench = try bench()
        bench.service.on(.post, "score.test") { _ in reply }
        bench.service.on(.get, "/managementfrontend/") { _ in
            .json(
                """
                {"value":[\(tagged("other", "someone-else")),\(tagged("mine", submission(bench)))]}
                """)
        }
        let phases = Box<[SubmitPhase]>([])
        let client = bench.client
        let job = try await client.submit(Self.draft) { phase in
            phases.change { $0.append(phase) }
        }
        #expect(job.id == "mine")
        #expect(phases.current.last == .lookingForJob)
        #expect(bench.service.calls(.post, "score.test").count == 1)
        #expect(try await client.undecided().isEmpty)
    }

    @Test func aJobThatCannotBeFoundIsAnUnknownOutcomeWhichTheNextProcessSees() async throws {
        let bench = try bench()
        bench.service.on(.post, "score.test") { _ in .lost(.noAnswer("cut")) }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.submit(Self.draft) { _ in }
        }
        #expect(failed?.kind == .outcomeUnknown)
        #expect(bench.service.calls(.post, "score.test").count == 1)
        #expect(bench.clock.sleeps.count == Submitter.lookWaits.count - 1)
        let next = bench.client
        let open = try await next.undecided()
        #expect(open.map(\.draft) == [Self.draft.withoutSecrets])
        #expect(open.first?.id == submission(bench))
        bench.service.on(.get, "/managementfrontend/") { _ in
            .json("{\"value\":[\(tagged("late", submission(bench)))]}")
        }
        #expect(try await next.lookAgain(submission(bench))?.id == "late")
        #expect(try await next.undecided().isEmpty)
    }

    @Test func whatIsSentAgainFromAnotherFolderIsTheSameData() async throws {
        let bench = try bench()
        try bench.folder.write("upload/a.csv", "1\n")
        bench.service.on(.head, "/LocalUpload/") { _ in .empty(404) }
        bench.service.on(.put, "/LocalUpload/") { _ in .empty(201) }
        bench.service.on(.post, "score.test") { _ in .lost(.noAnswer("cut")) }
        let path = LocalFiles.absolute(bench.folder.path + "/upload")
        var draft = Self.draft
        // Above the root is the root: relative, wherever the tests run.
        draft.inputs[0].value = .data(
            type: nil,
            reference: .local(path: String(repeating: "../", count: 64) + path.dropFirst()))
        let relative = draft
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.submit(relative) { _ in }
        }
        #expect(failed?.kind == .outcomeUnknown)
        let kept = try #require(try await bench.client.undecided().first?.draft)
        #expect(kept.inputs.map(\.value) == [.data(type: nil, reference: .local(path: path))])
        #expect(try await bench.client.preview(relative).uploads.first?.hasPrefix("../") == true)
    }

    @Test func withoutTagsAJobOfItsTimeWithEqualInputsIsNamed() async throws {
        let bench = try bench()
        bench.service.on(.post, "score.test") { _ in .lost(.noAnswer("cut")) }
        let now = bench.clock.now.iso8601
        @Sendable func bare(_ name: String) -> String {
            "{\"name\":\"\(name)\",\"properties\":{},\"systemData\":{\"createdAt\":\"\(now)\"}}"
        }
        bench.service.on(.get, "/managementfrontend/") { _ in
            .json("{\"value\":[\(bare("a")),\(bare("b"))]}")
        }
        bench.service.on(.get, "score.test/jobs/a") { _ in
            .json("{\"name\":\"a\",\"properties\":{\"inputData\":{\"input\":{\"uri\":\"other\"}}}}")
        }
        bench.service.on(.get, "score.test/jobs/b") { _ in
            .json(
                """
                {"name":"b","properties":{"inputData":{"input":{"jobInputType":"UriFolder",
                "uri":"https://x.test/data?sig=SECRET&b=1"}}}}
                """)
        }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.submit(Self.draft) { _ in }
        }
        #expect(failed?.kind == .outcomeUnknown)
        #expect(failed?.detail.contains("b could be it") == true)
    }

    @Test func severalJobsThatCouldBeItAreNamed() async throws {
        let bench = try bench()
        bench.service.on(.post, "score.test") { _ in .lost(.noAnswer("cut")) }
        bench.service.on(.get, "/managementfrontend/") { _ in
            let id = submission(bench)
            return .json("{\"value\":[\(tagged("a", id)),\(tagged("b", id))]}")
        }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.submit(Self.draft) { _ in }
        }
        #expect(failed?.kind == .outcomeUnknown)
        #expect(failed?.detail.contains("a, b") == true)
    }

    @Test func whatWasCertainlyNotSentIsTriedAgainAndThenRefused() async throws {
        let bench = try bench()
        bench.service.on(.post, "score.test") { _ in .lost(.notSent("refused")) }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.submit(Self.draft) { _ in }
        }
        #expect(failed?.kind == .unreachable)
        #expect(bench.service.calls(.post, "score.test").count == RetryPolicy().tries)
        #expect(try await bench.client.undecided().isEmpty)
    }

    @Test func aProcessKilledAtAnyStateLeavesAnUndecidedRow() async throws {
        let bench = try bench()
        let journal = SubmissionJournal(folder: bench.folder.path + "/state")
        let now = bench.clock.now
        for (id, state) in [
            ("1", SubmissionJournal.State.prepared), ("2", .uploading), ("3", .sending),
            ("4", .accepted), ("5", .refused), ("6", .unknown), ("7", .forgotten),
        ] {
            try await journal.prepare(id: id, draft: Self.draft, at: now)
            try await journal.note(id, state, note: "n")
        }
        let open = try await bench.client.undecided()
        #expect(open.map(\.id) == ["1", "2", "3", "6"])
        #expect(open[0].note.contains("safe to submit again"))
        #expect(open[2].note.contains("may have been started"))
        try await bench.client.forget("6")
        #expect(try await bench.client.undecided().map(\.id) == ["1", "2", "3"])
    }

    @Test func readingAnEmptyJournalMakesNoFile() async throws {
        let bench = try bench()
        #expect(try await bench.client.undecided().isEmpty)
        #expect(try bench.folder.files().isEmpty)
    }

    @Test func latestIsResolvedAndAPreviewShowsNoSecret() async throws {
        let bench = try bench()
        bench.service.on(.get, "/data/grapes?") { _ in
            .json("{\"name\":\"grapes\",\"properties\":{\"latestVersion\":\"7\"}}")
        }
        bench.service.on(.get, "/data/grapes/versions/7") { _ in
            .json(
                """
                {"id":"/ws/data/grapes/versions/7","name":"7",
                "properties":{"dataType":"uri_file","dataUri":"https://x.test/a.csv"}}
                """)
        }
        var draft = Self.draft
        draft.inputs[0].value = .data(
            type: nil, reference: .asset(name: "grapes", version: .latest))
        draft.outputs = [
            JobDraft.Output(
                name: "score",
                reference: .datastorePath(datastore: "workspaceblobstore", path: "out/p.csv"))
        ]
        let preview = try await bench.client.preview(draft)
        #expect(preview.method == "POST" && preview.url == "https://score.test/jobs")
        #expect(preview.headers.first == "Authorization: Bearer ***")
        #expect(preview.body.contains("\"uri\" : \"/ws/data/grapes/versions/7\""))
        #expect(preview.body.contains("\"jobInputType\" : \"UriFile\""))
        #expect(preview.body.contains("\"jobOutputType\" : \"UriFile\""))
        let signed = try await bench.client.preview(Self.draft)
        #expect(signed.body.contains("sig=***&b=1"))
        #expect(!signed.body.contains("SECRET"))
        #expect(bench.service.calls(.post, "score.test").isEmpty)
    }

    /// As azure-ai-ml 1.35.2 writes them (`_input_to_wire`, `_output_to_wire`): the word as it was typed, and none with a file
    /// or folder that is read.
    @Test func modesTravelAsTheOfficialClientSendsThem() async throws {
        let bench = try bench()
        var draft = Self.draft
        draft.inputs[0].mode = "download"
        draft.inputs.append(
            JobDraft.Input(
                name: "model",
                value: .data(type: .customModel, reference: .url("https://x.test/m")),
                mode: "ro_mount"))
        draft.outputs = [
            JobDraft.Output(
                name: "score", reference: .datastorePath(datastore: "d", path: "out/p.csv"),
                mode: "upload")
        ]
        let body = try await bench.client.preview(draft).body
        let sent = try WireJSON.decode(JSONValue.self, from: Array(body.utf8))["properties"]
        #expect(
            sent?["inputData"]
                == .object([
                    "input": .object([
                        "jobInputType": .string("UriFolder"),
                        "uri": .string("https://x.test/data?sig=***&b=1"),
                    ]),
                    "model": .object([
                        "jobInputType": .string("CustomModel"), "mode": .string("ro_mount"),
                        "uri": .string("https://x.test/m"),
                    ]),
                ]))
        #expect(
            sent?["outputData"]?["score"]
                == .object([
                    "jobOutputType": .string("UriFile"), "mode": .string("upload"),
                    "uri": .string("azureml://datastores/d/paths/out/p.csv"),
                ]))
    }

    @Test func anOccupiedOutputIsRefusedBeforeAnythingIsSent() async throws {
        let bench = try bench()
        bench.service.on(.get, "comp=list") { _ in
            .text(
                "<Blobs><Blob><Name>out/p.csv</Name><Properties><Content-Length>1</Content-Length></Properties></Blob></Blobs>",
                status: 200)
        }
        var draft = Self.draft
        draft.outputs = [
            JobDraft.Output(
                name: "score",
                reference: .datastorePath(datastore: "workspaceblobstore", path: "out/p.csv"))
        ]
        let occupied = draft
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.submit(occupied) { _ in }
        }
        #expect(failed?.kind == .rejected)
        #expect(failed?.detail.contains("already exists") == true)
    }

    @Test func aLocalInputIsUploadedFirstAndNamedByItsPlace() async throws {
        let bench = try bench()
        try bench.folder.write("upload/a.csv", "1\n")
        try bench.folder.write("upload/b.csv", "2\n")
        bench.service.on(.head, "/LocalUpload/") { _ in .empty(404) }
        bench.service.on(.put, "/LocalUpload/") { _ in .empty(201) }
        bench.service.on(.post, "score.test") { _ in accepted() }
        var draft = Self.draft
        draft.inputs[0].value = .data(
            type: nil, reference: .local(path: bench.folder.path + "/upload"))
        _ = try await bench.client.submit(draft) { _ in }
        let hash = "f681d7c38f3d613ef329846ce808920c8d352ec4c021633d742e5f6ac62f2bd5"
        let body = bench.service.calls(.post, "score.test").first?.json
        #expect(
            body?["properties"]?["inputData"]?["input"]?["uri"]?.string
                == "azureml://datastores/workspaceblobstore/paths/LocalUpload/\(hash)/upload/")
        let puts = bench.service.calls(.put).map(\.url)
        #expect(puts.count == 3)
        #expect(puts.last?.contains("a.csv?comp=metadata") == true)
    }
}
