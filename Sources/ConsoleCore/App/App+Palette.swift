import BatchModel
import ConsoleGrid

// What the palette can do here, and doing it.

extension App {
    /// Opens the palette over the screen in front.
    static func openPalette(_ state: inout State) -> [Effect] {
        state.palette = CommandPalette.State(commands: commands(in: state), history: state.history)
        layOut(&state)
        return [.contexts(.load)]
    }

    /// Hands an action to the palette and does what it wants done.
    static func passPalette(_ action: CommandPalette.Action, to state: inout State) -> [Effect] {
        guard var palette = state.palette else { return [] }
        let effects = CommandPalette.reduce(&palette, action)
        state.palette = palette
        return effects.flatMap { effect -> [Effect] in
            state.palette = nil
            switch effect {
            case .close: return []
            case .run(let command): return remember(command, in: &state) + run(command, in: &state)
            }
        }
    }

    private static func run(_ command: CommandPalette.Command, in state: inout State) -> [Effect] {
        switch command.act {
        case .open(let place): return open(place, in: &state)
        case .endpoint(let name):
            let effects = open(.endpoints, in: &state)
            return effects + pass(.endpoints(.endpointNamed(endpoint: name)), to: &state)
        case .press(let key): return press(key, in: &state)
        case .theme(let name):
            state.say("the theme is \(name) now; --theme \(name) keeps it", .info)
            return [.theme(name: name)]
        case .context(let name): return chooseContext(name, in: &state)
        case .tour:
            beginTour(&state)
            return []
        }
    }

    private static func remember(
        _ command: CommandPalette.Command, in state: inout State
    ) -> [Effect] {
        let rest = state.history.filter { $0 != command.text }
        state.history = Array(([command.text] + rest).prefix(CommandPalette.historyLimit))
        return [.remember(commands: state.history)]
    }
}

// MARK: - The commands

extension App {
    /// Everything that can be done here: what the screen's keys do first, then where one can go.
    static func commands(in state: State) -> [CommandPalette.Command] {
        let places = placeCommands(in: state)
        let taken = Set(places.compactMap(\.key))
        let everywhere = keyCommands(TableFront(keys, state, by: state.keymap), in: state)
            .filter { command in command.key.map { !taken.contains($0) } ?? true }
        let own = screen(in: state).map { keyCommands($0, in: state) } ?? []
        let all =
            own.filter(\.isNamed) + places + everywhere.filter(\.isNamed)
            + contextCommands(in: state) + endpointCommands(in: state) + jobCommands(in: state)
            + (Theme.all.map(\.name) + state.settings.themes).map { name in
                CommandPalette.Command(
                    "theme \(name)", help: "Draws in these colours.", act: .theme(name))
            } + (own + everywhere).filter { !$0.isNamed }
        // One name, one command: ? and f1 are both called help.
        var names: Set<String> = []
        return all.filter { names.insert($0.text).inserted }
    }

    private static func keyCommands(
        _ front: some KeyFront<Action>, in state: State
    ) -> [CommandPalette.Command] {
        // Pressed on a screen where a text is typed, a letter would be one more letter of it.
        let isTyping = screen(in: state)?.isTyping ?? false
        return front.commands.filter { !isTyping || $0.key.typed == nil }.map { row in
            var refusal: String?
            // What the key comes to here and now, read-only consoles included.
            if case .refuse(let reason)? = verdict(for: row.key, in: state) { refusal = reason }
            let sentence = row.help.hasSuffix(".") ? String(row.help.dropLast()) : row.help
            return CommandPalette.Command(
                row.hint.isEmpty ? sentence : row.hint, help: row.hint.isEmpty ? "" : row.help,
                key: row.key, refusal: refusal, act: .press(row.key))
        }
    }
}

extension CommandPalette.Command {
    /// False for a key without a name: its sentence is all there is to it.
    fileprivate var isNamed: Bool { !help.isEmpty }
}

// MARK: - Places and things

extension App {
    private static func placeCommands(in state: State) -> [CommandPalette.Command] {
        var places: [(text: String, help: String, place: Place)] = [
            ("endpoints", "The endpoints, their deployments and recent jobs.", .endpoints),
            ("jobs", "All jobs of the workspace.", .jobs(nil)),
            ("contexts", "Where jobs go: the local engine and workspaces.", .contexts),
            ("transfers", "Uploads and downloads, those left unfinished too.", .transfers),
            ("doctor", "Looks at what work depends on, and how to mend it.", .doctor),
        ]
        if !state.undecided.isEmpty {
            places.append(
                ("undecided", "Submissions whose outcome is not known.", .undecided))
        }
        places.append(("notices", "What was said in this session.", .notices))
        places.append(("help", "All keys of this screen.", .help))
        let tour = CommandPalette.Command(
            "tour", help: "Shows the main job step by step.", act: .tour)
        return places.map { text, help, place in
            CommandPalette.Command(
                text, help: help, key: key(for: place, in: state), act: .open(place))
        } + [tour]
    }

    /// The key that opens a place from everywhere.
    private static func key(for place: Place, in state: State) -> KeyPress? {
        keys.decidingRows(in: state, by: state.keymap).first { row, _ in
            switch row.decide(state) {
            case .send(.placePressed(place: place)): true
            case .send(.helpPressed): place == .help
            case .send, .refuse, .pass: false
            }
        }?.key
    }

    private static func endpointCommands(in state: State) -> [CommandPalette.Command] {
        state.endpoints.knownEndpoints.map { endpoint in
            CommandPalette.Command(
                "endpoint \(endpoint.name)", help: endpoint.summary ?? "Selects this endpoint.",
                act: .endpoint(endpoint.name))
        }
    }

    /// Jobs listed in the palette at most: more are found by their id.
    private static let jobLimit = 200

    private static func jobCommands(in state: State) -> [CommandPalette.Command] {
        var jobs = state.jobs?.heldJobs ?? []
        let ids = Set(jobs.map(\.id))
        jobs += state.endpoints.knownEndpoints.flatMap { state.endpoints.knownJobs(of: $0.name) }
            .filter { !ids.contains($0.id) }
        return jobs.prefix(jobLimit).map { job in
            let name = JobLine.name(of: job)
            let parts = [
                name == job.id.rawValue ? nil : name, job.status.rawValue, job.endpoint?.rawValue,
            ]
            return CommandPalette.Command(
                "job \(job.id)",
                help: parts.compactMap(\.self).joined(separator: " \(state.glyphs.separator) "),
                act: .open(.jobDetail(job.id)))
        }
    }
}
