import BatchModel
import ConsoleGrid

extension Endpoints {
    /// Draws the list of endpoints in its box.
    static func drawList(
        _ state: State, on screen: inout Screen, in box: Rect, _ layout: Layout,
        _ context: ViewContext
    ) {
        let own = self.context(context, of: .endpoints, in: state)
        screen.drawBox(
            box, title: listTitle(of: state), style: own.isFocused ? .focusBorder : .border,
            glyphs: context.glyphs)
        drawFilter(state, on: &screen, in: layout.filter, own)
        drawEndpoints(state, on: &screen, in: box, layout, own)
        drawLines(
            listNotes(of: state, columns: layout.endpoints.notes.columns, context.glyphs),
            on: &screen, in: layout.endpoints.notes, own)
        let last = box.line(box.rows - 1)
        if box.rows > 1 { drawAge(of: state.endpoints, on: &screen, in: last, context: own) }
    }

    /// `Endpoints 5`, with a filter `Endpoints 2 of 5`.
    private static func listTitle(of state: State) -> String {
        guard let all = state.endpoints.fetched.value else { return "Endpoints" }
        let count = Words.grouped(all.count)
        guard !state.filter.query.isEmpty else { return "Endpoints \(count)" }
        return "Endpoints \(Words.grouped(state.shown.count)) of \(count)"
    }

    private static func drawFilter(
        _ state: State, on screen: inout Screen, in line: Rect, _ context: ViewContext
    ) {
        guard !line.isEmpty else { return }
        let isOpen = state.filter.isOpen
        screen.write("/", at: line.origin, style: isOpen ? .accent.bold : .dim, maxColumns: 1)
        state.filter.field.draw(
            on: &screen, in: line.split(columnsAt: 1).right,
            look: TextField.Look(
                isFocused: isOpen && context.isFocused,
                placeholder: "name, kind:model, running:>0", style: isOpen ? .input : .accent),
            glyphs: context.glyphs)
    }

    private static func drawEndpoints(
        _ state: State, on screen: inout Screen, in box: Rect, _ layout: Layout,
        _ context: ViewContext
    ) {
        let part = layout.endpoints
        guard !state.shown.isEmpty else {
            return drawEmpty(.endpoints, state, on: &screen, in: part.rows, context)
        }
        // Without the page beside it the list has room for more columns, and for their headings.
        let isAlone = layout.page == nil
        let inner = part.rows.split(columnsAt: 2).right
        let columns = EndpointColumn.used(for: state.shown, hasRoom: isAlone)
        let table = TableLayout(
            columns.map { $0.table(hasRoom: isAlone) }, width: inner.columns,
            gap: isAlone ? 2 : 1)
        if !part.heading.isEmpty {
            table.drawHeadings(
                on: &screen, at: Point(row: part.heading.row, column: inner.column),
                glyphs: context.glyphs)
        }
        drawRows(
            state.endpointList, on: &screen, in: part.rows, edge: box.endColumn - 1,
            marksAlways: true,
            context
        ) { row, line, screen in
            guard row < state.shown.count else { return }
            draw(state.shown[row], of: state, columns, table, on: &screen, in: line, context)
        }
    }
}

// MARK: - Rows

extension Endpoints {
    private static func draw(
        _ endpoint: Endpoint, of state: State, _ columns: [EndpointColumn], _ table: TableLayout,
        on screen: inout Screen, in line: Rect, _ context: ViewContext
    ) {
        table.drawRow(
            columns.map { $0.cell(of: endpoint, in: state, context.glyphs) }, on: &screen,
            at: line.origin, glyphs: context.glyphs)
        guard !state.filter.query.isEmpty, let slot = table.slot(of: 0) else { return }
        let name = TextWidth.truncate(
            endpoint.name.rawValue, columns: slot.columns, ellipsis: context.glyphs.ellipsis)
        let spans = Span.highlighted(name, positions: matched(name, state), style: .text)
        screen.write(spans, at: line.origin, maxColumns: slot.columns)
    }

    /// The letters of a name that the filter's fuzzy words have found.
    private static func matched(_ name: String, _ state: State) -> [Int] {
        var positions: Set<Int> = []
        for term in state.filter.query.terms where !term.isNegated {
            switch term.test {
            case .fuzzy(let pattern): positions.formUnion(pattern.match(name)?.positions ?? [])
            case .literal, .regex, .contains, .columnRegex, .compare: break
            }
        }
        return positions.sorted()
    }
}
