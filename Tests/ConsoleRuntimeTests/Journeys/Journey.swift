import ConsoleGrid
import Foundation
import TestSupport

// Journeys are text, so that whoever reads them sees what a person does and what a person sees:
//
//     the filter keeps what goes with its letters [crowded 60x16]
//       /wine<enter> => wine-classifier ~ digits-batch
//       <esc>        => digits-batch | 5 endpoints
//
// A line without an indent is a name, with the world and the size of the terminal in brackets where they are not the usual
// ones; with several sizes it is walked in each of them, and with `ascii` in the first one once more, drawn with letters
// and punctuation only. Each line below it is a stage: keys as key scripts have them, `=>`, texts that come on the
// screen, with `|` between them, and after `~` texts that leave it. `!60x16` in the place of keys changes the terminal's
// size. `copies:` before a text means the clipboard, `quits` that the session is over. Texts know no colours: what they
// say stands there without any.

/// One way through the console.
struct Journey: Sendable {
    /// What answers the console's questions.
    enum World: String, Sendable {
        /// A real engine that four jobs were run on.
        case sample
        /// A real engine of the journey's own, on a copy of the sample workspace, where nothing has happened yet.
        case fresh
        /// A service with sixty jobs, long logs, open submissions, transfers and findings.
        case crowded
        /// A service that has nothing, in many contexts.
        case empty
        /// A service that does not answer.
        case broken
        /// A context whose sign-in waits for a person.
        case waiting
    }

    /// What is done, and what must come of it.
    struct Stage: Sendable {
        var keys = ""
        var size: Size?
        var shown: [String] = []
        var gone: [String] = []
        var copied: String?
        var ends = false
    }

    var name: String
    var world = World.sample
    var size = Size(rows: 30, columns: 100)
    var glyphs = Glyphs.unicode
    var stages: [Stage] = []

    /// Its name, and how wide and high its terminal is.
    var look: String { "\(name) [\(size.columns)x\(size.rows)\(glyphs.isASCII ? " ascii" : "")]" }

    /// Whether the terminal is wide enough for a list and what goes with it.
    var hasTwoPanes: Bool { size.columns >= 84 }

    private static var folder: String { Checkout.root + "/Tests/Journeys" }

    /// The files that hold journeys.
    static func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".txt") }.sorted()
    }

    /// The journeys of one file.
    static func all(in file: String) throws -> [Journey] {
        try parse(String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8))
    }

    /// All journeys, file by file.
    static func all() throws -> [Journey] { try files().flatMap(all(in:)) }

    static func parse(_ text: String) throws -> [Journey] {
        var journeys: [Journey] = []
        var newest = 0..<0
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("  ") {
                guard !newest.isEmpty else { throw Unreadable(line: String(line)) }
                let stage = try stage(of: line)
                for index in newest { journeys[index].stages.append(stage) }
            } else {
                let begun = try named(line)
                newest = journeys.count..<journeys.count + begun.count
                journeys += begun
            }
        }
        return journeys
    }

    /// What a line with a name begins: one journey for each look it is walked in.
    private static func named(_ line: Substring) throws -> [Journey] {
        guard let bracket = line.lastIndex(of: "["), line.hasSuffix("]") else {
            return [Journey(name: String(line))]
        }
        var journey = Journey(
            name: line[..<bracket].trimmingCharacters(in: .whitespaces))
        var sizes: [Size] = []
        var isASCIIToo = false
        for word in line[line.index(after: bracket)...].dropLast().split(separator: " ") {
            if let world = World(rawValue: String(word)) {
                journey.world = world
            } else if word == "ascii" {
                isASCIIToo = true
            } else {
                sizes.append(try size(of: word))
            }
        }
        var looks = (sizes.isEmpty ? [journey.size] : sizes).map { size in
            var sized = journey
            sized.size = size
            return sized
        }
        if isASCIIToo {
            var plain = looks[0]
            plain.glyphs = .ascii
            looks.append(plain)
        }
        return looks
    }

    private static func stage(of line: Substring) throws -> Stage {
        let halves = line.components(separatedBy: " => ")
        guard halves.count == 2 else { throw Unreadable(line: String(line)) }
        var stage = Stage()
        let keys = halves[0].trimmingCharacters(in: .whitespaces)
        if keys.hasPrefix("!") {
            stage.size = try size(of: keys.dropFirst())
        } else {
            stage.keys = keys
        }
        let texts = halves[1].components(separatedBy: " ~ ").map(items)
        for item in texts[0] {
            if item == "quits" {
                stage.ends = true
            } else if item.hasPrefix("copies:") {
                stage.copied = String(item.dropFirst("copies:".count))
            } else {
                stage.shown.append(item)
            }
        }
        stage.gone = texts.dropFirst().flatMap { $0 }
        return stage
    }

    private static func items(_ text: String) -> [String] {
        text.components(separatedBy: " | ").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    /// `60x16`: columns, then rows, as terminals say it.
    private static func size(of word: Substring) throws -> Size {
        let numbers = word.split(separator: "x").compactMap { Int($0) }
        guard numbers.count == 2 else { throw Unreadable(line: String(word)) }
        return Size(rows: numbers[1], columns: numbers[0])
    }

    /// A line that is neither a name nor a stage.
    struct Unreadable: Error, CustomStringConvertible {
        let line: String
        var description: String { "a journey's line cannot be read: \(line)" }
    }
}
