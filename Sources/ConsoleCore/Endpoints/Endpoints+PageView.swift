import BatchModel
import ConsoleGrid

extension Endpoints {
    /// Draws the selected endpoint's deployments and recent jobs in their box.
    static func drawPage(
        _ state: State, on screen: inout Screen, in box: Rect, _ layout: Layout,
        _ context: ViewContext
    ) {
        let isFocused = context.isFocused && state.focus != .endpoints
        let frame: Style = isFocused ? .focusBorder : .border
        screen.drawBox(
            box, title: pageTitle(of: state, layout, context.glyphs), style: frame,
            glyphs: context.glyphs)
        guard state.endpoint != nil else {
            let words = state.knownEndpoints.isEmpty ? "" : "No endpoint is selected."
            Paragraph.draw(
                words, on: &screen, in: box.inset(rows: 1, columns: 2), style: .dim,
                glyphs: context.glyphs)
            return
        }
        drawLines(
            factLines(of: state, columns: layout.facts.columns), on: &screen, in: layout.facts,
            context)
        let bottom = box.rows > 1 ? box.line(box.rows - 1) : Rect(size: .zero)
        if !layout.deployments.area.isEmpty {
            drawDeployments(state, on: &screen, in: layout.deployments, box, context)
            let edge = layout.rule.isEmpty ? bottom : layout.rule
            if !layout.rule.isEmpty {
                drawRule(state, on: &screen, in: layout.rule, frame, context)
            }
            drawAge(of: state.ownDeployments, on: &screen, in: edge, context: context)
        }
        if !layout.jobs.area.isEmpty {
            drawJobs(state, on: &screen, in: layout.jobs, box, context)
            drawAge(of: state.ownJobs, on: &screen, in: bottom, context: context)
        }
    }

    /// The endpoint's name, and which list is shown where there is room for one only.
    private static func pageTitle(
        of state: State, _ layout: Layout, _ glyphs: Glyphs
    ) -> String? {
        guard let name = state.selectedEndpoint else { return nil }
        guard layout.rule.isEmpty else { return name.rawValue }
        let list = layout.jobs.area.isEmpty ? "deployments" : "recent jobs"
        return "\(name) \(glyphs.separator) \(list)"
    }

    /// The line between both lists, with the title of the lower one.
    private static func drawRule(
        _ state: State, on screen: inout Screen, in line: Rect, _ style: Style,
        _ context: ViewContext
    ) {
        let box = context.glyphs.box
        screen.fill(line, style: style, with: box.horizontal)
        screen.put(box.teeLeft, at: line.origin, style: style)
        screen.put(
            box.teeRight, at: Point(row: line.row, column: line.endColumn - 1), style: style)
        let isFocused = context.isFocused && state.focus == .jobs
        let place = line.inset(rows: 0, columns: 1)
        screen.write(
            " Recent jobs ", at: place.origin, style: isFocused ? .title : .heading,
            maxColumns: place.columns)
    }

    // MARK: - Deployments

    private static func drawDeployments(
        _ state: State, on screen: inout Screen, in part: Part, _ box: Rect,
        _ context: ViewContext
    ) {
        let own = self.context(context, of: .deployments, in: state)
        let all = state.ownDeployments.fetched.value ?? []
        guard !all.isEmpty else {
            return drawEmpty(.deployments, state, on: &screen, in: part.rows, own)
        }
        let inner = part.rows.split(columnsAt: 2).right
        let columns = DeploymentColumn.used(for: all)
        let table = TableLayout(columns.map(\.table), width: inner.columns)
        if !part.heading.isEmpty {
            table.drawHeadings(
                on: &screen, at: Point(row: part.heading.row, column: inner.column),
                style: own.isFocused ? .title : .heading, glyphs: own.glyphs)
        }
        drawRows(
            state.deploymentList, on: &screen, in: part.rows, edge: box.endColumn - 1,
            marksAlways: false, own
        ) { row, line, screen in
            guard row < all.count else { return }
            let isUsual = all[row].name == state.endpoint?.defaultDeployment
            table.drawRow(
                columns.map { $0.cell(of: all[row], isUsual: isUsual, own.glyphs) },
                on: &screen, at: line.origin, glyphs: own.glyphs)
        }
        drawLines(
            detailLines(of: state, columns: part.details.columns, own.glyphs), on: &screen,
            in: part.details, own)
        let notes = notes(of: state.ownDeployments, columns: part.notes.columns, own.glyphs)
        drawLines(notes, on: &screen, in: part.notes, own)
    }

    // MARK: - Jobs

    private static func drawJobs(
        _ state: State, on screen: inout Screen, in part: Part, _ box: Rect,
        _ context: ViewContext
    ) {
        let own = self.context(context, of: .jobs, in: state)
        let all = state.ownJobs.fetched.value ?? []
        guard !all.isEmpty else {
            return drawEmpty(.jobs, state, on: &screen, in: part.rows, own)
        }
        let indent = jobIndent(columns: part.rows.columns)
        let table = JobLine.Table(columns: part.rows.columns - indent)
        if !part.heading.isEmpty {
            table.layout.drawHeadings(
                on: &screen, at: part.heading.split(columnsAt: indent).right.origin,
                style: own.isFocused ? .title : .heading, glyphs: own.glyphs)
        }
        drawRows(
            state.jobList, on: &screen, in: part.rows, edge: box.endColumn - 1, indent: indent,
            marksAlways: false, own
        ) { row, line, screen in
            guard row < all.count else { return }
            JobLine.draw(
                all[row], by: table, on: &screen, in: line, isSelected: false,
                showsEndpoint: false, context: own)
        }
        let notes = notes(of: state.ownJobs, columns: part.notes.columns, own.glyphs)
        drawLines(notes, on: &screen, in: part.notes, own)
    }

    /// Columns before a job's line: none at the one width where they would cost it its progress.
    private static func jobIndent(columns: Int) -> Int {
        func hasProgress(_ width: Int) -> Bool { JobLine.Table(columns: width).hasProgress }
        return hasProgress(columns) && !hasProgress(columns - 2) ? 0 : 2
    }
}
