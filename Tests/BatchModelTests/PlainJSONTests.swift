import Testing

@testable import BatchModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Our reader and writer of JSON beside Foundation's: what they do, they do alike.
@Suite struct PlainJSONTests {
    /// Plain texts: they are read here.
    static let plain = [
        "null", " true ", "false", "0", "-0", "7", "-9223372036854775808", "0.5", "-12.25e-1",
        "\"\"", "\"a/b\"", #""\"\\\/\b\f\n\r\t""#, #""\u00e9\ud83d\ude00\u0000""#, "\"é 😀\"", "[]",
        "{}", "[1,[2,{\"a\":[]}], \"b\" ]", #"{"a":1,"a":2}"#, #"{"\u0061":1,"a":2}"#,
        "\n\t{ \"b\" : null , \"a\" : [ true ] }\r\n",
    ]
    /// Texts of which nothing is said here, valid or not.
    static let others = [
        "", " ", "01", "-", "1.", ".5", "1e", "+1", "1.0", "1e3", "-0.0", "1e999", "1e-999",
        "9223372036854775808", "9007199254740993.0", "12345678901234567890.5", "tru", "nul", "\"a",
        "\"a\u{1}\"", #""\x""#, #""\u12""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "[1",
        "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "1 2", "[]]", "\u{feff}1",
        String(repeating: "[", count: 600) + String(repeating: "]", count: 600),
    ]

    @Test(arguments: plain) func aPlainTextIsReadAsFoundationReadsIt(_ text: String) throws {
        let bytes = Array(text.utf8)
        let theirs = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        #expect(JSONReader.value(in: bytes) == theirs)
    }

    @Test(arguments: others) func whatIsNotPlainIsLeftToFoundation(_ text: String) {
        #expect(JSONReader.value(in: Array(text.utf8)) == nil)
    }

    @Test func textThatIsNoUTF8IsLeftToFoundation() {
        #expect(JSONReader.value(in: [0x22, 0xC3, 0x28, 0x22]) == nil)
        #expect(JSONReader.value(in: [0x22, 0x5C, 0x6E, 0xFF, 0x22]) == nil)
        #expect(JSONReader.value(in: [0x31, 0x00]) == nil)
    }

    @Test func everyCutOfATextIsReadAsFoundationReadsIt() {
        let whole = Array(#"{"a":[1,-2.5,"x\n\u00e9é"],"b":{"c":null,"d":true}} "#.utf8)
        for length in 0...whole.count {
            let bytes = Array(whole.prefix(length))
            guard let ours = JSONReader.value(in: bytes) else { continue }
            #expect(ours == (try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))))
        }
    }

    @Test func aValueIsWrittenAsFoundationWritesIt() throws {
        let controls = String(String.UnicodeScalarView((0..<0x30).compactMap(Unicode.Scalar.init)))
        let names = ["a10", "a9", "B", "_", "é", "e\u{301}x", "😀", "\u{fffd}", controls, ""]
        var members: [String: JSONValue] = [:]
        for (index, name) in names.enumerated() { members[name] = .integer(Int64(index)) }
        let numbers = [1, 0.1, 1e21, 1e-7, 123_456_789.123, -0.0, 100_000, 2.5e15]
        let value = JSONValue.array([
            .object(members), .array(numbers.map { .number($0) }), .object([:]), .array([]),
            .null, .boolean(true), .boolean(false), .integer(.min),
            .string("\u{7f}\u{80}\u{2028}/\\\"\r\n"),
        ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let theirs = Array(try encoder.encode(value))
        #expect(JSONWriter.bytes(of: value) == theirs)
        // 1e+21 is a whole number that no `Int64` holds.
        #expect(JSONReader.value(in: theirs) == nil)
        #expect(JSONWriter.bytes(of: .array([.number(.nan)])) == nil)
    }
}
