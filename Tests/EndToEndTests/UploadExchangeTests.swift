import Foundation
import TestSupport
import Testing

/// What the official client has uploaded is found by batchdeck, and the other way round: the same address, and no byte sent
/// twice.
@Suite(.serialized) struct UploadExchangeTests {
    /// Local data of every kind that can make a hash differ: depth, odd names, an empty file, ignored files.
    private static func fill(_ folder: TemporaryFolder, _ name: String) throws {
        try folder.write("first of \(name)\n", to: "\(name)/part-1.csv")
        try folder.write("", to: "\(name)/empty.txt")
        try folder.write("kept\n", to: "\(name)/deep/down/a b+c%.txt")
        try folder.write("ünïcode\n", to: "\(name)/Zß.txt")
        try folder.write("small\n", to: "\(name)/deep.txt")
        try folder.write("*.tmp\n", to: "\(name)/.amlignore")
        try folder.write("not sent\n", to: "\(name)/left.tmp")
        try folder.write("one file of \(name)\n", to: "\(name)-one.csv")
    }

    @Test(.enabled("pip could install the official client") { OfficialClient.python != nil })
    func whatOneClientUploadedTheOtherDoesNotSendAgain() throws {
        let secure = try SecureDeck()
        let folder = try TemporaryFolder("exchange")
        try Self.fill(folder, "theirs")
        try Self.fill(folder, "ours")
        let (theirs, theirFile) = (folder.path + "/theirs", folder.path + "/theirs-one.csv")
        let (ours, ourFile) = (folder.path + "/ours", folder.path + "/ours-one.csv")

        let sent = try official(
            secure, ["first=uri_folder:\(theirs)", "first-one=uri_file:\(theirFile)"])
        let before = try secure.deck.uploaded()
        #expect(before.keys.contains { $0.hasSuffix("/theirs/deep/down/a b+c%.txt") })
        #expect(before.keys.contains { $0.hasSuffix("/theirs-one.csv") })
        #expect(try own(secure, "second", "uri_folder", theirs) == sent[0])
        #expect(try own(secure, "second-one", "uri_file", theirFile) == sent[1])
        #expect(try secure.deck.uploaded() == before)

        let own = [
            try own(secure, "third", "uri_folder", ours),
            try own(secure, "third-one", "uri_file", ourFile),
        ]
        let after = try secure.deck.uploaded()
        #expect(after.count == 2 * before.count)
        let found = try official(
            secure, ["fourth=uri_folder:\(ours)", "fourth-one=uri_file:\(ourFile)"])
        #expect(found == own)
        #expect(try secure.deck.uploaded() == after)
    }

    /// Registers local data with the official client; where each asset lies.
    private func official(_ secure: SecureDeck, _ assets: [String]) throws -> [String] {
        let done = try Run.program(
            try #require(OfficialClient.python),
            [
                Checkout.root + "/Tests/EndToEndTests/Clients/official_upload.py",
                "--connection", secure.connectionFile, "--ca", secure.certificate.authority,
            ] + assets, environment: secure.deck.environment, folder: secure.scratch,
            limit: .seconds(120))
        try #require(done.status == 0, "\(done.errors.suffix(2000))")
        return done.output.split(separator: "\n").compactMap { line in
            line.split(separator: " ").last.map(Self.stored)
        }
    }

    /// Registers it with our own verb; where it lies.
    private func own(
        _ secure: SecureDeck, _ name: String, _ kind: String, _ path: String
    ) throws -> String {
        let made = try secure.deck.json(
            "data", "create", "-n", name, "--type", kind, "--path", path)
        let address = try #require((made as? [String: Any])?["path"] as? String, "\(made)")
        return Self.stored(address[...])
    }

    /// The part of an address that says where in its store something lies.
    private static func stored(_ address: Substring) -> String {
        let path = address.split(separator: "/paths/").last.map(String.init) ?? String(address)
        return path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}

extension Deck {
    /// What uploads have left in the engine's storage: inode by name. A file that was sent again is another inode.
    func uploaded() throws -> [String: UInt64] {
        let blobs = home + "/state/blobs"
        var found: [String: UInt64] = [:]
        let walk = FileManager.default.enumerator(atPath: blobs)
        while let name = walk?.nextObject() as? String {
            guard name.contains("LocalUpload/") else { continue }
            let facts = try FileManager.default.attributesOfItem(atPath: blobs + "/" + name)
            guard facts[.type] as? FileAttributeType == .typeRegular else { continue }
            found[name] = (facts[.systemFileNumber] as? NSNumber)?.uint64Value
        }
        return found
    }
}
