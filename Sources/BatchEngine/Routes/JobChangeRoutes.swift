// Changing a job afterwards, by the three ways clients have for it.
//
// PUT sends the whole job as it shall be (az, and the official client's second choice), PATCH what shall differ, and run
// history's PATCH is how the official client archives, restores and renames since 1.33. Whatever the way, five things can be
// changed (ES §5.1), and a PUT that would change another is refused with the service's words. What a client sends back
// unchanged, because it had read it here, is no change.

import BatchModel

extension Engine {
    /// `PUT jobs/{id}`: of a job that is there; jobs are made by invoking an endpoint.
    func putJob(_ id: Job.ID, _ context: RouteContext) async throws(RouteRefusal) -> EngineResponse
    {
        let asked = try await Self.asked(context)
        guard let job = try await find(id) else {
            throw .userError(
                "There is no job with name: \(id). This engine starts jobs by invoking a batch "
                    + "endpoint, and changes them by PUT afterwards.",
                innerCode: "NoSuchJob")
        }
        try Self.checkUnchanged(asked, resource(of: job, context))
        return try await changed(job, asked, context)
    }

    /// `PATCH jobs/{id}`.
    func patchJob(
        _ id: Job.ID, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let asked = try await Self.asked(context)
        guard let job = try await find(id) else { throw missing(id) }
        try Self.checkUnchanged(asked, resource(of: job, context))
        return try await changed(job, asked, context)
    }

    /// `PATCH …/experiments/{experiment}/runs/{run}`: tags are added to, `hidden` archives.
    func modify(run id: String, _ context: RouteContext) async throws(RouteRefusal) {
        let body = try await context.body(JSONValue.self).members ?? [:]
        guard let job = try await find(Job.ID(id)) else {
            throw .notFound("NoSuchRun", "There is no job with id: \(id)")
        }
        let allowed = ["hidden", "displayname", "description", "tags", "properties", "runid"]
        let others = body.filter { $0.value != .null && !allowed.contains($0.key.lowercased()) }
        guard others.isEmpty else {
            throw .userError(
                "\(others.keys.sorted().joined(separator: ", ")) cannot be changed. Only hidden, "
                    + "displayName, description, tags and properties of a run can be updated.")
        }
        var asked = body
        asked["isArchived"] = JSONValue.object(body)["hidden"]
        var change = try Self.change(of: job, asked)
        change.tags = change.tags.map { job.tags.merging($0) { _, new in new } }
        _ = try await apply(change, to: job)
    }

    // MARK: - Steps

    private static func asked(
        _ context: RouteContext
    ) async throws(RouteRefusal) -> [String: JSONValue] {
        let body = try await context.body(JSONValue.self)
        guard let properties = body["properties"]?.members else {
            throw .userError("The body has no properties.")
        }
        return properties
    }

    private static let changeable = [
        "description", "tags", "displayname", "properties", "isarchived",
    ]

    /// Refuses what differs from the job as it was last read. The status goes on changing by itself.
    private static func checkUnchanged(
        _ asked: [String: JSONValue], _ current: WireResource<WireJob>
    ) throws(RouteRefusal) {
        let now: JSONValue
        do {
            now = try WireJSON.decode(JSONValue.self, from: WireJSON.encode(current))
        } catch { throw .from(error) }
        let other = asked.filter { name, value in
            let word = name.lowercased()
            guard !changeable.contains(word), word != "status", value != .null else { return false }
            guard value != .object([:]), value != .array([]) else { return false }
            return now["properties"]?[name] != value
        }
        guard !other.isEmpty else { return }
        let names = other.keys.sorted().map { $0.prefix(1).uppercased() + $0.dropFirst() }
        throw .userError(
            "A job with this name already exists. If you are trying to create a new job, use a "
                + "different name. If you are trying to update an existing job, the existing job's "
                + "\(names.joined(separator: ", ")) cannot be changed. Only description, tags, "
                + "displayName, properties, and isArchived can be updated.")
    }

    private func changed(
        _ job: Job, _ asked: [String: JSONValue], _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let after = try await apply(try Self.change(of: job, asked), to: job)
        return try .json(200, resource(of: after, context))
    }

    private func apply(_ change: JobChange, to job: Job) async throws(RouteRefusal) -> Job {
        let after: Job?
        do { after = try await jobs.change(job.id, change) } catch { throw .from(error) }
        guard let after else { throw missing(job.id) }
        return after
    }

    private static func change(
        of job: Job, _ asked: [String: JSONValue]
    ) throws(RouteRefusal) -> JobChange {
        let asked = JSONValue.object(asked)
        var change = JobChange()
        if let name = try text("displayName", asked), name != job.displayName {
            guard (1...255).contains(name.count) else {
                throw .userError("A displayName is 1 to 255 characters long.")
            }
            change.displayName = name
        }
        change.summary = try text("description", asked)
        if let value = asked["isArchived"], value != .null {
            guard case .boolean(let isArchived) = value else {
                throw .userError("isArchived is true or false.")
            }
            change.isArchived = isArchived
        }
        if let tags = try texts("tags", asked) {
            // What the service itself noted stays, whatever a client forgets to send along.
            let own = job.tags.filter { $0.key.hasPrefix("azureml.") }
            change.tags = tags.merging(own) { given, _ in given }
        }
        if let properties = try texts("properties", asked) {
            let shown = WireJob.extras(of: job)
            let given = properties.filter { shown[$0.key] == nil && $0.key != Self.stagesKey }
            change.properties = job.properties.merging(given) { _, new in new }
        }
        return change
    }

    private static func text(
        _ name: String, _ asked: JSONValue
    ) throws(RouteRefusal) -> String? {
        guard let value = asked[name], value != .null else { return nil }
        guard let text = value.string else { throw .userError("\(name) is a text.") }
        return text
    }

    private static func texts(
        _ name: String, _ asked: JSONValue
    ) throws(RouteRefusal) -> [String: String]? {
        guard let value = asked[name], value != .null else { return nil }
        guard let members = value.members else {
            throw .userError("\(name) is an object of texts.")
        }
        return members.filter { $0.value != .null }.mapValues(\.text)
    }
}
