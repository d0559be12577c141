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
    /// Puts a line of ours in the place of the terminal's current one, on standard error; not for text from outside.
    public var redraw: @Sendable (String) -> Void
    /// True when standard output is a terminal.
    public var isOutputTerminal: Bool
    /// True when standard error is a terminal: only then is anything redrawn.
    public var isTalkTerminal: Bool
    /// True when standard input is a terminal.
    public var isInputTerminal: Bool

    /// Wraps streams.
    public init(
        output: @escaping @Sendable (String) -> Void, talk: @escaping @Sendable (String) -> Void,
        readInput: @escaping @Sendable () -> String, isOutputTerminal: Bool,
        isTalkTerminal: Bool, isInputTerminal: Bool = false,
        readAnswer: @escaping @Sendable () -> String? = { nil },
        redraw: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.redraw = redraw
        self.readAnswer = readAnswer
        self.output = output
        self.talk = talk
        self.readInput = readInput
        self.isOutputTerminal = isOutputTerminal
        self.isTalkTerminal = isTalkTerminal
        self.isInputTerminal = isInputTerminal
    }

    /// True when a person sees a question and can answer it.
    var isPersonThere: Bool { isInputTerminal && isTalkTerminal }

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
    /// A client of the engine that runs already, on a workspace if one is named; nil where none runs.
    public var runningEngine: @Sendable (_ workspace: String?) async -> BatchClient?
    /// The console's keys: this room knows no screens. Made when asked for, as one verb wants them and all would wait.
    public var keyPages: @Sendable () -> [KeyPage]

    /// Describes the surroundings of a command.
    public init(
        streams: Streams, environment: [String: String], executable: String,
        clock: @escaping @Sendable () -> Timestamp,
        client: @escaping @Sendable (CommonOptions) throws(ServiceFailure) -> BatchClient,
        runningEngine: @escaping @Sendable (String?) async -> BatchClient? = { _ in nil },
        keyPages: @escaping @Sendable () -> [KeyPage] = { [] }
    ) {
        self.streams = streams
        self.environment = environment
        self.executable = executable
        self.clock = clock
        self.client = client
        self.runningEngine = runningEngine
        self.keyPages = keyPages
    }

    /// What a shell is told that completes names.
    var names: LiveNames { LiveNames(environment: environment, engine: runningEngine) }
}
