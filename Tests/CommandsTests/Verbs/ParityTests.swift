import ConsoleCore
import Testing

@testable import Commands

/// Whatever the console can do a verb can do: a line for every action of every key table.
@Suite struct ParityTests {
    /// How an action is done without the console.
    enum Way: Sendable {
        /// By these words: a verb, and perhaps options of it.
        case verb(String)
        /// It is of the screen alone, for this reason.
        case screen(String)
    }

    /// Ways of moving about, on whatever screen.
    static let moving: Set = [
        "arrow-down", "arrow-up", "back", "down", "first", "half-page-down", "half-page-up", "last",
        "next-row", "page-down", "page-up", "previous-row", "space-page-down", "up",
    ]
    /// Typing a filter or a search, answering a question, taking a message away.
    static let typing: Set = [
        "clear-filter", "clear-message", "clear-search", "close-question", "confirm", "decline",
        "filter-clear", "filter-down", "filter-empty-up", "filter-keep", "filter-page-down",
        "filter-page-up", "filter-up", "search-clear", "search-close", "search-done", "search-keep",
        "search-next", "search-previous",
    ]

    static let ways: [String: Way] = screens.merging(work) { one, _ in one }
        .merging(form) { one, _ in one }

    private static let pane = Way.screen("moves between panes")
    private static let box = Way.screen("moves in a box that is open")

    private static let screens: [String: Way] = [
        "everywhere.command": .screen("verbs are commands already"),
        "everywhere.contexts": .verb("context list"), "everywhere.doctor": .verb("doctor"),
        "everywhere.end-tour": .screen("there is no tour of verbs"),
        "everywhere.leave-tour": .screen("there is no tour of verbs"),
        "everywhere.endpoints": .verb("endpoint list"), "everywhere.jobs": .verb("job list"),
        "everywhere.help": .verb("keys"), "everywhere.help-anywhere": .verb("keys"),
        "everywhere.notices": .screen("what a verb says stays in the terminal"),
        "everywhere.quit": .screen("a verb ends by itself"),
        "everywhere.quit-anywhere": .screen("a verb ends by itself"),
        "everywhere.redraw": .screen("nothing is drawn"),
        "everywhere.mouse": .screen("verbs leave the mouse alone"),
        "everywhere.transfers": .verb("transfer list"),
        "everywhere.undecided": .verb("job undecided list"),

        "endpoints.cancel": .verb("job cancel"),
        "endpoints.copy": .verb("endpoint show --query"),
        "endpoints.filter": .verb("endpoint list --query"), "endpoints.new-job": .verb("invoke"),
        "endpoints.next-pane": pane, "endpoints.pane-left": pane, "endpoints.pane-right": pane,
        "endpoints.previous-pane": pane, "endpoints.open": .verb("deployment list"),
        "endpoints.refresh": .verb("endpoint list"), "endpoints.retry": .verb("job retry"),
        "endpoints.set-default": .verb("endpoint set-default"),

        "help.filter": .screen("a pager searches"),
        "notices.copy": .screen("what a verb says stays in the terminal"),
        "palette.close": box, "palette.complete": .verb("completion"), "palette.run": box,

        "contexts.add": .verb("context add"), "contexts.copy": .verb("context show --query"),
        "contexts.doctor": .verb("doctor --context"),
        "contexts.default": .verb("context use"), "contexts.forget": .verb("context remove"),
        "contexts.form-add": .verb("context add"), "contexts.form-add-last": .verb("context add"),
        "contexts.form-choice-next": box, "contexts.form-choice-previous": box,
        "contexts.form-close": box, "contexts.form-down": box, "contexts.form-up": box,
        "contexts.refresh": .verb("context list"),
        "contexts.use": .verb("endpoint list --context"),
        "contexts.write-down": .verb("context use"),

        "sign-in.copy-code": .verb("context login"), "sign-in.copy-page": .verb("context login"),
        "sign-in.give-up": .screen("ctrl-c ends the verb that waits"), "sign-in.hide": box,

        "doctor.copy": .verb("doctor --query"), "doctor.copy-report": .verb("doctor"),
        "doctor.look-again": .verb("doctor"), "doctor.open": .verb("doctor"),
    ]

    private static let work: [String: Way] = [
        "jobs.again": .verb("job clone"), "jobs.archive": .verb("job archive"),
        "jobs.archived": .verb("job list --archived-only"), "jobs.cancel": .verb("job cancel"),
        "jobs.clear-marks": .screen("a verb names its job; a shell's loop names many"),
        "jobs.mark": .screen("a verb names its job; a shell's loop names many"),
        "jobs.mark-all": .screen("a verb names its job; a shell's loop names many"),
        "jobs.mark-range": .screen("a verb names its job; a shell's loop names many"),
        "jobs.compare": .verb("job compare"), "jobs.copy": .verb("job list --query"),
        "jobs.failed-first": .verb("job list --query"), "jobs.filter": .verb("job list --query"),
        "jobs.new-job": .verb("invoke"), "jobs.next-order": .verb("job list --query"),
        "jobs.open": .verb("job show"), "jobs.refresh": .verb("job list"),
        "jobs.restore": .verb("job restore"), "jobs.results": .verb("job results list"),
        "jobs.retry": .verb("job retry"),

        "job.again": .verb("job clone"), "job.cancel": .verb("job cancel"),
        "job.save-log": .verb("job logs --file"), "job.save-start": .verb("job logs --file"),
        "job.save-close": box,
        "job.copy-id": .verb("job list --query"), "job.copy-text": .verb("job error"),
        "job.error": .verb("job error"), "job.files": .verb("job logs"),
        "job.files-close": box, "job.files-down": box, "job.files-first": box,
        "job.files-half-page-down": box, "job.files-half-page-up": box, "job.files-last": box,
        "job.files-page-down": box, "job.files-page-up": box, "job.files-up": box,
        "job.files-show": .verb("job logs --file"), "job.in-out": .verb("job show"),
        "job.leave-steps": pane, "job.logs": .verb("job logs --follow"),
        "job.new-job": .verb("invoke"), "job.next-file": .verb("job logs --file"),
        "job.previous-file": .verb("job logs --file"),
        "job.next-match": .screen("a pager searches"),
        "job.previous-match": .screen("a pager searches"),
        "job.search": .screen("a pager searches, and grep"), "job.refresh": .verb("job show"),
        "job.results": .verb("job results list"), "job.retry": .verb("job retry"),
        "job.scroll-left": pane, "job.scroll-right": pane, "job.steps": .verb("job steps"),
        "job.step-down": pane, "job.step-first": pane, "job.step-half-page-down": pane,
        "job.step-half-page-up": pane, "job.step-last": pane, "job.step-page-down": pane,
        "job.step-page-up": pane, "job.step-up": pane,
        "job.step-open": .verb("job logs --step"), "job.timeline": .verb("job timeline"),
        "job.view": pane, "job.wrap": .screen("a terminal breaks lines"),

        "retry.all": .verb("job retry"), "retry.failed": .verb("job retry --failed-only"),
        "retry.nothing": box,

        "compare.copy": .verb("job compare --output"),
        "compare.differences": .verb("job compare --only-differences"),
        "compare.open-left": .verb("job show"), "compare.open-right": .verb("job show"),
        "compare.refresh": .verb("job compare"),

        "results.close-branch": pane, "results.switch-pane": pane,
        "results.leave-preview": pane, "results.copy": .verb("job show --query"),
        "results.copy-row": .verb("job results show --lines"),
        "results.download": .verb("job download"), "results.download-close": box,
        "results.open-folder": .screen("the shell is in the folder, or goes there"),
        "results.download-start": .verb("job download --download-path"),
        "results.export": .verb("job results export"), "results.export-close": box,
        "results.export-delimiter": .verb("job results export --delimiter"),
        "results.export-header": .verb("job results export --no-header"),
        "results.export-write": .verb("job results export --to"),
        "results.filter": .verb("job results list --query"),
        "results.header": .verb("job results stats --first-row"),
        "results.job": .verb("job show"), "results.look-close": box,
        "results.look-stop": .screen("ctrl-c ends the verb that counts"),
        "results.next-match": .screen("a pager searches"),
        "results.previous-match": .screen("a pager searches"),
        "results.search": .screen("a pager searches, and grep"),
        "results.open": .verb("job results show --tail"),
        "results.refresh": .verb("job results list"),
        "results.repeats": .verb("job results repeats"),
        "results.repeats-next-column": .verb("job results repeats --key"),
        "results.repeats-previous-column": .verb("job results repeats --key"),
        "results.scroll-left": pane, "results.scroll-right": pane,
        "results.statistics": .verb("job results stats"),
        "results.statistics-next-column": .verb("job results histogram --column"),
        "results.statistics-previous-column": .verb("job results histogram --column"),
        "results.view": .verb("job results show"),

        "transfers.clear": .verb("transfer forget --all"), "transfers.close-detail": box,
        "transfers.copy": .verb("transfer list --query"),
        "transfers.detail": .verb("transfer list --output"),
        "transfers.forget": .verb("transfer forget --id"),
        "transfers.give-up": .screen("a verb's transfer ends with ctrl-c, and is left to resume"),
        "transfers.job": .verb("job show"), "transfers.resume": .verb("transfer resume"),

        "undecided.forget": .verb("job undecided forget"),
        "undecided.look-again": .verb("job undecided look"),
        "undecided.send-again": .verb("job undecided send-again"),
    ]

    private static let form: [String: Way] = [
        "form.choice-next": box, "form.choice-previous": box,
        "form.clear-row": .screen("a flag that is not given is empty"),
        "form.copy-request": .verb("export"), "form.jobs": .verb("job list --endpoint-name"),
        "form.list": .verb("completion"), "form.list-behind-text": .verb("completion"),
        "form.list-close": box, "form.list-down": box, "form.list-page-down": box,
        "form.list-page-up": box, "form.list-take": box, "form.list-up": box,
        "form.pick-data": .verb("data list"), "form.presets": .verb("preset list"),
        "form.recent": .screen("a shell remembers its lines; presets keep what is meant to stay"),
        "form.redo": .screen("a shell edits its line"),
        "form.undo": .screen("a shell edits its line"),
        "form.refresh": .verb("deployment show"), "form.request": .verb("invoke --dry-run"),
        "form.request-close": box, "form.request-copy": .verb("export --as"),
        "form.request-down": box, "form.request-first": box, "form.request-last": box,
        "form.request-page-down": box, "form.request-page-up": box, "form.request-up": box,
        "form.submit": .verb("invoke"), "form.submit-row": .verb("invoke"),
        "form.sweep": .verb("invoke --sweep"),

        "sweep.close": box, "sweep.jobs": .verb("job list --endpoint-name"),
        "sweep.open": .verb("job show"), "sweep.send-again": .verb("invoke --sweep"),
        "sweep.stop": .screen("ctrl-c ends the verb; jobs that were submitted go on"),

        "presets.close": box, "presets.delete": .verb("preset delete"),
        "presets.load": .verb("invoke --preset"), "presets.name-drop": box,
        "presets.name-keep": .verb("preset save --as"), "presets.save": .verb("preset save"),

        "picker.asset-close": box, "picker.asset-create": .verb("data create"),
        "picker.asset-create-row": .verb("data create"), "picker.asset-down": box,
        "picker.asset-type-next": .verb("data create --type"),
        "picker.asset-type-previous": .verb("data create --type"), "picker.asset-up": box,
        "picker.choose": .verb("invoke --input"), "picker.close": box,
        "picker.new-asset": .verb("data create"), "picker.next-source": .verb("datastore list"),
        "picker.previous-source": .verb("data list"), "picker.open": .verb("datastore browse"),
        "picker.open-right": .verb("datastore browse"), "picker.refresh": .verb("data list"),
        "picker.take-whole": .verb("invoke --input"), "picker.up-level": .verb("datastore browse"),
    ]

    @Test func everyActionHasAVerbOrAReason() {
        var named: Set<String> = []
        for sheet in App.keySheets {
            for action in sheet.actions {
                let name = "\(sheet.screen).\(action.name)"
                named.insert(name)
                if Self.moving.contains(action.name) || Self.typing.contains(action.name) {
                    #expect(Self.ways[name] == nil, "\(name) has a line and needs none")
                } else {
                    #expect(Self.ways[name] != nil, "\(name) (\(action.help)) has no line")
                }
            }
        }
        #expect(Set(Self.ways.keys).subtracting(named).sorted() == [], "no such actions")
        let common = Set(named.map { String($0.split(separator: ".")[1]) })
        #expect(Self.moving.union(Self.typing).subtracting(common).sorted() == [], "nor these")
    }

    @Test func theVerbsAreThereWithTheirOptions() {
        for (action, way) in Self.ways {
            guard case .verb(let words) = way else { continue }
            let parts = words.split(separator: " ").map(String.init)
            let verb = VerbTree.verb(
                parts.filter { !$0.hasPrefix("-") }.joined(separator: " "))
            let options = Set(parts.filter { $0.hasPrefix("-") })
            #expect(verb?.options.isSuperset(of: options) == true, "\(action): \(words)")
        }
    }
}
