import ArgumentParser
import BatchModel

// The names that verbs take, each said once: what `--name` means in a help page, and what completes it, is the same wherever
// the same thing is meant.

/// The job a verb is about.
struct JobName: ParsableArguments, Sendable {
    @Option(name: .shortAndLong, help: "The job's name.", completion: .names(.job))
    var name: String

    var id: Job.ID { Job.ID(name) }
}

/// The endpoint a verb is about.
struct EndpointName: ParsableArguments, Sendable {
    @Option(name: .shortAndLong, help: "The endpoint's name.", completion: .names(.endpoint))
    var name: String

    var id: Endpoint.Name { Endpoint.Name(name) }
}

/// The deployment a verb is about, and its endpoint.
struct DeploymentName: ParsableArguments, Sendable {
    @Option(name: .shortAndLong, help: "The endpoint's name.", completion: .names(.endpoint))
    var endpointName: String

    @Option(name: .shortAndLong, help: "The deployment's name.", completion: .deployments)
    var name: String

    var endpoint: Endpoint.Name { Endpoint.Name(endpointName) }
    var id: Deployment.Name { Deployment.Name(name) }
}

/// The context a verb is about, named at its place or, as with other verbs, by an option.
struct ContextName: ParsableArguments, Sendable {
    @Argument(
        help: ArgumentHelp("The context's name (default: the one in use).", valueName: "name"),
        completion: .names(.context))
    var place: String?

    @Option(
        name: [.customShort("n"), .customLong("name")], help: "The same, as an option.",
        completion: .names(.context))
    var option: String?

    /// The name; nil where none is given.
    var name: String? { place ?? option }

    func validate() throws {
        guard place == nil || option == nil else {
            throw ValidationError("Name the context once, at its place or with --name.")
        }
    }

    /// The common options with the context that is meant.
    func over(_ common: CommonOptions) -> CommonOptions {
        var common = common
        common.context = name ?? common.context
        return common
    }
}

/// The context of a verb that takes no other for granted.
struct NeededContextName: ParsableArguments, Sendable {
    @Argument(
        help: ArgumentHelp("The context's name.", valueName: "name"),
        completion: .names(.context))
    var place: String?

    @Option(
        name: [.customShort("n"), .customLong("name")], help: "The same, as an option.",
        completion: .names(.context))
    var option: String?

    /// The name; `validate()` has seen to it that there is one.
    var name: String { place ?? option ?? "" }

    func validate() throws {
        guard (place == nil) != (option == nil) else {
            throw ValidationError("Name one context, at its place or with --name.")
        }
    }
}

/// The datastore a verb is about.
struct DatastoreName: ParsableArguments, Sendable {
    @Option(name: .shortAndLong, help: "The datastore's name.", completion: .names(.datastore))
    var name: String

    var id: Datastore.Name { Datastore.Name(name) }
}

/// A list of few things that a verb names by an id, or by enough of the beginning of one.
struct NamedByID<Item: Identifiable> where Item.ID == String {
    let items: [Item]
    /// What one of them is called: `transfer`.
    let noun: String
    /// The verb that lists them: `transfer list`.
    let lister: String

    /// The one that a text names: a whole id wins over ids that only begin with it.
    ///
    /// - Throws: `.rejected` when several begin with the text, `.notFound` when none does.
    func one(_ text: String, to operation: String) throws(ServiceFailure) -> Item {
        if let whole = items.first(where: { $0.id == text }) { return whole }
        let found = items.filter { $0.id.hasPrefix(text) }
        guard let first = found.first else {
            throw ServiceFailure(
                kind: .notFound, operation: operation,
                detail: "no \(noun)'s id is or begins with \(text)",
                advice: "`batchdeck \(lister)` lists those that there are.")
        }
        guard found.count == 1 else {
            throw ServiceFailure(
                kind: .rejected, operation: operation,
                detail: "\(found.count) \(noun)s begin with \(text)",
                advice: "Give more of the id.")
        }
        return first
    }
}
