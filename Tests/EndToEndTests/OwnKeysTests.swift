import TestSupport
import Testing

/// A person's own keys and colours in the real console.
@Suite(.serialized) struct OwnKeysTests {
    @Test func aBadKeymapDoesNotKeepTheConsoleFromStartingAndIsSaid() throws {
        let deck = try Deck()
        try deck.folder.write(
            "endpoints:\n  new-job: x\n  refresh: x\n", to: "home/config/keymap.yml")
        let console = try deck.console(rows: 30, columns: 160)
        try console.wait(for: "digits-batch", "keymap.yml:3:12: endpoints.refresh cannot have x")
        try console.keys("n")
        try console.wait(for: "New job on digits-batch")
    }

    @Test func otherKeysAndColoursAreUsedByTheRealConsole() throws {
        let deck = try Deck()
        try deck.folder.write("endpoints:\n  new-job: x\n", to: "home/config/keymap.yml")
        try deck.folder.write("based_on: light\n", to: "home/config/themes/paper.yml")
        try deck.folder.write("theme: paper\n", to: "home/config/config.yml")
        let console = try deck.console()
        try console.wait(for: "digits-batch", "x new job")
        try console.keys(":")
        try console.wait(for: "Commands")
        try console.type("theme paper")
        try console.wait(for: "Draws in these colours.")
        try console.keys("Enter")
        try console.wait(for: "the theme is paper now")
        try console.keys("x")
        try console.wait(for: "New job on digits-batch")
    }
}
