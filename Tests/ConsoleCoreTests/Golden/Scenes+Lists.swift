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
        Scene("endpoints-filter", "letters that match, while they are typed") {
            try $0.press("/tb")
        },
        Scene("endpoints-filter-none", "a filter that no endpoint passes") {
            try $0.press("/zzz<enter>")
        },
        Scene("endpoints-deployments", "the deployments have the focus, the broken one is chosen") {
            try $0.press("<tab>G")
        },
        Scene("endpoints-jobs", "the recent jobs have the focus") { try $0.press("<tab><tab>j") },
        Scene("endpoints-question", "whether another deployment shall be the default") {
            try $0.press("<tab>jd")
        },
        Scene("endpoints-names", "names of wide, joined and forbidden characters", in: names),
        Scene(
            "endpoints-read-only", "a key that a read-only console refuses",
            in: SceneWorld(isReadOnly: true)
        ) {
            try $0.press("<tab>jd")
        },
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
        Scene("jobs", "the newest of forty jobs") { try $0.press("J") },
        Scene("jobs-bottom", "the oldest of forty jobs") { try $0.press("JG") },
        Scene("jobs-million", "a list of which only windows are held", in: million) {
            try $0.press("JG")
        },
        Scene("jobs-empty", "a workspace without a job", in: SceneWorld(jobCount: 0)) {
            try $0.press("J")
        },
        Scene(
            "jobs-refused", "a list that could not be had",
            in: .answering { effect in
                guard case .jobs(.loadJobs(let query)) = effect else { return nil }
                return [.jobs(.jobsRefused(query: query, failure: JobsService.lost))]
            }
        ) { try $0.press("J") },
        Scene("jobs-filter", "jobs that failed, found by a filter that is being typed") {
            try $0.press("J/status:failed")
        },
        Scene("jobs-filter-mistake", "a filter that cannot be read") {
            try $0.press("J/age:<lt>soon")
        },
        Scene("jobs-filter-none", "a filter that no job passes") {
            try $0.press("J/zzzz<enter>")
        },
        Scene("jobs-failed-first", "failed jobs first") { try $0.press("JF") },
        Scene("jobs-marks", "three jobs are marked") { try $0.press("J<space><space><space>") },
        Scene("jobs-question", "whether the marked jobs shall be cancelled") {
            try $0.press("J<space><space><space>c")
        },
        Scene("jobs-archived", "the archived jobs") { try $0.press("JV") },
        Scene("jobs-retry", "how much of a failed job is wanted once more") {
            try $0.press("JFR")
        },
        Scene("jobs-refusal", "a key that does nothing for this job says why") {
            try $0.press("JA")
        },
    ]

    private static let million = SceneWorld(jobCount: 1_000_000)
}
