import TestSupport
import Testing

@testable import BatchModel

@Suite struct FilterNarrowingTests {
    private func query(_ line: String) throws -> FilterQuery {
        try FilterQuery(line, columns: FilteredJob.columns)
    }

    @Test(arguments: [
        ("", "a", true), ("a", "ab", true), ("ab", "a", false), ("a", "b", false),
        ("ab", "abC", true), ("!ab", "!a", false), ("!a", "!ab", false), ("!a", "!a b", true),
        ("status:f", "status:failed", true), ("status:f", "name:failed", false),
        ("status:=failed", "status:=failed x", true), ("endpoint:=f", "endpoint:=fa", false),
        ("/a/", "/a/ b", true), ("/a/", "/ab/", false), ("age:<2d", "age:<2d x", false),
        ("x", "x age:<2d", true), ("a b", "b ab", true), ("e", "e\u{301}", false),
    ])
    func aLineNarrowsAnotherOrMayNot(old: String, new: String, isNarrower: Bool) throws {
        #expect(
            try query(new).narrows(query(old), changing: FilteredJob.changingColumns)
                == isNarrower)
    }

    @Test func whatNarrowsPassesNothingElse() throws {
        var dice = SplitMix(seed: 5)
        let pieces = [
            "a", "b", "ba", "B", "é", "!a", "endpoint:a", "endpoint:ab", "name:b", "/a.b/", "!/b/",
            "name:=ab",
        ]
        let letters = ["a", "b", "A", "B", "é", "-", " ", "1"]
        var narrower = 0
        for _ in 0..<2_000 {
            func line() -> String {
                (0..<Int.random(in: 1...2, using: &dice)).map { _ in
                    pieces.randomElement(using: &dice) ?? "a"
                }.joined(separator: " ")
            }
            let (old, new) = (try query(line()), try query(line()))
            guard new.narrows(old) else { continue }
            narrower += 1
            for _ in 0..<20 {
                func text() -> String {
                    (0..<Int.random(in: 0...5, using: &dice)).map { _ in
                        letters.randomElement(using: &dice) ?? "a"
                    }.joined()
                }
                let row = text()
                let value = text()
                func passes(_ query: FilterQuery) -> Bool {
                    query.matches(text: row) { _ in .text(value) }
                }
                #expect(!passes(new) || passes(old), "\(new) \(old) \(row) \(value)")
            }
        }
        #expect(narrower > 50)
    }

    @Test func noMatchScoresMoreThanTheHighest() {
        var dice = SplitMix(seed: 9)
        let units = Array("abAB12_- ".utf8)
        for _ in 0..<5_000 {
            func text(_ most: Int) -> [UInt8] {
                (0..<Int.random(in: 1...most, using: &dice)).map { _ in
                    units.randomElement(using: &dice) ?? 0x61
                }
            }
            let row = text(90)
            let pattern = FuzzyPattern(String(decoding: text(4), as: UTF8.self))
            guard let score = row.withUnsafeBufferPointer({ pattern.score(ascii: $0) }) else {
                continue
            }
            let isCamel = zip(row, row.dropFirst()).contains { before, here in
                (0x41...0x5A).contains(here)
                    && ((0x61...0x7A).contains(before) || (0x30...0x39).contains(before))
            }
            var limit = pattern.highestScore(hasInnerCapitals: isCamel)
            limit -= FuzzyPattern.lengthCost(of: row.count)
            (pattern.asciiBytes ?? []).withUnsafeBufferPointer { bytes in
                let bytes = FuzzyBytes(bytes, isCaseSensitive: pattern.isCaseSensitive)
                limit -= bytes.startCost(inTextFrom: row[0])
                let cut = row.count / 3
                row.withUnsafeBufferPointer { row in
                    let head = UnsafeBufferPointer(rebasing: row[..<cut])
                    let tail = UnsafeBufferPointer(rebasing: row[cut...])
                    #expect(bytes.score(head, tail) == score)
                    #expect(bytes.matches(head, tail))
                }
            }
            #expect(score <= limit, "\(pattern.text) in \(String(decoding: row, as: UTF8.self))")
        }
    }
}
