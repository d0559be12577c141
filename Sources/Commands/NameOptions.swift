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

/// The datastore a verb is about.
struct DatastoreName: ParsableArguments, Sendable {
    @Option(name: .shortAndLong, help: "The datastore's name.", completion: .names(.datastore))
    var name: String

    var id: Datastore.Name { Datastore.Name(name) }
}
