import BatchModel
public import ConsoleGrid

extension Presets {
    /// Draws the list and the file of the selected preset.
    public static func draw(
        _ state: State, on screen: inout Screen, in rect: Rect, context: ViewContext
    ) {
        screen.drawBox(
            rect, title: "Presets of \(state.endpoint)",
            style: context.isFocused ? .focusBorder : .border, glyphs: context.glyphs)
        let layout = layout(of: state, in: rect)
        drawList(state, on: &screen, in: layout.list, context)
        drawFile(state, on: &screen, in: layout.file, context)
        drawLine(state, on: &screen, in: layout.line, context)
        box(of: state)?.draw(on: &screen, in: rect, context: context)
    }

    /// The question that is open.
    static func box(of state: State) -> ConfirmBox? {
        guard let preset = state.questioned else { return nil }
        return state.box(
            "Delete the preset \(preset.name)?",
            detail: "Its file is removed from this machine.", confirmHint: "delete it")
    }

    /// The list, the file of what is selected, and the line below both.
    static func layout(of state: State, in rect: Rect) -> (list: Rect, file: Rect, line: Rect) {
        let parts = rect.inset(rows: 1, columns: 2).split(rowsAt: -2)
        guard rect.columns >= DataPicker.State.wideColumns else {
            let halves = parts.top.split(rowsAt: parts.top.rows / 2)
            return (halves.top, halves.bottom, parts.bottom)
        }
        let third = state.selected == nil ? parts.top.columns : parts.top.columns / 3
        let halves = parts.top.split(columnsAt: third)
        return (halves.left, halves.right.split(columnsAt: 2).right, parts.bottom)
    }

    private static func drawList(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard let all = state.presets.value, !all.isEmpty else {
            let words =
                state.presets.failure?.message
                ?? (state.presets.isLoading
                    ? "looking for presets"
                    : "Nothing is saved for this endpoint yet: \(state.key("save")) saves the form "
                        + "under a name.")
            Paragraph.draw(words, on: &screen, in: rect, style: .dim, glyphs: context.glyphs)
            return
        }
        let start = state.window.offset
        for index in state.window.visible.prefix(rect.rows) where index < all.count {
            let isSelected = state.window.selected == index
            let mark = isSelected ? "\(context.glyphs.pointer) " : "  "
            let isBad = !all[index].problem.isEmpty
            screen.writeField(
                mark + all[index].name, at: rect.line(index - start).origin,
                columns: rect.columns,
                style: isSelected ? .accent.bold : isBad ? .warning : .text,
                glyphs: context.glyphs)
        }
    }

    private static func drawFile(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard let preset = state.selected else { return }
        let problem = Paragraph.wrap(preset.problem, columns: rect.columns, limit: 6)
            .map { Span($0, preset.problem.isEmpty ? .text : .danger) }
        let file = Paragraph.wrap(preset.text, columns: rect.columns, limit: rect.rows)
            .map { Span($0, $0.hasPrefix("#") ? .dim : .text) }
        let lines = (preset.problem.isEmpty ? [] : problem) + file
        for (index, line) in lines.prefix(rect.rows).enumerated() {
            screen.write([line], at: rect.line(index).origin, maxColumns: rect.columns)
        }
    }

    /// The name being typed, or what the newest key came to.
    private static func drawLine(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard rect.rows > 0 else { return }
        guard let naming = state.naming else {
            if let notice = state.notice {
                Paragraph.draw(notice, on: &screen, in: rect, style: .info, glyphs: context.glyphs)
            }
            return
        }
        let label = "Save the form as "
        let used = screen.write(
            label, at: rect.origin, style: .accent, maxColumns: rect.columns)
        naming.draw(
            on: &screen, in: rect.line(0).split(columnsAt: used).right,
            look: TextField.Look(isFocused: context.isFocused, placeholder: "nightly"),
            glyphs: context.glyphs)
        guard state.isReplacing, rect.rows > 1 else { return }
        screen.write(
            "This name is taken: \(state.key("name-keep")) once more replaces the preset.",
            at: rect.line(1).origin, style: .warning, maxColumns: rect.columns)
    }
}
