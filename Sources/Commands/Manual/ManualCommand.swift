import ArgumentParser

struct ManualCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Prints the manual page, for man.",
        discussion: """
            The page is made of the definitions that the command line is parsed by.

              batchdeck manual > ~/.local/share/man/man1/batchdeck.1
              batchdeck manual | man -l -
            """)

    func run(in surroundings: Surroundings) async throws {
        surroundings.streams.output(try ManualPage.text())
    }
}
