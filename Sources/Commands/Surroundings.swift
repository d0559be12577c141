public import BatchClient
public import BatchModel

/// Where a command writes and reads: data to standard output, talk to standard error.
public struct Streams: Sendable {
    /// Writes data.
    public var output: @Sendable (String) -> Void
    /// Writes talk: progress, warnings, errors.
    public var talk: @Sendable (String) -> Void
    /// Reads all of standard input.
    public var readInput: @Sendable () -> String
    /// Reads one line that a person types; nil when nobody can be asked.
    public var readAnswer: @Sendable () -> String?
    /// True when standard output is a terminal: only then is anything redrawn.
    public var isOutputTerminal: Bool
    /// True when standard error is a terminal.
    public var isTalkTerminal: Bool

    /// Wraps streams.
    public init(
        output: @escaping @Sendable (String) -> Void, talk: @escaping @Sendable (String) -> Void,
        readInput: @escaping @Sendable () -> String, isOutputTerminal: Bool,
        isTalkTerminal: Bool, readAnswer: @escaping @Sendable () -> String? = { nil }
    ) {
        self.readAnswer = readAnswer
        self.output = output
        self.talk = talk
        self.readInput = readInput
        self.isOutputTerminal = isOutputTerminal
        self.isTalkTerminal = isTalkTerminal
    }

    /// Writes what a file holds: as it is into a pipe, without what would steer it onto a terminal.
    func outputFile(_ text: String) { output(isOutputTerminal ? PlainText.lines(text) : text) }
}

/// Everything a command needs from outside, so that a test can hand it something else.
public struct Surroundings: Sendable {
    /// Where it writes and reads.
    public var streams: Streams
    /// The environment variables.
    public var environment: [String: String]
    /// The program's own path, for starting an engine.
    public var executable: String
    /// The time.
    public var clock: @Sendable () -> Timestamp
    /// A client for what the common options name.
    public var client: @Sendable (CommonOptions) throws(ServiceFailure) -> BatchClient

    /// Describes the surroundings of a command.
    public init(
        streams: Streams, environment: [String: String], executable: String,
        clock: @escaping @Sendable () -> Timestamp,
        client: @escaping @Sendable (CommonOptions) throws(ServiceFailure) -> BatchClient
    ) {
        self.streams = streams
        self.environment = environment
        self.executable = executable
        self.clock = clock
        self.client = client
    }
}
