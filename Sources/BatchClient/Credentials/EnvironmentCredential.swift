import BatchModel

/// An application's secret or certificate, named by `AZURE_*` variables (CONTRACT §8).
struct EnvironmentCredential: Sendable {
    let context: AzureContext
    let caller: TokenCaller

    static let name = "environment"
    static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    var credential: Credential {
        Credential(name: Self.name) { resource throws(CredentialFailure) in
            try await token(resource)
        }
    }

    private func token(_ resource: String) async throws(CredentialFailure) -> AccessToken {
        let outside = caller.outside
        let sign = context.credential
        guard let tenant = sign.tenantID ?? outside.variable("AZURE_TENANT_ID"),
            let client = sign.clientID ?? outside.variable("AZURE_CLIENT_ID")
        else { throw .notHere("AZURE_TENANT_ID and AZURE_CLIENT_ID are not both set") }
        let url = try caller.tokenURL(context, tenant: tenant)
        var fields = [
            (name: "grant_type", value: "client_credentials"), (name: "client_id", value: client),
            (name: "scope", value: resource + "/.default"),
        ]
        var secrets: [String] = []
        if let secret = outside.variable("AZURE_CLIENT_SECRET"), sign.certificateFile == nil {
            fields.append((name: "client_secret", value: secret))
            secrets.append(secret)
        } else if let file = sign.certificateFile
            ?? outside.variable("AZURE_CLIENT_CERTIFICATE_PATH")
        {
            let assertion = try assertion(file, client: client, url: url)
            fields.append((name: "client_assertion_type", value: Self.assertionType))
            fields.append((name: "client_assertion", value: assertion))
            secrets.append(assertion)
        } else {
            throw .notHere(
                "neither AZURE_CLIENT_SECRET nor AZURE_CLIENT_CERTIFICATE_PATH is set")
        }
        return try await caller.token(url, fields, by: Self.name, secrets: secrets).token
    }

    private func assertion(
        _ file: String, client: String, url: String
    ) throws(CredentialFailure) -> String {
        let outside = caller.outside
        let certificate = try ClientCertificate(
            file: file, password: outside.variable("AZURE_CLIENT_CERTIFICATE_PASSWORD"))
        let sendsChain = outside.variable("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN")?.lowercased()
        return try certificate.assertion(
            client: client, audience: url, id: outside.client.makeID(), now: outside.client.now(),
            withChain: sendsChain == "true" || sendsChain == "1")
    }
}

/// A federated token in a file, as Kubernetes mounts it: it is exchanged for ours, and read anew each time.
struct WorkloadIdentity: Sendable {
    let context: AzureContext
    let caller: TokenCaller

    static let name = "workload-identity"

    var credential: Credential {
        Credential(name: Self.name) { resource throws(CredentialFailure) in
            try await token(resource)
        }
    }

    private func token(_ resource: String) async throws(CredentialFailure) -> AccessToken {
        let outside = caller.outside
        let sign = context.credential
        guard let tenant = sign.tenantID ?? outside.variable("AZURE_TENANT_ID"),
            let client = sign.clientID ?? outside.variable("AZURE_CLIENT_ID"),
            let file = sign.tokenFile ?? outside.variable("AZURE_FEDERATED_TOKEN_FILE")
        else { throw .notHere("AZURE_FEDERATED_TOKEN_FILE and its companions are not all set") }
        // The platform replaces the file's content long before the old token ends.
        let assertion = try SecretFile.text(file, operation: "sign in (\(Self.name))")
        let url = try caller.tokenURL(context, tenant: tenant)
        let fields = [
            (name: "grant_type", value: "client_credentials"), (name: "client_id", value: client),
            (name: "scope", value: resource + "/.default"),
            (name: "client_assertion_type", value: EnvironmentCredential.assertionType),
            (name: "client_assertion", value: assertion),
        ]
        return try await caller.token(url, fields, by: Self.name, secrets: [assertion]).token
    }
}

/// Small files that hold a secret.
enum SecretFile {
    /// A token or key is far smaller.
    static let limit = 1 << 20

    /// The text, without blanks around it.
    static func text(
        _ path: String, operation: String
    ) throws(CredentialFailure) -> String {
        func failure(_ detail: String) -> CredentialFailure {
            .refused(
                ServiceFailure(
                    kind: .unauthorized, operation: operation, detail: detail,
                    advice: "Check the file's name, and that you may read it."))
        }
        let bytes: [UInt8]?
        do {
            bytes = try LocalFiles.read(LocalFiles.absolute(path), limit: limit)
        } catch {
            throw failure("\(error)")
        }
        guard let bytes else { throw failure("there is no file \(path)") }
        let text = trimmed(String(decoding: bytes, as: UTF8.self))
        guard !text.isEmpty else { throw failure("the file \(path) is empty") }
        return text
    }

    static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
