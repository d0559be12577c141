import BatchClient
import BatchModel
import TestSupport
import Testing

@testable import Commands

/// `export`, and `invoke --from-command`.
@Suite struct ExportVerbTests {
    private let job = [
        "-n", "heart", "-d", "pipe", "--set", "inputs.data.path=azureml:heart@latest",
        "inputs.mode.default=it's", "outputs.score.type=uri_file",
        "outputs.score.path=azureml://datastores/store/paths/o/p.csv", "--experiment-name", "trial",
        "--mini-batch-size", "5",
    ]

    /// The client is the one that fails whatever it is asked: these forms need no service.
    @Test func theCommandIsPrintedAsItWouldBeTyped() async {
        let said = await Desk().run(["export"] + job)
        #expect(said.code == 0, "\(said.talk)")
        #expect(
            said.output == """
                az ml batch-endpoint invoke --name heart --deployment-name pipe --experiment-name \
                trial --mini-batch-size 5 --set inputs.data.path=azureml:heart@latest \
                inputs.mode.type=string 'inputs.mode.default=it'\\''s' outputs.score.type=uri_file \
                outputs.score.path=azureml://datastores/store/paths/o/p.csv

                """)
        #expect(said.talk == "")
    }

    @Test func thePythonProgramCallsTheOfficialPackage() async {
        let said = await Desk().run(["export"] + job + ["--as", "python"])
        #expect(
            said.output == """
                from azure.ai.ml import Input, MLClient, Output
                from azure.identity import DefaultAzureCredential

                client = MLClient.from_config(credential=DefaultAzureCredential())
                job = client.batch_endpoints.invoke(
                    endpoint_name="heart",
                    deployment_name="pipe",
                    inputs={
                        "data": Input(type="uri_folder", path="azureml:heart@latest"),
                        "mode": Input(type="string", default="it's"),
                    },
                    outputs={
                        "score": Output(type="uri_file", path="azureml://datastores/store/paths/o/p.csv"),
                    },
                    params_override=[{"mini_batch_size": 5}],
                    experiment_name="trial",
                )
                print(job.name)

                """)
    }

    @Test func theFileSaysWithWhichCommandItGoes() async {
        let said = await Desk().run(["export"] + job + ["--as", "yaml"])
        #expect(
            said.output == """
                # az ml batch-endpoint invoke --name heart --deployment-name pipe --experiment-name \
                trial --file inputs.yml --mini-batch-size 5
                inputs:
                  "data":
                    path: "azureml:heart@latest"
                  "mode":
                    type: "string"
                    default: "it's"
                outputs:
                  "score":
                    type: "uri_file"
                    path: "azureml://datastores/store/paths/o/p.csv"

                """)
    }

    @Test func curlSendsWhatTheClientWouldSendWithoutOurTag() async {
        let desk = Desk { client in
            client.preview = { _ in
                RequestPreview(
                    method: "POST", url: "https://heart/jobs",
                    headers: [
                        "Authorization: Bearer ***", "Content-Type: application/json",
                        "azureml-model-deployment: pipe", "repeatability_request-id: X",
                    ],
                    body: #"{"properties":{"inputData":{},"tags":{"batchdeck.submission":"X"}}}"#,
                    uploads: ["./a (1 file, 2 bytes) to azureml://x"])
            }
            client.connect = {
                ConnectionInfo(
                    context: "azure", scope: Samples.scope, latency: nil, isLocal: false)
            }
        }
        let said = await desk.run(["export"] + job + ["--as", "curl"])
        #expect(
            said.output == """
                # TOKEN: az account get-access-token --resource https://ml.azure.com --query \
                accessToken -o tsv
                # curl uploads nothing; first copy ./a (1 file, 2 bytes) to azureml://x
                curl --fail-with-body -X POST https://heart/jobs \\
                  -H "Authorization: Bearer $TOKEN" \\
                  -H 'Content-Type: application/json' \\
                  -H 'azureml-model-deployment: pipe' \\
                  --data-binary '{
                  "properties" : {
                    "inputData" : {

                    }
                  }
                }'

                """, "\(said.talk)")
    }

    @Test(arguments: ["az", "python", "yaml"], ["https://h/x", "h.blob.core.windows.net/x"])
    func aSignatureIsLeftOutAndSaidToBe(form: String, address: String) async {
        let said = await Desk().run([
            "export", "-n", "heart", "--input", "\(address)?sv=1&sig=SECRET", "--as", form,
        ])
        #expect(said.code == 0)
        #expect(said.output.contains("sig=***") && !said.output.contains("SECRET"))
        #expect(said.talk == "secrets are left out: put them in where *** stands\n")
    }

    private let typeless = [
        "export", "-n", "wine-classifier", "--input", "azureml:wine-data@latest", "--output-path",
        "azureml://datastores/w/paths/o/p.csv",
    ]

    @Test func typesThatAreNotGivenAreAskedForWhereAnEngineRuns() async {
        let asset = DataReference.asset(name: "wine-data", version: .latest)
        var engine = BatchClient.unimplemented
        engine.serveSamples()
        engine.findings = { _ in [asset: .found(ResolvedData(type: .uriFile, uri: "u"))] }
        var desk = Desk()
        desk.engine = engine
        desk.environment = ["BATCHDECK_CONTEXT": "local"]
        let command = await desk.run(typeless)
        #expect(
            command.output == """
                az ml batch-endpoint invoke --name wine-classifier --input azureml:wine-data@latest \
                --input-type uri_file --set outputs.score.type=uri_file \
                outputs.score.path=azureml://datastores/w/paths/o/p.csv

                """, "\(command.talk)")
        let program = await desk.run(typeless + ["--as", "python"])
        #expect(program.output.contains("\"UriFile\": Input(type=\"uri_file\""))
        #expect(program.output.contains("\"score\": Output(type=\"uri_file\""))
    }

    @Test func withoutAnEngineTheyAreLeftOutButForAModelDeploymentsOutput() async {
        let program = await Desk().run(typeless + ["--as", "python"])
        #expect(program.code == 0, "\(program.talk)")
        #expect(program.output.contains("\"UriFolder\": Input(type=\"uri_folder\""))
        #expect(program.output.contains("\"score\": Output(type=\"uri_file\""))
    }

    @Test func nobodyIsAskedToSignInForATypeAlone() async throws {
        let world = try VerbWorld()
        let isQuiet = Box<[Bool]>([])
        var desk = world.desk
        desk.makeClient = { options throws(ServiceFailure) in
            isQuiet.change { $0.append(options.asking.noInput) }
            throw ServiceFailure(kind: .unauthorized, operation: "sign in", detail: "not now")
        }
        let said = await desk.run(typeless + ["--context", "prod"])
        #expect(said.code == 0 && said.output.hasPrefix("az ml"), "\(said.talk)")
        #expect(isQuiet.current == [true])
        withExtendedLifetime(world) {}
    }

    @Test func flagsWinOverTheCommandTheyComeWith() async throws {
        let drafts = Box<[JobDraft]>([])
        var desk = Desk { client in
            client.submit = { draft, _ in
                drafts.change { $0.append(draft) }
                return Samples.job
            }
        }
        desk.input = """
            az ml batch-endpoint invoke -n heart -d pipe --input azureml:heart:1 \\
              --set mini_batch_size=5 error_threshold=1
            """
        let said = await desk.run([
            "invoke", "--from-command", "-", "-d", "other", "--set", "mini_batch_size=7",
        ])
        #expect(said.code == 0, "\(said.talk)")
        let draft = try #require(drafts.current.first)
        #expect(draft.endpoint == "heart" && draft.deployment == "other")
        #expect(draft.overrides.miniBatchSize == 7 && draft.overrides.errorThreshold == 1)
        #expect(draft.inputs.map(\.name) == ["UriFolder"])
    }

    @Test(arguments: [
        (["export", "--as", "az"], "--name"), (["export", "-n", "e", "--as", "perl"], "perl"),
        (["invoke", "--from-command", "/no/such"], "cannot be read"),
        (["export", "--from-command", "-"], "not a command that submits"),
    ]) func aBadCommandLineIsExitCodeTwo(words: [String], reason: String) async {
        let said = await Desk().run(words)
        #expect(said.code == 2 && said.talk.contains(reason), "\(said.code) \(said.talk)")
        #expect(said.output == "")
    }
}
