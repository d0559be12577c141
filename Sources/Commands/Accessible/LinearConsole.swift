public import BatchClient
public import BatchModel
import ConsoleCore

// The console for whoever is not served by a screen: the same client, the same form, the same rules and words, asked and
// answered in lines (`Conversation`). Where one is follows from what was asked last; each menu says what can be done there.
//
//     main ─┬─ new job: endpoint ▸ deployment ▸ each row of the form ▸ review ▸ job
//           └─ jobs: list ▸ job: follow, logs, cancel, error, results, download, again, retry, archive

/// The console in lines.
public struct LinearConsole: Sendable {
    let talk: Conversation
    let client: BatchClient
    let environment: [String: String]
    let clock: @Sendable () -> Timestamp
    let recent: RecentDrafts

    /// Makes a console.
    ///
    /// - Parameters:
    ///   - context: the context's name: what was given before is remembered by it.
    ///   - lines: where answers come from.
    ///   - write: takes what is said, whole lines.
    public init(
        client: BatchClient, context: String, environment: [String: String], lines: LineSource,
        clock: @escaping @Sendable () -> Timestamp, write: @escaping @Sendable (String) -> Void
    ) {
        self.client = client
        self.environment = environment
        self.clock = clock
        talk = Conversation(lines: lines, write: write)
        recent = RecentDrafts(context: context, environment: environment)
    }

    /// Asks and answers until somebody leaves, or there are no more answers; gives the exit code.
    public func run() async -> Int32 {
        talk.say("batchdeck in lines. Say :help for what can be said everywhere.")
        do throws(ServiceFailure) {
            let info = try await client.connect()
            talk.say("Context \(info.context), workspace \(info.scope.workspace).")
            let undecided = try await client.undecided().count
            if undecided > 0 {
                talk.say(
                    "Submissions without a known outcome: \(undecided). Settle them with: "
                        + "batchdeck job undecided.")
            }
        } catch {
            // The menus come all the same: what they ask says why it did not work.
            tell(error)
        }
        do throws(Leaving) {
            while true { try await mainMenu() }
        } catch {
            talk.say("Goodbye. Jobs that were submitted go on.")
        }
        return ExitCodes.ok
    }

    /// One choice of the main menu, carried out; going back from it leads here again.
    private func mainMenu() async throws(Leaving) {
        let choices = [
            Choice("new", "submit a job"), Choice("jobs", "list jobs and open one"),
            Choice("quit", "leave; jobs go on"),
        ]
        let choice: Int
        do throws(Leaving) {
            choice = try await talk.choose("What do you want to do?", choices)
        } catch .back {
            talk.say("This is the first question; :quit leaves.")
            return
        } catch {
            throw error
        }
        switch choice {
        case 0: try await attempt { () async throws in try await newJob() }
        case 1: try await attempt { () async throws in try await jobs() }
        default: throw .quit
        }
    }

    /// Does something that may fail or be gone back from: both lead to where it was begun.
    func attempt(_ work: () async throws -> Void) async throws(Leaving) {
        do {
            try await work()
        } catch Leaving.quit {
            throw Leaving.quit
        } catch is Leaving {
            return
        } catch {
            tell(error)
        }
    }

    /// Says why something did not work.
    func tell(_ error: any Error) {
        let words = (error as? ServiceFailure)?.message ?? "\(error)"
        talk.say("That did not work: \(words)")
    }

    /// Lines for what other parts say by the way.
    var streams: Streams {
        let talk = talk
        return Streams(
            output: { talk.write(PlainText.lines($0)) }, talk: { talk.write(PlainText.lines($0)) },
            readInput: { "" }, isOutputTerminal: false, isTalkTerminal: false)
    }
}
