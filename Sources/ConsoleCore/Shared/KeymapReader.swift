public import BatchModel
public import ConsoleGrid

// What a keymap file says, made a keymap. The file is read elsewhere; here is what only the key tables know: which keys are
// taken, and by what.
//
// Two actions of a screen may share a key when they share one by default: then the tables keep them apart, by state or by
// order. Any other shared key would leave one of the two without it in silence, so it is an error. A screen is asked before
// everywhere, so the same holds between the two. Where text is typed a plain letter is text; and what leads out of
// something, or quits, has to keep a key.

/// What one line of a keymap file binds.
public struct KeyBinding: Sendable {
    /// The screen.
    public var screen: String
    /// The action.
    public var action: String
    /// The keys, each with its place in the file; none takes the action's keys away.
    public var keys: [(key: KeyPress, place: FilePlace)]
    /// Where the action stands in the file.
    public var place: FilePlace

    /// Describes a line.
    public init(
        screen: String, action: String, keys: [(key: KeyPress, place: FilePlace)], place: FilePlace
    ) {
        self.screen = screen
        self.action = action
        self.keys = keys
        self.place = place
    }
}

extension Keymap {
    /// The keymap of a file's lines, and what is wrong with them.
    ///
    /// - Parameter bindings: screens and actions that nobody knows are passed over: whoever read the file has said so.
    public static func read(_ bindings: [KeyBinding]) -> (keymap: Keymap, findings: [FileFinding]) {
        var reading = KeymapReading(sheets: App.keySheets)
        for binding in bindings { reading.take(binding) }
        reading.findClashes()
        return (reading.keymap, reading.findings)
    }
}

private struct KeymapReading {
    let sheets: [KeySheet]
    var keymap = Keymap()
    var findings: [FileFinding] = []
    /// Where the file gives a key to an action.
    private var places: [Bound: FilePlace] = [:]

    private struct Bound: Hashable {
        var screen: String
        var action: String
        var key: KeyPress
    }

    init(sheets: [KeySheet]) { self.sheets = sheets }

    mutating func take(_ binding: KeyBinding) {
        guard
            let action = sheets.first(where: { $0.screen == binding.screen })?.actions
                .first(where: { $0.name == binding.action })
        else { return }
        let name = "\(binding.screen).\(binding.action)"
        for (key, place) in binding.keys {
            places[Bound(screen: binding.screen, action: binding.action, key: key)] = place
            guard action.isInText, key.typed != nil, !action.keys.contains(key) else { continue }
            note(
                place, "\(name) is meant while text is typed, and \(key.spelling) would be text.",
                "Use a key that types nothing, such as <ctrl-k>, <alt-k> or <f8>.")
        }
        let keys = binding.keys.map(\.key)
        if action.isWayOut, !keys.contains(where: { $0.typed == nil }) {
            note(
                binding.place,
                "\(name) leads out, and would have no key left that works while text is typed.",
                "Leave it a key such as \(action.keys.first?.spelling ?? "<esc>").")
        }
        keymap.bind(binding.action, on: binding.screen, to: keys)
    }

    private mutating func note(_ place: FilePlace, _ detail: String, _ advice: String) {
        findings.append(FileFinding(place: place, detail: detail, advice: advice))
    }

    /// Keys that the file gives to what another action has, on the same screen or everywhere.
    mutating func findClashes() {
        guard let everywhere = sheets.first else { return }
        for sheet in sheets {
            for (index, action) in sheet.actions.enumerated() {
                for other in sheet.actions[(index + 1)...] {
                    compare((sheet.screen, action), (sheet.screen, other))
                }
                guard sheet.screen != everywhere.screen else { continue }
                for other in everywhere.actions {
                    compare((sheet.screen, action), (everywhere.screen, other))
                }
            }
        }
    }

    private typealias Side = (screen: String, action: KeySheet.Action)

    private mutating func compare(_ left: Side, _ right: Side) {
        guard Set(left.action.keys).isDisjoint(with: right.action.keys) else { return }
        let keys = keymap.keys(for: left.action.name, on: left.screen) ?? left.action.keys
        let others = keymap.keys(for: right.action.name, on: right.screen) ?? right.action.keys
        for key in keys where others.contains(key) {
            let mine = place(of: key, left)
            let theirs = place(of: key, right)
            // What stands further down in the file is what clashes with what came before.
            let isLeft = mine.map { place in theirs.map { $0 < place } ?? true } ?? false
            guard let place = isLeft ? mine : theirs else { continue }
            let (bound, taken) = isLeft ? (left, right) : (right, left)
            note(
                place,
                "\(bound.screen).\(bound.action.name) cannot have \(key.spelling): it is "
                    + "\(taken.screen).\(taken.action.name).",
                "Use another key, or give \(taken.screen).\(taken.action.name) other keys; "
                    + "[] gives it none.")
        }
    }

    private func place(of key: KeyPress, _ side: Side) -> FilePlace? {
        places[Bound(screen: side.screen, action: side.action.name, key: key)]
    }
}
