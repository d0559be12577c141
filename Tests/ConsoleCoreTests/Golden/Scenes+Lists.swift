import BatchModel
import ConsoleGrid

@testable import ConsoleCore

// The endpoints and the jobs.

extension Scene {
    static let lists = endpoints + jobLists

    private static let silence = SceneWorld.answering { _ in [] }

    private static let endpoints = [
        Scene("endpoints", "the first screen with everything known"),
        Scene("endpoints-start", "the very first moment: nothing is known", in: silence),
        Scene("endpoints-engine", "an engine that starts says what it is at", in: silence) {
            $0.take(.startAdvanced(words: "reading the workspace: 1200 of 5000 endpoints"))
        },
        Scene(
            "endpoints-empty", "a workspace without an endpoint",
            in: .answering { effect in
                guard case .endpoints(.loadEndpoints) = effect else { return nil }
                return [
                    .endpoints(.endpointsLoaded(endpoints: [], at: EndpointsFixture.now))
                ]
            }),
        Scene("endpoints-lost", "nobody answers: what was known stays, and the failure is said") {
            $0.take(
                .connectionLost(
                    failure: EndpointsFixture.unreachable,
                    at: EndpointsFixture.now + .seconds(40)))
        },
        Scene(
            "endpoints-refused", "the endpoints were never told",
            in: .answering { effect in
                guard case .endpoints(.loadEndpoints) = effect else { return nil }
                return [
                    .endpoints(.endpointsRefused(failure: EndpointsFixture.unreachable))
                ]
            }),
        Scene("endpoints-filter", "letters that match, while they are typed", keys: "/tb"),
        Scene("endpoints-filter-none", "a filter that no endpoint passes", keys: "/zzz<enter>"),
        Scene(
            "endpoints-deployments", "the deployments have the focus, the broken one is chosen",
            keys: "<tab>G"),
        Scene("endpoints-jobs", "the recent jobs have the focus", keys: "<tab><tab>j"),
        Scene(
            "endpoints-question", "whether another deployment shall be the default", keys: "<tab>jd"
        ),
        Scene("endpoints-names", "names of wide, joined and forbidden characters", in: names),
        Scene(
            "endpoints-read-only", "a key that a read-only console refuses",
            in: SceneWorld(isReadOnly: true), keys: "<tab>jd"),
        Scene("tour", "the tour of a first start", in: SceneWorld(hasTour: true)),
        Scene("sign-in", "a person is asked to sign in") {
            $0.take(
                .signInAsked(
                    question: SignInQuestion(
                        page: "https://microsoft.com/devicelogin", code: "K7QPX2MRD",
                        expiresAt: EndpointsFixture.now + .seconds(900))))
        },
    ]

    private static let names = SceneWorld.answering { effect in
        switch effect {
        case .endpoints(.loadEndpoints):
            let names = [
                "日本語の名前", "e\u{301}te\u{301}", "👩‍👩‍👧‍👦-family", "שלום", "\u{1B}[31mred",
                "a-name-so-long-that-no-column-of-any-list-has-room-for-all-of-it",
            ]
            return [
                .endpoints(
                    .endpointsLoaded(
                        endpoints: names.map { Endpoint(name: Endpoint.Name($0)) },
                        at: EndpointsFixture.now))
            ]
        case .endpoints(.loadDeployments(let name)):
            return [.endpoints(.deploymentsLoaded(endpoint: name, deployments: []))]
        default: return nil
        }
    }

    private static let jobLists = [
        Scene("jobs", "the newest of forty jobs", keys: "J"),
        Scene("jobs-bottom", "the oldest of forty jobs", keys: "JG"),
        Scene("jobs-million", "a list of which only windows are held", in: million, keys: "JG"),
        Scene("jobs-empty", "a workspace without a job", in: SceneWorld(jobCount: 0), keys: "J"),
        Scene(
            "jobs-refused", "a list that could not be had",
            in: .answering { effect in
                guard case .jobs(.loadJobs(let query)) = effect else { return nil }
                return [.jobs(.jobsRefused(query: query, failure: JobsService.lost))]
            }, keys: "J"),
        Scene(
            "jobs-filter", "jobs that failed, found by a filter that is being typed",
            keys: "J/status:failed"),
        Scene("jobs-filter-mistake", "a filter that cannot be read", keys: "J/age:<lt>soon"),
        Scene("jobs-filter-none", "a filter that no job passes", keys: "J/zzzz<enter>"),
        Scene("jobs-failed-first", "failed jobs first", keys: "JF"),
        Scene("jobs-marks", "three jobs are marked", keys: "J<space><space><space>"),
        Scene(
            "jobs-question", "whether the marked jobs shall be cancelled",
            keys: "J<space><space><space>c"),
        Scene("jobs-archived", "the archived jobs", keys: "JV"),
        Scene("jobs-retry", "how much of a failed job is wanted once more", keys: "JFR"),
        Scene("jobs-refusal", "a key that does nothing for this job says why", keys: "JA"),
    ]

    private static let million = SceneWorld(jobCount: 1_000_000)
}
