import ArgumentParser

/// The shells that completions can be made for.
enum CompletedShell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish

    fileprivate var parsers: CompletionShell {
        switch self {
        case .bash: .bash
        case .zsh: .zsh
        case .fish: .fish
        }
    }
}

struct CompletionCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Prints a shell's completions of all verbs and options.",
        discussion: """
            The script is made of the definitions that the command line is parsed by.

              bash   batchdeck completion bash > ~/.local/share/bash-completion/completions/batchdeck
              zsh    batchdeck completion zsh > "${fpath[1]}/_batchdeck"
              fish   batchdeck completion fish > ~/.config/fish/completions/batchdeck.fish
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: CompletedShell

    func run(in surroundings: Surroundings) async throws {
        var script = RootCommand.completionScript(for: shell.parsers)
        if !script.hasSuffix("\n") { script += "\n" }
        if shell == .bash { script += BashWords.script }
        surroundings.streams.output(script)
    }
}
