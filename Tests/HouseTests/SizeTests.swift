import Testing

/// How long things may be: 600 lines a file, 70 a function, 100 columns of code. Texts between `"""` are as wide as they are.
@Suite struct SizeTests {
    /// Functions that may be longer, each with the reason. The list only shrinks.
    static let longFunctions: [(name: String, reason: String)] = [
        (
            "Sources/BatchClient/BatchClient.swift init",
            "the client is a struct of closures, and its public memberwise init names each twice"
        )
    ]

    @Test func noFileIsOverSixHundredLines() throws {
        let files = try SourceFile.sources.get() + SourceFile.tests.get()
        let long = files.filter { $0.lines.count > 600 }
        #expect(long.isEmpty, "\(long.map { "\($0.path): \($0.lines.count) lines" })")
    }

    @Test func noFunctionIsOverSeventyLines() throws {
        let files = try SourceFile.sources.get() + SourceFile.tests.get()
        let long = files.flatMap { file in
            Function.all(in: file).filter { $0.length > 70 }.map { (file, $0) }
        }
        let allowed = Set(Self.longFunctions.map(\.name))
        let offences = long.filter { !allowed.contains("\($0.path) \($1.name)") }.map {
            $0.offence($1.first, "\($1.name) has \($1.length) lines")
        }
        #expect(offences.isEmpty, "\(offences)")
        let better = allowed.subtracting(long.map { "\($0.path) \($1.name)" })
        #expect(better.isEmpty, "short enough now, to be taken off the list: \(better)")
    }

    @Test func noLineIsOverAHundredColumns() throws {
        let offences = try SourceFile.sources.get().flatMap { file in
            file.lines.filter {
                $0.kind == .code && $0.indent + $0.text.utf8.count > 100 && $0.columns > 100
            }.map { file.offence($0, "\($0.columns) columns") }
        }
        #expect(offences.isEmpty, "\(offences)")
    }

    /// The rulers measure: what they say of a text whose measures are known.
    @Test func theReaderTellsCodeFromTextAndFindsFunctions() throws {
        let file = SourceFile(path: "Sources/Room/File.swift", text: Self.sample)
        #expect(file.lines.filter { $0.kind == .text }.map(\.number) == [10, 11, 12])
        #expect(file.lines.compactMap(\.importedModule) == ["One", "Two", "Three"])
        let functions = Function.all(in: file)
        #expect(functions.map(\.name) == ["init", "inner", "outer", "list"])
        #expect(functions.map(\.length) == [9, 2, 7, 3])
    }

    private static let sample = ##"""
        import One
        @_spi(A) @testable internal import struct Two.Part
        public import Three // not four
        protocol P {
            func bodiless()
            init?(
                _ text: String
            ) {
                text = #"""
                    import os
                    """Not the end."""
                func nothing() {
                    """#
            }
            func outer() {
                self.init(0)
                func inner() {
                }
                // func comment() {

            }
            private var list: [Int] {
                []
            }
            var short: Int { 0 }
        }
        """##
}

/// A declaration with a body: a function, an initializer, a subscript or a computed property.
struct Function {
    let name: String
    let first: SourceLine
    /// With its signature and its last brace.
    let length: Int

    /// In the order of their ends. A body ends on the brace that stands as far in as its declaration; a declaration that
    /// is followed by another, or by a brace farther out, had none.
    static func all(in file: SourceFile) -> [Function] {
        var found: [Function] = []
        var open: [(name: String, line: SourceLine)] = []
        for line in file.lines where line.kind == .code && !line.text.isEmpty {
            let closes = line.text.hasPrefix("}")
            let begun = closes ? nil : name(declaredBy: line.text)
            guard closes || begun != nil else { continue }
            while let last = open.last, last.line.indent >= line.indent {
                open.removeLast()
                guard closes, last.line.indent == line.indent else { continue }
                let length = line.number - last.line.number + 1
                found.append(Function(name: last.name, first: last.line, length: length))
            }
            if let begun { open.append((begun, line)) }
        }
        return found
    }

    /// The name of what a line begins to declare; nil when it declares nothing with a body of several lines.
    private static func name(declaredBy line: String) -> String? {
        guard !line.hasSuffix("}") else { return nil }
        var words = line.split(separator: " ")[...]
        if line.hasPrefix("@"), let at = words.firstIndex(of: "func") { words = words[at...] }
        for (index, word) in words.enumerated() {
            let next = words.dropFirst(index + 1).first ?? ""
            if word == "func" { return String(next.prefix { $0 != "(" && $0 != "<" }) }
            if word == "var" {
                let opens = line.hasSuffix("{") && !line.contains("=")
                return opens ? String(next.prefix { $0 != ":" }) : nil
            }
            for special in ["init", "subscript"] where word.hasPrefix(special) {
                if let next = word.dropFirst(special.count).first, "(?!<".contains(next) {
                    return special
                }
            }
            guard word.hasPrefix("@") || modifiers.contains(word.prefix { $0 != "(" }) else {
                return nil
            }
        }
        return nil
    }

    private static let modifiers: Set<Substring> = [
        "public", "package", "internal", "private", "fileprivate", "static", "class", "final",
        "override", "mutating", "nonmutating", "nonisolated", "isolated", "convenience", "required",
        "lazy", "indirect", "borrowing", "consuming", "prefix", "postfix", "infix",
    ]
}
