public import BatchModel

/// How the engine reaches other hosts for inputs: it holds no socket itself, so whoever starts it hands in these closures.
///
/// The two are apart so that what a name leads to can be judged in between: the connection goes to the address that was
/// judged, and the name is not looked up a second time.
public struct InputFetcher: Sendable {
    /// The numeric addresses of a host's name, in the order to try them; never empty.
    public var addresses: @Sendable (_ host: String) async throws(InputFetchFailure) -> [String]
    /// A way to one host at one address; nothing is sent yet.
    public var line: @Sendable (_ host: String, _ address: String) -> InputLine

    /// Wraps a way of reaching other hosts.
    public init(
        addresses:
            @escaping @Sendable (_ host: String) async throws(InputFetchFailure) -> [String],
        line: @escaping @Sendable (_ host: String, _ address: String) -> InputLine
    ) {
        self.addresses = addresses
        self.line = line
    }

    /// Reaches nothing: for engines that nobody gave a network.
    public static let none = InputFetcher(
        addresses: { _ throws(InputFetchFailure) in throw .unserved },
        line: { _, _ in
            InputLine(get: { _ throws(InputFetchFailure) in throw .unserved }, close: {})
        })
}

/// Connections to one host at one address.
public struct InputLine: Sendable {
    /// Asks for a URL of the host and brings the answer's head; redirects are answers, bodies come as they were sent.
    public var get: @Sendable (InputAsk) async throws(InputFetchFailure) -> InputAnswer
    /// Gives the connections back; nothing is asked afterwards.
    public var close: @Sendable () async -> Void

    /// Wraps connections.
    public init(
        get: @escaping @Sendable (InputAsk) async throws(InputFetchFailure) -> InputAnswer,
        close: @escaping @Sendable () async -> Void
    ) {
        self.get = get
        self.close = close
    }
}

/// One GET.
public struct InputAsk: Sendable, Hashable {
    /// The whole address, with its signature.
    public var url: String
    /// Header names and values; never a credential.
    public var headers: [String: String]
    /// The longest silence before and inside the answer.
    public var stallLimit: Duration

    /// Describes a GET.
    public init(url: String, headers: [String: String], stallLimit: Duration) {
        self.url = url
        self.headers = headers
        self.stallLimit = stallLimit
    }
}

/// What came back.
public struct InputAnswer: Sendable {
    /// The status code.
    public var status: Int
    /// Header names and values as they came.
    public var headers: [(name: String, value: String)]
    /// The body in pieces; ends with an error when the connection did.
    public var body: AsyncThrowingStream<[UInt8], any Error>

    /// Describes an answer.
    public init(
        status: Int, headers: [(name: String, value: String)],
        body: AsyncThrowingStream<[UInt8], any Error>
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }
}

/// Why something was not fetched.
public struct InputFetchFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What came back, a clause without the address and without secrets.
    public var detail: String
    /// True when the same question may be answered another time.
    public var isPassing: Bool

    /// Describes a failure.
    public init(_ detail: String, isPassing: Bool = false) {
        self.detail = detail
        self.isPassing = isPassing
    }

    /// The detail.
    public var description: String { detail }

    static let unserved = InputFetchFailure("this engine has no way to other hosts")
    static let cancelled = InputFetchFailure("the job was canceled")
}

/// Bounds of what one job fetches; hitting one fails the job with a sentence that names it.
public struct InputLimits: Sendable, Hashable {
    /// Files of all its inputs.
    public var files = 100_000
    /// Bytes of all its inputs.
    public var bytes: Int64 = 20 << 30
    /// Pages of one listing; a server gives up to 5,000 names on each.
    public var listPages = 1_000
    /// One page of a listing.
    public var listPageBytes = 32 << 20
    /// Redirects in a row.
    public var redirects = 5
    /// The longest silence of the other side.
    public var stall = Duration.seconds(60)
    /// How often a question is put that may be answered another time.
    public var tries = 4
    /// Before the second try; doubled for each further one.
    public var firstPause = Duration.milliseconds(500)
    /// Files of one folder fetched at once.
    public var atOnce = 4

    /// The bounds an engine has unless told otherwise.
    public init() {}
}

/// How an engine fetches inputs: the way out, whom it may ask, and how much it takes.
public struct InputFetching: Sendable {
    /// The way out.
    public var fetcher: InputFetcher
    /// Hosts that were named to be asked whatever their addresses.
    public var hosts: InputHosts
    /// The bounds.
    public var limits: InputLimits

    /// Describes how to fetch; without arguments nothing is.
    public init(
        fetcher: InputFetcher = .none, hosts: InputHosts = InputHosts(),
        limits: InputLimits = InputLimits()
    ) {
        self.fetcher = fetcher
        self.hosts = hosts
        self.limits = limits
    }
}
