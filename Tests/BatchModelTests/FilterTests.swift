import Testing

@testable import BatchModel

@Suite struct FuzzyMatchTests {
    @Test func lettersMustComeInOrder() {
        #expect(FuzzyPattern("dgb").match("digits-batch")?.positions == [0, 2, 7])
        #expect(FuzzyPattern("bgd").match("digits-batch") == nil)
        #expect(FuzzyPattern("").match("anything") == FuzzyMatch(score: 0, positions: []))
        #expect(FuzzyPattern("a").match("") == nil)
    }

    @Test func aCapitalLetterMakesCaseCount() {
        #expect(FuzzyPattern("run").match("Running") != nil)
        #expect(FuzzyPattern("Run").match("running") == nil)
        #expect(FuzzyPattern("Run").match("Running") != nil)
    }

    @Test func betterMatchesScoreHigher() throws {
        let pattern = FuzzyPattern("bat")
        let ranked = ["batch", "my-batch", "combat", "b-xa-t", "byaxxt"]
        let scores = try ranked.map { try #require(pattern.score($0)) }
        #expect(scores == scores.sorted(by: >))
        #expect(Set(scores).count == scores.count)
    }

    @Test func lettersBeyondASCIIMatchWithoutCase() {
        #expect(FuzzyPattern("tür").match("GROSSE TÜR")?.positions == [7, 8, 9])
        #expect(FuzzyPattern("日語").match("a日本語")?.positions == [1, 3])
        #expect(FuzzyPattern("x").match("日x")?.positions == [1])
    }

    @Test func textAndBytesGiveTheSameScore() {
        let pattern = FuzzyPattern("b7f")
        let name = "batchjob-7f3e"
        let score = Array(name.utf8).withUnsafeBufferPointer { pattern.score(ascii: $0) }
        #expect(score == pattern.score(name))
    }

    @Test func theMaskNeverDropsAMatch() {
        let names = ["batchjob-7f3e", "DIGITS", "tür-1", "日本"]
        for pattern in ["b7", "dig", "ü", "本", "T1"].map(FuzzyPattern.init) {
            for name in names where pattern.match(name) != nil {
                #expect(FuzzyPattern.mask(of: name) & pattern.mask == pattern.mask)
            }
        }
    }
}

@Suite struct FilterQueryTests {
    private let columns = [
        FilterColumn("name"), FilterColumn("status"), FilterColumn("age", .duration),
        FilterColumn("size", .bytes), FilterColumn("failed", .number),
        FilterColumn("kind", .words(["model", "Pipeline"])),
    ]

    private func passes(_ line: String) throws -> Bool {
        try FilterQuery(line, columns: columns).matches(text: "batchjob-7f3e digits Failed") {
            column in
            switch column {
            case "name": .text("my job")
            case "status": .text("Failed")
            case "age": .duration(.seconds(90_000))
            case "size": .bytes(2_000_000)
            case "failed": .number(3)
            default: nil
            }
        }
    }

    @Test(arguments: [
        ("", true), ("dig", true), ("xyz", false), ("!xyz", true), ("!dig", false),
        // The letters of dgt are there in this order, the word is not.
        ("dgt", true), ("!dgt", true), ("!DIG", true), ("!\"7f-failed\"", true),
        ("dig 7f", true),
        ("/^batch.*failed$/", true), ("/^digits/", false), ("!/^digits/", true),
        ("/job-\\d/", true),
        ("status:fail", true), ("STATUS:Fail", true), ("status:=fail", false),
        ("status:=failed", true),
        ("!status:failed", false), ("name:\"my job\"", true), ("name:/^my/", true),
        ("age:<2d", true),
        ("age:<1d", false), ("age:>=1d1h", true), ("size:>1M", true), ("size:<=1MB", false),
        ("failed:>2", true), ("failed:3", true), ("failed:=4", false), ("name:>a", true),
        ("status:", true), ("age:<", true), ("!", true), ("/", true), ("  ", true),
    ])
    func aLineLetsARowPassOrNot(line: String, isPassed: Bool) throws {
        #expect(try passes(line) == isPassed)
    }

    @Test func mistakesAreNamed() {
        #expect(throws: FilterQuery.Failure.self) { try FilterQuery("stauts:x", columns: columns) }
        #expect(throws: FilterQuery.Failure.self) { try FilterQuery("/a(b/", columns: columns) }
        #expect(throws: FilterQuery.Failure.self) {
            try FilterQuery(String(repeating: "x", count: 5_000))
        }
    }

    @Test func addressesAreNotColumns() throws {
        let query = try FilterQuery("azureml://jobs", columns: columns)
        #expect(query.terms.map(\.test) == [.fuzzy(FuzzyPattern("azureml://jobs"))])
    }

    @Test func operandsHaveUnits() {
        #expect(FilterOperand.duration("1h30m") == .seconds(5_400))
        #expect(FilterOperand.duration("1.5d") == .seconds(129_600))
        #expect(FilterOperand.duration("5 parsecs") == nil)
        #expect(FilterOperand.bytes("1.5k") == 1_536)
        #expect(FilterOperand.bytes("2GB") == 2_000_000_000)
        #expect(FilterOperand.bytes("") == nil)
    }

    @Test(arguments: [
        ("age:<soon", "soon is no length of time", "age:<90s"),
        ("!age:<soon", "soon is no length of time", "age:<2h"),
        ("age:soon", "soon is no length of time", "age:<1w"),
        ("age:2d", "it needs < or > before the length of time", "age:>15m"),
        ("age:=2d", "it needs < or > before the length of time", "age:>15m"),
        ("age:/2/", "a pattern is for text, and age is a length of time", "age:<2d"),
        ("size:>x", "x is no size", "size:>=1.5M"), ("failed:>x", "x is no number", "failed:>2"),
        ("kind:<model", "no kind is more or less than another", "kind:model. There are: model"),
        ("kind:modle", "no kind is called modle", "There are: model, Pipeline."),
        ("kind:=pipe", "no kind is exactly pipe", "There are: model, Pipeline."),
        ("stauts:x", "there is no such column", "Columns here: name, status, age"),
    ])
    func whatAColumnCannotBeHeldAgainstIsNamed(line: String, reason: String, advice: String) {
        let failure = #expect(throws: FilterQuery.Failure.self) {
            try FilterQuery("dig \(line) 7f", columns: columns)
        }
        #expect(failure?.reason == reason)
        #expect(failure?.advice.contains(advice) == true, "\(failure?.advice ?? "")")
        #expect(failure.map { line.contains($0.word) } == true, "\(failure?.word ?? "")")
    }

    @Test(arguments: ["age:", "age:<", "age:>=", "size:", "kind:", "kind:<", "kind:pipe", "!age:"])
    func whatIsBeingTypedIsNoMistake(line: String) throws {
        _ = try FilterQuery(line, columns: columns)
    }

    @Test func everyStatusOfAJobIsAWordOfItsColumn() throws {
        for line in ["status:fail", "status:=Canceled", "status:CANCEL", "age:<2d", "id:7f"] {
            _ = try FilterQuery(line, columns: FilteredJob.columns)
        }
        #expect(throws: FilterQuery.Failure.self) {
            try FilterQuery("status:cancelled", columns: FilteredJob.columns)
        }
        // A word that a service has made up is asked for as the mistake says.
        do {
            _ = try FilterQuery("status:scheduled", columns: FilteredJob.columns)
            Issue.record("a word that is not known is taken")
        } catch {
            #expect(error.advice.contains("status:/word/"))
        }
        let query = try FilterQuery("status:/scheduled/", columns: FilteredJob.columns)
        #expect(query.matches(text: "") { _ in .text("Scheduled") })
    }
}
