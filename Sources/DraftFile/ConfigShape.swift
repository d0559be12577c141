import BatchModel

/// What `config.yml` may hold: one table for its readers, for `config check` and for the JSON Schema.
public enum ConfigShape {
    /// The whole file.
    public static func file(themes: [String]) -> SettingsShape {
        .map(
            FileMap([
                FileKey(
                    "current_context", .text(.any),
                    help: "The context that is used when none is named; local is the engine here."),
                FileKey(
                    "contexts", .list(.map(FileMap(context))), help: "Azure ML workspaces."),
                FileKey(
                    "theme",
                    .text(
                        FileText(
                            "the name of a theme: \(themes.joined(separator: ", "))"
                        ) { themes.contains($0) }),
                    help: "The colours of the console: a built-in theme, or a file of themes/."),
                FileKey(
                    "accessible", .flag,
                    help: "True to be asked in lines, for screen readers; false for the console."),
            ]))
    }

    /// One context.
    static let context: [FileKey] = [
        FileKey("name", .text(.any), isRequired: true, help: "What the context is called here."),
        FileKey("subscription_id", .text(.any), isRequired: true, help: "The subscription's id."),
        FileKey("resource_group", .text(.any), isRequired: true, help: "The resource group."),
        FileKey("workspace_name", .text(.any), isRequired: true, help: "The workspace."),
        FileKey(
            "cloud", .word(Cloud.all.map(\.name)), help: "The cloud; AzureCloud by default."),
        FileKey("arm_url", .text(.any), help: "The management address of another cloud."),
        FileKey("login_url", .text(.any), help: "The sign-in address of another cloud."),
        FileKey("ml_audience", .text(.any), help: "Whom tokens of another cloud are for."),
        FileKey("ca_file", .text(.any), help: "Certificates to trust besides the system's."),
        FileKey("read_only", .flag, help: "True to refuse whatever would change something."),
        FileKey(
            "credential", .word(CredentialChoice.Kind.allCases.map(\.rawValue)),
            help: "How to sign in; the default tries each kind in turn."),
        FileKey("tenant_id", .text(.any), help: "The tenant to sign in to."),
        FileKey("client_id", .text(.any), help: "The application, or the managed identity."),
        FileKey("object_id", .text(.any), help: "The managed identity, by its object."),
        FileKey("resource_id", .text(.any), help: "The managed identity, by its resource."),
        FileKey("certificate_file", .text(.any), help: "The application's certificate and key."),
        FileKey("token_file", .text(.any), help: "A file that holds a token."),
        FileKey("token_fd", .whole(0...1023), help: "An open file that a token is read from."),
        FileKey("cache_token", .flag, help: "True to keep tokens on disk between runs."),
    ]
}
