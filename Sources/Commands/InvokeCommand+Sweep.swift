import ArgumentParser
import BatchClient
import BatchModel
import DraftFile

/// `--sweep NAME=VALUES`: one job for every combination of values, as the console's form makes them.
struct SweepOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            Submits a job for every value: an input's name, or a key of --set, = a list (0.1, 0.3) or a range (1..5, \
            0.1..0.9 step 0.2); several sweep over every combination.
            """)
    var sweep: [String] = []

    /// The axes as they were given: what takes the values, and the values.
    func axes() throws -> [Sweep.Axis] {
        try sweep.map { text in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw refusal("--sweep takes NAME=VALUES, not \(text).", "")
            }
            let name = String(text[..<equals])
            do throws(SweepError) {
                return Sweep.Axis(
                    name: name,
                    values: try Sweep.values(of: String(text[text.index(after: equals)...]))
                )
            } catch {
                throw refusal("--sweep \(name): \(error.detail)", error.advice)
            }
        }
    }

    func refusal(_ detail: String, _ advice: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: "put the sweep together", detail: detail, advice: advice)
    }
}

/// The jobs of a sweep.
struct SweptJobs {
    /// One job: its values by name, and what is submitted.
    struct Item {
        var label: String
        var values: [String: String]
        var draft: JobDraft
    }

    var id: String
    var items: [Item]
    /// What is wrong with all of them because they are many; nil when nothing is.
    var sharedProblem: DraftProblem?

    /// Every combination of the options' values over a draft.
    ///
    /// - Parameter deployment: says whether an input of that name is data or a literal.
    init(
        _ options: SweepOptions, over base: JobDraft, deployment: Deployment?, at time: Timestamp
    ) throws {
        let sweep = Sweep(axes: try options.axes())
        let points: [Sweep.Point]
        do throws(SweepError) {
            points = try sweep.points()
        } catch {
            throw options.refusal(error.detail, error.advice)
        }
        id = Sweep.id(at: time)
        items = []
        for point in points {
            var draft = base
            for (axis, value) in zip(sweep.axes, point) {
                let key = Self.key(of: axis.name, in: base, deployment)
                do throws(SettingError) {
                    try DraftSetting.apply("\(key)=\(value)", to: &draft)
                } catch {
                    throw options.refusal("--sweep \(axis.name): \(error.message)", "")
                }
            }
            let label = sweep.label(of: point)
            // A name that is swept over is in the label.
            draft.jobName = base.jobName
            draft = Sweep.job(draft, label: label, of: id)
            let values = Dictionary(
                zip(sweep.axes.map(\.name), point), uniquingKeysWith: { first, _ in first })
            items.append(Item(label: label, values: values, draft: draft))
        }
        sharedProblem = items.first.flatMap { sweep.sharedProblem(of: $0.draft) }
    }

    /// A key of `--set` stays; the name of an input becomes one.
    private static func key(
        of name: String, in draft: JobDraft, _ deployment: Deployment?
    ) -> String {
        let declared = deployment?.inputs.first { $0.name == name }
        switch draft.inputs.first(where: { $0.name == name })?.value {
        case .data: return "inputs.\(name).path"
        case .literal: return "inputs.\(name).default"
        case nil: break
        }
        guard let declared else { return name }
        return "inputs.\(name).\(declared.type.isLiteral ? "default" : "path")"
    }
}

extension InvokeCommand {
    /// Submits a sweep: all is checked before the first is sent, then one after another, a line for each.
    ///
    /// - Throws: `Finished` with the first refusal's exit code when some were refused; the others are jobs then.
    func runSweep(
        over base: JobDraft, client: BatchClient, in here: Surroundings
    ) async throws {
        let endpoint = try await client.endpoint(base.endpoint)
        guard let name = base.deployment ?? endpoint.defaultDeployment else {
            throw sweep.refusal(
                "\(base.endpoint) has no default deployment", "Name one with --deployment-name.")
        }
        let deployment = try await client.deployment(base.endpoint, name)
        let jobs = try SweptJobs(sweep, over: base, deployment: deployment, at: here.clock())
        try await check(jobs, deployment, client: client)
        guard !dryRun else { return try preview(jobs, in: here) }
        let worst: ServiceFailure?
        do {
            worst = try await submit(jobs, client: client, in: here)
        } catch {
            await tellUndecided(client, in: here)
            throw error
        }
        await tellUndecided(client, in: here)
        if let worst { throw Finished(code: ExitCodes.code(for: worst.kind)) }
    }

    /// Submits one after another; gives the first refusal. Where the rest would fare no better it is not sent.
    private func submit(
        _ jobs: SweptJobs, client: BatchClient, in here: Surroundings
    ) async throws -> ServiceFailure? {
        var worst: ServiceFailure?
        for (index, item) in jobs.items.enumerated() {
            let printer = PhasePrinter(streams: here.streams)
            do throws(ServiceFailure) {
                let job = try await client.submit(item.draft) { printer.print($0) }
                try announce(item, .success(job), of: jobs.id, in: here)
            } catch {
                worst = worst ?? error
                try announce(item, .failure(error), of: jobs.id, in: here)
                let rest = jobs.items.count - index - 1
                guard error.isHopeless, rest > 0 else { continue }
                here.streams.talk(
                    "the rest was not sent: \(rest) \(rest == 1 ? "job" : "jobs")\n")
                break
            }
        }
        return worst
    }

    private func preview(_ jobs: SweptJobs, in here: Surroundings) throws {
        if common.output.isPlain {
            for item in jobs.items { here.streams.output(PlainText.line(item.label) + "\n") }
        } else {
            let rows = jobs.items.map { item -> JSONValue in
                .object([
                    "label": .string(item.label),
                    "values": .texts(item.values.mapValues(DraftSecrets.masked)),
                ])
            }
            try show(rows, columns: [TableColumn("label", "label")], as: common.output, in: here)
        }
        here.streams.talk("nothing was sent; without --dry-run these are jobs\n")
    }

    /// What the rules say about any of the jobs, before one is sent.
    private func check(
        _ jobs: SweptJobs, _ deployment: Deployment, client: BatchClient
    ) async throws {
        // One look at each address, however many jobs use it.
        var probe = JobDraft(endpoint: deployment.endpoint)
        probe.inputs = jobs.items.flatMap(\.draft.inputs)
        let findings = await client.findings(probe)
        var lines: [String] = []
        for item in jobs.items {
            let problems = DraftRules.problems(
                item.draft, deployment: deployment, findings: findings)
            lines += problems.map { "\(item.label): \($0.message)" }
        }
        if let problem = jobs.sharedProblem { lines.append(problem.message) }
        guard lines.isEmpty else {
            throw sweep.refusal(lines.joined(separator: "\n"), "Nothing was sent.")
        }
    }

    private func announce(
        _ item: SweptJobs.Item, _ outcome: Result<Job, ServiceFailure>, of id: String,
        in here: Surroundings
    ) throws(ServiceFailure) {
        if common.output.isPlain {
            switch outcome {
            case .success(let job):
                let words = [job.id.rawValue, item.label].map(PlainText.line)
                here.streams.output(words.joined(separator: "\t") + "\n")
            case .failure(let failure):
                here.streams.talk("error: \(item.label): \(failure.message)\n")
            }
            return
        }
        var members: [String: JSONValue] = [
            "sweep": .string(id), "values": .texts(item.values.mapValues(DraftSecrets.masked)),
            "job": .null, "error": .null,
        ]
        switch outcome {
        case .success(let job): members["job"] = Shapes.job(job)
        case .failure(let failure): members["error"] = .string(failure.message)
        }
        // A line for each job as it is submitted: a document of all would come too late.
        let form = common.output.form == .json ? OutputForm.jsonl : common.output.form
        do {
            try show(
                .object(members), as: OutputChoice(form, query: common.output.query), in: here)
        } catch {
            throw sweep.refusal("the answer cannot be printed: \(error)", "")
        }
    }
}
