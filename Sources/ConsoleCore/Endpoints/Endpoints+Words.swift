import BatchModel
import ConsoleGrid

// What is said in sentences: what is missing, what failed, what is wrong with what is selected.

extension Endpoints {
    /// What stands where a list has no rows.
    static func emptyText(_ pane: Pane, in state: State) -> (text: String, style: Style) {
        switch pane {
        case .endpoints:
            if !state.filter.query.isEmpty, !state.knownEndpoints.isEmpty {
                return (
                    "No endpoint passes the filter: \(state.key("clear-filter")) clears it.", .dim
                )
            }
            return emptyText(
                state.endpoints, asking: "Asking for the endpoints.",
                none: "No endpoints yet. Put an endpoint.yml under endpoints/<name>/ "
                    + "in the workspace folder, or run batchdeck endpoint create -f endpoint.yml, "
                    + "then \(state.key("refresh")). "
                    + "\(state.everywhereKey("doctor")) looks whether something is wrong."
            )
        case .deployments:
            let name = state.selectedEndpoint?.rawValue ?? "<name>"
            return emptyText(
                state.ownDeployments, asking: "Asking for the deployments.",
                none: "No deployments yet. Put a deployment.yml under "
                    + "endpoints/\(name)/<deployment>/ in the workspace folder, then "
                    + "\(state.key("refresh")).")
        case .jobs:
            return emptyText(
                state.ownJobs, asking: "Asking for the jobs.",
                none: "No jobs yet: \(state.key("new-job")) makes one.")
        }
    }

    private static func emptyText<Value: Collection>(
        _ watched: Watched<Value>, asking: String, none: String
    ) -> (text: String, style: Style) {
        if let failure = watched.fetched.failure { return (sentence(of: failure), .danger) }
        return watched.fetched.asOf == nil ? (asking, .dim) : (none, .dim)
    }

    /// Why what is shown could not be asked for again.
    static func notes<Value: Collection>(
        of watched: Watched<Value>, columns: Int, _ glyphs: Glyphs = .unicode
    ) -> [Span] {
        guard let failure = watched.fetched.failure, watched.fetched.value?.isEmpty == false else {
            return []
        }
        return marked(sentence(of: failure), glyphs.cross, .danger, columns: columns)
    }

    /// The notes of the list: about its filter, else about the endpoints, else about the jobs that are counted.
    static func listNotes(
        of state: State, columns: Int, _ glyphs: Glyphs = .unicode
    ) -> [Span] {
        if state.filter.isShown, let failure = state.filter.failure {
            return marked(failure.description, glyphs.warning, .warning, columns: columns)
        }
        let own = notes(of: state.endpoints, columns: columns, glyphs)
        guard own.isEmpty, let failure = state.allJobs.fetched.failure, !state.shown.isEmpty else {
            return own
        }
        return marked(sentence(of: failure), glyphs.cross, .danger, columns: columns)
    }

    /// A paragraph beside a mark.
    private static func marked(
        _ text: String, _ mark: Character, _ style: Style, columns: Int
    ) -> [Span] {
        Paragraph.wrap(text, columns: columns - 2, limit: paragraphLimit).enumerated()
            .map { index, line in Span((index == 0 ? "\(mark) " : "  ") + line, style) }
    }

    /// Lines of a paragraph beside a list.
    private static let paragraphLimit = 5

    /// A failure as a sentence of its own.
    private static func sentence(of failure: ServiceFailure) -> String {
        let text = failure.message
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// What is to be known of the endpoint itself.
    static func factLines(of state: State, columns: Int) -> [Span] {
        guard let endpoint = state.endpoint else { return [] }
        var lines: [Span] = []
        if !endpoint.isReady {
            lines.append(Span("The endpoint is \(endpoint.provisioningState).", .warning))
        }
        if let summary = endpoint.summary, !summary.isEmpty {
            lines.append(Span(summary, .dim))
        }
        return lines
    }

    // MARK: - Details of a deployment

    /// Lines kept for what is said about the selected deployment: the same for every one, so that nothing jumps.
    static func detailRows(of state: State, columns: Int) -> Int {
        let all = state.ownDeployments.fetched.value ?? []
        let own = all.map { detailLines(of: $0, columns: columns, .unicode).count }.max() ?? 0
        return own + missingDefaultLines(in: state, columns: columns, .unicode).count
    }

    /// What the selected deployment is, or what is wrong with it; then what is wrong with the default one.
    static func detailLines(of state: State, columns: Int, _ glyphs: Glyphs) -> [Span] {
        let own = state.deployment.map { detailLines(of: $0, columns: columns, glyphs) } ?? []
        return own + missingDefaultLines(in: state, columns: columns, glyphs)
    }

    private static func detailLines(
        of deployment: Deployment, columns: Int, _ glyphs: Glyphs
    ) -> [Span] {
        let summary = deployment.summary ?? ""
        guard deployment.isBroken else {
            return summary.isEmpty ? [] : [Span("  \(deployment.name): \(summary)", .dim)]
        }
        let reason = summary.isEmpty ? "the service gave no reason." : summary
        return marked(
            "\(deployment.name) is \(deployment.provisioningState): \(reason)", glyphs.cross,
            .danger, columns: columns)
    }

    /// A deployment whose file cannot be read is not listed at all: the endpoint still names it.
    private static func missingDefaultLines(
        in state: State, columns: Int, _ glyphs: Glyphs
    ) -> [Span] {
        guard let name = state.endpoint?.defaultDeployment,
            let all = state.ownDeployments.fetched.value, !all.isEmpty,
            !all.contains(where: { $0.name == name })
        else { return [] }
        let text =
            "The default deployment \(name) is not there: it was deleted, "
            + "or its deployment.yml cannot be read."
        return marked(text, glyphs.warning, .warning, columns: columns)
    }
}
