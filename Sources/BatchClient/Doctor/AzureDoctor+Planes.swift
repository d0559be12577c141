import BatchModel

// What is asked of the service itself.
extension AzureDoctor {
    // MARK: - Workspace and data plane

    func workspace() async throws(ServiceFailure) -> DoctorCheck {
        let scope = context.scope
        let begin = ContinuousClock.now
        let route = Route.management(scope, .workspace)
        let found = try await caller.fetch(
            WireResource<WireWorkspace>.self,
            ServiceRequest(route, operation: "open the workspace \(scope.workspace)"))
        let time = (ContinuousClock.now - begin).wholeMicroseconds / 1000
        let place = found.location.map { " in \($0.plainLine)" } ?? ""
        return DoctorCheck(
            "workspace", .ok, "\(scope.workspace)\(place) answers after \(time) ms")
    }

    /// Discovery, and a look at a job list, which wants the token of batch endpoints.
    func dataPlane() async throws(ServiceFailure) -> DoctorCheck {
        let api = try await caller.apiBase(try await caller.keeper.current())
        let found: WireResource<WireEndpoint>?
        do throws(ServiceFailure) {
            found = try await anyEndpoint()
        } catch  where error.httpStatus == 403 {
            return DoctorCheck(
                "data plane", .warning,
                "discovery names \(api); the endpoints may not be listed, so none was asked about",
                advice: error.advice)
        }
        guard let endpoint = found?.name.map(Endpoint.Name.init) else {
            return DoctorCheck(
                "data plane", .ok, "discovery names \(api); there is no endpoint to ask it about")
        }
        let route = Route.frontEnd(context.scope, .jobs(endpoint, nil, PageQuery(count: 1)))
        let answer = try await caller.exchange(
            ServiceRequest(route, operation: "list the jobs of \(endpoint)"))
        if answer.isSuccess {
            return DoctorCheck(
                "data plane", .ok, "\(api) answers for \(endpoint.rawValue.plainLine)")
        }
        let failure = FailureTranslation.failure(answer, operation: "list the jobs of \(endpoint)")
        guard answer.status != 401, answer.status != 403 else { throw failure }
        return DoctorCheck(
            "data plane", .warning, failure.detail,
            advice: "Jobs are listed from the whole workspace instead, which is slower.")
    }

    /// Whether anybody answers where jobs are submitted: no other line asks there. Any answer will do.
    func scoring() async throws(ServiceFailure) -> DoctorCheck {
        guard let uri = try await anyEndpoint()?.properties?.scoringUri,
            let address = Origin.of(uri)
        else {
            return DoctorCheck(
                "scoring", .skipped, "no endpoint says where it takes jobs")
        }
        let host = SafeAddress.host(of: address)
        var way = ""
        if case .through(let place, let variable) = outside.way(address) {
            way = " through \(place) (\(variable))"
        }
        if let why = await refusal(address) {
            return DoctorCheck(
                "scoring", .problem,
                "\(host), which takes jobs, does not answer\(way): \(why)",
                advice: "Check the way there: proxy, firewall, and the workspace's private network."
            )
        }
        return DoctorCheck("scoring", .ok, "\(host), which takes jobs, answers\(way)")
    }

    /// One of the workspace's endpoints; nil where there is none.
    private func anyEndpoint() async throws(ServiceFailure) -> WireResource<WireEndpoint>? {
        let route = Route.management(context.scope, .endpoints(PageQuery(count: 1)))
        let page = try await caller.fetch(
            WirePage<WireResource<WireEndpoint>>.self,
            ServiceRequest(route, operation: "list the endpoints"))
        return page.value.first { $0.name != nil }
    }

    // MARK: - Roles

    /// The published version of the list of permissions.
    private static let permissionsVersion = "2022-04-01"

    private struct Permissions: Decodable {
        var value: [Rights.Permission]
    }

    func roles() async throws(ServiceFailure) -> DoctorCheck {
        let scope = context.scope
        let operation = "list what this identity may do"
        let workspace = Route.management(scope, .workspace).request
        let target = RouteRequest(
            .get, workspace.path + ["providers", "Microsoft.Authorization", "permissions"],
            query: [.init("api-version", Self.permissionsVersion)]
        ).target
        let answer = try await caller.exchange(
            ServiceRequest(
                .get, context.managementURL + target, audience: .management, operation: operation))
        guard answer.isSuccess else {
            let why = FailureTranslation.failure(answer, operation: operation)
            return DoctorCheck(
                "roles", .skipped, "the service does not list them: \(why.detail)",
                advice: "Where a right is missing, the line that needed it names it.")
        }
        let held = try caller.decode(Permissions.self, answer, operation: operation).value
        return Self.roles(Rights.lacks(held), on: scope.workspace)
    }

    static func roles(_ lacks: [Rights.Lack], on workspace: String) -> DoctorCheck {
        guard let first = lacks.first else {
            return DoctorCheck(
                "roles", .ok, "they allow to see endpoints, submit, choose data, watch and stop")
        }
        // Whoever may do nothing misses sixty actions: the first few say what kind of role is missing.
        let named = lacks.map { lack in
            let shown = lack.actions.prefix(3).joined(separator: ", ")
            let rest = lack.actions.count - 3
            return "may not \(lack.operation): \(shown)" + (rest > 0 ? " and \(rest) more" : "")
        }
        return DoctorCheck(
            "roles", lacks.contains(where: \.isEssential) ? .problem : .warning,
            named.joined(separator: "; "),
            advice: "Roles that hold it: \(first.roles); ask an owner of the workspace "
                + "\(workspace) for one of them, then sign in again.")
    }

    // MARK: - Data

    func datastore() async throws(ServiceFailure) -> DoctorCheck {
        let found = try await catalogue.defaultDatastore()
        let place = [found.containerName, found.accountName].compactMap { $0 }
            .joined(separator: " of ")
        return DoctorCheck(
            "datastore", .ok,
            "the default one is \(found.name.rawValue.plainLine)"
                + (place.isEmpty ? "" : " (\(place.plainLine))"))
    }

    /// Lists one name of each container that jobs and uploads use. Nothing is written: only an upload shows whether it may be.
    func storage() async throws(ServiceFailure) -> DoctorCheck {
        let grants = StorageGrants(caller: caller)
        let storages = Storages(catalogue: catalogue, grants: grants)
        var stores = [try await storages.store(try await catalogue.defaultDatastore().name)]
        let uploads = try await storages.uploadStore()
        if uploads.datastore.name != stores[0].datastore.name { stores.append(uploads) }
        var said: [String] = []
        for store in stores {
            let place = stores.count == 1 ? store.base : store.datastore.name.rawValue.plainLine
            said.append("\(place) lists its files \(try await listed(store, grants))")
        }
        return DoctorCheck(
            "storage", .ok,
            said.joined(separator: "; ") + "; writing was not tried")
    }

    /// How one name of a container was listed.
    private func listed(
        _ store: BlobStore, _ grants: StorageGrants
    ) async throws(ServiceFailure) -> String {
        func how() async throws(ServiceFailure) -> String {
            switch try await grants.grant(for: store.datastore, in: context.scope) {
            case .sas: "with a signature from the workspace"
            case .signIn: "as whoever is signed in"
            }
        }
        do throws(ServiceFailure) {
            _ = try await store.level(prefix: "", limit: 1)
        } catch {
            var failure = error
            // Where that cannot be told either, the first failure says more.
            if let how = try? await how() { failure.detail += " (asked \(how))" }
            throw failure
        }
        // A signature may have been given up for the sign-in meanwhile.
        return try await how()
    }

    // MARK: - Clock and proxy

    /// Beyond this, tokens and signatures are not valid yet, or not any more.
    static let largestSkew: Duration = .seconds(300)
    /// Beyond this, ages and rates look odd.
    static let noticedSkew: Duration = .seconds(60)

    func clock() async -> DoctorCheck {
        do throws(ServiceFailure) {
            let begin = outside.client.now()
            // Any answer will do, a refusal too: it is the date in its head that counts.
            let answer = try await caller.exchange(
                ServiceRequest(.cloudMetadata, operation: "ask the service for the time"))
            let middle = begin + (outside.client.now() - begin) / 2
            guard let date = answer.header("Date").flatMap(HTTPDate.read) else {
                return DoctorCheck("clock", .skipped, "the service does not say what time it is")
            }
            return Self.clock(middle - date)
        } catch {
            return DoctorCheck("clock", .skipped, "nobody could be asked: \(error.detail)")
        }
    }

    /// - Parameter ahead: how much later it is here than there; the service's date is cut to whole seconds.
    static func clock(_ ahead: Duration) -> DoctorCheck {
        let seconds = Int(ahead.inSeconds.rounded())
        let size = ahead < .zero ? .zero - ahead : ahead
        let text =
            "this machine's clock is \(abs(seconds)) s \(seconds < 0 ? "behind" : "ahead of")"
            + " the service's"
        let advice = "Set it: `timedatectl set-ntp true` lets the network do that."
        if size > largestSkew {
            return DoctorCheck(
                "clock", .problem, text + ": tokens and signatures are judged by it",
                advice: advice)
        }
        if size > noticedSkew { return DoctorCheck("clock", .warning, text, advice: advice) }
        return DoctorCheck(
            "clock", .ok, "it agrees with the service's within \(abs(seconds) + 1) s")
    }

    func proxy() async -> DoctorCheck {
        let addresses = [context.managementURL, context.signInURL]
        var said: [String] = []
        for url in addresses {
            let host = SafeAddress.host(of: url)
            switch outside.way(url) {
            case .direct(let reason):
                said.append("\(host) is asked directly" + (reason.isEmpty ? "" : " (\(reason))"))
            case .through(let place, let variable):
                if let why = await refusal(url) {
                    return DoctorCheck(
                        "proxy", .problem,
                        "\(host) is asked through \(place) (\(variable)), which does not let us "
                            + "through: \(why)",
                        advice: "Check \(variable), and that the proxy allows \(host); name the "
                            + "host in NO_PROXY if it needs none.")
                }
                said.append("\(host) is asked through \(place) (\(variable))")
            }
        }
        return DoctorCheck("proxy", .ok, said.joined(separator: "; "))
    }

    /// Why nothing came back; any answer of the host itself is good.
    private func refusal(_ url: String) async -> String? {
        do throws(TransportFailure) {
            let answer = try await outside.transport.send(
                HTTPCall(method: .get, url: url + "/", timeout: outside.limit))
            return answer.status == 407 ? "it wants to know who asks (407)" : nil
        } catch {
            switch error {
            case .notSent(let why), .noAnswer(let why), .timedOut(let why): return why
            case .cancelled: return "it was cancelled"
            }
        }
    }
}
