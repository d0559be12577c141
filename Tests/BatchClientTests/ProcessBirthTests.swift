import Foundation
import TestSupport
import Testing

@testable import BatchClient

/// Whether a process is the one it was.
@Suite struct ProcessBirthTests {
    @Test func aProcessThatHasEndedHasNoBirthEvenBeforeItsParentTakesNote() throws {
        #expect(ProcessBirth.of(getpid()) == ProcessBirth.of(getpid()))
        let child = try Child(try Tool.find("sleep"), ["600"], environment: [:])
        #if os(Linux)
            #expect(ProcessBirth.of(child.pid) != nil)
            // Killed and not waited for: it stays in the table until `Child` goes.
            #expect(kill(child.pid, SIGKILL) == 0)
            try Eventually.get("the end of the process") {
                ProcessBirth.of(child.pid) == nil ? true : nil
            }
            #expect(kill(child.pid, 0) == 0, "it is in the table still")
        #endif
        child.kill()
    }
}
