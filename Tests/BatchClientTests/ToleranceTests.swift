import BatchModel
import Testing

@testable import BatchClient

/// Words and members a service uses that are not ours, or are spelled otherwise: read, kept, shown, never fatal (DESIGN §3).
@Suite struct ToleranceTests {
    /// Every status word of CONTRACT §7 and ES §5.2, and how older parts of the service spell some.
    @Test(arguments: [
        ("NotStarted", JobStatus.notStarted, false), ("Starting", .starting, false),
        ("Provisioning", .provisioning, false), ("Preparing", .preparing, false),
        ("Queued", .queued, false), ("Running", .running, false),
        ("Finalizing", .finalizing, false), ("CancelRequested", .cancelRequested, false),
        ("Completed", .completed, true), ("Failed", .failed, true), ("Canceled", .canceled, true),
        ("NotResponding", .notResponding, false), ("Paused", .paused, false),
        ("RUNNING", .running, false), ("completed", .completed, true),
        ("cancel_requested", .cancelRequested, false), ("Finished", .completed, true),
        ("Cancelled", .canceled, true), ("Canceling", .cancelRequested, false),
        ("Cancelling", .cancelRequested, false), ("Unknown", .unknown("Unknown"), false),
        ("Hibernating_Now", .unknown("Hibernating_Now"), false), ("", .unknown(""), false),
    ])
    func aStatusIsReadInEverySpelling(word: String, status: JobStatus, isTerminal: Bool) {
        #expect(JobStatus(rawValue: word) == status)
        #expect(JobStatus(rawValue: word).isTerminal == isTerminal)
        if case .unknown = status { #expect(status.description == word) }
    }

    @Test(arguments: [
        ("uri_folder", DataType.uriFolder), ("UriFolder", .uriFolder), ("URIFOLDER", .uriFolder),
        ("uri_file", .uriFile), ("UriFile", .uriFile), ("mltable", .mltable),
        ("MLTable", .mltable), ("CustomModel", .customModel), ("custom_model", .customModel),
        ("MLFlowModel", .mlflowModel), ("mlflow_model", .mlflowModel),
        ("TritonModel", .tritonModel), ("triton_model", .tritonModel), ("float", .number),
        ("number", .number), ("bool", .boolean), ("boolean", .boolean),
        ("uri_lake", .unknown("uri_lake")),
    ])
    func aTypeIsReadInBothSpellings(word: String, type: DataType) {
        #expect(DataType(rawValue: word) == type)
        if case .unknown = type { #expect(type.rawValue == word) }
    }

    @Test func whatIsNotKnownIsShownAsItIs() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints?") { _ in
            .json(
                """
                {"value":[{"name":"e","kind":"Warp","tags":{"n":7,"gone":null},"extra":{},
                "properties":{"authMode":"Retina","provisioningState":"Dreaming","x":[1]}}],"y":1}
                """)
        }
        let endpoint = try #require(try await bench.client.endpoints().first)
        #expect(endpoint.provisioningState == "Dreaming" && endpoint.authMode == "Retina")
        #expect(endpoint.tags == ["n": "7"])

        bench.service.on(.get, "/datastores?") { _ in
            .json("{\"value\":[{\"name\":\"d\",\"properties\":{\"datastoreType\":\"Quantum\"}}]}")
        }
        #expect(try await bench.client.datastores().map(\.kind) == [.other("Quantum")])

        bench.service.on(.get, "/jobs/j?") { _ in
            .json(
                """
                {"name":"j","z":0,"properties":{"jobType":"Daydream","status":"Hibernating",
                "properties":{"azureml.new":{"a":1},"flag":true},"tags":{"t":"u"},
                "services":null,"inputs":null,"jobs":null}}
                """)
        }
        let job = try await bench.client.job("j")
        #expect(job.status.rawValue == "Hibernating" && job.status.isActive)
        #expect(job.properties == ["azureml.new": "{\"a\":1}", "flag": "true"])
        #expect(job.tags == ["t": "u"])

        bench.service.on(.get, "/children") { _ in
            .json(
                """
                {"value":[{"runId":"r","status":"Warming","outputs":{"o":{"type":"UriLake"}},
                "runType":"x"}],"count":1}
                """)
        }
        let step = try #require(try await bench.client.steps("j").first)
        #expect(step.status.rawValue == "Warming" && step.outputs == ["o"])
    }

    @Test func aChangeSendsBackWhatIsNotOurs() async throws {
        let bench = try Bench()
        let there = """
            {"id":"/x","name":"wine","type":"t","location":"eastus","kind":"K","sku":{"name":"S"},
            "identity":{"type":"SystemAssigned"},"tags":{"a":"b"},"systemData":{"createdAt":"x"},
            "properties":{"authMode":"AADToken","description":"old","scoringUri":"https://s",
            "swaggerUri":null,"provisioningState":"Succeeded","defaults":{"deploymentName":"one"},
            "properties":{"p":"q"},"keys":{"n":1}}}
            """
        bench.service.on(.get, "/batchEndpoints/wine?") { _ in .json(there) }
        bench.service.on(.put, "/batchEndpoints/wine?") { _ in .json(there) }
        _ = try await bench.client.control.updateEndpoint(
            Endpoint(name: "wine", defaultDeployment: "two", tags: ["c": "d"]))
        let sent = try #require(bench.service.calls(.put).first?.json)
        // The description was taken away, the tag replaced; what the service alone says is not said back.
        let wanted = """
            {"location":"eastus","kind":"K","sku":{"name":"S"},"tags":{"c":"d"},
            "identity":{"type":"SystemAssigned"},"properties":{"authMode":"aadToken",
            "defaults":{"deploymentName":"two"},"properties":{"p":"q"},"keys":{"n":1}}}
            """
        #expect(try sent == WireJSON.decode(JSONValue.self, from: Array(wanted.utf8)))
    }

    @Test func archivingSendsTheJobBackAsItIs() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/jobs/j?") { _ in
            .json(
                """
                {"name":"j","properties":{"status":"Completed","isArchived":false,"new":{"a":[1]},
                "jobType":"Daydream"}}
                """)
        }
        bench.service.on(.put, "/jobs/j?") { _ in .json("{}") }
        try await bench.client.setArchived("j", true)
        let sent = bench.service.calls(.put).first?.json?["properties"]
        #expect(
            sent
                == .object([
                    "isArchived": .boolean(true), "jobType": .string("Daydream"),
                    "new": .object(["a": .array([.integer(1)])]),
                ]))
    }
}
