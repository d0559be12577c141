@testable import ConsoleCore
@testable import ConsoleGrid

// A golden file is what a scene looks like, to be read by a person and compared by a test:
//
//     jobs-filter: jobs that failed, found by a filter that is being typed
//
//     == 80×24 ==
//      local ▸ jobs                        the rows as they look, blanks at their ends cut
//     …
//     -- styles --
//     0: 0-79 header, 1-5 header+bold      columns and styles of row 0; plain text is not named
//     2-7: 0 border, 79 border             rows that are styled alike stand in one line
//     cursor: 23:14
//
// Styles stand there by their names. What a name comes to in a theme at a colour depth is written once, in the theme's own
// file, for every style that any scene draws. So each cell's look is fixed in every theme at every depth, a changed colour
// is one changed line, and a changed word does not come with four copies of its row.

/// The lines of a golden file, in sections.
struct Golden: Sendable {
    /// Lines below a heading.
    struct Section: Sendable, Equatable {
        /// Empty for what stands before the first heading.
        var heading: String
        var lines: [String]
    }

    var name: String
    var sections: [Section]

    /// The file's text.
    var text: String {
        sections.map { section in
            let head = section.heading.isEmpty ? [] : [section.heading]
            return (head + section.lines).map { $0 + "\n" }.joined()
        }.joined()
    }
}

// MARK: - Scenes

extension Golden {
    /// A scene as it looks in each of its views.
    init(_ pictures: ScenePictures) {
        name = pictures.scene.name
        sections = [Section(heading: "", lines: ["\(name): \(pictures.scene.shows)", ""])]
        for (view, screen) in zip(Scene.views, pictures.screens) {
            sections.append(
                Section(
                    heading: "== \(view.name) ==",
                    lines: (0..<screen.size.rows).map { screen.plainText(row: $0) }))
            sections.append(
                Section(
                    heading: "-- styles of \(view.name) --", lines: Self.styles(of: screen) + [""]))
        }
    }

    /// Rows with the styles of their columns, rows that are styled alike in one line.
    private static func styles(of screen: Screen) -> [String] {
        var lines: [String] = []
        var start = 0
        while start < screen.size.rows {
            let runs = runs(of: screen.row(start))
            var end = start + 1
            while end < screen.size.rows, Self.runs(of: screen.row(end)) == runs { end += 1 }
            if !runs.isEmpty { lines.append("\(span(start, end)): \(runs)") }
            start = end
        }
        if let cursor = screen.cursor { lines.append("cursor: \(cursor.row):\(cursor.column)") }
        return lines
    }

    /// `0-4 header+bold, 6 dim/header`: the columns of a row that are not plain.
    private static func runs(of cells: ArraySlice<Cell>) -> String {
        var runs: [String] = []
        var position = cells.startIndex
        while position < cells.endIndex {
            let style = cells[position].style
            let end = cells[position...].firstIndex { $0.style != style } ?? cells.endIndex
            if style != .plain, style != .text {
                let columns = span(position - cells.startIndex, end - cells.startIndex)
                runs.append("\(columns) \(style.spelling)")
            }
            position = end
        }
        return runs.joined(separator: ", ")
    }

    private static func span(_ start: Int, _ end: Int) -> String {
        end - start == 1 ? "\(start)" : "\(start)-\(end - 1)"
    }
}

// MARK: - Themes

extension Golden {
    /// What styles look like in a theme at every depth.
    init(_ theme: Theme, styles: [Style]) {
        name = "theme-\(theme.name)"
        let head = ["\(name): what each style looks like at every colour depth", ""]
        let depths = ["no colours", "16 colours", "256 colours", "24 bits"]
        let rows = styles.map { style in
            let looks = ColourDepth.allCases.map { theme.resolve(style, depth: $0) }
            return [style.spelling] + looks.map(Self.look)
        }
        sections = [
            Section(
                heading: "", lines: head + ([["style"] + depths] + rows).map(Self.padded))
        ]
    }

    private static func padded(_ cells: [String]) -> String {
        let widths = [36, 22, 28, 28, 0]
        let text = zip(cells, widths).map { cell, width in
            cell + String(repeating: " ", count: max(1, width - cell.count))
        }.joined()
        return TextWidth.trimmingTrailingSpaces(text)
    }

    /// `9 on 4, bold`; the terminal's own colours are `default`, and its own ground is not named.
    private static func look(_ look: ResolvedStyle) -> String {
        var text = spelling(look.foreground)
        if look.background != .standard { text += " on \(spelling(look.background))" }
        let stress = Attributes.names.filter { look.attributes.contains($0.0) }.map(\.1)
        return stress.isEmpty ? text : text + ", " + stress.joined(separator: " ")
    }

    private static func spelling(_ colour: TerminalColour) -> String {
        switch colour {
        case .standard: "default"
        case .indexed(let index): "\(index)"
        case .direct(let rgb):
            "#"
                + [rgb.red, rgb.green, rgb.blue].map { part in
                    (part < 16 ? "0" : "") + String(part, radix: 16)
                }.joined()
        }
    }
}

// MARK: - Comparing

extension Golden {
    /// Differences named at most for one file.
    private static let differenceLimit = 6

    /// What is not as in the file, each with its place; empty when all is.
    func differences(from file: String) -> [String] {
        guard file != text else { return [] }
        let wanted = read(file)
        var found: [String] = []
        for section in sections {
            guard let old = wanted.first(where: { $0.heading == section.heading }) else {
                found.append("\(name), \(section.heading): the file has nothing of it")
                continue
            }
            for index in 0..<max(old.lines.count, section.lines.count) {
                let expected = index < old.lines.count ? old.lines[index] : "(no line)"
                let got = index < section.lines.count ? section.lines[index] : "(no line)"
                guard expected != got else { continue }
                found.append(
                    "\(name), \(section.heading) row \(index)\nexpected: \(expected)\ngot:      \(got)"
                )
            }
        }
        if found.isEmpty { found = ["\(name): the order of its sections, or the file's end"] }
        let more = found.count - Self.differenceLimit
        return more > 0
            ? found.prefix(Self.differenceLimit) + ["\(name): and \(more) more lines"] : found
    }

    /// A file's text in the sections this golden has.
    private func read(_ file: String) -> [Section] {
        let headings = Set(sections.map(\.heading))
        var read = [Section(heading: "", lines: [])]
        var lines = file.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for line in lines {
            if !line.isEmpty, headings.contains(String(line)) {
                read.append(Section(heading: String(line), lines: []))
            } else {
                read[read.count - 1].lines.append(String(line))
            }
        }
        return read
    }
}
