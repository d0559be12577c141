import BatchModel
import Foundation
import TestSupport
import Testing
import Yams

@testable import Commands

/// Every verb that prints a result, in every form: walked along the parser's own tree, so that none is forgotten.
@Suite struct VerbFormTests {
    static let printing = VerbTree.all.map(\.path)
        .filter { VerbCase.all[$0]?.printsResult == true }

    @Test func everyVerbIsRunHereOrSaysWhere() {
        #expect(VerbTree.all.count > 70)
        #expect(
            VerbTree.paths.subtracting(VerbCase.all.keys).sorted() == [], "verbs without a case")
        #expect(Set(VerbCase.all.keys).subtracting(VerbTree.paths).sorted() == [], "no such verbs")
        for verb in VerbTree.all {
            switch VerbCase.all[verb.path]?.printing {
            case .result:
                #expect(verb.options.isSuperset(of: ["--output", "--query"]), "\(verb.path)")
            case .text:
                #expect(!verb.options.contains("--output"), "\(verb.path) heeds no --output")
            case .elsewhere, nil: break
            }
        }
    }

    /// A result without the folder that it was made in, which is another each time.
    static func placeless(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text):
            .string(text.replacing(/\/[^ ]*\/verb-[0-9a-f]{8}/, with: "{}"))
        case .array(let items): .array(items.map(placeless))
        case .object(let members): .object(members.mapValues(placeless))
        case .null, .boolean, .integer, .number: value
        }
    }

    @Test(arguments: printing)
    func everyFormHoldsTheSameResult(path: String) async throws {
        let example = try #require(VerbCase.all[path])
        let whole = Self.placeless(try await example.json(path))

        let lines = try await example.run(path, ["-o", "jsonl"]).lines.map { line in
            Self.placeless(try WireJSON.decode(JSONValue.self, from: Array(line.utf8)))
        }
        #expect(lines == whole.items ?? [whole])

        let yaml = try await example.run(path, ["-o", "yaml"]).output
        #expect(Self.placeless(try Self.value(ofYAML: yaml)) == whole)

        let tabbed = try await example.run(path, ["-o", "tsv"]).output
            .replacing(/\/[^ \t\n]*\/verb-[0-9a-f]{8}/, with: "{}")
        Self.check(tabbed, holds: whole)

        // What a form makes of an answer is the same for all (`OutputFormTests`); that a verb asks at all is its own.
        let count = whole.items?.count ?? whole.members?.count ?? 0
        #expect(count > 0, "a result of nothing shows nothing")
        #expect(try await example.run(path, ["--query", "length(@)"]).output == "\(count)\n")
    }

    // MARK: - Reading back

    /// One thing is all its members by name; of a list every cell is something that the item holds.
    private static func check(
        _ tabbed: String, holds whole: JSONValue,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let rows = tabbed.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        guard let items = whole.items else {
            let members = (whole.members ?? [:]).sorted { $0.key < $1.key }
            let wanted = members.map { TableText.plain($0.value) }
            return #expect(rows == [wanted], sourceLocation: sourceLocation)
        }
        #expect(rows.count == items.count, sourceLocation: sourceLocation)
        for (row, item) in zip(rows, items) {
            let held = held(by: item)
            #expect(
                row.allSatisfy { $0.isEmpty || held.contains($0) },
                "\(row) is not all in \(item.text)", sourceLocation: sourceLocation)
        }
    }

    private static func held(by value: JSONValue) -> Set<String> {
        let inner = (value.members.map { Array($0.values) } ?? value.items ?? []).map(held)
        return inner.reduce([TableText.plain(value)]) { $0.union($1) }
    }

    private static func value(ofYAML text: String) throws -> JSONValue {
        func value(_ any: Any) throws -> JSONValue {
            switch any {
            case is NSNull: .null
            case let flag as Bool: .boolean(flag)
            case let number as Int: .integer(Int64(number))
            case let number as Double: .number(number)
            case let text as String: .string(text)
            case let items as [Any]: .array(try items.map(value))
            case let members as [String: Any]: .object(try members.mapValues(value))
            default: throw NoJSON(found: "\(type(of: any)): \(any)")
            }
        }
        return try value(try #require(try Yams.load(yaml: text)))
    }

    private struct NoJSON: Error { let found: String }
}
