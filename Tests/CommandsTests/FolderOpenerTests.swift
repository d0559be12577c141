import BatchClient
import BatchModel
import Foundation
import TestSupport
import Testing

@testable import Commands

/// A folder on the desktop.
@Suite struct FolderOpenerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("opener") }

    #if !canImport(Darwin)
        @Test func theDesktopsProgramIsGivenTheFolder() async throws {
            let seen = "\(folder.path)/seen"
            let program = try folder.write(
                "#!/bin/sh\nprintf %s \"$1\" > \"\(seen).new\"\nmv \"\(seen).new\" \"\(seen)\"\n",
                to: "bin/xdg-open")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: program)
            let environment = ["PATH": "\(folder.path)/bin:/usr/bin:/bin", "DISPLAY": ":7"]
            try await FolderOpener.open("/w/my out; touch x", environment: environment)
            let words = try Eventually.get("the program's words", limit: .seconds(20)) {
                FileManager.default.contents(atPath: seen).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            #expect(words == "/w/my out; touch x")
        }

        @Test(arguments: [
            (["PATH": "/nowhere", "DISPLAY": ":7"], "xdg-open is not installed"),
            (["PATH": "/usr/bin:/bin"], "no desktop here"),
            (
                ["PATH": "/usr/bin:/bin", "DISPLAY": ":7", "SSH_CONNECTION": "1 2"],
                "no desktop here"
            ),
        ])
        func withoutADesktopItIsRefused(environment: [String: String], words: String) async {
            let failure = await #expect(throws: ServiceFailure.self) {
                try await FolderOpener.open("/w", environment: environment)
            }
            #expect(failure?.detail.contains(words) == true)
        }
    #endif
}
