import ArgumentParser
import BatchClient
import BatchModel

struct ContextLogin: Verb {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Signs in to a context now, and says as whom and until when.",
        discussion: """
            By the context's own credential. A device code is said on standard error; the sign-in stays for later \
            commands where the context was made with --cache-token, in a file that only you can read. Exit code 4 when \
            the sign-in is refused, or when it needs a person and --no-input is given.
            """)

    @OptionGroup var place: ContextName
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let options = place.over(common)
        let name = try options.contextName(surroundings.environment)
        let signedIn = try await surroundings.client(options).signIn.signIn()
        guard let signedIn else {
            surroundings.streams.talk("\(name) needs no sign-in\n")
            guard !common.output.isPlain else { return }
            return try show(Shapes.signIn(nil, to: name), as: common.output, in: surroundings)
        }
        try show(Shapes.signIn(signedIn, to: name), as: common.output, in: surroundings)
        if !signedIn.isKept {
            surroundings.streams.talk(
                "this sign-in ends with the command: the context does not keep it; one that was "
                    + "added with --cache-token does\n")
        }
    }
}

struct ContextLogout: Verb {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Forgets the sign-in that is kept for a context.",
        discussion: """
            What other tools keep, as `az login` does, stays theirs. Signing out of the directory itself is done in a \
            browser.
            """)

    @OptionGroup var place: ContextName
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let options = place.over(common)
        let name = try options.contextName(surroundings.environment)
        let wasKept = try await surroundings.client(options).signIn.signOut()
        surroundings.streams.talk(
            wasKept
                ? "the sign-in of \(name) is forgotten\n"
                : "no sign-in of \(name) was kept\n")
        guard !common.output.isPlain else { return }
        try show(
            .object(["name": .string(name), "was_signed_in": .boolean(wasKept)]),
            as: common.output, in: surroundings)
    }
}

extension CommonOptions {
    /// The name of the context that these options mean.
    func contextName(_ environment: [String: String]) throws(ServiceFailure) -> String {
        try workspaceNames.chosen(context: context, environment: environment).name
    }
}

extension Shapes {
    /// Who is signed in to a context; no member holds a secret.
    static func signIn(_ signedIn: SignedIn?, to name: String) -> JSONValue {
        .object([
            "name": .string(name), "credential": .optional(signedIn?.credential),
            "account": .optional(signedIn?.account),
            "client_id": .optional(signedIn?.application),
            "object_id": .optional(signedIn?.object), "tenant_id": .optional(signedIn?.tenant),
            "expires_at": .optional(signedIn?.expiresAt?.iso8601),
            "is_kept": signedIn.map { .boolean($0.isKept) } ?? .null,
        ])
    }
}
