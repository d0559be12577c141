import BatchModel
import ConsoleCore
import ConsoleGrid
import DraftFile

/// What a keymap file may hold: screens, their actions, and keys. Made of the key tables.
enum KeymapShape {
    private static let key = SettingsShape.named(
        "key",
        .text(
            FileText(
                "a key such as j, <enter>, <ctrl-s>, <alt-p> or <f5>",
                pattern: KeyPress.bindablePattern, numbers: 0...9
            ) { KeyPress(spelling: $0)?.isBindable ?? false }))

    private static let keys = SettingsShape.named(
        "keys", .either(key, .either(.list(key), .nothing)))

    /// The whole file.
    static let file = SettingsShape.map(
        FileMap(
            App.keySheets.map { sheet in
                FileKey(
                    sheet.screen,
                    .either(
                        .map(
                            FileMap(
                                sheet.actions.map { FileKey($0.name, keys, help: $0.help) })),
                        .nothing), help: "The keys of \(sheet.screen).")
            }))

    /// A file that says what is so by default.
    static var standard: String {
        var lines = [
            "# Every action with the keys it has by default. Keep what you change, drop the rest:",
            "# an action that is not named keeps its keys, [] takes them away.",
            "# `batchdeck config check` reads it over.",
        ]
        for sheet in App.keySheets {
            lines += ["", "\(sheet.screen):"]
            for action in sheet.actions {
                let keys = action.keys.map { "\"\(escaped($0.spelling))\"" }
                lines += [
                    "  # \(action.help)", "  \(action.name): [\(keys.joined(separator: ", "))]",
                ]
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ text: String) -> String {
        text.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : "\($0)" }.joined()
    }

    /// The keymap of a file that was read, with what the key tables have to say of it.
    static func keymap(
        of value: FileValue
    ) -> (keymap: Keymap, findings: [FileFinding]) {
        let bindings = value.entries.flatMap { screen in
            screen.value.entries.map { action in
                KeyBinding(
                    screen: screen.key, action: action.key,
                    keys: action.value.items.compactMap { item in
                        item.text.flatMap { KeyPress(spelling: $0) }.map { ($0, item.place) }
                    }, place: action.place)
            }
        }
        return Keymap.read(bindings)
    }
}

/// What a theme file may hold: what it is based on, and paints by role. Made of the tables of roles and colours.
enum ThemeShape {
    private static let colour = SettingsShape.named(
        "colour",
        .text(
            FileText(
                SpelledColour.words, pattern: SpelledColour.pattern, numbers: SpelledColour.indices
            ) { SpelledColour(spelling: $0) != nil }))

    private static let paint = SettingsShape.named(
        "paint",
        .map(
            FileMap([
                FileKey("fg", colour, help: "The letters' colour."),
                FileKey("bg", colour, help: "The ground's colour."),
                FileKey(
                    "attributes", .list(.word(Attributes.spellings.map(\.name))),
                    help: "Stress, in place of what it is based on; [] for none."),
            ])))

    /// The whole file.
    static let file = SettingsShape.map(
        FileMap([
            FileKey(
                "based_on", .word(Theme.all.map(\.name)),
                help: "The built-in theme that says what this file does not; dark by default."),
            FileKey(
                "styles",
                .either(
                    .map(
                        FileMap(
                            Role.allCases.map {
                                FileKey($0.spelling, paint, help: "How \($0.spelling) is drawn.")
                            })), .nothing), help: "Colours by what a text means."),
        ]))

    /// A theme as a file of its own.
    static func text(of theme: Theme) -> String {
        var lines = [
            "# Every style of \(theme.name). Keep what you change, drop the rest, and save it as",
            "# themes/NAME.yml: then --theme NAME uses it.",
            "based_on: \(theme.name)", "styles:",
        ]
        for role in Role.allCases {
            let paint = theme[role]
            let names = Attributes.spellings.filter { paint.attributes.contains($0.attribute) }
            let members = [
                "fg: \(spelling(paint.foreground))", "bg: \(spelling(paint.background))",
                "attributes: [\(names.map(\.name).joined(separator: ", "))]",
            ]
            lines.append("  \(role.spelling): { \(members.joined(separator: ", ")) }")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func spelling(_ colour: RGB?) -> String {
        colour.map { "\"\($0.hexText)\"" } ?? "default"
    }

    /// The theme of a file that was read, and where its text is hard to read.
    static func theme(
        _ name: String, of value: FileValue
    ) -> (theme: Theme, findings: [FileFinding]) {
        let base = value["based_on"]?.text.flatMap(Theme.named) ?? .dark
        var paints: [Role: Paint] = [:]
        var places: [(role: Role, place: FilePlace)] = []
        for entry in value["styles"]?.entries ?? [] {
            guard let role = Role.allCases.first(where: { $0.spelling == entry.key }) else {
                continue
            }
            paints[role] = paint(entry.value, over: base[role])
            places.append((role, entry.place))
        }
        let theme = base.changed(name: name, paints: paints)
        return (theme, places.compactMap { weakness(of: $0.role, in: theme, at: $0.place) })
    }

    private static func paint(_ value: FileValue, over base: Paint) -> Paint {
        var paint = base
        if let text = value["fg"]?.text, let colour = SpelledColour(spelling: text) {
            paint.foreground = colour.rgb
        }
        if let text = value["bg"]?.text, let colour = SpelledColour(spelling: text) {
            paint.background = colour.rgb
        }
        if let names = value["attributes"]?.items.compactMap(\.text) {
            let chosen = Attributes.spellings.filter { names.contains($0.name) }
            paint.attributes = Attributes(chosen.map(\.attribute))
        }
        return paint
    }

    private static func weakness(
        of role: Role, in theme: Theme, at place: FilePlace
    ) -> FileFinding? {
        guard role.isText, let contrast = theme.contrast(of: role),
            contrast < Theme.textContrast
        else { return nil }
        let tenths = Int((contrast * 10).rounded(.down))
        return FileFinding(
            place: place,
            detail: "The text of \(role.spelling) stands out from its ground by "
                + "\(tenths / 10).\(tenths % 10):1 only.",
            advice: "Choose colours further apart: text wants 4.5:1.", isWarning: true)
    }
}
