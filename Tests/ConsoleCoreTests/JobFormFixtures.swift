import BatchModel
import ConsoleGrid

@testable import ConsoleCore

/// The workspace that the form's tests are about: two model deployments and a pipeline.
enum FormFixture {
    static let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)

    static let nearest = Deployment(
        name: "nearest", endpoint: "digits-batch",
        kind: .model(ModelSettings(maxConcurrencyPerInstance: 2)))
    static let summary = Deployment(
        name: "nearest-summary", endpoint: "digits-batch",
        kind: .model(
            ModelSettings(
                miniBatchSize: 20, timeout: .seconds(90), outputAction: .summaryOnly)))
    static let tumour = Deployment(
        name: "score-with-prep", endpoint: "tumour-pipeline",
        kind: .pipelineComponent(
            PipelineSettings(
                inputs: [
                    InputSpec(name: "input_data", type: .uriFolder),
                    InputSpec(
                        name: "score_mode", type: .string, defaultValue: .string("append"),
                        allowedValues: ["append", "prediction_only"]),
                    InputSpec(
                        name: "threshold", type: .number, defaultValue: .number(0.5),
                        minimum: .integer(0), maximum: .integer(1)),
                    InputSpec(
                        name: "max_rows", type: .integer, isOptional: true, minimum: .integer(1),
                        summary: "Rows of each file to score; all when left out."),
                    InputSpec(name: "normalize", type: .boolean, defaultValue: .boolean(true)),
                ],
                outputs: [
                    OutputSpec(name: "scores", type: .uriFolder),
                    OutputSpec(name: "report", type: .uriFile),
                ])))

    static let latest = DataReference.asset(name: "digits-data", version: .latest)
    static let found = ReferenceFinding.found(
        ResolvedData(
            type: .uriFolder, version: "2", uri: "/subscriptions/s/data/digits-data/versions/2",
            fileCount: 597, totalBytes: 95_232))

    /// The form on `digits-batch` with both deployments and the data assets known.
    static func digits(_ size: Size = Size(rows: 30, columns: 100)) -> JobForm.State {
        var state = JobForm.State(
            endpoint: "digits-batch", defaultDeployment: "nearest",
            deployments: [nearest, summary, tumour], assets: ["digits-data", "wine-data"], now: now)
        state.resized(to: size)
        return state
    }

    /// The form on `tumour-pipeline`.
    static func pipeline(_ size: Size = Size(rows: 30, columns: 100)) -> JobForm.State {
        var state = JobForm.State(
            endpoint: "tumour-pipeline", defaultDeployment: "score-with-prep",
            deployments: [tumour], assets: [], now: now)
        state.resized(to: size)
        return state
    }
}

extension JobForm.State {
    /// Presses keys as in a key script; refusals come back as texts, effects in order.
    @discardableResult
    mutating func press(_ script: String) throws -> (effects: [JobForm.Effect], refusals: [String])
    {
        try played(
            script, in: &self, verdict: { JobForm.front(of: $1).verdict(for: $0) },
            take: { $0.take($1) })
    }

    /// Lets something happen.
    @discardableResult
    mutating func take(_ action: JobForm.Action) -> [JobForm.Effect] {
        JobForm.reduce(&self, action, now: FormFixture.now)
    }

    /// The form's picture at its own size.
    func picture(glyphs: Glyphs = .unicode) -> Screen {
        var screen = Screen(size: size)
        JobForm.draw(
            self, on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: glyphs, now: FormFixture.now))
        return screen
    }
}
