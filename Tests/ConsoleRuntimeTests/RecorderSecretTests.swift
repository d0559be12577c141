import BatchModel
import ConsoleCore
import ConsoleGrid
import TestSupport
import Testing

@testable import ConsoleRuntime

/// A recording is shown to others: what a person fills in goes through the mask, and the session can still be replayed.
@Suite struct RecorderSecretTests {
    @Test func aSignatureInAnActionIsMaskedAndTheActionIsReadBack() throws {
        let folder = try TemporaryFolder("recorder")
        let path = folder.path + "/session"
        let url = "https://cellar.example/box/one.txt?sp=r&sig=canary-pasted&se=1"
        do {
            let recorder = try Recorder(path: path)
            try recorder.note(.keyPressed(.paste(url)))
            try recorder.note(.keyPressed(.character("n")))
        }
        #expect(try !folder.read("session").contains("canary"))
        let masked = "https://cellar.example/box/one.txt?sp=r&sig=***&se=1"
        #expect(
            try Replayer.actions(at: path) == [
                .keyPressed(.paste(masked)), .keyPressed(.character("n")),
            ])
    }
}
