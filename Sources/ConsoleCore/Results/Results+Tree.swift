import BatchModel
import ConsoleGrid

extension Results {
    /// The tree: what is unfolded, filtered and selected.
    struct Tree: Sendable, Equatable {
        var rows: [TreeRow] = []
        var list = ListWindow()
        /// Outputs and folders that are shut.
        var shut: Set<FileID> = []
        var filter = TextField()
        var isTyping = false
        /// The newest text of the filter that could be read.
        var query = FilterQuery.everything
        /// What is wrong with the filter, in words.
        var filterProblem: String?

        /// The selected row, nil without rows.
        var selected: TreeRow? { list.selected.map { rows[$0] } }
    }

    /// One row of the tree.
    struct TreeRow: Sendable, Equatable {
        enum Kind: Sendable, Equatable {
            case output, folder, file
            /// Words in the place of files.
            case note
        }

        var kind: Kind
        var id: FileID
        var label: String
        var depth: Int
        /// Bytes of a file, or of all files of an output.
        var size: Int64?
        /// Files of an output, as far as known.
        var fileCount: Int?
    }

    /// Lists the rows anew and keeps the selection on what it was on.
    static func listTree(_ state: inout State) {
        let selected = state.tree.selected?.id
        let matcher = matcher(&state.tree)
        var rows: [TreeRow] = []
        for output in state.outputs.value ?? [] {
            rows.append(row(of: output, in: state))
            guard !state.tree.shut.contains(rows[rows.count - 1].id) else { continue }
            rows += self.rows(below: output, in: state, matcher: matcher)
        }
        state.tree.rows = rows
        state.tree.list.setCount(rows.count)
        if let selected, let index = rows.firstIndex(where: { $0.id == selected }) {
            state.tree.list.select(index)
        }
    }

    private static func row(of output: JobOutput, in state: State) -> TreeRow {
        let files = state.files[output.name]?.value
        return TreeRow(
            kind: .output, id: FileID(output: output.name, path: ""), label: output.name, depth: 0,
            size: files?.totalBytes, fileCount: files?.count)
    }

    private static func rows(
        below output: JobOutput, in state: State, matcher: FilterMatcher?
    ) -> [TreeRow] {
        guard let files = state.files[output.name]?.value else {
            let hasFailed = state.files[output.name]?.failure != nil
            return [note(output, hasFailed ? "not listed" : "listing")]
        }
        if files.isEmpty {
            return [note(output, state.isGrowing ? "No files yet" : "This output holds no file")]
        }
        guard let matcher else { return unfolded(files, of: output, in: state) }
        let found = files.filter { file in
            matcher.score(text: file.path) { column in
                column == "size" ? file.size.map { .bytes($0) } : .text(file.path)
            } != nil
        }
        guard !found.isEmpty else { return [note(output, "no file matches")] }
        return found.map { row(of: $0, label: $0.path, depth: 1, output) }
    }

    /// Files below their folders; files of one folder follow each other, as paths are in order.
    private static func unfolded(
        _ files: [BlobEntry], of output: JobOutput, in state: State
    ) -> [TreeRow] {
        var rows: [TreeRow] = []
        var open: [Substring] = []
        for file in files {
            let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
            let folders = Array(parts.dropLast())
            let shared = zip(open, folders).prefix { $0 == $1 }.count
            var isHidden = isShut(folders[..<shared], of: output, in: state)
            for depth in shared..<folders.count where !isHidden {
                let path = folders[...depth].joined(separator: "/") + "/"
                let id = FileID(output: output.name, path: path)
                rows.append(
                    TreeRow(
                        kind: .folder, id: id, label: "\(folders[depth])/", depth: depth + 1))
                isHidden = state.tree.shut.contains(id)
            }
            open = folders
            guard !isHidden else { continue }
            let label = parts.last.map(String.init) ?? file.path
            rows.append(row(of: file, label: label, depth: folders.count + 1, output))
        }
        return rows
    }

    private static func isShut(
        _ folders: ArraySlice<Substring>, of output: JobOutput, in state: State
    ) -> Bool {
        guard !state.tree.shut.isEmpty else { return false }
        return folders.indices.contains { index in
            let path = folders[...index].joined(separator: "/") + "/"
            return state.tree.shut.contains(FileID(output: output.name, path: path))
        }
    }

    private static func row(
        of file: BlobEntry, label: String, depth: Int, _ output: JobOutput
    ) -> TreeRow {
        TreeRow(
            kind: .file, id: FileID(output: output.name, path: file.path), label: label,
            depth: depth, size: file.size)
    }

    private static func note(_ output: JobOutput, _ text: String) -> TreeRow {
        // No file is called "/", so a note is never taken for one.
        TreeRow(
            kind: .note, id: FileID(output: output.name, path: "/"), label: text, depth: 1)
    }

    /// The filter ready for use, the newest text of it that could be read; nil while it lets everything pass.
    private static func matcher(_ tree: inout Tree) -> FilterMatcher? {
        tree.filterProblem = nil
        do {
            tree.query = try FilterQuery(
                tree.filter.value, columns: [FilterColumn("name"), FilterColumn("size", .bytes)])
        } catch {
            tree.filterProblem = "\(error)"
        }
        return tree.query.isEmpty ? nil : FilterMatcher(tree.query)
    }
}

// MARK: - Which file

extension Results {
    /// Selects the file that was most likely come for, once that can be known.
    static func chooseFile(_ state: inout State) {
        guard !state.hasFile, let outputs = state.outputs.value else { return }
        let isListed = outputs.allSatisfy { state.files[$0.name]?.isLoading == false }
        let all = outputs.flatMap { output in
            (state.files[output.name]?.value ?? []).map { file in
                FileID(output: output.name, path: file.path)
            }
        }
        var best = all.first { ResultFile.isPredictions($0.path) }
        if best == nil, isListed {
            best = all.first { ResultFile.isReadable($0.path) } ?? all.first
        }
        guard let best, let row = state.tree.rows.firstIndex(where: { $0.id == best }) else {
            return
        }
        state.hasFile = true
        state.tree.list.select(row)
        show(best, in: &state)
    }

    /// Shows the selected file where the preview is to be seen, or nothing where no file is selected.
    static func followSelection(_ state: inout State) {
        guard state.hasFile, state.isWide || state.chosenPane == .preview else { return }
        guard let row = state.tree.selected, row.kind == .file else {
            if state.isWide { state.preview = nil }
            return
        }
        show(row.id, in: &state)
    }

    private static func show(_ file: FileID, in state: inout State) {
        guard state.preview?.file != file else { return }
        let entry = state.files[file.output]?.value?.first { $0.path == file.path }
        state.preview = Preview(file: file, size: entry?.size)
    }
}
