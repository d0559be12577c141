/// What the manual page says and the argument parser does not know.
enum ManualFacts {
    /// A word and what it means.
    struct Fact {
        let word: String
        let meaning: String

        init(_ word: String, _ meaning: String) {
            self.word = word
            self.meaning = meaning
        }
    }

    static let description = """
        Without a verb the console opens: pick an endpoint and a deployment, fill a typed form, submit, follow progress and \
        logs live, open the results. `?` lists the keys of the screen one is on; `batchdeck help keys` lists them all.

        With a verb the same client works without a screen. Data goes to standard output, talk to standard error, and \
        nothing moves off a terminal.

        It speaks the batch-endpoint API of Azure Machine Learning. The context `local` is an engine on this machine with \
        the same API; it starts by itself when it is needed and stops when there is nothing to do.
        """

    /// Read by the console itself, before there is a parser.
    static let consoleOptions = [
        Fact("--workspace DIR", "The workspace folder the local engine serves."),
        Fact("--context NAME", "Where jobs go: a context's name."),
        Fact("--theme NAME", "dark, light, high-contrast, colour-blind-safe, or one of your own."),
        Fact("--read-only", "Refuses everything that changes something."),
        Fact("--accessible", "Asks in lines, for screen readers and pipes; nothing is redrawn."),
        Fact("--no-mouse", "Leaves the mouse to the terminal."),
        Fact("--no-bell", "Does not ring when a job ends that was started or opened here."),
        Fact("--no-tour", "Leaves out the tour of a first start."),
        Fact("--record FILE", "Writes down what happens in the session."),
        Fact("--replay FILE", "Shows where a recorded session ended; asks nobody."),
    ]

    static let variables = [
        Fact("BATCHDECK_HOME", "One folder for everything, in place of those below FILES."),
        Fact("BATCHDECK_WORKSPACE", "The workspace folder the local engine serves."),
        Fact("BATCHDECK_CONTEXT", "The context that is meant when no option names one."),
        Fact("BATCHDECK_TOKEN_FILE", "A file with a token for the credential that is given one."),
        Fact(
            "BATCHDECK_TOKEN, BATCHDECK_TOKEN_MANAGEMENT, BATCHDECK_TOKEN_ML, "
                + "BATCHDECK_TOKEN_STORAGE",
            "A token for all audiences, or for one."),
        Fact(
            "BATCHDECK_ALLOW_INPUT_HOST",
            "Hosts the engine fetches inputs from, whatever their address."),
        Fact("BATCHDECK_INPUT_LIMIT_GIB", "How much one input from elsewhere may be."),
        Fact("BATCHDECK_LOG_LIMIT", "How large each log file of a job may become: 64M."),
        Fact("HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY", "The way to the cloud."),
        Fact("BATCHDECK_ACCESSIBLE", "Asks in lines, as --accessible does."),
        Fact("NO_COLOR", "Anything: no colours; attributes alone say what they said."),
        Fact("LC_ALL, LC_CTYPE, LANG", "A locale without UTF-8 is served in ASCII."),
        Fact("TMPDIR", "Where the search for repeated rows keeps what memory must not."),
        Fact("XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME", "Where the folders below are."),
    ]

    static let files = [
        Fact("~/.config/batchdeck/config.yml", "Contexts and the one in use."),
        Fact("~/.config/batchdeck/keymap.yml", "Keys of your own."),
        Fact("~/.config/batchdeck/themes/", "Themes of your own, a file each."),
        Fact("~/.config/batchdeck/presets/", "Presets, by endpoint: the file that export writes."),
        Fact(
            "~/.local/state/batchdeck/",
            "The engine's jobs and its connection file, the journal of submissions, transfers "
                + "left unfinished."),
        Fact("~/.cache/batchdeck/", "What can be fetched again, and what was last seen."),
    ]

    static let examples = [
        Fact("batchdeck --workspace assets/workspace", "The console on a workspace folder:"),
        Fact(
            "batchdeck invoke -n wine-classifier --input azureml:wine-data@latest --watch",
            "A job, followed to its end; the exit status is the job's:"),
        Fact(
            "batchdeck job list -o tsv --query '[?status==`Failed`].[name, error]'",
            "What failed, and why:"),
        Fact("batchdeck job retry -n JOB --failed-only --watch", "Only what failed, once more:"),
        Fact("batchdeck job download -n JOB -p results", "What a job wrote:"),
        Fact("batchdeck manual > ~/.local/share/man/man1/batchdeck.1", "This page, for man:"),
    ]
}
