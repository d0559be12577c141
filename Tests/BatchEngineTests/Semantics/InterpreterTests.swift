import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

/// Interpreters and their packages: environments of a deployment's own, DataFrames, MLflow without
/// code.
@Suite(.serialized) struct InterpreterTests {
    @Test func aVirtualEnvironmentIsTheInterpreterOfScriptAndChildren() async throws {
        let harness = try JobHarness()
        let prefix = harness.folder.path + "/venv"
        let made = try TestPython.shell("python3 -m venv --without-pip \(prefix)")
        #expect(made.status == 0, "\(made.errors)")
        let body = """
            import subprocess, sys
            ask = ['python3', '-c', 'import sys; print(sys.prefix)']
            return [sys.prefix, subprocess.run(ask, capture_output=True, text=True).stdout.strip()]
            """
        var order = try harness.order(script: Script.run(body), files: 1)
        order.interpreter = prefix + "/bin/python3"
        let job = try await harness.run(order)
        #expect(job.status == .completed)
        let rows = try harness.rows()
        #expect(rows == [prefix, prefix])
        await harness.service.shutdown()
    }

    @Test func everyWorkerGetsOneGraphicsProcessor() {
        let order = JobHarness.order("1", root: "/x", settings: ModelSettings())
        func device(_ worker: Int, gpus: Int) -> String? {
            WorkerEnvironment.variables(order, modelFolder: "/m", worker: worker, gpus: gpus)[
                "CUDA_VISIBLE_DEVICES"]
        }
        #expect([1, 2, 3].map { device($0, gpus: 2) } == ["0", "1", "0"])
        #expect(device(1, gpus: 0) == nil)
    }

    static let pandas = TestPython.having("pandas")

    @Test(.enabled(if: pandas != nil, "no python3 with pandas; see TestPython"))
    func aRealDataFrameIsWrittenWithSpacesAndWithoutHeaderAndIndex() async throws {
        let harness = try JobHarness()
        let script = """
            import pandas

            def init():
                pass

            def run(mini_batch):
                return pandas.DataFrame(
                    {"name": ["a b", "c"], "value": [1, 2.5], "none": [None, 7]})

            """
        var order = try harness.order(script: script, files: 1)
        order.interpreter = try #require(Self.pandas)
        let job = try await harness.run(order)
        #expect(job.status == .completed)
        let text = try harness.folder.read("output-1/predictions.csv")
        #expect(text == "\"a b\" 1.0 \nc 2.5 7.0\n")
        await harness.service.shutdown()
    }
}

/// Model references and MLflow models without a scoring script, through the route (ES §2.2, §3.9).
@Suite(.serialized) struct RegisteredModelTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    /// A deployment of a registered model.
    private func deployment(_ model: String, withCode: Bool, interpreter: String? = nil) -> String {
        var text = EngineFixture.deployment("good", "toys")
            .replacing("model:\n  name: toy-model\n  path: model", with: "model: \(model)")
        if !withCode {
            text = text.replacing(
                "code_configuration:\n  code: code\n  scoring_script: score.py\n", with: "")
        }
        return text + (interpreter.map { "\ntags:\n  batchdeck.interpreter: \($0)\n" } ?? "\n")
    }

    private func read() -> WorkspaceCatalog { WorkspaceReader(folder: fixture.workspace).read() }

    @Test func aRegisteredModelIsFoundByVersionAndAsTheNewest() throws {
        for version in ["1", "9", "10"] {
            try fixture.write(
                "name: weights\nversion: \"\(version)\"\ntype: custom_model\npath: ./w\(version)\n",
                to: "models/weights-\(version).yml")
            try fixture.write(version, to: "models/w\(version)/weights.txt")
        }
        let references = [
            "azureml:weights:9": "w9", "azureml:weights@latest": "w10", "azureml:weights:1": "w1",
        ]
        for (reference, entry) in references {
            try fixture.write(
                deployment(reference, withCode: true), to: "endpoints/toys/good/deployment.yml")
            let found = try #require(read().deployment("toys", "good"))
            #expect(found.modelEntry == entry)
            #expect(found.modelFolder == fixture.workspace + "/models")
        }
    }

    @Test(
        arguments: [
            ("azureml:weights:3", "there is no model weights in models/"),
            ("azureml:toy:3", "azureml:toy:3 is not there. toy has: 1."),
            ("azureml://registries/r/models/m/versions/1", "names no model of this workspace"),
            ("{name: n, path: nowhere}", "there is no file or folder nowhere"),
            ("{name: n, path: 'azureml://datastores/d/paths/m'}", "takes models from files only"),
        ])
    func aModelThatIsNotThereIsAProblemOfTheFile(model: String, words: String) throws {
        try fixture.write("name: toy\nversion: 1\npath: toy.txt\n", to: "models/toy.yml")
        try fixture.write("1", to: "models/toy.txt")
        try fixture.write(
            deployment(model, withCode: true), to: "endpoints/toys/good/deployment.yml")
        let catalog = read()
        #expect(catalog.deployment("toys", "good") == nil)
        let texts = catalog.problems(of: "toys", "good").map(\.text)
        #expect(texts.contains { $0.contains(words) }, "\(texts)")
    }

    // MARK: - MLflow

    /// A model as MLflow stores it, written by hand: it adds up the columns of a table.
    private func writeMLflowModel() throws {
        try fixture.write(
            "name: adder\nversion: 1\ntype: mlflow_model\npath: adder\n", to: "models/adder.yml")
        try fixture.write(
            """
            flavors:
              python_function:
                loader_module: adder_model
                code: code
                data: data
            model_uuid: 00000000000000000000000000000000
            """, to: "models/adder/MLmodel")
        try fixture.write("", to: "models/adder/data/nothing")
        try fixture.write(
            """
            class Adder:
                def predict(self, data):
                    return data.sum(axis=1)

            def _load_pyfunc(path):
                return Adder()
            """, to: "models/adder/code/adder_model.py")
        try fixture.write("a,b\n1,2\n3,4.5\n", to: "data/toys/table.csv")
        try fixture.write("a,b\n1,x\n", to: "data/toys/text.csv")
    }

    private func invoke(_ engine: Engine, _ uri: String) async -> EngineResponse {
        let route = Route.scoring("toys", .invoke).request
        let body = #"{"properties":{"inputData":{"a":{"uri":"\#(uri)"}}}}"#
        return await engine.respond(
            to: EngineRequest(
                route.method, route.target,
                headers: EngineHeaders([("Content-Type", "application/json")]),
                isStorageHost: false, address: EngineFixture.address,
                body: EngineBody(Array(body.utf8))))
    }

    private func engine() throws -> Engine {
        try Engine(
            Engine.Options(
                workspace: fixture.workspace, state: fixture.folder + "/state-2",
                token: EngineFixture.token))
    }

    @Test func withoutTheirPackagesModelsWithoutCodeAreRefusedWithWhatToInstall() async throws {
        try writeMLflowModel()
        let prefix = fixture.folder + "/venv"
        #expect(try TestPython.shell("python3 -m venv --without-pip \(prefix)").status == 0)
        try fixture.write(
            deployment("azureml:adder:1", withCode: false, interpreter: prefix),
            to: "endpoints/toys/good/deployment.yml")
        let engine = try engine()
        let response = await invoke(engine, "azureml:toys:1")
        #expect(response.status == 400, "\(response.text)")
        #expect(
            response.refusal.contains("\(prefix)/bin/python3 -m pip install mlflow pandas`"),
            "\(response.refusal)")
        await engine.shutdown()
    }

    static let mlflow = TestPython.having("pandas", "mlflow.pyfunc")

    @Test(.enabled(if: mlflow != nil, "no python3 with pandas and mlflow; see TestPython"))
    func aModelWithoutCodeScoresTablesOnceAFile() async throws {
        try writeMLflowModel()
        let interpreter = try #require(Self.mlflow)
        try fixture.write(
            deployment("azureml:adder@latest", withCode: false, interpreter: interpreter),
            to: "endpoints/toys/good/deployment.yml")
        let engine = try engine()
        for name in ["bear.txt", "car.txt"] {
            try FileManager.default.removeItem(atPath: fixture.workspace + "/data/toys/" + name)
        }
        let job = try await ended(engine, await invoke(engine, "azureml:toys:1"))
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        let order = try #require(try await engine.jobs.order(of: job.id))
        let text = try String(
            contentsOfFile: order.outputFolder + "/predictions.csv", encoding: .utf8)
        #expect(text == "0,3.0,table.csv\n1,7.5,table.csv\n")
        await engine.shutdown()
    }

    @Test(.enabled(if: mlflow != nil, "no python3 with pandas and mlflow; see TestPython"))
    func aFileOfAnotherTypeFailsTheJob() async throws {
        try writeMLflowModel()
        let interpreter = try #require(Self.mlflow)
        try fixture.write(
            deployment("azureml:adder:1", withCode: false, interpreter: interpreter),
            to: "endpoints/toys/good/deployment.yml")
        let engine = try engine()
        let job = try await ended(engine, await invoke(engine, "azureml:toys:1"))
        #expect(job.status == .failed)
        #expect(
            job.errorMessage?.contains("/bear.txt'. File type 'txt' is not supported.") == true,
            "\(job.errorMessage ?? "")")
        await engine.shutdown()
    }

    private func ended(_ engine: Engine, _ response: EngineResponse) async throws -> Job {
        #expect(response.status == 201, "\(response.text)")
        let wire = try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes)
        let id = Job.ID(try #require(wire.name))
        await engine.jobs.ended(id)
        return try #require(try await engine.jobs.job(id))
    }
}
