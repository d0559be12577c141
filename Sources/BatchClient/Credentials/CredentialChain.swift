import BatchModel

/// Which credentials a context has, in the order they are tried (DESIGN §4).
enum CredentialChain {
    static func credentials(
        for context: AzureContext, _ outside: CredentialSurroundings
    ) -> [Credential] {
        let caller = TokenCaller(outside: outside)
        let sign = context.credential
        func credential(_ kind: CredentialChoice.Kind) -> Credential {
            switch kind {
            case .environment, .automatic:
                EnvironmentCredential(context: context, caller: caller).credential
            case .workloadIdentity:
                WorkloadIdentity(context: context, caller: caller).credential
            case .managedIdentity: ManagedIdentity(choice: sign, caller: caller).credential
            case .azureCLI: AzureCLI(context: context, outside: outside).credential
            case .deviceCode: DeviceCode(context: context, caller: caller).credential
            case .token: GivenToken(context: context, outside: outside).credential
            }
        }
        guard sign.kind == .automatic else { return [credential(sign.kind)] }
        var kinds: [CredentialChoice.Kind] = [
            .environment, .workloadIdentity, .managedIdentity, .azureCLI, .token,
        ]
        // A person is asked last, and only where somebody is there to read the question.
        if outside.isPersonThere { kinds.append(.deviceCode) }
        return kinds.map(credential)
    }
}

/// Texts about signing in.
enum SignInAdvice {
    /// What to do when nobody is signed in.
    static func howToSignIn(_ kind: CredentialChoice.Kind) -> String {
        switch kind {
        case .automatic, .azureCLI:
            "Run `az login`, or choose another way with "
                + "`batchdeck context add … --credential …`."
        case .environment:
            "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or "
                + "AZURE_CLIENT_CERTIFICATE_PATH."
        case .workloadIdentity:
            "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE."
        case .managedIdentity:
            "Give this machine an identity in the portal, or choose another credential."
        case .deviceCode: "Sign in again."
        case .token:
            "Name a file with a token: token_file, or the variable BATCHDECK_TOKEN_FILE."
        }
    }

    /// The directory's refusals that people meet, by number.
    private static let known: [(codes: [String], advice: String)] = [
        (["7000215"], "The client secret is wrong: give its value, not its id."),
        (["7000222"], "The client secret has expired: make a new one in the app registration."),
        (
            ["700016", "7000229"],
            "There is no such application in that tenant: check client id and tenant."
        ),
        (["90002", "900023", "50059"], "There is no such tenant: check tenant_id."),
        (
            ["700027", "700023", "50012"],
            "The certificate is not one of the application's: upload it to the app registration."
        ),
        (
            ["70021", "700211", "700212", "700213"],
            "The federated credential does not match: check issuer, subject and audience "
                + "in the app registration."
        ),
        (
            ["50076", "50079", "50158", "53003", "530003", "50005", "53000"],
            "Conditional access wants a person: run `az login`, or use the credential device-code."
        ),
        (
            ["500011", "70011", "650057"],
            "The tenant does not know the service asked for: check the context's cloud and "
                + "ml_audience."
        ),
        (["50020", "50034"], "That account is not in this tenant: sign in to the other one."),
        (["700082", "70043", "50173", "70008", "50078"], "The sign-in has ended: sign in again."),
        (["65001", "65004"], "Consent is missing: an administrator must grant it."),
        (["7000112", "50057"], "The account or application is switched off: ask its owner."),
    ]

    /// `AADSTS7000215` of a text.
    static func code(in text: String) -> String? {
        guard let place = text.firstRange(of: "AADSTS") else { return nil }
        let digits = text[place.upperBound...].prefix { ("0"..."9").contains($0) }
        return digits.isEmpty ? nil : "AADSTS\(digits)"
    }

    /// What to do about a refusal of the directory.
    static func advice(code: String?) -> String {
        let number = code?.dropFirst("AADSTS".count) ?? ""
        return known.first { $0.codes.contains(String(number)) }?.advice
            ?? "Check the context's tenant, client id and credential."
    }
}
