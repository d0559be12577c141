import BatchModel
import TestSupport

@testable import BatchEngine

/// What a step of a test does.
struct TestStep {
    var name: String
    var command: String
    var needs: [Int] = []
    /// Names of its output folders, `out` if nothing is said.
    var outputs = ["out"]
    var environment: [String: String] = [:]
    var code: String?
}

extension JobHarness {
    /// A pipeline job whose step `n` finds the outputs of step `m` under `$IN_m` and its own under `$OUT`.
    static func pipeline(
        _ name: String = "1", root: String, _ steps: [TestStep],
        continuesOnStepFailure: Bool = true, interpreter: String = "python3"
    ) -> PipelineOrder {
        func place(_ step: Int, _ output: String) -> PipelineOrder.Place {
            PipelineOrder.Place(
                name: output, type: .uriFolder, path: "\(root)/results-\(name)/\(step)/\(output)",
                uri: "azureml://datastores/workspaceblobstore/paths/\(step)/\(output)/")
        }
        return PipelineOrder(
            id: Job.ID("pipelinejob-" + name), displayName: "job_\(name)", endpoint: "pipes",
            deployment: "one", experimentName: "pipes",
            continuesOnStepFailure: continuesOnStepFailure, interpreter: interpreter,
            steps: steps.enumerated().map { number, step in
                var variables = step.environment
                for needed in step.needs {
                    variables["IN_\(needed)"] = place(needed, "out").path
                }
                variables["OUT"] = place(number, "out").path
                return PipelineOrder.Step(
                    id: JobStep.ID("step-\(name)-\(number)"), name: step.name,
                    command: step.command, codeFolder: step.code, environmentVariables: variables,
                    inputs: step.needs.map {
                        PipelineOrder.Source(
                            name: "in_\($0)", type: .uriFolder, path: place($0, "out").path,
                            writer: $0)
                    }, outputs: step.outputs.map { place(number, $0) }, dependencies: step.needs)
            }, results: [], inputs: [:], outputs: [:], tags: ["a": "b"], properties: ["c": "d"])
    }

    func pipeline(
        _ steps: [TestStep], name: String = "1", continuesOnStepFailure: Bool = true,
        interpreter: String = "python3"
    ) -> PipelineOrder {
        Self.pipeline(
            name, root: folder.path, steps, continuesOnStepFailure: continuesOnStepFailure,
            interpreter: interpreter)
    }

    /// Runs a pipeline job to its end.
    func run(_ order: PipelineOrder) async throws -> (job: Job, steps: [JobStep]) {
        let job = try await service.accept(order)
        await service.ended(job.id)
        let last = try await service.job(job.id)
        return (last ?? job, try await service.steps(of: job.id))
    }

    /// What the programs of a step printed.
    func printed(_ step: Int, _ name: String = "1") -> String {
        let path = folders.logFolder(of: "step-\(name)-\(step)") + "/user_logs/std_log.txt"
        return FileCalls.contents(of: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The log of the job's own run.
    func executionLog(_ name: String = "1") -> String {
        let path = folders.logFolder(of: "pipelinejob-\(name)") + "/logs/azureml/executionlogs.txt"
        return FileCalls.contents(of: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
