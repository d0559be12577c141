import BatchModel
import Foundation
import TestSupport
import Testing

@testable import Commands

// The members of every verb's JSON are what scripts are written against. They stand in a file, so that whoever changes one
// sees it in the difference, and has to mean it.

/// The shape of every verb's result, held against `Verbs/shapes.txt`.
@Suite struct VerbShapeTests {
    /// Set to anything, the file is written anew instead of being compared.
    private static let variable = "BATCHDECK_WRITE_SHAPES"
    private static let path = Checkout.root + "/Tests/CommandsTests/Verbs/shapes.txt"

    @Test func theMembersOfEveryResultAreThoseThatWereKept() async throws {
        var text = ""
        for path in VerbFormTests.printing.sorted() {
            let example = try #require(VerbCase.all[path])
            let lines = Self.lines(of: try await example.json(path))
            text += path + "\n" + lines.map { "  \($0)\n" }.joined()
        }
        if ProcessInfo.processInfo.environment[Self.variable] != nil {
            try Data(text.utf8).write(to: URL(fileURLWithPath: Self.path))
        }
        let kept = try String(contentsOfFile: Self.path, encoding: .utf8)
        let (now, then) = (Set(Self.named(text)), Set(Self.named(kept)))
        #expect(now.subtracting(then).sorted() == [], "new; \(Self.variable)=1 keeps them")
        #expect(then.subtracting(now).sorted() == [], "gone: scripts may read them")
        #expect(text == kept)
    }

    @Test func aShapeNamesEveryMemberAndItsTypes() throws {
        let value = try WireJSON.decode(
            JSONValue.self, from: Array(#"[{"a": 1, "b": {"c": []}}, {"a": null}]"#.utf8))
        #expect(Self.lines(of: value) == ["[].a: integer or null", "[].b.c: []"])
    }

    /// Each line behind the verb it belongs to.
    private static func named(_ text: String) -> [String] {
        var verb = ""
        return text.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("  ") else {
                verb = String(line)
                return nil
            }
            return verb + ":" + line.dropFirst()
        }
    }

    /// `[].name: string`, a line for each member, in alphabetical order.
    private static func lines(of value: JSONValue) -> [String] {
        var types: [String: Set<String>] = [:]
        note(value, at: "", in: &types)
        return types.keys.sorted().map { path in
            let all = (types[path] ?? []).sorted().joined(separator: " or ")
            return path.isEmpty ? all : "\(path): \(all)"
        }
    }

    private static func note(
        _ value: JSONValue, at path: String, in types: inout [String: Set<String>]
    ) {
        func add(_ type: String) { types[path, default: []].insert(type) }
        switch value {
        case .null: add("null")
        case .boolean: add("boolean")
        case .integer: add("integer")
        case .number: add("number")
        case .string: add("string")
        case .array(let items):
            if items.isEmpty { add("[]") }
            for item in items { note(item, at: path + "[]", in: &types) }
        case .object(let members):
            if members.isEmpty { add("{}") }
            for (name, member) in members {
                note(member, at: path.isEmpty ? name : "\(path).\(name)", in: &types)
            }
        }
    }
}
