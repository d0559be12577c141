import BatchClient
import BatchModel
import Synchronization
import Testing

@testable import Commands

/// What a command line printed, and how it ended.
struct Said {
    let code: Int32
    let output: String
    let talk: String

    /// Standard output as one JSON document.
    func json(sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONValue {
        let value = try? WireJSON.decode(JSONValue.self, from: Array(output.utf8))
        return try #require(
            value, "standard output is no JSON: \(output)", sourceLocation: sourceLocation)
    }

    /// Standard output, a line each.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// Runs command lines apart from any service: captured streams, a fixed clock, an environment of its own.
struct Desk {
    var client: BatchClient = .unimplemented
    var environment: [String: String] = [:]
    var input = ""
    var isTerminal = false
    /// True when somebody sits at standard input, who gives `answer` to whatever is asked.
    var isPersonThere = false
    var answer: String?
    /// How often somebody was asked.
    private(set) var asked = Box(0)
    /// A client of the engine that runs already.
    var engine: BatchClient?
    /// The console's keys.
    var keyPages: [KeyPage] = []
    /// Takes the place of `client` when it is set.
    var makeClient: (@Sendable (CommonOptions) throws(ServiceFailure) -> BatchClient)?

    init(_ change: (inout BatchClient) -> Void = { _ in }) {
        // Asked by verbs beside their own work.
        client.undecided = { () throws(ServiceFailure) in [] }
        change(&client)
    }

    /// Counts in a box of the test's own.
    mutating func watch(_ box: Box<Int>) { asked = box }

    func run(_ arguments: String...) async -> Said { await run(arguments) }

    func run(_ arguments: [String]) async -> Said {
        let output = Box("")
        let talk = Box("")
        let input = self.input
        let client = self.client
        let engine = self.engine
        let (asked, answer) = (self.asked, self.answer)
        let surroundings = Surroundings(
            streams: Streams(
                output: { text in output.change { $0 += text } },
                talk: { text in talk.change { $0 += text } }, readInput: { input },
                isOutputTerminal: isTerminal, isTalkTerminal: isTerminal || isPersonThere,
                isInputTerminal: isPersonThere,
                readAnswer: {
                    asked.change { $0 += 1 }
                    return answer
                },
                // As the program does it: whoever sees it where no terminal is sees control characters.
                redraw: { text in talk.change { $0 += "\r\u{1B}[K" + text } }),
            environment: environment, executable: "/nowhere/batchdeck",
            clock: { Samples.morning }, client: makeClient ?? { _ in client },
            runningEngine: { _ in engine }, keyPages: { [keyPages] in keyPages })
        let code = await CommandTool.run(arguments, in: surroundings)
        return Said(code: code, output: output.current, talk: talk.current)
    }
}

/// A value that closures may change.
final class Box<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    var current: Value { value.withLock { $0 } }

    func change(_ body: (inout Value) -> Void) { value.withLock { body(&$0) } }
}

extension String {
    /// True when a terminal would do something else than show it.
    var steers: Bool {
        unicodeScalars.contains { scalar in
            guard scalar != "\n" else { return false }
            return switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }
}
