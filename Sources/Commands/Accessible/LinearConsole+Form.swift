import BatchClient
import BatchModel
import ConsoleCore

extension LinearConsole {
    /// Asks for everything a job needs, and submits it.
    func newJob() async throws {
        let endpoints = try await client.endpoints()
        guard !endpoints.isEmpty else {
            return talk.say(
                "There is no endpoint here. Make one with: batchdeck endpoint create -f FILE.")
        }
        let endpoint = endpoints[
            try await talk.choose(
                "Which endpoint?",
                endpoints.map { Choice($0.name.rawValue, $0.summary ?? "") })]
        let deployments = try await client.deployments(endpoint.name)
        guard !deployments.isEmpty else {
            return talk.say("\(endpoint.name) has no deployment yet.")
        }
        let standard = deployments.firstIndex { $0.name == endpoint.defaultDeployment }
        let deployment = deployments[
            try await talk.choose(
                "Which deployment?",
                deployments.map { Choice($0.name.rawValue, Self.words(of: $0)) },
                standard: standard ?? (deployments.count == 1 ? 0 : nil))]
        // Without the names of data assets nothing is suggested; the job can be put together all the same.
        let assets = try? await client.dataAssets().map(\.name)
        var form = JobForm.State(
            endpoint: endpoint.name, deployment: deployment.name,
            defaultDeployment: endpoint.defaultDeployment, deployments: deployments,
            assets: assets, recent: await recent.drafts(), now: clock())
        try await fill(&form)
        try await review(&form)
    }

    private static func words(of deployment: Deployment) -> String {
        let kind = deployment.modelSettings == nil ? "pipeline component" : "model"
        return [kind, deployment.summary ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// Asks row by row: inputs always, the rest when it is wanted.
    private func fill(_ form: inout JobForm.State) async throws {
        try await fill(&form, .inputs)
        if has(.outputs, form),
            try await talk.isAgreed("Choose where the outputs go?")
        {
            try await fill(&form, .outputs)
        }
        if has(.settings, form),
            try await talk.isAgreed("Change the deployment's settings for this job?")
        {
            try await fill(&form, .settings)
        }
        if try await talk.isAgreed("Give the job a name?") { try await fill(&form, .names) }
    }

    private func has(_ part: JobForm.Question.Part, _ form: JobForm.State) -> Bool {
        JobForm.questions(in: form).contains { $0.part == part }
    }

    private func fill(
        _ form: inout JobForm.State, _ part: JobForm.Question.Part
    ) async throws {
        for question in JobForm.questions(in: form) where question.part == part {
            try await fill(&form, question.label, part)
        }
    }

    /// Asks for one row until what stands in it is right.
    private func fill(
        _ form: inout JobForm.State, _ label: String, _ part: JobForm.Question.Part
    ) async throws {
        while let question = Self.question(label, part, in: form) {
            let text = try await answer(to: question)
            var changed = form
            JobForm.answer(question, with: text, in: &changed)
            await look(at: label, part, in: &changed)
            let problems = JobForm.problems(of: question, in: changed)
            guard !problems.isEmpty else {
                form = changed
                return
            }
            for problem in problems { talk.say(problem.message.trimmingBlanks) }
        }
    }

    private static func question(
        _ label: String, _ part: JobForm.Question.Part, in form: JobForm.State
    ) -> JobForm.Question? {
        JobForm.questions(in: form).first { $0.label == label && $0.part == part }
    }

    /// Says what a row takes, and reads what it shall hold.
    private func answer(to question: JobForm.Question) async throws(Leaving) -> String {
        let facts = question.facts.joined(separator: ", ")
        talk.say("\(Self.name(question)). \(facts).")
        if let summary = question.summary { talk.say(summary) }
        for (index, option) in question.options.enumerated() {
            talk.say("\(index + 1). \(option)")
        }
        let now: String
        if question.answer.isEmpty {
            now = question.isRequired ? "An answer is needed." : "Empty leaves it as it is."
        } else {
            let origin = question.origin.map { " (\($0))" } ?? ""
            now = "Now \(question.answer)\(origin). Empty keeps it."
        }
        let text = try await talk.ask(now)
        if text.isEmpty { return question.answer }
        if text.lowercased() == ":empty" { return "" }
        guard !question.options.isEmpty, !question.options.contains(text),
            let number = Int(text), question.options.indices.contains(number - 1)
        else { return text }
        return question.options[number - 1]
    }

    private static func name(_ question: JobForm.Question) -> String {
        switch question.part {
        case .inputs: "Input \(question.label)"
        case .outputs: "Output \(question.label)"
        case .settings: "Setting \(question.label)"
        case .names: question.label
        }
    }

    /// Looks at the data a row means, and says what there is.
    private func look(
        at label: String, _ part: JobForm.Question.Part, in form: inout JobForm.State
    ) async {
        guard let reference = Self.question(label, part, in: form)?.reference else { return }
        let finding = await client.look(reference)
        JobForm.learn([reference: finding], in: &form)
        guard part == .inputs, case .found(let data) = finding else { return }
        let parts = [
            data.version.map { "version \($0)" }, data.type.map { "\($0)" },
            data.fileCount.map { "\($0) \($0 == 1 ? "file" : "files")" },
            data.totalBytes.map(SizeText.print),
        ]
        let words = parts.compactMap(\.self).joined(separator: ", ")
        if !words.isEmpty { talk.say("Found: \(words).") }
    }

    // MARK: - Review

    private func review(_ form: inout JobForm.State) async throws {
        while true {
            say(form)
            let problems = JobForm.allProblems(in: form)
            for problem in problems { talk.say("Problem: \(problem.message)".trimmingBlanks) }
            let choices = [
                Choice("submit", "send the job"), Choice("change", "answer one question again"),
                Choice("request", "hear the exact request"),
                Choice("drop", "send nothing"),
            ]
            let standard = problems.isEmpty ? 0 : 1
            switch try await talk.choose("What now?", choices, standard: standard) {
            case 0:
                guard problems.isEmpty else {
                    talk.say("Mend what is named above first.")
                    continue
                }
                if let job = try await submit(JobForm.draft(of: form)) {
                    return try await open(job)
                }
            case 1: try await change(&form)
            case 2:
                let draft = JobForm.draft(of: form)
                try await attempt { () async throws in try await sayRequest(of: draft) }
            default: return talk.say("Nothing was sent.")
            }
        }
    }

    private func say(_ form: JobForm.State) {
        let draft = JobForm.draft(of: form)
        let deployment = draft.deployment.map { ", deployment \($0)" } ?? ""
        talk.say("The job: endpoint \(draft.endpoint)\(deployment).")
        for question in JobForm.questions(in: form) where !question.answer.isEmpty {
            talk.say("\(Self.name(question)): \(DraftSecrets.masked(question.answer))")
        }
    }

    private func change(_ form: inout JobForm.State) async throws(Leaving) {
        let questions = JobForm.questions(in: form)
        do throws(Leaving) {
            let index = try await talk.choose(
                "Which one?",
                questions.map { Choice($0.label, $0.answer.isEmpty ? "empty" : $0.answer) })
            var changed = form
            try await attempt { () async throws in
                try await fill(&changed, questions[index].label, questions[index].part)
            }
            form = changed
        } catch .back {
            return
        } catch {
            throw error
        }
    }

    private func sayRequest(of draft: JobDraft) async throws {
        let request = try await client.preview(draft)
        for upload in request.uploads { talk.say("Would upload \(upload)") }
        talk.say("\(request.method) \(request.url)")
        for header in request.headers { talk.say(header) }
        talk.say(request.body)
    }

    /// Sends a job, saying what it does beside that; nil when it was refused.
    func submit(_ draft: JobDraft) async throws(Leaving) -> Job? {
        let printer = PhasePrinter(streams: streams)
        do throws(ServiceFailure) {
            talk.say("Submitting.")
            let job = try await client.submit(draft) { printer.print($0) }
            await recent.note(draft)
            talk.say("Accepted as \(job.id).")
            return job
        } catch {
            tell(error)
            return nil
        }
    }
}
