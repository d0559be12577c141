// The command line of a component and what becomes of it (ES §4.3).
//
//     python prep.py --data ${{inputs.data}} $[[--max ${{inputs.max_rows}}]] --out ${{outputs.out}}
//
// The service puts a literal's text into the command as it is, and the shell then reads the whole. A value with a quote, a `$`
// or a `;` in it would become part of the program. Here a value is always data: the template is read with the shell's
// quotes in mind, and a value is escaped for the place it stands in. What is left of the service's way is that a literal outside
// quotes falls into words at its blanks (`--columns ${{inputs.columns}}` with "a b" is two arguments here and there);
// a path never does. So a command runs alike here and there for every value without a special character of the shell.
//
// Quotes are followed as far as commands use them: '…', "…", a backslash, comments. A here-document is read as plain text.

/// A template that cannot be read.
public struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, a sentence.
    public let description: String
}

/// The command of a component, read.
public struct CommandTemplate: Sendable, Hashable {
    /// What stands for an input or an output when the command is made.
    public enum Value: Sendable, Hashable {
        /// A literal's text: outside quotes it falls into words.
        case text(String)
        /// A local path: one word, whatever is in it.
        case path(String)
    }

    /// Where in the shell's eyes a placeholder stands.
    enum Place: Sendable, Hashable {
        case plain, double, single, comment
    }

    indirect enum Part: Sendable, Hashable {
        case text(String)
        case input(String, Place)
        case output(String, Place)
        case optional([Part])
    }

    let parts: [Part]

    /// Reads a command.
    ///
    /// - Throws: `TemplateError` for what is not closed and for what is neither an input nor an output.
    public init(parsing command: String) throws(TemplateError) {
        var scanner = TemplateScanner(rest: Substring(command))
        parts = try scanner.parts(isOptional: false)
    }

    /// What is wrong between the command and the component's declarations, sentences.
    public func problems(inputs: [InputSpec], outputs: [OutputSpec]) -> [String] {
        var problems: [String] = []
        check(parts, isOptional: false, inputs, Set(outputs.map(\.name)), &problems)
        return problems
    }

    private func check(
        _ parts: [Part], isOptional: Bool, _ inputs: [InputSpec], _ outputs: Set<String>,
        _ problems: inout [String]
    ) {
        for part in parts {
            switch part {
            case .text: break
            case .optional(let inner):
                check(inner, isOptional: true, inputs, outputs, &problems)
            case .output(let name, _):
                if isOptional {
                    problems.append("outputs.\(name) stands inside $[[ ]]: only inputs may.")
                } else if !outputs.contains(name) {
                    problems.append(
                        Self.unknown("outputs", name, outputs.sorted()))
                }
            case .input(let name, _):
                guard let spec = inputs.first(where: { $0.name == name }) else {
                    problems.append(Self.unknown("inputs", name, inputs.map(\.name)))
                    continue
                }
                if isOptional, !spec.isOptional {
                    problems.append(
                        "inputs.\(name) stands inside $[[ ]] and is not optional: "
                            + "only optional inputs may.")
                } else if !isOptional, spec.isOptional, spec.defaultValue == nil {
                    problems.append(
                        "inputs.\(name) is optional and has no default: it must stand inside "
                            + "$[[ ]].")
                }
            }
        }
    }

    private static func unknown(_ kind: String, _ name: String, _ declared: [String]) -> String {
        let list = declared.isEmpty ? "none" : declared.joined(separator: ", ")
        return "\(kind).\(name) is not declared. Declared \(kind): \(list)."
    }

    /// Makes the command line: a part in `$[[ ]]` is left out when one of its inputs has no value.
    ///
    /// - Parameters:
    ///   - inputs: values by name; an optional input that was left out is not in it.
    ///   - outputs: local paths by name.
    public func command(inputs: [String: Value], outputs: [String: String]) -> String {
        parts.map { Self.text($0, inputs, outputs) }.joined()
    }

    private static func text(
        _ part: Part, _ inputs: [String: Value], _ outputs: [String: String]
    ) -> String {
        switch part {
        case .text(let text): return text
        case .output(let name, let place): return escaped(.path(outputs[name] ?? ""), place)
        case .input(let name, let place):
            return inputs[name].map { escaped($0, place) } ?? ""
        case .optional(let inner):
            let isWhole = inner.allSatisfy { part in
                if case .input(let name, _) = part { inputs[name] != nil } else { true }
            }
            return isWhole ? inner.map { text($0, inputs, outputs) }.joined() : ""
        }
    }

    private static func escaped(_ value: Value, _ place: Place) -> String {
        let text: String
        switch value {
        case .text(let given), .path(let given): text = given.filter { $0 != "\0" }
        }
        switch place {
        case .plain:
            guard case .text = value else { return word(text) }
            return text.split(whereSeparator: \.isWhitespace).map { word(String($0)) }
                .joined(separator: " ")
        case .double:
            return text.reduce(into: "") { result, character in
                if "\\\"$`".contains(character) { result.append("\\") }
                result.append(character)
            }
        case .single: return text.replacing("'", with: "'\\''")
        case .comment: return String(text.map { $0.isNewline ? " " : $0 })
        }
    }

    /// One word of the shell.
    private static func word(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_@%+=:,./-".utf8.contains(byte)
            }
        }
        return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

/// Reads a command from left to right.
private struct TemplateScanner {
    var rest: Substring
    private var place = CommandTemplate.Place.plain
    private var isAtWordStart = true

    init(rest: Substring) { self.rest = rest }

    mutating func parts(isOptional: Bool) throws(TemplateError) -> [CommandTemplate.Part] {
        var parts: [CommandTemplate.Part] = []
        var text = ""
        func flushed() -> [CommandTemplate.Part] { text.isEmpty ? [] : [.text(text)] }
        while !rest.isEmpty {
            if isOptional, rest.hasPrefix("]]") {
                rest.removeFirst(2)
                return parts + flushed()
            }
            if rest.hasPrefix("${{") {
                parts += flushed() + [try placeholder()]
                text = ""
            } else if rest.hasPrefix("$[[") {
                guard !isOptional else {
                    throw TemplateError(description: "$[[ stands inside another $[[ ]].")
                }
                rest.removeFirst(3)
                parts += flushed() + [.optional(try self.parts(isOptional: true))]
                text = ""
            } else {
                if isOptional, rest.hasPrefix("\\\n") || rest.hasPrefix("\\\r\n") {
                    throw TemplateError(
                        description: "A backslash at the end of a line stands inside $[[ ]].")
                }
                text += next()
            }
        }
        guard !isOptional else { throw TemplateError(description: "$[[ is not closed by ]].") }
        return parts + flushed()
    }

    /// `${{inputs.name}}` or `${{outputs.name}}`, blanks allowed.
    private mutating func placeholder() throws(TemplateError) -> CommandTemplate.Part {
        guard let end = rest.firstRange(of: "}}") else {
            throw TemplateError(description: "${{ is not closed by }}.")
        }
        let inner = rest[rest.index(rest.startIndex, offsetBy: 3)..<end.lowerBound]
        rest = rest[end.upperBound...]
        isAtWordStart = false
        let words = inner.split(separator: ".", omittingEmptySubsequences: false)
            .map { $0.trimmedOfBlanks }
        if words.count == 2, !words[1].isEmpty {
            if words[0] == "inputs" { return .input(words[1], place) }
            if words[0] == "outputs" { return .output(words[1], place) }
        }
        throw TemplateError(
            description: "${{\(inner)}} is neither an input nor an output of the component. "
                + "Write ${{inputs.NAME}} or ${{outputs.NAME}}.")
    }

    /// One character, or two after a backslash; the shell's quotes are followed.
    private mutating func next() -> String {
        let character = rest.removeFirst()
        var taken = String(character)
        defer { isAtWordStart = place == .plain && taken.last?.isWhitespace == true }
        switch (place, character) {
        case (.plain, "\\"), (.double, "\\"):
            // A template behind a backslash is a template: the service puts values in before the shell reads.
            guard let following = rest.first, following != "$" else { break }
            rest.removeFirst()
            taken.append(following)
        case (.plain, "'"): place = .single
        case (.plain, "\""): place = .double
        case (.plain, "#") where isAtWordStart: place = .comment
        case (.single, "'"), (.double, "\""): place = .plain
        case (.comment, _) where character.isNewline: place = .plain
        default: break
        }
        return taken
    }
}

extension Substring {
    fileprivate var trimmedOfBlanks: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
