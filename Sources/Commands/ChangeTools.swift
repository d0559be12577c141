import ArgumentParser
import BatchClient
import BatchModel
import DraftFile

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A YAML file that a verb was given with `-f`.
struct GivenFile {
    /// As it was named: problems name it so.
    let name: String
    /// What it says.
    let text: String

    /// Reads a file; `-` is standard input, whose paths are relative to the current folder.
    init(_ name: String, for operation: String, in here: Surroundings) throws {
        self.name = name == "-" ? "stdin" : name
        if name == "-" {
            text = here.streams.readInput()
            return
        }
        let path = Home.absolute(name, environment: here.environment)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ServiceFailure(
                kind: .rejected, operation: operation,
                detail: "the file \(name) cannot be read",
                advice: "Check the path and that you may read it.")
        }
        text = String(decoding: data, as: UTF8.self)
    }
}

extension Parsed {
    /// The value: warnings are said, errors end the verb with exit code 2.
    func checked(for operation: String, in here: Surroundings) throws -> Value {
        for problem in problems where problem.isWarning {
            here.streams.talk("warning: \(problem.message)\n")
        }
        guard let value else {
            throw ServiceFailure(
                kind: .rejected, operation: operation,
                detail: errors.map(\.message).joined(separator: "\n"),
                advice: "Nothing was sent.")
        }
        return value
    }
}

extension PlanFiles {
    /// The files of this machine, as a verb sees them.
    static func local(_ environment: [String: String]) -> PlanFiles {
        PlanFiles(
            read: { path in
                let whole = Home.absolute(path, environment: environment)
                return FileManager.default.contents(atPath: whole)
                    .map { String(decoding: $0, as: UTF8.self) }
            },
            absolute: { Home.absolute($0, environment: environment) },
            isThere: {
                FileManager.default.fileExists(
                    atPath: Home.absolute($0, environment: environment))
            })
    }
}

/// Changes by `--set`.
func applying<Value>(
    _ operation: String, _ work: (inout Value) throws(SettingError) -> Void, to value: Value
) throws(ServiceFailure) -> Value {
    var copy = value
    do throws(SettingError) {
        try work(&copy)
    } catch {
        throw ServiceFailure(
            kind: .rejected, operation: operation, detail: error.message,
            advice: "Nothing was sent.")
    }
    return copy
}

/// Whether a verb waits for what the service goes on doing after it has answered, as `az` has it.
struct WaitOptions: ParsableArguments, Sendable {
    @Flag(name: .long, help: "Ends once the service has accepted it; `show` tells how far it is.")
    var noWait = false

    /// The calls that wait, or do not.
    func control(of client: BatchClient) -> ControlCalls {
        noWait ? client.control.withoutWaiting() : client.control
    }
}

/// The options of a verb that takes something away.
struct DeletionOptions: ParsableArguments, Sendable {
    @Flag(name: .shortAndLong, help: "Does not ask.")
    var yes = false

    /// Asks a person; without one `--yes` is needed.
    ///
    /// - Throws: `.rejected` when nobody can or may be asked, and when the answer was no.
    func confirm(_ what: String, _ asking: AskingOptions, in here: Surroundings) throws {
        guard !yes else { return }
        let streams = here.streams
        guard streams.isPersonThere, !asking.noInput else {
            let nobody = asking.noInput ? "may" : "can"
            throw refusal(
                what, "nobody \(nobody) be asked whether it shall be", "Say --yes.")
        }
        streams.talk("Delete \(what)? [y/N] ")
        let answer = streams.readAnswer()?.lowercased() ?? ""
        guard answer == "y" || answer == "yes" else {
            throw refusal(what, "the answer was no", "Nothing was changed.")
        }
    }

    /// Says that something is gone, or that the service has accepted to take it away.
    func tell(
        _ what: String, _ members: [String: JSONValue], isDone: Bool = true,
        as choice: OutputChoice, in here: Surroundings
    ) throws {
        here.streams.talk(isDone ? "deleted \(what)\n" : "the service takes \(what) away\n")
        guard !choice.isPlain else { return }
        let outcome = JSONValue.string(isDone ? "done" : "accepted")
        let shape = JSONValue.object(members.merging(["delete": outcome]) { own, _ in own })
        here.streams.output(try ResultText(choice: choice).one(shape))
    }

    private func refusal(_ what: String, _ detail: String, _ advice: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: "delete \(what)", detail: detail, advice: advice)
    }
}

/// Says what the making of something does: how uploads go, when they are whole, parts that are registered.
struct PublishPrinter: Sendable {
    let streams: Streams
    private let line: TransferLine

    init(streams: Streams) {
        self.streams = streams
        line = TransferLine("uploading", streams: streams)
    }

    func print(_ phase: PublishPhase) {
        switch phase {
        case .uploading(let part, let progress):
            let count = progress.filesTotal
            guard count > 0, progress.filesDone == count else { return line.show(progress) }
            line.end()
            streams.talk("uploaded \(part): \(count) \(count == 1 ? "file" : "files")\n")
        case .registered(let what): streams.talk("registered \(what)\n")
        case .waiting(let status): streams.talk("the service says \(status)\n")
        }
    }
}
