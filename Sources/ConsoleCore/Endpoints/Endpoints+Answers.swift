import BatchModel

extension Endpoints {
    /// Takes an answer in.
    static func answer(_ state: inout State, _ action: Action, now: Timestamp) {
        switch action {
        case .endpointsLoaded(let endpoints, let at): loaded(endpoints, at: at, in: &state)
        case .endpointsRefused(let failure):
            state.hasAnswer = true
            state.endpoints.fail(failure, at: now)
        case .deploymentsLoaded(let endpoint, let deployments):
            let own = deployments.filter { $0.endpoint == endpoint }
            state.deployments[endpoint, default: Watched()].succeed(own, asOf: now)
        case .deploymentsRefused(let endpoint, let failure):
            state.deployments[endpoint, default: Watched()].fail(failure, at: now)
        case .jobsLoaded(let query, let page): loaded(page, for: query, in: &state)
        case .jobsRefused(let query, let failure):
            if let endpoint = query.endpoint {
                state.jobs[endpoint, default: Watched()].fail(failure, at: now)
            } else {
                state.allJobs.fail(failure, at: now)
            }
        case .jobsChanged(let jobs, let at): changed(jobs, at: at, in: &state)
        case .paneFocused, .rowMoved, .rowChosen, .paneScrolled, .endpointNamed,
            .openPressed, .backPressed, .newJobPressed, .copyPressed, .retryPressed,
            .cancelPressed, .refreshPressed, .defaultPressed, .defaultConfirmed,
            .defaultDeclined, .filterOpened, .filterEdited, .filterKept, .filterCleared, .ticked,
            .defaultChanged, .defaultRefused:
            break
        }
    }

    /// Shows what was there last time; all of it is asked for anew as soon as something answers.
    static func recall(_ lastSeen: LastSeen, in state: inout State) {
        // An empty list may only mean that nobody got as far as asking.
        guard !lastSeen.endpoints.isEmpty else { return }
        let sorted = lastSeen.endpoints.sorted { $0.name < $1.name }
        state.endpoints.fetched.value = sorted
        state.endpoints.fetched.asOf = lastSeen.asOf
        for endpoint in sorted {
            let own = lastSeen.deployments.filter { $0.endpoint == endpoint.name }
            guard !own.isEmpty else { continue }
            state.deployments[endpoint.name, default: Watched()].learn(own, asOf: lastSeen.asOf)
        }
        spread(lastSeen.jobs, in: &state)
        for name in state.deployments.keys { state.deployments[name]?.outdate() }
        for name in state.jobs.keys { state.jobs[name]?.outdate() }
    }

    private static func loaded(
        _ endpoints: [Endpoint], at time: Timestamp, in state: inout State
    ) {
        state.hasAnswer = true
        state.endpoints.succeed(endpoints.sorted { $0.name < $1.name }, asOf: time)
        let names = Set(endpoints.map(\.name))
        state.deployments = state.deployments.filter { names.contains($0.key) }
        state.jobs = state.jobs.filter { names.contains($0.key) }
    }

    private static func loaded(_ page: JobPage, for query: JobListQuery, in state: inout State) {
        guard let endpoint = query.endpoint else {
            state.allJobs.succeed(page.jobs.count, asOf: page.asOf)
            spread(page, in: &state)
            return
        }
        let known = state.knownJobs(of: endpoint)
        let jobs = joined(page.jobs, known, asOf: page.asOf, heard: state.heard)
        state.jobs[endpoint, default: Watched()].succeed(jobs, asOf: page.asOf)
        forget(&state)
    }
}

// MARK: - Jobs

extension Endpoints {
    /// Gives every endpoint its part of the list of all jobs.
    private static func spread(_ page: JobPage, in state: inout State) {
        var groups: [Endpoint.Name: [Job]] = [:]
        for job in page.jobs {
            if let endpoint = job.endpoint { groups[endpoint, default: []].append(job) }
        }
        let isWhole = page.start == 0 && !page.hasMore
        for name in Set(groups.keys).union(state.knownEndpoints.map(\.name)) {
            let part = groups[name] ?? []
            var own = state.jobs[name] ?? Watched()
            if let asOf = own.fetched.asOf, asOf > page.asOf { continue }
            let known = own.fetched.value ?? []
            if isWhole || part.count >= Limits.jobsPerEndpoint {
                let jobs = joined(part, known, asOf: page.asOf, heard: state.heard)
                own.learn(jobs, asOf: page.asOf)
            } else if !part.isEmpty {
                let ids = Set(part.map(\.id))
                let rest = known.filter { !ids.contains($0.id) }
                let jobs = joined(part, known, asOf: page.asOf, heard: state.heard)
                own.fetched.value = newest(jobs + rest)
            } else {
                continue
            }
            state.jobs[name] = own
        }
        forget(&state)
    }

    /// Takes over what tracking brought: by id, or as a new job of its endpoint.
    private static func changed(_ jobs: [Job], at time: Timestamp, in state: inout State) {
        for job in jobs {
            guard let endpoint = owner(of: job, in: state) else { continue }
            var own = state.jobs[endpoint] ?? Watched()
            var list = own.fetched.value ?? []
            if let row = list.firstIndex(where: { $0.id == job.id }) {
                list[row] = job.filled(from: list[row])
            } else {
                list.insert(job, at: 0)
            }
            own.fetched.value = newest(list)
            own.heardAt = time
            state.jobs[endpoint] = own
            state.heard[job.id] = time
        }
        forget(&state)
    }

    /// The endpoint a job is listed under; nil for a job that is new and names none of ours.
    private static func owner(of job: Job, in state: State) -> Endpoint.Name? {
        if let endpoint = job.endpoint {
            let isKnown =
                state.jobs[endpoint] != nil || state.endpoints.fetched.value == nil
                || state.knownEndpoints.contains { $0.name == endpoint }
            return isKnown ? endpoint : nil
        }
        let owners = state.jobs.filter { _, watched in
            watched.fetched.value?.contains { $0.id == job.id } ?? false
        }
        return owners.keys.min()
    }

    /// An answer, with the newer news of tracking put over it.
    private static func joined(
        _ answer: [Job], _ known: [Job], asOf: Timestamp, heard: [Job.ID: Timestamp]
    ) -> [Job] {
        func isNewer(_ job: Job) -> Bool { heard[job.id].map { $0 > asOf } ?? false }
        let byID = Dictionary(known.map { ($0.id, $0) }) { first, _ in first }
        let ids = Set(answer.map(\.id))
        let jobs = answer.map { job in
            guard let old = byID[job.id] else { return job }
            return isNewer(old) ? old : job.filled(from: old)
        }
        return newest(jobs + known.filter { isNewer($0) && !ids.contains($0.id) })
    }

    /// Newest first, no more than are shown; a job without a time has only just been made.
    private static func newest(_ jobs: [Job]) -> [Job] {
        let sorted = jobs.enumerated().sorted { left, right in
            switch (left.element.createdAt, right.element.createdAt) {
            case (let one?, let other?) where one != other: one > other
            case (nil, .some): true
            case (.some, nil): false
            case (.some, .some), (nil, nil): left.offset < right.offset
            }
        }
        return sorted.prefix(Limits.jobsPerEndpoint).map(\.element)
    }

    /// Forgets when tracking told of jobs that are no longer listed.
    private static func forget(_ state: inout State) {
        guard !state.heard.isEmpty else { return }
        let ids = Set(state.jobs.values.flatMap { $0.fetched.value ?? [] }.map(\.id))
        state.heard = state.heard.filter { ids.contains($0.key) }
    }
}

extension Job {
    /// The job with what this answer left out and an earlier one told: lists say less than a job's own page.
    fileprivate func filled(from earlier: Job) -> Job {
        var job = self
        job.endpoint = endpoint ?? earlier.endpoint
        job.deployment = deployment ?? earlier.deployment
        job.progress = progress ?? earlier.progress
        return job
    }
}
