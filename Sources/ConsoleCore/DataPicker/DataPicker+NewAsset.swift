import BatchModel
import ConsoleGrid

// Registering data without leaving the picker: a name and a path, or a YAML file, or a file with some of it changed. What
// the members mean is said by whoever makes the plan of them, the same that `data create` asks.

extension DataPicker {
    /// The form of a data asset.
    struct NewAsset: Sendable, Equatable {
        /// Its rows, in order.
        enum Field: String, Sendable, Hashable, CaseIterable {
            case name, version, type, path, description
            case file = "YAML file"
            case make = ""
        }

        var texts: [Field: TextField] = [:]
        /// Nil for the file's own, else `uri_folder`.
        var type: DataType?
        var focus = Field.name
        var isSending = false
        /// How far it is, in words.
        var progress: String?
        var failure: ServiceFailure?
        /// The path it began with.
        var suggestion: String?

        /// The stops of the type's row.
        static let types: [DataType?] = [nil, .uriFolder, .uriFile, .mltable]

        func text(_ field: Field) -> String { String((texts[field]?.value ?? "").trimmingSpaces) }

        var order: DataOrder {
            DataOrder(
                file: text(.file), name: text(.name), version: text(.version), type: type,
                path: text(.path), summary: text(.description))
        }

        /// What stands between the form and an asset.
        var problem: String? {
            let order = order
            if order.file != nil { return nil }
            if order.name == nil { return "Give a name, or a YAML file that has one." }
            return order.path == nil
                ? "Give a path: a file or folder here, a datastore path or a URL." : nil
        }

        /// Whether letters go into the row with the focus.
        var isTyping: Bool { focus != .type && focus != .make && !isSending }
    }

    static func changeAsset(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .assetOpened: openAsset(&state)
        case .assetClosed:
            guard !state.isSending else { break }
            state.keptAsset = state.asset
            state.asset = nil
        case .assetMoved(let step): state.asset?.move(step)
        case .assetClicked(let row):
            let all = NewAsset.Field.allCases
            if all.indices.contains(row) { state.asset?.focus = all[row] }
        case .assetEdited(let key): state.asset?.edit(key)
        case .assetTypeMoved(let isForward): state.asset?.moveType(isForward: isForward)
        case .assetSent: return sendAsset(&state)
        case .assetAdvanced(let words):
            if state.asset?.isSending == true { state.asset?.progress = words }
        case .assetMade(let version): return made(version, in: &state)
        case .assetRefused(let failure):
            state.asset?.isSending = false
            state.asset?.progress = nil
            state.asset?.failure = failure
        case .sourceMoved, .sourceClicked, .rowMoved, .rowClicked, .textEdited, .openPressed,
            .takePressed,
            .upPressed,
            .filterCleared, .refreshPressed, .closePressed, .listed, .listRefused, .looked:
            break
        }
        return []
    }

    /// What was typed before and not sent is there again. The path is what is selected, where that is not an asset already
    /// and nobody has typed another.
    private static func openAsset(_ state: inout State) {
        var asset = state.keptAsset ?? NewAsset()
        state.keptAsset = nil
        asset.failure = nil
        switch state.source {
        case .local, .datastores, .jobs, .url:
            let isOwn = asset.text(.path) != asset.suggestion ?? ""
            if !isOwn, let text = state.reference?.text {
                asset.texts[.path] = TextField(text)
                asset.suggestion = text
            }
        case .assets, .recent: break
        }
        state.asset = asset
    }

    private static func sendAsset(_ state: inout State) -> [Effect] {
        guard var asset = state.asset, !asset.isSending, asset.problem == nil else { return [] }
        asset.isSending = true
        asset.failure = nil
        state.asset = asset
        return [.makeAsset(asset.order)]
    }

    /// Shows the versions of the asset that was made: the newest is selected, enter chooses it.
    private static func made(_ version: DataVersion, in state: inout State) -> [Effect] {
        state.asset = nil
        state.source = .assets
        state.levels[.assets] = []
        state.notice = "registered \(version.asset):\(version.version)"
        let effects = push(.assets, in: &state)
        return effects + push(.versions(version.asset), in: &state)
    }
}

extension DataPicker.NewAsset {
    fileprivate mutating func move(_ step: ListMove) {
        let all = Field.allCases
        var window = ListWindow(count: all.count, height: all.count)
        window.select(all.firstIndex(of: focus) ?? 0)
        window.move(step)
        focus = all[window.selection]
    }

    fileprivate mutating func edit(_ key: KeyPress) {
        guard isTyping else { return }
        var field = texts[focus] ?? TextField()
        guard field.handle(key) else { return }
        texts[focus] = field
        failure = nil
    }

    fileprivate mutating func moveType(isForward: Bool) {
        guard focus == .type, !isSending else { return }
        let all = Self.types
        let here = all.firstIndex(of: type) ?? 0
        type = all[(here + (isForward ? 1 : all.count - 1)) % all.count]
    }
}
