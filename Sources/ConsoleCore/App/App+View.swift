import BatchModel
public import ConsoleGrid

extension App {
    /// The picture of a state.
    public static func view(_ state: State) -> Screen {
        var screen = Screen(size: state.size)
        let all = Rect(size: state.size)
        if state.size.rows >= 3 { drawHeader(state, on: &screen, in: all.line(0)) }
        drawPlace(state, on: &screen)
        drawTour(state, on: &screen)
        drawOverlays(state, on: &screen)
        if state.size.rows >= 2 {
            drawFooter(state, on: &screen, in: all.line(all.rows - 1))
        }
        return screen
    }

    private static func context(of state: State) -> ViewContext {
        ViewContext(
            glyphs: state.glyphs, now: state.now,
            clockAhead: state.connection.value?.clockAhead ?? .zero)
    }

    /// What lies over the screen in front.
    private static func drawOverlays(_ state: State, on screen: inout Screen) {
        let context = context(of: state)
        if let box = state.retry {
            Retry.draw(box, on: &screen, in: state.body, by: state.keymap, context)
        }
        if let signIn = openSignIn(state) {
            SignIn.draw(signIn, to: state.context, on: &screen, in: state.body, context)
        }
        if let palette = state.palette {
            CommandPalette.draw(palette, on: &screen, in: state.body, context: context)
        }
    }

    /// The tour's strip, between the screen and the footer.
    private static func drawTour(_ state: State, on screen: inout Screen) {
        guard let tour = state.tour else { return }
        let body = state.body
        let strip = Rect(
            row: body.endRow, column: 0, rows: min(state.tourRows, state.size.rows - body.endRow),
            columns: state.size.columns)
        Tour.draw(
            tour, at: state.place, on: &screen, in: strip, by: state.keymap,
            ViewContext(glyphs: state.glyphs, now: state.now))
    }

    private static func drawPlace(_ state: State, on screen: inout Screen) {
        let rect = state.body
        let context = context(of: state)
        switch state.place {
        case .endpoints:
            Endpoints.draw(state.endpoints, on: &screen, in: rect, context: context)
        case .jobs:
            if let jobs = state.jobs { Jobs.draw(jobs, on: &screen, in: rect, context: context) }
        case .jobForm:
            if let form = state.form { JobForm.draw(form, on: &screen, in: rect, context: context) }
        case .jobDetail:
            if let detail = state.detail {
                JobDetail.draw(detail, on: &screen, in: rect, context: context)
            }
        case .results:
            if let results = state.results {
                Results.draw(results, on: &screen, in: rect, context: context)
            }
        case .compare:
            if let compare = state.compare {
                Compare.draw(compare, on: &screen, in: rect, context: context)
            }
        case .undecided:
            if let list = state.undecidedList {
                Undecided.draw(list, on: &screen, in: rect, context: context)
            }
        case .contexts:
            if let list = state.contextList {
                Contexts.draw(
                    list, standing: standing(of: state), on: &screen, in: rect, context: context)
            }
        case .transfers:
            if let list = state.transferList {
                Transfers.draw(list, on: &screen, in: rect, context: context)
            }
        case .doctor:
            if let doctor = state.doctor {
                Doctor.draw(doctor, on: &screen, in: rect, context: context)
            }
        case .notices:
            if let list = state.noticeList {
                Notices.draw(list, on: &screen, in: rect, context: context)
            }
        case .help:
            if let help = state.help { Help.draw(help, on: &screen, in: rect, context: context) }
        }
    }

    // MARK: - Header

    private static func drawHeader(_ state: State, on screen: inout Screen, in line: Rect) {
        screen.fill(line, style: Style(.header))
        let right = statusSpans(state)
        let width = right.reduce(0) { $0 + TextWidth.columns(of: $1.text) }
        let room = line.columns - 1
        let crumbs = crumbs(state, columns: width + 12 < room ? room - width - 2 : room)
        screen.write(crumbs, at: Point(row: line.row, column: line.column + 1), maxColumns: room)
        guard width + 12 < room else { return }
        screen.write(
            right, at: Point(row: line.row, column: line.endColumn - width - 1),
            maxColumns: width)
    }

    /// A name cut to less than this says nothing.
    private static let crumbColumns = 20
    /// Columns that the words of an engine's start leave to the name before them and to the way.
    private static let wayColumns = 30

    /// `local ▸ endpoints ▸ jobs`; where room is short the beginning gives way.
    private static func crumbs(_ state: State, columns: Int) -> [Span] {
        let ground = Role.header
        let titles = state.path.map { title(of: $0, in: state) }
        let between = " \(state.glyphs.pointer) "
        var shown = titles[...]
        func width(_ titles: ArraySlice<String>) -> Int {
            titles.reduce(TextWidth.columns(of: state.context)) {
                $0 + 3 + TextWidth.columns(of: $1)
            }
        }
        // The way gives way to the last name as long as that would be cut to less than a few letters.
        func room(_ titles: ArraySlice<String>) -> Int { columns - width(titles.dropLast()) - 3 }
        while shown.count > 1, width(shown) > columns, room(shown) < crumbColumns {
            shown = shown.dropFirst()
        }
        if let last = shown.last, width(shown) > columns {
            shown[shown.endIndex - 1] = TextWidth.truncateMiddle(
                last, columns: max(0, room(shown)), ellipsis: state.glyphs.ellipsis)
        }
        var spans = [Span(state.context, Style(.header).bold)]
        for (index, title) in shown.enumerated() {
            let isLast = index == shown.count - 1
            spans.append(Span(between, Style(.dim, on: ground)))
            spans.append(Span(title, isLast ? Style(.header).bold : Style(.dim, on: ground)))
        }
        return spans
    }

    private static func title(of place: Place, in state: State) -> String {
        switch place {
        case .endpoints: Endpoints.title(of: state.endpoints)
        case .jobs: state.jobs.map(Jobs.title) ?? "jobs"
        case .jobForm: state.form.map(JobForm.title) ?? "new job"
        case .jobDetail: state.detail.map(JobDetail.title) ?? "job"
        case .results: state.results.map(Results.title) ?? "results"
        case .compare: state.compare.map(Compare.title) ?? "two jobs"
        case .undecided: state.undecidedList.map(Undecided.title) ?? "undecided"
        case .notices: state.noticeList.map(Notices.title) ?? "notices"
        case .contexts: state.contextList.map(Contexts.title) ?? "contexts"
        case .transfers: state.transferList.map(Transfers.title) ?? "transfers"
        case .doctor: state.doctor.map(Doctor.title) ?? "doctor"
        case .help: state.help.map(Help.title) ?? "help"
        }
    }

    /// The connection, what is being sent, what runs.
    private static func statusSpans(_ state: State) -> [Span] {
        let ground = Role.header
        let glyphs = state.glyphs
        var spans: [Span] = []
        func add(_ text: String, _ style: Style) {
            if !spans.isEmpty { spans.append(Span("   ", Style(.header))) }
            spans.append(Span(text, style.on(ground)))
        }
        if state.isReadOnly { add("read-only", .warning) }
        if state.signIn != nil {
            add("\(glyphs.warning) sign-in (\(keyName("contexts", in: state)))", .warning)
        }
        if !state.undecided.isEmpty {
            add("\(glyphs.warning) \(state.undecided.count) undecided", .warning)
        }
        if let words = roundWords(of: state) { add("\(glyphs.up) \(words)", .running) }
        let open = openTransfers(in: state)
        let uploads = open.count(where: \.isUpload)
        if uploads > 0 {
            add("\(glyphs.up) \(Words.count(uploads, "upload"))", .running)
        } else if state.isSending {
            add("\(glyphs.up) submitting", .running)
        }
        if open.count > uploads {
            add("\(glyphs.down) \(Words.count(open.count - uploads, "download"))", .running)
        }
        let running = state.tracked.count
        if running > 0 { add("\(glyphs.dot) \(running) running", .running) }
        let isLocal = state.connection.value?.isLocal ?? (state.context == AzureContext.localName)
        let name = isLocal ? "engine" : "workspace"
        if state.connection.failure != nil {
            let words = state.connection.asOf.map {
                "lost \(Words.age(of: $0, at: state.now)) ago"
            }
            let plain = state.connection.value == nil ? "no connection" : "lost"
            add("\(name) \(glyphs.cross) \(words ?? plain)", .danger)
        } else if let latency = state.connection.value?.latency, !state.connection.isLoading {
            add("\(name) \(glyphs.dot) \(Words.span(latency))", .success)
        } else {
            let words = TextWidth.truncate(
                state.startWords ?? "connecting",
                columns: max(crumbColumns, state.size.columns - wayColumns),
                ellipsis: glyphs.ellipsis)
            add("\(name) \(glyphs.circle) \(words)", .dim)
        }
        return spans
    }
}
