import Foundation

/// A certificate for a local engine, made by `openssl` for the length of one test.
public struct Certificate: Sendable {
    /// The certificate of the authority that signed the other one, PEM.
    public let authority: String
    /// The engine's certificate and the authority's after it, PEM.
    public let chain: String
    /// The key of the engine's certificate, PEM.
    public let key: String

    /// Makes an authority and a certificate for this machine's names.
    ///
    /// - Parameter folder: where the files go; made when missing.
    /// - Throws: `MissingTool` without openssl, `Refused` with what it said.
    public init(in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        (authority, key) = (folder + "/authority.pem", folder + "/engine.key")
        chain = folder + "/chain.pem"
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try Self.openssl(
            ["req", "-x509"] + curve + [
                "-keyout", "authority.key", "-out", authority, "-days", "2", "-subj",
                "/CN=an authority for one test",
            ], in: folder)
        try Self.openssl(
            ["req"] + curve + ["-keyout", key, "-out", "engine.csr", "-subj", "/CN=localhost"],
            in: folder)
        let names = "DNS:localhost,DNS:*.blob.core.localhost,IP:127.0.0.1"
        try Data("subjectAltName=\(names)\nbasicConstraints=CA:FALSE\n".utf8).write(
            to: URL(fileURLWithPath: folder + "/names.txt"))
        try Self.openssl(
            [
                "x509", "-req", "-in", "engine.csr", "-CA", authority, "-CAkey", "authority.key",
                "-CAcreateserial", "-days", "2", "-extfile", "names.txt", "-out", "engine.pem",
            ], in: folder)
        let both = try ["engine.pem", "authority.pem"].map {
            try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0))
        }
        try Data(both.joined()).write(to: URL(fileURLWithPath: chain))
    }

    private static func openssl(_ words: [String], in folder: String) throws {
        let done = try Run.program(
            try Tool.find("openssl"), words, environment: ["HOME": folder], folder: folder)
        guard done.status == 0 else { throw Refused(text: done.errors) }
    }

    /// What openssl said.
    public struct Refused: Error, CustomStringConvertible {
        let text: String
        /// Its own words.
        public var description: String { "openssl: \(text)" }
    }
}
