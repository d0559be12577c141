import BatchModel
import Testing

@Suite struct CommandTemplateTests {
    private func made(
        _ command: String, _ inputs: [String: CommandTemplate.Value] = [:],
        _ outputs: [String: String] = [:]
    ) throws -> String {
        try CommandTemplate(parsing: command).command(inputs: inputs, outputs: outputs)
    }

    @Test func inputsAndOutputsTakeTheirPlaces() throws {
        let text = try made(
            "python a.py --in ${{inputs.data}} --mode ${{ inputs.mode }} --out ${{outputs.out}}",
            ["data": .path("/d/in"), "mode": .text("append")], ["out": "/d/out"])
        #expect(text == "python a.py --in /d/in --mode append --out /d/out")
    }

    @Test func aPartInDoubleBracketsGoesWithItsInput() throws {
        let command = "run $[[--max ${{inputs.max}} --of ${{inputs.of}}]] end"
        #expect(
            try made(command, ["max": .text("3"), "of": .text("9")]) == "run --max 3 --of 9 end")
        #expect(try made(command, ["max": .text("3")]) == "run  end")
        #expect(try made(command) == "run  end")
    }

    /// Command, value, and what the shell is to see.
    static let values: [(String, CommandTemplate.Value, String)] = [
        ("a ${{inputs.x}}", .text("one two"), "a one two"),
        ("a ${{inputs.x}}", .text("it's; rm -rf ~"), "a 'it'\\''s;' rm -rf '~'"),
        ("a ${{inputs.x}}", .text("$(id) *"), "a '$(id)' '*'"),
        ("a ${{inputs.x}} b", .text(""), "a  b"),
        ("a '${{inputs.x}}'", .text("it's $x"), "a 'it'\\''s $x'"),
        ("a \"${{inputs.x}}\"", .text("say \"$x\" `y` \\"), "a \"say \\\"\\$x\\\" \\`y\\` \\\\\""),
        ("a ${{inputs.x}}", .path("/my data/é"), "a '/my data/é'"),
        ("a '--x'${{inputs.x}}", .path("/a b"), "a '--x''/a b'"),
        ("a # don't\nb ${{inputs.x}}", .path("/a b"), "a # don't\nb '/a b'"),
        ("a # ${{inputs.x}}", .text("one\ntwo"), "a # one two"),
        ("a#b'c ${{inputs.x}}'", .text("d e"), "a#b'c d e'"),
        ("a \\' ${{inputs.x}}", .path("/a b"), "a \\' '/a b'"),
        ("a ${{inputs.x}}", .text("nul\0l"), "a null"),
    ]

    @Test(arguments: values)
    func aValueIsDataWhereverItStands(
        _ command: String, _ value: CommandTemplate.Value, _ wanted: String
    ) throws {
        #expect(try made(command, ["x": value]) == wanted)
    }

    /// Commands that cannot be read, and words of the reason.
    static let refusals = [
        ("a ${{inputs.x", "not closed"), ("a $[[--x ${{inputs.x}}", "not closed"),
        ("a ${{x}}", "neither an input nor an output"),
        ("a ${{search_space.x}}", "neither an input nor an output"),
        ("a ${{inputs.x.path}}", "neither an input nor an output"),
        ("a $[[b $[[c]] ]]", "inside another"), ("a $[[b \\\n c]]", "backslash"),
    ]

    @Test(arguments: refusals)
    func whatCannotBeReadIsRefused(_ command: String, _ words: String) {
        let error = #expect(throws: TemplateError.self) { try CommandTemplate(parsing: command) }
        #expect(error?.description.contains(words) == true)
    }

    @Test func aCommandIsHeldAgainstItsComponent() throws {
        let inputs = [
            InputSpec(name: "must", type: .string),
            InputSpec(name: "may", type: .string, isOptional: true),
            InputSpec(name: "set", type: .integer, isOptional: true, defaultValue: .integer(1)),
        ]
        let outputs = [OutputSpec(name: "out", type: .uriFolder)]
        func problems(_ command: String) throws -> [String] {
            try CommandTemplate(parsing: command).problems(inputs: inputs, outputs: outputs)
        }
        let good =
            "a ${{inputs.must}} ${{inputs.set}} $[[${{inputs.may}} ${{inputs.set}}]] ${{outputs.out}}"
        #expect(try problems(good).isEmpty)
        #expect(try problems("a ${{inputs.other}}").first?.contains("must, may, set") == true)
        #expect(try problems("a ${{outputs.other}}").first?.contains("outputs: out") == true)
        #expect(try problems("a ${{inputs.may}}").first?.contains("must stand inside") == true)
        #expect(try problems("a $[[${{inputs.must}}]]").first?.contains("not optional") == true)
        #expect(try problems("a $[[${{outputs.out}}]]").first?.contains("only inputs") == true)
    }
}
