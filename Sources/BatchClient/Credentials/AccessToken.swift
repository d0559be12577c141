public import BatchModel

/// A token and how long it is good. However it is printed, its text does not show.
struct AccessToken: Sendable, Hashable {
    let text: String
    let expiresAt: Timestamp
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "a token until \(expiresAt.readable)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: ["expiresAt": expiresAt]) }
}

/// Why a credential gave no token.
enum CredentialFailure: Error, Sendable, Hashable {
    /// It is not set up here: the next of a chain is tried.
    case notHere(String)
    /// It is set up here and was refused: trying others would hide that.
    case refused(ServiceFailure)
}

/// One way to get tokens.
struct Credential: Sendable {
    /// What people call it: `azure-cli`.
    let name: String
    /// Fetches a token for a resource: an audience without `/.default`.
    let fetch: @Sendable (_ resource: String) async throws(CredentialFailure) -> AccessToken
}

/// A program to run for a credential, without a shell in between.
public struct ProgramOrder: Sendable, Hashable {
    /// Its name, to be found on the path.
    public var name: String
    /// What follows it. Never a secret.
    public var arguments: [String]
    /// It is ended when it takes longer.
    public var limit: Duration

    /// Describes an order.
    public init(name: String, arguments: [String], limit: Duration) {
        self.name = name
        self.arguments = arguments
        self.limit = limit
    }
}

/// What came of a program.
public enum ProgramResult: Sendable, Hashable {
    /// There is none of that name on the path.
    case missing
    /// It took too long and was ended.
    case tookTooLong
    /// It ended by itself.
    case ended(status: Int32, output: String, errors: String)
}

/// What credentials touch outside, so that a test decides it.
public struct CredentialSurroundings: Sendable {
    /// The environment variables.
    public var environment: [String: String]
    /// Sends requests.
    public var transport: Transport
    /// Clock, sleep and chance.
    public var client: ClientSurroundings
    /// Runs a program to its end.
    public var runProgram: @Sendable (ProgramOrder) async -> ProgramResult
    /// Asks a person to sign in by device code, and takes what gives that up; it must return at once. What it returns
    /// is told once the question is over: true when the person has signed in.
    public typealias Ask =
        @Sendable (SignInQuestion, _ giveUp: @escaping @Sendable () -> Void) ->
        @Sendable (_ isDone: Bool) -> Void

    /// Tells a person what to do; nil where nobody would see it, as below a full-screen console.
    public var talk: (@Sendable (String) -> Void)?
    /// True when a person reads along: only then are they asked to sign in without the context saying so.
    public var isPersonThere: Bool
    /// Asks a person who is there to sign in; nil where `talk` does.
    public var ask: Ask?
    /// False where a sign-in that needs a person is refused before it begins.
    public var isAskingAllowed: Bool
    /// Where a sign-in may be kept, if the context says so.
    public var stateFolder: String

    /// Collects what is outside.
    public init(
        environment: [String: String], transport: Transport,
        client: ClientSurroundings = .system,
        runProgram: @escaping @Sendable (ProgramOrder) async -> ProgramResult,
        talk: (@Sendable (String) -> Void)?, isPersonThere: Bool = false, ask: Ask? = nil,
        isAskingAllowed: Bool = true,
        stateFolder: String
    ) {
        self.environment = environment
        self.transport = transport
        self.client = client
        self.runProgram = runProgram
        self.talk = talk
        self.isPersonThere = isPersonThere
        self.ask = ask
        self.isAskingAllowed = isAskingAllowed
        self.stateFolder = stateFolder
    }

    /// A variable that is set to something.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension AzureContext {
    /// Whom a token is for: an audience's address, no trailing slash.
    func resource(for audience: Connection.Audience) -> String {
        switch audience {
        case .management: cloud.managementURL
        case .machineLearning: machineLearningAudience ?? cloud.machineLearningAudience
        case .storage: cloud.storageAudience
        }
    }
}

/// Takes secrets out of what others wrote, before a person or a file sees it.
enum SecretMask {
    /// Shorter ones would be found in ordinary words.
    private static let shortest = 4

    /// The text with every known secret, and every word that looks like a token, starred out.
    static func masked(_ text: String, _ secrets: [String] = []) -> String {
        var text = text
        for secret in secrets where secret.utf8.count >= shortest {
            text = text.replacing(secret, with: "***")
        }
        // Every JSON web token begins with the letters of `{"`.
        guard text.contains("eyJ") else { return text }
        return text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            word.contains("eyJ") && word.utf8.count > 40 ? "***" : String(word)
        }.joined(separator: " ")
    }
}
