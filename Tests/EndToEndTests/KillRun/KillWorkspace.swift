import Foundation
import TestSupport

/// A kind of job of the kill run, and how it ends whatever is killed.
enum Load: String, CaseIterable {
    case one, five, flaky, strict, summary, branches, hello

    var endpoint: String {
        switch self {
        case .one, .five, .flaky, .strict, .summary: "rows"
        case .branches: "branches"
        case .hello: "hello"
        }
    }

    /// How a job of this kind ends that nobody cancels.
    var end: String { self == .strict ? "Failed" : "Completed" }

    /// Files of its input; none for a job without one.
    var files: Int {
        switch self {
        case .one: 40
        case .five: 100
        case .flaky: 30
        case .strict: 31
        case .summary: 24
        case .branches: 12
        case .hello: 0
        }
    }

    /// The request's member `properties`.
    ///
    /// - Parameter place: where the output is to go below the default datastore; nil leaves it to the engine.
    func properties(place: String?, data: String) -> [String: Any] {
        var properties: [String: Any] = ["inputData": [String: Any]()]
        if files > 0 {
            let name = self == .branches ? "data" : "UriFolder"
            properties["inputData"] = [
                name: ["jobInputType": "UriFolder", "uri": "\(data)/items-\(files)/versions/1"]
            ]
        }
        if let place, let output {
            properties["outputData"] = [
                output: [
                    "jobOutputType": "UriFile",
                    "uri": "azureml://datastores/workspaceblobstore/paths/kills/\(place).csv",
                ]
            ]
        }
        return properties
    }

    /// The output that may be given a place.
    private var output: String? {
        switch self {
        case .one, .five, .flaky, .strict: "score"
        case .branches: "joined"
        case .summary, .hello: nil
        }
    }

    /// Every line of its output, sorted.
    var rows: [String] {
        switch self {
        case .one, .five, .flaky, .summary, .strict: (0..<files).map(KillWorkspace.name)
        case .branches:
            (0..<files).flatMap { index in
                ["left", "right"].map { "\($0) \(KillWorkspace.name(index))" }
            }.sorted()
        case .hello: []
        }
    }
}

/// The workspace of the kill run: model deployments of every kind, a pipeline with branches, one without inputs.
enum KillWorkspace {
    static func name(_ index: Int) -> String { "item-\(1000 + index).txt" }

    static func write(in folder: TemporaryFolder) throws -> String {
        for load in Load.allCases where load.files > 0 {
            for index in 0..<load.files {
                try folder.write(
                    "\(index)\n", to: "ws/data/items-\(load.files)/\(name(index))")
            }
            try folder.write(
                """
                name: items-\(load.files)
                version: "1"
                type: uri_folder
                path: items-\(load.files)
                """, to: "ws/data/items-\(load.files).yml")
        }
        try folder.write("name: rows\n", to: "ws/endpoints/rows/endpoint.yml")
        try model(.one, settings: "mini_batch_size: 1\n  max_concurrency_per_instance: 2", folder)
        try model(.five, settings: "mini_batch_size: 5\n  max_concurrency_per_instance: 2", folder)
        // With a third of all tries failing, forty of them fail for none of a million mini-batches.
        try model(
            .flaky,
            settings: "mini_batch_size: 2\n  max_concurrency_per_instance: 2\n"
                + "  retry_settings:\n    max_retries: 40", folder, trouble: flakyTrouble)
        try model(
            .strict,
            settings: "mini_batch_size: 3\n  error_threshold: 0\n"
                + "  retry_settings:\n    max_retries: 2", folder, trouble: strictTrouble)
        try model(
            .summary,
            settings: "mini_batch_size: 4\n  output_action: summary_only", folder, after: ownFile)
        try pipelines(folder)
        return folder.path + "/ws"
    }

    private static let flakyTrouble = "if random.random() < 0.3: raise ValueError('not this time')"
    private static let strictTrouble = "if '1017' in path: raise ValueError('never this one')"
    /// The file's name is the row's: a mini-batch that runs again after a crash writes the same one.
    private static let ownFile = """
        for row in rows:
                with open(os.path.join(os.environ["AZUREML_BI_OUTPUT_PATH"], row), "w") as file:
                    file.write(row)
        """

    private static func model(
        _ load: Load, settings: String, _ folder: TemporaryFolder, trouble: String = "pass",
        after: String = ""
    ) throws {
        let deployment = "ws/endpoints/rows/\(load.rawValue)"
        try folder.write(
            """
            name: \(load.rawValue)
            endpoint_name: rows
            type: model
            model:
              name: nothing
              path: model
            code_configuration:
              code: code
              scoring_script: score.py
            environment:
              name: plain
              image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
            compute: azureml:local
            settings:
              \(settings)
            """, to: deployment + "/deployment.yml")
        try folder.write("nothing\n", to: deployment + "/model/nothing.txt")
        try folder.write(
            """
            import os
            import random
            import time

            def init():
                time.sleep(0.01)

            def run(mini_batch):
                rows = []
                for path in mini_batch:
                    time.sleep(random.random() * 0.02)
                    \(trouble)
                    rows.append(os.path.basename(path))
                \(after)
                return rows
            """, to: deployment + "/code/score.py")
    }

    private static func pipelines(_ folder: TemporaryFolder) throws {
        try folder.write(
            "name: hello\ndefaults:\n  deployment_name: hello\n",
            to:
                "ws/endpoints/hello/endpoint.yml")
        try folder.write(
            "name: hello\nendpoint_name: hello\ntype: pipeline\ncomponent: pipeline.yml\n",
            to: "ws/endpoints/hello/hello/deployment.yml")
        try folder.write(
            """
            name: hello
            version: "1"
            type: pipeline
            jobs:
              only:
                type: command
                component:
                  code: code
                  environment:
                    image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
                  command: python hello.py
            """, to: "ws/endpoints/hello/hello/pipeline.yml")
        try folder.write(
            "import time\ntime.sleep(0.1)\nprint('hello')\n",
            to: "ws/endpoints/hello/hello/code/hello.py")
        let branches = "ws/endpoints/branches"
        try folder.write(
            "name: branches\ndefaults:\n  deployment_name: branches\n",
            to: branches + "/endpoint.yml")
        try folder.write(
            "name: branches\nendpoint_name: branches\ntype: pipeline\ncomponent: pipeline.yml\n",
            to: branches + "/branches/deployment.yml")
        try folder.write(branchesPipeline, to: branches + "/branches/pipeline.yml")
        for side in ["left", "right"] {
            try folder.write(
                component(side, inputs: ["data"], type: "uri_folder"),
                to: branches + "/branches/\(side).yml")
        }
        try folder.write(
            component("join", inputs: ["one", "two"], type: "uri_file"),
            to: branches + "/branches/join.yml")
        try folder.write(stepCode, to: branches + "/branches/code/step.py")
    }

    /// Appends, so that an output which is not emptied before a step runs again has lines twice.
    private static let stepCode = """
        import os
        import sys
        import time

        word, target, sources = sys.argv[1], sys.argv[2], sys.argv[3:]
        if word != "join":
            lines = [f"{word} {name}" for name in sorted(os.listdir(sources[0]))]
        else:
            lines = [line.strip() for path in sources for line in open(path)]
        for line in lines:
            with open(target, "a") as file:
                file.write(line + "\\n")
            time.sleep(0.01)
        """

    private static let branchesPipeline = """
        name: branches
        version: "1"
        type: pipeline
        inputs:
          data:
            type: uri_folder
        outputs:
          joined:
            type: uri_file
        jobs:
          left:
            type: command
            component: left.yml
            inputs:
              data: ${{parent.inputs.data}}
            outputs:
              rows:
          right:
            type: command
            component: right.yml
            inputs:
              data: ${{parent.inputs.data}}
            outputs:
              rows:
          join:
            type: command
            component: join.yml
            inputs:
              one: ${{parent.jobs.left.outputs.rows}}
              two: ${{parent.jobs.right.outputs.rows}}
            outputs:
              rows: ${{parent.outputs.joined}}

        """

    private static func component(_ name: String, inputs: [String], type: String) -> String {
        let declared = inputs.map { "  \($0):\n    type: \(type)\n" }.joined()
        let sources = inputs.map { "${{inputs.\($0)}}" }.joined(separator: " ")
        return """
            name: \(name)
            version: "1"
            type: command
            inputs:
            \(declared)outputs:
              rows:
                type: uri_file
            code: code
            environment:
              image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
            command: python step.py \(name) ${{outputs.rows}} \(sources)

            """
    }
}
