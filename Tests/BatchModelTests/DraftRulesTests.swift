import BatchModel
import Testing

/// One line per rule of ES §6 that a draft can break, the accepted form beside the refused one.
@Suite struct DraftRulesTests {
    static let asset = DataReference.asset(name: "wine", version: .latest)
    static let place = DataReference.datastorePath(datastore: "store", path: "out/rows.csv")
    static let model = Deployment(name: "gnb", endpoint: "wine", kind: .model(ModelSettings()))
    static let summary = Deployment(
        name: "sum", endpoint: "wine", kind: .model(ModelSettings(outputAction: .summaryOnly)))
    static let pipeline = Deployment(
        name: "flow", endpoint: "wine",
        kind: .pipelineComponent(
            PipelineSettings(
                inputs: [
                    InputSpec(name: "data", type: .uriFolder),
                    InputSpec(
                        name: "mode", type: .string, defaultValue: .string("append"),
                        allowedValues: ["append", "replace"]),
                    InputSpec(
                        name: "threshold", type: .number, isOptional: true, minimum: .number(0),
                        maximum: .number(1)),
                    InputSpec(name: "rows", type: .integer, isOptional: true, minimum: .integer(1)),
                    InputSpec(name: "normalize", type: .boolean, isOptional: true),
                ], outputs: [OutputSpec(name: "scores", type: .uriFolder)])))

    static func draft(
        _ inputs: [(String, InputValue)] = [("data", .data(type: nil, reference: asset))],
        outputs: [JobDraft.Output] = [], overrides: JobDraft.Overrides = .init(),
        experiment: String? = nil
    ) -> JobDraft {
        JobDraft(
            endpoint: "wine", inputs: inputs.map { .init(name: $0.0, value: $0.1) },
            outputs: outputs, overrides: overrides, experimentName: experiment)
    }

    private static func moded(_ inputMode: String?, output outputMode: String?) -> JobDraft {
        var draft = draft(outputs: [.init(name: "s", reference: place, mode: outputMode)])
        draft.inputs[0].mode = inputMode
        return draft
    }

    private static func with(_ name: String, _ text: String) -> JobDraft {
        draft([("data", .data(type: nil, reference: asset)), (name, .literal(text: text))])
    }

    static let refused: [(String, JobDraft, Deployment, DraftField)] = [
        ("no input", draft([]), model, .input(nil)),
        (
            "two inputs",
            draft([
                ("a", .data(type: nil, reference: asset)),
                ("b", .data(type: nil, reference: asset)),
            ]), model, .input(nil)
        ), ("a literal", draft([("x", .literal(text: "1"))]), model, .input("x")),
        (
            "mltable", draft([("a", .data(type: .mltable, reference: asset))]), model,
            .input("a")
        ),
        (
            "an unknown type", draft([("a", .data(type: .unknown("zip"), reference: asset))]),
            model, .input("a")
        ),
        (
            "a name with a dash", draft([("a-b", .data(type: nil, reference: asset))]), model,
            .input("a-b")
        ),
        (
            "a folder output",
            draft(outputs: [.init(name: "s", type: .uriFolder, reference: place)]),
            model, .output("s")
        ),
        (
            "two outputs",
            draft(outputs: [.init(name: "s", reference: place), .init(name: "t", reference: place)]
            ),
            model, .output(nil)
        ),
        (
            "an output at a URL",
            draft(outputs: [.init(name: "s", reference: .url("https://x/y"))]), model, .output("s")
        ),
        (
            "an output on this machine",
            draft(outputs: [.init(name: "s", reference: .local(path: "out"))]), model, .output("s")
        ), ("an experiment", draft(experiment: "trial"), model, .experimentName),
        (
            "mini-batches of nothing", draft(overrides: .init(miniBatchSize: 0)), model,
            .miniBatchSize
        ),
        ("no node", draft(overrides: .init(instanceCount: 0)), model, .instanceCount),
        ("too many nodes", draft(overrides: .init(instanceCount: .max)), model, .instanceCount),
        ("tries below none", draft(overrides: .init(maxRetries: -1)), model, .maxRetries),
        ("no time", draft(overrides: .init(timeout: .zero)), model, .timeout),
        (
            "a threshold below -1", draft(overrides: .init(errorThreshold: -2)), model,
            .errorThreshold
        ),
        (
            "a folder as file name", draft(overrides: .init(outputFileName: "a/b")), model,
            .outputFileName
        ),
        (
            "a file name without rows", draft(overrides: .init(outputFileName: "r.csv")), summary,
            .outputFileName
        ),
        ("an undeclared input", with("other", "1"), pipeline, .input("other")),
        ("an input left out", draft([]), pipeline, .input("data")),
        (
            "the address of data as a literal",
            draft([("data", .data(type: .string, reference: .url("https://h/x")))]), model,
            .input("data")
        ),
        (
            "the address of data for a declared literal",
            draft([
                ("data", .data(type: nil, reference: asset)),
                ("mode", .data(type: nil, reference: .url("https://h/x"))),
            ]), pipeline, .input("mode")
        ),
        (
            "the address of data as a declared literal",
            draft([
                ("data", .data(type: nil, reference: asset)),
                ("mode", .data(type: .string, reference: .url("https://h/x"))),
            ]), pipeline, .input("mode")
        ),
        (
            "a mode that is none", moded("mounted", output: nil), model,
            .input("data")
        ),
        (
            "an input's mode for an output", moded(nil, output: "ro_mount"), model,
            .output("s")
        ), ("a hexadecimal integer", with("rows", "0x10"), pipeline, .input("rows")),
        ("a hexadecimal number", with("threshold", "0x1p-1"), pipeline, .input("threshold")),
        (
            "an integer that a fraction cannot hold", with("rows", "9007199254740993.0"), pipeline,
            .input("rows")
        ),
        ("a word outside the enum", with("mode", "merge"), pipeline, .input("mode")),
        ("a number above the maximum", with("threshold", "1.5"), pipeline, .input("threshold")),
        ("a number below the minimum", with("rows", "0"), pipeline, .input("rows")),
        ("a fraction for an integer", with("rows", "1.5"), pipeline, .input("rows")),
        ("a word for a number", with("threshold", "much"), pipeline, .input("threshold")),
        ("a word for a boolean", with("normalize", "yes"), pipeline, .input("normalize")),
        ("a literal for data", draft([("data", .literal(text: "x"))]), pipeline, .input("data")),
        (
            "an undeclared output", draft(outputs: [.init(name: "other", reference: place)]),
            pipeline, .output("other")
        ), ("an override", draft(overrides: .init(miniBatchSize: 5)), pipeline, .miniBatchSize),
    ]

    @Test(arguments: refused) func isRefusedAtItsField(
        what: String, draft: JobDraft, deployment: Deployment, field: DraftField
    ) {
        let problems = DraftRules.problems(draft, deployment: deployment)
        #expect(problems.map(\.field) == [field], "\(what): \(problems)")
        #expect(problems.allSatisfy { $0.detail.last == "." && $0.advice.last == "." })
    }

    @Test(arguments: ["UriFolder", "UriFile"])
    func anInputWithoutANameIsCalledByItsOption(key: String) {
        let draft = Self.draft([
            (key, .data(type: nil, reference: Self.place)),
            ("data", .data(type: nil, reference: Self.place)),
        ])
        let problems = DraftRules.problems(draft, deployment: Self.pipeline)
        #expect(problems.map(\.field) == [.input(nil)])
        #expect(problems.first?.message.hasPrefix("inputs: `--input` has no name") == true)
        #expect(
            problems.first?.advice.contains("`--set inputs.NAME.path=…`; declared: data") == true)
    }

    @Test func aProblemWithoutAdviceEndsWithItsSentence() {
        let problem = DraftProblem(field: .input("x"), detail: "It is not there.", advice: "")
        #expect(problem.message == "input x: It is not there.")
    }

    @Test func adviceIsAnEnglishSentence() {
        let problems = ["rows", "threshold"].flatMap {
            DraftRules.problems(Self.with($0, "-1"), deployment: Self.pipeline)
        }
        #expect(
            problems.map(\.advice)
                == ["Give an integer of at least 1.", "Give a number from 0.0 to 1.0."])
    }

    static let accepted: [(String, JobDraft, Deployment)] = [
        (
            "one input of any name",
            draft([("UriFolder", .data(type: .uriFolder, reference: asset))]), model
        ),
        (
            "a file output", draft(outputs: [.init(name: "s", type: .uriFile, reference: place)]),
            model
        ),
        (
            "every override",
            draft(
                overrides: .init(
                    miniBatchSize: 1, instanceCount: 1, maxRetries: 0, timeout: .seconds(259_200),
                    errorThreshold: -1, outputFileName: "rows.csv")), model
        ), ("declared defaults", draft(), pipeline),
        ("an experiment on a pipeline", draft(experiment: "trial"), pipeline),
        ("a boolean in any case", with("normalize", "TRUE"), pipeline),
        ("a whole number written as a fraction", with("rows", "10.0"), pipeline),
        ("a bound itself", with("threshold", "1"), pipeline),
        ("a whole number with an exponent", with("rows", "1e3"), pipeline),
        ("an integer of any size", with("rows", "9007199254740993"), pipeline),
        ("modes", moded("ReadOnlyMount", output: "Upload"), model),
        (
            "modes as the official client has them",
            moded("ro_mount", output: "rw_mount"), model
        ),
        ("a declared output", draft(outputs: [.init(name: "scores", reference: place)]), pipeline),
    ]

    @Test(arguments: accepted) func isAccepted(
        what: String, draft: JobDraft, deployment: Deployment
    ) {
        #expect(DraftRules.problems(draft, deployment: deployment).isEmpty, "\(what)")
    }

    static let findings: [(String, ReferenceFinding, ReferenceFinding, [DraftField])] = [
        (
            "all is well", .found(.init(type: .uriFolder, uri: "u", fileCount: 3)),
            .found(.init(uri: "p", fileCount: 0, datastoreKind: .blob)), []
        ),
        (
            "the input is missing", .missing(detail: "No.", advice: "Look."),
            .found(.init(uri: "p", fileCount: 0)), [.input("data")]
        ),
        (
            "the input is a table", .found(.init(type: .mltable, uri: "u")),
            .found(.init(uri: "p", fileCount: 0)), [.input("data")]
        ),
        (
            "the input is empty", .found(.init(type: .uriFolder, uri: "u", fileCount: 0)),
            .found(.init(uri: "p", fileCount: 0)), [.input("data")]
        ),
        (
            "the output is occupied", .found(.init(uri: "u")),
            .found(.init(uri: "p", fileCount: 1)), [.output("s")]
        ),
        (
            "the store is no Blob store", .found(.init(uri: "u")),
            .found(.init(uri: "p", fileCount: 0, datastoreKind: .dataLakeGen2)), [.output("s")]
        ),
    ]

    @Test(arguments: findings) func whatALookBroughtCounts(
        what: String, input: ReferenceFinding, output: ReferenceFinding, fields: [DraftField]
    ) {
        let draft = Self.draft(outputs: [.init(name: "s", reference: Self.place)])
        let problems = DraftRules.problems(
            draft, deployment: Self.model, findings: [Self.asset: input, Self.place: output])
        #expect(problems.map(\.field) == fields, "\(what): \(problems)")
    }

    /// The runner of a model takes the files of one folder (ES §3.2); what a step of a pipeline reads is its own business.
    @Test func filesInFoldersBelowAreEnoughForAPipelineAlone() {
        let nested = ReferenceFinding.found(
            .init(type: .uriFolder, uri: "u", fileCount: 0, firstNames: ["2025/", "2026/"]))
        let empty = ReferenceFinding.found(.init(type: .uriFolder, uri: "u", fileCount: 0))
        let uncounted = ReferenceFinding.found(
            .init(type: .uriFolder, uri: "u", fileCount: 0, isCountPartial: true))
        func fields(_ deployment: Deployment, _ finding: ReferenceFinding) -> [DraftField] {
            DraftRules.problems(
                Self.draft(), deployment: deployment, findings: [Self.asset: finding]
            ).map(\.field)
        }
        #expect(fields(Self.model, nested) == [.input("data")])
        #expect(fields(Self.pipeline, nested) == [])
        for deployment in [Self.model, Self.pipeline] {
            #expect(fields(deployment, empty) == [.input("data")])
            #expect(fields(deployment, uncounted) == [])
        }
    }

    @Test(
        arguments: [DataType.customModel, .mlflowModel, .tritonModel],
        [DataType.uriFolder, .uriFile])
    func aModelIsAFolderOrAFile(type: DataType, found: DataType) {
        let draft = Self.draft([("data", .data(type: type, reference: Self.asset))])
        let finding = ReferenceFinding.found(.init(type: found, uri: "u", fileCount: 1))
        for deployment in [Self.model, Self.pipeline] {
            let problems = DraftRules.problems(
                draft, deployment: deployment, findings: [Self.asset: finding])
            #expect(problems.isEmpty, "\(problems)")
        }
    }

    @Test func typesThatAreNotGivenComeFromTheDeploymentAndTheData() {
        let kept = Deployment(
            name: "k", endpoint: "wine",
            kind: .pipelineComponent(
                PipelineSettings(
                    inputs: [
                        InputSpec(name: "data", type: .uriFolder),
                        InputSpec(name: "model", type: .mlflowModel),
                    ], outputs: [OutputSpec(name: "s", type: .uriFolder)])))
        let found: [DataReference: ReferenceFinding] = [
            Self.asset: .found(.init(type: .uriFile, uri: "u"))
        ]
        func types(_ deployment: Deployment, _ name: String, _ given: DataType?) -> [DataType?] {
            let draft = Self.draft(
                [(name, .data(type: given, reference: Self.asset))],
                outputs: [.init(name: "s", reference: Self.place)])
            let typed = draft.typed(for: deployment, findings: found)
            let inputs = typed.inputs.map { input -> DataType? in
                if case .data(let type, _) = input.value { type } else { nil }
            }
            return inputs + typed.outputs.map(\.type)
        }
        #expect(types(Self.model, "any", nil) == [.uriFile, .uriFile])
        #expect(types(Self.model, "any", .uriFolder) == [.uriFolder, .uriFile])
        #expect(types(kept, "data", nil) == [.uriFile, .uriFolder])
        #expect(types(kept, "model", nil) == [.mlflowModel, .uriFolder])
    }

    /// A typed text, the declared type, and the text that travels (CONTRACT §5.2).
    @Test(arguments: [
        ("1e3", DataType.integer, "1000"), ("10.0", .integer, "10"), ("+5", .integer, "5"),
        ("9007199254740993", .integer, "9007199254740993"), ("1e3", .number, "1e3"),
        ("0.10", .number, "0.10"), ("-0", .number, "-0"), ("+1", .number, "1.0"),
        ("007", .number, "7.0"),
        ("TRUE", .boolean, "true"), (" a=b ", .string, " a=b "), ("0x10", .integer, "0x10"),
    ]) func aLiteralTravelsAsTheTextOfItsValue(text: String, type: DataType, sent: String) {
        #expect(Literal.wireText(text, for: InputSpec(name: "x", type: type)) == sent)
    }

    @Test func aTypeThatIsNotTheDatasIsRefused() {
        let draft = Self.draft([("data", .data(type: .uriFile, reference: Self.asset))])
        let problems = DraftRules.problems(
            draft, deployment: Self.model,
            findings: [Self.asset: .found(.init(type: .uriFolder, uri: "u", fileCount: 1))])
        #expect(problems.map(\.field) == [.input("data")])
    }
}
