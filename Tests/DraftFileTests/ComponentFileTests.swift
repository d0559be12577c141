import BatchModel
import Testing

@testable import DraftFile

@Suite struct ComponentFileTests {
    static let prepare = """
        name: prepare
        version: 2
        type: command
        inputs:
          data: {type: uri_folder}
          rows: {type: integer, min: 1, optional: true}
          share: {type: number, default: 0.5, min: 0, max: 1}
          mode: {type: string, enum: [a, b], default: a}
          fast: {type: boolean, default: TRUE}
        outputs:
          out: {type: uri_folder, mode: upload}
          note: {type: uri_file}
        code: ../src
        environment: azureml:env:1
        environment_variables: {LEVEL: "3"}
        command: >-
          python prep.py ${{inputs.data}} $[[--rows ${{inputs.rows}}]] ${{inputs.share}}
          ${{inputs.mode}} ${{inputs.fast}} ${{outputs.out}} ${{ outputs.note }}
        """

    static let pipeline = """
        name: uci-heart
        type: pipeline
        inputs:
          data: {type: uri_folder}
          rows: {type: integer, optional: true}
        outputs:
          result:
          note: {type: uri_file}
        jobs:
          count:
            command: wc -l ${{inputs.from}} ${{inputs.word}} > ${{outputs.lines}}
            environment: {image: some/image}
            inputs:
              from: ${{parent.jobs.first.outputs.out}}
              word: plain
            outputs:
              lines: {type: uri_file, path: "${{parent.outputs.note}}"}
          first:
            type: command
            component: parts/prepare.yml
            compute: azureml:cluster
            inputs:
              data: ${{ parent.inputs.data }}
              rows: ${{parent.inputs.rows}}
              share: 0.25
            outputs:
              out: {mode: upload, path: "${{parent.outputs.result}}"}
              note:
            environment_variables: {A: b}
        """

    static let lookup = ComponentLookup { reference, file in
        reference == "parts/prepare.yml" && file == "e/d/pipeline.yml"
            ? .found(yaml: prepare, file: "e/d/parts/prepare.yml", isRegistered: false)
            : .missing(detail: "There is no component file \(reference).", advice: "Write it.")
    }

    private func parse(_ yaml: String, isRegistered: Bool = false) -> Parsed<ComponentFile> {
        ComponentFile.parse(
            yaml: yaml, file: "e/d/pipeline.yml", isRegistered: isRegistered,
            components: Self.lookup)
    }

    @Test func aCommandComponentIsRead() throws {
        let parsed = ComponentFile.parse(
            yaml: Self.prepare, file: "e/d/parts/prepare.yml", isRegistered: true)
        #expect(parsed.problems.isEmpty, "\(parsed.problems)")
        guard case .command(let command)? = parsed.value else {
            Issue.record("not a command")
            return
        }
        #expect(command.version == "2")
        #expect(command.codeFolder == "e/d/parts/../src")
        #expect(command.environmentName == "azureml:env:1")
        #expect(command.environmentVariables == ["LEVEL": "3"])
        #expect(
            command.inputs == [
                InputSpec(name: "data", type: .uriFolder),
                InputSpec(
                    name: "rows", type: .integer, isOptional: true, minimum: .integer(1)),
                InputSpec(
                    name: "share", type: .number, defaultValue: .number(0.5), minimum: .number(0),
                    maximum: .number(1)),
                InputSpec(
                    name: "mode", type: .string, defaultValue: .string("a"),
                    allowedValues: ["a", "b"]),
                InputSpec(name: "fast", type: .boolean, defaultValue: .boolean(true)),
            ])
        #expect(
            command.outputs == [
                OutputSpec(name: "out", type: .uriFolder), OutputSpec(name: "note", type: .uriFile),
            ])
    }

    @Test func aPipelineIsReadWithItsSteps() throws {
        let parsed = parse(Self.pipeline)
        #expect(parsed.problems.isEmpty, "\(parsed.problems)")
        guard case .pipeline(let pipeline)? = parsed.value else {
            Issue.record("not a pipeline")
            return
        }
        #expect(pipeline.outputs.map(\.type) == [.uriFolder, .uriFile])
        let count = try #require(pipeline.steps.first)
        #expect(count.dependencies == ["first"])
        #expect(count.component.inputs.map(\.type) == [.uriFolder, .string])
        #expect(count.outputs == ["lines": .parentOutput("note")])
        let first = try #require(pipeline.steps.last)
        #expect(first.component.name == "prepare")
        #expect(first.inputs["data"] == .parentInput("data"))
        #expect(first.inputs["share"] == .literal("0.25"))
        #expect(first.outputs == ["out": .parentOutput("result")])
        #expect(first.environmentVariables == ["A": "b"])
    }

    /// A change of the pipeline above, the line of the problem, and its words.
    static let broken: [(String, String, Int, String)] = [
        (
            "${{ parent.inputs.data }}", "${{parent.inputs.date}}", 23,
            "no input date. There are: data, rows."
        ),
        (
            "${{ parent.inputs.data }}", "${{parents.inputs.data}}", 23,
            "Write ${{parent.inputs.NAME}}"
        ),
        ("${{ parent.inputs.data }}", "x-${{parent.inputs.data}}", 23, "nothing around it"),
        (
            "${{ parent.inputs.data }}", "${{parent.inputs.rows}}", 23,
            "is optional, and the step needs it"
        ),
        (
            "${{ parent.inputs.data }}", "some text", 23,
            "declared as uri_folder, and a literal was given"
        ),
        (
            "${{parent.jobs.first.outputs.out}}", "${{parent.jobs.fist.outputs.out}}", 14,
            "no step fist. There are: count, first."
        ),
        (
            "${{parent.jobs.first.outputs.out}}", "${{parent.jobs.first.outputs.in}}", 14,
            "no output in. There are: out, note."
        ),
        (
            "${{parent.inputs.rows}}", "${{parent.inputs.data}}", 24,
            "a uri_folder is bound to an input of type integer"
        ),
        ("share: 0.25", "share: 7", 25, "should not be greater than 1.0"),
        ("share: 0.25", "shore: 0.25", 25, "declares no such input. There are: data, rows, share"),
        (
            "      data: ${{ parent.inputs.data }}\n", "", 23,
            "the input data of its component is missing"
        ),
        (
            "${{parent.outputs.result}}", "${{parent.outputs.results}}", 27,
            "no output results. There are: result, note."
        ),
        (
            "${{parent.outputs.result}}", "${{parent.outputs.note}}", 27,
            "a uri_folder is bound to an output of type uri_file"
        ),
        ("      note:\n", "      nope:\n", 28, "declares no such output"),
        (
            "${{outputs.lines}}", "${{outputs.line}}", 11,
            "outputs.line is not declared. Declared outputs: lines."
        ),
        ("    environment: {image: some/image}\n", "", 11, "environment is missing"),
        (
            "parts/prepare.yml", "parts/nothing.yml", 20,
            "There is no component file parts/nothing.yml."
        ),
        (
            "    type: command\n    component", "    type: sweep\n    component", 19,
            "a step of type sweep does not run"
        ),
        (
            "    type: command\n    component", "    type: pipeline\n    component", 19,
            "Write its steps into this pipeline."
        ),
        ("  count:", "  2count:", 11, "is not a name of a step"),
        (
            "  rows: {type: integer, optional: true}", "  path: {type: string}", 5,
            "the name is reserved"
        ),
        ("  rows: {type: integer, optional: true}", "  a-b: {type: string}", 5, "no digit first"),
        (
            "  rows: {type: integer, optional: true}", "  rows: {type: integer, default: x}", 5,
            "Unexpected data type for parameter 'rows'"
        ),
        (
            "  rows: {type: integer, optional: true}", "  rows: {type: integer, enum: [1]}", 5,
            "has no enum"
        ),
        (
            "  rows: {type: integer, optional: true}", "  rows: {type: integer, min: 3, max: 2}", 5,
            "above max"
        ),
        (
            "  rows: {type: integer, optional: true}", "  rows: {type: date}", 5,
            "It must be uri_folder"
        ),
        (
            "  data: {type: uri_folder}\n  rows", "  data: {type: uri_folder, default: x}\n  rows",
            4, "has no default"
        ),
    ]

    @Test(arguments: broken)
    func whatIsWrongIsSaidWithItsLine(
        _ part: String, _ change: String, _ line: Int, _ words: String
    ) throws {
        try #require(Self.pipeline.contains(part))
        let text = Self.pipeline.replacing(part, with: change, maxReplacements: 1)
        let parsed = parse(text)
        #expect(parsed.value == nil)
        #expect(
            parsed.errors.contains {
                $0.message.contains(words) && $0.line == line && $0.file == "e/d/pipeline.yml"
            }, "\(parsed.errors)")
    }

    @Test func stepsThatWaitForEachOtherAreRefused() throws {
        let yaml = """
            type: pipeline
            jobs:
              start: {command: "true", environment: {image: i}, outputs: {o: }}
              a:
                command: cat ${{inputs.b}} ${{inputs.s}}
                environment: {image: i}
                inputs: {b: "${{parent.jobs.b.outputs.o}}", s: "${{parent.jobs.start.outputs.o}}"}
                outputs: {o: }
              b:
                command: cat ${{inputs.a}}
                environment: {image: i}
                inputs: {a: "${{parent.jobs.a.outputs.o}}"}
                outputs: {o: }
              after:
                command: cat ${{inputs.a}}
                environment: {image: i}
                inputs: {a: "${{parent.jobs.a.outputs.o}}"}
            """
        let errors = parse(yaml).errors
        #expect(errors.map(\.detail) == ["The steps a, b wait for each other."])
        #expect(errors.first?.line == 5)
    }

    @Test func anotherFilesProblemsKeepTheirOwnPlace() throws {
        let bad = Self.prepare.replacing("${{inputs.mode}}", with: "${{inputs.node}}")
        let lookup = ComponentLookup { _, _ in
            .found(yaml: bad, file: "e/d/parts/prepare.yml", isRegistered: false)
        }
        let parsed = ComponentFile.parse(
            yaml: Self.pipeline, file: "e/d/pipeline.yml", components: lookup)
        let error = try #require(parsed.errors.first)
        #expect(error.file == "e/d/parts/prepare.yml" && error.line == 16)
        #expect(error.detail.contains("inputs.node is not declared"))
    }

    @Test func aRegisteredNameFollowsTheRule() {
        #expect(!parse(Self.pipeline, isRegistered: false).problems.contains { $0.line == 1 })
        let errors = parse(Self.pipeline, isRegistered: true).errors
        #expect(errors.first?.detail == "\"uci-heart\" is not a name of a component.")
    }

    @Test func aDeploymentTakesItsInterfaceFromItsComponent() throws {
        let yaml = """
            name: prep
            endpoint_name: heart
            type: pipeline
            component: pipeline.yml
            settings: {default_compute: "azureml:cpu", continue_on_step_failure: false}
            """
        let lookup = ComponentLookup { reference, file in
            reference == "pipeline.yml"
                ? .found(yaml: Self.pipeline, file: "e/d/pipeline.yml", isRegistered: false)
                : Self.lookup.find(reference, file)
        }
        let parsed = DeploymentFile.parse(
            yaml: yaml, file: "e/d/deployment.yml", components: lookup)
        #expect(parsed.problems.isEmpty, "\(parsed.problems)")
        let deployment = try #require(parsed.value?.deployment)
        #expect(deployment.inputs.map(\.name) == ["data", "rows"])
        #expect(deployment.outputs.map(\.name) == ["result", "note"])
        #expect(deployment.compute == "cpu")
        // Without a look-up the file alone is read.
        #expect(
            DeploymentFile.parse(yaml: yaml, file: "d.yml").value?.deployment.inputs.isEmpty
                == true)
    }

    /// `deployment.yml` with another member than `component: …`, and words of the refusal.
    static let deployments = [
        ("job_definition: azureml:some_job", "makes a component from a finished job"),
        ("description: none", "component is missing"),
        ("component: azureml:none:1", "There is no component file azureml:none:1."),
        (
            "component: {type: command, command: \"true\", environment: {image: i}}",
            "component is a command component"
        ),
        ("component: {type: pipeline, jobs: {}}", "jobs is empty"),
    ]

    @Test(arguments: deployments)
    func aDeploymentThatCannotRunIsRefused(_ member: String, _ words: String) {
        let yaml = "name: prep\nendpoint_name: heart\ntype: pipeline\n\(member)\n"
        let parsed = DeploymentFile.parse(
            yaml: yaml, file: "e/d/deployment.yml", components: Self.lookup)
        #expect(parsed.value == nil)
        #expect(parsed.errors.contains { $0.message.contains(words) }, "\(parsed.errors)")
    }
}
