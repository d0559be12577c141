import BatchModel
import DraftFile
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

/// Files of a workspace that are made to cost time or memory.
@Suite struct HostileFileTests {
    private static func laughs(_ levels: Int, merge: Bool) -> String {
        var text = "name: bomb\na0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...levels {
            let uses = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text +=
                merge
                ? "m\(level): &m\(level)\n  <<: *m\(max(1, level - 1))\n"
                : "a\(level): &a\(level) [\(uses)]\n"
        }
        return text
    }

    /// Mappings that are keys of mappings, each hashed again with the one around it.
    private static func nestedKey(_ depth: Int) -> String {
        let wide = (0..<4500).map { "k\($0): 0" }.joined(separator: ", ")
        return String(repeating: "? ", count: depth) + "{" + wide + "}\n"
    }

    static let bombs: [(String, String)] = [
        ("laughs", laughs(30, merge: false)), ("few laughs", laughs(9, merge: false)),
        ("merges", laughs(20, merge: true)), ("a circle", "name: &a\n  b: *a\n"),
        ("a merge of itself", "name: x\nm: &m\n  <<: *m\n"),
        ("brackets", "name: " + String(repeating: "[", count: 100_000)),
        ("braces", "name: " + String(repeating: "{a: ", count: 50_000)),
        ("dashes", String(repeating: "- ", count: 50_000) + "x"),
        ("questions", String(repeating: "? ", count: 50_000) + "x"),
        (
            "indents",
            (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined() + "x"
        ),
        ("large", "name: \"" + String(repeating: "x", count: 2 << 20) + "\"\n"),
        ("long key", String(repeating: "k", count: 900_000) + ": x\n"),
        ("many keys", (0..<60_000).map { "k\($0): 0\n" }.joined()),
        ("same keys", String(repeating: "a: 0\n", count: 100_000)),
        ("documents", String(repeating: "---\nname: x\n", count: 50_000)),
        ("tags", "name: " + String(repeating: "!a ", count: 100_000) + "x\n"),
        ("anchors", "name: " + (0..<50_000).map { "&a\($0) " }.joined() + "x\n"),
        ("zeros", "name: \u{0}\u{0}\u{0}\n"),
        ("escapes", "name: \"\\x1b[2J\\u202e\\x9b1m\"\nx: y\n"),
        ("expanding keys", laughs(2, merge: false) + "? *a2\n: x\n"),
        ("expanding flow keys", laughs(1, merge: false) + "b: {[*a1]: x}\n"),
        ("nested keys", nestedKey(60)), ("few nested keys", nestedKey(8)),
        ("many small aliases", laughs(5, merge: false)),
        ("other breaks", (0..<1000).map { String(repeating: " ", count: $0) + "a:\r" }.joined()),
        ("entries", "inputs: [" + String(repeating: "x,", count: 100_000) + "x]\n"),
        ("dense", "inputs: {" + (0..<9000).map { "k\($0): 0," }.joined() + "}\n"),
        ("steering key", "\"a\\e[31m\\nforged: line\": 1\nname: x\n"),
    ]

    @Test func aBombCostsLittleAndIsReportedWithItsFile() async throws {
        var files: [String: String] = [:]
        for (number, bomb) in Self.bombs.enumerated() {
            files["endpoints/bomb-\(number)/endpoint.yml"] = bomb.1
            files["endpoints/good-\(number)/endpoint.yml"] = "name: good-\(number)\n"
            files["endpoints/good-\(number)/d/deployment.yml"] = bomb.1
            files["data/bomb-\(number).yml"] = bomb.1
        }
        let before = Self.peakKiB
        let began = ProcessorTime.used
        let fixture = try EngineFixture(files: files)
        let elapsed = ProcessorTime.used - began
        // Three files of each bomb, in a debug build.
        #expect(elapsed < .seconds(10), "\(elapsed)")
        #expect(Self.peakKiB - before < 300 << 10, "\(Self.peakKiB - before) KiB")
        let problems = fixture.engine.problems
        for (number, bomb) in Self.bombs.enumerated() {
            let file = "endpoints/bomb-\(number)/endpoint.yml"
            #expect(problems.contains { $0.description.hasPrefix(file) }, "\(bomb.0)")
        }
        let listed = try await fixture.get(
            WirePage<WireResource<WireEndpoint>>.self, .endpoints(PageQuery(count: 1000)))
        #expect(listed.value.count >= Self.bombs.count + 2)
        for problem in problems {
            #expect(problem.description.unicodeScalars.allSatisfy { !$0.isSteering })
            #expect(problem.description.utf8.count < 5000)
        }
    }

    @Test func aBombOfInputsIsRefusedAtOnce() {
        for (name, text) in Self.bombs {
            let began = ProcessorTime.used
            var draft = JobDraft(endpoint: "e")
            let problems = InputsFile.apply(yaml: text, file: "inputs.yml", to: &draft)
            let elapsed = ProcessorTime.used - began
            #expect(elapsed < .seconds(2), "\(name): \(elapsed)")
            for problem in problems {
                #expect(problem.message.hasPrefix("inputs.yml"))
                #expect(problem.message.unicodeScalars.allSatisfy { !$0.isSteering }, "\(name)")
            }
        }
    }

    @Test func aBodyOfManyValuesIsRefusedAtOnce() async throws {
        let fixture = try EngineFixture()
        let members = (0..<60_000).map { "\"k\($0)\":\"\"" }.joined(separator: ",")
        let same = String(repeating: "\"a\":\"\",", count: 100_000) + "\"a\":\"\""
        let list = String(repeating: "0,", count: 500_000) + "0"
        let bodies = [
            "{\"tags\":{\(members)}}", "{\"tags\":{\(same)}}", "{\(members)}",
            "{\"properties\":{\"properties\":{\(members)}}}", "{\"tags\":[\(list)]}",
            "{\"tags\":[" + String(repeating: "[],", count: 300_000) + "0]}",
        ]
        for body in bodies {
            let began = ProcessorTime.used
            let answer = await fixture.change(.putEndpoint("fresh"), body)
            #expect(answer.status == 400, "\(body.prefix(40)): \(answer.status)")
            #expect(answer.text.contains("more than 10000 values") && answer.text.utf8.count < 2000)
            #expect(ProcessorTime.used - began < .seconds(2), "\(body.prefix(40))")
        }
        let few = (0..<10).map { "\"k\($0)\":\"v\"" }.joined(separator: ",")
        let body = "{\"properties\":{\"authMode\":\"aadToken\"},\"tags\":{\(few)}}"
        let taken = await fixture.change(.putEndpoint("fresh"), body)
        #expect(taken.status == 201, "\(taken.text.prefix(300))")
    }

    @Test func whatPeopleWriteStaysBelowEveryBound() throws {
        let aliases = (0..<9).map { "  v\($0): *a\n" }.joined()
        let tags = (0..<4000).map { "  k\($0): \"[x], \($0 < 400 ? "{{y}}: z" : "")\"\n" }.joined()
        let text = "name: toys-x\ndescription: &a >-\n  why? [see]: it\ntags:\n" + tags
        let read = EndpointFile.parse(yaml: text, file: "endpoint.yml")
        #expect(read.problems.isEmpty, "\(read.problems.first?.message ?? "")")
        #expect(read.value?.endpoint.tags.count == 4000)
        let anchored = "name: toys-x\ndescription: &a text\ntags:\n" + aliases
        #expect(EndpointFile.parse(yaml: anchored, file: "e.yml").value?.endpoint.tags.count == 9)
    }

    @Test func aListOfSlipsEndsAfterAHundred() throws {
        let text = "name: toys-x\n" + (0..<3000).map { "slip\($0): 1\n" }.joined() + "tags: 1\n"
        let read = EndpointFile.parse(yaml: text, file: "endpoint.yml")
        #expect(read.problems.count { $0.isWarning } == 101)
        #expect(read.errors.map(\.line) == [3002], "an error is listed all the same")
    }

    /// The most memory this process ever held.
    private static var peakKiB: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss)
    }
}
