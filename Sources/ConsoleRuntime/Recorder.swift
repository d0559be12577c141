import BatchModel
public import ConsoleCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes every action of a session, a line of JSON each, so that the session can be replayed.
///
/// Tokens never become an action. What a person fills in may hold a signature: it is masked in what is written, and a
/// replay then shows the mask. Letters typed one by one are actions of their own and stay what they are.
public final class Recorder {
    private let path: String
    private let file: Int32

    /// Begins a recording, readable by its owner alone.
    ///
    /// - Throws: when the file cannot be made.
    public init(path: String) throws {
        self.path = path
        file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw RecordingFailure(path: path, detail: String(cString: strerror(errno)))
        }
    }

    deinit { close(file) }

    /// The action as JSON, every text in it masked; one without a secret stays byte for byte what it is.
    private static func line(_ action: App.Action) throws -> Data {
        let whole = try JSONEncoder().encode(action)
        let value = try JSONDecoder().decode(JSONValue.self, from: whole)
        let hidden = masked(value)
        return hidden == value ? whole : try JSONEncoder().encode(hidden)
    }

    private static func masked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .boolean, .integer, .number: value
        case .string(let text): .string(DraftSecrets.masked(text))
        case .array(let items): .array(items.map(masked))
        case .object(let members):
            // Values by name, as inputs are, may be keyed by anything.
            .object(
                Dictionary(
                    members.map { (DraftSecrets.masked($0.key), masked($0.value)) },
                    uniquingKeysWith: { first, _ in first }))
        }
    }

    func note(_ action: App.Action) throws {
        var line = try Self.line(action)
        line.append(UInt8(ascii: "\n"))
        try line.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = write(
                    file, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    throw RecordingFailure(path: path, detail: String(cString: strerror(errno)))
                }
                done += count
            }
        }
    }
}

/// Reads a recording back.
public enum Replayer {
    /// The actions of a recording, in order.
    ///
    /// - Throws: `RecordingFailure` naming the first line that is not an action.
    public static func actions(at path: String) throws -> [App.Action] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw RecordingFailure(path: path, detail: "it cannot be read")
        }
        return try data.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            do {
                return try JSONDecoder().decode(App.Action.self, from: Data(line))
            } catch {
                throw RecordingFailure(path: path, detail: "line \(index + 1) is not an action")
            }
        }
    }

    /// The state that actions lead to; effects are skipped, their answers are among the actions.
    public static func state(after actions: [App.Action], from start: App.State) -> App.State {
        actions.reduce(into: start) { state, action in _ = App.reduce(&state, action) }
    }
}

/// A recording that cannot be written or read.
public struct RecordingFailure: Error, CustomStringConvertible {
    let path: String
    let detail: String

    /// Says which file and why.
    public var description: String { "could not use the recording \(path): \(detail)" }
}
