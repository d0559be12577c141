import BatchModel

extension Contexts {
    /// A field of the form. Only those that the kind of sign-in has a use for are shown.
    enum Field: CaseIterable, Sendable {
        case name, subscription, group, workspace, cloud, credential
        case tenant, client, object, resource, certificate, tokenFile, cache
        case managementURL, loginURL, audience, caFile, readOnly

        /// The rows for a kind of sign-in, top to bottom.
        static func rows(for kind: CredentialChoice.Kind) -> [Field] {
            let own: [Field] =
                switch kind {
                case .automatic: [.tenant, .client]
                case .environment: [.tenant, .client, .certificate]
                case .workloadIdentity: [.tenant, .client, .tokenFile]
                case .managedIdentity: [.client, .object, .resource]
                case .azureCLI: [.tenant]
                case .deviceCode: [.tenant, .client, .cache]
                case .token: [.tokenFile]
                }
            return [.name, .subscription, .group, .workspace, .cloud, .credential] + own
                + [.managementURL, .loginURL, .audience, .caFile, .readOnly]
        }

        var label: String {
            switch self {
            case .name: "name"
            case .subscription: "subscription id"
            case .group: "resource group"
            case .workspace: "workspace"
            case .cloud: "cloud"
            case .credential: "sign-in"
            case .tenant: "tenant"
            case .client: "client id"
            case .object: "object id"
            case .resource: "resource id"
            case .certificate: "certificate file"
            case .tokenFile: "token file"
            case .cache: "keep sign-in"
            case .managementURL: "arm url"
            case .loginURL: "login url"
            case .audience: "ml audience"
            case .caFile: "ca file"
            case .readOnly: "read-only"
            }
        }

        /// What is told about it while it has the focus.
        func help(for kind: CredentialChoice.Kind) -> String {
            switch self {
            case .name: "What you will call it: letters, digits, '-', '_' and '.'."
            case .subscription: "The id, as `az account show` prints it."
            case .group: "The resource group that the workspace is in."
            case .workspace: "The workspace's name, as the studio shows it."
            case .cloud: "Which of Azure's clouds it is in; left and right choose."
            case .credential: Self.help(of: kind)
            case .tenant: "May stay empty: the directory to sign in to."
            case .client:
                kind == .managedIdentity
                    ? "May stay empty: the user-assigned identity's client id."
                    : "May stay empty: the application's id, in place of AZURE_CLIENT_ID."
            case .object: "May stay empty: the user-assigned identity's object id."
            case .resource: "May stay empty: the user-assigned identity's resource id."
            case .certificate:
                "May stay empty: a PEM file with key and certificate; else the secret comes from "
                    + "AZURE_CLIENT_SECRET."
            case .tokenFile:
                kind == .token
                    ? "The file a token is read from; BATCHDECK_TOKEN_FILE names it where this "
                        + "stays empty."
                    : "May stay empty: the federated token's file, in place of "
                        + "AZURE_FEDERATED_TOKEN_FILE."
            case .cache: "Keeps the sign-in in a file that only you can read."
            case .managementURL: "May stay empty: another address of Azure Resource Manager."
            case .loginURL: "May stay empty: another address to sign in at."
            case .audience: "May stay empty: another audience of tokens for batch endpoints."
            case .caFile: "May stay empty: certificates to trust beside the system's, a PEM file."
            case .readOnly: "Refuses whatever would change something there."
            }
        }

        private static func help(of kind: CredentialChoice.Kind) -> String {
            switch kind {
            case .automatic: "How to sign in; left and right choose. default tries each in turn."
            case .environment: "A secret or certificate that AZURE_* variables name."
            case .workloadIdentity: "A federated token in a file, as Kubernetes mounts it."
            case .managedIdentity: "The identity of the machine this runs on."
            case .azureCLI: "Whoever is signed in with `az login`."
            case .deviceCode: "A person with a browser, on any machine."
            case .token: "A token that something else fetches into a file."
            }
        }

        /// The settings' name for it in `AzureContext.problems`.
        var setting: String {
            switch self {
            case .name: "name"
            case .subscription: "subscription_id"
            case .group: "resource_group"
            case .workspace: "workspace_name"
            case .cloud: "cloud"
            case .credential: "credential"
            case .tenant: "tenant_id"
            case .client: "client_id"
            case .object: "object_id"
            case .resource: "resource_id"
            case .certificate: "certificate_file"
            case .tokenFile: "token_file"
            case .cache: "cache_token"
            case .managementURL: "arm_url"
            case .loginURL: "login_url"
            case .audience: "ml_audience"
            case .caFile: "ca_file"
            case .readOnly: "read_only"
            }
        }

        /// Whether it names a file of this machine.
        var isFile: Bool { self == .certificate || self == .tokenFile || self == .caFile }

        var isText: Bool {
            switch self {
            case .cloud, .credential, .cache, .readOnly: false
            case .name, .subscription, .group, .workspace, .tenant, .client, .object, .resource,
                .certificate, .tokenFile, .managementURL, .loginURL, .audience, .caFile:
                true
            }
        }
    }
}
