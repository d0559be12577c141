public import BatchModel
import ConsoleGrid

// The first screen: endpoints on the left, and on the right what the selected one is made of and did lately.
//
// Three kinds of things are shown, and each is asked for again and again: the endpoints, the deployments of each, the
// jobs of each. A `Watched` value knows what came last, how old it is, whether a question about it is open, and when the
// last one was refused. What is asked follows from that alone: `settle` runs after every action, compares what is
// looked at with what is known, and returns the questions. So no path (a key, a tick, an answer, a new filter) can
// forget to ask, and none can ask twice.
//
//     endpoints loaded ─▶ deployments of all (50 open at most)       selection ─▶ its jobs, its deployments
//     every answer and tracked change ─▶ values by endpoint ─▶ fit ─▶ windows ─▶ picture
//
// Values may stand before anything was asked: they come from what was last seen, marked with their age. They count as
// outdated, so that the first answer about the endpoints has all of them asked for anew.
//
// The list of all jobs of the workspace answers for many endpoints at once. It says all about an endpoint only when it
// holds every job there is, or as many of the endpoint's as are shown; otherwise what it has is shown without being
// taken for the whole. What tracking brings about a job is newer than a list that was answered before it, and wins.
//
// Selections are remembered by name or id and turned into rows by `fit`, so that a reload never moves them.

/// The endpoints of the workspace, with their deployments and recent jobs.
public enum Endpoints {
    /// A part of the screen that can have the focus.
    public enum Pane: String, Sendable, Hashable, Codable, CaseIterable {
        /// The list of endpoints.
        case endpoints
        /// The selected endpoint's deployments.
        case deployments
        /// The selected endpoint's recent jobs.
        case jobs

        /// The next one, or the one before; nil behind either end.
        func neighbour(isForward: Bool) -> Pane? {
            switch (self, isForward) {
            case (.endpoints, true), (.jobs, false): .deployments
            case (.deployments, true): .jobs
            case (.deployments, false): .endpoints
            case (.endpoints, false), (.jobs, true): nil
            }
        }
    }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "endpoints" }

    /// The jobs on the screen that may still change.
    public static func trackedJobs(_ state: State) -> Set<Job.ID> {
        var names = Set([state.selectedEndpoint].compactMap(\.self))
        if state.isListShown {
            for row in state.endpointList.visible where row < state.shown.count {
                names.insert(state.shown[row].name)
            }
        }
        // Asked at every key: a job is copied only when it counts.
        var ids: Set<Job.ID> = []
        for name in names {
            guard let jobs = state.jobs[name]?.fetched.value else { continue }
            for index in jobs.indices where jobs[index].status.isActive {
                ids.insert(jobs[index].id)
            }
        }
        return ids
    }

    /// The deployment that runs an endpoint's jobs when none is named, as far as known.
    public static func defaultDeployment(
        of endpoint: Endpoint.Name, in state: State
    ) -> Deployment.Name? {
        state.knownEndpoints.first { $0.name == endpoint }?.defaultDeployment
    }
}
