/// How to get tokens for a context (DESIGN §4): a kind, and what that kind may be told. Never a secret.
public struct CredentialChoice: Sendable, Hashable {
    /// The kinds, by the names `config.yml` and `--credential` know.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Each of the others in turn, until one answers.
        case automatic = "default"
        /// A client secret or certificate named by `AZURE_*` variables.
        case environment
        /// A federated token in a file, as Kubernetes mounts it.
        case workloadIdentity = "workload-identity"
        /// The identity of the machine or service we run on.
        case managedIdentity = "managed-identity"
        /// Whoever is signed in with `az login`.
        case azureCLI = "azure-cli"
        /// A person with a browser somewhere.
        case deviceCode = "device-code"
        /// A token that somebody else fetched, in a file, a descriptor or a variable.
        case token
    }

    /// Which kind.
    public var kind: Kind
    /// The tenant to sign in to.
    public var tenantID: String?
    /// The application, or the user-assigned identity by client id.
    public var clientID: String?
    /// The user-assigned identity by object id.
    public var objectID: String?
    /// The user-assigned identity by resource id.
    public var resourceID: String?
    /// A PEM file with key and certificate, in place of `AZURE_CLIENT_CERTIFICATE_PATH`.
    public var certificateFile: String?
    /// The file a token is read from.
    public var tokenFile: String?
    /// The open descriptor a token is read from.
    public var tokenDescriptor: Int?
    /// True when the device code's refresh token may be kept in a file of mode 0600.
    public var isCached: Bool

    /// Chooses a kind.
    public init(
        _ kind: Kind = .automatic, tenantID: String? = nil, clientID: String? = nil,
        objectID: String? = nil, resourceID: String? = nil, certificateFile: String? = nil,
        tokenFile: String? = nil, tokenDescriptor: Int? = nil, isCached: Bool = false
    ) {
        self.kind = kind
        self.tenantID = tenantID
        self.clientID = clientID
        self.objectID = objectID
        self.resourceID = resourceID
        self.certificateFile = certificateFile
        self.tokenFile = tokenFile
        self.tokenDescriptor = tokenDescriptor
        self.isCached = isCached
    }
}

/// An Azure ML workspace as a place where jobs go.
public struct AzureContext: Sendable, Hashable {
    /// The name of the context that is always there: the local engine's.
    public static let localName = "local"

    /// What a person calls it.
    public var name: String
    /// The workspace.
    public var scope: WorkspaceScope
    /// The cloud.
    public var cloud: Cloud
    /// Another base for Azure Resource Manager, no trailing slash.
    public var armURL: String?
    /// Another base for sign-in, no trailing slash.
    public var loginURL: String?
    /// Another audience for scoring and job lists.
    public var machineLearningAudience: String?
    /// Certificates to trust beside the system's, a PEM file.
    public var caFile: String?
    /// True when nothing may be changed there.
    public var isReadOnly: Bool
    /// How to sign in.
    public var credential: CredentialChoice

    /// Describes a context.
    public init(
        name: String, scope: WorkspaceScope, cloud: Cloud = .global, armURL: String? = nil,
        loginURL: String? = nil, machineLearningAudience: String? = nil, caFile: String? = nil,
        isReadOnly: Bool = false, credential: CredentialChoice = CredentialChoice()
    ) {
        self.name = name
        self.scope = scope
        self.cloud = cloud
        self.armURL = armURL
        self.loginURL = loginURL
        self.machineLearningAudience = machineLearningAudience
        self.caFile = caFile
        self.isReadOnly = isReadOnly
        self.credential = credential
    }

    /// The base that Azure Resource Manager is asked at.
    public var managementURL: String { armURL ?? cloud.managementURL }

    /// The base of sign-in.
    public var signInURL: String { loginURL ?? cloud.loginURL }

    /// What is wrong with it, a sentence per setting; empty when nothing is.
    public var problems: [(key: String, detail: String, advice: String)] {
        var found: [(key: String, detail: String, advice: String)] = []
        if !Self.isName(name) || name == Self.localName {
            found.append(
                (
                    "name", "'\(name)' cannot be a context's name.",
                    "Use letters, digits, '-', '_' and '.', and not the name local."
                ))
        }
        let parts = [
            ("subscription_id", scope.subscriptionID), ("resource_group", scope.resourceGroup),
            ("workspace_name", scope.workspace),
        ]
        for (key, value) in parts where !Self.isPathPart(value) {
            found.append((key, "\(key) is '\(value)'.", "Write it as the portal shows it."))
        }
        for (key, url) in [("arm_url", armURL), ("login_url", loginURL)] {
            guard let url, !SafeAddress.mayCarryTokens(url) else { continue }
            found.append(
                (
                    key, "\(key) is \(url).",
                    "It must begin with https://; plain http is for this machine only."
                ))
        }
        return found
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64 && !text.hasPrefix(".") && !text.hasPrefix("-")
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "-_.".unicodeScalars.contains(scalar))
            }
    }

    private static func isPathPart(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".."
            && !text.unicodeScalars.contains {
                "/?#%\\".unicodeScalars.contains($0) || $0.value < 33
            }
    }
}

/// Which addresses a token may be sent to.
public enum SafeAddress {
    /// True for https anywhere, and for plain http on this machine.
    public static func mayCarryTokens(_ url: String) -> Bool {
        let lowered = url.lowercased()
        if lowered.hasPrefix("https://") { return lowered.utf8.count > "https://".utf8.count }
        guard lowered.hasPrefix("http://") else { return false }
        return isLoopback(host: host(of: lowered))
    }

    /// An address as a base to put paths behind: without slashes at its end; nil when nothing is left.
    public static func base(_ text: String?) -> String? {
        guard var text else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        return text.isEmpty ? nil : text
    }

    /// The host of an absolute address in lower case, without port and brackets; empty when there is none.
    public static func host(of url: String) -> String {
        guard let mark = url.firstRange(of: "://") else { return "" }
        let authority = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        if place.hasPrefix("[") { return place.dropFirst().prefix { $0 != "]" }.lowercased() }
        return place.prefix { $0 != ":" }.lowercased()
    }

    /// True for names and addresses of this machine.
    public static func isLoopback(host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
