import BatchModel
import ConsoleGrid

extension DataPicker {
    /// What has to be asked when the picker opens.
    public static func opened(_ state: inout State) -> [Effect] { begin(&state) + settle(&state) }

    /// Takes in what happened and says what has to be done.
    public static func reduce(_ state: inout State, _ action: Action) -> [Effect] {
        let effects = change(&state, action)
        return effects + settle(&state)
    }

    private static func change(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .sourceMoved(let isForward): return moveSource(&state, isForward: isForward)
        case .sourceClicked(let source): return go(to: source, in: &state)
        case .rowMoved(let step): return move(&state) { $0.move(step) }
        case .rowClicked(let row): return move(&state) { $0.select(row) }
        case .textEdited(let key): edit(&state, with: key)
        case .openPressed: return open(&state)
        case .takePressed: return choose(&state)
        case .upPressed: return goUp(&state)
        case .filterCleared:
            state.level?.filter.clear()
            state.level?.narrow()
        case .refreshPressed: return refresh(&state)
        case .closePressed: return [.close]
        case .listed(let spot, let start, let listing):
            change(spot, in: &state) { $0.take(listing, start: start) }
        case .listRefused(let spot, let failure):
            change(spot, in: &state) { level in
                level.isLoading = false
                level.failure = failure
            }
        case .looked(let reference, let finding):
            if state.findings.count >= State.findingLimit { state.findings = [:] }
            state.findings[reference] = finding
        case .assetOpened, .assetClosed, .assetMoved, .assetClicked, .assetEdited, .assetTypeMoved,
            .assetSent,
            .assetAdvanced, .assetMade, .assetRefused:
            return changeAsset(&state, action)
        }
        return []
    }

    /// Goes to a row; the one that stands for more asks for it.
    private static func move(_ state: inout State, _ step: (inout ListWindow) -> Void) -> [Effect] {
        state.notice = nil
        if var level = state.level {
            step(&level.window)
            state.level = level
        }
        return state.level?.selected?.isMore == true ? loadMore(&state) : []
    }

    /// Looks at what is selected, once.
    private static func settle(_ state: inout State) -> [Effect] {
        guard state.asset == nil, let reference = state.reference, reference != state.looked
        else { return [] }
        state.looked = reference
        return state.findings[reference] == nil ? [.look(reference)] : []
    }

    /// Opens the source in front at its first place, when it was not open yet.
    static func begin(_ state: inout State) -> [Effect] {
        guard state.levels[state.source] == nil, let root = state.source.root else { return [] }
        state.levels[state.source] = []
        return push(root, in: &state)
    }

    static func push(_ spot: Spot, in state: inout State) -> [Effect] {
        var level = Level(spot: spot, height: state.listRows)
        let above = state.level?.listing
        defer { state.levels[state.source]?.append(level) }
        // All levels of an output came with the first answer.
        if case .outputFiles(let files)? = above {
            level.take(.outputFiles(files), start: 0)
            return []
        }
        return [.list(spot, start: 0)]
    }

    private static func moveSource(_ state: inout State, isForward: Bool) -> [Effect] {
        let all = state.purpose.sources
        let here = all.firstIndex(of: state.source) ?? 0
        return go(to: all[(here + (isForward ? 1 : all.count - 1)) % all.count], in: &state)
    }

    private static func go(to source: Source, in state: inout State) -> [Effect] {
        guard state.purpose.sources.contains(source) else { return [] }
        state.source = source
        state.notice = nil
        return begin(&state)
    }

    private static func change(
        _ spot: Spot, in state: inout State, _ body: (inout Level) -> Void
    ) {
        for source in Source.allCases {
            guard let index = state.levels[source]?.firstIndex(where: { $0.spot == spot }),
                var level = state.levels[source]?[index]
            else { continue }
            body(&level)
            state.levels[source]?[index] = level
        }
    }
}

// MARK: - Keys' consequences

extension DataPicker {
    private static func edit(_ state: inout State, with key: KeyPress) {
        state.notice = nil
        guard state.source != .url else {
            _ = state.url.handle(key)
            return
        }
        guard var level = state.level, level.filter.handle(key) else { return }
        level.narrow()
        state.level = level
    }

    private static func open(_ state: inout State) -> [Effect] {
        guard let row = state.level?.selected, state.source != .url else {
            return choose(&state)
        }
        if row.isMore { return loadMore(&state) }
        guard let spot = row.opens else { return choose(&state) }
        state.notice = nil
        return push(spot, in: &state)
    }

    private static func choose(_ state: inout State) -> [Effect] {
        if state.source == .url {
            do throws(ReferenceError) {
                return [.choose(text: try DataReference(parsing: state.url.value).text)]
            } catch {
                state.notice = error.message
                return []
            }
        }
        guard let reference = state.reference else { return [] }
        return [.choose(text: reference.text)]
    }

    private static func goUp(_ state: inout State) -> [Effect] {
        guard let levels = state.levels[state.source], let last = levels.last else { return [] }
        state.notice = nil
        if levels.count > 1 {
            state.levels[state.source]?.removeLast()
            return []
        }
        guard case .localFolder(let path) = last.spot, let above = parent(ofLocal: path) else {
            return []
        }
        state.levels[state.source] = []
        return push(.localFolder(path: above), in: &state)
    }

    private static func loadMore(_ state: inout State) -> [Effect] {
        guard let level = state.level, !level.isLoading, case .jobs(let jobs, true)? = level.listing
        else { return [] }
        state.level?.isLoading = true
        return [.list(level.spot, start: jobs.count)]
    }

    private static func refresh(_ state: inout State) -> [Effect] {
        state.findings = [:]
        state.looked = nil
        guard let spot = state.level?.spot else { return [] }
        state.level?.isLoading = true
        state.level?.failure = nil
        return [.list(spot, start: 0)]
    }
}

// MARK: - A level

extension DataPicker.Level {
    /// Takes an answer; a later page of jobs goes behind those that are here.
    mutating func take(_ new: DataPicker.Listing, start: Int) {
        isLoading = false
        failure = nil
        var merged = new
        if start > 0, case .jobs(let known, _)? = listing, case .jobs(let more, let hasMore) = new {
            let ids = Set(known.map(\.id))
            merged = .jobs(known + more.filter { !ids.contains($0.id) }, hasMore: hasMore)
        }
        let place = window.selection
        let selected = window.selected.flatMap {
            shown.indices.contains($0) ? rows[shown[$0]] : nil
        }
        listing = merged
        rows = DataPicker.rows(of: merged, at: spot)
        narrow()
        // The row that brought more jobs has the first of them in its place; any other is found again by what it is.
        let found = selected.flatMap { old in
            old.isMore ? nil : shown.firstIndex { rows[$0].isSame(as: old) }
        }
        window.select(found ?? place)
    }

    /// Shows what passes the filter, best first, and selects the first; the row for more stays last.
    mutating func narrow() {
        let text = String(filter.value)
        if text.isEmpty {
            shown = Array(rows.indices)
        } else {
            let pattern = FuzzyPattern(text)
            let scored = rows.indices.compactMap { index -> (score: Int, index: Int)? in
                guard !rows[index].isPlace, !rows[index].isMore else { return nil }
                return pattern.score(rows[index].label).map { ($0, index) }
            }
            shown = scored.sorted { ($1.score, $0.index) < ($0.score, $1.index) }.map(\.index)
            shown += rows.indices.filter { rows[$0].isMore }
        }
        window = ListWindow(count: shown.count, height: window.height)
    }
}
