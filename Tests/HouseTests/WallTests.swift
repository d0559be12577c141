import Foundation
import TestSupport
import Testing

/// The walls between the rooms: who may import what, and which words must not be said where.
@Suite struct WallTests {
    static let foundation: Set = ["Foundation", "FoundationEssentials", "Dispatch"]
    static let system: Set = ["Glibc", "Darwin", "Musl", "Synchronization"]

    /// What each room may import beside the Swift standard library. A room that is not listed fails the test.
    static let allowed: [String: Set<String>] = [
        "BatchModel": ["Foundation", "FoundationEssentials"],
        "DraftFile": foundation.union(["BatchModel", "Yams"]),
        "BatchClient": foundation.union(system).union([
            "BatchModel", "Crypto", "CryptoExtras", "GRDB", "Logging",
        ]),
        "HTTPTransport": foundation.union(system).union([
            "BatchModel", "BatchClient", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOPosix",
            "NIOSSL",
        ]),
        "BatchEngine": foundation.union(system).union([
            "BatchModel", "DraftFile", "Crypto", "GRDB", "Logging",
        ]),
        "EngineServer": foundation.union(system).union([
            "BatchModel", "BatchEngine", "Hummingbird", "HummingbirdCore", "HummingbirdTLS",
            "HTTPTypes", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL", "ServiceLifecycle",
        ]),
        "ConsoleGrid": [],
        "ConsoleCore": ["BatchModel", "ConsoleGrid"],
        "ConsoleRuntime": foundation.union(system).union([
            "BatchModel", "ConsoleGrid", "ConsoleCore", "BatchClient",
        ]),
        "ConsoleNcurses": system.union(["ConsoleGrid", "CNcurses"]),
        "Commands": foundation.union(system).union([
            "BatchModel", "DraftFile", "BatchClient", "HTTPTransport", "BatchEngine",
            "EngineServer", "ConsoleGrid", "ConsoleCore", "ArgumentParser", "Logging",
        ]),
        "batchdeck": foundation.union(system).union([
            "BatchModel", "BatchClient", "Commands", "ConsoleGrid", "ConsoleCore",
            "ConsoleRuntime", "ConsoleNcurses",
        ]),
    ]

    @Test func everyRoomImportsOnlyWhatItsWallLetsThrough() throws {
        let offences = try SourceFile.sources.get().flatMap { file in
            file.lines.compactMap { line -> Offence? in
                guard let module = line.importedModule else { return nil }
                guard let room = Self.allowed[file.room] else {
                    return file.offence(line, "room is not listed")
                }
                guard !room.contains(module) else { return nil }
                return file.offence(line, "\(file.room) may not import \(module)")
            }
        }
        #expect(offences.isEmpty, "\(offences)")
    }

    @Test func onlyOneRoomKnowsNcurses() throws {
        let rooms = try SourceFile.sources.get()
            .filter { $0.lines.contains { $0.importedModule == "CNcurses" } }.map(\.room)
        #expect(Set(rooms) == ["ConsoleNcurses"])
    }

    /// Words that are not said in a room, each with the reason.
    static let banned: [(rooms: Set<String>, words: [String], reason: String)] = [
        (
            ["ConsoleCore", "ConsoleGrid", "BatchModel"], [" await ", "async ", "Task {"],
            "pure rooms do not wait"
        ),
        (
            ["ConsoleCore", "ConsoleGrid", "BatchModel"], ["Date()", ".random(", "UUID()"],
            "pure rooms have neither clock nor chance"
        ),
    ]

    static let bannedEverywhere: [(word: String, reason: String)] = [
        ("try!", "operating errors never stop the program"),
        ("fatalError(", "use a precondition with the invariant, or an error"),
        ("catch {}", "errors are not silenced"),
    ]

    /// Not even in comments.
    static let bannedInComments: [(word: String, reason: String)] = [
        ("TO" + "DO", "what is not done is said in the README"),
        ("FIX" + "ME", "what is not done is said in the README"),
    ]

    @Test func bannedWordsAreNotSaid() throws {
        let offences = try SourceFile.sources.get().flatMap(Self.bannedWords)
        #expect(offences.isEmpty, "\(offences)")
    }

    @Test func bannedWordsAreFoundWhereTheyAreSaid() {
        let file = SourceFile(
            path: "Sources/ConsoleGrid/File.swift",
            text: "let a = await b\n// try! to await it\n// FIX" + "ME: all\nlet c = try! d()\n")
        #expect(Self.bannedWords(in: file).map(\.line) == [1, 3, 4])
    }

    private static func bannedWords(in file: SourceFile) -> [Offence] {
        let inRoom = banned.filter { $0.rooms.contains(file.room) }
            .flatMap { rule in rule.words.map { (word: $0, reason: rule.reason) } }
        return file.lines.flatMap { line in
            let ofCode = line.kind == .comment ? [] : inRoom + bannedEverywhere
            return (ofCode + bannedInComments).filter { line.text.contains($0.word) }
                .map { file.offence(line, "\($0.word): \($0.reason)") }
        }
    }

    @Test func theWallsOfTheManifestAreTheWallsOfTheTable() throws {
        let declared = try Self.roomsOfTheManifest()
        for (room, modules) in Self.allowed {
            let ours = modules.intersection(Self.allowed.keys)
            #expect(declared[room] == ours, "\(room): Package.swift and the table disagree")
        }
    }

    /// What each room depends on among our rooms, as Package.swift says it.
    private static func roomsOfTheManifest() throws -> [String: Set<String>] {
        let manifest = try String(
            contentsOfFile: Checkout.root + "/Package.swift", encoding: .utf8)
        let declaration =
            /(?:room\(|executableTarget\(\s*name:)\s*"(\w+)"(?:,\s*(?:dependencies: )?\[([^\]]*)\])?/
        var rooms: [String: Set<String>] = [:]
        for match in manifest.matches(of: declaration) {
            let names = (match.output.2 ?? "").matches(of: /"(\w+)"/).map { String($0.output.1) }
            rooms[String(match.output.1)] = Set(names).intersection(allowed.keys)
        }
        return rooms
    }
}
